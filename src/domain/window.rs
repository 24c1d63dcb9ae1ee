//! Absolute time windows and the words people use for them.

use super::{Timestamp, Zone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What was wrong with a time the user typed; the text says what is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TimeError {
    /// Neither a duration nor a time.
    #[error("expected a duration like 15m or a time like 2024-01-15T10:00, got \"{0}\"")]
    Nonsense(String),
    /// A zone name nobody knows.
    #[error(
        "unknown zone \"{0}\": expected UTC, local, an IANA name like Europe/Berlin or an offset like +02:00"
    )]
    Zone(String),
    /// The start is not before the end.
    #[error("the window is empty: it starts at {start} and ends at {end}")]
    Empty {
        /// Start as read.
        start: Timestamp,
        /// End as read.
        end: Timestamp,
    },
}

/// A half-open span of time `[start, end)`: every question has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Bounds")]
pub struct TimeWindow {
    start: Timestamp,
    end: Timestamp,
}

/// A window as it is read back, before it is known not to be empty.
#[derive(Deserialize)]
struct Bounds {
    start: Timestamp,
    end: Timestamp,
}

impl TryFrom<Bounds> for TimeWindow {
    type Error = TimeError;

    fn try_from(Bounds { start, end }: Bounds) -> Result<Self, TimeError> {
        Self::new(start, end)
    }
}

impl TimeWindow {
    /// A window from `start` (included) to `end` (excluded).
    ///
    /// # Errors
    /// [`TimeError::Empty`] if `start >= end`.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, TimeError> {
        if start < end { Ok(Self { start, end }) } else { Err(TimeError::Empty { start, end }) }
    }

    /// The smallest window that holds both times, whichever comes first.
    #[must_use]
    pub fn spanning(a: Timestamp, b: Timestamp) -> Self {
        Self { start: a.min(b), end: a.max(b).plus_nanos(1) }
    }

    /// First instant inside.
    #[must_use]
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// First instant after.
    #[must_use]
    pub const fn end(&self) -> Timestamp {
        self.end
    }

    /// Whether the time is inside.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }

    /// Length in nanoseconds; at least 1.
    #[must_use]
    pub const fn nanos(&self) -> i64 {
        self.end.since(self.start)
    }

    /// The window of equal length that ends where this one starts.
    #[must_use]
    pub const fn before(&self) -> Self {
        Self { start: self.start.plus_nanos(-self.nanos()), end: self.start }
    }
}

/// How times inside a window are written (`strftime`): with the date where the window is longer than 20 hours.
#[must_use]
pub fn clock_pattern(window: Option<TimeWindow>) -> &'static str {
    const TWENTY_HOURS: i64 = 20 * 3_600_000_000_000;
    if window.is_some_and(|window| window.nanos() > TWENTY_HOURS) { "%Y-%m-%d %H:%M:%S" } else { "%H:%M:%S" }
}

/// Reads `90s`, `15m`, `2h`, `1d`, `1w`, `250ms`, and sums of them (`1h30m`), in nanoseconds.
///
/// # Errors
/// [`TimeError::Nonsense`] for anything else, also for zero and overflow.
pub fn parse_duration(text: &str) -> Result<i64, TimeError> {
    let nonsense = || TimeError::Nonsense(text.to_owned());
    let mut rest = text.trim();
    let mut total = 0i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(nonsense)?;
        let amount: i64 = rest[..digits].parse().map_err(|_| nonsense())?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit: i64 = match &rest[..letters] {
            "ns" => 1,
            "us" => 1_000,
            "ms" => 1_000_000,
            "s" | "sec" | "secs" | "second" | "seconds" => 1_000_000_000,
            "m" | "min" | "mins" | "minute" | "minutes" => 60_000_000_000,
            "h" | "hr" | "hour" | "hours" => 3_600_000_000_000,
            "d" | "day" | "days" => 86_400_000_000_000,
            "w" | "week" | "weeks" => 604_800_000_000_000,
            _ => return Err(nonsense()),
        };
        rest = &rest[letters..];
        total = amount.checked_mul(unit).and_then(|n| total.checked_add(n)).ok_or_else(nonsense)?;
    }
    if total > 0 { Ok(total) } else { Err(nonsense()) }
}

