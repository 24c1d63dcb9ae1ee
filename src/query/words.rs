//! What a word is: one rule for cutting identifiers, shared by matching, ranking and questions.
//!
//! `HTTPServer`, `retry_count`, `dfs.DataNode` and `node7` are wholes and also the parts people type. ASCII only for
//! case and classes; bytes of other scripts count as letters, so no word is ever cut inside a character.

use std::ops::Range;

/// Whether a byte belongs to a word.
#[must_use]
pub const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether a part of a word may start or end before byte `at`: at punctuation, between lower and upper case, between
/// letters and digits, and before the last capital of a run (`HTTP|Server`, but `IDs` stays whole).
#[must_use]
pub fn is_boundary(text: &[u8], at: usize) -> bool {
    if at == 0 || at >= text.len() {
        return true;
    }
    let (before, after) = (text[at - 1], text[at]);
    if !is_word_byte(before) || !is_word_byte(after) {
        return true;
    }
    if before.is_ascii_digit() != after.is_ascii_digit() {
        return true;
    }
    if before.is_ascii_lowercase() && after.is_ascii_uppercase() {
        return true;
    }
    let lower = |i: usize| text.get(i).is_some_and(u8::is_ascii_lowercase);
    before.is_ascii_uppercase() && after.is_ascii_uppercase() && lower(at + 1) && lower(at + 2)
}

/// Where the part that starts at `start` ends.
#[must_use]
pub fn part_end(text: &[u8], start: usize) -> usize {
    let mut end = start + 1;
    while end < text.len() && !is_boundary(text, end) {
        end += 1;
    }
    end.min(text.len())
}

/// The parts of a text, in order: runs of letters or of digits, identifiers split at their case.
pub fn parts(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    runs(text, part_end)
}

/// The wholes of a text, in order: runs of word bytes held together by single `. _ - : / @ $` inside them.
pub fn wholes(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    runs(text, whole_end)
}

/// Runs that begin at a word byte and end where `end` says.
fn runs(text: &[u8], end: fn(&[u8], usize) -> usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.iter().position(|&b| is_word_byte(b))?;
        at = end(text, start);
        Some(start..at)
    })
}

fn whole_end(text: &[u8], start: usize) -> usize {
    let is_word = |at: usize| text.get(at).is_some_and(|&b| is_word_byte(b));
    let goes_on =
        |&at: &usize| is_word(at) || (text.get(at).is_some_and(|&b| is_joint(b)) && is_word(at + 1));
    (start..text.len()).take_while(goes_on).last().map_or(start, |at| at + 1)
}

const fn is_joint(byte: u8) -> bool {
    matches!(byte, b'.' | b'_' | b'-' | b':' | b'/' | b'@' | b'$')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn texts(ranges: impl Iterator<Item = Range<usize>>, text: &str) -> Vec<String> {
        ranges.map(|r| text[r].to_owned()).collect()
    }

    #[rstest]
    #[case("HTTPServer retry_count", &["HTTP", "Server", "retry", "count"])]
    #[case("userIDs=node7", &["user", "IDs", "node", "7"])]
    #[case("OOMKilled", &["OOM", "Killed"])]
    #[case("größe über", &["größe", "über"])]
    fn identifiers_fall_into_their_parts(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(texts(parts(text.as_bytes()), text), expected);
    }

    #[rstest]
    #[case("at 10.0.0.7:80, a.b.Server$Inner!", &["at", "10.0.0.7:80", "a.b.Server$Inner"])]
    #[case("done. --x", &["done", "x"])]
    fn identifiers_also_stay_whole(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(texts(wholes(text.as_bytes()), text), expected);
    }

    proptest! {
        #[test]
        fn parts_cover_exactly_the_word_bytes(text in ".{0,60}") {
            let mut covered = vec![false; text.len()];
            for range in parts(text.as_bytes()) {
                prop_assert!(text.get(range.clone()).is_some());
                covered[range].fill(true);
            }
            let expected: Vec<bool> = text.bytes().map(is_word_byte).collect();
            prop_assert_eq!(covered, expected);
        }
    }
}
