//! Every word of a question that means something is applied in its plan, or the question is not answered.

use super::corpus::{CorpusError, Place};
use super::intent::Intent;
use super::matcher::Matcher;
use super::plan::{Filter, MIN_CONFIDENCE, Plan};
use super::planner::{Planner, Scored};
use super::polarity;
use super::profile::Slot;
use super::resolve::{SAME, Term};
use super::score::{self, Candidate};
use super::target::Wanted;
use super::thesaurus::{Type, is_light, is_stop, is_weak, types_of};
use super::words::TokenKind;

/// Likeness from which a pattern answers to a word.
const ANSWERS: f64 = 0.4;

impl Planner<'_> {
    /// The words a plan leaves out though they narrow the question.
    pub(super) fn unapplied(&self, best: &Scored, filters: &[Filter]) -> Vec<String> {
        let covered = self.terms.iter().zip(&best.candidate.covered);
        let missing = covered.filter(|(term, _)| term.weight >= 1.0).filter(|(term, quality)| {
            let filtered = filters.iter().any(|filter| filter.token == term.token);
            let worded = term.quality[best.candidate.pattern] >= if term.hard { SAME } else { ANSWERS };
            let applied = filtered || worded || (**quality >= ANSWERS && term.hits.is_empty());
            !applied && !self.tolerated(term, best, filters)
        });
        let mut all: Vec<String> =
            missing.map(|(term, _)| self.ask.tokens[term.token].text.clone()).collect();
        all.extend(self.unmeasured(best));
        let unbound = !self.ask.bounds.is_empty() && best.member.bounded.is_none();
        all.extend(unbound.then(|| self.ask.bounds[0].quantity.to_string()));
        all
    }

    /// A measure ("response TIME") whose numbers the chosen position does not hold.
    fn unmeasured(&self, best: &Scored) -> Option<String> {
        const MEASURES: [Type; 3] = [Type::Duration, Type::Size, Type::Percent];
        let target = best.member.target.as_ref()?;
        let numeric = Wanted::of(best.intent) == Some(Wanted::Number);
        let shape = &self.index.shapes[best.candidate.pattern];
        let slot = shape.slots.iter().find(|slot| slot.place == target.place).filter(|_| numeric)?;
        let asked = self.ask.measure.iter().chain(&self.ask.noun);
        let wrong = |token: &&usize| {
            let word = self.word(**token);
            let kind = types_of(&word).first().filter(|kind| MEASURES.contains(kind));
            let matcher = Matcher::new(&word, Vec::new());
            let other = |kind: &Type| MEASURES.iter().any(|own| own != kind && slot.types.contains(own));
            kind.is_some_and(|kind| {
                !slot.types.contains(kind)
                    && (other(kind) || slot.labels.iter().all(|label| matcher.label(label) < ANSWERS))
            })
        };
        asked.into_iter().find(wrong).map(|&token| self.ask.tokens[token].text.clone())
    }

    /// Words that may be missing: they carry no condition of their own, or another part of the plan carries it.
    fn tolerated(&self, term: &Term, best: &Scored, filters: &[Filter]) -> bool {
        if term.hard || self.ask.tokens[term.token].kind != TokenKind::Word {
            return false;
        }
        let shape = &self.index.shapes[best.candidate.pattern];
        let types = types_of(&term.text);
        let asked = [self.ask.noun.last(), self.ask.measure.last()].contains(&Some(&term.token));
        let named = asked && best.member.target.as_ref().is_some_and(|target| target.score >= 0.8);
        let chosen = named && best.intent != Intent::Distinct;
        let person = |slot: &Slot| slot.types.contains(&Type::User) || slot.types.contains(&Type::Word);
        let someone = types.contains(&Type::User) && shape.slots.iter().any(person);
        let failed = polarity::fails(&term.text)
            && (polarity::reported(shape) == Some(polarity::Outcome::Failure)
                || polarity::negated(shape)
                || filters.iter().any(|filter| filter.codes.is_some_and(super::status::Codes::fail)));
        let slipped = term.read_as.is_some() && (is_weak(&term.text) || is_stop(&term.text));
        is_light(&term.text) || slipped || chosen || someone || failed
    }

    /// The plan of a question whose parts all exist but meet in no record: its lines are counted, and there are none.
    pub(super) fn empty_conjunction(&self, question: &str) -> Result<Option<Plan>, CorpusError> {
        let is_value =
            |term: &Term| !term.hits.is_empty() && (term.hard || term.quality.iter().all(|q| *q < SAME));
        let terms: Vec<Term> = self
            .terms
            .iter()
            .map(|term| {
                if is_value(term) {
                    Term { hits: Vec::new(), hard: false, weight: 0.0, ..term.clone() }
                } else {
                    term.clone()
                }
            })
            .collect();
        let values: Vec<&Term> = self.terms.iter().filter(|term| is_value(term)).collect();
        if values.is_empty() {
            return Ok(None);
        }
        let words = Planner { terms: &terms, ..*self };
        let ranked = score::candidates(self.ask, &terms, self.index);
        let scored = words.scored(ranked.clone(), &[]);
        let Some(best) = scored.first() else { return Ok(None) };
        let sure = score::confidence(self.ask, &terms, &best.candidate) >= MIN_CONFIDENCE;
        let fits = values.iter().all(|term| self.could_hold(term, best.candidate.pattern));
        let worded =
            terms.iter().any(|term| term.weight >= 1.0 && term.quality[best.candidate.pattern] >= ANSWERS);
        if !sure || !fits || !worded || !words.unapplied(best, &[]).is_empty() {
            return Ok(None);
        }
        let mut plan = self.empty_plan(question);
        plan.intent = best.intent;
        plan.members = words.members(&scored);
        words.header_filters(&mut plan, &best.candidate);
        plan.filters = values.iter().map(|term| self.strict_filter(term, &ranked)).collect();
        plan.confidence = MIN_CONFIDENCE;
        Ok(Some(plan))
    }

    fn strict_filter(&self, term: &Term, ranked: &[Candidate]) -> Filter {
        let place = |c: &Candidate| (c.pattern, score::filter_places(self.ask, term, self.index, c.pattern));
        Filter { places: ranked.iter().map(place).collect(), ..Filter::of(term) }
    }

    /// Whether the pattern has a position of the kind the value stands in elsewhere.
    fn could_hold(&self, term: &Term, pattern: usize) -> bool {
        let own = &self.index.shapes[pattern].slots;
        let elsewhere = term.hits.iter().filter_map(|hit| {
            self.index.shapes[hit.pattern].slots.iter().find(|slot| slot.place == hit.place)
        });
        term.value_in(pattern) || elsewhere.into_iter().any(|slot| own.iter().any(|own| alike(own, slot)))
    }
}

/// Whether two positions hold the same kind of thing: of one field, one telling type, or one name.
fn alike(a: &Slot, b: &Slot) -> bool {
    const TELLING: [Type; 6] = [Type::Ip, Type::User, Type::Host, Type::Path, Type::Url, Type::Status];
    let field = matches!((&a.place, &b.place), (Place::Field(x), Place::Field(y)) if x == y);
    let typed = TELLING.iter().any(|kind| a.types.contains(kind) && b.types.contains(kind));
    let named = a.labels.iter().filter(|label| label.weight >= 0.9).any(|label| {
        !is_stop(&label.text) && b.labels.iter().any(|l| l.weight >= 0.9 && l.root == label.root)
    });
    field || typed || named
}
