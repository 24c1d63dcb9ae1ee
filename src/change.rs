//! What just broke: a window of records against a baseline, as rows a person can check.
//!
//! ```text
//! events -> keys (call site or template) -> episodes (requests, or streams cut at silences)
//!        -> tallies (what follows what, what occurs, shares per time) -> 2x2 G tests over a time scan
//!        -> false-discovery control -> folded, ranked rows and a ranking of services
//! ```
//!
//! Pure: no I/O, no clock. The caller fills flat [`Event`] columns; values of fields are asked for only where the
//! comparison of values needs them ([`Values`]). `docs/broke.md` holds the statistics with their measured worth.

mod again;
mod autopsy;
mod call;
mod clear;
mod depth;
mod episode;
mod field;
mod first;
mod incident;
mod judge;
mod key;
mod label;
mod onset;
mod rank;
mod rate;
mod role;
mod show;
mod slow;
mod stat;
mod tally;
mod tone;
mod word;

pub use incident::{Affected, Candidate, Incident, Material, Reason, RuledOut, incident};
pub use onset::{Onset, change_point};
pub use role::{Role, is_call_site, role};

use crate::domain::{Field, PatternId, TimeWindow, moment};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// One record, reduced to what the comparison needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Nanoseconds since the epoch.
    pub time: i64,
    /// Hash of the request or trace id; 0: none.
    pub request: u64,
    /// Hash of the span, thread or connection id; 0: none.
    pub span: u64,
    /// Index into [`Input::services`].
    pub service: u32,
    /// Index into [`Input::templates`].
    pub template: u32,
    /// Hash of the call site (`logger#line`, `file.go:88`); 0: none. A logger name without a line is not a call site.
    pub site: u32,
    /// The caller's number of the record; comes back in [`Change::examples`].
    pub record: u32,
    /// [`crate::domain::Level::as_u8`]; 0: none.
    pub level: u8,
}

/// One side of the comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Records, in any order; those of equal time in source order.
    pub events: &'a [Event],
    /// The span of time the records were taken from.
    pub span: TimeWindow,
}

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Names of services.
    pub services: &'a [String],
    /// Identity and text of templates.
    pub templates: &'a [(PatternId, String)],
    /// What is suspected.
    pub window: Side<'a>,
    /// What was healthy.
    pub baseline: Side<'a>,
}

/// Gives the named values of a record, for the comparison of values.
pub trait Values {
    /// The fields of a record by [`Event::record`].
    fn fields(&mut self, record: u32) -> Vec<Field>;
}

/// No values: the comparison of values is left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoValues;

impl Values for NoValues {
    fn fields(&mut self, _record: u32) -> Vec<Field> {
        Vec::new()
    }
}

/// Where a row belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// New or more trouble, lost steps, silences.
    Worse,
    /// Another path is taken; not trouble by itself.
    Path,
    /// Longer pauses between two records.
    Slower,
    /// Less trouble than before.
    Recovered,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Never seen in the baseline.
    New,
    /// An expected step or pattern stopped.
    Lost,
    /// More often.
    More,
    /// Less often.
    Fewer,
    /// Another step is taken instead.
    Switched,
    /// A pause became longer.
    Slow,
    /// A service's error rate jumped.
    Rate,
    /// A service stopped talking.
    Quiet,
    /// A value is over-represented.
    Field,
    /// A rare record shortly before the change; not tested.
    First,
}

/// What the two counts of a row are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Requests with an id.
    Requests,
    /// Runs of a stream between two silences.
    Episodes,
    /// Single records.
    Records,
    /// Pauses between two consecutive records.
    Pauses,
    /// Equal stretches of time.
    Cells,
    /// Seconds of time.
    Seconds,
}

/// How sure a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// q <= 0.001.
    Strong,
    /// q <= 0.05.
    Likely,
    /// Could be chance.
    Weak,
}

/// `n` of `of`; fractions come from requests that pass a place several times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Occurrences.
    pub n: f64,
    /// Opportunities.
    pub of: f64,
}

impl Rate {
    /// The occurrences alone, as [`Display`](fmt::Display) writes them.
    #[must_use]
    pub fn count(self) -> String {
        amount(self.n)
    }
}

impl fmt::Display for Rate {
    /// `28/28`; a fraction (requests that pass a place several times) keeps one digit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", amount(self.n), amount(self.of))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, positive, far below 2^53"
)]
fn amount(number: f64) -> String {
    let rounded = number.round();
    if (number - rounded).abs() < 0.05 {
        moment::count(rounded.max(0.0) as u64)
    } else {
        format!("{number:.1}")
    }
}

/// One row: what differs between the window and the baseline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Where the row belongs.
    pub section: Section,
    /// What happened.
    pub kind: Kind,
    /// The service it happened in.
    pub service: String,
    /// The pattern it is about, if one.
    pub pattern: Option<PatternId>,
    /// Text of that pattern.
    pub template: Option<String>,
    /// The step before it, if the rate is conditional on one.
    pub after: Option<String>,
    /// Rate in the window (in `span`).
    pub now: Rate,
    /// Rate in the baseline.
    pub base: Rate,
    /// What both rates count.
    pub unit: Unit,
    /// The part of the window the row is about.
    pub span: TimeWindow,
    /// Weight x G x difference; orders rows, means nothing alone.
    pub score: f64,
    /// False-discovery rate at which the row would pass.
    pub q: f64,
    /// How sure the row is.
    pub confidence: Confidence,
    /// Records of the window that show it ([`Event::record`]).
    pub examples: Vec<u32>,
    /// Records of the baseline to hold beside them.
    pub before: Vec<u32>,
    /// What counts as slow here, ns, for [`Kind::Slow`].
    pub slow_over_ns: Option<i64>,
    /// Name of the field, for [`Kind::Field`].
    pub field: Option<String>,
    /// Its value.
    pub value: Option<String>,
    /// Further patterns with the same service, span and counts.
    pub folded: Vec<PatternId>,
}

