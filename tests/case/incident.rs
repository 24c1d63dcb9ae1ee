//! An invented incident: a greenhouse whose valves stop answering after a controller was updated.

use crate::at;
use std::collections::BTreeMap;
use watchfire::case::{AnswerParts, Answered, Asked, Broke, Entry, Noted, Opened, Pinned, Stopped, What};
use watchfire::change::{Change, Confidence, Kind, Material, Rate, Report, Section, Unit, incident};
use watchfire::domain::{
    Answer, Citation, Hit, Level, Pattern, PatternId, Record, RecordId, Score, TimeWindow, Usage,
};
use watchfire::evidence::{Comparison, Evidence, EvidenceRow, RowKind};

pub(crate) fn window() -> TimeWindow {
    TimeWindow::new(at(0), at(1_800)).unwrap()
}

pub(crate) fn record(source: &str, line: u64, seconds: i64, level: Level, message: &str) -> Record {
    Record {
        id: RecordId(format!("{source}:{line}")),
        ts: Some(at(seconds)),
        level: Some(level),
        service: Some(source.trim_end_matches(".log").to_owned()),
        message: message.to_owned(),
        raw: message.as_bytes().to_vec(),
        source: source.to_owned(),
        line,
        pattern: PatternId::of_template(message),
        fields: Vec::new(),
    }
}

fn updated() -> Record {
    record("controller.log", 12, 600, Level::Info, "controller updated to 4.2, valve.wait 30s -> 1s")
}

fn timeout() -> Record {
    record("valve.log", 881, 641, Level::Error, "valve 17 did not answer within 1s | retrying `open`")
}

fn trace() -> Record {
    let text = "irrigation plan aborted\nWaterError: row 3 is dry\n    at Plan.run (plan.ts:88)\n    at main";
    record("pump.log", 402, 655, Level::Error, text)
}

fn row(n: usize, kind: RowKind, record: &Record, text: &str) -> EvidenceRow {
    EvidenceRow {
        n,
        kind,
        text: text.to_owned(),
        quote: 0..text.len(),
        records: vec![record.id.clone(), RecordId("valve.log:890".to_owned())],
        at: record.ts,
        service: record.service.clone(),
        level: record.level,
        about: None,
    }
}

fn evidence() -> Evidence {
    Evidence {
        rows: vec![
            row(
                1,
                RowKind::Pattern,
                &timeout(),
                "valve: 412 of 500 since 14:12:41, did not answer within <dur>",
            ),
            row(2, RowKind::Record, &updated(), "controller updated to 4.2, valve.wait 30s -> 1s"),
            row(3, RowKind::Record, &trace(), "never cited"),
        ],
        left_out: vec!["2 lines address the model; kept out of evidence".to_owned()],
        masked: 1,
        tokens: 60,
    }
}

fn citation(n: usize, quote: &str, verified: bool) -> Citation {
    Citation { n, quote: quote.to_owned(), verified }
}

const ANSWER: &str = "\
## Valves fail since their wait was cut to 1 s [2]

- 412 of 500 calls of **valve** got no answer [1], `<dur>` is 1 s
- ~~The pump is broken [9].~~ (unverified)

