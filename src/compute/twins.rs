//! One event told by two patterns ("failed password for x", "authentication failure; user=x") is counted once: the
//! patterns that say it in the question's own words count, the others are shown beside them.

use super::corpus::{CorpusError, Row, Scan};
use super::intent::Intent;
use super::plan::{Member, Plan, admits, passes};
use super::planner::{Planner, Scored};
use crate::domain::Timestamp;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::ops::ControlFlow;

/// How much less its words say the question for a pattern to be the less direct one.
const LESS: f64 = 0.04;
/// Records of each side that are compared.
const COMPARED: usize = 4_096;
/// Fewest records that show that two patterns go together.
const FEWEST: usize = 5;
/// Longest time between two records of one event, in nanoseconds.
const APART: i64 = 2_000_000_000;
/// Share of the smaller side that has a partner, in per cent.
const PAIRED: usize = 80;
/// Letters of a value that tell one event from another.
const TELLING: usize = 3;

/// A record as far as it is compared: its time and its values.
type Told = (Timestamp, Vec<u64>);

impl Planner<'_> {
    /// Leaves the patterns that tell of the same events less directly out of a plan; returns them.
    pub(super) fn without_twins(
        &self,
        plan: &mut Plan,
        scored: &[Scored],
    ) -> Result<Vec<usize>, CorpusError> {
        let counts = matches!(plan.intent, Intent::Count | Intent::Rate | Intent::Top | Intent::Rarest);
        let counts_records = matches!(plan.intent, Intent::Count | Intent::Rate);
        let words = |member: &Member| -> f64 {
            let own = scored.iter().find(|s| s.candidate.pattern == member.pattern);
            let covered = own.map(|s| &s.candidate.covered).into_iter().flatten();
            // What is ranked is read from a position, however it is named.
            let ranked = |token: usize| !counts_records && self.ask.noun.contains(&token);
            let said = self.terms.iter().zip(covered).filter(|(term, _)| !ranked(term.token));
            said.map(|(_, quality)| *quality).sum()
        };
        let best = plan.members.iter().map(words).fold(0.0, f64::max);
        let (direct, others): (Vec<Member>, Vec<Member>) =
            plan.members.iter().cloned().partition(|member| words(member) >= best - LESS);
        if !counts || direct.is_empty() || others.is_empty() {
            return Ok(Vec::new());
        }
        let (first, second) = self.both_sides(plan, &direct)?;
        if !go_together(&first, &second) {
            return Ok(Vec::new());
        }
        plan.members = direct;
        Ok(others.iter().map(|member| member.pattern).collect())
    }

    /// The records of the direct patterns and those of the others, in time order.
    fn both_sides(&self, plan: &Plan, direct: &[Member]) -> Result<(Vec<Told>, Vec<Told>), CorpusError> {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let patterns = plan.members.iter().map(|member| member.pattern).collect();
        let scan = Scan { patterns, window: plan.window, fields: true, ..Scan::default() };
        self.corpus.scan(&scan, &mut |row| {
            if admits(plan, row)
                && passes(row, &plan.filters)
                && let Some(at) = row.ts
            {
                let own = direct.iter().any(|member| member.pattern == row.pattern);
                let side = if own { &mut first } else { &mut second };
                side.push((at, values(row)));
            }
            let full = first.len().max(second.len()) >= COMPARED;
            if full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok((first, second))
    }
}

fn values(row: &Row<'_>) -> Vec<u64> {
    let texts = row.captures.iter().filter_map(|capture| row.body.get(capture.range.clone()));
    let hash = |text: &[u8]| {
        let mut hasher = FxHasher::default();
        text.hash(&mut hasher);
        hasher.finish()
    };
    texts.filter(|text| text.len() >= TELLING).map(hash).collect()
}

/// Whether nearly every record of the smaller side has a partner of its own on the other side: close in time, with a
/// value in common.
fn go_together(a: &[Told], b: &[Told]) -> bool {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if few.len() < FEWEST || many.len() > few.len() * 2 {
        return false;
    }
    let mut taken: FxHashMap<usize, ()> = FxHashMap::default();
    let mut paired = 0;
    for (at, values) in few {
        let from = many.partition_point(|(other, _)| at.since(*other) > APART);
        let near = many.iter().enumerate().skip(from).take_while(|(_, (other, _))| other.since(*at) <= APART);
        let partner = near
            .filter(|(index, (_, theirs))| {
                !taken.contains_key(index) && values.iter().any(|value| theirs.contains(value))
            })
            .map(|(index, _)| index)
            .next();
        if let Some(index) = partner {
            taken.insert(index, ());
            paired += 1;
        }
    }
    paired * 100 >= few.len() * PAIRED
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(seconds: &[i64], value: impl Fn(i64) -> u64) -> Vec<Told> {
        seconds.iter().map(|&s| (Timestamp::from_nanos(s * 1_000_000_000), vec![value(s)])).collect()
    }

    #[test]
    fn records_that_come_in_pairs_tell_of_one_event() {
        let times = [10, 40, 90, 130, 200, 260];
        let later: Vec<i64> = times.iter().map(|s| s + 1).collect();
        let value = |s: i64| (s / 10) as u64;
        assert!(go_together(&told(&times, value), &told(&later, value)));
        assert!(!go_together(&told(&times, value), &told(&later, |s| 1_000 + s as u64)));
        let apart: Vec<i64> = times.iter().map(|s| s + 9).collect();
        assert!(!go_together(&told(&times, value), &told(&apart, value)));
        assert!(!go_together(&told(&times[..3], value), &told(&later[..3], value)));
    }

    #[test]
    fn an_event_told_twice_counts_once() {
        use crate::compute::{MemoryCorpus, MemoryRow, Planned, plan, run};
        use crate::domain::{RecordId, Zone};
        let names = ["lena", "otto", "mira", "paul"];
        let row = |at: i64, body: String| MemoryRow {
            id: RecordId(format!("a:{at}")),
            pattern: 0,
            ts: Some(Timestamp::from_nanos(at * 1_000_000_000)),
            level: None,
            service: "gate".to_owned(),
            raw: body.clone().into_bytes(),
            body: body.into_bytes(),
            captures: Vec::new(),
            fields: Vec::new(),
        };
        let mut rows = Vec::new();
        for event in 0..12 {
            let (at, name) = (event * 60, names[event as usize % 4]);
            rows.push(row(at, format!("badge check failed for user {name} at door {event}")));
            rows.push(row(at + 1, format!("badge check failure; user={name}")));
        }
        let corpus = MemoryCorpus::mine(rows, Zone::utc());
        let Planned::Plan(plan) = plan("how many failed badge checks", &corpus).unwrap() else { panic!() };
        let finding = run(&plan, &corpus).unwrap();
        assert_eq!(finding.short(), "12");
        assert!(finding.sentence().contains("not counting 12 records"), "{}", finding.sentence());
    }
}
