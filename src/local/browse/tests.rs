//! Pages, counts, histograms and lines over small stores, against what a plain walk over all records finds.

use super::*;
use crate::domain::{Level, PatternId, TimeWindow};
use crate::local::{Input, OpenOptions};
use crate::port::{Part, RawLine, Scope};
use crate::query::{DEFAULT_MAX_LENGTH, Query};
use proptest::prelude::*;
use rstest::rstest;

/// A store over files; the folder lives as long as the store needs it.
fn logs(files: &[(&str, String)]) -> (tempfile::TempDir, LocalLogs) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let options = OpenOptions::new(Timestamp::from_millis(0), folder.path().to_owned());
    let store = Store::open(vec![Input::Path(folder.path().to_owned())], &options).unwrap();
    (folder, LocalLogs::new(Arc::new(store)))
}

/// Two invented kilns whose lines interleave; one clock went back, and one line has a continuation.
fn kilns() -> (tempfile::TempDir, LocalLogs) {
    let line = |second: u32, text: &str| format!("2026-03-01T10:00:{second:02}Z {text}\n");
    let north = [
        line(1, "INFO door opened by crew 4"),
        line(4, "WARN draught low at 12 Pa"),
        line(4, "INFO draught corrected"),
        "    by the damper\n".to_owned(),
        line(3, "INFO door closed by crew 4"),
        line(9, "ERROR burner 2 went out"),
    ];
    let south = [
        line(2, "INFO door opened by crew 7"),
        line(4, "ERROR burner 1 went out"),
        line(8, "INFO door closed by crew 9"),
    ];
    logs(&[("north.log", north.concat()), ("south.log", south.concat())])
}

fn first_lines(records: &[Record]) -> Vec<String> {
    let first = |record: &Record| record.message.lines().next().unwrap_or_default().to_owned();
    records.iter().map(first).collect()
}

async fn page(logs: &LocalLogs, slice: &Slice, anchor: Anchor, direction: Direction, limit: usize) -> Page {
    let request = PageRequest { slice: slice.clone(), anchor, direction, limit };
    let browse: &dyn Browse = logs;
    browse.page(request, CancellationToken::new()).await.unwrap()
}

async fn all(logs: &LocalLogs, slice: &Slice) -> Vec<Record> {
    page(logs, slice, Anchor::Start, Direction::Forward, 1000).await.records
}

async fn count(logs: &LocalLogs, slice: &Slice, upto: Anchor) -> u64 {
    logs.count(slice.clone(), upto, CancellationToken::new()).await.unwrap()
}

fn filter(text: &str) -> Slice {
    let query = Query::parse(text, DEFAULT_MAX_LENGTH).unwrap();
    Slice { filter: Some(Arc::new(query)), ..Slice::default() }
}

fn at(second: i64) -> Timestamp {
    "2026-03-01T10:00:00Z"
        .parse::<jiff::Timestamp>()
        .map(|t| Timestamp::from_millis(t.as_millisecond()))
        .unwrap()
        .plus_nanos(second * 1_000_000_000)
}

#[tokio::test]
async fn records_of_all_sources_come_in_one_order() {
    let (_folder, logs) = kilns();
    let records = all(&logs, &Slice::default()).await;
    let expected = [
        "door opened by crew 4",
        "door opened by crew 7",
        "door closed by crew 4",
        "draught low at 12 Pa",
        "draught corrected",
        "burner 1 went out",
        "door closed by crew 9",
        "burner 2 went out",
    ];
    assert_eq!(first_lines(&records), expected);
}

