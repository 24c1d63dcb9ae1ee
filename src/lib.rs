//! Watchfire: ask your logs what broke, from any terminal.
//!
//! The rooms and who may use whom are described in `docs/architecture.md` and held by `tests/architecture.rs`.

pub mod analyst;
pub mod app;
pub mod case;
pub mod change;
pub mod cli;
pub mod compute;
pub mod config;
pub mod demo;
pub mod domain;
pub mod evidence;
pub mod failure;
pub mod investigate;
pub mod layer;
pub mod local;
pub mod parse;
pub mod pattern;
pub mod port;
pub mod query;
pub mod safety;
#[cfg(feature = "tui")]
pub mod tui;
