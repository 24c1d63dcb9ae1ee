//! The steps from words to a plan: absent values, broad questions, candidates, slots, confidence.

use super::corpus::{Corpus, CorpusError};
use super::filters::CANDIDATES;
use super::index::{Elem, Index};
use super::intent::Intent;
use super::negation::shouts;
use super::plan::{Decline, DeclineReason, Filter, MIN_CONFIDENCE, Member, Plan, Planned};
use super::question::{Ask, Role};
use super::resolve::{self, SAME, Term};
use super::score::{self, Candidate};
use super::target::Chooser;
use super::words::{Token, TokenKind, stem, tokenize};

/// Plans a question with an index built from the same corpus.
pub(super) fn planned(index: &Index, question: &str, corpus: &dyn Corpus) -> Result<Planned, CorpusError> {
    let mut planned = read(index, question, corpus)?;
    if let Planned::Decline(decline) = &mut planned
        && !matches!(decline.reason, DeclineReason::Absent(_))
        && let Some(word) = level_word(&tokenize(question)).filter(|_| !index.has_levels)
    {
        decline.reason = DeclineReason::NoLevels(word);
    }
    Ok(planned)
}

/// The word of a question that names a level.
pub(super) fn level_word(tokens: &[Token]) -> Option<String> {
    let level = |token: &&Token| token.kind == TokenKind::Word && resolve::level_of(&token.lower).is_some();
    tokens.iter().find(level).map(|token| token.lower.clone())
}

// size: the readings of a question in their order, each of which may settle it
pub(super) fn read(index: &Index, question: &str, corpus: &dyn Corpus) -> Result<Planned, CorpusError> {
    let mut tokens = tokenize(question);
    let slips = repair_intent(&mut tokens, index);
    let scopes = super::negation::scopes(&tokens, index);
    let mut ask = Ask::of_tokens(tokens, scopes, corpus.window(), &corpus.zone());
    hear_capitals(&mut ask, index);
    let share = super::share::plan_share(&ask, index, corpus)?;
    if share.is_some() {
        ask.intent = Intent::Share;
    } else if super::share::is_asked(&ask) {
        let planner = Planner { ask: &ask, terms: &[], index, corpus };
        let what = ask.tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
        return Ok(Planned::Decline(planner.decline(DeclineReason::Unapplied(vec![what]), None, 0.0)));
    }
    let sides = if share.is_some() { share } else { super::sides::plan_sides(&ask, index, corpus)? };
    if ask.intent == Intent::Between && sides.is_none() {
        // One event with a duration of its own ("how long did the backup from A take").
        ask.intent = Intent::Sum;
        ask.unit = Some(super::unit::UnitKind::Time);
    }
    let early = Planner { ask: &ask, terms: &[], index, corpus };
    if let Some(plan) = early.crash(question)? {
        return Ok(Planned::Plan(Box::new(plan)));
    }
    if let Some(mut plan) = early.exceptions(question)?
        && early.exclude(&mut plan)?.is_empty()
    {
        return Ok(Planned::Plan(Box::new(plan)));
    }
    let (terms, absent) = resolve::resolve(&ask, index, corpus)?;
    if let Some(sides) = sides {
        let planner = Planner { ask: &ask, terms: &terms, index, corpus };
        return Ok(Planned::Plan(Box::new(planner.two_sided(question, sides))));
    }
    let planner = Planner { ask: &ask, terms: &terms, index, corpus };
    let mut plan = match planner.plan(question, absent)? {
        Planned::Plan(plan) => plan,
        decline @ Planned::Decline(_) => return Ok(decline),
    };
    let unapplied = planner.exclude(&mut plan)?;
    if !unapplied.is_empty() {
        let closest = plan.members.first().map(|member| member.pattern);
        let decline = planner.decline(DeclineReason::Unapplied(unapplied), closest, plan.confidence);
        return Ok(Planned::Decline(decline));
    }
    plan.read_as.splice(0..0, slips);
    Ok(Planned::Plan(plan))
}

/// A word of grammar in capitals is a name where the lines write it so (`GET`).
fn hear_capitals(ask: &mut Ask, index: &Index) {
    let written = |text: &str| {
        let elems = index.shapes.iter().flat_map(|shape| &shape.elems);
        elems.into_iter().any(|elem| matches!(elem, Elem::Word(_, own) if own == text))
    };
    for at in 0..ask.tokens.len() {
        if ask.roles[at] == Role::Stop && shouts(&ask.tokens[at]) && written(&ask.tokens[at].text) {
            ask.roles[at] = Role::Content;
        }
    }
}

