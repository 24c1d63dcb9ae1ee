//! What can be said about rows without reading their text, remembered per pattern, level and origin.

use super::reading::Reading;
use crate::compute::{Corpus, PatternInfo};
use crate::domain::Level;
use crate::local::chunk::PREFIX;
use crate::local::record::{ReadError, RecordNo};
use crate::local::summary::RecordRow;
use crate::local::view::View;
use crate::query::{Matcher, Prospect, Ranker};
use rustc_hash::FxHashMap;

/// Sampled records of a pattern that are looked at.
const LOOKED_AT: usize = 16;
/// Services of a pattern up to which each is tried.
const FEW_SERVICES: usize = 32;

/// What the levels and services that occur in a pattern decide, if they all decide the same.
fn by_columns(matcher: &Matcher, info: &PatternInfo) -> Option<bool> {
    let stated: u64 = info.levels.iter().map(|(_, count)| count).sum();
    let without = (stated < info.count).then_some(None);
    let levels: Vec<_> = info.levels.iter().map(|(level, _)| Some(*level)).chain(without).collect();
    let served: u64 = info.services.iter().map(|(_, count)| count).sum();
    let all_known = served == info.count && info.services.len() <= FEW_SERVICES;
    let named = info.services.iter().filter(|_| all_known).map(|(name, _)| Some(name.as_str()));
    let services: Vec<_> = named.chain((!all_known).then_some(None)).collect();
    let each = levels.iter().flat_map(|level| services.iter().map(move |service| (*level, *service)));
    let mut decided = each.map(|(level, service)| {
        matcher.foresee(&Prospect { template: &info.template, level: Some(level), service, source: None })
    });
    let first = decided.next()??;
    decided.all(|other| other == Some(first)).then_some(first)
}

/// Decides rows by their columns.
#[derive(Clone)]
pub(super) struct Foresight<'v> {
    view: &'v View,
    matcher: &'v Matcher,
    needs_level: bool,
    needs_origin: bool,
    needs_text: bool,
    /// Whether patterns were left out because of a sample of their records.
    pub(super) guessed: bool,
    /// Per template, when the columns do not matter.
    plain: Vec<Option<bool>>,
    known: FxHashMap<(u32, u8, u16, u32), Option<bool>>,
}

impl<'v> Foresight<'v> {
    pub(super) fn new(view: &'v View, matcher: &'v Matcher) -> Self {
        let (needs_level, needs_origin) = (matcher.needs_level(), matcher.needs_origin());
        let decide = |template| {
            let prospect = Prospect { template, level: None, service: None, source: None };
            matcher.foresee(&prospect)
        };
        let mut plain: Vec<_> = view.store().templates().iter().map(|template| decide(&**template)).collect();
        if needs_level || needs_origin {
            for (pattern, info) in view.patterns().iter().enumerate() {
                let template = view.template_of(pattern).unwrap_or(u32::MAX);
                if let Some(decided @ None) = plain.get_mut(template as usize) {
                    *decided = by_columns(matcher, info);
                }
            }
        }
        let needs_text = matcher.needs_text();
        let known = FxHashMap::default();
        Self { view, matcher, needs_level, needs_origin, needs_text, guessed: false, plain, known }
    }

    /// Leaves out patterns whose sampled records have no field or slot the condition could be about.
    ///
    /// # Errors
    /// When a file cannot be read any more.
    pub(super) fn leave_out_unlike(&mut self, possible: &Matcher) -> Result<(), ReadError> {
        let store = &self.view.store;
        for (pattern, info) in self.view.patterns().iter().enumerate() {
            let template = self.view.template_of(pattern).unwrap_or(u32::MAX);
            let Some(decided @ None) = self.plain.get_mut(template as usize) else { continue };
            let sample = self.view.counted.samples.get(pattern).map_or(&[][..], Vec::as_slice);
            let mut alike = false;
            for &no in sample.iter().step_by((sample.len() / LOOKED_AT).max(1)) {
                let Some(row) = store.row(RecordNo(no)) else { continue };
                let raw = store.raw_upto(RecordNo(no), PREFIX as u64)?;
                alike |= Reading::new(store, row, &raw).is_none_or(|reading| possible.matches(&reading));
                if alike {
                    break;
                }
            }
            if !alike {
                *decided = Some(false);
                self.guessed |= info.count > 1;
            }
        }
        Ok(())
    }

