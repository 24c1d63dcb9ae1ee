//! A question taken apart: intent, asked noun, units, bounds, grouping; which words are left to find the lines by.

use super::bounds::Bound;
use super::grammar::{
    is_generic, is_measure_word, is_negation, is_preposition, is_time_superlative, is_verb_form,
};
use super::intent::{self, Intent, Order};
use super::negation::Scope;
use super::thesaurus::{is_event_noun, is_stop, is_weak};
use super::timephrase::{self, small_number};
use super::unit::{Unit, UnitKind};
use super::words::{Token, TokenKind};
use crate::domain::{TimeWindow, Zone};

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Finds lines.
    Content,
    /// Finds lines if they have it; not missed if not.
    Weak,
    /// Grammar.
    Stop,
    /// Spent on a window or a bound; finds nothing.
    Spent,
}

/// A question taken apart.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) tokens: Vec<Token>,
    pub(super) roles: Vec<Role>,
    pub(super) intent: Intent,
    pub(super) order: Option<Order>,
    /// The noun phrase asked for ("which CLIENT PORT"), head last.
    pub(super) noun: Vec<usize>,
    /// Words behind a superlative or a total ("largest BLOCK SIZE").
    pub(super) measure: Vec<usize>,
    /// Words of the grouping ("per USER").
    pub(super) group: Vec<usize>,
    pub(super) unit: Option<UnitKind>,
    /// The unit as the question says it ("average MS").
    pub(super) unit_said: Option<Unit>,
    /// The question says "in total" or the like.
    pub(super) total: bool,
    /// Preposition that belongs to the asked noun ("FROM which", "which .. FROM").
    pub(super) preposition: Option<String>,
    pub(super) negated: bool,
    pub(super) limit: Option<usize>,
    pub(super) bounds: Vec<Bound>,
    pub(super) window: Option<TimeWindow>,
    /// Tokens that only said the intent.
    pub(super) said: Vec<usize>,
    /// What is left out ("not from X").
    pub(super) scopes: Vec<Scope>,
}

impl Ask {
    /// Takes the tokens of a question apart; clock times are read in `zone`, counting back from the end of `whole`.
    pub(super) fn of_tokens(
        tokens: Vec<Token>,
        scopes: Vec<Scope>,
        whole: Option<TimeWindow>,
        zone: &Zone,
    ) -> Self {
        let mut ask = Self {
            roles: tokens.iter().map(first_role).collect(),
            tokens,
            intent: Intent::Extract,
            order: None,
            noun: Vec::new(),
            measure: Vec::new(),
            group: Vec::new(),
            unit: None,
            unit_said: None,
            total: false,
            preposition: None,
            negated: false,
            limit: None,
            bounds: Vec::new(),
            window: None,
            said: Vec::new(),
            scopes,
        };
        ask.spend_scopes();
        ask.take_apart(whole, zone);
        ask
    }

    fn spend_scopes(&mut self) {
        let turned: Vec<usize> = self.scopes.iter().flat_map(|scope| scope.used.clone()).collect();
        self.spend(&turned);
    }

