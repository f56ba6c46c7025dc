//! Whether what a client sent is an image: its encoding, its kind, its name, and whether it decodes
//! to its end.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferrite_base::Fault;
use ferrite_images::{Kind, Refusal};
use ferrite_webapi::Json;
use ferrite_webapi::dto::snake_case;

use super::types::MediaContent;

/// What no name may have.
const FORBIDDEN: [char; 14] = [
    '\\', '/', '?', '*', ':', '"', ';', '<', '>', '(', ')', '|', '{', '}',
];

/// What a name may end in.
const ENDINGS: [&str; 4] = ["jpg", "jpeg", "gif", "png"];

/// An image that was sent.
pub(super) struct Image {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
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
    let bytes = decoded(&data);
    let Some(found) = ferrite_images::media_type(&bytes) else {
        return Err(no_image());
    };
    let sent = content.r#type.value().unwrap_or_default();
    let kind = Kind::of(&sent).filter(|kind| kind.media_type() == found);
    let kind =
        kind.ok_or_else(|| Fault::invalid("The image MIME type is not valid or not supported."))?;
    let name = content.name.value().unwrap_or_default();
    if name.is_empty() || name.contains(FORBIDDEN) {
        return Err(Fault::invalid(
            "Provided image name contains forbidden characters.",
        ));
    }
    let name = named(name, kind)?;
    ferrite_images::check(kind, &bytes).map_err(|refusal| match refusal {
        Refusal::TooLarge => Fault::invalid("The image is larger than 20 megapixels or 32 MB."),
        Refusal::Broken | Refusal::Busy => no_image(),
    })?;
    Ok(Image {
        bytes,
        mime: kind.media_type(),
        name,
    })
}

/// A name with an ending that an image may have; one without gets that of its kind.
fn named(name: String, kind: Kind) -> Result<String, Fault> {
    let parts = name.rsplit_once('.');
    let Some((_, ending)) = parts.filter(|(stem, ending)| !stem.is_empty() && !ending.is_empty())
    else {
        return Ok(format!("{name}.{}", kind.ending()));
    };
    if ENDINGS
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
    {
        return Ok(name);
    }
    Err(Fault::invalid(
        "The image type for the file is invalid. Enter the correct image type and try again.",
    ))
}

/// What Magento says of bytes that are no image.
fn no_image() -> Fault {
    Fault::invalid("The image content must be valid base64 encoded data.")
}

fn decoded(data: &str) -> Vec<u8> {
    let plain: String = data
        .chars()
        .filter(|letter| !letter.is_ascii_whitespace())
        .collect();
    STANDARD.decode(&plain).unwrap_or_default()
}

/// Decodes the images of a payload before its write begins, which then only asks how that went:
/// others would wait for it meanwhile.
pub(in crate::products) fn look_ahead(sent: &Json) {
    match sent {
        Json::Array(list) => list.iter().for_each(look_ahead),
        Json::Object(map) => {
            for (name, value) in map {
                match value.as_str() {
                    Some(data) if snake_case(name) == "base64_encoded_data" => {
                        let bytes = decoded(data);
                        let kind = ferrite_images::media_type(&bytes).and_then(Kind::of);
                        // What is wrong with it is said where it stands.
                        let _ = kind.map(|kind| ferrite_images::check(kind, &bytes));
                    }
                    _ => look_ahead(value),
                }
            }
        }
        _ => {}
    }
}