#[tokio::test]
async fn pages_in_both_directions_join_without_a_gap_or_a_repeat() {
    let (_folder, logs) = kilns();
    for slice in [Slice::default(), filter("door"), filter("level:error"), filter("went out crew")] {
        let whole = all(&logs, &slice).await;
        for limit in 1..4 {
            let (mut forward, mut anchor) = (Vec::new(), Anchor::Start);
            loop {
                let page = page(&logs, &slice, anchor, Direction::Forward, limit).await;
                forward.extend(page.records.clone());
                let Some(last) = page.records.last().filter(|_| !page.is_last) else { break };
                anchor = Anchor::After(last.id.clone());
            }
            let (mut backward, mut anchor) = (Vec::new(), Anchor::End);
            loop {
                let page = page(&logs, &slice, anchor, Direction::Backward, limit).await;
                backward.splice(0..0, page.records.clone());
                let Some(first) = page.records.first().filter(|_| !page.is_last) else { break };
                anchor = Anchor::Before(first.id.clone());
            }
            assert_eq!(forward, whole);
            assert_eq!(backward, whole);
        }
    }
}

#[tokio::test]
async fn a_record_outside_the_slice_still_marks_a_place() {
    let (_folder, logs) = kilns();
    let burner = all(&logs, &filter("\"burner 1\"")).await.remove(0);
    let doors = filter("door");
    let after = page(&logs, &doors, Anchor::After(burner.id.clone()), Direction::Forward, 9).await;
    assert_eq!(first_lines(&after.records), ["door closed by crew 9"]);
    let before = page(&logs, &doors, Anchor::Before(burner.id), Direction::Backward, 2).await;
    assert_eq!(first_lines(&before.records), ["door opened by crew 7", "door closed by crew 4"]);
    assert!(!before.is_last);
}

#[tokio::test]
async fn a_time_and_a_number_find_their_place() {
    let (_folder, logs) = kilns();
    let everything = Slice::default();
    let from = page(&logs, &everything, Anchor::Time(at(4)), Direction::Forward, 1).await;
    assert_eq!(first_lines(&from.records), ["draught low at 12 Pa"]);
    assert_eq!(count(&logs, &everything, Anchor::Time(at(4))).await, 3);
    for (slice, anchor, next) in [
        (everything, Anchor::Nth(5), "burner 1 went out"),
        (filter("door"), Anchor::Nth(3), "door closed by crew 9"),
    ] {
        let page = page(&logs, &slice, anchor, Direction::Forward, 1).await;
        assert_eq!(first_lines(&page.records), [next]);
    }
}

#[tokio::test]
async fn counts_agree_with_the_pages() {
    let (_folder, logs) = kilns();
    let window = TimeWindow::new(at(2), at(8)).unwrap();
    let errors = Scope { window: Some(window), level: Some(Level::Error), ..Scope::default() };
    let scoped = Slice { scope: errors, ..Slice::default() };
    let pattern = all(&logs, &filter("went")).await[0].pattern;
    let of_pattern = Slice { pattern: Some(pattern), ..Slice::default() };
    let names = logs.store().sources().into_iter().map(|source| source.name);
    let south = Slice { source: names.into_iter().find(|name| name.contains("south")), ..Slice::default() };
    for (slice, expected) in
        [(Slice::default(), 8), (scoped, 1), (of_pattern, 2), (filter("door"), 4), (south, 3)]
    {
        assert_eq!(count(&logs, &slice, Anchor::End).await, expected);
        assert_eq!(all(&logs, &slice).await.len() as u64, expected);
    }
    let absent = Slice { pattern: Some(PatternId::from_u64(7)), ..Slice::default() };
    assert_eq!(count(&logs, &absent, Anchor::End).await, 0);
    assert_eq!(all(&logs, &absent).await, []);
}

#[tokio::test]
async fn one_file_of_a_rotated_set_can_be_read_alone() {
    let (_folder, logs) =
        logs(&[("app.log", "now\n".to_owned()), ("app.log.1", "before\nand before\n".to_owned())]);
    let parts = logs.store().sources().remove(0).parts;
    let only = |name: &String| Slice { source: Some(name.clone()), ..Slice::default() };
    assert_eq!(first_lines(&all(&logs, &only(&parts[0])).await), ["before", "and before"]);
    assert_eq!(first_lines(&all(&logs, &only(&parts[1])).await), ["before", "and before", "now"]);
}

