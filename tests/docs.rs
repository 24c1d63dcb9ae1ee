//! The pages do not rot: links between them lead to files, and the commands they name exist.

#![expect(clippy::unwrap_used, reason = "a page that cannot be read has to stop the test")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The README, the change log and every page of `docs`, with their texts.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![root.join("README.md"), root.join("CHANGELOG.md"), root.join("fuzz/README.md")];
    for entry in std::fs::read_dir(root.join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "md") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// Targets of `[text](target)` that are files: no address, no place on the same page.
fn file_links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.map(|target| target.split('#').next().unwrap_or_default());
    files
        .filter(|file| !file.is_empty() && !file.contains(':') && !file.contains(char::is_whitespace))
        .collect()
}

/// The words behind `watchfire` where code is written: `watchfire search`, `| watchfire ask`.
fn named_commands(text: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for (at, name) in text.match_indices("watchfire ") {
        let starts = text[..at].chars().next_back().is_none_or(|before| "`/ \n".contains(before));
        let rest = &text[at + name.len()..];
        let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
        if starts && end > 0 {
            named.push(&rest[..end]);
        }
    }
    named
}

/// The subcommands that `watchfire --help` lists.
fn known_commands() -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_watchfire")).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    names.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn links_between_pages_lead_to_files() {
    let pages = pages();
    let mut links = 0;
    let mut broken = Vec::new();
    for (path, text) in &pages {
        for target in file_links(text) {
            links += 1;
            if !path.parent().unwrap().join(target).exists() {
                broken.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert!(links > 10, "only {links} links were found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn commands_named_in_pages_exist() {
    let known = known_commands();
    assert!(known.iter().any(|name| name == "search"), "the help lists {known:?}");
    let pages = pages();
    let mut named = 0;
    let mut unknown = Vec::new();
    for (path, text) in &pages {
        for command in named_commands(text) {
            named += 1;
            if !known.iter().any(|name| name == command) {
                unknown.push(format!("{}: watchfire {command}", path.display()));
            }
        }
    }
    assert!(named > 10, "only {named} commands were found");
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}
