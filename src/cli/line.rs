//! A line of output: pieces of text with styles. Untrusted text becomes safe when it is added, so a line cannot hold
//! a byte that a terminal would obey, whatever is put into it.

use crate::safety::{display_line, unescape};
use unicode_width::UnicodeWidthStr;

/// How a piece looks; colour never carries meaning alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Bold,
    Dim,
    Red,
    Yellow,
    Green,
    Cyan,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bold => "\x1b[1m",
            Self::Dim => "\x1b[2m",
            Self::Red => "\x1b[31m",
            Self::Yellow => "\x1b[33m",
            Self::Green => "\x1b[32m",
            Self::Cyan => "\x1b[36m",
        }
    }
}

/// With less room than this beside its columns, a text goes below them.
const LEAST_TEXT: usize = 40;

/// A line under construction.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pieces: Vec<(Style, String)>,
}

impl Line {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds text of any origin.
    pub(super) fn push(&mut self, style: Style, text: &str) -> &mut Self {
        self.push_bytes(style, text.as_bytes())
    }

    /// Adds text whose control characters were made visible before, without doing it twice.
    pub(super) fn push_visible(&mut self, style: Style, text: &str) -> &mut Self {
        self.push_bytes(style, &unescape(text))
    }

    /// Adds bytes of any origin; what is not UTF-8 is shown as `\xHH`.
    pub(super) fn push_bytes(&mut self, style: Style, bytes: &[u8]) -> &mut Self {
        self.pieces.push((style, display_line(bytes).into_owned()));
        self
    }

    /// Adds text in a column: padded on the right, or on the left for numbers; longer text is kept whole.
    pub(super) fn column(&mut self, style: Style, text: &str, width: usize, right: bool) -> &mut Self {
        let safe = display_line(text.as_bytes()).into_owned();
        let pad = " ".repeat(width.saturating_sub(safe.width()));
        let piece = if right { format!("{pad}{safe}") } else { format!("{safe}{pad}") };
        self.pieces.push((style, piece));
        self
    }

    /// Columns this line takes.
    pub(super) fn width(&self) -> usize {
        self.pieces.iter().map(|(_, text)| text.width()).sum()
    }

    /// These columns with `text` behind them, or below them where a terminal of `width` leaves it too little room.
    pub(super) fn with_text(mut self, text: Self, width: Option<usize>) -> Vec<Self> {
        let (lead, whole) = (self.width(), self.width() + text.width());
        if width.is_some_and(|width| whole > width && lead + LEAST_TEXT > width) {
            let mut below = Self::new();
            below.push(Style::Plain, "    ");
            below.pieces.extend(text.pieces);
            return vec![self, below];
        }
        self.pieces.extend(text.pieces);
        vec![self]
    }

    /// The bytes to write: with colour codes or without, cut to `columns` with an ellipsis if given, no line break.
    pub(super) fn render(&self, color: bool, columns: Option<usize>) -> String {
        let cut = columns.filter(|columns| self.width() > *columns);
        let mut left = cut.map_or(usize::MAX, |columns| columns.saturating_sub(1));
        let mut out = String::new();
        for (style, text) in &self.pieces {
            let shown = if cut.is_some() { prefix_of_width(text, left) } else { text };
            left = left.saturating_sub(shown.width());
            if color && *style != Style::Plain && !shown.is_empty() {
                out.push_str(style.code());
                out.push_str(shown);
                out.push_str("\x1b[0m");
            } else {
                out.push_str(shown);
            }
            if shown.len() < text.len() {
                break;
            }
        }
        if cut.is_some_and(|columns| columns > 0) {
            out.push('…');
        }
        let kept = out.trim_end_matches(' ').len();
        out.truncate(kept);
        out
    }
}

/// The longest part of `text` that takes at most `columns`.
fn prefix_of_width(text: &str, columns: usize) -> &str {
    let mut width = 0;
    for (at, grapheme) in unicode_segmentation::UnicodeSegmentation::grapheme_indices(text, true) {
        width += grapheme.width();
        if width > columns {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn line(text: &str) -> Line {
        let mut line = Line::new();
        line.push(Style::Red, text);
        line
    }

    #[test]
    fn hostile_bytes_are_shown_and_only_our_own_codes_are_written() {
        let shown = line("a\x1b[2Jb").render(true, None);
        assert_eq!(shown.matches('\x1b').count(), 2, "{shown:?}");
        assert!(!line("a\x1b[2Jb\r\n").render(false, None).contains(|c: char| c.is_control()));
    }

    #[rstest]
    #[case("short", 10, "short")]
    #[case("exactly10!", 10, "exactly10!")]
    #[case("longer than ten", 10, "longer th…")]
    #[case("漢字漢字漢字", 6, "漢字…")]
    #[case("anything", 1, "…")]
    #[case("anything", 0, "")]
    fn a_line_never_takes_more_columns_than_there_are(
        #[case] text: &str,
        #[case] columns: usize,
        #[case] shown: &str,
    ) {
        assert_eq!(line(text).render(false, Some(columns)), shown);
    }

    #[rstest]
    #[case("fits", Some(24), &["twelve wide fits"])]
    #[case("does not fit behind", Some(24), &["twelve wide", "    does not fit behind"])]
    #[case("does not fit behind, but has room there: cut", Some(52), &["twelve wide does not fit behind, but has room there…"])]
    #[case("does not fit behind", None, &["twelve wide does not fit behind"])]
    fn a_text_with_little_room_goes_below_its_columns(
        #[case] text: &str,
        #[case] width: Option<usize>,
        #[case] shown: &[&str],
    ) {
        let lines = line("twelve wide ").with_text(line(text), width);
        let rendered: Vec<String> = lines.iter().map(|line| line.render(false, width)).collect();
        assert_eq!(rendered, shown);
    }

    #[test]
    fn columns_align_by_width_not_by_bytes() {
        let mut row = Line::new();
        row.column(Style::Plain, "漢", 4, false).column(Style::Plain, "7", 3, true);
        assert_eq!(row.render(false, None), "漢    7");
    }
}
