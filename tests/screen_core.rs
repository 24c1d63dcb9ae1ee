//! The core of the screen under any sequence of keys, texts, sizes and replies.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot build its input has to stop"
)]

use proptest::prelude::*;
use std::time::Duration;
use watchfire::app::{Command, Event, Focus, Opened, Opening, RowId, Session, State, ViewKind, update};
use watchfire::change::{
    Change, Confidence, Input, Kind, Material, NoValues, Rate, Section, Side, Unit, compare, incident,
};
use watchfire::config::{Action, Place};
use watchfire::domain::{Level, Pattern, PatternId, Record, RecordId, TimeWindow, Timestamp, Zone};
use watchfire::evidence::Comparison;
use watchfire::failure::Failure;
use watchfire::investigate::{BackendEvent, Broke, Reply, Request, Stage, TurnId};
use watchfire::port::{
    Bucket, Common, Direction, LineFound, LineSearch, Overview, Page, RawLine, RawLines, SearchReply,
    Standing,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_772_373_720_000 + seconds * 1_000)
}

fn record(n: u64) -> Record {
    let message = if n.is_multiple_of(7) {
        format!("job {n} failed\n  at step one\n  at step two")
    } else {
        format!("job {n} \u{1b}]0;title\u{7} done")
    };
    Record {
        id: RecordId(format!("a.log:{n}")),
        ts: Some(at(i64::try_from(n).unwrap())),
        level: Some(if n.is_multiple_of(7) { Level::Error } else { Level::Info }),
        service: Some(format!("svc-{}", n % 3)),
        raw: message.clone().into_bytes(),
        message,
        source: "a.log".into(),
        line: n,
        pattern: PatternId::from_u64(n % 5),
        fields: vec![watchfire::domain::Field { name: "trace_id".into(), value: format!("t{n}") }],
    }
}

fn opened() -> Opened {
    let overview = Overview {
        sources: vec!["a.log".into(), "b.log".into()],
        records: 1_000,
        span: Some((at(0), at(1_000))),
        zone: Zone::utc(),
        degraded: Vec::new(),
    };
    Opened { overview, patterns: 5, took: Duration::from_millis(3), partial: false }
}

