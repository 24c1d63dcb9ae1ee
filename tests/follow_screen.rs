//! Live reading on the screen, in a real pty: a log that grows, one that is rotated, and standard input that stays open.

#![expect(clippy::unwrap_used, reason = "a broken fixture has to stop the test")]

#[path = "pty/harness.rs"]
mod harness;

use harness::{Exit, Pty, Start};
use std::io::Write as _;
use std::path::Path;
use tempfile::TempDir;

/// A log in a folder of its own, with a home for settings, caches and cases.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { dir: TempDir::new().unwrap() };
        std::fs::create_dir(place.dir.path().join("logs")).unwrap();
        for i in 0..40 {
            place.append(&format!("2024-01-15T10:00:{i:02}Z INFO job {i} done in {} ms\n", i * 7));
        }
        place
    }

    fn log(&self) -> std::path::PathBuf {
        self.dir.path().join("logs/app.log")
    }

    fn append(&self, text: &str) {
        let mut file = std::fs::File::options().append(true).create(true).open(self.log()).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn start(&self, program: &Path) -> Start {
        let home = self.dir.path();
        Start::program(program)
            .cwd(home)
            .env("HOME", home)
            .env("WATCHFIRE_CONFIG_DIR", home.join("settings"))
            .env("WATCHFIRE_CACHE_DIR", home.join("cache"))
            .env("WATCHFIRE_STATE_DIR", home.join("state"))
            .env("LANG", "C.UTF-8")
            .size(120, 40)
    }

    fn follow(&self) -> Pty {
        let pty = self.start(Path::new(env!("CARGO_BIN_EXE_watchfire"))).arg("logs").arg("--follow").spawn();
        pty.wait_text("live ");
        pty.wait_text("job 39 done");
        pty
    }
}

fn end(mut pty: Pty) {
    pty.send("q");
    assert_eq!(pty.wait_exit(), Exit::code(0));
    pty.assert_given_back();
}

#[test]
fn a_growing_log_is_shown_as_it_grows_and_found_a_little_later() {
    let place = Place::new();
    let mut pty = place.follow();
    place.append("2024-01-15T10:01:00Z ERROR disk sda is gone\n");
    pty.wait_text("disk sda is gone");
    pty.wait_text("lines/s");
    // The index has it when it is counted.
    pty.wait_text("41 records");
    pty.send("p");
    pty.wait_text("disk sda is gone");
    end(pty);
}

#[test]
fn what_is_read_does_not_move_and_new_lines_are_counted() {
    let place = Place::new();
    let mut pty = place.follow();
    pty.send("kkk");
    place.append(
        "2024-01-15T10:01:00Z INFO job 40 done in 1 ms\n2024-01-15T10:01:01Z INFO job 41 done in 1 ms\n",
    );
    pty.wait_text("2 new below");
    pty.send("G");
    pty.wait_for("no lines waiting", |screen| !screen.contents().contains("new below"));
    pty.wait_text("job 41 done");
    end(pty);
}

#[test]
fn i4_a_rotated_log_goes_on_below_a_divider_and_stays_searchable() {
    let place = Place::new();
    let pty = place.follow();
    std::fs::rename(place.log(), place.dir.path().join("logs/app.log.1")).unwrap();
    place.append("2024-01-15T10:01:00Z WARN first line of the new file\n");
    pty.wait_text("was rotated to logs/app.log.1");
    pty.wait_text("first line of the new file");
    pty.wait_text("41 records");
    end(pty);
}

/// A shell that feeds the screen from a pipe which stays open until a file appears.
fn piped(place: &Place) -> Pty {
    let script = "(cat logs/app.log; while [ ! -e more ]; do sleep 0.05; done; cat more; \
                  while [ ! -e over ]; do sleep 0.05; done) | \"$BIN\" -";
    place.start(Path::new("sh")).env("BIN", env!("CARGO_BIN_EXE_watchfire")).arg("-c").arg(script).spawn()
}

#[test]
fn live_standard_input_is_shown_while_it_is_open_and_keys_come_from_the_terminal() {
    let place = Place::new();
    let mut pty = piped(&place);
    pty.wait_text("standard input");
    pty.wait_text("job 39 done");
    pty.wait_text("lines/s");
    std::fs::write(place.dir.path().join("more"), "2024-01-15T10:01:00Z ERROR disk sda is gone\n").unwrap();
    pty.wait_text("disk sda is gone");
    pty.wait_text("41 records");
    pty.send("p");
    pty.wait_text("patterns");
    std::fs::write(place.dir.path().join("over"), "").unwrap();
    pty.wait_text("standard input ended");
    end(pty);
}

#[test]
fn finished_standard_input_is_opened_like_a_file() {
    let place = Place::new();
    std::fs::write(place.dir.path().join("more"), "").unwrap();
    std::fs::write(place.dir.path().join("over"), "").unwrap();
    let pty = piped(&place);
    pty.wait_text("40 records");
    pty.wait_text("standard input ended");
    end(pty);
}
