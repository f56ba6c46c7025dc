//! Who may call what: Magento's resource tree, what a role or an integration was granted of it, and
//! what a route asks for.
//!
//! Nothing here reads files, databases or clocks. A [`Tree`] is put together once ([`TreeBuilder`],
//! or [`Tree::core`] for what is built in), [`Grants`] are made from the ids that were stored, and a
//! [`Requirement`] from the ids that a route names. Whether a call may go on is then one AND:
//!
//! ```
//! use ferrite_acl::{Grants, Requirement, Tree};
//!
//! let tree = Tree::core();
//! let grants = Grants::from_ids(tree, &["Magento_Catalog::products"]);
//! assert!(grants.allows(&Requirement::new(tree, &["Magento_Catalog::products"])));
//! assert!(!grants.allows(&Requirement::new(tree, &["Magento_Catalog::categories"])));
//! ```
//!
//! A grant is never inherited: neither does a parent open its children nor a child its parent.
//! Modules that bring resources of their own are declared on top of the built-in ones; the numbers
//! of the built-in resources stay what they were, so that grants and requirements of
//! [`Tree::core`] hold for every tree that began with [`TreeBuilder::core`].

mod builder;
mod error;
mod grants;
mod requirement;
pub mod selection;
mod tree;

pub use builder::{Declaration, TreeBuilder};
pub use error::AclError;
pub use grants::Grants;
pub use requirement::Requirement;
pub use selection::{Selection, State};
pub use tree::{Node, Tree};

/// The root that stands for everything; granted alone, it opens all resources.
pub const ALL: &str = "Magento_Backend::all";
/// The root whose children are offered one by one; it comes with every grant that is not empty.
pub const ADMIN: &str = "Magento_Backend::admin";
/// What a route names that is open to everybody. It is not in the tree.
pub const ANONYMOUS: &str = "anonymous";
/// What a route names that speaks of the customer who calls it. It is not in the tree.
pub const SELF: &str = "self";
