//! `report` and `replay`: which case, which exit code, and output from the case file alone.

use crate::documents::valid;
use crate::{Place, Ran};
use rstest::rstest;

const CASE: &str = include_str!("../case/incident.jsonl");

/// A place with a case `7f3a` saved where the platform's variable says, and no logs at all.
fn place() -> Place {
    let place = Place::empty();
    std::fs::create_dir_all(place.path().join("state/cases")).unwrap();
    place.write("state/cases/7f3a.jsonl", CASE);
    place
}

fn run(place: &Place, arguments: &[&str]) -> Ran {
    let state = place.path().join("state");
    Ran::of(&place.command().env("WATCHFIRE_STATE_DIR", state).args(arguments).output().unwrap())
}

#[rstest]
#[case(&["report"])]
#[case(&["report", "7f3a"])]
#[case(&["report", "7F"])]
#[case(&["report", "state/cases/7f3a.jsonl"])]
fn a_report_needs_a_case_and_no_logs(#[case] arguments: &[&str]) {
    let ran = run(&place(), arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("# Incident: Valves fail since their wait was cut to 1 s\n"), "{}", ran.out);
    for section in
        ["Impact", "Timeline", "What was found", "Open questions", "What was not covered", "Evidence"]
    {
        assert!(ran.out.contains(&format!("\n## {section}\n")), "{section}: {}", ran.out);
    }
}

#[test]
fn the_document_of_a_report_follows_its_schema() {
    let ran = run(&place(), &["report", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let document = valid("report", &ran.out);
    assert_eq!((&document["case"], &document["status"]), (&"7f3a".into(), &"closed".into()));
    let cited = document["evidence"].as_array().unwrap().iter().filter(|line| line["cited"] == true).count();
    assert_eq!(cited, 2, "only lines whose citation holds are evidence: {document}");
}

#[test]
fn a_replay_shows_every_turn_from_the_file_alone() {
    let ran = run(&place(), &["replay", "7f3a"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let order = [
        "case 7f3a",
        "opened",
        "what broke",
        "> what broke?",
        "412 of 500 calls",
        "2 of 3 citations hold",
        "pinned",
        "row 17 first",
        "> how warm was it?",
        "not in these logs",
        "> and the pump?",
        "stopped by you",
        "password=<password#1>",
        "unpinned",
        "closed",
    ];
    let mut rest = ran.out.as_str();
    for words in order {
        let at =
            rest.find(words).unwrap_or_else(|| panic!("`{words}` is missing or out of order: {}", ran.out));
        rest = &rest[at + words.len()..];
    }
}

#[test]
fn without_a_case_there_is_nothing_to_report() {
    let place = Place::empty();
    let ran = run(&place, &["report"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("no case is saved yet"), "{}", ran.err);
}

#[rstest]
#[case(&["report", "beef"])]
#[case(&["replay", "beef"])]
#[case(&["replay", "no/such.jsonl"])]
fn a_name_that_fits_nothing_is_answered_with_what_there_is(#[case] arguments: &[&str]) {
    let ran = run(&place(), arguments);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let said = format!("watchfire: no case `{}`; there are: 7f3a (\"what broke?\")", arguments[1]);
    assert_eq!(ran.err.trim_end(), said);
}

#[test]
fn a_file_that_is_no_case_is_wrong_usage() {
    let place = place();
    place.write("app.log", "2026-03-01 ERROR no\n");
    let ran = run(&place, &["report", "app.log"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("app.log is not a case file"), "{}", ran.err);
}

#[test]
fn a_damaged_case_is_shown_as_far_as_it_goes_with_the_rest_named() {
    let place = place();
    let mut lines: Vec<&str> = CASE.lines().collect();
    lines[3] = "torn {";
    lines.insert(5, "{\"kind\":\"voted\",\"at\":\"2026-03-01T13:42:00Z\"}");
    place.write("damaged.jsonl", format!("{}\n{}", lines.join("\n"), "{\"kind\":\"no"));
    for command in ["report", "replay"] {
        let ran = run(&place, &[command, "damaged.jsonl"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains("412 of 500 calls"), "{}", ran.out);
        let said: Vec<&str> = ran.err.lines().collect();
        assert_eq!(said.len(), 3, "{}", ran.err);
        assert!(said[0].starts_with("warning: line 4 of the case: it is no JSON"), "{}", said[0]);
        assert!(said[1].contains("line 18 of the case: it is cut off"), "{}", said[1]);
        assert!(said[2].contains("line 6 of the case: a newer version wrote"), "{}", said[2]);
    }
}

#[test]
fn hostile_bytes_of_a_handed_over_case_are_shown_as_escapes() {
    let place = place();
    let hostile = CASE
        .replace("rows", "ro\\u001b]0;x\\u0007ws")
        .replace("irrigation plan", "\\u001b[2J\\u202eirrigation\\u009bplan");
    assert_ne!(hostile, CASE);
    place.write("hostile.jsonl", hostile.replace("watchfire 0.1.0", "\\u001b[31mred"));
    for command in ["report", "replay"] {
        let ran = run(&place, &[command, "hostile.jsonl"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(!ran.out.chars().any(|c| c.is_control() && c != '\n'), "{:?}", ran.out);
        assert!(ran.out.contains("^[[2J\\u{202e}irrigation\\u{9b}plan"), "{}", ran.out);
        assert!(ran.out.contains("^[[31mred"), "{}", ran.out);
    }
}
