//! The README shows real output: every `console` block is run again and compared.
//!
//! `UPDATE_README=1 cargo test --test readme` writes what the commands print now.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a broken fixture has to stop the test")]

use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use watchfire::demo::Incident;

/// A directory with the demo incident in `logs`.
fn place() -> TempDir {
    let place = TempDir::new().unwrap();
    let incident = Incident::unpack().unwrap();
    std::fs::create_dir(place.path().join("logs")).unwrap();
    for file in std::fs::read_dir(incident.folder()).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), place.path().join("logs").join(file.file_name())).unwrap();
    }
    place
}

fn output_of(command: &str, place: &Path) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_watchfire")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(place).env_clear().env("PATH", path).env("HOME", place);
    shell.env("WATCHFIRE_CACHE_DIR", "off").env("LC_ALL", "C.UTF-8");
    let output = shell.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!errors.contains("watchfire: "), "`{command}`: {errors}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// The text with the output of every `$ command` in a `console` block replaced by what it prints now.
fn with_real_output(readme: &str, place: &Path) -> String {
    let mut text = String::new();
    let mut inside = false;
    for line in readme.lines() {
        let shown = if line == "```console" {
            inside = true;
            true
        } else if line == "```" {
            inside = false;
            true
        } else {
            !inside || line.starts_with("$ ")
        };
        if shown {
            text.push_str(line);
            text.push('\n');
        }
        if inside && let Some(command) = line.strip_prefix("$ ") {
            text.push_str(&output_of(command, place));
        }
    }
    text
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    assert!(readme.contains("```console\n$ "), "the README shows no output");
    let real = with_real_output(&readme, place().path());
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, &real).unwrap();
    } else {
        assert_eq!(readme, real, "run `UPDATE_README=1 cargo test --test readme` and read what changed");
    }
}
