//! The admin panel: pages that the server writes, forms that it reads.
//!
//! A request comes in through [`router`], which knows under which path the panel is found at present.
//! Then everything is a plain function on a blocking thread: [`web::route`] finds out who asks,
//! checks the form key and the page's resource, and runs the page's handler over a [`web::Visit`].
//! What comes out is an answer with the headers of [`web::headers`].
//!
//! There is a folder (or file) for each page in [`pages`] and a template for each of them in
//! `templates/`. No GET changes anything. Scripts (`assets/*.js`) only improve: each form works
//! without them.

mod assets;
mod components;
mod modules;
mod pages;
mod panel;
mod text;
mod web;

#[cfg(test)]
mod tests;

pub use modules::Modules;
pub use panel::Panel;
pub use web::{Source, router};
