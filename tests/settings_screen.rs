//! What the settings file says about keys and looks, seen on the real screen in a pty.

#![expect(clippy::unwrap_used, reason = "a broken fixture has to stop the test")]

#[path = "pty/harness.rs"]
mod harness;

use harness::{Exit, Pty, Start, wait_until};
use regex::Regex;
use tempfile::TempDir;

/// A home with this settings file.
struct Home(TempDir);

impl Home {
    fn with(config: &str) -> Self {
        let dir = TempDir::new().unwrap();
        std::fs::write(dir.path().join("config.toml"), config).unwrap();
        std::fs::write(dir.path().join("app.log"), "2024-01-15T10:00:00Z ERROR pool exhausted\n").unwrap();
        Self(dir)
    }

    fn start(&self) -> Start {
        let path = self.0.path();
        Start::program(env!("CARGO_BIN_EXE_watchfire"))
            .cwd(path)
            .env("HOME", path)
            .env("LANG", "C.UTF-8")
            .env("WATCHFIRE_CONFIG_DIR", path)
            .env("WATCHFIRE_STATE_DIR", path.join("state"))
            .env("WATCHFIRE_CACHE_DIR", "off")
            .size(110, 24)
    }

    /// The screen of the one log, once it is read.
    fn screen(&self, arguments: &[&str]) -> Pty {
        let start = arguments.iter().fold(self.start().arg("app.log"), |start, argument| start.arg(argument));
        let pty = start.spawn();
        pty.wait_text("1 records");
        pty
    }

    fn kept(&self) -> String {
        std::fs::read_to_string(self.0.path().join("state/screen.toml")).unwrap_or_default()
    }
}

fn quit(mut pty: Pty) -> String {
    pty.send("q");
    assert_eq!(pty.wait_exit(), Exit::code(0));
    String::from_utf8(pty.raw()).unwrap()
}

#[test]
fn a_bad_key_map_starts_with_defaults_and_says_so_and_good_lines_hold() {
    let home = Home::with("[keys.list]\nopn = \"x\"\n[keys.global]\nhelp = \"H\"\n");
    let mut pty = home.screen(&[]);
    pty.wait_text("left out, the default holds: ~/config.toml: line 2: `keys.list.opn");
    pty.send("H");
    pty.wait_text("keys: lists");
    pty.send("\x1b");
    pty.wait_for("the help is closed", |screen| !screen.contents().contains("keys: lists"));
    quit(pty);
}

#[test]
fn a_key_section_that_is_no_toml_does_not_stop_the_screen() {
    let home = Home::with("[keys.list]\nopen = = 3\n");
    let pty = home.screen(&[]);
    pty.wait_text("left out, the default holds: ~/config.toml: line 2: ");
    quit(pty);
}

#[test]
fn a_theme_on_trial_is_left_and_a_chosen_one_is_kept_between_runs() {
    let home = Home::with("");
    let mut pty = home.screen(&[]);
    pty.send("`");
    pty.wait_text("in use");
    pty.send("jj");
    pty.send("\x1b");
    pty.wait_for("the list is closed", |screen| !screen.contents().contains("in use"));
    assert_eq!(home.kept(), "");
    pty.send("`G\r");
    wait_until("the choice is written", || home.kept().contains("theme = \"none\""));
    quit(pty);
    let raw = quit(home.screen(&[]));
    assert_eq!(colors(&raw), [""; 0]);
    // A theme given for this run is stronger, and so is one that the settings name since.
    assert_ne!(colors(&quit(home.screen(&["--theme", "dark"]))), [""; 0]);
    std::fs::write(home.0.path().join("config.toml"), "[theme]\nname = \"light\"\n").unwrap();
    assert_ne!(colors(&quit(home.screen(&[]))), [""; 0]);
}

#[test]
fn a_damaged_file_of_choices_is_said_and_written_anew() {
    let home = Home::with("");
    std::fs::create_dir(home.0.path().join("state")).unwrap();
    std::fs::write(home.0.path().join("state/screen.toml"), "zoomed = perhaps\n").unwrap();
    let mut pty = home.screen(&[]);
    pty.wait_text("screen.toml: line 1: ");
    pty.send("z");
    wait_until("the choice is written", || home.kept().contains("zoomed = true"));
    quit(pty);
}

#[test]
fn a_profile_can_be_stated_to_be_production() {
    let home = Home::with("[profile.emea]\nprod = true\n[profile.not-prod]\nprod = false\n");
    let pty = home.screen(&["--profile", "emea"]);
    pty.wait_text("PROD");
    quit(pty);
    let pty = home.screen(&["--profile", "not-prod"]);
    assert!(!pty.contents().contains("PROD"), "{}", pty.contents());
    quit(pty);
}

/// Sequences that choose a colour.
fn colors(raw: &str) -> Vec<&str> {
    let color = Regex::new(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[0-9;]*m").unwrap();
    color.find_iter(raw).map(|found| found.as_str()).collect()
}

#[test]
fn no_color_means_no_colour() {
    let home = Home::with("");
    assert_ne!(colors(&quit(home.screen(&[]))), [""; 0]);
    assert_eq!(colors(&quit(home.screen(&["--no-color"]))), [""; 0]);
    let pty = home.start().arg("app.log").env("NO_COLOR", "1").spawn();
    pty.wait_text("1 records");
    assert_eq!(colors(&quit(pty)), [""; 0]);
}

#[test]
fn where_the_locale_is_not_utf8_only_ascii_is_drawn() {
    let home = Home::with("");
    let pty = home.start().arg("app.log").env("LANG", "C").spawn();
    pty.wait_text("1 records");
    assert!(quit(pty).is_ascii());
    assert!(quit(home.screen(&["--ascii"])).is_ascii());
    assert!(!quit(home.screen(&[])).is_ascii());
}

#[test]
fn the_doctor_tells_what_the_terminal_is_and_what_frames_cost() {
    let home = Home::with("");
    let mut pty = home.start().arg("doctor").arg("terminal").spawn();
    assert_eq!(pty.wait_exit(), Exit::code(0));
    let said = pty.contents();
    for line in
        ["TERM xterm-256color", "110x24", "256 (TERM is xterm-256color)", "did not answer", "0 bytes while"]
    {
        assert!(said.contains(line), "{line}: {said}");
    }
    pty.assert_settings_as_found();
}

#[test]
fn the_doctor_names_what_is_to_be_mended() {
    let home = Home::with("[theme]\nerrors = \"red\"\n");
    let mut pty = home.start().arg("doctor").arg("config").spawn();
    assert_eq!(pty.wait_exit(), Exit::code(1));
    let said = pty.contents();
    assert!(said.contains("MEND") && said.contains("did you mean `error`?"), "{said}");
}

#[test]
fn plain_and_a_dumb_terminal_get_a_session_of_lines() {
    let home = Home::with("[keys.list]\nopn = \"x\"\n");
    for dumb in [true, false] {
        let start = home.start().arg("app.log");
        let start = if dumb { start.env("TERM", "dumb") } else { start.arg("--plain") };
        let mut pty = start.spawn();
        pty.wait_text("reading app.log");
        pty.send("patterns\r");
        pty.wait_text("pool exhausted");
        pty.send("quit\r");
        assert_eq!(pty.wait_exit(), Exit::code(0));
        let raw = String::from_utf8(pty.raw()).unwrap();
        assert!(raw.contains("left out, the default holds: ~/config.toml: line 2"), "{raw}");
        assert!(!raw.contains('\u{1b}'), "{raw}");
    }
}
