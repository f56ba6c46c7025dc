//! The edge: accepting connections and reading bodies. Everything behind it is synchronous.

use std::convert::Infallible;
use std::net::{IpAddr, TcpListener};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use ferrite_admin::Source;
use ferrite_base::Randomness;
use ferrite_integrations::TokenAnswer;
use ferrite_webapi::identity::Head;
use ferrite_webapi::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderName, HeaderValue,
    RETRY_AFTER, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::signal::unix::{SignalKind, signal};
use tower::ServiceExt as _;

use crate::admission::Admission;
use crate::heads::Watched;
use crate::live::{Holder, Live};
use crate::maintenance::Maintenance;
use crate::project::Project;
use crate::room::Room;
use crate::{body, hosts, operations, source, wiring};

/// Of the address in a request line.
const LONGEST_TARGET: usize = 32 * 1024;
/// Of all names and values in a head.
const LARGEST_HEADERS: usize = 48 * 1024;
/// What the parser holds of a head that is not whole: more than it may have, so that the answer is ours.
const LARGEST_HEAD: usize = 128 * 1024;
const LARGEST_BODY: usize = 32 * 1024 * 1024;
const FEWEST_WORKERS: usize = 2;
/// Of what goes to the panel, which itself reads less and says so in a page.
const LARGEST_FORM: usize = 1024 * 1024;
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// What a person sees while the store is in maintenance mode.
const CLOSED_PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Service Temporarily Unavailable</title>\
    <h1>Service Temporarily Unavailable</h1>\
    <p>The store is in maintenance mode. Please try again later.</p></html>\n";

