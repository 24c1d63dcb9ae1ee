//! Shares and volumes over time, for logs with no request structure and for whole services.
//!
//! A record is not an independent witness: ordinary logs come in bursts. Every share is counted in cells of time, the
//! spread between cells gives a dispersion (variance over binomial variance, at least 1), and G is divided by it
//! (quasi-likelihood). A pattern that fires 500 times in one second is one event, and is judged like one.

use super::judge::{Finding, Judged, SCANS, SEGMENTS};
use super::key::{Key, Keys};
use super::stat::{Table, poisson_g, scaled_tail};
use super::tally::{END, Place, Places};
use super::{Kind, Section, Side, Unit};
use rustc_hash::FxHashMap;

/// Cells per segment of the window, at most.
const CELLS: usize = 8;
/// Shortest cell, ns.
const SHORTEST: i64 = 1_000_000_000;
/// Share of cells a service must speak in to be missed when it does not.
const REGULAR: f64 = 0.75;
/// The same where its share of all records is missed.
const STEADY: f64 = 0.4;
/// Fewest baseline records of a service that can be missed.
const FEWEST_GONE: f64 = 10.0;
/// Silence may be a consequence, so it weighs less than an error.
const GONE_WEIGHT: f64 = 0.6;
/// A share must change by this factor to be a finding of its own.
const FACTOR: f64 = 1.5;

/// Counts per cell of one side.
#[derive(Debug)]
pub(super) struct Cells {
    /// Cells in the side; a multiple of the segments for the window.
    len: usize,
    /// Length of one, ns.
    nanos: i64,
    /// Per place: (cell, count), in order.
    place: FxHashMap<u32, Vec<(u32, f32)>>,
    /// Per service and cell.
    service: Vec<Vec<f32>>,
    /// Errors per service and cell.
    errors: Vec<Vec<f32>>,
}

/// Length of a cell for two sides, ns.
pub(super) fn cell_nanos(now: &Side<'_>, base: &Side<'_>) -> i64 {
    (now.span.nanos().min(base.span.nanos()) / (CELLS * SEGMENTS) as i64).max(SHORTEST)
}

impl Cells {
    /// Counts a side in cells of about `nanos`.
    pub(super) fn of(
        side: &Side<'_>,
        keys: &Keys,
        event_keys: &[u32],
        places: &mut Places,
        nanos: i64,
        services: usize,
    ) -> Self {
        let len = ((side.span.nanos() / nanos).max(1) as usize).div_ceil(SEGMENTS) * SEGMENTS;
        let start = side.span.start().as_nanos();
        let nanos = (side.span.nanos() / len as i64).max(1);
        let mut cells = Self {
            len,
            nanos,
            place: FxHashMap::default(),
            service: vec![vec![0.0; len]; services],
            errors: vec![vec![0.0; len]; services],
        };
        for (event, &key) in side.events.iter().zip(event_keys) {
            let cell = ((event.time.saturating_sub(start).max(0) / nanos) as usize).min(len - 1);
            let place = places.id(event.service, key);
            let counts = cells.place.entry(place).or_default();
            match counts.last_mut() {
                Some((last, count)) if *last == cell as u32 => *count += 1.0,
                _ => counts.push((cell as u32, 1.0)),
            }
            let Some(total) = cells.service.get_mut(event.service as usize) else { continue };
            total[cell] += 1.0;
            if keys.list[key as usize].severity == 2 {
                cells.errors[event.service as usize][cell] += 1.0;
            }
        }
        cells
    }

    fn dense(&self, place: u32) -> Vec<f32> {
        let mut out = vec![0.0; self.len];
        for &(cell, count) in self.place.get(&place).into_iter().flatten() {
            out[cell as usize] += count;
        }
        out
    }

    /// Records per cell over all services.
    fn everything(&self) -> Vec<f32> {
        (0..self.len).map(|cell| self.service.iter().map(|counts| counts[cell]).sum()).collect()
    }

    fn range(&self, (from, to): (usize, usize)) -> std::ops::Range<usize> {
        let per = self.len / SEGMENTS;
        from * per..(to + 1) * per
    }
}

fn sum(counts: &[f32]) -> f64 {
    counts.iter().map(|&c| f64::from(c)).sum()
}

/// Pearson chi-square of shares between cells, and its degrees of freedom.
fn spread(hits: &[f32], of: &[f32]) -> (f64, f64) {
    let (total, all) = (sum(hits), sum(of));
    if total <= 0.0 || total >= all {
        return (0.0, 0.0);
    }
    let rate = total / all;
    let cells = hits.iter().zip(of).filter(|(_, of)| **of > 0.0);
    cells.fold((0.0, -1.0), |(chi, freedom), (&hit, &of)| {
        let expected = f64::from(of) * rate;
        (chi + (f64::from(hit) - expected).powi(2) / (expected * (1.0 - rate)), freedom + 1.0)
    })
}

