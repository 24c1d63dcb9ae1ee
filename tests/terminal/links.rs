//! Slow, blocked and changing terminals.

use crate::Probe;
use crate::harness::Exit;
use rustix::process::Signal;
use std::time::Duration;

/// Until the kernel's buffers are full and a frame is stuck.
fn block(probe: &mut Probe) {
    probe.pty.stop_reading();
    probe.pty.send("b");
    probe.wait_status("stuck=true");
}

#[test]
fn t11_keys_are_heard_while_nobody_reads_the_terminal() {
    let mut probe = Probe::start(&[]);
    block(&mut probe);
    probe.pty.send("xxx");
    probe.wait_status("keys=4 ");
    probe.pty.send("b");
    probe.wait_status("keys=5 ");
    probe.pty.read_again();
    probe.pty.wait_text("keys 5 size 80x24");
}

#[test]
fn t11_a_blocked_terminal_does_not_hold_the_end() {
    let mut probe = Probe::start(&[]);
    block(&mut probe);
    probe.pty.send("q");
    assert_eq!(probe.pty.wait_exit(), Exit::code(0));
    probe.pty.assert_settings_as_found();
    probe.pty.read_again();
    probe.pty.wait_for("the modes off", |screen| !screen.alternate_screen() && !screen.hide_cursor());
}

#[test]
fn t11_a_blocked_terminal_does_not_hold_a_signal_or_a_panic() {
    let mut probe = Probe::start(&[]);
    block(&mut probe);
    probe.pty.kill(Signal::TERM);
    assert_eq!(probe.pty.wait_exit(), Exit::code(143));
    probe.pty.assert_settings_as_found();

    let mut probe = Probe::start(&[]);
    block(&mut probe);
    probe.pty.send("p");
    assert_eq!(probe.pty.wait_exit(), Exit::code(101));
    probe.pty.assert_settings_as_found();
    probe.crash_report();
}

#[test]
fn t11_a_slow_link_asks_for_less_detail_and_a_fast_one_for_all_of_it() {
    let mut probe = Probe::start(&[]);
    probe.wait_status("detail=Full");
    probe.pty.read_slowly(512);
    probe.pty.send("b");
    probe.wait_status("detail=Reduced");
    probe.pty.read_again();
    probe.wait_status("detail=Full");
}

#[test]
fn t10_a_storm_of_sizes_ends_in_a_whole_screen() {
    let mut probe = Probe::start(&[]);
    let sizes = [(1, 1), (65535, 1), (1, 65535), (300, 100), (2, 2), (80, 24), (500, 3), (0, 0)];
    for step in 0..1000 {
        let (columns, rows) = sizes[step * 7 % sizes.len()];
        probe.pty.resize_unseen(columns, rows);
    }
    probe.pty.resize(70, 20);
    probe.pty.wait_text("size 70x20");
    probe.pty.send("x");
    probe.pty.wait_text("keys 1 size 70x20");
}

#[test]
fn a_terminal_that_does_not_know_its_size_is_taken_for_80_by_24() {
    let probe = Probe::with(&[], |start| start.size(80, 24));
    let mut probe = probe;
    probe.pty.resize_unseen(0, 0);
    probe.pty.send("x");
    probe.pty.wait_text("keys 1 size 80x24");
}

#[test]
fn idle_writes_nothing() {
    let mut probe = Probe::start(&[]);
    probe.pty.send("x");
    probe.pty.wait_text("keys 1 size");
    // Frames end with the release of the hold; nothing is under way after it.
    probe.pty.wait_for("the frame's end", |_| true);
    while probe.pty.bytes_within(Duration::from_millis(50)) > 0 {}
    assert_eq!(probe.pty.bytes_within(Duration::from_millis(1500)), 0);
}
