//! The bundled incident is what its generator makes, and holds what its truth file says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../examples/make_demo/incident.rs"]
mod incident;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use watchfire::demo::Incident;

/// All lines of the unpacked incident by log name, the rotated part of payment.log first.
fn logs() -> BTreeMap<String, String> {
    let unpacked = Incident::unpack().unwrap();
    let mut logs: BTreeMap<String, String> = BTreeMap::new();
    for path in unpacked.paths() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&path).unwrap();
        if name == "payment.log.1.gz" {
            let mut text = String::new();
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
            logs.insert("payment.log".to_owned(), text);
        } else {
            logs.entry(name).or_default().push_str(&String::from_utf8(bytes).unwrap());
        }
    }
    logs
}

fn truth() -> toml::Table {
    include_str!("../assets/demo/truth.toml").parse().unwrap()
}

fn text<'t>(table: &'t toml::Value, key: &str) -> &'t str {
    table[key].as_str().unwrap()
}

#[test]
fn the_committed_assets_are_what_the_generator_makes() {
    let built = incident::build();
    let unpacked = Incident::unpack().unwrap();
    let mut names = Vec::new();
    for (name, bytes) in &built.files {
        let committed = fs::read(unpacked.folder().join(name)).unwrap();
        assert!(plain(name, committed) == plain(name, bytes.clone()), "{name} differs: run the generator");
        names.push(unpacked.folder().join(name));
    }
    names.sort();
    let mut paths = unpacked.paths();
    paths.sort();
    assert_eq!(paths, names);
    assert_eq!(built.truth, include_str!("../assets/demo/truth.toml"));
}

/// Compared unpacked, so that another version of the compressor changes nothing.
fn plain(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    if !name.ends_with(".gz") {
        return bytes;
    }
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut out).unwrap();
    out
}

#[test]
fn the_incident_is_small_to_carry_and_fifty_thousand_records_long() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo");
    let carried: u64 = fs::read_dir(folder).unwrap().map(|e| e.unwrap().metadata().unwrap().len()).sum();
    assert!(carried <= 1_000_000, "{carried} bytes");
    let records = truth()["records"].as_integer().unwrap();
    assert!((49_000..=52_000).contains(&records), "{records} records");
}

#[test]
fn every_statement_of_the_truth_file_is_in_the_logs() {
    let (logs, truth) = (logs(), truth());
    let has = |log: &str, words: &str| logs[log].lines().any(|line| line.contains(words));
    let anywhere = |words: &str| logs.values().any(|log| log.contains(words));

    for section in ["first_sign", "failure"] {
        let section = &truth[section];
        let clock = &text(section, "at")[11..23];
        let wanted = text(section, "text");
        let log = &logs[text(section, "log")];
        let first = log.lines().find(|line| line.contains(wanted)).unwrap();
        assert!(first.contains(clock), "{wanted} is first at {clock}: {first}");
    }
    let failure = &truth["failure"];
    let failures: Vec<&str> =
        logs["payment.log"].lines().filter(|line| line.contains(text(failure, "text"))).collect();
    assert_eq!(failures.len(), 2_396);
    assert_eq!(failure["count"].as_integer(), Some(2_396));
    let on = |pod: &str| failures.iter().filter(|line| line.contains(pod)).count() as i64;
    assert_eq!(failure["top_pod_count"].as_integer(), Some(on(text(failure, "top_pod"))));
    assert_eq!(failure["other_pod_count"].as_integer(), Some(on(text(failure, "other_pod"))));

    let cause = &truth["cause"];
    assert!(has(text(cause, "log"), text(cause, "deciding_text")));
    assert!(has("hosts.log", text(cause, "deploy_text")));
    let radius = &truth["blast_radius"];
    assert_eq!(
        radius["checkouts_failed"].as_integer(),
        Some(logs["checkout.log"].matches(text(radius, "checkout_text")).count() as i64)
    );
    assert!(has("inventory.log", text(radius, "inventory_text")));
    assert!(has("gateway.log", "\"POST /api/checkout HTTP/1.1\" 502 "));
    for step in truth["order"].as_array().unwrap().iter().chain(truth["not_the_cause"].as_array().unwrap()) {
        assert!(anywhere(text(step, "text")), "{step}");
    }
    assert!(has(text(&truth["clock"], "log"), "14:48:2") && anywhere(text(&truth["clock"], "text")));
    assert!(has("cart.log", text(&truth["hostile"], "injection_text")));
    for trace in truth["hostile"]["traces"].as_array().unwrap() {
        let trace = trace.as_str().unwrap();
        let line = logs["gateway.log"].lines().find(|line| line.contains(trace)).unwrap();
        assert_ne!(watchfire::safety::display_safe(line.as_bytes()), line, "{trace} carries hostile bytes");
    }
    for before in truth["secrets"]["before"].as_array().unwrap() {
        assert!(anywhere(before.as_str().unwrap()), "{before}");
    }
}

#[test]
fn the_order_of_events_is_the_order_of_times() {
    let truth = truth();
    let times: Vec<&str> = truth["order"].as_array().unwrap().iter().map(|step| text(step, "at")).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(times.first().copied(), Some(text(&truth["cause"], "at")));
}

#[test]
fn worker_three_is_silent_from_before_the_deploy() {
    let logs = logs();
    let last = logs["worker-3.log"].lines().last().unwrap();
    assert!(last.starts_with("I0301 14:26:41.207") && last.contains("terminating"), "{last}");
    assert!(logs["worker-4.log"].lines().last().unwrap().contains(" 14:46:5"));
}

#[test]
fn the_unpacked_folder_is_private_and_goes_away() {
    let unpacked = Incident::unpack().unwrap();
    let folder = unpacked.folder().to_owned();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    }
    unpacked.remove().unwrap();
    assert!(!folder.exists());
}
