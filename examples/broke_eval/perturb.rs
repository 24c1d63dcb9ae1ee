//! How firmly the answer stands: the labelled incidents changed in ways other incidents will differ, and slow faults made
//! from fault-free minutes.
//!
//! `perturb`: shorter windows, another day's baseline, fewer requests, coarser clocks, levels unstated, more at once.
//! `delay`: one service of a fault-free minute is made slow from some time on (its own work, or every message to and from
//! it), held against the other day's minute and against half of the same minute's requests. `misses` names what is missed.

use super::{Book, Dice, Incident, Line, VIEWS, View, hash, rank, run, show};
use std::collections::BTreeMap;
use watchfire::change::{Report, Section};

/// Seeds per random change.
const SEEDS: u64 = 10;

/// Both sides of one changed incident.
type Sides = (Vec<Line>, Vec<Line>);

struct Change {
    name: &'static str,
    runs: u64,
    make: fn(&Incident, &BTreeMap<String, Vec<Line>>, &mut Dice) -> Sides,
}

fn of_day(incident: &Incident, baselines: &BTreeMap<String, Vec<Line>>) -> Vec<Line> {
    baselines[&incident.day].clone()
}

fn other_day(incident: &Incident, baselines: &BTreeMap<String, Vec<Line>>) -> Vec<Line> {
    baselines
        .iter()
        .find(|(day, _)| **day != incident.day)
        .map(|(_, lines)| lines.clone())
        .unwrap_or_default()
}

/// A share of the requests; records without one stay.
fn some(lines: Vec<Line>, share: f64, dice: &mut Dice) -> Vec<Line> {
    let salt = dice.next();
    let stays = |line: &Line| {
        let mut own = Dice(hash(&line.request) ^ salt | 1);
        own.next();
        line.request.is_empty() || (own.next() >> 11) as f64 / (1u64 << 53) as f64 <= share
    };
    lines.into_iter().filter(stays).collect()
}

fn with(lines: Vec<Line>, change: impl Fn(&mut Line)) -> Vec<Line> {
    let mut lines = lines;
    lines.iter_mut().for_each(change);
    lines
}

fn squeezed(lines: Vec<Line>, times: i64) -> Vec<Line> {
    // Requests start sooner after each other, and run as long as they did.
    let mut begins: BTreeMap<String, i64> = BTreeMap::new();
    for line in &lines {
        let begin = begins.entry(line.request.clone()).or_insert(line.time);
        *begin = (*begin).min(line.time);
    }
    let first = begins.values().copied().min().unwrap_or(0);
    with(lines, |line| {
        let begin = begins[&line.request];
        line.time -= (begin - first) - (begin - first) / times;
    })
}

const CHANGES: [Change; 15] = [
    Change { name: "as they are", runs: 1, make: |i, b, _| (i.window.clone(), of_day(i, b)) },
    Change { name: "first two minutes", runs: 1, make: |i, b, _| (i.minutes[..2].concat(), of_day(i, b)) },
    Change { name: "last two minutes", runs: 1, make: |i, b, _| (i.minutes[1..].concat(), of_day(i, b)) },
    Change { name: "last minute", runs: 1, make: |i, b, _| (i.minutes[2].clone(), of_day(i, b)) },
    Change { name: "middle minute", runs: 1, make: |i, b, _| (i.minutes[1].clone(), of_day(i, b)) },
    Change {
        name: "baseline of the other day",
        runs: 1,
        make: |i, b, _| (i.window.clone(), other_day(i, b)),
    },
    Change {
        name: "baseline of both days",
        runs: 1,
        make: |i, b, _| (i.window.clone(), b.values().flatten().cloned().collect()),
    },
    Change {
        name: "3/4 of the requests",
        runs: SEEDS,
        make: |i, b, dice| (some(i.window.clone(), 0.75, dice), some(of_day(i, b), 0.75, dice)),
    },
    Change {
        name: "half of the requests",
        runs: SEEDS,
        make: |i, b, dice| (some(i.window.clone(), 0.5, dice), of_day(i, b)),
    },
    Change {
        name: "half of the baseline",
        runs: SEEDS,
        make: |i, b, dice| (i.window.clone(), some(of_day(i, b), 0.5, dice)),
    },
    Change {
        name: "half of both",
        runs: SEEDS,
        make: |i, b, dice| (some(i.window.clone(), 0.5, dice), some(of_day(i, b), 0.5, dice)),
    },
    Change {
        name: "no levels",
        runs: 1,
        make: |i, b, _| (with(i.window.clone(), |l| l.level = 0), with(of_day(i, b), |l| l.level = 0)),
    },
    Change {
        name: "milliseconds",
        runs: 1,
        make: |i, b, _| {
            let coarse = |line: &mut Line| line.time -= line.time % 1_000_000;
            (with(i.window.clone(), coarse), with(of_day(i, b), coarse))
        },
    },
    Change {
        name: "twice as busy",
        runs: 1,
        make: |i, b, _| (squeezed(i.window.clone(), 2), squeezed(of_day(i, b), 2)),
    },
    Change {
        name: "five times as busy",
        runs: 1,
        make: |i, b, _| (squeezed(i.window.clone(), 5), squeezed(of_day(i, b), 5)),
    },
];

fn compared((now, base): &Sides, view: View) -> Report {
    let mut book = Book::of(&[now, base]);
    let (now, base) = (book.events(now, view), book.events(base, view));
    run(&book, &now, &base)
}

fn slower_rank(report: &Report, label: &str) -> usize {
    let rows = report.changes.iter().filter(|c| c.section == Section::Slower);
    rank(label, rows.map(|c| c.service.as_str()))
}

