//! The first line: source, window with its zone, counts, how far the reading is, who answers.

use crate::app::{Area, LogPhase, State};
use crate::domain::{TimeWindow, Zone, moment};
use crate::tui::pen::Pen;
use crate::tui::theme::Theme;
use crate::tui::view::timeline;
use ratatui::buffer::Buffer;

/// Draws it.
pub(super) fn draw(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    let style = if state.session.prod { theme.prod } else { theme.text };
    let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
    if state.session.prod {
        pen.fill(" ", style);
        let Some(again) = Pen::at(buffer, area, 0) else { return };
        pen = again;
        pen.put(" PROD", style);
    }
    let wide = area.width >= 100;
    if wide {
        pen.put(" watchfire ", theme.focus.patch(style));
    }
    pen.put(" ", style).column(
        &state.session.title,
        title_width(state, area.width),
        style,
        theme.glyphs().cut,
    );
    for part in parts(state, area.width) {
        pen.put("  ", style).put(&part, style);
    }
    if area.height > 0 && state.layout().timeline.is_empty() {
        let left = pen.left().saturating_sub(2);
        let strip = Area { x: pen.x() + 1, width: u16::try_from(left).unwrap_or(0), ..area };
        timeline::strip(buffer, strip, state, theme);
        return;
    }
    let who = match &state.session.profile {
        Some(profile) => format!("{profile} "),
        None if wide => "local ".to_owned(),
        None => String::new(),
    };
    pen.end(&who, if state.session.prod { style } else { theme.dim });
}

fn title_width(state: &State, width: u16) -> usize {
    let most = usize::from(width) / 4;
    unicode_width::UnicodeWidthStr::width(state.session.title.as_str()).min(most.max(8))
}

/// What follows the title, most important first.
fn parts(state: &State, width: u16) -> Vec<String> {
    match &state.logs.phase {
        LogPhase::Starting => return vec!["opening..".to_owned()],
        LogPhase::Opening(progress, since) => {
            let elapsed = state.now.saturating_sub(*since).as_secs_f64().max(0.05);
            let share = (progress.done.min(progress.total) * 100).checked_div(progress.total).unwrap_or(0);
            #[expect(clippy::cast_precision_loss, reason = "a rate shown with three digits")]
            let rate = progress.done as f64 / elapsed / 1e6;
            let total = bytes(progress.total);
            return vec![format!(
                "reading {share} % of {total}, {rate:.0} MB/s, {} records so far",
                moment::count(progress.records)
            )];
        }
        LogPhase::Failed(_) => return vec!["nothing to read".to_owned()],
        LogPhase::Ready => {}
    }
    let zone = state.zone();
    let mut parts = Vec::new();
    if let Some(window) = state.span() {
        parts.push(window_text(&window, &zone, width));
        parts.push(length(&window));
    }
    if state.following.on {
        let lag = state.following.lag.map_or(String::new(), |lag| format!(" lag {:.1}s", lag.as_secs_f64()));
        parts.push(format!("live {} lines/s{lag}", moment::count(state.following.rate)));
    }
    let (records, patterns) = if width >= 100 { ("records", "patterns") } else { ("rec", "pat") };
    let all = state.logs.overview.as_ref().map_or(0, |overview| overview.records);
    match state.logs.in_window.filter(|_| state.window.is_some() || !state.filters.is_empty()) {
        Some(some) => parts.push(format!("{} of {} {records}", moment::count(some), moment::count(all))),
        None => parts.push(format!("{} {records}", moment::count(all))),
    }
    parts.push(format!("{} {patterns}", moment::count(state.logs.patterns as u64)));
    if let Some(id) = state.case.id.as_ref().filter(|_| width >= 100) {
        parts.push(format!("case {id}"));
    }
    parts
}

fn window_text(window: &TimeWindow, zone: &Zone, width: u16) -> String {
    if width >= 100 {
        return moment::window(window, zone);
    }
    // A time of day alone would say nothing of a window of days.
    let (pattern, joint) = match window.nanos() / 86_400_000_000_000 {
        0 => ("%H:%M", "-"),
        366.. => ("%Y-%m-%d", ".."),
        _ if width >= 80 => ("%m-%d %H:%M", ".."),
        _ => ("%m-%d", ".."),
    };
    let show = |at| zone.format(at, pattern);
    format!("{}{joint}{} {}", show(window.start()), show(window.end()), zone.label())
}

/// `45m`, `3h 20m`, `2d`.
pub(super) fn length(window: &TimeWindow) -> String {
    let seconds = window.nanos() / 1_000_000_000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, 0) => format!("{hours}h"),
        (0, hours, minutes) => format!("{hours}h {minutes}m"),
        (days, 0, _) => format!("{days}d"),
        (days, hours, _) => format!("{days}d {hours}h"),
    }
}

fn bytes(count: u64) -> String {
    match count {
        0..1_000_000 => format!("{} kB", count / 1_000),
        1_000_000..10_000_000_000 => format!("{} MB", count / 1_000_000),
        _ => format!("{} GB", count / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn a_narrow_window_of_days_says_its_days() {
        let start = 1_705_312_800_000;
        let window = |days: i64| {
            let end = start + days * 86_400_000 + 1_800_000;
            TimeWindow::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
        };
        let text = |days, width| window_text(&window(days), &Zone::utc(), width);
        assert_eq!(text(0, 80), "10:00-10:30 UTC");
        assert_eq!(text(2, 80), "01-15 10:00..01-17 10:30 UTC");
        assert_eq!(text(2, 60), "01-15..01-17 UTC");
        assert_eq!(text(800, 60), "2024-01-15..2026-03-25 UTC");
    }
}
