//! What lets a search skip blocks and jump inside them: literals that a match must hold.

use crate::local::filter::{WordFilter, certain_words, forms_of};
use crate::local::scan::SegmentText;
use crate::local::segment::Segment;
use crate::query::{Literal, LiteralFinder, Matcher, Ranker};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

/// Clauses of literals; a match holds one literal of each.
pub(super) struct Clues {
    clauses: Vec<Vec<Clue>>,
    /// Finds the literals of the best clause.
    finder: Option<Finder>,
}

enum Finder {
    One(LiteralFinder),
    Any(AhoCorasick),
}

struct Clue {
    /// Words that are in the block's filter if the literal is in the block.
    certain: Vec<u64>,
    /// Forms of which at least one is; empty: unknown.
    forms: Vec<u64>,
    /// Words that probably are.
    likely: Vec<u64>,
}

impl Clues {
    /// What a condition requires.
    pub(super) fn of_condition(matcher: &Matcher) -> Self {
        // A byte that JSON may escape could be written in another way in the source.
        let usable =
            |literal: &Literal| literal.text.len() > 1 && literal.text.iter().all(|b| is_never_escaped(*b));
        let required = matcher.required();
        Self::new(&required.into_iter().filter(|clause| clause.iter().all(usable)).collect::<Vec<_>>())
    }

    /// Any of the values of a query.
    pub(super) fn of_values(ranker: &Ranker<'_>) -> Self {
        let literal = |value: &str| Literal { text: value.as_bytes().to_vec(), bounded: true, word: None };
        let values: Vec<Literal> = ranker.evidence().map(literal).collect();
        if values.is_empty() { Self::new(&[]) } else { Self::new(&[values]) }
    }

    fn new(required: &[Vec<Literal>]) -> Self {
        let shortest = |clause: &Vec<Literal>| clause.iter().map(|l| l.text.len()).min();
        let best = required.iter().max_by_key(|clause| shortest(clause));
        let finder = best.and_then(|clause| match clause.as_slice() {
            [one] => Some(Finder::One(LiteralFinder::new(&one.text))),
            several => AhoCorasickBuilder::new()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .build(several.iter().map(|literal| &literal.text))
                .ok()
                .map(Finder::Any),
        });
        let clauses = required.iter().map(|clause| clause.iter().map(Clue::new).collect()).collect();
        Self { clauses, finder }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether a block may hold a match.
    pub(super) fn may_be_in(&self, segment: &Segment) -> bool {
        self.clauses.iter().all(|clause| clause.iter().any(|clue| clue.may_be_in(segment.filter.as_ref())))
    }

    /// How many clauses a block probably holds.
    pub(super) fn likelihood(&self, segment: &Segment) -> usize {
        let likely =
            |clause: &&Vec<Clue>| clause.iter().any(|clue| all_in(segment.filter.as_ref(), &clue.likely));
        self.clauses.iter().filter(likely).count()
    }

    /// Numbers of the records in a block in which a literal of the best clause stands.
    pub(super) fn rows_in(&self, segment: &Segment, text: &SegmentText) -> Vec<u32> {
        let mut rows = Vec::new();
        let mut place = text.place_of(segment.start_of(0));
        while let Some(hit) = self.next_in(text.bytes(), place) {
            let start = u32::try_from(text.offset_of(hit).saturating_sub(segment.base)).unwrap_or(u32::MAX);
            let i = segment.starts.partition_point(|&s| s <= start).saturating_sub(1);
            rows.extend(u32::try_from(i).map(|i| segment.first + i));
            place = text.place_of(segment.end_of(i)).max(hit + 1);
        }
        rows
    }

    /// Start of the next place where a literal of the best clause stands; `from` itself when there is no clause.
    pub(super) fn next_in(&self, text: &[u8], from: usize) -> Option<usize> {
        match &self.finder {
            Some(Finder::One(finder)) => finder.find_iter(text.get(from..)?).next().map(|at| from + at),
            Some(Finder::Any(finder)) => {
                Some(finder.find(aho_corasick::Input::new(text).span(from..text.len()))?.start())
            }
            None => (from < text.len()).then_some(from),
        }
    }
}

fn all_in(filter: Option<&WordFilter>, words: &[u64]) -> bool {
    filter.is_none_or(|filter| words.iter().all(|&word| filter.may_hold(word)))
}

impl Clue {
    fn may_be_in(&self, filter: Option<&WordFilter>) -> bool {
        let any_form = |filter: &WordFilter| self.forms.iter().any(|&form| filter.may_hold(form));
        all_in(filter, &self.certain) && (self.forms.is_empty() || filter.is_none_or(any_form))
    }

    fn new(literal: &Literal) -> Self {
        let text = literal.text.as_slice();
        let digit = |b: Option<&u8>| literal.bounded && b.is_some_and(u8::is_ascii_digit);
        // A mark outside the ends makes the words there whole.
        let mut marked = Vec::with_capacity(text.len() + 2);
        marked.extend(digit(text.first()).then_some(b' '));
        marked.extend_from_slice(text);
        marked.extend(digit(text.last()).then_some(b' '));
        let forms = literal.word.as_ref().map(|word| forms_of(word, text)).unwrap_or_default();
        Self { forms, certain: certain_words(&marked, false), likely: certain_words(text, true) }
    }
}

/// Letters, digits and punctuation that no JSON writer escapes.
const fn is_never_escaped(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b' ' | b'_'
                | b'-'
                | b'.'
                | b':'
                | b'='
                | b'@'
                | b'#'
                | b'$'
                | b'%'
                | b'('
                | b')'
                | b'['
                | b']'
                | b','
                | b';'
                | b'*'
                | b'!'
        )
}
