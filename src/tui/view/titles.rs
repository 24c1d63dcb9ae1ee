//! Titles of lists: what they hold and where the selection is.

use crate::app::{RecordsOf, RowBody, State, View, ViewKind};
use crate::domain::{Timestamp, moment};

pub(super) fn title(state: &State, view: &View) -> String {
    let zone = state.zone();
    match &view.kind {
        ViewKind::Broke => {
            let Some(broke) = &state.broke else { return "what just broke".to_owned() };
            let report = &broke.comparison.report;
            let span = state.span().map_or(0, |window| window.nanos());
            // Within a day the seconds of the change matter more than its date.
            let pattern = if span > 86_400_000_000_000 { moment::axis_clock(span) } else { "%H:%M:%S" };
            let clock = |at: Timestamp| zone.format(at, pattern);
            let against =
                format!("against {}-{}", clock(report.baseline.start()), clock(report.baseline.end()));
            let word = if report.found { "worse" } else { "hints" };
            format!("{word} since {} ({against})", clock(report.window.start()))
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

/// Where the selection is, on the right of the title.
pub(super) fn position(view: &View, state: &State) -> String {
    if view.is_loading() {
        return "..".to_owned();
    }
    let at = view.list.index().map_or(0, |index| index + 1);
    if state.following.waiting > 0 && matches!(view.kind, ViewKind::Records(_)) {
        return format!("{} new below", moment::count(state.following.waiting as u64));
    }
    match (&view.kind, view.pager.total, view.total) {
        (ViewKind::Raw(_), Some(total), _) => {
            let line = view.list.current().map_or(0, |row| match row.id {
                crate::app::RowId::Line(line) => line,
                _ => 0,
            });
            format!("{} of {}", moment::count(line), moment::count(total))
        }
        (ViewKind::Records(_), Some(total), _) => format!("{} records", moment::count(total)),
        (_, _, Some((total, at_least))) => {
            let more = if at_least { "at least " } else { "" };
            format!("{at} of {more}{}", moment::count(total))
        }
        (ViewKind::Broke, ..) => String::new(),
        _ if view.list.is_empty() => String::new(),
        _ => format!("{at} of {}", view.list.rows().len()),
    }
}
