//! Tests every rate of the tallies and words what it means.
//!
//! Direction decides the weight: a new error says more about a fault than an error that went away. Weights were set
//! by reasoning, not fitted. A loss that a sibling step takes over (the mass rule) is another path, not a loss.

use super::key::{Key, Keys};
use super::stat::Table;
use super::tally::{BLOCKS, Counts, END, Places, START, Tally, total};
use super::{Kind, Section, Unit};

/// Segments of the window.
pub(super) const SEGMENTS: usize = 3;
/// Contiguous sub-windows of three segments; the p value of the best is multiplied by this.
pub(super) const SCANS: f64 = 6.0;
/// Siblings looked at per context by the mass rule.
const SIBLINGS: usize = 64;

/// What was counted on both sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence<'a> {
    pub(super) keys: &'a Keys,
    pub(super) places: &'a Places,
    pub(super) now: &'a Tally,
    pub(super) base: &'a Tally,
    /// What an episode is.
    pub(super) unit: Unit,
}

/// A tested rate.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) service: u32,
    /// The step; [`END`] for a sequence that stops.
    pub(super) key: u32,
    /// The step before.
    pub(super) after: Option<u32>,
    pub(super) kind: Kind,
    pub(super) section: Section,
    pub(super) table: Table,
    /// First and last segment of the sub-window.
    pub(super) segments: (usize, usize),
    pub(super) p: f64,
    pub(super) score: f64,
    pub(super) unit: Unit,
    /// Orders rows; the score but for sections with an order of their own.
    pub(super) order: f64,
    /// What counts as slow, ns, for pauses.
    pub(super) slow_over_ns: Option<i64>,
}

/// All findings and how much was looked at.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    /// Tests whose counts could never pass.
    pub(super) hopeless: usize,
    /// Contexts seen on one side only.
    pub(super) skipped: usize,
}

/// Best sub-window of a rate.
#[derive(Clone, Copy, Debug)]
struct Best {
    table: Table,
    segments: (usize, usize),
    score: f64,
    weight: (Kind, Section, f64),
}

pub(super) fn segment_sums(counts: &Counts) -> [f64; SEGMENTS] {
    let mut out = [0.0; SEGMENTS];
    for (i, &count) in counts.iter().enumerate() {
        out[i * SEGMENTS / BLOCKS] += f64::from(count);
    }
    out
}

pub(super) fn between(sums: &[f64; SEGMENTS], (from, to): (usize, usize)) -> f64 {
    sums[from..=to].iter().sum()
}

/// Scans the sub-windows and keeps the one with the largest score.
fn scan(
    now: &Counts,
    of: &Counts,
    (y, m): (f64, f64),
    weigh: impl Fn(&Table, (usize, usize)) -> (Kind, Section, f64),
) -> Option<Best> {
    let (a, n) = (segment_sums(now), segment_sums(of));
    let mut best: Option<Best> = None;
    for from in 0..SEGMENTS {
        for to in from..SEGMENTS {
            let segments = (from, to);
            let table = Table { a: between(&a, segments), n: between(&n, segments), y, m };
            if table.n <= 0.0 {
                continue;
            }
            let weight = weigh(&table, segments);
            let score = weight.2 * table.g() * table.effect().abs();
            if best.is_none_or(|b| score > b.score) {
                best = Some(Best { table, segments, score, weight });
            }
        }
    }
    best
}

/// Judges every comparable rate.
pub(super) fn judge(evidence: &Evidence<'_>) -> Judged {
    let mut judged = Judged::default();
    judge_presence(evidence, &mut judged);
    judge_next(evidence, &mut judged);
    judged
}

const NONE: Counts = [0.0; BLOCKS];

fn counts(list: &[Counts], index: usize) -> &Counts {
    list.get(index).unwrap_or(&NONE)
}

