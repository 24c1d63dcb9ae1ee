//! What one scan brought home, turned into a finding: one method per intent.

use super::aggregate::{aggregate, order};
use super::conditions::together;
use super::corpus::Corpus;
use super::extract;
use super::finding::{Addend, Cited, Finding, TableRow, Value};
use super::intent::{ChangeKind, Intent, Order};
use super::numbers::Numbers;
use super::plan::Plan;
use super::run::{EXAMPLES, Gathered};
use super::value::{Decimal, Quantity};

/// Turns what was gathered into a finding.
pub(super) struct Report<'p> {
    pub(super) plan: &'p Plan,
    pub(super) corpus: &'p dyn Corpus,
    pub(super) gathered: Gathered,
}

impl Report<'_> {
    pub(super) fn finding(&self) -> Finding {
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
            Intent::Change(ChangeKind::Why) => self.why(&mut finding),
            Intent::Check | Intent::Change(_) => self.check(&mut finding),
            Intent::Trend | Intent::Peak | Intent::Compare | Intent::Share => self.trend(&mut finding),
            Intent::Extract => self.extract(&mut finding),
        }
        for &twin in &self.plan.twins {
            let info = &self.corpus.patterns()[twin];
            finding.alternatives.push(format!("{} of: {}", info.count, info.template.text));
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
            remark: self.remark(),
        }
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

    // size: one number, its shares, its line and its other readings belong together
    fn numeric(&self, finding: &mut Finding) {
        let gathered = &self.gathered;
        let grouped_max = matches!(self.plan.intent, Intent::Max | Intent::Min);
        if !gathered.groups.is_empty() && !grouped_max {
            let intent = self.plan.intent;
            finding.rows = self.group_rows(|_, numbers| aggregate(intent, numbers.of(None)));
            finding.value = Value::Several(
                finding.rows.iter().map(|row| format!("{} ({})", row.label, row.value)).collect(),
            );
            if let Some(first) = finding.rows.first().filter(|_| self.plan.ask.group.is_empty()) {
                finding.value = Value::Text(first.label.clone());
                finding.alternatives.push(first.value.to_string());
                if let Some(limit) = self.plan.limit.filter(|limit| *limit > 1) {
                    let shown = finding.rows.iter().take(limit);
                    let shown = shown.map(|row| format!("{} ({})", row.label, row.value)).collect();
                    finding.value = Value::Several(shown);
                }
            } else if let Some(first) = finding.rows.first().filter(|_| finding.rows.len() == 1) {
                finding.value = Value::Number(first.value);
            }
            return;
        }
        let Some(result) = aggregate(self.plan.intent, gathered.numbers.of(None)) else { return };
        finding.value = Value::Number(result);
        for addend in &mut finding.addends {
            let own = gathered.numbers.of(Some(addend.pattern));
            addend.value = aggregate(self.plan.intent, own);
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
        let several = gathered.numbers.of(None).nth(1).is_some();
        if matches!(self.plan.intent, Intent::Sum | Intent::Mean) && several {
            self.other_aggregates(finding, &gathered.numbers);
        }
    }

    fn other_aggregates(&self, finding: &mut Finding, numbers: &Numbers) {
        for (name, intent) in [("largest", Intent::Max), ("smallest", Intent::Min), ("mean", Intent::Mean)] {
            if intent != self.plan.intent
                && let Some(value) = aggregate(intent, numbers.of(None))
            {
                finding.alternatives.push(format!("{name} {value}"));
            }
        }
    }

    fn group_rows(&self, number: impl Fn(u64, &Numbers) -> Option<Quantity>) -> Vec<TableRow> {
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
        let tied: Vec<&str> =
            rows.iter().take_while(|row| row.lines == first.lines).map(|row| row.label.as_str()).collect();
        if tied.len() > 1 {
            finding.value = Value::Text(format!("tied: {}", together(&tied)));
        }
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
        let affirmed = !self.plan.ask.negated || self.plan.confidence < 0.99;
        finding.value = Value::Truth(affirmed && !self.plan.contradicted);
        if self.plan.contradicted {
            finding.alternatives.extend(self.gathered.first.iter().map(|seen| text(&seen.body)));
        }
    }

    /// The reason a line states; what caused it beyond that is for the change engine.
    fn why(&self, finding: &mut Finding) {
        let seen = self.gathered.first.as_ref();
        match seen.and_then(|seen| extract::stated_reason(&seen.body)) {
            Some(reason) => {
                finding.value = Value::Text(reason);
                finding.slot = None;
                finding.cited = seen.map(|seen| seen.cited.clone()).into_iter().collect();
            }
            None => self.extract(finding),
        }
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
