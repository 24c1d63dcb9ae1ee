//! Units of numbers and the kinds that can be compared.

/// What a number counts, with the factor to the base of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// A bare number.
    None,
    /// Time; the factor is in nanoseconds.
    Time(i64, &'static str),
    /// Size; the factor is in bytes.
    Size(i64, &'static str),
    /// Per cent.
    Percent,
    /// Any other unit (`C`, `rpm`); compared by name only.
    Other(&'static str),
}

/// Kinds of units that can be compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitKind {
    /// No unit.
    Plain,
    /// Durations.
    Time,
    /// Sizes.
    Size,
    /// Per cent.
    Percent,
    /// Anything else.
    Other,
}

const MICRO: i64 = 1_000;
const MILLI: i64 = 1_000_000;
const SECOND: i64 = 1_000_000_000;

impl Unit {
    /// Reads a unit as written in logs and questions (`ms`, `KB`, `seconds`, `MiB`).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Case tells `m` from `M`; the words are matched without case.
        let exact = match text {
            "B" => Some(Self::Size(1, "B")),
            "M" => Some(Self::Size(1_000_000, "MB")),
            "G" => Some(Self::Size(1_000_000_000, "GB")),
            "K" | "k" => Some(Self::Size(1_000, "kB")),
            "C" | "°C" => Some(Self::Other("C")),
            "F" | "b" | "S" | "H" | "D" => None,
            _ => Some(Self::None),
        };
        match exact {
            Some(Self::None) => Self::parse_word(&text.to_ascii_lowercase()),
            other => other,
        }
    }

    /// Reads a unit only if it is spelled as a word of at least two letters.
    pub(super) fn parse_word_only(lower: &str) -> Option<Self> {
        if lower.len() < 2 { None } else { Self::parse_word(lower) }
    }

    fn parse_word(lower: &str) -> Option<Self> {
        Some(match lower {
            "ns" | "nanos" | "nanosecond" | "nanoseconds" => Self::Time(1, "ns"),
            "us" | "µs" | "μs" | "usec" | "usecs" | "micros" | "microsecond" | "microseconds" => {
                Self::Time(MICRO, "us")
            }
            "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => Self::Time(MILLI, "ms"),
            "s" | "sec" | "secs" | "second" | "seconds" => Self::Time(SECOND, "s"),
            "m" | "min" | "mins" | "minute" | "minutes" => Self::Time(60 * SECOND, "min"),
            "h" | "hr" | "hrs" | "hour" | "hours" => Self::Time(3_600 * SECOND, "h"),
            "d" | "day" | "days" => Self::Time(86_400 * SECOND, "d"),
            "byte" | "bytes" => Self::Size(1, "B"),
            "kb" | "kilobyte" | "kilobytes" => Self::Size(1_000, "kB"),
            "mb" | "megabyte" | "megabytes" => Self::Size(1_000_000, "MB"),
            "gb" | "gigabyte" | "gigabytes" => Self::Size(1_000_000_000, "GB"),
            "tb" | "terabyte" | "terabytes" => Self::Size(1_000_000_000_000, "TB"),
            "kib" => Self::Size(1 << 10, "KiB"),
            "mib" => Self::Size(1 << 20, "MiB"),
            "gib" => Self::Size(1 << 30, "GiB"),
            "tib" => Self::Size(1 << 40, "TiB"),
            "%" | "percent" | "pct" => Self::Percent,
            "rpm" => Self::Other("rpm"),
            "mhz" => Self::Other("MHz"),
            "ghz" => Self::Other("GHz"),
            "degrees" | "celsius" => Self::Other("C"),
            _ => return None,
        })
    }

    /// Which units this one can be compared with.
    #[must_use]
    pub const fn kind(self) -> UnitKind {
        match self {
            Self::None => UnitKind::Plain,
            Self::Time(..) => UnitKind::Time,
            Self::Size(..) => UnitKind::Size,
            Self::Percent => UnitKind::Percent,
            Self::Other(_) => UnitKind::Other,
        }
    }

    /// The name printed behind a number; empty for a bare number.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Time(_, label) | Self::Size(_, label) | Self::Other(label) => label,
            Self::Percent => "%",
        }
    }

    pub(super) const fn factor(self) -> i64 {
        match self {
            Self::Time(factor, _) | Self::Size(factor, _) => factor,
            _ => 1,
        }
    }
}
