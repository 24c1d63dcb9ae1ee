//! The terminal guard: what is turned on is turned off, however the program ends.
//!
//! One inverse pair, `Modes::entering` and `Modes::leaving`, covers raw input, the alternate screen, bracketed
//! paste, the cursor, the optional mouse and an open synchronised frame. Normal exit, `Drop`, the panic hook of any
//! thread, the signals thread and a lent terminal (`$EDITOR`) all go through it, so there is no second way to forget one.
//!
//! ```text
//!            enter            lend
//!   shell ----------> ours ----------> child program
//!         <----------      <----------
//!            leave            take back
//! ```

mod wire;

pub(crate) use wire::{Alarm, Chunk, Stage, Wire};

use ratatui::layout::Size;
use std::sync::Arc;
use thiserror::Error;

/// Largest screen drawn, in columns: a wrong size report must not ask for gigabytes of cells.
const MOST_COLUMNS: u16 = 1024;
/// Largest screen drawn, in rows.
const MOST_ROWS: u16 = 400;
/// What a terminal is taken for when it says 0x0 (serial lines, containers before the first resize).
const UNKNOWN_SIZE: Size = Size { width: 80, height: 24 };

/// Which optional modes to turn on beside those that are always on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes {
    /// Mouse clicks, drags and the wheel as events; the terminal's own selection then needs Shift.
    pub mouse: bool,
}

impl Modes {
    /// The bytes that turn everything on.
    fn entering(self) -> Vec<u8> {
        let mut bytes = b"\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[m\x1b[2J\x1b[H".to_vec();
        if self.mouse {
            bytes.extend_from_slice(b"\x1b[?1000h\x1b[?1002h\x1b[?1006h");
        }
        bytes
    }

    /// Their inverse. Starts with an escape, which ends whatever sequence a frame was cut off in.
    fn leaving(self) -> Vec<u8> {
        let mut bytes = b"\x1b[?2026l".to_vec();
        if self.mouse {
            bytes.extend_from_slice(b"\x1b[?1006l\x1b[?1002l\x1b[?1000l");
        }
        bytes.extend_from_slice(b"\x1b[m\x1b[?2004l\x1b[?25h\x1b[?1049l");
        bytes
    }
}

