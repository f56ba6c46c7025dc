use image::{DynamicImage, GenericImageView as _, ImageFormat, Rgba, RgbaImage};

use crate::decode::{MOST_WAITING, Queue};
use crate::{Kind, MOST_BYTES, Refusal, SIZES, Size, check, in_turn_soon, media_type};

fn format(kind: Kind) -> ImageFormat {
    match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Gif => ImageFormat::Gif,
    }
}

/// A red picture of this size.
fn red(kind: Kind, width: u32, height: u32) -> Vec<u8> {
    let picture = DynamicImage::from(RgbaImage::from_pixel(width, height, Rgba([220, 0, 0, 255])));
    let mut out = std::io::Cursor::new(Vec::new());
    match kind {
        Kind::Jpeg => DynamicImage::from(picture.into_rgb8()).write_to(&mut out, format(kind)),
        _ => picture.write_to(&mut out, format(kind)),
    }
    .unwrap();
    out.into_inner()
}

fn smaller(kind: Kind, bytes: &[u8], size: Size) -> Result<Vec<u8>, Refusal> {
    in_turn_soon(|turn| crate::smaller(turn, kind, bytes, size))?
}

/// The CRC of a PNG's chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1))
        })
    })
}

/// A PNG that says it is of this size.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = red(Kind::Png, 1, 1);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&sum);
    bytes
}

#[test]
fn kinds_are_known_by_their_first_bytes() {
    for kind in Kind::ALL {
        let bytes = red(kind, 3, 2);
        assert_eq!(media_type(&bytes), Some(kind.media_type()));
        assert_eq!(check(kind, &bytes), Ok(()));
        assert_eq!(Kind::of(kind.media_type()), Some(kind));
    }
    assert_eq!(media_type(&red(Kind::Png, 1, 1)[..20]), None);
    assert_eq!(media_type(&red(Kind::Jpeg, 1, 1)[..8]), None);
    assert_eq!(
        media_type(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        None
    );
    assert_eq!(media_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
}

#[test]
fn a_picture_that_says_it_is_huge_is_not_decoded() {
    assert_eq!(check(Kind::Png, &claiming(1, 1)), Ok(()));
    for (width, height) in [(60_000, 60_000), (5_000, 4_001), (u32::MAX >> 1, 1)] {
        let refused = check(Kind::Png, &claiming(width, height));
        assert_eq!(refused, Err(Refusal::TooLarge), "{width}x{height}");
    }
    let mut gif = red(Kind::Gif, 1, 1);
    gif[6..10].copy_from_slice(&[0xff; 4]);
    assert_eq!(check(Kind::Gif, &gif), Err(Refusal::TooLarge));
    let long = vec![0; MOST_BYTES + 1];
    assert_eq!(check(Kind::Jpeg, &long), Err(Refusal::TooLarge));
}

#[test]
fn what_is_cut_or_of_another_kind_is_broken() {
    for kind in Kind::ALL {
        let whole = red(kind, 60, 60);
        let cut = &whole[..whole.len() * 2 / 3];
        assert_eq!(check(kind, cut), Err(Refusal::Broken), "{kind:?}");
        for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
            assert_eq!(check(other, &whole), Err(Refusal::Broken), "{other:?}");
        }
    }
    let mut spoilt = red(Kind::Png, 60, 60);
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 0xff;
    assert_eq!(check(Kind::Png, &spoilt), Err(Refusal::Broken));
}

#[test]
fn a_smaller_version_fills_its_frame_in_the_pictures_proportions() {
    let size = Size::new(75, 90);
    for kind in Kind::ALL {
        let bytes = smaller(kind, &red(kind, 300, 150), size).unwrap();
        assert_eq!(media_type(&bytes), Some(kind.media_type()));
        let made = image::load_from_memory(&bytes).unwrap();
        assert_eq!(made.dimensions(), (75, 90), "{kind:?}");
        let Rgba([red, green, blue, _]) = made.get_pixel(37, 45);
        assert!(red > 200 && green < 30 && blue < 30, "{kind:?}");
        // Half as high as wide: nothing of it reaches the upper third.
        let Rgba([_, green, _, alpha]) = made.get_pixel(37, 20);
        assert!(green > 240 || alpha == 0, "{kind:?}");
    }
}

#[test]
fn a_small_picture_is_not_made_larger() {
    let bytes = smaller(Kind::Png, &red(Kind::Png, 10, 10), Size::new(30, 20)).unwrap();
    let made = image::load_from_memory(&bytes).unwrap();
    let opaque = made.pixels().filter(|(_, _, pixel)| pixel.0[3] == 255);
    assert_eq!((made.dimensions(), opaque.count()), ((30, 20), 100));
}

#[test]
fn a_smaller_version_is_turned_as_the_camera_was_and_carries_nothing_else() {
    // A segment with one entry: orientation 6, a quarter turn to the right.
    let exif =
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0secret place";
    let whole = red(Kind::Jpeg, 120, 60);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let segment = [&[0xff, 0xe1][..], &length, exif].concat();
    let turned = [&whole[..2], &segment, &whole[2..]].concat();
    let bytes = smaller(Kind::Jpeg, &turned, Size::THUMBNAIL).unwrap();
    assert!(!bytes.windows(6).any(|part| part == b"secret"));
    let made = image::load_from_memory(&bytes).unwrap();
    let is_red = |x, y| made.get_pixel(x, y).0[1] < 100;
    assert!(is_red(37, 5) && !is_red(5, 37));
}

#[test]
fn sizes_have_codes_of_their_own() {
    for size in SIZES {
        let code = size.code();
        assert_eq!(code.len(), 32);
        assert_eq!(Size::of_code(&code), Some(size));
    }
    assert_eq!(Size::of_code(&Size::new(9_999, 9_999).code()), None);
    assert_eq!(Size::of_code(""), None);
}

#[test]
fn who_waits_with_too_many_is_told_so() {
    let queue = &Queue::new();
    let (begin, begun) = std::sync::mpsc::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let first = scope.spawn(move || {
            queue.in_turn_soon(|_| {
                begin.send(()).unwrap();
                let _ = ended.recv();
            })
        });
        begun.recv().unwrap();
        let more = (0..MOST_WAITING).map(|_| scope.spawn(move || queue.in_turn_soon(|_| ())));
        let mut more: Vec<_> = more.collect();
        // All but one find a place, and wait as long as the first one has the turn.
        let refused = loop {
            if let Some(at) = more.iter().position(|one| one.is_finished()) {
                break more.remove(at).join().unwrap();
            }
            std::thread::yield_now();
        };
        assert_eq!(refused, Err(Refusal::Busy));
        drop(end);
        assert_eq!(first.join().unwrap(), Ok(()));
        assert!(more.into_iter().all(|one| one.join().unwrap() == Ok(())));
    });
    assert_eq!(queue.in_turn_soon(|_| 1), Ok(1));
}
