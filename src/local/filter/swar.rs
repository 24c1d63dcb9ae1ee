//! Words of a text found eight bytes at a time, with plain integer arithmetic (SIMD within a register).
//!
//! A byte is of a word if it is an ASCII letter or digit or above 127. Branches that depend on single bytes cost more
//! than all else in the word filter, so bytes become bits first and words are read off the bits.

/// One in every byte.
const ONES: u64 = u64::MAX / 255;
/// The top bit of every byte.
const TOP: u64 = ONES << 7;

/// The kinds of bytes that occur in a word, a top bit for each byte of the kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kinds {
    pub(super) digits: u64,
    pub(super) upper: u64,
    /// Bytes above 127 count as lower case.
    pub(super) lower: u64,
}

impl Kinds {
    /// Adds the kinds of eight bytes of a word.
    pub(super) fn with(self, bytes: u64) -> Self {
        let (digits, upper) = (of(bytes, b'0', b'9'), of(bytes, b'A', b'Z'));
        let lower = word(bytes) & !digits & !upper;
        Self { digits: self.digits | digits, upper: self.upper | upper, lower: self.lower | lower }
    }
}

/// Calls `run` with the start and the end of every longest run of word bytes.
pub(super) fn each_run(text: &[u8], mut run: impl FnMut(usize, usize)) {
    let mut open = None;
    for base in (0..text.len()).step_by(64) {
        let words = (0..8).fold(0, |bits, i| bits | gather(word(eight(text, base + 8 * i))) << (8 * i));
        // A bit where a run starts or, one behind its last byte, ends.
        let mut edges = words ^ (words << 1 | u64::from(open.is_some()));
        while edges != 0 {
            let at = base + edges.trailing_zeros() as usize;
            edges &= edges - 1;
            match open.take() {
                Some(from) => run(from, at),
                None => open = Some(at),
            }
        }
    }
    if let Some(from) = open {
        run(from, text.len());
    }
}

/// Up to eight bytes from `at` on, zeros from `to` on.
pub(super) fn load(text: &[u8], at: usize, to: usize) -> u64 {
    let unwanted = 8 - to.saturating_sub(at).min(8);
    eight(text, at) & u64::MAX.checked_shr(8 * unwanted as u32).unwrap_or(0)
}

/// Eight bytes with ASCII capitals in lower case.
pub(super) fn lower(bytes: u64) -> u64 {
    bytes | of(bytes, b'A', b'Z') >> 2
}

/// Eight bytes from `at` on, zeros behind the end of the text.
fn eight(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// The top bit of every byte of a word.
fn word(bytes: u64) -> u64 {
    (of(bytes, b'0', b'9') | of(bytes | ONES << 5, b'a', b'z') | bytes) & TOP
}

/// The top bit of every ASCII byte from `first` to `last`.
fn of(bytes: u64, first: u8, last: u8) -> u64 {
    // Of seven bits each, so that no sum carries into the next byte.
    let low = bytes & !TOP;
    let least = |byte: u8| low + ONES * u64::from(128 - byte);
    least(first) & !least(last + 1) & !bytes & TOP
}

/// The top bits of eight bytes, side by side in the lowest byte.
fn gather(top: u64) -> u64 {
    (top >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_word(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || byte >= 128
    }

    proptest! {
        #[test]
        fn runs_are_those_of_a_loop_over_bytes(text in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut found = Vec::new();
            each_run(&text, |from, to| found.push(text[from..to].to_vec()));
            let expected: Vec<_> = text.split(|b| !is_word(*b)).filter(|w| !w.is_empty()).map(<[u8]>::to_vec).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn lower_case_and_kinds_are_those_of_the_bytes(bytes in any::<[u8; 8]>()) {
            let packed = u64::from_le_bytes(bytes);
            prop_assert_eq!(lower(packed).to_le_bytes(), bytes.map(|b| b.to_ascii_lowercase()));
            let kinds = Kinds::default().with(packed);
            let count = |is: fn(u8) -> bool| bytes.iter().filter(|b| is(**b)).count() as u32;
            prop_assert_eq!(kinds.digits.count_ones(), count(|b| b.is_ascii_digit()));
            prop_assert_eq!(kinds.upper.count_ones(), count(|b| b.is_ascii_uppercase()));
            prop_assert_eq!(kinds.lower.count_ones(), count(|b| b.is_ascii_lowercase() || b >= 128));
        }

        #[test]
        fn a_part_is_loaded_without_its_neighbours(text in proptest::collection::vec(1u8.., 0..20), at in 0usize..24, to in 0usize..24) {
            let expected = text.get(at..to.min(text.len())).unwrap_or_default().iter().take(8).copied();
            let loaded = load(&text, at, to.min(text.len())).to_le_bytes();
            prop_assert_eq!(loaded.into_iter().take_while(|b| *b != 0).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
    }
}
