//! Counts over time: buckets, the busiest one, the direction.

use super::finding::{Finding, TableRow, Value};
use super::intent::Intent;
use super::value::{Decimal, Quantity};
use crate::domain::Timestamp;

/// Most buckets of a trend.
const BUCKETS: i64 = 12;
const SECOND: i64 = 1_000_000_000;
/// Bucket lengths people think in, in seconds.
const STEPS: [i64; 15] =
    [1, 5, 10, 30, 60, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 604_800];

/// Fills the table and the value of a trend or a peak.
pub(super) fn fill(times: &[Timestamp], intent: Intent, finding: &mut Finding) {
    let Some((first, last)) = finding.span else { return };
    let wanted = last.since(first) / SECOND / BUCKETS + 1;
    let step = STEPS.into_iter().find(|step| *step >= wanted).unwrap_or(wanted) * SECOND;
    let begin = first.as_nanos().div_euclid(step) * step;
    let count = usize::try_from((last.as_nanos() - begin) / step).unwrap_or(0) + 1;
    let mut buckets = vec![0u64; count];
    for at in times {
        if let Some(bucket) =
            usize::try_from((at.as_nanos() - begin) / step).ok().and_then(|i| buckets.get_mut(i))
        {
            *bucket += 1;
        }
    }
    let start = |i: usize| Timestamp::from_nanos(begin + step * i64::try_from(i).unwrap_or(0));
    let number = |n: u64| Quantity::plain(Decimal::from_int(i128::from(n)));
    finding.rows = buckets
        .iter()
        .enumerate()
        .map(|(i, &lines)| TableRow {
            label: finding.zone.format(start(i), "%Y-%m-%d %H:%M:%S"),
            value: number(lines),
            lines,
            example: None,
        })
        .collect();
    let peak = buckets.iter().enumerate().max_by_key(|(i, n)| (**n, std::cmp::Reverse(*i)));
    if let Some((at, lines)) = peak {
        finding.alternatives.push(format!(
            "most in the {} from {}: {lines}",
            span_name(step),
            finding.zone.format(start(at), "%Y-%m-%d %H:%M:%S")
        ));
        if intent == Intent::Peak {
            finding.value = Value::Time(start(at));
            return;
        }
    }
    finding.value = Value::Text(direction(&buckets));
}

/// The first half of the buckets against the second.
fn direction(buckets: &[u64]) -> String {
    let middle = buckets.len() / 2;
    let before: u64 = buckets[..middle].iter().sum();
    let after: u64 = buckets[buckets.len() - middle..].iter().sum();
    let word = if middle == 0 {
        "too short to tell"
    } else if after * 4 > before * 5 {
        "increasing"
    } else if after * 5 < before * 4 {
        "decreasing"
    } else {
        "steady"
    };
    format!("{word} ({before} in the first half, {after} in the second)")
}

fn span_name(nanos: i64) -> String {
    let seconds = nanos / SECOND;
    match seconds {
        s if s % 86_400 == 0 => plural(s / 86_400, "day"),
        s if s % 3_600 == 0 => plural(s / 3_600, "hour"),
        s if s % 60 == 0 => plural(s / 60, "minute"),
        s => plural(s, "second"),
    }
}

fn plural(n: i64, noun: &str) -> String {
    if n == 1 { noun.to_owned() } else { format!("{n} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(&[1, 1, 5, 9], "increasing (2 in the first half, 14 in the second)")]
    #[case(&[9, 5, 1, 1], "decreasing (14 in the first half, 2 in the second)")]
    #[case(&[3, 3, 3], "steady (3 in the first half, 3 in the second)")]
    fn halves_tell_the_direction(#[case] buckets: &[u64], #[case] expected: &str) {
        assert_eq!(direction(buckets), expected);
    }
}
