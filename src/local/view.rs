//! The records a question is about: a window, a level, services; counted once, then read on demand.

use super::record::{ReadError, RecordNo, level_index};
use super::segment::Segment;
use super::store::Store;
use super::summary::{Bucket, Counter, RecordRow, Tally, in_halves, spread};
use crate::compute::PatternInfo;
use crate::domain::{Level, Pattern, Record, TimeWindow, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Which records of a store are meant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Only records with a time inside; `None`: all records, also those without a time.
    pub window: Option<TimeWindow>,
    /// Only records at least as severe, with a stated level.
    pub level: Option<Level>,
    /// Only records of these services (whole names, letter case ignored); empty: all.
    pub services: Vec<String>,
    /// Only these sources (indices into [`Store::sources`]); empty: all.
    pub sources: Vec<u32>,
}

/// The records of a [`Store`] that a [`Selection`] leaves, with their patterns counted.
///
/// `Send + Sync`, cheap to clone.
#[derive(Clone, Debug)]
pub struct View {
    pub(super) store: Arc<Store>,
    pub(super) window: Option<TimeWindow>,
    level: u8,
    /// Per service id, whether it is meant; empty: all are.
    services: Arc<[bool]>,
    sources: Arc<[u32]>,
    pub(super) counted: Arc<Counted>,
    pub(super) cancel: Arc<AtomicBool>,
}

/// What the first pass over the columns found.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) infos: Vec<PatternInfo>,
    /// Template of every pattern of the view.
    pub(super) templates: Vec<u32>,
    /// An even sample of the records of every pattern, and its last one.
    pub(super) samples: Vec<Vec<u32>>,
    /// Pattern of every template; `u32::MAX` for those without a record here.
    pub(super) by_template: Vec<u32>,
    pub(super) records: u64,
    pub(super) span: Option<(Timestamp, Timestamp)>,
    levels: [u64; 8],
    services: Vec<(String, u64)>,
}

impl View {
    pub(super) fn new(store: Arc<Store>, selection: Selection) -> Self {
        let wanted = |name: &String| selection.services.iter().any(|s| s.eq_ignore_ascii_case(name));
        let services: Vec<bool> = match selection.services.as_slice() {
            [] => Vec::new(),
            _ => store.services().iter().map(wanted).collect(),
        };
        let mut view = Self {
            window: selection.window,
            level: selection.level.map_or(0, Level::as_u8),
            services: services.into(),
            sources: selection.sources.into(),
            counted: Arc::new(Counted::default()),
            cancel: Arc::new(AtomicBool::new(false)),
            store,
        };
        view.counted = Arc::new(view.count());
        view
    }

    /// The same view, whose scans stop when the flag is set.
    #[must_use]
    pub fn with_cancel(mut self, cancel: Arc<AtomicBool>) -> Self {
        self.cancel = cancel;
        self
    }

    /// The store behind the view.
    #[must_use]
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// The window that was asked for.
    #[must_use]
    pub fn asked_window(&self) -> Option<TimeWindow> {
        self.window
    }

