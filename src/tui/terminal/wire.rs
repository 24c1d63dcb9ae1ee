//! The line to the terminal: its file, its settings before we came, and who may write now.
//!
//! The file is opened anew rather than taken from standard output: non-blocking is a property of the open file, and
//! making the shell's own copy non-blocking would outlive the program. Every wait in here ends.

use super::{Modes, TerminalError};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{
    OptionalActions, QueueSelector, Termios, Winsize, isatty, tcflush, tcgetattr, tcsetattr,
};
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};

/// Longest wait for another thread that is writing or leaving; both hold the stage for less than this.
const STAGE_PATIENCE: Duration = Duration::from_millis(800);
/// Longest attempt to write a mode change to a terminal that takes nothing.
const WRITE_PATIENCE: Duration = Duration::from_millis(300);

/// Whose the terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The shell's: modes are as they were found.
    Out,
    /// Ours.
    In,
    /// A child program's, to be taken back.
    Lent,
}

/// What rings the signals thread from other threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alarm {
    /// A thread panicked.
    Crashed,
    /// The terminal no longer takes bytes and never will.
    Gone,
}

/// How a chunk went.
pub(crate) enum Chunk {
    /// That many bytes were taken.
    Taken(usize),
    /// None now: wait for room.
    Full,
    /// The terminal is not ours any more, or was re-entered since the frame was made.
    Stale,
}

pub(crate) struct Wire {
    tty: OwnedFd,
    found: Termios,
    modes: Modes,
    // Two threads share one line and a panic must not wait for either, so it is only ever tried, with a deadline.
    stage: Mutex<Stage>,
    entries: AtomicU64,
    bell: UnixStream,
    ear: UnixStream,
}

impl Wire {
    /// Opens standard output's terminal and remembers its settings.
    pub(crate) fn open(modes: Modes) -> Result<Self, TerminalError> {
        let out = std::io::stdout();
        if !isatty(&out) {
            return Err(TerminalError::NotATerminal);
        }
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let tty = rustix::termios::ttyname(&out, Vec::new())
            .and_then(|name| rustix::fs::open(name, flags, Mode::empty()))
            // After `su` the named device belongs to somebody else; the controlling terminal still opens.
            .or_else(|_| rustix::fs::open("/dev/tty", flags, Mode::empty()))
            .map_err(|error| TerminalError::Settings(error.into()))?;
        let found = tcgetattr(&tty).map_err(|error| TerminalError::Settings(error.into()))?;
        let (bell, ear) = UnixStream::pair().map_err(TerminalError::Settings)?;
        bell.set_nonblocking(true).map_err(TerminalError::Settings)?;
        ear.set_nonblocking(true).map_err(TerminalError::Settings)?;
        let stage = Mutex::new(Stage::Out);
        Ok(Self { tty, found, modes, stage, entries: AtomicU64::new(0), bell, ear })
    }

    pub(crate) fn tty(&self) -> &OwnedFd {
        &self.tty
    }

    pub(crate) fn ear(&self) -> &UnixStream {
        &self.ear
    }

    /// Tells the signals thread; does nothing when nobody listens.
    pub(crate) fn ring(&self, alarm: Alarm) {
        let byte = match alarm {
            Alarm::Crashed => b'c',
            Alarm::Gone => b'g',
        };
        let _ = (&self.bell).write(&[byte]);
    }

    pub(crate) fn stage(&self) -> Option<Stage> {
        self.hold(STAGE_PATIENCE).map(|stage| *stage)
    }

    /// How often the modes were entered: a frame belongs to one entry.
    pub(crate) fn entries(&self) -> u64 {
        self.entries.load(Ordering::Acquire)
    }

    pub(crate) fn winsize(&self) -> Option<Winsize> {
        rustix::termios::tcgetwinsize(&self.tty).ok()
    }

