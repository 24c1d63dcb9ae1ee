//! Lists that lie over the screen: choices, or text to read.

use crate::config::{Action, Place};
use crate::domain::TimeWindow;

/// What an overlay shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OverlayKind {
    /// The keys of a place.
    Help(Place),
    /// Every action.
    Palette,
    /// Windows to choose from.
    Time,
    /// Earlier questions.
    History,
    /// Saved cases.
    Cases,
    /// Spend, times and limits.
    Usage,
    /// Themes.
    Themes,
    /// What was or would be sent.
    Outgoing,
}

impl OverlayKind {
    /// Its title.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Help(_) => "keys",
            Self::Palette => "do",
            Self::Time => "window",
            Self::History => "asked before",
            Self::Cases => "cases",
            Self::Usage => "spend and limits",
            Self::Themes => "themes",
            Self::Outgoing => "exactly what is sent",
        }
    }
}

/// What choosing a line does.
#[derive(Clone, Debug, PartialEq)]
pub enum Pick {
    /// Nothing: it is there to be read.
    Nothing,
    /// An action.
    Do(Action),
    /// A window; `None`: all there is.
    Window(Option<TimeWindow>),
    /// A question to write.
    Question(String),
    /// A case to open.
    Case(String),
    /// A theme.
    Theme(String),
}

/// A line of an overlay.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// On the left.
    pub label: String,
    /// Beside it.
    pub detail: String,
    /// What choosing it does.
    pub pick: Pick,
}

impl Choice {
    /// A line to be read.
    #[must_use]
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), detail: String::new(), pick: Pick::Nothing }
    }

    /// A line to choose.
    #[must_use]
    pub fn new(label: impl Into<String>, detail: impl Into<String>, pick: Pick) -> Self {
        Self { label: label.into(), detail: detail.into(), pick }
    }
}

/// A list over the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    /// What it shows.
    pub kind: OverlayKind,
    /// Its lines.
    pub choices: Vec<Choice>,
    /// The line the cursor stands on.
    pub cursor: usize,
    /// First visible line.
    pub offset: usize,
}

impl Overlay {
    /// An overlay with its cursor on the first line that can be chosen.
    #[must_use]
    pub fn new(kind: OverlayKind, choices: Vec<Choice>) -> Self {
        let cursor = choices.iter().position(|choice| choice.pick != Pick::Nothing).unwrap_or(0);
        Self { kind, choices, cursor, offset: 0 }
    }

    /// Whether there is something to choose; otherwise it is text.
    #[must_use]
    pub fn is_menu(&self) -> bool {
        self.choices.iter().any(|choice| choice.pick != Pick::Nothing)
    }

    /// The line under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&Choice> {
        self.choices.get(self.cursor)
    }

    /// Moves by some lines: the cursor in a menu, the text otherwise. `height` lines are visible.
    pub fn move_by(&mut self, by: isize, height: usize) {
        let last = self.choices.len().saturating_sub(1);
        if self.is_menu() {
            self.cursor = self.cursor.saturating_add_signed(by).min(last);
            self.offset = self.offset.min(self.cursor).max((self.cursor + 1).saturating_sub(height.max(1)));
        } else {
            self.offset =
                self.offset.saturating_add_signed(by).min(self.choices.len().saturating_sub(height));
        }
    }
}
