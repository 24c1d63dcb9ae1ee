//! Titles of lists: what they hold and where the selection is.

use super::rows::WIDE_ROW;
use crate::app::{RecordsOf, Row, RowBody, RowId, State, View, ViewKind, section_name};
use crate::change::Section;
use crate::domain::{Timestamp, moment};
use unicode_width::UnicodeWidthStr;

pub(super) fn title(state: &State, view: &View, width: u16) -> String {
    let zone = state.zone();
    match &view.kind {
        ViewKind::Broke => {
            let Some(broke) = &state.broke else { return "what just broke".to_owned() };
            let report = &broke.comparison.report;
            let span = state.span().map_or(0, |window| window.nanos());
            // Within a day the seconds of the change matter more than its date.
            let pattern = if span > 86_400_000_000_000 { moment::axis_clock(span) } else { "%H:%M:%S" };
            let clock = |at: Timestamp| zone.format(at, pattern);
            let worse = report.changes.iter().any(|change| change.section == Section::Worse);
            let word = match (report.found, worse) {
                (true, true) => section_name(Section::Worse),
                (true, false) => "changed",
                (false, _) => "hints",
            };
            let since = format!("{word} since {}", clock(report.window.start()));
            if width < WIDE_ROW {
                return since;
            }
            let (from, to) = (clock(report.baseline.start()), clock(report.baseline.end()));
            format!("{since} (against {from}-{to})")
        }
        ViewKind::Patterns => "patterns".to_owned(),
        ViewKind::Records(records) => records_title(records),
        ViewKind::Hits(text) => format!("hits for {text}"),
        ViewKind::Evidence(_) => evidence_title(view),
        ViewKind::Raw(file) => file.clone(),
        ViewKind::Sources => "sources".to_owned(),
        ViewKind::Pins => "pins and notes".to_owned(),
    }
}

fn records_title(records: &RecordsOf) -> String {
    let mut title = "records".to_owned();
    if let Some((_, template)) = &records.pattern {
        title = format!("records of {template}");
    }
    for (name, value) in
        [("service", &records.service), ("source", &records.source), ("with", &records.query)]
    {
        if let Some(value) = value {
            title.push_str(&format!("  {name} {value}"));
        }
    }
    if records.everywhere {
        title.push_str("  in all sources and times");
    }
    title
}

fn evidence_title(view: &View) -> String {
    let records: usize = view
        .list
        .rows()
        .iter()
        .map(|row| match &row.body {
            RowBody::Evidence(line) => line.records.len(),
            _ => 0,
        })
        .sum();
    format!("evidence: {} rows, {} records", view.list.rows().len(), moment::count(records as u64))
}

/// Where the selection is, on the right of the title; of a change in a narrow list its rates too, as far as there is
/// room for them.
pub(super) fn position(view: &View, state: &State, narrow: bool, room: usize) -> String {
    if view.is_loading() {
        return "..".to_owned();
    }
    if state.following.waiting > 0 && matches!(view.kind, ViewKind::Records(_)) {
        return format!("{} new below", moment::count(state.following.waiting as u64));
    }
    if view.list.is_empty() {
        return String::new();
    }
    let at = view.list.index().map_or(0, |index| index as u64 + 1);
    let rows = view.list.rows().len() as u64;
    let (at, total, least) = match (&view.kind, view.pager.total, view.total) {
        (ViewKind::Raw(_), Some(total), _) => (line(view).unwrap_or(at), total, false),
        (ViewKind::Records(_), Some(total), _) => match view.ordinal() {
            Some(at) => (at, total.max(at), false),
            None => return format!("{} records", moment::count(total)),
        },
        (ViewKind::Records(_), None, _) => return String::new(),
        (_, _, Some((total, at_least))) => (at, total, at_least),
        _ => (at, rows, false),
    };
    let more = if least { "at least " } else { "" };
    let place = format!("{}/{more}{}", moment::count(at), moment::count(total));
    let Some(RowBody::Change(change)) = view.list.current().map(|row| &row.body).filter(|_| narrow) else {
        return place;
    };
    let rates = change.rates();
    let texts = [format!("{rates} {}  {place}", change.sure), format!("{rates}  {place}")];
    texts.into_iter().find(|text| text.width() <= room).unwrap_or(place)
}

fn line(view: &View) -> Option<u64> {
    match view.list.current() {
        Some(Row { id: RowId::Line(line), .. }) => Some(*line),
        _ => None,
    }
}
