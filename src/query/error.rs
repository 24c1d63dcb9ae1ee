//! What was wrong with a query: a sentence, the place, and what is accepted there.

use thiserror::Error;

/// A query that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message} (column {})", self.column())]
pub struct QueryError {
    /// The query as typed. Untrusted.
    pub query: String,
    /// Byte offset of the trouble in `query`.
    pub at: usize,
    /// What is wrong and what is accepted, in one sentence without the place.
    pub message: String,
}

impl QueryError {
    pub(super) fn new(query: &str, at: usize, message: impl Into<String>) -> Self {
        let mut at = at.min(query.len());
        while !query.is_char_boundary(at) {
            at -= 1;
        }
        Self { query: query.to_owned(), at, message: message.into() }
    }

    /// 1-based column of the trouble, in characters.
    #[must_use]
    pub fn column(&self) -> usize {
        self.query.get(..self.at).map_or(0, |before| before.chars().count()) + 1
    }

    /// Two lines for a terminal: the query (at most 60 characters around the place) and a caret under the place.
    #[must_use]
    pub fn pointer(&self) -> String {
        let column = self.column() - 1;
        let from = column.saturating_sub(30);
        let piece: String =
            self.query.chars().skip(from).take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("{piece}\n{}^", " ".repeat(column - from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_character() {
        let error = QueryError::new("größe>x", 8, "expected a number");
        assert_eq!(error.to_string(), "expected a number (column 7)");
        assert_eq!(error.pointer(), "größe>x\n      ^");
    }

    #[test]
    fn a_long_query_is_shown_around_the_place() {
        let error = QueryError::new(&"a".repeat(500), 400, "x");
        let pointer = error.pointer();
        assert_eq!(pointer.lines().next().map(str::len), Some(60));
        assert_eq!(pointer.lines().nth(1).map(str::len), Some(31));
    }
}
