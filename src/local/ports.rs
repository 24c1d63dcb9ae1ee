//! The store behind the ports: every call runs on a blocking thread and can be cancelled.

use super::changes::{CompareError, Compared, ComparedReport, compare};
use super::record::ReadError;
use super::search::{SearchOptions, Searcher, SortBy};
use super::store::Store;
use super::view::{Selection, View};
use crate::compute::{Corpus, CorpusError};
use crate::domain::Pattern;
use crate::failure::{Failure, FailureKind};
use crate::port::{ChangeReply, ChangeRequest, Overview, Scope, Search, SearchReply, SearchRequest, Sort};
use async_trait::async_trait;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// Examples per row of a pattern table.
const EXAMPLES: usize = 3;

/// A local store as the log side of an investigation.
///
/// Clones share what was counted for the last search.
#[derive(Clone, Debug)]
pub struct LocalLogs {
    store: Arc<Store>,
    /// Of the last scope that was asked for: counting it takes longer than most searches of it.
    last: Arc<Mutex<Option<Ready>>>,
    /// Sources that are the baseline of comparisons.
    against: Vec<u32>,
}

/// A selection with its records counted and its words known.
#[derive(Clone, Debug)]
struct Ready {
    selection: Selection,
    searcher: Searcher,
}

impl LocalLogs {
    /// Serves everything in `store`.
    #[must_use]
    pub fn new(store: Arc<Store>) -> Self {
        Self { store, last: Arc::default(), against: Vec::new() }
    }

    /// Holds the sources at or below these paths back as the baseline of comparisons (`--against`).
    #[must_use]
    pub fn with_baseline(mut self, paths: &[std::path::PathBuf]) -> Self {
        let below = |name: &str| {
            paths.iter().any(|path| {
                std::path::Path::new(name).starts_with(path)
                    || name.strip_prefix(&*path.to_string_lossy()).is_some_and(|rest| rest.starts_with(':'))
            })
        };
        let sources = self.store.sources();
        let baseline = sources
            .iter()
            .enumerate()
            .filter(|(_, source)| below(&source.name) || source.parts.iter().any(|part| below(part)));
        self.against = baseline.filter_map(|(index, _)| u32::try_from(index).ok()).collect();
        self
    }

    /// The store behind it.
    #[must_use]
    pub const fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// The searcher of a selection, counted anew only if the last one asked for was another.
    pub(super) fn searcher(&self, selection: Selection, cancel: Arc<AtomicBool>) -> Searcher {
        // What is kept is replaced as a whole, so a panic elsewhere leaves it sound.
        let lock = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().clone().filter(|ready| ready.selection == selection);
        let searcher = known.map_or_else(
            || {
                let searcher = Searcher::new(self.store.view(selection.clone()));
                *lock() = Some(Ready { selection, searcher: searcher.clone() });
                searcher
            },
            |ready| ready.searcher,
        );
        searcher.with_cancel(cancel)
    }

    pub(super) fn selection(scope: Scope) -> Selection {
        Selection {
            window: scope.window,
            level: scope.level,
            services: scope.service.into_iter().collect(),
            sources: Vec::new(),
        }
    }
}

/// Runs `work` on a blocking thread with a flag that is set when `cancel` fires.
pub(super) async fn blocking<T: Send + 'static>(
    cancel: CancellationToken,
    work: impl FnOnce(Arc<AtomicBool>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let inside = Arc::clone(&flag);
    let mut task = tokio::task::spawn_blocking(move || work(inside));
    let joined = tokio::select! {
        joined = &mut task => joined,
        () = cancel.cancelled() => {
            flag.store(true, Ordering::Relaxed);
            task.await
        }
    };
    joined.map_err(|error| Failure::new(FailureKind::Backend, "the search stopped").because(error))?
}

pub(super) fn reading(error: CorpusError) -> Failure {
    match error {
        CorpusError::Cancelled => Failure::cancelled(),
        CorpusError::Unreadable { .. } => {
            Failure::new(FailureKind::Backend, "a source became unreadable").because(error)
        }
    }
}

pub(super) fn unreadable(error: ReadError) -> Failure {
    reading(error.into())
}

#[async_trait]
impl Search for LocalLogs {
    async fn overview(&self) -> Result<Overview, Failure> {
        let store = &self.store;
        Ok(Overview {
            sources: store.sources().into_iter().map(|source| source.name).collect(),
            records: u64::from(store.len()),
            span: store.span(),
            zone: store.zone(),
            degraded: store.notes().iter().map(|note| note.to_string()).collect(),
        })
    }

    async fn search(
        &self,
        request: SearchRequest,
        cancel: CancellationToken,
    ) -> Result<SearchReply, Failure> {
        let logs = self.clone();
        blocking(cancel, move |flag| {
            let sort = match request.sort {
                Sort::Rank => SortBy::Rank,
                Sort::Time => SortBy::Time,
            };
            let options = SearchOptions {
                limit: request.limit,
                sort,
                exact: request.exact,
                ..SearchOptions::default()
            };
            let searcher = logs.searcher(Self::selection(request.scope), flag);
            let result = searcher.search(&request.query, &options).map_err(reading)?;
            let hits = searcher.hits(&result).map_err(unreadable)?;
            let expansions = result.expansions.iter().map(|e| format!("{} ~ {}", e.from, e.to.join(", ")));
            Ok(SearchReply {
                hits,
                total: result.total.records,
                at_least: !result.total.exact,
                expansions: expansions.collect(),
                degraded: result.degraded,
            })
        })
        .await
    }

    async fn patterns(&self, scope: Scope, cancel: CancellationToken) -> Result<Vec<Pattern>, Failure> {
        let logs = self.clone();
        blocking(cancel, move |flag| {
            let searcher = logs.searcher(Self::selection(scope), flag);
            searcher.view().pattern_table(EXAMPLES).map_err(unreadable)
        })
        .await
    }

    async fn corpus(
        &self,
        scope: Scope,
        cancel: CancellationToken,
    ) -> Result<Arc<dyn Corpus + Send + Sync>, Failure> {
        let logs = self.clone();
        let flag = Arc::new(AtomicBool::new(false));
        let watched = Arc::clone(&flag);
        let watch = cancel.clone();
        // The corpus outlives this call; the flag follows the turn's token for as long as the turn lives.
        tokio::spawn(async move {
            watch.cancelled().await;
            watched.store(true, Ordering::Relaxed);
        });
        blocking(cancel, move |_| {
            let view: View = logs.searcher(Self::selection(scope), flag).view().clone();
            Ok(Arc::new(view) as Arc<dyn Corpus + Send + Sync>)
        })
        .await
    }

    async fn changes(
        &self,
        request: ChangeRequest,
        cancel: CancellationToken,
    ) -> Result<ChangeReply, Failure> {
        let store = Arc::clone(&self.store);
        let asked = Compared {
            selection: Self::selection(request.scope),
            window: request.window,
            baseline: request.baseline,
            against: self.against.clone(),
        };
        blocking(cancel, move |flag| match compare(&store, &asked, &flag) {
            Ok(ComparedReport { report, records }) => {
                Ok(ChangeReply { report, records, degraded: Vec::new() })
            }
            Err(CompareError::NothingToCompare(text)) => Err(Failure::new(FailureKind::BadRequest, text)),
            Err(CompareError::Reading(error)) => Err(reading(error)),
        })
        .await
    }
}
