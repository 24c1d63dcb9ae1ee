//! What may reach a terminal: every byte between entering and leaving is one of ours.

use crate::Probe;
use crate::harness::{Exit, wait_until};
use regex::Regex;

/// The sequences the program makes, and printable text; nothing else.
fn ours() -> Regex {
    Regex::new(
        r"\A(?:\x1b\[\?(?:1049|25|2004|2026|1000|1002|1006)[hl]|\x1b\[[0-9;]*[mHCX]|\x1b\[2J|[^\p{Cc}\p{Cf}])*\z",
    )
    .unwrap()
}

fn between(raw: &[u8]) -> String {
    let text = String::from_utf8(raw.to_vec()).unwrap();
    let from = text.find("\x1b[?1049h").unwrap();
    let to = text.rfind("\x1b[?1049l").unwrap();
    text[from..to].to_owned()
}

#[test]
fn t1_cells_with_sequences_never_reach_the_terminal() {
    let mut probe = Probe::start(&[]);
    probe.pty.send("h");
    probe.pty.wait_text("end");
    probe.wait_status("replaced=7");
    // Frames of every kind; the last one whole, since the end may cut one in the middle of a sequence.
    probe.pty.send("bxxxxb");
    probe.pty.wait_text("keys 7");
    probe.pty.send("x");
    probe.pty.wait_text("keys 8");
    wait_until("the frame's end", || probe.pty.raw().ends_with(b"\x1b[?2026l"));
    probe.pty.send("q");
    assert_eq!(probe.pty.wait_exit(), Exit::code(0));
    let sent = between(&probe.pty.raw());
    assert!(sent.contains(&format!("{}\u{1b}[Cend", "\u{fffd}".repeat(7))));
    let foreign = sent.match_indices('\u{1b}').find(|(at, _)| !ours_first().is_match(&sent[*at..]));
    assert_eq!(foreign.map(|(at, _)| sent[at..].chars().take(40).collect::<String>()), None);
    assert!(ours().is_match(&sent));
}

fn ours_first() -> Regex {
    Regex::new(r"\A\x1b\[(?:\?[0-9]+[hl]|[0-9;]*[mHCXJ])").unwrap()
}

#[test]
fn without_colors_no_color_is_sent() {
    let mut probe = Probe::start(&["--plain"]);
    probe.pty.send("bxxb");
    probe.pty.wait_text("keys 4");
    probe.pty.send("q");
    probe.pty.wait_exit();
    let sent = between(&probe.pty.raw());
    let colors: Vec<&str> =
        Regex::new(r"\x1b\[[0-9;]*[3-9][0-9;]*m").unwrap().find_iter(&sent).map(|m| m.as_str()).collect();
    assert_eq!(colors, [""; 0]);
    assert!(sent.contains("####"));
}

#[test]
fn every_frame_is_held_until_it_is_whole() {
    let mut probe = Probe::start(&[]);
    probe.pty.send("x");
    probe.pty.wait_text("keys 1");
    probe.pty.send("q");
    probe.pty.wait_exit();
    let sent = between(&probe.pty.raw());
    let (opened, closed) = (sent.matches("\x1b[?2026h").count(), sent.matches("\x1b[?2026l").count());
    assert!(opened >= 2, "{sent:?}");
    // Leaving releases once more, whatever was open.
    assert_eq!(closed, opened + 1);
}

#[test]
fn a_copy_is_sent_outside_the_frame_and_the_screen_says_so() {
    let mut probe = Probe::start(&[]);
    std::fs::create_dir(probe.dir.path().join("reports")).unwrap();
    probe.pty.send("y");
    probe.pty.wait_text("sent to the terminal; written to ");
    probe.pty.send("q");
    probe.pty.wait_exit();
    let sent = between(&probe.pty.raw());
    assert!(sent.contains("\x1b[?2026l\x1b]52;c;Y29waWVkIGxpbmU=\x07\x1b[?2026h"), "{sent:?}");
}