#[tokio::test]
async fn a_histogram_counts_what_the_filter_leaves() {
    let (_folder, logs) = kilns();
    let window = TimeWindow::new(at(0), at(10)).unwrap();
    let slice = |text: &str| {
        let scope = Scope { window: Some(window), ..Scope::default() };
        Slice { scope, ..filter(text) }
    };
    let buckets = |slice| async { logs.histogram(slice, 2, CancellationToken::new()).await.unwrap() };
    let everything = buckets(Slice { filter: None, ..slice("x") }).await;
    assert_eq!(everything.iter().map(|b| b.total).collect::<Vec<_>>(), [6, 2]);
    let doors = buckets(slice("door")).await;
    assert_eq!(doors.iter().map(|b| b.total).collect::<Vec<_>>(), [3, 1]);
    let out = buckets(slice("went")).await;
    let errors = usize::from(Level::Error.as_u8());
    assert_eq!(out.iter().map(|b| b.levels[errors]).collect::<Vec<_>>(), [1, 1]);
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let (_folder, logs) = kilns();
    let request = PageRequest {
        anchor: Anchor::After(RecordId("absent.log:1".into())),
        limit: 1,
        ..PageRequest::default()
    };
    let error = logs.page(request, CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("no record absent.log:1 in these sources"), "{error}");
    let slice = Slice { source: Some("absent.log".into()), ..Slice::default() };
    let error = logs.count(slice, Anchor::End, CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("no source absent.log in these sources"), "{error}");
    let error = logs.lines("absent.log", 1, 1).await.unwrap_err();
    assert!(error.to_string().contains("no file absent.log in these sources"), "{error}");
}

#[tokio::test]
async fn a_cancelled_walk_stops() {
    let (_folder, logs) = kilns();
    let sliced = Sliced::new(&logs, filter("door"), Arc::new(AtomicBool::new(true))).unwrap();
    assert!(sliced.count(&Anchor::End).is_err());
}

#[rstest]
#[case(1, 3, &["one", "", "  three"])]
#[case(4, 9, &["four\u{fffd}", "five"])]
#[case(5, 1, &["five"])]
#[case(6, 1, &[])]
#[case(0, 1, &["one"])]
#[tokio::test]
async fn lines_are_those_of_the_file(#[case] from: u64, #[case] count: usize, #[case] expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    std::fs::write(&path, b"one\r\n\n  three\nfour\xff\nfive").unwrap();
    let options = OpenOptions::new(Timestamp::from_millis(0), folder.path().to_owned());
    let logs = LocalLogs::new(Arc::new(Store::open(vec![Input::Path(path.clone())], &options).unwrap()));
    let read = logs.lines(&path.display().to_string(), from, count).await.unwrap();
    let texts: Vec<_> = read.lines.iter().map(|l| String::from_utf8_lossy(&l.bytes).into_owned()).collect();
    assert_eq!((texts, read.total), (expected.iter().map(|&t| t.to_owned()).collect(), 5));
}

#[tokio::test]
async fn a_line_of_megabytes_is_cut_and_the_next_one_is_found() {
    let text = format!("{}\nnext\n", "x".repeat(3 << 20));
    let (_folder, logs) = logs(&[("a.log", text)]);
    let name = logs.store().sources().remove(0).parts.remove(0);
    let read = logs.lines(&name, 1, 2).await.unwrap();
    assert_eq!(read.lines[0].bytes.len(), 64 * 1024);
    assert!(read.lines[0].is_cut);
    assert_eq!(read.lines[1], RawLine { number: 2, bytes: b"next".to_vec(), is_cut: false });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_line_of_a_file_is_found_by_its_number(
        shapes in proptest::collection::vec(0usize..4, 1..400), from in 1u64..420, count in 0usize..30,
    ) {
        let line = |(i, shape): (usize, &usize)| match shape {
            0 => format!("2026-03-01T10:00:00Z INFO step {i} done"),
            1 => format!("    at frame {i}"),
            2 => String::new(),
            _ => format!("2026-03-01T10:00:01Z WARN slow {i}\r"),
        };
        let lines: Vec<String> = shapes.iter().enumerate().map(line).collect();
        let (_folder, logs) = logs(&[("a.log", lines.join("\n") + "\n")]);
        let name = logs.store().sources().remove(0).parts.remove(0);
        let read = logs.store().lines(&name, from, count).unwrap().unwrap();
        let texts: Vec<_> = read.lines.iter().map(|l| String::from_utf8_lossy(&l.bytes).into_owned()).collect();
        let expected: Vec<_> = lines.iter().skip(from as usize - 1).take(count)
            .map(|line| line.trim_end_matches('\r').to_owned()).collect();
        prop_assert_eq!(texts, expected);
        prop_assert!(read.lines.iter().zip(from..).all(|(line, number)| line.number == number));
    }
}

