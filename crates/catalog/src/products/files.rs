//! The bytes of files, by the path under which a shop shows them: the first two letters of the
//! name are folders, a name that is taken gets a number.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferrite_base::DateTime;
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The longest name that is kept.
const LONGEST: usize = 90;

/// A file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its row.
    id: i64,
    /// Where it lies, such as `/f/i/file.jpg`.
    path: String,
    /// Its kind.
    pub(super) mime: String,
    /// Its bytes, in base64.
    pub(super) data: String,
    /// Their SHA-256 in hexadecimal digits; none of a file that an earlier version stored.
    #[serde(default)]
    digest: Option<String>,
    /// When it was stored; none of such a file.
    #[serde(default)]
    pub(super) stored_at: Option<DateTime>,
}

serde_document!(StoredFile);

impl StoredFile {
    /// Whether it lies at this very path: the store does not tell small letters from large ones.
    pub(super) fn lies_at(&self, path: &str) -> bool {
        self.path == path
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        STANDARD.decode(&self.data).unwrap_or_default()
    }

    /// What tells its bytes from any others.
    pub(super) fn digest(&self) -> String {
        let noted = self.digest.clone();
        noted.unwrap_or_else(|| digest(&self.bytes()))
    }
}

fn digest(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Files of one kind.
pub(super) type Files = Collection<StoredFile>;

/// What files are found by.
const FIELDS: &[Field<StoredFile>] = &[Field::unique_text("path", |file: &StoredFile| {
    Some(Scalar::from(file.path.as_str()))
})];

/// A collection of files.
pub(super) const fn files(name: &'static str) -> Files {
    Collection {
        name,
        fields: FIELDS,
    }
}

/// The file of a path.
pub(super) fn find(
    files: &Files,
    tx: &mut Tx<'_>,
    path: &str,
) -> Result<Option<StoredFile>, Error> {
    files.find(tx, "path", &Scalar::from(path))
}

/// Keeps a file under a name of its own; gives back its path.
pub(super) fn keep(
    files: &Files,
    tx: &mut Tx<'_>,
    name: &str,
    mime: &str,
    bytes: &[u8],
) -> Result<String, Error> {
    let (stem, ending) = clean(name);
    let mut path = path_of(&stem, &stem, &ending);
    let mut number = 0;
    while find(files, tx, &path)?.is_some() {
        number += 1;
        path = path_of(&stem, &format!("{stem}_{number}"), &ending);
    }
    put(files, tx, &path, mime, bytes)?;
    Ok(path)
}

/// Keeps a file under a path that is free.
pub(super) fn put(
    files: &Files,
    tx: &mut Tx<'_>,
    path: &str,
    mime: &str,
    bytes: &[u8],
) -> Result<StoredFile, Error> {
    let mut file = StoredFile {
        id: 0,
        path: path.to_owned(),
        mime: mime.to_owned(),
        data: STANDARD.encode(bytes),
        digest: Some(digest(bytes)),
        stored_at: Some(tx.now().clone()),
    };
    files.insert(tx, &mut file)?;
    Ok(file)
}

/// Takes a file away.
pub(super) fn forget(files: &Files, tx: &mut Tx<'_>, path: &str) -> Result<(), Error> {
    files.delete_by(tx, "path", &Scalar::from(path))?;
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
