//! Files that were damaged, written by a later version, or never were a case.

use crate::{note, saved, store};
use rstest::rstest;
use std::path::Path;
use watchfire::case::{CaseError, load};

fn lines(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

#[rstest]
#[case::no_json("%&/()", "it is no JSON: ")]
#[case::no_text("", "")]
#[case::other_json("[1,2]", "it is no entry of a case: it has no `kind`")]
#[case::missing_field(
    r#"{"kind":"asked","at":"2026-03-01T13:42:00Z"}"#,
    "its entry `asked` is damaged: missing field `turn`"
)]
#[case::empty_window(
    r#"{"kind":"window","at":"2026-03-01T13:42:00Z","window":{"start":"2026-03-01T13:42:00Z","end":"2026-03-01T13:42:00Z"}}"#,
    "its entry `window` is damaged: the window is empty"
)]
#[case::deep(&"[".repeat(5_000), "it is no JSON: recursion limit exceeded")]
fn a_damaged_line_in_the_middle_costs_only_itself(#[case] damaged: &str, #[case] why: &str) {
    let (_dir, store) = store();
    let path = saved(&store, &[note(1), note(2), note(3)]);
    let mut lines = lines(&path);
    lines[2] = damaged.to_owned();
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let case = load(&path).unwrap();
    assert_eq!(case.entries, [note(1), note(3)]);
    let said: Vec<(usize, bool)> =
        case.problems.iter().map(|problem| (problem.line, problem.why.starts_with(why))).collect();
    assert_eq!(said, if why.is_empty() { vec![] } else { vec![(3, true)] }, "{:?}", case.problems);
}

#[test]
fn bytes_that_are_no_text_cost_only_their_line() {
    let (_dir, store) = store();
    let path = saved(&store, &[note(1), note(2)]);
    let mut bytes = std::fs::read(&path).unwrap();
    let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 5;
    bytes[second] = 0xff;
    std::fs::write(&path, bytes).unwrap();
    let case = load(&path).unwrap();
    assert_eq!((case.entries, case.problems[0].why.as_str()), (vec![note(2)], "it is not UTF-8 text"));
}

#[test]
fn entries_of_a_later_version_are_kept_and_named() {
    let (_dir, store) = store();
    let path = saved(&store, &[note(1), note(2)]);
    let mut lines = lines(&path);
    let later = r#"{"kind":"voted","at":"2026-03-01T13:42:00Z","by":"me"}"#;
    lines.insert(2, later.to_owned());
    lines[3] = lines[3].replace("\"masked\":0", "\"masked\":0,\"mood\":\"calm\"");
    lines[0] = lines[0].replace("watchfire.case/1", "watchfire.case/2");
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let case = load(&path).unwrap();
    assert_eq!(case.entries, [note(1), note(2)], "fields it does not know do not stop it");
    assert_eq!(
        case.unknown.iter().map(|u| (u.line, u.kind.as_str(), u.text.as_str())).collect::<Vec<_>>(),
        [(3, "voted", later)]
    );
    let damage = case.damage().join("\n");
    assert!(damage.contains("`watchfire.case/2`; this version reads `watchfire.case/1`"), "{damage}");
    assert!(damage.contains("a newer version wrote an entry of kind `voted`"), "{damage}");
}

#[test]
fn a_case_without_its_first_line_is_still_read() {
    let (_dir, store) = store();
    let path = saved(&store, &[note(1), note(2)]);
    let rest = lines(&path)[1..].join("\n");
    std::fs::write(&path, format!("garbage\n{rest}\n")).unwrap();
    let case = load(&path).unwrap();
    assert_eq!((case.header, case.entries.len(), case.problems[0].line), (None, 2, 1));
}

#[rstest]
#[case::empty("", "it is empty")]
#[case::a_log("2026-03-01 ERROR no\n2026-03-01 ERROR no\n", "its first line is no header")]
#[case::other_schema(
    "{\"schema\":\"other/1\",\"id\":\"0abc\",\"created\":\"2026-03-01T13:42:00Z\"}\n",
    "its first line says `other/1`, not `watchfire.case/1`"
)]
fn a_file_that_is_no_case_is_refused_with_why(#[case] text: &str, #[case] said: &str) {
    let dir = tempfile::TempDir::new().unwrap();
    let path = dir.path().join("app.log");
    std::fs::write(&path, text).unwrap();
    let error = load(&path).unwrap_err();
    assert!(matches!(error, CaseError::NotACase { .. }), "{error:?}");
    assert!(error.to_string().contains(said), "{error}");
}

#[test]
fn a_pipe_or_a_directory_is_refused_before_it_is_opened() {
    let dir = tempfile::TempDir::new().unwrap();
    let pipe = dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    assert!(load(&pipe).unwrap_err().to_string().ends_with("it is not a regular file"));
    assert!(load(dir.path()).unwrap_err().to_string().ends_with("it is a directory"));
}
