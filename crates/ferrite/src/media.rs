//! Images of the catalog over HTTP, below `/media/`.
//!
//! In: a request's head. Out: an image with what lets a client keep it, or a part of one. Whatever an
//! image's bytes are, no browser takes them for anything but an image, or runs what is in them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use bytes::Bytes;
use ferrite_base::DateTime;
use ferrite_catalog::products::{Picture, picture};
use ferrite_storage::Db;
use ferrite_webapi::identity::Head;
use http_body_util::Full;
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED,
    RANGE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, StatusCode};

use crate::room::below_media;
use crate::server::{Answer, plain};
use crate::wiring;

/// Nothing in an image may run, or load anything.
const POLICY: &str = "sandbox; default-src 'none'";

/// An hour: a name may come back with another image once its first one is gone.
const KEPT: &str = "public, max-age=3600";

/// So many images are read at once: each may take several times its size meanwhile.
const MOST_READ: usize = 4;

static READERS: Mutex<usize> = Mutex::new(0);
static READ: Condvar = Condvar::new();

/// Leave to read an image.
struct Reader;

impl Reader {
    /// Waits until there are few enough others.
    fn admitted() -> Self {
        let readers = READERS.lock().unwrap_or_else(PoisonError::into_inner);
        let readers = READ.wait_while(readers, |readers| *readers >= MOST_READ);
        *readers.unwrap_or_else(PoisonError::into_inner) += 1;
        Self
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut readers = READERS.lock().unwrap_or_else(PoisonError::into_inner);
        *readers = readers.saturating_sub(1);
        READ.notify_one();
    }
}

/// So many bytes of images are on their way at once: who asked may read as slowly as they like.
const MOST_ON_THEIR_WAY: usize = 256 * 1024 * 1024;

static ON_THEIR_WAY: AtomicUsize = AtomicUsize::new(0);

/// Bytes that are counted as long as somebody is sent them.
struct OnTheirWay(Vec<u8>);

impl OnTheirWay {
    /// Counts them; none where there is no room for more.
    fn counted(bytes: Vec<u8>, most: usize) -> Option<Bytes> {
        let before = ON_THEIR_WAY.fetch_add(bytes.len(), Ordering::SeqCst);
        let counted = Self(bytes);
        let fits = before.saturating_add(counted.0.len()) <= most;
        fits.then(|| Bytes::from_owner(counted))
    }
}

impl AsRef<[u8]> for OnTheirWay {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for OnTheirWay {
    fn drop(&mut self) {
        ON_THEIR_WAY.fetch_sub(self.0.len(), Ordering::SeqCst);
    }
}

/// Answers a request for an image.
pub fn answer(db: &Db, head: &Head) -> Answer {
    if head.method != Method::GET && head.method != Method::HEAD {
        let mut answer = plain(405, "Images can be read only.\n");
        let allowed = HeaderValue::from_static("GET, HEAD");
        answer.headers_mut().insert(ALLOW, allowed);
        return answer;
    }
    let found = {
        let _reader = Reader::admitted();
        picture(db, below_media(&head.path).unwrap_or_default())
    };
    match found {
        Ok(Some(picture)) => shown(head, picture),
        Ok(None) => plain(404, "There is no such image.\n"),
        Err(fault) => {
            wiring::log(&format!("an image cannot be answered: {fault}"));
            plain(503, "Please try again later.\n")
        }
    }
}

fn shown(head: &Head, mut picture: Picture) -> Answer {
    let tag = format!("\"{}\"", picture.digest.get(..32).unwrap_or_default());
    let modified = picture.stored_at.as_ref();
    let length = picture.bytes.len();
    let part = part(head, &tag, modified, length);
    let bytes = std::mem::take(&mut picture.bytes);
    let Some(bytes) = OnTheirWay::counted(bytes, MOST_ON_THEIR_WAY) else {
        return plain(503, "Please try again later.\n");
    };
    let (status, body) = match &part {
        _ if is_known(head, &tag, modified) => (StatusCode::NOT_MODIFIED, Bytes::new()),
        Part::Whole => (StatusCode::OK, bytes),
        Part::None => (StatusCode::RANGE_NOT_SATISFIABLE, Bytes::new()),
        Part::From(first, last) => (StatusCode::PARTIAL_CONTENT, bytes.slice(*first..=*last)),
    };
    let mut answer = hyper::Response::new(Full::new(body));
    *answer.status_mut() = status;
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            answer.headers_mut().insert(name, value);
        }
    };
    set(CONTENT_TYPE, picture.media_type);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(CACHE_CONTROL, KEPT);
    set(ETAG, &tag);
    set(ACCEPT_RANGES, "bytes");
    if let Some(modified) = modified.and_then(DateTime::to_http) {
        set(LAST_MODIFIED, &modified);
    }
    match (status, part) {
        (StatusCode::PARTIAL_CONTENT, Part::From(first, last)) => {
            set(CONTENT_RANGE, &format!("bytes {first}-{last}/{length}"));
        }
        (StatusCode::RANGE_NOT_SATISFIABLE, _) => {
            set(CONTENT_RANGE, &format!("bytes */{length}"));
        }
        _ => {}
    }
    answer
}

/// Whether the client has this very image (RFC 9110 §13.2.2): a tag counts more than a time.
fn is_known(head: &Head, tag: &str, modified: Option<&DateTime>) -> bool {
    if let Some(known) = head.header(IF_NONE_MATCH) {
        let mut known = known.split(',').map(str::trim);
        return known.any(|one| one == "*" || one.trim_start_matches("W/") == tag);
    }
    let since = head
        .header(IF_MODIFIED_SINCE)
        .and_then(DateTime::parse_http);
    modified.zip(since).is_some_and(|(at, since)| *at <= since)
}

