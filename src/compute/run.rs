//! A plan over the lines: one scan of the chosen patterns, exact arithmetic, the records that were used.

use super::aggregate::order;
use super::corpus::{Corpus, CorpusError, Place, Row, Scan};
use super::finding::{CiteRole, Cited, Finding};
use super::intent::Intent;
use super::numbers::Numbers;
use super::part::part_of;
use super::plan::{Filter, Member, Plan, admits, passes};
use super::profile::whole_value;
use super::question::Ask;
use super::report::Report;
use super::target::{Target, number_in};
use super::value::Quantity;
use crate::domain::Timestamp;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Most records kept as examples of an extract.
pub(super) const EXAMPLES: usize = 3;

/// Computes a plan.
///
/// # Errors
/// When lines cannot be read or the turn was cancelled.
pub fn run(plan: &Plan, corpus: &dyn Corpus) -> Result<Finding, CorpusError> {
    if let Some(finding) = &plan.ready {
        return Ok((**finding).clone());
    }
    if let Some(finding) = super::sides::run_sides(plan, corpus)? {
        return Ok(finding);
    }
    let gathered = match plan.exceptions {
        Some(_) => super::exceptions::gather(plan, corpus, false)?,
        None => gather(plan, corpus)?,
    };
    Ok(Report { plan, corpus, gathered }.finding())
}

/// A record that matters, with the value read from it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) cited: Cited,
    pub(super) value: Option<String>,
    pub(super) group: Option<String>,
    pub(super) body: Vec<u8>,
    pub(super) pattern: usize,
}

/// What one scan brings home.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) lines: u64,
    /// Records left out only because the question excludes them.
    pub(super) excluded: u64,
    pub(super) by_pattern: BTreeMap<usize, u64>,
    pub(super) first: Option<Seen>,
    pub(super) last: Option<Seen>,
    pub(super) examples: Vec<Seen>,
    /// Values in order of appearance with their counts and first records.
    pub(super) values: Vec<(String, u64, Seen)>,
    pub(super) slot_of_value: rustc_hash::FxHashMap<String, usize>,
    /// Numbers by pattern.
    pub(super) numbers: Numbers,
    pub(super) largest: Option<(Quantity, Seen)>,
    pub(super) smallest: Option<(Quantity, Seen)>,
    /// Numbers by group label.
    pub(super) groups: BTreeMap<String, (u64, Numbers, Seen)>,
    pub(super) times: Vec<Timestamp>,
}

