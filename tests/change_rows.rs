//! Rows that are not tested rates: rare records before the change, values behind it; and what is never called trouble.

#![expect(clippy::unwrap_used, reason = "a test that cannot write its files has to stop")]

use std::sync::Arc;
use watchfire::change::{Event, Input, Kind, Report, Section, Side, Values, compare};
use watchfire::domain::{Field, Level, PatternId, TimeWindow, Timestamp};
use watchfire::local::Input::Path;
use watchfire::local::{OpenOptions, Store, steady_newest};

const SECOND: i64 = 1_000_000_000;

/// Gives the value of `pod` by record number.
struct Pods<'a>(&'a [&'static str]);

impl Values for Pods<'_> {
    fn fields(&mut self, record: u32) -> Vec<Field> {
        let value = self.0[record as usize].to_owned();
        vec![Field { name: "pod".to_owned(), value }]
    }
}

#[derive(Default)]
struct Log {
    events: Vec<Event>,
    pods: Vec<&'static str>,
}

impl Log {
    fn say(&mut self, second: i64, template: u32, level: Level, request: u64) {
        let pod = ["red", "green", "blue"][request as usize % 3];
        let record = self.events.len() as u32;
        let level = level.as_u8();
        self.events.push(Event {
            time: second * SECOND,
            template,
            level,
            request,
            record,
            ..Event::default()
        });
        self.pods.push(pod);
    }

    fn compare(&self, templates: &[&str], from: i64) -> Report {
        let templates: Vec<(PatternId, String)> =
            templates.iter().map(|text| (PatternId::of_template(text), (*text).to_owned())).collect();
        let at = |second: i64| Timestamp::from_millis(second * 1_000);
        let end = self.events.iter().map(|event| event.time).max().unwrap_or(0) / SECOND + 1;
        let (base, now): (Vec<Event>, Vec<Event>) =
            self.events.iter().partition(|event| event.time < from * SECOND);
        let input = Input {
            services: &["till".to_owned()],
            templates: &templates,
            window: Side { events: &now, span: TimeWindow::spanning(at(from), at(end)) },
            baseline: Side { events: &base, span: TimeWindow::spanning(at(0), at(from)) },
        };
        compare(&input, &mut Pods(&self.pods))
    }
}

/// A till that rings up sales; from `from` on, sales on the blue pod fail.
fn blue_fails(from: i64) -> Log {
    let mut log = Log::default();
    for sale in 0..300 {
        if sale == from - 20 {
            log.say(sale, 2, Level::Info, 0);
        }
        let request = sale as u64 + 1;
        log.say(sale, 0, Level::Info, request);
        let fails = sale >= from && request % 3 == 2;
        log.say(sale, if fails { 3 } else { 1 }, if fails { Level::Error } else { Level::Info }, request);
    }
    log
}

const TILL: [&str; 4] = ["sale opened", "sale closed", "printer settings reloaded", "drawer stays shut"];

#[test]
fn a_rare_record_shortly_before_the_change_is_a_first_row_and_says_it_is_not_tested() {
    let report = blue_fails(200).compare(&TILL, 200);
    let first = report.changes.iter().find(|row| row.kind == Kind::First);
    assert_eq!(first.and_then(|row| row.template.as_deref()), Some(TILL[2]), "{:#?}", report.changes);
    assert_eq!(first.map(|row| (row.q, row.is_clear())), Some((1.0, false)));
}

#[test]
fn a_rare_record_long_before_the_change_is_no_first_row() {
    let mut log = blue_fails(200);
    for event in log.events.iter_mut().filter(|event| event.template == 2) {
        event.time = 10 * SECOND;
    }
    let report = log.compare(&TILL, 200);
    assert!(report.changes.iter().all(|row| row.kind != Kind::First), "{:#?}", report.changes);
}

