//! The list: changes, patterns, records, hits, evidence, sources; or what to say where there is nothing.

use super::titles::{position, title};
use super::{frame, has_focus};
use crate::app::{
    Apart, Area, ChangeRow, EVIDENCE_INDENT, EVIDENCE_LINES, EvidenceLine, Focus, LogPhase, Mark, PatternRow,
    RAW_INDENT, RawRow, RecordLine, Row, RowBody, State, View, ViewKind, section_name,
};
use crate::change::{Kind, Section};
use crate::config::{Action, Place};
use crate::domain::{Level, Timestamp, Zone, moment};
use crate::tui::pen::{Pen, wrapped};
use crate::tui::theme::{Theme, letter};
use ratatui::buffer::Buffer;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// Columns from which a change shows both its rates; below it shows a count, and the title the rates of the selected.
pub(super) const WIDE_ROW: u16 = 88;
/// Columns of text a sparkline has to leave.
const TEXT_BESIDE_SPARK: usize = 34;

/// Draws the list on top.
pub(super) fn draw(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let Some(view) = state.view() else { return };
    let title = title(state, view, area.width);
    // The title has a line and a space on either side, and so has the place.
    let room = usize::from(area.width).saturating_sub(title.width() + 7);
    let place = position(view, state, area.width < WIDE_ROW, room);
    let body = frame(buffer, area, &title, &place, has_focus(state, Focus::List), theme);
    if view.list.is_empty() {
        return nothing(buffer, body, state, view, theme);
    }
    rows(buffer, body, state, view, theme);
}

/// The visible rows, below what is to be said of all of them.
fn rows(buffer: &mut Buffer, body: Area, state: &State, view: &View, theme: &Theme) {
    let focused = has_focus(state, Focus::List);
    let mut row = 0;
    let selected = view.list.index();
    let mut note = view.note.as_deref().filter(|_| body.height > 3);
    if let Some(text) = note.take() {
        if let Some(mut pen) = Pen::at(buffer, body, 0) {
            pen.put(" ", theme.dim).rest(text, 0, theme.warn, theme.glyphs().cut);
        }
        row += 1;
    }
    let draw = Draw {
        state,
        theme,
        zone: state.zone(),
        clock: state.clock_columns(),
        sideways: view.list.sideways,
        wide: body.width >= 70,
    };
    for (at, shown) in view.list.rows().iter().enumerate().skip(view.list.offset()) {
        if row >= body.height {
            break;
        }
        let height = draw.row(buffer, Area { y: body.y + row, height: body.height - row, ..body }, shown);
        if selected == Some(at) {
            highlight(
                buffer,
                Area { y: body.y + row, height: height.min(body.height - row), ..body },
                focused,
                theme,
            );
        }
        row += height;
    }
}

fn highlight(buffer: &mut Buffer, area: Area, focused: bool, theme: &Theme) {
    let style = if focused { theme.selected } else { theme.resting };
    // Only the first line of a tall row: the eye needs one line, not a block.
    let area = crate::tui::pen::rect(Area { height: 1, ..area }, buffer);
    buffer.set_style(area, style);
}

/// What to say where there are no rows.
fn nothing(buffer: &mut Buffer, body: Area, state: &State, view: &View, theme: &Theme) {
    let text = match (&state.logs.phase, &view.note, &view.kind) {
        (LogPhase::Failed(why), ..) => why.clone(),
        (LogPhase::Starting | LogPhase::Opening(..), ..) => {
            "reading the logs: what is notable comes here by itself".to_owned()
        }
        (_, Some(note), _) => note.clone(),
        _ if view.is_loading() && matches!(view.kind, ViewKind::Broke) => "comparing ..".to_owned(),
        _ if view.is_loading() => "looking ..".to_owned(),
        (_, _, ViewKind::Broke) => "no change found: p for patterns, r for records, i to ask".to_owned(),
        _ => "nothing in this window: t for another window, X drops all filters".to_owned(),
    };
    let width = usize::from(body.width).saturating_sub(2);
    for (row, line) in (1..).zip(wrapped(&text, width)) {
        if let Some(mut pen) = Pen::at(buffer, body, row) {
            pen.put(" ", theme.dim).put(line, theme.text);
        }
    }
}

/// What every row needs.
struct Draw<'s> {
    state: &'s State,
    theme: &'s Theme,
    zone: Zone,
    /// Columns of a record's time.
    clock: usize,
    sideways: usize,
    wide: bool,
}

