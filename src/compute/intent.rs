//! What a question wants done with the lines it is about: ordered rules over its words.

use super::words::Token;

/// Which story about a change is asked for; told by the change engine, not by this room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// What broke, what changed.
    What,
    /// Why something happens.
    Why,
    /// Since when it happens.
    Since,
    /// Whether it still happens.
    Still,
}

/// What is done with the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Intent {
    /// A story about a change; the plan carries the patterns the question named, if any.
    Change(ChangeKind),
    /// How many.
    Count,
    /// How often: a count per time.
    Rate,
    /// The total of a slot.
    Sum,
    /// The largest value of a slot.
    Max,
    /// The smallest value of a slot.
    Min,
    /// The mean of a slot.
    Mean,
    /// A quantile of a slot, in thousandths (500: the median).
    Percentile(u16),
    /// The most frequent value of a slot.
    Top,
    /// The least frequent value of a slot.
    Rarest,
    /// How many different values a slot has.
    Distinct,
    /// All different values of a slot.
    List,
    /// When it happened.
    When,
    /// How long between two things.
    Between,
    /// What value a line holds.
    Extract,
    /// Whether it happened.
    Check,
    /// How the count moves over time.
    Trend,
    /// When there were most.
    Peak,
    /// Two counts side by side.
    Compare,
    /// One count as a part of another.
    Share,
}

/// Which of several lines is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// The earliest.
    First,
    /// The latest.
    Last,
}

/// An intent and the tokens that said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// What to do.
    pub(super) intent: Intent,
    /// Tokens that are spent on saying it.
    pub(super) used: Vec<usize>,
    /// Index behind the last word of the rule: the noun phrase asked for starts there.
    pub(super) after: usize,
}

