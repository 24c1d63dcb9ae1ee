//! Status codes as people write them: `404s`, `5xx`, "status 4xx"; where a pattern holds such a code.

use super::corpus::{Place, Row};
use super::index::{Index, Shape};
use super::profile::Slot;
use super::run::value_of;
use super::words::{Token, TokenKind};

/// A range of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Codes {
    pub(super) low: u16,
    pub(super) high: u16,
}

impl Codes {
    /// Reads `404s`, `5xx`, `4XX`; a bare `404` is a code only where the words around it say so.
    pub(super) fn of(tokens: &[Token], at: usize) -> Option<Self> {
        let token = tokens.get(at).filter(|token| token.kind == TokenKind::Value)?;
        let text = token.lower.as_str();
        let digit = text.chars().next().filter(|c| ('1'..='5').contains(c)).and_then(|c| c.to_digit(10))?;
        let hundred = u16::try_from(digit).ok()? * 100;
        match text.get(1..)? {
            "xx" | "xxs" => Some(Self { low: hundred, high: hundred + 99 }),
            _ => {
                let bare = text.strip_suffix('s').unwrap_or(text);
                let code = bare.parse::<u16>().ok().filter(|_| bare.len() == 3)?;
                let said = bare.len() < text.len() || is_named(tokens, at);
                said.then_some(Self { low: code, high: code })
            }
        }
    }

    fn holds(self, text: &str) -> bool {
        text.len() == 3 && text.parse::<u16>().is_ok_and(|code| (self.low..=self.high).contains(&code))
    }

    /// Whether these codes report a failure.
    pub(super) const fn fail(self) -> bool {
        self.low >= 400
    }

    /// Whether a record holds one of the codes at one of the places.
    pub(super) fn passes(self, row: &Row<'_>, places: &[Place]) -> bool {
        places.iter().any(|place| value_of(row, place).is_some_and(|text| self.holds(&text)))
    }
}

/// Words that a status code follows or that follow it.
fn is_named(tokens: &[Token], at: usize) -> bool {
    let says = |token: &Token| {
        matches!(
            super::words::stem(&token.lower).as_str(),
            "status" | "code" | "http" | "return" | "respond" | "respons" | "answer" | "reply" | "statu"
        )
    };
    let from = at.saturating_sub(3);
    let behind = tokens.get(at + 1);
    let counted =
        |token: &Token| matches!(super::words::stem(&token.lower).as_str(), "error" | "request" | "hit");
    let with = at.checked_sub(1).is_some_and(|before| tokens[before].lower == "with");
    with || tokens[from..at].iter().any(says) || behind.is_some_and(|token| says(token) || counted(token))
}

/// The positions of a pattern that hold status codes.
pub(super) fn places(shape: &Shape) -> Vec<Place> {
    let code =
        |text: &String| text.len() == 3 && text.starts_with(|c| ('1'..='5').contains(&c)) && is_digits(text);
    let named = |slot: &Slot| {
        slot.labels
            .iter()
            .any(|l| l.weight >= 0.6 && matches!(l.text.as_str(), "status" | "code" | "http" | "returned"))
    };
    let holds = |slot: &&Slot| named(slot) && !slot.sample.is_empty() && slot.sample.iter().all(code);
    let field = |slot: &&Slot| matches!(slot.place, Place::Field(_));
    let all: Vec<&Slot> = shape.slots.iter().filter(holds).collect();
    // A named column is surer than a slot beside the word.
    let chosen = all.iter().copied().find(field).or_else(|| all.first().copied());
    chosen.map(|slot| slot.place.clone()).into_iter().collect()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether any pattern holds status codes.
pub(super) fn known(index: &Index) -> bool {
    index.shapes.iter().any(|shape| !places(shape).is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::words::tokenize;
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("how many 404s", 2, Some((404, 404)))]
    #[case("share of 5xx", 2, Some((500, 599)))]
    #[case("calls with status 301", 3, Some((301, 301)))]
    #[case("calls that did not return 200", 5, Some((200, 200)))]
    #[case("how many 404", 2, None)]
    #[case("level 900s", 1, None)]
    fn codes_are_read_where_the_words_say_so(
        #[case] question: &str,
        #[case] at: usize,
        #[case] expected: Option<(u16, u16)>,
    ) {
        let codes = Codes::of(&tokenize(question), at);
        assert_eq!(codes.map(|codes| (codes.low, codes.high)), expected);
    }
}
