//! What only the terminal side keeps: the text editor, rendered Markdown, a first key that waits for a second.

use super::markdown::{MarkdownStyles, Marks, Rendered, render};
use super::theme::Theme;
use crate::app::State;
use crate::config::Chord;
use crate::investigate::TurnId;
use ratatui::style::Modifier;
use tui_textarea::TextArea;

/// What only the terminal side keeps.
#[derive(Debug)]
pub(super) struct Ui {
    /// The editor of whatever text is open.
    pub(super) editor: TextArea<'static>,
    /// The text that was set last, to notice when another is open.
    seen: (u64, bool),
    /// A first key that waits for a second.
    pub(super) pending: Option<Chord>,
    /// The answer as lines.
    pub(super) markdown: Cache,
    /// How Markdown looks.
    pub(super) markdown_styles: MarkdownStyles,
}

impl Ui {
    pub(super) fn new(theme: &Theme) -> Self {
        Self {
            editor: TextArea::default(),
            seen: (u64::MAX, false),
            pending: None,
            markdown: Cache::default(),
            markdown_styles: styles(theme),
        }
    }

    /// Takes another theme over.
    pub(super) fn restyle(&mut self, theme: &Theme) {
        self.markdown_styles = styles(theme);
        self.markdown = Cache::default();
    }

    /// Takes over a text that was set by the core, or another input that was opened.
    pub(super) fn sync(&mut self, state: &State) {
        let now = (state.text_set, state.input.is_some());
        if now == self.seen {
            return;
        }
        self.seen = now;
        let text = state.text().unwrap_or(&state.draft);
        self.editor = TextArea::new(text.split('\n').map(str::to_owned).collect());
        self.editor.move_cursor(tui_textarea::CursorMove::Bottom);
        self.editor.move_cursor(tui_textarea::CursorMove::End);
    }

    /// The whole text of the editor.
    pub(super) fn text(&self) -> String {
        self.editor.lines().join("\n")
    }
}

fn styles(theme: &Theme) -> MarkdownStyles {
    MarkdownStyles {
        heading: theme.focus,
        strong: theme.text.add_modifier(Modifier::BOLD),
        emphasis: theme.text.add_modifier(Modifier::ITALIC),
        code: theme.name_style,
        quote: theme.dim,
        link: theme.text.add_modifier(Modifier::UNDERLINED),
        citation: theme.name_style.add_modifier(Modifier::BOLD),
        focused_citation: theme.selected,
        struck: theme.dim.add_modifier(Modifier::CROSSED_OUT),
        dim: theme.dim,
    }
}

/// The last rendered answer: rendered again only when something it depends on changed.
#[derive(Debug, Default)]
pub(super) struct Cache {
    key: Option<(TurnId, usize, u16, Option<usize>, bool)>,
    rendered: Rendered,
}

impl Cache {
    pub(super) fn render(&mut self, turn: TurnId, text: &str, width: u16, marks: &Marks<'_>) -> &Rendered {
        let key = Some((turn, text.len(), width, marks.focused, marks.streaming));
        if self.key != key {
            self.key = key;
            self.rendered = render(text, width, marks);
        }
        &self.rendered
    }
}
