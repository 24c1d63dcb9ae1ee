//! The screen, drawn from the state: one file per pane, none changes anything.
//!
//! ```text
//!  watchfire  ./logs (8 files)  14:02:00 to 14:47:00 UTC  45m   50,412 records  214 patterns                 local
//!   ▁▁ ▂▁   ▁▃▇████▇▇▆                                                       errors/min  peak 412 at 14:31
//! ─ worse since 14:27 ──────────────────────┬─ answer ────────────────────┬─ spend ──────────
//!   rows                                    │ text                        │ free: analyst
//! > i to ask what broke, or Enter on a row
//!  Enter open  b broke  / find  t time  i ask  ? help
//! ```

mod answer;
mod bar;
mod detail;
mod header;
mod overlay;
mod prompt;
mod rows;
mod sidebar;
mod timeline;
mod titles;

use super::pen::Pen;
use super::theme::Theme;
use super::ui::Ui;
use crate::app::{Area, Focus, SMALLEST, State};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Draws everything; the place of the cursor, if text is being edited.
pub(super) fn draw(buffer: &mut Buffer, state: &State, ui: &mut Ui, theme: &Theme) -> Option<Position> {
    let layout = state.layout();
    if layout.too_small {
        too_small(buffer, layout.whole, state, theme);
        return None;
    }
    header::draw(buffer, layout.header, state, theme);
    timeline::draw(buffer, layout.timeline, state, theme);
    rows::draw(buffer, layout.list, state, theme);
    answer::draw(buffer, layout.answer, state, ui, theme);
    detail::draw(buffer, layout.detail, state, theme);
    sidebar::draw(buffer, layout.sidebar, state, theme);
    sidebar::filters(buffer, layout.filters, state, theme);
    sidebar::notice(buffer, layout.notice, state, theme);
    sidebar::status(buffer, layout.status, state, theme);
    let cursor = prompt::draw(buffer, layout.prompt, state, ui, theme);
    bar::draw(buffer, layout.bar, state, theme);
    overlay::draw(buffer, layout, state, theme);
    cursor
}

/// The title line of a pane: `─ title ───── right ─`, and the line on its left where another pane stands there.
fn frame(buffer: &mut Buffer, area: Area, title: &str, right: &str, focused: bool, theme: &Theme) -> Area {
    let glyphs = theme.glyphs();
    if let Some(mut pen) = Pen::at(buffer, area, 0) {
        pen.put(glyphs.across, theme.border).put(" ", theme.border);
        let room = pen.left().saturating_sub(2);
        let title: String = super::pen::skip_columns(title, 0).chars().take(room).collect();
        pen.put(&title, if focused { theme.focus } else { theme.title }).put(" ", theme.border);
        let start = pen.x();
        pen.fill(glyphs.across, theme.border);
        if !right.is_empty() {
            let text = format!(" {right} ");
            let width =
                u16::try_from(unicode_width::UnicodeWidthStr::width(text.as_str())).unwrap_or(u16::MAX);
            let end = (area.x + area.width).saturating_sub(1);
            if end > start.saturating_add(width) {
                let spot = Area { x: end - width, y: area.y, width, height: 1 };
                if let Some(mut pen) = Pen::at(buffer, spot, 0) {
                    pen.put(&text, theme.dim);
                }
            }
        }
    }
    let body = area.body();
    if area.x == 0 || body.is_empty() {
        return body;
    }
    for row in 0..body.height {
        if let Some(mut pen) = Pen::at(buffer, body, row) {
            pen.put(glyphs.down, theme.border);
        }
    }
    Area { x: body.x + 1, width: body.width - 1, ..body }
}

fn too_small(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    let running = if state.running().is_some() { "a question runs, free" } else { "nothing runs" };
    let wanted = format!("{}x{} or more, please", SMALLEST.0, SMALLEST.1);
    let lines = [wanted.as_str(), running];
    let top = area.height.saturating_sub(2) / 2;
    for (row, line) in (top..).zip(lines) {
        if let Some(mut pen) = Pen::at(buffer, area, row) {
            let pad = pen.left().saturating_sub(line.len()) / 2;
            pen.skip(pad).put(line, theme.text);
        }
    }
}

/// Whether a pane has the keyboard.
fn has_focus(state: &State, pane: Focus) -> bool {
    state.focus == pane && state.input.is_none() && state.overlays.is_empty()
}
