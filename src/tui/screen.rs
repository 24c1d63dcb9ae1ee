//! Frames: drawn by ratatui into memory, swept, encoded, and handed to the writer thread as one piece.
//!
//! ```text
//! draw(render) -> buffer -> sweep -> diff -> bytes (?2026 h .. l) -> writer's one-frame slot -> terminal
//!      `- Busy while the slot is taken: render is not called, nothing is built
//! ```
//!
//! A frame that changes nothing makes no bytes. A changed size, a terminal taken back and [`Screen::redraw`] start from
//! a cleared screen. The time frames take is measured and becomes [`Link`].

mod color;
mod encoder;
mod offscreen;
mod pressure;

pub use color::ColorDepth;
#[cfg(test)]
pub(in crate::tui) use color::rgb;
pub(in crate::tui) use offscreen::Offscreen;
pub use pressure::Detail;

use super::sweep::sweep;
use super::terminal::TerminalHandle;
use super::writer::Writer;
use encoder::Encoder;
use pressure::Pressure;
use ratatui::Frame;
use std::io;
use std::time::{Duration, Instant};
use thiserror::Error;

/// Keeps a frame off the glass until it is whole; terminals that do not know the mode ignore it.
const HOLD: &[u8] = b"\x1b[?2026h";
/// Shows it.
const SHOW: &[u8] = b"\x1b[?2026l";

/// What a call of [`Screen::draw`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// A frame of that many bytes is on its way.
    Sent {
        /// Bytes, the frame's wrapping included.
        bytes: usize,
    },
    /// The screen already shows this; nothing was written.
    Unchanged,
    /// The terminal has not taken the last frame yet; nothing was rendered. Await [`Screen::ready`] and draw again.
    Busy,
    /// The terminal is lent or given back; nothing was rendered. Draw when it is taken back.
    Away,
}

/// Why there is nothing to draw on any more.
#[derive(Debug, Error)]
pub enum ScreenError {
    /// The terminal is closed.
    #[error("the terminal is gone")]
    Gone,
    /// The writer thread could not be started.
    #[error("start the writer thread: {0}")]
    Thread(#[source] io::Error),
    /// The frame could not be built.
    #[error("draw a frame: {0}")]
    Draw(#[source] io::Error),
}

/// What the link to the terminal is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Frames written.
    pub frames: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Bytes of the last frame.
    pub last_bytes: u64,
    /// Time the last frame took from hand-over to the last byte.
    pub last_took: Duration,
    /// Least time between frames that no key caused, 33 ms to 1 s.
    pub interval: Duration,
    /// How much those frames should show.
    pub detail: Detail,
    /// Since when the terminal takes no more of the frame under way, if it is under way.
    pub blocked_for: Option<Duration>,
    /// Cells the sweep refused since the start; meant to stay zero.
    pub replaced_cells: u64,
}

/// The drawing end of the terminal.
pub struct Screen {
    terminal: TerminalHandle,
    inner: ratatui::Terminal<Encoder>,
    writer: Writer,
    pressure: Pressure,
    figures: Link,
    sent_at: Option<Instant>,
    /// The terminal's entry the shown frame belongs to.
    entry: u64,
    from_scratch: bool,
    /// Sequences of our own that wait for the next frame.
    passing: Vec<u8>,
    spare: Vec<u8>,
}

impl Screen {
    /// Starts the writer thread for a terminal that is entered.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn new(terminal: &TerminalHandle, depth: ColorDepth) -> Result<Self, ScreenError> {
        let encoder = Encoder::new(terminal.size(), depth);
        Ok(Self {
            terminal: terminal.clone(),
            inner: ratatui::Terminal::new(encoder).map_err(ScreenError::Draw)?,
            writer: Writer::start(terminal.clone()).map_err(ScreenError::Thread)?,
            pressure: Pressure::default(),
            figures: Link::default(),
            sent_at: None,
            entry: 0,
            from_scratch: true,
            passing: Vec::new(),
            spare: Vec::new(),
        })
    }

    /// Draws one frame in the terminal's size of this moment.
    ///
    /// # Errors
    /// [`ScreenError::Gone`] once the terminal is closed.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> Result<Drawn, ScreenError> {
        self.collect();
        if self.writer.is_gone() {
            return Err(ScreenError::Gone);
        }
        if self.writer.is_taken() {
            return Ok(Drawn::Busy);
        }
        if !self.terminal.is_entered() {
            return Ok(Drawn::Away);
        }
        let entry = self.terminal.wire.entries();
        self.inner.backend_mut().size = self.terminal.size();
        if std::mem::take(&mut self.from_scratch) || entry != self.entry {
            self.inner.clear().map_err(ScreenError::Draw)?;
            self.entry = entry;
        }
        let mut replaced = 0;
        let keeps = self.inner.backend().has_wide();
        let mut kept = None;
        self.inner
            .draw(|frame| {
                render(frame);
                replaced = sweep(frame.buffer_mut());
                kept = keeps.then(|| frame.buffer_mut().clone());
            })
            .map_err(ScreenError::Draw)?;
        if let Some(frame) = kept {
            self.inner.backend_mut().mend(&frame);
        }
        self.figures.replaced_cells += replaced;
        Ok(self.send())
    }

    fn send(&mut self) -> Drawn {
        let spare = std::mem::take(&mut self.spare);
        let cells = self.inner.backend_mut().take(spare);
        let mut bytes = std::mem::take(&mut self.passing);
        if !cells.is_empty() {
            bytes.extend_from_slice(HOLD);
            bytes.extend_from_slice(&cells);
            bytes.extend_from_slice(SHOW);
        }
        self.spare = cells;
        self.spare.clear();
        if bytes.is_empty() {
            return Drawn::Unchanged;
        }
        let sent = Drawn::Sent { bytes: bytes.len() };
        self.sent_at = Some(Instant::now());
        self.writer.send(bytes, self.entry);
        sent
    }

    /// Resolves when a frame can be drawn or the terminal is gone. Cancel safe.
    pub async fn ready(&self) {
        self.writer.freed().await;
    }

    /// Makes the next frame start from a cleared screen: something else wrote over it.
    pub fn redraw(&mut self) {
        self.from_scratch = true;
    }

    /// Sends a sequence of our own, such as a clipboard write, before the next frame's cells.
    ///
    /// Never for text from outside: these bytes are not swept.
    pub fn pass(&mut self, bytes: &[u8]) {
        self.passing.extend_from_slice(bytes);
    }

    /// Changes how many colours are sent; the next frame starts from a cleared screen.
    pub fn set_depth(&mut self, depth: ColorDepth) {
        self.inner.backend_mut().depth = depth;
        self.from_scratch = true;
    }

    /// What is known about the link now.
    pub fn link(&mut self) -> Link {
        self.collect();
        let blocked_for = self.sent_at.filter(|_| self.writer.is_taken()).map(|at| at.elapsed());
        Link {
            interval: self.pressure.interval(),
            detail: self.pressure.detail(),
            blocked_for,
            ..self.figures
        }
    }

    fn collect(&mut self) {
        while let Some(receipt) = self.writer.receipt() {
            self.sent_at = None;
            self.figures.bytes += receipt.bytes as u64;
            if receipt.whole {
                self.figures.frames += 1;
                self.figures.last_bytes = receipt.bytes as u64;
                self.figures.last_took = receipt.took;
                self.pressure.note(receipt.took);
            }
            if self.passing.is_empty() {
                self.passing = receipt.buffer;
            }
        }
    }
}
