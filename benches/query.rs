//! Query latency over one file (B3): a written mix whose values are taken from the file itself.
//!
//! `WATCHFIRE_BENCH_LOG=FILE cargo bench --bench query` prints, per kind of query and over all, the median and the 99th
//! percentile of ten runs each, the total and whether it is exact; then the same for pages of records and lines. Without
//! the variable 50,000 invented lines are used.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use watchfire::compute::Corpus;
use watchfire::domain::Timestamp;
use watchfire::local::{Input, LocalLogs, OpenOptions, RecordNo, SearchOptions, Searcher, Selection, Store};
use watchfire::pattern::Piece;
use watchfire::port::{Anchor, Browse, Direction, PageRequest, Slice};
use watchfire::query::{DEFAULT_MAX_LENGTH, Query};

/// Runs of each query.
const RUNS: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = match std::env::var_os("WATCHFIRE_BENCH_LOG") {
        Some(path) => PathBuf::from(path),
        None => invented(folder.path())?,
    };
    let mut options = OpenOptions::new(Timestamp::from_millis(1_700_000_000_000), std::env::temp_dir());
    options.cache_dir = std::env::var_os("WATCHFIRE_BENCH_CACHE").map(PathBuf::from);
    let store = Arc::new(Store::open(vec![Input::Path(path)], &options)?);
    let started = Instant::now();
    let searcher = Searcher::new(store.view(Selection::default()));
    let mut out = std::io::stdout();
    writeln!(out, "{} records, view and vocabulary {:.1} ms", store.len(), ms(started.elapsed()))?;
    let mut all = Vec::new();
    for (kind, text) in mix(&searcher)? {
        let query = Query::parse(&text, DEFAULT_MAX_LENGTH)?;
        let mut took = Vec::new();
        let mut total = String::new();
        for _ in 0..RUNS {
            let result = searcher.search(&query, &SearchOptions::default())?;
            took.push(result.took);
            let more = if result.total.exact { "" } else { "+" };
            total = format!("{}{more}", result.total.records);
        }
        took.sort();
        let (median, most) = (percentile(&took, 50), percentile(&took, 99));
        writeln!(out, "{kind:<18}{:>9.2}{:>9.2} ms {total:>12}  {text}", ms(median), ms(most))?;
        all.extend(took);
    }
    all.sort();
    writeln!(out, "{:<18}{:>9.2}{:>9.2} ms", "all", ms(percentile(&all, 50)), ms(percentile(&all, 99)))?;
    browse(&store, &mut out)
}

/// Pages of a screen: from the middle, backwards, of a time, of a pattern, filtered; and the lines of the file.
fn browse(store: &Arc<Store>, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let logs = LocalLogs::new(Arc::clone(store));
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let middle = RecordNo(store.len() / 2);
    let file = store.record(middle)?;
    let query = |text: &str| Query::parse(text, DEFAULT_MAX_LENGTH).map(Arc::new);
    let all = Slice::default();
    let filtered = Slice { filter: Some(query("level:warn")?), ..Slice::default() };
    let rare = Slice { filter: Some(query("10.255.255.254")?), ..Slice::default() };
    let of_pattern = Slice { pattern: Some(file.pattern), ..Slice::default() };
    let time = file.ts.unwrap_or(Timestamp::MIN);
    let pages = [
        ("page, middle", &all, Anchor::Nth(u64::from(middle.0)), Direction::Forward),
        ("page, end", &all, Anchor::End, Direction::Backward),
        ("page, time", &all, Anchor::Time(time), Direction::Forward),
        ("page, pattern", &of_pattern, Anchor::Time(time), Direction::Backward),
        ("page, level", &filtered, Anchor::Start, Direction::Forward),
        ("page, absent value", &rare, Anchor::Start, Direction::Forward),
    ];
    for (kind, slice, anchor, direction) in pages {
        let request = || PageRequest { slice: slice.clone(), anchor: anchor.clone(), direction, limit: 60 };
        time_runs(kind, out, || {
            runtime.block_on(logs.page(request(), CancellationToken::new())).map(|page| page.records.len())
        })?;
    }
    time_runs("lines, middle", out, || {
        runtime.block_on(logs.lines(&file.source, file.line, 60)).map(|read| read.lines.len())
    })?;
    time_runs("histogram", out, || {
        runtime.block_on(logs.histogram(all.clone(), 120, CancellationToken::new())).map(|all| all.len())
    })
}

