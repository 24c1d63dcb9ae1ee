//! A question to a plan: which patterns, which filters, which slot, what to compute; or why it is declined.

use super::bounds::Bound;
use super::corpus::{Corpus, CorpusError, Place, Row};
use super::exclusion::Exclusion;
use super::finding::Finding;
use super::index::Index;
use super::intent::{Intent, Order};
use super::locate;
use super::nearer::{self, Nearer};
use super::planner::planned;
use super::question::Ask;
use super::resolve::{Term, matches_level};
use super::status::Codes;
use super::target::Target;
use crate::domain::{Level, TimeWindow};

/// Confidence under which a question is declined.
pub const MIN_CONFIDENCE: f64 = 0.6;

/// What a question means over one corpus.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) question: String,
    pub(super) read_as: Vec<(String, String)>,
    pub(super) intent: Intent,
    pub(super) order: Option<Order>,
    pub(super) window: Option<TimeWindow>,
    pub(super) level: Option<Level>,
    pub(super) services: Vec<String>,
    pub(super) filters: Vec<Filter>,
    pub(super) exclusions: Vec<Exclusion>,
    pub(super) bounds: Vec<Bound>,
    pub(super) members: Vec<Member>,
    /// The two sides of a comparison, or the two moments time passed between.
    pub(super) sides: Vec<(String, Plan)>,
    /// Counts the records of each pattern, for "most common message".
    pub(super) by_pattern: bool,
    /// The records report the opposite of what is asked (`did it open` of "refused").
    pub(super) contradicted: bool,
    /// Patterns left out because they tell of the same events in other words.
    pub(super) twins: Vec<usize>,
    /// Counts what the records throw.
    pub(super) exceptions: Option<super::exceptions::Asked>,
    /// The answer, where planning had to compute it.
    pub(super) ready: Option<Box<Finding>>,
    pub(super) limit: Option<usize>,
    pub(super) confidence: f64,
    pub(super) ignored: Vec<String>,
    pub(super) ask: Ask,
}

/// A value the records must hold.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    pub(super) text: String,
    pub(super) token: usize,
    pub(super) hard: bool,
    /// Status codes in the place of the text itself.
    pub(super) codes: Option<Codes>,
    /// Allowed places per pattern, none where the pattern does not hold it; a pattern that is missing passes whole (its
    /// words hold the value).
    pub(super) places: Vec<(usize, Vec<Place>)>,
}

/// A pattern of the plan with the positions it is read at.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) pattern: usize,
    pub(super) target: Option<Target>,
    pub(super) group: Option<Target>,
    /// The position the bounds apply to.
    pub(super) bounded: Option<Target>,
}

/// A plan, or the reason there is none.
#[derive(Clone, Debug)]
pub enum Planned {
    /// What to compute.
    Plan(Box<Plan>),
    /// Why nothing is computed.
    Decline(Decline),
}

/// Why a question is not answered from these records.
#[derive(Clone, Debug, PartialEq)]
pub enum DeclineReason {
    /// Values of the question that no record holds: certain.
    Absent(Vec<String>),
    /// No pattern answers to enough of the words; these are unknown.
    Unmatched(Vec<String>),
    /// Words that the records hold, but not together with the rest of the question.
    Apart(Vec<String>),
    /// A level ("errors") is asked for, and these logs state none.
    NoLevels(String),
    /// Conditions of the question that cannot be applied to the records that answer to the rest of it.
    Unapplied(Vec<String>),
}

/// A declined question.
#[derive(Clone, Debug)]
pub struct Decline {
    /// Why.
    pub reason: DeclineReason,
    /// Records looked at.
    pub records: u64,
    /// Patterns looked at.
    pub patterns: usize,
    /// The window looked at.
    pub window: Option<TimeWindow>,
    /// The closest template, which was not close enough.
    pub closest: Option<String>,
    /// The question without the words these logs do not know, where it means something.
    pub nearer: Option<Box<Nearer>>,
    /// Confidence of the closest template, 0 to 1.
    pub confidence: f64,
}

