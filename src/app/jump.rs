//! What keys do on the screen: opening, going back, keeping and leaving out, next error, pins.

use super::change_row::ChangeRow;
use super::command::Command;
use super::detail::Item;
use super::filter::{FilterKind, quoted};
use super::input::{Input, InputKind};
use super::notice::Notice;
use super::row::{RowBody, RowId};
use super::state::{Focus, State};
use super::view::{Landing, RecordsOf, ViewKind};
use crate::change::Kind;
use crate::config::Action;
use crate::domain::RecordId;
use crate::port::Anchor;
use crate::safety::display_line;

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
            _ => return self.act_record(action, out),
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
            _ => return self.act_record(action, out),
        }
        true
    }

    /// What a row and an open record have in common.
    fn act_record(&mut self, action: Action, out: &mut Vec<Command>) -> bool {
        match action {
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
    // size: a flat table of actions
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
            Action::Zoom => {
                self.panes.zoomed = !self.panes.zoomed;
                out.push(Command::KeepLayout);
            }
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
        if self.stop_looking(out) {
            return;
        }
        match self.focus {
            Focus::Detail => self.focus = self.detail.take().map_or(Focus::List, |detail| detail.back),
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

pub(super) fn clipped(text: &str, most: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}..", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}
