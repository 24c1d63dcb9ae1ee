//! Which value position of a pattern a question asks for.

use super::corpus::Place;
use super::grammar::is_negation;
use super::index::{Elem, Shape};
use super::intent::Intent;
use super::labels::Label;
use super::matcher::Matcher;
use super::part::Part;
use super::profile::Slot;
use super::question::Ask;
use super::thesaurus::{Type, types_of};
use super::unit::{Unit, UnitKind};
use super::value::Quantity;
use super::words::TokenKind;

/// A value position chosen for a question.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    pub(super) place: Place,
    pub(super) part: Part,
    pub(super) unit: Option<Unit>,
    /// First and last slot of a value of several words (`<*> <*>`).
    pub(super) run: Option<(usize, usize)>,
    /// What to call it.
    pub(super) name: String,
    pub(super) score: f64,
}

/// What a position is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A number to compute with.
    Number,
    /// Something to count by.
    Entity,
    /// Any value.
    Value,
}

impl Wanted {
    /// What an intent needs.
    pub(super) const fn of(intent: Intent) -> Option<Self> {
        match intent {
            Intent::Sum | Intent::Max | Intent::Min | Intent::Mean | Intent::Percentile(_) => {
                Some(Self::Number)
            }
            Intent::Top | Intent::Rarest | Intent::Distinct | Intent::List => Some(Self::Entity),
            Intent::Extract | Intent::Change(_) => Some(Self::Value),
            _ => None,
        }
    }
}

/// The words of a question by what they say about the position asked for.
pub(super) struct Chooser<'q> {
    ask: &'q Ask,
    named: Vec<(Matcher, f64)>,
    types: Vec<(Type, f64)>,
    wants_address: bool,
    wants_port: bool,
    who: bool,
    preposition: Option<Matcher>,
    /// Words that name the number itself ("AMOUNT of payments", "payment AMOUNT").
    heads: Vec<(Matcher, f64)>,
}

impl<'q> Chooser<'q> {
    /// For the asked noun or the measure of a question (`repaired` gives the words as read).
    pub(super) fn new(
        ask: &'q Ask,
        phrase: &[usize],
        others: &[usize],
        word: &dyn Fn(usize) -> String,
    ) -> Self {
        let mut named = Vec::new();
        let mut types = Vec::new();
        for (at, &token) in phrase.iter().rev().enumerate() {
            let text = word(token);
            let weight = if at == 0 { 2.0 } else { 1.1 };
            let generic = is_vague(&text) && phrase.len() > 1;
            let share = if generic { 0.85 } else { 1.0 };
            types.extend(types_of(&text).iter().enumerate().map(|(i, kind)| {
                (*kind, if i == 0 { 1.6 } else { 1.2 } * share * if at == 0 { 1.0 } else { 0.7 })
            }));
            named.push((Matcher::new(&text, Vec::new()), weight * share));
        }
        named.extend(others.iter().map(|&token| (Matcher::new(&word(token), Vec::new()), 0.6)));
        let amounts =
            (0..ask.tokens.len()).filter(|&at| ask.word(at) == "amount").map(|_| ("amount".to_owned(), 2.6));
        let worth = ask.tokens.iter().any(|token| token.lower == "amount");
        let last = phrase.last().filter(|_| phrase.len() > 1 && !worth).map(|&token| (word(token), 1.4));
        let named_number = last.into_iter().chain(amounts);
        let heads = named_number.map(|(text, weight)| (Matcher::new(&text, Vec::new()), weight)).collect();
        let head = |names: &[&str]| phrase.iter().any(|&t| names.contains(&word(t).as_str()));
        if head(&["where"]) {
            types.extend([(Type::Host, 1.2), (Type::Ip, 1.2), (Type::Path, 1.0)]);
        }
        Self {
            named,
            types,
            who: head(&["who", "whose", "whom"]),
            wants_port: head(&["port", "ports"]),
            wants_address: head(&["ip", "ips", "address", "addresses", "host", "hosts"]),
            heads,
            preposition: ask.preposition.as_deref().map(|word| Matcher::new(word, Vec::new())),
            ask,
        }
    }

    /// The best position of a pattern outside the places that filter; `None` if none may serve.
    pub(super) fn choose(&self, shape: &Shape, wanted: Wanted, taken: &[Place]) -> Option<Target> {
        let free = shape.slots.iter().filter(|slot| !taken.contains(&slot.place) || self.other_part(slot));
        // A unit that the question names is the unit of the number it asks for.
        let strict = wanted == Wanted::Number
            && self.ask.insists_on_unit()
            && shape.slots.iter().any(|slot| slot.numeric >= 0.5 && self.of_asked_unit(slot));
        let mut best: Option<Target> = None;
        for slot in free.filter(|slot| !strict || self.of_asked_unit(slot)) {
            let Some(score) = self.score(slot, wanted) else { continue };
            if best.as_ref().is_none_or(|b| score > b.score) {
                best = Some(Target {
                    place: slot.place.clone(),
                    part: self.part(slot),
                    unit: slot.unit,
                    run: word_run(shape, slot),
                    name: name_of(slot),
                    score,
                });
            }
        }
        best
    }

