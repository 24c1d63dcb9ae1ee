//! One record: what is around it, its message, pattern and fields, the bytes as they stand in the source.

use super::{frame, has_focus};
use crate::app::{Area, Detail, Focus, Item, State};
use crate::domain::{Record, moment};
use crate::port::Part;
use crate::safety::{display_line, display_safe};
use crate::tui::pen::{Pen, wrapped};
use crate::tui::theme::{Theme, letter};
use ratatui::buffer::Buffer;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// Longest text laid out, in bytes.
const LONGEST: usize = 64 * 1024;

/// A line of the pane and the item it belongs to.
struct Line {
    item: Item,
    label: String,
    text: String,
    style: Style,
    /// What is said of it behind the text.
    aside: String,
    /// Whether it is a line between the record and what is around it.
    rule: bool,
}

impl Line {
    /// A line with a word in it; it belongs to the item above, so that the cursor never stands on it.
    fn rule(above: Item, word: &str, theme: &Theme) -> Self {
        Self {
            item: above,
            label: String::new(),
            text: word.to_owned(),
            style: theme.border,
            rule: true,
            aside: String::new(),
        }
    }
}

/// Draws the open record.
pub(super) fn draw(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let Some(detail) = &state.detail else { return };
    let right = format!("{} around, {}", detail.wanted, detail.around.label());
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
    let top = first_line(detail, &lines, usize::from(body.height));
    for (row, line) in (0..body.height).zip(lines.iter().skip(top)) {
        let Some(pen) = Pen::at(buffer, body, row) else { continue };
        put(pen, line, theme);
        let starts = lines.get(top + usize::from(row)).is_some_and(|l| l.item == item);
        let before = (top + usize::from(row)).checked_sub(1).and_then(|at| lines.get(at));
        if starts && before.is_none_or(|before| before.item != item) {
            let style = if has_focus(state, Focus::Detail) { theme.selected } else { theme.resting };
            let spot = Area { y: body.y + row, height: 1, ..body };
            buffer.set_style(crate::tui::pen::rect(spot, buffer), style);
        }
    }
}

/// Writes one line of the pane.
fn put(mut pen: Pen<'_>, line: &Line, theme: &Theme) {
    let glyphs = theme.glyphs();
    if line.rule {
        pen.put(" ", theme.text).put(glyphs.across, line.style).put(&format!(" {} ", line.text), theme.dim);
        pen.fill(glyphs.across, line.style);
        return;
    }
    pen.put(" ", theme.text).column(&line.label, 12, theme.dim, glyphs.cut).put(" ", theme.text);
    if line.aside.is_empty() {
        pen.rest(&line.text, 0, line.style, glyphs.cut);
    } else {
        let gap = if line.text.is_empty() { "" } else { "  " };
        pen.put(&line.text, line.style).put(gap, line.style).put(&line.aside, theme.dim);
    }
}

/// The first visible line: the item under the cursor is visible, with what is around it.
fn first_line(detail: &Detail, lines: &[Line], height: usize) -> usize {
    let item = detail.item();
    let first = lines.iter().position(|line| line.item == item).unwrap_or(0);
    let last = lines.iter().rposition(|line| line.item == item).unwrap_or(first);
    let mut top = (last + 1).saturating_sub(height);
    if first < height / 2 || lines.len() <= height {
        top = top.min(first.saturating_sub(height / 2));
    } else {
        top = top.max(first.saturating_sub(height / 2)).min(lines.len().saturating_sub(height));
    }
    (top + detail.offset).min(lines.len().saturating_sub(1))
}

fn title(state: &State, detail: &Detail) -> String {
    let Some(record) = &detail.record else { return "record".to_owned() };
    let zone = state.zone();
    let pattern = moment::detail_clock(state.span().map_or(0, |window| window.nanos()));
    let at = record.ts.map_or_else(|| "no time".to_owned(), |at| zone.format(at, pattern));
    let source = display_line(record.source.as_bytes()).into_owned();
    format!("{} {at}  {source}:{}", record.service.as_deref().unwrap_or("record"), moment::count(record.line))
}

