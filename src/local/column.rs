//! Compact columns of one segment: times as 32-bit deltas where they fit, constants stored once.

use crate::domain::Timestamp;

/// Marks a record without a time in packed and full columns.
const NO_DELTA: u32 = u32::MAX;
const NO_TIME: i64 = i64::MIN;

/// The times of a segment's records.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Times {
    /// No record has a time.
    None,
    /// `base + delta * unit` nanoseconds.
    Packed { base: i64, unit: i64, deltas: Box<[u32]> },
    /// Times too far apart for 32 bits.
    Full(Box<[i64]>),
}

impl Times {
    /// Chooses the smallest exact form. `times` holds nanoseconds, `i64::MIN` for none.
    pub(super) fn pack(times: &[i64]) -> Self {
        let stated = || times.iter().copied().filter(|&t| t != NO_TIME);
        let (Some(base), Some(last)) = (stated().min(), stated().max()) else { return Self::None };
        let unit = [1_000_000_000, 1_000_000, 1_000]
            .into_iter()
            .find(|unit| stated().all(|t| t.wrapping_sub(base) % unit == 0))
            .unwrap_or(1);
        let range = last.checked_sub(base).map(|range| range / unit);
        if range.is_none_or(|range| range >= i64::from(NO_DELTA)) {
            return Self::Full(times.into());
        }
        let delta = |&t: &i64| {
            if t == NO_TIME { NO_DELTA } else { u32::try_from((t - base) / unit).unwrap_or(NO_DELTA) }
        };
        Self::Packed { base, unit, deltas: times.iter().map(delta).collect() }
    }

    /// The time of the `i`-th record of the segment.
    pub(super) fn at(&self, i: usize) -> Option<Timestamp> {
        match self {
            Self::None => None,
            Self::Packed { base, unit, deltas } => match deltas.get(i) {
                Some(&delta) if delta != NO_DELTA => {
                    Some(Timestamp::from_nanos(base + i64::from(delta) * unit))
                }
                _ => None,
            },
            Self::Full(times) => times.get(i).copied().filter(|&t| t != NO_TIME).map(Timestamp::from_nanos),
        }
    }

    /// The first `count` times.
    pub(super) fn upto(&self, count: usize) -> Self {
        let times: Vec<i64> = (0..count).map(|i| time_or_none(self.at(i))).collect();
        Self::pack(&times)
    }

    /// Whether there are `count` times that can be computed without overflow.
    pub(super) fn fits(&self, count: usize) -> bool {
        match self {
            Self::None => true,
            Self::Packed { base, unit, deltas } => {
                let largest = deltas.iter().filter(|&&delta| delta != NO_DELTA).max();
                let reached =
                    largest.map_or(Some(0), |&d| i64::from(d).checked_mul(*unit)?.checked_add(*base));
                deltas.len() == count && *unit > 0 && reached.is_some()
            }
            Self::Full(times) => times.len() == count,
        }
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Packed { deltas, .. } => deltas.len() * 4,
            Self::Full(times) => times.len() * 8,
        }
    }
}

/// A time as the packer wants it.
pub(super) fn time_or_none(ts: Option<Timestamp>) -> i64 {
    ts.map_or(NO_TIME, Timestamp::as_nanos)
}

/// A small value per record, stored once where all are equal.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Column<T> {
    /// Every record has this value.
    All(T),
    /// One value per record.
    Each(Box<[T]>),
}

impl<T: Copy + PartialEq + Default> Column<T> {
    pub(super) fn pack(values: Vec<T>) -> Self {
        let first = values.first().copied().unwrap_or_default();
        if values.iter().all(|&v| v == first) { Self::All(first) } else { Self::Each(values.into()) }
    }

    pub(super) fn at(&self, i: usize) -> T {
        match self {
            Self::All(value) => *value,
            Self::Each(values) => values.get(i).copied().unwrap_or_default(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::All(_) => 0,
            Self::Each(values) => size_of_val(&**values),
        }
    }

    /// The same column of `count` values with the last one changed.
    pub(super) fn with_last(&self, count: usize, change: impl Fn(T) -> T) -> Self {
        let mut values: Vec<T> = (0..count).map(|i| self.at(i)).collect();
        if let Some(last) = values.last_mut() {
            *last = change(*last);
        }
        Self::pack(values)
    }

    /// The first `count` values.
    pub(super) fn upto(&self, count: usize) -> Self {
        Self::pack((0..count).map(|i| self.at(i)).collect())
    }

    pub(super) fn fits(&self, count: usize) -> bool {
        match self {
            Self::All(_) => true,
            Self::Each(values) => values.len() == count,
        }
    }

    /// Replaces every value by its number in `map`.
    pub(super) fn map(&mut self, map: impl Fn(T) -> T) {
        match self {
            Self::All(value) => *value = map(*value),
            Self::Each(values) => values.iter_mut().for_each(|v| *v = map(*v)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_far_apart_keep_every_nanosecond() {
        let times = [NO_TIME, 1, i64::MAX, i64::MIN + 1];
        let packed = Times::pack(&times);
        assert_eq!(
            (0..5).map(|i| packed.at(i)).collect::<Vec<_>>(),
            [
                None,
                Some(Timestamp::from_nanos(1)),
                Some(Timestamp::MAX),
                Some(Timestamp::from_nanos(i64::MIN + 1)),
                None
            ]
        );
    }

    #[test]
    fn whole_milliseconds_over_days_fit_in_32_bits() {
        let day = 86_400_000_000_000;
        assert!(matches!(Times::pack(&[0, 1_000_000, 30 * day]), Times::Packed { unit: 1_000_000, .. }));
    }

    proptest! {
        #[test]
        fn packing_times_loses_nothing(times in proptest::collection::vec(any::<i64>(), 0..50), scale in 0u32..4) {
            let times: Vec<i64> = times.iter().map(|t| (t >> 24).saturating_mul(1000i64.pow(scale))).collect();
            let packed = Times::pack(&times);
            for (i, &t) in times.iter().enumerate() {
                prop_assert_eq!(time_or_none(packed.at(i)), t);
            }
        }

        #[test]
        fn packing_a_column_loses_nothing(values in proptest::collection::vec(0u16..3, 0..20)) {
            let column = Column::pack(values.clone());
            for (i, &v) in values.iter().enumerate() {
                prop_assert_eq!(column.at(i), v);
            }
        }
    }
}
