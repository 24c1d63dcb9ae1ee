//! The values every room speaks in: time, level, records, patterns, hits, questions and answers.
//!
//! Floor 0: no I/O, no clock, no engine. One word per idea, those of the product's vocabulary.

mod answer;
mod level;
pub mod moment;
mod pattern;
mod record;
mod time;
mod window;

pub use answer::{Answer, Citation, Question, Usage};
pub use level::Level;
pub use pattern::{Pattern, PatternId};
pub use record::{Field, Hit, Record, RecordId, Score};
pub use time::{Timestamp, Zone};
pub use window::{TimeError, TimeWindow, clock_pattern, parse_duration, parse_time};
