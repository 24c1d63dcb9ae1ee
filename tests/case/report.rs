//! What a report says, and what it never lets through.

use crate::incident::{broke, broke_with, entries, record};
use crate::{at, saved, store};
use watchfire::case::{Case, Entry, Noted, Origin, Pinned, What, draft, load, markdown};
use watchfire::domain::{Level, Zone};

fn case(entries: &[Entry]) -> Case {
    let (_dir, store) = store();
    let path = saved(&store, entries);
    load(&path).unwrap()
}

fn report(entries: &[Entry]) -> String {
    let case = case(entries);
    markdown(&draft(&case), &case.zone()).replace(case.id.as_str(), "7f3a")
}

#[test]
fn the_draft_of_an_incident() {
    insta::assert_snapshot!(report(&entries()));
}

#[test]
fn the_timeline_is_ordered_and_every_event_of_a_log_has_its_line() {
    let draft = draft(&case(&entries()));
    assert!(draft.timeline.is_sorted_by_key(|moment| moment.at));
    assert!(draft.timeline.len() >= 4);
    for moment in &draft.timeline {
        assert!(moment.origin == Origin::Note || moment.line.is_some(), "{moment:?}");
    }
    let numbers: Vec<usize> = draft.evidence.iter().map(|line| line.n).collect();
    assert_eq!(numbers, (1..=draft.evidence.len()).collect::<Vec<_>>());
}

#[test]
fn times_are_shown_in_the_zone_that_is_asked_for() {
    let case = case(&entries());
    let shown = markdown(&draft(&case), &Zone::from_name("+02:00").unwrap());
    assert!(shown.contains("2026-03-01 15:52:30 to 16:12:00 UTC+02:00"), "{shown}");
}

#[test]
fn a_note_made_while_it_happened_stands_in_the_timeline_and_a_later_one_does_not() {
    let during = Entry::new(at(700), What::Noted(Noted::on_case("restarted the pump")));
    let later = Entry::new(at(90_000), What::Noted(Noted::on_case("wrote to the vendor")));
    let draft = draft(&case(&[Entry::new(at(690), What::Broke(broke())), during, later]));
    let notes: Vec<&str> =
        draft.timeline.iter().filter(|m| m.origin == Origin::Note).map(|m| m.text.as_str()).collect();
    assert_eq!(notes, ["restarted the pump"]);
    assert_eq!(draft.notes, [(at(90_000), "wrote to the vendor".to_owned())]);
}

#[test]
fn what_may_have_caused_it_and_what_did_not_have_their_sections() {
    let text = report(&entries());
    let order = ["## Summary", "## Impact", "## Cause candidates", "## What it was not", "## Timeline"];
    let places: Vec<usize> = order.iter().map(|name| text.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    for said in [
        "1. **valve**\n   - seen first, 41 s before, not tested: 13:52:00 UTC controller `controller updated",
        "- `tank <n> almost empty`: over at 13:51:00 UTC, before the change [",
        "(candidate for the cause) [",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn a_line_that_shows_what_it_was_not_is_no_event() {
    let draft = draft(&case(&entries()));
    let cleared = draft.story.as_ref().unwrap().ruled_out[0].line;
    assert!(cleared.is_some() && draft.timeline.iter().all(|moment| moment.line != cleared), "{draft:?}");
}

#[test]
fn of_many_rows_the_story_is_kept_and_the_table_stays_short() {
    let broke = broke_with(90);
    let case = case(&[Entry::new(at(690), What::Broke(broke))]);
    let draft = draft(&case);
    let rows = draft.impact.as_ref().unwrap().len();
    assert_eq!((rows, draft.impact_more), (10, 83));
    let has = |origin: Origin| draft.timeline.iter().any(|moment| moment.origin == origin);
    assert!(has(Origin::Cause) && has(Origin::Sign), "{:?}", draft.timeline);
    let shown = markdown(&draft, &case.zone());
    assert!(shown.contains("and 83 more of 93 rows"), "{shown}");
}

#[test]
fn a_question_these_logs_do_not_answer_is_no_title() {
    let declined = |entry: &Entry| match &entry.what {
        What::Asked(asked) => asked.turn == 2,
        What::Answered(answered) => answered.turn == 2,
        _ => false,
    };
    let mut only: Vec<Entry> = entries().into_iter().filter(declined).collect();
    assert!(report(&only).starts_with("# Incident: nothing was found yet\n"), "{}", report(&only));
    only.insert(0, Entry::new(at(690), What::Broke(broke())));
    let title = "# Incident: valve: new `valve <n> did not answer within <dur> | retrying`\n";
    assert!(report(&only).starts_with(title), "{}", report(&only));
}

#[test]
fn a_case_of_notes_alone_has_a_report() {
    let text = report(&[Entry::new(at(1), What::Noted(Noted::on_case("only this")))]);
    assert!(text.contains("# Incident: (no question was asked)") && text.contains("only this"), "{text}");
}

#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let hostile = "a\u{1b}]0;x\u{7}\u{9b}2J\r|\u{202e}`<img src=x>`\n# Not a heading\n```\n<b>";
    let pin = Pinned::of(&record(hostile, 3, 650, Level::Error, hostile));
    let text = report(&[
        Entry::new(at(1), What::Pinned(pin)),
        Entry::new(at(2), What::Noted(Noted::on_case(hostile))),
        Entry::new(
            at(3),
            What::Asked(watchfire::case::Asked { turn: 1, text: hostile.to_owned(), window: None }),
        ),
    ]);
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    assert!(text.contains("^[]0;x^G\\u{9b}2J^M") && !text.contains('\u{202e}'), "{text}");
    let headings: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    assert!(!headings.iter().any(|line| line.starts_with("# Not")), "{headings:?}");
}

#[test]
fn damaged_lines_are_named_in_the_report() {
    let (_dir, store) = store();
    let path = saved(&store, &entries());
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines[3] = "{\"kind\":\"asked\"";
    std::fs::write(&path, lines.join("\n")).unwrap();
    let case = load(&path).unwrap();
    let shown = markdown(&draft(&case), &case.zone());
    assert!(shown.contains("line 4 of the case: it is no JSON"), "{shown}");
    assert!(shown.contains("### 1. what broke?"), "the answer is still there: {shown}");
}
