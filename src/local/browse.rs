//! The store as something to read in: pages, counts and histograms of a slice, lines of a file.

use super::ports::{LocalLogs, blocking, reading, unreadable};
use super::record::{RecordNo, level_index};
use super::search::Walk;
use super::store::Store;
use super::summary::Counter;
use super::view::View;
use crate::compute::Corpus;
use crate::domain::{PatternId, Record, RecordId, Timestamp};
use crate::failure::{Failure, FailureKind};
use crate::port::{
    Anchor, Browse, Bucket, Direction, LineFound, LineSearch, Page, PageRequest, RawLines, Scope, Slice,
    Standing,
};
use crate::query::{Expr, Matcher};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio_util::sync::CancellationToken;

/// A slice with its records counted and its condition compiled.
struct Sliced {
    view: View,
    matcher: Option<Matcher>,
    template: Option<u32>,
}

impl Sliced {
    fn new(logs: &LocalLogs, slice: Slice, flag: Arc<AtomicBool>) -> Result<Self, Failure> {
        let mut selection = LocalLogs::selection(slice.scope);
        let mut conditions: Vec<Expr> =
            slice.filter.iter().filter(|query| query.expr != Expr::All).map(|q| q.expr.clone()).collect();
        if let Some(name) = slice.source {
            let (sources, part) = named(logs.store(), &name)?;
            selection.sources = sources;
            conditions.extend(part);
        }
        let view = logs.searcher(selection, flag).view().clone();
        let template = slice.pattern.map(|id| {
            let known = logs.store().templates().iter().position(|template| template.id == id);
            known.and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX)
        });
        let matcher = (!conditions.is_empty()).then(|| Matcher::new(&Expr::And(conditions)));
        Ok(Self { view, matcher, template })
    }

    fn walk(&self) -> Walk<'_> {
        Walk::new(&self.view, self.matcher.as_ref(), self.template)
    }

    /// The place in the order of the whole store that an anchor stands for.
    fn place(&self, walk: &mut Walk<'_>, anchor: &Anchor) -> Result<u32, Failure> {
        let store = self.view.store();
        Ok(match anchor {
            Anchor::Start => 0,
            Anchor::End => store.len(),
            Anchor::Before(id) => store.place_of(known(store, id)?),
            Anchor::After(id) => store.place_of(known(store, id)?) + 1,
            Anchor::Time(ts) => store.place_at(*ts),
            Anchor::Nth(count) => self.nth(walk, *count)?,
        })
    }

    fn nth(&self, walk: &mut Walk<'_>, count: u64) -> Result<u32, Failure> {
        let end = self.view.store().len();
        if walk.is_everything() {
            return Ok(u32::try_from(count).unwrap_or(end).min(end));
        }
        let (mut left, mut found) = (count, end);
        walk.forward(0..end, &mut |row| {
            if left == 0 {
                found = self.view.store().place_of(row.no);
                return ControlFlow::Break(());
            }
            left -= 1;
            ControlFlow::Continue(())
        })
        .map_err(reading)?;
        Ok(found)
    }

    fn page(&self, request: &PageRequest) -> Result<Page, Failure> {
        let mut walk = self.walk();
        let place = self.place(&mut walk, &request.anchor)?;
        let mut found: Vec<RecordNo> = Vec::new();
        let mut is_last = true;
        let mut visit = |row: super::summary::RecordRow| {
            if found.len() == request.limit {
                is_last = false;
                return ControlFlow::Break(());
            }
            found.push(row.no);
            ControlFlow::Continue(())
        };
        match request.direction {
            Direction::Forward => walk.forward(place..u32::MAX, &mut visit),
            Direction::Backward => walk.backward(0..place, &mut visit),
        }
        .map_err(reading)?;
        if request.direction == Direction::Backward {
            found.reverse();
        }
        let records: Result<_, _> = found.into_iter().map(|no| self.view.store().record(no)).collect();
        Ok(Page { records: records.map_err(unreadable)?, is_last })
    }

    fn count(&self, upto: &Anchor) -> Result<u64, Failure> {
        let mut walk = self.walk();
        let place = self.place(&mut walk, upto)?;
        let total = walk.known_total();
        if let Some(total) = total.filter(|_| place >= self.view.store().len()) {
            return Ok(total);
        }
        if walk.is_everything() {
            return Ok(u64::from(place));
        }
        let mut count = 0;
        walk.forward(0..place, &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        })
        .map_err(reading)?;
        Ok(count)
    }

    fn histogram(&self, buckets: usize) -> Result<Vec<Bucket>, Failure> {
        if self.matcher.is_none() && self.template.is_none() {
            return Ok(self.view.histogram(buckets));
        }
        let Some(window) = Corpus::window(&self.view) else { return Ok(Vec::new()) };
        let mut counter = Counter::new(window, buckets);
        let end = self.view.store().len();
        self.walk()
            .forward(0..end, &mut |row| {
                let ts: Option<Timestamp> = row.ts;
                ts.into_iter().for_each(|ts| counter.add(ts, level_index(row.level)));
                ControlFlow::Continue(())
            })
            .map_err(reading)?;
        Ok(counter.buckets)
    }
}

