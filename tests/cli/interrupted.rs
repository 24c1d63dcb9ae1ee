//! Closed pipes and Ctrl-C.

use crate::{Place, Ran};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn a_reader_that_goes_away_ends_the_output_quietly() {
    let place = Place::empty();
    let text = "2024-01-15T10:00:00Z INFO the same line again and again\n".repeat(40_000);
    place.write("a.log", text);
    let mut child = place
        .command()
        .args(["search", "again", "a.log", "--raw"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("again"));
    // The reader is dropped here; more than a pipe holds is still to be written.
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn ctrl_c_while_reading_prints_a_partial_result_marked_as_such() {
    let place = Place::empty();
    let mut child = place
        .command()
        .args(["search", "again", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Larger than a pipe's buffer: when this returns, the program is reading and listens to signals.
    stdin.write_all("2024-01-15T10:00:00Z INFO again\n".repeat(20_000).as_bytes()).unwrap();
    interrupt(&child);
    let ran = Ran::of(&child.wait_with_output().unwrap());
    drop(stdin);
    assert_eq!(ran.code, 130, "{}", ran.err);
    assert!(ran.err.contains("warning: partial: stopped after"), "{}", ran.err);
    assert!(ran.err.contains("\npartial: "), "the headline is not marked: {}", ran.err);
    assert!(ran.out.contains("again"), "{}", ran.out);
}

#[test]
fn a_plain_session_that_is_ended_takes_the_bundled_incident_with_it() {
    for signal in ["-TERM", "-HUP"] {
        let place = Place::empty();
        std::fs::create_dir(place.path().join("tmp")).unwrap();
        let mut child = place
            .command()
            .args(["demo", "--plain"])
            .env("TMPDIR", place.path().join("tmp"))
            .env("WATCHFIRE_STATE_DIR", place.path().join("state"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Held open: its end would end the session, too.
        let stdin = child.stdin.take();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(said.any(|line| line == "type a question, or help"), "it never began");
        let left = || std::fs::read_dir(place.path().join("tmp")).unwrap().count();
        assert_eq!(left(), 1);
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        assert!(!child.wait().unwrap().success());
        drop(stdin);
        assert_eq!(left(), 0, "{signal}");
    }
}
