//! A query as data: what a record has to satisfy.

use super::{Glob, Quantity};
use crate::domain::Level;
use regex::bytes::Regex;
use std::cmp::Ordering;

/// A condition on a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Every record.
    All,
    /// All of them.
    And(Vec<Expr>),
    /// At least one of them.
    Or(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// A plain word.
    Word(String),
    /// A condition, or any of the thesaurus' other ways to say it.
    Expanded {
        /// What was typed.
        base: Box<Expr>,
        /// Word sequences that mean the same.
        also: Vec<String>,
    },
    /// Exact text inside the record, letter case ignored.
    Phrase(String),
    /// A regular expression over the whole record.
    Regex(Pattern),
    /// A condition on a named part.
    Filter(Filter),
}

/// A compiled regular expression; equal when written equally.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The compiled form.
    pub regex: Regex,
    /// As written between the slashes.
    pub source: String,
    /// Whether it ends in `/i`.
    pub ignore_case: bool,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.ignore_case == other.ignore_case
    }
}

/// A condition on a named part of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Severity compared with a level; records without a level never match.
    Level(Comparison, Level),
    /// The service.
    Service(Glob),
    /// The file or index.
    Source(Glob),
    /// Identity of the pattern, by the first digits of its id.
    Pattern(String),
    /// It holds a line that the layout of its source does not explain.
    Unparsed,
    /// An id that ties records together, anywhere in the record, as a whole word.
    Trace(String),
    /// A field or typed slot.
    Field {
        /// Field name, last component of a dotted name, slot type, or the word before a slot.
        name: String,
        /// The value as typed.
        text: String,
        /// What its value must be.
        test: Test,
    },
}

/// A condition on one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// There is a value.
    Exists,
    /// The whole value, letter case ignored, `*` for any text.
    Is(Glob),
    /// Not [`Test::Is`]; the field must exist.
    IsNot(Glob),
    /// A number compared on the scale of its unit.
    Compare(Comparison, Quantity),
}

/// A comparison sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `>=`
    AtLeast,
    /// `>`
    More,
}

impl Comparison {
    /// Whether "left compared with right gave `ordering`" satisfies the sign.
    #[must_use]
    pub const fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
            Self::Unequal => ordering.is_ne(),
            Self::AtLeast => ordering.is_ge(),
            Self::More => ordering.is_gt(),
        }
    }

    /// The sign at the start of a text, with its length.
    pub(super) fn read(text: &str) -> Option<(Self, usize)> {
        const SIGNS: [(&str, Comparison); 7] = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            ("!=", Comparison::Unequal),
            ("==", Comparison::Equal),
            (">", Comparison::More),
            ("<", Comparison::Less),
            ("=", Comparison::Equal),
        ];
        SIGNS.into_iter().find(|(sign, _)| text.starts_with(sign)).map(|(sign, kind)| (kind, sign.len()))
    }
}