    /// Whether the row matches; `None`: its text decides.
    pub(super) fn of(&mut self, row: &RecordRow) -> Option<bool> {
        let plain = self.plain.get(row.template as usize).copied().flatten();
        if plain.is_some() || !(self.needs_level || self.needs_origin) {
            return plain;
        }
        let level = row.level.map_or(0, Level::as_u8);
        let source = if self.needs_origin { self.view.store.source_of(row.no) } else { 0 };
        let service = if self.needs_origin { row.service } else { 0 };
        let key = (row.template, level, service, source);
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let store = &self.view.store;
        let decided = store.templates.get(row.template as usize).and_then(|template| {
            self.matcher.foresee(&Prospect {
                template,
                level: Some(row.level),
                service: store.services().get(row.service as usize).map(String::as_str),
                source: store.part_name(row.no),
            })
        });
        self.known.insert(key, decided);
        decided
    }

    /// Records that match without being read.
    pub(super) fn count_sure(&mut self) -> u64 {
        let open = |template: &u32| self.plain.get(*template as usize).is_none_or(Option::is_none);
        if self.needs_origin && self.view.counted.templates.iter().any(open) {
            return self.view.clone().rows().filter(|row| self.of(row) == Some(true)).count() as u64;
        }
        let mut sure = 0;
        for (pattern, info) in self.view.patterns().iter().enumerate() {
            let template = self.view.template_of(pattern).unwrap_or(u32::MAX);
            let plain = self.plain.get(template as usize).copied().flatten();
            if plain.is_some() || !self.needs_level {
                sure += if plain == Some(true) { info.count } else { 0 };
                continue;
            }
            let stated: u64 = info.levels.iter().map(|(_, count)| count).sum();
            let without = (None, info.count.saturating_sub(stated));
            let with = info.levels.iter().map(|&(level, count)| (Some(level), count));
            for (level, count) in with.chain([without]) {
                let prospect =
                    Prospect { template: &info.template, level: Some(level), service: None, source: None };
                sure += if self.matcher.foresee(&prospect) == Some(true) { count } else { 0 };
            }
        }
        sure
    }

    /// Records of the patterns whose constant text holds a term of a question, as far as its filters let all of them pass.
    pub(super) fn count_described(&self, ranker: &Ranker<'_>) -> u64 {
        let described = |pattern: usize| {
            let template = self.view.template_of(pattern).unwrap_or(u32::MAX);
            let passes = self.plain.get(template as usize).copied().flatten() == Some(true);
            passes && ranker.is_described(&ranker.pattern(pattern))
        };
        let patterns = self.view.patterns().iter().enumerate();
        patterns.filter(|(at, _)| described(*at)).map(|(_, info)| info.count).sum()
    }

    /// Whether any row may have to be read.
    pub(super) fn any_needs_text(&self) -> bool {
        self.needs_text && self.plain.iter().any(Option::is_none)
    }

    /// Whether a row of this template may have to be read.
    pub(super) fn may_need_text(&self, template: u32) -> bool {
        self.needs_text && self.plain.get(template as usize).copied().flatten().is_none()
    }

    /// Whether a row of this template may match without being read.
    pub(super) fn may_be_sure(&self, template: u32) -> bool {
        let plain = self.plain.get(template as usize).copied().flatten();
        plain == Some(true) || (plain.is_none() && (self.needs_level || self.needs_origin))
    }
}