/// Reads a point in time: a duration back from `reference`, `now`, `today`, `yesterday`, `HH:MM[:SS]` (the last such
/// time at or before `reference`), a date, or an ISO 8601 time with or without an offset (without: in `zone`).
///
/// # Errors
/// [`TimeError::Nonsense`] with what is accepted.
pub fn parse_time(text: &str, reference: Timestamp, zone: &Zone) -> Result<Timestamp, TimeError> {
    let word = text.trim();
    if let Ok(nanos) = parse_duration(word) {
        return Ok(reference.plus_nanos(-nanos));
    }
    let here = reference.to_jiff().to_zoned(zone.time_zone().clone());
    let midnight = |days: i64| {
        let day = here.date().checked_sub(jiff::Span::new().days(days)).ok()?;
        Some(Timestamp::from_jiff(day.to_zoned(zone.time_zone().clone()).ok()?.timestamp()))
    };
    let read = match word {
        "now" => Some(reference),
        "today" => midnight(0),
        "yesterday" => midnight(1),
        _ => absolute(word, zone).or_else(|| clock(word, &here, zone)),
    };
    read.ok_or_else(|| TimeError::Nonsense(text.to_owned()))
}

fn absolute(word: &str, zone: &Zone) -> Option<Timestamp> {
    if let Ok(at) = word.parse::<jiff::Timestamp>() {
        return Some(Timestamp::from_jiff(at));
    }
    let local = word
        .parse::<jiff::civil::DateTime>()
        .ok()
        .or_else(|| word.parse::<jiff::civil::Date>().ok().map(|date| date.at(0, 0, 0, 0)))?;
    let has_offset = word.ends_with('Z');
    let zone = if has_offset { jiff::tz::TimeZone::UTC } else { zone.time_zone().clone() };
    Some(Timestamp::from_jiff(local.to_zoned(zone).ok()?.timestamp()))
}

/// `14:27` or `14:27:03`: the last such time of day at or before `here`.
fn clock(word: &str, here: &jiff::Zoned, zone: &Zone) -> Option<Timestamp> {
    let time = word.parse::<jiff::civil::Time>().ok()?;
    let mut day = here.date();
    if time > here.time() {
        day = day.yesterday().ok()?;
    }
    Some(Timestamp::from_jiff(day.to_datetime(time).to_zoned(zone.time_zone().clone()).ok()?.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_jiff(text.parse().unwrap())
    }

    #[test]
    fn durations_count_back_from_the_reference() {
        let reference = at("2024-01-15T10:00:00Z");
        assert_eq!(parse_time("1h30m", reference, &Zone::utc()), Ok(at("2024-01-15T08:30:00Z")));
        assert_eq!(parse_time("250ms", reference, &Zone::utc()), Ok(at("2024-01-15T09:59:59.75Z")));
    }

    #[test]
    fn times_without_an_offset_are_in_the_given_zone() {
        let reference = at("2024-01-15T10:00:00Z");
        let zone = Zone::from_name("+02:00").unwrap();
        assert_eq!(parse_time("2024-01-15T10:00", reference, &zone), Ok(at("2024-01-15T08:00:00Z")));
        assert_eq!(parse_time("2024-01-15T10:00Z", reference, &zone), Ok(at("2024-01-15T10:00:00Z")));
        assert_eq!(parse_time("09:30", reference, &zone), Ok(at("2024-01-15T07:30:00Z")));
        assert_eq!(parse_time("23:30", reference, &zone), Ok(at("2024-01-14T21:30:00Z")));
        assert_eq!(parse_time("yesterday", reference, &Zone::utc()), Ok(at("2024-01-14T00:00:00Z")));
    }

    #[test]
    fn nonsense_says_what_is_expected() {
        let error = parse_time("15mm", at("2024-01-15T10:00:00Z"), &Zone::utc()).unwrap_err().to_string();
        assert_eq!(error, "expected a duration like 15m or a time like 2024-01-15T10:00, got \"15mm\"");
        assert!(parse_duration("0m").is_err());
        assert!(parse_duration("99999999999999999999d").is_err());
    }

    #[test]
    fn a_window_needs_a_start_before_its_end() {
        assert!(TimeWindow::new(at("2024-01-15T10:00:00Z"), at("2024-01-15T10:00:00Z")).is_err());
        let window = TimeWindow::new(at("2024-01-15T10:00:00Z"), at("2024-01-15T11:00:00Z")).unwrap();
        assert_eq!(window.before().start(), at("2024-01-15T09:00:00Z"));
        assert!(!window.contains(window.end()));
    }
}
