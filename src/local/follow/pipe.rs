//! A followed stream: bytes as they come, without ever waiting for them.

use super::cutter::{Cut, Cutter};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// Bytes per read.
const STEP: usize = 64 * 1024;

/// A stream.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) name: String,
    pub(super) service: String,
    file: OwnedFd,
    pub(super) cutter: Cutter,
    pub(super) active: Instant,
    /// Whether everything that came was read.
    pub(super) drained: bool,
    pub(super) ended: bool,
    pub(super) group: usize,
}

impl Pipe {
    pub(super) fn new(name: String, service: String, file: OwnedFd, cutter: Cutter, group: usize) -> Self {
        let active = Instant::now();
        Self { name, service, file, cutter, active, drained: true, ended: false, group }
    }

    /// Reads what is there, at most so many bytes; whether the stream ended just now.
    pub(super) fn read(&mut self, most: u64, now: Instant, out: &mut Vec<Cut>) -> bool {
        let mut left = most;
        let mut buffer = vec![0; STEP];
        self.drained = false;
        while left > 0 && !self.ended {
            if !is_ready(self.file.as_fd(), Duration::ZERO) {
                self.drained = true;
                return false;
            }
            match rustix::io::read(&self.file, &mut buffer[..]) {
                Ok(0) => self.ended = true,
                Ok(count) => {
                    left = left.saturating_sub(count as u64);
                    self.active = now;
                    self.cutter.feed(buffer.get(..count).unwrap_or_default(), out);
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => {
                    self.drained = true;
                    return false;
                }
                // A terminal that went away reads like an end.
                Err(_) => self.ended = true,
            }
        }
        if self.ended {
            self.drained = true;
            self.cutter.end(out);
        }
        self.ended
    }

    /// Waits until there is something to read.
    pub(super) fn wait(&self, patience: Duration) {
        is_ready(self.file.as_fd(), patience);
    }
}

fn is_ready(file: BorrowedFd<'_>, patience: Duration) -> bool {
    let patience = Timespec {
        tv_sec: i64::try_from(patience.as_secs()).unwrap_or(0),
        tv_nsec: i64::from(patience.subsec_nanos()),
    };
    poll(&mut [PollFd::new(&file, PollFlags::IN)], Some(&patience)).is_ok_and(|ready| ready > 0)
}
