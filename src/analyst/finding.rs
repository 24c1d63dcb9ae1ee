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
    let unread = unread(finding);
    let partly = if unread.is_empty() {
        String::new()
    } else {
        format!(" (only part of the question: nothing was done with {})", unread.join(", "))
    };
    head("", finding, &partly, voice);
    table(finding, voice);
    lines(finding, voice);
    if !finding.alternatives.is_empty() {
        voice.line("");
        voice.line(format!("Other readings: {}", plain(&finding.alternatives.join("; "))));
    }
}

/// The number or value between what is said of it, with its proof, and how it was computed.
fn head(before: &str, finding: &Finding, behind: &str, voice: &mut Voice<'_>) {
    let proof = finding.cited.first().map_or_else(String::new, |cited| cite(cited, voice));
    let (before, behind) = (plain(before), bold_safe(behind));
    voice.line(format!("{before}**{}**{behind}{proof}", bold_safe(&finding.sentence())));
    let how = finding.how();
    if !how.is_empty() {
        voice.line("");
        voice.line(format!("Computed: {}{}", plain(&how.join("; ")), voice.cite(About::Finding)));
    }
}

/// Words that turn a condition around; an answer that does not say so itself has not applied them.
const TURNING: [&str; 9] =
    ["not", "without", "except", "excluding", "never", "neither", "besides", "didn't", "weren't"];

/// Words with which lines say themselves that something did not happen.
const SAID_BY_LINES: [&str; 14] = [
    "not", "no", "never", "without", "cannot", "unable", "none", "nobody", "fail", "failed", "fails",
    "failure", "refused", "denied",
];

/// Whether the counted lines say the negation themselves ("did not receive"), so that it was matched as it stands.
fn negates_literally(finding: &Finding) -> bool {
    let says = |template: &str| {
        let lower = template.to_lowercase();
        let mut words = lower.split(|c: char| !(c.is_alphanumeric() || c == '\''));
        words.any(|word| SAID_BY_LINES.contains(&word) || word.ends_with("n't") || word.starts_with("un"))
    };
    !finding.addends.is_empty() && finding.addends.iter().all(|addend| says(&addend.template))
}

/// Words of the question that the answer leaves out, quoted: the reader must see them beside the number.
fn unread(finding: &Finding) -> Vec<String> {
    let question = finding.question.to_lowercase();
    let applied = |word: &str| finding.chips.iter().any(|chip| chip.contains(word) || chip.contains("not "));
    let turning = question
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|word| TURNING.contains(word) && !applied(word) && !negates_literally(finding));
    let ignored = finding.ignored.iter().map(String::as_str);
    let mut words: Vec<String> = Vec::new();
    for word in ignored.chain(turning) {
        let quoted = format!("\"{word}\"");
        if !words.contains(&quoted) {
            words.push(quoted);
        }
    }
    words
}

fn cite(cited: &Cited, voice: &Voice<'_>) -> String {
    let quote = String::from_utf8_lossy(&cited.quote);
    voice.cite_record(&cited.id, Some(quote.as_ref()))
}

/// Text inside `**` must not end the emphasis.
fn bold_safe(text: &str) -> String {
    plain(text).replace('*', "\\*")
}

/// A number in brackets ("index `[5]`") is a word of the log, no citation: as code it stays text.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, tail) = rest.split_at(at);
        let digits = tail[1..].bytes().take_while(u8::is_ascii_digit).count();
        let end = digits + 2;
        out.push_str(before);
        if digits > 0 && tail.as_bytes().get(digits + 1) == Some(&b']') {
            out.push_str(&format!("`{}`", &tail[..end]));
            rest = &tail[end..];
        } else {
            out.push('[');
            rest = &tail[1..];
        }
    }
    out + rest
}

fn table(finding: &Finding, voice: &mut Voice<'_>) {
    if finding.rows.len() < 2 {
        return;
    }
    voice.line("");
    voice.line("| value | number | records |");
    voice.line("|---|---:|---:|");
    for row in finding.rows.iter().take(TABLE) {
        let label = plain(&row.label).replace('|', "\\|");
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
            if let (Some(nearer), Some(finding)) = (&decline.nearer, &brief.nearer) {
                // Another question, and said so.
                voice.line("");
                head(&format!("Leaving out {}: ", nearer.left_out()), finding, "", voice);
            }
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