#[tokio::test]
async fn a_text_is_found_in_the_whole_file_either_way() {
    let line = |n: u32| {
        format!("2026-03-01T10:00:00Z INFO crate {n} weighed{}\n", if n % 700 == 7 { " TWICE" } else { "" })
    };
    let text: String = (1..=40_000).map(line).collect();
    let (folder, logs) = logs(&[("scale.log", text)]);
    let file = folder.path().join("scale.log").display().to_string();
    let find = async |text: &str, from, direction| {
        let search = LineSearch { file: file.clone(), text: text.to_owned(), from, direction };
        logs.find_line(search, CancellationToken::new()).await.unwrap()
    };
    use Direction::{Backward, Forward};
    for (from, direction, expected) in [
        (1, Forward, Some(7)),
        (8, Forward, Some(707)),
        (30_000, Forward, Some(30_107)),
        (40_000, Forward, None),
        (40_001, Backward, Some(39_907)),
        (707, Backward, Some(7)),
        (7, Backward, None),
    ] {
        let found = find("weighed twice", from, direction).await;
        assert_eq!(found, LineFound { line: expected, rest: None, total: 40_000 }, "{from} {direction:?}");
    }
    assert_eq!(find("crate (", 1, Forward).await.line, None, "the text is no pattern");
}

#[test]
fn a_search_through_lines_stops_when_told() {
    let (folder, logs) = kilns();
    let file = folder.path().join("north.log").display().to_string();
    let search = LineSearch { file, text: "door".to_owned(), from: 1, direction: Direction::Forward };
    let stopped = logs.store().find_line(&search, &AtomicBool::new(true)).unwrap();
    assert!(matches!(stopped, Err(crate::compute::CorpusError::Cancelled)), "{stopped:?}");
}

#[tokio::test]
async fn a_record_stands_among_those_of_its_pattern_and_among_all() {
    let line = |n: u32| {
        let (kind, pod) =
            if n.is_multiple_of(4) { ("ERROR burner went out", "b") } else { ("INFO door opened", "a") };
        format!("2026-03-01T10:{:02}:{:02}Z {kind} pod={pod} run=r{n}\n", n / 60, n % 60)
    };
    let (folder, logs) = logs(&[("kiln.log", (0..200).map(line).collect())]);
    let file = folder.path().join("kiln.log").display().to_string();
    let id = RecordId(format!("{file}:5"));
    let standing = logs.standing(&id, Scope::default(), CancellationToken::new()).await.unwrap().unwrap();
    let record = logs.context(&id, 0, 0).await.unwrap().remove(0);
    let of = |name: &str| {
        let at = record.fields.iter().position(|field| field.name == name).unwrap();
        (standing.fields[at].pattern, standing.fields[at].all)
    };
    assert_eq!(standing.count, 50);
    assert_eq!(standing.first, record.ts.map(|ts| ts.plus_nanos(-4_000_000_000)));
    assert_eq!(of("pod"), (Part { n: 50, of: 50 }, Part { n: 50, of: 200 }));
    assert_eq!(of("run"), (Part { n: 1, of: 50 }, Part { n: 1, of: 200 }));
    let elsewhere = Scope { service: Some("absent".into()), ..Scope::default() };
    assert_eq!(logs.standing(&id, elsewhere, CancellationToken::new()).await.unwrap(), None);
}
