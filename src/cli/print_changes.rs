//! What just broke, as rows a person can check: what happened, where, two rates with their counts, how sure.

use super::line::{Line, Style};
use super::output::Output;
use crate::change::{Change, Report, Section, Unit};
use crate::domain::Zone;
use crate::domain::moment;
use std::io;

/// Prints the rows by section, at most `limit` each, then the services and the notes.
pub(super) fn report(
    output: &mut Output,
    report: &Report,
    zone: &Zone,
    limit: Option<usize>,
) -> io::Result<()> {
    for section in [Section::Worse, Section::Path, Section::Slower, Section::Recovered] {
        let rows: Vec<&Change> = report.changes.iter().filter(|change| change.section == section).collect();
        if rows.is_empty() {
            continue;
        }
        let shown = limit.unwrap_or(rows.len()).min(rows.len());
        output.line(Line::new().push(Style::Bold, section_name(section)))?;
        rows_of(output, &rows[..shown], zone)?;
        if shown < rows.len() {
            let more = format!("  and {} more (--limit {})", rows.len() - shown, rows.len());
            output.line(Line::new().push(Style::Dim, &more))?;
        }
    }
    if !report.services.is_empty() {
        let names = report.services.join(", ");
        let order = if report.is_clear() {
            "services, likeliest origin first: "
        } else {
            "services, strongest hint first: "
        };
        output.line(Line::new().push(Style::Bold, order).push(Style::Cyan, &names))?;
    }
    Ok(())
}

fn rows_of(output: &mut Output, rows: &[&Change], zone: &Zone) -> io::Result<()> {
    let rates: Vec<String> = rows.iter().map(|change| rates(change)).collect();
    let width = |texts: &mut dyn Iterator<Item = usize>, most: usize| texts.max().unwrap_or(0).min(most);
    let rate = width(&mut rates.iter().map(|text| text.chars().count()), 40);
    let extent = moment::extent(rows.iter().flat_map(|change| [change.span.start(), change.span.end()]));
    let service = width(&mut rows.iter().map(|change| change.service.chars().count()), 24);
    for (change, rates) in rows.iter().zip(&rates) {
        let mut line = Line::new();
        line.push(Style::Plain, "  ")
            .column(style(change), change.kind.as_str(), 9, false)
            .column(Style::Cyan, &change.service, service + 2, false)
            .column(Style::Bold, rates, rate + 2, false)
            .column(Style::Dim, change.sure(), 10, false)
            .push(Style::Dim, &span(change, zone, extent));
        let mut text = Line::new();
        text.push(Style::Plain, "  ").push(Style::Plain, &subject(change));
        if !change.folded.is_empty() {
            text.push(Style::Dim, &format!("  (+{} patterns alike)", change.folded.len()));
        }
        let lines = line.with_text(text, output.columns());
        output.lines(&lines)?;
    }
    Ok(())
}

/// `base -> now` with what is counted, where it is not requests.
fn rates(change: &Change) -> String {
    let unit = match change.unit {
        Unit::Requests => String::new(),
        Unit::Episodes => " episodes".to_owned(),
        Unit::Records => " records".to_owned(),
        Unit::Pauses => " pauses".to_owned(),
        Unit::Cells => " stretches".to_owned(),
        Unit::Seconds => " s".to_owned(),
    };
    let slow = change.slow_over_ns.map_or_else(String::new, |ns| format!(" over {}", moment::duration(ns)));
    format!("{} -> {}{unit}{slow}", change.base, change.now)
}

fn span(change: &Change, zone: &Zone, extent: i64) -> String {
    let brief = |at| moment::brief(Some(at), zone, extent);
    format!("{}..{}", brief(change.span.start()), brief(change.span.end()))
}

fn subject(change: &Change) -> String {
    let mut text = match (&change.field, &change.value) {
        (Some(field), Some(value)) => format!("{field} = {value}"),
        _ => change.template.clone().unwrap_or_default(),
    };
    if let (Some(field), Some(template)) = (&change.field, &change.template) {
        text = format!("{field} = {}: {template}", change.value.as_deref().unwrap_or("-"));
    }
    if let Some(after) = &change.after {
        text.push_str(&format!("  (after: {after})"));
    }
    text
}

const fn style(change: &Change) -> Style {
    match change.section {
        Section::Worse => Style::Red,
        Section::Path | Section::Slower => Style::Yellow,
        Section::Recovered => Style::Green,
    }
}

const fn section_name(section: Section) -> &'static str {
    match section {
        Section::Worse => "worse",
        Section::Path => "another path is taken",
        Section::Slower => "slower",
        Section::Recovered => "recovered",
    }
}
