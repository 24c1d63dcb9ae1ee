//! Records over time: bars by level, the change, the cursor, a span being selected.

use crate::app::{Area, Column, Focus, State};
use crate::domain::Timestamp;
use crate::tui::pen::Pen;
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

/// Draws bars and, below them, times and marks.
pub(super) fn draw(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let columns = state.timeline.columns(usize::from(area.width));
    if columns.is_empty() {
        return empty(buffer, area, state, theme);
    }
    let rows = usize::from(area.height - 1).max(1);
    let bars = Area { height: u16::try_from(rows).unwrap_or(1), ..area };
    // Errors set the height where there are any: a flood of info lines must not hide them.
    let errors = columns.iter().map(|column| column.errors).max().unwrap_or(0);
    let value = |column: &Column| if errors > 0 { column.errors } else { column.total };
    let most = columns.iter().map(value).max().unwrap_or(1).max(1);
    let cells = rows as u64 * 8;
    for (x, column) in (area.x..).zip(&columns) {
        let value = value(column);
        let height = if value == 0 { 0 } else { (value * cells).div_ceil(most) };
        let style = column_style(state, column, errors > 0, theme);
        bar(buffer, Area { x, width: 1, ..bars }, height, column.total > 0, style, theme);
    }
    if area.height > 1 {
        axis(
            buffer,
            Area { y: area.y + area.height - 1, height: 1, ..area },
            state,
            theme,
            (errors > 0, most),
        );
    }
}

/// One bar, in eighths of a cell from the bottom.
fn bar(buffer: &mut Buffer, area: Area, height: u64, any: bool, style: Style, theme: &Theme) {
    for row in 0..area.height {
        let from_bottom = u64::from(area.height - 1 - row) * 8;
        let filled = height.saturating_sub(from_bottom).min(8);
        let glyph = theme.glyphs().bars.get(usize::try_from(filled).unwrap_or(0)).copied().unwrap_or(" ");
        // A time without errors and with records is told from a gap by a dot.
        let quiet = filled == 0 && from_bottom == 0 && any;
        let cell = Area { y: area.y + row, height: 1, ..area };
        if let Some(mut pen) = Pen::at(buffer, cell, 0) {
            if quiet {
                pen.put(if theme.ascii { "." } else { "·" }, patch(theme.dim, style));
            } else {
                pen.put(glyph, style);
            }
        }
    }
}

fn patch(style: Style, over: Style) -> Style {
    Style { bg: over.bg, add_modifier: style.add_modifier | over.add_modifier, ..style }
}

fn empty(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    let text = match (state.timeline.loading.is_some(), state.is_ready()) {
        (true, _) | (_, false) => "",
        _ => " these records have no times",
    };
    if let Some(mut pen) = Pen::at(buffer, area, 0) {
        pen.put(text, theme.dim);
    }
}

fn column_style(state: &State, column: &Column, errors: bool, theme: &Theme) -> Style {
    let mut style = if errors && column.errors > 0 {
        theme.error
    } else if column.warnings > 0 {
        theme.warn
    } else {
        theme.text
    };
    let holds = |at: Timestamp| column.start <= at && at < column.end;
    let selected =
        state.timeline.selected().is_some_and(|w| w.start() < column.end && column.start < w.end());
    if state.timeline.cursor.is_some_and(holds) || selected {
        style = style.add_modifier(Modifier::REVERSED);
    }
    style
}

/// Times under the bars, the change and the cursor where they are, the peak on the right.
fn axis(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme, (errors, most): (bool, u64)) {
    let Some(window) = state.timeline.window() else { return };
    let zone = state.zone();
    let show = |at| zone.format(at, crate::domain::moment::axis_clock(window.nanos()));
    let width = usize::from(area.width);
    let mut marks: Vec<(usize, String, Style)> = Vec::new();
    let what = if errors { "errors" } else { "records" };
    let peak = format!("peak {} {what} ", crate::domain::moment::count(most));
    let right = width.saturating_sub(peak.len());
    marks.push((right, peak, theme.dim));
    let mut mark = |at: Timestamp, text: String, style| {
        if let Some(column) = state.timeline.column_of(at, width) {
            let column = column.min(width.saturating_sub(text.chars().count()));
            let free = |(start, other, _): &(usize, String, Style)| {
                column > start + other.chars().count() || column + text.chars().count() < *start
            };
            if marks.iter().all(free) {
                marks.push((column, text, style));
            }
        }
    };
    if let Some(cursor) = state.timeline.cursor.filter(|_| state.focus == Focus::Timeline) {
        mark(cursor, format!("{}{}", theme.glyphs().change, zone.format(cursor, "%H:%M:%S")), theme.focus);
    }
    if let Some(changed) = state.changed_at() {
        mark(changed, format!("{}{} change", theme.glyphs().change, show(changed)), theme.new);
    }
    for part in 0..5 {
        let at = window.start().plus_nanos(window.nanos() / 5 * part);
        mark(at, show(at), theme.dim);
    }
    for (column, text, style) in marks {
        let spot = Area { x: area.x + u16::try_from(column).unwrap_or(0), ..area };
        let spot = Area { width: area.width.saturating_sub(spot.x - area.x), ..spot };
        if let Some(mut pen) = Pen::at(buffer, spot, 0) {
            pen.put(&text, style);
        }
    }
}

/// The timeline in one line of blocks, for small screens.
pub(super) fn strip(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    let columns = state.timeline.columns(usize::from(area.width));
    let errors = columns.iter().any(|column| column.errors > 0);
    let value = |column: &Column| if errors { column.errors } else { column.total };
    let most = columns.iter().map(value).max().unwrap_or(1).max(1);
    let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
    for column in &columns {
        let filled = usize::try_from((value(column) * 8).div_ceil(most)).unwrap_or(0);
        let glyph = theme.glyphs().bars.get(filled).copied().unwrap_or(" ");
        pen.put(glyph, column_style(state, column, errors, theme));
    }
}
