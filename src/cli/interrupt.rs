//! Ctrl-C: the first asks the work to stop and keeps what there is, the second ends the process at once.
//!
//! Reading and asking stop separately: a stopped reading still answers from what was read, marked as partial; a pipe that
//! is waited for just ends.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_util::sync::CancellationToken;

/// Exit code of an interrupted run.
const INTERRUPTED: i32 = 130;

/// What the first signal stops.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupt {
    /// Whether the user asked to stop.
    seen: Arc<AtomicBool>,
    /// Whether bytes are being awaited from a pipe: then the signal ends the pipe, not the work on what came.
    piping: Arc<AtomicBool>,
    /// Set for the threads that read and index files.
    pub(super) reading: Arc<AtomicBool>,
    /// Whether a question is being asked.
    asked: Arc<AtomicBool>,
    /// Cancelled for the question.
    pub(super) asking: CancellationToken,
}

impl Interrupt {
    /// Listens for SIGINT and SIGTERM.
    pub(super) fn listen() -> Self {
        let interrupt = Self::default();
        let told = interrupt.clone();
        // Without a handler the default action ends the process: no partial mark, but no hang either.
        if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) {
            std::thread::spawn(move || {
                for _ in signals.forever() {
                    if told.seen() {
                        signal_hook::low_level::exit(INTERRUPTED);
                    }
                    told.stop();
                }
            });
        }
        interrupt
    }

    fn stop(&self) {
        self.seen.store(true, Ordering::SeqCst);
        if !self.piping.load(Ordering::SeqCst) {
            self.reading.store(true, Ordering::SeqCst);
        }
        if self.asked.load(Ordering::SeqCst) {
            self.asking.cancel();
        }
    }

    /// Says whether a pipe is being waited for.
    pub(super) fn set_piping(&self, piping: bool) {
        self.piping.store(piping, Ordering::SeqCst);
    }

    /// From here on a signal stops the question too.
    pub(super) fn begin_asking(&self) {
        self.asked.store(true, Ordering::SeqCst);
    }

    /// Whether the user asked to stop.
    pub(super) fn seen(&self) -> bool {
        self.seen.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_reading_does_not_stop_the_question_that_follows() {
        let interrupt = Interrupt::default();
        interrupt.stop();
        interrupt.begin_asking();
        assert!(interrupt.seen() && !interrupt.asking.is_cancelled());
    }

    #[test]
    fn a_signal_while_a_pipe_is_awaited_ends_the_pipe_only() {
        let interrupt = Interrupt::default();
        interrupt.set_piping(true);
        interrupt.stop();
        assert!(interrupt.seen() && !interrupt.reading.load(Ordering::SeqCst));
    }

    #[test]
    fn a_signal_while_asking_cancels_the_question() {
        let interrupt = Interrupt::default();
        interrupt.begin_asking();
        interrupt.stop();
        assert!(interrupt.asking.is_cancelled());
    }
}
