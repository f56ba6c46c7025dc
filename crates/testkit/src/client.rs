//! HTTP/1.1 over one kept connection: the bytes of a request out, status and body back.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// No answer takes longer, or the server hangs.
const LONGEST: Duration = Duration::from_secs(20);

/// One connection.
pub struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether the status is of the 200s.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Client {
    /// Connects.
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LONGEST))?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends the bytes of a request and reads the answer to it, whole.
    pub fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.write_all(request)?;
        let end = loop {
            match self
                .received
                .windows(4)
                .position(|four| four == b"\r\n\r\n")
            {
                Some(at) => break at,
                None => self.receive()?,
            }
        };
        let head = String::from_utf8_lossy(&self.received[..end]).into_owned();
        let (status, length) = read_head(&head).ok_or(io::ErrorKind::InvalidData)?;
        let body = end + 4;
        while self.received.len() < body + length {
            self.receive()?;
        }
        let mut answer: Vec<u8> = self.received.drain(..body + length).collect();
        Ok(Answer {
            status,
            head,
            body: answer.split_off(body),
        })
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => {
                self.received.extend_from_slice(&piece[..count]);
                Ok(())
            }
        }
    }
}

/// Status and length of the body; none where the head does not say both. What has not changed has no
/// body.
fn read_head(head: &str) -> Option<(u16, usize)> {
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    if status == 304 {
        return Some((status, 0));
    }
    let mut named = lines.filter_map(|line| line.split_once(':'));
    let (_, length) = named.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    Some((status, length.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn answers_on_one_connection_are_told_apart() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut read = [0; 4];
            for answer in [
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
                "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ncut",
            ] {
                stream.read_exact(&mut read).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        let mut client = Client::connect(address).unwrap();
        let first = client.exchange(b"GET1").unwrap();
        assert!(first.is_success() && first.body == b"[]");
        let second = client.exchange(b"GET2").unwrap();
        assert_eq!((second.status, second.body.len()), (401, 0));
        let cut = client.exchange(b"GET3").unwrap_err();
        assert_eq!(cut.kind(), io::ErrorKind::UnexpectedEof);
        server.join().unwrap();
    }
}
