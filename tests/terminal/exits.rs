//! Every way to end.

use crate::Probe;
use crate::harness::Exit;
use rstest::rstest;
use rustix::process::Signal;

fn in_modes(probe: &Probe) {
    probe.pty.wait_for("all modes on", |screen| screen.alternate_screen() && screen.bracketed_paste());
    assert_ne!(probe.pty.settings(), String::new());
}

#[rstest]
#[case(&[])]
#[case(&["--mouse"])]
fn a_normal_end_gives_everything_back(#[case] arguments: &[&str]) {
    let mut probe = Probe::start(arguments);
    in_modes(&probe);
    probe.pty.send("q");
    assert_eq!(probe.pty.wait_exit(), Exit::code(0));
    probe.pty.assert_given_back();
    assert!(probe.pty.contents().contains("probe ended with 0"));
}

#[test]
fn t5_a_panic_of_the_main_thread_gives_everything_back_and_names_the_report() {
    let mut probe = Probe::start(&[]);
    probe.pty.send("p");
    assert_eq!(probe.pty.wait_exit(), Exit::code(101));
    probe.pty.assert_given_back();
    let shown = probe.pty.contents();
    assert!(shown.contains("this is a defect, please report it: asked to panic over `…`"), "{shown}");
    assert!(shown.contains("watchfire: details are in "), "{shown}");
    let report = probe.crash_report();
    assert!(report.contains("terminal: 80x24") && report.contains("backtrace:"), "{report}");
    assert!(!report.contains("secret-line"), "{report}");
}

#[test]
fn t5_a_panic_that_cannot_unwind_gives_everything_back_before_the_abort() {
    let mut probe = Probe::start(&[]);
    probe.pty.send("a");
    let exit = probe.pty.wait_exit();
    assert!(exit.signal.as_deref().is_some_and(|signal| signal.contains("Abort")), "{exit:?}");
    probe.pty.assert_given_back();
    assert!(probe.pty.contents().contains("asked to abort"));
    probe.crash_report();
}

#[test]
fn t6_a_panic_of_another_thread_ends_the_program_and_draws_nothing_afterwards() {
    let mut probe = Probe::start(&[]);
    probe.pty.send("t");
    assert_eq!(probe.pty.wait_exit(), Exit::code(101));
    probe.pty.assert_given_back();
    let raw = String::from_utf8(probe.pty.raw()).unwrap();
    let (_, after) = raw.rsplit_once("\x1b[?1049l").unwrap();
    assert!(!after.contains('\x1b'), "drawn after the terminal was given back: {after:?}");
    assert!(after.contains("asked to panic^[]0;title^G on a thread"), "{after:?}");
}

#[test]
fn t6_a_panic_while_frames_are_written_leaves_no_frame_on_the_shells_screen() {
    let mut probe = Probe::start(&[]);
    probe.pty.send("b");
    probe.pty.wait_for("the burst", |screen| screen.contents().contains("#####"));
    probe.pty.send("t");
    assert_eq!(probe.pty.wait_exit(), Exit::code(101));
    probe.pty.assert_given_back();
    assert!(!probe.pty.contents().contains('#'), "{}", probe.pty.contents());
}

#[rstest]
#[case(Signal::TERM, 143)]
#[case(Signal::HUP, 129)]
#[case(Signal::INT, 130)]
#[case(Signal::QUIT, 131)]
fn t7_a_signal_gives_everything_back_and_is_the_exit_code(#[case] signal: Signal, #[case] code: u32) {
    let mut probe = Probe::start(&["--mouse"]);
    in_modes(&probe);
    probe.pty.kill(signal);
    assert_eq!(probe.pty.wait_exit(), Exit::code(code));
    probe.pty.assert_given_back();
}

#[rstest]
#[case(Signal::TERM, 143)]
#[case(Signal::INT, 130)]
fn t7_a_loop_that_does_not_listen_is_ended_all_the_same(#[case] signal: Signal, #[case] code: u32) {
    let mut probe = Probe::start(&["--deaf"]);
    probe.pty.kill(signal);
    assert_eq!(probe.pty.wait_exit(), Exit::code(code));
    probe.pty.assert_given_back();
}

#[test]
fn t7_a_signal_in_the_middle_of_frames_gives_everything_back() {
    for _ in 0..10 {
        let mut probe = Probe::start(&[]);
        probe.pty.send("b");
        probe.pty.wait_for("the burst", |screen| screen.contents().contains("#####"));
        probe.pty.kill(Signal::TERM);
        assert_eq!(probe.pty.wait_exit(), Exit::code(143));
        probe.pty.assert_given_back();
        assert!(!probe.pty.contents().contains('#'), "{}", probe.pty.contents());
    }
}

#[test]
fn t8_a_closed_terminal_ends_the_program() {
    let mut probe = Probe::start(&[]);
    probe.pty.hang_up("x");
    assert_eq!(probe.pty.wait_exit(), Exit::code(129));
}

#[test]
fn t8_a_closed_terminal_ends_a_program_that_does_not_act_on_hangups() {
    // Whether the failed write or the watcher of the terminal notices first is a race; either ends it, with this code.
    let mut probe = Probe::start(&["--deaf"]);
    probe.pty.hang_up("x");
    assert_eq!(probe.pty.wait_exit(), Exit::code(129));
}

#[test]
fn output_that_is_no_terminal_is_refused_before_anything_is_changed() {
    let output = std::process::Command::new(crate::probe()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "standard output is not a terminal\n");
    assert_eq!(output.stdout, b"");
}
