//! Images by the addresses under which a shop shows them.
//!
//! Below its media address a shop has `catalog/product/f/i/file.jpg` for an image as it was sent, and
//! `catalog/product/cache/<code>/f/i/file.jpg` for it in one of the sizes that there are. In: what
//! stands below the media address, raw. Out: a [`Picture`], or nothing: only what the store knows by
//! that very path is found, whatever the path looks like.
//!
//! A smaller version is made when it is first asked for, kept beside the image ([`SMALLER`]), and goes
//! with it.

use ferrite_base::{DateTime, Fault, Kind as FaultKind, Phrase};
use ferrite_images::{FOLDER, Kind, SIZES, Size, Turn};
use ferrite_storage::{Db, Error, Tx};

use super::FILES;
use crate::products::files::{Files, Whole};

/// The smaller versions, by what stands below the media address.
pub(super) static SMALLER: Files = Files::new(
    "catalog_product_media_smaller",
    "catalog_product_media_smaller_piece",
);

/// An image as it goes out.
#[derive(Debug)]
pub struct Picture {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its media type: one of those that [`Kind`] knows.
    pub media_type: &'static str,
    /// What tells its bytes from any others.
    pub digest: String,
    /// When it was stored, where that is known.
    pub stored_at: Option<DateTime>,
}

impl Picture {
    fn of(whole: Whole, kind: Kind) -> Self {
        Self {
            media_type: kind.media_type(),
            digest: whole.digest(),
            stored_at: whole.file.stored_at,
            bytes: whole.bytes,
        }
    }
}

/// The image of an address below the media address. Refused only while too many smaller versions are
/// being made.
pub fn picture(db: &Db, address: &str) -> Result<Option<Picture>, Fault> {
    let Some(path) = address.strip_prefix(FOLDER) else {
        return Ok(None);
    };
    let Some((code, file)) = sized(path) else {
        let found = db.read(|tx| find(&FILES, tx, path))?;
        return Ok(found.map(|(whole, kind)| Picture::of(whole, kind)));
    };
    let Some(size) = Size::of_code(code) else {
        return Ok(None);
    };
    if let Some((kept, kind)) = db.read(|tx| find(&SMALLER, tx, address))? {
        return Ok(Some(Picture::of(kept, kind)));
    }
    if !db.read(|tx| exists(tx, file))? {
        return Ok(None);
    }
    let made = ferrite_images::in_turn_soon(|turn| made(turn, db, file, size));
    made.unwrap_or_else(|refusal| {
        let phrase = Phrase::new(refusal.to_string());
        Err(Fault::new(FaultKind::Unavailable, phrase))
    })
}

/// The code of a size and the path of a file.
fn sized(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("/cache/")?;
    rest.find('/').map(|at| rest.split_at(at))
}

/// The file at this very path, where it is of a kind that is served.
fn find(files: &Files, tx: &mut Tx<'_>, path: &str) -> Result<Option<(Whole, Kind)>, Error> {
    let found = files.find(tx, path)?.filter(|file| file.lies_at(path));
    let known = found.and_then(|file| Kind::of(&file.mime).map(|kind| (file, kind)));
    known
        .map(|(file, kind)| Ok((files.whole(tx, file)?, kind)))
        .transpose()
}

fn exists(tx: &mut Tx<'_>, path: &str) -> Result<bool, Error> {
    let found = FILES.find(tx, path)?;
    Ok(found.is_some_and(|file| file.lies_at(path) && Kind::of(&file.mime).is_some()))
}

/// Makes a smaller version and keeps it, unless the image has gone meanwhile. Whoever had the turn
/// before may have made it.
fn made(turn: &Turn, db: &Db, path: &str, size: Size) -> Result<Option<Picture>, Fault> {
    let (kept, original) = db.read(|tx| {
        let kept = find(&SMALLER, tx, &size.address(path))?;
        Ok::<_, Error>((kept, find(&FILES, tx, path)?))
    })?;
    if let Some((kept, kind)) = kept {
        return Ok(Some(Picture::of(kept, kind)));
    }
    let Some((whole, kind)) = original else {
        return Ok(None);
    };
    // An earlier version took images by their first bytes.
    let Ok(bytes) = ferrite_images::smaller(turn, kind, &whole.bytes, size) else {
        return Ok(None);
    };
    let (digest, path) = (whole.digest(), path.to_owned());
    drop(whole);
    let kept = db.write(move |tx| {
        let original = find(&FILES, tx, &path)?;
        if original.is_none_or(|(whole, _)| whole.digest() != digest) {
            return Ok(None);
        }
        let place = size.address(&path);
        // Another server may have made it.
        let kept = match SMALLER.find(tx, &place)? {
            Some(kept) => kept,
            None => SMALLER.put(tx, &place, kind.media_type(), &bytes)?,
        };
        SMALLER.whole(tx, kept).map(Some)
    })?;
    Ok(kept.map(|whole| Picture::of(whole, kind)))
}

/// Takes a file away, in all its sizes.
pub(super) fn forget(tx: &mut Tx<'_>, path: &str) -> Result<(), Error> {
    FILES.forget(tx, path)?;
    for size in SIZES {
        SMALLER.forget(tx, &size.address(path))?;
    }
    Ok(())
}
