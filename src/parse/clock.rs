//! From a written time to a point in time: the zone of times without an offset, missing years, missing dates.

use super::time::{Date, Written, day_exists, days_from_civil};
use crate::domain::{Timestamp, Zone};
use jiff::civil::DateTime;

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

/// Resolves written times of one source.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    zone: Zone,
    /// Offset in nanoseconds where the zone has only one.
    fixed: Option<i64>,
    newest: Timestamp,
    newest_year: i64,
}

/// The offset that held for the quarter of an hour read last: rules change at quarters only.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OffsetMemo {
    quarter: Option<i64>,
    offset: i64,
}

impl Clock {
    pub(super) fn new(zone: Zone, newest: Timestamp) -> Self {
        let fixed =
            zone.time_zone().to_fixed_offset().ok().map(|offset| i64::from(offset.seconds()) * SECOND);
        let here = newest.to_jiff().to_zoned(zone.time_zone().clone());
        Self { fixed, newest, newest_year: i64::from(here.year()), zone }
    }

    pub(super) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The point in time, `None` for a date alone.
    ///
    /// Without a year: the latest year that is not more than a day after the newest plausible time, so that lines
    /// of a clock that runs ahead stay where they are. Without a date: the last such time of day, likewise.
    pub(super) fn resolve(&self, written: &Written, memo: &mut OffsetMemo) -> Option<Timestamp> {
        let nanos = written.nanos?;
        let at = |days: i64, memo: &mut OffsetMemo| {
            let local = days.checked_mul(DAY)?.checked_add(nanos)?;
            let offset = match written.offset {
                Some(seconds) => i64::from(seconds) * SECOND,
                None => self.offset_at(local, memo),
            };
            Some(Timestamp::from_nanos(local.checked_sub(offset)?))
        };
        match written.date {
            Date::Full(days) => at(days, memo),
            Date::YearLess { month, day } => {
                let latest = self.newest.plus_nanos(DAY);
                // Nine years back finds a 29 February across a century without a leap day.
                (0..9).map(|back| self.newest_year + 1 - back).find_map(|year| {
                    let days = day_exists(year, month, day).then(|| days_from_civil(year, month, day))?;
                    at(days, memo).filter(|found| *found <= latest)
                })
            }
            Date::Missing => {
                let latest = self.newest.plus_nanos(DAY / 24);
                let today = self.newest.as_nanos().div_euclid(DAY);
                (0..4).find_map(|back| at(today + 1 - back, memo).filter(|found| *found <= latest))
            }
        }
    }

    /// Offset in nanoseconds of a local time; in a fold the earlier, in a gap the one before.
    fn offset_at(&self, local: i64, memo: &mut OffsetMemo) -> i64 {
        if let Some(fixed) = self.fixed {
            return fixed;
        }
        let quarter = local.div_euclid(900 * SECOND);
        if memo.quarter != Some(quarter) {
            memo.quarter = Some(quarter);
            memo.offset = self.look_up(local).unwrap_or(0);
        }
        memo.offset
    }

    fn look_up(&self, local: i64) -> Option<i64> {
        let civil: DateTime = jiff::Timestamp::from_nanosecond(i128::from(local))
            .ok()?
            .to_zoned(jiff::tz::TimeZone::UTC)
            .datetime();
        let zoned = civil.to_zoned(self.zone.time_zone().clone()).ok()?;
        let nanos = i64::try_from(zoned.timestamp().as_nanosecond()).ok()?;
        Some(local - nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::super::time::{DayOrder, scan};
    use super::*;
    use rstest::rstest;

    fn resolved(text: &str, zone: &str, newest: &str) -> String {
        let newest = Timestamp::from_jiff(newest.parse().unwrap());
        let clock = Clock::new(Zone::from_name(zone).unwrap(), newest);
        let (written, _) = scan(text.as_bytes(), DayOrder::MonthFirst).unwrap();
        clock.resolve(&written, &mut OffsetMemo::default()).map_or("none".to_owned(), |at| at.to_string())
    }

    #[rstest]
    #[case::stated_offset_wins("2024-07-01T10:00:00+01:00", "Europe/Berlin", "2024-07-01T09:00:00Z")]
    #[case::summer("2024-07-01 10:00:00", "Europe/Berlin", "2024-07-01T08:00:00Z")]
    #[case::winter("2024-01-01 10:00:00", "Europe/Berlin", "2024-01-01T09:00:00Z")]
    #[case::fold_is_the_earlier("2024-10-27 02:30:00", "Europe/Berlin", "2024-10-27T00:30:00Z")]
    #[case::gap_moves_on("2024-03-31 02:30:00", "Europe/Berlin", "2024-03-31T01:30:00Z")]
    #[case::fixed("2024-07-01 10:00:00", "+05:30", "2024-07-01T04:30:00Z")]
    #[case::date_alone("2024-07-01", "UTC", "none")]
    fn i5_times_are_placed_in_their_zone(#[case] text: &str, #[case] zone: &str, #[case] expected: &str) {
        assert_eq!(resolved(text, zone, "2024-12-31T00:00:00Z"), expected);
    }

    #[rstest]
    #[case::same_year("Jan  2 10:00:00", "2024-01-02T12:00:00Z", "2024-01-02T10:00:00Z")]
    #[case::last_year("Dec 31 23:59:59", "2024-01-02T12:00:00Z", "2023-12-31T23:59:59Z")]
    #[case::a_little_ahead("Jan  1 00:04:00", "2023-12-31T23:59:00Z", "2024-01-01T00:04:00Z")]
    #[case::future_stays("Jan  3 02:00:00", "2024-01-02T12:00:00Z", "2024-01-03T02:00:00Z")]
    #[case::leap_day("Feb 29 10:00:00", "2023-05-01T00:00:00Z", "2020-02-29T10:00:00Z")]
    #[case::time_of_day("16:42:22.382", "2024-01-02T17:00:00Z", "2024-01-02T16:42:22.382Z")]
    #[case::evening_before("23:42:22", "2024-01-02T17:00:00Z", "2024-01-01T23:42:22Z")]
    fn i5_missing_years_and_dates_come_from_the_newest_time(
        #[case] text: &str,
        #[case] newest: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(resolved(text, "UTC", newest), expected);
    }
}
