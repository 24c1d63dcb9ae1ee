//! Goes through the records of a slice in time order, either way, from any place.

use super::clue::Clues;
use super::foresight::Foresight;
use super::reading::Reading;
use crate::compute::{Corpus, CorpusError};
use crate::local::record::RecordNo;
use crate::local::scan::Texts;
use crate::local::summary::RecordRow;
use crate::local::view::View;
use crate::query::Matcher;
use std::ops::{ControlFlow, Range};

/// The records of a view that satisfy a condition and are of one pattern.
pub(in crate::local) struct Walk<'v> {
    view: &'v View,
    condition: Option<Condition<'v>>,
    /// The only template that counts.
    template: Option<u32>,
    /// Per segment, whether it may hold a record of the slice; filled in as segments are met.
    may_hold: Vec<Option<bool>>,
    /// The segment looked at last and its places that hold a literal of the condition.
    promising: Option<(usize, Vec<u32>)>,
    texts: Texts,
}

struct Condition<'v> {
    matcher: &'v Matcher,
    clues: Clues,
    foresight: Foresight<'v>,
}

/// Whether to go on, and the record that was met.
type Visit<'a> = &'a mut dyn FnMut(RecordRow) -> ControlFlow<()>;

impl<'v> Walk<'v> {
    /// `template`: of [`View::template_of`]; `None`: all.
    pub(in crate::local) fn new(view: &'v View, matcher: Option<&'v Matcher>, template: Option<u32>) -> Self {
        let condition = matcher.map(|matcher| Condition {
            matcher,
            clues: Clues::of_condition(matcher),
            foresight: Foresight::new(view, matcher),
        });
        let may_hold = vec![None; view.store.index.segments.len()];
        Self { view, condition, template, may_hold, promising: None, texts: Texts::default() }
    }

    /// How many records of the slice there are, where that is known without going through them.
    pub(in crate::local) fn known_total(&self) -> Option<u64> {
        match (&self.condition, self.template) {
            (Some(_), _) => None,
            (None, None) => Some(self.view.records()),
            (None, Some(template)) => {
                let info = self.view.pattern_of(template).and_then(|at| self.view.patterns().get(at));
                Some(info.map_or(0, |info| info.count))
            }
        }
    }

    /// Whether every place is a record of the slice.
    pub(in crate::local) fn is_everything(&self) -> bool {
        self.known_total() == Some(u64::from(self.view.store.len()))
    }

    /// Visits the records at the places `range`, first to last.
    ///
    /// # Errors
    /// When a file cannot be read any more or the view's cancel flag is set.
    pub(in crate::local) fn forward(
        &mut self,
        range: Range<u32>,
        visit: Visit<'_>,
    ) -> Result<(), CorpusError> {
        let Range { start: mut at, end } = self.inside(range);
        while at < end {
            self.check_cancel()?;
            match self.barren(at)? {
                Some(run) => at = run.end,
                None => {
                    if let Some(row) = self.row(at)?
                        && visit(row).is_break()
                    {
                        break;
                    }
                    at += 1;
                }
            }
        }
        Ok(())
    }

