//! What is kept and left out from here on, and what is kept for later: filters, a trace, pins.

use super::case::Memo;
use super::command::Command;
use super::detail::Item;
use super::filter::{Filter, FilterKind, quoted};
use super::input::InputKind;
use super::jump::clipped;
use super::notice::Notice;
use super::row::Row;
use super::state::{Focus, Pin, State};
use super::view::{Landing, RecordsOf, ViewKind};
use crate::config::Action;
use crate::port::Anchor;
use crate::safety::display_line;
use std::sync::Arc;

impl State {
    pub(super) fn keep_matches(&mut self, out: &mut Vec<Command>) {
        let hits = match self.view().map(|view| &view.kind) {
            Some(ViewKind::Hits(text)) => Some(text.clone()),
            _ => self.found.as_ref().map(|found| found.text.clone()),
        };
        let Some(text) = hits else {
            self.open_input(InputKind::Find);
            return;
        };
        self.add_filter(
            Filter { kind: FilterKind::Matches, label: text.clone(), query: text, pattern: None },
            out,
        );
        if !matches!(self.view().map(|view| &view.kind), Some(ViewKind::Records(_))) {
            self.open_records(RecordsOf::default(), Anchor::Start, Landing::First, out);
        }
    }

    pub(super) fn add_filter(&mut self, filter: Filter, out: &mut Vec<Command>) {
        match self.filters.push(filter) {
            // The line of filters says what is kept and how to undo it.
            Ok(()) => self.refresh(out),
            Err(why) => self.say(Notice::trouble(why.replace('\n', "  "))),
        }
    }

    /// Keeps or leaves out by what the row is about: its pattern, else its service.
    pub(super) fn filter_row(&mut self, kind: FilterKind, out: &mut Vec<Command>) {
        let Some(row) = self.view().and_then(|view| view.list.current()).cloned() else { return };
        let (query, label) = match (row.pattern(), row.service()) {
            (Some(id), _) => (format!("pattern:{id}"), format!("pattern {}", clipped(&row.text(), 40))),
            (None, Some(service)) => (format!("service:{}", quoted(service)), format!("service:{service}")),
            (None, None) => return self.say(Notice::info("there is nothing here to filter by")),
        };
        self.add_filter(made(kind, &query, &label), out);
    }

    /// Keeps or leaves out by the field under the cursor, else by the record's service.
    pub(super) fn filter_field(&mut self, kind: FilterKind, out: &mut Vec<Command>) {
        let Some(detail) = &self.detail else { return };
        let field = detail.field().cloned();
        let record = detail.record.clone();
        let (query, label) = match (field, record) {
            (Some(field), _) => {
                let name = display_line(field.name.as_bytes()).into_owned();
                let query = format!("{name}:{}", quoted(&field.value));
                let label = format!("{name}={}", display_line(field.value.as_bytes()));
                (query, label)
            }
            (None, Some(record)) if detail.item() == Item::Pattern => {
                (format!("pattern:{}", record.pattern), "this pattern".to_owned())
            }
            (None, Some(record)) => match &record.service {
                Some(service) => (format!("service:{}", quoted(service)), format!("service:{service}")),
                None => return self.say(Notice::info("put the cursor on a field first")),
            },
            (None, None) => return,
        };
        self.add_filter(made(kind, &query, &label), out);
    }

    pub(super) fn mute(&mut self, out: &mut Vec<Command>) {
        let row = self.view().and_then(|view| view.list.current()).cloned();
        let pattern = match self.focus {
            Focus::Detail => self.record_here().map(|record| record.pattern),
            _ => row.as_ref().and_then(Row::pattern),
        };
        let Some(pattern) = pattern else {
            return self.say(Notice::info("only a pattern or one of its records can be muted"));
        };
        let filter = Filter {
            kind: FilterKind::Mute,
            query: format!("-pattern:{pattern}"),
            label: format!("without {}", row.map_or_else(String::new, |row| clipped(&row.text(), 40))),
            pattern: Some(pattern),
        };
        self.add_filter(filter, out);
    }

    /// The same trace or request id in all sources.
    pub(super) fn trace(&mut self, out: &mut Vec<Command>) {
        let field =
            self.detail.as_ref().filter(|_| self.focus == Focus::Detail).and_then(|d| d.field()).cloned();
        let id = match field {
            Some(field) => Some(field.value),
            None => self.record_here().and_then(|record| {
                let named = |field: &&crate::domain::Field| is_trace(&field.name);
                record.fields.iter().find(named).map(|field| field.value.clone())
            }),
        };
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            return self.say(Notice::info(
                "no trace or request id in this record: put the cursor on a field in the record to follow it",
            ));
        };
        let records = RecordsOf { query: Some(trace_query(&id)), everywhere: true, ..RecordsOf::default() };
        self.open_records(records, Anchor::Start, Landing::First, out);
    }

    pub(super) fn pin(&mut self, out: &mut Vec<Command>) {
        let Some(record) = self.record_here() else {
            return self.say(Notice::info("only a record can be pinned"));
        };
        if let Some(at) = self.pins.iter().position(|pin| pin.record.id == record.id) {
            self.pins.remove(at);
            self.say(Notice::info("no longer pinned"));
            self.remember(Memo::Unpinned(record.id.clone()), out);
        } else {
            self.pins.push(Pin { record: Arc::clone(&record), note: None });
            let pins = self.keys.label(self.place(), Action::Pins).unwrap_or_default();
            self.say(Notice::info(format!("pinned: {pins} lists the pins")));
            self.remember(Memo::Pinned(record), out);
        }
        self.list_pins();
    }
}

fn made(kind: FilterKind, query: &str, label: &str) -> Filter {
    let (query, label) = match kind {
        FilterKind::Exclude => (format!("-{query}"), format!("without {label}")),
        _ => (query.to_owned(), label.to_owned()),
    };
    Filter { kind, query, label, pattern: None }
}

/// The query for all records with an id of a request.
pub(super) fn trace_query(id: &str) -> String {
    format!("trace:{}", quoted(id))
}

/// Whether a field holds the id of a request over several services.
pub(super) fn is_trace(name: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase().replace(['-', '_'], "");
    matches!(
        name.as_str(),
        "trace"
            | "traceid"
            | "requestid"
            | "reqid"
            | "correlationid"
            | "xrequestid"
            | "spanid"
            | "transactionid"
    )
}
