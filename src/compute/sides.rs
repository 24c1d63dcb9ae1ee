//! Questions about two things: two counts or values side by side, and the time that passed between two events. Each
//! side is planned and computed as a question of its own.

use super::corpus::{Corpus, CorpusError};
use super::finding::{Finding, TableRow, Value};
use super::index::Index;
use super::intent::{self, Intent};
use super::plan::{Plan, Planned};
use super::planner::planned;
use super::question::Ask;
use super::run::run;
use super::value::{Decimal, Quantity};
use super::words::{Token, TokenKind};

/// One side: what to call it, and the question that computes it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Side {
    label: String,
    question: String,
}

/// Plans both sides of a question about two things; `None` if it does not fall into two that can be answered.
pub(super) fn plan_sides(
    ask: &Ask,
    index: &Index,
    corpus: &dyn Corpus,
) -> Result<Option<[(String, Plan); 2]>, CorpusError> {
    let readings = match ask.intent {
        Intent::Compare => compared(&ask.tokens),
        Intent::Between => between(&ask.tokens),
        _ => Vec::new(),
    };
    for [a, b] in readings {
        let (Planned::Plan(left), Planned::Plan(right)) =
            (planned(index, &a.question, corpus)?, planned(index, &b.question, corpus)?)
        else {
            continue;
        };
        let empty = |plan: &Plan| plan.members.is_empty();
        if !empty(&left) && !empty(&right) {
            return Ok(Some([(a.label, *left), (b.label, *right)]));
        }
    }
    Ok(None)
}

/// Words that only say that two things are compared.
fn is_frame(word: &str) -> bool {
    matches!(
        word,
        "compare"
            | "compared"
            | "comparison"
            | "difference"
            | "between"
            | "versus"
            | "vs"
            | "what"
            | "is"
            | "are"
            | "was"
            | "were"
            | "there"
            | "more"
            | "fewer"
            | "less"
            | "the"
            | "a"
            | "number"
            | "count"
            | "of"
            | "how"
            | "many"
            | "did"
            | "do"
            | "we"
            | "have"
            | "both"
            | "or"
            | "does"
    )
}

fn join(tokens: &[&Token]) -> String {
    let shown = |t: &&Token| {
        if t.kind == TokenKind::Quoted { format!("\"{}\"", t.text) } else { t.text.clone() }
    };
    tokens.iter().map(shown).collect::<Vec<_>>().join(" ")
}

/// The ways a comparison falls into two questions, the most telling first.
fn compared(tokens: &[Token]) -> Vec<[Side; 2]> {
    let strong = |t: &Token| matches!(t.lower.as_str(), "vs" | "versus" | "with" | "against" | "than" | "to");
    let weak = |t: &Token| matches!(t.lower.as_str(), "and" | "or");
    let middle = |at: &usize| *at > 0 && at + 1 < tokens.len();
    let joints = (0..tokens.len()).filter(|&at| strong(&tokens[at])).filter(middle);
    let joints = joints.chain((0..tokens.len()).filter(|&at| weak(&tokens[at])).filter(middle));
    joints.flat_map(|at| readings_at(tokens, at)).collect()
}

fn readings_at(tokens: &[Token], at: usize) -> Vec<[Side; 2]> {
    let same = |a: Option<usize>, b: usize| {
        a.and_then(|a| tokens.get(a)).zip(tokens.get(b)).is_some_and(|(a, b)| a.lower == b.lower)
    };
    let mut all = Vec::new();
    let timed = |range: std::ops::Range<usize>| tokens[range].iter().any(|t| is_clock(&t.lower));
    let start = tokens[..at].iter().rposition(|t| matches!(t.lower.as_str(), "between" | "from" | "in"));
    if timed(0..at) && timed(at + 1..tokens.len()) && tokens[at].lower != "and" {
        all.extend(start.map(|start| sides(tokens, start..at, at + 1..tokens.len())));
    }
    let end = if at > 0 && tokens[at - 1].lower == "compared" { at - 1 } else { at };
    if let Some(named) = (0..end.saturating_sub(1)).rfind(|&i| same(Some(i), at + 1)) {
        // "user mira and user kai"
        all.push(sides(tokens, named..named + 2, at + 1..(at + 3).min(tokens.len())));
    }
    if at >= 2 && same(Some(at - 1), at + 2) {
        // "accepted payments and declined payments"
        all.push(sides(tokens, at - 2..at, at + 1..at + 3));
    }
    all.push(sides(tokens, end.saturating_sub(1)..end, at + 1..at + 2));
    all.push(sides(tokens, 0..at, at + 1..tokens.len()));
    all
}

fn is_clock(word: &str) -> bool {
    word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit())
}

