//! Points in time and the zone they are shown in.

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A point in time: nanoseconds since the Unix epoch, UTC (years 1677 to 2262).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest representable time.
    pub const MIN: Self = Self(i64::MIN);
    /// The latest representable time.
    pub const MAX: Self = Self(i64::MAX);

    /// From nanoseconds since the epoch.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// From milliseconds since the epoch; saturates.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Milliseconds since the epoch, rounded down.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This time moved by `nanos` (negative: earlier); saturates.
    #[must_use]
    pub const fn plus_nanos(self, nanos: i64) -> Self {
        Self(self.0.saturating_add(nanos))
    }

    /// Nanoseconds from `earlier` to this time; saturates.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The jiff equivalent. Total: every value is inside jiff's range.
    #[must_use]
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_nanosecond(i128::from(self.0)).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// From jiff; saturates outside 1677 to 2262.
    #[must_use]
    pub fn from_jiff(timestamp: jiff::Timestamp) -> Self {
        let nanos = timestamp.as_nanosecond().clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        Self(i64::try_from(nanos).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with as many digits of a second as are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_jiff().fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        jiff::Timestamp::deserialize(deserializer).map(Self::from_jiff)
    }
}

/// The zone times are shown in, with the name printed beside every time.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    zone: TimeZone,
    label: String,
}

impl Zone {
    /// Coordinated Universal Time.
    #[must_use]
    pub fn utc() -> Self {
        Self { zone: TimeZone::UTC, label: "UTC".to_owned() }
    }

    /// A zone with the label to print.
    #[must_use]
    pub fn new(zone: TimeZone, label: impl Into<String>) -> Self {
        Self { zone, label: label.into() }
    }

    /// Reads `UTC`, `local`, an IANA name (`Europe/Berlin`) or an offset (`+02:00`, `-0530`).
    ///
    /// # Errors
    /// A sentence that says what is accepted.
    pub fn from_name(name: &str) -> Result<Self, super::TimeError> {
        let unknown = || super::TimeError::Zone(name.to_owned());
        if name.eq_ignore_ascii_case("utc") || name == "Z" {
            return Ok(Self::utc());
        }
        if name.eq_ignore_ascii_case("local") {
            let zone = TimeZone::system();
            let label = zone.iana_name().unwrap_or("local").to_owned();
            return Ok(Self { zone, label });
        }
        if let Some(offset) = parse_offset(name) {
            return Ok(Self { zone: TimeZone::fixed(offset), label: format!("UTC{name}") });
        }
        TimeZone::get(name).map(|zone| Self { zone, label: name.to_owned() }).map_err(|_| unknown())
    }

    /// The zone rules.
    #[must_use]
    pub fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The name printed beside times.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// `strftime`-style text of a time in this zone.
    #[must_use]
    pub fn format(&self, at: Timestamp, pattern: &str) -> String {
        at.to_jiff().to_zoned(self.zone.clone()).strftime(pattern).to_string()
    }
}

/// `+02:00`, `+0200`, `+02`.
fn parse_offset(text: &str) -> Option<jiff::tz::Offset> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let digits: String = rest.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<i32>().ok()?, 0),
        4 => (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?),
        _ => return None,
    };
    jiff::tz::Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_read_by_name_and_by_offset() {
        let at = Timestamp::from_millis(0);
        assert_eq!(Zone::from_name("+0530").unwrap().format(at, "%H:%M"), "05:30");
        assert_eq!(Zone::from_name("utc").unwrap().label(), "UTC");
        assert!(Zone::from_name("Mars/Olympus").is_err());
    }
}
