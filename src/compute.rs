//! Numbers computed from records, never generated: question to plan, plan over lines, arithmetic kept.

mod corpus;

pub use corpus::{Corpus, CorpusError, PatternInfo, Row, Scan, SlotStats, ValueHit, ValueMatch};
