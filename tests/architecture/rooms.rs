//! The plan as a table: every room, its floor, and what it may use on its own floor.

use crate::Violation;

/// A top-level module of the library.
pub(crate) struct Room {
    pub(crate) name: &'static str,
    pub(crate) floor: u8,
    /// Rooms of the same floor it may use.
    pub(crate) beside: &'static [&'static str],
    /// Whether it may use rooms of lower floors that are adapters (floor 2).
    pub(crate) adapters: bool,
}

const fn room(name: &'static str, floor: u8, beside: &'static [&'static str]) -> Room {
    Room { name, floor, beside, adapters: true }
}

/// Stories are told with ports only: they may not name an adapter.
const fn story(name: &'static str) -> Room {
    Room { name, floor: 3, beside: &[], adapters: false }
}

/// The floor of adapters; none of them uses another.
pub(crate) const ADAPTERS: u8 = 2;
/// Longest binary, in lines.
pub(crate) const BINARY_LINES: usize = 60;

pub(crate) const ROOMS: &[Room] = &[
    room("domain", 0, &[]),
    room("parse", 0, &["domain"]),
    room("pattern", 0, &["domain"]),
    room("query", 0, &["domain", "pattern"]),
    room("change", 0, &["domain", "pattern"]),
    room("compute", 0, &["domain", "pattern", "query"]),
    room("safety", 0, &["domain"]),
    room("evidence", 0, &["domain", "pattern", "compute", "change", "safety"]),
    room("config", 0, &["domain"]),
    room("failure", 1, &[]),
    room("port", 1, &["failure"]),
    room("layer", 1, &["port", "failure"]),
    room("local", ADAPTERS, &[]),
    room("analyst", ADAPTERS, &[]),
    room("demo", ADAPTERS, &[]),
    room("case", ADAPTERS, &[]),
    story("investigate"),
    room("app", 4, &[]),
    room("cli", 5, &[]),
    room("tui", 5, &[]),
];

/// What floor 0 may not name: files, network, environment, processes, clocks, the async runtime.
pub(crate) const IMPURE: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "net"],
    &["std", "env"],
    &["std", "process"],
    &["std", "time", "SystemTime"],
    &["std", "time", "Instant"],
    &["std", "time", "*"],
    &["tokio"],
    &["jiff", "Timestamp", "now"],
    &["jiff", "Zoned", "now"],
];

pub(crate) fn find(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.name == name)
}

/// The room a file belongs to: `src/local/reader.rs` and `src/local.rs` are `local`.
pub(crate) fn of_path(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let first = inside.split('/').next()?;
    Some(first.strip_suffix(".rs").unwrap_or(first))
}

/// Whether the file is a binary or the library root, which join rooms and belong to none.
pub(crate) fn is_root(path: &str) -> bool {
    is_binary(path) || path == "src/lib.rs"
}

pub(crate) fn is_binary(path: &str) -> bool {
    path == "src/main.rs" || path.starts_with("src/bin/")
}

/// File names say what is inside; a room that is not in the plan says where it stands first.
pub(crate) fn check_name(path: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut add = |what: String| found.push(Violation { path: path.to_owned(), line: 1, what });
    for part in path.split('/') {
        let stem = part.strip_suffix(".rs").unwrap_or(part);
        if ["mod", "utils", "util", "helpers", "helper", "common", "misc"].contains(&stem) {
            add(format!("`{stem}` says nothing: name the file after what it holds (`name.rs` + `name/`)"));
        }
    }
    if let Some(room) = of_path(path).filter(|room| !is_root(path) && find(room).is_none()) {
        add(format!("room `{room}` has no floor: add it to tests/architecture/rooms.rs"));
    }
    found
}
