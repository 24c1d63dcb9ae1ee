//! A question to a plan: which patterns, which filters, which slot, what to compute; or why it is declined.

use super::corpus::{Corpus, CorpusError, Place, Row, Scan};
use super::index::Index;
use super::intent::{Intent, Order};
use super::locate;
use super::question::{Ask, Bound};
use super::resolve::{self, SAME, Term, is_content, matches_level};
use super::score::{self, Candidate};
use super::target::{Chooser, Target, Wanted, counted_slot, other_words};
use crate::domain::{Level, TimeWindow};
use std::ops::ControlFlow;

/// Confidence under which a question is declined.
pub const MIN_CONFIDENCE: f64 = 0.6;
/// Candidates whose slots are looked at.
const CANDIDATES: usize = 24;

/// What a question means over one corpus.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) question: String,
    pub(super) read_as: Vec<(String, String)>,
    pub(super) intent: Intent,
    pub(super) order: Option<Order>,
    pub(super) window: Option<TimeWindow>,
    pub(super) level: Option<Level>,
    pub(super) services: Vec<String>,
    pub(super) filters: Vec<Filter>,
    pub(super) bounds: Vec<Bound>,
    pub(super) members: Vec<Member>,
    /// Counts the records of each pattern, for "most common message".
    pub(super) by_pattern: bool,
    pub(super) limit: Option<usize>,
    pub(super) confidence: f64,
    pub(super) ignored: Vec<String>,
    pub(super) ask: Ask,
}

/// A value the records must hold.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    pub(super) text: String,
    pub(super) token: usize,
    pub(super) hard: bool,
    /// Allowed places per pattern; a pattern that is missing passes whole (its words hold the value).
    pub(super) places: Vec<(usize, Vec<Place>)>,
}

/// A pattern of the plan with the positions it is read at.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) pattern: usize,
    pub(super) target: Option<Target>,
    pub(super) group: Option<Target>,
    /// The position the bounds apply to.
    pub(super) bounded: Option<Target>,
}

/// A plan, or the reason there is none.
#[derive(Clone, Debug)]
pub enum Planned {
    /// What to compute.
    Plan(Box<Plan>),
    /// Why nothing is computed.
    Decline(Decline),
}

/// Why a question is not answered from these records.
#[derive(Clone, Debug, PartialEq)]
pub enum DeclineReason {
    /// Values of the question that no record holds: certain.
    Absent(Vec<String>),
    /// No pattern answers to enough of the words; these are unknown.
    Unmatched(Vec<String>),
}

/// A declined question.
#[derive(Clone, Debug, PartialEq)]
pub struct Decline {
    /// Why.
    pub reason: DeclineReason,
    /// Records looked at.
    pub records: u64,
    /// Patterns looked at.
    pub patterns: usize,
    /// The window looked at.
    pub window: Option<TimeWindow>,
    /// The closest template, which was not close enough.
    pub closest: Option<String>,
    /// Confidence of the closest template, 0 to 1.
    pub confidence: f64,
}

impl Decline {
    /// One line: what is not in these logs.
    #[must_use]
    pub fn sentence(&self) -> String {
        match &self.reason {
            DeclineReason::Absent(values) => {
                format!("not in these logs: no line holds {}", quoted_list(values))
            }
            DeclineReason::Unmatched(words) if words.is_empty() => "not in these logs".to_owned(),
            DeclineReason::Unmatched(words) => {
                format!("not in these logs: no pattern answers to {}", quoted_list(words))
            }
        }
    }

    /// What was searched.
    #[must_use]
    pub fn searched(&self) -> String {
        let closest =
            self.closest.as_ref().map(|text| format!("; closest pattern: {text}")).unwrap_or_default();
        format!("searched {} records in {} patterns{closest}", self.records, self.patterns)
    }
}

fn quoted_list(values: &[String]) -> String {
    values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ")
}

impl Plan {
    /// What is done with the lines; [`Intent::Change`] is for the change engine.
    #[must_use]
    pub const fn intent(&self) -> Intent {
        self.intent
    }

    /// The window a time phrase of the question names; `None`: the corpus' own.
    #[must_use]
    pub const fn window(&self) -> Option<TimeWindow> {
        self.window
    }

    /// How sure the reading is, 0 to 1.
    #[must_use]
    pub const fn confidence(&self) -> f64 {
        self.confidence
    }

    /// Indices of the patterns the question is about; empty for a change question without a subject.
    #[must_use]
    pub fn patterns(&self) -> Vec<usize> {
        self.members.iter().map(|member| member.pattern).collect()
    }