    /// Records in the view.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.counted.records
    }

    /// Times of the oldest and the newest record in the view.
    #[must_use]
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        self.counted.span
    }

    /// Records per level; index 0 without a level, then [`Level::as_u8`].
    #[must_use]
    pub fn levels(&self) -> [u64; 8] {
        self.counted.levels
    }

    /// Records per service, most first.
    #[must_use]
    pub fn services(&self) -> &[(String, u64)] {
        &self.counted.services
    }

    /// Index into [`Store::templates`] of a pattern of this view.
    #[must_use]
    pub fn template_of(&self, pattern: usize) -> Option<u32> {
        self.counted.templates.get(pattern).copied()
    }

    /// Index into the view's patterns of a template; `None` if it has no record here.
    #[must_use]
    pub fn pattern_of(&self, template: u32) -> Option<usize> {
        let pattern = *self.counted.by_template.get(template as usize)?;
        (pattern != u32::MAX).then_some(pattern as usize)
    }

    /// The columns of every record of the view, in file order, without reading text.
    pub fn rows(&self) -> impl Iterator<Item = RecordRow> + '_ {
        self.segments().flat_map(move |(_, segment)| self.rows_of(segment))
    }

    /// Like [`View::rows`], in time order: records without a time follow the one before them in their source.
    ///
    /// Sorts 16 bytes per record unless the store is in time order already.
    pub fn rows_by_time(&self) -> Box<dyn Iterator<Item = RecordRow> + '_> {
        if self.store.in_time_order {
            return Box::new(self.rows());
        }
        let mut order: Vec<_> = self.keyed_rows().map(|(key, row)| (key, row.no.0)).collect();
        order.sort();
        Box::new(order.into_iter().filter_map(|(_, no)| self.store.row(RecordNo(no))))
    }

    /// Rows with the time they sort by.
    pub(super) fn keyed_rows(&self) -> impl Iterator<Item = (Timestamp, RecordRow)> + '_ {
        let mut carried = (u32::MAX, Timestamp::MIN);
        self.segments().flat_map(move |(at, segment)| {
            let source = self.store.parts.get(segment.part as usize).map_or(0, |part| part.source);
            if carried.0 != source {
                carried = (source, self.store.time_before(at));
            }
            let mut key = carried.1;
            let rows: Vec<_> = (0..segment.len())
                .filter_map(|i| {
                    key = segment.times.at(i).unwrap_or(key);
                    self.row_if_meant(segment, i).map(|row| (key, row))
                })
                .collect();
            carried.1 = key;
            rows
        })
    }

    /// Counts records per slice of time and level. The window is the one asked for, else the view's span.
    #[must_use]
    pub fn histogram(&self, buckets: usize) -> Vec<Bucket> {
        let spanned = self.counted.span.map(|(first, last)| TimeWindow::spanning(first, last));
        let Some(window) = self.window.or(spanned) else { return Vec::new() };
        let segments: Vec<&Segment> = self.segments().map(|(_, segment)| segment).collect();
        let count = |segments: &[&Segment]| {
            let mut counter = Counter::new(window, buckets);
            for segment in segments {
                self.count_times(segment, &mut counter);
            }
            counter
        };
        let mut counter = in_halves(&segments, count, |counter, later| counter.absorb(&later));
        std::mem::take(&mut counter.buckets)
    }

    fn count_times(&self, segment: &Segment, counter: &mut Counter) {
        let all_are_meant = self.level == 0 && self.services.is_empty();
        for i in 0..segment.len() {
            if let Some(ts) = segment.times.at(i)
                && (all_are_meant || self.row_if_meant(segment, i).is_some())
            {
                counter.add(ts, level_index(segment.level_of(i)));
            }
        }
    }

    /// The pattern table, most records first, each with up to `examples` records that differ.
    ///
    /// # Errors
    /// When a file cannot be read any more.
    pub fn pattern_table(&self, examples: usize) -> Result<Vec<Pattern>, ReadError> {
        let mut table = Vec::with_capacity(self.counted.infos.len());
        for (at, info) in self.counted.infos.iter().enumerate() {
            let records: Result<_, _> =
                self.examples(at, examples)?.into_iter().map(|no| self.store.record(no)).collect();
            table.push(Pattern {
                id: info.template.id,
                template: info.template.text.clone(),
                count: info.count,
                first: info.first,
                last: info.last,
                levels: info.levels.clone(),
                services: info.services.clone(),
                examples: records?,
            });
        }
        table.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.template.cmp(&b.template)));
        Ok(table)
    }

    /// Up to `wanted` records of a pattern whose messages differ, spread over the window, in file order.
    ///
    /// # Errors
    /// When a file cannot be read any more.
    pub fn examples(&self, pattern: usize, wanted: usize) -> Result<Vec<RecordNo>, ReadError> {
        let Some(sample) = self.counted.samples.get(pattern) else { return Ok(Vec::new()) };
        let mut chosen: Vec<(RecordNo, Record)> = Vec::new();
        for &no in spread(sample).iter().take(wanted.saturating_mul(4)) {
            if chosen.len() >= wanted {
                break;
            }
            let record = self.store.record(RecordNo(no))?;
            if !chosen.iter().any(|(_, other)| other.message == record.message) {
                chosen.push((RecordNo(no), record));
            }
        }
        let mut numbers: Vec<_> = chosen.into_iter().map(|(no, _)| no).collect();
        numbers.sort();
        Ok(numbers)
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// Segments that may hold records of the view, with their numbers.
    pub(super) fn segments(&self) -> impl Iterator<Item = (usize, &Segment)> + '_ {
        self.store.index.segments.iter().enumerate().filter(|(_, segment)| self.may_hold(segment))
    }

    pub(super) fn may_hold(&self, segment: &Segment) -> bool {
        let in_window = self.window.is_none_or(|window| {
            segment.span.is_some_and(|(first, last)| first < window.end() && window.start() <= last)
        });
        in_window
            && (self.sources.is_empty()
                || self
                    .store
                    .parts
                    .get(segment.part as usize)
                    .is_some_and(|part| self.sources.contains(&part.source)))
    }

    fn rows_of<'v>(&'v self, segment: &'v Segment) -> impl Iterator<Item = RecordRow> + 'v {
        (0..segment.len()).filter_map(move |i| self.row_if_meant(segment, i))
    }

    /// The columns of a record of a segment that [`View::segments`] gave, if the record is meant.
    pub(super) fn row_if_meant(&self, segment: &Segment, i: usize) -> Option<RecordRow> {
        let row = self.store.row_at(segment, i);
        let meant = self.window.is_none_or(|window| row.ts.is_some_and(|ts| window.contains(ts)))
            && (self.level == 0 || row.level.is_some_and(|level| level.as_u8() >= self.level))
            && (self.services.is_empty() || self.services.get(row.service as usize) == Some(&true));
        meant.then_some(row)
    }

    fn count(&self) -> Counted {
        let segments: Vec<&Segment> = self.segments().map(|(_, segment)| segment).collect();
        let (tallies, total) = in_halves(
            &segments,
            |half| self.tally(half),
            |counted, later| {
                counted.0.iter_mut().zip(&later.0).for_each(|(tally, later)| tally.absorb(later));
                counted.1.absorb(&later.1);
            },
        );
        Counted::new(&self.store, &tallies, &total)
    }

    /// Counts the records of some segments, per template and together.
    fn tally(&self, segments: &[&Segment]) -> (Vec<Tally>, Tally) {
        let mut tallies = vec![Tally::default(); self.store.templates.len()];
        let mut total = Tally::default();
        for row in segments.iter().flat_map(|segment| self.rows_of(segment)) {
            total.add(&row);
            if let Some(tally) = tallies.get_mut(row.template as usize) {
                tally.add(&row);
            }
        }
        (tallies, total)
    }
}

