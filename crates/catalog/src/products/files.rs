//! The bytes of files, by the path under which a shop shows them: the first two letters of the
//! name are folders, a name that is taken gets a number.
//!
//! A file's first bytes lie in its own row, what follows in rows of their own ([`Piece`]): a statement
//! never holds more than a piece, and a file is in memory once.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferrite_base::DateTime;
use ferrite_storage::{Collection, Declared, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The longest name that is kept.
const LONGEST: usize = 90;

/// So many bytes lie in one row.
const PIECE: usize = 512 * 1024;

/// A file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its row.
    id: i64,
    /// Where it lies, such as `/f/i/file.jpg`.
    path: String,
    /// Its kind.
    pub(super) mime: String,
    /// Its first bytes, in base64.
    data: String,
    /// How many further pieces there are.
    #[serde(default)]
    pieces: usize,
    /// The SHA-256 of all its bytes in hexadecimal digits; none of a file that an earlier version stored.
    #[serde(default)]
    digest: Option<String>,
    /// When it was stored; none of such a file.
    #[serde(default)]
    pub(super) stored_at: Option<DateTime>,
}

serde_document!(StoredFile);

/// What follows on a file's first bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Piece {
    id: i64,
    file_id: i64,
    /// From 1.
    number: usize,
    /// In base64.
    data: String,
}

serde_document!(Piece);

impl StoredFile {
    /// Whether it lies at this very path: the store does not tell small letters from large ones.
    pub(super) fn lies_at(&self, path: &str) -> bool {
        self.path == path
    }
}

/// A file with its bytes.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub(super) file: StoredFile,
    pub(super) bytes: Vec<u8>,
}

