//! The computed answer with its arithmetic, before anybody words it.

use super::intent::Intent;
use super::value::Quantity;
use crate::domain::{RecordId, TimeWindow, Timestamp, Zone};

/// The answer itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number with its unit.
    Number(Quantity),
    /// Text found in a line.
    Text(String),
    /// A point in time.
    Time(Timestamp),
    /// Yes or no.
    Truth(bool),
    /// Several values, the most telling first.
    Several(Vec<String>),
    /// Nothing was found though the question was understood.
    Nothing,
}

/// Why a record is cited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CiteRole {
    /// The earliest one used.
    First,
    /// The latest one used.
    Last,
    /// The one that holds the extreme or the quantile.
    Extreme,
    /// The one the answer was read from.
    Source,
    /// One of many.
    Example,
}

/// A record to cite.
#[derive(Clone, Debug, PartialEq)]
pub struct Cited {
    /// Which record.
    pub id: RecordId,
    /// Its bytes.
    pub raw: Vec<u8>,
    /// The part that carries the answer, as it stands in the record; the message if nothing narrower does.
    pub quote: Vec<u8>,
    /// Its time.
    pub ts: Option<Timestamp>,
    /// Why it is cited.
    pub role: CiteRole,
}

/// One pattern's share of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Addend {
    /// Index into the corpus' patterns.
    pub pattern: usize,
    /// Its template.
    pub template: String,
    /// Records used.
    pub lines: u64,
    /// Its part of a sum or its own extreme; the number of lines for a count.
    pub value: Option<Quantity>,
}

/// One row of a table (top values, groups, time buckets, two sides).
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// The value, group, time or side.
    pub label: String,
    /// Its number.
    pub value: Quantity,
    /// Records behind it.
    pub lines: u64,
    /// A record that shows it.
    pub example: Option<RecordId>,
}

/// A computed answer: what, how, and from which records.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was computed.
    pub intent: Intent,
    /// The question as it was read.
    pub question: String,
    /// Words that were read as others (typed, read).
    pub read_as: Vec<(String, String)>,
    /// The answer.
    pub value: Value,
    /// The table behind it, largest or earliest first.
    pub rows: Vec<TableRow>,
    /// Filters, each as a short phrase (`from 10.0.0.1`, `level error`).
    pub chips: Vec<String>,
    /// Shares of the patterns, largest first.
    pub addends: Vec<Addend>,
    /// Name of the slot that was read.
    pub slot: Option<String>,
    /// Records used.
    pub lines: u64,
    /// Time of the first and the last record used.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Records to cite, the most telling first.
    pub cited: Vec<Cited>,
    /// The window a time phrase named.
    pub window: Option<TimeWindow>,
    /// Zone of the times.
    pub zone: Zone,
    /// How sure the reading is, 0 to 1.
    pub confidence: f64,
    /// Other readings worth showing (another aggregate, another value that fits).
    pub alternatives: Vec<String>,
    /// What the answer leaves out, or why it is zero.
    pub remark: Option<String>,
    /// Words of the question that nothing answered to.
    pub ignored: Vec<String>,
}

impl Finding {
    /// The thing itself in at most a few words: a value with its unit, a name, `yes`, a time.
    #[must_use]
    pub fn short(&self) -> String {
        match &self.value {
            Value::Number(quantity) => quantity.to_string(),
            Value::Text(text) => text.clone(),
            Value::Time(at) => self.zone.format(*at, "%Y-%m-%d %H:%M:%S"),
            Value::Truth(true) => "yes".to_owned(),
            Value::Truth(false) => "no".to_owned(),
            Value::Several(values) => values.first().cloned().unwrap_or_default(),
            Value::Nothing => "none".to_owned(),
        }
    }

    /// The first line of an answer: the value and what it is.
    #[must_use]
    pub fn sentence(&self) -> String {
        let said = self.statement();
        match &self.remark {
            Some(remark) => format!("{said}; {remark}"),
            None => said,
        }
    }

    // size: one arm per kind of answer
    fn statement(&self) -> String {
        let lines = counted(self.lines, "record");
        match (&self.value, self.intent) {
            (Value::Number(n), Intent::Count) if self.slot.is_none() => {
                let noun = if n.to_string() == "1" { "record" } else { "records" };
                match self.parts() {
                    Some(parts) => format!("{n} {noun} ({parts})"),
                    None => format!("{n} {noun}"),
                }
            }
            (Value::Number(n), Intent::Rate) => {
                format!("{n}{} ({lines})", self.slot.as_deref().map(|s| format!(" {s}")).unwrap_or_default())
            }
            (Value::Number(n), Intent::Distinct) => format!("{n} different {}", self.slot_name("values")),
            (Value::Number(n), Intent::Sum) if self.lines > 1 => {
                format!("{n} in total: {} over {lines}", self.slot_name("value"))
            }
            (Value::Number(n), intent) => match (aggregate_name(intent), self.rows.first()) {
                (Some(name), Some(row)) => {
                    format!("{n}: {name} {}, of {}", self.slot_name("value"), row.label)
                }
                (Some(name), None) => format!("{n}: {name} {} of {lines}", self.slot_name("value")),
                (None, _) => n.to_string(),
            },
            (Value::Text(text), Intent::Sum | Intent::Mean) => match self.rows.first() {
                Some(row) => format!("{text}: {}", row.value),
                None => text.clone(),
            },
            (Value::Text(text), Intent::Top | Intent::Rarest | Intent::Max | Intent::Min) => {
                match self.rows.first() {
                    Some(row) if text.starts_with("tied: ") => format!("{text}, {} each", row_number(row)),
                    Some(row) => format!("{text}: {}", row_number(row)),
                    None => text.clone(),
                }
            }
            (Value::Text(text), _) => text.clone(),
            (Value::Time(_), _) => self.times(),
            (Value::Truth(true), _) => format!("yes: {lines}{}", self.when_phrase()),
            (Value::Truth(false), _) if self.lines > 0 => format!("no: {lines} say the opposite"),
            (Value::Truth(false), _) => "no: no record says so".to_owned(),
            (Value::Several(values), _) => self.several(values),
            (Value::Nothing, _) => "none: no record passes all filters".to_owned(),
        }
    }

