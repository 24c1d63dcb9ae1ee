//! The words and numbers of a saved comparison, the same in the report and in the replay.

use crate::change::{Kind, Rate, Unit};

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

/// `28/30 requests`; a fraction (requests that pass a place several times) keeps one digit.
#[must_use]
pub fn rate(rate: Rate, unit: Unit) -> String {
    format!("{rate} {}", unit.as_str())
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
