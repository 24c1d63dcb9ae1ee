//! `--json`: real output against the schemas in `docs/json`.

use crate::Place;
use rstest::rstest;
use serde_json::Value;

fn schema(name: &str) -> jsonschema::Validator {
    let path = format!("{}/docs/json/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// One document on one line, valid by its schema.
pub(crate) fn valid(name: &str, out: &str) -> Value {
    assert_eq!(out.matches('\n').count(), 1, "one line for a program: {out}");
    let document: Value = serde_json::from_str(out).unwrap();
    let wrong: Vec<String> =
        schema(name).iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    assert_eq!(document["schema"], format!("watchfire.{name}/1"));
    document
}

#[rstest]
#[case("search", &["search", "pool exhausted", "logs"])]
#[case("search", &["search", "pool exhausted", "logs", "-C", "2", "--limit", "3", "--since", "10m"])]
#[case("search", &["search", "pool exhausted", "logs", "--count"])]
#[case("patterns", &["patterns", "logs"])]
#[case("patterns", &["patterns", "logs", "--level", "error", "--limit", "2"])]
#[case("diff", &["diff", "logs"])]
#[case("diff", &["diff", "logs", "--window", "15m", "--baseline", "20m"])]
#[case("ask", &["ask", "what broke?", "logs"])]
#[case("ask", &["ask", "how many orders were placed?", "logs", "--limit", "4"])]
#[case("ask", &["demo"])]
#[case("config", &["config", "show"])]
#[case("keys", &["config", "keys"])]
#[case("doctor", &["doctor"])]
fn documents_follow_their_schema(#[case] name: &str, #[case] arguments: &[&str]) {
    let place = Place::with_demo();
    let ran = place.run(&[arguments, &["--json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    valid(name, &ran.out);
}

#[test]
fn a_stream_is_json_lines() {
    let place = Place::with_demo();
    let ran =
        place.run(&["search", "pool exhausted", "logs/payment.log", "--stream", "--limit", "5", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let hits: Vec<Value> = ran.out.lines().map(|line| valid("hit", &format!("{line}\n"))).collect();
    let times: Vec<&str> = hits.iter().filter_map(|hit| hit["ts"].as_str()).collect();
    assert!(hits.len() == 5 && times.is_sorted(), "{times:?}");
}

#[test]
fn nothing_found_is_a_document_too() {
    let place = Place::with_demo();
    let ran = place.run(&["search", "zzyzx", "logs", "--json"]);
    assert_eq!(ran.code, 1);
    let document = valid("search", &ran.out);
    assert_eq!((&document["total"], &document["hits"]), (&Value::from(0), &Value::Array(Vec::new())));
}

#[test]
fn what_could_not_be_read_stands_in_the_document() {
    let place = Place::with_demo();
    let ran = place.run(&["search", "pool", "logs", "missing.log", "--json"]);
    assert_eq!(ran.code, 0);
    let document = valid("search", &ran.out);
    assert!(document["degraded"][0].as_str().unwrap().contains("missing.log"), "{document}");
}

#[test]
fn a_schema_refuses_a_document_without_its_fields() {
    let wrong = serde_json::json!({"schema": "watchfire.search/1", "query": "x"});
    assert!(!schema("search").is_valid(&wrong));
}
