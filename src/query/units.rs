//! Numbers with their unit, brought to one scale per dimension so that `duration>5s` finds `5200 ms`.
//!
//! Durations are nanoseconds; sizes are bytes with 1024 per step for `KB` and `KiB` alike, as loggers mean them.

use std::cmp::Ordering;

/// What a number measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// A bare number.
    Number,
    /// Nanoseconds.
    Duration,
    /// Bytes.
    Size,
}

/// A number on the scale of its dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// Value in the dimension's base unit.
    pub value: f64,
    /// What it measures.
    pub dimension: Dimension,
}

impl Quantity {
    /// Reads `42`, `-3.5`, `1,234`, `5s`, `38.2 ms`, `1h30m`, `10MB`, `512 KiB`, `80%`; `None` for anything else. Hexadecimal is text: ids are
    /// compared as written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut rest = text;
        let mut total: Option<Self> = None;
        while !rest.is_empty() {
            let (step, after) = Self::step(rest)?;
            total = Some(match total {
                None => step,
                Some(sum)
                    if sum.dimension == Dimension::Duration && step.dimension == Dimension::Duration =>
                {
                    Self { value: sum.value + step.value, ..sum }
                }
                Some(_) => return None,
            });
            rest = after.trim_start();
        }
        total
    }

    /// The number of a quantity of one step without its unit (`5200` of `5200 ms`).
    #[must_use]
    pub fn number(text: &str) -> Option<Self> {
        let (value, rest) = Self::leading(text.trim())?;
        let (_, after) = Self::step(text.trim())?;
        (after.is_empty() && !rest.is_empty()).then_some(Self { value, dimension: Dimension::Number })
    }

    /// One number and its unit from the front of a text.
    fn step(text: &str) -> Option<(Self, &str)> {
        let (value, rest) = Self::leading(text)?;
        let rest = rest.trim_start();
        let letters = rest.find(|c: char| !(c.is_alphabetic() || c == '%' || c == '/')).unwrap_or(rest.len());
        let (factor, dimension) = unit(&rest[..letters])?;
        Some((Self { value: value * factor, dimension }, &rest[letters..]))
    }

    /// The number at the front of a text and what follows it.
    fn leading(text: &str) -> Option<(f64, &str)> {
        let digits = text
            .char_indices()
            .find(|&(i, c)| {
                !(c.is_ascii_digit() || c == '.' || c == ',' || (i == 0 && (c == '-' || c == '+')))
            })
            .map_or(text.len(), |(i, _)| i);
        let number = &text[..digits];
        let value: f64 =
            if number.contains(',') { grouped(number)?.parse().ok()? } else { number.parse().ok()? };
        Some((value, &text[digits..]))
    }

    /// Order of two quantities of one dimension; `None` across dimensions.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.dimension == other.dimension { self.value.partial_cmp(&other.value) } else { None }
    }

    /// Gives a bare number the unit its name ends with (`elapsed_ms`, `sizeBytes`, `bytes`); others stay as they are.
    #[must_use]
    pub fn with_unit_of_name(self, name: &str) -> Self {
        if self.dimension != Dimension::Number {
            return self;
        }
        if name.eq_ignore_ascii_case("bytes") {
            return Self { dimension: Dimension::Size, ..self };
        }
        match unit_in_name(name) {
            Some((_, factor, dimension)) => Self { value: self.value * factor, dimension },
            None => self,
        }
    }
}

/// `1,234,567` without its commas; `None` if the groups are not groups of three.
fn grouped(number: &str) -> Option<String> {
    let mut groups = number.split('.').next()?.split(',');
    let first = groups.next()?.trim_start_matches(['-', '+']);
    let fits = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    fits.then(|| number.replace(',', ""))
}

