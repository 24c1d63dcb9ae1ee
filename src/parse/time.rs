//! Recognises a time as a logger wrote it, at the start of a byte slice, in the forms loggers use.
//!
//! Nothing is resolved here: a [`Written`] time may lack its year, its date or its offset. `clock` turns it into a
//! point in time. Hand-written because this runs once per line; jiff's parsers need the format beforehand.

mod forms;
mod offset;

/// Which of day and month comes first in `03/04/2024`; learned from the sample, where some line gives it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayOrder {
    /// `03/17/2024`.
    MonthFirst,
    /// `17/03/2024`.
    DayFirst,
}

/// The date part of a written time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Date {
    /// Time of day only.
    Missing,
    /// Month and day without a year.
    YearLess {
        /// 1 to 12.
        month: u32,
        /// 1 to 31.
        day: u32,
    },
    /// Days since 1970-01-01.
    Full(i64),
}

/// A time as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The date.
    pub(super) date: Date,
    /// Nanoseconds since midnight; `None` for a date alone.
    pub(super) nanos: Option<i64>,
    /// Offset from UTC in seconds, where the time states one.
    pub(super) offset: Option<i32>,
    /// Digits after the second: the precision.
    pub(super) digits: u8,
}

impl Written {
    /// From nanoseconds since the epoch.
    pub(super) fn from_epoch(nanos: i64, digits: u8) -> Self {
        let day = 86_400_000_000_000;
        Self {
            date: Date::Full(nanos.div_euclid(day)),
            nanos: Some(nanos.rem_euclid(day)),
            offset: Some(0),
            digits,
        }
    }

    /// A date joined with a time of day that stands elsewhere in the record.
    pub(super) fn joined(self, time: Self) -> Self {
        Self { date: self.date, nanos: time.nanos, offset: time.offset.or(self.offset), digits: time.digits }
    }

    /// Whether both date and time of day are stated (the year may be missing).
    pub(super) fn is_whole(&self) -> bool {
        self.date != Date::Missing && self.nanos.is_some()
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, `days_from_civil`).
pub(super) fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let month = i64::from(month);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Whether the day exists in the month (29 February in leap years only; year 0 counts as one).
pub(super) fn day_exists(year: i64, month: u32, day: u32) -> bool {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    (1..=last).contains(&day)
}

/// Reads a time at the very start of `text`; the second value is its length in bytes.
pub(super) fn scan(text: &[u8], order: DayOrder) -> Option<(Written, usize)> {
    match *text.first()? {
        b'0'..=b'9' => iso(text).or_else(|| forms::numeric(text, order)),
        b'A'..=b'Z' | b'a'..=b'z' => forms::named(text),
        _ => None,
    }
}

/// A whole value (a JSON string, a CSV cell): the time must fill it, but for a zone name in brackets.
pub(super) fn scan_value(value: &[u8], order: DayOrder) -> Option<Written> {
    let value = value.trim_ascii();
    let value = value.strip_prefix(b"[").and_then(|v| v.strip_suffix(b"]")).unwrap_or(value);
    let (written, used) = scan(value, order)?;
    let rest = value.get(used..)?;
    (rest.is_empty() || rest.starts_with(b"[")).then_some(written)
}

/// `2024-01-15T10:00:00`, the common case, without the general scanner.
fn iso(text: &[u8]) -> Option<(Written, usize)> {
    let head: &[u8; 19] = text.first_chunk()?;
    let marks = (head[4], head[7], head[13], head[16]);
    if marks != (b'-', b'-', b':', b':') || !matches!(head[10], b'T' | b' ' | b't' | b'_') {
        return None;
    }
    let year = i64::from(pair(head, 0)? * 100 + pair(head, 2)?);
    let (month, day) = (pair(head, 5)?, pair(head, 8)?);
    let (hour, minute, second) = (pair(head, 11)?, pair(head, 14)?, pair(head, 17)?);
    if !plausible_year(year) || !day_exists(year, month, day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction, digits, mut end) = forms::fraction(text, 19);
    let (offset, used) = offset::offset(text, end);
    end = used;
    forms::boundary(text, end)?;
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    let nanos = Some(seconds * 1_000_000_000 + fraction);
    Some((Written { date: Date::Full(days_from_civil(year, month, day)), nanos, offset, digits }, end))
}

fn pair(text: &[u8; 19], at: usize) -> Option<u32> {
    let (tens, ones) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| u32::from(tens) * 10 + u32::from(ones))
}

