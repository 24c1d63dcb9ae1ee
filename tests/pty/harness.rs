//! A terminal for tests: a program in a pty, its screen, its keys, its bytes, its end.
//!
//! Included with `#[path = "pty/harness.rs"] mod harness;` by every test that drives a real program. Nothing waits for a
//! time to pass: waits are for a condition, with a limit that fails the test and prints the screen.

#![allow(dead_code, reason = "each test program uses its part")]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longest wait for anything; far above what is usual, so that a loaded machine does not fail a test.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the program is started with.
pub(crate) struct Start {
    command: CommandBuilder,
    columns: u16,
    rows: u16,
}

impl Start {
    /// A program with an environment of only `PATH`, `HOME` and `TERM=xterm-256color`, at 80x24.
    pub(crate) fn program(path: impl AsRef<std::ffi::OsStr>) -> Self {
        let mut command = CommandBuilder::new(path);
        command.env_clear();
        for name in ["PATH", "HOME"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("TERM", "xterm-256color");
        Self { command, columns: 80, rows: 24 }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn cwd(mut self, folder: &std::path::Path) -> Self {
        self.command.cwd(folder);
        self
    }

    pub(crate) fn size(mut self, columns: u16, rows: u16) -> Self {
        (self.columns, self.rows) = (columns, rows);
        self
    }

    pub(crate) fn spawn(self) -> Pty {
        let pair = native_pty_system().openpty(pty_size(self.columns, self.rows)).unwrap();
        let settings_before = settings(&*pair.master);
        let child = pair.slave.spawn_command(self.command).unwrap();
        drop(pair.slave);
        let shared = Arc::new((Mutex::new(Seen::new(self.columns, self.rows)), Condvar::new()));
        let reader = read_on(&*pair.master, Arc::clone(&shared));
        let writer = pair.master.take_writer().unwrap();
        Pty {
            master: Some(pair.master),
            writer: Some(writer),
            child,
            shared,
            reader: Some(reader),
            settings_before,
        }
    }
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn settings(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

/// How fast the terminal is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Full,
    /// Not at all.
    Paused,
    /// That many bytes, forty times a second.
    Slow(usize),
    /// For good: the reader lets go of the terminal.
    Ended,
}

struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    reading: Reading,
    ended: bool,
}

impl Seen {
    fn new(columns: u16, rows: u16) -> Self {
        Self {
            parser: vt100::Parser::new(rows, columns, 0),
            raw: Vec::new(),
            reading: Reading::Full,
            ended: false,
        }
    }

    /// The screen as a person would describe it.
    fn picture(&self) -> String {
        let screen = self.parser.screen();
        let mut out = String::new();
        for row in screen.rows(0, screen.size().1) {
            let _ = writeln!(out, "|{row}");
        }
        let _ = write!(
            out,
            "alternate={} cursor_hidden={} paste={} bytes={}",
            screen.alternate_screen(),
            screen.hide_cursor(),
            screen.bracketed_paste(),
            self.raw.len()
        );
        out
    }
}

type Shared = Arc<(Mutex<Seen>, Condvar)>;

/// Also after a failed assertion: the end of the test still looks at the screen.
fn lock(shared: &Shared) -> MutexGuard<'_, Seen> {
    shared.0.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_on(master: &dyn MasterPty, shared: Shared) -> JoinHandle<()> {
    let mut reader = master.try_clone_reader().unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 65536];
        loop {
            let Some(most) = may_read(&shared) else { return };
            let count = reader.read(&mut buffer[..most]).unwrap_or(0);
            let mut seen = lock(&shared);
            if count == 0 {
                seen.ended = true;
                shared.1.notify_all();
                return;
            }
            seen.raw.extend_from_slice(&buffer[..count]);
            seen.parser.process(&buffer[..count]);
            shared.1.notify_all();
        }
    })
}

/// Waits until reading is allowed; how much, or nothing when it has ended.
fn may_read(shared: &Shared) -> Option<usize> {
    let mut seen = lock(shared);
    loop {
        match seen.reading {
            Reading::Full => return Some(65536),
            Reading::Ended => return None,
            Reading::Paused => seen = shared.1.wait(seen).unwrap(),
            Reading::Slow(most) => {
                let slow = |seen: &mut Seen| matches!(seen.reading, Reading::Slow(_));
                let waited = shared.1.wait_timeout_while(seen, Duration::from_millis(25), slow).unwrap();
                if waited.1.timed_out() {
                    return Some(most);
                }
                seen = waited.0;
            }
        }
    }
}

/// How a program ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exit {
    pub(crate) code: u32,
    pub(crate) signal: Option<String>,
}

impl Exit {
    pub(crate) fn code(code: u32) -> Self {
        Self { code, signal: None }
    }
}

/// A running program and its terminal; killed when the test ends before it.
pub(crate) struct Pty {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn std::io::Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    shared: Shared,
    reader: Option<JoinHandle<()>>,
    settings_before: String,
}

