//! The written query: grammar, plain questions, exact matching and ranking.
//!
//! Pure text in, decisions out: [`Query::parse`] reads what was typed, [`Matcher`] decides on one record, the thesaurus
//! says what else was looked for. Which records are read, and in which order, is the store's business
//! (`local/search.rs`). The grammar is written down for users in `docs/query.md`.

mod error;
mod expand;
mod expr;
mod glob;
mod grammar;
mod lex;
mod matcher;
mod question;
mod rank;
mod stem;
mod thesaurus;
mod units;
mod words;

pub use error::QueryError;
pub use expr::{Comparison, Expr, Filter, Pattern, Test};
pub use glob::Glob;
pub use matcher::{Literal, LiteralFinder, Matcher, Prospect, RecordView, SlotView};
pub use question::{Asked, is_question};
pub use rank::{PatternScore, Place, Ranked, Ranker, Vocabulary, Why};
pub use stem::stem;
pub use thesaurus::{Expansion, Strength, others};
pub use units::{Dimension, Quantity};
pub use words::{is_boundary, is_word_byte, part_end, parts, wholes};

/// Longest accepted query in bytes when no setting says otherwise.
pub const DEFAULT_MAX_LENGTH: usize = 4096;

/// A query as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What was typed.
    pub text: String,
    /// What a record has to satisfy. For a question: only its filters; its words rank.
    pub expr: Expr,
    /// What a record is ranked by, in the order typed; nothing that was excluded.
    pub terms: Vec<Term>,
    /// What was looked for besides the words typed.
    pub expansions: Vec<Expansion>,
    /// What a plain question asks for; `None` for a written query.
    pub asked: Option<Asked>,
    /// Whether only what was typed counts, as in a grep: no word is added and none is left out.
    pub literal: bool,
}

/// Something a record is ranked by.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// As typed, without punctuation around it.
    pub text: String,
    /// What it is.
    pub kind: TermKind,
    /// 1 for a plain word; less for words that say little.
    pub weight: f64,
    /// The word just before it in the query, lower case: it may name the slot of a value (`stage 24`, `from 10.0.0.7`).
    pub before: Option<String>,
}

/// What a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// A word: its forms and parts of identifiers count.
    Word,
    /// An id, address, number or path: hard evidence where it occurs.
    Value,
    /// Quoted text.
    Phrase,
}

impl Query {
    /// Reads a query or a plain question of at most `max_length` bytes.
    ///
    /// # Errors
    /// A [`QueryError`] with the place and what is accepted there.
    pub fn parse(text: &str, max_length: usize) -> Result<Self, QueryError> {
        check_length(text, max_length)?;
        if is_question(text) {
            return question::plan(text);
        }
        let mut query = Self::literal(text, max_length)?;
        query.expr = expand::expand(query.expr, &mut query.expansions);
        query.literal = false;
        Ok(query)
    }

    /// Reads a written query that means what it says and nothing else: it is never a question, its words are not widened
    /// by the thesaurus, and all of them have to be there.
    ///
    /// # Errors
    /// As [`Query::parse`].
    pub fn literal(text: &str, max_length: usize) -> Result<Self, QueryError> {
        check_length(text, max_length)?;
        let expr = grammar::parse(text)?;
        let mut terms = Vec::new();
        expand::collect_terms(&expr, &mut terms);
        Ok(Self { text: text.to_owned(), expr, terms, expansions: Vec::new(), asked: None, literal: true })
    }

    /// The same words, any of which is enough and which rank: for a query whose words no record holds together. Filters
    /// still have to be satisfied; `None` where there is nothing to relax.
    #[must_use]
    pub fn relaxed(&self) -> Option<Self> {
        let Expr::And(list) = &self.expr else { return None };
        let is_word = |e: &&Expr| matches!(e, Expr::Word(_) | Expr::Expanded { .. } | Expr::Phrase(_));
        let is_filter = |e: &&Expr| matches!(e, Expr::Filter(_));
        let filters: Vec<Expr> = list.iter().filter(is_filter).cloned().collect();
        let words = list.iter().filter(is_word).count();
        if self.asked.is_some() || self.literal || self.terms.len() < 2 || words + filters.len() != list.len()
        {
            return None;
        }
        let expr = if filters.is_empty() { Expr::All } else { Expr::And(filters) };
        Some(Self { expr, asked: Some(Asked::default()), ..self.clone() })
    }
}

fn check_length(text: &str, max_length: usize) -> Result<(), QueryError> {
    if text.len() <= max_length {
        return Ok(());
    }
    let message = format!("the query is {} bytes long: at most {max_length} are accepted", text.len());
    Err(QueryError::new(text, max_length, message))
}

#[cfg(test)]
mod tests;
