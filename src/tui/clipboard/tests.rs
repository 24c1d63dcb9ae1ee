//! What a copy says and what it sends.

use super::*;
use std::os::unix::fs::PermissionsExt as _;

fn copy_here(text: &str) -> (tempfile::TempDir, Copied) {
    let state = tempfile::tempdir().unwrap();
    let copied = copy(text, &BTreeMap::new(), state.path());
    (state, copied)
}

#[test]
fn a_copy_says_sent_and_written_but_never_copied() {
    let (state, copied) = copy_here("a line");
    let path = state.path().join(FILE);
    assert_eq!(copied.steps, [Step::SentToTerminal, Step::WrittenTo(path.clone())]);
    assert_eq!(copied.summary(), format!("sent to the terminal; written to {}", path.display()));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a line");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_text_too_long_for_terminals_is_refused_there_and_still_written() {
    let (state, copied) = copy_here(&"x".repeat(MOST_SENT + 1));
    assert_eq!(copied.sequence, None);
    assert!(copied.summary().starts_with("not sent to the terminal (8193 bytes are over 8192); written to "));
    assert_eq!(std::fs::metadata(state.path().join(FILE)).unwrap().len(), 8193);
}

#[test]
fn i7_a_state_directory_that_is_missing_is_said() {
    let copied = copy("a", &BTreeMap::new(), Path::new("/nonexistent-state"));
    assert!(matches!(copied.steps.as_slice(), [Step::SentToTerminal, Step::NotWritten { .. }]), "{copied:?}");
}

#[test]
fn a_link_in_the_files_place_is_replaced_and_not_followed() {
    let state = tempfile::tempdir().unwrap();
    let victim = state.path().join("victim");
    std::fs::write(&victim, "mine").unwrap();
    std::os::unix::fs::symlink(&victim, state.path().join(FILE)).unwrap();
    let _ = copy("theirs", &BTreeMap::new(), state.path());
    assert_eq!(std::fs::read_to_string(victim).unwrap(), "mine");
}

#[test]
fn control_characters_are_spelled_out_before_they_can_be_pasted() {
    let (state, _) = copy_here("rm -rf x\r\u{1b}[201~");
    assert_eq!(std::fs::read_to_string(state.path().join(FILE)).unwrap(), "rm -rf x^M^[[201~");
}

fn sent(text: &str, behind: Behind) -> String {
    String::from_utf8(sequence(text, &Place { behind, ..Place::default() })).unwrap()
}

#[test]
fn the_sequence_is_wrapped_for_what_is_between_us_and_the_terminal() {
    let plain = "\u{1b}]52;c;aGk=\u{7}";
    assert_eq!(sent("hi", Behind::Nothing), plain);
    assert_eq!(sent("hi", Behind::Tmux), format!("\u{1b}Ptmux;\u{1b}{plain}\u{1b}\\{plain}"));
    assert_eq!(sent("hi", Behind::Screen), format!("\u{1b}P{plain}\u{1b}\\"));
    assert_eq!(sent("hi", Behind::Either), format!("{plain}\u{1b}P{plain}\u{1b}\\"));
}

#[test]
fn screen_gets_pieces_it_does_not_cut_that_join_to_the_whole() {
    let text = "y".repeat(4000);
    let wrapped = sent(&text, Behind::Screen);
    let pieces: Vec<&str> =
        wrapped.split_terminator("\u{1b}\\").map(|piece| piece.strip_prefix("\u{1b}P").unwrap()).collect();
    assert!(pieces.len() > 5 && pieces.iter().all(|piece| piece.len() <= SCREEN_PIECE));
    assert_eq!(pieces.concat(), sent(&text, Behind::Nothing));
}
