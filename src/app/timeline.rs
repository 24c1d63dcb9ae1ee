//! Records over time: slices of the window by level, a cursor and a span being selected.

use crate::domain::{TimeWindow, Timestamp};
use crate::investigate::TurnId;
use crate::port::Bucket;

/// Slices asked for, wide enough for every terminal; a narrower one adds neighbours up.
pub(super) const SLICES: usize = 240;

/// Records over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Slices of equal length.
    pub buckets: Vec<Bucket>,
    /// The request that fills it.
    pub loading: Option<TurnId>,
    /// Where the cursor stands.
    pub cursor: Option<Timestamp>,
    /// Where a span was begun.
    pub anchor: Option<Timestamp>,
}

impl Timeline {
    /// The time all slices cover.
    #[must_use]
    pub fn window(&self) -> Option<TimeWindow> {
        TimeWindow::new(self.buckets.first()?.start, self.buckets.last()?.end).ok()
    }

    /// The slices added up to at most `columns`, each with errors and all records.
    #[must_use]
    pub fn columns(&self, columns: usize) -> Vec<Column> {
        let count = self.buckets.len().min(columns.max(1));
        if count == 0 {
            return Vec::new();
        }
        let at = |i: usize| i * self.buckets.len() / count;
        (0..count)
            .map(|i| {
                let slices = self.buckets.get(at(i)..at(i + 1).max(at(i) + 1)).unwrap_or_default();
                Column::of(slices)
            })
            .collect()
    }

    /// The column a time falls into.
    #[must_use]
    pub fn column_of(&self, at: Timestamp, columns: usize) -> Option<usize> {
        let window = self.window()?;
        let count = self.buckets.len().min(columns.max(1));
        let into = at.since(window.start()).clamp(0, window.nanos() - 1);
        let column = i128::from(into) * i128::try_from(count).ok()? / i128::from(window.nanos());
        usize::try_from(column).ok()
    }

    /// Moves the cursor by some slices; the first move puts it on `start`.
    pub(super) fn move_by(&mut self, by: i64, columns: usize, start: Option<Timestamp>) {
        let Some(window) = self.window() else { return };
        let step = window.nanos() / i64::try_from(columns.max(1)).unwrap_or(i64::MAX).max(1);
        let to = match self.cursor {
            None => start.unwrap_or(window.start()),
            Some(at) => at.plus_nanos(by.saturating_mul(step.max(1))),
        };
        self.cursor = Some(to.clamp(window.start(), window.end().plus_nanos(-1)));
    }

    /// The span between the anchor and the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<TimeWindow> {
        Some(TimeWindow::spanning(self.anchor?, self.cursor?))
    }
}

/// Several slices added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// Records.
    pub total: u64,
    /// Records of level warn.
    pub warnings: u64,
    /// Records of level error or above.
    pub errors: u64,
}

impl Column {
    fn of(slices: &[Bucket]) -> Self {
        let sum = |levels: std::ops::RangeInclusive<usize>| {
            slices.iter().flat_map(|slice| slice.levels.get(levels.clone()).unwrap_or_default()).sum()
        };
        Self {
            start: slices.first().map_or(Timestamp::MIN, |slice| slice.start),
            end: slices.last().map_or(Timestamp::MIN, |slice| slice.end),
            total: slices.iter().map(|slice| slice.total).sum(),
            warnings: sum(5..=5),
            errors: sum(6..=7),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(totals: &[u64]) -> Timeline {
        let at = |i: usize| Timestamp::from_nanos(i64::try_from(i).unwrap() * 10);
        let bucket = |(i, &total): (usize, &u64)| Bucket {
            start: at(i),
            end: at(i + 1),
            total,
            levels: [0, 0, 0, 0, 0, 0, total, 0],
        };
        Timeline { buckets: totals.iter().enumerate().map(bucket).collect(), ..Timeline::default() }
    }

    #[test]
    fn a_narrow_screen_adds_slices_up_and_loses_none() {
        let timeline = timeline(&[1, 2, 3, 4, 5, 6, 7]);
        for columns in 1..10 {
            let shown = timeline.columns(columns);
            assert_eq!(shown.len(), columns.min(7));
            assert_eq!(shown.iter().map(|column| column.total).sum::<u64>(), 28);
            assert_eq!(shown.iter().map(|column| column.errors).sum::<u64>(), 28);
        }
    }

    #[test]
    fn the_cursor_stays_inside() {
        let mut timeline = timeline(&[1, 2, 3]);
        timeline.move_by(1, 3, None);
        assert_eq!(timeline.cursor, Some(Timestamp::from_nanos(0)));
        timeline.move_by(-5, 3, None);
        assert_eq!(timeline.cursor, Some(Timestamp::from_nanos(0)));
        timeline.move_by(50, 3, None);
        assert_eq!(timeline.cursor, Some(Timestamp::from_nanos(29)));
        assert_eq!(timeline.column_of(Timestamp::from_nanos(29), 3), Some(2));
        assert_eq!(timeline.column_of(Timestamp::from_nanos(10), 3), Some(1));
    }

    #[test]
    fn an_empty_timeline_has_no_cursor() {
        let mut timeline = Timeline::default();
        timeline.move_by(1, 0, None);
        assert_eq!((timeline.cursor, timeline.columns(10).len()), (None, 0));
    }
}
