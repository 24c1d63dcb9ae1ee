//! What is said about inputs that are empty, packed too well, or not wholly understood.

use crate::Place;
use std::io::Write;

fn degraded(place: &Place, arguments: &[&str]) -> Vec<String> {
    let ran = place.run(&[arguments, &["--json"]].concat());
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    document["degraded"].as_array().unwrap().iter().map(|s| s.as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_empty_file_is_said() {
    let place = Place::empty();
    place.write("a.log", "2024-01-15T10:00:00Z INFO gate open\n");
    place.write("b.log", "");
    let ran = place.run(&["search", "gate", "a.log", "b.log"]);
    assert!(ran.err.contains("warning: b.log: is empty"), "{}", ran.err);
    for arguments in [["search", "gate", "b.log"], ["ask", "what broke?", "b.log"]] {
        assert_eq!(degraded(&place, &arguments), ["b.log: is empty"], "{arguments:?}");
    }
}

#[test]
fn many_empty_files_are_one_sentence() {
    let place = Place::empty();
    std::fs::create_dir(place.path().join("logs")).unwrap();
    place.write("logs/a.log", "2024-01-15T10:00:00Z INFO gate open\n");
    for i in 0..9 {
        place.write(&format!("logs/b{i}.log"), "");
    }
    let said = degraded(&place, &["search", "gate", "logs"]);
    assert_eq!(said, ["9 files are empty: logs/b0.log, logs/b1.log, logs/b2.log .."]);
}

#[test]
fn a_bomb_is_called_one_whatever_it_holds() {
    let place = Place::empty();
    for (name, byte) in [("zeros.gz", 0u8), ("letters.gz", b'a')] {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![byte; 40 << 20]).unwrap();
        place.write(name, packer.finish().unwrap());
        let ran = place.run(&["search", "x", name]);
        assert!(ran.err.contains("like a decompression bomb"), "{}", ran.err);
        assert!(!ran.err.contains("is not text"), "{}", ran.err);
    }
}

#[test]
fn the_program_goes_by_its_own_name() {
    let place = Place::empty();
    let other = place.path().join("wf-linux");
    std::fs::copy(env!("CARGO_BIN_EXE_watchfire"), &other).unwrap();
    let output = std::process::Command::new(other).args(["search"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("Usage: watchfire search"), "{said}");
}

/// Lines with a header, a trace, and two lines that nothing explains.
fn odd() -> Place {
    let place = Place::empty();
    let mut text = String::new();
    for second in 0..30 {
        text.push_str(&format!("2024-01-15T10:00:{second:02}Z INFO gate {second} open\n"));
        text.push_str(match second {
            5 => "    at Gate.turn(Gate.java:12)\n",
            11 => "%%% controller buffer overrun %%%\n",
            20 => "#### reset\n",
            _ => "",
        });
    }
    place.write("a.log", text);
    place
}

#[test]
fn lines_that_no_format_explains_can_be_listed() {
    let place = odd();
    let ran = place.run(&["search", "is:unparsed", "a.log", "--raw"]);
    let expected = "2024-01-15T10:00:11Z INFO gate 11 open\n%%% controller buffer overrun %%%\n\
                    2024-01-15T10:00:20Z INFO gate 20 open\n#### reset\n";
    assert_eq!(ran.out, expected);
    assert_eq!(place.run(&["search", "is:unparsed", "a.log", "--raw", "--stream"]).out, expected);
    assert_eq!(place.run(&["search", "-is:unparsed", "a.log", "--count"]).out, "28\n");
    assert_eq!(place.run(&["search", "is:unparsed", "a.log"]).out.lines().count(), 2);
    let said = place.run(&["patterns", "a.log"]).err;
    assert!(said.contains("2 records hold lines that their file's format does not explain"), "{said}");
}

#[test]
fn a_log_without_any_header_has_nothing_unexplained() {
    let place = Place::empty();
    place.write("a.log", "gate one open\ngate two open\nwheel stops\n");
    assert_eq!(place.run(&["search", "is:unparsed", "a.log", "--count"]).out, "0\n");
}

#[test]
fn a_computed_answer_is_not_doubted_for_the_hits_beside_it() {
    let place = Place::empty();
    let line = |i: usize| format!("2024-01-15T10:00:{i:02}Z INFO gate {i} opened in {} ms\n", i * 10);
    place.write("a.log", (1..30).map(line).collect::<String>());
    let ran = place.run(&["ask", "average ms gate opened", "a.log"]);
    assert!(ran.out.contains("150 ms"), "{}", ran.out);
    assert!(!ran.err.contains("no record holds all words"), "{}", ran.err);
}
