//! Stopped and continued, by the key, by signals, under a shell and without one.

use crate::harness::{Exit, Pty, Start};
use crate::{Probe, probe};
use rustix::process::Signal;
use tempfile::TempDir;

/// An interactive shell with job control and the probe running in it.
fn in_a_shell() -> (Pty, TempDir) {
    let dir = TempDir::new().unwrap();
    let mut shell = Start::program("bash")
        .arg("--norc")
        .arg("--noprofile")
        .arg("-i")
        .env("PS1", "ready> ")
        .cwd(dir.path())
        .spawn();
    shell.wait_text("ready> ");
    shell.send("stty -g >before\r");
    shell.send(&format!("{} --reports {}\r", probe().display(), dir.path().display()));
    shell.wait_text("keys 0 size 80x24");
    (shell, dir)
}

fn wait_stopped(shell: &Pty) {
    shell.wait_for("the shell with a stopped job", |screen| {
        !screen.alternate_screen() && screen.contents().contains("Stopped")
    });
}

#[test]
fn t9_ctrl_z_gives_the_shell_its_terminal_and_fg_draws_everything_anew() {
    let (mut shell, dir) = in_a_shell();
    shell.send("x\x1a");
    wait_stopped(&shell);
    shell.wait_for("cursor and paste as the shell wants them", |screen| !screen.hide_cursor());
    shell.send("stty -g >stopped; echo sett''led\r");
    shell.wait_text("settled");
    shell.resize(100, 30);
    shell.send("fg\r");
    shell.wait_for("the probe again", |screen| {
        screen.alternate_screen() && screen.contents().contains("keys 2 size 100x30")
    });
    shell.send("x");
    shell.wait_text("keys 3 size");
    shell.send("q");
    shell.wait_text("probe ended with 0");
    shell.send("stty -g >after; echo fin''ished\r");
    shell.wait_text("finished");
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
    assert_eq!([read("stopped"), read("after")], [read("before"), read("before")]);
}

#[test]
fn t9_stopped_again_and_again_it_comes_back_each_time() {
    let (mut shell, _dir) = in_a_shell();
    for round in 1..=5 {
        shell.send("\x1a");
        wait_stopped(&shell);
        shell.send("clear\r");
        shell.wait_for("a clean prompt", |screen| !screen.contents().contains("Stopped"));
        shell.send("fg\r");
        shell.wait_for("the probe again", |screen| {
            screen.alternate_screen() && screen.contents().contains(&format!("keys {round} size"))
        });
    }
    shell.send("q");
    shell.wait_text("probe ended with 0");
}

#[test]
fn t9_in_the_background_it_stays_off_the_screen_until_fg() {
    let (mut shell, _dir) = in_a_shell();
    shell.send("\x1a");
    wait_stopped(&shell);
    shell.send("bg; clear\r");
    shell.send("echo still'' here\r");
    shell.wait_text("still here");
    assert!(!shell.contents().contains("keys 1 size"), "{}", shell.contents());
    shell.send("fg\r");
    shell.wait_for("the probe again", |screen| {
        screen.alternate_screen() && screen.contents().contains("keys 1 size")
    });
    shell.send("q");
    shell.wait_text("probe ended with 0");
}

#[test]
fn t9_ctrl_z_with_no_shell_to_come_back_to_is_refused() {
    let mut probe = Probe::start(&[]);
    probe.pty.send("\x1a");
    probe.pty.wait_text("cannot suspend: no shell with job control");
    probe.pty.send("q");
    assert_eq!(probe.pty.wait_exit(), Exit::code(0));
}

#[test]
fn t9_stopped_without_being_asked_it_takes_the_terminal_again_when_continued() {
    let mut probe = Probe::start(&[]);
    probe.pty.kill(Signal::STOP);
    probe.pty.kill(Signal::CONT);
    probe.wait_status("heard=[Continue]");
    probe.pty.wait_for("the screen again", |screen| {
        screen.alternate_screen() && screen.contents().contains("keys 0 size 80x24")
    });
    probe.pty.send("q");
    assert_eq!(probe.pty.wait_exit(), Exit::code(0));
    probe.pty.assert_given_back();
}
