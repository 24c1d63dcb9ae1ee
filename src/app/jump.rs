//! What keys do on the screen: opening, going back, keeping and leaving out, next error, pins.

use super::case::Memo;
use super::command::Command;
use super::detail::Item;
use super::filter::{Filter, FilterKind, quoted};
use super::input::{Input, InputKind};
use super::notice::Notice;
use super::row::{ChangeRow, Row, RowBody, RowId};
use super::state::{Focus, Pin, State};
use super::view::{Landing, RecordsOf, ViewKind};
use crate::change::Kind;
use crate::config::Action;
use crate::domain::{Level, Record, RecordId};
use crate::investigate::Request;
use crate::port::{Anchor, Direction, PageRequest, Slice};
use crate::safety::display_line;
use std::sync::Arc;

impl State {
    /// A key on the screen.
    pub(super) fn act_screen(&mut self, action: Action, out: &mut Vec<Command>) {
        let done = match self.focus {
            Focus::Detail => self.move_detail(action) || self.act_detail(action, out),
            Focus::Answer => self.move_answer(action) || self.act_answer(action, out),
            Focus::Timeline => self.act_timeline(action, out),
            Focus::List | Focus::Prompt => self.move_list(action, out) || self.act_list(action, out),
        };
        if !done && !self.act_views(action, out) && !self.act_panes(action, out) {
            self.act_everywhere(action, out);
        }
    }

    fn act_list(&mut self, action: Action, out: &mut Vec<Command>) -> bool {
        match action {
            Action::Open => self.open_row(out),
            Action::NextMatch => self.next_match(true, out),
            Action::PreviousMatch => self.next_match(false, out),
            Action::KeepMatches => self.keep_matches(out),
            Action::Keep => self.filter_row(FilterKind::Keep, out),
            Action::Exclude => self.filter_row(FilterKind::Exclude, out),
            Action::Mute => self.mute(out),
            Action::AskAbout => self.ask_about(),
            Action::NextSame => self.next_same(true, out),
            Action::PreviousSame => self.next_same(false, out),
            Action::Save => self.open_input(InputKind::SaveAs),
            _ => return false,
        }
        true
    }

    fn act_detail(&mut self, action: Action, out: &mut Vec<Command>) -> bool {
        match action {
            Action::Open => {
                let neighbour = self.detail.as_ref().and_then(|detail| detail.neighbour()).cloned();
                let pattern = self.detail.as_ref().is_some_and(|detail| detail.item() == Item::Pattern);
                match neighbour {
                    Some(record) => self.open_detail(record.id.clone(), out),
                    None if pattern => self.open_pattern_of_detail(out),
                    None => self.wrap = !self.wrap,
                }
            }
            Action::Fold | Action::Wrap => self.wrap = !self.wrap,
            Action::More | Action::Less => {
                if let Some(detail) = &mut self.detail {
                    let by = (detail.wanted / 2).max(2);
                    detail.wanted = match action {
                        Action::More => (detail.wanted + by).min(200),
                        _ => detail.wanted.saturating_sub(by),
                    };
                }
                self.load_detail(out);
            }
            Action::ContextScope => {
                if let Some(detail) = &mut self.detail {
                    detail.around = detail.around.next();
                }
                self.load_detail(out);
            }
            Action::Keep => self.filter_field(FilterKind::Keep, out),
            Action::Exclude => self.filter_field(FilterKind::Exclude, out),
            Action::Mute => self.mute(out),
            Action::AskAbout => self.ask_about(),
            Action::NextSame => self.next_same(true, out),
            Action::PreviousSame => self.next_same(false, out),
            Action::Save => self.open_input(InputKind::SaveAs),
            _ => return false,
        }
        true
    }

