//! The positions a candidate pattern is read at: what is computed, what it is grouped by, what a bound is about.

use super::bounds::Bound;
use super::corpus::Place;
use super::index::Shape;
use super::intent::Intent;
use super::matcher::Matcher;
use super::plan::{Filter, Member};
use super::planner::{Planner, Scored};
use super::resolve::is_content;
use super::score::Candidate;
use super::target::{Chooser, Target, Wanted, counted_slot, is_vague, other_words};
use super::thesaurus::Type;

impl Planner<'_> {
    /// Chooses the positions of a candidate and adds what they say to its score.
    pub(super) fn with_slots(&self, mut candidate: Candidate, filters: &[Filter]) -> Scored {
        let pattern = candidate.pattern;
        let shape = &self.index.shapes[pattern];
        let own = filters.iter().flat_map(|filter| &filter.places).filter(|(p, _)| *p == pattern);
        let taken: Vec<Place> = own.flat_map(|(_, places)| places.iter().cloned()).collect();
        let mut intent = self.ask.intent;
        let mut member = Member { pattern, target: None, group: None, bounded: None };
        if let Some(target) = self.stated_count(shape, &taken) {
            member.target = Some(target);
            intent = Intent::Sum;
        } else if let Some(wanted) = Wanted::of(intent) {
            member.target = self.target(shape, intent, wanted, filters, &taken, pattern);
            candidate.score += fit(wanted, member.target.as_ref());
        }
        if !self.ask.group.is_empty() || self.groups_by_noun(intent) {
            let phrase = if self.ask.group.is_empty() { &self.ask.noun } else { &self.ask.group };
            let own: Vec<Place> =
                member.target.iter().map(|t| t.place.clone()).chain(taken.iter().cloned()).collect();
            let column = self.column_target(phrase, shape);
            let group = column.or_else(|| self.chooser(phrase, &[]).choose(shape, Wanted::Entity, &own));
            member.group = group.filter(|target| target.score >= 1.0);
            candidate.score += if member.group.is_some() { 0.5 } else { -1.0 };
        }
        if let Some(bound) = self.ask.bounds.first() {
            member.bounded = self.bounded(bound, shape, &taken);
            candidate.score += if member.bounded.is_some() { 1.0 } else { -3.0 };
        }
        Scored { candidate, member, intent }
    }

    /// A number the lines state themselves: "how many tokens" of `adding <n> tokens`, "sent the most bytes".
    fn stated_count(&self, shape: &Shape, taken: &[Place]) -> Option<Target> {
        let counts =
            self.ask.intent == Intent::Count && self.ask.group.is_empty() && self.ask.bounds.is_empty();
        let head = match self.ask.intent {
            Intent::Count if counts => self.ask.noun.last(),
            Intent::Top | Intent::Rarest => self.ask.measure.last(),
            _ => None,
        }?;
        let target = counted_slot(shape, &self.word(*head), counts && self.ask.total)?;
        (!taken.contains(&target.place)).then_some(target)
    }

    fn target(
        &self,
        shape: &Shape,
        intent: Intent,
        wanted: Wanted,
        filters: &[Filter],
        taken: &[Place],
        pattern: usize,
    ) -> Option<Target> {
        // The words that led to a filter value do not name the target.
        let spent = self.introducers(filters, pattern);
        let mut phrase = self.phrase_for(intent);
        phrase.retain(|token| !spent.contains(token) || self.ask.noun.contains(token));
        if wanted == Wanted::Entity
            && let Some(column) = self.column_target(&phrase, shape)
        {
            return Some(column);
        }
        let group = if self.groups_by_noun(intent) { self.ask.noun.as_slice() } else { &[] };
        let but: Vec<usize> = phrase.iter().chain(&spent).chain(group).copied().collect();
        self.chooser(&phrase, &other_words(self.ask, &but)).choose(shape, wanted, taken)
    }

    /// "Which X has the largest Y": the X of the extreme line.
    pub(super) fn groups_by_noun(&self, intent: Intent) -> bool {
        matches!(intent, Intent::Max | Intent::Min | Intent::Sum)
            && !self.ask.noun.is_empty()
            && !self.measures_noun()
            && self.ask.noun.iter().all(|token| !self.ask.measure.contains(token))
            && self.ask.noun.iter().any(|token| {
                is_content(self.ask, *token) || !super::thesaurus::types_of(&self.word(*token)).is_empty()
            })
    }

    /// "The SIZE of the largest image": the noun is the number itself.
    pub(super) fn measures_noun(&self) -> bool {
        let head = self.head(&self.ask.noun);
        let numeric =
            |kind: &Type| matches!(kind, Type::Size | Type::Duration | Type::Number | Type::Percent);
        is_vague(&head) || super::thesaurus::types_of(&head).iter().any(numeric)
    }

    pub(super) fn phrase_for(&self, intent: Intent) -> Vec<usize> {
        let aggregate =
            matches!(intent, Intent::Max | Intent::Min | Intent::Sum | Intent::Mean | Intent::Percentile(_));
        let mut phrase = if aggregate { self.ask.measure.clone() } else { self.ask.noun.clone() };
        if aggregate && self.measures_noun() && !self.ask.noun.is_empty() {
            phrase.extend(self.ask.noun.iter().filter(|token| !self.ask.measure.contains(token)));
        }
        if phrase.is_empty() && !(aggregate && self.groups_by_noun(intent)) {
            phrase.clone_from(&self.ask.noun);
        }
        phrase
    }

    /// Tokens straight before a filter value that named its position.
    pub(super) fn introducers(&self, filters: &[Filter], pattern: usize) -> Vec<usize> {
        let shape = &self.index.shapes[pattern];
        let mut spent = Vec::new();
        for filter in filters {
            let places = filter.places.iter().filter(|(p, _)| *p == pattern).flat_map(|(_, places)| places);
            let labels: Vec<_> = places
                .filter_map(|place| shape.slots.iter().find(|slot| slot.place == *place))
                .flat_map(|slot| &slot.labels)
                .collect();
            if let Some(before) = filter.token.checked_sub(1) {
                let matcher = Matcher::new(&self.word(before), Vec::new());
                if labels.iter().any(|label| matcher.label(label) >= 0.4) {
                    spent.push(before);
                }
            }
        }
        spent
    }

    /// The numeric position a bound is about: by unit, then by the words around the number.
    pub(super) fn bounded(&self, bound: &Bound, shape: &Shape, taken: &[Place]) -> Option<Target> {
        // The word behind the number may be a unit of the lines' own ("16 km").
        let labels = || shape.slots.iter().flat_map(|slot| &slot.labels);
        let unit: Vec<usize> = (bound.at + 1..self.ask.tokens.len())
            .take(1)
            .filter(|&at| labels().any(|label| label.text == self.ask.word(at)))
            .collect();
        let near: Vec<usize> = (bound.at.saturating_sub(5)..bound.at)
            .filter(|at| self.ask.tokens[*at].kind == super::words::TokenKind::Word)
            .collect();
        let mut ask = self.ask.clone();
        ask.unit_said = None;
        ask.unit = Some(bound.quantity.unit.kind()).filter(|kind| *kind != super::unit::UnitKind::Plain);
        let chooser = Chooser::new(&ask, &unit, &near, &|token| self.word(token));
        chooser.choose(shape, Wanted::Number, taken).filter(|target| target.score > -0.3)
    }
}

/// What a slot adds to its pattern's score.
fn fit(wanted: Wanted, target: Option<&Target>) -> f64 {
    match (wanted, target) {
        (Wanted::Number, None) => -3.0,
        (Wanted::Entity, None) => -1.5,
        (Wanted::Value, None) => -0.3,
        (_, Some(target)) => target.score.clamp(-1.5, 4.0) * 0.6,
    }
}
