//! `watchfire replay`: a saved investigation as it went, entry by entry, from its file alone.

use super::arguments::{Global, Replay};
use super::exit::{Exit, Stop};
use super::line::{Line, Style};
use super::output::Output;
use super::report;
use super::world::World;
use crate::case::{Answered, Broke, Case, Entry, SavedChange, SavedHit, Stopped, What, words};
use crate::domain::moment;
use crate::domain::{TimeWindow, Timestamp, Zone};
use std::collections::BTreeSet;
use std::io;

/// Hits shown under an answer.
const HITS: usize = 10;
/// Rows shown of a comparison.
const ROWS: usize = 20;

pub(super) fn run(
    arguments: &Replay,
    world: &World,
    global: &Global,
    output: &mut Output,
) -> Result<Exit, Stop> {
    let stated = report::zone(arguments.zone.as_deref(), world, global, output)?;
    let case = report::open(&report::find(&arguments.case, world)?, output)?;
    let zone = stated.unwrap_or_else(|| case.zone());
    Player { output, zone: &zone }.play(&case)?;
    output.flush()?;
    Ok(if case.entries.is_empty() { Exit::Nothing } else { Exit::Found })
}

struct Player<'a> {
    output: &'a mut Output,
    zone: &'a Zone,
}

impl Player<'_> {
    fn play(&mut self, case: &Case) -> io::Result<()> {
        let mut head = Line::new();
        head.push(Style::Bold, "case ").push(Style::Bold, case.id.as_str());
        if let Some(header) = &case.header {
            let created = moment::seconds(Some(header.created), self.zone);
            head.push(Style::Dim, &format!("  begun {created}  {}", header.program));
        }
        self.output.whole_line(&head)?;
        for entry in &case.entries {
            self.entry(entry)?;
        }
        if case.closed() {
            return Ok(());
        }
        let end = if case.live { "(being written right now)" } else { "(not closed: it ends here)" };
        self.say(Style::Dim, end)
    }

    fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        let at = entry.at;
        match &entry.what {
            What::Opened(opened) => {
                let (names, records) = (opened.sources.join(", "), moment::count(opened.records));
                self.stamped(
                    at,
                    "opened",
                    &format!("{names}: {records} records{}", self.within(opened.window)),
                )
            }
            What::Asked(asked) => {
                self.output.line(&Line::new())?;
                let window = self.within(asked.window);
                self.stamped(at, &format!("> {}", asked.text), &window)
            }
            What::Answered(answered) => self.answered(answered),
            What::Stopped(stopped) => self.stopped(stopped),
            What::Broke(broke) => self.broke(at, broke),
            What::Pinned(pin) => {
                self.stamped(at, "pinned", "")?;
                self.hit(&pin.record)
            }
            What::Unpinned { record } => self.stamped(at, "unpinned", &record.0),
            What::Noted(note) => {
                let on = note.record.as_ref().map_or_else(String::new, |record| format!(" on {}", record.0));
                self.stamped(at, &format!("note{on}"), &note.text)
            }
            What::Window { window } => {
                let text = window.map_or_else(|| "everything".to_owned(), |w| moment::window(&w, self.zone));
                self.stamped(at, "window", &text)
            }
            What::Closed => self.stamped(at, "closed", ""),
        }
    }

    fn within(&self, window: Option<TimeWindow>) -> String {
        window.map_or_else(String::new, |window| format!("  (window {})", moment::window(&window, self.zone)))
    }

    fn say(&mut self, style: Style, text: &str) -> io::Result<()> {
        self.output.whole_line(Line::new().push(style, text))
    }

    fn stamped(&mut self, at: Timestamp, what: &str, text: &str) -> io::Result<()> {
        let mut line = Line::new();
        line.push(Style::Dim, &moment::seconds(Some(at), self.zone)).push(Style::Plain, "  ");
        line.push(Style::Bold, what).push(Style::Plain, "  ").push(Style::Plain, text.trim_start());
        self.output.whole_line(&line)
    }

    fn answered(&mut self, answered: &Answered) -> io::Result<()> {
        for line in answered.answer.trim_end().lines() {
            self.output.whole_line(Line::new().push_visible(Style::Plain, line))?;
        }
        let cited: BTreeSet<usize> = answered.citations.iter().map(|citation| citation.n).collect();
        for row in answered.evidence.iter().filter(|row| cited.contains(&row.n)) {
            let mut line = Line::new();
            line.column(Style::Bold, &format!("  [{}]", row.n), 7, false);
            if let Some(first) = row.records.first() {
                line.push(Style::Dim, &first.0).push(Style::Plain, "  ");
            }
            self.output.line(line.push_visible(Style::Plain, &row.text))?;
        }
        if !answered.hits.is_empty() {
            let more = if answered.total_at_least { "at least " } else { "" };
            let total = moment::count(answered.total);
            let shown = answered.hits.len().min(HITS);
            self.say(Style::Dim, &format!("  {shown} of {more}{total} records found:"))?;
        }
        for hit in answered.hits.iter().take(HITS) {
            self.hit(hit)?;
        }
        self.verdict(answered)
    }

    /// Who answered, what held, what was left out, what it cost.
    fn verdict(&mut self, answered: &Answered) -> io::Result<()> {
        let held = answered.citations.iter().filter(|citation| citation.verified).count();
        let usage = answered.usage;
        let mut text = format!("  {}: {held} of {} citations hold", answered.model, answered.citations.len());
        if usage.input_tokens + usage.output_tokens > 0 {
            let dollars = dollars(answered.cost_micro_usd);
            text.push_str(&format!(", {} + {} tokens, {dollars}", usage.input_tokens, usage.output_tokens));
        }
        if !answered.complete {
            text.push_str(", incomplete");
        }
        if !answered.found {
            text.push_str(", not in these logs");
        }
        self.say(Style::Dim, &text)?;
        for sentence in answered.degraded.iter().chain(&answered.left_out) {
            self.say(Style::Yellow, &format!("  not covered: {sentence}"))?;
        }
        Ok(())
    }

    fn stopped(&mut self, stopped: &Stopped) -> io::Result<()> {
        for line in stopped.text.trim_end().lines() {
            self.output.whole_line(Line::new().push_visible(Style::Plain, line))?;
        }
        let reason = if stopped.reason.is_empty() { "stopped" } else { &stopped.reason };
        self.say(Style::Yellow, &format!("  {reason}; the text above is not checked"))
    }

    fn broke(&mut self, at: Timestamp, broke: &Broke) -> io::Result<()> {
        let [now, base] = [broke.window, broke.baseline].map(|window| moment::window(&window, self.zone));
        self.stamped(at, "what broke", &format!("{now} against {base}"))?;
        for row in broke.rows.iter().take(ROWS) {
            self.change(row)?;
        }
        if broke.total > ROWS {
            self.say(Style::Dim, &format!("  and {} more", broke.total - ROWS))?;
        }
        for note in &broke.notes {
            self.say(Style::Dim, &format!("  {note}"))?;
        }
        Ok(())
    }

    fn change(&mut self, row: &SavedChange) -> io::Result<()> {
        let rate = |rate| words::rate(rate, row.unit);
        let value =
            row.field.as_ref().zip(row.value.as_ref()).map(|(name, value)| format!("{name} = {value} "));
        let mut line = Line::new();
        line.push(Style::Plain, "  ")
            .column(Style::Yellow, words::kind(row.change), 12, false)
            .column(Style::Cyan, &row.service, 16, false)
            .push(Style::Bold, &format!("{} -> {}  ", rate(row.base), rate(row.now)))
            .push(Style::Dim, &format!("{}  ", row.change.sure(row.confidence)))
            .push(Style::Plain, value.as_deref().unwrap_or_default())
            .push(Style::Plain, row.template.as_deref().unwrap_or_default());
        self.output.line(&line)
    }

    fn hit(&mut self, hit: &SavedHit) -> io::Result<()> {
        let level = hit.level.map_or("-", |level| level.as_str());
        let mut line = Line::new();
        line.push(Style::Plain, "  ")
            .push(Style::Dim, &format!("{}  ", moment::full(hit.ts, self.zone)))
            .column(Style::Plain, level, 7, false)
            .push(Style::Cyan, hit.service.as_deref().unwrap_or("-"))
            .push(Style::Dim, &format!("  {}  ", hit.id.0))
            .push(Style::Plain, hit.message.lines().next().unwrap_or_default());
        self.output.line(&line)
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with four digits")]
fn dollars(micro: u64) -> String {
    format!("${:.4}", micro as f64 / 1e6)
}
