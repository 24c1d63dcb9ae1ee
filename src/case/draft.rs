//! The first draft of an incident report, as values: what is known from the case and nothing else.
//!
//! Lines are numbered anew over the whole case; answers are renumbered to fit. Everything said here was stored with
//! the case, so a report needs no logs. No sentence of it is generated: it arranges what was asked, computed, cited,
//! pinned and noted.

use super::appendix::{Appendix, Line, one_line, visible, visible_again};
use super::entry::{Broke, SavedChange};
use super::load::{Case, Turn};
use super::prose::renumber;
use super::suspects::{Sign, Story, story};
use super::timeline::{Moment, Origin, Remark, merge};
use super::title::title;
use crate::change::{Confidence, Kind, Rate, Section, Unit};
use crate::domain::{TimeWindow, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows of a comparison that become events of the timeline, beside those the story stands on.
const MAX_CHANGES: usize = 20;
/// Rows of the table of the impact.
const MAX_IMPACT: usize = 10;

/// A report before it is written out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draft {
    /// Name and version of this document.
    pub schema: &'static str,
    /// Name of the case.
    pub case: String,
    /// What it is about: one line of Markdown.
    pub title: String,
    /// `closed`, `being written`, `unfinished`.
    pub status: &'static str,
    /// When the case began.
    pub created: Option<Timestamp>,
    /// When its last entry was written.
    pub last: Option<Timestamp>,
    /// Program that wrote it.
    pub program: String,
    /// Names of the sources.
    pub sources: Vec<String>,
    /// Records in the sources.
    pub records: Option<u64>,
    /// Label of the zone times were shown in.
    pub zone: String,
    /// The window the case is about.
    pub window: Option<TimeWindow>,
    /// What that was compared with.
    pub baseline: Option<TimeWindow>,
    /// Cause candidates and what it was not; `None`: nothing was compared, or an earlier program did it.
    pub story: Option<Story>,
    /// Who was hit, the most telling rows; `None`: no comparison was made.
    pub impact: Option<Vec<Impact>>,
    /// Rows of the comparison that are not in `impact`.
    pub impact_more: usize,
    /// Services, likeliest origin first.
    pub services: Vec<String>,
    /// Events by time.
    pub timeline: Vec<Moment>,
    /// What was asked and answered.
    pub findings: Vec<Finding>,
    /// The lines everything rests on.
    pub evidence: Vec<Line>,
    /// Notes that belong to no time of the incident, with when they were written.
    pub notes: Vec<(Timestamp, String)>,
    /// Questions without an answer, each with why.
    pub open: Vec<String>,
    /// What was not covered, as sentences.
    pub not_covered: Vec<String>,
    /// What it cost.
    pub spent: Spent,
    /// Places where a secret value was masked.
    pub masked: usize,
    /// Lines of the case that could not be read.
    pub damage: Vec<String>,
}

/// A difference that hit somebody: two rates with their counts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Impact {
    /// Where the row belongs.
    pub section: Section,
    /// What happened.
    pub kind: Kind,
    /// The service.
    pub service: String,
    /// The pattern, the value, or nothing.
    pub what: String,
    /// Rate before.
    pub base: Rate,
    /// Rate in the window.
    pub now: Rate,
    /// What both count.
    pub unit: Unit,
    /// The part of the window it is about.
    pub span: TimeWindow,
    /// How sure it is.
    pub confidence: Confidence,
    /// The line of the appendix that shows it.
    pub line: Option<usize>,
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Number of the turn.
    pub turn: u32,
    /// The question as typed.
    pub question: String,
    /// When it was asked.
    pub asked: Timestamp,
    /// The window of the answer.
    pub window: Option<TimeWindow>,
    /// Who answered.
    pub model: String,
    /// Markdown; `[n]` is a line of the appendix.
    pub answer: String,
    /// Whether the answerer said it was done.
    pub complete: bool,
    /// Citations that hold.
    pub verified: usize,
    /// Citations that do not, and are struck.
    pub struck: usize,
}

/// What a case cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Spent {
    /// Questions asked.
    pub questions: usize,
    /// Who answered.
    pub models: Vec<String>,
    /// Tokens read, prompt caches included.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// US dollars.
    pub cost_usd: f64,
}

