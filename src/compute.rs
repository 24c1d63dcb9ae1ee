//! Numbers computed from records, never generated: question to plan, plan over lines, arithmetic kept.

mod corpus;
mod extract;
mod finding;
mod index;
mod intent;
mod locate;
mod memory;
mod plan;
mod profile;
mod question;
mod resolve;
mod run;
mod score;
mod target;
mod thesaurus;
mod timephrase;
mod trend;
mod value;
mod words;

pub use corpus::{Corpus, CorpusError, PatternInfo, Place, Row, Scan, SlotStats, ValueHit, ValueMatch};
pub use finding::{Addend, CiteRole, Cited, Finding, TableRow, Value};
pub use index::Index;
pub use intent::{ChangeKind, Intent, Order};
pub use memory::{MemoryCorpus, MemoryRow};
pub use plan::{Decline, DeclineReason, MIN_CONFIDENCE, Plan, Planned, plan, plan_with};
pub use run::run;
pub use value::{Decimal, Quantity, Unit, UnitKind};
