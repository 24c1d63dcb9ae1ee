//! Proof that the rules bite: each test plants a violation and expects the checker to name it.

use crate::{Source, check};
use rstest::rstest;

/// What the checker says about one file that starts with a proper doc line.
fn complaints(path: &str, code: &str) -> Vec<String> {
    let text = format!("//! Planted.\n{code}\n");
    check(&[Source { path: path.to_owned(), text }]).into_iter().map(|violation| violation.what).collect()
}

#[rstest]
#[case::plain_use("src/parse/json.rs", "use crate::local::Store;")]
#[case::inside_a_group("src/parse/json.rs", "use crate::{domain::Level, local::Store};")]
#[case::inline_path("src/parse/json.rs", "fn f() -> crate::local::Store { loop {} }")]
#[case::in_a_macro("src/parse/json.rs", "fn f() { write!(out, \"{}\", crate::local::name()); }")]
#[case::through_super("src/parse/json.rs", "use super::super::local::Store;")]
#[case::through_super_in_a_nested_module("src/parse.rs", "mod inner { use super::super::local::Store; }")]
#[case::re_exported("src/parse.rs", "pub use crate::local as hidden;")]
#[case::self_in_a_group("src/parse.rs", "use crate::local::{self, Store};")]
fn a_lower_floor_never_uses_a_higher_one(#[case] path: &str, #[case] code: &str) {
    let said = complaints(path, code);
    assert!(said.contains(&"`parse` uses `local`: floor 0 may not use floor 2".to_owned()), "{said:?}");
}

#[rstest]
#[case(
    "src/parse.rs",
    "use crate::pattern::Miner;",
    "`parse` uses `pattern`: no edge between them on floor 0"
)]
#[case(
    "src/query.rs",
    "use crate::compute::Plan;",
    "`query` uses `compute`: no edge between them on floor 0"
)]
#[case("src/domain.rs", "use crate::safety::X;", "`domain` uses `safety`: no edge between them on floor 0")]
#[case("src/local/a.rs", "use crate::analyst::X;", "`local` uses `analyst`: no edge between them on floor 2")]
#[case(
    "src/investigate.rs",
    "use crate::local::X;",
    "`investigate` uses `local`: stories use ports, never adapters"
)]
#[case("src/local.rs", "use crate::cli::X;", "`local` uses `cli`: floor 2 may not use floor 5")]
#[case("src/parse.rs", "use crate::store::X;", "`parse` uses `crate::store`, which is not a room")]
#[case("src/parse.rs", "use crate::*;", "imports every room at once: name the room")]
#[case("src/parse/a.rs", "use super::super::*;", "imports every room at once: name the room")]
#[case("src/parse.rs", "use crate as house;", "names the crate root: name the room instead")]
#[case("src/parse.rs", "extern crate self as house;", "`extern crate` gives a room a second name")]
#[case("src/parse.rs", "#[path = \"x.rs\"] mod inner;", "`#[path]` hides where a file stands")]
fn an_edge_that_is_not_in_the_plan_is_named(#[case] path: &str, #[case] code: &str, #[case] expected: &str) {
    assert_eq!(complaints(path, code), [expected]);
}

#[rstest]
#[case("src/compute.rs", "use crate::{domain::Level, pattern::Template, query::Query};")]
#[case("src/evidence/rows.rs", "use super::Evidence; fn f() -> crate::safety::Safe { loop {} }")]
#[case("src/local/reader.rs", "use super::super::parse::Layout; pub(crate) fn f() {} use std::fs::File;")]
#[case("src/parse.rs", "#[cfg(test)] mod tests { use crate::local::Store; }")]
#[case("src/main.rs", "fn main() { watchfire::cli::run(watchfire::local::open()) }")]
#[case("src/lib.rs", "pub mod domain;")]
#[case("src/parse.rs", "// use crate::local::Store;\nconst TEXT: &str = \"crate::local::Store\";")]
fn what_the_plan_allows_passes(#[case] path: &str, #[case] code: &str) {
    assert_eq!(complaints(path, code), [""; 0]);
}

