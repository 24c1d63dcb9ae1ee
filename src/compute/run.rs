//! A plan over the lines: one scan of the chosen patterns, exact arithmetic, the records that were used.

use super::corpus::{Corpus, CorpusError, Place, Row, Scan};
use super::extract;
use super::finding::{Addend, CiteRole, Cited, Finding, TableRow, Value};
use super::intent::{Intent, Order};
use super::plan::{Member, Plan, admits, passes};
use super::profile::whole_value;
use super::question::Ask;
use super::target::{Target, number_in, part_of};
use super::value::{Decimal, Quantity, Unit};
use crate::domain::Timestamp;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Most records kept as examples of an extract.
const EXAMPLES: usize = 3;

/// Computes a plan.
///
/// # Errors
/// When lines cannot be read or the turn was cancelled.
pub fn run(plan: &Plan, corpus: &dyn Corpus) -> Result<Finding, CorpusError> {
    let gathered = gather(plan, corpus)?;
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
    pub(super) by_pattern: BTreeMap<usize, u64>,
    pub(super) first: Option<Seen>,
    pub(super) last: Option<Seen>,
    pub(super) examples: Vec<Seen>,
    /// Values in order of appearance with their counts and first records.
    pub(super) values: Vec<(String, u64, Seen)>,
    slot_of_value: rustc_hash::FxHashMap<String, usize>,
    /// Numbers by pattern.
    pub(super) numbers: Vec<(usize, Quantity)>,
    pub(super) largest: Option<(Quantity, Seen)>,
    pub(super) smallest: Option<(Quantity, Seen)>,
    /// Numbers by group label.
    pub(super) groups: BTreeMap<String, (u64, Vec<Quantity>, Seen)>,
    pub(super) times: Vec<Timestamp>,
}

fn gather(plan: &Plan, corpus: &dyn Corpus) -> Result<Gathered, CorpusError> {
    let mut gathered = Gathered::default();
    if plan.members.is_empty() {
        return Ok(gathered);
    }
    let scan = Scan {
        patterns: plan.members.iter().map(|member| member.pattern).collect(),
        containing: plan.filters.iter().filter(|f| f.hard).map(|f| f.text.clone()).collect(),
        window: plan.window,
        fields: needs_fields(plan),
    };
    corpus.scan(&scan, &mut |row| {
        let member = plan.members.iter().find(|member| member.pattern == row.pattern);
        if let Some(member) = member.filter(|_| admits(plan, row) && passes(row, &plan.filters)) {
            gathered.take(plan, member, row);
        }
        ControlFlow::Continue(())
    })?;
    Ok(gathered)
}

fn needs_fields(plan: &Plan) -> bool {
    let field = |target: &Option<Target>| target.as_ref().is_some_and(|t| matches!(t.place, Place::Field(_)));
    let filtered = plan.filters.iter().flat_map(|f| &f.places).flat_map(|(_, places)| places);
    plan.members.iter().any(|m| field(&m.target) || field(&m.group) || field(&m.bounded))
        || filtered.into_iter().any(|place| matches!(place, Place::Field(_)))
}

