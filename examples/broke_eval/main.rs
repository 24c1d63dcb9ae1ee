//! Measures `watchfire::change` on labelled incidents: `WATCHFIRE_SAMPLES=dir cargo run --release --example broke_eval`.
//!
//! The samples folder holds `nezha/incidents.json` and the logs it names. Each incident's three fault files are the
//! window, the fault-free minute of the same day is the baseline, and the label is the service of the injected pod.
//! Arguments: `rows` prints the first rows of each incident, `shuffle` counts findings over shuffled requests, `perturb` and
//! `delay` are told in `perturb.rs`, `speed` times a million records.

#![expect(clippy::print_stdout, reason = "a measuring program prints its figures")]
#![expect(clippy::unwrap_used, reason = "a measuring program stops at the first broken sample")]

mod perturb;

use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use watchfire::change::{Change, Event, Input, NoValues, Report, Section, Side, compare};
use watchfire::domain::{Level, PatternId, TimeWindow, Timestamp};
use watchfire::pattern::Miner;

#[derive(Clone)]
struct Line {
    time: i64,
    service: String,
    request: String,
    span: String,
    level: u8,
    site: String,
    body: String,
}

fn read(path: &Path) -> Vec<Line> {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().filter_map(|record| line(&record.ok()?)).collect()
}

fn line(record: &csv::StringRecord) -> Option<Line> {
    let pod = record.get(3)?;
    let service = pod.rsplitn(3, '-').nth(2).unwrap_or(pod).to_owned();
    let outer = record.get(7)?;
    let text = match serde_json::from_str::<serde_json::Value>(outer) {
        Ok(value) => value.get("log").and_then(|l| l.as_str()).unwrap_or(outer).to_owned(),
        Err(_) => outer.to_owned(),
    };
    let mut words = text.trim_end().splitn(4, ' ').filter(|w| !w.is_empty());
    let (_, level, rest) = (words.next()?, words.next()?, words.collect::<Vec<_>>().join(" "));
    let rest = rest.trim_start();
    let (site, body) = rest.split_once(' ').unwrap_or((rest, ""));
    let body = body.find(" [").map_or(body, |at| &body[at + 1..]);
    Some(Line {
        time: record.get(1)?.parse().ok()?,
        service,
        request: record.get(5)?.to_owned(),
        span: record.get(6)?.to_owned(),
        level: Level::from_word(level.as_bytes()).map_or(0, Level::as_u8),
        site: site.to_owned(),
        body: body.to_owned(),
    })
}

/// Which structure the engine may see.
#[derive(Clone, Copy)]
struct View {
    ids: bool,
    sites: bool,
}

const VIEWS: [(&str, View); 4] = [
    ("ids+sites", View { ids: true, sites: true }),
    ("no ids", View { ids: false, sites: true }),
    ("no sites", View { ids: true, sites: false }),
    ("neither", View { ids: false, sites: false }),
];

/// Services and templates of both sides, mined together.
struct Book {
    services: Vec<String>,
    service_ids: FxHashMap<String, u32>,
    templates: Vec<(PatternId, String)>,
    by_body: FxHashMap<String, u32>,
}

fn hash(text: &str) -> u64 {
    if text.is_empty() { 0 } else { PatternId::of_template(text).as_u64() }
}

impl Book {
    fn of(sides: &[&[Line]]) -> Self {
        let mut miner = Miner::new();
        let mut shapes = Vec::new();
        for line in sides.iter().flat_map(|lines| lines.iter()) {
            shapes.push((&line.body, miner.observe(line.body.as_bytes())));
        }
        let set = miner.finish();
        let template = |shape| set.template_of(shape) as u32;
        Self {
            services: Vec::new(),
            service_ids: FxHashMap::default(),
            templates: set.templates().iter().map(|t| (t.id, t.text.clone())).collect(),
            by_body: shapes.into_iter().map(|(body, shape)| (body.clone(), template(shape))).collect(),
        }
    }

    fn events(&mut self, lines: &[Line], view: View) -> Vec<Event> {
        lines.iter().enumerate().map(|(i, line)| self.event(line, i as u32, view)).collect()
    }