    /// The readings build on each other in this order.
    fn take_apart(&mut self, whole: Option<TimeWindow>, zone: &Zone) {
        if let Some(phrase) = timephrase::read(&self.tokens, whole, zone) {
            self.spend(&phrase.used);
            self.window = Some(phrase.window);
        }
        self.spend_precision();
        self.read_bounds();
        self.read_group();
        self.read_intent();
        self.read_order();
        self.read_noun();
        self.rank_by_number();
        self.read_unit();
        self.total = self.tokens.iter().any(|t| {
            matches!(t.lower.as_str(), "total" | "altogether" | "overall" | "combined" | "sum" | "cumulative")
        });
        self.negated = self.tokens.iter().enumerate().any(|(at, t)| is_negation(&t.lower) && self.free(at));
    }

    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.lower.as_str())
    }

    pub(super) fn spend(&mut self, used: &[usize]) {
        for &at in used {
            self.roles[at] = Role::Spent;
        }
    }

    pub(super) fn free(&self, at: usize) -> bool {
        self.roles.get(at).is_some_and(|role| *role != Role::Spent)
    }

    fn read_intent(&mut self) {
        let open: Vec<usize> = (0..self.tokens.len()).filter(|&at| self.free(at)).collect();
        let words: Vec<Token> = open.iter().map(|&at| self.tokens[at].clone()).collect();
        let read = intent::read(&words);
        self.intent = read.intent;
        self.said = read.used.iter().map(|&at| open[at]).collect();
        let after = open.get(read.after).copied().unwrap_or(self.tokens.len());
        for &at in &self.said {
            if self.tokens[at].kind == TokenKind::Value {
                self.roles[at] = Role::Spent;
            } else if self.roles[at] == Role::Content {
                self.roles[at] = Role::Weak;
            }
        }
        match self.intent {
            Intent::Max | Intent::Min | Intent::Sum | Intent::Mean | Intent::Percentile(_) => {
                self.measure = self.noun_after(after);
            }
            Intent::Count | Intent::Distinct | Intent::List | Intent::Rate => {
                self.noun = self.noun_after(after);
            }
            Intent::Top | Intent::Rarest => {
                self.measure = self.noun_after(after);
                self.noun.clone_from(&self.measure);
            }
            _ => {}
        }
        self.settle_intent();
    }

    /// What the words beside the rule make of the intent.
    fn settle_intent(&mut self) {
        if self.intent == Intent::Extract && (!self.group.is_empty() || self.names_events()) {
            self.intent = Intent::Count;
            self.noun = self.noun_after(0);
        }
        let volume = self.noun.last().and_then(|&at| Unit::parse_word_only(self.word(at)));
        if self.intent == Intent::Count && volume.map(Unit::kind) == Some(UnitKind::Size) {
            // "How many bytes were sent": the lines hold the number.
            self.intent = Intent::Sum;
            self.measure.clone_from(&self.noun);
        }
        for at in 1..self.tokens.len() {
            if self.word(at - 1) == "how" && self.roles[at] == Role::Content && is_measure_word(self.word(at))
            {
                self.roles[at] = Role::Weak;
            }
        }
    }

    /// A bare phrase in the plural ("warnings from pay", "rides longer than 5 km") asks how many there are.
    fn names_events(&self) -> bool {
        let wh = |token: &Token| {
            matches!(
                token.lower.as_str(),
                "which" | "what" | "who" | "whom" | "whose" | "where" | "when" | "why" | "how" | "used"
            )
        };
        let phrase = self.noun_phrase(0);
        let plural = |&at: &usize| {
            let word = self.word(at);
            word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us")
        };
        let named = phrase.last().is_some_and(|last| self.word(last + 1) == "of");
        // "Errors by service" groups; "vents opened by lena" names who did it.
        let groups = (0..self.tokens.len()).any(|at| {
            self.word(at) == "by" && !at.checked_sub(1).is_some_and(|i| is_verb_form(self.word(i)))
        });
        self.said.is_empty()
            && !named
            && !groups
            && !self.tokens.iter().any(wh)
            && phrase.last().is_some_and(plural)
    }

    /// The noun phrase that starts at a token, articles, "of" and numbers ("top 5") skipped.
    fn noun_after(&mut self, mut at: usize) -> Vec<usize> {
        while at < self.tokens.len() {
            let word = self.word(at);
            if let Some(limit) = small_number(word).filter(|_| self.tokens[at].kind == TokenKind::Value) {
                self.limit = usize::try_from(limit).ok();
                self.roles[at] = Role::Spent;
            } else if !matches!(
                word,
                "the"
                    | "a"
                    | "an"
                    | "of"
                    | "all"
                    | "in"
                    | "number"
                    | "amount"
                    | "different"
                    | "distinct"
                    | "unique"
                    | "total"
                    | "is"
                    | "was"
                    | "were"
                    | "are"
            ) {
                break;
            }
            at += 1;
        }
        self.noun_phrase(at)
    }

    /// Words from here to the first verb, preposition or value.
    pub(super) fn noun_phrase(&self, start: usize) -> Vec<usize> {
        let mut phrase = Vec::new();
        for at in start..self.tokens.len() {
            let token = &self.tokens[at];
            let stops = token.kind != TokenKind::Word || is_stop(&token.lower) || !self.free(at);
            let verb = !phrase.is_empty() && is_verb_form(&token.lower);
            if stops || verb || phrase.len() == 4 {
                break;
            }
            phrase.push(at);
        }
        phrase
    }

    fn read_order(&mut self) {
        for at in 0..self.tokens.len() {
            if !self.free(at) {
                continue;
            }
            let order = match self.word(at) {
                "first" | "earliest" | "initial" | "initially" | "oldest" => Order::First,
                "last" | "latest" | "newest" | "final" | "finally" | "lastly" => Order::Last,
                "recent" | "recently" if at > 0 && self.word(at - 1) == "most" => Order::Last,
                _ => continue,
            };
            let whole_question_is_superlative = matches!(self.intent, Intent::Max | Intent::Min);
            if self.tokens[at].kind != TokenKind::Word || whole_question_is_superlative {
                continue;
            }
            if self.intent == Intent::When && self.word(at).starts_with("recent") && self.asks_what() {
                self.intent = Intent::Extract;
            }
            self.order = Some(order);
            self.said.push(at);
            self.roles[at] = Role::Weak;
            return;
        }
    }

    fn asks_what(&self) -> bool {
        matches!(self.word(0), "what" | "which" | "who") && self.word(1) != "time"
    }

    /// The noun behind which/what/whose, or the wh-word itself for who and where.
    fn read_noun(&mut self) {
        let wh = (0..self.tokens.len()).find(|&at| {
            self.free(at) && matches!(self.word(at), "which" | "what" | "whose" | "who" | "whom" | "where")
        });
        if let Some(at) =
            wh.filter(|_| self.noun.is_empty() || self.intent == Intent::Top || self.intent == Intent::Rarest)
        {
            let found = self.noun_at_wh(at);
            if self.noun.is_empty() || !found.is_empty() {
                self.noun = found;
            }
            if self.noun == self.measure && matches!(self.intent, Intent::Top | Intent::Rarest) {
                self.measure.clear();
            }
            let before = at.checked_sub(1).map(|i| self.word(i).to_owned());
            self.preposition = before.filter(|word| is_preposition(word));
        }
        let last = self.tokens.last().map(|token| token.lower.clone());
        if self.preposition.is_none() {
            self.preposition = last.filter(|word| is_preposition(word));
        }
        if self.noun.is_empty() && wh.is_none() && self.intent == Intent::Extract {
            // Keywords only, or "give me the port of ..": every content word may name what is asked.
            let start = (0..self.tokens.len()).find(|&at| self.roles[at] == Role::Content);
            self.noun = start.map(|at| self.noun_phrase(at)).unwrap_or_default();
        }
    }

    fn noun_at_wh(&self, at: usize) -> Vec<usize> {
        if matches!(self.word(at), "who" | "whom" | "where") {
            return vec![at];
        }
        let mut next = at + 1;
        while matches!(
            self.word(next),
            "is" | "was" | "are" | "were" | "the" | "a" | "an" | "of" | "its" | "s"
        ) || (self.order.is_some() && self.said.contains(&next))
        {
            next += 1;
        }
        let mut phrase = self.noun_phrase(next);
        // "the name of the user": the head is generic, what follows says more.
        let end = phrase.last().map_or(next, |last| last + 1);
        let generic = phrase.last().is_some_and(|&last| is_generic(self.word(last)));
        if generic && self.word(end) == "of" {
            let mut start = end + 1;
            while matches!(self.word(start), "the" | "a" | "an") {
                start += 1;
            }
            let mut more = self.noun_phrase(start);
            more.append(&mut phrase);
            return more;
        }
        phrase
    }

    fn read_unit(&mut self) {
        let asked =
            self.noun.iter().chain(&self.measure).filter_map(|&at| Unit::parse_word_only(self.word(at)));
        self.unit_said = asked.into_iter().next();
        self.unit = self.unit_said.map(Unit::kind);
        if self.unit.is_none() {
            let named = (1..self.tokens.len()).filter(|&at| self.word(at - 1) == "in" && self.free(at));
            self.unit_said = named.filter_map(|at| Unit::parse_word_only(self.word(at))).next();
            self.unit = self.unit_said.map(Unit::kind);
        }
        if self.unit.is_none() && self.tokens.iter().any(|t| is_time_superlative(&t.lower)) {
            self.unit = Some(UnitKind::Time);
        }
        let how = |second: &[&str]| self.word(0) == "how" && second.contains(&self.word(1));
        let duration = how(&["long"]);
        if self.unit.is_none() && (self.intent == Intent::Sum || duration) {
            self.unit = if duration {
                Some(UnitKind::Time)
            } else if how(&["big", "large"]) {
                Some(UnitKind::Size)
            } else {
                None
            };
        }
    }

    /// Whether the number asked for must be of the unit named ("how long", "average MS").
    pub(super) fn insists_on_unit(&self) -> bool {
        self.unit_said.is_some() || (self.unit == Some(UnitKind::Time) && self.word(0) == "how")
    }

    /// Tokens that find lines, with how much they count.
    pub(super) fn weights(&self) -> Vec<(usize, f64)> {
        let weight = |at: usize| match self.roles[at] {
            Role::Content => Some((at, 1.0)),
            Role::Weak if is_event_noun(&self.tokens[at].lower) => Some((at, 0.05)),
            Role::Weak => Some((at, 0.3)),
            Role::Stop | Role::Spent => None,
        };
        (0..self.tokens.len()).filter_map(weight).collect()
    }
}

