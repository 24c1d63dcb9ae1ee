//! The one-line inputs; the question has its own place.

use super::row::RowId;
use crate::domain::RecordId;

/// What a text is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// Words to find.
    Find,
    /// A note on the case, or on a record.
    Note(Option<RecordId>),
    /// A time or a window; the list above it holds presets.
    Time,
    /// The palette's search.
    Palette,
    /// Search in earlier questions.
    History,
    /// A file name to save rows to.
    SaveAs,
    /// Search in the help.
    Help,
}

/// An open input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What it is for.
    pub kind: InputKind,
    /// What was typed.
    pub text: String,
    /// The row that was selected when it opened, to go back to.
    pub from: Option<RowId>,
}

impl Input {
    /// An empty input.
    #[must_use]
    pub const fn new(kind: InputKind, from: Option<RowId>) -> Self {
        Self { kind, text: String::new(), from }
    }

    /// Its label before the text.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self.kind {
            InputKind::Find => "find",
            InputKind::Note(None) => "note on the case",
            InputKind::Note(Some(_)) => "note on this record",
            InputKind::Time => "window",
            InputKind::Palette => "do",
            InputKind::History => "asked before",
            InputKind::SaveAs => "save rows to",
            InputKind::Help => "keys about",
        }
    }
}