/// Rules in order of precedence. A word may be an alternative (`a|b`), optional (`a?`), a gap of up to four tokens
/// (`..`), of up to twelve (`...`), or the start (`^`).
const RULES: &[(&str, Intent)] = &[
    ("^ is|are|was|does it|this|that|the problem|issue? still", Intent::Change(ChangeKind::Still)),
    ("^ still happening|failing|broken|down|ongoing", Intent::Change(ChangeKind::Still)),
    (
        "^ is|has it|this|that over|fixed|resolved|recovered|stopped|been? fixed|resolved",
        Intent::Change(ChangeKind::Still),
    ),
    ("since when", Intent::Change(ChangeKind::Since)),
    ("when did it|this|that|things|everything all? start|begin|break", Intent::Change(ChangeKind::Since)),
    ("how long has it|this|that been", Intent::Change(ChangeKind::Since)),
    ("what|which just? broke|changed|failed|crashed ^", Intent::Change(ChangeKind::What)),
    ("what just? broke", Intent::Change(ChangeKind::What)),
    ("what just? changed", Intent::Change(ChangeKind::What)),
    (
        "what went|goes|is|are|has going|gone? wrong|broken|failing|up|new|different|unusual|abnormal|on ^",
        Intent::Change(ChangeKind::What),
    ),
    ("what went|goes|is wrong", Intent::Change(ChangeKind::What)),
    ("what wrong|broken|failing|new ^", Intent::Change(ChangeKind::What)),
    ("what is|was the? problem|issue|matter|incident", Intent::Change(ChangeKind::What)),
    ("what happened ^", Intent::Change(ChangeKind::What)),
    ("what happened here|now|just|today ^", Intent::Change(ChangeKind::What)),
    ("anything broken|wrong|unusual|odd|new|strange", Intent::Change(ChangeKind::What)),
    ("root cause", Intent::Change(ChangeKind::Why)),
    ("what caused|causes|causing", Intent::Change(ChangeKind::Why)),
    ("what is|was|are causing|behind", Intent::Change(ChangeKind::Why)),
    ("what is|was the? cause|reason of|behind", Intent::Change(ChangeKind::Why)),
    ("how come", Intent::Change(ChangeKind::Why)),
    ("^ and? so? but? why", Intent::Change(ChangeKind::Why)),
    ("compare|compared|versus|vs", Intent::Compare),
    ("^ are|were|is|was|did|do|does|has|have .. more|fewer|less .. than", Intent::Compare),
    ("difference between", Intent::Compare),
    ("more|fewer|less|higher|lower .. than before|yesterday|usual|earlier", Intent::Compare),
    ("more|fewer|less .. than in|at|on|with|for|from", Intent::Compare),
    (
        "how much|long time? passed|elapsed|was|is|did|does|it|there|take? .. between|from|after|until|before",
        Intent::Between,
    ),
    ("time|duration|gap|delay|interval|period between", Intent::Between),
    ("how long|soon after", Intent::Between),
    ("how many times a|per|each|every second|minute|hour|day", Intent::Rate),
    ("how many times", Intent::Count),
    ("trend|histogram|timeline|evolution|evolve|evolved", Intent::Trend),
    ("over time", Intent::Trend),
    ("going|go|went|gone|get|getting|gets|got up|down|worse|better", Intent::Trend),
    ("increasing|decreasing|rising|growing|shrinking|dropping|declining", Intent::Trend),
    ("increase|decrease|rise|grow|shrink|decline ^", Intent::Trend),
    ("busiest|peak|spike|spikes|peaked|spiked", Intent::Peak),
    ("which|what minute|hour|second|day .. most", Intent::Peak),
    ("how often|frequently|frequent", Intent::Rate),
    ("at? what rate", Intent::Rate),
    ("rate of", Intent::Rate),
    ("per second|minute|hour|day|sec|min", Intent::Rate),
    ("each|every second|minute|hour|day", Intent::Rate),
    ("how many different|distinct|unique|separate|individual|various", Intent::Distinct),
    ("number|count|total of? different|distinct|unique|separate|individual", Intent::Distinct),
    ("count the? different|distinct|unique|separate", Intent::Distinct),
    (
        "most|more common|commonly|frequent|frequently|often|active|popular|busy|used|affected|seen|repeated",
        Intent::Top,
    ),
    ("least|less common|commonly|frequent|frequently|often|active|popular|busy|used", Intent::Rarest),
    ("rarest|rarely", Intent::Rarest),
    ("^ show|list|give|what|which|who? me? is|are|were|was? the? top", Intent::Top),
    ("p50|median", Intent::Percentile(500)),
    ("p75", Intent::Percentile(750)),
    ("p90", Intent::Percentile(900)),
    ("p95", Intent::Percentile(950)),
    ("p99", Intent::Percentile(990)),
    ("p999|p99.9", Intent::Percentile(999)),
    ("50th percentile", Intent::Percentile(500)),
    ("75th percentile", Intent::Percentile(750)),
    ("90th percentile", Intent::Percentile(900)),
    ("95th percentile", Intent::Percentile(950)),
    ("99th percentile", Intent::Percentile(990)),
    ("average|avg|mean|averaged|typical|typically", Intent::Mean),
    ("the? most recent|recently", Intent::When),
    ("who|which|what .. at? most ^", Intent::Top),
    ("which|what|who|whose|whom .. most", Intent::Top),
    ("^ which|what|who|whose|whom ... most ^", Intent::Top),
    ("^ which|what|who|whose|whom ... least ^", Intent::Rarest),
    ("which|what|who|whose|whom .. fewest|least", Intent::Rarest),
    ("the most", Intent::Top),
    ("the fewest", Intent::Rarest),
    ("fastest|quickest .. rpm|speed|rate|velocity", Intent::Max),
    ("slowest .. rpm|speed|rate|velocity", Intent::Min),
    (
        "largest|biggest|highest|longest|maximum|max|maximal|greatest|slowest|heaviest|worst|peak|top|hottest|loudest|deepest|tallest|strongest|warmest|furthest|farthest|widest",
        Intent::Max,
    ),
    (
        "smallest|lowest|shortest|minimum|min|minimal|fastest|quickest|tiniest|least|lightest|coldest|coolest|weakest|nearest",
        Intent::Min,
    ),
    ("^ list|enumerate|name|show|give|print|display|get|find me? us? all? the?", Intent::List),
    ("^ what|which are|were all? the?", Intent::List),
    ("how many", Intent::Count),
    ("^ count of? the? all?", Intent::Count),
    ("number|count of", Intent::Count),
    ("total|sum|combined|altogether|overall|cumulative|accumulated|aggregate|aggregated", Intent::Sum),
    ("in all|total|sum", Intent::Sum),
    ("add|adds|added up", Intent::Sum),
    ("how much|amount of", Intent::Sum),
    ("^ when", Intent::When),
    ("when", Intent::When),
    ("at? what|which time|date|moment|timestamp|instant", Intent::When),
    ("time|date|timestamp|moment of|when", Intent::When),
    ("^ is|are|was|were|did|does|do|has|have|had|can|could|will|would|any|anything|anyone", Intent::Check),
    ("how long|big|large|fast|slow|old|heavy|high|low", Intent::Sum),
];

/// Reads the intent of a question; [`Intent::Extract`] when no rule speaks.
pub(super) fn read(tokens: &[Token]) -> Read {
    for (rule, intent) in RULES {
        let words: Vec<&str> = rule.split(' ').collect();
        let (words, anchored) = match words.as_slice() {
            ["^", rest @ ..] => (rest.to_vec(), true),
            _ => (words, false),
        };
        let starts = if anchored { 0..1.min(tokens.len()) } else { 0..tokens.len() };
        for start in starts {
            let mut used = Vec::new();
            if let Some(after) = matches_at(tokens, start, &words, &mut used) {
                return Read { intent: *intent, used, after };
            }
        }
    }
    Read { intent: Intent::Extract, used: Vec::new(), after: 0 }
}

