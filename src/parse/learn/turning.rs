//! Columns of words that take turns in front of the same texts: severities nobody knows, facilities, modules, hosts.
//!
//! A column of a header and the message behind it are chosen apart, so the same message is seen behind several of its
//! few values. The first word of a message decides how the message goes on, so behind another word other text stands.

use super::Row;
use crate::parse::lex::Kind;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// Columns judged together; what stands behind all of them must be the message.
const WIDEST: usize = 3;
/// Different values, digits aside, that a column of a header takes at most.
const VALUES: usize = 24;
/// Words of the message that tell it from others.
const TELLING: usize = 4;
/// Fewest rows with a message that came more than once, and fewest messages behind several values.
const FEWEST_ROWS: usize = 20;
const FEWEST_MESSAGES: usize = 4;
/// A request's method is the first word of a message, whatever it stands before.
const METHODS: [&[u8]; 7] = [b"GET", b"POST", b"PUT", b"DELETE", b"HEAD", b"PATCH", b"OPTIONS"];

/// How many columns from `from` on take turns; 0 if none does.
pub(super) fn turning(rows: &[Row<'_>], from: usize) -> usize {
    (1..=WIDEST).rev().find(|width| take_turns(rows, from..from + width)).unwrap_or(0)
}

fn take_turns(rows: &[Row<'_>], columns: std::ops::Range<usize>) -> bool {
    let full: Vec<&Row<'_>> = rows.iter().filter(|row| row.tokens.len() > columns.end).collect();
    if full.len() * 20 < rows.len() * 19 || !columns.clone().all(|column| few_values(&full, column)) {
        return false;
    }
    let mut messages: FxHashMap<u64, Vec<&Row<'_>>> = FxHashMap::default();
    for row in full {
        messages.entry(message(row, columns.end)).or_default().push(row);
    }
    messages.retain(|_, rows| rows.len() > 1);
    let repeated: usize = messages.values().map(Vec::len).sum();
    repeated >= FEWEST_ROWS
        && repeated * 3 >= rows.len()
        && columns.clone().all(|column| {
            let several = messages.values().filter(|rows| {
                rows.iter()
                    .any(|row| row.word(column) != rows.first().map_or(&[][..], |first| first.word(column)))
            });
            let (count, lines) = several.fold((0, 0), |(count, lines), rows| (count + 1, lines + rows.len()));
            count >= FEWEST_MESSAGES && lines * 10 >= repeated * 7
        })
}

/// Whether nearly all rows have one of a few words here, none of which looks like a value of the message.
fn few_values(rows: &[&Row<'_>], column: usize) -> bool {
    let mut counts: FxHashMap<Vec<u8>, usize> = FxHashMap::default();
    for row in rows {
        let word = row.word(column);
        let valued =
            |b: &u8| matches!(b, b'"' | b'\'' | b'{' | b'}' | b'/' | b'\\' | b'@' | b'=' | b'(' | b')');
        let named = word.iter().any(u8::is_ascii_alphabetic)
            || word.len() <= 3 && !word.iter().any(u8::is_ascii_digit);
        if row.kind(column) != Some(Kind::Time) && named && !word.iter().any(valued) {
            let form = word.iter().map(|b| if b.is_ascii_digit() { b'0' } else { *b }).collect();
            *counts.entry(form).or_default() += 1;
        }
    }
    let methods = counts.keys().filter(|word| METHODS.contains(&word.as_slice())).count();
    let mut counts: Vec<usize> = counts.into_values().collect();
    counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
    methods < counts.len() && counts.iter().take(VALUES).sum::<usize>() * 50 >= rows.len() * 49
}

/// What tells a message from others: its first words without digits.
fn message(row: &Row<'_>, column: usize) -> u64 {
    let start = row.tokens.get(column).map_or(row.text.len(), |token| token.start);
    let mut hasher = FxHasher::default();
    let words = row.text.get(start..).unwrap_or_default().split(|b| matches!(b, b' ' | b'\t' | b','));
    for word in words.filter(|word| !word.is_empty() && !word.iter().any(u8::is_ascii_digit)).take(TELLING) {
        hasher.write(word);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::super::*;

    fn columns(line: impl Fn(usize) -> String) -> usize {
        let texts: Vec<String> = (0..600).map(line).collect();
        let rows: Vec<Row<'_>> =
            texts.iter().map(|text| row(text.as_bytes(), DayOrder::MonthFirst)).collect();
        turning(&rows, 1)
    }

    const TEXTS: [&str; 6] =
        ["disk is full", "link went down", "retry in 5 s", "fan speed is low", "door open", "user logged in"];

    #[test]
    fn words_in_front_of_the_same_messages_are_columns() {
        let words = ["ALPHA", "BETA", "GAMMA"];
        assert_eq!(columns(|i| format!("2024-01-15T10:00:00Z {} {}", words[i % 3], TEXTS[i / 3 % 6])), 1);
        let two = |i: usize| format!("{} mod-{}", words[i % 3], i / 3 % 4);
        assert_eq!(columns(|i| format!("2024-01-15T10:00:00Z {} {}", two(i), TEXTS[i / 12 % 6])), 2);
    }

    #[test]
    fn first_words_of_messages_are_no_columns() {
        assert_eq!(columns(|i| format!("2024-01-15T10:00:00Z {} {i}", TEXTS[i % 6])), 0);
        let verbs = ["Accepted", "Failed"];
        let rest = ["password for root", "key for root"];
        let line = |i: usize| match i % 8 {
            0 | 1 => format!("{} {}", verbs[i / 8 % 2], rest[i % 2]),
            n => TEXTS[n - 2].to_owned(),
        };
        assert_eq!(columns(|i| format!("2024-01-15T10:00:00Z {} {i}", line(i))), 0);
        let methods = ["GET", "POST", "PUT"];
        assert_eq!(columns(|i| format!("2024-01-15T10:00:00Z {} {}", methods[i % 3], TEXTS[i / 3 % 6])), 0);
    }
}
