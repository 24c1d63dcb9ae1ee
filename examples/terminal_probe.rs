//! A probe for `tests/terminal.rs`: the terminal room alone, with a counter for a screen and a key for every fault.
//!
//! Arguments: `--reports DIR` for crash files, `--status FILE` (rewritten at every turn of the loop, for a test that does
//! not read the terminal), `--mouse`, `--plain` (no colours), `--deaf` (a loop that never acts on a signal).
//!
//! | key | what happens |
//! |---|---|
//! | `p` `t` `a` | panic here, on a thread, where unwinding is not possible (abort) |
//! | `b` | a new full-screen frame whenever the last one is taken, until `b` again |
//! | `h` | cells set to what must never reach a terminal |
//! | `e` `o` | a text, or a file at line 7, in the editor |
//! | `y` | copy |
//! | Ctrl-Z, `q` | suspend, end; any other key counts |

#![expect(clippy::print_stderr, reason = "a probe talks to its test")]
#![expect(clippy::panic, reason = "panicking is what it is asked for")]

use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyModifiers};
use futures::StreamExt as _;
use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::style::Color;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use watchfire::tui::clipboard;
use watchfire::tui::crash;
use watchfire::tui::editor::Editor;
use watchfire::tui::screen::{ColorDepth, Drawn, Screen};
use watchfire::tui::signals::{Signal, Signals};
use watchfire::tui::terminal::{Modes, Terminal, TerminalHandle};

#[derive(Default)]
struct Arguments {
    reports: PathBuf,
    status: Option<PathBuf>,
    mouse: bool,
    plain: bool,
    deaf: bool,
}

fn arguments() -> Arguments {
    let mut parsed = Arguments { reports: PathBuf::from("."), ..Arguments::default() };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--reports" => parsed.reports = given.next().unwrap_or_default().into(),
            "--status" => parsed.status = given.next().map(PathBuf::from),
            "--mouse" => parsed.mouse = true,
            "--plain" => parsed.plain = true,
            "--deaf" => parsed.deaf = true,
            other => eprintln!("unknown argument {other}"),
        }
    }
    parsed
}

#[derive(Default)]
struct View {
    keys: u64,
    notice: String,
    burst: bool,
    drawn: u64,
    hostile: bool,
}

impl View {
    fn draw(&mut self, frame: &mut Frame<'_>) {
        let area = frame.area();
        self.drawn += u64::from(self.burst);
        let buffer = frame.buffer_mut();
        if self.burst {
            for y in 1..area.height {
                for x in 0..area.width {
                    let mixed = (u64::from(x) * 31 + u64::from(y) * 17 + self.drawn * 7) % 251;
                    let shade = u8::try_from(mixed).unwrap_or_default();
                    buffer[(x, y)].set_symbol("#").set_fg(Color::Rgb(shade, 255 - shade, shade / 2));
                }
            }
        }
        let head = format!("keys {} size {}x{}", self.keys, area.width, area.height);
        buffer.set_stringn(0, 0, head, usize::from(area.width), Color::Red);
        if area.height > 1 {
            buffer.set_stringn(0, 1, &self.notice, usize::from(area.width), Color::Reset);
        }
        if self.hostile && area.height > 2 && area.width > 12 {
            for (x, symbol) in
                ["\u{1b}]0;t\u{7}", "\u{1b}[6n", "\u{9b}2J", "\r", "\u{202e}", "", "ab"].iter().enumerate()
            {
                buffer[(u16::try_from(x).unwrap_or_default(), 2)].set_symbol(symbol);
            }
            buffer.set_string(8, 2, "end", Color::Reset);
        }
        frame.set_cursor_position(Position { x: 0, y: 0 });
    }
}

struct Probe {
    terminal: TerminalHandle,
    screen: Screen,
    keys: Option<EventStream>,
    view: View,
    arguments: Arguments,
    heard: Vec<Signal>,
    environment: BTreeMap<String, String>,
}