    /// Lists that a key opens from anywhere.
    fn act_views(&mut self, action: Action, out: &mut Vec<Command>) -> bool {
        match action {
            Action::Broke => self.open(ViewKind::Broke, out),
            Action::Patterns => self.open(ViewKind::Patterns, out),
            Action::Records => {
                self.open_records(RecordsOf::default(), self.record_anchor(), Landing::First, out);
            }
            Action::Sources => self.open(ViewKind::Sources, out),
            Action::Pins => {
                self.open(ViewKind::Pins, out);
                self.list_pins();
            }
            Action::NextError => self.next_error(true, out),
            Action::PreviousError => self.next_error(false, out),
            Action::Trace => self.trace(out),
            Action::Find => self.open_input(InputKind::Find),
            Action::Time => self.open_time(),
            Action::Cases => out.push(Command::ListCases),
            Action::Usage => self.open_usage(),
            Action::Themes => self.open_themes(),
            Action::Report => out.push(Command::Report),
            Action::Outgoing => self.open_outgoing(),
            Action::AskAgain => self.ask_again(),
            Action::Follow => {
                self.following.on = !self.following.on;
                out.push(Command::Follow(self.following.on));
                if self.following.on {
                    self.open_records(RecordsOf::default(), Anchor::End, Landing::Last, out);
                }
            }
            _ => return false,
        }
        true
    }

    /// What is done with the record or row under the cursor, and with panes, from anywhere.
    fn act_panes(&mut self, action: Action, out: &mut Vec<Command>) -> bool {
        match action {
            Action::Back => self.back(out),
            Action::Prompt => self.focus = Focus::Prompt,
            Action::Pin => self.pin(out),
            Action::Note => {
                let record = self.record_here().map(|record| record.id.clone());
                self.open_input(InputKind::Note(record));
            }
            Action::Copy => self.copy(out),
            Action::Edit => self.edit(out),
            Action::Wrap => self.wrap = !self.wrap,
            Action::DropFilter => match self.filters.pop() {
                Some(label) => {
                    self.say(Notice::info(format!("no longer filtered by {label}")));
                    self.refresh(out);
                }
                None if self.window.is_some() => self.set_window(None, out),
                None => self.say(Notice::info("there is no filter to undo")),
            },
            Action::ClearFilters => {
                self.filters = super::filter::Filters::default();
                self.set_window(None, out);
            }
            Action::SelectStart => self.select_start(),
            Action::SelectEnd => self.select_end(out),
            Action::Zoom => self.panes.zoomed = !self.panes.zoomed,
            Action::Shrink | Action::Grow => {
                // The list's share grows with the list and shrinks with what is beside it.
                let list = self.focus == Focus::List;
                self.panes = self.panes.resized(if (action == Action::Grow) == list { 5 } else { -5 });
                out.push(Command::KeepLayout);
            }
            Action::NextPane => self.next_pane(true),
            Action::PreviousPane => self.next_pane(false),
            Action::PaneList => self.focus = Focus::List,
            Action::PaneAnswer if self.current_turn().is_some() => self.focus = Focus::Answer,
            Action::PaneDetail if self.detail.is_some() => self.focus = Focus::Detail,
            Action::PaneAnswer => self.say(Notice::info("no question was asked yet: i to ask")),
            Action::PaneDetail => self.say(Notice::info("no record is open: Enter on a record opens it")),
            _ => return false,
        }
        true
    }

    /// Closes what is on top: the running turn stops, the record closes, the list goes.
    pub(super) fn back(&mut self, out: &mut Vec<Command>) {
        if self.timeline.anchor.take().is_some() {
            return;
        }
        if self.running().is_some() {
            return self.stop(out);
        }
        match self.focus {
            Focus::Detail => {
                self.detail = None;
                self.focus = if self.view().is_some_and(|view| view.kind == ViewKind::Broke)
                    && self.current_turn().is_some()
                {
                    Focus::Answer
                } else {
                    Focus::List
                };
            }
            Focus::Answer | Focus::Timeline | Focus::Prompt => self.focus = Focus::List,
            Focus::List if self.detail.is_some() => self.detail = None,
            Focus::List if self.views.len() > 1 => {
                self.views.pop();
            }
            Focus::List => {
                let quit = self.keys.label(self.place(), Action::Quit).unwrap_or_default();
                self.say(Notice::info(format!("this is the first screen: {quit} quits")));
            }
        }
    }

