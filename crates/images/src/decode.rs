//! Decoding within bounds, one picture at a time.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};

use crate::{Kind, MOST_BYTES, MOST_PIXELS, Refusal};

/// The most memory that a decoder takes: eight bits in four channels for the most pixels, and half
/// as much again.
const MOST_MEMORY: u64 = MOST_PIXELS * 6;

/// So many wait for their turn at once, where they need not: each takes a thread of a server.
pub(crate) const MOST_WAITING: usize = 64;

/// Who decodes, and who waits to.
pub(crate) struct Queue {
    turn: Mutex<()>,
    waiting: AtomicUsize,
}

/// The one of this process.
static QUEUE: Queue = Queue::new();

/// The turn of whoever may decode.
pub struct Turn(());

/// Does something with decoders when it is its turn, however long that takes.
pub(crate) fn in_turn<T>(work: impl FnOnce(&Turn) -> T) -> T {
    QUEUE.in_turn(work)
}

/// Does something with decoders when it is its turn, unless too many wait already. What is wanted may
/// have been made meanwhile: that is worth a look first.
pub fn in_turn_soon<T>(work: impl FnOnce(&Turn) -> T) -> Result<T, Refusal> {
    QUEUE.in_turn_soon(work)
}

impl Queue {
    pub(crate) const fn new() -> Self {
        Self {
            turn: Mutex::new(()),
            waiting: AtomicUsize::new(0),
        }
    }

    fn in_turn<T>(&self, work: impl FnOnce(&Turn) -> T) -> T {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        work(&Turn(()))
    }

    pub(crate) fn in_turn_soon<T>(&self, work: impl FnOnce(&Turn) -> T) -> Result<T, Refusal> {
        // Counted before it is judged, so that it is counted down in either case.
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let _place = Place(&self.waiting);
        if before >= MOST_WAITING {
            return Err(Refusal::Busy);
        }
        Ok(self.in_turn(work))
    }
}

/// A place among those who wait, and who is served.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A fault in a decoder is the picture's: what it held is gone with it.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Refusal::Broken))
}

/// A picture as it was sent, and how it is to be turned.
pub(crate) struct Decoded {
    pub picture: DynamicImage,
    pub orientation: Orientation,
}

/// Decodes a picture whole; of an animation, its first frame. Its size is looked at before anything
/// is decoded.
pub(crate) fn decoded(kind: Kind, bytes: &[u8]) -> Result<Decoded, Refusal> {
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::TooLarge);
    }
    if kind == Kind::Jpeg && !ends(bytes) {
        return Err(Refusal::Broken);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format(kind));
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Refusal::TooLarge);
    }
    limits.reserve(decoder.total_bytes()).map_err(refusal)?;
    decoder.set_limits(limits).map_err(refusal)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    Ok(Decoded {
        picture,
        orientation,
    })
}

fn format(kind: Kind) -> ImageFormat {
    match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Gif => ImageFormat::Gif,
    }
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooLarge,
        _ => Refusal::Broken,
    }
}

/// Whether a JPEG's data has an end: the decoder would make grey of what is missing. A preview
/// within the metadata has an end of its own, before the picture's data begins.
fn ends(bytes: &[u8]) -> bool {
    let is = |marker: u8| move |pair: &[u8]| pair == [0xff, marker];
    let begins = bytes.windows(2).rposition(is(0xda));
    let ends = bytes.windows(2).rposition(is(0xd9));
    begins.is_some() && ends > begins
}
