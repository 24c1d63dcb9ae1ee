//! The question being written, or another one-line input; what it will be asked about.

use crate::app::{Area, Focus, State};
use crate::config::{Action, Place};
use crate::domain::moment;
use crate::tui::pen::Pen;
use crate::tui::theme::Theme;
use crate::tui::ui::Ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use unicode_width::UnicodeWidthStr;

/// Draws it; where the cursor is, if it is being written.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Area,
    state: &State,
    ui: &Ui,
    theme: &Theme,
) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let editing = state.text().is_some();
    let area = chips(buffer, area, state, theme);
    let label = state.input.as_ref().map_or(">", |input| input.label());
    let style = if editing { theme.focus } else { theme.dim };
    let pad = label.width() + 2;
    if let Some(mut pen) = Pen::at(buffer, area, 0) {
        pen.put(" ", style).put(label, style).put(" ", style);
    }
    let right = hint(state);
    if !editing {
        let (text, style) = if state.draft.is_empty() {
            (idle(state), theme.dim)
        } else {
            (state.draft.lines().next().unwrap_or_default().to_owned(), theme.text)
        };
        if let Some(mut pen) = Pen::at(buffer, area, 0) {
            pen.skip(pad).put(&text, style).end(&right, theme.dim);
        }
        return None;
    }
    Some(edited(buffer, area, pad, &right, ui, theme))
}

/// What a short question will be asked as, on the last line; what is left for the text.
fn chips(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) -> Area {
    let completed = state.completed.as_ref().filter(|_| state.input.is_none() && !state.uncompleted);
    let Some(completed) = completed.filter(|_| area.height > 1) else { return area };
    let height = area.height - 1;
    if let Some(mut pen) = Pen::at(buffer, area, height) {
        let key = state.keys.label(Place::Prompt, Action::DropChip).unwrap_or_default();
        pen.put("   asked as: ", theme.dim).put(completed, theme.name_style);
        pen.put(&format!("  ({key}: as typed)"), theme.dim);
    }
    Area { height, ..area }
}

/// The text that is being edited; where its cursor is.
fn edited(buffer: &mut Buffer, area: Area, pad: usize, right: &str, ui: &Ui, theme: &Theme) -> Position {
    let lines = ui.editor.lines();
    let tui_textarea::DataCursor(row, column) = ui.editor.cursor();
    let height = usize::from(area.height);
    let top = (row + 1).saturating_sub(height);
    let width = usize::from(area.width).saturating_sub(pad + 1);
    let current = lines.get(row).map_or("", String::as_str);
    let before: String = current.chars().take(column).collect();
    // The line scrolls sideways so that the cursor stays visible.
    let sideways = (before.width() + 1).saturating_sub(width);
    for (at, line) in (0..area.height).zip(lines.iter().skip(top)) {
        if let Some(mut pen) = Pen::at(buffer, area, at) {
            let line = crate::safety::display_line(line.as_bytes());
            pen.skip(pad).rest(
                &line,
                if top + usize::from(at) == row { sideways } else { 0 },
                theme.text,
                "",
            );
            if at == 0 && lines.len() == 1 {
                pen = match Pen::at(buffer, area, 0) {
                    Some(pen) => pen,
                    None => continue,
                };
                pen.skip(pad + line.width().min(width) + 1).end(right, theme.dim);
            }
        }
    }
    let x = area.x + u16::try_from(pad + before.width() - sideways).unwrap_or(0);
    let y = area.y + u16::try_from(row - top).unwrap_or(0);
    Position { x: x.min(area.x + area.width.saturating_sub(1)), y: y.min(area.y + area.height - 1) }
}

fn idle(state: &State) -> String {
    let key = state.keys.label(Place::List, Action::Prompt).unwrap_or_default();
    if state.current_turn().is_some() {
        format!("{key} to ask more")
    } else {
        format!("{key} to ask what broke, or Enter on a row")
    }
}

/// What the question will be asked about, and what it costs: said while it is written, before it is sent.
fn hint(state: &State) -> String {
    if state.input.is_some() || state.focus != Focus::Prompt {
        return String::new();
    }
    let window = match (&state.window, state.span()) {
        (None, Some(span)) => format!("  window all {}", super::header::length(&span)),
        (Some(window), _) if state.size.0 >= 100 => {
            format!("  window {}", moment::window(window, &state.zone()))
        }
        (Some(window), _) => format!("  window {}", super::header::length(window)),
        (None, None) => String::new(),
    };
    let about = match &state.filters.service {
        Some(service) => format!("about: {service}  "),
        None if state.completed.is_some() && !state.uncompleted => "about: the question before  ".to_owned(),
        None => String::new(),
    };
    format!("{about}free{window} ")
}
