//! The one-line inputs at work: what is typed, accepted, dropped.

use super::case::Memo;
use super::command::Command;
use super::input::{Input, InputKind};
use super::notice::Notice;
use super::overlay::{Overlay, OverlayKind};
use super::row::RowBody;
use super::state::{Focus, Found, State};
use super::view::ViewKind;
use crate::config::Action;
use crate::query::Query;

impl State {
    /// A key while a one-line input is open.
    pub(super) fn act_input(&mut self, action: Action, out: &mut Vec<Command>) {
        match action {
            Action::Submit => self.submit_input(out),
            Action::Leave | Action::Back | Action::Interrupt => self.close_input(),
            Action::Editor => {
                let text = self.input.as_ref().map(|input| input.text.clone()).unwrap_or_default();
                out.push(Command::Compose(text));
            }
            Action::Suspend | Action::Redraw => self.act_everywhere(action, out),
            _ if !self.overlays.is_empty() => self.act_overlay(action, out),
            _ => {}
        }
    }

    /// Closes the input with the list above it.
    pub(super) fn close_input(&mut self) {
        let Some(input) = self.input.take() else { return };
        let with_list = matches!(input.kind, InputKind::Palette | InputKind::Time | InputKind::History);
        if with_list {
            self.overlays.pop();
        }
        self.text_set += 1;
    }

    /// After a letter was typed: the list above shows what still matches.
    pub(super) fn filter_choices(&mut self) {
        let Some(Input { kind, text, .. }) = self.input.clone() else { return };
        let choices = match kind {
            InputKind::Palette => self.palette_choices(&text),
            InputKind::History => self.history_choices(&text),
            InputKind::Time => self.window_choices(&text),
            InputKind::Help => {
                let Some(OverlayKind::Help(place)) = self.overlays.last().map(|overlay| overlay.kind.clone())
                else {
                    return;
                };
                let text = text.to_lowercase();
                let lines = self.help_lines(place);
                lines.into_iter().filter(|line| line.label.to_lowercase().contains(&text)).collect()
            }
            _ => return,
        };
        if let Some(overlay) = self.overlays.last_mut() {
            *overlay = Overlay::new(overlay.kind.clone(), choices);
        }
    }

    pub(super) fn submit_input(&mut self, out: &mut Vec<Command>) {
        let Some(input) = self.input.clone() else { return };
        let text = input.text.trim().to_owned();
        match input.kind {
            InputKind::Palette | InputKind::Time | InputKind::History => return self.choose(out),
            InputKind::Find => self.find(&text, out),
            InputKind::Note(record) => self.write_note(record.as_ref(), text, out),
            InputKind::SaveAs => self.save_rows(&text, out),
            InputKind::Help => {}
        }
        self.input = None;
        self.text_set += 1;
    }

    /// Finds: in records the next match, in a raw file the next line with the text as it is, elsewhere ranked hits.
    pub(super) fn find(&mut self, text: &str, out: &mut Vec<Command>) {
        if text.is_empty() {
            self.found = None;
            return;
        }
        if matches!(self.view().map(|view| &view.kind), Some(ViewKind::Raw(_))) {
            self.found = Some(Found { text: text.to_owned(), words: vec![text.to_lowercase()] });
            return self.next_match(true, out);
        }
        if let Err(error) = Query::parse(text, self.session.max_question) {
            return self.say(Notice::trouble(error.to_string().replace('\n', "  ")));
        }
        let words = text.split_whitespace().filter(|word| !word.starts_with('-') && !word.contains(':'));
        let words = words.map(|word| word.trim_matches(['"', '/', '(', ')']).to_lowercase());
        self.found =
            Some(Found { text: text.to_owned(), words: words.filter(|word| !word.is_empty()).collect() });
        match self.view().map(|view| &view.kind) {
            Some(ViewKind::Records(_)) => self.next_match(true, out),
            _ => self.open(ViewKind::Hits(text.to_owned()), out),
        }
    }

    pub(super) fn write_note(
        &mut self,
        record: Option<&crate::domain::RecordId>,
        text: String,
        out: &mut Vec<Command>,
    ) {
        if text.is_empty() {
            return;
        }
        let about = self.record_here().filter(|here| Some(&here.id) == record);
        if let Some(about) = &about {
            let note = Some(text.clone());
            match self.pins.iter_mut().find(|pin| pin.record.id == about.id) {
                Some(pin) => pin.note = note,
                None => self.pins.push(super::state::Pin { record: std::sync::Arc::clone(about), note }),
            }
        }
        self.remember(Memo::Noted(about, text), out);
        self.list_pins();
        self.say(Notice::info("noted in the case"));
    }

    pub(super) fn save_rows(&mut self, name: &str, out: &mut Vec<Command>) {
        let text = if self.focus == Focus::Answer {
            self.current_turn().map(|turn| turn.text().to_owned()).unwrap_or_default()
        } else {
            let rows = self.view().map(|view| view.list.rows()).unwrap_or_default();
            let line = |row: &super::row::Row| match &row.body {
                RowBody::Record(line) => String::from_utf8_lossy(&line.record.raw).into_owned(),
                _ => row.text(),
            };
            rows.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        let name = if name.is_empty() { "watchfire-rows.txt".to_owned() } else { name.to_owned() };
        out.push(Command::Save { name, text });
    }
}