/// What a change of this size means for a step of this tone.
pub(super) fn direction(key: &Key, table: &Table) -> (Kind, Section, f64) {
    let up = table.effect() > 0.0;
    match (up, key.severity) {
        // Less trouble is no trouble.
        (false, _) if key.severity > 0 || key.fails => (Kind::Fewer, Section::Recovered, 0.1),
        (true, 2) => (if table.y == 0.0 { Kind::New } else { Kind::More }, Section::Worse, 1.0),
        (true, 1) => (if table.y == 0.0 { Kind::New } else { Kind::More }, Section::Worse, 0.6),
        (true, _) => (if table.y == 0.0 { Kind::New } else { Kind::More }, Section::Path, 0.4),
        (false, _) => (if table.a == 0.0 { Kind::Lost } else { Kind::Fewer }, Section::Worse, 1.0),
    }
}

fn judge_presence(evidence: &Evidence<'_>, judged: &mut Judged) {
    let priors = Priors::of(evidence);
    for (index, place) in evidence.places.list.iter().enumerate() {
        if place.key == START {
            continue;
        }
        let service = place.service as usize;
        let (of_now, of_base) =
            (counts(&evidence.now.service, service), counts(&evidence.base.service, service));
        let (now, base) = (counts(&evidence.now.has, index), counts(&evidence.base.has, index));
        if total(of_now) == 0.0 || total(of_base) == 0.0 {
            judged.skipped += 1;
            continue;
        }
        let key = &evidence.keys.list[place.key as usize];
        let before = priors.raise(place.key, key.severity, (total(base), total(of_base)));
        let best = scan(now, of_now, before, |table, _| direction(key, table));
        judged.push(best, place.service, place.key, None, evidence.unit);
    }
}

/// How common an error or warning is over all services of the baseline.
///
/// A template known elsewhere is less of a surprise here. It may only raise a rate: lowering common rates too gave
/// findings in 43 of 60 shuffles.
struct Priors {
    /// Episodes per key over all services.
    has: Vec<f64>,
    of: f64,
}

impl Priors {
    /// Weight of the prior, in episodes.
    const WEIGHT: f64 = 8.0;

    fn of(evidence: &Evidence<'_>) -> Self {
        let mut has = vec![0.0; evidence.keys.list.len()];
        for (place, counts) in evidence.places.list.iter().zip(&evidence.base.has) {
            if let Some(sum) = has.get_mut(place.key as usize) {
                *sum += total(counts);
            }
        }
        Self { has, of: evidence.base.service.iter().map(total).sum() }
    }

    fn raise(&self, key: u32, severity: u8, (y, m): (f64, f64)) -> (f64, f64) {
        let everywhere = if self.of > 0.0 { self.has[key as usize] / self.of } else { 0.0 };
        if severity == 0 || everywhere * m <= y {
            return (y, m);
        }
        (y + Self::WEIGHT * everywhere, m + Self::WEIGHT)
    }
}

/// A transition on both sides.
#[derive(Clone, Copy, Debug)]
struct Edge {
    context: u32,
    next: u32,
    now: Counts,
    base: Counts,
}

fn edges(evidence: &Evidence<'_>) -> Vec<Edge> {
    let edge =
        |id: u64, now: Counts, base: Counts| Edge { context: (id >> 32) as u32, next: id as u32, now, base };
    let mut list: Vec<Edge> = evidence
        .now
        .next
        .iter()
        .map(|(&id, &now)| edge(id, now, evidence.base.next.get(&id).copied().unwrap_or(NONE)))
        .collect();
    let only_base = evidence.base.next.iter().filter(|(id, _)| !evidence.now.next.contains_key(id));
    list.extend(only_base.map(|(&id, &base)| edge(id, NONE, base)));
    list.sort_unstable_by_key(|edge| (edge.context, edge.next));
    list
}

