//! Where a value of a question stands in the records that contain it.
//!
//! A value counts only as a whole word: `24` is not in `240`, and `10.0.0.1` is not in `110.0.0.1`.

use super::corpus::{Place, Row, ValueHit, ValueMatch};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Counts the places of one value over the rows of a scan.
#[derive(Debug)]
pub(super) struct Tally {
    needle: Vec<u8>,
    counts: FxHashMap<(usize, Place, ValueMatch), u64>,
}

impl Tally {
    /// For a value in any letter case.
    pub(super) fn new(value: &str) -> Self {
        Self { needle: value.to_ascii_lowercase().into_bytes(), counts: FxHashMap::default() }
    }

    /// Notes every place of the value in a row.
    pub(super) fn add(&mut self, row: &Row<'_>) {
        for (place, kind) in places(row, &self.needle) {
            *self.counts.entry((row.pattern, place, kind)).or_default() += 1;
        }
    }

    /// The places, by pattern.
    pub(super) fn into_hits(self) -> Vec<ValueHit> {
        let mut hits: Vec<ValueHit> = self
            .counts
            .into_iter()
            .map(|((pattern, place, kind), lines)| ValueHit { pattern, place, kind, lines })
            .collect();
        hits.sort_by(|a, b| (a.pattern, a.kind, &a.place).cmp(&(b.pattern, b.kind, &b.place)));
        hits
    }
}

/// The places of a lower-case needle in one row, each once, best match first.
pub(super) fn places(row: &Row<'_>, needle: &[u8]) -> Vec<(Place, ValueMatch)> {
    let mut found: Vec<(Place, ValueMatch)> = Vec::new();
    let mut note = |place: Place, kind: ValueMatch| match found.iter_mut().find(|(at, _)| *at == place) {
        Some((_, best)) => *best = kind.min(*best),
        None => found.push((place, kind)),
    };
    for at in occurrences(row.body, needle) {
        let (place, kind) = place_in_body(row, &at);
        note(place, kind);
    }
    if row.service.as_bytes().eq_ignore_ascii_case(needle) {
        note(Place::Service, ValueMatch::Exact);
    }
    for field in row.fields {
        if let Some(kind) = match_value(field.value.as_bytes(), needle) {
            note(Place::Field(field.name.clone()), kind);
        }
    }
    // A few digits stand in any clock time of a header.
    let telling = needle.len() > 5 || needle.iter().any(u8::is_ascii_alphabetic);
    if found.is_empty() && telling && !occurrences(row.raw, needle).is_empty() {
        found.push((Place::Elsewhere, ValueMatch::Exact));
    }
    found
}

/// How a whole value matches a lower-case needle, if it does.
pub(super) fn match_value(value: &[u8], needle: &[u8]) -> Option<ValueMatch> {
    let at = occurrences(value, needle);
    at.iter().map(|at| match_kind(value, 0..value.len(), at)).min()
}

fn place_in_body(row: &Row<'_>, at: &Range<usize>) -> (Place, ValueMatch) {
    let slot = row.captures.iter().find(|c| c.range.start < at.end && at.start < c.range.end);
    match slot {
        Some(capture) => (Place::Slot(capture.slot), match_kind(row.body, capture.range.clone(), at)),
        None => (Place::Constant, ValueMatch::Constant),
    }
}

/// Compares an occurrence with the whole word around the captured range (`blk_` before a number belongs to it).
fn match_kind(body: &[u8], captured: Range<usize>, at: &Range<usize>) -> ValueMatch {
    let whole = widen(body, captured.clone());
    if at.start <= captured.start && at.end >= captured.end {
        return ValueMatch::Exact;
    }
    let inside = body.get(whole.clone()).unwrap_or_default();
    let local = at.start.saturating_sub(whole.start)..at.end.saturating_sub(whole.start);
    if is_address_part(inside, &local) {
        return ValueMatch::Exact;
    }
    if local.start == 0 { ValueMatch::Prefix } else { ValueMatch::Part }
}

/// Whether the range is the address or the port of `address:port`, brackets and a leading slash aside.
fn is_address_part(value: &[u8], at: &Range<usize>) -> bool {
    let after = value.get(at.end);
    let before = at.start.checked_sub(1).and_then(|i| value.get(i));
    let port_follows = after == Some(&b':') && value[at.end + 1..].iter().all(u8::is_ascii_digit);
    let is_port =
        before == Some(&b':') && after.is_none() && value[at.clone()].iter().all(u8::is_ascii_digit);
    let starts = before.is_none_or(|b| matches!(b, b'/' | b'['));
    (port_follows && starts) || is_port || (starts && after.is_none_or(|b| *b == b']'))
}

