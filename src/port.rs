//! What a story needs from the world, as object-safe traits.
//!
//! The log side is split by reader: [`Search`] finds, counts and compares; [`Browse`] reads page by page. Calls
//! take the turn's cancel token; a cancelled call returns a [`Failure`] of kind `Cancelled`. Results carry what was
//! not covered in `degraded`, as sentences: a partial result is never passed off as a whole one.

mod browse;

use crate::change;
use crate::compute::Corpus;
use crate::domain::{Hit, Level, Pattern, Record, TimeWindow, Timestamp, Usage, Zone};
use crate::evidence::Evidence;
use crate::failure::Failure;
use crate::query::Query;
use async_trait::async_trait;
pub use browse::{
    Anchor, Browse, Bucket, Common, Direction, LineFound, LineSearch, Page, PageRequest, Part, RawLine,
    RawLines, Slice, Standing,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Which records a request is about; applied inside the search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// Half-open absolute window; `None`: everything, also records without a time.
    pub window: Option<TimeWindow>,
    /// Only this service.
    pub service: Option<String>,
    /// Only records with at least this stated level.
    pub level: Option<Level>,
}

/// What the sources hold as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// Names of the sources, in order.
    pub sources: Vec<String>,
    /// Records in all sources.
    pub records: u64,
    /// Time of the oldest and newest record; `None` when nothing has a time.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Zone times are shown in.
    pub zone: Zone,
    /// What could not be read or was cut, as sentences.
    pub degraded: Vec<String>,
}

/// Order of a search result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best first, one representative per pattern before repeats.
    #[default]
    Rank,
    /// Oldest first.
    Time,
}

/// A search.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// Parsed query.
    pub query: Arc<Query>,
    /// Window and filters.
    pub scope: Scope,
    /// Most hits returned; the total is counted beyond it.
    pub limit: usize,
    /// Order.
    pub sort: Sort,
    /// Count all matches, however long it takes; otherwise the total may be a lower bound.
    pub exact: bool,
}

/// Hits and what they are a part of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchReply {
    /// Hits in the asked order, numbered from 1.
    pub hits: Vec<Hit>,
    /// Records that match.
    pub total: u64,
    /// Whether `total` is a lower bound (counting was cut).
    pub at_least: bool,
    /// Words that were added to the query, for showing (`timeout ~ deadline exceeded`).
    pub expansions: Vec<String>,
    /// What was not covered, as sentences.
    pub degraded: Vec<String>,
}

/// Finds, counts and compares.
#[async_trait]
pub trait Search: Send + Sync {
    /// What the sources hold.
    ///
    /// # Errors
    /// When no source can be read.
    async fn overview(&self) -> Result<Overview, Failure>;

    /// Ranked or ordered hits.
    ///
    /// # Errors
    /// When the backend fails or the call is cancelled.
    async fn search(&self, request: SearchRequest, cancel: CancellationToken)
    -> Result<SearchReply, Failure>;

    /// The pattern table of a scope, most frequent first.
    ///
    /// # Errors
    /// When the backend fails or the call is cancelled.
    async fn patterns(&self, scope: Scope, cancel: CancellationToken) -> Result<Vec<Pattern>, Failure>;

    /// A body of records for computing; used on a blocking thread.
    ///
    /// # Errors
    /// When the backend fails or the call is cancelled.
    async fn corpus(
        &self,
        scope: Scope,
        cancel: CancellationToken,
    ) -> Result<Arc<dyn Corpus + Send + Sync>, Failure>;

    /// A window compared with its baseline; `None` for both: the change point is searched.
    ///
    /// # Errors
    /// When the backend fails or the call is cancelled.
    async fn changes(
        &self,
        request: ChangeRequest,
        cancel: CancellationToken,
    ) -> Result<ChangeReply, Failure>;
}

/// What to compare.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeRequest {
    /// Filters; its window bounds both sides.
    pub scope: Scope,
    /// The window in question; `None`: from the detected change point on.
    pub window: Option<TimeWindow>,
    /// What it is compared with; `None`: what lies before the window.
    pub baseline: Option<TimeWindow>,
}

/// A comparison with the records its rows point at.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeReply {
    /// The rows.
    pub report: change::Report,
    /// Records behind [`change::Change::examples`] and [`change::Change::before`].
    pub records: BTreeMap<u32, Record>,
    /// What was not covered, as sentences.
    pub degraded: Vec<String>,
}

/// Everything an answerer is given.
#[derive(Clone, Debug)]
pub struct AnswerRequest {
    /// The question as asked.
    pub question: String,
    /// The window of the answer.
    pub window: Option<TimeWindow>,
    /// Zone for times in prose.
    pub zone: Zone,
    /// The rows; nothing else may be cited.
    pub evidence: Arc<Evidence>,
    /// The same facts as structures, for an answerer that words them without a model.
    pub brief: Arc<crate::evidence::Brief>,
}

/// A piece of a streamed answer.
#[derive(Clone, Debug, PartialEq)]
pub enum AnswerDelta {
    /// Text to append.
    Text(String),
    /// What the request consumed; sent once, near the end.
    Usage(Usage),
}

/// How a stream ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerEnd {
    /// The answerer said it was done.
    Complete,
    /// It stopped early, for this reason; the text so far is kept and marked.
    Cut(String),
}

/// Answers a question from evidence.
#[async_trait]
pub trait AnswerModel: Send + Sync {
    /// Name shown beside the answer.
    fn name(&self) -> &str;

    /// Streams an answer into `out`; returns when the stream ended. A closed `out` ends it quietly.
    ///
    /// # Errors
    /// When no answer could be produced.
    async fn answer(
        &self,
        request: AnswerRequest,
        out: mpsc::Sender<AnswerDelta>,
        cancel: CancellationToken,
    ) -> Result<AnswerEnd, Failure>;
}

/// Time since some fixed moment; real or scripted.
pub trait Clock: Send + Sync {
    /// Monotonic time.
    fn elapsed(&self) -> Duration;
}
