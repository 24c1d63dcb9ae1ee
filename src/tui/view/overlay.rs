//! Menus and texts over the screen.

use super::frame;
use crate::app::{Area, Layout, Overlay, OverlayKind, State};
use crate::tui::pen::Pen;
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

/// Draws the one on top.
pub(super) fn draw(buffer: &mut Buffer, layout: Layout, state: &State, theme: &Theme) {
    let Some(overlay) = state.overlays.last() else { return };
    let bottom = if state.input.is_some() { layout.prompt.y } else { layout.whole.height.saturating_sub(1) };
    let area = place(overlay, Area { height: bottom, ..layout.whole });
    let blank = " ".repeat(usize::from(area.width));
    for row in 0..area.height {
        if let Some(mut pen) = Pen::at(buffer, area, row) {
            pen.put(&blank, theme.text);
        }
        let inside = crate::tui::pen::rect(Area { y: area.y + row, height: 1, ..area }, buffer);
        for x in inside.left()..inside.right() {
            if let Some(cell) = buffer.cell_mut((x, inside.y)) {
                cell.reset();
            }
        }
    }
    let title = match &overlay.kind {
        OverlayKind::Help(place) => format!("keys: {}", place.heading()),
        kind => kind.title().to_owned(),
    };
    let right = format!("{} lines", overlay.choices.len());
    let body = frame(buffer, area, &title, &right, true, theme);
    let menu = overlay.is_menu();
    let lines = overlay.choices.iter().enumerate().skip(overlay.offset);
    for (row, (at, choice)) in (0..body.height).zip(lines) {
        if let Some(mut pen) = Pen::at(buffer, body, row) {
            let style = if choice.label.starts_with("--") { theme.focus } else { theme.text };
            pen.put(" ", style).put(&choice.label, style);
            if !choice.detail.is_empty() {
                pen.put("  ", theme.dim).rest(&choice.detail, 0, theme.dim, theme.glyphs().cut);
            }
        }
        if menu && at == overlay.cursor {
            let spot = Area { y: body.y + row, height: 1, ..body };
            buffer.set_style(crate::tui::pen::rect(spot, buffer), theme.selected);
        }
    }
}

/// As wide and tall as it needs to be, in the middle; from the bottom up where an input belongs to it.
fn place(overlay: &Overlay, whole: Area) -> Area {
    let widest = overlay.choices.iter().map(|choice| choice.label.width() + choice.detail.width() + 4).max();
    let width = u16::try_from(widest.unwrap_or(0)).unwrap_or(u16::MAX).clamp(40, 110).min(whole.width);
    let lines = u16::try_from(overlay.choices.len()).unwrap_or(u16::MAX).max(1);
    let height = lines.saturating_add(1).min(whole.height.saturating_sub(1)).max(1);
    let x = (whole.width - width) / 2;
    let with_input = matches!(overlay.kind, OverlayKind::Palette | OverlayKind::Time | OverlayKind::History);
    let y = if with_input { whole.height - height } else { (whole.height - height) / 2 };
    Area { x, y, width, height: height.min(whole.height) }
}
