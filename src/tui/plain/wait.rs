//! Waiting for a port: a long wait is spoken of once per stage, Ctrl-C ends it.

use super::voice::Voice;
use crate::app::stage_name;
use crate::failure::Failure;
use crate::investigate::BackendEvent;
use std::collections::BTreeSet;
use std::future::Future;
use std::io::{self, Write};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

/// Waits shorter than this are not spoken of.
const PATIENCE: Duration = Duration::from_secs(1);

/// A wait for one call.
pub(super) struct Wait<'w, W> {
    pub(super) interrupt: &'w Notify,
    pub(super) cancel: CancellationToken,
    pub(super) voice: &'w mut Voice<W>,
    pub(super) reader: mpsc::Receiver<BackendEvent>,
}

impl<W: Write> Wait<'_, W> {
    /// Runs `call`; after a second says what is done, then every further stage once.
    pub(super) async fn run<T>(
        mut self,
        name: &'static str,
        call: impl Future<Output = Result<T, Failure>>,
    ) -> io::Result<Result<T, Failure>> {
        let interrupted = self.interrupt.notified();
        let patience = tokio::time::sleep(PATIENCE);
        tokio::pin!(call, interrupted, patience);
        let (mut doing, mut said) = (name, BTreeSet::new());
        let (mut is_long, mut stopped) = (false, false);
        loop {
            tokio::select! {
                done = &mut call => return Ok(done),
                () = &mut interrupted, if !stopped => {
                    stopped = true;
                    self.cancel.cancel();
                }
                () = &mut patience, if !is_long => is_long = true,
                Some(event) = self.reader.recv() => match event {
                    BackendEvent::Stage(stage) => doing = stage_name(stage),
                    BackendEvent::Notice(text) => self.voice.say(&text)?,
                    _ => {}
                },
            }
            if is_long && said.insert(doing) {
                self.voice.say(doing)?;
            }
        }
    }
}
