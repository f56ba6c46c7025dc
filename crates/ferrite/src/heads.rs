//! What a connection brings, on its way to the HTTP parser: lines of a head end with CR LF and with
//! nothing else.
//!
//! The parser takes a lone LF for a line's end too, where a server in front of this one may read on
//! (RFC 9112 §2.2). Here such an LF becomes a NUL, which the parser refuses with 400. To know where a
//! head begins, the length of the body before it is read from that body's own head; behind a chunked
//! body nothing is watched any more, and the server closes the connection after the answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection whose heads are watched.
pub struct Watched<S> {
    stream: S,
    watch: Watch,
}

impl<S> Watched<S> {
    /// Watches a connection from its first byte on.
    pub fn new(stream: S) -> Self {
        let watch = Watch::default();
        Self { stream, watch }
    }
}

/// Where in the bytes of a connection we are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// In a head, or before one.
    #[default]
    Head,
    /// So many bytes before the end of a body.
    Body(u64),
    /// Behind what ends the connection.
    Unwatched,
}

#[derive(Default)]
struct Watch {
    place: Place,
    /// What has come of the current line.
    line: Vec<u8>,
    /// Whether the request line has been seen.
    has_begun: bool,
    length: u64,
    is_chunked: bool,
}

impl Watch {
    /// Looks at the bytes that come next, and spoils an LF that must not be there.
    fn pass(&mut self, bytes: &mut [u8]) {
        let mut at = 0;
        while let Some(rest) = bytes.get_mut(at..).filter(|rest| !rest.is_empty()) {
            at += match self.place {
                Place::Unwatched => return,
                Place::Body(left) => {
                    let here =
                        usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                    let left = left - here as u64;
                    self.place = if left == 0 {
                        Place::Head
                    } else {
                        Place::Body(left)
                    };
                    here
                }
                Place::Head => self.pass_line(rest),
            };
        }
    }

    /// Looks at a line or what there is of it; how many bytes that were.
    fn pass_line(&mut self, bytes: &mut [u8]) -> usize {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.line.extend_from_slice(bytes);
            return bytes.len();
        };
        self.line.extend_from_slice(&bytes[..end]);
        if self.line.pop() == Some(b'\r') {
            self.end_line();
        } else {
            bytes[end] = 0;
            self.place = Place::Unwatched;
        }
        self.line.clear();
        end + 1
    }

    fn end_line(&mut self) {
        if !self.line.is_empty() {
            if self.has_begun {
                self.read_header();
            }
            self.has_begun = true;
        } else if self.has_begun {
            self.place = match self.length {
                _ if self.is_chunked => Place::Unwatched,
                0 => Place::Head,
                length => Place::Body(length),
            };
            (self.has_begun, self.length) = (false, 0);
        }
    }

    fn read_header(&mut self) {
        let Some(colon) = self.line.iter().position(|byte| *byte == b':') else {
            return;
        };
        let (name, value) = self.line.split_at(colon);
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.is_chunked = true;
        } else if name.eq_ignore_ascii_case(b"content-length") {
            let digits = std::str::from_utf8(&value[1..]).unwrap_or_default();
            // What is no number is refused by the parser.
            self.length = digits.trim().parse().unwrap_or(u64::MAX);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if let Some(bytes) = buffer.filled_mut().get_mut(before..) {
            self.watch.pass(bytes);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes out, whatever the pieces are in which the bytes come.
    #[track_caller]
    fn passed(bytes: &str, wanted: &str) {
        for size in [1, 2, 3, 7, 4_096] {
            let mut watch = Watch::default();
            let mut bytes = bytes.as_bytes().to_vec();
            bytes.chunks_mut(size).for_each(|piece| watch.pass(piece));
            let out = String::from_utf8(bytes).unwrap();
            assert_eq!(out, wanted, "in pieces of {size}");
        }
    }

    #[test]
    fn a_lone_line_feed_in_a_head_is_spoiled() {
        passed(
            "GET / HTTP/1.1\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\0Host: h\r\n\r\n",
        );
        passed(
            "GET / HTTP/1.1\r\nX: a\nY: b\r\n\r\n",
            "GET / HTTP/1.1\r\nX: a\0Y: b\r\n\r\n",
        );
        passed(
            "GET / HTTP/1.1\r\nX: a\r\n\n",
            "GET / HTTP/1.1\r\nX: a\r\n\0",
        );
        passed("\nGET /", "\0GET /");
    }

    #[test]
    fn bodies_are_left_as_they_are_and_the_next_head_is_watched() {
        let post = "\r\nPOST / HTTP/1.1\r\ncontent-LENGTH:  3 \r\nX: y\r\n\r\na\nb";
        let get = "GET / HTTP/1.1\r\nX: a";
        passed(&format!("{post}{get}\n"), &format!("{post}{get}\0"));
        passed(
            &format!("{get}\r\n\r\n{post}\r\n{get}\n"),
            &format!("{get}\r\n\r\n{post}\r\n{get}\0"),
        );
        let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\n\r\n0\r\n\r\n";
        passed(chunked, chunked);
    }
}
