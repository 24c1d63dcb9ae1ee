//! Words a computed finding: the thing itself, how it was found, the lines; or that these logs do not hold it.

use super::voice::{Voice, counted};
use crate::compute::{CiteRole, Cited, Finding};
use crate::evidence::{About, Brief};

/// Rows of a table that are shown.
const TABLE: usize = 12;
/// Lines shown under an answer.
const LINES: usize = 6;

/// Writes the whole answer of a finding.
pub(super) fn word(finding: &Finding, voice: &mut Voice<'_>) {
    let proof = finding.cited.first().map_or_else(String::new, |cited| cite(cited, voice));
    voice.line(format!("**{}**{proof}", bold_safe(&finding.sentence())));
    let how = finding.how();
    if !how.is_empty() {
        voice.line("");
        voice.line(format!("Computed: {}{}", how.join("; "), voice.cite(About::Finding)));
    }
    table(finding, voice);
    lines(finding, voice);
    if !finding.alternatives.is_empty() {
        voice.line("");
        voice.line(format!("Other readings: {}", finding.alternatives.join("; ")));
    }
}

fn cite(cited: &Cited, voice: &Voice<'_>) -> String {
    let quote = String::from_utf8_lossy(&cited.quote);
    voice.cite_record(&cited.id, Some(quote.as_ref()))
}

/// Text inside `**` must not end the emphasis.
fn bold_safe(text: &str) -> String {
    text.replace('*', "\\*")
}

fn table(finding: &Finding, voice: &mut Voice<'_>) {
    if finding.rows.len() < 2 {
        return;
    }
    voice.line("");
    voice.line("| value | number | records |");
    voice.line("|---|---:|---:|");
    for row in finding.rows.iter().take(TABLE) {
        let label = row.label.replace('|', "\\|");
        voice.line(format!("| {label} | {} | {} |", row.value, row.lines));
    }
    let more = finding.rows.len().saturating_sub(TABLE);
    if more > 0 {
        voice.line(format!("and {}.", counted(more as u64, "further value", "further values")));
    }
}

fn lines(finding: &Finding, voice: &mut Voice<'_>) {
    let shown: Vec<String> = finding
        .cited
        .iter()
        .take(LINES)
        .filter_map(|cited| {
            let cite = cite(cited, voice);
            let at = cited.ts.map_or_else(String::new, |ts| format!(" {}", voice.time(ts)));
            (!cite.is_empty()).then(|| format!("- {}{at}{cite}", role(cited.role)))
        })
        .collect();
    if !shown.is_empty() {
        voice.line("");
        for line in shown {
            voice.line(line);
        }
    }
}

const fn role(role: CiteRole) -> &'static str {
    match role {
        CiteRole::First => "first",
        CiteRole::Last => "last",
        CiteRole::Extreme => "the record that holds it",
        CiteRole::Source => "read from",
        CiteRole::Example => "example",
    }
}

/// Writes that the logs do not answer, with what was searched and the closest rows.
pub(super) fn word_absence(brief: &Brief, voice: &mut Voice<'_>) {
    match &brief.declined {
        Some(decline) => {
            voice.line(format!("**{}**", bold_safe(&decline.sentence())));
            voice.line("");
            voice.line(format!("{}.", capital(&decline.searched())));
        }
        None => {
            voice.line("**not in these logs**");
            voice.line("");
            voice.line(format!(
                "Searched {} in {} of {}.",
                counted(brief.searched.records, "record", "records"),
                counted(brief.searched.patterns as u64, "pattern", "patterns"),
                counted(brief.searched.sources as u64, "source", "sources"),
            ));
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}
