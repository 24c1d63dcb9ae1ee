//! A change of the comparison as a row: what it is about, its counts, what tells it from its like.

use crate::change::{Change, Kind, Rate, Section, Unit};
use crate::domain::{Level, PatternId, Timestamp, moment};
use crate::safety::display_line;

/// A change of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeRow {
    /// Where it belongs.
    pub section: Section,
    /// What happened.
    pub kind: Kind,
    /// The service.
    pub service: String,
    /// Level of its records, if one is known.
    pub level: Option<Level>,
    /// What it is about.
    pub text: String,
    /// The step before it, where the rate is conditional on one.
    pub after: Option<String>,
    /// What tells it from another row with the same words.
    pub apart: Option<Apart>,
    /// When its pattern was: records per equal slice of both spans, relative to the largest, 0 to 8; empty while unknown.
    pub spark: Vec<u8>,
    /// Before.
    pub base: Rate,
    /// Now.
    pub now: Rate,
    /// Name of what is counted, where it is not requests.
    pub unit: &'static str,
    /// How sure, in a word.
    pub sure: &'static str,
    /// Pattern behind it.
    pub pattern: Option<PatternId>,
    /// Start of the span it is about.
    pub since: Timestamp,
    /// Field and value, where it is about one.
    pub field: Option<(String, String)>,
    /// Patterns with the same counts folded into it.
    pub folded: usize,
}

/// In what rows with the same words differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// They begin at different times.
    Since,
    /// They count different things.
    Unit,
}

impl ChangeRow {
    /// The row of a change; `level` is that of an example.
    #[must_use]
    pub fn of(change: &Change, level: Option<Level>) -> Self {
        let safe = |text: &str| display_line(text.as_bytes()).into_owned();
        let template = change.template.as_deref().map(safe);
        let field = change.field.as_deref().zip(change.value.as_deref());
        let field = field.map(|(field, value)| (safe(field), safe(value)));
        let mut text = match (&field, template) {
            (Some((name, value)), Some(template)) => format!("{name}={value} in {template}"),
            (Some((name, value)), None) => format!("{name}={value}"),
            (None, Some(template)) => template,
            (None, None) => match change.kind {
                Kind::Quiet => "silent".to_owned(),
                Kind::Rate => "error rate".to_owned(),
                _ => "the end".to_owned(),
            },
        };
        if text.is_empty() {
            text.push_str("(no text)");
        }
        if let Some(over) = change.slow_over_ns {
            text.push_str(&format!("  (over {})", moment::duration(over)));
        }
        Self {
            section: change.section,
            kind: change.kind,
            service: safe(&change.service),
            level,
            text,
            after: change.after.as_deref().map(safe),
            apart: None,
            spark: Vec::new(),
            base: change.base,
            now: change.now,
            unit: unit(change.unit),
            sure: change.sure(),
            pattern: change.pattern,
            since: change.span.start(),
            field,
            folded: change.folded.len(),
        }
    }

    /// Both rates with what they count: `0/901 -> 2,396/2,411`.
    #[must_use]
    pub fn rates(&self) -> String {
        let rates = format!("{} -> {}", self.base, self.now);
        if self.unit.is_empty() { rates } else { format!("{rates} {}", self.unit) }
    }

    /// The one count that says most: of now, of before where nothing is left, of both where it was never tested.
    #[must_use]
    pub fn count(&self) -> String {
        match self.kind {
            Kind::Lost | Kind::Quiet => format!("was {}", self.base.count()),
            Kind::First => format!("x{}", Rate { n: self.base.n + self.now.n, of: self.now.of }.count()),
            _ => format!("x{}", self.now.count()),
        }
    }

    /// What is counted, as a word.
    #[must_use]
    pub const fn counted(&self) -> &'static str {
        if self.unit.is_empty() { "requests" } else { self.unit }
    }

    fn words(&self) -> (Section, Kind, &str, &str, Option<&str>) {
        (self.section, self.kind, &self.service, &self.text, self.after.as_deref())
    }

    /// Marks rows with the same words by what they differ in.
    pub(super) fn tell_apart(rows: &mut [Self]) {
        for at in 0..rows.len() {
            let Some(row) = rows.get(at) else { continue };
            let others = || rows.iter().filter(|other| other.words() == row.words());
            let apart = if others().any(|other| other.since != row.since) {
                Some(Apart::Since)
            } else {
                others().any(|other| other.unit != row.unit).then_some(Apart::Unit)
            };
            if let Some(row) = rows.get_mut(at) {
                row.apart = apart;
            }
        }
    }
}

const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Requests => "",
        Unit::Episodes => "runs",
        Unit::Records => "records",
        Unit::Pauses => "pauses",
        Unit::Cells => "stretches",
        Unit::Seconds => "s",
    }
}
