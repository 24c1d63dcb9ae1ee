//! Asking: the question being written, the turn that runs, what comes back.

use super::answer::{Phase, Turn};
use super::case::Memo;
use super::command::Command;
use super::input::InputKind;
use super::notice::Notice;
use super::overlay::{Choice, Overlay, OverlayKind};
use super::row::{EvidenceLine, Row, RowBody, RowId};
use super::state::{Focus, State};
use super::view::{View, ViewKind};
use crate::compute::rewrite_followup;
use crate::config::Action;
use crate::investigate::{Ask, BackendEvent, Outcome, Reply, Request, Stage, TurnId};
use crate::safety::{display_line, display_safe};
use std::collections::BTreeSet;

impl State {
    /// A key while the question is written.
    pub(super) fn act_prompt(&mut self, action: Action, out: &mut Vec<Command>) {
        match action {
            Action::Submit => self.submit(out),
            Action::Leave | Action::Back => match self.running() {
                Some(_) => self.stop(out),
                None => self.focus = if self.current_turn().is_some() { Focus::Answer } else { Focus::List },
            },
            Action::History => self.open_history(),
            Action::Editor => out.push(Command::Compose(self.draft.clone())),
            Action::DropChip => self.drop_chip(out),
            Action::NextPane => self.next_pane(true),
            Action::Up | Action::Down | Action::PageUp | Action::PageDown => {
                self.move_list(action, out);
            }
            Action::Interrupt if !self.draft.is_empty() && self.running().is_none() => {
                self.set_text("");
                self.complete_draft();
            }
            _ => self.act_everywhere(action, out),
        }
    }

    /// What a short question would be completed to, from the one before it.
    pub(super) fn complete_draft(&mut self) {
        let before = self.turns.last().map(|turn| turn.ask.text.clone());
        let completed = before.and_then(|before| rewrite_followup(&before, self.draft.trim()));
        if completed != self.completed {
            self.uncompleted = false;
        }
        self.completed = completed.filter(|text| !text.is_empty());
    }

    fn drop_chip(&mut self, out: &mut Vec<Command>) {
        if self.completed.is_some() && !self.uncompleted {
            self.uncompleted = true;
            self.say(Notice::info("asked as it stands, without the question before it"));
        } else if self.filters.service.take().is_some() || self.filters.level.take().is_some() {
            self.refresh(out);
        } else if self.window.is_some() {
            self.set_window(None, out);
        }
    }

    fn submit(&mut self, out: &mut Vec<Command>) {
        let typed = self.draft.trim().to_owned();
        if typed.is_empty() {
            self.say(Notice::info("type what you want to know, for example: what broke, and since when?"));
            return;
        }
        if self.case.replayed {
            return self.say(Notice::info("this case is shown from its file: open the logs to ask more"));
        }
        if !self.is_ready() {
            return self.say(Notice::info(
                "the logs are still being read: the question is kept, Enter again in a moment",
            ));
        }
        if self.running().is_some() {
            return self.say(Notice::info("one question at a time: Esc stops the running one"));
        }
        let text = self.completed.clone().filter(|_| !self.uncompleted).unwrap_or_else(|| typed.clone());
        self.ask(typed, Ask { text, scope: self.scope() }, out);
    }

    /// Sends a question.
    pub(super) fn ask(&mut self, typed: String, ask: Ask, out: &mut Vec<Command>) {
        let id = self.request(Request::Ask(ask.clone()), out);
        let window = self.span();
        self.turns.push(Turn::new(id, typed.clone(), ask, self.now));
        self.turn = self.turns.len() - 1;
        self.history.retain(|known| *known != typed);
        self.history.push(typed.clone());
        self.set_text("");
        self.completed = None;
        self.uncompleted = false;
        self.times.asked += 1;
        self.focus = Focus::Answer;
        self.detail = None;
        let number = u32::try_from(self.turns.len()).unwrap_or(u32::MAX);
        self.remember(Memo::Asked(number, typed, window), out);
    }

