//! Opening files that others wrote: regular files only, below known folders, bounded, as text.
//!
//! A file is opened once; what it is and where it lies is asked of the open handle, so that nothing
//! can be put in its place in between. Messages about a file outside quote nothing of it.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use crate::Report;

/// The longest file that is read, in bytes.
pub const MAX_BYTES: u64 = 8 << 20;

/// Where files may lie, and how paths are shown.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The root as it was given, made absolute; paths are shown below it.
    root: PathBuf,
    /// The root's real folder.
    real: PathBuf,
}

/// What an attempt to read came to. A file that is not there is no error.
pub type Attempt = Result<Option<Vec<u8>>, Report>;

impl Ground {
    /// The ground of a root.
    ///
    /// # Errors
    /// The root is no folder that can be read.
    pub fn new(root: &Path) -> std::io::Result<Self> {
        let real = root.canonicalize()?;
        if !real.is_dir() {
            return Err(std::io::Error::from(ErrorKind::NotADirectory));
        }
        // Absolute, so that paths which PHP code computes can be held against it.
        let root = match std::path::absolute(root)? {
            climbing
                if climbing
                    .components()
                    .any(|part| part == Component::ParentDir) =>
            {
                real.clone()
            }
            root => root,
        };
        Ok(Self { root, real })
    }

    /// The root as it was given, made absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The root's real folder.
    pub fn real(&self) -> &Path {
        &self.real
    }

    /// A path as reports show it: below the root where it lies there.
    pub fn shown(&self, path: &Path) -> PathBuf {
        let below = path
            .strip_prefix(&self.root)
            .or_else(|_| path.strip_prefix(&self.real));
        match below {
            Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
            Ok(below) => below.to_owned(),
            Err(_) => path.to_owned(),
        }
    }

    /// Reads a file whose real place has to be below the root or below `folder`, the real folder of
    /// its module. `Ok(None)` where there is nothing.
    ///
    /// # Errors
    /// A fault: it is no regular file, too large, not readable, or lies elsewhere.
    pub fn read(&self, path: &Path, folder: &Path) -> Attempt {
        let shown = self.shown(path);
        let mut file = match open(path) {
            Ok(file) => file,
            Err(error) => return absent(&shown, &error),
        };
        let facts = file
            .metadata()
            .map_err(|error| unreadable(&shown, &error))?;
        if !facts.is_file() {
            let kind = if facts.is_dir() {
                "a folder"
            } else {
                "no regular file"
            };
            let report = Report::fault(&shown, format!("This is {kind} where a file is expected."));
            return Err(report.hint("Replace it by a regular file, or remove it."));
        }
        let place = place(&file, path).map_err(|error| unreadable(&shown, &error))?;
        if !place.starts_with(&self.real) && !place.starts_with(folder) {
            let report = Report::fault(
                &shown,
                "The link leads out of the project and of its module.",
            );
            return Err(report.hint("Put the file itself here."));
        }
        if facts.len() > MAX_BYTES {
            return Err(too_large(&shown));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(facts.len()).unwrap_or(0) + 1);
        let read = file.by_ref().take(MAX_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(&shown, &error))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(too_large(&shown));
        }
        Ok(Some(bytes))
    }
}

fn too_large(shown: &Path) -> Report {
    let report = Report::fault(shown, "The file is larger than 8 MB.");
    report.hint("Split it, or remove what does not belong into it.")
}

/// Opens without waiting for the other end of a pipe.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOCTTY,
    );
    options.open(path)
}

/// Where an open file really lies.
fn place(file: &File, path: &Path) -> std::io::Result<PathBuf> {
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd;
        if let Ok(place) = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())) {
            return Ok(place);
        }
    }
    let _ = file;
    path.canonicalize()
}

fn absent(shown: &Path, error: &std::io::Error) -> Attempt {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(None),
        _ => Err(unreadable(shown, error)),
    }
}

/// Whether a link leads to itself.
pub fn is_loop(error: &std::io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

fn unreadable(shown: &Path, error: &std::io::Error) -> Report {
    if is_loop(error) {
        let report = Report::fault(shown, "The link leads in a circle.");
        return report.hint("Point the link to what it should mean, or remove it.");
    }
    let (message, hint) = match error.kind() {
        ErrorKind::PermissionDenied => (
            "The file cannot be read: permission denied.".to_owned(),
            "Give the user that runs this command the right to read it.",
        ),
        ErrorKind::IsADirectory => (
            "This is a folder where a file is expected.".to_owned(),
            "Replace it by a regular file, or remove it.",
        ),
        kind => (
            format!("The file cannot be read: {kind}."),
            "Look at the file's type and rights.",
        ),
    };
    Report::fault(shown, message).hint(hint)
}

/// A path without `.` and `..`, by its text alone; `None` where `..` leads above its beginning.
pub fn normal(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    let mut depth = 0_usize;
    for part in path.components() {
        match part {
            Component::Prefix(_) | Component::RootDir => out.push(part),
            Component::CurDir => {}
            Component::ParentDir => {
                depth = depth.checked_sub(1)?;
                out.pop();
            }
            Component::Normal(name) => {
                depth += 1;
                out.push(name);
            }
        }
    }
    Some(out)
}

/// A file's text: UTF-8 with or without a mark, UTF-16 with a mark or told by its first letters, and
/// Latin-1 where an XML declaration says so.
///
/// # Errors
/// The line and column at which the text stops being text, and what would put it right.
pub fn text(bytes: Vec<u8>, shown: &Path) -> Result<String, Report> {
    if let Some(wide) = wide(&bytes) {
        return wide.ok_or_else(|| {
            let report = Report::fault(shown, "The file begins as UTF-16, but is not.");
            report.hint("Save the file as UTF-8.")
        });
    }
    let skipped = usize::from(bytes.starts_with(b"\xef\xbb\xbf")) * 3;
    match std::str::from_utf8(&bytes[skipped..]) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) if is_latin(&bytes) => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        Err(error) => {
            let good = &bytes[skipped..skipped + error.valid_up_to()];
            let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
            let start = memchr::memrchr(b'\n', good).map_or(0, |at| at + 1);
            let column = String::from_utf8_lossy(&good[start..]).chars().count() + 1;
            let report = Report::fault(shown, "The file is not UTF-8 from here on.");
            let report = report.hint("Save the file as UTF-8.");
            Err(report.at(small(line), small(column)))
        }
    }
}