/// Repairs words that say what is wanted ("lagest"), unless the corpus or the language knows them as they are.
fn repair_intent(tokens: &mut [Token], index: &Index) -> Vec<(String, String)> {
    let mut slips = Vec::new();
    for token in tokens.iter_mut().filter(|token| token.kind == TokenKind::Word) {
        let own = stem(&token.lower);
        let known = super::thesaurus::is_known(&token.lower)
            || super::intent::is_known(&token.lower)
            || index.vocab.iter().any(|word| word.stem == own)
            || index.values.contains_key(&token.lower);
        if let Some(near) = super::intent::near_word(&token.lower).filter(|_| !known) {
            slips.push((token.text.clone(), near.to_owned()));
            near.clone_into(&mut token.lower);
        }
    }
    slips
}

pub(super) struct Planner<'q> {
    pub(super) ask: &'q Ask,
    pub(super) terms: &'q [Term],
    pub(super) index: &'q Index,
    pub(super) corpus: &'q dyn Corpus,
}

/// A candidate with its slots and its score with them.
pub(super) struct Scored {
    pub(super) candidate: Candidate,
    pub(super) member: Member,
    pub(super) intent: Intent,
}

impl Planner<'_> {
    // size: from words to a plan, step by step
    fn plan(&self, question: &str, absent: Vec<String>) -> Result<Planned, CorpusError> {
        let missing = if absent.is_empty() { self.unknown_names() } else { absent };
        if !missing.is_empty() {
            return Ok(Planned::Decline(self.decline(DeclineReason::Absent(missing), None, 0.0)));
        }
        if let Some(plan) = self.broad(question) {
            return Ok(Planned::Plan(Box::new(plan)));
        }
        let ranked = score::candidates(self.ask, self.terms, self.index);
        let filters = self.filters(&ranked);
        let (filters, possible) = self.feasible(filters, &ranked)?;
        let possible = |c: &Candidate| possible.as_ref().is_none_or(|p| p.contains(&c.pattern));
        let scored = self.scored(ranked.into_iter().filter(possible).collect(), &filters);
        let Some(best) = scored.first() else {
            return self.nothing_or(question, DeclineReason::Unmatched(Vec::new()), None, 0.0);
        };
        let confidence = score::confidence(self.ask, self.terms, &best.candidate) * self.named_share(best);
        let change = matches!(self.ask.intent, Intent::Change(_));
        let stands = if change { !self.is_foreign() } else { confidence >= MIN_CONFIDENCE };
        let unapplied = if change { Vec::new() } else { self.unapplied(best, &filters) };
        if !stands || !unapplied.is_empty() {
            let unapplied = if unapplied.is_empty() { self.unmatched(&best.candidate) } else { unapplied };
            return self.nothing_or(
                question,
                self.reason(unapplied),
                Some(best.candidate.pattern),
                confidence,
            );
        }
        let members = if confidence < MIN_CONFIDENCE { Vec::new() } else { self.members(&scored) };
        let mut plan = self.empty_plan(question);
        plan.intent = best.intent;
        self.header_filters(&mut plan, &best.candidate);
        plan.ignored = self.unmatched(&best.candidate);
        plan.filters = filters;
        plan.contradicted = self.contradicts(&members);
        plan.members = members;
        plan.confidence = confidence;
        plan.twins = self.without_twins(&mut plan, &scored)?;
        Ok(Planned::Plan(Box::new(plan)))
    }

    /// A plan that finds nothing if all parts of the question exist, else a refusal.
    fn nothing_or(
        &self,
        question: &str,
        reason: DeclineReason,
        closest: Option<usize>,
        confidence: f64,
    ) -> Result<Planned, CorpusError> {
        Ok(match self.empty_conjunction(question)? {
            Some(plan) => Planned::Plan(Box::new(plan)),
            None => Planned::Decline(self.decline(reason, closest, confidence)),
        })
    }

    /// Why words are left over: the corpus does not know them, or not beside the others.
    fn reason(&self, words: Vec<String>) -> DeclineReason {
        let known = |word: &String| {
            let own = |term: &&Term| self.ask.tokens[term.token].text == *word;
            self.terms.iter().find(own).is_some_and(|term| !term.unknown())
        };
        let (apart, unknown): (Vec<String>, Vec<String>) = words.into_iter().partition(known);
        if unknown.is_empty() && !apart.is_empty() {
            DeclineReason::Apart(apart)
        } else {
            DeclineReason::Unmatched(unknown)
        }
    }

    /// The first candidates with their slots, best first.
    pub(super) fn scored(&self, ranked: Vec<Candidate>, filters: &[Filter]) -> Vec<Scored> {
        // A count takes every pattern that says what the best one says.
        let leader = ranked.first().map(|best| best.covered.clone()).unwrap_or_default();
        let counts = self.ask.intent == Intent::Count;
        let first = ranked.into_iter().enumerate();
        let kept = first.filter(|(at, c)| *at < CANDIDATES || (counts && score::alike(&leader, &c.covered)));
        let mut scored: Vec<Scored> = kept.map(|(_, c)| self.with_slots(c, filters)).collect();
        scored.sort_by(|a, b| b.candidate.score.total_cmp(&a.candidate.score));
        scored
    }

    /// A change question that names things ("why is the MOON made of CHEESE"), none of which this corpus knows.
    fn is_foreign(&self) -> bool {
        let named = |term: &&Term| {
            term.weight >= 1.0
                && !super::thesaurus::is_trouble(&term.text)
                && super::thesaurus::types_of(&term.text).is_empty()
        };
        let mut subjects = self.terms.iter().filter(named).peekable();
        subjects.peek().is_some() && subjects.all(Term::unknown)
    }

    /// A slot that nothing in the asked noun points to makes the answer doubtful.
    pub(super) fn named_share(&self, best: &Scored) -> f64 {
        let names = matches!(
            best.intent,
            Intent::Extract | Intent::Top | Intent::Rarest | Intent::Distinct | Intent::List
        );
        let who = matches!(self.head(&self.ask.noun).as_str(), "who" | "whom" | "whose");
        if who && best.member.target.is_none() && matches!(best.intent, Intent::Top | Intent::Rarest) {
            return 0.5;
        }
        let vague = best.member.target.as_ref().is_none_or(|target| target.score < 0.4);
        if names && vague && !self.ask.noun.is_empty() && self.ask.order.is_none() { 0.8 } else { 1.0 }
    }

    fn two_sided(&self, question: &str, sides: [(String, Plan); 2]) -> Plan {
        let mut plan = self.empty_plan(question);
        plan.confidence = sides.iter().map(|(_, side)| side.confidence).fold(1.0, f64::min);
        plan.members = sides.iter().flat_map(|(_, side)| side.members.iter().cloned()).collect();
        plan.sides = sides.into();
        plan
    }

    fn contradicts(&self, members: &[Member]) -> bool {
        let opposite = |m: &Member| super::polarity::contradicts(self.ask, &self.index.shapes[m.pattern]);
        !members.is_empty() && members.iter().all(opposite)
    }

    pub(super) fn empty_plan(&self, question: &str) -> Plan {
        let read_as = self.terms.iter().filter_map(|term| {
            term.read_as.as_ref().map(|read| (self.ask.tokens[term.token].text.clone(), read.clone()))
        });
        Plan {
            question: question.trim().to_owned(),
            read_as: read_as.collect(),
            intent: self.ask.intent,
            order: self.ask.order,
            window: self.ask.window,
            level: None,
            services: Vec::new(),
            filters: Vec::new(),
            exclusions: Vec::new(),
            bounds: self.ask.bounds.clone(),
            members: Vec::new(),
            by_pattern: false,
            contradicted: false,
            twins: Vec::new(),
            exceptions: None,
            ready: None,
            sides: Vec::new(),
            limit: self.ask.limit,
            confidence: 1.0,
            ignored: Vec::new(),
            ask: self.ask.clone(),
        }
    }

    pub(super) fn decline(&self, reason: DeclineReason, closest: Option<usize>, confidence: f64) -> Decline {
        let patterns = self.corpus.patterns();
        Decline {
            reason,
            records: patterns.iter().map(|info| info.count).sum(),
            patterns: patterns.len(),
            window: self.corpus.window(),
            closest: closest.map(|p| patterns[p].template.text.clone()),
            nearer: None,
            confidence,
        }
    }

    /// Names no line holds: unknown words straight behind a word that names a type of value, or capitalised.
    pub(super) fn unknown_names(&self) -> Vec<String> {
        let named = |term: &&Term| {
            let before = term.token.checked_sub(1).map(|at| &self.ask.tokens[at]);
            let typed = before.is_some_and(|token| !super::thesaurus::types_of(&token.lower).is_empty());
            let introduced = before
                .is_some_and(|token| matches!(token.lower.as_str(), "by" | "for" | "from"))
                && !super::thesaurus::is_known(&term.text);
            let proper = term.token > 0 && self.ask.tokens[term.token].text.starts_with(char::is_uppercase);
            let alone = !self.ask.noun.contains(&term.token) && !self.ask.measure.contains(&term.token);
            term.unknown()
                && term.weight >= 1.0
                && alone
                && (typed || proper || introduced)
                && term.read_as.is_none()
                && super::thesaurus::synonyms(&term.text).is_empty()
                && self.ask.tokens[term.token].lower.chars().all(|c| c.is_alphabetic() || c == '-')
        };
        self.terms.iter().filter(named).map(|term| self.ask.tokens[term.token].text.clone()).collect()
    }

    pub(super) fn unmatched(&self, candidate: &Candidate) -> Vec<String> {
        let missed =
            self.terms.iter().zip(&candidate.covered).filter(|(term, q)| term.weight >= 1.0 && **q < 0.4);
        missed.map(|(term, _)| self.ask.tokens[term.token].text.clone()).collect()
    }

    /// The word of a token as it was read.
    pub(super) fn word(&self, token: usize) -> String {
        let term = self.terms.iter().find(|term| term.token == token);
        term.map_or_else(|| self.ask.tokens[token].lower.clone(), |term| term.text.clone())
    }

    pub(super) fn head(&self, phrase: &[usize]) -> String {
        phrase.last().map(|&token| self.word(token)).unwrap_or_default()
    }

    pub(super) fn chooser(&self, phrase: &[usize], others: &[usize]) -> Chooser<'_> {
        Chooser::new(self.ask, phrase, others, &|token| self.word(token))
    }

    pub(super) fn header_filters(&self, plan: &mut Plan, best: &Candidate) {
        for term in self.terms {
            let in_words = term.quality[best.pattern] >= SAME && !self.word_is_service(term, best.pattern);
            if in_words || term.value_in(best.pattern) {
                continue;
            }
            if let Some(level) = term.level.filter(|_| term.quality[best.pattern] >= 0.6) {
                plan.level = Some(level);
            }
            if !term.services.is_empty() && term.quality[best.pattern] >= 0.7 {
                plan.services.extend(term.services.iter().cloned());
            }
        }
    }

    /// Whether the pattern's words do not hold the term and only its service does.
    pub(super) fn word_is_service(&self, term: &Term, pattern: usize) -> bool {
        let worded =
            self.index.vocab.iter().any(|word| word.text == term.text && word.patterns.contains(&pattern));
        !term.services.is_empty() && !worded
    }

    pub(super) fn members(&self, scored: &[Scored]) -> Vec<Member> {
        let best = &scored[0];
        let ranked: Vec<Candidate> = scored.iter().map(|s| s.candidate.clone()).collect();
        let joined = score::union(&best.candidate, &ranked, best.intent == Intent::Count);
        let same_kind = |s: &&Scored| {
            joined.contains(&s.candidate.pattern)
                && s.intent == best.intent
                && s.member.target.is_some() == best.member.target.is_some()
                && s.member.group.is_some() == best.member.group.is_some()
                && s.member.bounded.is_some() == best.member.bounded.is_some()
        };
        let members = scored.iter().filter(same_kind).map(|s| s.member.clone()).collect();
        if super::target::Wanted::of(best.intent) == Some(super::target::Wanted::Number) {
            self.of_one_measure(members)
        } else {
            members
        }
    }

    /// One number is read from every pattern: of the same name as in the first, of the same measure, or none.
    fn of_one_measure(&self, members: Vec<Member>) -> Vec<Member> {
        let slot = |member: &Member| {
            let place = member.target.as_ref().map(|target| &target.place);
            self.index.shapes[member.pattern].slots.iter().find(|slot| Some(&slot.place) == place)
        };
        let Some(lead) = members.first().and_then(slot).cloned() else { return members };
        let fit = |mut member: Member| {
            let own = slot(&member)?;
            if lead.measures_like(own) {
                return Some(member);
            }
            let named =
                self.index.shapes[member.pattern].slots.iter().find(|slot| lead.measures_like(slot))?;
            let target = member.target.as_mut()?;
            (target.place, target.unit, target.run) = (named.place.clone(), named.unit, None);
            Some(member)
        };
        members.into_iter().filter_map(fit).collect()
    }
}
