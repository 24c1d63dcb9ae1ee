//! A [`Draft`] as Markdown: the page an engineer pastes into the incident's document and goes on writing.
//!
//! Log text stands in spans or blocks of code only, whatever it holds; answers are made [inert](super::prose). The
//! result holds no character a terminal would obey.

mod story;

use super::appendix::Line;
use super::draft::{Draft, Finding, Impact};
use super::prose::{code, embedded, inert, map_prose};
use super::timeline::{Moment, Origin};
use super::words;
use crate::change::Section;
use crate::domain::moment;
use crate::domain::{TimeWindow, Timestamp, Zone, clock_pattern};

/// Lines shown of one record.
const MAX_LINES: usize = 40;
/// Sources named.
const MAX_SOURCES: usize = 12;

/// Writes the draft with times in `zone`; every time carries the zone or stands under a sentence that does.
#[must_use]
pub fn markdown(draft: &Draft, zone: &Zone) -> String {
    let mut page = Page { out: String::new(), zone, clock: clock_pattern(extent(draft)) };
    page.head(draft);
    page.summary(draft);
    page.impact(draft);
    page.causes(draft);
    page.ruled_out(draft);
    page.timeline(draft);
    page.findings(draft);
    page.list("Open questions", &draft.open, "none: every question was answered");
    page.list("What was not covered", &draft.not_covered, "nothing was left out");
    page.costs(draft);
    page.evidence(draft);
    page.out
}

/// From the first to the last time in the report.
fn extent(draft: &Draft) -> Option<TimeWindow> {
    let bounds = draft.window.iter().chain(&draft.baseline).flat_map(|window| [window.start(), window.end()]);
    let times = bounds.chain(draft.timeline.iter().map(|moment| moment.at));
    let times: Vec<Timestamp> = times.chain(draft.evidence.iter().filter_map(|line| line.at)).collect();
    times.iter().min().zip(times.iter().max()).map(|(first, last)| TimeWindow::spanning(*first, *last))
}