#[test]
fn the_value_that_troubled_records_share_is_a_field_row() {
    let report = blue_fails(200).compare(&TILL, 200);
    let rows: Vec<_> = report.changes.iter().filter(|row| row.kind == Kind::Field).collect();
    assert_eq!(rows.len(), 1, "{rows:#?}");
    assert_eq!((rows[0].field.as_deref(), rows[0].value.as_deref()), (Some("pod"), Some("blue")));
    assert!(rows[0].now.n > 0.9 * rows[0].now.of, "{:?}", rows[0].now);
}

#[test]
fn a_value_that_all_records_share_alike_is_no_field_row() {
    let mut log = blue_fails(200);
    log.pods.iter_mut().for_each(|pod| *pod = "red");
    let report = log.compare(&TILL, 200);
    assert!(report.is_clear() && report.changes.iter().all(|row| row.kind != Kind::Field));
}

#[test]
fn fewer_failures_are_an_improvement_even_where_no_level_says_so() {
    let mut log = Log::default();
    for second in 0..300 {
        let request = second as u64 + 1;
        log.say(second, 0, Level::Info, request);
        log.say(second, if second < 200 && second % 2 == 0 { 1 } else { 2 }, Level::Info, request);
    }
    let report = log.compare(&["door opened", "badge reader refused a badge", "badge taken"], 200);
    assert!(report.found && !report.is_clear(), "{:#?}", report.changes);
    let about = report
        .changes
        .iter()
        .filter(|row| row.pattern == Some(PatternId::of_template("badge reader refused a badge")));
    assert!(about.clone().count() > 0 && about.clone().all(|row| row.section == Section::Recovered));
    let hint = report.strongest_hint().map(|index| report.changes[index].section);
    assert!(hint != Some(Section::Recovered), "{hint:?}");
}

#[test]
fn a_panic_is_an_error_where_no_level_is_stated() {
    let mut log = blue_fails(200);
    log.events.iter_mut().for_each(|event| event.level = 0);
    let clear = |text: &str| log.compare(&[TILL[0], TILL[1], TILL[2], text], 200).is_clear();
    assert!(clear("panic: assignment to entry in nil map"));
}

/// Ten minutes of three services, one of them with a clock that runs ahead by `ahead` seconds, or the only one left.
fn newest(ahead: i64, others_stop: i64) -> (Timestamp, Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for second in (0..600).step_by(5) {
        for (service, offset, until) in
            [("till", 0, others_stop), ("ledger", 0, others_stop), ("shelf", ahead, 600)]
        {
            let at = second + offset;
            if second < until {
                let (minute, rest) = (at / 60, at % 60);
                text.push_str(&format!(
                    "{{\"time\":\"2026-02-03T10:{minute:02}:{rest:02}Z\",\"level\":\"info\",\"service\":\"{service}\",\
                     \"msg\":\"round {second} done\"}}\n"
                ));
            }
        }
    }
    let path = folder.path().join("shop.log");
    std::fs::write(&path, text).unwrap();
    let now = Timestamp::from_jiff("2026-03-01T15:00:00Z".parse().unwrap());
    let options = OpenOptions::new(now, folder.path().to_path_buf());
    let store = Arc::new(Store::open(vec![Path(path)], &options).unwrap());
    steady_newest(&store).unwrap()
}

#[test]
fn a_host_with_a_clock_ahead_does_not_move_the_end_of_the_logs() {
    let (end, note) = newest(90, 600);
    assert_eq!(end, Timestamp::from_jiff("2026-02-03T10:09:55Z".parse().unwrap()));
    let note = note.unwrap();
    assert!(note.contains("shelf") && note.contains("90 s ahead"), "{note}");
}

#[test]
fn a_sole_survivor_is_no_clock_ahead() {
    let (end, note) = newest(0, 480);
    assert_eq!(end, Timestamp::from_jiff("2026-02-03T10:09:55Z".parse().unwrap()));
    assert_eq!(note, None);
}
