//! Numeric conditions of a question: "longer than 5 seconds", "at least 3", ">250ms".

use super::question::Ask;
use super::timephrase::small_number;
use super::unit::Unit;
use super::value::{Decimal, Quantity};
use super::words::TokenKind;

/// A numeric condition ("longer than 5 seconds").
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) above: bool,
    pub(super) inclusive: bool,
    pub(super) quantity: Quantity,
    /// Token of the number; words near it choose the slot.
    pub(super) at: usize,
}

impl Ask {
    /// How the answer is to be written ("to two decimals", "rounded") finds no line.
    pub(super) fn spend_precision(&mut self) {
        for at in 0..self.tokens.len() {
            let decimals = matches!(self.word(at), "decimal" | "decimals");
            if decimals || self.word(at) == "rounded" {
                self.spend(&[at]);
            }
            let before = at.checked_sub(1).filter(|_| decimals);
            if let Some(before) = before.filter(|&before| small_number(self.word(before)).is_some()) {
                self.spend(&[before]);
            }
        }
    }

    /// The quantity at a token, with a unit in the token behind it; and how many tokens it takes.
    fn quantity(&self, at: usize) -> Option<(Quantity, usize)> {
        let token = self.tokens.get(at).filter(|token| token.kind == TokenKind::Value && self.free(at))?;
        let quantity = Quantity::parse(token.text.trim_start_matches(['<', '>', '=']))?;
        if quantity.unit == Unit::None
            && let Some(unit) =
                self.tokens.get(at + 1).filter(|t| t.text.len() > 1).and_then(|t| Unit::parse(&t.text))
        {
            return Some((Quantity { unit, ..quantity }, 2));
        }
        Some((quantity, 1))
    }

    pub(super) fn read_bounds(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            at += self.bound_at(at).max(1);
        }
    }

    /// Reads a bound at a token; returns how many tokens it took.
    fn bound_at(&mut self, at: usize) -> usize {
        let text = self.tokens[at].text.as_str();
        if text.starts_with(['<', '>']) {
            let above = text.starts_with('>');
            let Some((quantity, size)) = self.quantity(at) else { return 0 };
            self.bounds.push(Bound { above, inclusive: false, quantity, at });
            self.spend(&(at..at + size).collect::<Vec<_>>());
            return size;
        }
        let (above, inclusive, words) = match (self.word(at), self.word(at + 1)) {
            ("no" | "not", "more" | "longer" | "larger" | "over") if self.word(at + 2) == "than" => {
                (false, true, 3)
            }
            ("no" | "not", "less" | "fewer" | "shorter" | "smaller") if self.word(at + 2) == "than" => {
                (true, true, 3)
            }
            ("not", "over" | "above") => (false, true, 2),
            ("not", "under" | "below") => (true, true, 2),
            ("at", "least") => (true, true, 2),
            ("at", "most") => (false, true, 2),
            (
                "more" | "longer" | "greater" | "larger" | "bigger" | "higher" | "slower" | "later" | "older",
                "than",
            ) => (true, false, 2),
            (
                "less" | "shorter" | "smaller" | "fewer" | "lower" | "faster" | "quicker" | "younger",
                "than",
            ) => (false, false, 2),
            ("over" | "above" | "exceeding" | "exceeded" | "exceeds" | "exceed", _) => (true, false, 1),
            ("under" | "below", _) => (false, false, 1),
            _ => return 0,
        };
        let Some((quantity, size)) = self.quantity(at + words) else { return 0 };
        if self.word(at + words + size) == "times" {
            return 0;
        }
        self.bounds.push(Bound { above, inclusive, quantity, at: at + words });
        self.spend(&(at..at + words + size).collect::<Vec<_>>());
        words + size
    }

    /// The quantity of zero bounds is unlimited: whether a number passes all bounds of the question.
    pub(super) fn within_bounds(bounds: &[Bound], quantity: Quantity) -> bool {
        bounds.iter().all(|bound| {
            let asked = if bound.quantity.unit == Unit::None {
                Quantity { unit: quantity.unit, ..bound.quantity }
            } else {
                bound.quantity
            };
            let own = if quantity.unit == Unit::None {
                Quantity { unit: asked.unit, ..quantity }
            } else {
                quantity
            };
            let (Some(own), Some(asked)) = (own.base(), asked.base()) else { return false };
            passes(own, asked, bound)
        })
    }
}

fn passes(own: Decimal, asked: Decimal, bound: &Bound) -> bool {
    if bound.inclusive && own == asked {
        return true;
    }
    if bound.above { own > asked } else { own < asked }
}