    /// Visits the records at the places `range`, last to first.
    ///
    /// # Errors
    /// Like [`Walk::forward`].
    pub(in crate::local) fn backward(
        &mut self,
        range: Range<u32>,
        visit: Visit<'_>,
    ) -> Result<(), CorpusError> {
        let Range { start, end: mut at } = self.inside(range);
        while start < at {
            self.check_cancel()?;
            match self.barren(at - 1)? {
                Some(run) => at = run.start,
                None => {
                    at -= 1;
                    if let Some(row) = self.row(at)?
                        && visit(row).is_break()
                    {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    fn check_cancel(&self) -> Result<(), CorpusError> {
        if self.view.is_cancelled() { Err(CorpusError::Cancelled) } else { Ok(()) }
    }

    /// The places of a range that the view's window leaves.
    fn inside(&self, range: Range<u32>) -> Range<u32> {
        let store = &self.view.store;
        let bounds = self
            .view
            .window
            .map_or(0..store.len(), |window| store.place_at(window.start())..store.place_at(window.end()));
        range.start.max(bounds.start)..range.end.min(bounds.end)
    }

    /// The run of places around one that can be left out as a whole.
    fn barren(&mut self, at: u32) -> Result<Option<Range<u32>>, CorpusError> {
        let store = &self.view.store;
        if !store.places_are_numbers() {
            return Ok(None);
        }
        let Some(number) = store.segment_of(RecordNo(at)) else { return Ok(None) };
        let Some(segment) = store.index.segments.get(number) else { return Ok(None) };
        let whole = segment.first..segment.first + u32::try_from(segment.len()).unwrap_or(0);
        if !self.may_hold(number) {
            return Ok(Some(whole));
        }
        let Some(promising) = self.promising(number)? else { return Ok(None) };
        let next = promising.partition_point(|&place| place < at);
        if promising.get(next) == Some(&at) {
            return Ok(None);
        }
        let start =
            next.checked_sub(1).and_then(|before| promising.get(before)).map_or(whole.start, |p| p + 1);
        Ok(Some(start..promising.get(next).copied().unwrap_or(whole.end)))
    }

    /// The places of a segment that hold a literal every match holds; `None` if there is no such literal.
    fn promising(&mut self, number: usize) -> Result<Option<&[u32]>, CorpusError> {
        let store = &self.view.store;
        let segment = store.index.segments.get(number);
        let (Some(condition), Some(segment)) = (&self.condition, segment) else { return Ok(None) };
        // Rows that match by their pattern alone may hold none of the literals.
        let any_sure =
            || segment.shapes.iter().any(|&s| condition.foresight.may_be_sure(store.template_of(s)));
        if condition.clues.is_empty() || any_sure() {
            return Ok(None);
        }
        if self.promising.as_ref().is_none_or(|(known, _)| *known != number) {
            let text = self.texts.of(store, RecordNo(segment.first))?;
            self.promising = Some((number, condition.clues.rows_in(segment, text)));
        }
        Ok(self.promising.as_ref().map(|(_, places)| places.as_slice()))
    }

    fn may_hold(&mut self, number: usize) -> bool {
        if let Some(known) = self.may_hold.get(number).copied().flatten() {
            return known;
        }
        let store = &self.view.store;
        let decided = store.index.segments.get(number).is_some_and(|segment| {
            let any = |test: &dyn Fn(u32) -> bool| {
                segment.shapes.iter().any(|&shape| test(store.template_of(shape)))
            };
            self.view.may_hold(segment)
                && self.template.is_none_or(|wanted| any(&|template| template == wanted))
                && self.condition.as_ref().is_none_or(|condition| {
                    any(&|template| condition.foresight.may_be_sure(template))
                        || (condition.clues.may_be_in(segment)
                            && any(&|template| condition.foresight.may_need_text(template)))
                })
        });
        if let Some(slot) = self.may_hold.get_mut(number) {
            *slot = Some(decided);
        }
        decided
    }

    /// The record at a place, if it is in the slice.
    fn row(&mut self, at: u32) -> Result<Option<RecordRow>, CorpusError> {
        let store = &self.view.store;
        let Some(no) = store.record_at(at) else { return Ok(None) };
        let Some(number) = store.segment_of(no).filter(|&number| self.may_hold(number)) else {
            return Ok(None);
        };
        let Some(place) = store.place(no) else { return Ok(None) };
        let Some(row) = self.view.row_if_meant(place.segment, place.i) else { return Ok(None) };
        if self.template.is_some_and(|template| template != row.template) {
            return Ok(None);
        }
        let Some(condition) = &mut self.condition else { return Ok(Some(row)) };
        if let Some(foreseen) = condition.foresight.of(&row) {
            return Ok(foreseen.then_some(row));
        }
        let segment = store.index.segments.get(number);
        if !segment.is_some_and(|segment| condition.clues.may_be_in(segment)) {
            return Ok(None);
        }
        let raw = store.record_in(self.texts.of(store, no)?, place.segment, place.i);
        let reading = Reading::new(store, row, raw);
        Ok(reading.is_some_and(|reading| condition.matcher.matches(&reading)).then_some(row))
    }
}
