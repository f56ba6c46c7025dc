//! The bytes of images, by the path under which a shop shows them: the first two letters of the
//! name are folders, a name that is taken gets a number.

use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use super::image::Image;

/// The longest name that is kept.
const LONGEST: usize = 90;

/// A file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MediaFile {
    /// Its row.
    id: i64,
    /// Where it lies, such as `/f/i/file.jpg`.
    path: String,
    /// Its kind.
    pub(super) mime: String,
    /// Its bytes, in base64.
    pub(super) data: String,
}

serde_document!(MediaFile);

/// All files.
pub static FILES: Collection<MediaFile> = Collection {
    name: "catalog_product_media_file",
    fields: &[Field::unique_text("path", |file: &MediaFile| {
        Some(Scalar::from(file.path.as_str()))
    })],
};

/// The file of a path.
pub(super) fn find(tx: &mut Tx<'_>, path: &str) -> Result<Option<MediaFile>, Error> {
    FILES.find(tx, "path", &Scalar::from(path))
}

/// Keeps an image; gives back its path.
pub(super) fn keep(tx: &mut Tx<'_>, image: &Image) -> Result<String, Error> {
    let (stem, ending) = clean(&image.name);
    let mut path = path_of(&stem, &stem, &ending);
    let mut number = 0;
    while find(tx, &path)?.is_some() {
        number += 1;
        path = path_of(&stem, &format!("{stem}_{number}"), &ending);
    }
    let mut file = MediaFile {
        id: 0,
        path: path.clone(),
        mime: image.mime.to_owned(),
        data: image.data.clone(),
    };
    FILES.insert(tx, &mut file)?;
    Ok(path)
}

/// Takes a file away.
pub(super) fn forget(tx: &mut Tx<'_>, path: &str) -> Result<(), Error> {
    FILES.delete_by(tx, "path", &Scalar::from(path))?;
    Ok(())
}

/// A name in plain small letters, without its ending, and the ending.
fn clean(name: &str) -> (String, String) {
    let plain = |letter: char| match letter.to_ascii_lowercase() {
        letter if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-') => letter,
        _ => '_',
    };
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem: String = stem.chars().map(plain).take(LONGEST).collect();
    (stem, ending.chars().map(plain).take(8).collect())
}

fn path_of(stem: &str, name: &str, ending: &str) -> String {
    let mut letters = stem.chars();
    let first = letters.next().unwrap_or('_');
    let second = letters.next().unwrap_or('_');
    format!("/{first}/{second}/{name}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_lie_in_two_folders() {
        let (stem, ending) = clean("Größe 1.x.PNG");
        assert_eq!((stem.as_str(), ending.as_str()), ("gr__e_1_x", "png"));
        assert_eq!(path_of("a", "a", "gif"), "/a/_/a.gif");
    }
}
