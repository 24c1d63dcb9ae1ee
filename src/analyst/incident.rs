//! Words "what broke": the leading candidate first, then its first sign, the sequence, who was hit, what it was not.

use super::voice::{Voice, counted, span};
use crate::change::{Change, Confidence, Kind, Rate, Reason, Section, Unit};
use crate::evidence::{About, Comparison};

/// Rows cited per further candidate.
const ROWS_PER_CANDIDATE: usize = 3;
/// Candidates named.
const CANDIDATES: usize = 3;
/// Steps of the sequence named.
const STEPS: usize = 12;

/// Writes the whole story.
pub(super) fn word(comparison: &Comparison, voice: &mut Voice<'_>) {
    headline(comparison, voice);
    compared(comparison, voice);
    sequence(comparison, voice);
    others(comparison, voice);
    affected(comparison, voice);
    recovered_and_slower(comparison, voice);
    ruled_out(comparison, voice);
    still(comparison, voice);
}

/// The thing itself: the leading candidate with its rates, or that nothing is beyond chance.
fn headline(comparison: &Comparison, voice: &mut Voice<'_>) {
    let (report, incident) = (&comparison.report, &comparison.incident);
    let lead = incident.candidates.first();
    let Some((lead, index)) = lead.and_then(|lead| Some((lead, *lead.changes.first()?))) else {
        return match report.strongest_hint() {
            None => voice.line("**No change found** between the window and its baseline."),
            Some(index) => {
                let (row, hint) = (&report.changes[index], sentence(&report.changes[index], index, voice));
                voice.line(format!("**Nothing clearly broke**; strongest hint: {} {hint}.", row.service));
            }
        };
    };
    let row = &report.changes[index];
    let sure = if report.found { "likeliest origin" } else { "strongest hint, not beyond chance" };
    let since = incident.onset.map_or_else(String::new, |at| format!(" since {}", voice.time(at)));
    voice.line(format!("**{}**{since} ({sure}): {}.", row.service, sentence(row, index, voice)));
    if let Some(trigger) = lead.trigger {
        let first = &report.changes[trigger];
        let at = first.span.start();
        let before =
            incident.onset.map_or_else(String::new, |onset| format!("{} before, ", span(onset.since(at))));
        let words = voice.words(About::Change(trigger)).unwrap_or_else(|| quoted(first));
        let cite = voice.cite(About::Change(trigger));
        voice.line(format!(
            "**Candidate cause**: {} {} {words} ({before}rare, not tested){cite}.",
            voice.time(at),
            first.service
        ));
    }
    if let Some((index, at)) = incident.first_sign {
        let row = &report.changes[index];
        let cite = voice.cite(About::Change(index));
        voice.line(format!("**First sign**: {} {} {}{cite}.", voice.time(at), row.service, quoted(row)));
    }
    voice.line("Causes are candidates in order, not certainties.");
}

fn compared(comparison: &Comparison, voice: &mut Voice<'_>) {
    let report = &comparison.report;
    voice.line("");
    voice.line(format!(
        "Compared {} to {} with {} to {}: {} against {}, {} rates tested, false discoveries held at 5 %.",
        voice.time(report.window.start()),
        voice.time(report.window.end()),
        voice.time(report.baseline.start()),
        voice.time(report.baseline.end()),
        counted(report.units.0 as u64, "unit", "units"),
        counted(report.units.1 as u64, "unit", "units"),
        report.tested,
    ));
}

/// Rows in the order of their first record.
fn sequence(comparison: &Comparison, voice: &mut Voice<'_>) {
    let incident = &comparison.incident;
    if incident.sequence.is_empty() {
        return;
    }
    voice.line("");
    voice.line("**Sequence**");
    for (step, &(index, at)) in incident.sequence.iter().take(STEPS).enumerate() {
        let row = &comparison.report.changes[index];
        let text = sentence(row, index, voice);
        voice.line(format!("{}. {} {} {text}", step + 1, voice.time(at), row.service));
    }
    let more = incident.sequence.len().saturating_sub(STEPS);
    if more > 0 {
        let rows = counted(more as u64, "further row", "further rows");
        voice.line(format!("   and {rows} (`watchfire diff` lists them)."));
    }
}

fn others(comparison: &Comparison, voice: &mut Voice<'_>) {
    let further = comparison.incident.candidates.iter().skip(1).take(CANDIDATES - 1);
    let rest: Vec<String> = further
        .map(|candidate| {
            let named = match candidate.named_by.as_slice() {
                [] => String::new(),
                names => format!(", named by {}", names.join(", ")),
            };
            let rows = candidate.changes.iter().take(ROWS_PER_CANDIDATE);
            let cites: String = rows.map(|&index| voice.cite(About::Change(index))).collect();
            format!("{}{named}{cites}", candidate.service)
        })
        .collect();
    if !rest.is_empty() {
        voice.line("");
        voice.line(format!("**Other candidates, in order**: {}.", rest.join("; ")));
    }
}