/// What a backend could say to a request; `seed` chooses among the possible.
fn answer(request: &Request, seed: u8) -> Reply {
    if seed.is_multiple_of(11) {
        return Reply::Failed(Failure::cancelled());
    }
    let first = u64::from(seed) * 3 + 1;
    match request {
        Request::Page(page) => {
            let count = (page.limit as u64).min(u64::from(seed % 40));
            Reply::Page(Page {
                records: (first..first + count).map(record).collect(),
                is_last: seed.is_multiple_of(2),
            })
        }
        Request::Lines(_, from, count) => {
            let count = (*count as u64).min(u64::from(seed % 90));
            let line =
                |number| RawLine { number, bytes: format!("line {number}").into_bytes(), is_cut: false };
            Reply::Lines(RawLines { lines: (*from..*from + count).map(line).collect(), total: from + count })
        }
        Request::Standing(..) => Reply::Standing(seed.is_multiple_of(2).then(|| Standing {
            template: "job <num> done".into(),
            count: u64::from(seed),
            first: None,
            fields: vec![Common::default(); usize::from(seed % 3)],
        })),
        Request::FindLine(search) => {
            let line = seed.is_multiple_of(3).then_some(search.from + u64::from(seed));
            let rest = (line.is_none() && seed.is_multiple_of(2))
                .then(|| LineSearch { from: search.from + 1_000, ..search.clone() });
            Reply::FoundLine(LineFound { line, rest, total: search.from + 5_000 })
        }
        Request::Count(..) => Reply::Count(u64::from(seed)),
        Request::Histogram(..) => Reply::Histogram(
            (0..i64::from(seed % 50))
                .map(|i| Bucket { start: at(i), end: at(i + 1), total: 3, levels: [0, 0, 0, 2, 0, 0, 1, 0] })
                .collect(),
        ),
        Request::Patterns(_) => Reply::Patterns(
            (0..u64::from(seed % 6))
                .map(|id| Pattern {
                    id: PatternId::from_u64(id),
                    template: format!("job <num> number {id}"),
                    count: 9,
                    first: Some(at(1)),
                    last: Some(at(9)),
                    levels: vec![(Level::Error, 2)],
                    services: vec![("svc".into(), 9)],
                    examples: Vec::new(),
                })
                .collect(),
        ),
        Request::Sparks(..) => {
            Reply::Sparks([(PatternId::from_u64(1), vec![0, 4, u32::from(seed)])].into_iter().collect())
        }
        Request::Context(_, before, after) => {
            let last = first + *before as u64 + *after as u64;
            Reply::Context((first..=last).map(record).collect())
        }
        Request::Search(_) => Reply::Found(Box::new(SearchReply {
            hits: (1..=usize::from(seed % 9))
                .map(|n| watchfire::domain::Hit {
                    n,
                    record: record(n as u64),
                    score: watchfire::domain::Score::default(),
                })
                .collect(),
            total: 9,
            ..SearchReply::default()
        })),
        Request::Ask(_) if seed.is_multiple_of(2) => {
            Reply::Progress(BackendEvent::Text("## a *half* answer [1".into()))
        }
        Request::Ask(_) => Reply::Progress(BackendEvent::Stage(Stage::Answering)),
        Request::Broke(_) => Reply::Failed(Failure::cancelled()),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Act(usize),
    Type(String),
    Size(u16, u16),
    /// Answers a waiting request, chosen by the first number.
    Answer(usize, u8),
    /// A reply for a request that nobody made.
    Stray(u8),
    Open,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0..Action::ALL.len()).prop_map(Step::Act),
        3 => "\\PC{0,30}".prop_map(Step::Type),
        1 => "[a-z:\"/ -]{0,12}".prop_map(Step::Type),
        1 => (0u16..260, 0u16..80).prop_map(|(w, h)| Step::Size(w, h)),
        8 => (any::<usize>(), any::<u8>()).prop_map(|(which, seed)| Step::Answer(which, seed)),
        1 => any::<u8>().prop_map(Step::Stray),
        1 => Just(Step::Open),
    ]
}

fn check(state: &State) {
    let layout = state.layout();
    let (width, height) = state.size;
    for area in
        [layout.header, layout.timeline, layout.list, layout.answer, layout.detail, layout.prompt, layout.bar]
    {
        assert!(
            area.x + area.width <= width && area.y + area.height <= height,
            "{area:?} outside {:?}",
            state.size
        );
    }
    let view = state.view().unwrap();
    assert!(view.list.rows().len() <= 1_200, "a list is bounded");
    if !view.list.is_empty() {
        let index = view.list.index().expect("something is selected where there are rows");
        assert!(view.list.offset() <= index, "the selected row is below the first visible one");
    }
    match state.place() {
        Place::Input => assert!(state.input.is_some()),
        Place::Prompt => assert_eq!(state.focus, Focus::Prompt),
        Place::Answer => assert!(state.current_turn().is_some()),
        Place::Detail => assert!(state.detail.is_some()),
        _ => {}
    }
    assert!(state.turns.iter().filter(|turn| turn.is_running()).count() <= 1, "one question at a time");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_sequence_keeps_the_screen_sound(steps in proptest::collection::vec(step(), 1..120)) {
        let mut state = State::new(Session::default(), (120, 40));
        let mut waiting: Vec<(TurnId, Request)> = Vec::new();
        let mut now = Duration::ZERO;
        for step in steps {
            now += Duration::from_millis(5);
            let event = match step {
                Step::Act(at) => Event::Action(Action::ALL[at]),
                Step::Type(text) => Event::Typed(text),
                Step::Size(width, height) => Event::Resized(width, height),
                Step::Open => Event::Opening(Opening::Opened(Box::new(opened()))),
                Step::Stray(seed) => {
                    let before = format!("{:?}", state.views);
                    let reply = answer(&Request::Count(Default::default(), Default::default()), seed);
                    let _ = update(&mut state, now, Event::Reply(TurnId(u64::MAX - 7), Box::new(reply)));
                    prop_assert_eq!(before, format!("{:?}", state.views), "a reply nobody waits for changed a list");
                    continue;
                }
                Step::Answer(which, seed) => {
                    if waiting.is_empty() {
                        continue;
                    }
                    let (id, request) = waiting.swap_remove(which % waiting.len());
                    Event::Reply(id, Box::new(answer(&request, seed)))
                }
            };
            for command in update(&mut state, now, event) {
                if let Command::Start(id, request) = command {
                    waiting.push((id, request));
                }
            }
            check(&state);
        }
    }
}