/// Prints the median and the 99th percentile of some runs and how much the last one gave.
fn time_runs<E: Error + 'static>(
    kind: &str,
    out: &mut impl Write,
    run: impl Fn() -> Result<usize, E>,
) -> Result<(), Box<dyn Error>> {
    let mut took = Vec::new();
    let mut given = 0;
    for _ in 0..RUNS {
        let started = Instant::now();
        given = run()?;
        took.push(started.elapsed());
    }
    took.sort();
    writeln!(
        out,
        "{kind:<18}{:>9.2}{:>9.2} ms {given:>12}",
        ms(percentile(&took, 50)),
        ms(percentile(&took, 99))
    )?;
    Ok(())
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

fn invented(folder: &std::path::Path) -> Result<PathBuf, Box<dyn Error>> {
    let path = folder.join("shop.log");
    let mut text = String::new();
    for i in 0..50_000 {
        let (m, s) = (i / 60 % 60, i % 60);
        let level = if i % 400 == 0 { "ERROR payment refused for" } else { "INFO placed" };
        writeln!(
            text,
            "2026-03-01T10:{m:02}:{s:02}Z {level} order O-{i} from 10.0.{}.{} in {}ms",
            i % 7,
            i % 250,
            i % 900
        )?;
    }
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Words, phrases and values of the file, as people would type them.
fn mix(searcher: &Searcher) -> Result<Vec<(&'static str, String)>, Box<dyn Error>> {
    let store = searcher.view().store();
    let mut infos: Vec<_> = searcher.view().patterns().iter().collect();
    infos.sort_by_key(|info| std::cmp::Reverse(info.count));
    let words = |at: usize| -> Vec<String> {
        let pieces = infos.get(at).map_or(&[][..], |info| &info.template.pieces);
        let text = pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.as_str() } else { " " });
        let text: String = text.collect();
        let plain = |w: &&str| w.len() > 3 && w.bytes().all(|b| b.is_ascii_alphabetic());
        text.split_whitespace().filter(plain).map(str::to_owned).collect()
    };
    let two = |at: usize| words(at).into_iter().take(2).collect::<Vec<_>>().join(" ");
    let raw = store.raw(RecordNo(store.len() / 2))?;
    let text = String::from_utf8_lossy(&raw).into_owned();
    let values = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_' || c == '-'));
    let values = values.filter(|w| w.bytes().any(|b| b.is_ascii_digit()) && w.len() > 3);
    let rare = values.clone().max_by_key(|w| w.len()).unwrap_or("none").trim_matches('.').to_owned();
    let (frequent, seldom) = (two(0), two(infos.len().saturating_sub(3)));
    Ok(vec![
        ("words, frequent", frequent.clone()),
        ("words, seldom", seldom.clone()),
        ("word, unknown", "zebrafish".to_owned()),
        ("phrase", format!("\"{frequent}\"")),
        ("value, rare", rare.clone()),
        ("value and word", format!("{rare} {}", words(0).first().map_or("", String::as_str))),
        ("value, common", "0".to_owned()),
        ("value, absent", "10.255.255.254".to_owned()),
        ("regex, common", "/[0-9]+\\.[0-9]+/".to_owned()),
        ("regex, anchored", "/^[A-Z0-9][a-z0-9].* [0-9]{3}/".to_owned()),
        ("without", format!("{} -{}", words(1).first().map_or("a", String::as_str), "failed")),
        ("level", "level:error".to_owned()),
        ("level and word", format!("level:warn {}", words(2).first().map_or("a", String::as_str))),
        ("field", "size>1000".to_owned()),
        ("question, value", format!("What happened to {rare}?")),
        ("question, words", format!("Why did {seldom} fail?")),
    ])
}
