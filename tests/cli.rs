//! The real binary, run as a user runs it: arguments in, bytes and exit codes out.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a broken fixture has to stop the test")]

#[path = "cli/documents.rs"]
mod documents;
#[path = "cli/examples.rs"]
mod examples;
#[path = "cli/grep.rs"]
mod grep;
#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/interrupted.rs"]
mod interrupted;
#[path = "cli/reading.rs"]
mod reading;
#[path = "cli/refusals.rs"]
mod refusals;
#[path = "cli/saved.rs"]
mod saved;
#[path = "cli/settings.rs"]
mod settings;
#[path = "cli/tail.rs"]
mod tail;

use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use watchfire::demo::Incident;

/// A directory of its own with the demo incident in `logs` and a healthy stretch of one service in `healthy`.
pub(crate) struct Place {
    pub(crate) dir: TempDir,
}

impl Place {
    /// Empty but for a home for settings and caches.
    pub(crate) fn empty() -> Self {
        Self { dir: TempDir::new().unwrap() }
    }

    pub(crate) fn with_demo() -> Self {
        let place = Self::empty();
        let incident = Incident::unpack().unwrap();
        let logs = place.dir.path().join("logs");
        std::fs::create_dir(&logs).unwrap();
        for file in std::fs::read_dir(incident.folder()).unwrap().map(Result::unwrap) {
            std::fs::copy(file.path(), logs.join(file.file_name())).unwrap();
        }
        let healthy = place.dir.path().join("healthy");
        std::fs::create_dir(&healthy).unwrap();
        std::fs::rename(logs.join("payment.log.1.gz"), healthy.join("payment-before.log.gz")).unwrap();
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// The binary with an environment that holds nothing of the developer's.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_watchfire"));
        command
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("WATCHFIRE_CONFIG_DIR", self.path().join("settings"))
            .env("WATCHFIRE_CACHE_DIR", self.path().join("cache"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command().args(arguments).output().unwrap())
    }
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).expect("stdout is UTF-8 whatever the input"),
            err: String::from_utf8(output.stderr.clone()).expect("stderr is UTF-8 whatever the input"),
        }
    }
}

#[test]
fn bare_watchfire_opens_the_screen_and_says_so_without_a_terminal() {
    let ran = Place::empty().run(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("no terminal") && ran.err.contains("watchfire demo"), "{}", ran.err);
}

#[test]
fn completions_and_manual_pages_are_generated() {
    let place = Place::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = place.run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("against"), "{shell} does not complete options");
    }
    let ran = place.run(&["man"]);
    assert!(ran.out.contains("COMMAND diff"), "{}", ran.out);
    assert_eq!(place.run(&["man", "--dir", "man"]).code, 0);
    assert!(place.path().join("man/watchfire-search.1").exists());
}

#[test]
fn the_demo_names_cause_and_first_sign() {
    let ran = Place::empty().run(&["demo"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("payment") && ran.out.contains("pool"), "{}", ran.out);
}
