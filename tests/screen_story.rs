//! The whole screen in process on the bundled incident: panes at three sizes, a lying model, hostile text.

#![expect(clippy::unwrap_used, reason = "a test that cannot open the incident has to stop")]

#[path = "screen/stage.rs"]
mod stage;

use async_trait::async_trait;
use stage::Stage;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use watchfire::app::{Command, Event, Focus, Phase, RowBody, ViewKind};
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

#[test]
fn the_first_section_leaves_room_for_the_headings_of_the_others() {
    let stage = Stage::demo();
    for size in SIZES {
        let mut screen = stage.screen(size);
        let lines = screen.lines().join("\n");
        for heading in ["more  Space", "other path (", "slower (", "recovered ("] {
            assert!(lines.contains(heading), "{heading} at {size:?}: {lines}");
        }
        let rows = screen.state.view().unwrap().list.rows().len();
        stage.play(&mut screen, &["j", "j", "j", "j", "j", "j", "j", "space"]);
        let list = &screen.state.view().unwrap().list;
        assert!(list.rows().len() > rows && list.index() == Some(7), "{:?}", list.index());
        assert!(matches!(list.current().unwrap().body, RowBody::Change(_)), "the first that was hidden");
    }
}

#[test]
fn a_narrow_change_has_a_count_and_its_rates_in_the_title() {
    let stage = Stage::demo();
    for (size, rates) in
        [((80, 24), "0/1,841 -> 2,162/3,140 strong  1/11 "), ((60, 15), "0/1,841 -> 2,162/3,140  1/11 ")]
    {
        let lines = stage.screen(size).lines();
        assert!(lines.iter().any(|line| line.contains(rates)), "{lines:?}");
        let first = lines.iter().find(|line| line.starts_with(" new      payment")).unwrap();
        assert!(first.ends_with("x2,162") && !first.contains("->"), "{first}");
    }
    let wide = stage.screen((80, 24)).lines();
    let first = wide.iter().find(|line| line.starts_with(" new      payment")).unwrap();
    assert!(first.contains(['▁', '█']), "when it was: {first}");
}

#[test]
fn rows_with_the_same_words_are_told_apart() {
    let stage = Stage::demo();
    for size in SIZES {
        let mut screen = stage.screen(size);
        stage.play(&mut screen, &["j", "j", "j", "j", "j", "j", "j", "space"]);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..screen.state.view().unwrap().list.rows().len() {
            let lines = screen.lines();
            seen.extend(
                lines.into_iter().filter(|line| line.contains("released") && line.contains("from 14:")),
            );
            stage.play(&mut screen, &["j"]);
        }
        let texts: Vec<&str> = seen.iter().filter_map(|line| line.split(" from ").nth(1)).collect();
        assert!(texts.len() == 2 && texts[0][..8] != texts[1][..8], "{size:?}: {seen:?}");
    }
}

#[test]
fn the_title_says_where_in_all_records_the_cursor_is() {
    let stage = Stage::demo();
    let mut screen = stage.screen((80, 24));
    for (key, place) in [
        ("r", "1/49,255"),
        ("j", "2/49,255"),
        ("ctrl-d", "10/49,255"),
        ("G", "49,255/49,255"),
        ("k", "49,254/49,255"),
        ("g", "1/49,255"),
    ] {
        stage.play(&mut screen, &[key]);
        let lines = screen.lines().join("\n");
        assert!(lines.contains(&format!(" {place} ")), "{key}: {place}: {lines}");
    }
    stage.play(&mut screen, &["pgdn"; 40]);
    let ordinal = screen.state.view().unwrap().ordinal();
    assert_eq!(ordinal, Some(1 + 40 * 16), "{:?}", screen.lines());
}

#[test]
fn the_palette_ranks_names_above_help_and_says_nothing_twice() {
    let stage = Stage::demo();
    let mut screen = stage.screen((120, 40));
    stage.play(&mut screen, &["ctrl-p"]);
    let choices = |screen: &watchfire::tui::Rehearsal| screen.state.overlays.last().unwrap().choices.clone();
    for choice in choices(&screen) {
        let name = choice.label.get(10..).unwrap_or_default().trim();
        assert_ne!(choice.detail, name, "the help is the name: {}", choice.label);
    }
    for name in ["time", "copy", "records", "open", "top"] {
        screen.press(name);
        let first = choices(&screen)[0].label.clone();
        assert_eq!(first.get(10..).unwrap_or_default().trim(), name);
        stage.play(&mut screen, &["esc", "ctrl-p"]);
    }
}

#[test]
fn what_is_around_a_record_is_ruled_off() {
    let stage = Stage::demo();
    let mut screen = stage.screen((120, 60));
    stage.play(&mut screen, &["r", "j", "j", "j", "enter"]);
    let lines = screen.lines().join("\n");
    assert!(lines.contains("─ before ─") && lines.contains("─ after ─"), "{lines}");
}

#[test]
fn an_open_record_says_how_common_it_is_and_where_else_its_request_was() {
    let stage = Stage::demo();
    let mut screen = stage.screen((140, 60));
    stage.play(&mut screen, &["enter", "enter"]);
    let lines = screen.lines().join("\n");
    assert!(lines.contains("x2,396") && lines.contains("new since 14:27:41"), "{lines}");
    assert!(lines.contains("% here, ") && lines.contains(" elsewhere"), "{lines}");
    stage.play(&mut screen, &["z"]);
    let lines = screen.lines().join("\n");
    assert!(lines.contains("% of this pattern, ") && lines.contains(" records elsewhere"), "{lines}");
}