struct Page<'a> {
    out: String,
    zone: &'a Zone,
    /// How times are written: with the date where the report spans days.
    clock: &'static str,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn section(&mut self, name: &str) {
        self.out.push('\n');
        self.line(&format!("## {name}\n"));
    }

    fn time(&self, at: Timestamp) -> String {
        self.zone.format(at, self.clock)
    }

    fn window(&self, window: TimeWindow) -> String {
        let text = |at| self.zone.format(at, "%Y-%m-%d %H:%M:%S");
        let end = text(window.end());
        let start = text(window.start());
        let same_day = start.get(..10) == end.get(..10);
        let end = if same_day { end.get(11..).unwrap_or(&end) } else { &end };
        format!("{start} to {end} {}", self.zone.label())
    }

    fn head(&mut self, draft: &Draft) {
        self.line(&format!("# Incident: {}\n", map_prose(&draft.title, inert).trim_end()));
        let written = draft.last.map_or_else(String::new, |at| {
            format!(", last entry {} {}", self.zone.format(at, "%Y-%m-%d %H:%M:%S"), self.zone.label())
        });
        self.line(&format!("- **Status**: draft from case {}, {}{written}", code(&draft.case), draft.status));
        let window = draft.window.map_or_else(|| "not stated".to_owned(), |window| self.window(window));
        self.line(&format!("- **Window**: {window}"));
        if let Some(baseline) = draft.baseline {
            self.line(&format!("- **Compared with**: {}", self.window(baseline)));
        }
        let mut sources: Vec<String> =
            draft.sources.iter().take(MAX_SOURCES).map(|name| code(name)).collect();
        if draft.sources.len() > MAX_SOURCES {
            sources.push(format!("and {} more", draft.sources.len() - MAX_SOURCES));
        }
        let records = draft
            .records
            .map_or_else(String::new, |records| format!(" ({} records)", moment::count(records)));
        self.line(&format!("- **Sources**: {}{records}", sources.join(", ")));
        if !draft.damage.is_empty() {
            self.line("- **Damaged**: this case could not be read whole");
            for sentence in &draft.damage {
                self.line(&format!("  - {}", inert(&super::appendix::one_line(sentence))));
            }
        }
    }

    fn impact(&mut self, draft: &Draft) {
        self.section("Impact");
        let Some(rows) = &draft.impact else {
            self.line("Not measured: no window was compared with its baseline in this case.");
            return;
        };
        if rows.is_empty() {
            self.line("The comparison found nothing worse than before.");
            return;
        }
        self.line("| service | what | before | in the window | how sure | line |");
        self.line("|---|---|---|---|---|---|");
        for row in rows {
            let line = row.line.map_or_else(String::new, |n| format!("[{n}]"));
            let rate = |rate| words::rate(rate, row.unit);
            let cells = [cell(&row.service), what(row, cell), rate(row.base), rate(row.now)];
            self.line(&format!("| {} | {} | {line} |", cells.join(" | "), row.kind.sure(row.confidence)));
        }
        if draft.impact_more > 0 {
            let all = rows.len() + draft.impact_more;
            let more = moment::count(draft.impact_more as u64);
            self.line(&format!(
                "\nand {more} more of {all} rows; `watchfire diff` on the logs lists all of them."
            ));
        }
        if !draft.services.is_empty() {
            let names: Vec<String> = draft.services.iter().map(|name| code(name)).collect();
            self.line(&format!("\nServices, likeliest origin first: {}.", names.join(", ")));
        }
    }

    fn timeline(&mut self, draft: &Draft) {
        self.section("Timeline");
        if draft.timeline.is_empty() {
            self.line("Nothing in this case has a time.");
        } else {
            self.line(&format!("Times in {}.\n", self.zone.label()));
        }
        for moment in &draft.timeline {
            let text = self.moment(moment);
            self.line(&text);
        }
        if !draft.notes.is_empty() {
            self.line("\nNotes written outside of that time:\n");
            for (at, note) in &draft.notes {
                let at = self.zone.format(*at, "%Y-%m-%d %H:%M:%S");
                self.line(&format!("- {at} {}: {}", self.zone.label(), note_text(note)));
            }
        }
    }

    fn moment(&self, moment: &Moment) -> String {
        let text = match moment.origin {
            Origin::Note => format!("note: {}", note_text(&moment.text)),
            _ => code(&moment.text),
        };
        let level = moment.level.map_or_else(String::new, |level| format!(" {level}"));
        let service = moment.service.as_ref().map_or_else(String::new, |name| format!(" {}", inert(name)));
        let change = moment.change.map_or_else(String::new, |kind| format!(", {}", words::kind(kind)));
        let mark = match moment.origin {
            Origin::Cause => " (candidate for the cause)",
            Origin::Sign => " (first sign)",
            Origin::Pin => " (pinned)",
            Origin::Change | Origin::Cited | Origin::Note => "",
        };
        let line = moment.line.map_or_else(String::new, |n| format!(" [{n}]"));
        format!("- **{}**{service}{level}{change}: {text}{mark}{line}", self.time(moment.at))
    }

    fn findings(&mut self, draft: &Draft) {
        self.section("What was found");
        if draft.findings.is_empty() {
            self.line("No question was answered in this case.");
        }
        for (index, finding) in draft.findings.iter().enumerate() {
            if index > 0 {
                self.out.push('\n');
            }
            let question = finding.question.lines().collect::<Vec<_>>().join(" ");
            self.line(&format!("### {}. {}\n", finding.turn, inert(&question)));
            self.out.push_str(&embedded(&finding.answer));
            let checked = self.checked(finding);
            self.line(&format!("\n*{checked}*"));
        }
    }

    fn checked(&self, finding: &Finding) -> String {
        let all = finding.verified + finding.struck;
        let mut text = match (all, finding.struck) {
            (0, _) => "No line is cited.".to_owned(),
            (_, 0) => format!("{all} of {all} citations hold."),
            (_, struck) => {
                format!("{} of {all} citations hold; {struck} struck: not in the lines.", finding.verified)
            }
        };
        if !finding.complete {
            text.push_str(" The answer is incomplete.");
        }
        let window =
            finding.window.map_or_else(String::new, |window| format!(", window {}", self.window(window)));
        let model = if finding.model.is_empty() { "unknown" } else { &finding.model };
        format!("{text} Answered by {}{window}.", inert(model))
    }

    fn list(&mut self, name: &str, sentences: &[String], none: &str) {
        self.section(name);
        if sentences.is_empty() {
            self.line(&format!("- {none}"));
        }
        for sentence in sentences {
            self.line(&format!("- {}", inert(sentence)));
        }
    }

    fn costs(&mut self, draft: &Draft) {
        self.section("Cost and redaction");
        let spent = &draft.spent;
        let models = if spent.models.is_empty() {
            String::new()
        } else {
            format!(
                ", answered by {}",
                spent.models.iter().map(|name| inert(name)).collect::<Vec<_>>().join(", ")
            )
        };
        let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        self.line(&format!(
            "- {}{models}: {} tokens read, {} written, ${:.4}",
            plural(spent.questions, "question"),
            moment::count(spent.input_tokens),
            moment::count(spent.output_tokens),
            spent.cost_usd
        ));
        self.line(&format!("- {} masked before anything was stored", plural(draft.masked, "secret value")));
        if !draft.program.is_empty() {
            self.line(&format!("- written by {}", inert(&draft.program)));
        }
    }

    fn evidence(&mut self, draft: &Draft) {
        self.section("Evidence");
        if draft.evidence.is_empty() {
            self.line("No line is cited or pinned.");
        } else {
            self.line(&format!("The lines `[n]` points at. Times in {}.\n", self.zone.label()));
        }
        for line in &draft.evidence {
            self.evidence_line(line);
        }
    }

    fn evidence_line(&mut self, line: &Line) {
        let at = line.at.map(|at| format!(" {}", self.time(at))).unwrap_or_default();
        let service = line.service.as_ref().map_or_else(String::new, |name| format!(" {}", inert(name)));
        let level = line.level.map_or_else(String::new, |level| format!(" {level}"));
        let more = match line.more {
            0 => String::new(),
            more => format!(" (and {} more)", moment::count(more as u64)),
        };
        let place = line.place.as_ref().map_or_else(String::new, |place| format!(" {}{more}", code(place)));
        let mark = if line.pinned { " (pinned)" } else { "" };
        let head = format!("- **[{}]**{at}{service}{level}{place}{mark}", line.n);
        let mut lines = line.text.lines();
        match (lines.next(), lines.next()) {
            (first, None) => self.line(&format!("{head}: {}", code(first.unwrap_or_default()))),
            _ => self.block(&head, &line.text),
        }
    }

    /// A record of several lines: a stack trace reads as one.
    fn block(&mut self, head: &str, text: &str) {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        self.line(&format!("{head}:\n\n  {fence}"));
        for line in text.lines().take(MAX_LINES) {
            self.line(format!("  {line}").trim_end());
        }
        let all = text.lines().count();
        if all > MAX_LINES {
            self.line(&format!("  .. and {} more lines", all - MAX_LINES));
        }
        self.line(&format!("  {fence}\n"));
    }
}

fn note_text(note: &str) -> String {
    inert(&note.lines().collect::<Vec<_>>().join(" "))
}

/// Foreign text in a cell of a table: a bar would end the cell, also inside code.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// What happened; `quote` makes foreign text harmless where it stands.
fn what(row: &Impact, quote: impl Fn(&str) -> String) -> String {
    let kind = words::kind(row.kind);
    let path = if row.section == Section::Path { ", another path" } else { "" };
    if row.what.is_empty() { format!("{kind}{path}") } else { format!("{kind}{path}: {}", quote(&row.what)) }
}
