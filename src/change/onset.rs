//! Finds when things changed, when nobody said.
//!
//! The time is cut into equal bins; for every pattern of a service, and for all errors of one, every stretch of bins is
//! held against everything before it (a Poisson scan in the manner of Kulldorff 1997). A clump is one event: records of
//! one pattern in the same tenth of a bin count once, or their spread between bins is divided out. The best stretch pays
//! for all that were tried; steady logs therefore say "no change".

use super::key::severity;
use super::stat::{poisson_g, scaled_tail};
use super::{Confidence, Event, Rate, rank::confidence};
use crate::domain::{TimeWindow, Timestamp};
use rustc_hash::FxHashMap;

/// Bins the time is cut into.
const BINS: usize = 60;
/// Slots per bin; a clump of records inside one counts once.
const SLOTS: i64 = 10;
/// The first bins are always baseline.
const LEAD: usize = 6;
/// Series with fewer events than this cannot show a change.
const FEWEST: f64 = 4.0;
/// Raw counts need a stretch of this many bins, or their spread is unknown.
const STRETCH: usize = 3;

/// When things changed, and how sure that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Onset {
    /// From the change to where it ends, or to the last record.
    pub window: TimeWindow,
    /// From the first record to the change.
    pub baseline: TimeWindow,
    /// Service of the series that shows it best ([`Event::service`]).
    pub service: u32,
    /// Its template ([`Event::template`]); `None`: all errors of the service.
    pub template: Option<u32>,
    /// Events of that series in the window, in `of` seconds.
    pub now: Rate,
    /// The same before.
    pub base: Rate,
    /// Probability that the best of all stretches tried looks like this by chance.
    pub p: f64,
    /// The word for it.
    pub confidence: Confidence,
}

/// A series of counts.
struct Series {
    service: u32,
    template: Option<u32>,
    is_trouble: bool,
    weight: f64,
    /// Clumps counted once.
    events: [f32; BINS],
    /// Every record counted.
    raw: [f32; BINS],
    last_slot: i64,
    first: i64,
}

/// A stretch of one series that differs from what came before.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: usize,
    to: usize,
    p: f64,
    score: f64,
    now: f64,
    before: f64,
}

/// Finds the change in records of any order; `None` says that the logs are steady (or too short to tell).
#[must_use]
pub fn change_point(events: &[Event]) -> Option<Onset> {
    let start = events.iter().map(|e| e.time).min()?;
    let end = events.iter().map(|e| e.time).max()?;
    let nanos = ((end - start) / BINS as i64).saturating_add(1);
    if nanos < 1_000_000 {
        return None;
    }
    let mut series = series(events, start, nanos);
    let heard = heard(&series);
    series.iter_mut().for_each(|one| one.keep(&heard));
    let found = stretches(&series, heard.len());
    let (top, stretch) = *found.first()?;
    let together = found.iter().filter(|(_, other)| {
        other.score >= 0.3 * stretch.score && other.from < stretch.to && stretch.from < other.to
    });
    let (earliest, at) = together.min_by_key(|(_, other)| other.from).unwrap_or(&found[0]);
    let bin = |at: usize| start + heard[at] as i64 * nanos;
    let mut from = bin(at.from);
    if (from..from + nanos).contains(&earliest.first) {
        from = earliest.first;
    }
    let to = if stretch.to == heard.len() { end } else { (bin(stretch.to - 1) + nanos).min(end) };
    let seconds = nanos as f64 / 1e9;
    Some(Onset {
        window: TimeWindow::spanning(Timestamp::from_nanos(from), Timestamp::from_nanos(to.max(from))),
        baseline: TimeWindow::new(Timestamp::from_nanos(start), Timestamp::from_nanos(from)).ok()?,
        service: top.service,
        template: top.template,
        now: Rate { n: stretch.now, of: (stretch.to - stretch.from) as f64 * seconds },
        base: Rate { n: stretch.before, of: stretch.from as f64 * seconds },
        p: stretch.p,
        confidence: confidence(stretch.p),
    })
}

/// The best stretch of every series that has one, the most telling first.
fn stretches(series: &[Series], bins: usize) -> Vec<(&Series, Stretch)> {
    let troubled = series.iter().filter(|one| one.is_trouble).count();
    let alike = |one: &Series| if one.is_trouble { troubled } else { series.len() - troubled } as f64;
    let best = series.iter().map(|one| (one, best_stretch(one, alike(one), bins)));
    let mut found: Vec<(&Series, Stretch)> = best.filter_map(|(one, best)| Some((one, best?))).collect();
    found.sort_by(|a, b| {
        b.1.score.total_cmp(&a.1.score).then((a.0.service, a.0.template).cmp(&(b.0.service, b.0.template)))
    });
    found
}

