//! Which words occur in a block of text: a register-blocked Bloom filter over lower-cased words.
//!
//! A word is a run of ASCII letters, digits and bytes above 127; its parts (`500` and `ms`, `read` and `timeout` of
//! `ReadTimeout`) are words too, the stems of parts (see [`stem`]) as well, and what follows a JSON escape (`\t123`). A block of about 1 MiB starts with 128 KiB of bits
//! and is folded in half while less than a third of them is set, so that sparse blocks cost little. Answers "no" are
//! certain. Four bits inside one 64-bit word (Putze et al., "Cache-, hash- and space-efficient Bloom filters", 2007).

mod swar;

use crate::query::{is_boundary, part_end, stem};
use swar::Kinds;

/// 64-bit words of a fresh filter; a power of two.
const FRESH: usize = 16 * 1024;

/// The words of one block of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WordFilter {
    bits: Box<[u64]>,
}

impl WordFilter {
    pub(super) fn new() -> Self {
        Self { bits: vec![0; FRESH].into() }
    }

    /// The bits, for keeping.
    pub(super) fn words(&self) -> &[u64] {
        &self.bits
    }

    /// The inverse of [`WordFilter::words`]; `None` for a length no filter has.
    pub(super) fn of_words(bits: Box<[u64]>) -> Option<Self> {
        bits.len().is_power_of_two().then_some(Self { bits })
    }

    /// Adds every word of a text.
    pub(super) fn add_text(&mut self, text: &[u8]) {
        each_word(text, |hash| self.add(hash));
    }

    /// Adds a word by its hash.
    pub(super) fn add(&mut self, hash: u64) {
        let (word, mask) = self.place(hash);
        if let Some(slot) = self.bits.get_mut(word) {
            *slot |= mask;
        }
    }

    /// Whether a word may occur; `false` is certain.
    pub(super) fn may_hold(&self, hash: u64) -> bool {
        let (word, mask) = self.place(hash);
        self.bits.get(word).is_none_or(|bits| bits & mask == mask)
    }

    /// Halves the filter while it stays sparse enough.
    pub(super) fn fold(&mut self) {
        let mut bits = std::mem::take(&mut self.bits).into_vec();
        let set = |bits: &[u64]| bits.iter().map(|w| u64::from(w.count_ones())).sum::<u64>();
        while bits.len() > 8 && set(&bits) * 6 < bits.len() as u64 * 64 {
            let upper = bits.split_off(bits.len() / 2);
            bits.iter_mut().zip(upper).for_each(|(low, high)| *low |= high);
        }
        self.bits = bits.into();
    }

    pub(super) fn bytes(&self) -> usize {
        self.bits.len() * 8
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let word = (hash >> 24) as usize & (self.bits.len() - 1);
        let bit = |shift: u32| 1u64 << ((hash >> shift) & 63);
        (word, bit(0) | bit(6) | bit(12) | bit(18))
    }
}

/// Calls `word` with the hash of every word, of its parts and their stems, and of neighbouring parts made of letters
/// taken together; a word seen a short while ago may be left out.
pub(super) fn each_word(text: &[u8], mut word: impl FnMut(u64)) {
    let (mut lately, mut stems) = (Lately::new(), Stems::new());
    swar::each_run(text, |from, to| {
        let mut from = Some(from);
        while let Some(start) = from {
            if !lately.saw(text, start, to) {
                each_form(text, start, to, &mut stems, &mut word);
            }
            from = escape_end(text, start).filter(|&inside| inside < to);
        }
    });
}

/// The hashes that one word is found by.
fn each_form(text: &[u8], from: usize, to: usize, stems: &mut Stems, word: &mut impl FnMut(u64)) {
    let (mut state, mut kinds) = (SEED, Kinds::default());
    for at in (from..to).step_by(8) {
        let bytes = swar::load(text, at, to);
        state = step(state, swar::lower(bytes));
        kinds = kinds.with(bytes);
    }
    let whole = finish(state);
    word(whole);
    // One kind of byte, or one capital at the start, has no parts; most words end here.
    match (kinds.digits != 0, kinds.lower != 0, kinds.upper != 0) {
        (true, false, false) => {}
        (false, true, false) | (false, false, true) => {
            stems.add(whole, text.get(from..to).unwrap_or_default(), word);
        }
        _ => each_part(text.get(from..to).unwrap_or_default(), stems, word),
    }
}

/// The words of up to sixteen bytes seen lately, as they stood: logs repeat theirs. 32 KiB, so that it stays in the
/// first-level cache.
struct Lately {
    seen: [[u64; 2]; 2048],
}

impl Lately {
    const fn new() -> Self {
        Self { seen: [[0; 2]; 2048] }
    }

    /// Whether the word was seen lately; remembers it.
    fn saw(&mut self, text: &[u8], from: usize, to: usize) -> bool {
        let word = [swar::load(text, from, to), swar::load(text, from + 8, to)];
        let mixed = (word[0] ^ word[1].rotate_left(29)).wrapping_mul(SEED);
        match self.seen.get_mut((mixed >> 53) as usize) {
            Some(slot) if to - from <= 16 => std::mem::replace(slot, word) == word,
            _ => false,
        }
    }
}

