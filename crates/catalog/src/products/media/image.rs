//! Whether what a client sent is an image: its encoding, its kind and its name. Nothing is decoded:
//! the kind and the size stand in the first bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferrite_base::Fault;

use super::types::MediaContent;

/// The kinds that are taken, with the ending of a name that has none.
const KINDS: [(&str, &str); 3] = [
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/gif", "gif"),
];

/// What no name may have.
const FORBIDDEN: [char; 14] = [
    '\\', '/', '?', '*', ':', '"', ';', '<', '>', '(', ')', '|', '{', '}',
];

/// An image that was sent.
pub(super) struct Image {
    /// Its bytes, as they were sent.
    pub(super) data: String,
    /// Its kind.
    pub(super) mime: &'static str,
    /// Its name, with an ending.
    pub(super) name: String,
}

/// Checks what was sent, in Magento's order.
pub(super) fn checked(content: Option<&MediaContent>) -> Result<Image, Fault> {
    let Some(content) = content else {
        return Err(Fault::invalid(
            "The image content is invalid. Verify the content and try again.",
        ));
    };
    let data = content.base64_encoded_data.value().unwrap_or_default();
    let plain: String = data
        .chars()
        .filter(|letter| !letter.is_ascii_whitespace())
        .collect();
    let bytes = STANDARD.decode(&plain).unwrap_or_default();
    let Some(found) = kind(&bytes) else {
        return Err(Fault::invalid(
            "The image content must be valid base64 encoded data.",
        ));
    };
    let sent = content.r#type.value().unwrap_or_default();
    let Some((mime, ending)) = KINDS
        .iter()
        .find(|(mime, _)| *mime == sent && *mime == found)
    else {
        return Err(Fault::invalid(
            "The image MIME type is not valid or not supported.",
        ));
    };
    let name = content.name.value().unwrap_or_default();
    if name.is_empty() || name.contains(FORBIDDEN) {
        return Err(Fault::invalid(
            "Provided image name contains forbidden characters.",
        ));
    }
    let has_ending = name
        .rsplit_once('.')
        .is_some_and(|(head, tail)| !head.is_empty() && !tail.is_empty());
    Ok(Image {
        data: plain,
        mime,
        name: if has_ending {
            name
        } else {
            format!("{name}.{ending}")
        },
    })
}

/// The kind of an image, by how it begins; none where it is none.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [
            0x89,
            b'P',
            b'N',
            b'G',
            0x0d,
            0x0a,
            0x1a,
            0x0a,
            _,
            _,
            _,
            _,
            b'I',
            b'H',
            b'D',
            b'R',
            rest @ ..,
        ] if rest.len() >= 8 => Some("image/png"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', rest @ ..] if rest.len() >= 4 => {
            Some("image/gif")
        }
        [0xff, 0xd8, 0xff, rest @ ..] => jpeg_frame(rest).then_some("image/jpeg"),
        [b'B', b'M', rest @ ..] if rest.len() >= 24 => Some("image/bmp"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

/// Whether a frame follows that says how large a JPEG is; `rest` begins after the first marker's
/// first byte.
fn jpeg_frame(rest: &[u8]) -> bool {
    let mut rest = rest;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_their_first_bytes() {
        let png = STANDARD
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
            .unwrap();
        assert_eq!(kind(&png), Some("image/png"));
        assert_eq!(kind(&png[..20]), None);
        assert_eq!(kind(b"GIF89a\x01\x00\x01\x00"), Some("image/gif"));
        let jpeg = [
            &[0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0][..],
            &[0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 0, 0, 0],
        ]
        .concat();
        assert_eq!(kind(&jpeg), Some("image/jpeg"));
        assert_eq!(kind(&jpeg[..8]), None);
        assert_eq!(kind(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None);
    }
}
