//! Reads the blocks that may hold a match, the likely ones first, on several threads.

use super::clue::Clues;
use super::collect::Collector;
use super::foresight::Foresight;
use super::reading::Reading;
use super::{SearchOptions, SortBy};
use crate::compute::CorpusError;
use crate::local::record::ReadError;
use crate::local::scan::SegmentText;
use crate::local::segment::Segment;
use crate::local::view::View;
use crate::query::Matcher;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How much longer a page that is not full is waited for.
const PARTIAL: u32 = 3;
/// How long an empty page is waited for.
const GIVE_UP: Duration = Duration::from_secs(2);

/// Which rows of a block are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// Rows that only their text decides; those that match for sure are counted elsewhere.
    Unsure,
    /// All rows that may match.
    Everything,
    /// Rows that hold a value of the question; rows that match for sure are scored but counted elsewhere.
    Evidence,
}

/// What a sweep found besides its candidates.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Swept {
    pub(super) matched: u64,
    pub(super) bytes: u64,
    pub(super) complete: bool,
}

/// A reading pass over a view.
pub(super) struct Sweep<'s> {
    pub(super) view: &'s View,
    pub(super) matcher: &'s Matcher,
    pub(super) options: &'s SearchOptions,
    pub(super) started: Instant,
}

/// What the threads of a sweep share.
#[derive(Default)]
struct Shared {
    next: AtomicUsize,
    found: AtomicUsize,
    matched: AtomicU64,
    bytes: AtomicU64,
    stopped: AtomicBool,
}

