//! One record: what is around it, its message, pattern and fields, the bytes as they stand in the source.

use super::{frame, has_focus};
use crate::app::{Area, Detail, Focus, Item, RowBody, State};
use crate::domain::{Record, moment};
use crate::safety::{display_line, display_safe};
use crate::tui::pen::{Pen, wrapped};
use crate::tui::theme::{Theme, letter};
use ratatui::buffer::Buffer;
use ratatui::style::Style;

/// Longest text laid out, in bytes.
const LONGEST: usize = 64 * 1024;

/// A line of the pane and the item it belongs to.
struct Line {
    item: Item,
    label: String,
    text: String,
    style: Style,
}

/// Draws the open record.
pub(super) fn draw(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let Some(detail) = &state.detail else { return };
    let right = format!("{} around: {}", detail.wanted, detail.around.label());
    let body = frame(buffer, area, &title(state, detail), &right, has_focus(state, Focus::Detail), theme);
    let Some(record) = &detail.record else {
        if let Some(mut pen) = Pen::at(buffer, body, 0) {
            pen.put(
                if detail.loading.is_empty() { " this record cannot be read" } else { " reading .." },
                theme.dim,
            );
        }
        return;
    };
    let lines = lines(state, detail, record, usize::from(body.width).saturating_sub(14), theme);
    let item = detail.item();
    let height = usize::from(body.height);
    let first = lines.iter().position(|line| line.item == item).unwrap_or(0);
    let last = lines.iter().rposition(|line| line.item == item).unwrap_or(first);
    // The item under the cursor is visible, with what is around it.
    let mut top = (last + 1).saturating_sub(height);
    if first < height / 2 || lines.len() <= height {
        top = top.min(first.saturating_sub(height / 2));
    } else {
        top = top.max(first.saturating_sub(height / 2)).min(lines.len().saturating_sub(height));
    }
    top = (top + detail.offset).min(lines.len().saturating_sub(1));
    for (row, line) in (0..body.height).zip(lines.iter().skip(top)) {
        let Some(mut pen) = Pen::at(buffer, body, row) else { continue };
        pen.put(" ", theme.text).column(&line.label, 12, theme.dim, theme.glyphs().cut).put(" ", theme.text);
        pen.rest(&line.text, 0, line.style, theme.glyphs().cut);
        let starts = lines.get(top + usize::from(row)).is_some_and(|l| l.item == item);
        let before = (top + usize::from(row)).checked_sub(1).and_then(|at| lines.get(at));
        if starts && before.is_none_or(|before| before.item != item) {
            let style = if has_focus(state, Focus::Detail) { theme.selected } else { theme.resting };
            let spot = Area { y: body.y + row, height: 1, ..body };
            buffer.set_style(crate::tui::pen::rect(spot, buffer), style);
        }
    }
}

fn title(state: &State, detail: &Detail) -> String {
    let Some(record) = &detail.record else { return "record".to_owned() };
    let at = moment::full(record.ts, &state.zone());
    let source = display_line(record.source.as_bytes()).into_owned();
    format!("{} {at}  {source}:{}", record.service.as_deref().unwrap_or("record"), moment::count(record.line))
}

fn lines(state: &State, detail: &Detail, record: &Record, width: usize, theme: &Theme) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, record) in detail.before.iter().enumerate() {
        lines.push(neighbour(state, record, Item::Before(at), theme));
    }
    let level = record.level.map_or_else(|| "record".to_owned(), |level| level.to_string());
    let message = display_safe(clip(record.message.as_bytes())).replace('\t', "    ");
    let mut label = level;
    for line in message.lines() {
        for part in wrapped(line, width.max(10)) {
            let style = theme.level(record.level);
            lines.push(Line {
                item: Item::Message,
                label: std::mem::take(&mut label),
                text: part.to_owned(),
                style,
            });
        }
    }
    if message.is_empty() {
        lines.push(Line { item: Item::Message, label, text: String::new(), style: theme.text });
    }
    lines.push(Line {
        item: Item::Pattern,
        label: "pattern".to_owned(),
        text: pattern_text(state, record),
        style: theme.text,
    });
    if let Some(why) = &detail.why {
        lines.push(Line {
            item: Item::Pattern,
            label: "why here".to_owned(),
            text: why.clone(),
            style: theme.dim,
        });
    }
    for (at, field) in record.fields.iter().enumerate() {
        let mut label = display_line(field.name.as_bytes()).into_owned();
        let value = display_line(clip(field.value.as_bytes())).into_owned();
        for part in wrapped(&value, width.max(10)) {
            lines.push(Line {
                item: Item::Field(at),
                label: std::mem::take(&mut label),
                text: part.to_owned(),
                style: theme.name_style,
            });
        }
    }
    let raw = display_line(clip(&record.raw)).into_owned();
    let mut label = "raw".to_owned();
    for part in wrapped(&raw, width.max(10)) {
        lines.push(Line {
            item: Item::Raw,
            label: std::mem::take(&mut label),
            text: part.to_owned(),
            style: theme.dim,
        });
    }
    for (at, record) in detail.after.iter().enumerate() {
        lines.push(neighbour(state, record, Item::After(at), theme));
    }
    lines
}

fn pattern_text(state: &State, record: &Record) -> String {
    let rows = state.views.iter().flat_map(|view| view.list.rows());
    let known = rows.filter(|row| row.pattern() == Some(record.pattern)).find_map(|row| match &row.body {
        RowBody::Pattern(pattern) => Some(format!("{}  x{}", pattern.template, moment::count(pattern.count))),
        RowBody::Change(change) => Some(change.text.clone()),
        _ => None,
    });
    known.unwrap_or_else(|| format!("{}  Enter lists its records", record.pattern))
}

fn neighbour(state: &State, record: &Record, item: Item, theme: &Theme) -> Line {
    let at = record.ts.map_or_else(|| "-".to_owned(), |at| state.zone().format(at, "%H:%M:%S%.3f"));
    let service = record.service.as_deref().unwrap_or_default();
    let first = record.message.lines().next().unwrap_or_default();
    let message = display_line(clip(first.as_bytes())).into_owned();
    let text = format!("{} {service}  {message}", letter(record.level));
    Line { item, label: at, text, style: theme.level(record.level) }
}

fn clip(bytes: &[u8]) -> &[u8] {
    bytes.get(..LONGEST.min(bytes.len())).unwrap_or_default()
}