impl Decline {
    /// One line: what is not in these logs.
    #[must_use]
    pub fn sentence(&self) -> String {
        match &self.reason {
            DeclineReason::Absent(values) => {
                format!("not in these logs: no line holds {}", quoted_list(values))
            }
            DeclineReason::Unmatched(words) if words.is_empty() => "not in these logs".to_owned(),
            DeclineReason::Unmatched(words) => {
                format!("not in these logs: no pattern answers to {}", quoted_list(words))
            }
            DeclineReason::Apart(words) => {
                format!(
                    "not in these logs: no line holds {} with the rest of the question",
                    quoted_list(words)
                )
            }
            DeclineReason::NoLevels(word) => {
                format!("not in these logs: no record states a level, so that \"{word}\" cannot be told")
            }
            DeclineReason::Unapplied(words) => {
                format!("not in these logs: nothing could be done with {}", quoted_list(words))
            }
        }
    }

    /// What was searched.
    #[must_use]
    pub fn searched(&self) -> String {
        let closest =
            self.closest.as_ref().map(|text| format!("; closest pattern: {text}")).unwrap_or_default();
        format!("searched {} records in {} patterns{closest}", self.records, self.patterns)
    }
}

pub(super) fn quoted_list(values: &[String]) -> String {
    values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ")
}

impl Plan {
    /// What is done with the lines; [`Intent::Change`] is for the change engine.
    #[must_use]
    pub const fn intent(&self) -> Intent {
        self.intent
    }

    /// The window a time phrase of the question names; `None`: the corpus' own.
    #[must_use]
    pub const fn window(&self) -> Option<TimeWindow> {
        self.window
    }

    /// How sure the reading is, 0 to 1.
    #[must_use]
    pub const fn confidence(&self) -> f64 {
        self.confidence
    }

    /// Indices of the patterns the question is about; empty for a change question without a subject.
    #[must_use]
    pub fn patterns(&self) -> Vec<usize> {
        self.members.iter().map(|member| member.pattern).collect()
    }

    /// The question as it was read.
    #[must_use]
    pub fn question(&self) -> &str {
        &self.question
    }
}

/// Plans a question over a corpus. Build an [`Index`] once and use [`plan_with`] to ask several questions.
///
/// # Errors
/// When lines cannot be read or the turn was cancelled.
pub fn plan(question: &str, corpus: &dyn Corpus) -> Result<Planned, CorpusError> {
    plan_with(&Index::build(corpus)?, question, corpus)
}

/// Plans a question with an index built from the same corpus.
///
/// # Errors
/// When lines cannot be read or the turn was cancelled.
pub fn plan_with(index: &Index, question: &str, corpus: &dyn Corpus) -> Result<Planned, CorpusError> {
    let mut planned = planned(index, question, corpus)?;
    if let Planned::Decline(decline) = &mut planned {
        decline.nearer = nearer::nearer(index, question, corpus, decline)?;
    }
    Ok(planned)
}

/// Whether a record holds all values at allowed places.
pub(super) fn passes(row: &Row<'_>, filters: &[Filter]) -> bool {
    filters.iter().all(|filter| filter.holds(row).unwrap_or(true))
}

impl Filter {
    /// A filter on a term, without places.
    pub(super) fn of(term: &Term) -> Self {
        let (text, token, hard, codes) = (term.text.clone(), term.token, term.hard, term.codes);
        Self { text, token, hard, codes, places: Vec::new() }
    }

    /// Whether the record holds the value at an allowed place; `None` for a pattern it does not speak about.
    pub(super) fn holds(&self, row: &Row<'_>) -> Option<bool> {
        let (_, allowed) = self.places.iter().find(|(p, _)| *p == row.pattern)?;
        if let Some(codes) = self.codes {
            return Some(codes.passes(row, allowed));
        }
        let found = locate::places(row, self.text.as_bytes());
        Some(found.iter().any(|(place, _)| allowed.contains(place)))
    }

    /// Bytes every record that passes contains, if it is known.
    pub(super) fn needle(&self) -> Option<String> {
        (self.hard && self.codes.is_none()).then(|| self.text.clone())
    }
}

/// Whether a record is inside the window, the level and the services of a plan.
pub(super) fn admits(plan: &Plan, row: &Row<'_>) -> bool {
    let timed = plan.window.is_none_or(|window| row.ts.is_some_and(|ts| window.contains(ts)));
    let level = plan.level.is_none_or(|asked| row.level.is_some_and(|own| matches_level(own, asked)));
    let service =
        plan.services.is_empty() || plan.services.iter().any(|name| row.service.eq_ignore_ascii_case(name));
    timed && level && service
}