impl Sweep<'_> {
    /// Reads what has to be read.
    ///
    /// # Errors
    /// When a file cannot be read any more or the view's cancel flag is set.
    pub(super) fn run<'q, 'v>(
        &self,
        clues: &Clues,
        aim: Aim,
        foresight: &Foresight<'_>,
        collector: &mut Collector<'q, 'v>,
    ) -> Result<Swept, CorpusError> {
        if aim == Aim::Evidence && clues.is_empty() {
            return Ok(Swept::default());
        }
        let blocks = self.blocks(clues, aim, foresight);
        let found = if aim == Aim::Evidence { 0 } else { collector.total };
        let shared = Shared { found: AtomicUsize::new(found), ..Shared::default() };
        let threads = self.options.threads.clamp(1, blocks.len().div_ceil(2).max(1));
        let work = |own: Collector<'q, 'v>| self.work(&blocks, clues, aim, foresight.clone(), own, &shared);
        if threads == 1 {
            collector.absorb(work(collector.fork())?);
        } else {
            let forks: Vec<_> = (0..threads).map(|_| collector.fork()).collect();
            let done: Vec<_> = std::thread::scope(|scope| {
                let work = &work;
                let handles: Vec<_> = forks.into_iter().map(|own| scope.spawn(move || work(own))).collect();
                handles
                    .into_iter()
                    .map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                    .collect()
            });
            for own in done {
                collector.absorb(own?);
            }
        }
        Ok(Swept {
            matched: shared.matched.into_inner(),
            bytes: shared.bytes.into_inner(),
            complete: !shared.stopped.into_inner() && aim != Aim::Evidence,
        })
    }

    /// Takes block after block until none is left or enough is found.
    fn work<'q, 'v>(
        &self,
        blocks: &[&Segment],
        clues: &Clues,
        aim: Aim,
        mut foresight: Foresight<'_>,
        mut own: Collector<'q, 'v>,
        shared: &Shared,
    ) -> Result<Collector<'q, 'v>, CorpusError> {
        while let Some(segment) = blocks.get(shared.next.fetch_add(1, Ordering::Relaxed)) {
            if self.view.is_cancelled() {
                return Err(CorpusError::Cancelled);
            }
            if self.is_enough(shared) {
                shared.stopped.store(true, Ordering::Relaxed);
                break;
            }
            self.block(segment, clues, aim, &mut foresight, &mut own, shared)?;
        }
        Ok(own)
    }

    /// Blocks that may hold a match; the likely ones first unless the order of time matters.
    fn blocks(&self, clues: &Clues, aim: Aim, foresight: &Foresight<'_>) -> Vec<&Segment> {
        if aim == Aim::Unsure && !foresight.any_needs_text() {
            return Vec::new();
        }
        let mut blocks: Vec<&Segment> = self
            .view
            .segments()
            .map(|(_, segment)| segment)
            .filter(|segment| {
                let by_text = clues.may_be_in(segment) && self.holds_unsure(segment, aim, foresight);
                by_text || (aim == Aim::Everything && self.holds_any(segment, foresight))
            })
            .collect();
        if self.options.sort == SortBy::Rank && !clues.is_empty() {
            blocks.sort_by_key(|segment| std::cmp::Reverse(clues.likelihood(segment)));
        }
        blocks
    }

    fn holds_unsure(&self, segment: &Segment, aim: Aim, foresight: &Foresight<'_>) -> bool {
        let template = |shape: &u32| self.view.store.template_of(*shape);
        aim != Aim::Unsure || segment.shapes.iter().any(|shape| foresight.may_need_text(template(shape)))
    }

    /// Whether a block may hold rows that match without being read.
    fn holds_any(&self, segment: &Segment, foresight: &Foresight<'_>) -> bool {
        segment.shapes.iter().any(|shape| foresight.may_be_sure(self.view.store.template_of(*shape)))
    }

    /// A full page waits for `patience`, a page that has something a little longer; an empty one until there is no hope of
    /// an answer that still feels like one.
    fn is_enough(&self, shared: &Shared) -> bool {
        let in_order = self.options.sort == SortBy::Rank || self.view.store.in_time_order;
        if !in_order || self.options.exact {
            return false;
        }
        let limit = match shared.found.load(Ordering::Relaxed) {
            0 => GIVE_UP,
            found if found < self.options.limit => self.options.patience * PARTIAL,
            _ => self.options.patience,
        };
        self.started.elapsed() >= limit
    }

    fn block(
        &self,
        segment: &Segment,
        clues: &Clues,
        aim: Aim,
        foresight: &mut Foresight<'_>,
        own: &mut Collector<'_, '_>,
        shared: &Shared,
    ) -> Result<(), ReadError> {
        let text = self.view.store.segment_text(segment)?;
        let before = own.total;
        let mut matched = 0;
        // Rows that match for sure may hold none of the literals, so jumping would miss them.
        let all_unsure = || !self.holds_any(segment, foresight);
        let jumps = !clues.is_empty() && (aim != Aim::Everything || all_unsure());
        let mut i = 0;
        while i < segment.len() {
            if jumps {
                match self.next_row(segment, &text, clues, i) {
                    Some(next) => i = next,
                    None => break,
                }
            }
            matched += u64::from(self.row(segment, &text, i, aim, foresight, own));
            i += 1;
        }
        shared.matched.fetch_add(matched, Ordering::Relaxed);
        shared.bytes.fetch_add(text.len(), Ordering::Relaxed);
        shared.found.fetch_add(own.total.saturating_sub(before), Ordering::Relaxed);
        Ok(())
    }

    /// The first row at or after `i` that holds a literal.
    fn next_row(&self, segment: &Segment, text: &SegmentText, clues: &Clues, i: usize) -> Option<usize> {
        let from = text.place_of(segment.start_of(i));
        let hit = clues.next_in(text.bytes(), from)?;
        let start = u32::try_from(text.offset_of(hit).saturating_sub(segment.base)).unwrap_or(u32::MAX);
        Some(segment.starts.partition_point(|&s| s <= start).saturating_sub(1).max(i))
    }

    /// Looks at one row; whether it counts as a new match.
    fn row(
        &self,
        segment: &Segment,
        text: &SegmentText,
        i: usize,
        aim: Aim,
        foresight: &mut Foresight<'_>,
        own: &mut Collector<'_, '_>,
    ) -> bool {
        let Some(row) = self.view.row_if_meant(segment, i) else { return false };
        let foreseen = foresight.of(&row);
        if foreseen == Some(false) || (foreseen == Some(true) && aim == Aim::Unsure) {
            return false;
        }
        let raw = self.view.store.record_in(text, segment, i);
        let matches = foreseen == Some(true)
            || Reading::new(&self.view.store, row, raw).is_some_and(|reading| self.matcher.matches(&reading));
        let counts = matches && own.score(self.view, row, raw);
        counts && (foreseen.is_none() || aim == Aim::Everything)
    }
}