    /// Puts the last question back into the prompt, to change it.
    pub(super) fn ask_again(&mut self) {
        let Some(turn) = self.current_turn() else {
            return self.say(Notice::info("no question was asked yet"));
        };
        let text = turn.typed.clone();
        self.focus = Focus::Prompt;
        self.set_text(text);
        self.complete_draft();
        self.say(Notice::info("change the words, or the window with t, then Enter"));
    }

    /// Puts what is under the cursor into the question.
    pub(super) fn ask_about(&mut self) {
        let field =
            self.detail.as_ref().filter(|_| self.focus == Focus::Detail).and_then(|d| d.field()).cloned();
        let about = match field {
            Some(field) => {
                format!("{} {}", display_line(field.name.as_bytes()), display_line(field.value.as_bytes()))
            }
            None => {
                let row = self.view().and_then(|view| view.list.current());
                let text = match (self.focus, self.record_here(), row) {
                    (_, Some(record), _) => {
                        display_line(record.message.lines().next().unwrap_or_default().as_bytes())
                            .into_owned()
                    }
                    (_, None, Some(Row { body: RowBody::Change(change), .. })) => change.text.clone(),
                    (_, None, Some(Row { body: RowBody::Pattern(pattern), .. })) => pattern.template.clone(),
                    (_, None, Some(row)) => row.text(),
                    (_, None, None) => return,
                };
                format!("\"{}\"", super::jump::clipped(&text, 120).replace('"', "'"))
            }
        };
        self.focus = Focus::Prompt;
        let lead = if self.draft.trim().is_empty() {
            "how many ".to_owned()
        } else {
            format!("{} ", self.draft.trim_end())
        };
        self.set_text(format!("{lead}{about}"));
        self.complete_draft();
    }

    fn open_history(&mut self) {
        let choices = self.history_choices("");
        self.overlays.push(Overlay::new(OverlayKind::History, choices));
        self.open_input(InputKind::History);
    }

    pub(super) fn history_choices(&self, text: &str) -> Vec<Choice> {
        let text = text.to_lowercase();
        let found = self.history.iter().rev().filter(|question| question.to_lowercase().contains(&text));
        found
            .map(|question| {
                let shown = display_line(question.as_bytes()).into_owned();
                Choice::new(shown, "", super::overlay::Pick::Question(question.clone()))
            })
            .collect()
    }

    /// A key on the answer.
    pub(super) fn act_answer(&mut self, action: Action, out: &mut Vec<Command>) -> bool {
        match action {
            Action::NextCitation => self.step_citation(true),
            Action::PreviousCitation => self.step_citation(false),
            Action::Open => self.open_citation(out),
            Action::Left => self.move_turn(false),
            Action::Right => self.move_turn(true),
            Action::AskAgain => self.ask_again(),
            Action::AskAbout => {
                self.focus = Focus::Prompt;
                self.complete_draft();
            }
            Action::Save => self.open_input(InputKind::SaveAs),
            _ => return false,
        }
        true
    }

    fn step_citation(&mut self, forward: bool) {
        let Some(turn) = self.turns.get_mut(self.turn) else { return };
        let last = turn.citations().len().saturating_sub(1);
        turn.citation = match (turn.citation, turn.citations().is_empty()) {
            (_, true) => None,
            (None, _) => Some(if forward { 0 } else { last }),
            (Some(at), _) if forward => Some((at + 1).min(last)),
            (Some(at), _) => Some(at.saturating_sub(1)),
        };
        let row = turn.cited().map(|row| RowId::Evidence(row.n));
        if let (Some(row), Some(view)) = (row, self.view_mut()) {
            view.list.select_id(&row);
        }
        if self.current_turn().is_some_and(|turn| turn.citations().is_empty() && !turn.is_running()) {
            self.say(Notice::info("this answer points at no line"));
        }
    }

