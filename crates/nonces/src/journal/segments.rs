//! Segments: files of fixed-size records, one for each accepted nonce, in the order of acceptance.
//!
//! A record is consumer, nonce, credential and timestamp, eight bytes each in little endian, and a
//! checksum over them. A torn record at the end of the last segment is cut off. A segment goes once
//! the floors have passed all its records; one of which little still counts is written anew.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::window::{SpreadMap, Window};
use crate::{Claim, Credential};

const RECORD: usize = 40;

/// Records a segment.
const FULL: u64 = 100_000;

/// All segments, the last of them open for writing.
pub(super) struct Segments {
    folder: PathBuf,
    sealed: Vec<Segment>,
    current: Segment,
    file: File,
}

/// What is known of a segment: for each credential the number of records and the newest timestamp.
#[derive(Default)]
struct Segment {
    number: u64,
    records: u64,
    newest: SpreadMap<Credential, (u64, i64)>,
}

impl Segment {
    fn count(&mut self, claim: &Claim) {
        self.records += 1;
        let (records, newest) = self.newest.entry(claim.credential).or_default();
        *records += 1;
        *newest = claim.timestamp.max(*newest);
    }

    /// How many records may still count.
    fn living(&self, floor: &impl Fn(Credential) -> i64) -> u64 {
        let living = self
            .newest
            .iter()
            .filter(|(name, (_, newest))| *newest > floor(**name));
        living.map(|(_, (records, _))| records).sum()
    }
}

impl Segments {
    /// Reads all segments into a window. False beside them where records were lost in the middle.
    pub(super) fn open(folder: &Path, window: &mut Window) -> io::Result<(Self, bool)> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let number = name
                .strip_suffix(".nonces")
                .and_then(|number| number.parse::<u64>().ok());
            numbers.extend(number);
        }
        numbers.sort_unstable();
        let last = numbers.last().copied();
        let mut sealed = Vec::new();
        let mut sound = true;
        for number in numbers {
            let (segment, whole) = read(&path(folder, number), number, window)?;
            sound &= whole || Some(number) == last;
            sealed.push(segment);
        }
        let number = last.map_or(1, |last: u64| last + 1);
        let file = create(folder, number)?;
        let current = Segment {
            number,
            ..Segment::default()
        };
        let segments = Self {
            folder: folder.to_owned(),
            sealed,
            current,
            file,
        };
        Ok((segments, sound))
    }

    /// Writes a record; after this a killed process does not take it back.
    pub(super) fn append(&mut self, claim: &Claim) -> io::Result<()> {
        if self.current.records >= FULL {
            self.rotate()?;
        }
        let at = self.current.records * RECORD as u64;
        if let Err(error) = self.file.write_all_at(&encode(claim), at) {
            self.file.set_len(at)?;
            return Err(error);
        }
        self.current.count(claim);
        Ok(())
    }

    /// Puts another file in the place of the current segment's.
    #[cfg(test)]
    pub(super) fn replace_file(&mut self, file: File) -> File {
        std::mem::replace(&mut self.file, file)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    fn rotate(&mut self) -> io::Result<()> {
        let number = self.current.number + 1;
        let file = create(&self.folder, number)?;
        self.file.sync_all()?;
        self.file = file;
        let next = Segment {
            number,
            ..Segment::default()
        };
        self.sealed.push(std::mem::replace(&mut self.current, next));
        Ok(())
    }

    /// Drops the segments that the floors have passed, and rewrites those that are mostly passed.
    pub(super) fn clear_out(&mut self, floor: impl Fn(Credential) -> i64) -> io::Result<()> {
        let mut done = Ok(());
        for segment in std::mem::take(&mut self.sealed) {
            let gone = done.is_ok()
                && match self.settle(&segment, &floor) {
                    Ok(gone) => gone,
                    Err(error) => {
                        done = Err(error);
                        false
                    }
                };
            if !gone {
                self.sealed.push(segment);
            }
        }
        done
    }

    /// Whether a segment could be removed.
    fn settle(
        &mut self,
        segment: &Segment,
        floor: &impl Fn(Credential) -> i64,
    ) -> io::Result<bool> {
        let living = segment.living(floor);
        if living * 4 >= segment.records && living > 0 {
            return Ok(false);
        }
        let path = path(&self.folder, segment.number);
        if living > 0 {
            let mut kept = Vec::new();
            records(&fs::read(&path)?, |claim| {
                if claim.timestamp > floor(claim.credential) {
                    kept.push(claim);
                }
            });
            for claim in &kept {
                self.append(claim)?;
            }
            self.sync()?;
        }
        fs::remove_file(path)?;
        Ok(true)
    }
}

fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:012}.nonces"))
}

fn create(folder: &Path, number: u64) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(path(folder, number))
}

fn read(path: &Path, number: u64, window: &mut Window) -> io::Result<(Segment, bool)> {
    let bytes = fs::read(path)?;
    let mut segment = Segment {
        number,
        ..Segment::default()
    };
    let length = records(&bytes, |claim| {
        segment.count(&claim);
        let marks = window.marks_mut(claim.credential);
        marks.newest = marks.newest.max(claim.timestamp);
        if claim.timestamp > marks.floor {
            window.insert(&claim);
        }
    });
    if length < bytes.len() {
        OpenOptions::new()
            .write(true)
            .open(path)?
            .set_len(length as u64)?;
    }
    Ok((segment, length == bytes.len()))
}

/// Reads records up to the first that is torn; returns how many bytes were good.
fn records(bytes: &[u8], mut each: impl FnMut(Claim)) -> usize {
    let mut good = 0;
    for record in bytes.chunks_exact(RECORD) {
        let Some(claim) = decode(record) else {
            break;
        };
        each(claim);
        good += RECORD;
    }
    good
}

fn encode(claim: &Claim) -> [u8; RECORD] {
    let timestamp = claim.timestamp.unsigned_abs();
    let words = [claim.consumer, claim.nonce, claim.credential.0, timestamp];
    let words = words.into_iter().chain([checksum(words)]);
    let mut out = [0; RECORD];
    for (to, word) in out.chunks_exact_mut(8).zip(words) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    out
}

fn decode(record: &[u8]) -> Option<Claim> {
    let mut words = record
        .chunks_exact(8)
        .filter_map(|word| Some(u64::from_le_bytes(word.try_into().ok()?)));
    let body = [words.next()?, words.next()?, words.next()?, words.next()?];
    if words.next()? != checksum(body) {
        return None;
    }
    let [consumer, nonce, credential, timestamp] = body;
    Some(Claim {
        consumer,
        credential: Credential(credential),
        nonce,
        timestamp: i64::try_from(timestamp).ok()?,
    })
}

/// FNV-1a: against torn writes, not against anybody.
fn checksum(words: [u64; 4]) -> u64 {
    let bytes = words.into_iter().flat_map(u64::to_le_bytes);
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