/// Factor to the base unit; the empty unit is a bare number, an unknown one `None`.
fn unit(word: &str) -> Option<(f64, Dimension)> {
    use Dimension::{Duration, Number, Size};
    let lower = word.to_ascii_lowercase();
    Some(match lower.as_str() {
        "" | "%" => (1.0, Number),
        "ns" | "nanos" | "nanosecond" | "nanoseconds" => (1.0, Duration),
        "us" | "µs" | "μs" | "micros" | "microsecond" | "microseconds" => (1e3, Duration),
        "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => (1e6, Duration),
        "s" | "sec" | "secs" | "second" | "seconds" => (1e9, Duration),
        "m" | "min" | "mins" | "minute" | "minutes" => (60e9, Duration),
        "h" | "hr" | "hrs" | "hour" | "hours" => (3600e9, Duration),
        "d" | "day" | "days" => (86_400e9, Duration),
        "w" | "week" | "weeks" => (604_800e9, Duration),
        "b" | "byte" | "bytes" => (1.0, Size),
        "k" | "kb" | "kib" => (1024.0, Size),
        "mb" | "mib" => (1_048_576.0, Size),
        "g" | "gb" | "gib" => (1_073_741_824.0, Size),
        "t" | "tb" | "tib" => (1_099_511_627_776.0, Size),
        _ => return None,
    })
}

/// The unit a field name ends with and the name before it.
pub(super) fn unit_in_name(name: &str) -> Option<(&str, f64, Dimension)> {
    const ENDS: [(&str, &str); 16] = [
        ("_ns", "ns"),
        ("_us", "us"),
        ("_ms", "ms"),
        ("_millis", "ms"),
        ("_s", "s"),
        ("_sec", "s"),
        ("_secs", "s"),
        ("_seconds", "s"),
        ("_bytes", "b"),
        ("_kb", "kb"),
        ("_mb", "mb"),
        ("Ms", "ms"),
        ("Millis", "ms"),
        ("Seconds", "s"),
        ("Bytes", "b"),
        ("Nanos", "ns"),
    ];
    ENDS.iter().find_map(|&(end, word)| {
        let base = name.strip_suffix(end).filter(|base| !base.is_empty())?;
        let (factor, dimension) = unit(word)?;
        Some((base, factor, dimension))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("5s", 5e9, Dimension::Duration)]
    #[case("5200 ms", 5.2e9, Dimension::Duration)]
    #[case("1h30m", 5400e9, Dimension::Duration)]
    #[case("10MB", 10_485_760.0, Dimension::Size)]
    #[case("1,234", 1234.0, Dimension::Number)]
    #[case("-3.5", -3.5, Dimension::Number)]
    #[case("80%", 80.0, Dimension::Number)]
    fn quantities_come_to_one_scale(#[case] text: &str, #[case] value: f64, #[case] dimension: Dimension) {
        assert_eq!(Quantity::parse(text), Some(Quantity { value, dimension }));
    }

    #[rstest]
    #[case("")]
    #[case("fast")]
    #[case("0x1f")]
    #[case("10.0.0.7")]
    #[case("1,23")]
    #[case("5 bananas")]
    #[case("10MB 5s")]
    #[case("5 6")]
    fn other_texts_are_not_quantities(#[case] text: &str) {
        assert_eq!(Quantity::parse(text), None);
    }

    #[test]
    fn a_bare_number_takes_the_unit_of_its_name() {
        let bare = Quantity { value: 250.0, dimension: Dimension::Number };
        assert_eq!(
            bare.with_unit_of_name("elapsed_ms"),
            Quantity { value: 250e6, dimension: Dimension::Duration }
        );
        assert_eq!(bare.with_unit_of_name("status"), bare);
    }

    #[test]
    fn different_dimensions_do_not_compare() {
        let (a, b) = (Quantity::parse("5s").unwrap(), Quantity::parse("5MB").unwrap());
        assert_eq!(a.compare(&b), None);
        assert_eq!(a.compare(&Quantity::parse("4999ms").unwrap()), Some(Ordering::Greater));
    }
}
