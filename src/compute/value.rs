//! Numbers with units, kept exact: a decimal is an integer and a scale, never a float.

use super::unit::Unit;
use std::cmp::Ordering;
use std::fmt;

const SECOND: i64 = 1_000_000_000;

/// An exact decimal number: `digits / 10^scale`.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { digits: 0, scale: 0 };

    /// An integer.
    #[must_use]
    pub const fn from_int(value: i128) -> Self {
        Self { digits: value, scale: 0 }
    }

    /// `digits / 10^scale`.
    pub(super) const fn new(digits: i128, scale: u32) -> Self {
        Self { digits, scale }
    }

    /// The digits and how many of them stand behind the point.
    pub(super) const fn parts(self) -> (i128, u32) {
        (self.digits, self.scale)
    }

    /// Reads `-12`, `3.50`, `1,024`; at most 18 digits behind the point.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
        let whole = plain_digits(whole)?;
        let bad = |part: &str| part.len() > 18 || part.bytes().any(|b| !b.is_ascii_digit());
        if whole.is_empty() || bad(&whole) && whole.len() > 30 || bad(fraction) {
            return None;
        }
        if rest.contains('.') && fraction.is_empty() {
            return None;
        }
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let scale = u32::try_from(fraction.len()).ok()?;
        Some(Self { digits: if negative { -digits } else { digits }, scale })
    }

    fn at_scale(self, scale: u32) -> Option<i128> {
        10i128.checked_pow(scale.checked_sub(self.scale)?)?.checked_mul(self.digits)
    }

    /// The exact sum; `None` on overflow.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let digits = self.at_scale(scale)?.checked_add(other.at_scale(scale)?)?;
        Some(Self { digits, scale })
    }

    /// The exact difference; `None` on overflow.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { digits: -other.digits, scale: other.scale })
    }

    /// The exact product with an integer; `None` on overflow.
    #[must_use]
    pub fn times(self, factor: i64) -> Option<Self> {
        Some(Self { digits: self.digits.checked_mul(i128::from(factor))?, scale: self.scale })
    }

    /// The quotient with an integer, rounded half away from zero to `places` digits behind the point.
    #[must_use]
    pub fn over(self, divisor: i64, places: u32) -> Option<Self> {
        if divisor == 0 {
            return None;
        }
        let scale = places.max(self.scale);
        let wide = self.at_scale(scale)?;
        let divisor = i128::from(divisor);
        let half = divisor.abs() / 2 * wide.signum();
        let quotient = (wide + half) / divisor;
        Some(Self { digits: quotient, scale }.rounded(places).trimmed())
    }

    fn rounded(self, places: u32) -> Self {
        if self.scale <= places {
            return self;
        }
        let step = 10i128.pow(self.scale - places);
        let half = step / 2 * self.digits.signum();
        Self { digits: (self.digits + half) / step, scale: places }
    }

    /// Without zeros at the end of the fraction.
    #[must_use]
    pub const fn trimmed(mut self) -> Self {
        while self.scale > 0 && self.digits % 10 == 0 {
            self.digits /= 10;
            self.scale -= 1;
        }
        self
    }

    /// The nearest float, for statistics that need one.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "the caller asked for an approximation")]
        let digits = self.digits as f64;
        digits / 10f64.powi(i32::try_from(self.scale).unwrap_or(0))
    }
}

/// Digits without thousands separators; `None` if the commas do not separate thousands.
fn plain_digits(text: &str) -> Option<String> {
    if !text.contains(',') {
        return Some(text.to_owned());
    }
    let mut groups = text.split(',');
    let head = groups.next()?;
    let well = (1..=3).contains(&head.len()) && groups.all(|group| group.len() == 3);
    well.then(|| text.replace(',', ""))
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.at_scale(scale), other.at_scale(scale)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => self.to_f64().total_cmp(&other.to_f64()),
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return write!(f, "{}", self.digits);
        }
        let power = 10u128.saturating_pow(self.scale);
        let magnitude = self.digits.unsigned_abs();
        let sign = if self.digits < 0 { "-" } else { "" };
        let width = self.scale as usize;
        write!(f, "{sign}{}.{:0width$}", magnitude / power, magnitude % power)
    }
}

/// A number with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number as written.
    pub number: Decimal,
    /// Its unit.
    pub unit: Unit,
}

impl Quantity {
    /// A bare number.
    #[must_use]
    pub const fn plain(number: Decimal) -> Self {
        Self { number, unit: Unit::None }
    }