fn judge_next(evidence: &Evidence<'_>, judged: &mut Judged) {
    for children in edges(evidence).chunk_by(|a, b| a.context == b.context) {
        let context = children[0].context as usize;
        let (of_now, of_base) =
            (counts(&evidence.now.context, context), counts(&evidence.base.context, context));
        if total(of_now) == 0.0 || total(of_base) == 0.0 {
            judged.skipped += 1;
            continue;
        }
        let place = evidence.places.list[context];
        let family = Family { evidence, children, of_now, of_base };
        for child in children {
            let before = (total(&child.base), total(of_base));
            let best =
                scan(&child.now, of_now, before, |table, segments| family.weigh(child, table, segments));
            let after = (place.key != START).then_some(place.key);
            judged.push(best, place.service, child.next, after, evidence.unit);
        }
    }
}

/// The steps that may follow one context.
struct Family<'a> {
    evidence: &'a Evidence<'a>,
    children: &'a [Edge],
    of_now: &'a Counts,
    of_base: &'a Counts,
}

impl Family<'_> {
    fn severity(&self, key: u32) -> u8 {
        self.evidence.keys.list.get(key as usize).map_or(0, |key| key.severity)
    }

    fn is_trouble(&self, key: u32) -> bool {
        key == END || self.severity(key) == 2
    }

    fn weigh(&self, child: &Edge, table: &Table, segments: (usize, usize)) -> (Kind, Section, f64) {
        let effect = table.effect();
        if child.next == END {
            return if effect > 0.0 {
                (Kind::Lost, Section::Worse, 1.0)
            } else {
                (Kind::More, Section::Path, 0.4)
            };
        }
        let Some(key) = self.evidence.keys.list.get(child.next as usize) else {
            return (Kind::Lost, Section::Worse, 0.0);
        };
        let plain = direction(key, table);
        if effect < 0.0 && plain.1 == Section::Worse {
            let (path, trouble) = self.gains(child, segments);
            if path >= 0.7 * -effect && trouble < 0.3 * -effect {
                return (Kind::Switched, Section::Path, 0.4);
            }
        } else if effect > 0.0 && self.severity(child.next) == 0 {
            let (_, trouble) = self.losses(child, segments);
            if trouble >= 0.7 * effect {
                return (Kind::More, Section::Recovered, 0.1);
            }
        }
        plain
    }

    /// Rate differences of the other children: rising plain steps, rising trouble.
    fn gains(&self, child: &Edge, segments: (usize, usize)) -> (f64, f64) {
        self.sum(child, segments, 1.0)
    }

    /// Rate differences of the other children: falling plain steps, falling trouble.
    fn losses(&self, child: &Edge, segments: (usize, usize)) -> (f64, f64) {
        self.sum(child, segments, -1.0)
    }

    fn sum(&self, child: &Edge, segments: (usize, usize), sign: f64) -> (f64, f64) {
        let (n, m) = (between(&segment_sums(self.of_now), segments), total(self.of_base));
        let (mut path, mut trouble) = (0.0, 0.0);
        for other in self.children.iter().take(SIBLINGS).filter(|other| other.next != child.next) {
            let table =
                Table { a: between(&segment_sums(&other.now), segments), n, y: total(&other.base), m };
            let moved = (sign * table.effect()).max(0.0);
            if self.is_trouble(other.next) { trouble += moved } else { path += moved }
        }
        (path, trouble)
    }
}

impl Judged {
    /// Counts a test with nothing to say; keeps one with something.
    fn push(&mut self, best: Option<Best>, service: u32, key: u32, after: Option<u32>, unit: Unit) {
        let Some(best) = best.filter(|best| best.score > 0.0) else {
            self.hopeless += 1;
            return;
        };
        let (kind, section, _) = best.weight;
        let p = (best.table.p() * SCANS).min(1.0);
        self.findings.push(Finding {
            service,
            key,
            after,
            kind,
            section,
            table: best.table,
            segments: best.segments,
            p,
            score: best.score,
            unit,
            order: best.score,
            slow_over_ns: None,
        });
    }
}