fn gather(plan: &Plan, corpus: &dyn Corpus) -> Result<Gathered, CorpusError> {
    let mut gathered = Gathered::default();
    if plan.members.is_empty() {
        return Ok(gathered);
    }
    let scan = Scan {
        patterns: plan.members.iter().map(|member| member.pattern).collect(),
        containing: plan.filters.iter().filter_map(Filter::needle).collect(),
        window: plan.window,
        fields: needs_fields(plan),
        ..Scan::default()
    };
    corpus.scan(&scan, &mut |row| {
        let member = plan.members.iter().find(|member| member.pattern == row.pattern);
        if let Some(member) = member.filter(|_| admits(plan, row) && passes(row, &plan.filters)) {
            if plan.exclusions.iter().any(|exclusion| exclusion.takes(row)) {
                gathered.excluded += 1;
            } else {
                gathered.take(plan, member, row);
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(gathered)
}

fn needs_fields(plan: &Plan) -> bool {
    let field = |target: &Option<Target>| target.as_ref().is_some_and(|t| matches!(t.place, Place::Field(_)));
    let filtered = plan.filters.iter().flat_map(|f| &f.places).flat_map(|(_, places)| places);
    plan.members.iter().any(|m| field(&m.target) || field(&m.group) || field(&m.bounded))
        || plan.exclusions.iter().any(super::exclusion::Exclusion::needs_fields)
        || filtered.into_iter().any(|place| matches!(place, Place::Field(_)))
}

/// The text at a position of a record.
pub(super) fn value_at(row: &Row<'_>, target: &Target) -> Option<String> {
    let text = match target.run {
        Some(run) => words_at(row, run)?,
        None => value_of(row, &target.place)?,
    };
    Some(part_of(&text, target.part))
}

/// The whole text at a place of a record.
pub(super) fn value_of(row: &Row<'_>, place: &Place) -> Option<String> {
    Some(match place {
        Place::Slot(slot) => {
            let capture = row.captures.iter().find(|capture| capture.slot == *slot)?;
            whole_value(row.body, &capture.range)?
        }
        Place::Field(name) => row.fields.iter().find(|field| field.name == *name)?.value.clone(),
        Place::Service => row.service.to_owned(),
        Place::Level => row.level?.to_string(),
        Place::Frozen(word) => word.clone(),
        Place::Constant | Place::Elsewhere => return None,
    })
}

/// The text from one slot to another.
fn words_at(row: &Row<'_>, (first, last): (usize, usize)) -> Option<String> {
    let range = |slot: usize| row.captures.iter().find(|c| c.slot == slot).map(|c| c.range.clone());
    whole_value(row.body, &(range(first)?.start..range(last)?.end))
}

/// The number at a position: of the whole word, else of the captured digits alone.
fn number_at(row: &Row<'_>, target: &Target) -> Option<Quantity> {
    let text = value_at(row, target)?;
    let bare = || {
        let Place::Slot(slot) = target.place else { return None };
        let capture = row.captures.iter().find(|capture| capture.slot == slot)?;
        number_in(&String::from_utf8_lossy(row.body.get(capture.range.clone())?), target.unit)
    };
    number_in(&text, target.unit).or_else(bare)
}

impl Gathered {
    pub(super) fn take(&mut self, plan: &Plan, member: &Member, row: &Row<'_>) {
        if let Some(bounded) = &member.bounded {
            let Some(number) = number_at(row, bounded) else { return };
            if !Ask::within_bounds(&plan.bounds, number) {
                return;
            }
        }
        let value = member.target.as_ref().and_then(|target| value_at(row, target));
        let group = member.group.as_ref().and_then(|target| value_at(row, target));
        let see = |role: CiteRole| see(row, role, value.clone(), group.clone());
        self.lines += 1;
        *self.by_pattern.entry(row.pattern).or_default() += 1;
        self.times.extend(row.ts);
        if self.first.is_none() {
            self.first = Some(see(CiteRole::First));
        }
        match &mut self.last {
            Some(last) => last.renew(row, value.as_deref(), group.as_deref()),
            None => self.last = Some(see(CiteRole::Last)),
        }
        if self.examples.len() < EXAMPLES {
            self.examples.push(see(CiteRole::Example));
        }
        let number = member.target.as_ref().and_then(|target| number_at(row, target));
        if let Some(number) = number {
            self.number(row.pattern, number, &see);
        }
        if let Some(label) = &group {
            let entry = self
                .groups
                .entry(label.clone())
                .or_insert_with(|| (0, Numbers::default(), see(CiteRole::Example)));
            entry.0 += 1;
            number.into_iter().for_each(|number| entry.1.push(0, number));
        }
        if let Some(value) = value.as_ref().filter(|_| !is_arithmetic(plan.intent)) {
            self.value(value, &see);
        }
    }

    fn number(&mut self, pattern: usize, number: Quantity, see: &dyn Fn(CiteRole) -> Seen) {
        self.numbers.push(pattern, number);
        if self.largest.as_ref().is_none_or(|(top, _)| order(number, *top).is_gt()) {
            self.largest = Some((number, see(CiteRole::Extreme)));
        }
        if self.smallest.as_ref().is_none_or(|(low, _)| order(number, *low).is_lt()) {
            self.smallest = Some((number, see(CiteRole::Extreme)));
        }
    }

    /// Counts a name the record holds outside its positions, shown by one of its lines.
    pub(super) fn name(&mut self, row: &Row<'_>, name: &str, line: &str) {
        let show = |role: CiteRole| {
            let mut seen = see(row, role, Some(name.to_owned()), None);
            seen.cited.quote = line.as_bytes().to_vec();
            seen
        };
        self.value(name, &show);
    }

    /// Lets the line that matters speak for a record that was just taken.
    pub(super) fn requote(&mut self, row: &Row<'_>, line: &str) {
        let ends = self.first.iter_mut().chain(&mut self.last).chain(&mut self.examples);
        for seen in ends.filter(|seen| seen.cited.id == *row.id) {
            seen.cited.quote = line.as_bytes().to_vec();
        }
    }

    fn value(&mut self, value: &str, see: &dyn Fn(CiteRole) -> Seen) {
        if let Some(&at) = self.slot_of_value.get(value) {
            self.values[at].1 += 1;
        } else {
            self.slot_of_value.insert(value.to_owned(), self.values.len());
            self.values.push((value.to_owned(), 1, see(CiteRole::Source)));
        }
    }
}

/// Whether only the numbers matter: their texts differ in every record of a large log and are not kept.
const fn is_arithmetic(intent: Intent) -> bool {
    matches!(intent, Intent::Sum | Intent::Mean | Intent::Percentile(_) | Intent::Max | Intent::Min)
}

impl Seen {
    /// The same role for another record, in the memory that is there.
    fn renew(&mut self, row: &Row<'_>, value: Option<&str>, group: Option<&str>) {
        self.cited.id.clone_from(row.id);
        self.cited.ts = row.ts;
        replace(&mut self.cited.raw, row.raw);
        replace(&mut self.body, row.body);
        replace(&mut self.cited.quote, quote(row, value));
        self.value = value.map(str::to_owned);
        self.group = group.map(str::to_owned);
        self.pattern = row.pattern;
    }
}

fn replace(old: &mut Vec<u8>, new: &[u8]) {
    old.clear();
    old.extend_from_slice(new);
}

/// The value as it stands in the record, else the message.
fn quote<'r>(row: &Row<'r>, value: Option<&'r str>) -> &'r [u8] {
    let stands = |text: &&str| memchr::memmem::find(row.raw, text.as_bytes()).is_some();
    value.filter(|text| !text.is_empty()).filter(stands).map_or(row.body, str::as_bytes)
}

fn see(row: &Row<'_>, role: CiteRole, value: Option<String>, group: Option<String>) -> Seen {
    let quote = quote(row, value.as_deref()).to_vec();
    Seen {
        cited: Cited { id: row.id.clone(), raw: row.raw.to_vec(), quote, ts: row.ts, role },
        value,
        group,
        body: row.body.to_vec(),
        pattern: row.pattern,
    }
}
