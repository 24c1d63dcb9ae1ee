//! The words a question groups by: "per user", "errors by service".

use super::grammar::is_verb_form;
use super::question::{Ask, Role};
use super::timephrase::unit_nanos;
use super::words::TokenKind;

impl Ask {
    /// "per user", "for each host", "grouped by status", "by host" at the end of a count.
    pub(super) fn read_group(&mut self) {
        for at in 0..self.tokens.len() {
            let next = self.word(at + 1);
            let start = match self.word(at) {
                "per" => at + 1,
                "each" | "every" if at > 0 => at + 1,
                "by" if self.groups_by(at) || self.ends_by(at) => {
                    at + 1 + usize::from(matches!(next, "the" | "each"))
                }
                _ => continue,
            };
            if unit_nanos(self.word(start)).is_some() || !self.free(start) {
                continue;
            }
            self.group = self.noun_phrase(start);
            if !self.group.is_empty() {
                self.roles[at] = Role::Stop;
                return;
            }
        }
    }

    /// "Errors by service" at the end of a bare phrase; not "opened by user".
    fn ends_by(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or("", |i| self.word(i));
        let asks = self.tokens.iter().any(|token| {
            matches!(token.lower.as_str(), "who" | "which" | "what" | "was" | "were" | "is" | "are" | "did")
        });
        let plain = self.tokens.get(at + 1).is_some_and(|token| token.kind == TokenKind::Word);
        at + 2 == self.tokens.len() && plain && !asks && !is_verb_form(before) && before.ends_with('s')
    }

    fn groups_by(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or("", |i| self.word(i));
        matches!(
            before,
            "grouped" | "group" | "split" | "broken" | "down" | "breakdown" | "ranked" | "sorted"
        ) || (matches!(self.word(0), "count" | "breakdown" | "distribution" | "group" | "split")
            && at + 3 >= self.tokens.len()
            && self.tokens.get(at + 1).is_some_and(|t| t.kind == TokenKind::Word))
    }
}