impl Whole {
    /// What tells its bytes from any others.
    pub(super) fn digest(&self) -> String {
        let noted = self.file.digest.clone();
        noted.unwrap_or_else(|| digest(&self.bytes))
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
pub(super) struct Files {
    files: Collection<StoredFile>,
    pieces: Collection<Piece>,
}

/// What files are found by.
const FIELDS: &[Field<StoredFile>] = &[Field::unique_text("path", |file: &StoredFile| {
    Some(Scalar::from(file.path.as_str()))
})];

/// What pieces are found by.
const PIECE_FIELDS: &[Field<Piece>] = &[
    Field::int("file_id", |piece: &Piece| Some(Scalar::from(piece.file_id))),
    Field::unique_text("place", |piece: &Piece| {
        Some(Scalar::from(place(piece.file_id, piece.number).as_str()))
    }),
];

fn place(file_id: i64, number: usize) -> String {
    format!("{file_id}/{number}")
}

impl Files {
    /// Files that lie in these two tables.
    pub(super) const fn new(name: &'static str, pieces: &'static str) -> Self {
        Self {
            files: Collection {
                name,
                fields: FIELDS,
            },
            pieces: Collection {
                name: pieces,
                fields: PIECE_FIELDS,
            },
        }
    }

    /// The tables.
    pub(super) fn tables(&'static self) -> [&'static dyn Declared; 2] {
        [&self.files, &self.pieces]
    }

    /// The file of a path, without its bytes.
    pub(super) fn find(&self, tx: &mut Tx<'_>, path: &str) -> Result<Option<StoredFile>, Error> {
        self.files.find(tx, "path", &Scalar::from(path))
    }

    /// The same with its bytes.
    pub(super) fn whole(&self, tx: &mut Tx<'_>, mut file: StoredFile) -> Result<Whole, Error> {
        let decoded = |data: &str| STANDARD.decode(data).unwrap_or_default();
        let mut bytes = decoded(&std::mem::take(&mut file.data));
        bytes.reserve_exact(file.pieces * PIECE);
        for number in 1..=file.pieces {
            let place = place(file.id, number);
            let piece = self
                .pieces
                .find(tx, "place", &Scalar::from(place.as_str()))?;
            bytes.extend(piece.map(|piece| decoded(&piece.data)).unwrap_or_default());
        }
        Ok(Whole { file, bytes })
    }

    /// Keeps a file under a name of its own; gives back its path.
    pub(super) fn keep(
        &self,
        tx: &mut Tx<'_>,
        name: &str,
        mime: &str,
        bytes: &[u8],
    ) -> Result<String, Error> {
        let (stem, ending) = clean(name);
        let mut path = path_of(&stem, &stem, &ending);
        let mut number = 0;
        while self.find(tx, &path)?.is_some() {
            number += 1;
            path = path_of(&stem, &format!("{stem}_{number}"), &ending);
        }
        self.put(tx, &path, mime, bytes)?;
        Ok(path)
    }

    /// Keeps a file under a path that is free.
    pub(super) fn put(
        &self,
        tx: &mut Tx<'_>,
        path: &str,
        mime: &str,
        bytes: &[u8],
    ) -> Result<StoredFile, Error> {
        let mut pieces = bytes.chunks(PIECE);
        let first = pieces.next().unwrap_or_default();
        let mut file = StoredFile {
            id: 0,
            path: path.to_owned(),
            mime: mime.to_owned(),
            data: STANDARD.encode(first),
            pieces: pieces.len(),
            digest: Some(digest(bytes)),
            stored_at: Some(tx.now().clone()),
        };
        self.files.insert(tx, &mut file)?;
        for (number, piece) in (1..).zip(pieces) {
            let mut piece = Piece {
                id: 0,
                file_id: file.id,
                number,
                data: STANDARD.encode(piece),
            };
            self.pieces.insert(tx, &mut piece)?;
        }
        Ok(file)
    }

    /// Takes a file away.
    pub(super) fn forget(&self, tx: &mut Tx<'_>, path: &str) -> Result<(), Error> {
        if let Some(file) = self.find(tx, path)? {
            let id = Scalar::from(file.id);
            self.pieces.delete_by(tx, "file_id", &id)?;
            self.files.delete(tx, file.id)?;
        }
        Ok(())
    }

    /// How many files and further pieces there are.
    #[cfg(test)]
    pub(super) fn count(&self, tx: &mut Tx<'_>) -> Result<i64, Error> {
        Ok(self.files.count(tx)? + self.pieces.count(tx)?)
    }
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
    use ferrite_webapi::testing::World;

    use super::*;

    static FILES: Files = Files::new("file", "file_piece");

    #[test]
    fn names_are_plain_and_lie_in_two_folders() {
        let (stem, ending) = clean("Größe 1.x.PNG");
        assert_eq!((stem.as_str(), ending.as_str()), ("gr__e_1_x", "png"));
        assert_eq!(path_of("a", "a", "gif"), "/a/_/a.gif");
    }

    #[test]
    fn a_file_of_any_length_is_kept_in_pieces_and_goes_with_them() {
        let world = World::new(FILES.tables().to_vec(), |_| Ok(()), |_| {});
        for length in [0, 1, PIECE, PIECE + 1, 3 * PIECE - 1] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let sent = bytes.clone();
            let write = move |tx: &mut Tx<'_>| {
                let path = FILES.keep(tx, "a.bin", "application/octet-stream", &sent)?;
                Ok::<_, Error>((path, FILES.count(tx)?))
            };
            let (path, rows) = world.db.write(write).unwrap();
            let pieces = length.div_ceil(PIECE).max(1);
            assert_eq!(usize::try_from(rows).unwrap(), pieces);
            let read = |tx: &mut Tx<'_>| {
                let file = FILES.find(tx, &path)?.expect("it is there");
                FILES.whole(tx, file)
            };
            let whole = world.db.read(read).unwrap();
            assert_eq!(whole.digest(), digest(&bytes));
            assert!(whole.bytes == bytes, "{length} bytes come back");
            let gone = move |tx: &mut Tx<'_>| {
                FILES.forget(tx, &path)?;
                FILES.count(tx)
            };
            assert_eq!(world.db.write(gone).unwrap(), 0);
        }
    }
}
