//! Reading a request's body: within its limit, and as fast as it has to come.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};

use crate::admission::Admission;
use crate::server::{Answer, plain};

const BODY_WITHIN: Duration = Duration::from_secs(60);
/// How long a body may take to begin with; after that so many bytes have to come in a second.
const BODY_BEGINS_WITHIN: Duration = Duration::from_secs(10);
const SLOWEST_BODY: u64 = 1024;

/// A request's whole body.
pub async fn received(
    admission: &Arc<Admission>,
    body: Incoming,
    limit: usize,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Answer> {
    if body.is_end_stream() {
        return Ok((Bytes::new(), None));
    }
    let hint = body.size_hint();
    let most = hint.upper().unwrap_or(u64::MAX).min(limit as u64);
    let Some(leave) = admission.body(most) else {
        return Err(plain(503, "Too many large bodies are read at present.\n"));
    };
    let (start, mut body) = (Instant::now(), Limited::new(body, limit));
    let mut bytes = Vec::new();
    loop {
        let frame = timeout_at(start + due(bytes.len() as u64), body.frame());
        match frame.await {
            Ok(None) => return Ok((Bytes::from(bytes), leave)),
            Ok(Some(Ok(frame))) => {
                bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data))
            }
            Ok(Some(Err(error))) if error.is::<LengthLimitError>() => {
                return Err(plain(413, "The request's body is too large.\n"));
            }
            Ok(Some(Err(_))) => return Err(plain(400, "The request's body cannot be read.\n")),
            Err(_) => return Err(plain(408, "The request's body came too slowly.\n")),
        }
    }
}

/// How long after its head more of a body has to be there, when so many bytes have come.
fn due(received: u64) -> Duration {
    let allowed = BODY_BEGINS_WITHIN + Duration::from_secs(received / SLOWEST_BODY);
    allowed.min(BODY_WITHIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_to_keep_coming() {
        let seconds = |received| due(received).as_secs();
        assert_eq!([seconds(0), seconds(1_023), seconds(5_120)], [10, 10, 15]);
        assert_eq!(seconds(u64::MAX), 60);
    }
}