    fn open_citation(&mut self, out: &mut Vec<Command>) {
        if self.current_turn().is_some_and(|turn| turn.citation.is_none()) {
            self.step_citation(true);
        }
        let record = self.current_turn().and_then(Turn::cited).map(|row| row.records.first().cloned());
        match record {
            Some(Some(id)) => self.open_detail(id, out),
            Some(None) => self.say(Notice::info("this row was counted over many lines: none stands for it")),
            None => {}
        }
    }

    /// Something came back for a turn.
    pub(super) fn turn_reply(&mut self, id: TurnId, reply: Reply, out: &mut Vec<Command>) {
        let now = self.now;
        let Some(at) = self.turns.iter().position(|turn| turn.id == id) else { return };
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let Some(turn) = self.turns.get_mut(at) else { return };
        // What comes after a stop only settles the account.
        if !turn.is_running() {
            return;
        }
        match reply {
            Reply::Progress(event) => turn.progress(event, now),
            Reply::Answered(outcome) => self.answered(at, *outcome, out),
            Reply::Failed(failure) => {
                let why = failure.advised();
                let why = display_safe(why.as_bytes()).into_owned();
                turn.ended = Some(now);
                turn.phase = Phase::Failed(why.clone());
                let text = turn.streamed.clone();
                self.remember(Memo::Stopped(number, text, why), out);
            }
            _ => {}
        }
    }

    fn answered(&mut self, at: usize, mut outcome: Outcome, out: &mut Vec<Command>) {
        let now = self.now;
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        outcome.answer.text = display_safe(outcome.answer.text.as_bytes()).into_owned();
        let Some(turn) = self.turns.get_mut(at) else { return };
        turn.ended = Some(now);
        let took = now.saturating_sub(turn.began);
        self.times.ask = Some(took.as_secs_f64() * 1e3);
        let kept = Box::new(outcome.clone());
        let degraded = outcome.degraded.first().cloned();
        turn.phase = Phase::Done(Box::new(outcome));
        turn.scroll = 0;
        let (id, rows) = (turn.id, evidence_rows(turn));
        self.show_evidence(id, rows);
        if let Some(degraded) = degraded {
            self.say(Notice::trouble(display_line(degraded.as_bytes())));
        }
        self.remember(Memo::Answered(number, kept), out);
    }

    /// Puts the evidence on top, in the place of an earlier turn's.
    fn show_evidence(&mut self, id: TurnId, rows: Vec<Row>) {
        self.views.retain(|view| !matches!(view.kind, ViewKind::Evidence(_)));
        let mut view = View::new(ViewKind::Evidence(id));
        view.note = rows.is_empty().then(|| "no line was needed for this answer".to_owned());
        view.list.replace(rows);
        self.views.push(view);
    }
}

impl Turn {
    fn progress(&mut self, event: BackendEvent, now: std::time::Duration) {
        match event {
            BackendEvent::Stage(stage) => self.phase = Phase::Running { stage, since: now },
            BackendEvent::Hits(hits) => self.hits = hits.len(),
            BackendEvent::Text(text) => self.streamed.push_str(&display_safe(text.as_bytes())),
            BackendEvent::Usage(_) | BackendEvent::Notice(_) => {}
        }
    }
}

/// The evidence of a turn as rows.
pub(super) fn evidence_rows(turn: &Turn) -> Vec<Row> {
    let cited: BTreeSet<usize> = turn.citations().iter().map(|citation| citation.n).collect();
    let Some(evidence) = turn.evidence() else { return Vec::new() };
    let row = |row: &crate::evidence::EvidenceRow| Row {
        id: RowId::Evidence(row.n),
        body: RowBody::Evidence(EvidenceLine::of(row, cited.contains(&row.n))),
    };
    evidence.rows.iter().map(row).collect()
}

/// What is being done, in a word.
#[must_use]
pub const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Opening => "opening",
        Stage::Computing => "computing",
        Stage::Comparing => "comparing",
        Stage::Searching => "searching",
        Stage::Answering => "writing",
        Stage::Checking => "checking",
    }
}
