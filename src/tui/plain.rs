//! The session in plain lines, for screen readers and terminals that cannot move a cursor: `watchfire --plain`.
//!
//! ```text
//! line -> Command -> ports -> numbered lines      `open 3` opens row 3 of the last list
//! ```
//!
//! It only ever adds lines: no cursor, no colour, no spinner. It is not a second full screen: asking, what broke,
//! patterns, records kept by conditions, one window, pins and notes. What is no command is a question. The case is
//! saved as it happens, as that of the screen is.

mod command;
mod item;
mod listing;
mod notebook;
mod pins;
mod session;
mod start;
mod voice;
mod wait;
mod window;

pub use start::plain_session;

use crate::domain::{Timestamp, Zone};
use crate::investigate::Investigation;
use crate::port::Scope;
use session::Session;
use std::io::{self, BufRead, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::Notify;

/// Longest line that is read, in bytes; the rest of it is dropped, and that is said.
const LONGEST: u64 = 64 * 1024;

/// What a session starts with.
#[derive(Clone, Debug)]
pub struct PlainOptions {
    /// Window, service and level given on the command line.
    pub scope: Scope,
    /// Zone times are shown in; `None`: that of the logs.
    pub zone: Option<Zone>,
    /// Where cases are kept; `None`: nowhere, which is said when there is something to keep.
    pub state_dir: Option<PathBuf>,
    /// The wall clock at the start.
    pub now: Timestamp,
    /// Told (`notify_waiters`) on Ctrl-C: the running question stops, at rest nothing happens.
    pub interrupt: Arc<Notify>,
}

/// Runs a session until `quit` or the end of `input`.
///
/// `runtime` must have its timer enabled, and the call must not come from one of its threads. Every line written has
/// passed `safety::display_safe`. A failure of the logs or of an answerer is said and does not end the session.
///
/// # Errors
/// When `input` cannot be read or `output` cannot be written.
pub fn run(
    mut input: impl BufRead,
    output: impl Write,
    investigation: Investigation,
    runtime: &Handle,
    options: PlainOptions,
) -> io::Result<()> {
    let mut session = Session::new(output, investigation, runtime, options);
    let talked = talk(&mut input, &mut session);
    let ended = session.end();
    talked.and(ended)
}

fn talk<W: Write>(input: &mut impl BufRead, session: &mut Session<'_, W>) -> io::Result<()> {
    session.greet()?;
    while let Some(line) = read_line(input)? {
        if line.is_cut {
            session.too_long(LONGEST)?;
        } else if !session.obey(&line.text)? {
            break;
        }
        session.say_trouble()?;
    }
    Ok(())
}

/// A line as typed.
struct Typed {
    text: String,
    is_cut: bool,
}

/// The next line; `None` at the end.
fn read_line(input: &mut impl BufRead) -> io::Result<Option<Typed>> {
    let mut bytes = Vec::new();
    let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut bytes)?;
    if read == 0 {
        return Ok(None);
    }
    let is_cut = !bytes.ends_with(b"\n") && bytes.len() as u64 == LONGEST;
    if is_cut {
        skip_line(input)?;
    }
    Ok(Some(Typed { text: String::from_utf8_lossy(&bytes).trim().to_owned(), is_cut }))
}

/// Drops what is left of a line.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let seen = input.fill_buf()?;
        let end = memchr::memchr(b'\n', seen);
        let used = end.map_or(seen.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() || used == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests;