/// Serves until SIGINT or SIGTERM.
pub fn run(listener: TcpListener, served: wiring::Server, project: &Project) -> Result<()> {
    wiring::log_panics();
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers())
        .enable_all()
        .build()?;
    let live = Arc::new(Holder::new(served, Project::at(project.root())));
    operations::work(Arc::clone(&live))?;
    let served = Served {
        live,
        admission: Arc::default(),
        maintenance: Maintenance::of(project),
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

/// What serves, and what keeps too much away from it.
struct Served {
    live: Arc<Holder>,
    admission: Arc<Admission>,
    maintenance: Maintenance,
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
        let Ok((stream, peer)) = accepted else {
            // Out of descriptors: connections that end make room.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Some(place) = served.admission.connection(peer.ip()) else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let served = Arc::clone(&served);
        tokio::spawn(async move {
            let service = service_fn(move |request| serve(Arc::clone(&served), peer.ip(), request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_WITHIN)
                .max_buf_size(LARGEST_HEAD)
                .serve_connection(TokioIo::new(Watched::new(stream)), service);
            // What goes wrong on a connection is the client's affair.
            let _ = connection.await;
            drop(place);
        });
    }
}

/// What is sent back.
pub type Answer = hyper::Response<Full<Bytes>>;

async fn serve(
    served: Arc<Served>,
    peer: IpAddr,
    request: hyper::Request<Incoming>,
) -> Result<Answer, Infallible> {
    // What comes behind a chunked body is not watched.
    let is_last = request.headers().contains_key(TRANSFER_ENCODING);
    let mut answer = answer(served, peer, request).await;
    if is_last {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(CONNECTION, close);
    }
    Ok(answer)
}

async fn answer(served: Arc<Served>, peer: IpAddr, request: hyper::Request<Incoming>) -> Answer {
    let (parts, body) = request.into_parts();
    let room = Room::of(parts.uri.path());
    let limit = if room.is_some() {
        LARGEST_BODY
    } else {
        LARGEST_FORM
    };
    if let Some(refusal) = refused(&parts) {
        return refusal;
    }
    let Some(host) = host(&parts) else {
        return plain(400, "The request names no host, or more than one.\n");
    };
    let (live, at) = served.live.now();
    let asked = || source::of(peer, &parts.headers, &at);
    if served.maintenance.turns_away(at.generation(), asked) {
        return closed(room);
    }
    // The leave lasts as long as the body is held.
    let (body, _leave) = match body::received(&served.admission, body, limit).await {
        Ok(received) => received,
        Err(refusal) => return refusal,
    };
    let Some(room) = room else {
        let request = hyper::Request::from_parts(parts, Full::new(body));
        return panel(live, peer, host, request).await;
    };
    let mut head = head(parts, host);
    head.scheme = source::scheme(peer, &head.headers, &at);
    let body = body.to_vec();
    if head.header(CONTENT_TYPE).is_some_and(is_form) {
        head.form_body = Some(body.clone());
    }
    let here = room == Room::Rest && live.server.reads_are_short && is_short(&head);
    let work = move || {
        let server = &live.server;
        // A read counts no failures.
        if head.method != "GET" {
            head.source = Some(source::of(peer, &head.headers, &at));
        }
        match room {
            Room::Rest => rest(server.api.answer(Request {
                head,
                body,
                caller: None,
                at: Some(at),
            })),
            Room::OpenApi => rest(server.api.openapi(&Request {
                head,
                body: Vec::new(),
                caller: None,
                at: Some(at),
            })),
            _ if !hosts::serves_api(&at, &head.host) => misdirected(),
            Room::RequestToken => token(server.provider.request_token(&head)),
            Room::AccessToken => token(server.provider.access_token(&head)),
        }
    };
    if here {
        return caught(work);
    }
    let answered = tokio::task::spawn_blocking(move || caught(work)).await;
    answered.unwrap_or_else(|_| broken())
}

/// Whether it is a read that takes less time than handing it to another thread would. A search may
/// look through all rows, a schema is a long text: they must not keep connections waiting.
fn is_short(head: &Head) -> bool {
    let query = head.query.as_deref().unwrap_or_default();
    // What is written with escapes could be one too.
    let is_search = query.contains("riteria") || query.contains('%');
    head.method == "GET" && !is_search && !head.path.contains("schema")
}

/// A fault of our own is an answer, not a dropped connection.
fn caught(work: impl FnOnce() -> Answer) -> Answer {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| broken())
}

/// A panic outside of what catches its own: its place stands in the log, before the report id.
fn broken() -> Answer {
    let digits: String = Randomness::system().hex::<7>();
    let report = format!("webapi-{}", digits.get(..13).unwrap_or(&digits));
    wiring::log(&format!("{report} a request panicked"));
    rest(Response {
        status: 500,
        content_type: "text/plain; charset=utf-8",
        body: format!("Internal error. Report ID: {report}\n").into(),
    })
}

/// The answer of a store that is in maintenance mode.
fn closed(room: Option<Room>) -> Answer {
    let (content_type, body) = match room {
        Some(Room::Rest | Room::OpenApi) => (
            "application/json; charset=utf-8",
            r#"{"message":"Service Temporarily Unavailable"}"#,
        ),
        Some(_) => (
            "text/html; charset=UTF-8",
            "Service Temporarily Unavailable",
        ),
        None => ("text/html; charset=UTF-8", CLOSED_PAGE),
    };
    rest(Response {
        status: 503,
        content_type,
        body: Bytes::from_static(body.as_bytes()),
    })
}

fn misdirected() -> Answer {
    rest(Response {
        status: 421,
        content_type: "application/json; charset=utf-8",
        body: Bytes::from_static(br#"{"message":"This host is not served here."}"#),
    })
}

/// What is wrong with a request whoever it is for.
fn refused(parts: &Parts) -> Option<Answer> {
    let target = &parts.uri;
    let length = target.path().len() + target.query().map_or(0, str::len);
    if length > LONGEST_TARGET {
        return Some(plain(414, "The request's address is too long.\n"));
    }
    let headers = parts.headers.iter();
    let sizes = headers.map(|(name, value)| name.as_str().len() + value.len());
    if sizes.sum::<usize>() > LARGEST_HEADERS {
        return Some(plain(431, "The request's headers are too large.\n"));
    }
    let mut hosts = target.authority().into_iter();
    if hosts.any(|authority| authority.as_str().contains('@')) {
        return Some(plain(400, "The request's address names a user.\n"));
    }
    // Another server in front of this one may read such a body otherwise.
    if names_other(parts, TRANSFER_ENCODING, "chunked") {
        return Some(plain(400, "The request's transfer encoding is unknown.\n"));
    }
    if names_other(parts, CONTENT_ENCODING, "identity") {
        return Some(plain(415, "The request's body must not be encoded.\n"));
    }
    None
}

/// Whether a header is there with another value than this one.
fn names_other(parts: &Parts, name: HeaderName, known: &str) -> bool {
    let mut values = parts.headers.get_all(name).iter();
    values.any(|value| !value.as_bytes().eq_ignore_ascii_case(known.as_bytes()))
}

/// Everything that is neither the Web API nor a token endpoint.
async fn panel(
    live: Arc<Live>,
    peer: IpAddr,
    host: String,
    mut request: hyper::Request<Full<Bytes>>,
) -> Answer {
    let router = live.panel.clone();
    let headers = request.headers().clone();
    let asked = move || {
        let settings = live.server.settings();
        let known = hosts::serves_panel(settings, &host);
        known.then(|| source::of(peer, &headers, settings))
    };
    match tokio::task::spawn_blocking(asked).await {
        Ok(Some(source)) => request.extensions_mut().insert(Source(source)),
        Ok(None) => return misdirected(),
        Err(_) => return broken(),
    };
    let answered: Result<_, Infallible> = router.oneshot(request).await;
    let Ok(response) = answered;
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Answer::from_parts(parts, Full::new(body.to_bytes())),
        Err(_) => broken(),
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
        body: answer.body.into(),
    })
}

