//! Colours and glyphs: the only place that names either. Meaning never hangs on colour alone.

use crate::domain::Level;
use ratatui::style::{Color, Modifier, Style};

/// Names of the themes, in the order they are offered.
pub const THEMES: [&str; 6] = ["dark", "light", "contrast", "colorblind", "ansi16", "none"];

/// How things look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: &'static str,
    /// Ordinary text.
    pub text: Style,
    /// Less important text.
    pub dim: Style,
    /// Titles of panes.
    pub title: Style,
    /// The title of the pane that has the keyboard.
    pub focus: Style,
    /// Lines between panes.
    pub border: Style,
    /// The selected row, added to what it shows.
    pub selected: Style,
    /// The selected row of a pane without the keyboard.
    pub resting: Style,
    /// Errors.
    pub error: Style,
    /// Warnings.
    pub warn: Style,
    /// Something new.
    pub new: Style,
    /// Something that is better now.
    pub good: Style,
    /// Services and names.
    pub name_style: Style,
    /// What was searched for.
    pub found: Style,
    /// Keys in the key bar.
    pub key: Style,
    /// The header of a production profile.
    pub prod: Style,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
}

/// The glyphs of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// A horizontal line.
    pub across: &'static str,
    /// A vertical line.
    pub down: &'static str,
    /// A heading that is closed, and one that is open.
    pub folds: (&'static str, &'static str),
    /// The mark in front of the selected row.
    pub cursor: &'static str,
    /// Bars from empty to full.
    pub bars: [&'static str; 9],
    /// What was cut off.
    pub cut: &'static str,
    /// The mark of the change under the timeline.
    pub change: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    across: "─",
    down: "│",
    folds: ("▸", "▾"),
    cursor: "▌",
    bars: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    cut: "…",
    change: "▲",
};

const ASCII: Glyphs = Glyphs {
    across: "-",
    down: "|",
    folds: ("+", "-"),
    cursor: ">",
    bars: [" ", ".", ".", ":", ":", "|", "|", "#", "#"],
    cut: "~",
    change: "^",
};

impl Theme {
    /// The theme of this name; the dark one for a name nobody knows.
    #[must_use]
    pub fn named(name: &str, ascii: bool) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let fg = |color| plain.fg(color);
        let dark = Self {
            name: "dark",
            text: plain,
            dim: fg(Color::DarkGray),
            title: plain,
            focus: fg(Color::Cyan).add_modifier(Modifier::BOLD),
            border: fg(Color::DarkGray),
            selected: plain.fg(Color::Reset).bg(Color::Reset).add_modifier(Modifier::REVERSED),
            resting: plain.add_modifier(Modifier::UNDERLINED),
            error: fg(Color::Red),
            warn: fg(Color::Yellow),
            new: fg(Color::Red).add_modifier(Modifier::BOLD),
            good: fg(Color::Green),
            name_style: fg(Color::Cyan),
            found: plain.fg(Color::Black).bg(Color::Yellow),
            key: bold,
            prod: plain.fg(Color::White).bg(Color::Red).add_modifier(Modifier::BOLD),
            ascii,
        };
        match name {
            "light" => Self {
                name: "light",
                dim: fg(Color::Gray),
                focus: fg(Color::Blue).add_modifier(Modifier::BOLD),
                border: fg(Color::Gray),
                warn: fg(Color::Magenta),
                name_style: fg(Color::Blue),
                ..dark
            },
            "contrast" => Self {
                name: "contrast",
                dim: plain,
                border: plain,
                focus: bold.add_modifier(Modifier::REVERSED),
                error: fg(Color::LightRed).add_modifier(Modifier::BOLD),
                warn: fg(Color::LightYellow).add_modifier(Modifier::BOLD),
                good: fg(Color::LightGreen).add_modifier(Modifier::BOLD),
                name_style: bold,
                ..dark
            },
            // Blue and yellow are told apart with every common colour blindness.
            "colorblind" => Self {
                name: "colorblind",
                error: fg(Color::LightBlue).add_modifier(Modifier::BOLD),
                new: fg(Color::LightBlue).add_modifier(Modifier::BOLD),
                warn: fg(Color::Yellow),
                good: plain,
                name_style: plain.add_modifier(Modifier::UNDERLINED),
                ..dark
            },
            "ansi16" => Self { name: "ansi16", dim: plain, border: plain, ..dark },
            "none" => Self {
                name: "none",
                dim: plain,
                focus: bold.add_modifier(Modifier::UNDERLINED),
                border: plain,
                error: bold,
                warn: plain,
                new: bold,
                good: plain,
                name_style: plain,
                found: plain.add_modifier(Modifier::UNDERLINED),
                prod: bold.add_modifier(Modifier::REVERSED),
                ..dark
            },
            _ => dark,
        }
    }

    /// Its glyphs.
    #[must_use]
    pub const fn glyphs(&self) -> &'static Glyphs {
        if self.ascii { &ASCII } else { &UNICODE }
    }

    /// How a level looks.
    #[must_use]
    pub fn level(&self, level: Option<Level>) -> Style {
        match level {
            Some(level) if level >= Level::Error => self.error,
            Some(Level::Warn) => self.warn,
            Some(Level::Trace | Level::Debug) => self.dim,
            _ => self.text,
        }
    }
}

/// The letter of a level.
#[must_use]
pub(super) const fn letter(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::Fatal) => "F",
        Some(Level::Error) => "E",
        Some(Level::Warn) => "W",
        Some(Level::Notice) => "N",
        Some(Level::Info) => "I",
        Some(Level::Debug) => "D",
        Some(Level::Trace) => "T",
        None => "-",
    }
}