/// A screen over opened sources, and what it asks for.
fn ready() -> (State, Vec<Command>) {
    let mut state = State::new(Session::default(), (120, 40));
    let commands = update(&mut state, Duration::ZERO, Event::Opening(Opening::Opened(Box::new(opened()))));
    (state, commands)
}

fn press(state: &mut State, action: Action) -> Vec<Command> {
    update(state, Duration::from_millis(10), Event::Action(action))
}

fn started(commands: &[Command]) -> Vec<(TurnId, &Request)> {
    let start = |command| match command {
        &Command::Start(id, ref request) => Some((id, request)),
        _ => None,
    };
    commands.iter().filter_map(start).collect()
}

#[test]
fn opening_asks_for_the_comparison_and_the_timeline_by_itself() {
    let (_, commands) = ready();
    let asked = started(&commands);
    assert!(asked.iter().any(|(_, request)| matches!(request, Request::Broke(_))));
    assert!(asked.iter().any(|(_, request)| matches!(request, Request::Histogram(..))));
}

#[test]
fn one_escape_stops_the_question_and_keeps_what_came() {
    let (mut state, _) = ready();
    press(&mut state, Action::Prompt);
    let _ = update(&mut state, Duration::ZERO, Event::Typed("what broke?".into()));
    let commands = press(&mut state, Action::Submit);
    let (id, _) = started(&commands)[0];
    let text = Reply::Progress(BackendEvent::Text("The pool ran dry".into()));
    let _ = update(&mut state, Duration::ZERO, Event::Reply(id, Box::new(text)));
    let commands = press(&mut state, Action::Back);
    assert!(commands.iter().any(|command| matches!(command, Command::Cancel(stopped) if *stopped == id)));
    let late = Reply::Progress(BackendEvent::Text(" and more".into()));
    let _ = update(&mut state, Duration::ZERO, Event::Reply(id, Box::new(late)));
    assert_eq!(state.current_turn().unwrap().text(), "The pool ran dry");
    assert!(state.running().is_none());
}

#[test]
fn a_question_asked_while_the_logs_are_read_is_kept() {
    let mut state = State::new(Session::default(), (80, 24));
    press(&mut state, Action::Prompt);
    let _ = update(&mut state, Duration::ZERO, Event::Typed("what broke?".into()));
    let commands = press(&mut state, Action::Submit);
    assert!(started(&commands).is_empty());
    assert_eq!(state.draft, "what broke?");
    assert!(state.notice.unwrap().text.contains("the question is kept"));
}

#[test]
fn a_late_page_does_not_move_what_is_being_read() {
    let (mut state, _) = ready();
    let commands = press(&mut state, Action::Records);
    let asked = started(&commands);
    let (id, _) = asked.iter().find(|(_, request)| matches!(request, Request::Page(_))).unwrap();
    let page = Page { records: (500..560).map(record).collect(), is_last: false };
    let commands = update(&mut state, Duration::ZERO, Event::Reply(*id, Box::new(Reply::Page(page))));
    (0..5).for_each(|_| drop(press(&mut state, Action::Down)));
    let selected = state.view().unwrap().list.current().unwrap().id.clone();
    assert_eq!(selected, RowId::Record(RecordId("a.log:505".into())));
    for (id, request) in started(&commands) {
        if matches!(request, Request::Page(_)) {
            let page = Page { records: (300..500).map(record).collect(), is_last: false };
            let _ = update(&mut state, Duration::ZERO, Event::Reply(id, Box::new(Reply::Page(page))));
        }
    }
    assert_eq!(state.view().unwrap().list.current().unwrap().id, selected);
    assert!(matches!(state.view().unwrap().kind, ViewKind::Records(_)));
}

