//! Finding the next record with a property, from the one under the cursor.

use super::command::Command;
use super::notice::Notice;
use super::row::Row;
use super::state::{Focus, State};
use super::view::{Landing, RecordsOf, ViewKind};
use crate::domain::{Level, Record};
use crate::investigate::Request;
use crate::port::{Anchor, Direction, PageRequest, Slice};
use std::sync::Arc;

impl State {
    /// The record that is looked at.
    pub(super) fn record_here(&self) -> Option<Arc<Record>> {
        if self.focus == Focus::Detail {
            let detail = self.detail.as_ref()?;
            return detail.neighbour().cloned().or_else(|| detail.record.clone());
        }
        self.view()?.list.current()?.as_record().cloned()
    }

    pub(super) fn record_anchor(&self) -> Anchor {
        match self.record_here() {
            Some(record) => Anchor::Before(record.id.clone()),
            None => self.timeline.cursor.map_or(Anchor::Start, Anchor::Time),
        }
    }

    /// Looks for the next record with a property, from the one under the cursor.
    pub(super) fn seek(&mut self, slice: Slice, forward: bool, out: &mut Vec<Command>) {
        let here = self.record_here().map(|record| record.id.clone());
        let anchor = match here {
            Some(id) if forward => Anchor::After(id),
            Some(id) => Anchor::Before(id),
            None if forward => Anchor::Start,
            None => Anchor::End,
        };
        if !matches!(self.view().map(|view| &view.kind), Some(ViewKind::Records(_))) {
            self.open_records(RecordsOf::default(), self.record_anchor(), Landing::First, out);
        }
        let direction = if forward { Direction::Forward } else { Direction::Backward };
        let request = PageRequest { slice, anchor, direction, limit: 1 };
        let id = self.request(Request::Page(request), out);
        if let Some(view) = self.view_mut() {
            view.pager.seeking = Some(id);
        }
    }

    pub(super) fn top_slice(&self) -> Slice {
        match self.view().map(|view| &view.kind) {
            Some(ViewKind::Records(records)) => self.slice_of(records),
            _ => self.filters.slice(self.scope()),
        }
    }

    pub(super) fn next_error(&mut self, forward: bool, out: &mut Vec<Command>) {
        let rows = matches!(
            self.view().map(|view| &view.kind),
            Some(ViewKind::Patterns | ViewKind::Broke | ViewKind::Hits(_) | ViewKind::Evidence(_))
        );
        if rows && self.focus == Focus::List {
            let found = self.view_mut().is_some_and(|view| view.list.seek(forward, Row::is_error));
            if !found {
                self.say(Notice::info("no more errors in this direction"));
            }
            return;
        }
        let mut slice = self.top_slice();
        slice.scope.level = Some(Level::Error);
        self.seek(slice, forward, out);
    }

    pub(super) fn next_same(&mut self, forward: bool, out: &mut Vec<Command>) {
        let here = self.record_here().map(|record| record.pattern);
        let Some(pattern) = here else {
            self.say(Notice::info("put the cursor on a record first"));
            return;
        };
        let mut slice = self.top_slice();
        slice.pattern = Some(pattern);
        self.seek(slice, forward, out);
    }

    /// The next row that matches what was searched for.
    pub(super) fn next_match(&mut self, forward: bool, out: &mut Vec<Command>) {
        let Some(found) = self.found.clone() else {
            self.say(Notice::info("nothing was searched for yet: / finds"));
            return;
        };
        match self.view().map(|view| view.kind.clone()) {
            Some(ViewKind::Records(records)) => {
                let query = match &records.query {
                    Some(own) => format!("({own}) ({})", found.text),
                    None => found.text.clone(),
                };
                let slice = self.slice_of(&RecordsOf { query: Some(query), ..records });
                self.seek(slice, forward, out);
            }
            _ => {
                let matches = |row: &Row| {
                    let text = row.text().to_lowercase();
                    found.words.iter().any(|word| text.contains(word))
                };
                if !self.view_mut().is_some_and(|view| view.list.seek(forward, matches)) {
                    self.say(Notice::info(format!("no more rows with {}", found.text)));
                }
            }
        }
    }
}