/// What the comparison found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The window compared.
    pub window: TimeWindow,
    /// The baseline it was compared with.
    pub baseline: TimeWindow,
    /// Rows, most telling first within `worse`, `path`, `slower`, `recovered`.
    pub changes: Vec<Change>,
    /// Services, likeliest origin first.
    pub services: Vec<String>,
    /// Whether any row is more than a weak hint.
    pub found: bool,
    /// Rates tested.
    pub tested: usize,
    /// Contexts seen on one side only, so not comparable.
    pub skipped: usize,
    /// Independent units (requests, episodes) in the window and the baseline.
    pub units: (usize, usize),
    /// Sentences the reader needs to judge the rows.
    pub notes: Vec<String>,
}

/// Compares the window with the baseline.
#[must_use]
pub fn compare(input: &Input<'_>, values: &mut dyn Values) -> Report {
    let (now, base) = (in_time_order(input.window.events), in_time_order(input.baseline.events));
    let window = Side { events: &now, ..input.window };
    let baseline = Side { events: &base, ..input.baseline };
    compare_ordered(&Input { window, baseline, ..*input }, values)
}

/// The events by time; those of equal time stay in source order.
fn in_time_order(events: &[Event]) -> Cow<'_, [Event]> {
    if events.is_sorted_by_key(|event| event.time) {
        return Cow::Borrowed(events);
    }
    let mut sorted = events.to_vec();
    sorted.sort_by_key(|event| event.time);
    Cow::Owned(sorted)
}

fn compare_ordered(input: &Input<'_>, values: &mut dyn Values) -> Report {
    let labelled = label::labelled([input.window.events, input.baseline.events]);
    let keys = key::Keys::of(input, &labelled);
    if labelled.is_empty() {
        return compare_keyed(input, keys, values);
    }
    let now = label::without_labels(&input.window, &labelled);
    let base = label::without_labels(&input.baseline, &labelled);
    let window = Side { events: &now, ..input.window };
    let baseline = Side { events: &base, ..input.baseline };
    compare_keyed(&Input { window, baseline, ..*input }, keys, values)
}

fn compare_keyed(input: &Input<'_>, mut keys: key::Keys, values: &mut dyn Values) -> Report {
    let (now, base) = (episode::runs(&input.window), episode::runs(&input.baseline));
    let glue = base.glue(&input.baseline, &keys.base);
    let now = now.episodes(&input.window, &keys.now, &glue);
    let base = base.episodes(&input.baseline, &keys.base, &glue);
    let mut again = again::Again::default();
    again.mark(&input.window, &mut keys.now, &now, &mut keys.list);
    again.mark(&input.baseline, &mut keys.base, &base, &mut keys.list);
    let mut places = tally::Places::default();
    let window = tally::Tally::of(&input.window, &keys.now, &now, &mut places);
    let baseline = tally::Tally::of(&input.baseline, &keys.base, &base, &mut places);
    let pauses = slow::pauses(&input.window, &keys.now, &now, &mut places);
    let pauses_before = slow::pauses(&input.baseline, &keys.base, &base, &mut places);
    let slower = slow::slower(&pauses, &pauses_before, &places, now.requests > 0 && base.requests > 0);
    let (count, mut merged, mut merged_before) = (input.services.len(), Vec::new(), Vec::new());
    let groups = now.groups(&input.window, &mut merged);
    let groups_before = base.groups(&input.baseline, &mut merged_before);
    let depth = depth::depths(&input.baseline, &groups_before, count);
    let unit = if now.requests > 0 && base.requests > 0 { Unit::Requests } else { Unit::Episodes };
    let calls = call::Calls::of(&input.window, &keys.now, &groups, &places);
    let calls_before = call::Calls::of(&input.baseline, &keys.base, &groups_before, &places);
    let missed = call::missed(&calls, &calls_before, &places, unit);
    let usual =
        autopsy::Usual { keys: &keys, places: &places, base: &baseline, missed: &missed.after, own: 0.0 };
    let blamed = autopsy::blame(&input.window, &keys.now, &groups, &usual, count);
    let usual = autopsy::Usual { own: 1.0, ..usual };
    let blamed_before = autopsy::blame(&input.baseline, &keys.base, &groups_before, &usual, count);
    let shares = autopsy::shares(&blamed, &blamed_before);
    let mut judged =
        judge::judge(&judge::Evidence { keys: &keys, places: &places, now: &window, base: &baseline, unit });
    let cell = rate::cell_nanos(&input.window, &input.baseline);
    let cells = rate::Cells::of(&input.window, &keys, &keys.now, &mut places, cell, count);
    let before = rate::Cells::of(&input.baseline, &keys, &keys.base, &mut places, cell, count);
    rate::judge(&keys, &places, &cells, &before, &mut judged);
    judged.findings.extend(slow::blame(&slower, &depth));
    judged.findings.extend(missed.findings);
    rank::rank(judged, &shares).report(input, &keys, values, (now.list.len(), base.list.len()))
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn a_rate_shows_its_counts_never_a_percentage() {
        assert_eq!(Rate { n: 28.0, of: 28.0 }.to_string(), "28/28");
        assert_eq!(Rate { n: 2.5, of: 1_000.0 }.to_string(), "2.5/1,000");
    }
}
