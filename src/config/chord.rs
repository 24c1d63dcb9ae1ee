//! Keys as people write them: `j`, `G`, `ctrl-d`, `enter`, `ctrl-x ctrl-e`.

use std::fmt;

/// A key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A character as typed (`G` is `shift-g`).
    Char(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tabulator.
    Tab,
    /// Shift and tabulator.
    BackTab,
    /// Erase to the left.
    Backspace,
    /// Erase to the right.
    Delete,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Start of the line or list.
    Home,
    /// End of the line or list.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// A key with its modifiers. Shift is part of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    /// The key.
    pub code: Code,
    /// Whether Control is held.
    pub ctrl: bool,
    /// Whether Alt is held.
    pub alt: bool,
}

const NAMED: &[(&str, Code)] = &[
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backtab", Code::BackTab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("space", Code::Char(' ')),
];

/// What a key may look like; follows "expected".
pub(super) const EXPECTED: &str = "a character, or enter, esc, tab, backtab, space, backspace, delete, up, down, left, right, home, end, pgup, pgdn, \
     with ctrl- or alt- before it, or two of them with a space between";

impl Chord {
    /// A plain key.
    #[must_use]
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// A character with Control.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true, alt: false }
    }

    /// Reads one key; `None` if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut chord = Self { code: Code::Esc, ctrl: false, alt: false };
        let mut rest = text;
        loop {
            if let Some(after) = strip(rest, "ctrl-").filter(|_| !chord.ctrl) {
                (chord.ctrl, rest) = (true, after);
            } else if let Some(after) = strip(rest, "alt-").filter(|_| !chord.alt) {
                (chord.alt, rest) = (true, after);
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        chord.code = match (chars.next(), chars.next()) {
            (Some(only), None) if !only.is_control() && only != ' ' => {
                // Terminals send the same byte for both cases of a letter with Control.
                Code::Char(if chord.ctrl { only.to_ascii_lowercase() } else { only })
            }
            _ => NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(rest))?.1,
        };
        Some(chord)
    }

    /// The key that terminals send the same byte for, if they do.
    #[must_use]
    pub const fn same_as(&self) -> Option<&'static str> {
        match self.code {
            Code::Char('m') if self.ctrl => Some("enter"),
            Code::Char('i') if self.ctrl => Some("tab"),
            Code::Char('[') if self.ctrl => Some("esc"),
            Code::Char('h') if self.ctrl => Some("backspace"),
            _ => None,
        }
    }

    /// Whether it is typed where text is edited.
    #[must_use]
    pub const fn is_typed(&self) -> bool {
        matches!(self.code, Code::Char(_)) && !self.ctrl && !self.alt
    }

    /// Reads one key or two in a row; `None` if it is neither.
    #[must_use]
    pub fn parse_sequence(text: &str) -> Option<Vec<Self>> {
        let chords: Option<Vec<Self>> = text.split_whitespace().map(Self::parse).collect();
        chords.filter(|chords| matches!(chords.len(), 1 | 2))
    }
}

/// The rest behind a modifier, if a key follows it.
fn strip<'t>(text: &'t str, modifier: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(modifier.len())?;
    (head.eq_ignore_ascii_case(modifier) && !rest.is_empty()).then_some(rest)
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        if self.alt {
            f.write_str("alt-")?;
        }
        match (NAMED.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Code::Char(c)) => write!(f, "{c}"),
            (None, _) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in
            ["j", "G", "ctrl-d", "alt-enter", "space", "ctrl-alt-x", "-", "ctrl--", "pgdn", "backtab", "$"]
        {
            assert_eq!(Chord::parse(text).map(|chord| chord.to_string()).as_deref(), Some(text), "{text}");
        }
        assert_eq!(Chord::parse("Ctrl-D"), Some(Chord::ctrl('d')));
        assert_eq!(Chord::parse("ENTER"), Some(Chord::plain(Code::Enter)));
    }

    #[test]
    fn what_is_no_key_is_none() {
        for text in ["", "ctrl-", "jj", "hyper-x", "ctrl-ctrl-x", "\u{7}"] {
            assert_eq!(Chord::parse(text), None, "{text:?}");
        }
        assert_eq!(Chord::parse_sequence("g g g"), None);
        assert_eq!(Chord::parse_sequence("ctrl-x ctrl-e").map(|keys| keys.len()), Some(2));
    }
}
