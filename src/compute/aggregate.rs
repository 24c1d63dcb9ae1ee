//! Exact aggregates over numbers with units.

use super::intent::Intent;
use super::unit::Unit;
use super::value::{Decimal, Quantity};

/// Compares two quantities: by their base if of one kind, else by the bare number.
pub(super) fn order(a: Quantity, b: Quantity) -> std::cmp::Ordering {
    match (a.base(), b.base()) {
        (Some(x), Some(y)) if a.unit.kind() == b.unit.kind() => x.cmp(&y),
        _ => a.number.cmp(&b.number),
    }
}

/// One aggregate over numbers; mixed units of a kind are normalised, other mixtures are computed as bare numbers. Only a
/// quantile keeps the numbers; the others go through them.
pub(super) fn aggregate(intent: Intent, numbers: impl Iterator<Item = Quantity> + Clone) -> Option<Quantity> {
    let unit = common_unit(numbers.clone());
    let plain = numbers.clone().map(|n| if unit == Unit::None { n.number } else { n.in_unit(unit).number });
    let wrap = |number: Decimal| Quantity { number, unit };
    match intent {
        Intent::Sum => total(plain).map(|(sum, _)| wrap(sum)),
        Intent::Mean => total(plain).and_then(|(sum, count)| sum.over(count, 3)).map(wrap),
        // The first of equals, as the cited record is.
        Intent::Max => numbers.reduce(|best, n| if order(n, best).is_gt() { n } else { best }),
        Intent::Min => numbers.reduce(|best, n| if order(n, best).is_lt() { n } else { best }),
        Intent::Percentile(thousandths) => quantile(plain.collect(), thousandths).map(wrap),
        _ => None,
    }
}

/// The sum and how many there are.
fn total(mut numbers: impl Iterator<Item = Decimal>) -> Option<(Decimal, i64)> {
    numbers.try_fold((Decimal::ZERO, 0i64), |(sum, count), n| Some((sum.plus(n)?, count + 1)))
}

/// The unit of all numbers, or of the first if they are of one kind; none if the kinds differ.
fn common_unit(mut numbers: impl Iterator<Item = Quantity>) -> Unit {
    let Some(first) = numbers.next().map(|n| n.unit) else { return Unit::None };
    if numbers.all(|n| n.unit.kind() == first.kind()) { first } else { Unit::None }
}

/// Nearest rank (the smallest value with at least this share at or below it); the median of an even number is the
/// mean of the middle two.
fn quantile(mut numbers: Vec<Decimal>, thousandths: u16) -> Option<Decimal> {
    numbers.sort_unstable();
    let n = numbers.len();
    if thousandths == 500 && n.is_multiple_of(2) {
        return numbers.get(n / 2 - 1)?.plus(*numbers.get(n / 2)?)?.over(2, 6);
    }
    let rank = (n * usize::from(thousandths)).div_ceil(1_000).max(1);
    numbers.get(rank - 1).copied()
}