/// Drafts the report of a case.
#[must_use]
pub fn draft(case: &Case) -> Draft {
    let turns = case.turns();
    let (broke, window) = (case.broke(), window_of(case, &turns));
    let Gathered { appendix, findings, story, impact, events } = gather(case, &turns);
    let remarks =
        case.notes().map(|(at, note)| Remark { at, note, line: appendix.number(note.record.as_ref()) });
    let cleared = story.iter().flat_map(|story| &story.ruled_out).filter_map(|out| out.line).collect();
    let (timeline, outside) = merge(&appendix.lines, &cleared, events, remarks.collect(), window);
    let header = case.header.as_ref();
    Draft {
        schema: "watchfire.report/1",
        case: one_line(case.id.as_str()),
        title: title(&turns, story.as_ref()),
        status: status(case),
        created: header.map(|header| header.created),
        last: case.entries.last().map(|entry| entry.at),
        program: header.map(|header| one_line(&header.program)).unwrap_or_default(),
        sources: case.sources().iter().map(|name| one_line(name)).collect(),
        records: case.records(),
        zone: case.zone().label().to_owned(),
        window,
        baseline: broke.map(|broke| broke.baseline),
        impact_more: broke.map_or(0, |broke| broke.total.saturating_sub(impact.iter().flatten().count())),
        impact,
        story,
        services: broke
            .map(|broke| broke.services.iter().map(|name| one_line(name)).collect())
            .unwrap_or_default(),
        timeline,
        findings,
        evidence: appendix.lines,
        notes: outside.into_iter().map(|remark| (remark.at, visible(&remark.note.text))).collect(),
        open: turns.iter().filter_map(open_question).collect(),
        not_covered: not_covered(&turns, broke),
        spent: spent(case, &turns),
        masked: case.masked(),
        damage: case.damage(),
    }
}

/// What refers to lines of the appendix, gathered in the order lines are numbered.
struct Gathered {
    appendix: Appendix,
    findings: Vec<Finding>,
    story: Option<Story>,
    impact: Option<Vec<Impact>>,
    events: Vec<Moment>,
}

fn gather(case: &Case, turns: &[Turn<'_>]) -> Gathered {
    let mut appendix = Appendix::default();
    let findings = turns.iter().filter_map(|turn| finding(turn, &mut appendix)).collect();
    let story = case.broke().and_then(|broke| story(broke, &mut appendix));
    let impact = case.broke().map(|broke| impact(broke, &mut appendix));
    let events = case.broke().map(|broke| events(broke, story.as_ref(), &mut appendix)).unwrap_or_default();
    for pin in case.pins() {
        appendix.pin(&pin.record);
    }
    Gathered { appendix, findings, story, impact, events }
}

fn finding(turn: &Turn<'_>, appendix: &mut Appendix) -> Option<Finding> {
    let answered = turn.answered?;
    let good = answered.citations.iter().filter(|citation| citation.verified);
    let mut numbers = BTreeMap::new();
    for citation in good.clone() {
        if let Some(row) = answered.evidence.iter().find(|row| row.n == citation.n) {
            numbers.entry(row.n).or_insert_with(|| appendix.cite(row));
        }
    }
    Some(Finding {
        turn: turn.number,
        question: visible(turn.question().unwrap_or_default()),
        asked: turn.at,
        window: answered.window,
        model: one_line(&answered.model),
        answer: renumber(&visible_again(&answered.answer), &numbers),
        complete: answered.complete,
        verified: good.count(),
        struck: answered.citations.iter().filter(|citation| !citation.verified).count(),
    })
}

/// What the comparison adds to the timeline: what the story stands on, tested rows, what was seen first shortly before.
fn events(broke: &Broke, story: Option<&Story>, appendix: &mut Appendix) -> Vec<Moment> {
    let told = |row: &&SavedChange| row.confidence != Confidence::Weak || row.change == Kind::First;
    let (first, tested): (Vec<_>, Vec<_>) =
        trouble(broke).filter(told).partition(|row| row.change == Kind::First);
    let rows = tested.into_iter().take(MAX_CHANGES).chain(first);
    let mut events: Vec<Moment> = rows.map(|row| event(row, appendix)).collect();
    let of = |sign: &Sign, origin: Origin, change: Option<Kind>| Moment {
        at: sign.at,
        origin,
        service: Some(sign.service.clone()).filter(|name| !name.is_empty()),
        level: sign.line.and_then(|n| appendix.lines.get(n - 1)?.level),
        text: sign.text.clone(),
        change,
        line: sign.line,
    };
    let triggers = story.iter().flat_map(|story| &story.candidates).filter_map(|c| c.trigger.as_ref());
    events.extend(triggers.map(|sign| of(sign, Origin::Cause, Some(Kind::First))));
    let sign = story.and_then(|story| story.first_sign.as_ref());
    events.extend(sign.map(|sign| of(sign, Origin::Sign, None)));
    events
}

/// A row at the time of the record that shows it; where something is missing, no record says what.
fn event(row: &SavedChange, appendix: &mut Appendix) -> Moment {
    let line = row.example.as_ref().map(|hit| appendix.record(hit));
    let words = row.example.as_ref().and_then(|hit| hit.message.lines().next());
    let missing = matches!(row.change, Kind::Lost | Kind::Fewer | Kind::Switched);
    Moment {
        at: row.example.as_ref().and_then(|hit| hit.ts).unwrap_or_else(|| row.span.start()),
        origin: Origin::Change,
        service: Some(one_line(&row.service)).filter(|name| !name.is_empty()),
        level: row.example.as_ref().and_then(|hit| hit.level).filter(|_| !missing),
        text: words.filter(|_| !missing).map_or_else(|| what_of(row), one_line),
        change: Some(row.change),
        line,
    }
}

/// Rows of trouble, in the order of their sections; what got better is none.
fn trouble(broke: &Broke) -> impl Iterator<Item = &SavedChange> {
    [Section::Worse, Section::Slower, Section::Path].into_iter().flat_map(|section| broke.section(section))
}

/// The most telling rows; weak ones only when there is nothing better. A rare record before it hit nobody.
fn impact(broke: &Broke, appendix: &mut Appendix) -> Vec<Impact> {
    let hit = |row: &&SavedChange| {
        row.change != Kind::First && (!broke.found || row.confidence != Confidence::Weak)
    };
    trouble(broke).filter(hit).take(MAX_IMPACT).map(|row| impact_of(row, appendix)).collect()
}

/// What changed: the value, the pattern, the step before it.
fn what_of(row: &SavedChange) -> String {
    let value = row.field.as_ref().zip(row.value.as_ref()).map(|(field, value)| format!("{field} = {value}"));
    let parts = [value, row.template.clone(), row.after.as_ref().map(|step| format!("after {step}"))];
    let what: Vec<String> = parts.into_iter().flatten().collect();
    one_line(&what.join("; "))
}

pub(super) fn impact_of(row: &SavedChange, appendix: &mut Appendix) -> Impact {
    Impact {
        section: row.section,
        kind: row.change,
        service: one_line(&row.service),
        what: what_of(row),
        base: row.base,
        now: row.now,
        unit: row.unit,
        span: row.span,
        confidence: row.confidence,
        line: row.example.as_ref().map(|hit| appendix.record(hit)),
    }
}

/// The compared window, else that of the last answer, else that in force.
fn window_of(case: &Case, turns: &[Turn<'_>]) -> Option<TimeWindow> {
    let compared = case.broke().map(|broke| broke.window);
    let answered = turns.iter().rev().find_map(|turn| turn.answered?.window);
    compared.or(answered).or_else(|| case.window())
}

const fn status_of(closed: bool, live: bool) -> &'static str {
    match (closed, live) {
        (true, _) => "closed",
        (false, true) => "being written",
        (false, false) => "unfinished",
    }
}

fn status(case: &Case) -> &'static str {
    status_of(case.closed(), case.live)
}