impl Counted {
    fn default() -> Self {
        Self {
            infos: Vec::new(),
            templates: Vec::new(),
            samples: Vec::new(),
            by_template: Vec::new(),
            records: 0,
            span: None,
            levels: [0; 8],
            services: Vec::new(),
        }
    }

    fn new(store: &Store, tallies: &[Tally], total: &Tally) -> Self {
        let mut counted = Self {
            by_template: vec![u32::MAX; tallies.len()],
            records: total.count,
            span: total.span,
            levels: total.levels,
            services: named(store, &total.services),
            ..Self::default()
        };
        for (template, (tally, known)) in (0u32..).zip(tallies.iter().zip(&store.templates)) {
            if tally.count == 0 {
                continue;
            }
            if let Some(slot) = counted.by_template.get_mut(template as usize) {
                *slot = u32::try_from(counted.infos.len()).unwrap_or(u32::MAX);
            }
            counted.templates.push(template);
            counted.samples.push([tally.sample.as_slice(), &[tally.last]].concat());
            counted.infos.push(PatternInfo {
                template: Arc::clone(known),
                count: tally.count,
                first: tally.span.map(|span| span.0),
                last: tally.span.map(|span| span.1),
                levels: tally.level_counts(),
                services: named(store, &tally.services),
            });
        }
        counted
    }
}

impl Store {
    pub(super) fn row_at(&self, segment: &Segment, i: usize) -> RecordRow {
        RecordRow {
            no: RecordNo(segment.first + u32::try_from(i).unwrap_or(0)),
            ts: segment.times.at(i),
            level: segment.level_of(i),
            service: segment.services.at(i),
            template: self.template_of(segment.shapes.get(i).copied().unwrap_or(u32::MAX)),
            unparsed: segment.is_odd(i),
        }
    }

    /// Time of the last record before a segment in the same source that has one.
    pub(super) fn time_before(&self, segment: usize) -> Timestamp {
        let source = |s: &Segment| self.parts.get(s.part as usize).map(|part| part.source);
        let segments = self.index.segments.get(..=segment).unwrap_or_default();
        let Some((own, before)) = segments.split_last() else { return Timestamp::MIN };
        let mut same = before.iter().rev().take_while(|s| source(s) == source(own));
        let last = |s: &Segment| s.span.and_then(|_| (0..s.len()).rev().find_map(|i| s.times.at(i)));
        same.find_map(last).unwrap_or(Timestamp::MIN)
    }
}

fn named(store: &Store, services: &[(u16, u64)]) -> Vec<(String, u64)> {
    let name = |id: u16| store.service_name(id).unwrap_or_default().to_owned();
    let mut named: Vec<_> = services.iter().map(|&(id, count)| (name(id), count)).collect();
    named.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    named
}
