//! The yardsticks, each a process of its own: an axum server that does nothing but answer with one
//! body, and a program that does nothing but put rows into SQLite.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use rusqlite::Connection;

/// The first argument of the process that serves.
pub const SERVE: &str = "--serve-bare";

/// The first argument of the process that inserts.
pub const INSERT: &str = "--insert-bare";

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

/// Inserts the file's text for so many seconds, each row in a transaction of its own that is on the
/// disk when it is committed, as with Ferrite; prints the rows a second.
pub fn insert(folder: &Path, file: &Path, seconds: f64) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    let connection = Connection::open(folder.join("bare.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS product
             (id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, document TEXT NOT NULL)",
    )?;
    let mut insert = connection
        .prepare("INSERT INTO product (sku, document) VALUES (hex(randomblob(8)), ?1)")?;
    let begun = Instant::now();
    let mut rows = 0_u32;
    while begun.elapsed() < Duration::from_secs_f64(seconds) {
        insert.execute([&text])?;
        rows += 1;
    }
    println!("{}", f64::from(rows) / begun.elapsed().as_secs_f64());
    Ok(())
}
