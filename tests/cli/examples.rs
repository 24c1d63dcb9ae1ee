//! Every example in every `--help` runs, in a directory that holds the demo incident and a saved case.

use crate::{Place, Ran};

const COMMANDS: [&str; 12] = [
    "demo",
    "ask",
    "search",
    "patterns",
    "diff",
    "tail",
    "report",
    "replay",
    "config",
    "doctor",
    "completions",
    "man",
];

fn examples(help: &str) -> Vec<&str> {
    let (_, after) = help.split_once("Examples:\n").expect("help ends with examples");
    after.lines().take_while(|line| !line.is_empty()).map(str::trim).collect()
}

#[test]
fn every_example_of_every_help_runs_and_finds_something() {
    let place = Place::with_demo();
    let case = include_bytes!("../case/incident.jsonl");
    std::fs::create_dir(place.path().join("cases")).unwrap();
    place.write("cases/7f3a.jsonl", case);
    place.write("case.jsonl", case);
    let bin = env!("CARGO_BIN_EXE_watchfire");
    let path = format!("{}:{}", bin.strip_suffix("/watchfire").unwrap(), std::env::var("PATH").unwrap());
    let overview = place.run(&["--help"]).out;
    let mut lines: Vec<String> = examples(&overview).into_iter().map(str::to_owned).collect();
    assert_eq!(lines.len(), 3);
    for command in COMMANDS {
        let help = place.run(&[command, "--help"]).out;
        let found = examples(&help);
        assert_eq!(found.len(), 3, "{command} shows {found:?}");
        lines.extend(found.into_iter().map(str::to_owned));
    }
    for line in lines {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &line]).current_dir(place.path()).env_clear();
        shell.env("PATH", &path).env("HOME", place.path());
        shell.env("WATCHFIRE_CONFIG_DIR", place.path()).env("WATCHFIRE_CACHE_DIR", "off");
        shell.env("WATCHFIRE_STATE_DIR", place.path());
        let ran = Ran::of(&shell.output().unwrap());
        assert_eq!(ran.code, 0, "`{line}`:\n{}\n{}", ran.out, ran.err);
        assert!(!ran.out.is_empty() || line.contains("--dir"), "`{line}` printed nothing");
    }
}
