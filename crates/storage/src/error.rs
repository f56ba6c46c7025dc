//! What can go wrong below a collection.

use ferrite_base::{Fault, Kind, Phrase};

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A fault of the store. Its text may be logged: no value that was stored is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A filter or a sort order names what is no declared field.
    #[error("no declared field {0}")]
    UnknownField(String),
    /// A value of a unique field is taken.
    #[error("a value of a unique field is taken: {0}")]
    Duplicate(String),
    /// A text is longer than its column.
    #[error("the value of {0} is too long")]
    TooLong(String),
    /// A row that was to be changed is not there.
    #[error("no row {id} in {table}")]
    Missing {
        /// The collection.
        table: &'static str,
        /// The row.
        id: i64,
    },
    /// A transaction's function panicked.
    #[error("a transaction panicked")]
    Panicked,
    /// Somebody else holds the store for too long.
    #[error("the store is busy")]
    Busy,
    /// A read took longer than one may.
    #[error("a read took too long")]
    TooSlow,
    /// A stored document cannot be read, or a new one not be written.
    #[error("document of {table}: {reason}")]
    Document {
        /// The collection.
        table: String,
        /// Why.
        reason: String,
    },
    /// A sealed secret does not open: another key, another place, or a changed byte.
    #[error("the secret of {0} does not open")]
    Sealed(String),
    /// The engine refused.
    #[error("engine: {0}")]
    Engine(String),
    /// The store cannot be reached.
    #[error("the store cannot be reached: {0}")]
    Unreachable(String),
    /// The store cannot be reached, and whether a write was kept is not known.
    #[error("whether a write was kept is not known")]
    Undecided,
    /// A file beside the store.
    #[error("{0}")]
    File(String),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::OperationInterrupted) => Self::TooSlow,
            Some(ErrorCode::ConstraintViolation) => Self::Duplicate(error.to_string()),
            Some(ErrorCode::DiskFull | ErrorCode::CannotOpen) => {
                Self::Unreachable(error.to_string())
            }
            _ => Self::Engine(error.to_string()),
        }
    }
}

impl From<::mysql::Error> for Error {
    fn from(error: ::mysql::Error) -> Self {
        match &error {
            ::mysql::Error::MySqlError(inner) if inner.code == 1062 => {
                Self::Duplicate("a key".to_owned())
            }
            ::mysql::Error::MySqlError(inner) if matches!(inner.code, 1205 | 1213) => Self::Busy,
            ::mysql::Error::MySqlError(inner) if inner.code == 1969 => Self::TooSlow,
            ::mysql::Error::MySqlError(inner) => {
                Self::Engine(format!("{}: {}", inner.code, inner.message))
            }
            ::mysql::Error::IoError(_)
            | ::mysql::Error::CodecError(_)
            | ::mysql::Error::DriverError(_) => Self::Unreachable("no connection".to_owned()),
            _ => Self::Engine("the connection failed".to_owned()),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::File(error.to_string())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::UnknownField(name) => {
                let text = "The \"%1\" field cannot be used in a filter or a sort order.";
                Self::new(Kind::Invalid, Phrase::list(text, [name]))
            }
            Error::Busy | Error::Unreachable(_) => {
                let text = "The store is not available at present. Please try again later.";
                Self::new(Kind::Unavailable, Phrase::new(text))
            }
            Error::TooSlow => {
                let text = "The request takes too long. Please ask for less, or try again later.";
                Self::new(Kind::Unavailable, Phrase::new(text))
            }
            Error::Undecided => {
                let text = "The store is not available at present. Whether the change was saved is not known.";
                Self::new(Kind::Unavailable, Phrase::new(text))
            }
            other => Self::internal(other.to_string()),
        }
    }
}