fn affected(comparison: &Comparison, voice: &mut Voice<'_>) {
    let incident = &comparison.incident;
    if !incident.affected.is_empty() {
        let list: Vec<String> = incident
            .affected
            .iter()
            .map(|a| format!("{} {} (before: {})", a.service, counted(a.errors, "error", "errors"), a.before))
            .collect();
        voice.line("");
        voice.line(format!("**Affected**: {}.", list.join(", ")));
    }
    for &(index, since) in &incident.silent {
        let row = &comparison.report.changes[index];
        let last = voice
            .words(About::Change(index))
            .map_or_else(String::new, |words| format!(", last words: {words}"));
        let cite = voice.cite(About::Change(index));
        voice.line(format!("**Silent**: {} since {}{last}{cite}.", row.service, voice.time(since)));
    }
}

fn recovered_and_slower(comparison: &Comparison, voice: &mut Voice<'_>) {
    for (section, title) in [(Section::Slower, "Slower"), (Section::Recovered, "Recovered")] {
        let rows: Vec<String> = comparison
            .report
            .changes
            .iter()
            .enumerate()
            .filter(|(_, row)| row.section == section)
            .take(2)
            .map(|(index, row)| format!("{} {}", row.service, sentence(row, index, voice)))
            .collect();
        if !rows.is_empty() {
            voice.line(format!("**{title}**: {}.", rows.join("; ")));
        }
    }
}

fn ruled_out(comparison: &Comparison, voice: &mut Voice<'_>) {
    let outs = &comparison.incident.ruled_out;
    if outs.is_empty() {
        return;
    }
    voice.line("");
    voice.line("**Not the cause, by time or rate**");
    for (index, out) in outs.iter().enumerate() {
        let why = match (out.reason, out.pattern.last) {
            (Reason::OverBefore, Some(last)) => format!("over at {}, before the change", voice.time(last)),
            (Reason::OverBefore, None) => "over before the change".to_owned(),
            (Reason::AsOftenBefore, _) => {
                format!("{:.1} a minute before, {:.1} after", out.per_minute.0, out.per_minute.1)
            }
        };
        let template = out.pattern.template.replace('`', "'");
        voice.line(format!("- `{template}` ({why}){}", voice.cite(About::RuledOut(index))));
    }
}

fn still(comparison: &Comparison, voice: &mut Voice<'_>) {
    if let Some((last, still)) = comparison.incident.last_seen {
        let verdict = if still { "yes, as far as these logs go" } else { "no sign of it since" };
        voice.line("");
        voice.line(format!("**Still happening**: {verdict}; last at {}.", voice.time(last)));
    }
}

/// What a row says, without its service: kind, text, the two rates with their counts, how sure, its citation.
fn sentence(row: &Change, index: usize, voice: &Voice<'_>) -> String {
    let cite = voice.cite(About::Change(index));
    let text = quoted(row);
    let what = match row.kind {
        // The step itself is the end: what used to follow no longer does.
        Kind::Lost | Kind::New | Kind::More | Kind::Fewer if row.template.is_none() => {
            row.after.as_ref().map_or_else(
                || "its work ends early".to_owned(),
                |after| format!("nothing follows `{}` any more", after.replace('`', "'")),
            )
        }
        Kind::New => format!("new: {text}"),
        Kind::Lost => format!("stopped: {text}"),
        Kind::More => format!("more of {text}"),
        Kind::Fewer => format!("fewer of {text}"),
        Kind::Switched => format!("takes another path: {text}"),
        Kind::Slow => format!("pauses longer before {text}"),
        Kind::Rate => "error rate jumped".to_owned(),
        Kind::Quiet => "stopped talking".to_owned(),
        Kind::Field => format!(
            "{}={} is over-represented in {text}",
            row.field.as_deref().unwrap_or("value"),
            row.value.as_deref().unwrap_or("?")
        ),
        Kind::First => {
            let words = voice.words(About::Change(index)).unwrap_or(text);
            return format!("rare: {words} (not tested){cite}");
        }
    };
    let sure = match row.confidence {
        Confidence::Strong => "strong",
        Confidence::Likely => "likely",
        Confidence::Weak => "weak",
    };
    format!("{what}, {} -> {} {}, {sure}{cite}", rate(row.base), rate(row.now), unit(row.unit))
}

fn quoted(row: &Change) -> String {
    row.template.as_deref().map_or_else(String::new, |text| format!("`{}`", text.replace('`', "'")))
}

fn rate(rate: Rate) -> String {
    let number = |x: f64| if (x - x.round()).abs() < 0.05 { format!("{x:.0}") } else { format!("{x:.1}") };
    format!("{}/{}", number(rate.n), number(rate.of))
}

const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Requests => "requests",
        Unit::Episodes => "episodes",
        Unit::Records => "records",
        Unit::Seconds => "seconds",
        Unit::Pauses => "pauses",
        Unit::Cells => "stretches of time",
    }
}
