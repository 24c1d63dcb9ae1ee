//! Pins and notes of a session: listed together, kept in the case.

use super::item::Item;
use super::session::Session;
use crate::app::Memo;
use crate::domain::Record;
use crate::safety::display_line;
use std::io::{self, Write};
use std::sync::Arc;

/// A pinned row with its notes.
pub(super) struct Pin {
    item: Item,
    notes: Vec<String>,
}

impl<W: Write> Session<'_, W> {
    pub(super) fn pin(&mut self, number: usize) -> io::Result<()> {
        let Some(item) = self.row(number)? else { return Ok(()) };
        match self.record_of(&item)? {
            Some(record) => {
                self.voice.say_safe(&format!("pinned: {}", item.text))?;
                self.remember(&Memo::Pinned(record))?;
            }
            None => self.voice.say_safe(&format!("pinned for this session: {}", item.text))?,
        }
        self.pins.retain(|pin| pin.item.id != item.id || pin.item.text != item.text);
        self.opened = Some(item.clone());
        self.pins.push(Pin { item, notes: Vec::new() });
        Ok(())
    }

    pub(super) fn note(&mut self, text: String) -> io::Result<()> {
        let Some(item) = self.opened.clone() else {
            return self.voice.say("open or pin a row first: the note is kept with it");
        };
        if !self.pins.iter().any(|pin| pin.item == item) {
            self.pins.push(Pin { item: item.clone(), notes: Vec::new() });
        }
        if let Some(pin) = self.pins.iter_mut().find(|pin| pin.item == item) {
            pin.notes.push(text.clone());
        }
        self.voice.say_safe(&format!("noted: {}", item.text))?;
        let record = self.record_of(&item)?;
        self.remember(&Memo::Noted(record, text))
    }

    /// The pins become the last list, so that they can be opened.
    pub(super) fn say_pins(&mut self) -> io::Result<()> {
        if self.pins.is_empty() {
            return self.voice.say("nothing is pinned");
        }
        let rows = self.pins.iter().enumerate().map(|(at, pin)| {
            let notes: Vec<String> =
                pin.notes.iter().map(|note| display_line(note.as_bytes()).into_owned()).collect();
            let note = if notes.is_empty() { String::new() } else { format!("; note: {}", notes.join("; ")) };
            Item { number: at + 1, text: format!("{}{note}", pin.item.text), id: pin.item.id.clone() }
        });
        let rows = rows.collect();
        self.list(rows)
    }

    /// The record that stands for a row; a row that was counted over many lines has none.
    fn record_of(&mut self, item: &Item) -> io::Result<Option<Arc<Record>>> {
        let Some(id) = item.id.clone() else { return Ok(None) };
        let wanted = id.clone();
        let records =
            self.wait("reading", |ports, _| async move { ports.browse.context(&wanted, 0, 0).await })?;
        let record = records.into_iter().flatten().find(|record| record.id == id);
        Ok(record.map(Arc::new))
    }
}
