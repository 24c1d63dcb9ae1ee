//! `search` as a grep: counts, context, raw records, time order, streams, pipes.

use crate::Place;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

fn place() -> Place {
    let place = Place::empty();
    let mut text = String::new();
    for second in 0..50 {
        let body = if second % 10 == 5 { "pool exhausted" } else { "all well" };
        let level = if second % 10 == 5 { "ERROR" } else { "INFO" };
        text.push_str(&format!("2024-01-15T10:00:{second:02}Z {level} [shop] {body} request={second}\n"));
    }
    place.write("a.log", text);
    place
}

#[test]
fn count_prints_only_the_number() {
    let ran = place().run(&["search", "exhausted", "a.log", "--count"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "5\n"));
}

#[test]
fn raw_prints_whole_lines_in_time_order_and_all_of_them() {
    let ran = place().run(&["search", "\"all well\"", "a.log", "--raw"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 45);
    assert_eq!(lines[0], "2024-01-15T10:00:00Z INFO [shop] all well request=0");
    assert!(lines.is_sorted());
}

#[test]
fn context_shows_the_records_around_each_hit() {
    let ran = place().run(&[
        "search",
        "exhausted",
        "a.log",
        "-B",
        "1",
        "-A",
        "2",
        "--sort",
        "time",
        "--limit",
        "2",
    ]);
    let places: Vec<&str> = ran.out.lines().collect();
    assert_eq!(places.len(), 2 * 4 + 1, "{}", ran.out);
    assert_eq!(places[4], "--");
    assert!(places[1].starts_with("1  ") && places[1].contains("pool exhausted"), "{}", ran.out);
    assert!(places[0].contains("request=4") && places[3].contains("request=7"), "{}", ran.out);
}

#[test]
fn a_window_counts_back_from_the_newest_record_and_says_so() {
    let ran = place().run(&["search", "exhausted", "a.log", "--since", "20s", "--count"]);
    assert_eq!(ran.out, "2\n");
    assert!(ran.err.contains("window 2024-01-15 10:00:29 to 10:00:49 UTC"), "{}", ran.err);
}

#[test]
fn level_and_service_filter() {
    let count =
        |arguments: &[&str]| place().run(&[&["search", "", "a.log", "--count"], arguments].concat()).out;
    assert_eq!(count(&["--level", "error"]), "5\n");
    assert_eq!(count(&["--service", "nobody"]), "0\n");
}

#[test]
fn standard_input_is_read_by_a_dash() {
    let place = place();
    let text = std::fs::read(place.path().join("a.log")).unwrap();
    let mut child = place
        .command()
        .args(["search", "exhausted", "-", "--count"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"5\n");
}

#[test]
fn a_stream_shows_what_came_before_the_pipe_ends() {
    let place = place();
    let mut child = place
        .command()
        .args(["search", "exhausted", "-", "--stream", "--raw"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&std::fs::read(place.path().join("a.log")).unwrap()).unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first, "2024-01-15T10:00:05Z ERROR [shop] pool exhausted request=5\n");
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_stream_and_a_search_by_time_find_the_same() {
    let place = Place::with_demo();
    let raw = |extra: &[&str]| {
        place.run(&[&["search", "\"pool exhausted\"", "logs/payment.log", "--raw"], extra].concat())
    };
    let (streamed, indexed) = (raw(&["--stream"]), raw(&[]));
    assert_eq!(streamed.code, 0);
    assert_eq!(streamed.out, indexed.out);
}

#[test]
fn every_line_gets_one_pattern_id_and_blank_lines_a_dash() {
    let place = Place::empty();
    place.write("a.log", "2024-01-15T10:00:00Z INFO user 1 in\n\n2024-01-15T10:00:01Z INFO user 2 in\n");
    let ran = place.run(&["patterns", "a.log", "--assign"]);
    let ids: Vec<&str> = ran.out.lines().collect();
    assert_eq!(ids.len(), 3);
    assert_eq!((ids[0], ids[1]), (ids[2], "-"));
}

fn mills() -> Place {
    let place = Place::empty();
    let line = |second: usize, text: &str| format!("2024-01-15T10:00:{second:02}Z INFO {text}\n");
    let north =
        ["gate open", "call deadline exceeded", "gate shut", "wheel stops", "no timeout set", "gate open"];
    let text: String = north.iter().enumerate().map(|(i, text)| line(i * 2, text)).collect();
    place.write("north.log", text);
    place.write("south.log", [line(1, "flour low"), line(3, "flour ordered")].concat());
    place
}

#[test]
fn a_grep_finds_only_the_words_that_were_typed() {
    let place = mills();
    let found = |arguments: &[&str]| {
        place.run(&[&["search", "deadline exceeded", "north.log", "south.log"], arguments].concat())
    };
    assert_eq!(found(&["--count"]).out, "1\n");
    assert_eq!(found(&["--raw"]).out, "2024-01-15T10:00:02Z INFO call deadline exceeded\n");
    assert_eq!(found(&["--stream"]).out.lines().count(), 1);
    assert_eq!(found(&["-A", "0", "-B", "1"]).out.matches("exceeded").count(), 1);
    assert!(!found(&["-B", "1"]).out.contains("timeout set"));
    let ranked = found(&[]);
    assert_eq!(ranked.out.lines().count(), 2);
    assert!(ranked.err.contains("also searched: deadline exceeded ~ "), "{}", ranked.err);
}

#[test]
fn a_grep_never_leaves_a_word_out() {
    for mode in ["--raw", "--count", "--stream"] {
        let ran = mills().run(&["search", "gate exceeded", "north.log", mode]);
        assert_eq!((ran.code, ran.out.trim()), (1, if mode == "--count" { "0" } else { "" }), "{mode}");
    }
}

#[test]
fn raw_prints_the_lines_around_a_hit_as_grep_does() {
    let place = mills();
    let bodies = |arguments: &[&str]| -> Vec<String> {
        let ran = place.run(&[&["search"], arguments, &["--raw"]].concat());
        ran.out.lines().map(|line| line.rsplit("INFO ").next().unwrap().to_owned()).collect()
    };
    assert_eq!(
        bodies(&["exceeded OR timeout", "north.log", "-C", "1"]),
        ["gate open", "call deadline exceeded", "gate shut", "wheel stops", "no timeout set", "gate open"],
        "groups that touch are one"
    );
    assert_eq!(
        bodies(&["exceeded OR timeout", "north.log", "-B", "1"]),
        ["gate open", "call deadline exceeded", "--", "wheel stops", "no timeout set"]
    );
    assert_eq!(
        bodies(&["exceeded OR ordered", "north.log", "south.log", "-A", "1"]),
        ["call deadline exceeded", "gate shut", "--", "flour ordered"],
        "records around a hit are those of its file"
    );
    assert_eq!(bodies(&["gate", "north.log", "--limit", "2"]), ["gate open", "gate shut"]);
}

#[test]
fn raw_prints_long_records_whole() {
    let place = Place::empty();
    let long = format!("2024-01-15T10:00:00Z INFO start {}end", "x".repeat(200_000));
    place.write("a.log", format!("{long}\n"));
    assert_eq!(place.run(&["search", "start", "a.log", "--raw"]).out, format!("{long}\n"));
}

#[test]
fn a_quick_search_that_could_not_know_is_made_sure_of() {
    let place = Place::empty();
    let lines = (0..60_000).map(|i| {
        let odd = if i == 31_111 { r#","weight":7"# } else { "" };
        format!("{{\"time\":\"2024-01-15T10:00:00Z\",\"msg\":\"sack filled\"{odd}}}\n")
    });
    place.write("a.log", lines.collect::<String>());
    let ran = place.run(&["search", "weight>5", "a.log"]);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 1), "{}", ran.err);
    assert!(ran.err.contains("1 of 60,000 records match, 1 shown"), "{}", ran.err);
}

#[test]
fn a_stream_of_several_files_is_in_the_order_of_time() {
    let place = mills();
    let ran = place.run(&[
        "search",
        "open OR shut OR low OR ordered",
        "south.log",
        "north.log",
        "--stream",
        "--raw",
    ]);
    let seconds: Vec<&str> = ran.out.lines().map(|line| &line[17..19]).collect();
    assert_eq!(seconds, ["00", "01", "03", "04", "10"], "{}", ran.out);
    let first = place.run(&[
        "search",
        "flour OR gate",
        "north.log",
        "south.log",
        "--stream",
        "--raw",
        "--limit",
        "2",
    ]);
    assert_eq!(first.out.lines().count(), 2);
    assert!(first.out.lines().nth(1).unwrap().ends_with("flour low"));
    let missing = place.run(&["search", "gate", "north.log", "gone.log", "--stream"]);
    assert_eq!((missing.code, missing.out.lines().count()), (0, 3));
    assert!(missing.err.contains("gone.log: no such file"), "{}", missing.err);
}

#[test]
fn a_stream_of_a_long_quiet_file_and_a_short_one_is_merged() {
    let place = Place::empty();
    let line = |i: usize, text: &str| {
        format!("2024-01-15T{:02}:{:02}:{:02}Z INFO {text}\n", 10 + i / 3600, i / 60 % 60, i % 60)
    };
    let quiet: String =
        (0..9_000).map(|i| line(i, if i == 8_999 { "wheel stops" } else { "all well" })).collect();
    place.write("quiet.log", quiet);
    place.write("busy.log", (0..9_000).step_by(90).map(|i| line(i, "wheel turns")).collect::<String>());
    let ran = place.run(&["search", "wheel", "quiet.log", "busy.log", "--stream", "--raw"]);
    assert_eq!(ran.out.lines().count(), 101);
    assert!(ran.out.lines().is_sorted() && ran.out.trim_end().ends_with("wheel stops"));
}
