//! Texts over the screen: the keys of a place, spend and times, exactly what is sent.

use super::notice::Notice;
use super::overlay::{Choice, Overlay, OverlayKind};
use super::state::State;
use crate::config::{Action, Place};
use crate::domain::moment;
use crate::evidence::outgoing;
use crate::safety::display_safe;

impl State {
    pub(super) fn open_help(&mut self) {
        let place = self.place();
        let choices = self.help_lines(place);
        self.overlays.push(Overlay::new(OverlayKind::Help(place), choices));
    }

    /// The keys of a place, then those that work everywhere; generated from the one table.
    pub(super) fn help_lines(&self, place: Place) -> Vec<Choice> {
        let mut lines = Vec::new();
        for shown in [place, Place::Global] {
            if shown == Place::Global && matches!(place, Place::Prompt | Place::Input) {
                continue;
            }
            if !lines.is_empty() {
                lines.push(Choice::text(""));
            }
            lines.push(Choice::text(format!("-- {} --", shown.heading())));
            let mut done: Vec<Action> = Vec::new();
            for binding in self.keys.bindings().iter().filter(|binding| binding.place == shown) {
                if done.contains(&binding.action) {
                    continue;
                }
                done.push(binding.action);
                let same = |other: &&crate::config::Binding| {
                    (other.place, other.action) == (binding.place, binding.action)
                };
                let keys: Vec<String> = self.keys.bindings().iter().filter(same).map(|b| b.label()).collect();
                lines.push(Choice::text(format!("{:<16} {}", keys.join("  "), binding.action.help())));
            }
        }
        lines
    }

    /// What was spent and how long things took: true numbers only.
    pub(super) fn open_usage(&mut self) {
        let mut lines = vec![
            format!("answers by      {}", self.session.model),
            "cost            none: nothing leaves this machine".to_owned(),
            format!("questions       {}", self.times.asked),
        ];
        if let Some(overview) = &self.logs.overview {
            lines.push(format!("records read    {}", moment::count(overview.records)));
            lines.push(format!("patterns        {}", moment::count(self.logs.patterns as u64)));
            lines.push(format!("opened in       {:.0} ms", self.logs.opened_in.as_secs_f64() * 1e3));
        }
        if let Some(turn) = self.current_turn()
            && let super::answer::Phase::Done(outcome) = &turn.phase
        {
            lines.push(String::new());
            lines.push("the last answer".to_owned());
            for (stage, millis) in &outcome.timings_ms {
                lines.push(format!("  {stage:<14}{millis:.1} ms"));
            }
            let tokens = moment::count(outcome.evidence.tokens);
            lines.push(format!(
                "  {:<14}about {tokens} tokens in {} rows",
                "evidence",
                outcome.evidence.rows.len()
            ));
            lines.push(format!("  {:<14}{} values", "masked", outcome.evidence.masked));
        }
        let choices = lines.into_iter().map(Choice::text).collect();
        self.overlays.push(Overlay::new(OverlayKind::Usage, choices));
    }

    /// Exactly what was sent for the answer shown, or what would be sent to a model.
    pub(super) fn open_outgoing(&mut self) {
        let Some(turn) = self.current_turn() else {
            return self.say(Notice::info("nothing was asked yet, so nothing was sent"));
        };
        let Some(evidence) = turn.evidence() else {
            return self.say(Notice::info("there is no evidence yet"));
        };
        let zone = self.zone();
        // The nonce is drawn anew for every request; any that is not in the text shows the same bytes.
        let text =
            (0..8u128).find_map(|n| outgoing(&turn.ask.text, turn.ask.scope.window, &zone, evidence, n));
        let mut lines = vec![if self.session.model == "analyst" {
            "nothing was sent: the analyst runs here. A model would be sent exactly this:".to_owned()
        } else {
            format!("sent to {}:", self.session.model)
        }];
        lines.push(String::new());
        let text = display_safe(text.unwrap_or_default().as_bytes()).into_owned();
        lines.extend(text.lines().map(str::to_owned));
        let choices = lines.into_iter().map(Choice::text).collect();
        self.overlays.push(Overlay::new(OverlayKind::Outgoing, choices));
    }
}
