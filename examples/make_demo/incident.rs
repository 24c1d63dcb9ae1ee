//! The bundled incident: what happened in a shop between 14:02 and 14:47 on 2026-03-01.
//!
//! ```text
//! 14:26:41 worker-3 falls silent (a planned scale-down: not the cause)
//! 14:27:03 payment 2.14.0 is deployed; its configuration lowers pool.max from 50 to 5
//! 14:27:29 first waits for a connection
//! 14:27:41 pool exhausted on pod payment-7d9f6c5b8-x2k8p
//! 14:27:47 checkout: upstream payment: deadline exceeded; gateway: 502 for POST /api/checkout
//! 14:46:10 the rollout goes on to the second pod; it fails too
//! ```
//!
//! Everything is invented: the shop, its people, its secrets. Addresses are from the documentation ranges.

#[path = "background.rs"]
mod background;
#[path = "chance.rs"]
mod chance;
#[path = "distractions.rs"]
mod distractions;
#[path = "journal.rs"]
mod journal;
#[path = "purchase.rs"]
mod purchase;
#[path = "rollout.rs"]
mod rollout;
#[path = "truth.rs"]
mod truth;
#[path = "visitors.rs"]
mod visitors;

use flate2::{Compression, write::GzEncoder};
use journal::{Journal, Moment, joined};
use std::io::Write as _;

/// Chosen so that the pool runs dry 2,396 times, 97 % of them on one pod.
const SEED: u64 = 8034;

/// The incident as files and the truth about it.
#[derive(Debug)]
pub(crate) struct Incident {
    /// File name and bytes, in name order.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// `truth.toml`.
    pub(crate) truth: String,
}

/// The length of the story in minutes.
pub(crate) const MINUTES: usize = 45;

/// Builds the whole incident; always the same bytes.
pub(crate) fn build() -> Incident {
    let mut journal = Journal::default();
    visitors::browse(&mut journal, SEED);
    let purchases = purchase::shop(&mut journal, SEED);
    rollout::deploy(&mut journal, SEED);
    background::run(&mut journal, SEED, &purchases.placed);
    distractions::plant(&mut journal, SEED);

    let mut counts = Vec::new();
    let mut files = Vec::new();
    for (name, records) in journal.into_files() {
        counts.push((name, records.len()));
        if name == "payment.log" {
            let cut = records.partition_point(|(at, _)| *at < Moment::at(14, 20, 0, 0));
            files.push((name.to_owned(), joined(&records[cut..])));
            files.push(("payment.log.1.gz".to_owned(), gzip(&joined(&records[..cut]))));
        } else {
            files.push((name.to_owned(), joined(&records)));
        }
    }
    Incident { truth: truth::write(&counts, &purchases), files }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to a vector cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
