//! Pictures as bytes: of which kind they are, whether they are whole, and smaller versions of them.
//!
//! What flows in was sent by strangers: kind and size are read from the first bytes ([`head`]), and
//! nothing is decoded that is larger than [`MOST_PIXELS`]. One picture is decoded at a time, whoever
//! asks ([`decode`]), so that memory stays bounded. Smaller versions exist in a few [`Size`]s only,
//! carry no metadata, and are of the picture's own kind.
//!
//! This crate alone knows the decoders: they take long to compile.

mod checked;
mod decode;
mod head;
mod size;
mod smaller;
#[cfg(test)]
mod tests;

pub use checked::check;
pub use decode::{Turn, in_turn_soon};
pub use head::{Kind, media_type};
pub use size::{FOLDER, SIZES, Size};
pub use smaller::smaller;

/// The most pixels that are decoded: 20 megapixels.
pub const MOST_PIXELS: u64 = 20_000_000;

/// The most bytes of a file that are looked at.
pub const MOST_BYTES: usize = 32 * 1024 * 1024;

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has more pixels, or bytes, than are decoded.
    #[error("the picture is larger than 20 megapixels or 32 MB")]
    TooLarge,
    /// It is none of its kind, or cut off.
    #[error("the picture cannot be decoded")]
    Broken,
    /// Too many wait for theirs.
    #[error("too many pictures are being made")]
    Busy,
}
