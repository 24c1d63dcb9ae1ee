//! What a question ranks by: a number of the lines ("top 3 hosts by bytes sent"), not how many lines there are.

use super::intent::Intent;
use super::question::Ask;
use super::thesaurus::is_stop;
use super::unit::{Unit, UnitKind};
use super::words::TokenKind;

impl Ask {
    /// "Top 3 hosts BY BYTES sent", "host with the most BYTES received": what is ranked is a number of the lines.
    pub(super) fn rank_by_number(&mut self) {
        if self.intent != Intent::Top {
            return;
        }
        let sized =
            |at: &usize| Unit::parse_word_only(self.word(*at)).map(Unit::kind) == Some(UnitKind::Size);
        let by = (1..self.tokens.len()).find(|&at| {
            self.word(at) == "by" && Unit::parse_word_only(self.word(at + 1)).map(Unit::kind).is_some()
        });
        let with = (1..self.tokens.len())
            .find(|&at| matches!(self.word(at), "with" | "having") && self.measure.iter().any(|m| *m > at));
        let (noun, measure) = match (by, with) {
            (Some(by), _) if self.noun.iter().all(|at| *at < by) => {
                (self.noun.clone(), self.noun_phrase_of(by + 1))
            }
            (None, Some(with)) => (self.noun_before(with), self.measure.clone()),
            _ => return,
        };
        if noun.is_empty() || !measure.iter().any(sized) {
            return;
        }
        (self.noun, self.measure, self.intent) = (noun, measure, Intent::Sum);
    }

    fn noun_phrase_of(&self, at: usize) -> Vec<usize> {
        let phrase = self.noun_phrase(at);
        if phrase.is_empty() && at < self.tokens.len() { vec![at] } else { phrase }
    }

    fn noun_before(&self, end: usize) -> Vec<usize> {
        let start = (0..end).rev().take_while(|&at| {
            self.tokens[at].kind == TokenKind::Word && !is_stop(self.word(at)) && self.free(at)
        });
        let mut phrase: Vec<usize> = start.collect();
        phrase.reverse();
        phrase
    }
}
