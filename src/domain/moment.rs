//! Times, windows, counts and rates as people read them; every time carries its zone.

use super::{TimeWindow, Timestamp, Zone};

/// A day, in nanoseconds.
const DAY: i64 = 86_400_000_000_000;
/// About as long as month and day tell dates apart, in nanoseconds.
const YEAR: i64 = 300 * DAY;

/// `2024-01-15 09:42:11.123Z`, `2024-01-15 10:42:11.123+01:00`; `-` for none.
#[must_use]
pub fn full(at: Option<Timestamp>, zone: &Zone) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at_zone(at, zone, "%Y-%m-%d %H:%M:%S%.3f"))
}

/// To the second: `2024-01-15 09:42:11Z`; `-` for none.
#[must_use]
pub fn seconds(at: Option<Timestamp>, zone: &Zone) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at_zone(at, zone, "%Y-%m-%d %H:%M:%S"))
}

/// `09:42:11Z`, `01-15 09:42:11Z` or the whole date: as much as tells times that lie `span_nanos` apart from each other;
/// `-` for none.
#[must_use]
pub fn brief(at: Option<Timestamp>, zone: &Zone, span_nanos: i64) -> String {
    let pattern = if span_nanos <= DAY {
        "%H:%M:%S"
    } else if span_nanos <= YEAR {
        "%m-%d %H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M:%S"
    };
    at.map_or_else(|| "-".to_owned(), |at| at_zone(at, zone, pattern))
}

/// How far times lie apart, in nanoseconds.
#[must_use]
pub fn extent(times: impl Iterator<Item = Timestamp> + Clone) -> i64 {
    times.clone().min().zip(times.max()).map_or(0, |(first, last)| last.since(first))
}

fn at_zone(at: Timestamp, zone: &Zone, pattern: &str) -> String {
    let offset = zone.format(at, "%:z");
    let offset = if offset == "+00:00" { "Z" } else { &offset };
    format!("{}{offset}", zone.format(at, pattern))
}

/// `2024-01-15 09:42:11 to 10:00:03 UTC`, with the day of the end where it differs.
#[must_use]
pub fn window(window: &TimeWindow, zone: &Zone) -> String {
    let (start, end) = (window.start(), window.end());
    let day = |at| zone.format(at, "%Y-%m-%d");
    let end_pattern = if day(start) == day(end) { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
    format!(
        "{} to {} {}",
        zone.format(start, "%Y-%m-%d %H:%M:%S"),
        zone.format(end, end_pattern),
        zone.label()
    )
}

/// A pattern for the times of records to the second at least, with as much of the date as the span needs.
#[must_use]
pub const fn record_clock(span_nanos: i64) -> &'static str {
    if span_nanos <= DAY {
        "%H:%M:%S%.3f"
    } else if span_nanos <= YEAR {
        "%m-%d %H:%M:%S"
    } else {
        "%y-%m-%d %H:%M:%S"
    }
}

/// A pattern for the time of one record, to the millisecond, with its date unless the span is within a day.
#[must_use]
pub const fn detail_clock(span_nanos: i64) -> &'static str {
    if span_nanos <= DAY { "%H:%M:%S%.3f" } else { "%Y-%m-%d %H:%M:%S%.3f" }
}

/// Columns a time takes as [`record_clock`] writes it.
#[must_use]
pub const fn record_clock_columns(span_nanos: i64) -> usize {
    if span_nanos <= DAY {
        12
    } else if span_nanos <= YEAR {
        14
    } else {
        17
    }
}

/// A pattern for the marks of a time axis, and for the ends of a comparison.
#[must_use]
pub const fn axis_clock(span_nanos: i64) -> &'static str {
    if span_nanos <= DAY {
        "%H:%M"
    } else if span_nanos <= YEAR {
        "%m-%d %H:%M"
    } else {
        "%Y-%m-%d"
    }
}

/// `1,234,567`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `250 ms`, `3.2 s`, `12 min`: two or three digits, the unit that needs no more.
#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
#[must_use]
pub fn duration(nanos: i64) -> String {
    let value = nanos.unsigned_abs() as f64;
    let (unit, size) = [("h", 3.6e12), ("min", 6e10), ("s", 1e9), ("ms", 1e6), ("us", 1e3)]
        .into_iter()
        .find(|(_, size)| value >= *size)
        .unwrap_or(("ns", 1.0));
    let amount = value / size;
    let digits = usize::from(amount < 9.95 && (amount - amount.round()).abs() >= 0.05);
    format!("{amount:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, "0")]
    #[case(999, "999")]
    #[case(1_000, "1,000")]
    #[case(12_345_678, "12,345,678")]
    fn counts_are_grouped(#[case] number: u64, #[case] text: &str) {
        assert_eq!(count(number), text);
    }

    #[rstest]
    #[case(250_000_000, "250 ms")]
    #[case(3_200_000_000, "3.2 s")]
    #[case(3_000_000_000, "3 s")]
    #[case(720_000_000_000, "12 min")]
    #[case(12, "12 ns")]
    fn durations_take_the_unit_that_fits(#[case] nanos: i64, #[case] text: &str) {
        assert_eq!(duration(nanos), text);
    }

    #[rstest]
    #[case(DAY, "09:42:11.123")]
    #[case(DAY + 1, "01-15 09:42:11")]
    #[case(YEAR, "01-15 09:42:11")]
    #[case(YEAR + 1, "24-01-15 09:42:11")]
    fn the_time_of_a_record_has_seconds_and_the_date_its_span_needs(#[case] span: i64, #[case] text: &str) {
        let at = Timestamp::from_millis(1_705_311_731_123);
        let shown = Zone::utc().format(at, record_clock(span));
        assert_eq!((shown.as_str(), shown.len()), (text, record_clock_columns(span)));
    }

    #[test]
    fn every_time_says_its_zone() {
        let at = Some(Timestamp::from_millis(1_705_311_731_123));
        let berlin = Zone::from_name("+01:00").unwrap();
        assert_eq!(full(at, &Zone::utc()), "2024-01-15 09:42:11.123Z");
        assert_eq!(full(at, &berlin), "2024-01-15 10:42:11.123+01:00");
        assert_eq!(brief(None, &berlin, 0), "-");
    }

    #[test]
    fn a_window_names_the_day_once_unless_it_changes() {
        let at = |millis| Timestamp::from_millis(millis);
        let short = TimeWindow::new(at(0), at(90_000)).unwrap();
        let long = TimeWindow::new(at(0), at(86_400_000)).unwrap();
        assert_eq!(window(&short, &Zone::utc()), "1970-01-01 00:00:00 to 00:01:30 UTC");
        assert_eq!(window(&long, &Zone::utc()), "1970-01-01 00:00:00 to 1970-01-02 00:00:00 UTC");
    }
}
