//! Attacks at the public door of a running server: what is broken, twisted or enormous gets its
//! status, and afterwards the server still answers. No 500, no dropped connection, no hang.

mod at_rest;
pub mod caller;
mod data;
mod images;
mod names;
mod people;
mod random;
mod replay;
mod routes;
mod signed;

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use ferrite_testkit::Store;

use crate::server::{Scratch, Server};
use crate::stage::Repo;

/// No answer takes longer, or the server hangs.
const LONGEST: Duration = Duration::from_secs(20);
const READ: &str = "/rest/V1/directory/countries/LU";
const SIGN_IN: &str = "/rest/V1/integration/admin/token";

/// All attacks, one after another. The server is stopped and started on the way.
pub fn check(repo: &Repo, store: &Store, server: &mut Server, scratch: &Scratch) -> Result<()> {
    let door = Door(store.address());
    let slow = thread::spawn(move || slow_bodies(door));
    let mut count = 0;
    for attack in [edge(), bombs()].concat() {
        door.answers(&attack)?;
        count += 1;
    }
    flood(&door)?;
    println!("{count} attacks and a flood are answered as they should be");
    routes::check(repo, store)?;
    signed::check(store, server)?;
    people::check(store)?;
    data::check(store)?;
    names::check(store)?;
    images::check(store)?;
    random::check(repo, &door)?;
    slow.join().map_err(|_| anyhow!("slow bodies panicked"))??;
    replay::check(store, server, &scratch.0.join("server.log"))?;
    if store.folder.join("var/store.db").exists() {
        at_rest::check(&store.ferrite, scratch)?;
    }
    Ok(())
}

/// Bodies that never come, and that come too slowly.
fn slow_bodies(door: Door) -> Result<()> {
    let head = post(
        SIGN_IN,
        "Content-Type: application/json\r\n",
        &[b' '; 5_000],
    );
    let silent = head.get(..head.len() - 4_990).unwrap_or_default();
    let statuses = door.statuses(silent)?;
    ensure!(
        statuses == [408],
        "a body that stops is answered {statuses:?}"
    );
    Ok(())
}

/// What is sent, by its name, and the statuses that it may get.
type Attack = (&'static str, Vec<u8>, Vec<u16>);

/// Where requests are sent to.
#[derive(Clone, Copy)]
struct Door(SocketAddr);

impl Door {
    /// Sends bytes and reads until the server closes the connection.
    fn send(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut stream = TcpStream::connect_timeout(&self.0, Duration::from_secs(2))?;
        stream.set_read_timeout(Some(LONGEST))?;
        // Who is refused early may find the connection closed while it still writes.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            Err(error) if error.kind() != ErrorKind::ConnectionReset => Err(error.into()),
            _ => Ok(answer),
        }
    }

    /// The statuses of all answers to what is sent.
    fn statuses(&self, bytes: &[u8]) -> Result<Vec<u16>> {
        let answer = self.send(bytes)?;
        let starts = memchr::memmem::find_iter(&answer, b"HTTP/1.");
        let status = |at: usize| {
            let digits = answer.get(at + 9..at + 12)?;
            std::str::from_utf8(digits).ok()?.parse().ok()
        };
        Ok(starts.filter_map(status).collect())
    }

    fn answers(&self, (name, bytes, wanted): &Attack) -> Result<()> {
        let statuses = self.statuses(bytes).with_context(|| (*name).to_owned())?;
        ensure!(
            statuses == *wanted,
            "{name} is answered {statuses:?} instead of {wanted:?}"
        );
        let after = self.statuses(&get(READ, ""))?;
        ensure!(after == [200], "after {name} a read is answered {after:?}");
        Ok(())
    }
}

/// A request of which nothing follows; further headers end with a line break.
fn get(target: &str, headers: &str) -> Vec<u8> {
    let host = "Host: 127.0.0.1\r\nConnection: close\r\n";
    format!("GET {target} HTTP/1.1\r\n{host}{headers}\r\n").into_bytes()
}

