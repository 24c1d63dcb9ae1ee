//! Decides whether one record satisfies a condition, exactly.
//!
//! Text conditions look at the whole record as it stands in its source, header included, like grep; where the message
//! was decoded (JSON strings) the decoded text counts too. Fields and slots are asked for only when everything
//! cheaper has passed.

mod beside;
mod field;
mod foresee;
mod required;
mod text;

use super::expr::{Comparison, Expr, Filter};
use super::{Glob, Test};
use crate::domain::{Level, PatternId};
use crate::pattern::{Piece, SlotKind};
pub use foresee::Prospect;
use regex::bytes::Regex;
pub use required::Literal;
pub use text::LiteralFinder;
use text::{Phrase, Sequence, Word};

/// What a condition may ask of a record. Untrusted bytes throughout.
pub trait RecordView {
    /// The message without its header.
    fn body(&self) -> &[u8];
    /// The whole record as in its source.
    fn raw(&self) -> &[u8];
    /// The message when it is not a piece of [`RecordView::raw`] (a JSON string with escapes).
    fn decoded(&self) -> Option<&[u8]> {
        let (outer, inner) = (self.raw().as_ptr_range(), self.body().as_ptr_range());
        let is_piece = outer.start <= inner.start && inner.end <= outer.end;
        (!is_piece).then(|| self.body())
    }
    /// Stated severity.
    fn level(&self) -> Option<Level>;
    /// Service, never empty for files.
    fn service(&self) -> &str;
    /// File name or index.
    fn source(&self) -> &str;
    /// Pattern of the message.
    fn pattern(&self) -> PatternId;
    /// Whether it holds a line that its source's layout does not explain.
    fn is_unparsed(&self) -> bool {
        false
    }
    /// Shows the named values until `visit` returns `true`; returns whether it did. Called only when needed.
    fn any_field(&self, visit: &mut dyn FnMut(&str, &[u8]) -> bool) -> bool;
    /// Shows the slot values of the pattern until `visit` returns `true`; returns whether it did.
    fn any_slot(&self, visit: &mut dyn FnMut(&SlotView<'_>) -> bool) -> bool;
}

/// One slot value of a record.
#[derive(Clone, Copy, Debug)]
pub struct SlotView<'r> {
    /// Type of the slot.
    pub kind: SlotKind,
    /// The last word of the constant text before the slot in the same clause, or empty.
    pub label: &'r str,
    /// The value.
    pub value: &'r [u8],
    /// What follows the slot in its pattern: its unit and more names may stand there (`12 bytes received`).
    pub after: &'r [Piece],
}

/// Finds one word or phrase in bytes, by the rules conditions use.
#[derive(Clone, Debug)]
pub(super) enum Text {
    /// A plain word.
    Word(Word),
    /// Exact text.
    Phrase(Phrase),
}

impl Text {
    pub(super) fn new(text: &str, exact: bool) -> Self {
        if exact { Self::Phrase(Phrase::new(text.as_bytes())) } else { Self::Word(Word::new(text)) }
    }

    /// Calls `found` with the start of every occurrence.
    pub(super) fn each_start(&self, text: &[u8], mut found: impl FnMut(usize)) {
        match self {
            Self::Word(word) => word.starts(text).for_each(&mut found),
            Self::Phrase(phrase) => phrase.starts(text).for_each(&mut found),
        }
    }

    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        match self {
            Self::Word(word) => word.is_in(text),
            Self::Phrase(phrase) => phrase.is_in(text),
        }
    }
}

/// A compiled condition.
#[derive(Clone, Debug)]
pub struct Matcher {
    root: Node,
}

#[derive(Clone, Debug)]
enum Node {
    All,
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Word(Word),
    Sequence(Sequence),
    Phrase(Phrase),
    Regex(Regex),
    Level(Comparison, Level),
    Service(Glob),
    Source(Glob),
    Pattern(String),
    Unparsed,
    Field { name: String, test: Test, literals: Vec<Phrase> },
}

impl Matcher {
    /// Compiles a condition; cheap conditions are tried first, which never changes the result.
    #[must_use]
    pub fn new(expr: &Expr) -> Self {
        Self { root: compile(expr) }
    }

    /// Whether the record satisfies the condition.
    #[must_use]
    pub fn matches(&self, record: &dyn RecordView) -> bool {
        decide(&self.root, record)
    }
}