/// Years a log can hold and a [`crate::domain::Timestamp`] can represent.
fn plausible_year(year: i64) -> bool {
    (1970..=2200).contains(&year)
}

/// An epoch number by its digits: seconds, milliseconds, microseconds or nanoseconds, from 2001 on.
pub(super) fn epoch(digits: &[u8]) -> Option<Written> {
    let (unit, precision) = match digits.len() {
        10 => (1_000_000_000, 0),
        13 => (1_000_000, 3),
        16 => (1_000, 6),
        19 => (1, 9),
        _ => return None,
    };
    let value = forms::number(digits)?;
    let nanos = value.checked_mul(unit)?;
    let plausible = (1_000_000_000_000_000_000..4_102_444_800_000_000_000).contains(&nanos);
    plausible.then(|| Written::from_epoch(nanos, precision))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;
    use rstest::rstest;

    fn shown(text: &str) -> String {
        let Some((written, used)) = scan(text.as_bytes(), DayOrder::MonthFirst) else {
            return "no time".to_owned();
        };
        let nanos = written.nanos.unwrap_or(0);
        let date = match written.date {
            Date::Missing => "no date".to_owned(),
            Date::YearLess { month, day } => format!("{month:02}-{day:02}"),
            Date::Full(days) => Timestamp::from_nanos(days * 86_400_000_000_000).to_string()[..10].to_owned(),
        };
        let second = nanos / 1_000_000_000;
        let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
        let clock = if written.nanos.is_none() { "no clock".to_owned() } else { clock };
        let part = nanos % 1_000_000_000;
        let offset = written.offset.map_or("-".to_owned(), |o| o.to_string());
        format!("{date} {clock} {part} {offset} {used}")
    }

    #[rstest]
    #[case::rfc3339("2024-01-15T10:00:00Z x", "2024-01-15 10:00:00 0 0 20")]
    #[case::comma_millis("2024-01-15 10:00:00,123 x", "2024-01-15 10:00:00 123000000 - 23")]
    #[case::nanos_offset("2024-01-15T10:00:00.123456789+05:30", "2024-01-15 10:00:00 123456789 19800 35")]
    #[case::short_offset("2024-01-15T10:00:00.5-0800", "2024-01-15 10:00:00 500000000 -28800 26")]
    #[case::spaced_offset("2024-01-15 10:00:00 +0200 x", "2024-01-15 10:00:00 0 7200 25")]
    #[case::zone_word("2024-01-15 10:00:00.123 UTC [12]", "2024-01-15 10:00:00 123000000 0 27")]
    #[case::level_is_no_zone("2024-01-15 10:00:00 INFO x", "2024-01-15 10:00:00 0 - 19")]
    #[case::minutes_only("2024-01-15 10:07 x", "2024-01-15 10:07:00 0 - 16")]
    #[case::slashes("2024/01/15 10:00:00 x", "2024-01-15 10:00:00 0 - 19")]
    #[case::two_digit_year("24/01/15 10:00:00 x", "2024-01-15 10:00:00 0 - 17")]
    #[case::month_first("01/15/2024 10:00:00 PM", "2024-01-15 22:00:00 0 - 22")]
    #[case::day_gives_itself_away("15/01/2024 10:00:00", "2024-01-15 10:00:00 0 - 19")]
    #[case::dots("15.01.2024 10:00:00", "2024-01-15 10:00:00 0 - 19")]
    #[case::clf("15/Jan/2024:10:00:00 +0100]", "2024-01-15 10:00:00 0 3600 26")]
    #[case::tomcat("15-Jan-2024 10:00:00.123 x", "2024-01-15 10:00:00 123000000 - 24")]
    #[case::syslog("Jan 15 10:00:00 host", "01-15 10:00:00 0 - 15")]
    #[case::syslog_padded("Jan  5 10:00:00 host", "01-05 10:00:00 0 - 15")]
    #[case::cisco("Jan 15 2024 10:00:00: x", "2024-01-15 10:00:00 0 - 20")]
    #[case::jul("Jan 15, 2024 3:04:05 PM x", "2024-01-15 15:04:05 0 - 23")]
    #[case::kibana("Jan 15, 2024 @ 10:00:00.123", "2024-01-15 10:00:00 123000000 - 27")]
    #[case::ctime("Mon Jan 15 10:00:00 2024] x", "2024-01-15 10:00:00 0 - 24")]
    #[case::ctime_micros("Mon Jan 15 10:00:00.123456 2024]", "2024-01-15 10:00:00 123456000 - 31")]
    #[case::date_command("Mon Jan 15 10:00:00 UTC 2024", "2024-01-15 10:00:00 0 0 28")]
    #[case::rfc2822("Mon, 15 Jan 2024 10:00:00 GMT", "2024-01-15 10:00:00 0 0 29")]
    #[case::day_month("15 Jan 2024 10:00:00.123 * x", "2024-01-15 10:00:00 123000000 - 24")]
    #[case::compact("20240115T101530Z", "2024-01-15 10:15:30 0 0 16")]
    #[case::compact_colons("20240115-22:15:29:606|x", "2024-01-15 22:15:29 606000000 - 21")]
    #[case::compact_unpadded("20240115-0:7:5:6|x", "2024-01-15 00:07:05 600000000 - 16")]
    #[case::six_six("081109 203615 148 x", "2008-11-09 20:36:15 0 - 13")]
    #[case::six_clock("240115  9:15:30 [Note]", "2024-01-15 09:15:30 0 - 15")]
    #[case::ras("2024-01-15-15.42.50.363779 x", "2024-01-15 15:42:50 363779000 - 26")]
    #[case::date_alone("2024.01.15 x", "2024-01-15 no clock 0 - 10")]
    #[case::month_day("03-17 16:13:38.811  1702", "03-17 16:13:38 811000000 - 18")]
    #[case::month_day_dots("10.30 16:49:06] x", "10-30 16:49:06 0 - 14")]
    #[case::clock_only("16:42:22.382 INFO", "no date 16:42:22 382000000 - 12")]
    #[case::epoch_seconds("1705312800 x", "2024-01-15 10:00:00 0 0 10")]
    #[case::epoch_fraction("1705312800.25 x", "2024-01-15 10:00:00 250000000 0 13")]
    #[case::epoch_millis("1705312800123 x", "2024-01-15 10:00:00 123000000 0 13")]
    #[case::epoch_nanos("1705312800123456789", "2024-01-15 10:00:00 123456789 0 19")]
    #[case::fourteen("20240115101530 x", "2024-01-15 10:15:30 0 - 14")]
    #[case::version("1.4.1: restart", "no time")]
    #[case::address("10.30.1.2 x", "no time")]
    #[case::number("4711 x", "no time")]
    #[case::bad_month("2024-13-15 10:00:00", "no time")]
    #[case::bad_day("2023-02-29T10:00:00Z", "no time")]
    #[case::word("Mayday 15 10:00:00", "no time")]
    #[case::glued("2024-01-15T10:00:00abc", "no time")]
    #[case::ratio("10/12 done", "no time")]
    fn forms_of_time_are_read(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(shown(text), expected);
    }
}
