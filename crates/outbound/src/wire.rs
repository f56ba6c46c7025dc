//! One HTTP/1.1 request over a socket, with one deadline and little trust in what comes back.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::reason::Failure;
use crate::target::Target;
use crate::tls::failure_of;

/// At most this much of an answer is read.
pub(crate) const MAX_ANSWER: usize = 64 * 1024;
/// At most this much comes from the socket, TLS included.
const MAX_RAW: usize = 2 * MAX_ANSWER;
const MAX_HEADERS: usize = 128;
/// Answers of the kind `100 Continue` before the real one.
const MAX_INTERIM: usize = 8;
/// The body is of no interest; it is taken in for a moment so that the other side can finish.
const DRAIN: Duration = Duration::from_millis(250);

/// A socket on which nothing lasts beyond the deadline.
#[derive(Debug)]
pub(crate) struct Timed {
    socket: TcpStream,
    deadline: Instant,
    left: usize,
}

impl Timed {
    pub(crate) fn new(socket: TcpStream, deadline: Instant) -> Timed {
        Timed {
            socket,
            deadline,
            left: MAX_RAW,
        }
    }

    fn remaining(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            Err(io::ErrorKind::TimedOut.into())
        } else {
            Ok(left)
        }
    }
}

/// A stream whose deadline can be brought forward.
pub(crate) trait Bounded: Read + Write {
    fn end_by(&mut self, deadline: Instant);
}

impl Bounded for Timed {
    fn end_by(&mut self, deadline: Instant) {
        self.deadline = self.deadline.min(deadline);
    }
}

impl Bounded for rustls::StreamOwned<rustls::ClientConnection, Timed> {
    fn end_by(&mut self, deadline: Instant) {
        self.sock.end_by(deadline);
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.socket.set_read_timeout(Some(self.remaining()?))?;
        let most = buffer.len().min(self.left);
        let count = self.socket.read(&mut buffer[..most])?;
        self.left -= count;
        Ok(count)
    }
}

impl Write for Timed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.remaining()?))?;
        self.socket.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// What is sent. Its content is secret.
pub(crate) enum Request<'a> {
    Post(&'a [u8]),
    Get,
}

impl Request<'_> {
    fn bytes(&self, target: &Target, agent: &str) -> Zeroizing<Vec<u8>> {
        let (method, body) = match self {
            Request::Post(body) => ("POST", Some(*body)),
            Request::Get => ("GET", None),
        };
        let mut head = format!(
            "{method} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nUser-Agent: {agent}\r\n",
            target.path_and_query(),
            target.authority(),
        );
        if let Some(body) = body {
            head.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let body = body.unwrap_or_default();
        let mut all = Zeroizing::new(Vec::with_capacity(head.len() + body.len()));
        all.extend_from_slice(head.as_bytes());
        all.extend_from_slice(body);
        all
    }
}

/// The part of an answer that is used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
}

/// Sends the request and reads the head of the answer.
pub(crate) fn exchange(
    stream: &mut impl Bounded,
    request: &Request<'_>,
    target: &Target,
    agent: &str,
) -> Result<Head, Failure> {
    let sent = stream
        .write_all(&request.bytes(target, agent))
        .and_then(|()| stream.flush());
    // A server may answer and close before it has read everything, so look for an answer first.
    let broken = match sent.map_err(|error| failure_of(&error)) {
        Ok(()) => None,
        Err(failure @ (Failure::Closed | Failure::Other)) => Some(failure),
        Err(failure) => return Err(failure),
    };
    let mut answer = Answer::default();
    let head = loop {
        if let Some(head) = answer.head()? {
            break head;
        }
        answer
            .fill(stream)
            .map_err(|failure| broken.unwrap_or(failure))?;
    };
    answer.drain(stream);
    Ok(head)
}

#[derive(Default)]
struct Answer {
    bytes: Vec<u8>,
    total: usize,
    interim: usize,
    fresh_line: bool,
}

impl Answer {
    fn fill(&mut self, stream: &mut impl Read) -> Result<(), Failure> {
        let mut chunk = [0u8; 4096];
        let most = chunk.len().min(MAX_ANSWER - self.total);
        if most == 0 {
            return Err(Failure::TooLarge);
        }
        let count = loop {
            match stream.read(&mut chunk[..most]) {
                Ok(0) if self.bytes.is_empty() => return Err(Failure::Closed),
                Ok(0) => return Err(Failure::BadAnswer),
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failure_of(&error)),
            }
        };
        self.total += count;
        self.fresh_line |= chunk[..count].contains(&b'\n');
        self.bytes.extend_from_slice(&chunk[..count]);
        Ok(())
    }

    /// The head of the answer proper, once it is complete.
    fn head(&mut self) -> Result<Option<Head>, Failure> {
        const START: &[u8] = b"HTTP/1.";
        let seen = self.bytes.len().min(START.len());
        if self.bytes[..seen] != START[..seen] {
            return Err(Failure::BadAnswer);
        }
        while std::mem::take(&mut self.fresh_line) {
            let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
            let mut parsed = httparse::Response::new(&mut headers);
            let length = match parsed.parse(&self.bytes) {
                Ok(httparse::Status::Complete(length)) => length,
                Ok(httparse::Status::Partial) => return Ok(None),
                Err(_) => return Err(Failure::BadAnswer),
            };
            let status = parsed
                .code
                .filter(|code| *code >= 100)
                .ok_or(Failure::BadAnswer)?;
            if matches!(status, 100 | 102..=199) {
                self.interim += 1;
                if self.interim > MAX_INTERIM {
                    return Err(Failure::BadAnswer);
                }
                self.bytes.drain(..length);
                self.fresh_line = self.bytes.contains(&b'\n');
                continue;
            }
            let location = parsed
                .headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case("location"))
                .and_then(|header| std::str::from_utf8(header.value).ok())
                .map(str::to_owned);
            return Ok(Some(Head { status, location }));
        }
        Ok(None)
    }

    fn drain(&mut self, stream: &mut impl Bounded) {
        stream.end_by(Instant::now() + DRAIN);
        let mut rest = [0u8; 4096];
        while self.total < MAX_ANSWER {
            let most = rest.len().min(MAX_ANSWER - self.total);
            match stream.read(&mut rest[..most]) {
                Ok(count) if count > 0 => self.total += count,
                _ => return,
            }
        }
    }
}