/// Dispersion of a share over both sides, and the degrees of freedom it was estimated with.
fn dispersion(parts: &[(&[f32], &[f32])]) -> (f64, f64) {
    let (chi, freedom) = parts.iter().fold((0.0, 0.0), |sum, (hits, of)| {
        let part = spread(hits, of);
        (sum.0 + part.0, sum.1 + part.1)
    });
    if freedom > 0.0 { ((chi / freedom).max(1.0), freedom) } else { (1.0, 1.0) }
}

/// What one share is about.
struct Share<'a> {
    now: &'a [f32],
    of_now: &'a [f32],
    base: &'a [f32],
    of_base: &'a [f32],
}

/// Best sub-window of a share: table, segments, p, G over dispersion.
fn test(share: &Share<'_>, cells: &Cells) -> Option<(Table, (usize, usize), f64, f64)> {
    let (y, m) = (sum(share.base), sum(share.of_base));
    let mut best: Option<(Table, (usize, usize), f64, f64)> = None;
    for segments in (0..SEGMENTS).flat_map(|from| (from..SEGMENTS).map(move |to| (from, to))) {
        let range = cells.range(segments);
        let (now, of) = (&share.now[range.clone()], &share.of_now[range]);
        let table = Table { a: sum(now), n: sum(of), y, m };
        if table.n <= 0.0 || m <= 0.0 {
            continue;
        }
        let (phi, freedom) = dispersion(&[(now, of), (share.base, share.of_base)]);
        let g = table.g() / phi;
        if best.is_none_or(|(t, _, _, b)| g * table.effect().abs() > b * t.effect().abs()) {
            best = Some((table, segments, scaled_tail(table.corrected().g() / phi, freedom), g));
        }
    }
    best
}

/// Judges shares of patterns, error rates, volumes and silences of services.
pub(super) fn judge(keys: &Keys, places: &Places, now: &Cells, base: &Cells, judged: &mut Judged) {
    for (index, place) in places.list.iter().enumerate() {
        if let Some(key) = keys.list.get(place.key as usize) {
            judge_share(index as u32, *place, key, now, base, judged);
        }
    }
    let (all, all_before) = (now.everything(), base.everything());
    for service in 0..now.service.len() {
        judge_errors(service, now, base, judged);
        judge_quiet(service, now, base, judged);
        judge_gone(service, now, base, (&all, &all_before), judged);
        judge_volume(service, now, base, judged);
    }
}

fn judge_share(index: u32, place: Place, key: &Key, now: &Cells, base: &Cells, judged: &mut Judged) {
    let service = place.service as usize;
    let (hits, before) = (now.dense(index), base.dense(index));
    let share =
        Share { now: &hits, of_now: &now.service[service], base: &before, of_base: &base.service[service] };
    let Some((table, segments, p, g)) = test(&share, now) else { return };
    let (kind, section, weight) = super::judge::direction(key, &table);
    let ratio = (table.now() / table.before().max(1e-12)).max(table.before() / table.now().max(1e-12));
    if ratio < FACTOR {
        judged.hopeless += 1;
        return;
    }
    judged.findings.push(Finding {
        service: place.service,
        key: place.key,
        after: None,
        kind,
        section,
        table,
        segments,
        p: (p * SCANS).min(1.0),
        score: weight * g * table.effect().abs(),
        unit: Unit::Records,
        order: weight * g * table.effect().abs(),
        slow_over_ns: None,
    });
}

fn judge_errors(service: usize, now: &Cells, base: &Cells, judged: &mut Judged) {
    let share = Share {
        now: &now.errors[service],
        of_now: &now.service[service],
        base: &base.errors[service],
        of_base: &base.service[service],
    };
    let Some((table, segments, p, g)) = test(&share, now).filter(|(table, ..)| table.effect() > 0.0) else {
        return;
    };
    judged.findings.push(Finding {
        service: service as u32,
        key: END,
        after: None,
        kind: Kind::Rate,
        section: Section::Worse,
        table,
        segments,
        p: (p * SCANS).min(1.0),
        score: g * table.effect(),
        unit: Unit::Records,
        order: g * table.effect(),
        slow_over_ns: None,
    });
}