/// Which host a request is for; none where that is not clear (RFC 9112 §3.2).
fn host(parts: &Parts) -> Option<String> {
    let mut hosts = parts.headers.get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    if hosts.next().is_some() || !is_host(host) {
        return None;
    }
    let authority = parts.uri.authority().map(Authority::as_str);
    Some(authority.unwrap_or(host).to_owned())
}

/// A request's head. What is not UTF-8 in a header is replaced.
fn head(parts: Parts, host: String) -> Head {
    let mut headers = parts.headers;
    for value in headers.values_mut() {
        if !value.as_bytes().is_ascii() {
            let text = String::from_utf8_lossy(value.as_bytes());
            *value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        }
    }
    Head {
        method: parts.method,
        scheme: "http",
        host,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers,
        form_body: None,
        source: None,
    }
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
    let mut answer = hyper::Response::new(Full::new(response.body));
    *answer.status_mut() =
        hyper::StatusCode::from_u16(response.status).unwrap_or(hyper::StatusCode::OK);
    let headers = answer.headers_mut();
    headers.reserve(4);
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_TYPE, response.content_type);
    set(CACHE_CONTROL, "no-store");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if matches!(response.status, 429 | 503) {
        set(RETRY_AFTER, "5");
    }
    if response.status == 200 {
        set(X_FRAME_OPTIONS, "SAMEORIGIN");
    }
    answer
}

/// An answer of the edge's own.
pub fn plain(status: u16, text: &'static str) -> Answer {
    rest(Response {
        status,
        content_type: "text/plain; charset=utf-8",
        body: Bytes::from_static(text.as_bytes()),
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

    fn status(target: &str, header: (&str, &str)) -> Option<u16> {
        let request = hyper::Request::get(target).header(header.0, header.1);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        refused(&parts).map(|answer| answer.status().as_u16())
    }

    #[test]
    fn what_servers_read_differently_is_refused() {
        let host = ("host", "h");
        let long = |length| format!("/{}", "a".repeat(length));
        assert_eq!(status(&long(LONGEST_TARGET - 1), host), None);
        assert_eq!(status(&long(LONGEST_TARGET), host), Some(414));
        assert_eq!(status("http://h/x", host), None);
        assert_eq!(status("http://u@h/x", host), Some(400));
        assert_eq!(status("/", ("transfer-encoding", "Chunked")), None);
        assert_eq!(
            status("/", ("transfer-encoding", "gzip, chunked")),
            Some(400)
        );
        assert_eq!(status("/", ("content-encoding", "identity")), None);
        assert_eq!(status("/", ("content-encoding", "gzip")), Some(415));
        let value = "a".repeat(LARGEST_HEADERS);
        assert_eq!(status("/", ("x", &value)), Some(431));
        assert_eq!(status("/", ("x", &value[1..])), None);
    }

    #[test]
    fn a_panic_is_an_answer() {
        let answer = caught(|| panic!("a test's panic"));
        assert_eq!(answer.status(), 500);
        assert_eq!(caught(|| plain(200, "")).status(), 200);
    }

    #[test]
    fn searches_are_no_short_reads() {
        let asked = |method: &str, query: Option<&str>| {
            is_short(&Head {
                method: method.parse().unwrap(),
                query: query.map(str::to_owned),
                ..Head::default()
            })
        };
        assert!(asked("GET", None));
        assert!(asked("GET", Some("fields=sku")));
        assert!(!asked("POST", None));
        assert!(!asked("GET", Some("searchCriteria[pageSize]=1")));
        assert!(!asked("GET", Some("search_criteria=")));
        assert!(!asked("GET", Some("search%43%72iteria=")));
        assert!(!is_short(&Head {
            path: "/rest/all/schema".to_owned(),
            ..Head::default()
        }));
    }
}
