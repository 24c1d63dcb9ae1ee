//! The first draft of an incident report, as values: what is known from the case and nothing else.
//!
//! Lines are numbered anew over the whole case; answers are renumbered to fit. Everything said here was stored with
//! the case, so a report needs no logs. No sentence of it is generated: it arranges what was asked, computed, cited,
//! pinned and noted.

use super::appendix::{Appendix, Line, one_line, visible, visible_again};
use super::entry::{Answered, Broke, SavedChange};
use super::load::{Case, Turn};
use super::prose::renumber;
use super::timeline::{Moment, Remark, merge};
use crate::change::{Confidence, Kind, Rate, Section, Unit};
use crate::domain::{TimeWindow, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

/// Longest title, in characters.
const MAX_TITLE: usize = 110;
/// Rows of a comparison that become events of the timeline.
const MAX_CHANGES: usize = 20;

/// A report before it is written out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draft {
    /// Name and version of this document.
    pub schema: &'static str,
    /// Name of the case.
    pub case: String,
    /// What it is about: the first line of the first answer that holds, else the question.
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
    /// Who was hit; `None`: no comparison was made.
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
    let Gathered { appendix, findings, impact } = gather(case, &turns);
    let (broke, window) = (case.broke(), window_of(case, &turns));
    let changes = telling(impact.as_deref().unwrap_or_default());
    let remarks =
        case.notes().map(|(at, note)| Remark { at, note, line: appendix.number(note.record.as_ref()) });
    let (timeline, outside) = merge(&appendix.lines, &changes, remarks.collect(), window);
    let header = case.header.as_ref();
    let impact: Option<Vec<Impact>> = impact.map(|rows| rows.into_iter().map(|(impact, _)| impact).collect());
    Draft {
        schema: "watchfire.report/1",
        case: one_line(case.id.as_str()),
        title: title(&turns),
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
struct Gathered<'a> {
    appendix: Appendix,
    findings: Vec<Finding>,
    impact: Option<Vec<(Impact, &'a SavedChange)>>,
}

fn gather<'a>(case: &'a Case, turns: &[Turn<'_>]) -> Gathered<'a> {
    let mut appendix = Appendix::default();
    let findings = turns.iter().filter_map(|turn| finding(turn, &mut appendix)).collect();
    let mut impact = |row: &'a SavedChange| (impact_of(row, &mut appendix), row);
    let impact = case.broke().map(|broke| impact_rows(broke).map(&mut impact).collect());
    for pin in case.pins() {
        appendix.pin(&pin.record);
    }
    Gathered { appendix, findings, impact }
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

/// Rows that become events of the timeline: tested ones, and what was seen first shortly before.
fn telling<'a>(rows: &[(Impact, &'a SavedChange)]) -> Vec<(usize, &'a SavedChange)> {
    let tested =
        rows.iter().filter(|(_, row)| row.confidence != Confidence::Weak || row.change == Kind::First);
    tested.filter_map(|(impact, row)| Some((impact.line?, *row))).take(MAX_CHANGES).collect()
}

/// Trouble first; what got better is no impact.
fn impact_rows(broke: &Broke) -> impl Iterator<Item = &SavedChange> {
    [Section::Worse, Section::Slower, Section::Path].into_iter().flat_map(|section| broke.section(section))
}

fn impact_of(row: &SavedChange, appendix: &mut Appendix) -> Impact {
    let value = row.field.as_ref().zip(row.value.as_ref()).map(|(field, value)| format!("{field} = {value}"));
    let parts = [value, row.template.clone(), row.after.as_ref().map(|step| format!("after {step}"))];
    let what: Vec<String> = parts.into_iter().flatten().collect();
    Impact {
        section: row.section,
        kind: row.change,
        service: one_line(&row.service),
        what: one_line(&what.join("; ")),
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

/// The first line of the first answer that holds, without marks; else the first question.
fn title(turns: &[Turn<'_>]) -> String {
    let held = turns.iter().filter_map(|turn| turn.answered).filter(|answer| answer.found && answer.complete);
    let first_line = |text: &str| text.lines().map(plain).find(|line| !line.is_empty());
    let first =
        |answer: &Answered| first_line(&visible_again(&answer.answer)).filter(|line| !line.contains("~~"));
    let question = || turns.iter().find_map(Turn::question).and_then(|text| first_line(&visible(text)));
    let title = held.filter_map(first).next().or_else(question).unwrap_or_default();
    let short: String = title.chars().take(MAX_TITLE).collect();
    if short.len() < title.len() { format!("{}…", short.trim_end()) } else { short }
}

/// A line of Markdown without headings, emphasis and citations.
fn plain(line: &str) -> String {
    let text = line.trim().trim_start_matches('#').replace("**", "").replace('`', "");
    let mut out = String::with_capacity(text.len());
    for (index, piece) in text.split('[').enumerate() {
        let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        match piece[digits..].strip_prefix(']') {
            Some(behind) if index > 0 && digits > 0 => {
                out.truncate(out.trim_end().len());
                out.push_str(behind);
            }
            _ if index > 0 => {
                out.push('[');
                out.push_str(piece);
            }
            _ => out.push_str(piece),
        }
    }
    out.trim().to_owned()
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

fn open_question(turn: &Turn<'_>) -> Option<String> {
    let question = one_line(turn.question().unwrap_or("(the question could not be read)"));
    let why = match (turn.answered, turn.stopped) {
        (Some(answer), _) if !answer.found => "not in these logs".to_owned(),
        (Some(answer), _) if !answer.complete => "the answer is incomplete".to_owned(),
        (Some(_), _) => return None,
        (None, Some(stopped)) if stopped.reason.is_empty() => "stopped".to_owned(),
        (None, Some(stopped)) => one_line(&stopped.reason),
        (None, None) => "no answer was saved".to_owned(),
    };
    Some(format!("{question} ({why})"))
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
