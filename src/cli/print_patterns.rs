//! The pattern table: count, first, last, levels, services, template; with the id where there is room.

use super::line::{Line, Style};
use super::output::Output;
use super::print_hits::level_style;
use crate::domain::moment;
use crate::domain::{Level, Pattern, Zone};
use std::io;

/// Narrower terminals leave out id and services, and as much of the date as the patterns do not need.
const NARROW: usize = 120;

/// Prints the table with its heading.
// size: heading and rows of one table, column by column
pub(super) fn table(output: &mut Output, patterns: &[Pattern], zone: &Zone) -> io::Result<()> {
    let narrow = output.columns().is_some_and(|columns| columns < NARROW);
    let widest = |cells: &mut dyn Iterator<Item = usize>, least: usize| cells.max().unwrap_or(0).max(least);
    let count = widest(&mut patterns.iter().map(|p| moment::count(p.count).len()), 5);
    let levels = widest(&mut patterns.iter().map(|p| level_text(p, narrow).len()), 6);
    let service = widest(&mut patterns.iter().map(|p| service_text(p).chars().count()), 8).min(24);
    let extent = moment::extent(patterns.iter().flat_map(|p| [p.first, p.last]).flatten());
    let moment_of = |at| if narrow { moment::brief(at, zone, extent) } else { moment::seconds(at, zone) };
    let time = widest(&mut patterns.iter().flat_map(|p| [p.first, p.last]).map(|at| moment_of(at).len()), 5);
    let mut heading = Line::new();
    heading.column(Style::Bold, "COUNT", count, true);
    for (name, width) in [("FIRST", time), ("LAST", time), ("LEVELS", levels)] {
        heading.push(Style::Plain, "  ").column(Style::Bold, name, width, false);
    }
    if !narrow {
        heading.push(Style::Plain, "  ").column(Style::Bold, "SERVICES", service, false);
        heading.push(Style::Plain, "  ").column(Style::Bold, "ID", 16, false);
    }
    heading.push(Style::Plain, "  ").push(Style::Bold, "PATTERN");
    output.line(&heading)?;
    for pattern in patterns {
        let style = level_style(pattern.levels.first().map(|(level, _)| *level));
        let mut line = Line::new();
        line.column(Style::Bold, &moment::count(pattern.count), count, true)
            .push(Style::Plain, "  ")
            .column(Style::Dim, &moment_of(pattern.first), time, false)
            .push(Style::Plain, "  ")
            .column(Style::Dim, &moment_of(pattern.last), time, false)
            .push(Style::Plain, "  ")
            .column(style, &level_text(pattern, narrow), levels, false)
            .push(Style::Plain, "  ");
        if !narrow {
            line.column(Style::Cyan, &service_text(pattern), service, false)
                .push(Style::Plain, "  ")
                .column(Style::Dim, &pattern.id.to_string(), 16, false)
                .push(Style::Plain, "  ");
        }
        let mut text = Line::new();
        text.push(Style::Plain, &pattern.template);
        output.lines(&line.with_text(text, output.columns()))?;
    }
    Ok(())
}

/// `error`, or with counts where a pattern has several: `error 3, info 20`.
fn level_text(pattern: &Pattern, narrow: bool) -> String {
    match pattern.levels.as_slice() {
        [] => "-".to_owned(),
        [(level, _)] => level.to_string(),
        [(level, _), ..] if narrow => format!("{level}+"),
        several => {
            let part = |(level, count): &(Level, u64)| format!("{level} {}", moment::count(*count));
            several.iter().map(part).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The service with most records, and how many others there are.
fn service_text(pattern: &Pattern) -> String {
    match pattern.services.as_slice() {
        [] => "-".to_owned(),
        [(service, _)] => service.clone(),
        [(service, _), rest @ ..] => format!("{service} +{}", rest.len()),
    }
}
