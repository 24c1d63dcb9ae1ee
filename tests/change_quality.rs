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
use rstest::rstest;
use std::collections::HashMap;
use watchfire::change::{Event, Input, NoValues, Report, Section, Side, change_point, compare};
use watchfire::domain::{Level, TimeWindow, Timestamp};
use world::{Fault, Line, Trouble, View, World, events};

const SECOND: i64 = 1_000_000_000;
/// Incidents per fault and view.
const RUNS: u64 = 20;
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

/// Counts incidents with the service first, and in the first three, of the ranking or of the `slower` rows.
fn score(view: (&str, View), faults: &[Fault], make: fn(&mut Dice) -> World, runs: u64) -> (u64, u64) {
    let slow = faults.iter().all(|fault| matches!(fault, Fault::Latency | Fault::Network));
    let (mut first, mut three) = (0, 0);
    for seed in 1..=runs {
        let incident = incident(seed, faults, make);
        let (all, slower) = ranks(&incident, view.1);
        let rank = if slow { slower } else { all };
        if rank > 1 && std::env::var_os("WATCHFIRE_SHOW").is_some_and(|value| value == "rows") {
            misses(&incident, view.1, rank);
        }
        first += u64::from(rank == 1);
        three += u64::from(rank <= 3);
    }
    if std::env::var_os("WATCHFIRE_SHOW").is_some() {
        println!("{faults:?} {}: first {first}, in three {three} of {runs}", view.0);
    }
    (first, three)
}

type Make = fn(&mut Dice) -> World;

#[rstest]
#[case::shop_exceptions(&[Fault::Exception], World::shop, (85, 90))]
#[case::shop_wrong_returns(&[Fault::Return], World::shop, (90, 95))]
#[case::shop_settings(&[Fault::Config], World::shop, (90, 95))]
#[case::shop_latency(&[Fault::Latency], World::shop, (70, 85))]
#[case::shop_network(&[Fault::Network], World::shop, (60, 85))]
// A service that is gone says nothing itself; only its callers miss it.
#[case::shop_crash(&[Fault::Crash], World::shop, (55, 75))]
#[case::queue_exceptions_and_returns(&[Fault::Exception, Fault::Return], World::queues, (75, 85))]
#[case::queue_silence_and_settings(&[Fault::Silent, Fault::Config], World::queues, (50, 80))]
#[case::batch_exceptions_and_returns(&[Fault::Exception, Fault::Return], World::batch, (50, 85))]
fn the_faulty_service_is_named_on_systems_never_seen(
    #[case] faults: &[Fault],
    #[case] make: Make,
    #[case] (first_percent, three_percent): (u64, u64),
) {
    for view in VIEWS {
        let (first, three) = score(view, faults, make, RUNS);
        assert!(first * 100 >= first_percent * RUNS, "{faults:?}, {}: first in {first} of {RUNS}", view.0);
        assert!(three * 100 >= three_percent * RUNS, "{faults:?}, {}: in three {three} of {RUNS}", view.0);
    }
}

#[test]
fn a_healthy_system_has_no_change_point_in_95_of_100() {
    let mut points = 0;
    for seed in 0..100 {
        let mut dice = Dice::new(seed * 17 + 3);
        let world = World::shop(&mut dice);
        let lines = world.run(&mut dice, 1_700_000_000 * SECOND, 120.0, None);
        points += usize::from(change_point(&events(&lines, VIEWS[1].1)).is_some());
    }
    if std::env::var_os("WATCHFIRE_SHOW").is_some() {
        println!("healthy systems: change points in {points} of 100");
    }
    assert!(points <= 5, "{points} of 100");
}

#[test]
fn requests_shuffled_between_the_windows_raise_no_finding_in_95_of_100() {
    for sites in [true, false] {
        let mut alarms = 0;
        for seed in 0..100 {
            let mut dice = Dice::new(seed * 31 + 7);
            let world = World::shop(&mut dice);
            let lines = world.run(&mut dice, 1_700_000_000 * SECOND, 60.0, None);
            let (mut now, mut base) = (Vec::new(), Vec::new());
            let mut coin: HashMap<u64, bool> = HashMap::new();
            for event in events(&lines, View { ids: true, sites }) {
                let side = *coin.entry(event.request).or_insert_with(|| dice.chance(0.5));
                if side { now.push(event) } else { base.push(event) }
            }
            alarms += usize::from(run(&world.services, &now, &base).found);
        }
        assert!(alarms <= 5, "sites {sites}: {alarms} of 100 shuffles raised a finding");
    }
}

/// Ordinary logs come in bursts and without ids: sessions of a few lines, clumps of warnings, a slow drift of pace.
fn bursty(dice: &mut Dice, from: i64, seconds: i64) -> Vec<Event> {
    let mut out = Vec::new();
    let mut time = from;
    while time < from + seconds * SECOND {
        time += dice.pause(400.0);
        let kind = dice.range(0, 20) as u32;
        let clump = if kind >= 18 { dice.range(5, 60) } else { dice.range(1, 4) };
        for step in 0..clump {
            time += dice.pause(5.0);
            let warns = kind >= 18;
            out.push(Event {
                // As syslog writes it: whole seconds.
                time: time / SECOND * SECOND,
                service: kind % 3,
                template: if warns { kind } else { kind * 10 + step as u32 },
                level: if warns { Level::Warn.as_u8() } else { Level::Info.as_u8() },
                record: out.len() as u32,
                ..Event::default()
            });
        }
    }
    out
}

#[test]
fn steady_bursty_logs_raise_few_findings_and_have_no_change_point() {
    let services: Vec<String> = ["cron", "sshd", "kernel"].map(str::to_owned).to_vec();
    let (mut alarms, mut points) = (0, 0);
    for seed in 0..100 {
        let mut dice = Dice::new(seed + 500);
        let base = bursty(&mut dice, 1_700_000_000 * SECOND, 600);
        let now = bursty(&mut dice, 1_700_000_600 * SECOND, 300);
        alarms += usize::from(run(&services, &now, &base).found);
        points += usize::from(change_point(&base).is_some());
    }
    if std::env::var_os("WATCHFIRE_SHOW").is_some() {
        println!("steady bursty logs: findings in {alarms}, change points in {points} of 100");
    }
    assert!(alarms <= 10, "{alarms} of 100");
    assert!(points <= 5, "{points} of 100");
}

#[test]
fn the_change_point_is_found_within_a_tenth_of_the_logs() {
    let (mut near, mut wrong) = (0, 0);
    for seed in 0..RUNS {
        let incident = incident(seed + 1, &[Fault::Exception, Fault::Config], World::shop);
        let events = {
            let mut lines = incident.base.clone();
            lines.extend(incident.now.iter().cloned());
            events(&lines, VIEWS[1].1)
        };
        let whole = span(&events).nanos();
        let found =
            change_point(&events).map(|onset| onset.window.start().as_nanos() - incident.trouble.from);
        near += u64::from(found.is_some_and(|off| off.abs() * 10 <= whole));
        wrong += u64::from(found.is_some_and(|off| off.abs() * 10 > whole));
    }
    if std::env::var_os("WATCHFIRE_SHOW").is_some() {
        println!("change point near the start of the fault: {near}, elsewhere: {wrong} of {RUNS}");
    }
    assert!(near * 100 >= 60 * RUNS, "{near} of {RUNS}");
    assert!(wrong * 100 <= 10 * RUNS, "{wrong} of {RUNS} elsewhere");
}
