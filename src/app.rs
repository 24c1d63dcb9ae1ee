//! The pure core of the screen: what is shown and what a key does, with no terminal, no clock and no I/O.
//!
//! ```text
//! key -> Action \
//! typed text     -> Event -> update(&mut State, now, Event) -> Vec<Command>   (effects are data)
//! backend reply /                     only writer of State
//! ```
//!
//! [`update()`] is synchronous and total. A reply that belongs to no pending request is dropped. Views read `&State`
//! and work in proportion to the screen. All text from outside is made safe for display when it enters a [`State`].

mod answer;
mod case;
mod change_row;
mod changes;
mod checkup;
mod command;
mod detail;
mod event;
mod filter;
mod input;
mod inputs;
mod jump;
mod keep;
mod launch;
mod layout;
mod list;
mod live;
mod measure;
mod moving;
mod notice;
mod opened;
mod overlay;
mod palette;
mod refresh;
mod replies;
mod row;
mod seek;
mod state;
mod texts;
mod themes;
mod timeline;
mod times;
mod turn;
mod update;
mod view;
mod window;

pub use answer::{Citations, Phase, Turn};
pub use case::{Memo, SavedCase, SavedTurn};
pub use change_row::{Apart, ChangeRow};
pub use checkup::{Finding, Health};
pub use command::{Command, Saved};
pub use detail::{Around, Detail, Item};
pub use event::{Event, Live, Opened, Opening};
pub use filter::{Filter, FilterKind, Filters};
pub use input::{Input, InputKind};
pub use launch::Launch;
pub use layout::{Area, Layout, PaneSizes, SMALLEST};
pub use list::List;
pub use measure::{EVIDENCE_INDENT, EVIDENCE_LINES, Fit, INDENT, RAW_INDENT, height, section_name};
pub use notice::{Notice, Tone};
pub use overlay::{Choice, Overlay, OverlayKind, Pick};
pub use palette::{Entry, entries};
pub use row::{EvidenceLine, Mark, PatternRow, RawRow, RecordLine, Row, RowBody, RowId, SourceRow};
pub use state::{CaseState, Focus, Following, Found, Logs, Phase as LogPhase, Pin, Session, State};
pub use timeline::{Column, Timeline};
pub use times::Times;
pub use turn::stage_name;
pub use update::update;
pub use view::{Landing, Pager, RecordsOf, View, ViewKind};
