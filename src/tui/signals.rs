//! What the system says: end, stop, go on, the terminal is gone. One thread listens, the loop hears.
//!
//! ```text
//! TERM HUP INT QUIT --> Terminate --> the loop ends by itself ..... or the thread ends the process after a grace
//! TSTP (kill, Ctrl-Z key) --> give back, stop ... CONT --> take back --> Continue
//! terminal closed, panic on any thread --> Gone, Crashed --> as Terminate
//! ```
//!
//! The thread sleeps in `poll` and needs neither the loop nor the terminal to move: a hung loop, a blocked link or a
//! closed terminal cannot keep the process alive. Handlers stay for the life of the process, so a signal after the
//! loop ended still ends it.

use super::terminal::{Stage, TerminalHandle, can_stop};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGSTOP, SIGTERM, SIGTSTP};
use signal_hook::low_level::{exit, pipe, raise};
use std::io::{self, Read as _};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The signals listened to, by name.
const HEARD: [(i32, &str); 6] = [
    (SIGTERM, "SIGTERM"),
    (SIGHUP, "SIGHUP"),
    (SIGINT, "SIGINT"),
    (SIGQUIT, "SIGQUIT"),
    (SIGTSTP, "SIGTSTP"),
    (SIGCONT, "SIGCONT"),
];
/// How long the loop has to save and end after a signal.
const GRACE: Duration = Duration::from_secs(2);
/// How long when nobody sees the terminal any more.
const GRACE_GONE: Duration = Duration::from_millis(500);
/// How long after a panic, while other threads may unwind.
const GRACE_CRASHED: Duration = Duration::from_secs(1);
/// Exit code of a panic, as the standard library's.
const CRASHED: u8 = 101;
/// Unread reports; a loop that has this many is stuck and does not get more.
const UNREAD: usize = 8;

/// What the system said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Asked to end; `code` is 128 plus the signal's number.
    Terminate {
        /// The signal, as in `kill -l` with `SIG`.
        name: &'static str,
        /// Exit code.
        code: u8,
    },
    /// Continued after a stop; the terminal is taken back, draw again.
    Continue,
    /// The terminal is closed: nobody sees or types anything any more.
    Gone,
    /// A thread panicked; the terminal is given back and the report written.
    Crashed,
}

impl Signal {
    /// The code to end with now; `None` when the program goes on.
    #[must_use]
    pub fn exit_code(self) -> Option<u8> {
        match self {
            Self::Terminate { code, .. } => Some(code),
            Self::Continue => None,
            Self::Gone => Some(code_of(SIGHUP)),
            Self::Crashed => Some(CRASHED),
        }
    }

    fn grace(self) -> Duration {
        match self {
            Self::Gone => GRACE_GONE,
            Self::Crashed => GRACE_CRASHED,
            Self::Terminate { .. } | Self::Continue => GRACE,
        }
    }
}

fn code_of(signal: i32) -> u8 {
    128u8.saturating_add(u8::try_from(signal).unwrap_or_default())
}

/// The hearing end for the loop.
pub struct Signals {
    heard: Receiver<Signal>,
}

impl Signals {
    /// Starts listening; once per process, right after the terminal was entered.
    ///
    /// From the first `Terminate`, `Gone` or `Crashed` the loop has 2, 0.5 or 1 seconds; then, or at a second
    /// `Terminate`, the thread gives the terminal back and ends the process with the same code.
    ///
    /// # Errors
    /// When handlers or the thread cannot be set up.
    pub fn start(terminal: &TerminalHandle) -> io::Result<Self> {
        let (tell, heard) = channel(UNREAD);
        let mut ears = Vec::with_capacity(HEARD.len());
        for (signal, _) in HEARD {
            let (ear, bell) = UnixStream::pair()?;
            ear.set_nonblocking(true)?;
            pipe::register(signal, bell)?;
            ears.push(ear);
        }
        let listener = Listener {
            terminal: terminal.clone(),
            tell,
            ears,
            watches_terminal: true,
            stopped: false,
            ending: None,
        };
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || listener.run())?;
        Ok(Self { heard })
    }

    /// The next report; never resolves when there is none. Cancel safe.
    pub async fn next(&mut self) -> Signal {
        match self.heard.recv().await {
            Some(signal) => signal,
            // The thread only ends with the process.
            None => std::future::pending().await,
        }
    }
}

/// When the thread ends the process, and with what.
#[derive(Clone, Copy)]
struct Ending {
    at: Instant,
    code: u8,
}

struct Listener {
    terminal: TerminalHandle,
    tell: Sender<Signal>,
    ears: Vec<UnixStream>,
    watches_terminal: bool,
    /// Given back because of a stop, to be taken back when continued.
    stopped: bool,
    ending: Option<Ending>,
}

