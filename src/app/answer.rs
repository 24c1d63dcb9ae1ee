//! A question with everything that came back for it.

use crate::domain::{Answer, Citation};
use crate::evidence::{Evidence, EvidenceRow};
use crate::investigate::{Ask, Outcome, Stage, TurnId};
use std::sync::Arc;
use std::time::Duration;

/// How far an answer is.
#[derive(Clone, Debug)]
pub enum Phase {
    /// It is being worked on: what is done now and since when.
    Running {
        /// What is done now.
        stage: Stage,
        /// Since when (time of the screen).
        since: Duration,
    },
    /// It is there and checked.
    Done(Box<Outcome>),
    /// The user stopped it; what came is kept.
    Stopped,
    /// It did not work, for this reason.
    Failed(String),
    /// It was read from a saved case.
    Saved(Box<Answer>, Arc<Evidence>),
}

/// A question with everything that came back for it.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Its identity.
    pub id: TurnId,
    /// The words as typed.
    pub typed: String,
    /// What was asked.
    pub ask: Ask,
    /// When it began (time of the screen).
    pub began: Duration,
    /// When it ended.
    pub ended: Option<Duration>,
    /// How far it is.
    pub phase: Phase,
    /// Text that streamed in, unchecked, safe to show.
    pub streamed: String,
    /// Hits that came before the answer.
    pub hits: usize,
    /// First visible line of the answer.
    pub scroll: usize,
    /// The citation the cursor stands on.
    pub citation: Option<usize>,
}

/// Citations of an answer, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Citations {
    /// Checked and right.
    pub verified: usize,
    /// Checked and struck.
    pub struck: usize,
}

impl Turn {
    /// A question that was just sent.
    #[must_use]
    pub fn new(id: TurnId, typed: String, ask: Ask, now: Duration) -> Self {
        Self {
            id,
            typed,
            ask,
            began: now,
            ended: None,
            phase: Phase::Running { stage: Stage::Opening, since: now },
            streamed: String::new(),
            hits: 0,
            scroll: 0,
            citation: None,
        }
    }

    /// Whether it is being worked on.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running { .. })
    }

    /// The answer as Markdown: checked when it is there, else what streamed in.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.phase {
            Phase::Done(outcome) => &outcome.answer.text,
            Phase::Saved(answer, _) => &answer.text,
            _ => &self.streamed,
        }
    }

    /// The citations in order of appearance.
    #[must_use]
    pub fn citations(&self) -> &[Citation] {
        match &self.phase {
            Phase::Done(outcome) => &outcome.answer.citations,
            Phase::Saved(answer, _) => &answer.citations,
            _ => &[],
        }
    }

    /// How many are right.
    #[must_use]
    pub fn counted(&self) -> Citations {
        let verified = self.citations().iter().filter(|citation| citation.verified).count();
        Citations { verified, struck: self.citations().len() - verified }
    }

    /// What the answer could cite.
    #[must_use]
    pub fn evidence(&self) -> Option<&Evidence> {
        match &self.phase {
            Phase::Done(outcome) => Some(&outcome.evidence),
            Phase::Saved(_, evidence) => Some(evidence),
            _ => None,
        }
    }

    /// The row the focused citation points at.
    #[must_use]
    pub fn cited(&self) -> Option<&EvidenceRow> {
        self.evidence()?.row(self.citations().get(self.citation?)?.n)
    }
}