#[rstest]
#[case("use std::fs::File;", "std::fs::File")]
#[case("use std::{collections::BTreeMap, net::TcpStream};", "std::net::TcpStream")]
#[case("fn f() { std::env::var(\"HOME\"); }", "std::env::var")]
#[case("use std::time::{Duration, Instant};", "std::time::Instant")]
#[case("use std::time::*;", "std::time::*")]
#[case("fn f() { let _ = SystemTime::now(); }", "SystemTime::now")]
#[case("fn f() { let _ = jiff::Timestamp::now(); }", "jiff::Timestamp::now")]
#[case("use tokio::sync::mpsc;", "tokio::sync::mpsc")]
fn floor_zero_touches_no_world(#[case] code: &str, #[case] named: &str) {
    assert_eq!(complaints("src/config/file.rs", code), [format!("floor 0 is pure: no `{named}`")]);
    assert_eq!(complaints("src/local/file.rs", code), [""; 0], "adapters may");
}

#[rstest]
#[case("src/parse/mod.rs", "mod")]
#[case("src/parse/utils.rs", "utils")]
#[case("src/helpers/text.rs", "helpers")]
#[case("src/common.rs", "common")]
fn names_that_say_nothing_are_refused(#[case] path: &str, #[case] stem: &str) {
    let said = complaints(path, "");
    assert!(said.iter().any(|what| what.starts_with(&format!("`{stem}` says nothing"))), "{said:?}");
}

#[test]
fn a_room_without_a_floor_is_refused() {
    let expected = "room `telemetry` has no floor: add it to tests/architecture/rooms.rs";
    assert_eq!(complaints("src/telemetry/export.rs", ""), [expected]);
}

#[test]
fn a_file_without_a_doc_is_refused() {
    let source = Source { path: "src/parse.rs".to_owned(), text: "use std::fmt;\n".to_owned() };
    let said: Vec<String> = check(&[source]).into_iter().map(|v| v.what).collect();
    assert_eq!(said, ["starts without `//!`: say what the file is for"]);
}

fn function_of(lines: usize, above: &str) -> String {
    format!("{above}\nfn long() {{\n{}}}", "    step();\n".repeat(lines - 2))
}

#[rstest]
#[case(40, "", None)]
#[case(41, "", Some("function `long`: 41 lines are over 40 with no `// size: why`"))]
#[case(41, "// size:", Some("function `long`: 41 lines are over 40 with no `// size: why`"))]
#[case(80, "// size: one flat match table", None)]
#[case(80, "// size: one flat match table\n#[inline]", None)]
#[case(
    81,
    "// size: one flat match table",
    Some("function `long`: 81 lines are over 80, whatever the reason")
)]
#[case(41, "// size: too far away\n\n", Some("function `long`: 41 lines are over 40 with no `// size: why`"))]
fn a_long_function_needs_its_reason(#[case] lines: usize, #[case] above: &str, #[case] said: Option<&str>) {
    assert_eq!(complaints("src/parse.rs", &function_of(lines, above)), Vec::from_iter(said));
    let in_an_impl = format!("struct S;\nimpl S {{\n{}\n}}", function_of(lines, above));
    assert_eq!(complaints("src/parse.rs", &in_an_impl), Vec::from_iter(said));
}

#[rstest]
#[case(400, "", None)]
#[case(401, "", Some("file: 401 lines are over 400 with no `// size: why`"))]
#[case(600, "// size: one table that reads as one", None)]
#[case(
    601,
    "// size: one table that reads as one",
    Some("file: 601 lines are over 600, whatever the reason")
)]
fn a_long_file_needs_its_reason(#[case] lines: usize, #[case] above: &str, #[case] said: Option<&str>) {
    // One line of doc, one of reason, the rest constants; tests do not count.
    let body = "const X: u8 = 0;\n".repeat(lines - 2);
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}", "const X: u8 = 0;\n".repeat(500));
    let code = format!("{above}\n{body}{tests}");
    let text = format!("//! Planted.\n{code}");
    let found = check(&[Source { path: "src/parse.rs".to_owned(), text }]);
    assert_eq!(found.into_iter().map(|v| v.what).collect::<Vec<_>>(), Vec::from_iter(said));
}

#[test]
fn a_test_only_file_has_no_budget() {
    let parent = Source {
        path: "src/parse.rs".to_owned(),
        text: "//! Parent.\n#[cfg(test)]\nmod cases;\n".to_owned(),
    };
    let child = Source {
        path: "src/parse/cases.rs".to_owned(),
        text: format!("//! Cases.\n{}", "const X: u8 = 0;\n".repeat(700)),
    };
    assert_eq!(check(&[parent, child]), []);
}

#[test]
fn a_binary_joins_and_does_not_think() {
    let said = complaints("src/main.rs", &"const X: u8 = 0;\n".repeat(70));
    assert_eq!(said, ["a binary joins rooms: 72 lines are over 60"]);
}