/// Words that steer a question without being in a rule: bounds, units, levels, the things a log consists of.
const STEERING: [&str; 26] = [
    "longer",
    "shorter",
    "larger",
    "smaller",
    "bigger",
    "higher",
    "lower",
    "slower",
    "faster",
    "exceeding",
    "error",
    "errors",
    "warning",
    "warnings",
    "message",
    "messages",
    "second",
    "seconds",
    "minute",
    "minutes",
    "request",
    "requests",
    "records",
    "lines",
    "reason",
    "between",
];

fn steering() -> impl Iterator<Item = &'static str> {
    let rules =
        RULES.iter().flat_map(|(rule, _)| rule.split([' ', '|'])).map(|word| word.trim_end_matches('?'));
    rules.chain(STEERING)
}

/// The word of the rules one slip away from an unknown word of at least five letters; a missing letter is the most
/// common slip.
pub(super) fn near_word(word: &str) -> Option<&'static str> {
    if word.len() < 5 {
        return None;
    }
    let near = steering().filter(|known| known.len() > 4 && super::words::one_edit_apart(known, word));
    near.max_by_key(|known| known.len())
}

/// Whether a rule uses the word, in any form.
pub(super) fn is_known(word: &str) -> bool {
    let own = super::words::stem(word);
    steering().any(|known| known == word || super::words::stem(known) == own)
}

/// Matches a rule at a token; returns the index behind the match.
fn matches_at(tokens: &[Token], at: usize, words: &[&str], used: &mut Vec<usize>) -> Option<usize> {
    let Some((word, rest)) = words.split_first() else { return Some(at) };
    if *word == "^" {
        return (at == tokens.len()).then_some(at);
    }
    if *word == ".." || *word == "..." {
        return (0..=if *word == ".." { 4 } else { 12 }).find_map(|gap| {
            let mark = used.len();
            let end = matches_at(tokens, at + gap, rest, used);
            if end.is_none() {
                used.truncate(mark);
            }
            end
        });
    }
    let (alternatives, optional) = match word.strip_suffix('?') {
        Some(inner) => (inner, true),
        None => (*word, false),
    };
    if tokens.get(at).is_some_and(|token| alternatives.split('|').any(|a| a == token.lower)) {
        let mark = used.len();
        used.push(at);
        if let Some(end) = matches_at(tokens, at + 1, rest, used) {
            return Some(end);
        }
        used.truncate(mark);
    }
    if optional { matches_at(tokens, at, rest, used) } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::words::tokenize;
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("what broke?", Intent::Change(ChangeKind::What))]
    #[case("What went wrong with checkout", Intent::Change(ChangeKind::What))]
    #[case("why did the payment fail", Intent::Change(ChangeKind::Why))]
    #[case("since when do logins fail", Intent::Change(ChangeKind::Since))]
    #[case("is it still happening?", Intent::Change(ChangeKind::Still))]
    #[case("how many logins failed", Intent::Count)]
    #[case("how many times did the link on eth3 go down", Intent::Count)]
    #[case("how many times per minute did it retry", Intent::Rate)]
    #[case("which pool did the collector get no answer from most", Intent::Top)]
    #[case("number of failed logins", Intent::Count)]
    #[case("how many different users logged in", Intent::Distinct)]
    #[case("what is the total size of the uploads", Intent::Sum)]
    #[case("largest upload", Intent::Max)]
    #[case("what was the shortest wait", Intent::Min)]
    #[case("p95 of the request time", Intent::Percentile(950))]
    #[case("what is the 99th percentile latency", Intent::Percentile(990))]
    #[case("average duration of a backup", Intent::Mean)]
    #[case("when did the disk fill up", Intent::When)]
    #[case("did alice log in", Intent::Check)]
    #[case("which port did 10.0.0.1 use", Intent::Extract)]
    #[case("how often did the pump trip", Intent::Rate)]
    #[case("which user is most active", Intent::Top)]
    #[case("how long between the deploy and the first error", Intent::Between)]
    #[case("list all users", Intent::List)]
    #[case("are timeouts increasing", Intent::Trend)]
    #[case("compare errors of api and web", Intent::Compare)]
    #[case("how long did the backup take", Intent::Sum)]
    fn questions_say_what_they_want(#[case] question: &str, #[case] intent: Intent) {
        assert_eq!(read(&tokenize(question)).intent, intent);
    }
}
