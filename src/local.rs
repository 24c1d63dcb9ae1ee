//! Logs in files: opens them, indexes them once, and answers from flat columns and short reads.
//!
//! ```text
//! inputs -> discover (files, walks, rotated sets) -> spool (compressed, stdin) -> parts
//! parts  -> chunks -> workers (parse + mine + filter) -> segments -> Store
//! Store  -> View (window, level, service) -> pattern rows, histogram, scans, records
//! ```
//!
//! Nothing is mapped into memory: a file that shrinks while it is read costs a note, not the process. What is kept
//! per record is about 20 bytes; text is read again when it is shown. Synchronous; callers use a blocking pool.
//! The query language and scoring live in `query`, the arithmetic of answers in `compute`.

mod again;
mod assign;
mod browse;
mod cache;
mod changes;
mod chunk;
mod codec;
mod column;
mod corpus;
mod discover;
mod filter;
mod follow;
mod index;
mod lines;
mod note;
mod open;
mod order;
mod part;
mod ports;
mod readers;
mod record;
mod rotation;
mod scan;
mod search;
mod seek;
mod segment;
mod spool;
mod standing;
mod store;
mod stream;
mod summary;
mod text;
mod unpack;
mod view;

pub use changes::{CompareError, Compared, ComparedReport, compare, steady_newest};
pub use discover::Input;
pub use follow::{Begin, FollowOptions, Followable, Followed, Follower, MarkKind, satisfies};
pub use note::{Note, NoteKind};
pub use open::{OpenOptions, Progress, ProgressFn, StoreError};
pub use ports::LocalLogs;
pub use record::{ReadError, RecordNo};
pub use scan::Needle;
pub use search::{SearchHit, SearchOptions, SearchResult, Searcher, SortBy, Total};
pub use store::{SourceInfo, Store};
pub use stream::{Streamed, stream, stream_matching};
pub use summary::{Bucket, RecordRow};
pub use view::{Selection, View};
