//! The terminal is given back however the program ends, and nothing stops the keys: a probe in a real pty.
//!
//! `examples/terminal_probe.rs` is the program; the rows of the fault matrix are named `t5_..` to `t11_..`.

#![expect(clippy::unwrap_used, reason = "a broken fixture has to stop the test")]

#[path = "terminal/bytes.rs"]
mod bytes;
#[path = "terminal/editor.rs"]
mod editor;
#[path = "terminal/exits.rs"]
mod exits;
#[path = "pty/harness.rs"]
mod harness;
#[path = "terminal/links.rs"]
mod links;
#[path = "terminal/stops.rs"]
mod stops;

use harness::{Pty, Start};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// The probe's binary, built once: a test program's own build does not include examples.
pub(crate) fn probe() -> &'static Path {
    static PROBE: OnceLock<PathBuf> = OnceLock::new();
    PROBE.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let folder = test.parent().unwrap().parent().unwrap();
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["build", "--quiet", "--example", "terminal_probe"])
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        build.arg("--target-dir").arg(folder.parent().unwrap());
        if folder.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "the probe does not build");
        folder.join("examples/terminal_probe")
    })
}

/// A probe that has drawn its first frame, and the folder its files go to.
pub(crate) struct Probe {
    pub(crate) pty: Pty,
    pub(crate) dir: TempDir,
}

impl Probe {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::with(arguments, |start| start)
    }

    pub(crate) fn with(arguments: &[&str], change: impl FnOnce(Start) -> Start) -> Self {
        let dir = TempDir::new().unwrap();
        let mut start = Start::program(probe()).arg("--reports").arg(dir.path().join("reports"));
        start = start.arg("--status").arg(dir.path().join("status"));
        for argument in arguments {
            start = start.arg(argument);
        }
        let pty = change(start.cwd(dir.path())).spawn();
        let probe = Self { pty, dir };
        probe.pty.wait_text("keys 0 size");
        probe
    }

    /// What the probe says beside the terminal.
    pub(crate) fn status(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("status")).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn wait_status(&self, what: &str) {
        harness::wait_until(what, || self.status().contains(what));
    }

    /// The text of the only crash report.
    pub(crate) fn crash_report(&self) -> String {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.dir.path().join("reports"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert_eq!(files.len(), 1, "{files:?}");
        std::fs::read_to_string(files.remove(0)).unwrap()
    }
}
