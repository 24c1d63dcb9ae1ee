//! What of an investigation is worth keeping, as it happens, and what comes back from a saved one.

use super::answer::{Phase, Turn};
use super::command::Command;
use super::notice::Notice;
use super::state::{Pin, State};
use super::view::{View, ViewKind};
use crate::domain::{Answer, Record, RecordId, TimeWindow};
use crate::evidence::Evidence;
use crate::investigate::{Ask, Broke, Outcome};
use std::sync::Arc;

/// Something to keep.
#[derive(Clone, Debug)]
pub enum Memo {
    /// A question was sent: number of the turn from 1, the words, the window.
    Asked(u32, String, Option<TimeWindow>),
    /// It was answered.
    Answered(u32, Box<Outcome>),
    /// It ended without a checked answer: the text so far and why.
    Stopped(u32, String, String),
    /// The comparison that was on the screen when the case began.
    Broke(Arc<Broke>),
    /// A record was pinned.
    Pinned(Arc<Record>),
    /// A pin was taken back.
    Unpinned(RecordId),
    /// A note, on a record or on the case.
    Noted(Option<Arc<Record>>, String),
    /// Another window.
    Window(Option<TimeWindow>),
}

/// A question of a saved case.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedTurn {
    /// The words as typed.
    pub question: String,
    /// Its window.
    pub window: Option<TimeWindow>,
    /// The answer and its evidence; `None`: it was stopped, with the text so far and why.
    pub answered: Option<(Answer, Evidence)>,
    /// Text and reason, where it was stopped.
    pub stopped: Option<(String, String)>,
}

/// A saved investigation.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedCase {
    /// Its id.
    pub id: String,
    /// Its questions, oldest first.
    pub turns: Vec<SavedTurn>,
    /// Pins with their notes.
    pub pins: Vec<Pin>,
    /// Its window.
    pub window: Option<TimeWindow>,
    /// What could not be read, as sentences.
    pub problems: Vec<String>,
    /// Whether the logs are not here: nothing can be asked.
    pub replayed: bool,
}

impl State {
    /// Puts a saved case on the screen, its last question open.
    pub(super) fn open_case(&mut self, saved: SavedCase) {
        self.turns = saved.turns.iter().map(|turn| self.saved_turn(turn)).collect();
        for (turn, number) in self.turns.iter_mut().zip(1_000_000..) {
            turn.id = crate::investigate::TurnId(u64::MAX - number);
        }
        self.turn = self.turns.len().saturating_sub(1);
        self.pins = saved.pins;
        self.window = saved.window;
        self.case.id = Some(saved.id.clone());
        self.case.offered = None;
        self.case.replayed = saved.replayed;
        self.history.extend(saved.turns.into_iter().map(|turn| turn.question));
        match saved.problems.as_slice() {
            [] => self.say(Notice::info(format!("case {} is open again", saved.id))),
            [first, rest @ ..] => self.say(Notice::trouble(format!(
                "case {}: {first}{}",
                saved.id,
                if rest.is_empty() { String::new() } else { format!(" (and {} more)", rest.len()) }
            ))),
        }
        if let Some(turn) = self.current_turn() {
            let (id, rows) = (turn.id, super::turn::evidence_rows(turn));
            let mut view = View::new(ViewKind::Evidence(id));
            view.list.replace(rows);
            self.views.push(view);
            self.focus = super::state::Focus::Answer;
        }
    }

    fn saved_turn(&self, saved: &SavedTurn) -> Turn {
        let ask = Ask { text: saved.question.clone(), ..Ask::default() };
        let mut turn = Turn::new(crate::investigate::TurnId(0), saved.question.clone(), ask, self.now);
        turn.ask.scope.window = saved.window;
        turn.ended = Some(self.now);
        turn.phase = match (&saved.answered, &saved.stopped) {
            (Some((answer, evidence)), _) => {
                Phase::Saved(Box::new(answer.clone()), Arc::new(evidence.clone()))
            }
            (None, Some((text, reason))) => {
                turn.streamed.clone_from(text);
                if reason.is_empty() { Phase::Stopped } else { Phase::Failed(reason.clone()) }
            }
            (None, None) => Phase::Failed("the program ended before there was an answer".to_owned()),
        };
        turn
    }

    /// Keeps something. The comparison goes in front of the first thing that is kept.
    pub(super) fn remember(&mut self, memo: Memo, out: &mut Vec<Command>) {
        if self.case.replayed {
            return;
        }
        if !self.case.begun {
            self.case.begun = true;
            if let Some(broke) = &self.broke {
                out.push(Command::Remember(Box::new(Memo::Broke(Arc::clone(broke)))));
            }
        }
        out.push(Command::Remember(Box::new(memo)));
    }
}