#[test]
fn an_unbound_letter_says_how_to_ask() {
    let (mut state, _) = ready();
    let _ = update(&mut state, Duration::ZERO, Event::Unbound("Q".into()));
    assert!(state.notice.unwrap().text.contains("i to ask"));
}

#[test]
fn a_paste_of_ten_megabytes_is_cut_to_what_a_question_may_be() {
    let (mut state, _) = ready();
    press(&mut state, Action::Prompt);
    let _ = update(&mut state, Duration::ZERO, Event::Typed("x".repeat(10 << 20)));
    assert_eq!(state.draft.len(), state.session.max_question);
}

/// A comparison of nothing with nothing.
fn no_change() -> Broke {
    let side = |from, to| Side { events: &[], span: TimeWindow::new(at(from), at(to)).unwrap() };
    let input = Input { services: &[], templates: &[], window: side(500, 1_000), baseline: side(0, 500) };
    let report = compare(&input, &mut NoValues);
    let material = Material { report: &report, records: &Default::default(), now: &[], base: &[] };
    let incident = incident(&material);
    Broke { comparison: Comparison { report, incident }, records: Default::default(), degraded: Vec::new() }
}

fn reply(state: &mut State, id: TurnId, reply: Reply) -> Vec<Command> {
    update(state, Duration::from_millis(20), Event::Reply(id, Box::new(reply)))
}

#[test]
fn where_nothing_is_worse_the_patterns_are_shown_and_it_is_said() {
    let (mut state, commands) = ready();
    press(&mut state, Action::Prompt);
    let asked = started(&commands);
    let (broke, _) = asked.iter().find(|(_, request)| matches!(request, Request::Broke(_))).unwrap();
    let commands = reply(&mut state, *broke, Reply::Broke(Box::new(no_change())));
    assert_eq!(state.view().unwrap().kind, ViewKind::Patterns);
    assert!(started(&commands).iter().any(|(_, request)| matches!(request, Request::Patterns(_))));
    assert!(state.notice.as_ref().unwrap().text.contains("nothing is worse"), "{:?}", state.notice);
    assert_eq!(state.focus, Focus::Prompt, "what is typed goes on where it was typed");
}

#[test]
fn a_comparison_that_comes_late_does_not_cover_what_was_opened() {
    let (mut state, commands) = ready();
    let asked = started(&commands);
    let (broke, _) = asked.iter().find(|(_, request)| matches!(request, Request::Broke(_))).unwrap();
    press(&mut state, Action::Records);
    let _ = reply(&mut state, *broke, Reply::Broke(Box::new(no_change())));
    assert!(matches!(state.view().unwrap().kind, ViewKind::Records(_)));
}

/// A raw file of 10,000 lines, its first 200 read.
fn raw() -> State {
    let (mut state, _) = ready();
    press(&mut state, Action::Sources);
    let commands = press(&mut state, Action::Open);
    let (id, _) = started(&commands)[0];
    let _ = reply(&mut state, id, lines_from(1));
    assert!(matches!(state.view().unwrap().kind, ViewKind::Raw(_)));
    state
}

fn lines_from(first: u64) -> Reply {
    let line = |number| RawLine { number, bytes: format!("line {number}").into_bytes(), is_cut: false };
    Reply::Lines(RawLines { lines: (first..first + 200).map(line).collect(), total: 10_000 })
}

fn find(state: &mut State, text: &str) -> (TurnId, LineSearch) {
    press(state, Action::Find);
    let _ = update(state, Duration::ZERO, Event::Typed(text.into()));
    let commands = press(state, Action::Submit);
    let asked = started(&commands);
    let search = asked.iter().find_map(|(id, request)| match request {
        Request::FindLine(search) => Some((*id, search.clone())),
        _ => None,
    });
    search.expect("the file is searched, nothing else is opened")
}

