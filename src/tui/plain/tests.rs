//! Sessions over real logs, typed as lines.

use super::command::Command;
use super::*;
use crate::analyst::Analyst;
use crate::domain::Timestamp;
use crate::failure::Failure;
use crate::investigate::Limits;
use crate::layer::Timings;
use crate::local::{Input, LocalLogs, OpenOptions, Store};
use crate::port::{AnswerDelta, AnswerEnd, AnswerModel, AnswerRequest, Clock};
use async_trait::async_trait;
use rstest::rstest;
use std::io::Cursor;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// A kiln whose gas runs out half-way.
fn kiln() -> String {
    let mut log = String::new();
    for second in 0..1200u32 {
        let time = format!("2026-03-01T10:{:02}:{:02}Z", second / 60, second % 60);
        let firing = second / 4;
        let (level, said) = match (second < 600, second % 4) {
            (_, 0) => ("INFO", format!("firing {firing} begins zone=3")),
            (true, 1) => ("INFO", format!("burner lit for firing {firing}")),
            (false, 1) => ("ERROR", format!("gas pressure lost in firing {firing} valve=7")),
            (_, 2) => ("INFO", format!("firing {firing} at {} degrees", 900 + second % 50)),
            _ => ("WARN", format!("draft \u{1b}[31m low in firing {firing}")),
        };
        log.push_str(&format!("{time} {level} kiln {said} req={firing}\n"));
    }
    log
}

struct Still;

impl Clock for Still {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

/// Begins an answer and never ends it.
struct Stalled;

#[async_trait]
impl AnswerModel for Stalled {
    fn name(&self) -> &str {
        "stalled"
    }