/// The text at a position of a record.
pub(super) fn value_at(row: &Row<'_>, target: &Target) -> Option<String> {
    let text = match &target.place {
        Place::Slot(slot) => {
            let capture = row.captures.iter().find(|capture| capture.slot == *slot)?;
            whole_value(row.body, &capture.range)?
        }
        Place::Field(name) => row.fields.iter().find(|field| field.name == *name)?.value.clone(),
        Place::Service => row.service.to_owned(),
        Place::Level => row.level?.to_string(),
        Place::Constant | Place::Elsewhere => return None,
    };
    Some(part_of(&text, target.part))
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
    fn take(&mut self, plan: &Plan, member: &Member, row: &Row<'_>) {
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
        self.last = Some(see(CiteRole::Last));
        if self.examples.len() < EXAMPLES {
            self.examples.push(see(CiteRole::Example));
        }
        let number = member.target.as_ref().and_then(|target| number_at(row, target));
        if let Some(number) = number {
            self.number(row.pattern, number, &see);
        }
        if let Some(label) = &group {
            let entry =
                self.groups.entry(label.clone()).or_insert_with(|| (0, Vec::new(), see(CiteRole::Example)));
            entry.0 += 1;
            entry.1.extend(number);
        }
        if let Some(value) = &value {
            self.value(value, &see);
        }
    }

    fn number(&mut self, pattern: usize, number: Quantity, see: &dyn Fn(CiteRole) -> Seen) {
        self.numbers.push((pattern, number));
        if self.largest.as_ref().is_none_or(|(top, _)| order(number, *top).is_gt()) {
            self.largest = Some((number, see(CiteRole::Extreme)));
        }
        if self.smallest.as_ref().is_none_or(|(low, _)| order(number, *low).is_lt()) {
            self.smallest = Some((number, see(CiteRole::Extreme)));
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

/// Compares two quantities: by their base if of one kind, else by the bare number.
fn order(a: Quantity, b: Quantity) -> std::cmp::Ordering {
    match (a.base(), b.base()) {
        (Some(x), Some(y)) if a.unit.kind() == b.unit.kind() => x.cmp(&y),
        _ => a.number.cmp(&b.number),
    }
}

fn see(row: &Row<'_>, role: CiteRole, value: Option<String>, group: Option<String>) -> Seen {
    let in_raw = |text: &String| memchr::memmem::find(row.raw, text.as_bytes()).is_some();
    let quote = match value.as_ref().filter(|text| !text.is_empty() && in_raw(text)) {
        Some(text) => text.clone().into_bytes(),
        None => row.body.to_vec(),
    };
    Seen {
        cited: Cited { id: row.id.clone(), raw: row.raw.to_vec(), quote, ts: row.ts, role },
        value,
        group,
        body: row.body.to_vec(),
        pattern: row.pattern,
    }
}

/// Turns what was gathered into a finding.
pub(super) struct Report<'p> {
    pub(super) plan: &'p Plan,
    pub(super) corpus: &'p dyn Corpus,
    pub(super) gathered: Gathered,
}

impl Report<'_> {
    fn finding(&self) -> Finding {
        let mut finding = self.frame();
        if self.gathered.lines == 0 {
            finding.value = self.nothing();
            return finding;
        }
        match self.plan.intent {
            Intent::Count => self.count(&mut finding),
            Intent::Rate => self.rate(&mut finding),
            Intent::Sum | Intent::Mean | Intent::Percentile(_) | Intent::Max | Intent::Min => {
                self.numeric(&mut finding);
            }
            Intent::Top | Intent::Rarest => self.top(&mut finding),
            Intent::Distinct => {
                finding.value = Value::Number(integer(self.gathered.values.len() as u64));
                finding.rows = self.value_rows();
            }
            Intent::List => self.list(&mut finding),
            Intent::When | Intent::Between => self.when(&mut finding),
            Intent::Check | Intent::Change(_) => self.check(&mut finding),
            Intent::Trend | Intent::Peak | Intent::Compare => self.trend(&mut finding),
            Intent::Extract => self.extract(&mut finding),
        }
        if finding.cited.is_empty() {
            finding.cited = self.ends();
        }
        finding
    }

    fn frame(&self) -> Finding {
        let plan = self.plan;
        let times = &self.gathered.times;
        let patterns = self.corpus.patterns();
        let mut addends: Vec<Addend> = self
            .gathered
            .by_pattern
            .iter()
            .map(|(&pattern, &lines)| Addend {
                pattern,
                template: patterns[pattern].template.text.clone(),
                lines,
                value: None,
            })
            .collect();
        addends.sort_by(|a, b| b.lines.cmp(&a.lines).then(a.pattern.cmp(&b.pattern)));
        Finding {
            intent: plan.intent,
            question: plan.question.clone(),
            read_as: plan.read_as.clone(),
            value: Value::Nothing,
            rows: Vec::new(),
            chips: self.chips(),
            addends,
            slot: plan.members.iter().find_map(|m| m.target.as_ref()).map(|target| target.name.clone()),
            lines: self.gathered.lines,
            span: times.iter().min().copied().zip(times.iter().max().copied()),
            cited: Vec::new(),
            window: plan.window,
            zone: self.corpus.zone(),
            confidence: plan.confidence,
            alternatives: Vec::new(),
            ignored: plan.ignored.clone(),
        }
    }

    fn chips(&self) -> Vec<String> {
        let plan = self.plan;
        let mut chips: Vec<String> = plan.filters.iter().map(|filter| filter.text.clone()).collect();
        chips.extend(plan.level.map(|level| format!("level {level}")));
        chips.extend(plan.services.iter().map(|service| format!("service {service}")));
        if let Some(name) = plan.members.iter().find_map(|m| m.bounded.as_ref()).map(|t| t.name.clone()) {
            chips.extend(plan.bounds.iter().map(|bound| {
                let sign = match (bound.above, bound.inclusive) {
                    (true, true) => ">=",
                    (true, false) => ">",
                    (false, true) => "<=",
                    (false, false) => "<",
                };
                format!("{name} {sign} {}", bound.quantity)
            }));
        }
        if let Some(window) = plan.window {
            let zone = self.corpus.zone();
            let show = |at| zone.format(at, "%Y-%m-%d %H:%M:%S");
            chips.push(format!("{} to {} {}", show(window.start()), show(window.end()), zone.label()));
        }
        chips
    }

    /// The value of an understood question that no record passes.
    fn nothing(&self) -> Value {
        match self.plan.intent {
            Intent::Count | Intent::Rate | Intent::Distinct => Value::Number(integer(0)),
            Intent::Check => Value::Truth(false),
            _ => Value::Nothing,
        }
    }

    fn ends(&self) -> Vec<Cited> {
        let mut ends: Vec<Cited> = self.gathered.first.iter().map(|seen| seen.cited.clone()).collect();
        if let Some(last) =
            self.gathered.last.as_ref().filter(|last| ends.iter().all(|c| c.id != last.cited.id))
        {
            ends.push(last.cited.clone());
        }
        ends
    }

    fn count(&self, finding: &mut Finding) {
        finding.value = Value::Number(integer(self.gathered.lines));
        finding.slot = None;
        for addend in &mut finding.addends {
            addend.value = Some(integer(addend.lines));
        }
        if !self.gathered.groups.is_empty() {
            finding.rows = self.group_rows(|lines, _| Some(integer(lines)));
            finding.slot = self.group_name();
            finding.value = Value::Several(
                finding.rows.iter().map(|row| format!("{} ({})", row.label, row.value)).collect(),
            );
        }
    }

    fn group_name(&self) -> Option<String> {
        self.plan.members.iter().find_map(|m| m.group.as_ref()).map(|target| target.name.clone())
    }

    fn rate(&self, finding: &mut Finding) {
        self.count(finding);
        let words: Vec<&str> = self.plan.ask.tokens.iter().map(|t| t.lower.as_str()).collect();
        let unit =
            words.windows(2).find(|pair| matches!(pair[0], "per" | "each" | "every")).map(|pair| pair[1]);
        let Some(nanos) = unit.and_then(super::timephrase::unit_nanos) else { return };
        let whole = self.plan.window.or_else(|| self.corpus.window());
        let Some(length) = whole.map(|window| window.nanos().max(nanos)) else { return };
        let lines = i128::from(self.gathered.lines) * i128::from(nanos);
        if let Some(rate) = Decimal::from_int(lines).over(length, 3) {
            finding.value = Value::Number(Quantity::plain(rate));
            finding.slot = unit.map(|unit| format!("per {unit}"));
            finding.alternatives.push(super::finding::counted(self.gathered.lines, "record"));
        }
    }

    fn numeric(&self, finding: &mut Finding) {
        let gathered = &self.gathered;
        let grouped_max = matches!(self.plan.intent, Intent::Max | Intent::Min);
        if !gathered.groups.is_empty() && !grouped_max {
            let intent = self.plan.intent;
            finding.rows = self.group_rows(|_, numbers| aggregate(intent, numbers));
            finding.value = Value::Several(
                finding.rows.iter().map(|row| format!("{} ({})", row.label, row.value)).collect(),
            );
            if let Some(first) = finding.rows.first().filter(|_| finding.rows.len() == 1) {
                finding.value = Value::Number(first.value);
            }
            return;
        }
        let numbers: Vec<Quantity> = gathered.numbers.iter().map(|(_, n)| *n).collect();
        let Some(result) = aggregate(self.plan.intent, &numbers) else { return };
        finding.value = Value::Number(result);
        for addend in &mut finding.addends {
            let own: Vec<Quantity> =
                gathered.numbers.iter().filter(|(p, _)| *p == addend.pattern).map(|(_, n)| *n).collect();
            addend.value = aggregate(self.plan.intent, &own);
        }
        let extreme = match self.plan.intent {
            Intent::Max => gathered.largest.as_ref(),
            Intent::Min => gathered.smallest.as_ref(),
            _ => None,
        };
        if let Some((number, seen)) = extreme {
            finding.cited = vec![seen.cited.clone()];
            if let Some(group) = &seen.group {
                finding.rows = vec![TableRow {
                    label: group.clone(),
                    value: *number,
                    lines: 1,
                    example: Some(seen.cited.id.clone()),
                }];
                if self.plan.ask.group.is_empty() {
                    finding.value = Value::Text(group.clone());
                    finding.alternatives.push(number.to_string());
                }
            }
        }
        if matches!(self.plan.intent, Intent::Sum | Intent::Mean) && numbers.len() > 1 {
            self.other_aggregates(finding, &numbers);
        }
    }

    fn other_aggregates(&self, finding: &mut Finding, numbers: &[Quantity]) {
        for (name, intent) in [("largest", Intent::Max), ("smallest", Intent::Min), ("mean", Intent::Mean)] {
            if intent != self.plan.intent
                && let Some(value) = aggregate(intent, numbers)
            {
                finding.alternatives.push(format!("{name} {value}"));
            }
        }
    }

    fn group_rows(&self, number: impl Fn(u64, &[Quantity]) -> Option<Quantity>) -> Vec<TableRow> {
        let mut rows: Vec<TableRow> = self
            .gathered
            .groups
            .iter()
            .filter_map(|(label, (lines, numbers, seen))| {
                let value = number(*lines, numbers)?;
                Some(TableRow {
                    label: label.clone(),
                    value,
                    lines: *lines,
                    example: Some(seen.cited.id.clone()),
                })
            })
            .collect();
        rows.sort_by(|a, b| order(b.value, a.value).then_with(|| a.label.cmp(&b.label)));
        rows
    }

    fn value_rows(&self) -> Vec<TableRow> {
        let mut rows: Vec<TableRow> = self
            .gathered
            .values
            .iter()
            .map(|(label, lines, seen)| TableRow {
                label: label.clone(),
                value: integer(*lines),
                lines: *lines,
                example: Some(seen.cited.id.clone()),
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.lines));
        rows
    }

    fn top(&self, finding: &mut Finding) {
        let mut rows = if self.plan.by_pattern || self.gathered.values.is_empty() {
            self.pattern_rows(finding)
        } else {
            self.value_rows()
        };
        if self.plan.intent == Intent::Rarest {
            rows.sort_by_key(|row| row.lines);
        }
        let Some(first) = rows.first() else { return };
        finding.value = Value::Text(first.label.clone());
        if let Some(limit) = self.plan.limit.filter(|limit| *limit > 1) {
            finding.value = Value::Several(
                rows.iter().take(limit).map(|row| format!("{} ({})", row.label, row.value)).collect(),
            );
        }
        let label = &first.label;
        if let Some((_, _, seen)) = self.gathered.values.iter().find(|(value, _, _)| value == label) {
            finding.cited = vec![seen.cited.clone()];
        }
        finding.rows = rows;
    }

    fn pattern_rows(&self, finding: &Finding) -> Vec<TableRow> {
        let row = |addend: &Addend| TableRow {
            label: addend.template.clone(),
            value: integer(addend.lines),
            lines: addend.lines,
            example: None,
        };
        finding.addends.iter().map(row).collect()
    }

    fn list(&self, finding: &mut Finding) {
        if self.gathered.values.is_empty() {
            let bodies = self.gathered.examples.iter().map(|seen| text(&seen.body));
            finding.value = Value::Several(bodies.collect());
            finding.cited = self.gathered.examples.iter().map(|seen| seen.cited.clone()).collect();
            return;
        }
        finding.rows = self.value_rows();
        finding.value = Value::Several(finding.rows.iter().map(|row| row.label.clone()).collect());
        finding.cited =
            self.gathered.values.iter().take(EXAMPLES).map(|(_, _, seen)| seen.cited.clone()).collect();
    }

    fn when(&self, finding: &mut Finding) {
        let seen = match self.plan.order {
            Some(Order::Last) => self.gathered.last.as_ref(),
            _ => self.gathered.first.as_ref(),
        };
        if let Some(at) = seen.and_then(|seen| seen.cited.ts) {
            finding.value = Value::Time(at);
            finding.cited = seen.map(|seen| seen.cited.clone()).into_iter().collect();
        } else if let Some(seen) = seen {
            finding.value = Value::Text(text(&seen.body));
            finding.cited = vec![seen.cited.clone()];
        }
    }

    fn check(&self, finding: &mut Finding) {
        finding.value = Value::Truth(!self.plan.ask.negated || self.plan.confidence < 0.99);
    }

    fn trend(&self, finding: &mut Finding) {
        super::trend::fill(&self.gathered.times, self.plan.intent, finding);
    }

    fn extract(&self, finding: &mut Finding) {
        let order = self.plan.order;
        if let Some(order) = order {
            let seen = if order == Order::First { &self.gathered.first } else { &self.gathered.last };
            if let Some(seen) = seen {
                finding.cited = vec![seen.cited.clone()];
                if let Some(value) = &seen.value {
                    finding.value = Value::Text(value.clone());
                    return;
                }
            }
        }
        let weak = self.plan.members.first().and_then(|m| m.target.as_ref()).is_none_or(|t| t.score < 0.8);
        if weak && let Some(seen) = &self.gathered.first {
            let patterns = self.corpus.patterns();
            let found = extract::from_constants(&self.plan.ask, &patterns[seen.pattern].template, &seen.body);
            if let Some(found) = found {
                finding.value = Value::Text(found);
                finding.slot = None;
                finding.cited = vec![seen.cited.clone()];
                return;
            }
        }
        let rows = self.value_rows();
        match rows.as_slice() {
            [] => {
                let seen = self.gathered.first.as_ref();
                finding.value = seen.map_or(Value::Nothing, |seen| Value::Text(text(&seen.body)));
            }
            [only] => finding.value = Value::Text(only.label.clone()),
            many => finding.value = Value::Several(many.iter().map(|row| row.label.clone()).collect()),
        }
        let top = rows.first().map(|row| row.label.clone());
        let source = self.gathered.values.iter().find(|(value, _, _)| Some(value) == top.as_ref());
        finding.cited = source.map(|(_, _, seen)| seen.cited.clone()).into_iter().collect();
        finding.rows = if rows.len() > 1 { rows } else { Vec::new() };
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn integer(n: u64) -> Quantity {
    Quantity::plain(Decimal::from_int(i128::from(n)))
}

/// One aggregate over numbers; mixed units of a kind are normalised, other mixtures are computed as bare numbers.
fn aggregate(intent: Intent, numbers: &[Quantity]) -> Option<Quantity> {
    let unit = common_unit(numbers);
    let plain: Vec<Decimal> =
        numbers.iter().map(|n| if unit == Unit::None { n.number } else { n.in_unit(unit).number }).collect();
    let wrap = |number: Decimal| Quantity { number, unit };
    match intent {
        Intent::Sum => plain.iter().try_fold(Decimal::ZERO, |sum, n| sum.plus(*n)).map(wrap),
        Intent::Mean => {
            let sum = plain.iter().try_fold(Decimal::ZERO, |sum, n| sum.plus(*n))?;
            sum.over(i64::try_from(plain.len()).ok()?, 3).map(wrap)
        }
        // The first of equals, as the cited record is.
        Intent::Max => {
            numbers.iter().copied().reduce(|best, n| if order(n, best).is_gt() { n } else { best })
        }
        Intent::Min => {
            numbers.iter().copied().reduce(|best, n| if order(n, best).is_lt() { n } else { best })
        }
        Intent::Percentile(thousandths) => quantile(plain, thousandths).map(wrap),
        _ => None,
    }
}

/// The unit of all numbers, or of the first if they are of one kind; none if the kinds differ.
fn common_unit(numbers: &[Quantity]) -> Unit {
    let first = numbers.first().map_or(Unit::None, |n| n.unit);
    let same_kind = numbers.iter().all(|n| n.unit.kind() == first.kind());
    if same_kind { first } else { Unit::None }
}

/// Nearest rank (the smallest value with at least this share at or below it); the median of an even number is the
/// mean of the middle two.
fn quantile(mut numbers: Vec<Decimal>, thousandths: u16) -> Option<Decimal> {
    numbers.sort_unstable();
    let n = numbers.len();
    if thousandths == 500 && n.is_multiple_of(2) {
        return numbers.get(n / 2 - 1)?.plus(*numbers.get(n / 2)?)?.over(2, 6);
    }
    let rank = (n * usize::from(thousandths)).div_ceil(1_000).max(1);
    numbers.get(rank - 1).copied()
}
