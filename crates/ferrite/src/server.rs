//! The edge: accepting connections and reading bodies. Everything behind it is synchronous.

use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use bytes::Bytes;
use ferrite_integrations::TokenAnswer;
use ferrite_webapi::identity::Head;
use ferrite_webapi::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::signal::unix::{SignalKind, signal};
use tower::ServiceExt as _;

use crate::wiring;

const LARGEST_BODY: usize = 32 * 1024 * 1024;
const FEWEST_WORKERS: usize = 2;
/// Of what goes to the panel, which itself reads less and says so in a page.
const LARGEST_FORM: usize = 1024 * 1024;
const HEAD_WITHIN: Duration = Duration::from_secs(10);
const BODY_WITHIN: Duration = Duration::from_secs(60);

/// Serves until SIGINT or SIGTERM.
pub fn run(listener: TcpListener, served: wiring::Server) -> Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers())
        .enable_all()
        .build()?;
    let served = Served {
        panel: ferrite_admin::router(Arc::clone(&served.panel)),
        server: served,
    };
    runtime.block_on(accept(listener, Arc::new(served)))?;
    runtime.shutdown_timeout(Duration::from_secs(2));
    Ok(())
}

/// One for each core, and never one alone: a read that takes its time holds it up.
fn workers() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores.max(FEWEST_WORKERS)
}

/// The server with its panel's addresses.
struct Served {
    server: wiring::Server,
    panel: Router,
}

async fn accept(listener: TcpListener, served: Arc<Served>) -> Result<()> {
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
        let served = Arc::clone(&served);
        tokio::spawn(async move {
            let service = service_fn(move |request| serve(Arc::clone(&served), request));
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

async fn serve(
    served: Arc<Served>,
    request: hyper::Request<Incoming>,
) -> Result<Answer, Infallible> {
    let (parts, body) = request.into_parts();
    let room = Room::of(parts.uri.path());
    let limit = if room.is_some() {
        LARGEST_BODY
    } else {
        LARGEST_FORM
    };
    let Some(mut head) = head(&parts) else {
        return Ok(plain(400, "The request names no host, or more than one.\n"));
    };
    let collected = tokio::time::timeout(BODY_WITHIN, Limited::new(body, limit).collect());
    let body = match collected.await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return Ok(plain(413, "The request's body is too large.\n")),
        Err(_) => return Ok(plain(408, "The request's body came too slowly.\n")),
    };
    let Some(room) = room else {
        let request = hyper::Request::from_parts(parts, Full::new(body));
        return Ok(panel(served.panel.clone(), request).await);
    };
    let body = body.to_vec();
    if head.header("content-type").is_some_and(is_form) {
        head.form_body = Some(body.clone());
    }
    // Handing a request to another thread costs several times what a short read does.
    if room == Room::Rest && head.method == "GET" && served.server.reads_are_short {
        let caller = None;
        return Ok(rest(served.server.api.answer(Request {
            head,
            body,
            caller,
        })));
    }
    let work = move || match room {
        Room::Rest => rest(served.server.api.answer(Request {
            head,
            body,
            caller: None,
        })),
        Room::RequestToken => token(served.server.provider.request_token(&head)),
        Room::AccessToken => token(served.server.provider.access_token(&head)),
    };
    let answered = tokio::task::spawn_blocking(work).await;
    Ok(answered.unwrap_or_else(|_| plain(500, "Internal error.\n")))
}

/// Who answers a path; the panel's router where none of these does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Rest,
    RequestToken,
    AccessToken,
}

impl Room {
    fn of(path: &str) -> Option<Self> {
        if path == "/rest" || path.contains("/rest/") {
            return Some(Self::Rest);
        }
        // In front there may be `index.php` and a store code, behind a slash.
        let path = path.trim_end_matches('/');
        if path.ends_with("/oauth/token/request") {
            Some(Self::RequestToken)
        } else if path.ends_with("/oauth/token/access") {
            Some(Self::AccessToken)
        } else {
            None
        }
    }
}

/// Everything that is neither the Web API nor a token endpoint.
async fn panel(router: Router, request: hyper::Request<Full<Bytes>>) -> Answer {
    let answered: Result<_, Infallible> = router.oneshot(request).await;
    let Ok(response) = answered;
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Answer::from_parts(parts, Full::new(body.to_bytes())),
        Err(_) => plain(500, "Internal error.\n"),
    }
}

fn is_form(content_type: &str) -> bool {
    content_type.starts_with("application/x-www-form-urlencoded")
}

/// A token endpoint's answer says that it is HTML, as Magento's does.
fn token(answer: TokenAnswer) -> Answer {
    rest(Response {
        status: answer.status,
        content_type: "text/html; charset=UTF-8",
        body: answer.body,
    })
}

/// A request's head; none where it is not clear which host it is for (RFC 9112 §3.2).
fn head(parts: &hyper::http::request::Parts) -> Option<Head> {
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
    let mut hosts = headers.iter().filter(|(name, _)| name == "host");
    let host = hosts.next().map(|(_, value)| value.clone());
    if hosts.next().is_some() || !is_host(host.as_deref()?) {
        return None;
    }
    Some(Head {
        method: parts.method.as_str().to_owned(),
        scheme: "http".to_owned(),
        host: authority.or(host).unwrap_or_default(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers,
        form_body: None,
    })
}

/// A name or an address, with a port or none.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '~' | '%');
    let name = match host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(plain),
    };
    name && port.is_none_or(|port| port.parse::<u16>().is_ok())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_one_name_with_one_port() {
        for good in ["h", "h:80", "127.0.0.1:8080", "[::1]:8080", "MAGENTO.test"] {
            assert!(is_host(good), "{good}");
        }
        for bad in ["", "a,b", "u@h", "h/x", "h:65536", "h:", "h:x", "a b"] {
            assert!(!is_host(bad), "{bad}");
        }
    }

    #[test]
    fn rooms_are_found_behind_index_php_and_store_codes() {
        assert_eq!(Room::of("/index.php/rest/V1/x"), Some(Room::Rest));
        assert_eq!(Room::of("/oauth/token/request/"), Some(Room::RequestToken));
        let access = "/default/oauth/token/access";
        assert_eq!(Room::of(access), Some(Room::AccessToken));
        assert_eq!(Room::of("/oauth/token"), None);
    }
}
