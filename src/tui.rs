//! The terminal face: what gives the terminal back, what reaches it, and what it is told by the system.
//!
//! - [`terminal`]: the guard, one inverse pair for every mode; [`signals`] and [`crash`] use the same pair.
//! - [`screen`]: frames made into bytes, swept by [`sweep`], written by the thread in [`writer`].
//! - [`clipboard`] and [`editor`]: the two ways text leaves the screen.

pub mod clipboard;
pub mod crash;
pub mod editor;
pub mod screen;
pub mod signals;
pub mod sweep;
pub mod terminal;
mod writer;
