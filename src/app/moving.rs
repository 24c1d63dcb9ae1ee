//! Moving in rows, a record, an answer, the timeline.

use super::changes::LEAD;
use super::command::Command;
use super::detail::{Detail, Item};
use super::row::{Row, RowBody};
use super::state::{Focus, State};
use super::view::{Landing, ViewKind};
use crate::change::Section;
use crate::config::Action;
use crate::port::{Anchor, Direction};

/// Columns of one step sideways.
const SIDE: usize = 8;

/// Rows of a movement; `None`: it is none, or one to an end.
pub(super) fn step(action: Action, page: usize) -> Option<isize> {
    let page = isize::try_from(page.max(1)).unwrap_or(1);
    Some(match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::HalfDown => (page / 2).max(1),
        Action::HalfUp => -(page / 2).max(1),
        Action::PageDown => (page - 1).max(1),
        Action::PageUp => -(page - 1).max(1),
        _ => return None,
    })
}

impl State {
    /// Moves in the list on top; `false` if the action is no movement.
    pub(super) fn move_list(&mut self, action: Action, out: &mut Vec<Command>) -> bool {
        let page = usize::from(self.layout().list.body().height);
        match action {
            Action::Top => self.jump_to_end(false, out),
            Action::Bottom => self.jump_to_end(true, out),
            Action::Left | Action::Right => {
                if let Some(view) = self.view_mut() {
                    let at = view.list.sideways;
                    view.list.sideways = if action == Action::Right {
                        at.saturating_add(SIDE).min(60_000)
                    } else {
                        at.saturating_sub(SIDE)
                    };
                }
            }
            Action::Fold => self.fold(),
            _ => {
                let Some(by) = step(action, page) else { return false };
                if let Some(view) = self.view_mut() {
                    view.list.move_by(by);
                    let last = view.list.rows().len().saturating_sub(1);
                    if view.list.index() == Some(last) {
                        self.following.waiting = 0;
                    }
                }
            }
        }
        true
    }

    fn jump_to_end(&mut self, last: bool, out: &mut Vec<Command>) {
        if last {
            self.following.waiting = 0;
        }
        let Some(view) = self.view_mut() else { return };
        let there = if last { view.pager.at_end } else { view.pager.at_start };
        if !view.is_paged() || there {
            view.list.select(if last { usize::MAX } else { 0 });
            return;
        }
        let total = view.pager.total.unwrap_or(u64::MAX);
        match (&view.kind, last) {
            (ViewKind::Raw(_), false) => self.jump_lines(1, Landing::First, out),
            (ViewKind::Raw(_), true) => {
                let from = total.saturating_sub(super::refresh::PAGE as u64 - 1);
                self.jump_lines(from, Landing::Last, out);
            }
            (_, false) => self.jump_records(Anchor::Start, Direction::Forward, Landing::First, out),
            (_, true) => self.jump_records(Anchor::End, Direction::Backward, Landing::Last, out),
        }
    }

    /// Shows or hides what is below a heading, or the further lines of a record.
    pub(super) fn fold(&mut self) {
        let broke = self.broke.clone();
        let Some(view) = self.view_mut() else { return };
        match view.list.current_mut() {
            Some(Row { body: RowBody::Section(section, ..), .. }) => {
                let section = *section;
                if view.folded.contains(&section) {
                    view.folded.retain(|known| *known != section);
                } else {
                    view.folded.push(section);
                }
                if let Some(broke) = broke {
                    view.show_changes(&broke);
                }
                if section == Section::Worse && !view.folded.contains(&section) {
                    // To the first row that was hidden: it is where the fold was.
                    view.list.select(LEAD);
                }
            }
            Some(Row { body: RowBody::Record(line), .. }) => line.folded = !line.folded,
            _ => {}
        }
    }

    /// Moves in the open record; `false` if the action is no movement.
    pub(super) fn move_detail(&mut self, action: Action) -> bool {
        let page = usize::from(self.layout().detail.body().height);
        let Some(detail) = &mut self.detail else { return false };
        let last = detail.items().len().saturating_sub(1);
        match action {
            Action::Top => detail.cursor = 0,
            Action::Bottom => detail.cursor = last,
            Action::Left => detail.offset = detail.offset.saturating_sub(1),
            Action::Right => detail.offset = detail.offset.saturating_add(1).min(10_000),
            _ => {
                let Some(by) = step(action, page) else { return false };
                detail.cursor = detail.cursor.saturating_add_signed(by).min(last);
                detail.offset = 0;
            }
        }
        true
    }

    /// Scrolls the answer; `false` if the action is no movement.
    pub(super) fn move_answer(&mut self, action: Action) -> bool {
        let page = usize::from(self.layout().answer.body().height);
        let Some(turn) = self.turns.get_mut(self.turn) else { return false };
        match action {
            Action::Top => turn.scroll = 0,
            // The face knows how many lines there are and stops at the last.
            Action::Bottom => turn.scroll = usize::MAX,
            _ => {
                let Some(by) = step(action, page) else { return false };
                turn.scroll = turn.scroll.saturating_add_signed(by);
            }
        }
        turn.citation = turn.citation.filter(|_| matches!(action, Action::Down | Action::Up));
        true
    }

    /// Shows another answer of this session.
    pub(super) fn move_turn(&mut self, forward: bool) {
        let last = self.turns.len().saturating_sub(1);
        self.turn = if forward { (self.turn + 1).min(last) } else { self.turn.saturating_sub(1) };
    }

    /// To the next or previous pane that is open.
    pub(super) fn next_pane(&mut self, forward: bool) {
        let panes = [
            (Focus::List, true),
            (Focus::Answer, self.current_turn().is_some()),
            (Focus::Detail, self.detail.is_some()),
            (Focus::Timeline, !self.layout().timeline.is_empty() && !self.timeline.buckets.is_empty()),
            (Focus::Prompt, true),
        ];
        let open: Vec<Focus> = panes.into_iter().filter(|(_, open)| *open).map(|(pane, _)| pane).collect();
        let at = open.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        let next = if forward { at + 1 } else { at + open.len() - 1 } % open.len().max(1);
        self.focus = open.get(next).copied().unwrap_or_default();
    }
}

impl Detail {
    /// The next (or previous) neighbour under the cursor, to open it.
    #[must_use]
    pub fn standing_on_neighbour(&self) -> bool {
        matches!(self.item(), Item::Before(_) | Item::After(_))
    }
}
