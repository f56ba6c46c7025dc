//! Stores > Settings > Configuration: sections of fields ([`sections`]), shown and saved alike
//! ([`page`]).

mod page;
mod sections;

pub use page::{first, save, show};
