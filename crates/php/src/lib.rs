//! Reads PHP as Magento modules ship it, and never runs it.
//!
//! What flows in is the text of a file; a caller does all input and output. What flows out:
//! - [`registrations`]: the components that a `registration.php` registers,
//! - [`returned_value`]: the array that `config.php`, `env.php` or `autoload_files.php` returns,
//!   [`returned_literals`], where some of it may be computed, both also of a file's bytes ([`value_in`],
//!   [`literals_in`]), and [`write_config`], which writes one as Magento does,
//! - [`setup`]: what setup scripts and patches do to integrations, and what they would do besides.
//!
//! Files are parsed by tree-sitter, whose stack does not grow with nesting. Trees that nest deeper than
//! [`MAX_DEPTH`] are refused before anything walks them, and evaluation is bounded in steps, in text and
//! in depth ([`MAX_STEPS`], [`MAX_TEXT`]).

mod evaluate;
mod literals;
mod names;
mod parse;
mod problem;
mod registration;
mod returned;
pub mod setup;
mod value;
mod version;
mod write;

pub use parse::{MAX_BYTES, MAX_DEPTH, Script};
pub use problem::{Position, Problem};
pub use registration::{Registration, Registrations, registrations, registrations_in};
pub use returned::{Literals, literals_in, returned_literals, returned_value, value_in};
pub use value::{Array, Key, Value};
pub use version::compare_versions;
pub use write::write_config;

/// How many steps evaluating one file, or one setup script with all that it calls, may take.
pub const MAX_STEPS: usize = 10_000;
/// How many bytes of text evaluation may put together.
pub const MAX_TEXT: usize = 1 << 20;
