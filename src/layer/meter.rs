//! Measures how long each call of the log side took, for `timings_ms` and the screen.

use crate::compute::Corpus;
use crate::domain::Pattern;
use crate::failure::Failure;
use crate::port::{ChangeReply, ChangeRequest, Clock, Overview, Scope, Search, SearchReply, SearchRequest};
use async_trait::async_trait;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Time spent per kind of call, shared between the meter and its reader.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    spent: Arc<Mutex<Vec<(&'static str, Duration)>>>,
}

impl Timings {
    /// Adds `duration` under `name`.
    pub fn add(&self, name: &'static str, duration: Duration) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        match spent.iter_mut().find(|(known, _)| *known == name) {
            Some((_, total)) => *total += duration,
            None => spent.push((name, duration)),
        }
    }

    /// Forgets everything, for the next turn.
    pub fn clear(&self) {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Names and milliseconds in order of first use.
    #[must_use]
    pub fn millis(&self) -> Vec<(&'static str, f64)> {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.iter().map(|(name, total)| (*name, total.as_secs_f64() * 1e3)).collect()
    }
}

/// A [`Search`] whose calls are timed.
pub struct Metered<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    timings: Timings,
}

impl<S: Search> Metered<S> {
    /// Wraps `inner`; read the result from a clone of `timings`.
    pub fn new(inner: S, clock: Arc<dyn Clock>, timings: Timings) -> Self {
        Self { inner, clock, timings }
    }

    async fn timed<T>(&self, name: &'static str, call: impl Future<Output = T>) -> T {
        let start = self.clock.elapsed();
        let result = call.await;
        self.timings.add(name, self.clock.elapsed().saturating_sub(start));
        result
    }
}

#[async_trait]
impl<S: Search> Search for Metered<S> {
    async fn overview(&self) -> Result<Overview, Failure> {
        self.timed("overview", self.inner.overview()).await
    }

    async fn search(
        &self,
        request: SearchRequest,
        cancel: CancellationToken,
    ) -> Result<SearchReply, Failure> {
        self.timed("search", self.inner.search(request, cancel)).await
    }

    async fn patterns(&self, scope: Scope, cancel: CancellationToken) -> Result<Vec<Pattern>, Failure> {
        self.timed("patterns", self.inner.patterns(scope, cancel)).await
    }

    async fn corpus(
        &self,
        scope: Scope,
        cancel: CancellationToken,
    ) -> Result<Arc<dyn Corpus + Send + Sync>, Failure> {
        self.timed("corpus", self.inner.corpus(scope, cancel)).await
    }

    async fn changes(
        &self,
        request: ChangeRequest,
        cancel: CancellationToken,
    ) -> Result<ChangeReply, Failure> {
        self.timed("changes", self.inner.changes(request, cancel)).await
    }
}
