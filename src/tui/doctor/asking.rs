//! Asks the terminal whether it knows synchronised output, and waits for its answer no longer than a second.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{read, write};
use rustix::termios::{LocalModes, OptionalActions, Termios, isatty, tcgetattr, tcsetattr};
use std::io::{Stdin, stdin, stdout};
use std::time::{Duration, Instant};

/// Is mode 2026 known, and, as every terminal answers that: what are you.
const QUESTION: &[u8] = b"\x1b[?2026$p\x1b[c";
/// Longest wait for all of the answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// Longest answer that is read.
const LONGEST: usize = 512;

/// What the terminal said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sync {
    /// It knows the mode.
    Known,
    /// It answers and does not know it.
    Unknown,
    /// It does not answer.
    Silent,
    /// There is nobody to ask.
    NotAsked,
}

/// Line editing and echo are off while it lives.
struct Quiet {
    input: Stdin,
    before: Termios,
}

impl Quiet {
    fn start() -> Option<Self> {
        let input = stdin();
        let before = tcgetattr(&input).ok()?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        tcsetattr(&input, OptionalActions::Now, &quiet).ok()?;
        Some(Self { input, before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // What was typed meanwhile goes with the answer: half of one must not reach the shell.
        let _ = tcsetattr(&self.input, OptionalActions::Flush, &self.before);
    }
}

/// Whether the terminal holds a frame until it is whole.
pub(super) fn synchronized() -> Sync {
    if !isatty(stdin()) || !isatty(stdout()) {
        return Sync::NotAsked;
    }
    let Some(quiet) = Quiet::start() else { return Sync::NotAsked };
    if write(stdout(), QUESTION).is_err() {
        return Sync::NotAsked;
    }
    let deadline = Instant::now() + PATIENCE;
    let mut answer = Vec::new();
    while answer.len() < LONGEST && !is_whole(&answer) {
        let left = deadline.saturating_duration_since(Instant::now());
        let Ok(left) = Timespec::try_from(left) else { break };
        let mut fds = [PollFd::new(&quiet.input, PollFlags::IN)];
        let mut piece = [0; 64];
        match poll(&mut fds, Some(&left)) {
            Ok(1..) => match read(&quiet.input, &mut piece) {
                Ok(count @ 1..) => answer.extend_from_slice(&piece[..count]),
                _ => break,
            },
            _ => break,
        }
    }
    judge(&answer)
}

/// Whether the answer to the second question is there.
fn is_whole(answer: &[u8]) -> bool {
    let starts = answer.windows(3).position(|window| window == b"\x1b[?" || window == b"\x1b[>");
    starts.is_some() && answer.ends_with(b"c")
}

fn judge(answer: &[u8]) -> Sync {
    let text = String::from_utf8_lossy(answer);
    match text.split_once("\x1b[?2026;").map(|(_, rest)| rest.chars().next()) {
        Some(Some('1' | '2' | '3')) => Sync::Known,
        Some(_) => Sync::Unknown,
        None if is_whole(answer) => Sync::Unknown,
        None => Sync::Silent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"\x1b[?2026;2$y\x1b[?62;4c", Sync::Known)]
    #[case(b"\x1b[?2026;0$y\x1b[?62;4c", Sync::Unknown)]
    #[case(b"\x1b[?1;2c", Sync::Unknown)]
    #[case(b"", Sync::Silent)]
    #[case(b"typed", Sync::Silent)]
    fn an_answer_is_understood(#[case] answer: &[u8], #[case] known: Sync) {
        assert_eq!(judge(answer), known);
    }
}