fn post(target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
         Content-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Broken heads and frames.
fn edge() -> Vec<Attack> {
    let raw = |text: &str| text.as_bytes().to_vec();
    let line = |line: &str| get(READ, &format!("{line}\r\n"));
    let twice = format!(
        "POST {SIGN_IN} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\
         Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\
         GET {READ} HTTP/1.1\r\nHost: h\r\n\r\n"
    );
    let chunked = |kind: &str, body: &str| {
        let head = format!("POST {SIGN_IN} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n");
        format!("{head}Transfer-Encoding: {kind}\r\n\r\n{body}").into_bytes()
    };
    let many: String = (0..101).map(|n| format!("X-{n}: 1\r\n")).collect();
    vec![
        (
            "no host",
            raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"),
            vec![400],
        ),
        ("two hosts", line("Host: b"), vec![400]),
        (
            "HTTP/1.0",
            raw(&format!("GET {READ} HTTP/1.0\r\nHost: h\r\n\r\n")),
            vec![200],
        ),
        ("HTTP/0.9", raw("GET /\r\n\r\n"), vec![400]),
        (
            "an absolute target",
            get(&format!("http://h{READ}"), ""),
            vec![200],
        ),
        (
            "a target with a user",
            get(&format!("http://u@h{READ}"), ""),
            vec![400],
        ),
        (
            "length and chunks: the connection closes",
            raw(&twice),
            vec![400],
        ),
        (
            "two lengths",
            line("Content-Length: 1\r\nContent-Length: 2"),
            vec![400],
        ),
        ("a signed length", line("Content-Length: +1"), vec![400]),
        ("an unknown encoding", chunked("x", "1"), vec![400]),
        (
            "two encodings",
            chunked("gzip, chunked", "0\r\n\r\n"),
            vec![400],
        ),
        (
            "a chunk without a size",
            chunked("chunked", "zz\r\n\r\n"),
            vec![400],
        ),
        (
            "a chunk too large to count",
            chunked("chunked", "ffffffffffffffffff\r\n\r\n"),
            vec![400],
        ),
        ("a folded header", line("X: a\r\n b"), vec![400]),
        ("a bare CR", line("X: a\rb"), vec![400]),
        ("a bare LF", line("X: a\nY: b"), vec![400]),
        (
            "a head of bare LFs",
            raw(&format!(
                "GET {READ} HTTP/1.1\nHost: h\nConnection: close\n\n"
            )),
            vec![400],
        ),
        (
            "a bare LF in a second head",
            raw(&format!(
                "POST {SIGN_IN} HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n\n\n\n\
                 GET {READ} HTTP/1.1\nHost: h\r\n\r\n"
            )),
            vec![400, 400],
        ),
        (
            "a request behind chunks",
            chunked(
                "chunked",
                &format!("0\r\n\r\nGET {READ} HTTP/1.1\nHost: h\n\n"),
            ),
            vec![400],
        ),
        (
            "50 KB of headers",
            line(&format!("X: {}", "a".repeat(50_000))),
            vec![431],
        ),
        (
            "65 KB of headers",
            line(&format!("X: {}", "a".repeat(65_000))),
            vec![431],
        ),
        (
            "500 KB of headers",
            get(READ, &format!("X: {}\r\n", "a".repeat(5_000)).repeat(100)),
            vec![431],
        ),
        (
            "line breaks in a name",
            get("/rest/V1/products/a%0d%0aX-Evil:%201", ""),
            vec![401],
        ),
        ("a space before the colon", line("X : a"), vec![400]),
        ("NUL in a header", line("X: a\0b"), vec![400]),
        (
            "no UTF-8 in a path",
            [b"GET /\xff HTTP/1.1\r\n".as_slice(), b"Host: h\r\n\r\n"].concat(),
            vec![400],
        ),
        ("101 headers", get(READ, &many), vec![431]),
        (
            "an address of 33 KB",
            get(&format!("/{}", "a".repeat(33_000)), ""),
            vec![414],
        ),
        (
            "an address of 70 KB",
            get(&format!("/{}", "a".repeat(70_000)), ""),
            vec![414],
        ),
        (
            "TRACE",
            raw(&format!(
                "TRACE {READ} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            )),
            vec![405],
        ),
        (
            "a panel under a foreign name",
            raw("GET /admin HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n"),
            vec![421],
        ),
    ]
}

/// What is small to send and large to read.
fn bombs() -> Vec<Attack> {
    const JSON: &str = "Content-Type: application/json\r\n";
    const XML: &str = "Content-Type: application/xml\r\n";
    let json = |body: &str| post(SIGN_IN, JSON, body.as_bytes());
    let xml = |body: &str| post(SIGN_IN, XML, body.as_bytes());
    let nested = |start: &str, end: &str| start.repeat(100_000) + &end.repeat(100_000);
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
    let pairs = vec!["a=1"; 1_001].join("&");
    vec![
        (
            "nested fields",
            get(&format!("{READ}?fields={}", "a[".repeat(10_000)), ""),
            vec![200],
        ),
        (
            "whole nested fields",
            get(
                &format!("{READ}?fields={}a{}", "i[".repeat(9_000), "]".repeat(9_000)),
                "",
            ),
            vec![200],
        ),
        (
            "1,001 parameters",
            get(&format!("{READ}?{pairs}"), ""),
            vec![400],
        ),
        (
            "a name 65 deep",
            get(&format!("{READ}?a{}=1", "[a]".repeat(65)), ""),
            vec![400],
        ),
        (
            "deep JSON",
            json(&format!("{{\"username\":{}}}", nested("[", "]"))),
            vec![400],
        ),
        (
            "a million keys",
            json(&format!("{{{}\"a\":1}}", "\"k\":1,".repeat(1_000_000))),
            vec![400],
        ),
        (
            "a number of 10 MB",
            json(&format!("{{\"username\":{}}}", "1".repeat(10_000_000))),
            vec![400],
        ),
        (
            "a number beyond all",
            json("{\"username\":1e999999}"),
            vec![400],
        ),
        (
            "no UTF-8",
            post(SIGN_IN, JSON, b"{\"username\":\"\xff\"}"),
            vec![400],
        ),
        (
            "an encoded body",
            post(SIGN_IN, "Content-Encoding: gzip\r\n", b"\x1f\x8b"),
            vec![415],
        ),
        (
            "a body of 33 MB",
            json(&" ".repeat(33 * 1024 * 1024)),
            vec![413],
        ),
        (
            "a document type",
            xml("<!DOCTYPE a [<!ENTITY b \"b\">]><a>&b;</a>"),
            vec![400],
        ),
        ("deep XML", xml(&nested("<a>", "</a>")), vec![400]),
        (
            "deep XML behind quotes",
            xml(&nested("<a b=\"/>\">", "</a>")),
            vec![400],
        ),
        (
            "deep XML behind comments",
            xml(&nested("<a><!--</a>-->", "</a>")),
            vec![400],
        ),
        (
            "deep XML behind sections",
            xml(&nested("<a><![CDATA[</a>]]>", "</a>")),
            vec![400],
        ),
        (
            "a hundred thousand attributes",
            xml(&format!("<a{attributes}/>")),
            vec![400],
        ),
    ]
}

/// Two hundred sign-ins at once: each gets an answer, most of them that there are too many.
fn flood(door: &Door) -> Result<()> {
    let attempts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..200)
            .map(|number| {
                let body = format!("{{\"username\":\"flood{number}\",\"password\":\"x\"}}");
                let headers = "Content-Type: application/json\r\n";
                let request = post(SIGN_IN, headers, body.as_bytes());
                scope.spawn(move || door.statuses(&request))
            })
            .collect();
        let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.filter_map(Result::ok).collect::<Result<Vec<_>>>()
    })?;
    let known = attempts
        .iter()
        .all(|answer| matches!(answer[..], [401 | 503]));
    ensure!(
        known && attempts.len() == 200,
        "a flood of sign-ins is answered {attempts:?}"
    );
    Ok(())
}
