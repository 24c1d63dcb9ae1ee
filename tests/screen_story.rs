//! The whole screen in process on the bundled incident: panes at three sizes, a lying model, hostile text.

#![expect(clippy::unwrap_used, reason = "a test that cannot open the incident has to stop")]

#[path = "screen/stage.rs"]
mod stage;

use async_trait::async_trait;
use stage::Stage;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use watchfire::app::{Command, Event, Focus, Phase, ViewKind};
use watchfire::domain::Usage;
use watchfire::failure::Failure;
use watchfire::port::{AnswerDelta, AnswerEnd, AnswerModel, AnswerRequest};
use watchfire::tui::Theme;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (60, 15)];

/// Streams what it was given, then ends; or waits to be stopped.
struct Scripted {
    parts: Vec<&'static str>,
    stalls: bool,
}

#[async_trait]
impl AnswerModel for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    async fn answer(
        &self,
        _request: AnswerRequest,
        out: mpsc::Sender<AnswerDelta>,
        cancel: CancellationToken,
    ) -> Result<AnswerEnd, Failure> {
        for part in &self.parts {
            let _ = out.send(AnswerDelta::Text((*part).to_owned())).await;
        }
        if self.stalls {
            cancel.cancelled().await;
            return Ok(AnswerEnd::Cut("stopped by you".to_owned()));
        }
        let _ = out.send(AnswerDelta::Usage(Usage::default())).await;
        Ok(AnswerEnd::Complete)
    }
}

