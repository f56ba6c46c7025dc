//! What all dialogs show: the grid behind them, and a way out.

use super::{GRID, grid};
use crate::components::grid::Grid;
use crate::web::fields::Fields;
use crate::web::{Frame, Refusal, Visit};

/// The page behind a dialog.
pub struct Behind {
    pub frame: Frame,
    pub grid: Grid,
    /// Where closing leads.
    pub close_url: String,
}

impl Behind {
    pub fn new(visit: &Visit<'_>) -> Result<Self, Refusal> {
        let (frame, grid) = grid::framed(visit, &Fields::default())?;
        Ok(Self {
            frame,
            grid,
            close_url: visit.asked.url(GRID),
        })
    }
}
