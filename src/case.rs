//! Saved investigations: one file per case, written as it happens, readable without the logs.
//!
//! ```text
//! question, answer, pin, note -> Entry -> seal (mask, clip) -> Sealed -> Recorder (own thread) -> Journal -> one line
//! file -> load -> Case (turns, pins, notes, what could not be read) -> screen, replay, draft of a report
//! ```
//!
//! A case is a file of JSON lines, mode 0600, only ever appended to: a whole line in one write, then on the disk.
//! Whatever ends the process, everything before the last line is there. Only what is [sealed](seal()) can be written,
//! and sealing masks; so no unmasked text reaches the disk. The file says what was asked, seen and found; it does not
//! hold the logs.

mod appendix;
mod draft;
mod entry;
mod error;
mod journal;
mod lines;
mod load;
mod make;
mod markdown;
mod prose;
mod recorder;
mod seal;
mod store;
mod story;
mod suspects;
mod timeline;
mod title;
pub mod words;

pub use appendix::Line;
pub use draft::{Draft, Finding, Impact, Spent, draft};
pub use entry::{
    Answered, Asked, Broke, CaseId, Entry, Header, Noted, Opened, Pinned, SavedChange, SavedHit, SavedRow,
    Stopped, What,
};
pub use error::CaseError;
pub use journal::Journal;
pub use load::{Case, Problem, Turn, Unknown, load};
pub use make::AnswerParts;
pub use markdown::markdown;
pub use recorder::{News, Recorder, Status};
pub use seal::{Opening, Sealed, seal};
pub use store::{Listing, Store, Summary};
pub use story::{SavedAffected, SavedCandidate, SavedRuledOut, SavedSign, SavedStory};
pub use suspects::{Cleared, Sign, Story, Suspect};
pub use timeline::{Moment, Origin};

/// Name and version of the format, as it stands in the first line of a case.
pub const SCHEMA: &str = "watchfire.case/1";
/// Hits kept with an answer.
pub const MAX_HITS: usize = 40;
/// Rows kept of a comparison.
pub const MAX_ROWS: usize = 60;
/// Names of sources kept.
pub const MAX_SOURCES: usize = 200;