    async fn answer(
        &self,
        _: AnswerRequest,
        out: mpsc::Sender<AnswerDelta>,
        _: CancellationToken,
    ) -> Result<AnswerEnd, Failure> {
        let _ = out.send(AnswerDelta::Text("The gas ran out.\n".to_owned())).await;
        std::future::pending().await
    }
}

/// Hears every line; at a certain one it presses Ctrl-C.
#[derive(Default)]
struct Ear {
    heard: Vec<u8>,
    stop_at: Option<(&'static str, Arc<Notify>)>,
    state_dir: Option<PathBuf>,
}

impl Write for &mut Ear {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.heard.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let heard = String::from_utf8_lossy(&self.heard);
        if let Some((line, interrupt)) = &self.stop_at
            && heard.lines().any(|heard| heard == *line)
        {
            interrupt.notify_waiters();
        }
        Ok(())
    }
}

fn talk_with(model: Arc<dyn AnswerModel>, typed: &[u8], ear: &mut Ear) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kiln.log");
    std::fs::write(&path, kiln()).unwrap();
    let now = Timestamp::from_jiff("2026-03-01T12:00:00Z".parse().unwrap());
    let options = OpenOptions::new(now, dir.path().to_path_buf());
    let store = Arc::new(Store::open(vec![Input::Path(path)], &options).unwrap());
    let logs = LocalLogs::new(store);
    let investigation = Investigation {
        search: Arc::new(logs.clone()),
        browse: Arc::new(logs),
        model,
        clock: Arc::new(Still),
        timings: Timings::default(),
        limits: Limits::default(),
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let interrupt = ear.stop_at.as_ref().map(|(_, interrupt)| Arc::clone(interrupt)).unwrap_or_default();
    let state_dir = Some(ear.state_dir.clone().unwrap_or_else(|| dir.path().join("state")));
    let options = PlainOptions { interrupt, state_dir, now, scope: Scope::default(), zone: None };
    run(Cursor::new(typed), &mut *ear, investigation, runtime.handle(), options).unwrap();
    String::from_utf8(ear.heard.clone()).unwrap()
}

fn talk(typed: &str) -> String {
    let heard = talk_with(Arc::new(Analyst), typed.as_bytes(), &mut Ear::default());
    assert!(!heard.chars().any(|c| c.is_control() && c != '\n'), "{heard}");
    heard
}

#[rstest]
#[case("", Command::Nothing)]
#[case("broke", Command::Broke)]
#[case("broke since when?", Command::Ask("broke since when?".to_owned()))]
#[case("open 3", Command::Open(3))]
#[case("open [13]", Command::Open(13))]
#[case("open connections are exhausted", Command::Ask("open connections are exhausted".to_owned()))]
#[case("keep gas pressure", Command::Keep("gas pressure".to_owned()))]
#[case("ask keep alive failures", Command::Ask("keep alive failures".to_owned()))]
#[case("Window 15m", Command::Window(Some("15m".to_owned())))]
#[case("window size in firing 7?", Command::Ask("window size in firing 7?".to_owned()))]
#[case("pin", Command::Pin(None))]
#[case("note", Command::Ask("note".to_owned()))]
#[case("why did firing 200 fail", Command::Ask("why did firing 200 fail".to_owned()))]
fn a_line_is_a_command_or_a_question(#[case] line: &str, #[case] command: Command) {
    assert_eq!(Command::read(line), command);
}

#[test]
fn it_says_what_was_opened_and_ends_with_quit() {
    let heard = talk("quit\npatterns\n");
    let lines: Vec<&str> = heard.lines().collect();
    assert_eq!(
        lines,
        [
            "watchfire, in plain lines. 1,200 records from 1 source",
            "no window: everything, 2026-03-01 10:00:00 to 10:19:59 UTC",
            "type a question, or help",
            "bye",
        ]
    );
}

#[test]
fn the_end_of_input_ends_it() {
    assert!(talk("").ends_with("type a question, or help\n"));
}

#[test]
fn what_broke_is_a_numbered_list_and_a_row_opens_with_its_fields_and_neighbours() {
    let heard = talk("broke\nopen 1\n");
    let row = heard.lines().find(|line| line.starts_with("1. ")).unwrap();
    assert!(row.starts_with("1. worse: ") && row.contains(" -> "), "{heard}");
    assert!(heard.lines().any(|line| line.contains("gas pressure lost")), "{heard}");
    let opened =
        heard.lines().skip_while(|line| !line.contains(", kiln.log") && !line.contains("kiln.log line"));
    let opened: Vec<&str> = opened.collect();
    assert!(opened.iter().any(|line| line.starts_with("message: ")), "{heard}");
    assert!(opened.iter().any(|line| line.starts_with("field req: ")), "{heard}");
    assert_eq!(opened.iter().filter(|line| line.starts_with("after: ")).count(), 3, "{heard}");
}

#[test]
fn conditions_narrow_the_records_and_are_taken_back() {
    let heard = talk("keep gas pressure\nexclude \"firing 151\"\nclear\nrecords\n");
    let counts: Vec<&str> = heard.lines().filter(|line| line.ends_with(" records")).collect();
    assert_eq!(counts, ["150 records", "149 records", "1,200 records"], "{heard}");
    assert!(heard.contains("only records with: gas pressure; without \"firing 151\""));
}

#[test]
fn a_list_goes_on_with_more() {
    let heard = talk("keep gas pressure\nmore\n");
    assert!(heard.contains("\n130 more rows: type more\n21. 2026-03-01 10:"), "{heard}");
}

#[test]
fn a_window_bounds_what_follows_and_nonsense_says_what_is_accepted() {
    let heard = talk("window 5m\nrecords\nwindow soon\nwindow 10:01 10:02\nrecords\nwindow all\n");
    let counts: Vec<&str> = heard.lines().filter(|line| line.ends_with(" records")).collect();
    assert_eq!(counts, ["300 records", "60 records"], "{heard}");
    assert!(heard.contains("expected a duration like 15m or a time like"), "{heard}");
    assert!(heard.contains("window 2026-03-01 10:01:00 to 10:02:00 UTC"), "{heard}");
    assert!(heard.trim_end().ends_with("no window: everything, 2026-03-01 10:00:00 to 10:19:59 UTC"));
}

#[test]
fn pins_and_notes_are_listed_together() {
    let heard =
        talk("note too early\nkeep gas pressure\npin 2\nnote the first \u{1b}[2J loss\npin\nopen 1\n");
    assert!(heard.contains("open or pin a row first"), "{heard}");
    let pinned = heard.lines().find(|line| line.contains("; note: the first ^[[2J loss")).unwrap();
    assert!(pinned.starts_with("1. 2026-03-01 10:10:05Z error kiln: "), "{heard}");
    assert!(heard.contains("message: kiln gas pressure lost in firing 151"), "{heard}");
}

#[test]
fn a_question_is_answered_and_its_lines_open_by_their_numbers() {
    let heard = talk("how many records mention gas pressure\nopen 1\n");
    let answer: Vec<&str> = heard.lines().skip(3).collect();
    assert!(answer[0].contains("150"), "{heard}");
    assert!(heard.contains(" behind the answer:\n1. "), "{heard}");
    assert!(!heard.contains("there is no row"), "{heard}");
}

#[test]
fn a_row_that_is_not_there_is_said() {
    let heard = talk("open 3\nkeep gas pressure\nopen 900\n");
    assert!(heard.contains("there is no row 3: there is no list yet"), "{heard}");
    assert!(heard.contains("there is no row 900: the last list has rows 1 to 150"), "{heard}");
}

#[test]
fn a_condition_that_cannot_be_read_says_why_and_is_not_kept() {
    let heard = talk("keep /gas(/\nrecords\n");
    assert!(heard.contains("1,200 records"), "{heard}");
    assert!(!heard.contains("only records with"), "{heard}");
}

#[test]
fn a_line_without_end_is_dropped_and_the_next_is_obeyed() {
    let typed = format!("{}\nhelp\n", "x".repeat(200_000));
    let heard = talk(&typed);
    assert!(heard.contains("that line is longer than 65536 bytes"), "{heard}");
    assert!(heard.contains("commands, one on a line"), "{heard}");
}

#[test]
fn ctrl_c_stops_the_running_question_and_the_session_goes_on() {
    let mut ear = Ear { stop_at: Some(("writing", Arc::default())), ..Ear::default() };
    let heard = talk_with(Arc::new(Stalled), b"what broke?\nhelp\n", &mut ear);
    assert!(heard.contains("writing\nThe gas ran out.\n"), "{heard}");
    assert!(heard.contains("note: the answer is incomplete: stopped by you\n"), "{heard}");
    assert_eq!(heard.lines().filter(|line| *line == "writing").count(), 1, "{heard}");
    assert!(heard.contains("commands, one on a line"), "{heard}");
}

#[test]
fn a_session_is_saved_as_a_case_with_what_broke_in_front() {
    let state = tempfile::tempdir().unwrap();
    let mut ear = Ear { state_dir: Some(state.path().to_owned()), ..Ear::default() };
    let typed =
        b"window 15m\nhow many records mention gas pressure\npin 1\nnote valve 7 again\nwindow all\nquit\n";
    let heard = talk_with(Arc::new(Analyst), typed, &mut ear);
    let store = crate::case::Store::new(state.path().join("cases"));
    let listing = store.list().unwrap();
    let [summary] = listing.cases.as_slice() else { panic!("{listing:?}") };
    let saved = crate::case::load(&summary.path).unwrap();
    let kinds: Vec<&str> = saved.entries.iter().map(|entry| entry.what.kind()).collect();
    assert_eq!(kinds, ["opened", "broke", "asked", "answered", "pinned", "noted", "window", "closed"]);
    let id = summary.id.to_string();
    assert!(heard.ends_with(&format!("case {id} is saved: watchfire report {id} writes it up\n")), "{heard}");
}

#[test]
fn looking_around_leaves_no_case() {
    let state = tempfile::tempdir().unwrap();
    let mut ear = Ear { state_dir: Some(state.path().to_owned()), ..Ear::default() };
    talk_with(Arc::new(Analyst), b"broke\npatterns\nkeep gas\nwindow 5m\nquit\n", &mut ear);
    assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 0);
}

#[test]
fn without_a_place_for_cases_it_is_said_and_the_session_goes_on() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut ear = Ear { state_dir: Some(file.path().to_owned()), ..Ear::default() };
    let heard = talk_with(Arc::new(Analyst), b"how many records mention gas pressure\nhelp\n", &mut ear);
    assert!(heard.contains("the case was not saved: "), "{heard}");
    assert!(heard.contains("commands, one on a line"), "{heard}");
}