    fn event(&mut self, line: &Line, record: u32, view: View) -> Event {
        let next = self.services.len() as u32;
        let service = *self.service_ids.entry(line.service.clone()).or_insert(next);
        if service == next {
            self.services.push(line.service.clone());
        }
        Event {
            time: line.time,
            request: if view.ids { hash(&line.request) } else { 0 },
            span: if view.ids { hash(&line.span) } else { 0 },
            service,
            template: self.by_body[&line.body],
            site: if view.sites { hash(&line.site) as u32 } else { 0 },
            record,
            level: line.level,
        }
    }
}

fn span(events: &[Event]) -> TimeWindow {
    let first = events.iter().map(|e| e.time).min().unwrap_or(0);
    let last = events.iter().map(|e| e.time).max().unwrap_or(0);
    TimeWindow::spanning(Timestamp::from_nanos(first), Timestamp::from_nanos(last))
}

fn run(book: &Book, now: &[Event], base: &[Event]) -> Report {
    let input = Input {
        services: &book.services,
        templates: &book.templates,
        window: Side { events: now, span: span(now) },
        baseline: Side { events: base, span: span(base) },
    };
    compare(&input, &mut NoValues)
}

struct Incident {
    label: String,
    kind: String,
    /// The fault minutes, one file each.
    minutes: Vec<Vec<Line>>,
    window: Vec<Line>,
    day: String,
}

fn incidents(root: &Path) -> Vec<Incident> {
    let text = std::fs::read_to_string(root.join("incidents.json")).unwrap();
    let list: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    list.iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            let pod = text("inject_pod");
            let files = one["files"].as_array().unwrap();
            let minutes: Vec<Vec<Line>> =
                files.iter().map(|f| read(&root.join("logs").join(f.as_str().unwrap()))).collect();
            Incident {
                label: pod.rsplitn(3, '-').nth(2).unwrap_or_default().to_owned(),
                kind: text("inject_type"),
                window: minutes.concat(),
                minutes,
                day: text("inject_time")[..10].to_owned(),
            }
        })
        .collect()
}

fn baselines(root: &Path) -> BTreeMap<String, Vec<Line>> {
    let files = std::fs::read_dir(root.join("fault_free")).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            let day = path.file_name().unwrap().to_string_lossy()[..10].to_owned();
            (day, read(&path))
        })
        .collect()
}

fn show(change: &Change) {
    println!(
        "      {:8} {:?} {:?} {} {:.40} <- {:.30} | {:.1}/{:.0} -> {:.1}/{:.0} score {:.1} q {:.1e} {:?} {}",
        format!("{:?}", change.section),
        change.confidence,
        change.kind,
        change.service,
        change.template.as_deref().unwrap_or("(end)"),
        change.after.as_deref().unwrap_or("-"),
        change.base.n,
        change.base.of,
        change.now.n,
        change.now.of,
        change.score,
        change.q,
        change.unit,
        change.folded.len()
    );
}

/// Rank (from 1) of a name in a list; 99 if absent.
fn rank<'a>(label: &str, names: impl Iterator<Item = &'a str>) -> usize {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen.iter().position(|name| *name == label).map_or(99, |at| at + 1)
}

