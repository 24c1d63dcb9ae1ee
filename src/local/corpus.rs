//! The view as the engine of computed answers sees it: patterns, scans, samples; values looked up by their words.

use super::chunk::PREFIX;
use super::record::{RecordNo, split_first_line};
use super::scan::{Needle, Needles};
use super::summary::RecordRow;
use super::view::View;
use crate::compute::{Corpus, CorpusError, PatternInfo, Row, Scan, ValueHit};
use crate::domain::{RecordId, TimeWindow, Timestamp, Zone};
use std::fmt::Write;
use std::ops::ControlFlow;

impl Corpus for View {
    fn window(&self) -> Option<TimeWindow> {
        let span = || self.span().map(|(first, last)| TimeWindow::spanning(first, last));
        self.window.or_else(span)
    }

    fn zone(&self) -> Zone {
        self.store.zone()
    }

    fn time_near(&self, id: &RecordId) -> Option<Timestamp> {
        let at = self.store.time_at(self.store.find_id(id)?);
        (at > Timestamp::MIN).then_some(at)
    }

    fn patterns(&self) -> &[PatternInfo] {
        &self.counted.infos
    }

    fn scan(
        &self,
        scan: &Scan,
        visit: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>,
    ) -> Result<(), CorpusError> {
        let any = (!scan.any.is_empty()).then(|| Needle::Any(scan.any.clone()));
        let needles: Vec<_> = scan.containing.iter().cloned().map(Needle::Text).chain(any).collect();
        self.scan_for(&needles, scan, visit)
    }

    /// Takes records spread evenly over the view.
    fn sample(
        &self,
        pattern: usize,
        limit: usize,
        visit: &mut dyn FnMut(&Row<'_>),
    ) -> Result<(), CorpusError> {
        let sample = self.counted.samples.get(pattern).map(Vec::as_slice).unwrap_or_default();
        let limit = limit.min(sample.len());
        let mut rows = RowMaker::new(self, true);
        for no in (0..limit).filter_map(|i| sample.get(i * sample.len() / limit)) {
            if self.is_cancelled() {
                return Err(CorpusError::Cancelled);
            }
            let raw = self.store.raw_upto(RecordNo(*no), PREFIX as u64)?;
            if let Some(row) = self.store.row(RecordNo(*no)) {
                let _ = rows.make(row, &raw, |row| {
                    visit(row);
                    ControlFlow::Continue(())
                });
            }
        }
        Ok(())
    }

    fn find_value(&self, value: &str) -> Result<Vec<ValueHit>, CorpusError> {
        ByWords(self).find_value(value)
    }
}

/// The same view, whose scans take the texts to contain as whole words, which lets them skip blocks. A value of a
/// question counts as a whole word only.
struct ByWords<'v>(&'v View);

impl Corpus for ByWords<'_> {
    fn window(&self) -> Option<TimeWindow> {
        self.0.window()
    }

    fn patterns(&self) -> &[PatternInfo] {
        self.0.patterns()
    }

    fn scan(
        &self,
        scan: &Scan,
        visit: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>,
    ) -> Result<(), CorpusError> {
        let needles: Vec<_> = scan.containing.iter().cloned().map(Needle::Words).collect();
        self.0.scan_for(&needles, scan, visit)
    }
}

impl View {
    fn scan_for(
        &self,
        needles: &[Needle],
        scan: &Scan,
        visit: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>,
    ) -> Result<(), CorpusError> {
        let mut rows = RowMaker::new(self, scan.fields);
        self.find_by_time(&Needles::new(needles), &self.mask(&scan.patterns), &mut |found, raw| match (
            scan.window,
            found.ts,
        ) {
            (Some(window), Some(ts)) if !window.contains(ts) => ControlFlow::Continue(()),
            (Some(_), None) => ControlFlow::Continue(()),
            _ => rows.make(found, raw, &mut *visit),
        })
    }
}

/// Takes records apart for a visitor.
struct RowMaker<'v> {
    view: &'v View,
    fields: bool,
    id: RecordId,
}

impl<'v> RowMaker<'v> {
    fn new(view: &'v View, fields: bool) -> Self {
        Self { view, fields, id: RecordId(String::new()) }
    }

    fn make(
        &mut self,
        found: RecordRow,
        raw: &[u8],
        visit: impl FnOnce(&Row<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let store = &self.view.store;
        let (Some(pattern), Some(place)) = (self.view.pattern_of(found.template), store.place(found.no))
        else {
            return ControlFlow::Continue(());
        };
        self.id.0.clear();
        // Writing to a string cannot fail.
        let _ = write!(self.id.0, "{}:{}", place.part.name, place.segment.line_of(place.i));
        let (line, _) = split_first_line(raw);
        let parsed = place.part.layout.parser().parse(line);
        let template = self.view.counted.infos.get(pattern).map(|info| &info.template);
        let captures = template.and_then(|t| t.capture(&parsed.body)).unwrap_or_default();
        let fields = if self.fields { place.part.layout.fields(raw) } else { Vec::new() };
        visit(&Row {
            id: &self.id,
            pattern,
            ts: found.ts,
            level: found.level,
            service: store.service_name(found.service).unwrap_or_default(),
            body: &parsed.body,
            raw,
            captures: &captures,
            fields: &fields,
        })
    }
}