/// A count as reports hold it.
pub fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The text of a UTF-16 file; `None` where it is none, `Some(None)` where it is broken.
fn wide(bytes: &[u8]) -> Option<Option<String>> {
    let (little, skipped) = match bytes {
        [0xff, 0xfe, ..] => (true, 2),
        [0xfe, 0xff, ..] => (false, 2),
        [b'<', 0, ..] => (true, 0),
        [0, b'<', ..] => (false, 0),
        _ => return None,
    };
    let pairs = bytes[skipped..].chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Some(None);
    }
    let unit = |pair: &[u8]| {
        let pair = [pair[0], pair[1]];
        if little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        }
    };
    let letters = char::decode_utf16(pairs.map(unit));
    Some(letters.collect::<Result<String, _>>().ok())
}

/// Whether the XML declaration says Latin-1, or its Windows kin.
fn is_latin(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_ascii_lowercase();
    let declaration = head.split("?>").next().unwrap_or_default();
    declaration.starts_with("<?xml")
        && ["iso-8859-1", "latin1", "windows-1252"]
            .iter()
            .any(|name| declaration.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> Result<String, Report> {
        text(bytes.to_vec(), Path::new("a.xml"))
    }

    #[test]
    fn texts_of_every_kind_are_read() {
        assert_eq!(decode(b"\xef\xbb\xbf<a/>").unwrap(), "<a/>");
        let wide: Vec<u8> = "<ä/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide).unwrap(), "<ä/>");
        assert_eq!(decode(&[b"\xff\xfe", &wide[..]].concat()).unwrap(), "<ä/>");
        let big: Vec<u8> = "<ä/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&[b"\xfe\xff", &big[..]].concat()).unwrap(), "<ä/>");
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>";
        assert!(decode(latin).unwrap().ends_with("<a>ä</a>"));
    }

    #[test]
    fn what_is_no_text_says_where() {
        let report = decode(b"<a>\n\xc3\xa4b\xff</a>").unwrap_err();
        assert_eq!((report.line, report.column), (Some(2), Some(3)));
        assert!(decode(b"\xff\xfe<").is_err());
    }

    #[test]
    fn paths_are_normalised_and_never_climb_above_their_beginning() {
        let of = |path: &str| normal(Path::new(path));
        assert_eq!(of("/a/b/../c/./d"), Some(PathBuf::from("/a/c/d")));
        assert_eq!(of("/a/../../b"), None);
        assert_eq!(of("../a"), None);
    }

    #[test]
    fn a_root_is_absolute_however_it_is_given() {
        for root in [".", "..", "./src", "src/.."] {
            let ground = Ground::new(Path::new(root)).unwrap();
            assert!(ground.root().is_absolute());
            let parts = ground.root().components();
            assert!(
                parts
                    .into_iter()
                    .all(|part| !matches!(part, Component::ParentDir | Component::CurDir))
            );
            assert_eq!(ground.shown(&ground.root().join("a/b")), Path::new("a/b"));
        }
        assert!(Ground::new(Path::new("Cargo.toml")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn only_regular_files_of_the_ground_are_read() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "top secret").unwrap();
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        std::fs::write(at("plain"), "text").unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        symlink(at("loop"), at("loop")).unwrap();
        symlink(at("plain"), at("inside")).unwrap();
        symlink(outside.path().join("secret"), at("outside")).unwrap();
        symlink("/dev/zero", at("device")).unwrap();
        let fifo = std::process::Command::new("mkfifo")
            .arg(at("pipe"))
            .status();
        assert!(fifo.unwrap().success());
        let large = File::create(at("large")).unwrap();
        large.set_len(100 << 20).unwrap();

        let ground = Ground::new(root.path()).unwrap();
        let read = |name: &str| ground.read(&at(name), root.path());
        assert_eq!(read("plain").unwrap().as_deref(), Some(&b"text"[..]));
        assert_eq!(read("inside").unwrap().as_deref(), Some(&b"text"[..]));
        assert_eq!(read("nothing"), Ok(None));
        assert_eq!(read("plain/below"), Ok(None));
        for name in ["folder", "loop", "outside", "device", "pipe", "large"] {
            let report = read(name).unwrap_err();
            assert!(report.is_fault() && !report.hint.is_empty(), "{report}");
            assert_eq!(report.file, Path::new(name));
            assert!(!report.to_string().contains("secret"), "{report}");
        }
        let allowed = ground.read(&at("outside"), &outside.path().canonicalize().unwrap());
        assert_eq!(allowed.unwrap().as_deref(), Some(&b"top secret"[..]));
    }
}
