//! Writing into one line of cells: every text is cut to what is left, nothing is ever drawn outside.

use crate::app::Area;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// A line being written, from left to right.
pub(super) struct Pen<'b> {
    buffer: &'b mut Buffer,
    x: u16,
    end: u16,
    y: u16,
}

/// The rectangle of an area, inside the buffer.
pub(super) fn rect(area: Area, buffer: &Buffer) -> Rect {
    Rect { x: area.x, y: area.y, width: area.width, height: area.height }.intersection(buffer.area)
}

impl<'b> Pen<'b> {
    /// Starts at the left of row `row` of an area; `None` if that row is not there.
    pub(super) fn at(buffer: &'b mut Buffer, area: Area, row: u16) -> Option<Self> {
        let inside = rect(area, buffer);
        if row >= inside.height || inside.width == 0 {
            return None;
        }
        Some(Self { x: inside.x, end: inside.x + inside.width, y: inside.y + row, buffer })
    }

    /// Columns left.
    pub(super) const fn left(&self) -> usize {
        (self.end - self.x) as usize
    }

    /// Writes a text.
    pub(super) fn put(&mut self, text: &str, style: Style) -> &mut Self {
        if self.x < self.end {
            let (x, _) = self.buffer.set_stringn(self.x, self.y, text, self.left(), style);
            self.x = x.min(self.end);
        }
        self
    }

    /// Writes a text into so many columns, cut with `mark` where it is longer.
    pub(super) fn column(&mut self, text: &str, width: usize, style: Style, mark: &str) -> &mut Self {
        let width = width.min(self.left());
        let start = self.x;
        if text.width() > width && width > 1 {
            let (x, _) = self.buffer.set_stringn(self.x, self.y, text, width - 1, style);
            self.x = x;
            self.put(mark, style);
        } else {
            let (x, _) = self.buffer.set_stringn(self.x, self.y, text, width, style);
            self.x = x.min(self.end);
        }
        self.x = self.x.max(start.saturating_add(u16::try_from(width).unwrap_or(u16::MAX))).min(self.end);
        self
    }

    /// Writes a text so that it ends after so many columns.
    pub(super) fn right(&mut self, text: &str, width: usize, style: Style) -> &mut Self {
        let pad = width.saturating_sub(text.width());
        self.skip(pad).put(text, style)
    }

    /// Writes what is left of a text that starts `sideways` columns to the left; cut with `mark` at the end.
    pub(super) fn rest(&mut self, text: &str, sideways: usize, style: Style, mark: &str) -> &mut Self {
        let text = skip_columns(text, sideways);
        let width = self.left();
        self.column(text, width, style, mark)
    }

    /// Leaves columns free.
    pub(super) fn skip(&mut self, columns: usize) -> &mut Self {
        self.x = self.x.saturating_add(u16::try_from(columns).unwrap_or(u16::MAX)).min(self.end);
        self
    }

    /// Fills the rest with a glyph.
    pub(super) fn fill(&mut self, glyph: &str, style: Style) -> &mut Self {
        while self.x < self.end {
            self.put(glyph, style);
        }
        self
    }

    /// Writes a text at the right end if it fits behind what is there, and ends the line.
    pub(super) fn end(&mut self, text: &str, style: Style) {
        let width = text.width();
        if width < self.left() {
            self.x = self.end - u16::try_from(width).unwrap_or(0);
            self.put(text, style);
        }
    }

    /// Column where the next text goes.
    pub(super) const fn x(&self) -> u16 {
        self.x
    }
}

/// The text from a column on.
pub(super) fn skip_columns(text: &str, columns: usize) -> &str {
    if columns == 0 {
        return text;
    }
    let mut passed = 0;
    for (at, c) in text.char_indices() {
        if passed >= columns {
            return text.get(at..).unwrap_or_default();
        }
        passed += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
    }
    ""
}

/// Cuts a text into lines of at most `width` columns, at spaces where that leaves less than half a line free.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<&str> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        let mut columns = 0;
        let mut space = None;
        let mut cut = None;
        for (at, c) in rest.char_indices() {
            columns += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            if columns > width && at > 0 {
                cut = Some(space.filter(|space| space * 2 > at).unwrap_or(at));
                break;
            }
            if c == ' ' && at > 0 {
                space = Some(at + 1);
            }
        }
        let Some(cut) = cut else {
            lines.push(rest);
            return lines;
        };
        lines.push(rest.get(..cut).unwrap_or_default());
        rest = rest.get(cut..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_word_longer_than_a_line_starts_on_the_line_it_follows() {
        assert_eq!(wrapped("    at io.example.Pool.borrow", 20), ["    at io.example.Po", "ol.borrow"]);
        assert_eq!(wrapped("no free connection", 12), ["no free ", "connection"]);
    }

    proptest! {
        #[test]
        fn nothing_is_drawn_outside(text in "\\PC{0,40}", x in 0u16..8, width in 0u16..9, row in 0u16..4) {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 3));
            let area = Area { x, y: 1, width, height: 1 };
            if let Some(mut pen) = Pen::at(&mut buffer, area, row) {
                pen.put(&text, Style::new()).column(&text, 5, Style::new(), "~").right(&text, 4, Style::new());
                pen.rest(&text, 2, Style::new(), "~").fill("-", Style::new());
            }
            for cell_x in 0..12 {
                let outside = cell_x < x || cell_x >= x + width;
                for y in [0, 2] {
                    prop_assert_eq!(buffer[(cell_x, y)].symbol(), " ");
                }
                prop_assert!(!outside || buffer[(cell_x, 1)].symbol() == " ");
            }
        }

        #[test]
        fn wrapping_loses_nothing(text in "\\PC{0,80}", width in 1usize..30) {
            let lines = wrapped(&text, width);
            prop_assert_eq!(lines.concat(), text.clone());
            prop_assert!(lines.iter().all(|line| line.width() <= width.max(2) || line.chars().count() == 1));
        }
    }
}