#[test]
fn a_text_is_looked_for_in_the_whole_raw_file_and_found_there() {
    let mut state = raw();
    let (id, search) = find(&mut state, "pool (dry");
    let expected =
        LineSearch { file: "a.log".into(), text: "pool (dry".into(), from: 2, direction: Direction::Forward };
    assert_eq!(search, expected);
    let rest = LineSearch { from: 4_000, ..search };
    let found = LineFound { line: None, rest: Some(rest.clone()), total: 10_000 };
    let commands = reply(&mut state, id, Reply::FoundLine(found));
    assert!(state.notice.as_ref().unwrap().text.contains("line 4,000 of 10,000"), "{:?}", state.notice);
    let asked = started(&commands);
    let [(id, Request::FindLine(next))] = asked[..] else { panic!("{commands:?}") };
    assert_eq!(*next, rest);
    let commands =
        reply(&mut state, id, Reply::FoundLine(LineFound { line: Some(5_000), rest: None, total: 10_000 }));
    let asked = started(&commands);
    let [(id, Request::Lines(_, from, _))] = asked[..] else { panic!("{commands:?}") };
    let _ = reply(&mut state, id, lines_from(*from));
    let view = state.view().unwrap();
    assert!(matches!(view.kind, ViewKind::Raw(_)));
    assert_eq!(view.list.current().unwrap().id, RowId::Line(5_000));
    let commands = press(&mut state, Action::PreviousMatch);
    let asked = started(&commands);
    let [(_, Request::FindLine(back))] = asked[..] else { panic!("{commands:?}") };
    assert_eq!((back.from, back.direction), (5_000, Direction::Backward));
}

#[test]
fn escape_stops_looking_through_a_raw_file() {
    let mut state = raw();
    let (id, _) = find(&mut state, "needle");
    let commands = press(&mut state, Action::Back);
    assert!(matches!(commands[..], [Command::Cancel(stopped)] if stopped == id), "{commands:?}");
    let _ = reply(&mut state, id, Reply::FoundLine(LineFound { line: Some(150), rest: None, total: 10_000 }));
    assert_eq!(state.view().unwrap().list.current().unwrap().id, RowId::Line(1), "a late find moves nothing");
}

#[test]
fn the_p95_of_searches_is_that_of_the_slowest_twentieth() {
    let mut times = watchfire::app::Times::default();
    assert_eq!(times.search_p95(), None);
    times.searches = (1..=100).rev().map(f64::from).collect();
    assert_eq!(times.search_p95(), Some(95.0));
}

#[test]
fn where_only_another_path_is_taken_its_rows_are_open() {
    let (mut state, commands) = ready();
    let asked = started(&commands);
    let (id, _) = asked.iter().find(|(_, request)| matches!(request, Request::Broke(_))).unwrap();
    let mut broke = no_change();
    let span = broke.comparison.report.window;
    broke.comparison.report.changes.push(Change {
        section: Section::Path,
        kind: Kind::Switched,
        service: "gate".into(),
        pattern: Some(PatternId::from_u64(1)),
        template: Some("barrier raised".into()),
        after: None,
        now: Rate { n: 9.0, of: 9.0 },
        base: Rate { n: 0.0, of: 9.0 },
        unit: Unit::Records,
        span,
        score: 1.0,
        q: 0.0,
        confidence: Confidence::Strong,
        examples: Vec::new(),
        before: Vec::new(),
        slow_over_ns: None,
        field: None,
        value: None,
        folded: Vec::new(),
    });
    let _ = reply(&mut state, *id, Reply::Broke(Box::new(broke)));
    let view = state.view().unwrap();
    assert_eq!(view.kind, ViewKind::Broke);
    assert_eq!(view.list.current().unwrap().id, RowId::Change(0), "a row is selected, no heading");
}

#[test]
fn that_nothing_is_worse_covers_no_notice_that_is_still_unread() {
    let (mut state, commands) = ready();
    let unread = watchfire::app::Notice::trouble("left out, the default holds");
    let _ = update(&mut state, Duration::ZERO, Event::Said(unread.clone()));
    let asked = started(&commands);
    let (id, _) = asked.iter().find(|(_, request)| matches!(request, Request::Broke(_))).unwrap();
    let _ = reply(&mut state, *id, Reply::Broke(Box::new(no_change())));
    assert_eq!((state.notice, &state.views.last().unwrap().kind), (Some(unread), &ViewKind::Patterns));
}
