//! The words and numbers of a saved comparison, the same in the report and in the replay.

use crate::change::{Confidence, Kind, Rate, Unit};

/// What happened, in a word.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::New => "new",
        Kind::Lost => "lost",
        Kind::More => "more",
        Kind::Fewer => "fewer",
        Kind::Switched => "switched",
        Kind::Slow => "slow",
        Kind::Rate => "error rate",
        Kind::Quiet => "silent",
        Kind::Field => "value",
        Kind::First => "first seen",
    }
}

/// How sure a row is; a first rare record is not tested, so it says so.
#[must_use]
pub const fn sure(kind: Kind, confidence: Confidence) -> &'static str {
    match (kind, confidence) {
        (Kind::First, _) => "untested",
        (_, Confidence::Strong) => "strong",
        (_, Confidence::Likely) => "likely",
        (_, Confidence::Weak) => "weak",
    }
}

/// `28/30 requests`; a fraction (requests that pass a place several times) keeps one digit.
#[must_use]
pub fn rate(rate: Rate, unit: Unit) -> String {
    let unit = match unit {
        Unit::Requests => "requests",
        Unit::Episodes => "episodes",
        Unit::Records => "records",
        Unit::Pauses => "pauses",
        Unit::Cells => "stretches",
        Unit::Seconds => "s",
    };
    format!("{}/{} {unit}", amount(rate.n), amount(rate.of))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, not negative; saturates"
)]
fn amount(number: f64) -> String {
    let rounded = number.round();
    if (number - rounded).abs() < 0.05 { grouped(rounded.max(0.0) as u64) } else { format!("{number:.1}") }
}

/// `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_shows_its_counts_with_their_unit() {
        assert_eq!(rate(Rate { n: 2_396.0, of: 2_411.0 }, Unit::Requests), "2,396/2,411 requests");
        assert_eq!(rate(Rate { n: 2.5, of: 0.0 }, Unit::Records), "2.5/0 records");
    }
}
