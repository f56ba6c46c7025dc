//! Kinds of pictures, by how their files begin.

/// A kind that can be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF; its first frame is the picture.
    Gif,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Gif];

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
        }
    }

    /// The ending of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
        }
    }

    /// The kind of a media type.
    pub fn of(media_type: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.media_type() == media_type)
    }
}

/// The media type of a picture, by how it begins, also of kinds that are not decoded; none where it
/// is no picture.
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let kind = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let has_size = bytes.get(12..16) == Some(b"IHDR") && bytes.len() >= 24;
        has_size.then_some(Kind::Png)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        (bytes.len() >= 10).then_some(Kind::Gif)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        jpeg_frame(bytes.get(3..)?).then_some(Kind::Jpeg)
    } else {
        return foreign(bytes);
    };
    kind.map(Kind::media_type)
}

fn foreign(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"BM") && bytes.len() >= 26 {
        return Some("image/bmp");
    }
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    is_webp.then_some("image/webp")
}

/// Whether a frame follows that says how large a JPEG is; `rest` begins after the first marker's
/// first byte.
fn jpeg_frame(mut rest: &[u8]) -> bool {
    while let [marker, high, low, ..] = rest {
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        let length = usize::from(*high) << 8 | usize::from(*low);
        if is_frame {
            return rest.len() > 8;
        }
        // The length counts its own two bytes; after the segment comes the next 0xff.
        match rest.get(1 + length.max(2)..) {
            Some([0xff, next @ ..]) => rest = next,
            _ => return false,
        }
    }
    false
}