    /// Reads `12`, `-3.5`, `250ms`, `1.2 KB`, `87%`, `00:10` and `1:02:03` (as durations), `1m30s`, `0x1f`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // "5174 bytes (5.05 kB)" says it twice.
        let restated = text.split_once(" (");
        let text = restated.map_or(text, |(first, _)| first);
        if let Some(hex) = text.strip_prefix("0x") {
            return i128::from_str_radix(hex, 16).ok().map(|n| Self::plain(Decimal::from_int(n)));
        }
        let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')));
        let Some(end) = end else { return Decimal::parse(text).map(Self::plain) };
        let (number, rest) = text.split_at(end);
        if rest.starts_with(':') {
            return clock_span(text);
        }
        let number = Decimal::parse(number)?;
        match Unit::parse(rest.trim()) {
            Some(unit) => Some(Self { number, unit }),
            None => compound_span(text),
        }
    }

    /// The number in the base of its kind (nanoseconds, bytes); `None` on overflow.
    #[must_use]
    pub fn base(self) -> Option<Decimal> {
        self.number.times(self.unit.factor())
    }

    /// The same quantity in another unit of its kind, rounded to 3 places; itself if the kinds differ.
    #[must_use]
    pub fn in_unit(self, unit: Unit) -> Self {
        if self.unit == unit || self.unit.kind() != unit.kind() {
            return self;
        }
        match self.base().and_then(|base| base.over(unit.factor(), 6)) {
            Some(number) => Self { number, unit },
            None => self,
        }
    }
}

/// `mm:ss` and `hh:mm:ss` as seconds.
fn clock_span(text: &str) -> Option<Quantity> {
    let mut seconds = 0i128;
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) || parts.iter().skip(1).any(|part| part.len() != 2) {
        return None;
    }
    for part in parts {
        seconds = seconds * 60 + part.parse::<u32>().ok().map(i128::from)?;
    }
    Some(Quantity { number: Decimal::from_int(seconds), unit: Unit::Time(SECOND, "s") })
}

/// `1m30s` in seconds.
fn compound_span(text: &str) -> Option<Quantity> {
    let nanos = crate::domain::parse_duration(&text.replace(' ', "")).ok()?;
    let number = Decimal::from_int(i128::from(nanos)).over(SECOND, 9)?;
    Some(Quantity { number, unit: Unit::Time(SECOND, "s") })
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::None => self.number.fmt(f),
            Unit::Percent => write!(f, "{}%", self.number),
            unit => write!(f, "{} {}", self.number, unit.label()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("12", "12")]
    #[case("1,024", "1024")]
    #[case("250ms", "250 ms")]
    #[case("1.50 KB", "1.50 kB")]
    #[case("00:10", "10 s")]
    #[case("1:02:03", "3723 s")]
    #[case("1m30s", "90 s")]
    #[case("87%", "87%")]
    #[case("-3.5", "-3.5")]
    fn quantities_are_read_with_their_unit(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(Quantity::parse(text).unwrap().to_string(), shown);
    }

    #[rstest]
    #[case("10.0.0.1")]
    #[case("abc")]
    #[case("12,34")]
    #[case("2024-01-15")]
    #[case("")]
    fn other_texts_are_no_quantities(#[case] text: &str) {
        assert_eq!(Quantity::parse(text), None);
    }

    #[test]
    fn sums_of_decimals_are_exact() {
        let parts = ["0.1", "0.2", "1e", "0.3"].iter().filter_map(|text| Decimal::parse(text));
        let sum = parts.fold(Decimal::ZERO, |sum, part| sum.plus(part).unwrap());
        assert_eq!(sum.to_string(), "0.6");
    }

    #[test]
    fn mixed_units_of_a_kind_compare_by_their_base() {
        let half = Quantity::parse("500ms").unwrap().base();
        assert!(half < Quantity::parse("1s").unwrap().base());
        assert_eq!(
            Quantity::parse("2 s").unwrap().in_unit(Unit::Time(1_000_000, "ms")).to_string(),
            "2000 ms"
        );
    }

    #[test]
    fn quotients_are_rounded_half_up() {
        assert_eq!(Decimal::from_int(10).over(4, 2).unwrap().to_string(), "2.5");
        assert_eq!(Decimal::from_int(1).over(3, 3).unwrap().to_string(), "0.333");
        assert_eq!(Decimal::from_int(-5).over(2, 0).unwrap().to_string(), "-3");
    }
}
