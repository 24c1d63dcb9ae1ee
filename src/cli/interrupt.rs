//! Ctrl-C: the first asks the work to stop and keeps what there is, the second ends the process at once.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tokio_util::sync::CancellationToken;

/// Exit code of an interrupted run.
const INTERRUPTED: i32 = 130;

/// A token that the first SIGINT or SIGTERM cancels.
pub(super) fn cancel_on_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let cancelled = token.clone();
    // Without a handler the default action ends the process: no partial mark, but no hang either.
    if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) {
        std::thread::spawn(move || {
            for _ in signals.forever() {
                if cancelled.is_cancelled() {
                    signal_hook::low_level::exit(INTERRUPTED);
                }
                cancelled.cancel();
            }
        });
    }
    token
}
