//! The ports of a screen or a session of lines over local files, put together.

use crate::analyst::Analyst;
use crate::investigate::{Investigation, Limits};
use crate::layer::{Metered, Timings};
use crate::local::LocalLogs;
use crate::port::Clock;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time since the start.
struct Monotonic(Instant);

impl Clock for Monotonic {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The ports of what answers by itself; times count from `began`.
pub(super) fn investigation(logs: LocalLogs, began: Instant) -> Investigation {
    let clock: Arc<dyn Clock> = Arc::new(Monotonic(began));
    let timings = Timings::default();
    Investigation {
        search: Arc::new(Metered::new(logs.clone(), Arc::clone(&clock), timings.clone())),
        browse: Arc::new(logs),
        model: Arc::new(Analyst),
        clock,
        timings,
        limits: Limits::default(),
    }
}
