//! Numbers computed from records, never generated: question to plan, plan over lines, arithmetic kept.

mod corpus;
mod locate;
mod memory;
mod value;

pub use corpus::{Corpus, CorpusError, PatternInfo, Place, Row, Scan, SlotStats, ValueHit, ValueMatch};
pub use memory::{MemoryCorpus, MemoryRow};
pub use value::{Decimal, Quantity, Unit, UnitKind};
