//! Effects, as data: what the face does for the core.

use super::case::Memo;
use crate::investigate::{Request, TurnId};

/// An effect.
#[derive(Clone, Debug)]
pub enum Command {
    /// Start a request at the backend.
    Start(TurnId, Request),
    /// Stop one; its last reply still comes.
    Cancel(TurnId),
    /// Copy text; the outcome comes back as [`super::Event::Said`].
    Copy(String),
    /// Write text to a file of this name (in the working directory); the outcome comes back as [`super::Event::Said`].
    Save {
        /// Where.
        name: String,
        /// What.
        text: String,
    },
    /// Open a source in the editor at a line.
    Edit {
        /// Path as the log side names it.
        file: String,
        /// Line, 1-based.
        line: u64,
    },
    /// Edit the open text in the editor; comes back as [`super::Event::Edited`].
    Compose(String),
    /// Add an entry to the case.
    Remember(Box<Memo>),
    /// Write the report of the case.
    Report,
    /// List saved cases; comes back as [`super::Event::Cases`].
    ListCases,
    /// Show a saved case; comes back as [`super::Event::CaseOpened`].
    OpenCase(String),
    /// Begin or end live reading.
    Follow(bool),
    /// Use another theme and keep the choice.
    Theme(String),
    /// Show another theme on trial.
    Preview(String),
    /// Keep how the panes share the screen.
    KeepLayout,
    /// Suspend to the shell.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// End.
    Quit,
}

/// A saved case in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its id.
    pub id: String,
    /// When it began, as shown.
    pub when: String,
    /// Its first question.
    pub question: String,
    /// What it holds, as shown.
    pub summary: String,
    /// Whether it was not ended.
    pub unfinished: bool,
}