/// Counts places of the injected service per change and view: return and exception by the ranking, others by `slower`.
pub(super) fn perturb(incidents: &[Incident], baselines: &BTreeMap<String, Vec<Line>>, misses: bool) {
    for change in &CHANGES {
        for (view_name, view) in VIEWS {
            let (mut first, mut three, mut of, mut slow, mut slow_of) = (0, 0, 0, 0, 0);
            for incident in incidents {
                for seed in 1..=change.runs {
                    let sides = (change.make)(incident, baselines, &mut Dice(seed * 7919));
                    if sides.0.is_empty() || sides.1.is_empty() {
                        continue;
                    }
                    let report = compared(&sides, view);
                    if !matches!(incident.kind.as_str(), "return" | "exception") {
                        slow_of += 1;
                        slow += usize::from(slower_rank(&report, &incident.label) <= 3);
                        continue;
                    }
                    let place = rank(&incident.label, report.services.iter().map(String::as_str));
                    of += 1;
                    first += usize::from(place == 1);
                    three += usize::from(place <= 3);
                    if misses && place > 1 {
                        println!(
                            "    {} {}: {place}; {:?}",
                            incident.kind,
                            incident.label,
                            &report.services[..3]
                        );
                        let leader = |c: &&watchfire::change::Change| c.service == report.services[0];
                        report.changes.iter().filter(leader).take(3).for_each(show);
                    }
                }
            }
            println!(
                "{:26} {view_name:10} first {first:3}  in three {three:3} of {of:3}   slower {slow:2} of {slow_of}",
                change.name
            );
        }
    }
}

/// What is slow about a service.
#[derive(Clone, Copy, Debug)]
enum Slowness {
    /// Its own work, at times.
    Work,
    /// Every message to and from it.
    Messages,
}

/// Delays one service's requests from a point in time on.
fn delayed(lines: &[Line], service: &str, slowness: Slowness, from: i64, dice: &mut Dice) -> Vec<Line> {
    let mut order: Vec<Line> = lines.to_vec();
    order.sort_by(|a, b| (&a.request, a.time).cmp(&(&b.request, b.time)));
    let mut late = 0;
    for at in 1..order.len() {
        let (before, line) = (&order[at - 1], &order[at]);
        if line.request.is_empty() || before.request != line.request {
            late = 0;
            continue;
        }
        let (out, into) = (before.service == service, line.service == service);
        let unit = (dice.next() >> 11) as f64 / (1u64 << 53) as f64;
        if line.time >= from {
            late += match slowness {
                Slowness::Work if (out || into) && dice.next() >> 32 & 3 != 0 => {
                    100_000_000 + (3e8 * unit) as i64
                }
                Slowness::Messages if out != into => 300_000_000 + (9e8 * unit) as i64,
                _ => 0,
            };
        }
        order[at].time += late;
    }
    order.sort_by_key(|line| line.time);
    order
}

/// Counts how often a service made slow is among the first three of `slower`.
pub(super) fn delay(baselines: &BTreeMap<String, Vec<Line>>, runs: u64, misses: bool) {
    let days: Vec<&Vec<Line>> = baselines.values().collect();
    for slowness in [Slowness::Work, Slowness::Messages] {
        for (against, same_day) in [("other day", false), ("other half", true)] {
            for (view_name, view) in VIEWS {
                let (mut first, mut three) = (0, 0);
                for seed in 1..=runs {
                    let mut dice = Dice(seed * 104_729);
                    let window = days[(dice.next() >> 32) as usize % days.len()];
                    let other = days.iter().find(|day| !std::ptr::eq(**day, window)).unwrap_or(&days[0]);
                    let (now, base) = if same_day {
                        let half = some(window.clone(), 0.5, &mut dice);
                        let kept = |line: &&Line| half.iter().all(|own| own.request != line.request);
                        (window.iter().filter(kept).cloned().collect(), half)
                    } else {
                        (window.clone(), (*other).clone())
                    };
                    let service = victim(&now, &base, &mut dice);
                    let (begin, end) = (now.iter().map(|l| l.time).min(), now.iter().map(|l| l.time).max());
                    let length = end.zip(begin).map_or(0, |(end, begin)| end - begin);
                    let from = begin.unwrap_or(0) + length / 3 * (dice.next() >> 32 & 1) as i64;
                    let now = delayed(&now, &service, slowness, from, &mut dice);
                    let report = compared(&(now, base), view);
                    let place = slower_rank(&report, &service);
                    first += usize::from(place == 1);
                    three += usize::from(place <= 3);
                    if misses && place > 3 {
                        println!("    {slowness:?} of {service}: {place}");
                        report.changes.iter().filter(|c| c.section == Section::Slower).take(5).for_each(show);
                    }
                }
                println!(
                    "{slowness:?} against {against:10} {view_name:10} first {first:2}  in three {three:2} of {runs}"
                );
            }
        }
    }
}

/// A service that at least five requests reach on both sides.
fn victim(now: &[Line], base: &[Line], dice: &mut Dice) -> String {
    let reached = |lines: &[Line]| {
        let mut seen: BTreeMap<String, std::collections::BTreeSet<String>> = BTreeMap::new();
        for line in lines.iter().filter(|line| !line.request.is_empty()) {
            seen.entry(line.service.clone()).or_default().insert(line.request.clone());
        }
        seen
    };
    let (now, base) = (reached(now), reached(base));
    let often =
        |service: &&String| now[*service].len() >= 5 && base.get(*service).is_some_and(|r| r.len() >= 5);
    let names: Vec<&String> = now.keys().filter(often).collect();
    names[(dice.next() >> 32) as usize % names.len()].clone()
}
