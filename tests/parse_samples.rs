//! Measures bodies against labelled samples kept outside the repository (`WATCHFIRE_SAMPLES`).

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "samples that cannot be read have to stop it")]

use std::path::Path;
use watchfire::domain::Timestamp;
use watchfire::parse::{Layout, ParseOptions};

/// The share of lines whose body is the labelled one, and up to three that are not.
fn share_of(folder: &Path, system: &str) -> (f64, Vec<String>) {
    let log = std::fs::read(folder.join(format!("{system}_2k.log"))).unwrap();
    let labels = folder.join(format!("{system}_2k.log_structured.csv"));
    let mut labels = csv::Reader::from_path(labels).unwrap();
    let column = labels.headers().unwrap().iter().position(|name| name == "Content").unwrap();
    let layout = Layout::learn(
        &log,
        &ParseOptions { zone: None, format: None, newest: Timestamp::from_millis(1_706_745_600_000) },
    );
    let mut parser = layout.parser();
    let mut wrong = Vec::new();
    let mut count = 0;
    let lines: Vec<&[u8]> = log.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
    for (line, label) in lines.iter().zip(labels.records()) {
        let label = label.unwrap();
        let body = String::from_utf8_lossy(&parser.parse(line).body).trim().to_owned();
        count += 1;
        if body != label[column].trim() {
            wrong.push(format!("{body:?} is labelled {:?}", &label[column]));
        }
    }
    let wrong_share = f64::from(u32::try_from(wrong.len()).unwrap()) / f64::from(count);
    wrong.truncate(3);
    (1.0 - wrong_share, wrong)
}

#[test]
fn bodies_of_the_samples_are_the_labelled_ones() {
    let Ok(samples) = std::env::var("WATCHFIRE_SAMPLES") else {
        println!("skipped: WATCHFIRE_SAMPLES is not set");
        return;
    };
    let root = Path::new(&samples).join("loghub2k");
    let mut folders: Vec<_> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    let mut shares = Vec::new();
    for folder in &folders {
        let system = folder.file_name().unwrap().to_string_lossy().into_owned();
        let (share, wrong) = share_of(folder, &system);
        println!("{system}: {share:.4} {wrong:#?}");
        shares.push(share);
    }
    let average = shares.iter().sum::<f64>() / f64::from(u32::try_from(shares.len()).unwrap());
    println!("average {average:.4}");
    assert!(average >= 0.98, "average {average:.4}");
}