impl Probe {
    async fn run(&mut self, signals: &mut Signals) -> u8 {
        loop {
            let drawn = match self.screen.draw(|frame| self.view.draw(frame)) {
                Ok(drawn) => drawn,
                Err(_) if self.arguments.deaf => Drawn::Away,
                Err(_) => return 129,
            };
            self.status(drawn);
            tokio::select! {
                biased;
                signal = signals.next() => {
                    self.heard.push(signal);
                    if let Some(code) = signal.exit_code().filter(|_| !self.arguments.deaf) {
                        return code;
                    }
                }
                event = next(&mut self.keys) => match event {
                    Some(Ok(Event::Key(key))) => {
                        if self.key(key).await {
                            return 0;
                        }
                    }
                    Some(Ok(_)) => {}
                    // The signals thread says what became of the terminal.
                    Some(Err(_)) | None => self.keys = None,
                },
                () = self.screen.ready(), if drawn == Drawn::Busy || self.view.burst => {}
                // Only so that the status says how long nothing was taken.
                () = tokio::time::sleep(Duration::from_millis(20)), if self.view.burst => {}
            }
        }
    }

    fn status(&mut self, drawn: Drawn) {
        let link = self.screen.link();
        let text = format!(
            "keys={} drawn={drawn:?} heard={:?} detail={:?} replaced={} stuck={}\n",
            self.view.keys,
            self.heard,
            link.detail,
            link.replaced_cells,
            link.blocked_for.is_some_and(|time| time > Duration::from_millis(300)),
        );
        if let Some(path) = &self.arguments.status {
            let fresh = path.with_extension("new");
            let _ = std::fs::write(&fresh, text).and_then(|()| std::fs::rename(&fresh, path));
        }
    }

    async fn key(&mut self, key: KeyEvent) -> bool {
        self.view.keys += 1;
        match key.code {
            KeyCode::Char('z') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                if let Err(error) = self.terminal.suspend() {
                    self.view.notice = error.to_string();
                }
            }
            KeyCode::Char('q') => return true,
            KeyCode::Char('p') => panic!("asked to panic over `secret-line`"),
            KeyCode::Char('t') => {
                std::thread::spawn(|| panic!("asked to panic\u{1b}]0;title\u{7} on a thread"));
            }
            KeyCode::Char('a') => cannot_unwind(),
            KeyCode::Char('b') => self.view.burst = !self.view.burst,
            KeyCode::Char('h') => self.view.hostile = true,
            KeyCode::Char('e') => self.edit(None).await,
            KeyCode::Char('o') => self.edit(Some(PathBuf::from("some.log"))).await,
            KeyCode::Char('y') => {
                let copied = clipboard::copy("copied line", &self.environment, &self.arguments.reports);
                self.screen.pass(&copied.sequence.clone().unwrap_or_default());
                self.view.notice = copied.summary();
            }
            _ => {}
        }
        false
    }

    async fn edit(&mut self, file: Option<PathBuf>) {
        // Its thread would take the editor's keys.
        self.keys = None;
        let terminal = self.terminal.clone();
        let environment = self.environment.clone();
        let edited = tokio::task::spawn_blocking(move || {
            let editor = Editor::from_environment(&environment)?;
            match file {
                Some(file) => editor.open(&terminal, &file, Some(7)).map(|()| "opened".to_owned()),
                None => {
                    editor.edit_text(&terminal, "draft").map(|text| format!("edited: {}", text.trim_end()))
                }
            }
        })
        .await;
        self.view.notice = match edited {
            Ok(Ok(text)) => text,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        self.keys = Some(EventStream::new());
    }
}

async fn next(keys: &mut Option<EventStream>) -> Option<std::io::Result<Event>> {
    match keys {
        Some(keys) => keys.next().await,
        None => std::future::pending().await,
    }
}

/// Panics where the standard library cannot unwind, which is what a build with `panic = "abort"` does everywhere.
extern "C" fn cannot_unwind() {
    panic!("asked to abort");
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = arguments();
    let terminal = match Terminal::enter(Modes { mouse: arguments.mouse }) {
        Ok(terminal) => terminal,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let handle = terminal.handle();
    crash::install(&handle, arguments.reports.clone());
    let depth = if arguments.plain { ColorDepth::None } else { ColorDepth::True };
    let (Ok(mut signals), Ok(screen)) = (Signals::start(&handle), Screen::new(&handle, depth)) else {
        return ExitCode::from(2);
    };
    let mut probe = Probe {
        terminal: handle.clone(),
        screen,
        keys: Some(EventStream::new()),
        view: View::default(),
        arguments,
        heard: Vec::new(),
        environment: std::env::vars().collect(),
    };
    let code = probe.run(&mut signals).await;
    drop(terminal);
    handle.say(&format!("probe ended with {code}\n"));
    // A blocking task or a blocked reader must not keep the process.
    std::process::exit(i32::from(code));
}