    fn open_row(&mut self, out: &mut Vec<Command>) {
        let Some(row) = self.view().and_then(|view| view.list.current()).cloned() else { return };
        match (&row.id, &row.body) {
            (RowId::Section(_), _) => self.fold(),
            (_, RowBody::Change(change)) => self.open_change(change, out),
            (RowId::Pattern(id), RowBody::Pattern(pattern)) => {
                let records =
                    RecordsOf { pattern: Some((*id, pattern.template.clone())), ..RecordsOf::default() };
                self.open_records(records, Anchor::Start, Landing::First, out);
            }
            (RowId::Record(id), _) => self.open_detail(id.clone(), out),
            (_, RowBody::Evidence(line)) => match line.records.first() {
                Some(id) => self.open_detail(id.clone(), out),
                None => self.say(Notice::info("this row was counted, not read: no single line is behind it")),
            },
            (RowId::Line(line), _) => {
                if let Some(ViewKind::Raw(file)) = self.view().map(|view| view.kind.clone()) {
                    self.open_detail(RecordId(format!("{file}:{line}")), out);
                }
            }
            (_, RowBody::Source(source)) => {
                let file = source.file.clone();
                self.open_raw(file, 1, out);
            }
            _ => {}
        }
    }

    /// Opens a source line by line.
    pub(super) fn open_raw(&mut self, file: String, line: u64, out: &mut Vec<Command>) {
        self.open(ViewKind::Raw(file), out);
        let landing = if line <= 1 { Landing::First } else { Landing::Row(RowId::Line(line)) };
        self.jump_lines(line.saturating_sub(100), landing, out);
    }

    /// The records behind a change: of its pattern, with its value, or of the service that fell silent.
    fn open_change(&mut self, change: &ChangeRow, out: &mut Vec<Command>) {
        let mut records = RecordsOf::default();
        let mut anchor = Anchor::Time(change.since);
        if let Some(id) = change.pattern {
            records.pattern = Some((id, change.text.clone()));
            if matches!(change.kind, Kind::Lost | Kind::Fewer) {
                anchor = Anchor::Start;
            }
            if change.kind == Kind::First {
                anchor = Anchor::Start;
            }
        } else if !change.service.is_empty() {
            records.service = Some(change.service.clone());
        }
        if let Some((name, value)) = &change.field {
            records.query = Some(format!("{name}:{}", quoted(value)));
        }
        let landing = if change.kind == Kind::Quiet {
            // What a silent service said last.
            anchor = Anchor::End;
            Landing::Last
        } else {
            Landing::First
        };
        self.open_records(records, anchor, landing, out);
    }

    fn open_pattern_of_detail(&mut self, out: &mut Vec<Command>) {
        let Some(record) = self.detail.as_ref().and_then(|detail| detail.record.clone()) else { return };
        let text = display_line(record.message.lines().next().unwrap_or_default().as_bytes()).into_owned();
        let records = RecordsOf { pattern: Some((record.pattern, text)), ..RecordsOf::default() };
        let landing = Landing::Row(RowId::Record(record.id.clone()));
        self.open_records(records, Anchor::Before(record.id.clone()), landing, out);
    }

    /// The record that is looked at.
    pub(super) fn record_here(&self) -> Option<Arc<Record>> {
        if self.focus == Focus::Detail {
            let detail = self.detail.as_ref()?;
            return detail.neighbour().cloned().or_else(|| detail.record.clone());
        }
        self.view()?.list.current()?.as_record().cloned()
    }

    fn record_anchor(&self) -> Anchor {
        match self.record_here() {
            Some(record) => Anchor::Before(record.id.clone()),
            None => self.timeline.cursor.map_or(Anchor::Start, Anchor::Time),
        }
    }