/// Where the letters of a JSON escape end that a word starts with (`t` of `\t`, `u0009` of `\u0009`).
fn escape_end(text: &[u8], start: usize) -> Option<usize> {
    (*text.get(start.checked_sub(1)?)? == b'\\').then_some(())?;
    match text.get(start)? {
        b'n' | b't' | b'r' | b'b' | b'f' => Some(start + 1),
        b'u' => {
            let hex = text.get(start + 1..start + 5)?;
            hex.iter().all(u8::is_ascii_hexdigit).then_some(start + 5)
        }
        _ => None,
    }
}

/// Longest part whose stem is added.
const STEMMED: usize = 32;
/// Longest stem that can be looked up: the longest ending of a word has fewer than twelve letters.
const LONGEST_STEM: usize = STEMMED - 12;

/// Adds stems; remembers which words were seen lately, as logs repeat theirs.
struct Stems {
    seen: [u64; 1024],
}

impl Stems {
    const fn new() -> Self {
        Self { seen: [0; 1024] }
    }

    fn add(&mut self, hash: u64, part: &[u8], found: &mut impl FnMut(u64)) {
        let Some(slot) = self.seen.get_mut((hash >> 32) as usize & 1023) else { return };
        if *slot == hash {
            return;
        }
        *slot = hash;
        let mut buffer = [0u8; STEMMED];
        let Some(lower) = buffer.get_mut(..part.len()) else { return };
        lower.copy_from_slice(part);
        lower.make_ascii_lowercase();
        let stem = stem(lower);
        if stem.len() < part.len() {
            found(hash_of(stem));
        }
    }
}

/// Hashes of which at least one is in the filter of a text that holds `word`, whose stem is `stem`, in any form; empty
/// when nothing can be said.
pub(super) fn forms_of(word: &[u8], stem: &[u8]) -> Vec<u64> {
    let plain = word.iter().all(u8::is_ascii_alphabetic) && stem.len() <= LONGEST_STEM;
    if plain { vec![hash_of(stem), hash_of(word)] } else { Vec::new() }
}

fn hash_of(word: &[u8]) -> u64 {
    let chunks = (0..word.len()).step_by(8).map(|at| swar::load(word, at, word.len()));
    finish(chunks.fold(SEED, |state, bytes| step(state, swar::lower(bytes))))
}

/// Parts of letters that are taken together; longer rows of parts are ids, not names.
const JOINED: usize = 8;

/// `ReadTimeoutError2` gives `read`, `readtimeout`, `readtimeouterror`, `timeout`, `timeouterror`, `error` and `2`.
fn each_part(word: &[u8], stems: &mut Stems, found: &mut impl FnMut(u64)) {
    let mut start = 0;
    while start < word.len() {
        let (mut at, mut joined) = (start, 0);
        let mut next = word.len();
        while at < word.len() && joined < JOINED {
            let end = part_end(word, at);
            let part = word.get(start..end).unwrap_or_default();
            let hash = hash_of(part);
            found(hash);
            stems.add(hash, part, found);
            if joined == 0 {
                next = end;
            }
            let digits = |i: usize| word.get(i).is_some_and(u8::is_ascii_digit);
            if digits(at) || digits(end) {
                break;
            }
            (at, joined) = (end, joined + 1);
        }
        start = next;
    }
}

/// Hashes of words that a text certainly contains if it contains `text`: as whole words (see [`is_whole_word`]), or
/// anywhere, in which case the first and the last word may go on and say nothing.
pub(super) fn certain_words(text: &[u8], whole: bool) -> Vec<u64> {
    let mut rest = text;
    if !whole {
        let from = rest.iter().position(|b| !is_word(b)).unwrap_or(rest.len());
        rest = rest.get(from..).unwrap_or_default();
        let to = rest.iter().rposition(|b| !is_word(b)).unwrap_or(0);
        rest = rest.get(..to).unwrap_or_default();
    }
    // Beyond ASCII, letter case is more than one bit, so such words cannot be looked up.
    let words = rest.split(|b| !is_word(b)).filter(|w| !w.is_empty() && w.is_ascii());
    words.map(hash_of).collect()
}

/// Whether a match is made of whole words. A border inside a run of letters and digits counts where a part of an
/// identifier starts or ends (`timeout` in `ReadTimeout`, `500` in `500ms`), but only if the word at that border is
/// all letters or all digits: ids such as `3fa9c2` have to stand alone.
pub(super) fn is_whole_word(text: &[u8], from: usize, to: usize) -> bool {
    let matched = text.get(from..to).unwrap_or_default();
    let parted =
        |word: &[u8]| word.iter().all(u8::is_ascii_digit) || word.iter().all(|b| !b.is_ascii_digit());
    let border = |at: usize, word: &[u8]| {
        let apart = at.checked_sub(1).and_then(|i| text.get(i)).is_none_or(|b| !is_word(b))
            || text.get(at).is_none_or(|b| !is_word(b));
        apart || (parted(word) && is_boundary(text, at))
    };
    border(from, matched.split(|b| !is_word(b)).next().unwrap_or_default())
        && border(to, matched.rsplit(|b| !is_word(b)).next().unwrap_or_default())
}