impl Pty {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.shared)
    }

    /// Types bytes as a terminal sends them: `\x1b` is Escape, `\r` Enter, `\x1a` Ctrl-Z.
    pub(crate) fn send(&mut self, keys: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Waits until the screen fulfils a condition.
    #[track_caller]
    pub(crate) fn wait_for(&self, what: &str, mut condition: impl FnMut(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen();
        while !condition(seen.parser.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}:\n{}", seen.picture());
            let ended = seen.ended;
            seen = self.shared.1.wait_timeout(seen, left).unwrap().0;
            assert!(!ended || condition(seen.parser.screen()), "ended before {what}:\n{}", seen.picture());
        }
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub(crate) fn wait_text(&self, text: &str) {
        self.wait_for(&format!("{text:?}"), |screen| screen.contents().contains(text));
    }

    /// What the screen shows now.
    pub(crate) fn contents(&self) -> String {
        self.seen().parser.screen().contents()
    }

    /// Every byte the program has written so far.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.seen().raw.clone()
    }

    /// The bytes written within a time; the only wait that passes by nothing happening.
    pub(crate) fn bytes_within(&self, time: Duration) -> usize {
        let seen = self.seen();
        let before = seen.raw.len();
        let (seen, _) =
            self.shared.1.wait_timeout_while(seen, time, |seen| seen.raw.len() == before).unwrap();
        seen.raw.len() - before
    }

    /// Changes the window's size, and the screen's that the test looks at.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.resize_unseen(columns, rows);
        self.seen().parser.screen_mut().set_size(rows, columns);
    }

    /// Changes only the size the program is told: for sizes no screen has.
    pub(crate) fn resize_unseen(&mut self, columns: u16, rows: u16) {
        self.master.as_ref().unwrap().resize(pty_size(columns, rows)).unwrap();
    }

    /// Stops reading: soon the program cannot write any more.
    pub(crate) fn stop_reading(&self) {
        self.set_reading(Reading::Paused);
    }

    pub(crate) fn read_again(&self) {
        self.set_reading(Reading::Full);
    }

    /// Reads at most that many bytes forty times a second.
    pub(crate) fn read_slowly(&self, bytes: usize) {
        self.set_reading(Reading::Slow(bytes));
    }

    fn set_reading(&self, reading: Reading) {
        self.seen().reading = reading;
        self.shared.1.notify_all();
    }

    /// Closes the terminal as a dropped connection does. The program has to write once more for the reader to let go, so
    /// `key` must be one it answers.
    pub(crate) fn hang_up(&mut self, key: &str) {
        self.set_reading(Reading::Ended);
        self.send(key);
        self.reader.take().unwrap().join().unwrap();
        self.writer = None;
        self.master = None;
    }

    /// Sends a signal to the program.
    pub(crate) fn kill(&self, signal: rustix::process::Signal) {
        let id = self.child.process_id().and_then(|id| i32::try_from(id).ok());
        let pid = id.and_then(rustix::process::Pid::from_raw).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits for the end and for the last byte.
    #[track_caller]
    pub(crate) fn wait_exit(&mut self) -> Exit {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "does not end:\n{}", self.seen().picture());
            let seen = self.seen();
            drop(self.shared.1.wait_timeout(seen, Duration::from_millis(5)).unwrap());
        };
        if let Some(reader) = self.reader.take().filter(|_| self.seen().reading != Reading::Paused) {
            reader.join().unwrap();
        }
        Exit { code: status.exit_code(), signal: status.signal().map(ToOwned::to_owned) }
    }

    /// Asserts that the terminal is as it was found: settings, screen, cursor, paste and mouse.
    #[track_caller]
    pub(crate) fn assert_given_back(&self) {
        self.assert_settings_as_found();
        let seen = self.seen();
        let screen = seen.parser.screen();
        let modes = (screen.alternate_screen(), screen.hide_cursor(), screen.bracketed_paste());
        assert_eq!(modes, (false, false, false), "alternate, hidden, paste:\n{}", seen.picture());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }

    /// Asserts that echo, line editing and the rest of the settings are as before the start.
    #[track_caller]
    pub(crate) fn assert_settings_as_found(&self) {
        assert_eq!(self.settings(), self.settings_before);
    }

    /// The terminal's settings now, as text to compare.
    pub(crate) fn settings(&self) -> String {
        settings(&**self.master.as_ref().unwrap())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A stopped or hung program of a failed test.
        let _ = self.child.kill();
        let killed = self.child.process_id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = killed.and_then(rustix::process::Pid::from_raw)
            && matches!(self.child.try_wait(), Ok(None))
        {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            let _ = self.child.wait();
        }
        self.set_reading(Reading::Ended);
    }
}

/// Waits until a condition outside the terminal holds, such as what a file says.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}