fn series(events: &[Event], start: i64, nanos: i64) -> Vec<Series> {
    let mut ids: FxHashMap<(u32, u32, u8), usize> = FxHashMap::default();
    let mut list: Vec<Series> = Vec::new();
    let mut order: Vec<u32> = (0..events.len() as u32).collect();
    if !events.is_sorted_by_key(|e| e.time) {
        order.sort_unstable_by_key(|&i| events[i as usize].time);
    }
    for index in order {
        let event = &events[index as usize];
        let severity = severity(event.level);
        let bin = (((event.time - start) / nanos) as usize).min(BINS - 1);
        let slot = (event.time - start) / (nanos / SLOTS).max(1);
        let mut count = |identity: (u32, u32, u8), template: Option<u32>| {
            let at = *ids.entry(identity).or_insert_with(|| {
                list.push(Series::new(event, template, severity));
                list.len() - 1
            });
            list[at].raw[bin] += 1.0;
            if list[at].last_slot != slot {
                list[at].last_slot = slot;
                list[at].events[bin] += 1.0;
            }
        };
        count((event.service, event.template, severity), Some(event.template));
        if severity == 2 {
            count((event.service, u32::MAX, severity), None);
        }
    }
    list.retain(|one| one.raw.iter().map(|&c| f64::from(c)).sum::<f64>() >= FEWEST);
    list
}

impl Series {
    fn new(event: &Event, template: Option<u32>, severity: u8) -> Self {
        Self {
            service: event.service,
            template,
            is_trouble: severity > 0,
            weight: [0.4, 0.6, 1.0][usize::from(severity.min(2))],
            events: [0.0; BINS],
            raw: [0.0; BINS],
            last_slot: -1,
            first: event.time,
        }
    }

    /// Moves the bins of this list to the front, in order, and forgets the others.
    fn keep(&mut self, bins: &[usize]) {
        for counts in [&mut self.events, &mut self.raw] {
            let kept: [f32; BINS] = std::array::from_fn(|to| bins.get(to).map_or(0.0, |&from| counts[from]));
            *counts = kept;
        }
    }
}

/// The bins in which anybody wrote. A hole in the logs tells nothing about the pace of one series.
fn heard(series: &[Series]) -> Vec<usize> {
    (0..BINS).filter(|&bin| series.iter().any(|one| one.raw[bin] > 0.0)).collect()
}

/// Running sums and sums of squares: `sums[i]` covers the bins before `i`.
fn running(counts: &[f32; BINS]) -> [(f64, f64); BINS + 1] {
    let mut out = [(0.0, 0.0); BINS + 1];
    for (i, &count) in counts.iter().enumerate() {
        let count = f64::from(count);
        out[i + 1] = (out[i].0 + count, out[i].1 + count * count);
    }
    out
}

/// Variance over mean of the bins `from..to` about their own mean, times the bins: chi-square, and its freedom.
fn spread(sums: &[(f64, f64); BINS + 1], from: usize, to: usize) -> (f64, f64) {
    let (n, sum, squares) = ((to - from) as f64, sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
    if sum <= 0.0 { (0.0, 0.0) } else { ((squares - sum * sum / n) / (sum / n), n - 1.0) }
}

/// The best stretch of a series; `alike` series share one half of the false findings that are allowed.
fn best_stretch(series: &Series, alike: f64, bins: usize) -> Option<Stretch> {
    let mut best: Option<Stretch> = None;
    for (counts, shortest) in [(&series.events, 1), (&series.raw, STRETCH)] {
        let sums = running(counts);
        for from in LEAD..bins {
            for to in from + shortest..=bins {
                let tries = alike * tries(to, bins);
                let Some(stretch) = weigh(series, &sums, from, to, tries) else { continue };
                if best.is_none_or(|b| stretch.score > b.score) {
                    best = Some(stretch);
                }
            }
        }
    }
    best.filter(|stretch| stretch.p <= 0.05)
}

/// Tests that a stretch pays for.
///
/// Trouble that lasts to the end is what is asked for, and warnings and errors are where it shows, so those stretches, and those series,
/// have a half of the allowed false findings each to themselves: four times the tests of their own sort.
fn tries(to: usize, bins: usize) -> f64 {
    4.0 * if to == bins { bins } else { bins * bins / 2 } as f64
}

/// Holds the bins `from..to` against all before them.
fn weigh(
    series: &Series,
    sums: &[(f64, f64); BINS + 1],
    from: usize,
    to: usize,
    tries: f64,
) -> Option<Stretch> {
    let (now, before) = (sums[to].0 - sums[from].0, sums[from].0);
    if now + before < FEWEST {
        return None;
    }
    let (length, lead) = ((to - from) as f64, from as f64);
    let (rate_now, rate_before) = (now / length, before / lead);
    let rises = rate_now > rate_before;
    // A drop is told only if it is deep and lasts to the end or for long.
    if rises && rate_now < 2.0 * rate_before
        || !rises && (rate_now > 0.3 * rate_before || to - from < STRETCH)
    {
        return None;
    }
    let (inside, outside) = (spread(sums, from, to), spread(sums, 0, from));
    let freedom = inside.1 + outside.1;
    let phi = if freedom > 0.0 { ((inside.0 + outside.0) / freedom).max(1.0) } else { 1.0 };
    let g = poisson_g(now, length, before, lead) / phi;
    let weight = if rises { series.weight } else { 0.4 };
    let score = weight * g;
    let p = (scaled_tail(g, freedom.max(LEAD as f64)) * tries).min(1.0);
    Some(Stretch { from, to, p, score, now, before })
}