/// The question once with the left side only and once with the right side only.
fn sides(tokens: &[Token], left: std::ops::Range<usize>, right: std::ops::Range<usize>) -> [Side; 2] {
    let shared = |at: usize| !left.contains(&at) && !right.contains(&at) && at + 1 != right.start;
    let side = |own: &std::ops::Range<usize>, other: &std::ops::Range<usize>| {
        let mut kept: Vec<&Token> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let framed = is_frame(&token.lower) && !(own.contains(&at) && token.lower == "between");
            if (shared(at) || own.contains(&at)) && !other.contains(&at) && !framed {
                kept.push(token);
            }
        }
        let label: Vec<&Token> = tokens[own.clone()].iter().filter(|t| !is_frame(&t.lower)).collect();
        let words: Vec<Token> = kept.iter().map(|token| (*token).clone()).collect();
        let computed = intent::read(&words).intent != Intent::Extract;
        let between = tokens[own.clone()].iter().any(|t| is_clock(&t.lower))
            && kept.iter().all(|t| t.lower != "between");
        let text = join(&kept);
        let text = if between {
            text.replacen(&join(&label), &format!("between {}", join(&label)), 1)
        } else {
            text
        };
        let question = if computed { text } else { format!("how many {text}") };
        Side { label: join(&label), question }
    };
    [side(&left, &right), side(&right, &left)]
}

/// "Between A and B", "from A to B", "after A did B".
fn between(tokens: &[Token]) -> Vec<[Side; 2]> {
    let word = |at: usize| tokens[at].lower.as_str();
    let mut all = Vec::new();
    for start in (0..tokens.len()).filter(|&at| matches!(word(at), "between" | "from" | "after")) {
        let joints: &[&str] = match word(start) {
            "between" => &["and"],
            "from" => &["to", "until", "till"],
            _ => &["did", "was", "were", "until"],
        };
        for at in (start + 2..tokens.len().saturating_sub(1)).filter(|&at| joints.contains(&word(at))) {
            all.push(moments(&tokens[start + 1..at], &tokens[at + 1..]));
        }
    }
    all
}

fn moments(left: &[Token], right: &[Token]) -> [Side; 2] {
    let order = |t: &Token| matches!(t.lower.as_str(), "the" | "first" | "last" | "its");
    // "the first and last declined payment": what is shared stands on the right.
    let shared: Vec<&Token> = if left.iter().all(order) {
        right.iter().skip_while(|token| order(token)).collect()
    } else {
        Vec::new()
    };
    let left: Vec<&Token> = left.iter().chain(shared).collect();
    let right: Vec<&Token> = right.iter().collect();
    let side = |tokens: &[&Token]| {
        let label = join(tokens);
        Side { question: format!("when was {label}"), label }
    };
    [side(&left), side(&right)]
}

/// Computes both sides and puts them together.
pub(super) fn run_sides(plan: &Plan, corpus: &dyn Corpus) -> Result<Option<Finding>, CorpusError> {
    if plan.intent == Intent::Share {
        return super::share::run_share(plan, corpus);
    }
    let [(label_a, a), (label_b, b)] = plan.sides.as_slice() else { return Ok(None) };
    let (first, second) = (run(a, corpus)?, run(b, corpus)?);
    let mut joined = first.clone();
    joined.intent = plan.intent;
    joined.question.clone_from(&plan.question);
    joined.confidence = plan.confidence;
    joined.addends.extend(second.addends.iter().cloned());
    joined.chips.clear();
    joined.window = None;
    joined.lines = first.lines + second.lines;
    joined.cited.extend(second.cited.iter().cloned());
    joined.rows =
        [(label_a, &first), (label_b, &second)].into_iter().filter_map(|(l, f)| row(l, f)).collect();
    joined.value = match plan.intent {
        Intent::Between => elapsed(&first, &second),
        _ => side_by_side(&joined.rows, [(label_a, &first), (label_b, &second)]),
    };
    joined.alternatives = [(label_a, &first), (label_b, &second)]
        .map(|(label, finding)| format!("{label}: {}", finding.sentence()))
        .to_vec();
    Ok(Some(joined))
}

fn row(label: &str, finding: &Finding) -> Option<TableRow> {
    let Value::Number(value) = finding.value else { return None };
    let example = finding.cited.first().map(|cited| cited.id.clone());
    Some(TableRow { label: label.to_owned(), value, lines: finding.lines, example })
}

fn elapsed(first: &Finding, second: &Finding) -> Value {
    let (Value::Time(a), Value::Time(b)) = (&first.value, &second.value) else { return Value::Nothing };
    let seconds = Decimal::from_int(i128::from(b.since(*a).abs())).over(1_000_000_000, 3);
    let quantity = seconds.and_then(|n| Quantity::parse(&format!("{} s", n.trimmed())));
    quantity.map_or(Value::Nothing, Value::Number)
}

fn side_by_side(rows: &[TableRow], sides: [(&String, &Finding); 2]) -> Value {
    let shown = sides.map(|(label, finding)| format!("{label}: {}", finding.short())).join(", ");
    let [a, b] = rows else { return Value::Text(shown) };
    let more = match super::aggregate::order(a.value, b.value) {
        std::cmp::Ordering::Greater => Some((a, b)),
        std::cmp::Ordering::Less => Some((b, a)),
        std::cmp::Ordering::Equal => None,
    };
    let gap = more.and_then(|(more, less)| {
        (more.value.unit == less.value.unit).then(|| more.value.number.minus(less.value.number)).flatten()
    });
    Value::Text(match more.zip(gap) {
        Some(((more, _), gap)) => {
            let gap = Quantity { number: gap, unit: more.value.unit };
            format!("{shown} ({} by {gap})", more.label)
        }
        None if more.is_none() => format!("{shown} (equal)"),
        None => shown,
    })
}
