//! Exact aggregates over numbers with units.

use super::intent::Intent;
use super::value::{Decimal, Quantity, Unit};

/// Compares two quantities: by their base if of one kind, else by the bare number.
pub(super) fn order(a: Quantity, b: Quantity) -> std::cmp::Ordering {
    match (a.base(), b.base()) {
        (Some(x), Some(y)) if a.unit.kind() == b.unit.kind() => x.cmp(&y),
        _ => a.number.cmp(&b.number),
    }
}

/// One aggregate over numbers; mixed units of a kind are normalised, other mixtures are computed as bare numbers.
pub(super) fn aggregate(intent: Intent, numbers: &[Quantity]) -> Option<Quantity> {
    let unit = common_unit(numbers);
    let plain: Vec<Decimal> =
        numbers.iter().map(|n| if unit == Unit::None { n.number } else { n.in_unit(unit).number }).collect();
    let wrap = |number: Decimal| Quantity { number, unit };
    match intent {
        Intent::Sum => plain.iter().try_fold(Decimal::ZERO, |sum, n| sum.plus(*n)).map(wrap),
        Intent::Mean => {
            let sum = plain.iter().try_fold(Decimal::ZERO, |sum, n| sum.plus(*n))?;
            sum.over(i64::try_from(plain.len()).ok()?, 3).map(wrap)
        }
        // The first of equals, as the cited record is.
        Intent::Max => {
            numbers.iter().copied().reduce(|best, n| if order(n, best).is_gt() { n } else { best })
        }
        Intent::Min => {
            numbers.iter().copied().reduce(|best, n| if order(n, best).is_lt() { n } else { best })
        }
        Intent::Percentile(thousandths) => quantile(plain, thousandths).map(wrap),
        _ => None,
    }
}

/// The unit of all numbers, or of the first if they are of one kind; none if the kinds differ.
fn common_unit(numbers: &[Quantity]) -> Unit {
    let first = numbers.first().map_or(Unit::None, |n| n.unit);
    let same_kind = numbers.iter().all(|n| n.unit.kind() == first.kind());
    if same_kind { first } else { Unit::None }
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
