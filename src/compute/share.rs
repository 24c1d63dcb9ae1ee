//! Shares: "percentage of requests that failed", "error rate of billing": one count as a part of another.

use super::corpus::{Corpus, CorpusError};
use super::finding::{Finding, Value};
use super::index::Index;
use super::plan::{Plan, Planned};
use super::planner::planned;
use super::polarity;
use super::question::Ask;
use super::run::run;
use super::unit::Unit;
use super::value::{Decimal, Quantity};
use super::words::{Token, TokenKind};

/// Both counts of a share as questions.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    part: String,
    /// Ways to say the whole, the narrowest first.
    wholes: Vec<String>,
}

/// Whether a question asks for a share at all.
pub(super) fn is_asked(ask: &Ask) -> bool {
    parts(&ask.tokens).is_some()
}

/// Plans the part and the whole; `None` if they cannot be counted or one is not inside the other.
pub(super) fn plan_share(
    ask: &Ask,
    index: &Index,
    corpus: &dyn Corpus,
) -> Result<Option<[(String, Plan); 2]>, CorpusError> {
    let Some(parts) = parts(&ask.tokens) else { return Ok(None) };
    let Planned::Plan(part) = planned(index, &parts.part, corpus)? else { return Ok(None) };
    for whole in parts.wholes {
        let Planned::Plan(plan) = planned(index, &whole, corpus)? else { continue };
        if part.patterns().iter().all(|pattern| plan.patterns().contains(pattern)) && !part.members.is_empty()
        {
            return Ok(Some([(parts.part, *part), (whole, *plan)]));
        }
    }
    Ok(None)
}

fn parts(tokens: &[Token]) -> Option<Parts> {
    let words: Vec<&str> = tokens.iter().map(|token| token.lower.as_str()).collect();
    let named = words.iter().position(|word| {
        matches!(*word, "percentage" | "percent" | "share" | "fraction" | "proportion" | "%" | "pct")
    });
    if let Some(at) = named.filter(|&at| words.get(at + 1) == Some(&"of")) {
        let of = skip(&words, at + 2, &["the", "all", "our"]);
        return of_things(&tokens[of..]);
    }
    let rate = words.iter().position(|word| *word == "rate")?;
    let what = *words.get(rate.checked_sub(1)?)?;
    let outcome = polarity::fails(what) || polarity::succeeds(what);
    let behind =
        words.get(rate + 1).is_none_or(|word| matches!(*word, "of" | "for" | "in" | "on" | "by" | "at"));
    (outcome && behind).then(|| {
        let of = skip(&words, rate + 2, &["the", "all", "our"]);
        rate_of(what, &join(tokens.get(of..).unwrap_or_default()))
    })
}

fn skip(words: &[&str], from: usize, fillers: &[&str]) -> usize {
    from + words.iter().skip(from).take_while(|word| fillers.contains(word)).count()
}

/// "requests were 404s", "badges denied at D1", "failed payments".
fn of_things(tokens: &[Token]) -> Option<Parts> {
    let link = |word: &str| {
        matches!(
            word,
            "that"
                | "which"
                | "were"
                | "was"
                | "are"
                | "is"
                | "have"
                | "had"
                | "did"
                | "got"
                | "come"
                | "came"
        )
    };
    let verb =
        |token: &Token| token.kind == TokenKind::Word && token.lower.len() > 4 && token.lower.ends_with("ed");
    let at = (1..tokens.len()).find(|&at| link(&tokens[at].lower) || verb(&tokens[at]));
    let cut = at.or_else(|| {
        (1..tokens.len()).find(|&at| matches!(tokens[at].lower.as_str(), "with" | "from" | "by"))
    });
    let all = join(tokens);
    let whole = match cut {
        Some(at) => join(&tokens[..at]),
        None if tokens.len() > 1 => join(&tokens[1..]),
        None => "lines".to_owned(),
    };
    (!all.is_empty()).then(|| Parts { part: count(&all), wholes: vec![count(&whole)] })
}

fn rate_of(what: &str, things: &str) -> Parts {
    if things.is_empty() {
        return Parts { part: count(&format!("{what}s")), wholes: vec![count("lines")] };
    }
    Parts {
        part: count(&format!("{things} {what}s")),
        wholes: vec![count(things), count(&format!("lines from {things}"))],
    }
}

fn count(what: &str) -> String {
    format!("how many {what}")
}

fn join(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Computes both counts and their share in per cent, three places.
pub(super) fn run_share(plan: &Plan, corpus: &dyn Corpus) -> Result<Option<Finding>, CorpusError> {
    let [(_, part), (_, whole)] = plan.sides.as_slice() else { return Ok(None) };
    let (part, whole) = (run(part, corpus)?, run(whole, corpus)?);
    let share = i64::try_from(whole.lines)
        .ok()
        .and_then(|lines| Decimal::from_int(i128::from(part.lines) * 100).over(lines, 3));
    let mut finding = part.clone();
    finding.intent = plan.intent;
    finding.question.clone_from(&plan.question);
    finding.slot = None;
    finding.rows.clear();
    finding.value =
        share.map_or(Value::Nothing, |number| Value::Number(Quantity { number, unit: Unit::Percent }));
    let parts = format!("{} of {} records", part.lines, whole.lines);
    finding.remark = Some(part.remark.map_or_else(|| parts.clone(), |remark| format!("{parts}; {remark}")));
    finding.alternatives = vec![format!("of: {}", whole.how().join("; "))];
    Ok(Some(finding))
}

#[cfg(test)]
mod tests {
    use super::super::words::tokenize;
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("what percentage of rides were cancelled", "how many rides were cancelled", "how many rides")]
    #[case("share of failed rides", "how many failed rides", "how many rides")]
    #[case("error rate", "how many errors", "how many lines")]
    #[case("failure rate of the rides", "how many rides failures", "how many rides")]
    fn a_share_is_two_counts(#[case] question: &str, #[case] part: &str, #[case] whole: &str) {
        let parts = parts(&tokenize(question)).unwrap();
        assert_eq!((parts.part.as_str(), parts.wholes[0].as_str()), (part, whole));
    }

    #[test]
    fn a_rate_of_anything_else_is_no_share() {
        assert_eq!(parts(&tokenize("at what rate do rides end")), None);
        assert_eq!(parts(&tokenize("what is the sample rate")), None);
    }
}
