//! Finding the next record with a property, from the one under the cursor.

use super::command::Command;
use super::notice::Notice;
use super::row::{Row, RowId};
use super::state::{Focus, State};
use super::view::{Landing, RecordsOf, ViewKind};
use crate::domain::{Level, Record, moment};
use crate::investigate::{Request, TurnId};
use crate::port::{Anchor, Direction, LineFound, LineSearch, PageRequest, Slice};
use crate::query::Query;
use crate::safety::display_line;
use std::sync::Arc;

/// Lines read in front of one that was found.
const AROUND: u64 = 100;

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
        self.look(Request::Page(request), out);
    }

    /// Starts looking for a place in the list on top; what was being looked for before is given up.
    fn look(&mut self, request: Request, out: &mut Vec<Command>) {
        let id = self.request(request, out);
        let before = self.view_mut().and_then(|view| view.pager.seeking.replace(id));
        out.extend(before.map(Command::Cancel));
    }

    /// Stops looking for a place; `false` if nothing is being looked for.
    pub(super) fn stop_looking(&mut self, out: &mut Vec<Command>) -> bool {
        let looking = self.view_mut().and_then(|view| view.pager.seeking.take());
        if looking.is_some() {
            self.say(Notice::info("stopped looking"));
        }
        out.extend(looking.map(Command::Cancel));
        looking.is_some()
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
                if let Err(error) = Query::parse(&found.text, self.session.max_question) {
                    return self.say(Notice::trouble(error.to_string().replace('\n', "  ")));
                }
                let query = match &records.query {
                    Some(own) => format!("({own}) ({})", found.text),
                    None => found.text.clone(),
                };
                let slice = self.slice_of(&RecordsOf { query: Some(query), ..records });
                self.seek(slice, forward, out);
            }
            Some(ViewKind::Raw(file)) => {
                let here = self.view().and_then(|view| view.list.current()).map(|row| row.id.clone());
                let line = if let Some(RowId::Line(line)) = here { line } else { 0 };
                let (from, direction) =
                    if forward { (line + 1, Direction::Forward) } else { (line, Direction::Backward) };
                let search = LineSearch { file, text: found.text, from, direction };
                self.look(Request::FindLine(search), out);
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

    /// A line that was looked for: selected if it is here, else read around; if it is further on, where the search is.
    pub(super) fn line_found(&mut self, at: usize, id: TurnId, found: LineFound, out: &mut Vec<Command>) {
        let top = at + 1 == self.views.len();
        let Some(view) = self.views.get_mut(at).filter(|view| view.pager.seeking == Some(id)) else { return };
        view.pager.seeking = None;
        if !top {
            return;
        }
        self.notice = None;
        let total = moment::count(found.total);
        match (found.line, found.rest) {
            (Some(line), _) => {
                let row = RowId::Line(line);
                if !self.view_mut().is_some_and(|view| view.list.select_id(&row)) {
                    self.jump_lines(line.saturating_sub(AROUND), Landing::Row(row), out);
                }
            }
            (None, Some(rest)) => {
                let text = display_line(rest.text.as_bytes());
                let line = moment::count(rest.from);
                self.say(Notice::info(format!("looking for {text}: line {line} of {total}, Esc stops")));
                self.look(Request::FindLine(rest), out);
            }
            (None, None) => {
                let text = self.found.as_ref().map_or_else(String::new, |found| found.text.clone());
                self.say(Notice::info(format!(
                    "no more lines with {} in this direction, of {total}",
                    display_line(text.as_bytes())
                )));
            }
        }
    }
}