    /// Looks for the next record with a property, from the one under the cursor.
    fn seek(&mut self, slice: Slice, forward: bool, out: &mut Vec<Command>) {
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

    fn top_slice(&self) -> Slice {
        match self.view().map(|view| &view.kind) {
            Some(ViewKind::Records(records)) => self.slice_of(records),
            _ => self.filters.slice(self.scope()),
        }
    }

    fn next_error(&mut self, forward: bool, out: &mut Vec<Command>) {
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

    fn next_same(&mut self, forward: bool, out: &mut Vec<Command>) {
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

    fn keep_matches(&mut self, out: &mut Vec<Command>) {
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
        let label = filter.label.clone();
        match self.filters.push(filter) {
            Ok(()) => {
                let undo = self.keys.label(self.place(), Action::DropFilter).unwrap_or_default();
                self.say(Notice::info(format!("filtered by {label}: {undo} undoes it")));
                self.refresh(out);
            }
            Err(why) => self.say(Notice::trouble(why.replace('\n', "  "))),
        }
    }

    /// Keeps or leaves out by what the row is about: its pattern, else its service.
    fn filter_row(&mut self, kind: FilterKind, out: &mut Vec<Command>) {
        let Some(row) = self.view().and_then(|view| view.list.current()).cloned() else { return };
        let (query, label) = match (row.pattern(), row.service()) {
            (Some(id), _) => (format!("pattern:{id}"), format!("pattern {}", clipped(&row.text(), 40))),
            (None, Some(service)) => (format!("service:{}", quoted(service)), format!("service:{service}")),
            (None, None) => return self.say(Notice::info("there is nothing here to filter by")),
        };
        self.add_filter(made(kind, &query, &label), out);
    }

    /// Keeps or leaves out by the field under the cursor, else by the record's service.
    fn filter_field(&mut self, kind: FilterKind, out: &mut Vec<Command>) {
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

    fn mute(&mut self, out: &mut Vec<Command>) {
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
    fn trace(&mut self, out: &mut Vec<Command>) {
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
        let records = RecordsOf {
            query: Some(format!("trace:{}", quoted(&id))),
            everywhere: true,
            ..RecordsOf::default()
        };
        self.open_records(records, Anchor::Start, Landing::First, out);
    }

    fn pin(&mut self, out: &mut Vec<Command>) {
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

    fn copy(&mut self, out: &mut Vec<Command>) {
        let text = match self.focus {
            Focus::Answer => self.current_turn().map(|turn| turn.text().to_owned()),
            Focus::Detail => self.detail.as_ref().and_then(|detail| match detail.field() {
                Some(field) => Some(field.value.clone()),
                None => {
                    let record = detail.neighbour().or(detail.record.as_ref())?;
                    Some(String::from_utf8_lossy(&record.raw).into_owned())
                }
            }),
            _ => self.view().and_then(|view| view.list.current()).map(|row| match row.as_record() {
                Some(record) => String::from_utf8_lossy(&record.raw).into_owned(),
                None => row.text(),
            }),
        };
        match text.filter(|text| !text.is_empty()) {
            Some(text) => out.push(Command::Copy(text)),
            None => self.say(Notice::info("there is nothing here to copy")),
        }
    }

    fn edit(&mut self, out: &mut Vec<Command>) {
        if let (Some(ViewKind::Raw(file)), Some(RowId::Line(line))) = (
            self.view().map(|view| view.kind.clone()),
            self.view().and_then(|view| view.list.current()).map(|row| row.id.clone()),
        ) {
            out.push(Command::Edit { file, line });
            return;
        }
        match self.record_here() {
            Some(record) => out.push(Command::Edit { file: record.source.clone(), line: record.line }),
            None => self.say(Notice::info("put the cursor on a record first")),
        }
    }

    pub(super) fn open_input(&mut self, kind: InputKind) {
        let from = self.view().and_then(|view| view.list.current()).map(|row| row.id.clone());
        self.input = Some(Input::new(kind, from));
        self.text_set += 1;
    }
}

fn made(kind: FilterKind, query: &str, label: &str) -> Filter {
    let (query, label) = match kind {
        FilterKind::Exclude => (format!("-{query}"), format!("without {label}")),
        _ => (query.to_owned(), label.to_owned()),
    };
    Filter { kind, query, label, pattern: None }
}

/// Whether a field holds the id of a request over several services.
fn is_trace(name: &str) -> bool {
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

pub(super) fn clipped(text: &str, most: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}..", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}
