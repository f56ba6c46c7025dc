//! What modules declare, merged in load order as Magento merges it.

mod acl;
mod integrations;
mod menu;
mod routes;
mod values;

use crate::read::Contents;

pub use acl::resources;
pub use integrations::{by_setup, from_integration_xml};
pub use menu::menu;
pub use routes::routes;
pub use values::values;

/// A module that takes part: its name, the folder as shown, and what its files say.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// The name.
    pub name: &'a str,
    /// The folder below the root.
    pub path: &'a std::path::Path,
    /// What its files say.
    pub contents: &'a Contents,
}

impl Part<'_> {
    fn source(&self, file: &str, line: u32) -> crate::Source {
        crate::Source {
            module: self.name.to_owned(),
            file: self.path.join(file),
            line,
        }
    }
}

#[cfg(test)]
mod tests;
