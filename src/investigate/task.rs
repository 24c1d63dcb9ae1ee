//! The owner of the ports: requests in, `(TurnId, Reply)` out, one cancel token per turn.
//!
//! Every request runs as its own task, so that a page of records never waits for an answer. Replies of a turn come in
//! order and end with exactly one that [`Reply::is_final`]; a cancelled turn ends with what there is.

use super::{Ask, BackendEvent, Broke, Investigation, Outcome};
use crate::domain::{Pattern, PatternId, Record, RecordId};
use crate::failure::Failure;
use crate::port::{
    Anchor, Bucket, ChangeRequest, LineFound, LineSearch, Page, PageRequest, RawLines, Scope, SearchReply,
    SearchRequest, Slice, Standing,
};
use crate::safety::Redactor;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

/// Replies that may wait for the reader before a turn waits.
const WAITING: usize = 64;

/// Identity of one request and everything that comes back for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TurnId(pub u64);

/// What is wanted.
#[derive(Clone, Debug)]
pub enum Request {
    /// A question.
    Ask(Ask),
    /// A window against its baseline.
    Broke(ChangeRequest),
    /// The pattern table of a scope.
    Patterns(Scope),
    /// Hits.
    Search(SearchRequest),
    /// A page of records.
    Page(PageRequest),
    /// How many records lie before an anchor.
    Count(Slice, Anchor),
    /// Records per slice of time, in this many buckets.
    Histogram(Slice, usize),
    /// When the records of every pattern of a scope were, in this many buckets.
    Sparks(Scope, usize),
    /// Records around one, in its source: so many before and after.
    Context(RecordId, usize, usize),
    /// How a record stands among those of a scope.
    Standing(RecordId, Scope),
    /// Physical lines of a file: from a line on, so many.
    Lines(String, u64, usize),
    /// The next physical line with a text.
    FindLine(LineSearch),
}

/// What comes back.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Something happened on the way to an answer.
    Progress(BackendEvent),
    /// The answer.
    Answered(Box<Outcome>),
    /// The comparison.
    Broke(Box<Broke>),
    /// The pattern table.
    Patterns(Vec<Pattern>),
    /// Hits.
    Found(Box<SearchReply>),
    /// A page.
    Page(Page),
    /// A number of records.
    Count(u64),
    /// A histogram.
    Histogram(Vec<Bucket>),
    /// When the records of every pattern were.
    Sparks(BTreeMap<PatternId, Vec<u32>>),
    /// Records around one.
    Context(Vec<Record>),
    /// How a record stands; `None` where none of its pattern is in the scope.
    Standing(Option<Standing>),
    /// Physical lines.
    Lines(RawLines),
    /// The next line with a text, or where to go on looking.
    FoundLine(LineFound),
    /// It did not work, or was cancelled.
    Failed(Failure),
}

impl Reply {
    /// Whether nothing follows for this turn.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Progress(_))
    }
}

/// Runs requests against the ports of one session. Must be used inside a tokio runtime.
pub struct Task {
    investigation: Arc<Investigation>,
    redactor: Arc<Mutex<Redactor>>,
    replies: mpsc::Sender<(TurnId, Reply)>,
    running: BTreeMap<TurnId, CancellationToken>,
}

impl Task {
    /// Serves an investigation; the receiver gets every reply.
    #[must_use]
    pub fn new(investigation: Investigation, redactor: Redactor) -> (Self, mpsc::Receiver<(TurnId, Reply)>) {
        let (replies, receiver) = mpsc::channel(WAITING);
        let redactor = Arc::new(Mutex::new(redactor));
        (
            Self { investigation: Arc::new(investigation), redactor, replies, running: BTreeMap::new() },
            receiver,
        )
    }

    /// Serves another investigation from now on; what runs goes on with the one it began with.
    pub fn serve(&mut self, investigation: Investigation) {
        self.investigation = Arc::new(investigation);
    }

    /// Starts a request.
    pub fn start(&mut self, id: TurnId, request: Request) {
        let token = CancellationToken::new();
        self.running.insert(id, token.clone());
        let (investigation, replies) = (Arc::clone(&self.investigation), self.replies.clone());
        let redactor = Arc::clone(&self.redactor);
        tokio::spawn(async move {
            let reply = match request {
                Request::Ask(ask) => answer(&investigation, &redactor, ask, id, &replies, token).await,
                other => serve(&investigation, other, token).await,
            };
            // Nobody reads any more: the session ended.
            let _ = replies.send((id, reply.unwrap_or_else(Reply::Failed))).await;
        });
    }

    /// Asks a turn to stop; its last reply still comes.
    pub fn cancel(&self, id: TurnId) {
        if let Some(token) = self.running.get(&id) {
            token.cancel();
        }
    }

    /// Forgets a turn whose last reply was read.
    pub fn finish(&mut self, id: TurnId) {
        self.running.remove(&id);
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("running", &self.running.len()).finish_non_exhaustive()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.running.values().for_each(CancellationToken::cancel);
    }
}

/// Asks, passing progress on as it happens.
async fn answer(
    investigation: &Investigation,
    redactor: &Mutex<Redactor>,
    ask: Ask,
    id: TurnId,
    replies: &mpsc::Sender<(TurnId, Reply)>,
    token: CancellationToken,
) -> Result<Reply, Failure> {
    let (events, mut happened) = mpsc::channel(WAITING);
    let mut redactor = redactor.lock().await;
    investigation.timings.clear();
    let asked = async {
        let outcome = investigation.ask(ask, &mut redactor, &events, token).await;
        drop(events);
        outcome
    };
    let forward = async {
        while let Some(event) = happened.recv().await {
            let _ = replies.send((id, Reply::Progress(event))).await;
        }
    };
    let (outcome, ()) = tokio::join!(asked, forward);
    Ok(Reply::Answered(Box::new(outcome?)))
}

async fn serve(
    investigation: &Investigation,
    request: Request,
    token: CancellationToken,
) -> Result<Reply, Failure> {
    let (search, browse) = (&investigation.search, &investigation.browse);
    Ok(match request {
        Request::Ask(_) => return Err(Failure::cancelled()),
        Request::Broke(request) => Reply::Broke(Box::new(investigation.broke(request, token).await?)),
        Request::Patterns(scope) => Reply::Patterns(search.patterns(scope, token).await?),
        Request::Search(request) => Reply::Found(Box::new(search.search(request, token).await?)),
        Request::Page(request) => Reply::Page(browse.page(request, token).await?),
        Request::Count(slice, upto) => Reply::Count(browse.count(slice, upto, token).await?),
        Request::Histogram(slice, buckets) => {
            Reply::Histogram(browse.histogram(slice, buckets, token).await?)
        }
        Request::Sparks(scope, buckets) => Reply::Sparks(browse.sparks(scope, buckets, token).await?),
        Request::Context(id, before, after) => Reply::Context(browse.context(&id, before, after).await?),
        Request::Standing(id, scope) => Reply::Standing(browse.standing(&id, scope, token).await?),
        Request::Lines(file, from, count) => Reply::Lines(browse.lines(&file, from, count).await?),
        Request::FindLine(search) => Reply::FoundLine(browse.find_line(search, token).await?),
    })
}
