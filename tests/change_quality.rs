//! Holds the comparison of two windows to its goals on invented systems that no threshold was fitted to.
//!
//! Each incident is a fresh random system (call trees, queues, batch jobs), a healthy baseline and a window in which one
//! fault starts in one service. `WATCHFIRE_SHOW=1` prints the figures that `docs/broke.md` quotes.

#![expect(clippy::print_stdout, reason = "prints its figures when asked to")]

#[path = "change_quality/dice.rs"]
mod dice;
#[path = "change_quality/world.rs"]
mod world;

use dice::Dice;
use watchfire::change::{Event, Input, NoValues, Report, Section, Side, compare};
use watchfire::domain::{TimeWindow, Timestamp};
use world::{Fault, Line, Trouble, View, World, events};

const SECOND: i64 = 1_000_000_000;
const VIEWS: [(&str, View); 4] = [
    ("ids and sites", View { ids: true, sites: true }),
    ("no ids", View { ids: false, sites: true }),
    ("no sites", View { ids: true, sites: false }),
    ("neither", View { ids: false, sites: false }),
];

/// A system, a healthy span, and one with a fault.
struct Incident {
    world: World,
    trouble: Trouble,
    base: Vec<Line>,
    now: Vec<Line>,
}

fn incident(seed: u64, faults: &[Fault], make: fn(&mut Dice) -> World) -> Incident {
    let mut dice = Dice::new(seed);
    loop {
        let world = make(&mut dice);
        let (base_s, now_s) =
            ([60.0, 120.0, 300.0][dice.range(0, 3)], [60.0, 120.0, 180.0][dice.range(0, 3)]);
        let start = 1_700_000_000 * SECOND;
        let from = start + (base_s as i64 + 30) * SECOND;
        let trouble = Trouble {
            fault: faults[dice.range(0, faults.len())],
            service: world.victim(&mut dice),
            share: [0.3, 0.7, 1.0][dice.range(0, 3)],
            from: from + (now_s * 0.6 * dice.unit()) as i64 * SECOND,
        };
        let base = world.run(&mut dice, start, base_s, None);
        let now = world.run(&mut dice, from, now_s, Some(trouble));
        // A service that no request reaches cannot be told from its logs.
        let seen = base.iter().filter(|line| line.service as usize == trouble.service).count();
        if seen >= 20 {
            return Incident { world, trouble, base, now };
        }
    }
}

fn span(events: &[Event]) -> TimeWindow {
    let at = |event: Option<&Event>| Timestamp::from_nanos(event.map_or(0, |e| e.time));
    TimeWindow::spanning(at(events.first()), at(events.last()))
}

fn run(services: &[String], now: &[Event], base: &[Event]) -> Report {
    let window = Side { events: now, span: span(now) };
    let baseline = Side { events: base, span: span(base) };
    compare(&Input { services, templates: &[], window, baseline }, &mut NoValues)
}

/// Position (from 1) of the faulty service in the ranking, and in the `slower` rows.
fn ranks(incident: &Incident, view: View) -> (usize, usize) {
    let report = run(&incident.world.services, &events(&incident.now, view), &events(&incident.base, view));
    let name = &incident.world.services[incident.trouble.service];
    let all = report.services.iter().position(|s| s == name).map_or(99, |at| at + 1);
    let slower = report.changes.iter().filter(|c| c.section == Section::Slower);
    (all, slower.map(|c| &c.service).position(|s| s == name).map_or(99, |at| at + 1))
}

/// Prints why an incident was missed.
fn misses(incident: &Incident, view: View, rank: usize) {
    let report = run(&incident.world.services, &events(&incident.now, view), &events(&incident.base, view));
    println!(
        "  rank {rank}: {:?} of {}",
        incident.trouble, incident.world.services[incident.trouble.service]
    );
    println!("    {:?} units {:?}", report.services, report.units);
    for change in report.changes.iter().filter(|c| c.section != Section::Recovered).take(12) {
        println!(
            "    {:?} {:?} {} q {:.0e} {:?} {:.0}/{:.0} -> {:.0}/{:.0} score {:.0}",
            change.section,
            change.kind,
            change.service,
            change.q,
            change.unit,
            change.base.n,
            change.base.of,
            change.now.n,
            change.now.of,
            change.score
        );
    }
}

/// Shares of incidents with the service first, and in the first three.
fn score(
    title: &str,
    view: (&str, View),
    faults: &[Fault],
    make: fn(&mut Dice) -> World,
    slow: bool,
) -> (f64, f64) {
    const RUNS: u64 = 60;
    let (mut first, mut three) = (0, 0);
    for seed in 0..RUNS {
        let incident = incident(seed + 1, faults, make);
        let (all, slower) = ranks(&incident, view.1);
        let rank = if slow { slower } else { all };
        if rank > 1 && std::env::var_os("WATCHFIRE_SHOW").is_some_and(|v| v == "rows") {
            misses(&incident, view.1, rank);
        }
        first += usize::from(rank == 1);
        three += usize::from(rank <= 3);
    }
    if std::env::var_os("WATCHFIRE_SHOW").is_some() {
        println!("{title:28} {:14} first {first}/{RUNS} three {three}/{RUNS}", view.0);
    }
    (first as f64 / RUNS as f64, three as f64 / RUNS as f64)
}

#[test]
fn figures() {
    for view in VIEWS {
        score("shop exception", view, &[Fault::Exception], World::shop, false);
        score("shop return", view, &[Fault::Return], World::shop, false);
        score("shop crash", view, &[Fault::Crash], World::shop, false);
        score("shop config", view, &[Fault::Config], World::shop, false);
        score("shop latency (slower)", view, &[Fault::Latency], World::shop, true);
        score("shop network (slower)", view, &[Fault::Network], World::shop, true);
        score("shop latency (all)", view, &[Fault::Latency], World::shop, false);
        score("shop network (all)", view, &[Fault::Network], World::shop, false);
        score("queues exc+return", view, &[Fault::Exception, Fault::Return], World::queues, false);
        score("queues silent+config", view, &[Fault::Silent, Fault::Config], World::queues, false);
        score("batch exc+return", view, &[Fault::Exception, Fault::Return], World::batch, false);
        score("batch silent+config", view, &[Fault::Silent, Fault::Config], World::batch, false);
    }
}
