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
use ferrite_webapi::{Api, Begun, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
    TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use crate::admission::Admission;
use crate::heads::Watched;
use crate::live::{Holder, Live};
use crate::maintenance::Maintenance;
use crate::project::Project;
use crate::request_head::{head, host, is_form, refused};
use crate::room::Room;
use crate::{body, hosts, media, operations, source, swagger_page, wiring};

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
        searches: Semaphore::new(2 * workers()),
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
    /// Places for reads that take their time.
    searches: Semaphore,
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
    let limit = match room {
        None | Some(Room::Media) => LARGEST_FORM,
        Some(_) => LARGEST_BODY,
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
    if let Some(text) = live.server.refuses(&at).filter(|_| room.is_some()) {
        return rest(Response {
            status: 503,
            content_type: "application/json; charset=utf-8",
            body: serde_json::json!({"message": text}).to_string().into(),
        });
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
    if room == Room::Rest && head.method == "GET" && live.server.reads_are_short {
        let request = Request {
            head,
            body,
            caller: None,
            at: Some(at),
        };
        return read(live, &served.searches, request).await;
    }
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
            Room::Swagger => swagger_page::answer(&at, &head),
            _ if !hosts::serves_api(&at, &head.host) => misdirected(),
            Room::Media => media::answer(&server.api.services().db, &head),
            Room::RequestToken => token(server.provider.request_token(&head)),
            Room::AccessToken => token(server.provider.access_token(&head)),
        }
    };
    let answered = tokio::task::spawn_blocking(move || caught(work)).await;
    answered.unwrap_or_else(|_| broken())
}

/// A read of the Web API where reads are short. What can be answered from memory, or with less work
/// than handing it to another thread would be, is answered here. A search may look through all rows, a
/// schema is a long text: they must not keep connections waiting, and so many at a time are worked on
/// as `searches` has places, since each holds a connection to the store with what it remembers.
async fn read(live: Arc<Live>, searches: &Semaphore, request: Request) -> Answer {
    let is_search = may_search(request.head.query.as_deref());
    let is_schema = request.head.path.contains("schema");
    let rest_of_it: Box<dyn FnOnce(&Api) -> Response + Send> = if is_schema {
        Box::new(|api| api.answer(request))
    } else {
        match live.server.api.begin(request) {
            Begun::Answered(response) => return rest(response),
            Begun::Admitted(admitted) if !is_search => {
                return caught(|| rest(live.server.api.finish(*admitted)));
            }
            Begun::Admitted(admitted) => Box::new(|api| api.finish(*admitted)),
        }
    };
    let Ok(_place) = searches.acquire().await else {
        return broken();
    };
    let work = move || caught(|| rest(rest_of_it(&live.server.api)));
    let answered = tokio::task::spawn_blocking(work).await;
    answered.unwrap_or_else(|_| broken())
}

/// What is written with escapes could be search criteria too.
fn may_search(query: Option<&str>) -> bool {
    query.is_some_and(|query| query.contains("riteria") || query.contains('%'))
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
        Some(Room::RequestToken | Room::AccessToken | Room::Media) => (
            "text/html; charset=UTF-8",
            "Service Temporarily Unavailable",
        ),
        Some(Room::Swagger) | None => ("text/html; charset=UTF-8", CLOSED_PAGE),
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

/// A token endpoint's answer says that it is HTML, as Magento's does.
fn token(answer: TokenAnswer) -> Answer {
    rest(Response {
        status: answer.status,
        content_type: "text/html; charset=UTF-8",
        body: answer.body.into(),
    })
}

pub fn rest(response: Response) -> Answer {
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
    fn a_panic_is_an_answer() {
        let answer = caught(|| panic!("a test's panic"));
        assert_eq!(answer.status(), 500);
        assert_eq!(caught(|| plain(200, "")).status(), 200);
    }

    #[test]
    fn what_names_search_criteria_may_be_a_search() {
        for search in [
            "searchCriteria[pageSize]=1",
            "search_criteria=",
            "search%43%72iteria=",
        ] {
            assert!(may_search(Some(search)), "{search}");
        }
        assert!(!may_search(Some("fields=sku")));
        assert!(!may_search(None));
    }
}
