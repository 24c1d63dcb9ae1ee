//! A corpus held in memory, for small inputs and tests.

use super::corpus::{Corpus, CorpusError, PatternInfo, Row, Scan};
use super::locate::occurrences;
use crate::domain::{Field, Level, RecordId, TimeWindow, Timestamp, Zone};
use crate::pattern::{Capture, Miner, ShapeId, Template};
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// One record of a [`MemoryCorpus`].
#[derive(Clone, Debug)]
pub struct MemoryRow {
    /// Identity, for citing.
    pub id: RecordId,
    /// Index into the corpus' templates.
    pub pattern: usize,
    /// Event time.
    pub ts: Option<Timestamp>,
    /// Severity.
    pub level: Option<Level>,
    /// Service.
    pub service: String,
    /// The message's first line.
    pub body: Vec<u8>,
    /// The whole record.
    pub raw: Vec<u8>,
    /// Slot values as ranges of `body`.
    pub captures: Vec<Capture>,
    /// Named values.
    pub fields: Vec<Field>,
}

/// Records with their patterns, in time order.
#[derive(Clone, Debug)]
pub struct MemoryCorpus {
    rows: Vec<MemoryRow>,
    by_pattern: Vec<Vec<usize>>,
    patterns: Vec<PatternInfo>,
    zone: Zone,
}

impl MemoryCorpus {
    /// Mines rows that come without patterns: `pattern` and `captures` of every row are replaced.
    #[must_use]
    pub fn mine(mut rows: Vec<MemoryRow>, zone: Zone) -> Self {
        let mut miner = Miner::new();
        let shapes: Vec<ShapeId> = rows.iter().map(|row| miner.observe(&row.body)).collect();
        let set = miner.finish();
        for (row, shape) in rows.iter_mut().zip(shapes) {
            row.pattern = set.template_of(shape);
            let template = set.templates().get(row.pattern);
            row.captures = template.and_then(|t| t.capture(&row.body)).unwrap_or_default();
        }
        Self::from_rows(rows, set.templates().to_vec(), zone)
    }

    /// Joins rows and templates made elsewhere. Rows whose pattern is out of range are left out.
    #[must_use]
    pub fn from_rows(mut rows: Vec<MemoryRow>, templates: Vec<Template>, zone: Zone) -> Self {
        rows.retain(|row| row.pattern < templates.len());
        sort_by_time(&mut rows);
        let mut by_pattern: Vec<Vec<usize>> = vec![Vec::new(); templates.len()];
        for (at, row) in rows.iter().enumerate() {
            by_pattern[row.pattern].push(at);
        }
        // Patterns without a record do not exist for a question.
        let mut patterns = Vec::new();
        let mut kept = Vec::new();
        for (template, members) in templates.into_iter().zip(by_pattern) {
            if members.is_empty() {
                continue;
            }
            for &at in &members {
                rows[at].pattern = patterns.len();
            }
            patterns.push(describe(template, &members, &rows));
            kept.push(members);
        }
        Self { rows, by_pattern: kept, patterns, zone }
    }

    /// The records, in time order.
    #[must_use]
    pub fn rows(&self) -> &[MemoryRow] {
        &self.rows
    }
}

/// Stable order by time; a record without one stays behind its predecessor.
fn sort_by_time(rows: &mut [MemoryRow]) {
    let mut last = Timestamp::MIN;
    let mut keys: Vec<(Timestamp, usize)> = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        last = row.ts.unwrap_or(last);
        keys.push((last, at));
    }
    if keys.is_sorted() {
        return;
    }
    keys.sort_unstable();
    let order: FxHashMap<usize, usize> = keys.iter().enumerate().map(|(to, key)| (key.1, to)).collect();
    let mut keyed: Vec<(usize, MemoryRow)> =
        rows.iter().enumerate().map(|(at, row)| (order[&at], row.clone())).collect();
    keyed.sort_by_key(|(to, _)| *to);
    for (row, (_, sorted)) in rows.iter_mut().zip(keyed) {
        *row = sorted;
    }
}

fn describe(template: Template, members: &[usize], rows: &[MemoryRow]) -> PatternInfo {
    let mut levels: FxHashMap<Level, u64> = FxHashMap::default();
    let mut services: FxHashMap<&str, u64> = FxHashMap::default();
    let mut times = Vec::new();
    for row in members.iter().map(|&at| &rows[at]) {
        times.extend(row.ts);
        if let Some(level) = row.level {
            *levels.entry(level).or_default() += 1;
        }
        if !row.service.is_empty() {
            *services.entry(&row.service).or_default() += 1;
        }
    }
    let mut levels: Vec<_> = levels.into_iter().collect();
    levels.sort_by_key(|level| std::cmp::Reverse(level.0));
    let mut services: Vec<_> = services.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
    services.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    PatternInfo {
        template: Arc::new(template),
        count: members.len() as u64,
        first: times.iter().min().copied(),
        last: times.iter().max().copied(),
        levels,
        services,
    }
}

impl Corpus for MemoryCorpus {
    fn window(&self) -> Option<TimeWindow> {
        let first = self.patterns.iter().filter_map(|p| p.first).min()?;
        let last = self.patterns.iter().filter_map(|p| p.last).max()?;
        Some(TimeWindow::spanning(first, last))
    }

    fn zone(&self) -> Zone {
        self.zone.clone()
    }

    fn patterns(&self) -> &[PatternInfo] {
        &self.patterns
    }

    fn scan(
        &self,
        scan: &Scan,
        visit: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>,
    ) -> Result<(), CorpusError> {
        let chosen: Vec<usize> = match scan.patterns.as_slice() {
            [] => (0..self.rows.len()).collect(),
            wanted => {
                let members = wanted.iter().filter_map(|&p| self.by_pattern.get(p));
                let mut all: Vec<usize> = members.flatten().copied().collect();
                all.sort_unstable();
                all.dedup();
                all
            }
        };
        let needles: Vec<Vec<u8>> =
            scan.containing.iter().map(|text| text.to_ascii_lowercase().into_bytes()).collect();
        for row in chosen.into_iter().map(|at| &self.rows[at]) {
            let inside = scan.window.is_none_or(|w| row.ts.is_some_and(|ts| w.contains(ts)));
            let holds = |needle: &Vec<u8>| !occurrences(&row.raw, needle).is_empty();
            if inside && needles.iter().all(holds) && visit(&row.view()).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn sample(
        &self,
        pattern: usize,
        limit: usize,
        visit: &mut dyn FnMut(&Row<'_>),
    ) -> Result<(), CorpusError> {
        let members = self.by_pattern.get(pattern).map_or(&[][..], Vec::as_slice);
        let step = members.len().div_ceil(limit.max(1)).max(1);
        for &at in members.iter().step_by(step) {
            visit(&self.rows[at].view());
        }
        Ok(())
    }
}

impl MemoryRow {
    fn view(&self) -> Row<'_> {
        Row {
            id: &self.id,
            pattern: self.pattern,
            ts: self.ts,
            level: self.level,
            service: &self.service,
            body: &self.body,
            raw: &self.raw,
            captures: &self.captures,
            fields: &self.fields,
        }
    }
}