    fn slot_name(&self, default: &str) -> String {
        self.slot.clone().unwrap_or_else(|| default.to_owned())
    }

    fn several(&self, values: &[String]) -> String {
        let shown = values.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
        let more = values.len().saturating_sub(10);
        if more > 0 { format!("{shown} and {more} more") } else { shown }
    }

    fn times(&self) -> String {
        let label = self.zone.label().to_owned();
        if self.lines > 1
            && matches!(self.intent, Intent::When)
            && let Some((first, last)) = self.span
        {
            let others = if first == last {
                String::new()
            } else {
                format!("; first {}, last {}", self.clock(first), self.clock(last))
            };
            return format!("{} {label} ({}{others})", self.short(), counted(self.lines, "record"));
        }
        format!("{} {label}", self.short())
    }

    fn clock(&self, at: Timestamp) -> String {
        self.zone.format(at, "%Y-%m-%d %H:%M:%S")
    }

    fn when_phrase(&self) -> String {
        match self.span {
            Some((first, last)) if first == last => {
                format!(", at {} {}", self.clock(first), self.zone.label())
            }
            Some((first, last)) => {
                format!(", first {}, last {} {}", self.clock(first), self.clock(last), self.zone.label())
            }
            None => String::new(),
        }
    }

    /// How the value was found, in pieces: filters, patterns with their shares, slot and aggregate.
    #[must_use]
    pub fn how(&self) -> Vec<String> {
        let mut pieces = Vec::new();
        for (typed, read) in &self.read_as {
            pieces.push(format!("\"{typed}\" read as \"{read}\""));
        }
        if !self.chips.is_empty() {
            pieces.push(format!("only {}", self.chips.join(", ")));
        }
        pieces.extend(self.arithmetic());
        if let Some(slot) = &self.slot {
            pieces.push(format!("read from \"{slot}\""));
        }
        if !self.ignored.is_empty() {
            pieces.push(format!("not used: {}", self.ignored.join(", ")));
        }
        pieces
    }

    /// `9 + 5 over 2 patterns`, for the few patterns a count is easily summed from.
    fn parts(&self) -> Option<String> {
        let parts: Vec<String> = self.addends.iter().map(|addend| addend.lines.to_string()).collect();
        (2..=6).contains(&parts.len()).then(|| format!("{} over {} patterns", parts.join(" + "), parts.len()))
    }

    /// `14 = 9 + 5 over two patterns`, then each pattern with its share.
    fn arithmetic(&self) -> Vec<String> {
        let Some(first) = self.addends.first() else { return Vec::new() };
        if self.addends.len() == 1 {
            return vec![format!("pattern: {} ({})", first.template, counted(first.lines, "record"))];
        }
        let sums = matches!(self.intent, Intent::Sum | Intent::Count);
        let part = |addend: &Addend| match addend.value {
            Some(value) if sums => value.number.to_string(),
            _ => addend.lines.to_string(),
        };
        let shown: Vec<String> = self.addends.iter().take(6).map(part).collect();
        let rest = if self.addends.len() > 6 { " + .." } else { "" };
        let total = match &self.value {
            Value::Number(total) if sums => total.to_string(),
            _ => self.lines.to_string(),
        };
        let mut pieces =
            vec![format!("{total} = {}{rest} over {} patterns", shown.join(" + "), self.addends.len())];
        pieces.extend(self.addends.iter().take(6).map(|a| format!("{}: {}", part(a), a.template)));
        pieces
    }
}

/// `1 record`, `14 records`.
pub(super) fn counted(n: u64, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

fn row_number(row: &TableRow) -> String {
    if row.value.to_string() == row.lines.to_string() {
        counted(row.lines, "record")
    } else {
        row.value.to_string()
    }
}

fn aggregate_name(intent: Intent) -> Option<String> {
    Some(match intent {
        Intent::Max => "largest".to_owned(),
        Intent::Min => "smallest".to_owned(),
        Intent::Mean => "mean".to_owned(),
        Intent::Percentile(500) => "median".to_owned(),
        Intent::Percentile(p) if p % 10 == 0 => format!("p{}", p / 10),
        Intent::Percentile(p) => format!("p{}.{}", p / 10, p % 10),
        Intent::Sum => "value of".to_owned(),
        _ => return None,
    })
}