/// A service that spoke in most cells of the baseline and is silent to the end of the window.
fn judge_quiet(service: usize, now: &Cells, base: &Cells, judged: &mut Judged) {
    let spoke = base.service[service].iter().filter(|c| **c > 0.0).count() as f64;
    let before = base.len as f64;
    let silent = now.service[service].iter().rev().take_while(|c| **c == 0.0).count();
    let longest = base.service[service].split(|c| *c > 0.0).map(<[f32]>::len).max().unwrap_or(0);
    if before < 6.0 || spoke < REGULAR * before || silent <= 2 * longest + 1 {
        return;
    }
    // The cells of a window may be longer or shorter than those of the baseline.
    let per_cell = now.nanos as f64 / base.nanos as f64;
    let alone = ((before - spoke + 1.0) / (before + 2.0)).powf(per_cell);
    let table = Table { a: 0.0, n: silent as f64, y: spoke, m: before };
    let segment = (now.len - silent) * SEGMENTS / now.len;
    judged.findings.push(Finding {
        service: service as u32,
        key: END,
        after: None,
        kind: Kind::Quiet,
        section: Section::Worse,
        table,
        segments: (segment.min(SEGMENTS - 1), SEGMENTS - 1),
        p: alone.powi(silent as i32),
        score: 0.6 * table.g() * -table.effect(),
        unit: Unit::Cells,
        order: 0.6 * table.g() * -table.effect(),
        slow_over_ns: None,
    });
}

/// Whether a silence (ns) says anything: a session that ended or a program that ran once is not missed.
fn is_missed(before: &[f32], cell: i64, silence: f64) -> bool {
    let spoke = before.iter().filter(|count| **count > 0.0).count() as f64;
    let pause = before.split(|count| *count > 0.0).map(<[f32]>::len).max().unwrap_or(0) as f64;
    spoke >= STEADY * before.len() as f64 && silence > pause * cell as f64
}

/// A service that falls silent to the end of the window while the others go on.
fn judge_gone(
    service: usize,
    now: &Cells,
    base: &Cells,
    (all, before): (&[f32], &[f32]),
    judged: &mut Judged,
) {
    let (own, base_own) = (&now.service[service], &base.service[service]);
    let per = now.len / SEGMENTS;
    // It may have stopped inside a segment: the silent stretch is measured from its last record.
    let silent = own.iter().rev().take_while(|count| **count == 0.0).count();
    let from = now.len - silent;
    let (y, m, n) = (sum(base_own), sum(before), sum(&all[from..]));
    if silent < 2 || y < FEWEST_GONE || n <= 0.0 || m <= y {
        return;
    }
    let length = silent as f64 * now.nanos as f64;
    if !is_missed(base_own, base.nanos, length) {
        return;
    }
    let table = Table { a: 0.0, n, y, m };
    let (phi, freedom) = dispersion(&[(base_own, before), (&own[..from], &all[..from])]);
    let g = table.g() / phi;
    judged.findings.push(Finding {
        service: service as u32,
        key: END,
        after: None,
        kind: Kind::Quiet,
        section: Section::Worse,
        table,
        segments: ((from / per).min(SEGMENTS - 1), SEGMENTS - 1),
        // The stretch was chosen by its last record: every cell could have been it.
        p: (scaled_tail(table.corrected().g() / phi, freedom) * now.len as f64).min(1.0),
        score: GONE_WEIGHT * g,
        unit: Unit::Records,
        order: GONE_WEIGHT * g,
        slow_over_ns: None,
    });
}

/// A service that says much more per second than before.
fn judge_volume(service: usize, now: &Cells, base: &Cells, judged: &mut Judged) {
    let (all, before) = (&now.service[service], &base.service[service]);
    let (y, time_y) = (sum(before), base.len as f64 * base.nanos as f64 / 1e9);
    let (a, time_a) = (sum(all), now.len as f64 * now.nanos as f64 / 1e9);
    if y <= 0.0 || a / time_a < 3.0 * y / time_y {
        judged.hopeless += usize::from(y > 0.0);
        return;
    }
    let (phi, freedom) = clumps(&[all, before]);
    let g = poisson_g(a, time_a, y, time_y) / phi;
    judged.findings.push(Finding {
        service: service as u32,
        key: END,
        after: None,
        kind: Kind::More,
        section: Section::Path,
        table: Table { a, n: time_a, y, m: time_y },
        segments: (0, SEGMENTS - 1),
        p: scaled_tail(g, freedom),
        score: 0.1 * g,
        unit: Unit::Seconds,
        order: 0.1 * g,
        slow_over_ns: None,
    });
}

/// Variance over mean of counts between the cells of each side.
fn clumps(sides: &[&[f32]]) -> (f64, f64) {
    let (mut chi, mut freedom) = (0.0, 0.0);
    for cells in sides {
        let mean = sum(cells) / cells.len() as f64;
        if mean > 0.0 {
            chi += cells.iter().map(|&c| (f64::from(c) - mean).powi(2) / mean).sum::<f64>();
            freedom += cells.len() as f64 - 1.0;
        }
    }
    if freedom > 0.0 { ((chi / freedom).max(1.0), freedom) } else { (1.0, 1.0) }
}