/// What of an image is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// From one byte to another, both included.
    From(usize, usize),
    /// What it does not have.
    None,
}

/// The part that is asked for. Several at once are answered with the whole, as RFC 9110 §14.2 allows.
fn part(head: &Head, tag: &str, modified: Option<&DateTime>, length: usize) -> Part {
    let asked = head
        .header(RANGE)
        .and_then(|text| text.strip_prefix("bytes="));
    let Some((first, last)) = asked.and_then(|text| text.trim().split_once('-')) else {
        return Part::Whole;
    };
    if let Some(known) = head.header(IF_RANGE) {
        let is_modified = modified.and_then(DateTime::to_http).as_deref() == Some(known);
        if known != tag && !is_modified {
            return Part::Whole;
        }
    }
    let number = |text: &str| match text.bytes().all(|digit| digit.is_ascii_digit()) {
        // More than can be counted is more than there is.
        true if !text.is_empty() => Some(text.parse().unwrap_or(usize::MAX)),
        _ => None,
    };
    let end = length.saturating_sub(1);
    let (first, last) = match (first, number(first), last, number(last)) {
        (_, Some(first), "", None) => (first, end),
        (_, Some(first), _, Some(last)) if first <= last => (first, last.min(end)),
        ("", None, _, Some(0)) => return Part::None,
        ("", None, _, Some(many)) => (length.saturating_sub(many), end),
        _ => return Part::Whole,
    };
    if first < length {
        Part::From(first, last)
    } else {
        Part::None
    }
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;

    use super::*;

    fn head(headers: &[(HeaderName, &str)]) -> Head {
        let pairs = headers.iter();
        let pairs = pairs.map(|(name, value)| (name.clone(), value.parse().unwrap()));
        Head {
            method: Method::GET,
            headers: HeaderMap::from_iter(pairs),
            ..Head::default()
        }
    }

    fn image() -> Picture {
        Picture {
            bytes: (0..10).collect(),
            media_type: "image/png",
            digest: "0123456789abcdef".repeat(4),
            stored_at: DateTime::parse("2024-06-10 06:13:20"),
        }
    }

    const TAG: &str = "\"0123456789abcdef0123456789abcdef\"";
    const AT: &str = "Mon, 10 Jun 2024 06:13:20 GMT";

    fn status(headers: &[(HeaderName, &str)]) -> u16 {
        shown(&head(headers), image()).status().as_u16()
    }

    #[test]
    fn a_client_that_has_the_image_is_told_so() {
        let weak = format!("\"x\", W/{TAG}");
        for known in [TAG, "*", &weak] {
            assert_eq!(status(&[(IF_NONE_MATCH, known)]), 304, "{known}");
        }
        assert_eq!(status(&[(IF_MODIFIED_SINCE, AT)]), 304);
        assert_eq!(
            status(&[(IF_MODIFIED_SINCE, "Mon, 10 Jun 2024 06:13:19 GMT")]),
            200
        );
        assert_eq!(status(&[(IF_MODIFIED_SINCE, "yesterday")]), 200);
        let other = [(IF_NONE_MATCH, "\"x\""), (IF_MODIFIED_SINCE, AT)];
        assert_eq!(status(&other), 200);
    }

    #[test]
    fn bytes_on_their_way_are_counted_until_they_are_gone() {
        let large = MOST_ON_THEIR_WAY / 2;
        let held = OnTheirWay::counted(vec![0; 1_000], large + 1_000).unwrap();
        let part = held.slice(1..3);
        drop(held);
        assert!(
            OnTheirWay::counted(Vec::new(), 999).is_none(),
            "a part is still held"
        );
        drop(part);
        assert!(OnTheirWay::counted(vec![0; 1_000], large).is_some());
    }

    #[test]
    fn one_part_is_answered_as_such_and_nonsense_with_the_whole() {
        let part = |text: &str| part(&head(&[(RANGE, text)]), TAG, None, 10);
        assert_eq!(part("bytes=0-0"), Part::From(0, 0));
        assert_eq!(part("bytes=4-"), Part::From(4, 9));
        assert_eq!(part("bytes=4-99999999999999999999999"), Part::From(4, 9));
        assert_eq!(part("bytes=-3"), Part::From(7, 9));
        assert_eq!(part("bytes=-99"), Part::From(0, 9));
        for beyond in ["bytes=10-", "bytes=10-12", "bytes=-0"] {
            assert_eq!(part(beyond), Part::None, "{beyond}");
        }
        for nonsense in [
            "bytes=-",
            "bytes=5-4",
            "bytes=a-b",
            "bytes=0-1,3-4",
            "lines=0-1",
            "bytes=+1-2",
            "",
        ] {
            assert_eq!(part(nonsense), Part::Whole, "{nonsense}");
        }
        assert_eq!(status(&[(RANGE, "bytes=0-1"), (IF_RANGE, TAG)]), 206);
        assert_eq!(status(&[(RANGE, "bytes=0-1"), (IF_RANGE, AT)]), 206);
        assert_eq!(status(&[(RANGE, "bytes=0-1"), (IF_RANGE, "\"x\"")]), 200);
        assert_eq!(status(&[(RANGE, "bytes=77-")]), 416);
    }
}