    /// A filter on the address leaves the port of the same slot to ask for, and the reverse.
    fn other_part(&self, slot: &Slot) -> bool {
        slot.types.contains(&Type::Port)
            && slot.types.contains(&Type::Ip)
            && (self.wants_port || self.wants_address)
    }

    fn part(&self, slot: &Slot) -> Part {
        let addressed = slot.types.contains(&Type::Ip) || slot.types.contains(&Type::Host);
        let with_port = slot.types.contains(&Type::Port) && addressed;
        if with_port && self.wants_port {
            Part::Port
        } else if addressed && self.wants_address {
            Part::Address
        } else {
            Part::Whole
        }
    }

    // size: a sum with one term per line; its parts mean nothing alone
    fn score(&self, slot: &Slot, wanted: Wanted) -> Option<f64> {
        if wanted == Wanted::Number && slot.numeric < 0.5 {
            return None;
        }
        let machine = [Type::Host, Type::Ip].iter().any(|kind| slot.types.contains(kind));
        let column = matches!(&slot.place, Place::Field(name) if is_column(name));
        if self.who && (slot.numeric >= 0.9 || machine || column) && !slot.types.contains(&Type::User) {
            return None;
        }
        let mut score = 0.0;
        for (matcher, weight) in &self.named {
            let best = slot.labels.iter().map(|label| matcher.label(label)).fold(0.0, f64::max);
            score += best * weight;
        }
        let typed = self.types.iter().filter(|(kind, _)| slot.types.contains(kind));
        score += typed.map(|(_, weight)| *weight).fold(0.0, f64::max);
        score += self.unit_fit(slot);
        if let Some(preposition) = &self.preposition {
            let near = slot.labels.iter().filter(|label| label.weight >= 0.55);
            score += near.map(|label| preposition.label(label)).fold(0.0, f64::max) * 1.2;
        }
        let own = |head: &Matcher| slot.labels.iter().any(|label| head.label(label) >= 0.85);
        let heads = self.heads.iter().filter(|(head, _)| wanted == Wanted::Number && own(head));
        score += heads.map(|(_, weight)| *weight).fold(0.0, f64::max);
        if wanted == Wanted::Number && (slot.types.contains(&Type::Port) || is_id_name(&slot.labels)) {
            score -= 1.0;
        }
        if wanted == Wanted::Entity && slot.numeric >= 0.9 {
            score -= 0.4;
        }
        if self.who {
            let by = |l: &Label| matches!(l.text.as_str(), "by" | "user" | "operator");
            score += if slot.labels.iter().any(|l| l.weight >= 0.5 && by(l)) { 1.2 } else { 0.0 };
            score +=
                if slot.types.contains(&Type::Word) || slot.types.contains(&Type::User) { 0.5 } else { -0.8 };
            score -= if machine || column { 1.5 } else { 0.0 };
        }
        if matches!(slot.place, Place::Field(_)) {
            // Header columns are in every record; a slot of the message says more.
            score -= 0.05;
        }
        Some(score)
    }

    fn of_asked_unit(&self, slot: &Slot) -> bool {
        self.ask.unit.is_some_and(|kind| is_of_kind(slot, kind))
    }

    fn unit_fit(&self, slot: &Slot) -> f64 {
        let Some(asked) = self.ask.unit else {
            let sized = self
                .ask
                .tokens
                .iter()
                .any(|t| matches!(t.lower.as_str(), "largest" | "biggest" | "smallest"));
            return if sized && slot.types.contains(&Type::Size) { 0.5 } else { 0.0 };
        };
        if is_of_kind(slot, asked) {
            let exact = self.ask.unit_said.is_some_and(|said| slot.unit == Some(said));
            if exact { 1.6 } else { 1.0 }
        } else if slot.unit.is_some() {
            -1.5
        } else {
            -0.4
        }
    }
}

fn is_of_kind(slot: &Slot, kind: UnitKind) -> bool {
    match kind {
        UnitKind::Time => slot.types.contains(&Type::Duration),
        UnitKind::Size => slot.types.contains(&Type::Size),
        UnitKind::Percent => slot.types.contains(&Type::Percent),
        UnitKind::Other => !slot.types.contains(&Type::Duration) && !slot.types.contains(&Type::Size),
        UnitKind::Plain => slot.numeric >= 0.5,
    }
}

/// Nouns that name a position only together with another word.
pub(super) fn is_vague(word: &str) -> bool {
    matches!(
        word,
        "size"
            | "value"
            | "amount"
            | "number"
            | "count"
            | "name"
            | "id"
            | "type"
            | "level"
            | "total"
            | "address"
            | "ip"
    )
}

/// Header columns that are in every record.
pub(super) fn is_column(name: &str) -> bool {
    matches!(name, "host" | "program" | "logger" | "thread" | "service" | "pid" | "component" | "process")
}

