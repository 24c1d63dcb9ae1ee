//! What can happen to the screen.

use super::case::SavedCase;
use super::command::Saved;
use super::notice::Notice;
use super::row::Row;
use crate::config::Action;
use crate::investigate::{Reply, TurnId};
use crate::local::Progress;
use crate::port::Overview;
use std::time::Duration;

/// Sources that were opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What they hold.
    pub overview: Overview,
    /// Patterns in all of them.
    pub patterns: usize,
    /// How long it took.
    pub took: Duration,
    /// Whether more is being read: the newest part is there already.
    pub partial: bool,
}

/// How opening goes.
#[derive(Clone, Debug)]
pub enum Opening {
    /// So far.
    Progress(Progress),
    /// There.
    Opened(Box<Opened>),
    /// Nothing can be read; the sentence says why.
    Failed(String),
}

/// Live lines.
#[derive(Clone, Debug)]
pub enum Live {
    /// New rows, with the age of the newest where it states a time.
    Rows(Vec<Row>, Option<Duration>),
    /// The source was cut or replaced, or lines are missing.
    Mark(String),
    /// Records of this source shown so far are elsewhere now, under this name, or nowhere.
    Moved(String, Option<String>),
    /// It ended.
    Ended(String),
    /// The index knows more records now.
    Grown(Overview, usize),
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Event {
    /// A key that means something.
    Action(Action),
    /// A key that means nothing here, as shown to people.
    Unbound(String),
    /// The whole text that is being edited, after a change.
    Typed(String),
    /// The terminal has this many columns and rows.
    Resized(u16, u16),
    /// Opening sources.
    Opening(Opening),
    /// Something came back.
    Reply(TurnId, Box<Reply>),
    /// An effect has something to say.
    Said(Notice),
    /// Text came back from the editor; `None`: it was left without a change.
    Edited(Option<String>),
    /// Saved cases.
    Cases(Vec<Saved>),
    /// A saved case.
    CaseOpened(Box<SavedCase>),
    /// The case has an id now.
    CaseStarted(String),
    /// Nothing can be saved for this reason; `None`: it can again.
    CaseTrouble(Option<String>),
    /// Live lines.
    Live(Live),
    /// A row was clicked: column and row of the screen.
    Clicked(u16, u16),
    /// The wheel was turned: rows, downwards positive.
    Scrolled(i16),
}