/// Why the terminal could not be taken or given.
#[derive(Debug, Error)]
pub enum TerminalError {
    /// Standard output is a file, a pipe or nothing.
    #[error("standard output is not a terminal")]
    NotATerminal,
    /// Its settings could not be read or changed.
    #[error("change the terminal's settings: {0}")]
    Settings(#[source] std::io::Error),
    /// It does not take bytes.
    #[error("write to the terminal: {0}")]
    Write(#[source] std::io::Error),
    /// Another thread is changing modes and does not finish.
    #[error("the terminal is being given back")]
    Busy,
    /// Nobody would ever continue a stopped program: no shell with job control started it.
    #[error("cannot suspend: no shell with job control started this program")]
    NoJobControl,
}

/// The guard: entered on creation, left on drop.
#[must_use = "dropping the guard gives the terminal back"]
pub struct Terminal {
    handle: TerminalHandle,
}

impl Terminal {
    /// Takes the terminal of standard output.
    ///
    /// # Errors
    /// When standard output is no terminal, or it does not take the modes within a second; nothing stays turned on.
    pub fn enter(modes: Modes) -> Result<Self, TerminalError> {
        let guard = Self { handle: TerminalHandle { wire: Arc::new(Wire::open(modes)?) } };
        guard.handle.wire.enter()?;
        Ok(guard)
    }

    /// A handle for other threads; it keeps working after the guard is gone.
    #[must_use]
    pub fn handle(&self) -> TerminalHandle {
        self.handle.clone()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.handle.leave();
    }
}

/// A cheap copy of the way back, for the panic hook, the signals thread, the screen and child programs.
#[derive(Clone)]
pub struct TerminalHandle {
    pub(crate) wire: Arc<Wire>,
}

impl TerminalHandle {
    /// Gives the terminal back: modes off, cursor shown, settings as found.
    ///
    /// From any thread and any number of times; the first call does it, others wait for it. Ends within two seconds
    /// even when nobody reads the terminal (output that was not read by then is dropped).
    pub fn leave(&self) {
        self.wire.leave(Stage::Out);
    }

    /// Stops the program as Ctrl-Z does in a shell; for the key, which arrives as a byte.
    ///
    /// Returns at once: the signals thread gives the terminal back, stops the process, takes it again when it is
    /// continued and reports [`Signal::Continue`](super::signals::Signal::Continue).
    ///
    /// # Errors
    /// [`TerminalError::NoJobControl`] when no shell waits to continue it.
    pub fn suspend(&self) -> Result<(), TerminalError> {
        if !can_stop() {
            return Err(TerminalError::NoJobControl);
        }
        // The whole group, as the terminal itself would: what feeds our input stops with us.
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)
            .map_err(|error| TerminalError::Settings(error.into()))
    }

    /// Gives the terminal to a child program for the time `run` takes, then takes it back.
    ///
    /// Meanwhile Ctrl-C and Ctrl-\ belong to the child and frames are not drawn. Blocks; call it off the loop.
    ///
    /// # Errors
    /// When the terminal is not ours to lend, or could not be taken back.
    pub fn lend<T>(&self, run: impl FnOnce() -> T) -> Result<T, TerminalError> {
        if !self.wire.leave(Stage::Lent) {
            return Err(TerminalError::Busy);
        }
        let done = run();
        if self.wire.stage() == Some(Stage::Lent) {
            self.wire.enter()?;
        }
        Ok(done)
    }

    /// Columns and rows now, at least 1x1 and at most 1024x400; 80x24 when the terminal does not know.
    #[must_use]
    pub fn size(&self) -> Size {
        match self.wire.winsize() {
            Some(size) if size.ws_col > 0 && size.ws_row > 0 => {
                Size { width: size.ws_col.min(MOST_COLUMNS), height: size.ws_row.min(MOST_ROWS) }
            }
            _ => UNKNOWN_SIZE,
        }
    }

    /// Whether the terminal is ours now: not given back and not lent.
    #[must_use]
    pub fn is_entered(&self) -> bool {
        self.wire.stage() == Some(Stage::In)
    }

    /// Prints text that is already safe after the terminal was given back: an exit line, a crash message.
    ///
    /// It goes to standard error. Unlike `println!` it neither panics when the terminal is closed nor waits for one
    /// that nobody reads: after 0.3 seconds the rest is dropped.
    pub fn say(&self, text: &str) {
        use std::io::Write as _;
        let stderr = std::io::stderr();
        if rustix::termios::isatty(&stderr) {
            let _ = self.wire.push(text.as_bytes());
        } else {
            let _ = stderr.lock().write_all(text.as_bytes());
        }
    }
}

/// Whether a stopped process would be continued by somebody.
///
/// POSIX lets a group be stopped from the keyboard only while a parent in the same session but another group looks
/// after it; a group led by the session's leader (a container's first process, `tmux new watchfire`) has none.
pub(crate) fn can_stop() -> bool {
    // Not `rustix`: a session led from outside of a container's process namespace is number 0, which its ids cannot hold.
    use nix::unistd::{getpgrp, getppid, getsid};
    let Ok(session) = getsid(None) else { return false };
    getpgrp() != session && getsid(Some(getppid())) == Ok(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every mode a byte string switches, with the direction.
    fn switched(bytes: &[u8]) -> Vec<(String, bool)> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        text.split("\x1b[?")
            .skip(1)
            .map(|rest| {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                let on = rest[digits.len()..].starts_with('h');
                (digits, on)
            })
            .collect()
    }

    #[test]
    fn leaving_undoes_every_mode_that_entering_switches() {
        for modes in [Modes { mouse: false }, Modes { mouse: true }] {
            let back = switched(&modes.leaving());
            let there = switched(&modes.entering());
            assert!(there.len() >= 3, "{there:?}");
            for (mode, on) in there {
                assert!(back.contains(&(mode.clone(), !on)), "mode {mode} stays switched in {modes:?}");
            }
            assert!(back.contains(&("2026".to_owned(), false)), "a frame cut off stays held back");
        }
    }

    #[test]
    fn without_mouse_no_mouse_mode_is_touched() {
        let touched = switched(&Modes::default().entering());
        assert!(touched.iter().all(|(mode, _)| !mode.starts_with("100")), "{touched:?}");
    }
}
