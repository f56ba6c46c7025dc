//! Why an installation, or its `app/etc/config.php`, cannot be read or written at all.

use std::path::PathBuf;

use crate::Report;

/// What keeps everything from being read or written. Paths are shown escaped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModulesError {
    /// The root is no folder that can be read.
    #[error("{} cannot be read: {reason}", crate::escape(&path.to_string_lossy()))]
    Root {
        /// The root.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// `app/etc/config.php` is there, but cannot be read.
    #[error("{0}")]
    Config(Box<Report>),
    /// `app/etc/config.php` cannot be written.
    #[error("{} cannot be written: {reason}", crate::escape(&path.to_string_lossy()))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
}
