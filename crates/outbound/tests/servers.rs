//! The client against servers that behave badly.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ferrite_outbound::{Client, Failure, Limits, Outcome, Policy, Refusal, Roots, TableResolver};

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
const FIELDS: &[(&str, &str)] = &[
    ("oauth_consumer_key", "key+1"),
    ("oauth_consumer_secret", "very-secret"),
    ("store_base_url", "http://127.0.0.1:8090/"),
    ("oauth_verifier", "v"),
];

struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Reads each request and hands the stream on.
    fn new(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                std::thread::spawn(move || {
                    log.lock().unwrap().push(read_request(&mut stream));
                    answer(stream);
                });
            }
        });
        Server { address, seen }
    }

    fn fixed(answer: impl Into<Vec<u8>>) -> Server {
        let answer = answer.into();
        Server::new(move |mut stream| drop(stream.write_all(&answer)))
    }

    fn url(&self) -> String {
        format!("http://{}/cb?x=1&y=%20", self.address)
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let mut chunk = [0; 1024];
    loop {
        let text = String::from_utf8_lossy(&all).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("Content-Length: "))
                .map_or(0, |value| value.parse::<usize>().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        match stream.read(&mut chunk) {
            Ok(count) if count > 0 => all.extend_from_slice(&chunk[..count]),
            _ => return text,
        }
    }
}

fn client_with(resolver: TableResolver, allow_local: bool) -> Client {
    Client::new(resolver, move || Policy { allow_local }, Roots::builtin()).unwrap()
}

fn post(url: &str, max_redirects: u32) -> Outcome {
    let limits = Limits {
        timeout: Duration::from_millis(700),
        max_redirects,
    };
    client_with(TableResolver::new(), true).post_form(url, FIELDS, limits)
}

fn answered(status: u16) -> Outcome {
    Outcome::Answered { status, note: None }
}

#[test]
fn the_request_is_what_magento_sends() {
    let server = Server::fixed("HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nabc");
    assert_eq!(post(&format!("{}#frag", server.url()), 0), answered(500));
    let body = "oauth_consumer_key=key%2B1&oauth_consumer_secret=very-secret\
                &store_base_url=http%3A%2F%2F127.0.0.1%3A8090%2F&oauth_verifier=v";
    let expected = format!(
        "POST /cb?x=1&y=%20 HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         User-Agent: Laminas\\Http\\Client\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        server.address,
        body.len()
    );
    assert_eq!(server.seen(), [expected]);
}

#[test]
fn without_the_setting_no_packet_goes_to_loopback() {
    let server = Server::fixed("HTTP/1.1 200 OK\r\n\r\n");
    let client = client_with(TableResolver::new().with("a.example", &[LOOPBACK]), false);
    let outcome = client.post_form(&server.url(), FIELDS, Limits::default());
    assert_eq!(outcome, Outcome::Refused(Refusal::NotPublic));
    assert_eq!(outcome.to_string(), "refused: the address is not public");
    let named = format!("http://a.example:{}/", server.address.port());
    let outcome = client.post_form(&named, FIELDS, Limits::default());
    assert_eq!(outcome, Outcome::Refused(Refusal::NameNotPublic));
    assert!(server.seen().is_empty());
}

#[test]
fn a_name_is_looked_up_once_and_kept() {
    let server = Server::fixed("HTTP/1.0 200 OK\r\n\r\n");
    let evil: IpAddr = "169.254.169.254".parse().unwrap();
    let resolver = Arc::new(
        TableResolver::new()
            .with("a.example", &[LOOPBACK])
            .with("a.example", &[evil]),
    );
    let open = || Policy { allow_local: true };
    let client = Client::new(Arc::clone(&resolver), open, Roots::builtin()).unwrap();
    let url = format!("http://a.example.:{}/", server.address.port());
    let (outcome, trace) = client.post_form_traced(&url, FIELDS, Limits::default());
    assert_eq!(outcome, answered(200));
    assert_eq!(trace.peer, Some(server.address));
    assert_eq!(resolver.asked().len(), 1);
    let host = format!("Host: a.example:{}\r\n", server.address.port());
    assert!(server.seen()[0].contains(&host));
    let again = client.post_form(&url, FIELDS, Limits::default());
    assert_eq!(again, Outcome::Refused(Refusal::NameNotPublic));
}

#[test]
fn localhost_is_not_looked_up() {
    let server = Server::fixed("HTTP/1.1 204 No Content\r\n\r\n");
    let url = format!("http://localhost:{}/", server.address.port());
    assert_eq!(post(&url, 0), answered(204));
}

#[test]
fn c9_redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        for to in ["/other", "http://good.example/", "http://127.0.0.1:1/"] {
            let server =
                Server::fixed(format!("HTTP/1.1 {status} Moved\r\nLocation: {to}\r\n\r\n"));
            let outcome = post(&server.url(), 0);
            let text = format!("answered {status}, redirects are not followed");
            assert_eq!(outcome.to_string(), text);
            assert!(matches!(outcome, Outcome::Answered { status: s, .. } if s == status));
            assert_eq!(server.seen().len(), 1);
        }
    }
}

