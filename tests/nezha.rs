//! Holds `watchfire diff FILES --against FAULT_FREE` to its goals on labelled faults that are not in the repository: set
//! `WATCHFIRE_SAMPLES` to the folder that holds `nezha/incidents.json` to run it; `--nocapture` prints every fault.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its samples has to stop")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use watchfire::change::{Report, Section};
use watchfire::domain::Timestamp;
use watchfire::local::{Input, LocalLogs, OpenOptions, Store};
use watchfire::port::{ChangeRequest, Scope, Search as _};

/// A labelled fault: its kind, the service it was injected into, its files, the fault-free file of its day.
struct Fault {
    kind: String,
    service: String,
    files: Vec<PathBuf>,
    healthy: PathBuf,
}

/// The service of a pod: its name without the two generated parts.
fn service_of(pod: &str) -> &str {
    pod.rsplitn(3, '-').nth(2).unwrap_or(pod)
}

fn faults(folder: &Path) -> Vec<Fault> {
    let text = std::fs::read_to_string(folder.join("incidents.json")).unwrap();
    let list: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut healthy: Vec<PathBuf> =
        std::fs::read_dir(folder.join("fault_free")).unwrap().map(|entry| entry.unwrap().path()).collect();
    healthy.sort();
    let of_day = |day: &str| {
        let name = |path: &&PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(day);
        healthy.iter().find(name).unwrap().clone()
    };
    list.iter()
        .map(|fault| {
            let text = |key: &str| fault[key].as_str().unwrap();
            let names = fault["files"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
            Fault {
                kind: text("inject_type").to_owned(),
                service: service_of(text("inject_pod")).to_owned(),
                files: names.map(|name| folder.join("logs").join(name)).collect(),
                healthy: of_day(&text("inject_time")[..10]),
            }
        })
        .collect()
}

/// The library's side of `watchfire diff --json FILES --against FILE`.
async fn diff(fault: &Fault) -> Report {
    let now = Timestamp::from_jiff("2026-03-01T15:00:00Z".parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions::new(now, folder.path().to_path_buf());
    let files = fault.files.iter().chain([&fault.healthy]).cloned().map(Input::Path).collect();
    let store = Arc::new(Store::open(files, &options).unwrap());
    let logs = LocalLogs::new(store).with_baseline(std::slice::from_ref(&fault.healthy));
    let request = ChangeRequest { scope: Scope::default(), ..ChangeRequest::default() };
    logs.changes(request, CancellationToken::new()).await.unwrap().report
}

/// Place (from 1) of the service among all, and among the services of `slower` rows.
fn places(report: &Report, service: &str) -> (usize, usize) {
    let place = |mut names: Box<dyn Iterator<Item = &String> + '_>| {
        names.position(|name| name == service).map_or(usize::MAX, |at| at + 1)
    };
    let mut slower: Vec<&String> = Vec::new();
    for row in report.changes.iter().filter(|row| row.section == Section::Slower) {
        if !slower.contains(&&row.service) {
            slower.push(&row.service);
        }
    }
    (place(Box::new(report.services.iter())), place(Box::new(slower.into_iter())))
}

#[tokio::test]
async fn the_service_a_fault_was_injected_into_is_named() {
    let Some(samples) = std::env::var_os("WATCHFIRE_SAMPLES") else {
        println!("skipped: set WATCHFIRE_SAMPLES to the folder that holds nezha/incidents.json");
        return;
    };
    let (mut first, mut three, mut functional) = (0_u32, 0_u32, 0_u32);
    let (mut slow_three, mut slow) = (0_u32, 0_u32);
    for fault in faults(&Path::new(&samples).join("nezha")) {
        let report = diff(&fault).await;
        let (place, slow_place) = places(&report, &fault.service);
        let shown = |at: usize| if at == usize::MAX { "none".to_owned() } else { at.to_string() };
        let (all, slower) = (shown(place), shown(slow_place));
        let clear = if report.is_clear() { "clearly" } else { "as a hint" };
        println!("{} of {}: place {all}, in slower {slower}, {clear}", fault.kind, fault.service);
        if ["return", "exception"].contains(&fault.kind.as_str()) {
            functional += 1;
            first += u32::from(place == 1);
            three += u32::from(place <= 3);
        } else {
            slow += 1;
            slow_three += u32::from(slow_place <= 3);
        }
    }
    println!("return and exception: first {first} of {functional}, in three {three} of {functional}");
    println!("cpu and network: in the first three of slower {slow_three} of {slow}");
    assert!(functional > 0 && slow > 0, "no faults of both sorts in the samples");
    assert!(first * 100 >= 85 * functional, "first {first} of {functional}");
    assert!(three * 100 >= 95 * functional, "in three {three} of {functional}");
    assert!(slow_three * 100 >= 70 * slow, "slower: in three {slow_three} of {slow}");
}
