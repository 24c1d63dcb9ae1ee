//! Copying that says what happened and no more.
//!
//! | way | when | what is known |
//! |---|---|---|
//! | OSC 52 to the terminal | always, up to 8 KiB; wrapped for tmux and screen | that it was sent |
//! | `tmux load-buffer -w` | inside tmux | tmux took it |
//! | `wl-copy`, `xclip`, `xsel`, `pbcopy` | on this machine, not over SSH | the program took it |
//! | a file, 0600 | always | it is written |
//!
//! Where we are is decided at each copy: a tmux session is left on one machine and attached from another, and tmux is
//! asked what its present client brought.

mod place;
mod tool;

pub use place::{Behind, Place};
pub(super) use tool::ask_tmux;

use crate::safety::display_safe;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Most text sent through the terminal, in bytes: several terminals drop longer sequences without a word.
pub const MOST_SENT: usize = 8 * 1024;
/// Most bytes in one piece for screen, which cuts strings at 768 bytes.
const SCREEN_PIECE: usize = 512;
/// The file's name in the state directory.
pub(super) const FILE: &str = "copied.txt";

/// One thing that was tried and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A clipboard sequence for the terminal is in [`Copied::sequence`]; whether it obeys is not known.
    SentToTerminal,
    /// Too long for a terminal.
    TooLongForTerminal {
        /// Length of the text in bytes.
        bytes: usize,
    },
    /// A program took the text and reported success.
    GivenTo {
        /// The program.
        tool: &'static str,
    },
    /// A program is there and failed.
    ToolFailed {
        /// The program.
        tool: &'static str,
        /// Why, as far as it says.
        why: String,
    },
    /// The text is in a file.
    WrittenTo(PathBuf),
    /// It could not be written.
    NotWritten {
        /// Where.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SentToTerminal => write!(f, "sent to the terminal"),
            Self::TooLongForTerminal { bytes } => {
                write!(f, "not sent to the terminal ({bytes} bytes are over {MOST_SENT})")
            }
            Self::GivenTo { tool } => write!(f, "given to {tool}"),
            Self::ToolFailed { tool, why } => write!(f, "{tool} failed ({why})"),
            Self::WrittenTo(path) => write!(f, "written to {}", path.display()),
            Self::NotWritten { path, why } => write!(f, "not written to {} ({why})", path.display()),
        }
    }
}

/// What a copy did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// For [`Screen::pass`](super::screen::Screen::pass), when the text is short enough.
    pub sequence: Option<Vec<u8>>,
    /// What was tried, in order.
    pub steps: Vec<Step>,
}

impl Copied {
    /// One line for the user, safe to print.
    #[must_use]
    pub fn summary(&self) -> String {
        let steps: Vec<String> = self.steps.iter().map(ToString::to_string).collect();
        crate::safety::display_line(steps.join("; ").as_bytes()).into_owned()
    }
}

/// Copies a text every way that can work from here.
///
/// Control characters of the text are spelled out first: a paste into a shell must not press keys. Blocks while
/// programs run, at most a few seconds; call it off the loop. Never fails as a whole: what went wrong is a step.
#[must_use]
pub fn copy(text: &str, environment: &BTreeMap<String, String>, state: &Path) -> Copied {
    let text = display_safe(text.as_bytes());
    let place = Place::now(environment);
    let mut copied = Copied::default();
    if text.len() <= MOST_SENT {
        copied.sequence = Some(sequence(&text, &place));
        copied.steps.push(Step::SentToTerminal);
    } else {
        copied.steps.push(Step::TooLongForTerminal { bytes: text.len() });
    }
    copied.steps.extend(tool::give(&text, &place));
    let path = state.join(FILE);
    copied.steps.push(match write(&path, state, &text) {
        Ok(()) => Step::WrittenTo(path),
        Err(error) => Step::NotWritten { path, why: error.to_string() },
    });
    copied
}

/// The clipboard sequence as what stands between us and the terminal has to get it.
///
/// tmux takes the plain one with `set-clipboard on` and passes the wrapped one with `allow-passthrough on`; each is
/// ignored where the other works, so both are sent.
fn sequence(text: &str, place: &Place) -> Vec<u8> {
    let plain = format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes();
    match place.behind {
        Behind::Nothing => plain,
        Behind::Tmux => [b"\x1bPtmux;\x1b", plain.as_slice(), b"\x1b\\", &plain].concat(),
        Behind::Screen => through_screen(&plain),
        Behind::Either => [plain.as_slice(), &through_screen(&plain)].concat(),
    }
}

fn through_screen(plain: &[u8]) -> Vec<u8> {
    plain.chunks(SCREEN_PIECE).flat_map(|piece| [b"\x1bP", piece, b"\x1b\\"].concat()).collect()
}

fn write(path: &Path, state: &Path, text: &str) -> io::Result<()> {
    // Made under another name and moved: a link somebody put there is replaced, not followed.
    let mut file = tempfile::Builder::new().prefix("copied-").tempfile_in(state)?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Programs for this machine's display, the best first.
pub(super) fn local(place: &Place) -> Vec<&'static str> {
    tool::local(place).into_iter().map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests;
