//! Smaller versions of pictures.

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageEncoder as _, ImageError, Rgba, RgbaImage};

use crate::decode::{Decoded, Turn, caught, decoded};
use crate::{Kind, Refusal, Size};

/// Of JPEGs.
const QUALITY: u8 = 80;

/// Between the best colours of GIFs (1) and the quickest (30).
const GIF_SPEED: i32 = 10;

/// The picture in a frame of this size: made smaller where it is larger, in its proportions and in
/// the middle, on white or on nothing. Of the same kind, without metadata.
pub fn smaller(_: &Turn, kind: Kind, bytes: &[u8], size: Size) -> Result<Vec<u8>, Refusal> {
    caught(|| {
        let framed = framed(kind, decoded(kind, bytes)?, size);
        encoded(kind, framed).map_err(|_| Refusal::Broken)
    })
}

fn framed(kind: Kind, decoded: Decoded, size: Size) -> RgbaImage {
    let (width, height) = (u32::from(size.width), u32::from(size.height));
    let is_turned = matches!(
        decoded.orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (across, down) = if is_turned {
        (height, width)
    } else {
        (width, height)
    };
    let mut picture = decoded.picture;
    if picture.width() > across || picture.height() > down {
        picture = picture.thumbnail(across, down);
    }
    picture.apply_orientation(decoded.orientation);
    let picture = picture.into_rgba8();
    let ground = match kind {
        Kind::Jpeg => Rgba([255; 4]),
        Kind::Png | Kind::Gif => Rgba([255, 255, 255, 0]),
    };
    let mut frame = RgbaImage::from_pixel(width, height, ground);
    let middle = |room: u32, taken: u32| i64::from(room.saturating_sub(taken) / 2);
    let left = middle(width, picture.width());
    let top = middle(height, picture.height());
    image::imageops::replace(&mut frame, &picture, left, top);
    frame
}

fn encoded(kind: Kind, frame: RgbaImage) -> Result<Vec<u8>, ImageError> {
    let mut out = Vec::new();
    let (width, height) = frame.dimensions();
    let colors = ExtendedColorType::Rgba8;
    match kind {
        Kind::Jpeg => {
            let opaque = DynamicImage::from(frame).into_rgb8();
            JpegEncoder::new_with_quality(&mut out, QUALITY).encode_image(&opaque)?;
        }
        Kind::Png => PngEncoder::new(&mut out).write_image(&frame, width, height, colors)?,
        Kind::Gif => {
            GifEncoder::new_with_speed(&mut out, GIF_SPEED)
                .encode(&frame, width, height, colors)?;
        }
    }
    Ok(out)
}
