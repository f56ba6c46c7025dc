//! What several pages are made of.

pub mod grid;
pub mod search;
pub mod tree;
