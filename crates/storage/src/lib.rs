//! Collections, transactions and search over two engines: SQLite, and the MySQL wire (MariaDB).
//!
//! Everything is synchronous. [`Db::read`] runs a function over a snapshot on the calling thread;
//! [`Db::write`] runs one in a transaction, perhaps more than once, so it makes no ids, tokens or
//! times of its own. A kind of thing is a [`Collection`]: one row each, its document as text beside
//! real columns for the fields that can be searched. From the declaration come the table,
//! get/put/delete and the search that `searchCriteria` needs.
//!
//! Text is compared by a key folded in Rust ([`fold`]), numbers as integers, so that both engines
//! answer alike.

mod alone;
mod changes;
mod collection;
mod columns;
mod db;
mod ddl;
mod document;
mod error;
pub mod fold;
pub mod full_text;
mod generation;
pub mod in_memory;
mod lock;
mod mysql;
mod remembered;
mod sealed;
mod search;
mod sqlite;
mod statements;
mod tx;
mod value;

pub use changes::Footing;
pub use collection::{Collection, Field, FieldKind};
pub use db::{Db, Durability, Engine, MySqlOptions, Options};
pub use ddl::Declared;
pub use document::Document;
pub use error::{Error, Result};
pub use generation::Generation;
pub use lock::ServerLock;
pub use sealed::{KEY_CHECKS, KeyCheck, Sealer};
pub use search::{Direction, Filter, Page, Search, Sort};
pub use tx::Tx;
pub use value::{Scalar, Value};

#[doc(hidden)]
pub use serde_json;
