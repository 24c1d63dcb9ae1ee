//! Holds the house to its plan: who may use whom, how long a file and a function may be, what files are called.
//!
//! The rules run on parsed code (`syn`), so a comment or a string never trips them. Every rule has a test that plants
//! a violation in source text and expects the same checker to name it. The rooms and their floors are in
//! [`rooms`]; a room that is not listed there is itself a violation, so a new room has to say where it stands.
//!
//! A file or function over its budget needs a written reason: a line `// size: <why>` before the first item of the
//! file, or directly above the function (between its docs and its signature).

#![expect(clippy::unwrap_used, reason = "a test that cannot read the sources has to stop")]

#[path = "architecture/budget.rs"]
mod budget;
#[path = "architecture/imports.rs"]
mod imports;
#[path = "architecture/planted.rs"]
mod planted;
#[path = "architecture/rooms.rs"]
mod rooms;

use std::fmt;
use std::path::{Path, PathBuf};

/// One source file: its path from the package root with `/`, and its text.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A broken rule and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Runs every rule over the given files.
pub(crate) fn check(sources: &[Source]) -> Vec<Violation> {
    let mut found = Vec::new();
    let parsed: Vec<(&Source, syn::File)> = sources
        .iter()
        .filter_map(|source| match syn::parse_file(&source.text) {
            Ok(file) => Some((source, file)),
            Err(error) => {
                found.push(Violation {
                    path: source.path.clone(),
                    line: error.span().start().line,
                    what: format!("does not parse: {error}"),
                });
                None
            }
        })
        .collect();
    let test_files = budget::test_only_files(&parsed);
    for (source, file) in &parsed {
        found.extend(rooms::check_name(&source.path));
        found.extend(budget::check_doc(source, file));
        if !test_files.contains(&source.path) {
            found.extend(imports::check(source, file));
            found.extend(budget::check_sizes(source, file));
        }
    }
    found.sort();
    found
}

fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn house() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    rust_files(&root.join("src"), &mut files);
    files
        .into_iter()
        .map(|file| Source {
            path: file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"),
            text: std::fs::read_to_string(&file).unwrap(),
        })
        .collect()
}

#[test]
fn the_house_keeps_its_rules() {
    let sources = house();
    assert!(sources.len() > 5, "the checker found only {} files: is it looking at src?", sources.len());
    let found: Vec<String> = check(&sources).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}
