//! The sections that tell what broke: summary, cause candidates, what it was not.

use super::{Page, what};
use crate::case::prose::{code, inert};
use crate::case::suspects::{Cleared, Sign, Story, Suspect};
use crate::case::{Draft, words};
use crate::change::Reason;
use crate::domain::{Timestamp, moment};

/// Said where a section needs a comparison and there is none.
const NOT_COMPARED: &str = "Not known: no window was compared with its baseline in this case.";

impl Page<'_> {
    /// What the story says in a few sentences, each of them to be found again below.
    pub(super) fn summary(&mut self, draft: &Draft) {
        let Some((story, lead)) = draft.story.as_ref().and_then(|s| Some((s, s.candidates.first()?))) else {
            return;
        };
        self.section("Summary");
        let sure = if story.found { "likeliest origin" } else { "strongest hint, not beyond chance" };
        let since = story.since.map_or_else(String::new, |at| format!(" since {}", self.zoned(at)));
        self.line(&format!("- **{}**{since} ({sure})", inert(&lead.service)));
        if let Some(trigger) = &lead.trigger {
            let before = story.since.map_or_else(String::new, |since| before(since, trigger.at));
            let said = self.sign(trigger);
            self.line(&format!("- Candidate for the cause{before}: {said}"));
        }
        if !story.affected.is_empty() {
            let errors = story.affected.iter().map(|hit| {
                let (now, before) = (moment::count(hit.errors), moment::count(hit.before));
                format!("{} {now} (before: {before})", inert(&hit.service))
            });
            let errors = errors.collect::<Vec<_>>().join(", ");
            self.line(&format!("- Errors: {errors}"));
        }
        if let Some(last) = story.last {
            let still = if story.still { "yes, as far as these logs go" } else { "no sign of it since" };
            self.line(&format!("- Still happening: {still}; last at {}", self.zoned(last)));
        }
    }

    pub(super) fn causes(&mut self, draft: &Draft) {
        self.section("Cause candidates");
        let Some(story) = &draft.story else { return self.line(NOT_COMPARED) };
        if story.candidates.is_empty() {
            return self.line("None: nothing clearly broke in the window.");
        }
        self.line("In order, not certainties: what changed first and what the others name.\n");
        for (index, suspect) in story.candidates.iter().enumerate() {
            self.suspect(index + 1, suspect, story);
        }
        if let Some(sign) = &story.first_sign {
            let said = self.sign(sign);
            self.line(&format!("\nFirst sign of trouble: {said}"));
        }
        if !story.further.is_empty() {
            let names: Vec<String> = story.further.iter().map(|name| code(name)).collect();
            self.line(&format!("\nFurther services that changed, in order: {}.", names.join(", ")));
        }
    }

    fn suspect(&mut self, number: usize, suspect: &Suspect, story: &Story) {
        let names: Vec<String> = suspect.named_by.iter().map(|name| inert(name)).collect();
        let named = if names.is_empty() { String::new() } else { format!(", named by {}", names.join(", ")) };
        self.line(&format!("{number}. **{}**{named}", inert(&suspect.service)));
        if let Some(trigger) = &suspect.trigger {
            let before = story.since.map_or_else(String::new, |since| before(since, trigger.at));
            let said = self.sign(trigger);
            self.line(&format!("   - seen first{before}, not tested: {said}"));
        }
        for row in &suspect.rows {
            let rate = |rate| words::rate(rate, row.unit);
            let line = row.line.map_or_else(String::new, |n| format!(" [{n}]"));
            let (base, now, sure) = (rate(row.base), rate(row.now), row.kind.sure(row.confidence));
            self.line(&format!("   - {}: {base} -> {now}, {sure}{line}", what(row, code)));
        }
    }

    pub(super) fn ruled_out(&mut self, draft: &Draft) {
        self.section("What it was not");
        match &draft.story {
            None => self.line(NOT_COMPARED),
            Some(story) if story.ruled_out.is_empty() => self.line("No other trouble stands out."),
            Some(story) => {
                self.line("Warnings and errors that do not fit the change, by time or by rate.\n");
                for out in &story.ruled_out {
                    self.cleared(out);
                }
            }
        }
    }

    fn cleared(&mut self, out: &Cleared) {
        let why = match (out.reason, out.last) {
            (Reason::OverBefore, Some(last)) => format!("over at {}, before the change", self.zoned(last)),
            (Reason::OverBefore, None) => "over before the change".to_owned(),
            (Reason::AsOftenBefore, _) => {
                format!("{:.1} a minute before, {:.1} a minute since", out.before, out.now)
            }
        };
        let line = out.line.map_or_else(String::new, |n| format!(" [{n}]"));
        self.line(&format!("- {}: {why}{line}", code(&out.what)));
    }

    /// A record with its time, service and line.
    fn sign(&self, sign: &Sign) -> String {
        let line = sign.line.map_or_else(String::new, |n| format!(" [{n}]"));
        format!("{} {} {}{line}", self.zoned(sign.at), inert(&sign.service), code(&sign.text))
    }

    fn zoned(&self, at: Timestamp) -> String {
        format!("{} {}", self.time(at), self.zone.label())
    }
}

/// `, 38 s before the trouble`; nothing for what came with it or after.
fn before(since: Timestamp, at: Timestamp) -> String {
    match (since.since(at) + 500_000_000) / 1_000_000_000 {
        ..1 => String::new(),
        seconds @ 1..120 => format!(", {seconds} s before"),
        seconds => format!(", {} min before", seconds / 60),
    }
}
