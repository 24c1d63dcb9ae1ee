//! The progress line: on stderr, only on a terminal, only once the work has taken half a second.

use crate::local::Progress;
use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two lines.
const PERIOD: Duration = Duration::from_millis(100);

/// Draws one line over itself; reports come from several threads.
#[derive(Debug)]
pub(super) struct Meter {
    start: Instant,
    drawn: Mutex<Option<Instant>>,
}

impl Meter {
    pub(super) fn start() -> Self {
        Self { start: Instant::now(), drawn: Mutex::new(None) }
    }

    /// Takes a report; draws if it is time to.
    pub(super) fn report(&self, progress: Progress) {
        let elapsed = self.start.elapsed();
        // A thread that finds another one drawing has nothing to add.
        let Ok(mut drawn) = self.drawn.try_lock() else { return };
        if elapsed < PATIENCE || drawn.is_some_and(|at| at.elapsed() < PERIOD) {
            return;
        }
        *drawn = Some(Instant::now());
        let _ = write!(std::io::stderr().lock(), "\r{}\x1b[K", line(progress, elapsed));
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        if self.drawn.lock().is_ok_and(|drawn| drawn.is_some()) {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}

/// `reading 43 %, 512 MB/s, 1,200,000 records, 3 s left`.
#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn line(progress: Progress, elapsed: Duration) -> String {
    let (done, total) = (progress.done as f64, progress.total.max(progress.done).max(1) as f64);
    let rate = done / elapsed.as_secs_f64().max(1e-3);
    let left = if rate > 0.0 { (total - done) / rate } else { 0.0 };
    format!(
        "reading {:.0} %, {:.0} MB/s, {} records, {:.0} s left",
        done / total * 100.0,
        rate / 1e6,
        crate::domain::moment::count(progress.records),
        left.ceil()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, 0, "reading 0 %, 0 MB/s, 1,000 records, 0 s left")]
    #[case(50_000_000, 200_000_000, "reading 25 %, 50 MB/s, 1,000 records, 3 s left")]
    #[case(9, 5, "reading 100 %, 0 MB/s, 1,000 records, 0 s left")]
    fn the_line_says_rate_and_time_left(#[case] done: u64, #[case] total: u64, #[case] said: &str) {
        let progress = Progress { done, total, records: 1_000 };
        assert_eq!(line(progress, Duration::from_secs(1)), said);
    }
}
