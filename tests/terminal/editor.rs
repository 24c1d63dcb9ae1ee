//! The terminal lent to an editor and taken back.

use crate::Probe;
use crate::harness::Exit;
use rustix::process::Signal;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use tempfile::TempDir;

/// A script that plays the editor.
fn editor(script: &str) -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("nano");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    (dir, path)
}

#[test]
fn a_text_goes_to_the_editor_and_comes_back_changed() {
    let (_dir, path) = editor(
        r#"ls -l "$1" | cut -c1-10; cat "$1"; echo; echo "in the editor"; read line; echo "$line" >"$1""#,
    );
    let mut probe = Probe::with(&["--mouse"], |start| start.env("VISUAL", &path));
    probe.pty.send("e");
    probe.pty.wait_for("the editor on the shell's screen", |screen| {
        !screen.alternate_screen() && screen.contents().contains("in the editor")
    });
    assert!(probe.pty.contents().contains("-rw-------") && probe.pty.contents().contains("draft"));
    probe.pty.assert_given_back();
    probe.pty.send("better words\r");
    probe.pty.wait_for("the probe again", |screen| {
        screen.alternate_screen() && screen.contents().contains("edited: better words")
    });
    probe.pty.send("x");
    probe.pty.wait_text("keys 2 size");
    probe.pty.send("q");
    assert_eq!(probe.pty.wait_exit(), Exit::code(0));
    probe.pty.assert_given_back();
}

#[test]
fn a_file_opens_at_its_line() {
    let (_dir, path) = editor(r#"echo "arguments: $*"; read line"#);
    let mut probe = Probe::with(&[], |start| start.env("EDITOR", format!("{} -x", path.display())));
    probe.pty.send("o");
    probe.pty.wait_text("arguments: -x +7 ./some.log");
    probe.pty.send("\r");
    probe.pty.wait_text("opened");
}

#[test]
fn ctrl_c_in_the_editor_is_the_editors() {
    let (_dir, path) = editor(r#"trap 'echo caught' INT; echo "in the editor"; read line; read line; :"#);
    let mut probe = Probe::with(&[], |start| start.env("EDITOR", &path));
    probe.pty.send("e");
    probe.pty.wait_text("in the editor");
    probe.pty.send("\x03");
    probe.pty.wait_text("caught");
    probe.pty.send("\r\r");
    probe.pty.wait_text("edited: draft");
    assert!(probe.status().contains("heard=[]"), "{}", probe.status());
}

#[test]
fn an_editor_that_fails_changes_nothing_and_says_so() {
    let (_dir, path) = editor(r#"echo spoiled >"$1"; exit 3"#);
    let mut probe = Probe::with(&[], |start| start.env("EDITOR", &path).size(160, 24));
    probe.pty.send("e");
    probe.pty.wait_text("ended with exit status: 3; nothing was taken over");
}

#[test]
fn a_missing_editor_is_named_with_what_to_set() {
    let mut probe = Probe::with(&[], |start| start.env("EDITOR", "no-such-editor -w").size(160, 24));
    probe.pty.send("e");
    probe.pty.wait_text("cannot start the editor no-such-editor (EDITOR)");
    probe.pty.wait_text("set VISUAL or EDITOR to one that is installed");
}

#[test]
fn t7_a_signal_while_the_editor_has_the_terminal_ends_the_program_and_leaves_it_there() {
    let (_dir, path) = editor(r#"trap '' HUP; echo "in the editor"; read line"#);
    let mut probe = Probe::with(&[], |start| start.env("EDITOR", &path));
    probe.pty.send("e");
    probe.pty.wait_text("in the editor");
    probe.pty.kill(Signal::TERM);
    probe.pty.send("\r");
    assert_eq!(probe.pty.wait_exit(), Exit::code(143));
    probe.pty.assert_given_back();
}