    /// Enters every mode, from any stage; the next frame has to be drawn from scratch.
    pub(crate) fn enter(&self) -> Result<(), TerminalError> {
        let Some(mut stage) = self.hold(STAGE_PATIENCE) else { return Err(TerminalError::Busy) };
        let mut raw = self.found.clone();
        raw.make_raw();
        // Settings first: in the background this is where the system stops us, before a byte is out.
        self.set(&raw).map_err(|error| TerminalError::Settings(error.into()))?;
        *stage = Stage::In;
        self.entries.fetch_add(1, Ordering::AcqRel);
        self.send_through(&self.modes.entering()).map_err(TerminalError::Write)
    }

    /// Leaves every mode if they are entered; true when this call did it. Others wait until it is done.
    pub(crate) fn leave(&self, for_stage: Stage) -> bool {
        match self.hold(STAGE_PATIENCE) {
            Some(mut stage) => {
                let ours = *stage == Stage::In;
                if ours {
                    self.give_back();
                }
                // A lent terminal given back for good is not taken again when the child ends.
                if ours || for_stage == Stage::Out {
                    *stage = for_stage;
                }
                ours
            }
            // Whoever holds it does not move: rather undo twice than not at all.
            None => {
                self.give_back();
                true
            }
        }
    }

    fn give_back(&self) {
        let _ = self.send_through(&self.modes.leaving());
        if self.modes.mouse {
            // Reports already under way would be typed into the shell.
            let _ = tcflush(&self.tty, QueueSelector::IFlush);
        }
        let _ = self.set(&self.found);
    }

    fn set(&self, settings: &Termios) -> Result<(), Errno> {
        loop {
            // Never `Drain`: it waits for a reader that may be gone.
            match tcsetattr(&self.tty, OptionalActions::Now, settings) {
                Err(Errno::INTR) => {}
                done => return done,
            }
        }
    }

    /// Writes a mode change; when the terminal takes nothing, what it has not read yet is dropped to make room.
    fn send_through(&self, bytes: &[u8]) -> std::io::Result<()> {
        match self.push(bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                tcflush(&self.tty, QueueSelector::OFlush)?;
                self.push(bytes)
            }
            done => done,
        }
    }

    /// Writes all bytes or gives up after [`WRITE_PATIENCE`].
    pub(crate) fn push(&self, bytes: &[u8]) -> std::io::Result<()> {
        let deadline = Instant::now() + WRITE_PATIENCE;
        let mut rest = bytes;
        while !rest.is_empty() {
            match rustix::io::write(&self.tty, rest) {
                Ok(taken) => rest = &rest[taken..],
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(std::io::ErrorKind::TimedOut.into());
                    }
                    self.wait_for_room(left);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Writes what fits of a frame made in the given entry.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(crate) fn chunk(&self, bytes: &[u8], entry: u64) -> std::io::Result<Chunk> {
        let Some(stage) = self.hold(STAGE_PATIENCE) else { return Ok(Chunk::Full) };
        if *stage != Stage::In || self.entries() != entry {
            return Ok(Chunk::Stale);
        }
        match rustix::io::write(&self.tty, bytes) {
            Ok(taken) => Ok(Chunk::Taken(taken)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(Chunk::Full),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until the terminal may take bytes, at most for the given time.
    pub(crate) fn wait_for_room(&self, at_most: Duration) {
        let mut fds = [PollFd::new(&self.tty, PollFlags::OUT)];
        let timeout = Timespec::try_from(at_most).ok();
        let _ = poll(&mut fds, timeout.as_ref());
        // Room can be announced while another program holds the line: never ask again at once.
        std::thread::sleep(Duration::from_millis(1));
    }

    fn hold(&self, patience: Duration) -> Option<MutexGuard<'_, Stage>> {
        let deadline = Instant::now() + patience;
        loop {
            match self.stage.try_lock() {
                Ok(stage) => return Some(stage),
                Err(TryLockError::Poisoned(stage)) => return Some(stage.into_inner()),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(TryLockError::WouldBlock) => return None,
            }
        }
    }
}