/// What one wait found.
#[derive(Default)]
struct Heard {
    signals: Vec<(i32, &'static str)>,
    alarm: bool,
    terminal_closed: bool,
}

impl Listener {
    fn run(mut self) {
        loop {
            let heard = self.wait();
            if heard.alarm {
                self.alarms();
            }
            for (signal, name) in heard.signals {
                self.signal(signal, name);
            }
            if heard.terminal_closed {
                self.watches_terminal = false;
                self.end(Signal::Gone);
            }
            if self.ending.is_some_and(|ending| ending.at <= Instant::now()) {
                self.end_now();
            }
        }
    }

    fn wait(&mut self) -> Heard {
        let left = self.ending.map(|ending| ending.at.saturating_duration_since(Instant::now()));
        let timeout = left.and_then(|left| Timespec::try_from(left).ok());
        let wire = &self.terminal.wire;
        let mut fds: Vec<PollFd<'_>> = self.ears.iter().map(|ear| PollFd::new(ear, PollFlags::IN)).collect();
        fds.push(PollFd::new(wire.ear(), PollFlags::IN));
        if self.watches_terminal {
            // No event asked for: only a closed line wakes this, keys and room do not.
            fds.push(PollFd::new(wire.tty(), PollFlags::empty()));
        }
        let mut heard = Heard::default();
        if poll(&mut fds, timeout.as_ref()).is_err() {
            return heard;
        }
        let ready = |at: usize| fds.get(at).is_some_and(|fd| !fd.revents().is_empty());
        for (at, signal) in HEARD.iter().enumerate() {
            if ready(at) && drain(&self.ears[at]) {
                heard.signals.push(*signal);
            }
        }
        heard.alarm = ready(HEARD.len());
        let closed = fds.get(HEARD.len() + 1).map_or(PollFlags::empty(), PollFd::revents);
        heard.terminal_closed = closed.intersects(PollFlags::HUP | PollFlags::ERR);
        if closed.contains(PollFlags::NVAL) {
            // Some systems cannot poll a terminal; the writer still finds out.
            self.watches_terminal = false;
        }
        heard
    }

    fn alarms(&mut self) {
        let mut rung = [0; 16];
        let count = self.terminal.wire.ear().read(&mut rung).unwrap_or(0);
        if rung[..count].contains(&b'c') {
            self.end(Signal::Crashed);
        }
        if rung[..count].contains(&b'g') {
            self.end(Signal::Gone);
        }
    }

    fn signal(&mut self, signal: i32, name: &'static str) {
        let lent = self.terminal.wire.stage() == Some(Stage::Lent);
        match signal {
            SIGTSTP => self.stop(),
            SIGCONT => self.resume(),
            // The keys belong to the child program.
            SIGINT | SIGQUIT if lent => {}
            _ => {
                if self.ending.is_some() {
                    self.end_now();
                }
                self.end(Signal::Terminate { name, code: code_of(signal) });
            }
        }
    }

    fn stop(&mut self) {
        if self.ending.is_some() || !can_stop() {
            return;
        }
        if self.terminal.is_entered() {
            self.terminal.leave();
            self.stopped = true;
        }
        // To this very thread, so that nothing after this line runs before the process is continued.
        let _ = raise(SIGSTOP);
    }

    fn resume(&mut self) {
        if self.ending.is_some() {
            return;
        }
        // Entered although continued: somebody stopped us without asking, and the shell has used the terminal since.
        if self.stopped || self.terminal.is_entered() {
            self.stopped = false;
            match self.terminal.wire.enter() {
                Ok(()) => self.report(Signal::Continue),
                Err(_) => self.end(Signal::Gone),
            }
        }
    }

    fn report(&mut self, signal: Signal) {
        let _ = self.tell.try_send(signal);
    }

    fn end(&mut self, signal: Signal) {
        let code = signal.exit_code().unwrap_or(CRASHED);
        let at = Instant::now() + signal.grace();
        match &mut self.ending {
            // The first reason gives the code; a later one may only make it sooner.
            Some(ending) => ending.at = ending.at.min(at),
            None => self.ending = Some(Ending { at, code }),
        }
        self.report(signal);
        if self.tell.is_closed() {
            self.end_now();
        }
    }

    fn end_now(&self) -> ! {
        self.terminal.leave();
        let code = self.ending.map_or(CRASHED, |ending| ending.code);
        exit(i32::from(code))
    }
}

fn drain(mut ear: &UnixStream) -> bool {
    let mut bytes = [0; 64];
    ear.read(&mut bytes).is_ok_and(|count| count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t7_exit_codes_are_128_plus_the_signal() {
        let codes = [SIGHUP, SIGINT, SIGQUIT, SIGTERM].map(code_of);
        assert_eq!(codes, [129, 130, 131, 143]);
        assert_eq!(Signal::Gone.exit_code(), Some(129));
        assert_eq!(Signal::Crashed.exit_code(), Some(101));
        assert_eq!(Signal::Continue.exit_code(), None);
    }
}