impl Draw<'_> {
    /// Draws a row at the top of an area; how many lines it took.
    fn row(&self, buffer: &mut Buffer, area: Area, row: &Row) -> u16 {
        match &row.body {
            RowBody::Section(section, count, folded) => self.section(buffer, area, *section, *count, *folded),
            RowBody::Change(change) => self.change(buffer, area, change),
            RowBody::Pattern(pattern) => self.pattern(buffer, area, pattern),
            RowBody::Record(record) => return self.record(buffer, area, record),
            RowBody::Evidence(line) => return self.evidence(buffer, area, line),
            RowBody::Raw(raw) => return self.raw(buffer, area, raw),
            RowBody::Source(source) => {
                if let Some(mut pen) = Pen::at(buffer, area, 0) {
                    pen.put(" ", self.theme.text).rest(&source.name, self.sideways, self.theme.text, "");
                }
            }
            RowBody::Divider(text) => {
                if let Some(mut pen) = Pen::at(buffer, area, 0) {
                    let across = self.theme.glyphs().across;
                    pen.put(across, self.theme.border).put(&format!(" {text} "), self.theme.warn);
                    pen.fill(across, self.theme.border);
                }
            }
        }
        1
    }

    fn section(&self, buffer: &mut Buffer, area: Area, section: Section, count: usize, folded: bool) {
        let (closed, open) = self.theme.glyphs().folds;
        let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
        let glyph = if folded { closed } else { open };
        let text = match (section, folded) {
            (Section::Worse, true) => format!("{count} more"),
            (Section::Worse, false) => "the first ones only".to_owned(),
            _ => format!("{} ({count})", section_name(section)),
        };
        let key = self.state.keys.label(Place::List, Action::Fold).filter(|_| section == Section::Worse);
        let key = key.map_or_else(String::new, |key| format!("  {}", super::bar::pretty(&key)));
        pen.put(&format!(" {glyph} {text}"), self.theme.dim).put(&key, self.theme.key);
    }

    /// `new      payment   E connection pool exhausted after <dur>      0/901 -> 2,396/2,411 strong`, and where that
    /// would leave no room for the text `new   payment   E connection pool exhausted after <dur>  .:|##  x2,396`.
    fn change(&self, buffer: &mut Buffer, area: Area, change: &ChangeRow) {
        let theme = self.theme;
        let kind = match (change.section, change.kind) {
            (Section::Recovered, _) => theme.good,
            (Section::Worse, Kind::New | Kind::Rate | Kind::More) => theme.new,
            (Section::Worse, _) => theme.warn,
            _ => theme.text,
        };
        let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
        pen.put(" ", theme.text).column(change.kind.as_str(), 9, kind, "");
        let service = if area.width >= WIDE_ROW { 14 } else { 10 };
        pen.column(&change.service, service, theme.name_style, theme.glyphs().cut).put(" ", theme.text);
        pen.put(letter(change.level), theme.level(change.level)).put(" ", theme.text);
        let (numbers, columns, sure) = if area.width >= WIDE_ROW {
            let rates = change.rates();
            let columns = rates.width().max(16) + 1;
            (rates, columns, change.sure)
        } else {
            (change.count(), 9, "")
        };
        // Numbers leave the last column free, as titles do.
        let sure_columns = if sure.is_empty() { 1 } else { 9 };
        let mut text = pen.left().saturating_sub(columns + sure_columns);
        let spark = if text > TEXT_BESIDE_SPARK + change.spark.len() { change.spark.as_slice() } else { &[] };
        text = text.saturating_sub(spark.len() + usize::from(!spark.is_empty()));
        self.change_text(&mut pen, change, text);
        if !spark.is_empty() {
            pen.put(" ", theme.text);
            self.spark(&mut pen, spark, theme.level(change.level));
        }
        pen.right(&numbers, columns, theme.text);
        if !sure.is_empty() {
            pen.put(" ", theme.dim).put(sure, theme.dim);
        }
    }

    /// What a change is about and what tells it from its like, in so many columns: where both do not fit, the text is
    /// cut first.
    fn change_text(&self, pen: &mut Pen<'_>, change: &ChangeRow, width: usize) {
        let theme = self.theme;
        let mut tail = change.after.as_ref().map_or_else(String::new, |after| format!(" after {after}"));
        match change.apart {
            Some(Apart::Since) => {
                tail.push_str(&self.zone.format(change.since, " from %H:%M:%S"));
            }
            Some(Apart::Unit) => tail.push_str(&format!(" in {}", change.counted())),
            None => {}
        }
        if change.folded > 0 {
            tail.push_str(&format!(" (+{} alike)", change.folded));
        }
        let text = crate::tui::pen::skip_columns(&change.text, self.sideways);
        let behind = tail.width().min(width.saturating_sub(text.width()).max(width.div_ceil(2)));
        pen.column(text, (width - behind).min(text.width()), theme.text, theme.glyphs().cut);
        let rest = width.saturating_sub(text.width().min(width - behind));
        pen.column(&tail, rest, theme.dim, theme.glyphs().cut);
    }

    fn spark(&self, pen: &mut Pen<'_>, spark: &[u8], style: Style) {
        for level in spark {
            let glyph = self.theme.glyphs().bars.get(usize::from(*level)).copied().unwrap_or(" ");
            pen.put(glyph, style);
        }
    }

    /// `x2,396  .:||#  E new  payment  connection pool exhausted after <dur>`
    fn pattern(&self, buffer: &mut Buffer, area: Area, pattern: &PatternRow) {
        let theme = self.theme;
        let cut = theme.glyphs().cut;
        let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
        pen.right(&format!("x{}", moment::count(pattern.count)), 10, theme.text).put(" ", theme.text);
        if self.wide {
            self.spark(&mut pen, &pattern.spark, theme.level(pattern.level));
            if !pattern.spark.is_empty() {
                pen.put(" ", theme.text);
            }
        }
        let level = if pattern.errors > 0 { Some(Level::Error) } else { pattern.level };
        pen.put(letter(level), theme.level(level)).put(" ", theme.text);
        let (mark, style) = match pattern.mark {
            Some(Mark::New) => ("new", theme.new),
            Some(Mark::Surge) => ("surge", theme.warn),
            Some(Mark::Lost) => ("lost", theme.warn),
            None => ("", theme.text),
        };
        pen.column(mark, 6, style, "");
        if self.wide {
            let services = match pattern.services.as_slice() {
                [] => String::new(),
                [one] => one.clone(),
                [one, rest @ ..] => format!("{one}+{}", rest.len()),
            };
            pen.column(&services, 14, theme.name_style, cut).put(" ", theme.text);
        }
        pen.rest(&pattern.template, self.sideways, theme.text, cut);
    }

    /// Time, level, service and text of a record; unfolded or wrapped over several lines.
    fn record(&self, buffer: &mut Buffer, area: Area, line: &RecordLine) -> u16 {
        let theme = self.theme;
        let record = &line.record;
        let time = record.ts.map_or_else(|| "-".to_owned(), |at| self.time(at));
        if let Some(mut pen) = Pen::at(buffer, area, 0) {
            let pinned = self.state.pins.iter().any(|pin| pin.record.id == record.id);
            pen.put(if pinned { "*" } else { " " }, theme.focus);
            pen.column(&time, self.clock, theme.dim, "").put(" ", theme.text);
            pen.put(letter(record.level), theme.level(record.level)).put(" ", theme.text);
            let service = record.service.as_deref().unwrap_or_default();
            pen.column(service, 11, theme.name_style, theme.glyphs().cut).put(" ", theme.text);
        }
        let more = line.lines.len() - 1 + line.more;
        let left = indent(area, crate::app::INDENT + self.clock);
        let text = Area { x: area.x + left, width: area.width - left, ..area };
        let style = theme.level(record.level);
        let first = line.lines.first().map_or("", String::as_str);
        if line.folded {
            let taken = self.text(buffer, text, first, style);
            if more > 0 {
                let mark = format!(" +{more} lines");
                let width = u16::try_from(mark.len()).unwrap_or(0);
                if text.width > width {
                    let spot = Area { x: text.x + text.width - width, width, height: 1, ..text };
                    if let Some(mut pen) = Pen::at(buffer, spot, 0) {
                        pen.put(&mark, theme.dim);
                    }
                }
            }
            return taken;
        }
        self.unfolded(buffer, text, line, style)
    }

    /// All kept lines of a record.
    fn unfolded(&self, buffer: &mut Buffer, text: Area, line: &RecordLine, style: Style) -> u16 {
        let mut taken = 0;
        for shown in &line.lines {
            if taken >= text.height {
                break;
            }
            let spot = Area { y: text.y + taken, height: text.height - taken, ..text };
            taken += self.text(buffer, spot, shown, style);
        }
        if line.more > 0 && taken < text.height {
            if let Some(mut pen) = Pen::at(buffer, text, taken) {
                pen.put(&format!("and {} lines more: Enter shows all", line.more), self.theme.dim);
            }
            taken += 1;
        }
        taken.max(1)
    }

    fn evidence(&self, buffer: &mut Buffer, area: Area, line: &EvidenceLine) -> u16 {
        let theme = self.theme;
        if let Some(mut pen) = Pen::at(buffer, area, 0) {
            let style = if line.cited { theme.focus } else { theme.dim };
            pen.column(&format!("[{}]", line.n), EVIDENCE_INDENT, style, "");
        }
        let left = indent(area, EVIDENCE_INDENT);
        let text = Area { x: area.x + left, width: area.width - left, ..area };
        let style = theme.level(line.level);
        if self.state.wrap {
            return self.text(buffer, text, &line.text, style);
        }
        let lines = wrapped(&line.text, usize::from(text.width).max(10));
        for (row, part) in (0..text.height).zip(lines.iter().take(EVIDENCE_LINES)) {
            let last = usize::from(row) + 1 == EVIDENCE_LINES && lines.len() > EVIDENCE_LINES;
            let rest = if last {
                lines.get(EVIDENCE_LINES - 1..).unwrap_or_default().concat()
            } else {
                (*part).to_owned()
            };
            if let Some(mut pen) = Pen::at(buffer, text, row) {
                pen.rest(&rest, 0, style, theme.glyphs().cut);
            }
        }
        u16::try_from(lines.len().min(EVIDENCE_LINES)).unwrap_or(1)
    }

    fn raw(&self, buffer: &mut Buffer, area: Area, line: &RawRow) -> u16 {
        let theme = self.theme;
        if let Some(mut pen) = Pen::at(buffer, area, 0) {
            pen.right(&moment::count(line.number), RAW_INDENT - 1, theme.dim);
        }
        let left = indent(area, RAW_INDENT);
        let text = Area { x: area.x + left, width: area.width - left, ..area };
        self.text(buffer, text, &line.text, theme.text)
    }

    /// A text in one line, or wrapped; what was searched for stands out. How many lines it took.
    fn text(&self, buffer: &mut Buffer, area: Area, text: &str, style: Style) -> u16 {
        if area.width == 0 {
            return 1;
        }
        if !self.state.wrap {
            if let Some(mut pen) = Pen::at(buffer, area, 0) {
                pen.rest(text, self.sideways, style, self.theme.glyphs().cut);
            }
            self.mark_found(buffer, area, crate::tui::pen::skip_columns(text, self.sideways));
            return 1;
        }
        let lines = wrapped(text, usize::from(area.width).max(10));
        for (row, line) in (0..area.height).zip(&lines) {
            if let Some(mut pen) = Pen::at(buffer, area, row) {
                pen.put(line, style);
            }
            self.mark_found(buffer, Area { y: area.y + row, height: 1, ..area }, line);
        }
        u16::try_from(lines.len()).unwrap_or(u16::MAX)
    }

    fn mark_found(&self, buffer: &mut Buffer, area: Area, text: &str) {
        let Some(found) = &self.state.found else { return };
        let visible: String = text.chars().take(usize::from(area.width)).collect();
        let lower = visible.to_lowercase();
        // Letters whose lower case is longer would shift columns; they are not marked.
        if lower.len() != visible.len() {
            return;
        }
        for word in &found.words {
            for (at, _) in lower.match_indices(word.as_str()) {
                let start = visible.get(..at).map_or(0, UnicodeWidthStr::width);
                let width = visible.get(at..at + word.len()).map_or(0, UnicodeWidthStr::width);
                let x = area.x.saturating_add(u16::try_from(start).unwrap_or(u16::MAX));
                let spot = Area { x, y: area.y, width: u16::try_from(width).unwrap_or(0), height: 1 };
                let clip = crate::tui::pen::rect(area, buffer);
                buffer.set_style(crate::tui::pen::rect(spot, buffer).intersection(clip), self.theme.found);
            }
        }
    }

    fn time(&self, at: Timestamp) -> String {
        let span = self.state.span().map_or(0, |window| window.nanos());
        self.zone.format(at, moment::record_clock(span))
    }
}

/// Columns in front of a text, fewer where the pane is narrow.
fn indent(area: Area, wanted: usize) -> u16 {
    u16::try_from(wanted).unwrap_or(0).min(area.width)
}