/// The whole word around a range: letters, digits, `_` and `-` glued to it.
pub(super) fn widen(body: &[u8], range: Range<usize>) -> Range<usize> {
    let glued = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-') || *b >= 0x80;
    let mut start = range.start.min(body.len());
    let mut end = range.end.min(body.len());
    while start > 0 && glued(&body[start - 1]) {
        start -= 1;
    }
    while end < body.len() && glued(&body[end]) {
        end += 1;
    }
    // A dash that only separates is no part of the word.
    while start < range.start && body[start] == b'-' && start + 1 == range.start && start == 0 {
        start += 1;
    }
    start..end
}

/// Where the lower-case needle stands as a whole word.
pub(super) fn occurrences(haystack: &[u8], needle: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let Some(&first) = needle.first() else { return found };
    let (upper, lower) = (first.to_ascii_uppercase(), first.to_ascii_lowercase());
    let mut from = 0;
    while let Some(step) = memchr::memchr2(lower, upper, haystack.get(from..).unwrap_or_default()) {
        let at = from + step..from + step + needle.len();
        from += step + 1;
        let same = haystack.get(at.clone()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(needle));
        if same && is_whole(haystack, &at) {
            found.push(at);
        }
    }
    found
}

/// Whether the range neither starts nor ends inside a word or a number.
fn is_whole(text: &[u8], at: &Range<usize>) -> bool {
    let inner = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
    let digit = |i: Option<usize>| i.and_then(|i| text.get(i)).is_some_and(u8::is_ascii_digit);
    let before = at.start.checked_sub(1);
    let first_digit = digit(Some(at.start));
    let last_digit = digit(Some(at.end - 1));
    if before.is_some_and(|i| inner(text.get(i))) || (inner(text.get(at.end)) && !unit_follows(text, at)) {
        return false;
    }
    // `24` is neither in `1.24` nor in `24.5`; `7` is in `7.` at the end of a sentence.
    let point_before =
        first_digit && before.is_some_and(|i| text[i] == b'.') && digit(at.start.checked_sub(2));
    let point_after = last_digit && text.get(at.end) == Some(&b'.') && digit(Some(at.end + 1));
    !(point_before || point_after) || is_whole_decimal(text, at)
}

/// `24` is found in `24.0`.
fn is_whole_decimal(text: &[u8], at: &Range<usize>) -> bool {
    let before = at.start.checked_sub(1).is_none_or(|i| text[i] != b'.');
    let rest = &text[at.end..];
    before && rest.starts_with(b".0") && !rest.get(2).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.')
}

/// A number is found in front of its unit (`250` in `250ms`).
fn unit_follows(text: &[u8], at: &Range<usize>) -> bool {
    let number = text[at.clone()].iter().all(|b| b.is_ascii_digit() || *b == b'.');
    let letters: Vec<u8> = text[at.end..].iter().copied().take_while(u8::is_ascii_alphabetic).collect();
    let end = text.get(at.end + letters.len());
    number
        && (1..=4).contains(&letters.len())
        && !end.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && super::unit::Unit::parse(&String::from_utf8_lossy(&letters)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("took 250ms", "250", true)]
    #[case("stage 24.0 done", "24", true)]
    #[case("stage 24.5 done", "24", false)]
    #[case("node 240", "24", false)]
    #[case("from 110.0.0.1", "10.0.0.1", false)]
    #[case("from 10.0.0.1:80", "10.0.0.1", true)]
    #[case("ended at 7.", "7", true)]
    #[case("USER Root", "root", true)]
    fn values_are_found_as_whole_words(#[case] text: &str, #[case] value: &str, #[case] found: bool) {
        assert_eq!(!occurrences(text.as_bytes(), value.as_bytes()).is_empty(), found);
    }

    #[rstest]
    #[case("10.0.0.1:80", "10.0.0.1", Some(ValueMatch::Exact))]
    #[case("10.0.0.1:80", "80", Some(ValueMatch::Exact))]
    #[case("/10.0.0.1:80", "10.0.0.1", Some(ValueMatch::Exact))]
    #[case("job_7_3", "job_7", Some(ValueMatch::Prefix))]
    #[case("/var/log/app.log", "log", Some(ValueMatch::Part))]
    #[case("abc", "abd", None)]
    fn parts_of_values_are_told_apart(
        #[case] value: &str,
        #[case] needle: &str,
        #[case] expected: Option<ValueMatch>,
    ) {
        assert_eq!(match_value(value.as_bytes(), needle.as_bytes()), expected);
    }
}
