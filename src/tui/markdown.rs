//! An answer's Markdown as lines of a terminal: wrapped, styled, its citations marked and findable.
//!
//! ```text
//! text -> guarded (citations one character each, nothing to decode) -> events -> runs -> wrapped lines
//! ```
//!
//! Text has passed `safety::display_safe`; what that spelled out stays spelled out: no entity, no HTML and no link
//! definition is ever interpreted, and no sequence of a terminal is made of anything. Line breaks and blank lines of the
//! source stay, so that a line once shown does not move while more is written. Takes time in proportion to the text;
//! the caller keeps the result until text, width or focus change.

mod guard;
mod nesting;
mod streaming;
mod table;
mod wrap;
mod writer;

use crate::domain::Citation;
use guard::Guarded;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use writer::Writer;

/// Longest text read as Markdown, in bytes; what follows is shown as it stands. No answer comes near it.
const LONGEST: usize = 1024 * 1024;

/// How the parts of an answer look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MarkdownStyles {
    /// Headings, with their marks.
    pub heading: Style,
    /// Strong text and table headings.
    pub strong: Style,
    /// Emphasised text.
    pub emphasis: Style,
    /// Code; without any style its quotes are shown.
    pub code: Style,
    /// Quoted blocks.
    pub quote: Style,
    /// Text of links.
    pub link: Style,
    /// A citation.
    pub citation: Style,
    /// The citation the cursor stands on.
    pub focused_citation: Style,
    /// What failed the check; a word says it too.
    pub struck: Style,
    /// Addresses, rules, bars and what was cut.
    pub dim: Style,
}

impl Default for MarkdownStyles {
    /// No colours.
    fn default() -> Self {
        let with = |modifier| Style::new().add_modifier(modifier);
        Self {
            heading: with(Modifier::BOLD),
            strong: with(Modifier::BOLD),
            emphasis: with(Modifier::ITALIC),
            code: Style::new(),
            quote: Style::new(),
            link: with(Modifier::UNDERLINED),
            citation: with(Modifier::BOLD),
            focused_citation: with(Modifier::REVERSED),
            struck: with(Modifier::CROSSED_OUT),
            dim: with(Modifier::DIM),
        }
    }
}

/// What is known about an answer beside its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks<'a> {
    /// The checked citations in order of appearance; empty before the check.
    pub citations: &'a [Citation],
    /// The one the cursor stands on.
    pub focused: Option<usize>,
    /// Whether more text may follow: the last line is then shown as it stands until it is whole, a table until it ends.
    pub streaming: bool,
    /// How it looks.
    pub styles: &'a MarkdownStyles,
}

/// An answer as lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rendered {
    /// The lines, none wider than asked for.
    pub lines: Vec<Line<'static>>,
    /// The line each citation stands on, in order of appearance.
    pub citations: Vec<usize>,
}

/// Renders `text` for `width` columns (at least one).
pub(super) fn render(text: &str, width: u16, marks: &Marks<'_>) -> Rendered {
    let whole = if marks.streaming { streaming::whole(text) } else { text.len() };
    let whole = if whole > LONGEST { line_end(text, LONGEST) } else { whole };
    let guarded = Guarded::new(text, whole, marks.citations);
    let mut writer = Writer::new(&guarded, usize::from(width.max(1)), marks);
    writer.markdown();
    writer.plain();
    writer.finish()
}

/// The end of the last whole line in the first `most` bytes, else the last boundary there.
fn line_end(text: &str, most: usize) -> usize {
    let cut = text.floor_char_boundary(most);
    text[..cut].rfind('\n').map_or(cut, |at| at + 1)
}

#[cfg(test)]
mod tests;
