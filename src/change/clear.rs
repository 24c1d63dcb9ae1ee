//! Which rows say by themselves that something broke.
//!
//! Ordinary logs drift: one kind of work ends, another begins, and every test says so, rightly. Only some rows tell of
//! trouble as well: more or new errors and warnings, a service that fell silent, a step that used to be taken nearly
//! always and no longer is. The others are hints.

use super::{Change, Confidence, Kind, Report, Section, Unit};

/// Share of the times a step has to be taken in the baseline to be a rule.
const RULE: f64 = 0.8;
/// Times it has to be seen there.
const SEEN: f64 = 8.0;
/// Share of the sequences that break off where none did.
const BREAKS: f64 = 0.2;

impl Change {
    /// Whether the row says by itself that something broke.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        if self.section != Section::Worse || self.confidence == Confidence::Weak {
            return false;
        }
        let share = |n: f64, of: f64| if of > 0.0 { n / of } else { 0.0 };
        let (now, base) = (share(self.now.n, self.now.of), share(self.base.n, self.base.of));
        match self.kind {
            Kind::New | Kind::More | Kind::Rate | Kind::Quiet => true,
            // Shares of records move with the mix of the work; steps after steps do not.
            Kind::Lost | Kind::Fewer if matches!(self.unit, Unit::Requests | Unit::Episodes) => {
                let rule = self.base.of >= SEEN && base >= RULE && now < base;
                let breaks = self.base.of >= SEEN && now - base >= BREAKS;
                rule || breaks && self.confidence == Confidence::Strong
            }
            _ => false,
        }
    }
}

impl Report {
    /// Whether any row says by itself that something broke; otherwise the rows are hints.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.changes.iter().any(Change::is_clear)
    }

    /// The row to name when nothing clearly broke: the surest, then the strongest; never one that is an improvement.
    #[must_use]
    pub fn strongest_hint(&self) -> Option<usize> {
        let tells = |row: &Change| {
            row.section != Section::Recovered
                && !matches!(row.kind, Kind::First | Kind::Field)
                && row.unit != Unit::Seconds
        };
        let rows = self.changes.iter().enumerate().filter(|(_, row)| tells(row));
        rows.min_by(|(_, a), (_, b)| a.confidence.cmp(&b.confidence).then(b.score.total_cmp(&a.score)))
            .map(|(index, _)| index)
    }
}
