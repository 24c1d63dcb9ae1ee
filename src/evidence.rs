//! What an answer may rest on: numbered rows under a token cap, and the check that it does.
//!
//! ```text
//! facts, changes, patterns, records, silences -> Builder (redact, flag, cap) -> Evidence [1]..[n]
//! model text with [n "quote"] ------------------------------------------------> check -> Answer
//! ```
//!
//! Rows are stored exactly as they are sent: a citation is checked against those bytes and no others.

mod brief;
mod build;
mod citation;
mod outgoing;
mod row;

pub use brief::{Brief, Comparison, Searched};
pub use build::{Builder, Draft, estimate_log_tokens, estimate_prose_tokens};
pub use citation::{CitationTail, check, citation_places};
pub use outgoing::outgoing;
pub use row::{About, Evidence, EvidenceRow, RowKind};