fn first_role(token: &Token) -> Role {
    if token.kind != TokenKind::Word {
        Role::Content
    } else if is_stop(&token.lower) || is_negation(&token.lower) {
        Role::Stop
    } else if is_weak(&token.lower) || Unit::parse_word_only(&token.lower).is_some() {
        Role::Weak
    } else {
        Role::Content
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::Quantity;
    use super::super::words::tokenize;
    use super::*;
    use rstest::rstest;

    fn ask(question: &str) -> Ask {
        Ask::of_tokens(tokenize(question), Vec::new(), None, &Zone::utc())
    }

    fn words(ask: &Ask, at: &[usize]) -> String {
        at.iter().map(|&at| ask.tokens[at].lower.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case("which client port did 10.0.0.1 use", "client port")]
    #[case("what is the size of block blk_1", "size")]
    #[case("what is the name of the user that failed", "user name")]
    #[case("which stage ran task 7", "stage")]
    #[case("who closed the door", "who")]
    #[case("how many bytes were sent", "bytes")]
    #[case("top 5 users by errors", "users")]
    #[case("which host has the most errors", "host")]
    fn the_asked_noun_is_found(#[case] question: &str, #[case] noun: &str) {
        let ask = ask(question);
        assert_eq!(words(&ask, &ask.noun), noun);
    }

    #[rstest]
    #[case("largest block size of node 7", "block size")]
    #[case("what is the total amount of bytes sent", "bytes")]
    #[case("average wait of a job", "wait")]
    fn the_measure_is_found(#[case] question: &str, #[case] measure: &str) {
        let ask = ask(question);
        assert_eq!(words(&ask, &ask.measure), measure);
    }

    #[test]
    fn bounds_take_their_number_and_unit() {
        let ask = ask("how many backups took longer than 5 seconds");
        assert_eq!(ask.intent, Intent::Count);
        assert_eq!(ask.bounds.len(), 1);
        assert!(Ask::within_bounds(&ask.bounds, Quantity::parse("5001ms").unwrap()));
        assert!(!Ask::within_bounds(&ask.bounds, Quantity::parse("5s").unwrap()));
    }

    #[test]
    fn groups_and_limits_are_read() {
        let per = ask("how many failed logins per user");
        assert_eq!(words(&per, &per.group), "user");
        assert_eq!(ask("top 5 users").limit, Some(5));
        assert_eq!(ask("how many requests per minute").group, Vec::<usize>::new());
    }
}
