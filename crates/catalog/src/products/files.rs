//! The bytes of files, by the path under which a shop shows them: the first two letters of the
//! name are folders, a name that is taken gets a number.

use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

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
}

serde_document!(StoredFile);

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

/// Keeps a file under a name of its own; gives back its path. The bytes are in base64.
pub(super) fn keep(
    files: &Files,
    tx: &mut Tx<'_>,
    name: &str,
    mime: &str,
    data: &str,
) -> Result<String, Error> {
    let (stem, ending) = clean(name);
    let mut path = path_of(&stem, &stem, &ending);
    let mut number = 0;
    while find(files, tx, &path)?.is_some() {
        number += 1;
        path = path_of(&stem, &format!("{stem}_{number}"), &ending);
    }
    let mut file = StoredFile {
        id: 0,
        path: path.clone(),
        mime: mime.to_owned(),
        data: data.to_owned(),
    };
    files.insert(tx, &mut file)?;
    Ok(path)
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
