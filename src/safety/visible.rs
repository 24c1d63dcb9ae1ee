//! Which characters a reader sees as themselves.
//!
//! One classification for everything that leaves the program: the terminal, JSON and the model get the same answer.

use unicode_general_category::{GeneralCategory, get_general_category};

/// Combining marks shown on one base before further ones are spelled out.
const MARKS_PER_BASE: u8 = 4;

/// What the characters so far allow the next one to do; one per text, characters fed in order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sight {
    /// The last shown character can carry marks, and whether it is one of the emoji bases.
    base: Base,
    marks: u8,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Base {
    #[default]
    None,
    Letter,
    Symbol,
}

impl Sight {
    /// Forgets the base: after a line break or an escape the next mark has nothing to stand on.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Notes ASCII text ending in `last`.
    pub(crate) fn ascii(&mut self, last: u8) {
        self.marks = 0;
        // `1`, `#` and `*` become keycaps with a presentation selector.
        self.base = match last {
            b'0'..=b'9' | b'#' | b'*' => Base::Symbol,
            b' '..=b'~' => Base::Letter,
            _ => Base::None,
        };
    }

    /// Whether a non-ASCII character is shown as itself here.
    pub(crate) fn shows(&mut self, c: char) -> bool {
        use GeneralCategory as G;
        if is_blank_by_design(c) {
            self.reset();
            return false;
        }
        match get_general_category(c) {
            G::Control
            | G::Format
            | G::LineSeparator
            | G::ParagraphSeparator
            | G::PrivateUse
            | G::Surrogate
            | G::Unassigned => {
                self.reset();
                false
            }
            G::NonspacingMark | G::EnclosingMark | G::SpacingMark => self.shows_mark(c),
            G::OtherSymbol => self.stand_on(Base::Symbol),
            _ => self.stand_on(Base::Letter),
        }
    }

    fn stand_on(&mut self, base: Base) -> bool {
        *self = Self { base, marks: 0 };
        true
    }

    fn shows_mark(&mut self, c: char) -> bool {
        let shown = match c {
            // A presentation selector is part of an emoji, once; anywhere else it is a hidden bit.
            '\u{fe0e}' | '\u{fe0f}' => self.base == Base::Symbol && self.marks == 0,
            '\u{fe00}'..='\u{fe0d}' | '\u{e0100}'..='\u{e01ef}' => false,
            _ => self.base != Base::None && self.marks < MARKS_PER_BASE,
        };
        if shown {
            self.marks += 1;
        }
        shown
    }
}

/// Characters of visible categories that draw nothing: fillers, the grapheme joiner, the empty Braille cell.
fn is_blank_by_design(c: char) -> bool {
    matches!(
        c,
        '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'
            ..='\u{180f}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{1d159}'
    )
}

/// Whether an ASCII byte is a control the terminal would obey; newline and tab are layout, not control.
pub(crate) fn is_ascii_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 11..=31 | 127)
}
