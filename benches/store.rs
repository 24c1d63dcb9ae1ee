//! Time to a usable view of local logs (B2): open, index, patterns, timeline, one value, one page.
//!
//! `cargo bench --bench store` measures 8 MiB of an invented log. `WATCHFIRE_BENCH_LOG=FILE` opens that file once and
//! prints each step; put `/usr/bin/time -v` in front for memory. `WATCHFIRE_BENCH_CACHE=DIR` opens it through a cache.

#![expect(clippy::unwrap_used, reason = "without its input a measurement says nothing")]

use std::error::Error;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use watchfire::compute::Corpus;
use watchfire::domain::Timestamp;
use watchfire::local::{Input, Needle, OpenOptions, RecordNo, Selection, Store};

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(file) = std::env::var_os("WATCHFIRE_BENCH_LOG") {
        return once(Path::new(&file));
    }
    divan::main();
    Ok(())
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new(Timestamp::from_millis(1_700_000_000_000), std::env::temp_dir());
    options.cache_dir = std::env::var_os("WATCHFIRE_BENCH_CACHE").map(PathBuf::from);
    options
}

fn open(path: &Path) -> Result<Arc<Store>, watchfire::local::StoreError> {
    Ok(Arc::new(Store::open(vec![Input::Path(path.to_owned())], &options())?))
}

fn once(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut out = String::new();
    let mut at = Instant::now();
    let mut step = |name: &str, detail: String| {
        let _ = writeln!(out, "{name:12} {:8.1} ms  {detail}", at.elapsed().as_secs_f64() * 1e3);
        at = Instant::now();
    };
    let store = open(path)?;
    let size = store.index_bytes() as f64 / f64::from(store.len().max(1));
    step(
        "open",
        format!(
            "{} records, {} templates, {size:.1} index bytes per record",
            store.len(),
            store.templates().len()
        ),
    );
    let view = store.view(Selection::default());
    step("patterns", format!("{} patterns", view.patterns().len()));
    step("timeline", format!("{} buckets", view.histogram(120).len()));
    let middle = store.raw(RecordNo(store.len() / 2))?;
    let text = String::from_utf8_lossy(&middle).into_owned();
    let word =
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| w.bytes().any(|b| b.is_ascii_digit()));
    let rare = word.max_by_key(|w| w.len()).unwrap_or("none").to_owned();
    step("record", format!("{} bytes", middle.len()));
    let mut found = 0;
    view.find(&[Needle::Words(rare.clone())], &[], &mut |_, _| {
        found += 1;
        ControlFlow::Continue(())
    })?;
    step("find", format!("\"{rare}\": {found} records"));
    let hits = view.find_value(&rare)?;
    step("find_value", format!("{} places", hits.len()));
    let mut absent = 0;
    view.find(&[Needle::Text("no such text anywhere".into())], &[], &mut |_, _| {
        absent += 1;
        ControlFlow::Continue(())
    })?;
    step("absent text", format!("{absent} records"));
    step("rows", format!("{} in time order", view.rows_by_time().count()));
    std::io::Write::write_all(&mut std::io::stdout(), out.as_bytes())?;
    Ok(())
}

/// An invented shop: four kinds of lines with changing values.
fn invented(bytes: usize) -> String {
    let mut text = String::new();
    let mut i = 0u64;
    while text.len() < bytes {
        let id = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let (minute, second, milli) = (i / 6000 % 60, i / 100 % 60, i % 100 * 10);
        let _ = write!(text, "2024-03-01T10:{minute:02}:{second:02}.{milli:03}Z shop-{} ", i % 7);
        let _ = match i % 4 {
            0 => {
                writeln!(text, "INFO basket {:08x} priced at {} cents in {} ms", id >> 32, id % 9000, id % 90)
            }
            1 => writeln!(
                text,
                "INFO GET /item/{} 200 {}b from 10.1.{}.{}",
                id % 5000,
                id % 700,
                id % 255,
                i % 255
            ),
            2 => writeln!(text, "WARN stock of {} low: {} left", id % 5000, id % 12),
            _ => writeln!(text, "ERROR payment {:08x} refused by bank {}: code {}", id >> 32, i % 5, id % 40),
        };
        i += 1;
    }
    text
}

#[divan::bench(sample_count = 10)]
fn open_8_mib(bencher: divan::Bencher<'_, '_>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("shop.log");
    let text = invented(8 << 20);
    std::fs::write(&path, &text).unwrap();
    bencher.counter(divan::counter::BytesCount::new(text.len())).bench(|| open(&path).unwrap().len());
}

#[divan::bench]
fn find_one_value_in_8_mib(bencher: divan::Bencher<'_, '_>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("shop.log");
    std::fs::write(&path, invented(8 << 20)).unwrap();
    let view = open(&path).unwrap().view(Selection::default());
    bencher.bench(|| view.find_value("9e3779b9").unwrap());
}