    /// The question as it was read.
    #[must_use]
    pub fn question(&self) -> &str {
        &self.question
    }
}

/// Plans a question over a corpus. Build an [`Index`] once and use [`plan_with`] to ask several questions.
///
/// # Errors
/// When lines cannot be read or the turn was cancelled.
pub fn plan(question: &str, corpus: &dyn Corpus) -> Result<Planned, CorpusError> {
    plan_with(&Index::build(corpus)?, question, corpus)
}

/// Plans a question with an index built from the same corpus.
///
/// # Errors
/// When lines cannot be read or the turn was cancelled.
pub fn plan_with(index: &Index, question: &str, corpus: &dyn Corpus) -> Result<Planned, CorpusError> {
    let ask = Ask::read(question, corpus.window(), &corpus.zone());
    let (terms, absent) = resolve::resolve(&ask, index, corpus)?;
    Planner { ask: &ask, terms: &terms, index, corpus }.plan(question, absent)
}

struct Planner<'q> {
    ask: &'q Ask,
    terms: &'q [Term],
    index: &'q Index,
    corpus: &'q dyn Corpus,
}

/// A candidate with its slots and its score with them.
struct Scored {
    candidate: Candidate,
    member: Member,
    intent: Intent,
}

impl Planner<'_> {
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
        let mut scored: Vec<Scored> = ranked
            .into_iter()
            .filter(|c| possible.as_ref().is_none_or(|p| p.contains(&c.pattern)))
            .take(CANDIDATES)
            .map(|c| self.with_slots(c, &filters))
            .collect();
        scored.sort_by(|a, b| b.candidate.score.total_cmp(&a.candidate.score));
        let Some(best) = scored.first() else {
            return Ok(Planned::Decline(self.decline(DeclineReason::Unmatched(Vec::new()), None, 0.0)));
        };
        let confidence = score::confidence(self.terms, &best.candidate);
        let change = matches!(self.ask.intent, Intent::Change(_));
        if confidence < MIN_CONFIDENCE && !change {
            let reason = DeclineReason::Unmatched(self.unmatched(&best.candidate));
            return Ok(Planned::Decline(self.decline(reason, Some(best.candidate.pattern), confidence)));
        }
        let members = if confidence < MIN_CONFIDENCE { Vec::new() } else { self.members(&scored) };
        let mut plan = self.empty_plan(question);
        plan.intent = best.intent;
        self.header_filters(&mut plan, &best.candidate);
        plan.ignored = self.unmatched(&best.candidate);
        plan.filters = filters;
        plan.members = members;
        plan.confidence = confidence;
        Ok(Planned::Plan(Box::new(plan)))
    }

    fn empty_plan(&self, question: &str) -> Plan {
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
            bounds: self.ask.bounds.clone(),
            members: Vec::new(),
            by_pattern: false,
            limit: self.ask.limit,
            confidence: 1.0,
            ignored: Vec::new(),
            ask: self.ask.clone(),
        }
    }

    fn decline(&self, reason: DeclineReason, closest: Option<usize>, confidence: f64) -> Decline {
        let patterns = self.corpus.patterns();
        Decline {
            reason,
            records: patterns.iter().map(|info| info.count).sum(),
            patterns: patterns.len(),
            window: self.corpus.window(),
            closest: closest.map(|p| patterns[p].template.text.clone()),
            confidence,
        }
    }

    /// Names no line holds: unknown words straight behind a word that names a type of value, or capitalised.
    fn unknown_names(&self) -> Vec<String> {
        let named = |term: &&Term| {
            let before = term.token.checked_sub(1).map(|at| &self.ask.tokens[at]);
            let typed = before.is_some_and(|token| !super::thesaurus::types_of(&token.lower).is_empty());
            let proper = term.token > 0 && self.ask.tokens[term.token].text.starts_with(char::is_uppercase);
            let alone = !self.ask.noun.contains(&term.token) && !self.ask.measure.contains(&term.token);
            term.unknown()
                && term.weight >= 1.0
                && alone
                && (typed || proper)
                && term.read_as.is_none()
                && super::thesaurus::synonyms(&term.text).is_empty()
                && self.ask.tokens[term.token].lower.chars().all(|c| c.is_alphabetic() || c == '-')
        };
        self.terms.iter().filter(named).map(|term| self.ask.tokens[term.token].text.clone()).collect()
    }

    fn unmatched(&self, candidate: &Candidate) -> Vec<String> {
        let missed =
            self.terms.iter().zip(&candidate.covered).filter(|(term, q)| term.weight >= 1.0 && **q < 0.4);
        missed.map(|(term, _)| self.ask.tokens[term.token].text.clone()).collect()
    }

    /// The word of a token as it was read.
    fn word(&self, token: usize) -> String {
        let term = self.terms.iter().find(|term| term.token == token);
        term.map_or_else(|| self.ask.tokens[token].lower.clone(), |term| term.text.clone())
    }

    fn chooser(&self, phrase: &[usize], others: &[usize]) -> Chooser<'_> {
        Chooser::new(self.ask, phrase, others, &|token| self.word(token))
    }

    /// Questions whose words say nothing but a level, a service or the thing to count by: all patterns take part.
    fn broad(&self, question: &str) -> Option<Plan> {
        let content: Vec<&Term> =
            self.terms.iter().filter(|term| is_content(self.ask, term.token) || term.hard).collect();
        let asked =
            |term: &&&Term| self.ask.noun.contains(&term.token) || self.ask.group.contains(&term.token);
        let header = |term: &&&Term| self.is_header(term);
        let rest = content.iter().filter(|term| !asked(term) && !header(term)).count();
        let countable = matches!(
            self.ask.intent,
            Intent::Count | Intent::Rate | Intent::Trend | Intent::Peak | Intent::When | Intent::Check
        );
        let entity =
            matches!(self.ask.intent, Intent::Top | Intent::Rarest | Intent::Distinct | Intent::List);
        if rest > 0 || !(countable || entity) {
            return None;
        }
        let mut plan = self.empty_plan(question);
        let headers: Vec<&Term> = content.iter().filter(header).copied().collect();
        for term in &headers {
            plan.level = plan.level.or(term.level);
            plan.services.extend(term.services.iter().cloned());
        }
        let phrase = self.entity_words(&headers);
        let grouped = !self.ask.group.is_empty();
        let talks_of_lines = phrase.iter().all(|&token| is_line_word(&self.word(token)));
        if countable && !grouped && content.iter().any(|term| !self.is_header(term)) {
            return None;
        }
        if countable
            && !grouped
            && headers.is_empty()
            && !self.ask.tokens.iter().any(|t| is_line_word(&t.lower))
        {
            return None;
        }
        plan.by_pattern = entity && talks_of_lines && matches!(self.ask.intent, Intent::Top | Intent::Rarest);
        let fits = |p: usize| headers.iter().all(|term| term.quality[p] >= 0.5);
        let chooser = self.chooser(&phrase, &[]);
        for (pattern, shape) in self.index.shapes.iter().enumerate().filter(|(p, _)| fits(*p)) {
            let target = if (entity && !plan.by_pattern) || grouped {
                chooser.choose(shape, Wanted::Entity, &[]).filter(|target| target.score >= 1.5)
            } else {
                None
            };
            let needed = (entity && !plan.by_pattern) || grouped;
            if needed && target.is_none() {
                continue;
            }
            let (target, group) = if grouped && !entity { (None, target) } else { (target, None) };
            plan.members.push(Member { pattern, target, group, bounded: None });
        }
        (!plan.members.is_empty()).then_some(plan)
    }

    /// Words that name the thing to count by, without those that are levels or services.
    fn entity_words(&self, headers: &[&Term]) -> Vec<usize> {
        let phrase = if self.ask.group.is_empty() { &self.ask.noun } else { &self.ask.group };
        phrase.iter().filter(|token| headers.iter().all(|term| term.token != **token)).copied().collect()
    }

    /// Whether a term speaks about the header: a level the corpus has, a service, or the word for one.
    fn is_header(&self, term: &Term) -> bool {
        let level = term.level.is_some() && self.index.has_levels && term.quality.iter().any(|q| *q >= 0.6);
        level
            || (!term.services.is_empty() && term.hits.is_empty())
            || matches!(term.text.as_str(), "service" | "component" | "level" | "severity" | "program")
    }

    fn header_filters(&self, plan: &mut Plan, best: &Candidate) {
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
    fn word_is_service(&self, term: &Term, pattern: usize) -> bool {
        let worded =
            self.index.vocab.iter().any(|word| word.text == term.text && word.patterns.contains(&pattern));
        !term.services.is_empty() && !worded
    }

    fn filters(&self, ranked: &[Candidate]) -> Vec<Filter> {
        let mut filters = Vec::new();
        for term in self.terms.iter().filter(|term| !term.hits.is_empty()) {
            let mut places = Vec::new();
            for candidate in ranked.iter().take(4 * CANDIDATES) {
                let p = candidate.pattern;
                let by_word = !term.hard && term.quality[p] >= SAME;
                if by_word || !term.value_in(p) {
                    continue;
                }
                places.push((p, score::filter_places(self.ask, term, self.index, p)));
            }
            if !places.is_empty() {
                filters.push(Filter { text: term.text.clone(), token: term.token, hard: term.hard, places });
            }
        }
        filters
    }

    /// Keeps the filters that some record passes together: soft ones go first, then the most common hard one.
    fn feasible(
        &self,
        mut filters: Vec<Filter>,
        ranked: &[Candidate],
    ) -> Result<(Vec<Filter>, Option<Vec<usize>>), CorpusError> {
        let patterns: Vec<usize> = ranked.iter().take(4 * CANDIDATES).map(|c| c.pattern).collect();
        if filters.is_empty() {
            return Ok((filters, None));
        }
        loop {
            let counts = self.probe(&filters, &patterns)?;
            if !counts.is_empty() {
                return Ok((filters, Some(counts)));
            }
            let droppable = filters.iter().position(|filter| !filter.hard);
            match droppable.or_else(|| (filters.len() > 1).then(|| filters.len() - 1)) {
                Some(at) => drop(filters.remove(at)),
                None => return Ok((filters, None)),
            }
        }
    }

    /// Patterns with at least one record that passes every filter.
    fn probe(&self, filters: &[Filter], patterns: &[usize]) -> Result<Vec<usize>, CorpusError> {
        let mut found = Vec::new();
        let scan = Scan {
            patterns: patterns.to_vec(),
            containing: filters.iter().filter(|f| f.hard).map(|f| f.text.clone()).collect(),
            window: None,
            fields: true,
        };
        let mut open: Vec<usize> = patterns.to_vec();
        self.corpus.scan(&scan, &mut |row| {
            if open.contains(&row.pattern) && passes(row, filters) {
                found.push(row.pattern);
                open.retain(|p| *p != row.pattern);
            }
            if open.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(found)
    }

    fn with_slots(&self, mut candidate: Candidate, filters: &[Filter]) -> Scored {
        let shape = &self.index.shapes[candidate.pattern];
        let mut taken = Vec::new();
        for filter in filters {
            let own = filter.places.iter().filter(|(p, _)| *p == candidate.pattern);
            taken.extend(own.flat_map(|(_, places)| places.iter().cloned()));
        }
        let mut intent = self.ask.intent;
        let mut member = Member { pattern: candidate.pattern, target: None, group: None, bounded: None };
        if matches!(intent, Intent::Count)
            && self.ask.group.is_empty()
            && self.ask.bounds.is_empty()
            && let Some(&head) = self.ask.noun.last()
            && let Some(target) = counted_slot(shape, &self.word(head)).filter(|t| !taken.contains(&t.place))
        {
            member.target = Some(target);
            intent = Intent::Sum;
        }
        if let Some(wanted) = Wanted::of(intent).filter(|_| member.target.is_none()) {
            let phrase = self.phrase_for(intent);
            // The words that led to a filter value do not name the target.
            let spent = self.introducers(filters, candidate.pattern);
            let phrase: Vec<usize> = phrase
                .into_iter()
                .filter(|token| !spent.contains(token) || self.ask.noun.contains(token))
                .collect();
            let mut but = phrase.clone();
            but.extend(spent);
            let others = other_words(self.ask, &but);
            member.target = self.chooser(&phrase, &others).choose(shape, wanted, &taken);
            candidate.score += fit(wanted, member.target.as_ref());
        }
        if !self.ask.group.is_empty() || self.groups_by_noun(intent) {
            let phrase = if self.ask.group.is_empty() { &self.ask.noun } else { &self.ask.group };
            let own: Vec<Place> =
                member.target.iter().map(|t| t.place.clone()).chain(taken.iter().cloned()).collect();
            member.group =
                self.chooser(phrase, &[]).choose(shape, Wanted::Entity, &own).filter(|t| t.score >= 1.0);
            candidate.score += if member.group.is_some() { 0.5 } else { -1.0 };
        }
        if let Some(bound) = self.ask.bounds.first() {
            member.bounded = self.bounded(bound, shape, &taken);
            candidate.score += if member.bounded.is_some() { 1.0 } else { -3.0 };
        }
        Scored { candidate, member, intent }
    }

    /// "Which X has the largest Y": the X of the extreme line.
    fn groups_by_noun(&self, intent: Intent) -> bool {
        matches!(intent, Intent::Max | Intent::Min | Intent::Sum)
            && !self.ask.noun.is_empty()
            && !self.ask.measure.is_empty()
            && self.ask.noun.iter().all(|token| !self.ask.measure.contains(token))
            && self.ask.noun.iter().any(|token| {
                is_content(self.ask, *token) || !super::thesaurus::types_of(&self.word(*token)).is_empty()
            })
    }

    fn phrase_for(&self, intent: Intent) -> Vec<usize> {
        let aggregate =
            matches!(intent, Intent::Max | Intent::Min | Intent::Sum | Intent::Mean | Intent::Percentile(_));
        let mut phrase = if aggregate { self.ask.measure.clone() } else { self.ask.noun.clone() };
        if phrase.is_empty() {
            phrase.clone_from(&self.ask.noun);
        }
        phrase
    }

    /// Tokens straight before a filter value that named its position.
    fn introducers(&self, filters: &[Filter], pattern: usize) -> Vec<usize> {
        let shape = &self.index.shapes[pattern];
        let mut spent = Vec::new();
        for filter in filters {
            let places = filter.places.iter().filter(|(p, _)| *p == pattern).flat_map(|(_, places)| places);
            let labels: Vec<_> = places
                .filter_map(|place| shape.slots.iter().find(|slot| slot.place == *place))
                .flat_map(|slot| &slot.labels)
                .collect();
            if let Some(before) = filter.token.checked_sub(1) {
                let matcher = resolve::Matcher::new(&self.word(before), Vec::new());
                if labels.iter().any(|label| matcher.label(label) >= 0.4) {
                    spent.push(before);
                }
            }
        }
        spent
    }

    /// The numeric position a bound is about: by unit, then by the words around the number.
    fn bounded(&self, bound: &Bound, shape: &super::index::Shape, taken: &[Place]) -> Option<Target> {
        let near: Vec<usize> = (bound.at.saturating_sub(5)..bound.at)
            .filter(|at| self.ask.tokens[*at].kind == super::words::TokenKind::Word)
            .collect();
        let mut ask = self.ask.clone();
        ask.unit = Some(bound.quantity.unit.kind()).filter(|kind| *kind != super::value::UnitKind::Plain);
        let chooser = Chooser::new(&ask, &near[near.len()..], &near, &|token| self.word(token));
        chooser.choose(shape, Wanted::Number, taken).filter(|target| target.score > -0.3)
    }

    fn members(&self, scored: &[Scored]) -> Vec<Member> {
        let best = &scored[0];
        let ranked: Vec<Candidate> = scored.iter().map(|s| s.candidate.clone()).collect();
        let joined = score::union(&best.candidate, &ranked);
        let same_kind = |s: &&Scored| {
            joined.contains(&s.candidate.pattern)
                && s.intent == best.intent
                && s.member.target.is_some() == best.member.target.is_some()
                && s.member.group.is_some() == best.member.group.is_some()
                && s.member.bounded.is_some() == best.member.bounded.is_some()
        };
        scored.iter().filter(same_kind).map(|s| s.member.clone()).collect()
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

fn is_line_word(word: &str) -> bool {
    matches!(
        super::words::stem(word).as_str(),
        "line"
            | "record"
            | "entry"
            | "messag"
            | "event"
            | "log"
            | "pattern"
            | "row"
            | "error"
            | "warn"
            | "warning"
            | "problem"
            | "issu"
            | "occurrenc"
            | "exception"
            | "failur"
            | "template"
            | "templat"
    )
}

/// Whether a record holds all values at allowed places.
pub(super) fn passes(row: &Row<'_>, filters: &[Filter]) -> bool {
    filters.iter().all(|filter| match filter.places.iter().find(|(p, _)| *p == row.pattern) {
        None => true,
        Some((_, allowed)) => {
            let found = locate::places(row, filter.text.as_bytes());
            found.iter().any(|(place, _)| allowed.contains(place))
        }
    })
}

/// Whether a record is inside the window, the level and the services of a plan.
pub(super) fn admits(plan: &Plan, row: &Row<'_>) -> bool {
    let timed = plan.window.is_none_or(|window| row.ts.is_some_and(|ts| window.contains(ts)));
    let level = plan.level.is_none_or(|asked| row.level.is_some_and(|own| matches_level(own, asked)));
    let service =
        plan.services.is_empty() || plan.services.iter().any(|name| row.service.eq_ignore_ascii_case(name));
    timed && level && service
}
