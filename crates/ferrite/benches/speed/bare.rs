//! The yardstick: an axum server that does nothing but answer with one body.

use std::net::Ipv4Addr;
use std::path::Path;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use axum::serve::ListenerExt as _;

/// The first argument of the process that is the yardstick.
pub const FLAG: &str = "--serve-bare";

/// Serves the file's bytes on every path.
pub fn serve(port: u16, file: &Path) -> Result<()> {
    let body = Bytes::from(std::fs::read(file)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async move {
        let answer = async move || ([(CONTENT_TYPE, "application/json; charset=utf-8")], body);
        let app = Router::new().route("/{*path}", get(answer));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        axum::serve(listener, app).await?;
        Ok(())
    })
}
