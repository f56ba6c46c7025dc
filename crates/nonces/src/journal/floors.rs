//! `floors`: what is known of each credential, replaced whole and synced before it counts.
//!
//! A text file: a line that names the format, what pairs the journal with its store, the kernel that was running and
//! whether the last server ended in order; a line for each credential with floor, newest timestamp
//! and promise; a digest over it all.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::pairing::Pairing;
use crate::Credential;
use crate::window::{Marks, Window};

const FORMAT: &str = "ferrite-nonce-floors 1";

/// The file.
pub(super) struct Floors {
    folder: PathBuf,
    boot_id: String,
    /// What the store knows the journal by.
    pub(super) pairing: Option<Pairing>,
}

/// What was found at the start.
pub(super) struct Found {
    /// Whether there was a file.
    pub(super) existed: bool,
    /// Whether commits may have been lost since it was written.
    pub(super) is_doubtful: bool,
}

impl Floors {
    /// Reads the file into a window. A file that cannot be read counts as a stranger's: it has no
    /// number.
    pub(super) fn open(
        folder: &Path,
        boot_id: Option<&str>,
        window: &mut Window,
    ) -> io::Result<(Self, Found)> {
        let mut floors = Self {
            folder: folder.to_owned(),
            boot_id: boot_id.unwrap_or("-").to_owned(),
            pairing: None,
        };
        let text = match fs::read_to_string(folder.join("floors")) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let found = Found {
                    existed: false,
                    is_doubtful: false,
                };
                return Ok((floors, found));
            }
            Err(error) => return Err(error),
        };
        let mut is_doubtful = true;
        if let Some(read) = read(&text) {
            let same_boot = boot_id.is_some_and(|id| id == read.boot_id);
            is_doubtful = !(read.is_clean || same_boot);
            floors.pairing = Some(read.pairing);
            for (name, marks) in read.marks {
                *window.marks_mut(name) = marks;
            }
        }
        let found = Found {
            existed: true,
            is_doubtful,
        };
        Ok((floors, found))
    }

    /// Replaces the file; returns once it is on disk.
    pub(super) fn write(&self, window: &Window, is_clean: bool) -> io::Result<()> {
        let pairing = self.pairing.as_ref().map_or("-".to_owned(), Pairing::text);
        let clean = u8::from(is_clean);
        let mut text = format!("{FORMAT} {pairing} {} {clean}\n", self.boot_id);
        for (name, marks) in window.all() {
            let Marks {
                floor,
                newest,
                promised,
                ..
            } = marks;
            let _ = writeln!(text, "{:016x} {floor} {newest} {promised}", name.0);
        }
        let digest = digest(&text);
        let _ = writeln!(text, "{digest}");
        let next = self.folder.join("floors.new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&next)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&next, self.folder.join("floors"))?;
        File::open(&self.folder)?.sync_all()
    }
}

struct Read {
    pairing: Pairing,
    boot_id: String,
    is_clean: bool,
    marks: Vec<(Credential, Marks)>,
}

fn read(text: &str) -> Option<Read> {
    let body = text.trim_end_matches('\n');
    let (body, last) = body.rsplit_once('\n')?;
    if digest(&format!("{body}\n")) != last {
        return None;
    }
    let mut lines = body.lines();
    let mut head = lines.next()?.strip_prefix(FORMAT)?.split_whitespace();
    let (pairing, boot_id, clean) = (head.next()?, head.next()?, head.next()?);
    let mut marks = Vec::new();
    for line in lines {
        let mut parts = line.split(' ');
        let name = u64::from_str_radix(parts.next()?, 16).ok()?;
        let mut number = || parts.next()?.parse().ok();
        let read = Marks {
            floor: number()?,
            newest: number()?,
            promised: number()?,
            rows: 0,
        };
        marks.push((Credential(name), read));
    }
    Some(Read {
        pairing: Pairing::read(pairing),
        boot_id: boot_id.to_owned(),
        is_clean: clean == "1",
        marks,
    })
}

fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
