//! The words of all patterns with their frequencies; built once per body of records.

use super::forms::Form;
use crate::domain::Level;
use crate::pattern::{Piece, SlotKind, Template};
use crate::query::stem::stem;
use crate::query::words::{is_word_byte, parts, wholes};
use rustc_hash::{FxHashMap, FxHashSet};

/// What ranking knows about the patterns of a body of records.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    patterns: Vec<Words>,
    frequency: FxHashMap<String, f64>,
    total: f64,
}

/// The constant text of one pattern as words.
#[derive(Clone, Debug, Default)]
struct Words {
    /// Stem per position; a slot is an empty word.
    stems: Vec<String>,
    /// Words and whole identifiers in lower case.
    written: FxHashSet<String>,
    distinct: FxHashSet<String>,
    /// Stems of words that are no part of an identifier.
    whole: FxHashSet<String>,
    kinds: Vec<SlotKind>,
    level: Option<Level>,
}

/// Most words between two neighbours.
const NEAR: usize = 2;

impl Vocabulary {
    /// Reads the templates with their number of records and their most severe level, in the order of the caller's patterns.
    #[must_use]
    pub fn new<'t>(patterns: impl IntoIterator<Item = (&'t Template, u64, Option<Level>)>) -> Self {
        let mut vocabulary = Self::default();
        for (template, records, level) in patterns {
            let words = Words::new(template, level);
            let weight = log_weight(records);
            vocabulary.total += weight;
            for stem in &words.distinct {
                *vocabulary.frequency.entry(stem.clone()).or_default() += weight;
            }
            vocabulary.patterns.push(words);
        }
        vocabulary
    }

    /// Number of patterns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Whether there are no patterns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Inverse document frequency for a weight of documents (the BM25 form that is never negative).
    pub(super) fn idf(&self, weight: f64) -> f64 {
        let total = self.total.max(weight);
        (1.0 + (total - weight + 0.5) / (weight + 0.5)).ln()
    }

    pub(super) fn idf_of(&self, stem: &str) -> f64 {
        self.idf(self.frequency.get(stem).copied().unwrap_or(1.0))
    }

    /// All stems.
    pub(super) fn stems(&self) -> impl Iterator<Item = &str> {
        self.frequency.keys().map(String::as_str)
    }

    pub(super) fn knows(&self, stem: &str) -> bool {
        self.frequency.contains_key(stem)
    }

    /// Whether the pattern's constant text holds the stems one after the other.
    pub(super) fn holds(&self, pattern: usize, stems: &[String]) -> bool {
        let Some(words) = self.patterns.get(pattern) else { return false };
        match stems {
            [] => false,
            [one] => words.distinct.contains(one),
            several => words.stems.windows(several.len()).any(|window| window == several),
        }
    }

    pub(super) fn holds_written(&self, pattern: usize, written: &str) -> bool {
        self.patterns.get(pattern).is_some_and(|words| words.written.contains(written))
    }

    /// Whether one of the stems stands in the pattern as a word of its own.
    pub(super) fn holds_whole(&self, pattern: usize, stems: &[String]) -> bool {
        self.patterns.get(pattern).is_some_and(|words| stems.iter().any(|stem| words.whole.contains(stem)))
    }

    /// Whether a form of `a` stands at most [`NEAR`] words before a form of `b`.
    pub(super) fn are_near(&self, pattern: usize, a: &[Form], b: &[Form]) -> bool {
        let Some(words) = self.patterns.get(pattern) else { return false };
        let is = |forms: &[Form], stem: &String| forms.iter().any(|f| f.stems.last() == Some(stem));
        words.stems.iter().enumerate().any(|(at, stem)| {
            is(a, stem) && words.stems.iter().skip(at + 1).take(NEAR).any(|next| is(b, next))
        })
    }

    pub(super) fn kinds(&self, pattern: usize) -> &[SlotKind] {
        self.patterns.get(pattern).map_or(&[], |words| &words.kinds)
    }

    pub(super) fn level(&self, pattern: usize) -> Option<Level> {
        self.patterns.get(pattern).and_then(|words| words.level)
    }

    pub(super) fn words(&self, pattern: usize) -> impl Iterator<Item = &str> {
        self.patterns.get(pattern).into_iter().flat_map(|words| words.distinct.iter().map(String::as_str))
    }
}

/// How much a pattern counts in document frequencies.
#[expect(clippy::cast_precision_loss, reason = "a logarithm of a count")]
fn log_weight(records: u64) -> f64 {
    (1.0 + records.max(1) as f64).log2()
}

impl Words {
    fn new(template: &Template, level: Option<Level>) -> Self {
        let mut words = Self { level, ..Self::default() };
        for piece in &template.pieces {
            match piece {
                Piece::Slot(kind) => {
                    words.kinds.push(*kind);
                    words.stems.push(String::new());
                }
                Piece::Text(text) => words.add(text),
            }
        }
        words.distinct = words.stems.iter().filter(|stem| !stem.is_empty()).cloned().collect();
        words
    }

    fn add(&mut self, text: &str) {
        for range in parts(text.as_bytes()) {
            let lower = text[range].to_ascii_lowercase();
            self.stems.push(String::from_utf8_lossy(stem(lower.as_bytes())).into_owned());
            self.written.insert(lower);
        }
        for range in wholes(text.as_bytes()) {
            let lower = text[range].to_ascii_lowercase();
            if lower.bytes().all(is_word_byte) {
                self.whole.insert(String::from_utf8_lossy(stem(lower.as_bytes())).into_owned());
            }
            self.written.insert(lower);
        }
    }
}
