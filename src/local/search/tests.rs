//! Searches over small stores: what is found, counted and said.

use super::*;
use crate::domain::{Level, Timestamp};
use crate::local::{Input, OpenOptions, Selection, Store};
use crate::query::DEFAULT_MAX_LENGTH;
use proptest::prelude::*;
use rstest::rstest;
use std::sync::Arc;

/// A searcher over lines in one file; the folder lives as long as the store needs it.
fn searcher(lines: &[String]) -> (tempfile::TempDir, Searcher) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.log");
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let options = OpenOptions::new(Timestamp::from_millis(0), folder.path().to_owned());
    let store = Arc::new(Store::open(vec![Input::Path(path)], &options).unwrap());
    (folder, Searcher::new(store.view(Selection::default())))
}

fn query(text: &str) -> Query {
    Query::parse(text, DEFAULT_MAX_LENGTH).unwrap()
}

fn exact(limit: usize) -> SearchOptions {
    SearchOptions { limit, exact: true, ..SearchOptions::default() }
}

/// A day at an invented shop.
fn shop() -> Vec<String> {
    let mut lines = Vec::new();
    for i in 0..300 {
        let ip = format!("10.0.{}.{}", i % 7, i);
        lines.push(format!("2026-03-01T10:{:02}:{:02}Z INFO order O-{i} placed from {ip}", i / 60, i % 60));
        if i % 10 == 0 {
            lines.push(format!(
                "2026-03-01T10:{:02}:{:02}Z INFO order O-{i} shipped after {}ms",
                i / 60,
                i % 60,
                i * 30
            ));
        }
        if i % 97 == 0 {
            lines.push(format!(
                "2026-03-01T10:{:02}:{:02}Z ERROR payment for order O-{i} refused",
                i / 60,
                i % 60
            ));
        }
    }
    lines
}

fn lines_of(searcher: &Searcher, result: &SearchResult) -> Vec<String> {
    let hits = searcher.hits(result).unwrap();
    hits.into_iter().map(|hit| String::from_utf8(hit.record.raw).unwrap()).collect()
}

#[rstest]
#[case("refused", 4)]
#[case("order refused", 4)]
#[case("order -refused", 330)]
#[case("\"placed from\"", 300)]
#[case("O-97", 2)]
#[case("10.0.5.97", 0)]
#[case("10.0.6.6", 1)]
#[case("/O-29\\d placed/", 10)]
#[case("shipp*", 30)]
#[case("refused OR shipped", 34)]
#[case("nothinglikethis", 0)]
fn counts_are_exact(#[case] text: &str, #[case] expected: u64) {
    let (_folder, searcher) = searcher(&shop());
    let result = searcher.search(&query(text), &exact(5)).unwrap();
    assert_eq!(result.total, Total { records: expected, exact: true });
    assert_eq!(result.hits.len() as u64, expected.min(5));
}

#[test]
fn the_earliest_hits_come_first_when_sorted_by_time() {
    let (_folder, searcher) = searcher(&shop());
    let options = SearchOptions { sort: SortBy::Time, ..exact(3) };
    let result = searcher.search(&query("refused"), &options).unwrap();
    let found = lines_of(&searcher, &result);
    let orders: Vec<&str> = found.iter().map(|line| line.split(' ').nth(5).unwrap()).collect();
    assert_eq!(orders, ["O-0", "O-97", "O-194"]);
}

#[test]
fn a_flood_does_not_bury_other_patterns() {
    let (_folder, searcher) = searcher(&shop());
    let result = searcher.search(&query("order"), &exact(30)).unwrap();
    let found = lines_of(&searcher, &result);
    for part in ["placed", "shipped", "refused"] {
        assert!(found.iter().any(|line| line.contains(part)), "{part} is missing");
    }
}

#[test]
fn a_question_finds_the_line_with_its_value() {
    let (_folder, searcher) = searcher(&shop());
    let result = searcher.search(&query("From which address was order O-123 placed?"), &exact(3)).unwrap();
    assert!(lines_of(&searcher, &result)[0].contains("O-123 placed from 10.0.4.123"));
    assert_eq!(result.hits[0].why[0].term, "O-123");
}

#[test]
fn a_full_page_without_patience_says_that_counting_stopped() {
    let lines: Vec<String> =
        (0..60_000).map(|i| format!("order O-{i} went to 10.1.{}.9 for packing", i % 200)).collect();
    let (_folder, searcher) = searcher(&lines);
    let options =
        SearchOptions { limit: 1, patience: Duration::ZERO, threads: 1, ..SearchOptions::default() };
    let result = searcher.search(&query("/1[0-9]9.9 for/"), &options).unwrap();
    assert!(!result.total.exact && result.total.records > 0 && result.hits.len() == 1);
    assert_eq!(result.degraded.len(), 1);
    let all = searcher.search(&query("/1[0-9]9.9 for/"), &SearchOptions { exact: true, ..options }).unwrap();
    assert!(all.total.exact && all.total.records > result.total.records);
}

