//! Runs every example of `docs/questions.md` against the log it prints, so that the page cannot rot.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::semicolon_if_nothing_returned,
    unreachable_pub,
    reason = "a test that cannot build its corpus has to stop; figures are printed"
)]

#[path = "answer_quality/texts.rs"]
mod texts;

use watchfire::compute::{ChangeKind, Intent, Planned, plan, run};

const PAGE: &str = include_str!("../docs/questions.md");

/// The fenced log of the page.
fn log() -> &'static str {
    let start = PAGE.find("```log\n").unwrap() + "```log\n".len();
    let end = start + PAGE[start..].find("```").unwrap();
    &PAGE[start..end]
}

/// Question and answer of every row of the table of examples, which stands before the first further heading.
fn examples() -> Vec<(&'static str, &'static str)> {
    let page = PAGE.split_once("\n## ").unwrap().0;
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Kind"));
    let cells = rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect::<Vec<_>>());
    cells.map(|cells| (cells[1], cells[2])).collect()
}

#[test]
fn every_example_of_the_page_is_answered_as_it_says() {
    let corpus = texts::corpus("bikes.log", log());
    let answer = |question: &str| match plan(question, &corpus).unwrap() {
        Planned::Decline(decline) => decline.sentence(),
        Planned::Plan(plan) => match plan.intent() {
            Intent::Change(ChangeKind::What | ChangeKind::Since | ChangeKind::Still) => {
                "told by the change engine".to_owned()
            }
            _ => run(&plan, &corpus).unwrap().short(),
        },
    };
    let examples = examples();
    assert!(examples.len() > 15, "the table was not found");
    let wrong: Vec<String> = examples
        .iter()
        .map(|(question, expected)| (question, expected, answer(question)))
        .filter(|(_, expected, found)| *expected != found)
        .map(|(question, expected, found)| format!("{question}: {found}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
