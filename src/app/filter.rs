//! What is kept and left out: a stack of conditions in the query language, each shown and undone on its own.

use crate::domain::{Level, PatternId};
use crate::port::{Scope, Slice};
use crate::query::Query;
use std::sync::Arc;

/// How a filter came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// Only what is like this.
    Keep,
    /// Nothing like this.
    Exclude,
    /// A pattern that was muted.
    Mute,
    /// Only what a search found.
    Matches,
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// How it came to be.
    pub kind: FilterKind,
    /// In the query language.
    pub query: String,
    /// As shown.
    pub label: String,
    /// The muted pattern.
    pub pattern: Option<PatternId>,
}

/// All conditions together; a record must satisfy every one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// In the order they were made.
    pub list: Vec<Filter>,
    /// Least level.
    pub level: Option<Level>,
    /// Only this service.
    pub service: Option<String>,
}

impl Filters {
    /// Whether everything is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && self.level.is_none() && self.service.is_none()
    }

    /// Adds a condition once; `Err` says what is wrong with its query.
    ///
    /// # Errors
    /// When the query cannot be read.
    pub fn push(&mut self, filter: Filter) -> Result<(), String> {
        if self.list.iter().any(|known| known.query == filter.query) {
            return Ok(());
        }
        self.list.push(filter);
        self.query().map(|_| ()).inspect_err(|_| {
            self.list.pop();
        })
    }

    /// Undoes the last condition; its label.
    pub fn pop(&mut self) -> Option<String> {
        if let Some(filter) = self.list.pop() {
            return Some(filter.label);
        }
        self.level
            .take()
            .map(|level| format!("level:{}", level.as_str()))
            .or_else(|| self.service.take().map(|service| format!("service:{service}")))
    }

    /// All conditions as one query; `None` without one.
    ///
    /// # Errors
    /// When a query cannot be read; the text says why.
    pub fn query(&self) -> Result<Option<Arc<Query>>, String> {
        if self.list.is_empty() {
            return Ok(None);
        }
        let parts: Vec<String> = self.list.iter().map(|filter| format!("({})", filter.query)).collect();
        let query = Query::parse(&parts.join(" "), 64 * 1024).map_err(|error| error.to_string())?;
        Ok(Some(Arc::new(query)))
    }

    /// What they leave of a scope, for reading records.
    #[must_use]
    pub fn slice(&self, scope: Scope) -> Slice {
        // Only readable queries are in the list.
        Slice { scope, filter: self.query().ok().flatten(), ..Slice::default() }
    }

    /// Whether a pattern was muted.
    #[must_use]
    pub fn mutes(&self, pattern: PatternId) -> bool {
        self.list.iter().any(|filter| filter.pattern == Some(pattern))
    }

    /// Whether there are conditions that a pattern table cannot apply (all but window, level, service and mutes).
    #[must_use]
    pub fn beyond_patterns(&self) -> bool {
        self.list.iter().any(|filter| filter.pattern.is_none())
    }
}

/// A value as the query language takes it: quoted where it needs to be.
#[must_use]
pub(super) fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if !value.is_empty() && value.chars().all(plain) && !value.starts_with('-') {
        value.to_owned()
    } else {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