/// Whether a byte is of a word; what `swar` decides for eight at a time.
fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte >= 128
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Takes up to eight bytes of a word.
fn step(state: u64, bytes: u64) -> u64 {
    let mixed = (state ^ bytes).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 53)
}

fn finish(state: u64) -> u64 {
    let mixed = (state ^ (state >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ (mixed >> 53)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn hashes(text: &str) -> Vec<u64> {
        let mut found = Vec::new();
        each_word(text.as_bytes(), |h| found.push(h));
        found
    }

    proptest! {
        #[test]
        fn a_word_that_was_added_is_always_found(words in proptest::collection::vec("[A-Za-z0-9]{1,12}", 1..200)) {
            let mut filter = WordFilter::new();
            filter.add_text(words.join("-").as_bytes());
            filter.fold();
            for word in &words {
                prop_assert!(hashes(&word.to_uppercase()).iter().all(|&h| filter.may_hold(h)));
            }
        }
    }

    #[rstest]
    #[case(r#"{"msg":"a\n3fa9c2 b"}"#, "3fa9c2")]
    #[case(r#"{"msg":"a\t\tabc"}"#, "abc")]
    #[case(r#"{"msg":"a\u0009x7"}"#, "x7")]
    #[case(r"C:\temp", "temp")]
    fn a_value_behind_an_escape_is_a_word(#[case] text: &str, #[case] word: &str) {
        assert!(hashes(text).contains(&hash_of(word.as_bytes())));
    }

    #[rstest]
    #[case("connections FAILED", "failure")]
    #[case("ReadTimeouts", "timeout")]
    #[case("ReadTimeout", "readtimeout")]
    #[case("retried2", "retry")]
    fn every_form_of_a_word_is_known_by_its_stem(#[case] text: &str, #[case] word: &str) {
        let forms = forms_of(word.as_bytes(), stem(word.as_bytes()));
        assert!(hashes(text).iter().any(|hash| forms.contains(hash)));
    }

    #[test]
    fn few_absent_words_pass_a_full_block() {
        let mut filter = WordFilter::new();
        let text: String = (0..40_000).map(|i| format!("v{i} ")).collect();
        filter.add_text(text.as_bytes());
        filter.fold();
        let passed = (0..10_000).filter(|i| filter.may_hold(hashes(&format!("w{i}"))[0])).count();
        assert!(passed < 300, "{passed} of 10000 absent words passed");
    }

    #[test]
    fn a_sparse_block_is_folded_small() {
        let mut filter = WordFilter::new();
        filter.add_text(b"one two three");
        filter.fold();
        assert!(filter.bytes() <= 64);
    }

    #[test]
    fn only_words_with_both_borders_are_certain_in_a_substring() {
        assert_eq!(certain_words(b"91.15", false), Vec::<u64>::new());
        assert_eq!(certain_words(b"ab Cd ef", false), hashes("cd"));
        assert_eq!(certain_words(b"req-8812", true), hashes("req 8812"));
    }

    #[rstest]
    #[case("took 500ms", "500", true)]
    #[case("took 1500ms", "500", false)]
    #[case("ReadTimeoutException", "timeout", true)]
    #[case("ReadTimeoutException", "readtimeout", true)]
    #[case("ReadTimeoutException", "time", false)]
    #[case("node17", "17", true)]
    #[case("id=3fa9c2", "3fa9c2", true)]
    #[case("id=x3fa9c2", "3fa9c2", false)]
    #[case("req-8812 done", "req-8812", true)]
    #[case("HTTPServer", "server", true)]
    fn whole_words_end_where_parts_of_identifiers_end(
        #[case] text: &str,
        #[case] word: &str,
        #[case] whole: bool,
    ) {
        let at = text.to_ascii_lowercase().find(word).unwrap();
        assert_eq!(is_whole_word(text.as_bytes(), at, at + word.len()), whole);
    }

    proptest! {
        #[test]
        fn what_stands_as_whole_words_passes_the_filter(
            text in "[aBc1 _.-]{1,24}", from in 0usize..24, length in 1usize..12,
        ) {
            let (from, to) = (from.min(text.len()), (from + length).min(text.len()));
            let mut filter = WordFilter::new();
            filter.add_text(text.as_bytes());
            if is_whole_word(text.as_bytes(), from, to) {
                let words = certain_words(&text.as_bytes()[from..to], true);
                prop_assert!(words.iter().all(|&word| filter.may_hold(word)), "{}", &text[from..to]);
            }
            let inside = certain_words(&text.as_bytes()[from..to], false);
            prop_assert!(inside.iter().all(|&word| filter.may_hold(word)));
        }
    }
}
