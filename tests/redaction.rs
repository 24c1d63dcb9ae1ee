//! The redactor against a labelled set of its own: lines of twenty shapes with generated secrets, and lines that only
//! look as if they held one. Nothing here is a real secret; all are made at test time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "redaction/chance.rs"]
mod chance;
#[path = "redaction/harmless.rs"]
mod harmless;
#[path = "redaction/secrets.rs"]
mod secrets;
#[path = "redaction/shapes.rs"]
mod shapes;

use chance::Chance;
use shapes::{Payload, SHAPES};
use std::collections::BTreeMap;
use watchfire::safety::{RedactOptions, Redactor};

/// Longest piece of the value still readable in the output, in bytes.
fn leaked(value: &str, output: &str) -> usize {
    let value = value.as_bytes();
    (1..=value.len())
        .rev()
        .find(|&n| value.windows(n).any(|piece| memchr::memmem::find(output.as_bytes(), piece).is_some()))
        .unwrap_or(0)
}

/// A value counts as masked when no eight bytes of it (nor half of a short one) can be read.
fn is_masked(value: &str, output: &str) -> bool {
    leaked(value, output) < (value.len() / 2).clamp(3, 8)
}

#[derive(Default)]
struct Tally {
    planted: usize,
    masked: usize,
    misses: Vec<String>,
}

impl Tally {
    fn recall(&self) -> f64 {
        self.masked as f64 / self.planted.max(1) as f64
    }
}

fn plant(payloads: impl Fn(&mut Chance) -> Vec<(&'static str, Payload)>, rounds: usize) -> (Tally, String) {
    let mut chance = Chance::new(7);
    let mut all = Tally::default();
    let mut by_kind: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for _ in 0..rounds {
        for shape in SHAPES {
            for (kind, payload) in payloads(&mut chance) {
                let line = (shape.write)(&mut chance, &payload);
                let output = Redactor::new(RedactOptions::default()).redact(&line).unwrap().into_owned();
                let ok = payload.secrets().iter().all(|secret| is_masked(secret, &output));
                let tally = by_kind.entry(kind).or_default();
                tally.0 += 1;
                all.planted += 1;
                if ok {
                    tally.1 += 1;
                    all.masked += 1;
                } else {
                    all.misses.push(format!("{kind} in {}: {line}\n    -> {output}", shape.name));
                }
            }
        }
    }
    let table =
        by_kind.iter().map(|(kind, (n, ok))| format!("{kind} {ok}/{n}")).collect::<Vec<_>>().join(", ");
    (all, table)
}

#[test]
fn structured_secrets_are_masked_in_every_shape_of_line() {
    let (tally, table) = plant(secrets::structured, 3);
    tally.misses.iter().for_each(|miss| println!("{miss}"));
    println!("structured: {} of {} ({:.4}): {table}", tally.masked, tally.planted, tally.recall());
    assert!(tally.planted >= 1_000);
    assert!(tally.recall() >= 0.995, "{}", tally.misses.join("\n"));
}

#[test]
fn values_named_as_secrets_are_masked_in_every_shape_of_line() {
    let (tally, table) = plant(secrets::named, 4);
    println!("named: {} of {} ({:.4}): {table}", tally.masked, tally.planted, tally.recall());
    assert!(tally.planted >= 1_000);
    assert!(tally.recall() >= 0.97, "{}", tally.misses.join("\n"));
}

#[test]
fn lines_that_only_look_like_secrets_are_left_alone() {
    let mut chance = Chance::new(11);
    let mut lines = 0;
    let mut touched = Vec::new();
    for _ in 0..2 {
        for shape in SHAPES {
            for payload in harmless::payloads(&mut chance) {
                let line = (shape.write)(&mut chance, &payload);
                let output = Redactor::new(RedactOptions::default()).redact(&line).unwrap().into_owned();
                lines += 1;
                if output != line {
                    touched.push(format!("{}: {line}\n    -> {output}", shape.name));
                }
            }
        }
    }
    println!("harmless: {} of {lines} lines touched", touched.len());
    assert!(lines >= 1_000);
    assert!(touched.len() * 1_000 <= lines * 5, "{}", touched.join("\n"));
}