#[test]
fn c9_allowed_redirects_stay_within_the_origin() {
    let other = Server::fixed("HTTP/1.1 200 OK\r\n\r\n");
    let to = format!("HTTP/1.1 307 Moved\r\nLocation: {}\r\n\r\n", other.url());
    let server = Server::fixed(to);
    let outcome = post(&server.url(), 3);
    assert!(outcome.to_string().contains("another origin"), "{outcome}");
    assert!(other.seen().is_empty());

    let ring = Server::fixed("HTTP/1.1 308 Moved\r\nLocation: ?again\r\n\r\n");
    assert!(
        post(&ring.url(), 2)
            .to_string()
            .contains("no more redirects")
    );
    assert_eq!(ring.seen().len(), 3);
    assert!(ring.seen()[2].starts_with("POST /cb?again "));

    let found = Server::fixed("HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n");
    let _ = post(&found.url(), 1);
    assert!(found.seen()[1].starts_with("GET /x ") && !found.seen()[1].contains("very-secret"));

    let evil = Server::fixed("HTTP/1.1 307 Moved\r\nLocation: http://169.254.169.254/\r\n\r\n");
    assert_eq!(post(&evil.url(), 1), Outcome::Refused(Refusal::NotPublic));
}

/// The outcome, which must be there soon after the 0.7 seconds given.
fn in_time(server: &Server) -> Outcome {
    let begun = Instant::now();
    let outcome = post(&server.url(), 0);
    assert!(
        begun.elapsed() < Duration::from_millis(1500),
        "{:?}",
        begun.elapsed()
    );
    let shown = format!("{outcome} {outcome:?}");
    assert!(
        !shown.contains("very-secret") && !shown.contains("127.0.0.1"),
        "{shown}"
    );
    outcome
}

#[test]
fn c10_silence_and_slowness_end_in_time() {
    let silent = Server::new(|_stream| std::thread::sleep(Duration::from_secs(5)));
    assert_eq!(in_time(&silent), Outcome::Failed(Failure::TimedOut));
    let slow_head = Server::new(|mut stream| {
        for byte in b"HTTP/1.1 200 OK\r\nA: bbbbbbbbbbbbbbbbbbbbbbbb" {
            std::thread::sleep(Duration::from_millis(100));
            if stream.write_all(&[*byte]).is_err() {
                return;
            }
        }
    });
    assert_eq!(in_time(&slow_head), Outcome::Failed(Failure::TimedOut));
    let slow_body = Server::new(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    assert_eq!(in_time(&slow_body), answered(200));
    let endless = Server::new(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b'x'; 8192]).is_ok() {}
    });
    assert_eq!(in_time(&endless), answered(200));
}

#[test]
fn c10_odd_answers() {
    let end = "HTTP/1.1 200 OK\r\n\r\n";
    let many = "A: b\r\n".repeat(10_000);
    let cases: Vec<(Vec<u8>, Outcome)> = vec![
        (
            format!("{}{end}", "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000)).into(),
            Outcome::Failed(Failure::BadAnswer),
        ),
        (
            format!("HTTP/1.1 100 Continue\r\n\r\n{end}").into(),
            answered(200),
        ),
        (
            format!("HTTP/1.1 200 OK\r\n{many}\r\n").into(),
            Outcome::Failed(Failure::BadAnswer),
        ),
        (
            format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "x".repeat(1_000_000)).into(),
            Outcome::Failed(Failure::TooLarge),
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08bomb".to_vec(),
            answered(200),
        ),
        (
            b"<html>HTTP/0.9</html>".to_vec(),
            Outcome::Failed(Failure::BadAnswer),
        ),
        (
            b"HTTP/2 200\r\n\r\n".to_vec(),
            Outcome::Failed(Failure::BadAnswer),
        ),
        (
            b"\0\xff\xfe garbage".to_vec(),
            Outcome::Failed(Failure::BadAnswer),
        ),
        (
            b"HTTP/1.1 2000 OK\r\n\r\n".to_vec(),
            Outcome::Failed(Failure::BadAnswer),
        ),
        (
            b"HTTP/1.1 200 OK\r\nA: b".to_vec(),
            Outcome::Failed(Failure::BadAnswer),
        ),
        (Vec::new(), Outcome::Failed(Failure::Closed)),
    ];
    for (answer, expected) in cases {
        let start = String::from_utf8_lossy(&answer[..answer.len().min(40)]).into_owned();
        assert_eq!(in_time(&Server::fixed(answer)), expected, "{start:?}");
    }
}

#[test]
fn a_closed_port_is_told_apart() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let outcome = post(&format!("http://{address}/"), 0);
    assert_eq!(outcome, Outcome::Failed(Failure::ConnectionRefused));
}

const CHILD: &str = "FERRITE_TEST_PROXY_CHILD";

#[test]
fn c12_the_environment_sets_no_proxy() {
    let server = Server::fixed("HTTP/1.1 200 OK\r\n\r\n");
    let proxy = Server::fixed("HTTP/1.1 200 OK\r\n\r\n");
    let proxy_url = format!("http://{}", proxy.address);
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", "c12_child"])
        .env(CHILD, server.url())
        .env("NO_PROXY", "");
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        child
            .env(name, &proxy_url)
            .env(name.to_lowercase(), &proxy_url);
    }
    assert!(child.output().unwrap().status.success());
    assert_eq!((server.seen().len(), proxy.seen().len()), (1, 0));
}

/// Does something only when the test above starts it.
#[test]
fn c12_child() {
    if let Ok(url) = std::env::var(CHILD) {
        assert_eq!(post(&url, 0), answered(200));
    }
}