fn is_id_name(labels: &[Label]) -> bool {
    labels.iter().any(|label| {
        label.weight >= 0.9
            && matches!(
                label.text.as_str(),
                "id" | "pid" | "uid" | "tid" | "gid" | "port" | "http" | "version" | "protocol"
            )
    })
}

fn name_of(slot: &Slot) -> String {
    match &slot.place {
        Place::Field(name) => name.clone(),
        _ => {
            let meaning = |l: &&Label| !super::thesaurus::is_stop(&l.text) && !is_negation(&l.text);
            let best = slot.labels.iter().filter(meaning).max_by(|a, b| a.weight.total_cmp(&b.weight));
            best.map_or_else(|| "value".to_owned(), |label| label.text.clone())
        }
    }
}

/// Whether the asked noun counts a number the pattern itself states (`Adding <n> tokens`, `tokens=<n>`).
// size: the three ways a line states a count, side by side
pub(super) fn counted_slot(shape: &Shape, head: &str, total: bool) -> Option<Target> {
    let matcher = Matcher::new(head, Vec::new());
    let unit = Unit::parse_word_only(head).is_some();
    let plural = |text: &str| text.ends_with('s') || unit;
    for slot in shape.slots.iter().filter(|slot| slot.numeric >= 0.9 && !is_id_name(&slot.labels)) {
        if total && slot.labels.iter().any(|label| label.weight >= 0.7 && matcher.label(label) >= 0.65) {
            return Some(counted(slot));
        }
        let Place::Slot(number) = slot.place else {
            let exact = slot
                .labels
                .iter()
                .any(|label| label.weight >= 0.95 && plural(&label.text) && matcher.label(label) >= 0.9);
            if exact {
                return Some(counted(slot));
            }
            continue;
        };
        let at = shape.elems.iter().position(|e| matches!(e, Elem::Slot(s, _) if *s == number))?;
        let right = match shape.elems.get(at + 1..) {
            Some([Elem::Gap, Elem::Word(text, _), ..])
            | Some([Elem::Gap, Elem::Gap, Elem::Word(text, _), ..]) => Some(text),
            _ => None,
        };
        let left = match &shape.elems[..at] {
            [.., Elem::Word(text, _), Elem::Mark('=')]
            | [.., Elem::Word(text, _), Elem::Mark(':')]
            | [.., Elem::Word(text, _), Elem::Mark(':' | '='), Elem::Gap] => Some(text),
            _ => None,
        };
        let same = |text: &String| {
            plural(text)
                && matcher.label(&Label { text: text.clone(), root: super::words::root(text), weight: 1.0 })
                    >= 0.9
        };
        if right.is_some_and(same) || left.is_some_and(same) {
            return Some(counted(slot));
        }
    }
    None
}

fn counted(slot: &Slot) -> Target {
    Target {
        place: slot.place.clone(),
        part: Part::Whole,
        unit: slot.unit,
        run: None,
        name: name_of(slot),
        score: 2.0,
    }
}

/// The slots that make one value of several words: neighbours with nothing but a space between them, all words.
fn word_run(shape: &Shape, slot: &Slot) -> Option<(usize, usize)> {
    let Place::Slot(own) = slot.place else { return None };
    let worded = |number: usize| {
        let slot = shape.slots.iter().find(|s| s.place == Place::Slot(number));
        slot.is_some_and(|s| s.numeric < 0.5 && s.types.contains(&Type::Word))
    };
    let joined = |a: usize, b: usize| {
        let near = |three: &[Elem]| matches!(three, [Elem::Slot(x, _), Elem::Gap, Elem::Slot(y, _)] if *x == a && *y == b);
        worded(a) && worded(b) && shape.elems.windows(3).any(near)
    };
    let (mut first, mut last) = (own, own);
    while first > 0 && joined(first - 1, first) {
        first -= 1;
    }
    while joined(last, last + 1) {
        last += 1;
    }
    (first != last).then_some((first, last))
}

/// The number in a value, with the unit of its position if it has none of its own.
pub(super) fn number_in(value: &str, unit: Option<Unit>) -> Option<Quantity> {
    let quantity = Quantity::parse(value.trim_matches(['(', ')', '[', ']', '#', ',']))?;
    match unit {
        Some(unit) if quantity.unit == Unit::None => Some(Quantity { unit, ..quantity }),
        _ => Some(quantity),
    }
}

/// Tokens of a question that may name other positions of the wanted pattern.
pub(super) fn other_words(ask: &Ask, but: &[usize]) -> Vec<usize> {
    let free = |token: &usize| {
        let word = &ask.tokens[*token];
        let unit = Unit::parse_word_only(&word.lower).is_some();
        word.kind == TokenKind::Word
            && (unit || super::resolve::is_content(ask, *token))
            && !but.contains(token)
    };
    (0..ask.tokens.len()).filter(free).collect()
}