/// Why a question has no answer.
pub(super) struct Unanswered {
    why: String,
    /// Whether it may have one yet; what these logs do not hold they never will.
    pub(super) may_change: bool,
}

/// Why a turn has no answer; `None`: it has one.
pub(super) fn status_of_answer(turn: &Turn<'_>) -> Option<Unanswered> {
    let open = |why: &str| Some(Unanswered { why: why.to_owned(), may_change: true });
    match (turn.answered, turn.stopped) {
        (Some(answer), _) if !answer.found => {
            Some(Unanswered { why: "not in these logs".to_owned(), may_change: false })
        }
        (Some(answer), _) if !answer.complete => open("the answer is incomplete"),
        (Some(_), _) => None,
        (None, Some(stopped)) if stopped.reason.is_empty() => open("stopped"),
        (None, Some(stopped)) => open(&one_line(&stopped.reason)),
        (None, None) => open("no answer was saved"),
    }
}

fn open_question(turn: &Turn<'_>) -> Option<String> {
    let question = one_line(turn.question().unwrap_or("(the question could not be read)"));
    Some(format!("{question} ({})", status_of_answer(turn)?.why))
}

/// Every sentence once, in the order said.
fn not_covered(turns: &[Turn<'_>], broke: Option<&Broke>) -> Vec<String> {
    let answers = turns.iter().filter_map(|turn| turn.answered);
    let said = answers.flat_map(|answer| answer.degraded.iter().chain(&answer.left_out));
    let mut sentences: Vec<String> = Vec::new();
    for sentence in said.chain(broke.iter().flat_map(|broke| &broke.notes)) {
        let sentence = one_line(sentence);
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

#[expect(
    clippy::cast_precision_loss,
    reason = "dollars are shown with six digits; 2^53 of them are not spent"
)]
fn spent(case: &Case, turns: &[Turn<'_>]) -> Spent {
    let mut spent = Spent { questions: turns.len(), ..Spent::default() };
    for turn in turns {
        let answered = turn.answered.map(|answer| answer.usage);
        let stopped = turn.stopped.map(|stopped| stopped.usage);
        for usage in answered.into_iter().chain(stopped) {
            let read = [usage.input_tokens, usage.cache_read_tokens, usage.cache_write_tokens];
            spent.input_tokens = read.into_iter().fold(spent.input_tokens, u64::saturating_add);
            spent.output_tokens = spent.output_tokens.saturating_add(usage.output_tokens);
        }
        let model = turn.answered.map(|answer| one_line(&answer.model)).unwrap_or_default();
        if !model.is_empty() && !spent.models.contains(&model) {
            spent.models.push(model);
        }
    }
    spent.cost_usd = case.cost_micro_usd() as f64 / 1e6;
    spent
}
