//! The open record: reading it with its neighbours, and what is counted for it.

use super::command::Command;
use super::detail::{Around, Detail, Item};
use super::keep::{is_trace, trace_query};
use super::notice::Notice;
use super::row::{Row, RowBody};
use super::state::{Focus, State};
use crate::change::{Change, Kind};
use crate::domain::{PatternId, Record, RecordId};
use crate::investigate::{Reply, Request, TurnId};
use crate::port::{Anchor, Direction, PageRequest, Scope, Slice};
use crate::query::Query;
use crate::safety::display_line;
use std::sync::Arc;

impl State {
    /// Opens a record with what is around it.
    pub(super) fn open_detail(&mut self, id: RecordId, out: &mut Vec<Command>) {
        let from = self.view().and_then(|view| view.list.current()).cloned();
        let record = from.as_ref().and_then(Row::as_record).filter(|record| record.id == id).cloned();
        let mut detail = Detail::new(id, record, from.as_ref().map(|row| row.id.clone()));
        if let Some(Row { body: RowBody::Record(line), .. }) = &from {
            detail.why = line.rank.as_ref().map(|(_, why)| why.clone());
        }
        detail.back = self.focus;
        if let Some(old) = &self.detail {
            (detail.wanted, detail.around) = (old.wanted, old.around);
            if self.focus == Focus::Detail {
                detail.back = old.back;
            }
        }
        self.detail = Some(detail);
        self.focus = Focus::Detail;
        self.load_detail(out);
    }

    /// Reads the open record and its neighbours.
    pub(super) fn load_detail(&mut self, out: &mut Vec<Command>) {
        self.load_standing(out);
        let Some(detail) = &self.detail else { return };
        let (id, wanted, around) = (detail.id.clone(), detail.wanted, detail.around);
        let service = detail.record.as_ref().and_then(|record| record.service.clone());
        let own = if around == Around::Source { wanted } else { 0 };
        let mut loading = vec![self.request(Request::Context(id.clone(), own, own), out)];
        let (mut before_turn, mut after_turn) = (None, None);
        if around != Around::Source && wanted > 0 {
            let service = service.filter(|_| around == Around::Service);
            let scope = Scope { service, ..Scope::default() };
            let page = |anchor, direction| {
                let slice = Slice { scope: scope.clone(), ..Slice::default() };
                Request::Page(PageRequest { slice, anchor, direction, limit: wanted })
            };
            before_turn = Some(self.request(page(Anchor::Before(id.clone()), Direction::Backward), out));
            after_turn = Some(self.request(page(Anchor::After(id), Direction::Forward), out));
            loading.extend(before_turn);
            loading.extend(after_turn);
        }
        if let Some(detail) = &mut self.detail {
            detail.loading = loading;
            (detail.before_turn, detail.after_turn) = (before_turn, after_turn);
        }
    }

    /// Asks how the open record stands among the others, once.
    fn load_standing(&mut self, out: &mut Vec<Command>) {
        let Some(detail) = self.detail.as_ref().filter(|detail| detail.standing_turn.is_none()) else {
            return;
        };
        let request = Request::Standing(detail.id.clone(), self.scope());
        let id = self.request(request, out);
        if let Some(detail) = &mut self.detail {
            detail.standing_turn = Some(id);
        }
    }

    /// Counts the records elsewhere with the trace or request id of the open record, once.
    fn count_elsewhere(&mut self, out: &mut Vec<Command>) {
        let Some(detail) = self.detail.as_ref().filter(|detail| detail.elsewhere_turn.is_none()) else {
            return;
        };
        let fields = detail.record.iter().flat_map(|record| record.fields.iter().enumerate());
        let named = fields.filter(|(_, field)| is_trace(&field.name) && !field.value.is_empty());
        let Some((at, query)) = named.map(|(at, field)| (at, trace_query(&field.value))).next() else {
            return;
        };
        let Ok(query) = Query::parse(&query, self.session.max_question) else { return };
        let slice = Slice { filter: Some(Arc::new(query)), ..Slice::default() };
        let id = self.request(Request::Count(slice, Anchor::End), out);
        if let Some(detail) = &mut self.detail {
            detail.elsewhere_turn = Some((id, at));
        }
    }

    /// What the comparison says of a pattern as a whole: that it is new or more frequent, and since when.
    #[must_use]
    pub fn change_of(&self, pattern: PatternId) -> Option<&Change> {
        let changes = &self.broke.as_ref()?.comparison.report.changes;
        let told = |change: &&Change| change.pattern == Some(pattern) && change.after.is_none();
        changes.iter().filter(told).find(|change| matches!(change.kind, Kind::New | Kind::More | Kind::Lost))
    }

    pub(super) fn detail_reply(&mut self, id: TurnId, reply: Reply, out: &mut Vec<Command>) {
        let Some(detail) = &mut self.detail else { return };
        if !detail.loading.contains(&id) {
            return detail.counted(id, &reply);
        }
        detail.loading.retain(|waiting| *waiting != id);
        let standing = detail.item();
        let first = detail.record.is_none() || detail.before.is_empty() && detail.after.is_empty();
        match reply {
            Reply::Context(records) => detail.context(records),
            Reply::Page(page) => {
                let records = page.records.into_iter().map(Arc::new).collect();
                if detail.before_turn == Some(id) {
                    detail.before = records;
                } else {
                    detail.after = records;
                }
            }
            Reply::Failed(failure) => {
                self.say(Notice::trouble(display_line(failure.to_string().as_bytes())));
                return;
            }
            _ => {}
        }
        detail.stand_on(if first { &Item::Message } else { &standing });
        self.count_elsewhere(out);
    }
}

impl Detail {
    /// What was counted for it besides; what could not be counted is left out.
    fn counted(&mut self, id: TurnId, reply: &Reply) {
        match reply {
            Reply::Standing(standing) => self.standing.clone_from(standing),
            // The record itself is one of them.
            Reply::Count(count) => {
                let turn = self.elsewhere_turn.filter(|(turn, _)| *turn == id);
                self.elsewhere = turn.map(|(_, at)| (at, count.saturating_sub(1)));
            }
            _ => {}
        }
    }

    fn context(&mut self, records: Vec<Record>) {
        let records: Vec<Arc<Record>> = records.into_iter().map(Arc::new).collect();
        let Some(at) = records.iter().position(|record| record.id == self.id) else { return };
        self.record = records.get(at).cloned();
        if self.around == Around::Source {
            self.before = records.get(..at).unwrap_or_default().to_vec();
            self.after = records.get(at + 1..).unwrap_or_default().to_vec();
        }
    }
}
