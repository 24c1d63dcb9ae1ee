//! One record while it is looked at: taken apart only as far as a condition asks.

use crate::domain::{Level, PatternId};
use crate::local::record::{Place, split_first_line};
use crate::local::store::Store;
use crate::local::summary::RecordRow;
use crate::pattern::{Capture, Piece, Template};
use crate::query::{RecordView, SlotView, is_word_byte};
use std::borrow::Cow;
use std::cell::OnceCell;

/// A record of a store with its bytes.
pub(super) struct Reading<'r> {
    store: &'r Store,
    place: Place<'r>,
    row: RecordRow,
    raw: &'r [u8],
    template: &'r Template,
    body: OnceCell<Cow<'r, [u8]>>,
    captures: OnceCell<Vec<Capture>>,
}

impl<'r> Reading<'r> {
    /// `None` for a row that is not of this store.
    pub(super) fn new(store: &'r Store, row: RecordRow, raw: &'r [u8]) -> Option<Self> {
        let place = store.place(row.no)?;
        let template = store.templates.get(row.template as usize)?;
        Some(Self { store, place, row, raw, template, body: OnceCell::new(), captures: OnceCell::new() })
    }

    fn captures(&self) -> &[Capture] {
        self.captures.get_or_init(|| self.template.capture(self.body()).unwrap_or_default())
    }
}

impl RecordView for Reading<'_> {
    fn body(&self) -> &[u8] {
        self.body.get_or_init(|| {
            let (line, _) = split_first_line(self.raw);
            self.place.part.layout.parser().parse(line).body
        })
    }

    fn raw(&self) -> &[u8] {
        self.raw
    }

    fn decoded(&self) -> Option<&[u8]> {
        let escaped =
            memchr::memchr(b'\\', self.raw).is_some() || memchr::memmem::find(self.raw, b"\"\"").is_some();
        if !escaped {
            return None;
        }
        self.body();
        self.body
            .get()
            .and_then(|body| if let Cow::Owned(bytes) = body { Some(bytes.as_slice()) } else { None })
    }

    fn level(&self) -> Option<Level> {
        self.row.level
    }

    fn service(&self) -> &str {
        self.store.service_name(self.row.service).unwrap_or_default()
    }

    fn source(&self) -> &str {
        &self.place.part.name
    }

    fn pattern(&self) -> PatternId {
        self.template.id
    }

    fn is_unparsed(&self) -> bool {
        self.row.unparsed
    }

    fn any_field(&self, visit: &mut dyn FnMut(&str, &[u8]) -> bool) -> bool {
        let fields = self.place.part.layout.fields(self.raw);
        fields.iter().any(|field| visit(&field.name, field.value.as_bytes()))
    }

    fn any_slot(&self, visit: &mut dyn FnMut(&SlotView<'_>) -> bool) -> bool {
        each_slot(self.template, self.body(), self.captures(), visit)
    }
}

/// Shows the slot values of a body until `visit` returns `true`; returns whether it did.
pub(in crate::local) fn each_slot(
    template: &Template,
    body: &[u8],
    captures: &[Capture],
    visit: &mut dyn FnMut(&SlotView<'_>) -> bool,
) -> bool {
    let mut captures = captures.iter();
    let mut label = "";
    template.pieces.iter().enumerate().any(|(at, piece)| match piece {
        Piece::Text(text) => {
            label = last_word(text);
            false
        }
        Piece::Slot(kind) => {
            let range = captures.next().map(|capture| capture.range.clone());
            let value = range.and_then(|range| body.get(range)).unwrap_or_default();
            let after = template.pieces.get(at + 1..).unwrap_or_default();
            let slot = SlotView { kind: *kind, label, value, after };
            label = "";
            visit(&slot)
        }
    })
}

/// The last word of the text before a slot, if something stands between it and the slot that does not end a clause.
fn last_word(text: &str) -> &str {
    let is_word = |b: u8| is_word_byte(b) || b == b'_' || b == b'-';
    let bytes = text.as_bytes();
    let Some(end) = bytes.iter().rposition(|&b| is_word(b)).map(|at| at + 1) else { return "" };
    let between = bytes.get(end..).unwrap_or_default();
    if between.is_empty() || between.iter().any(|b| matches!(b, b',' | b';')) {
        return "";
    }
    let start = bytes[..end].iter().rposition(|&b| !is_word(b)).map_or(0, |at| at + 1);
    text.get(start..end).filter(|word| word.bytes().any(is_word_byte)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("sent to ", "to")]
    #[case(" user_id=", "user_id")]
    #[case("(port: ", "port")]
    #[case("job_", "")]
    #[case(" bytes sent, ", "")]
    #[case(" - ", "")]
    fn the_word_before_a_slot_is_its_label(#[case] text: &str, #[case] label: &str) {
        assert_eq!(last_word(text), label);
    }
}