/// The screen without numbers of milliseconds.
fn text(lines: &[String]) -> String {
    let steady = |line: &String| match line.rfind(" ms") {
        Some(end) if line.contains("open ") || line.contains("ask ") => {
            let start = line[..end].trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ').len();
            format!("{} # ms", &line[..start])
        }
        _ => line.clone(),
    };
    lines.iter().map(steady).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_view_at_every_size() {
    let stage = Stage::demo();
    for size in SIZES {
        let mut screen = stage.screen(size);
        let name = |view: &str| format!("{view}_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name("first"), text(&screen.lines()));
        stage.play(&mut screen, &["p"]);
        insta::assert_snapshot!(name("patterns"), text(&screen.lines()));
        stage.play(&mut screen, &["r", "j", "j", "enter", "+"]);
        insta::assert_snapshot!(name("record"), text(&screen.lines()));
        stage.play(&mut screen, &["esc", "t"]);
        insta::assert_snapshot!(name("window"), text(&screen.lines()));
        stage.play(&mut screen, &["esc", "ctrl-p"]);
        screen.press("zone");
        insta::assert_snapshot!(name("palette"), text(&screen.lines()));
        stage.play(&mut screen, &["esc", "?"]);
        insta::assert_snapshot!(name("help"), text(&screen.lines()));
        stage.play(&mut screen, &["esc"]);
        stage.ask(&mut screen, "what broke checkout, and since when?");
        insta::assert_snapshot!(name("answer"), text(&screen.lines()));
        stage.play(&mut screen, &["n", "enter"]);
        insta::assert_snapshot!(name("cited"), text(&screen.lines()));
    }
}

#[test]
fn the_incident_is_solved_with_what_the_screen_tells() {
    let stage = Stage::demo();
    let mut screen = stage.screen((80, 24));
    let first = screen.lines().join("\n");
    assert!(first.contains("worse since 14:27:41") && first.contains("payment"), "{first}");
    stage.ask(&mut screen, "what broke checkout, and since when?");
    let answer = screen.lines().join("\n");
    assert!(answer.contains("pool.max 50 -> 5"), "{answer}");
    stage.play(&mut screen, &["n", "n", "enter"]);
    assert_eq!(screen.state.focus, Focus::Detail);
    let record = screen.state.detail.as_ref().and_then(|detail| detail.record.clone()).unwrap();
    assert!(record.source.ends_with(".log"), "{}", record.source);
}

#[test]
fn a_wrong_citation_is_struck_and_counted() {
    let parts = vec!["The pool is dry [1 \"words that are in no line\"].\n", "And [99 \"nothing\"].\n"];
    let stage = Stage::demo();
    let theme = Theme::named("none", true);
    let mut screen = stage.screen_with(Arc::new(Scripted { parts, stalls: false }), (120, 40), &theme);
    stage.ask(&mut screen, "what broke?");
    let lines = screen.lines().join("\n");
    assert!(lines.contains("0/2 verified, 2 struck"), "{lines}");
    assert!(lines.contains("unverified"), "{lines}");
}

#[test]
fn a_stalled_answer_is_stopped_by_one_escape() {
    let parts = vec!["## The first half\n", "is all there is"];
    let stage = Stage::demo();
    let theme = Theme::named("dark", true);
    let mut screen = stage.screen_with(Arc::new(Scripted { parts, stalls: true }), (100, 30), &theme);
    stage.runtime.block_on(async {
        screen.press("i");
        screen.press("what broke?");
        screen.press("enter");
        while !screen.state.current_turn().is_some_and(|turn| turn.text().contains("is all there is")) {
            assert!(screen.step().await, "the answer streams");
        }
        screen.press("esc");
        screen.rest().await;
    });
    let turn = screen.state.current_turn().unwrap();
    assert!(matches!(turn.phase, Phase::Stopped), "{:?}", turn.phase);
    let lines = screen.lines().join("\n");
    assert!(lines.contains("The first half") && lines.contains("stopped by you"), "{lines}");
}

#[test]
fn filters_are_shown_applied_and_undone_one_by_one() {
    let stage = Stage::demo();
    let mut screen = stage.screen((120, 40));
    stage.play(&mut screen, &["r", "f"]);
    let lines = screen.lines().join("\n");
    assert_eq!(
        (screen.state.notice.as_ref(), lines.matches("U undoes").count()),
        (None, 1),
        "said once: {lines}"
    );
    let kept = screen.state.logs.in_window;
    assert!(kept.is_some_and(|kept| kept < 49_255), "{kept:?}");
    stage.play(&mut screen, &["v"]);
    assert_eq!(screen.state.filters.list.len(), 2);
    stage.play(&mut screen, &["U", "U"]);
    assert!(screen.state.filters.is_empty());
    assert_eq!(screen.state.logs.in_window, Some(49_255));
}

#[test]
fn a_trace_is_followed_through_all_sources() {
    let stage = Stage::demo();
    let mut screen = stage.screen((120, 40));
    stage.play(&mut screen, &["enter", "enter", "T"]);
    assert!(matches!(&screen.state.view().unwrap().kind, ViewKind::Records(records) if records.everywhere));
    let rows = screen.state.view().unwrap().list.rows();
    let services: std::collections::BTreeSet<_> = rows.iter().filter_map(|row| row.service()).collect();
    assert!(services.len() > 1, "{services:?}");
}

#[test]
fn everything_worth_keeping_is_kept() {
    let stage = Stage::demo();
    let mut screen = stage.screen((120, 40));
    assert!(
        !screen.effects.iter().any(|effect| matches!(effect, Command::Remember(_))),
        "opening keeps nothing"
    );
    stage.play(&mut screen, &["r", "m"]);
    stage.ask(&mut screen, "how many checkouts failed?");
    let kept = screen.effects.iter().filter(|effect| matches!(effect, Command::Remember(_))).count();
    assert_eq!(kept, 4, "the comparison, the pin, the question, the answer: {:?}", screen.effects);
}

#[test]
fn t1_no_hostile_byte_reaches_a_cell() {
    let stage = Stage::demo();
    for size in [(1, 1), (20, 5), (40, 8), (60, 15), (141, 50)] {
        let mut screen = stage.screen(size);
        let hostile = "\u{1b}]52;c;aGk=\u{7}\u{202e}abc\u{9b}2J\r\u{200b}e\u{301}\u{301}";
        screen.happen(Event::Said(watchfire::app::Notice::info(
            watchfire::safety::display_line(hostile.as_bytes()).into_owned(),
        )));
        for keys in [["p", "enter"], ["r", "enter"], ["?", "j"], ["ctrl-p", "down"], ["$", "j"]] {
            stage.play(&mut screen, &keys);
            let (buffer, _) = screen.draw();
            for cell in buffer.content() {
                assert!(!cell.symbol().chars().any(char::is_control), "{:?} at {size:?}", cell.symbol());
            }
            stage.play(&mut screen, &["esc", "esc"]);
        }
    }
}

#[test]
fn what_is_said_in_one_place_is_not_said_in_another() {
    let stage = Stage::demo();
    for size in SIZES {
        let mut screen = stage.screen(size);
        let lines = screen.lines().join("\n");
        assert!(lines.matches("analyst").count() <= 1, "{size:?}: {lines}");
        assert!(!lines.contains("window"), "the header has it: {lines}");
    }
}

#[test]
fn why_nothing_can_be_read_is_said_once() {
    let stage = Stage::demo();
    let mut screen = stage.screen((80, 24));
    let why = "no log files in ./empty".to_owned();
    screen.happen(Event::Opening(watchfire::app::Opening::Failed(why.clone())));
    screen.state.views.iter_mut().for_each(|view| view.list = watchfire::app::List::default());
    let lines = screen.lines().join("\n");
    assert_eq!(lines.matches(&why).count(), 1, "{lines}");
}

#[test]
fn a_screen_too_small_names_the_size_that_is_enough() {
    let stage = Stage::demo();
    let mut screen = stage.screen((39, 8));
    assert!(screen.lines().join("\n").contains("40x8 or more"), "{:?}", screen.lines());
    assert!(!stage.screen((40, 8)).lines().join("\n").contains("or more"));
}
