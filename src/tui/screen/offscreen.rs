//! Frames without a terminal: the same cells, sweep and bytes as on the screen, for measuring.

use super::color::ColorDepth;
use super::encoder::Encoder;
use super::{HOLD, SHOW, ScreenError};
use crate::tui::sweep::sweep;
use ratatui::Frame;
use ratatui::layout::Size;

/// A terminal that only counts.
pub(in crate::tui) struct Offscreen {
    inner: ratatui::Terminal<Encoder>,
}

impl Offscreen {
    pub(in crate::tui) fn new(size: Size, depth: ColorDepth) -> Result<Self, ScreenError> {
        let mut inner = ratatui::Terminal::new(Encoder::new(size, depth)).map_err(ScreenError::Draw)?;
        inner.clear().map_err(ScreenError::Draw)?;
        Ok(Self { inner })
    }

    /// Draws a frame and gives the number of bytes it has on the wire.
    pub(in crate::tui) fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> Result<usize, ScreenError> {
        let mut whole = None;
        let drawn = self.inner.draw(|frame| {
            render(frame);
            sweep(frame.buffer_mut());
            whole = Some(frame.buffer_mut().clone());
        });
        drawn.map_err(ScreenError::Draw)?;
        if let Some(frame) = whole {
            self.inner.backend_mut().mend(&frame);
        }
        let cells = self.inner.backend_mut().take(Vec::new());
        Ok(if cells.is_empty() { 0 } else { HOLD.len() + cells.len() + SHOW.len() })
    }
}
