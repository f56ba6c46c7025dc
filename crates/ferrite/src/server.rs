//! The edge: accepting connections and reading bodies. Everything behind it is synchronous.

use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use ferrite_webapi::identity::Head;
use ferrite_webapi::{Api, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::signal::unix::{SignalKind, signal};

const LARGEST_BODY: usize = 32 * 1024 * 1024;
const HEAD_WITHIN: Duration = Duration::from_secs(10);
const BODY_WITHIN: Duration = Duration::from_secs(60);

/// Serves until SIGINT or SIGTERM.
pub fn run(listener: TcpListener, api: Arc<Api>) -> Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(accept(listener, api))?;
    runtime.shutdown_timeout(Duration::from_secs(2));
    Ok(())
}

async fn accept(listener: TcpListener, api: Arc<Api>) -> Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = interrupted.recv() => return Ok(()),
            _ = terminated.recv() => return Ok(()),
        };
        let Ok((stream, _)) = accepted else {
            // Out of descriptors: connections that end make room.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let api = Arc::clone(&api);
        tokio::spawn(async move {
            let service = service_fn(move |request| serve(Arc::clone(&api), request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_WITHIN)
                .max_buf_size(64 * 1024)
                .pipeline_flush(true)
                .serve_connection(TokioIo::new(stream), service);
            // What goes wrong on a connection is the client's affair.
            let _ = connection.await;
        });
    }
}

type Answer = hyper::Response<Full<Bytes>>;

async fn serve(api: Arc<Api>, request: hyper::Request<Incoming>) -> Result<Answer, Infallible> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    if path != "/rest" && !path.contains("/rest/") {
        return Ok(plain(404, "Not found.\n"));
    }
    let collected = tokio::time::timeout(BODY_WITHIN, Limited::new(body, LARGEST_BODY).collect());
    let body = match collected.await {
        Ok(Ok(body)) => body.to_bytes().to_vec(),
        Ok(Err(_)) => return Ok(plain(413, "The request's body is too large.\n")),
        Err(_) => return Ok(plain(408, "The request's body came too slowly.\n")),
    };
    let request = Request {
        head: head(&parts),
        body,
    };
    let answered = tokio::task::spawn_blocking(move || api.answer(request)).await;
    Ok(answered.map_or_else(|_| plain(500, "Internal error.\n"), rest))
}

fn head(parts: &hyper::http::request::Parts) -> Head {
    let headers: Vec<(String, String)> = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    let authority = parts
        .uri
        .authority()
        .map(|authority| authority.as_str().to_owned());
    let host = headers
        .iter()
        .find(|(name, _)| name == "host")
        .map(|(_, value)| value.clone());
    Head {
        method: parts.method.as_str().to_owned(),
        scheme: "http".to_owned(),
        host: authority.or(host).unwrap_or_default(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers,
        form_body: None,
    }
}

fn rest(response: Response) -> Answer {
    let mut answer = hyper::Response::new(Full::new(Bytes::from(response.body)));
    *answer.status_mut() =
        hyper::StatusCode::from_u16(response.status).unwrap_or(hyper::StatusCode::OK);
    let mut set = |name: &'static str, value: &'static str| {
        answer
            .headers_mut()
            .insert(name, hyper::header::HeaderValue::from_static(value));
    };
    set("content-type", response.content_type);
    set("cache-control", "no-store");
    set("x-content-type-options", "nosniff");
    if response.status == 200 {
        set("x-frame-options", "SAMEORIGIN");
    }
    answer
}

fn plain(status: u16, text: &'static str) -> Answer {
    rest(Response {
        status,
        content_type: "text/plain; charset=utf-8",
        body: text.to_owned(),
    })
}