fn compile(expr: &Expr) -> Node {
    match expr {
        Expr::All => Node::All,
        Expr::And(list) => {
            let mut nodes: Vec<Node> = list.iter().map(compile).collect();
            nodes.sort_by_key(cost);
            Node::And(nodes)
        }
        Expr::Or(list) => {
            let mut nodes: Vec<Node> = list.iter().map(compile).collect();
            nodes.sort_by_key(cost);
            Node::Or(nodes)
        }
        Expr::Not(inner) => Node::Not(Box::new(compile(inner))),
        Expr::Word(word) => Node::Word(Word::new(word)),
        Expr::Expanded { base, also } => {
            let also = also.iter().map(|text| Node::Sequence(Sequence::new(text)));
            Node::Or(std::iter::once(compile(base)).chain(also).collect())
        }
        Expr::Phrase(text) => Node::Phrase(Phrase::new(text.as_bytes())),
        Expr::Regex(pattern) => Node::Regex(pattern.regex.clone()),
        Expr::Filter(filter) => compile_filter(filter),
    }
}

fn compile_filter(filter: &Filter) -> Node {
    match filter {
        Filter::Level(comparison, level) => Node::Level(*comparison, *level),
        Filter::Service(glob) => Node::Service(glob.clone()),
        Filter::Source(glob) => Node::Source(glob.clone()),
        Filter::Pattern(prefix) => Node::Pattern(prefix.clone()),
        Filter::Unparsed => Node::Unparsed,
        Filter::Trace(id) => Node::Word(Word::literal(id)),
        Filter::Field { name, text, test } => {
            let written = match test {
                Test::Is(glob) => glob.literal().is_some(),
                Test::Compare(Comparison::Equal, _) => true,
                _ => false,
            };
            let literals = if written {
                ["=", ":"].iter().map(|sign| Phrase::whole(&format!("{name}{sign}{text}"))).collect()
            } else {
                Vec::new()
            };
            Node::Field { name: name.clone(), test: test.clone(), literals }
        }
    }
}

/// Relative cost of a decision: columns, then text, then taking the record apart.
fn cost(node: &Node) -> u8 {
    match node {
        Node::All | Node::Level(..) | Node::Service(_) | Node::Source(_) => 0,
        Node::Pattern(_) | Node::Unparsed => 0,
        Node::Word(_) | Node::Phrase(_) => 1,
        Node::Sequence(_) => 2,
        Node::Regex(_) => 3,
        Node::Field { .. } => 4,
        Node::Not(inner) => cost(inner),
        Node::And(list) | Node::Or(list) => list.iter().map(cost).max().unwrap_or(0),
    }
}

fn decide(node: &Node, record: &dyn RecordView) -> bool {
    match node {
        Node::All => true,
        Node::And(list) => list.iter().all(|node| decide(node, record)),
        Node::Or(list) => list.iter().any(|node| decide(node, record)),
        Node::Not(inner) => !decide(inner, record),
        Node::Word(word) => any_text(record, |text| word.is_in(text)),
        Node::Sequence(sequence) => any_text(record, |text| sequence.is_in(text)),
        Node::Phrase(phrase) => any_text(record, |text| phrase.is_in(text)),
        Node::Regex(regex) => any_text(record, |text| regex.is_match(text)),
        Node::Level(comparison, level) => {
            record.level().is_some_and(|stated| comparison.accepts(stated.cmp(level)))
        }
        Node::Service(glob) => glob.matches(record.service().as_bytes()),
        Node::Source(glob) => source_is(glob, record.source()),
        Node::Pattern(prefix) => record.pattern().to_string().starts_with(prefix.as_str()),
        Node::Unparsed => record.is_unparsed(),
        Node::Field { name, test, literals } => {
            literals.iter().any(|literal| any_text(record, |text| literal.is_in(text)))
                || field::satisfies(record, name, test)
        }
    }
}

/// Whether a source is named by its whole path or by its file name.
fn source_is(glob: &Glob, source: &str) -> bool {
    let name = source.rsplit(['/', '\\']).next().unwrap_or(source);
    glob.matches(source.as_bytes()) || glob.matches(name.as_bytes())
}

/// The record as in its source, and the message too when it is not a piece of those bytes.
fn any_text(record: &dyn RecordView, test: impl Fn(&[u8]) -> bool) -> bool {
    test(record.raw()) || record.decoded().is_some_and(test)
}

#[cfg(test)]
mod tests;
