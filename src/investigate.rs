//! The stories, told with ports only: a question from words to a checked answer, and a window against its baseline.
//!
//! ```text
//! words -> window -> plan -> compute / compare -> search -> evidence (masked, capped) -> answer -> check -> outcome
//! ```
//!
//! Knows no adapter. Every step can be cancelled; what is there by then is kept and marked.

mod answer;
mod broke;
mod gather;
mod mask;
mod task;
mod turn;

pub use broke::Broke;
pub use task::{Reply, Request, Task, TurnId};

use crate::domain::{Answer, Hit, Pattern, TimeWindow, Usage, Zone};
use crate::evidence::{Brief, Evidence};
use crate::failure::Failure;
use crate::layer::Timings;
use crate::port::{AnswerModel, Browse, Clock, Scope, Search};
use std::sync::Arc;

/// The ports and limits of an investigation; one per session.
#[derive(Clone)]
pub struct Investigation {
    /// Finds, counts and compares.
    pub search: Arc<dyn Search>,
    /// Reads around a record.
    pub browse: Arc<dyn Browse>,
    /// Answers.
    pub model: Arc<dyn AnswerModel>,
    /// Time for the timings.
    pub clock: Arc<dyn Clock>,
    /// Where the meter around `search` writes.
    pub timings: Timings,
    /// What bounds one turn.
    pub limits: Limits,
}

/// What bounds one turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Estimated tokens of evidence.
    pub evidence_tokens: u64,
    /// Hits fetched for a question.
    pub hits: usize,
    /// Longest question, in bytes.
    pub question_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { evidence_tokens: 2_500, hits: 40, question_bytes: 4_096 }
    }
}

/// One question with everything that decides its answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ask {
    /// The words as typed.
    pub text: String,
    /// Window and filters given beside the words; time words inside the question narrow it.
    pub scope: Scope,
}

/// What is being done right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Sources are opened and indexed.
    Opening,
    /// The question is planned and computed.
    Computing,
    /// The window is compared with its baseline.
    Comparing,
    /// Hits are searched.
    Searching,
    /// The answer is written.
    Answering,
    /// Citations are checked.
    Checking,
}

/// Something that happened during a turn.
#[derive(Clone, Debug)]
pub enum BackendEvent {
    /// A stage began.
    Stage(Stage),
    /// Hits are there.
    Hits(Vec<Hit>),
    /// A piece of the answer, unchecked; unfinished citations are held back.
    Text(String),
    /// What the request consumed.
    Usage(Usage),
    /// Something the reader should know.
    Notice(String),
}

/// Everything a turn found.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The question as understood (a follow-up is rewritten).
    pub question: String,
    /// The absolute window of everything below.
    pub window: Option<TimeWindow>,
    /// Zone times are shown in.
    pub zone: Zone,
    /// Ranked hits.
    pub hits: Vec<Hit>,
    /// Records that match, and whether that is a lower bound.
    pub total: (u64, bool),
    /// Patterns of the hits.
    pub patterns: Vec<Pattern>,
    /// The rows as sent.
    pub evidence: Arc<Evidence>,
    /// The structured side.
    pub brief: Arc<Brief>,
    /// The checked answer.
    pub answer: Answer,
    /// Whether the logs answered the question.
    pub found: bool,
    /// What was consumed.
    pub usage: Usage,
    /// Who answered.
    pub model: String,
    /// What was not covered, as sentences.
    pub degraded: Vec<String>,
    /// Words added to the search.
    pub expansions: Vec<String>,
    /// Milliseconds per stage.
    pub timings_ms: Vec<(&'static str, f64)>,
}

/// Runs `work` where blocking is allowed.
///
/// # Errors
/// When the work panicked or the runtime is shutting down.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        Failure::new(crate::failure::FailureKind::Backend, "the computation stopped").because(error)
    })
}