fn evaluate(incidents: &[Incident], baselines: &BTreeMap<String, Vec<Line>>, rows: bool) {
    for (name, View { ids, sites }) in VIEWS {
        let mut ranks = Vec::new();
        let (mut first, mut three, mut slow, mut of, mut slow_of) = (0, 0, 0, 0, 0);
        for incident in incidents {
            let base = &baselines[&incident.day];
            let mut book = Book::of(&[&incident.window, base]);
            let view = View { ids, sites };
            let now = book.events(&incident.window, view);
            let base = book.events(base, view);
            let report = run(&book, &now, &base);
            let all = rank(&incident.label, report.services.iter().map(String::as_str));
            let slower = rank(
                &incident.label,
                report.changes.iter().filter(|c| c.section == Section::Slower).map(|c| c.service.as_str()),
            );
            if matches!(incident.kind.as_str(), "return" | "exception") {
                of += 1;
                first += usize::from(all == 1);
                three += usize::from(all <= 3);
            } else {
                slow_of += 1;
                slow += usize::from(slower <= 3);
            }
            ranks.push(format!("{all}/{slower}"));
            if rows {
                println!(
                    "   {} {} {}: rank {all} slower {slower}; {:?}",
                    incident.kind,
                    incident.label,
                    name,
                    &report.services[..report.services.len().min(4)]
                );
                for section in [Section::Worse, Section::Path, Section::Slower] {
                    report.changes.iter().filter(|c| c.section == section).take(4).for_each(show);
                }
            }
        }
        println!("{name:10} first {first}/{of} three {three}/{of} slower-three {slow}/{slow_of}  {ranks:?}");
    }
}

/// xorshift64*, so that runs can be repeated.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
}

fn shuffle(baselines: &BTreeMap<String, Vec<Line>>, runs: u64) {
    for (name, sites) in [("ids+sites", true), ("ids", false)] {
        let mut alarms = 0;
        let mut total = 0;
        for lines in baselines.values() {
            let mut book = Book::of(&[lines]);
            let events = book.events(lines, View { ids: true, sites });
            for seed in 1..=runs {
                let mut dice = Dice(seed * 7919);
                let mut side: FxHashMap<u64, bool> = FxHashMap::default();
                let (mut now, mut base) = (Vec::new(), Vec::new());
                for event in &events {
                    let here = *side.entry(event.request).or_insert_with(|| dice.next() >> 40 & 1 == 1);
                    if here { now.push(*event) } else { base.push(*event) }
                }
                let report = run(&book, &now, &base);
                total += 1;
                if report.found {
                    alarms += 1;
                    report.changes.iter().filter(|c| c.q <= 0.05).take(2).for_each(show);
                }
            }
        }
        println!("shuffle {name}: findings in {alarms}/{total}");
    }
}

/// Repeats one incident until both sides hold a million records, and times the comparison.
fn speed(incident: &Incident, base: &[Line]) {
    for (name, ids) in [("ids", true), ("no ids", false)] {
        let mut book = Book::of(&[&incident.window, base]);
        let view = View { ids, sites: true };
        let (now, base) = (book.events(&incident.window, view), book.events(base, view));
        let repeat = |events: &[Event], copies: i64| -> Vec<Event> {
            let copy = |n: i64| {
                events.iter().map(move |e| Event {
                    time: e.time + n * 180_000_000_000,
                    request: if e.request == 0 { 0 } else { e.request.wrapping_add(n as u64 * 2) },
                    ..*e
                })
            };
            (0..copies).flat_map(copy).collect()
        };
        let copies = 500_000 / now.len() as i64;
        let (now, base) = (repeat(&now, copies), repeat(&base, copies * 2));
        let started = std::time::Instant::now();
        let report = run(&book, &now, &base);
        println!(
            "{name}: {} records in {:?}, {} tests",
            now.len() + base.len(),
            started.elapsed(),
            report.tested
        );
    }
}

fn main() {
    let root = PathBuf::from(std::env::var_os("WATCHFIRE_SAMPLES").unwrap_or_default()).join("nezha");
    if !root.is_dir() {
        println!("set WATCHFIRE_SAMPLES to the folder that holds nezha/");
        return;
    }
    let baselines = baselines(&root);
    let arguments: Vec<String> = std::env::args().collect();
    let has = |word: &str| arguments.iter().any(|a| a == word);
    if has("shuffle") {
        shuffle(&baselines, 50);
    } else if has("perturb") {
        perturb::perturb(&incidents(&root), &baselines, has("misses"));
    } else if has("delay") {
        perturb::delay(&baselines, 40, has("misses"));
    } else if has("speed") {
        let incidents = incidents(&root);
        speed(&incidents[0], &baselines[&incidents[0].day]);
    } else {
        evaluate(&incidents(&root), &baselines, has("rows"));
    }
}
