//! The comparison in the list: its rows section by section, what it says of patterns, when the patterns were.

use super::change_row::ChangeRow;
use super::command::Command;
use super::measure::section_name;
use super::notice::Notice;
use super::refresh::SPARKS;
use super::row::{Mark, Row, RowBody, RowId};
use super::state::State;
use super::view::{View, ViewKind};
use crate::change::{Change, Kind, Section};
use crate::config::{Action, Place};
use crate::domain::{PatternId, Record, TimeWindow};
use crate::investigate::{Broke, Request};
use crate::port::Scope;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of the first section that are shown while the others are folded: so many that the headings of the others are
/// seen on the smallest screens.
pub(super) const LEAD: usize = 7;

impl State {
    pub(super) fn broke_reply(&mut self, at: usize, broke: Broke, out: &mut Vec<Command>) {
        let broke = Arc::new(broke);
        self.broke = Some(Arc::clone(&broke));
        let Some(view) = self.views.get_mut(at) else { return };
        let report = &broke.comparison.report;
        if !report.changes.iter().any(|change| change.section == Section::Worse) {
            // Headings alone would answer nothing.
            view.folded.clear();
        }
        view.show_changes(&broke);
        let both = TimeWindow::new(report.baseline.start(), report.window.end());
        if let Ok(window) = both
            && !view.list.is_empty()
        {
            let scope = Scope { window: Some(window), ..self.scope() };
            let id = self.request(Request::Sparks(scope, SPARKS), out);
            if let Some(view) = self.views.get_mut(at) {
                view.sparks = Some(id);
            }
            return;
        }
        if self.views.get(at).is_some_and(|view| view.list.is_empty()) {
            let ask = self.keys.label(Place::List, Action::Prompt).unwrap_or_default();
            let time = self.keys.label(Place::List, Action::Time).unwrap_or_default();
            let worse = section_name(Section::Worse);
            let text =
                format!("nothing is {worse}: these are the patterns; {time} another window, {ask} to ask");
            self.nothing_changed(at, text, out);
        }
    }

    /// Nothing to compare or nothing that differs: an empty list answers nothing, the patterns do. What has the keyboard
    /// keeps it, and a list that was opened in the meantime stays on top.
    pub(super) fn nothing_changed(&mut self, at: usize, text: String, out: &mut Vec<Command>) {
        if at + 1 != self.views.len() {
            return;
        }
        let focus = self.focus;
        self.open(ViewKind::Patterns, out);
        self.focus = focus;
        // What was said before and not answered yet (a setting left out, a stream that ended) weighs more.
        self.notice.get_or_insert_with(|| Notice::info(text));
    }

    /// Patterns with what the comparison says of them.
    pub(super) fn marks(&self) -> Vec<(PatternId, Mark)> {
        let Some(broke) = &self.broke else { return Vec::new() };
        let rows = broke.comparison.report.changes.iter();
        // What only happens more or less often behind another record is no property of the pattern.
        let rows = rows.filter(|change| change.after.is_none());
        let marked = rows.filter_map(|change| {
            let mark = match change.kind {
                Kind::New if change.base.n < 0.5 => Mark::New,
                Kind::More => Mark::Surge,
                Kind::Lost => Mark::Lost,
                _ => return None,
            };
            Some((change, mark))
        });
        marked.filter_map(|(change, mark)| Some((change.pattern?, mark))).collect()
    }
}

impl View {
    /// The rows of a comparison, section by section.
    pub(super) fn show_changes(&mut self, broke: &Broke) {
        let report = &broke.comparison.report;
        let mut rows = Vec::new();
        for section in [Section::Worse, Section::Path, Section::Slower, Section::Recovered] {
            let count = report.changes.iter().filter(|change| change.section == section).count();
            let folded = self.folded.contains(&section);
            // The first section has no heading: what is hidden of it is a row behind those that are shown.
            let lead = if section == Section::Worse { LEAD } else { 0 };
            let long = count > lead + usize::from(lead > 0);
            let heading = long.then(|| Row {
                id: RowId::Section(section),
                body: RowBody::Section(section, count - lead, folded),
            });
            let (before, behind) = if lead == 0 { (heading, None) } else { (None, heading) };
            rows.extend(before);
            rows.extend(section_rows(broke, section, if folded && long { lead } else { count }));
            rows.extend(behind);
        }
        let worse = report.changes.iter().any(|change| change.section == Section::Worse);
        self.note = match (report.found, worse) {
            (true, true) => None,
            (_, false) => Some(format!(
                "nothing is {}: p for patterns, r for records, t for another window, i to ask",
                section_name(Section::Worse)
            )),
            (false, true) => Some("nothing clearly broke: weak hints only".to_owned()),
        };
        self.with_sparks(&mut rows);
        self.list.replace(rows);
    }

    pub(super) fn show_sparks(&mut self, sparks: BTreeMap<PatternId, Vec<u32>>) {
        self.sparks = None;
        self.sparked = sparks;
        let mut rows = self.list.rows().to_vec();
        self.with_sparks(&mut rows);
        self.list.replace(rows);
    }

    /// Draws in when the patterns were, as far as that is known.
    pub(super) fn with_sparks(&self, rows: &mut [Row]) {
        for row in rows {
            let Some(counts) = row.pattern().and_then(|id| self.sparked.get(&id)) else { continue };
            let spark = match &mut row.body {
                RowBody::Pattern(pattern) => &mut pattern.spark,
                RowBody::Change(change) => &mut change.spark,
                _ => continue,
            };
            let most = u64::from(counts.iter().copied().max().unwrap_or(0).max(1));
            let level = |count: &u32| u8::try_from((u64::from(*count) * 8).div_ceil(most)).unwrap_or(8);
            *spark = counts.iter().map(level).collect();
        }
    }
}

/// The first rows of a section, told apart.
fn section_rows(broke: &Broke, section: Section, most: usize) -> impl Iterator<Item = Row> {
    let changes = broke.comparison.report.changes.iter().enumerate();
    let here = changes.filter(|(_, change)| change.section == section).take(most);
    let row = |(at, change): (usize, &Change)| {
        let gone = matches!(change.kind, Kind::Lost | Kind::Fewer | Kind::Quiet);
        let examples = if gone { &change.before } else { &change.examples };
        let records = examples.iter().filter_map(|no| broke.records.get(no));
        let own = |record: &&Record| change.pattern.is_none_or(|id| record.pattern == id);
        let level = records.filter(own).find_map(|record| record.level);
        (RowId::Change(at), ChangeRow::of(change, level))
    };
    let (ids, mut rows): (Vec<RowId>, Vec<ChangeRow>) = here.map(row).unzip();
    ChangeRow::tell_apart(&mut rows);
    ids.into_iter().zip(rows).map(|(id, row)| Row { id, body: RowBody::Change(row) })
}
