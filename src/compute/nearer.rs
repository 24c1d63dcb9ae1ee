//! What a declined question would find without the words these logs do not know.

use super::corpus::{Corpus, CorpusError};
use super::finding::Finding;
use super::index::Index;
use super::intent::Intent;
use super::plan::{Decline, DeclineReason, Plan, Planned, quoted_list};
use super::planner::read;
use super::words::{Token, TokenKind, tokenize};

/// A declined question read without some of its words. It answers another question, so it is shown beside the refusal
/// and never in its place.
#[derive(Clone, Debug)]
pub struct Nearer {
    /// The words left out, as typed.
    without: Vec<String>,
    plan: Plan,
}

impl Nearer {
    /// The words left out, as typed, in quotes.
    #[must_use]
    pub fn left_out(&self) -> String {
        quoted_list(&self.without)
    }

    /// Computes it; `None` if no record answers to what is left of the question.
    ///
    /// # Errors
    /// When lines cannot be read or the turn was cancelled.
    pub fn run(&self, corpus: &dyn Corpus) -> Result<Option<Finding>, CorpusError> {
        let finding = super::run(&self.plan, corpus)?;
        Ok((!finding.cited.is_empty()).then_some(finding))
    }

    /// Whether as many words find records as were left out, and all of them do.
    fn means_something(&self) -> bool {
        let told = self.plan.ask.weights().into_iter().filter(|(_, weight)| *weight >= 1.0).count();
        let compared = matches!(self.plan.intent, Intent::Change(_));
        told >= self.without.len()
            && self.plan.ignored.is_empty()
            && !self.plan.members.is_empty()
            && !compared
    }
}

/// Rounds of leaving words out; what is left of a question may hold unknown words too.
const ROUNDS: usize = 3;

/// The reading of a declined question without its unknown words, where enough of it is left to mean something.
pub(super) fn nearer(
    index: &Index,
    question: &str,
    corpus: &dyn Corpus,
    decline: &Decline,
) -> Result<Option<Box<Nearer>>, CorpusError> {
    let mut without = left_out(decline);
    let mut unknown = without.len();
    for _ in 0..ROUNDS {
        let reduced = reduced(question, &without);
        if unknown == 0 || reduced.is_empty() {
            return Ok(None);
        }
        match read(index, &reduced, corpus)? {
            Planned::Plan(plan) => {
                let nearer = Nearer { without, plan: *plan };
                return Ok(nearer.means_something().then(|| Box::new(nearer)));
            }
            Planned::Decline(decline) => {
                let more = left_out(&decline);
                unknown = more.len();
                without.extend(more);
            }
        }
    }
    Ok(None)
}

/// The words a question was declined for.
fn left_out(decline: &Decline) -> Vec<String> {
    match &decline.reason {
        DeclineReason::Unmatched(words) | DeclineReason::Apart(words) => words.clone(),
        _ => Vec::new(),
    }
}

/// The question without some of its words.
fn reduced(question: &str, without: &[String]) -> String {
    let tokens = tokenize(question);
    let kept = tokens.iter().filter(|token| !without.contains(&token.text));
    let typed = |token: &Token| match token.kind {
        TokenKind::Quoted => format!("\"{}\"", token.text),
        _ => token.text.clone(),
    };
    kept.map(typed).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compute::{MemoryCorpus, MemoryRow, plan};
    use crate::domain::{RecordId, Zone};

    fn corpus() -> MemoryCorpus {
        let bodies =
            ["gate 3 opened for lena", "gate 4 opened for otto", "gate 3 opened for lena", "pump 1 stopped"];
        let row = |(at, body): (usize, &&str)| MemoryRow {
            id: RecordId(format!("a:{at}")),
            pattern: 0,
            ts: None,
            level: None,
            service: "gate".to_owned(),
            raw: (*body).into(),
            body: (*body).into(),
            captures: Vec::new(),
            fields: Vec::new(),
        };
        MemoryCorpus::mine(bodies.iter().enumerate().map(row).collect(), Zone::utc())
    }

    fn nearer(question: &str) -> Option<(Vec<String>, String)> {
        let corpus = corpus();
        let Planned::Decline(decline) = plan(question, &corpus).unwrap() else {
            panic!("{question} is answered")
        };
        let nearer = decline.nearer?;
        let finding = nearer.run(&corpus).unwrap()?;
        Some((nearer.without, finding.short()))
    }

    #[test]
    fn a_question_with_an_unknown_word_is_read_without_it_beside_the_refusal() {
        let read = nearer("how many harbour gates were opened for lena?");
        assert_eq!(read, Some((vec!["harbour".to_owned()], "2".to_owned())));
    }

    #[test]
    fn a_question_of_which_too_little_is_left_is_not_read() {
        assert_eq!(nearer("how many purple elephants danced in the gate?"), None);
        assert_eq!(nearer("what is the pressure of the boiler?"), None);
    }
}