<b>Next</b>: set `valve.wait` back, see [the page](http://example.org/x).
";

fn answered() -> Answered {
    let citations =
        vec![citation(2, "30s -> 1s", true), citation(1, "412 of 500", true), citation(9, "broken", false)];
    let hits: Vec<Hit> = [timeout(), trace()]
        .into_iter()
        .enumerate()
        .map(|(index, record)| Hit { n: index + 1, record, score: Score::default() })
        .collect();
    Answered::of(&AnswerParts {
        turn: 1,
        question: "what broke?",
        window: Some(window()),
        model: "a model",
        answer: &Answer { text: ANSWER.to_owned(), citations, complete: true },
        found: true,
        evidence: &evidence(),
        hits: &hits,
        total: (412, true),
        usage: Usage { input_tokens: 2_900, output_tokens: 214, ..Usage::default() },
        cost_micro_usd: 13_200,
        degraded: &["pump.log.3.gz could not be read".to_owned()],
        timings_ms: &[("search", 12.5), ("answer", 4_100.0)],
    })
}

fn declined() -> Answered {
    Answered::of(&AnswerParts {
        turn: 2,
        question: "how warm was it?",
        window: Some(window()),
        model: "analyst",
        answer: &Answer { text: "Not in these logs.".to_owned(), citations: Vec::new(), complete: true },
        found: false,
        evidence: &Evidence::default(),
        hits: &[],
        total: (0, false),
        usage: Usage::default(),
        cost_micro_usd: 0,
        degraded: &[],
        timings_ms: &[],
    })
}

fn change(kind: Kind, service: &str, template: &str, counts: [f64; 4], example: u32) -> Change {
    let [base, base_of, now, now_of] = counts;
    Change {
        section: if kind == Kind::Fewer { Section::Recovered } else { Section::Worse },
        kind,
        service: service.to_owned(),
        pattern: Some(PatternId::of_template(template)),
        template: Some(template.to_owned()),
        after: None,
        now: Rate { n: now, of: now_of },
        base: Rate { n: base, of: base_of },
        unit: Unit::Requests,
        span: TimeWindow::new(at(641), at(1_800)).unwrap(),
        score: 9.0,
        q: 0.0001,
        confidence: Confidence::Strong,
        examples: vec![example],
        before: Vec::new(),
        slow_over_ns: None,
        field: None,
        value: None,
        folded: Vec::new(),
    }
}

fn pattern(template: &str, count: u64, first: i64, last: i64) -> Pattern {
    Pattern {
        id: PatternId::of_template(template),
        template: template.to_owned(),
        count,
        first: Some(at(first)),
        last: Some(at(last)),
        levels: vec![(Level::Error, count)],
        services: vec![("valve".to_owned(), count)],
        examples: vec![record("valve.log", 3, first, Level::Error, &template.replace("<n>", "4"))],
    }
}

pub(crate) fn broke() -> Broke {
    broke_with(0)
}

/// The same with further rows of another service in front.
pub(crate) fn broke_with(further: usize) -> Broke {
    let noise =
        (0..further).map(|n| change(Kind::New, "pump", &format!("noise {n}"), [0., 480., 2., 500.], 0));
    let own = vec![
        change(
            Kind::New,
            "valve",
            "valve <n> did not answer within <dur> | retrying",
            [0., 480., 412., 500.],
            0,
        ),
        change(Kind::First, "controller", "controller updated to <ver>", [0., 1., 1., 1.], 1),
        change(Kind::Fewer, "pump", "tank full", [9., 10., 1., 10.], 2),
    ];
    let changes = noise.chain(own).collect();
    let report = Report {
        window: TimeWindow::new(at(630), at(1_800)).unwrap(),
        baseline: TimeWindow::new(at(0), at(630)).unwrap(),
        changes,
        services: vec!["controller".to_owned(), "valve".to_owned()],
        found: true,
        tested: 40,
        skipped: 2,
        units: (500, 480),
        notes: Vec::new(),
    };
    let records = BTreeMap::from([(0, timeout()), (1, updated())]);
    let now = [pattern("valve <n> did not answer within <dur> | retrying", 412, 641, 1_790)];
    let base = [pattern("tank <n> almost empty", 31, 2, 540)];
    let material = Material { report: &report, records: &records, now: &now, base: &base };
    let incident = incident(&material);
    let comparison = Comparison { report, incident };
    Broke::of(&comparison, &records, &["2 contexts could not be compared".to_owned()])
}

/// The whole investigation, as it would be recorded.
pub(crate) fn entries() -> Vec<Entry> {
    let sources = ["controller.log".to_owned(), "pump.log".to_owned(), "valve.log".to_owned()];
    let asked = |turn, text: &str| What::Asked(Asked { turn, text: text.to_owned(), window: Some(window()) });
    let stopped = Stopped {
        turn: 3,
        text: "The pump".to_owned(),
        reason: "stopped by you".to_owned(),
        usage: Usage { input_tokens: 100, output_tokens: 2, ..Usage::default() },
        cost_micro_usd: 300,
    };
    let whats = [
        What::Opened(Opened::of(&sources, Some(window()), 50_412)),
        What::Broke(broke()),
        asked(1, "what broke?"),
        What::Answered(Box::new(answered())),
        What::Pinned(Pinned::of(&trace())),
        What::Noted(Noted::on_record(&timeout(), "row 17 first, then all of them")),
        asked(2, "how warm was it?"),
        What::Answered(Box::new(declined())),
        What::Window { window: Some(TimeWindow::new(at(600), at(700)).unwrap()) },
        asked(3, "and the pump?"),
        What::Stopped(stopped),
        What::Noted(Noted::on_case("set valve.wait back to 30s; password=drip-drop-1")),
        What::Pinned(Pinned::of(&updated())),
        What::Unpinned { record: RecordId("controller.log:12".to_owned()) },
        What::Closed,
    ];
    whats.into_iter().zip(0i64..).map(|(what, n)| Entry::new(at(7_200 + 60 * n), what)).collect()
}