/// The sources of a name, and for a file that is one of several of its source, the condition to be from it.
fn named(store: &Store, name: &str) -> Result<(Vec<u32>, Option<Expr>), Failure> {
    if let Some(source) = store.sources.iter().position(|known| known == name) {
        return Ok((u32::try_from(source).into_iter().collect(), None));
    }
    let part = store.parts.iter().find(|part| part.name == name).ok_or_else(|| unknown("source", name))?;
    let condition = Expr::Filter(crate::query::Filter::Source(crate::query::Glob::exact(name)));
    Ok((vec![part.source], Some(condition)))
}

fn known(store: &Store, id: &RecordId) -> Result<RecordNo, Failure> {
    store.find_id(id).ok_or_else(|| unknown("record", &id.0))
}

fn unknown(what: &str, name: &str) -> Failure {
    Failure::new(FailureKind::Backend, format!("no {what} {name} in these sources"))
}

/// Records of every pattern per slice of time, in one pass over the columns.
fn sparks(view: &View, buckets: usize) -> BTreeMap<PatternId, Vec<u32>> {
    let Some(window) = Corpus::window(view) else { return BTreeMap::new() };
    let templates = view.store().templates();
    let mut counts: Vec<Vec<u32>> = vec![Vec::new(); templates.len()];
    let (slices, whole) = (i128::try_from(buckets).unwrap_or(1), i128::from(window.nanos()));
    for row in view.rows() {
        let (Some(ts), Some(count)) = (row.ts, counts.get_mut(row.template as usize)) else { continue };
        let at = i128::from(ts.since(window.start())) * slices / whole;
        if count.is_empty() {
            count.resize(buckets, 0);
        }
        if let Some(slice) = usize::try_from(at).ok().and_then(|at| count.get_mut(at)) {
            *slice += 1;
        }
    }
    let counted = templates.iter().zip(counts).filter(|(_, count)| !count.is_empty());
    counted.map(|(template, count)| (template.id, count)).collect()
}

#[async_trait]
impl Browse for LocalLogs {
    async fn context(&self, id: &RecordId, before: usize, after: usize) -> Result<Vec<Record>, Failure> {
        let (store, id) = (Arc::clone(self.store()), id.clone());
        blocking(CancellationToken::new(), move |_| {
            let no = known(&store, &id)?;
            let (earlier, later) = store.context(no, before, after);
            let all = earlier.into_iter().chain([no]).chain(later);
            all.map(|no| store.record(no).map_err(unreadable)).collect()
        })
        .await
    }

    async fn page(&self, request: PageRequest, cancel: CancellationToken) -> Result<Page, Failure> {
        let logs = self.clone();
        blocking(cancel, move |flag| Sliced::new(&logs, request.slice.clone(), flag)?.page(&request)).await
    }

    async fn count(&self, slice: Slice, upto: Anchor, cancel: CancellationToken) -> Result<u64, Failure> {
        let logs = self.clone();
        blocking(cancel, move |flag| Sliced::new(&logs, slice, flag)?.count(&upto)).await
    }

    async fn histogram(
        &self,
        slice: Slice,
        buckets: usize,
        cancel: CancellationToken,
    ) -> Result<Vec<Bucket>, Failure> {
        let logs = self.clone();
        blocking(cancel, move |flag| Sliced::new(&logs, slice, flag)?.histogram(buckets)).await
    }

    async fn sparks(
        &self,
        scope: Scope,
        buckets: usize,
        cancel: CancellationToken,
    ) -> Result<BTreeMap<PatternId, Vec<u32>>, Failure> {
        let logs = self.clone();
        blocking(cancel, move |flag| {
            let view = logs.searcher(LocalLogs::selection(scope), flag).view().clone();
            Ok(sparks(&view, buckets.max(1)))
        })
        .await
    }

    async fn standing(
        &self,
        id: &RecordId,
        scope: Scope,
        cancel: CancellationToken,
    ) -> Result<Option<Standing>, Failure> {
        let (logs, id) = (self.clone(), id.clone());
        blocking(cancel, move |flag| {
            let no = known(logs.store(), &id)?;
            let searcher = logs.searcher(LocalLogs::selection(scope), flag);
            searcher.view().standing(no).map_err(unreadable)
        })
        .await
    }

    async fn lines(&self, file: &str, from: u64, count: usize) -> Result<RawLines, Failure> {
        let (store, file) = (Arc::clone(self.store()), file.to_owned());
        blocking(CancellationToken::new(), move |_| {
            let read = store.lines(&file, from, count).ok_or_else(|| unknown("file", &file))?;
            read.map_err(unreadable)
        })
        .await
    }

    async fn find_line(&self, search: LineSearch, cancel: CancellationToken) -> Result<LineFound, Failure> {
        let store = Arc::clone(self.store());
        blocking(cancel, move |flag| {
            let found = store.find_line(&search, &flag).ok_or_else(|| unknown("file", &search.file))?;
            found.map_err(reading)
        })
        .await
    }
}

#[cfg(test)]
mod tests;