#[test]
fn only_blocks_that_may_hold_a_value_are_read() {
    let lines: Vec<String> =
        (0..60_000).map(|i| format!("order O-{i} went to 10.1.{}.9 for packing", i % 200)).collect();
    let (_folder, searcher) = searcher(&lines);
    let result = searcher.search(&query("O-59999"), &exact(5)).unwrap();
    assert_eq!(result.total.records, 1);
    assert!(result.read_bytes < 1_200_000, "{} bytes read", result.read_bytes);
}

#[test]
fn a_cancelled_search_says_so() {
    let (_folder, searcher) = searcher(&shop());
    let flag = Arc::new(AtomicBool::new(true));
    let stopped = Searcher::new(searcher.view().clone().with_cancel(flag));
    let result = stopped.search(&query("/x/"), &exact(5));
    assert!(matches!(result, Err(CorpusError::Cancelled)));
}

#[test]
fn counting_alone_collects_nothing() {
    let (_folder, searcher) = searcher(&shop());
    let result = searcher.search(&query("shipped /[0-9]+ms/"), &exact(0)).unwrap();
    assert_eq!((result.total.records, result.hits.len()), (30, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// The index only decides what is read: the count is that of looking at every record.
    #[test]
    fn the_total_is_that_of_matching_every_record(
        words in prop::collection::vec(prop::sample::select(vec![
            "placed", "shipped", "order", "-refused", "O-9", "O-97", "\"order O-1\"", "/9[0-9]/", "10.0.3.3", "INFO", "payments",
        ]), 1..4),
        or in any::<bool>(),
        by_time in any::<bool>(),
    ) {
        let (_folder, searcher) = searcher(&shop());
        let query = query(&words.join(if or { " OR " } else { " " }));
        let sort = if by_time { SortBy::Time } else { SortBy::Rank };
        let result = searcher.search(&query, &SearchOptions { sort, ..exact(7) }).unwrap();
        let matcher = Matcher::new(&query.expr);
        let store = searcher.view().store();
        let expected = searcher.view().rows().filter(|row| {
            let raw = store.raw(row.no).unwrap();
            reading::Reading::new(store, *row, &raw).is_some_and(|reading| matcher.matches(&reading))
        }).count() as u64;
        prop_assert_eq!(result.total, Total { records: expected, exact: true });
        prop_assert_eq!(result.hits.len() as u64, expected.min(7));
    }
}

#[test]
fn levels_are_decided_by_columns() {
    let (_folder, searcher) = searcher(&shop());
    let all = searcher.view().rows().filter(|row| row.level >= Some(Level::Error)).count() as u64;
    let result = searcher.search(&query("level:error"), &exact(5)).unwrap();
    assert_eq!(result.total, Total { records: all, exact: true });
    assert_eq!(result.read_bytes, 0);
}

/// Lines of an invented tunnel that counts in words people read.
fn tunnel() -> Vec<String> {
    (0..40)
        .map(|i| {
            let (sent, received) = (i * 100 + 7, (i + 1) * 60_000);
            let grouped = format!("{},{:03}", received / 1000, received % 1000);
            let kilo = received as f64 / 1024.0;
            format!(
                "[2026-03-01 10:00:{i:02}] gate.example:22 closed, {sent} bytes sent, {grouped} bytes ({kilo:.1} KB) \
                 received, lifetime {:02}:{:02}",
                i / 10,
                i % 60
            )
        })
        .collect()
}

#[rstest]
#[case("received>1000000", 24)]
#[case("received>1MB", 23)]
#[case("size>1MB", 23)]
#[case("sent>3500", 5)]
#[case("sent>=3507b", 5)]
#[case("lifetime>1m", 30)]
#[case("lifetime>=2m25s", 15)]
#[case("lifetime<1m", 10)]
fn numbers_are_found_by_the_words_beside_them(#[case] text: &str, #[case] expected: u64) {
    let (_folder, searcher) = searcher(&tunnel());
    let result = searcher.search(&query(text), &exact(50)).unwrap();
    assert_eq!(result.total, Total { records: expected, exact: true });
}

#[rstest]
#[case("ip:10.0.3.3", 1)]
#[case("ip:10.0.*", 40)]
#[case("path:/sacks/7", 1)]
#[case("path:/sacks/1*", 9)]
#[case("path:/list", 8)]
#[case("client:10.0.3.3", 1)]
#[case("status:503", 4)]
#[case("status>=500", 4)]
#[case("bytes>1500", 24)]
#[case("size>1500", 24)]
#[case("size>1500B", 24)]
fn what_stands_in_the_header_of_an_access_line_is_found(#[case] text: &str, #[case] expected: u64) {
    let line = |i: usize| {
        let path = if i % 5 == 4 { format!("/list?page={i}") } else { format!("/sacks/{i}") };
        let status = if i % 10 == 9 { 503 } else { 200 };
        format!(
            "10.0.{}.{i} - - [01/Mar/2026:10:00:{i:02} +0000] \"GET {path} HTTP/1.1\" {status} {} \"-\" \"probe/2\"",
            i % 7 % 4,
            i * 100
        )
    };
    let (_folder, searcher) = searcher(&(0..40).map(line).collect::<Vec<_>>());
    let result = searcher.search(&query(text), &exact(50)).unwrap();
    assert_eq!(result.total.records, expected);
}
