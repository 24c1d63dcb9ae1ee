//! Live lines: put behind what is read, which does not move; filtered like everything else.

use super::command::Command;
use super::event::Live;
use super::notice::Notice;
use super::refresh::KEPT;
use super::row::{Row, RowBody, RowId};
use super::state::{Phase, State};
use super::view::{RecordsOf, ViewKind};
use crate::domain::{Record, RecordId};
use crate::local::satisfies;
use crate::query::Matcher;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

impl State {
    /// Takes live lines in. What is being read does not move; a mark says how many came.
    pub(super) fn live(&mut self, live: Live, out: &mut Vec<Command>) {
        match live {
            Live::Rows(rows, lag) => {
                self.measure(rows.len() as u64, lag);
                self.append_live(rows);
            }
            Live::Mark(text) => {
                self.following.marks += 1;
                let id = RowId::Divider(self.following.marks);
                self.append_live(vec![Row { id, body: RowBody::Divider(text) }]);
            }
            Live::Moved(source, to) => self.rename(&source, to.as_deref()),
            Live::Ended(why) => {
                self.following.on = false;
                self.append_live(Vec::new());
                self.say(Notice::info(why));
            }
            Live::Grown(overview, patterns) => {
                self.logs.overview = Some(overview);
                self.logs.patterns = patterns;
                self.logs.phase = Phase::Ready;
                self.load_timeline(out);
                let empty_broke = self.view().is_some_and(|view| {
                    view.kind == ViewKind::Broke && view.list.is_empty() && view.loading.is_none()
                });
                match self.view().map(|view| &view.kind) {
                    Some(ViewKind::Patterns) => self.load_top(out),
                    Some(ViewKind::Records(_)) => self.count_records(out),
                    Some(ViewKind::Broke) if empty_broke => self.load_broke(self.views.len() - 1, out),
                    _ => {}
                }
            }
        }
    }

    /// Lines of the last second, and the age of the newest.
    fn measure(&mut self, lines: u64, lag: Option<Duration>) {
        let now = self.now;
        let following = &mut self.following;
        following.lines += lines;
        following.lag = lag.or(following.lag);
        following.recent.push_back((now, lines));
        while following.recent.front().is_some_and(|(at, _)| *at + Duration::from_secs(1) <= now) {
            following.recent.pop_front();
        }
        following.rate = following.recent.iter().map(|(_, lines)| lines).sum();
    }

    fn append_live(&mut self, rows: Vec<Row>) {
        let mut rows = self.wanted_live(rows);
        let live = ViewKind::Records(RecordsOf::default());
        let Some(view) = self.views.iter_mut().rev().find(|view| view.kind == live) else {
            self.following.held.clear();
            return;
        };
        // The end of the logs is still being read: what comes belongs behind it.
        if view.pager.jump.is_some() {
            self.following.held.append(&mut rows);
            let excess = self.following.held.len().saturating_sub(KEPT);
            self.following.held.drain(..excess);
            return;
        }
        let mut held = std::mem::take(&mut self.following.held);
        held.append(&mut rows);
        let known: BTreeSet<&RowId> = view.list.rows().iter().map(|row| &row.id).collect();
        held.retain(|row| !known.contains(&row.id));
        let count = held.len();
        if count == 0 {
            return;
        }
        let last = view.list.rows().len().saturating_sub(1);
        let at_end = view.list.index().is_none_or(|index| index == last);
        view.note = None;
        view.pager.at_start &= view.append(held) == 0;
        view.pager.at_end = true;
        if at_end {
            view.list.select(usize::MAX);
            self.following.waiting = 0;
        } else {
            self.following.waiting += count;
        }
    }

    /// The rows that window and filters leave; a window's end does not hold back what comes after it.
    fn wanted_live(&self, mut rows: Vec<Row>) -> Vec<Row> {
        let matcher = self.filters.query().ok().flatten().map(|query| Matcher::new(&query.expr));
        let wanted = |record: &Record| {
            let service = record.service.as_deref().unwrap_or_default();
            let named = self.filters.service.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(service));
            let severe =
                self.filters.level.is_none_or(|least| record.level.is_some_and(|level| level >= least));
            let late = self.window.is_none_or(|window| record.ts.is_none_or(|ts| ts >= window.start()));
            named && severe && late && matcher.as_ref().is_none_or(|matcher| satisfies(record, matcher))
        };
        rows.retain(|row| row.as_record().is_none_or(|record| wanted(record)));
        rows
    }

    /// Another file has the name now: rows of the old one must not be taken for its lines.
    fn rename(&mut self, source: &str, to: Option<&str>) {
        let renamed = |record: &Record| {
            let name = to.map_or_else(|| format!("{source} (before)"), str::to_owned);
            let id = record.id.0.strip_prefix(source).map(|rest| RecordId(format!("{name}{rest}")));
            Arc::new(Record { id: id.unwrap_or_else(|| record.id.clone()), source: name, ..record.clone() })
        };
        let change = |row: &Row| {
            let mut row = row.clone();
            if let RowBody::Record(line) = &mut row.body
                && line.record.source == source
            {
                line.record = renamed(&line.record);
                row.id = RowId::Record(line.record.id.clone());
            }
            row
        };
        for row in &mut self.following.held {
            *row = change(row);
        }
        for view in self.views.iter_mut().filter(|view| matches!(view.kind, ViewKind::Records(_))) {
            let rows = view.list.rows().iter().map(change).collect();
            view.list.replace(rows);
        }
    }
}
