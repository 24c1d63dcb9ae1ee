//! The terminal face: what gives the terminal back, what reaches it, and the screen itself.
//!
//! - [`terminal`]: the guard, one inverse pair for every mode; [`signals`] and [`crash`] use the same pair.
//! - [`screen`]: frames made into bytes, swept by [`sweep`], written by the thread in `writer`.
//! - [`clipboard`] and [`editor`]: the two ways text leaves the screen.
//! - `plain`: the session in lines, where nothing can be drawn.
//! - [`doctor`]: what the terminal is, and what frames cost on the wire, measured off-screen.
//! - `run`: the loop; `view`: the panes, drawn from [`crate::app::State`]; `theme`: colours and glyphs.

mod cases;
pub mod clipboard;
pub mod crash;
mod depth;
pub mod doctor;
pub mod editor;
mod effects;
mod input;
mod kept;
mod live;
mod markdown;
mod measure;
mod opening;
mod pen;
pub mod picture;
mod plain;
mod ports;
mod rehearsal;
mod run;
pub mod screen;
pub mod signals;
pub mod sweep;
pub mod terminal;
mod theme;
mod ui;
mod view;
mod writer;

pub use plain::{PlainOptions, plain_session, run as run_plain};
pub use rehearsal::Rehearsal;
pub use run::run;
pub use theme::{THEMES, Theme};