fn lines(state: &State, detail: &Detail, record: &Record, width: usize, theme: &Theme) -> Vec<Line> {
    let width = width.max(10);
    let before = detail.before.iter().enumerate();
    let mut lines: Vec<Line> =
        before.map(|(at, record)| neighbour(state, record, Item::Before(at), theme)).collect();
    if let Some(last) = detail.before.len().checked_sub(1) {
        lines.push(Line::rule(Item::Before(last), "before", theme));
    }
    let level = record.level.map_or_else(|| "record".to_owned(), |level| level.to_string());
    let message = display_safe(clip(record.message.as_bytes())).replace('\t', "    ");
    paragraph(&mut lines, &Item::Message, &level, &message, width, theme.level(record.level));
    paragraph(&mut lines, &Item::Pattern, "pattern", &pattern_text(state, detail, record), width, theme.text);
    if let Some(why) = &detail.why {
        paragraph(&mut lines, &Item::Pattern, "why here", why, width, theme.dim);
    }
    for (at, field) in record.fields.iter().enumerate() {
        let name = display_line(field.name.as_bytes());
        let value = display_line(clip(field.value.as_bytes()));
        paragraph(&mut lines, &Item::Field(at), &name, &value, width, theme.name_style);
        if let Some(asides) = aside(detail, at) {
            beside(&mut lines, asides, width);
        }
    }
    if let Some(note) =
        state.pins.iter().find(|pin| pin.record.id == record.id).and_then(|pin| pin.note.as_ref())
    {
        paragraph(&mut lines, &Item::Message, "note", &display_line(note.as_bytes()), width, theme.focus);
    }
    paragraph(&mut lines, &Item::Raw, "raw", &display_line(clip(&record.raw)), width, theme.dim);
    if !detail.after.is_empty() {
        lines.push(Line::rule(Item::Raw, "after", theme));
    }
    let after = detail.after.iter().enumerate();
    lines.extend(after.map(|(at, record)| neighbour(state, record, Item::After(at), theme)));
    lines
}

/// A text of several lines, wrapped; its label stands in front of the first.
fn paragraph(lines: &mut Vec<Line>, item: &Item, label: &str, text: &str, width: usize, style: Style) {
    let mut label = label.to_owned();
    let text = if text.is_empty() { " " } else { text };
    for part in text.lines().flat_map(|line| wrapped(line, width)) {
        lines.push(Line {
            item: item.clone(),
            label: std::mem::take(&mut label),
            text: part.to_owned(),
            style,
            rule: false,
            aside: String::new(),
        });
    }
}

/// How common a value is, or where else the id of a request is found: in full, and for where there is less room. Of a
/// value that hardly any other record has there is nothing to say.
fn aside(detail: &Detail, at: usize) -> Option<[String; 2]> {
    if let Some((_, count)) = detail.elsewhere.filter(|(field, _)| *field == at) {
        let count = moment::count(count);
        return Some([format!("{count} records elsewhere"), format!("{count} elsewhere")]);
    }
    let common = detail.standing.as_ref()?.fields.get(at).filter(|common| told(common.pattern))?;
    let (pattern, all) = (percent(common.pattern), percent(common.all));
    Some([format!("{pattern} of this pattern, {all} of all"), format!("{pattern} here, {all} of all")])
}

/// Whether more than one record, and at least one in a hundred, has a value.
const fn told(part: Part) -> bool {
    part.n > 1 && part.n as u64 * 100 >= part.of as u64
}

/// A share by sample: the record itself has the value, so it is never none.
fn percent(part: Part) -> String {
    match u64::from(part.n) * 100 / u64::from(part.of.max(1)) {
        0 => "<1 %".to_owned(),
        share => format!("{share} %"),
    }
}

/// Puts a remark behind the last line of a paragraph, the longer one where it fits, or the shorter one below it.
fn beside(lines: &mut Vec<Line>, asides: [String; 2], width: usize) {
    let Some(last) = lines.last_mut() else { return };
    let taken = last.text.width() + 2;
    let [long, short] = asides;
    if taken + long.width() <= width {
        last.aside = long;
    } else if taken + short.width() <= width {
        last.aside = short;
    } else {
        let (item, style) = (last.item.clone(), last.style);
        lines.push(Line {
            item,
            label: String::new(),
            text: String::new(),
            style,
            rule: false,
            aside: short,
        });
    }
}

/// The pattern, how often it is in the window, and what the comparison says of it.
fn pattern_text(state: &State, detail: &Detail, record: &Record) -> String {
    let Some(standing) = &detail.standing else { return "Enter lists its records".to_owned() };
    let template = display_line(standing.template.as_bytes());
    let change = state.change_of(record.pattern).map_or_else(String::new, |change| {
        let clock = moment::record_clock(state.span().map_or(0, |window| window.nanos()));
        let clock = clock.trim_end_matches("%.3f");
        format!(", {} since {}", change.kind.as_str(), state.zone().format(change.span.start(), clock))
    });
    format!("{template}  x{}{change}", moment::count(standing.count))
}

fn neighbour(state: &State, record: &Record, item: Item, theme: &Theme) -> Line {
    let at = record.ts.map_or_else(|| "-".to_owned(), |at| state.zone().format(at, "%H:%M:%S%.3f"));
    let service = record.service.as_deref().unwrap_or_default();
    let first = record.message.lines().next().unwrap_or_default();
    let message = display_line(clip(first.as_bytes())).into_owned();
    let text = format!("{} {service}  {message}", letter(record.level));
    Line { item, label: at, text, style: theme.level(record.level), rule: false, aside: String::new() }
}

fn clip(bytes: &[u8]) -> &[u8] {
    bytes.get(..LONGEST.min(bytes.len())).unwrap_or_default()
}
