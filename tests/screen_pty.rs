//! The real binary on a real pty: start, ask, citation, cases over a kill, resizing, hostile logs, wrong input.

#![expect(clippy::unwrap_used, reason = "a broken fixture has to stop the test")]

#[path = "pty/harness.rs"]
mod harness;

use harness::{Exit, Pty, Start};
use rustix::process::Signal;
use std::path::Path;
use tempfile::TempDir;

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn start(&self) -> Start {
        Start::program(env!("CARGO_BIN_EXE_watchfire"))
            .cwd(self.path())
            .env("HOME", self.path())
            .env("LANG", "C.UTF-8")
            .env("WATCHFIRE_CONFIG_DIR", self.path())
            .env("WATCHFIRE_STATE_DIR", self.path().join("state"))
            .env("WATCHFIRE_CACHE_DIR", "off")
            .size(120, 40)
    }

    /// The bundled incident, once what broke is on the screen.
    fn demo(&self, columns: u16, rows: u16) -> Pty {
        let pty = self.start().size(columns, rows).spawn();
        pty.wait_text("worse since 14:27:41");
        pty
    }
}

fn ask(pty: &mut Pty, question: &str) {
    pty.send("i");
    pty.send(question);
    pty.wait_text(question.split_whitespace().last().unwrap());
    pty.send("\r");
}

#[test]
fn the_incident_is_solved_from_a_cold_start_at_every_size() {
    for (columns, rows) in [(120, 40), (80, 24), (60, 15)] {
        let home = Home::new();
        let mut pty = home.demo(columns, rows);
        ask(&mut pty, "what broke checkout, and since when?");
        pty.wait_text("verified");
        pty.send("n");
        pty.send("\r");
        pty.wait_text("payment.log:");
        pty.send("\x1b");
        pty.wait_text("verified");
        pty.send("q");
        assert_eq!(pty.wait_exit(), Exit::code(0));
        pty.assert_given_back();
    }
}

#[test]
fn a_case_survives_kill_9_and_is_offered_and_opened_again() {
    let home = Home::new();
    let mut pty = home.demo(120, 40);
    ask(&mut pty, "how many checkouts failed?");
    pty.wait_text("verified");
    pty.wait_text("case ");
    pty.kill(Signal::KILL);
    pty.wait_exit();
    let pty = home.demo(120, 40);
    pty.wait_text("unfinished: ");
    drop(pty);
    let mut pty = home.start().arg("--resume").spawn();
    pty.wait_text("how many checkouts failed?");
    pty.wait_text("saved");
    pty.send("q");
    assert_eq!(pty.wait_exit(), Exit::code(0));
}

#[test]
fn a_storm_of_resizes_ends_with_the_screen_of_the_last_size() {
    let home = Home::new();
    let mut pty = home.demo(120, 40);
    for step in 0..120u16 {
        pty.resize(1 + step * 7 % 180, 1 + step * 5 % 60);
    }
    pty.resize(90, 30);
    pty.wait_for("everything fits", |screen| {
        let contents = screen.contents();
        contents.contains("worse since") && contents.contains("? help") && contents.contains("free: analyst")
    });
    pty.send("q");
    assert_eq!(pty.wait_exit(), Exit::code(0));
}

#[test]
fn t1_t2_what_a_hostile_log_says_is_shown_and_never_obeyed() {
    let home = Home::new();
    let log =
        "2024-01-15T10:00:00Z ERROR \x1b]0;owned\x07 \x1b]52;c;aGk=\x07 \x1b[2J \u{9b}31m \u{202e}txt\n";
    std::fs::write(home.path().join("app.log"), log.repeat(5)).unwrap();
    let mut pty = home.start().arg("app.log").spawn();
    pty.wait_text("5 records");
    pty.send("r");
    pty.wait_text("^[]0;owned^G");
    pty.send("\r");
    pty.wait_text("app.log:1");
    pty.send("q");
    assert_eq!(pty.wait_exit(), Exit::code(0));
    let raw = String::from_utf8(pty.raw()).unwrap();
    for hostile in ["\x1b]0;", "\x1b]52;", "\u{9b}", "\u{202e}"] {
        assert!(!raw.contains(hostile), "{hostile:?} reached the terminal");
    }
}

#[test]
fn a_path_that_is_not_there_is_said_before_any_screen() {
    let home = Home::new();
    let mut pty = home.start().arg("absent.log").spawn();
    assert_eq!(pty.wait_exit(), Exit::code(2));
    let raw = String::from_utf8(pty.raw()).unwrap();
    assert!(raw.contains("absent.log: no such file, directory or command"), "{raw:?}");
    assert!(!raw.contains("\x1b[?1049h"), "{raw:?}");
}

#[test]
fn a_state_directory_that_cannot_be_written_is_said_and_the_work_goes_on() {
    let home = Home::new();
    std::fs::write(home.path().join("state"), "a file where a directory should be").unwrap();
    let mut pty = home.demo(120, 40);
    ask(&mut pty, "how many checkouts failed?");
    pty.wait_text("this case is not saved");
    pty.wait_text("verified");
    pty.send("q");
    assert_eq!(pty.wait_exit(), Exit::code(0));
}

#[test]
fn a_paste_is_text_and_never_keys() {
    let home = Home::new();
    let mut pty = home.demo(120, 40);
    pty.send("i");
    pty.send("\x1b[200~q\x1bqq what broke?\rq\x1b[201~");
    pty.wait_text("what broke?");
    pty.send("\x1b");
    pty.send("q");
    assert_eq!(pty.wait_exit(), Exit::code(0));
}
