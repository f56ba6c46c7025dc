//! A page that is a grid and nothing more.

use askama::Template;

use crate::components::grid::{Cell, Grid};
use crate::web::Frame;

/// The page.
#[derive(Template)]
#[template(path = "grid_page.html")]
pub struct GridPage {
    pub frame: Frame,
    pub grid: Grid,
}
