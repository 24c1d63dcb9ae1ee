//! The thread that writes frames, one at a time, so that a terminal that takes no bytes never stops a key.
//!
//! ```text
//! screen --one frame--> slot --chunks, never blocking--> terminal
//!        <--receipt: bytes, time, the buffer back--
//! ```
//!
//! The slot is taken from sending until the last byte is out; there is no second frame behind it, so what is drawn next
//! shows the newest state. A frame whose terminal was given back in the middle is dropped there.

use super::terminal::{Alarm, Chunk, TerminalHandle};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Most bytes per write: the stage is held for one, and leaving waits for it.
const CHUNK: usize = 8 * 1024;
/// How often a blocked frame looks whether the terminal was given back.
const LOOK: Duration = Duration::from_millis(100);

/// What became of a frame.
pub(crate) struct Receipt {
    /// Bytes the terminal took.
    pub(crate) bytes: usize,
    /// From handing it over to the last byte.
    pub(crate) took: Duration,
    /// Whether all of it was written: false when the terminal was given back in between.
    pub(crate) whole: bool,
    /// The buffer, to be used again.
    pub(crate) buffer: Vec<u8>,
}

struct Parcel {
    bytes: Vec<u8>,
    entry: u64,
    since: Instant,
}

#[derive(Default)]
struct Slot {
    taken: AtomicBool,
    gone: AtomicBool,
    freed: Notify,
}

/// The sending end; the thread ends when it is dropped.
pub(crate) struct Writer {
    frames: SyncSender<Parcel>,
    receipts: Receiver<Receipt>,
    slot: Arc<Slot>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(terminal: TerminalHandle) -> std::io::Result<Self> {
        let (frames, parcels) = sync_channel::<Parcel>(1);
        let (sent, receipts) = channel();
        let slot = Arc::new(Slot::default());
        let theirs = Arc::clone(&slot);
        std::thread::Builder::new().name("writer".to_owned()).spawn(move || {
            for parcel in parcels {
                match deliver(&terminal, parcel) {
                    Ok(receipt) => {
                        let _ = sent.send(receipt);
                    }
                    Err(_) => {
                        theirs.gone.store(true, Ordering::Release);
                        terminal.wire.ring(Alarm::Gone);
                    }
                }
                theirs.taken.store(false, Ordering::Release);
                theirs.freed.notify_one();
            }
        })?;
        Ok(Self { frames, receipts, slot })
    }

    pub(crate) fn is_taken(&self) -> bool {
        self.slot.taken.load(Ordering::Acquire)
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.slot.gone.load(Ordering::Acquire)
    }

    /// Hands a frame over; only when the slot is free.
    pub(crate) fn send(&self, bytes: Vec<u8>, entry: u64) {
        self.slot.taken.store(true, Ordering::Release);
        if self.frames.try_send(Parcel { bytes, entry, since: Instant::now() }).is_err() {
            // The thread is gone, and with it the way to the terminal.
            self.slot.gone.store(true, Ordering::Release);
            self.slot.taken.store(false, Ordering::Release);
        }
    }

    pub(crate) fn receipt(&self) -> Option<Receipt> {
        self.receipts.try_recv().ok()
    }

    /// Resolves when the slot is free or the terminal gone.
    pub(crate) async fn freed(&self) {
        while self.is_taken() && !self.is_gone() {
            self.slot.freed.notified().await;
        }
    }
}

fn deliver(terminal: &TerminalHandle, parcel: Parcel) -> std::io::Result<Receipt> {
    let mut done = 0;
    let mut whole = true;
    while done < parcel.bytes.len() {
        let end = parcel.bytes.len().min(done + CHUNK);
        match terminal.wire.chunk(&parcel.bytes[done..end], parcel.entry)? {
            Chunk::Taken(taken) => done += taken,
            Chunk::Full => terminal.wire.wait_for_room(LOOK),
            Chunk::Stale => {
                whole = false;
                break;
            }
        }
    }
    let mut buffer = parcel.bytes;
    buffer.clear();
    Ok(Receipt { bytes: done, took: parcel.since.elapsed(), whole, buffer })
}
