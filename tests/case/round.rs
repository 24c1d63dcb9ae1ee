//! What goes in comes out; what must not go in does not.

use crate::incident::entries;
use crate::{at, opening, saved, store};
use proptest::prelude::*;
use watchfire::case::{Asked, Entry, Journal, Noted, SavedHit, What, load, seal};
use watchfire::domain::{Level, PatternId, RecordId, TimeWindow, Timestamp};
use watchfire::safety::Redactor;

fn timestamp() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_nanos)
}

fn window() -> impl Strategy<Value = Option<TimeWindow>> {
    proptest::option::of(
        (timestamp(), timestamp())
            .prop_map(|(a, b)| TimeWindow::spanning(a, b.min(Timestamp::from_nanos(i64::MAX - 1)))),
    )
    .prop_filter("not empty", |window| window.is_none_or(|w| w.start() < w.end()))
}

fn hit() -> impl Strategy<Value = SavedHit> {
    let level = proptest::option::of(proptest::sample::select(Level::ALL.to_vec()));
    let service = proptest::option::of(any::<String>());
    (any::<String>(), proptest::option::of(timestamp()), level, service, any::<u64>()).prop_map(
        |(message, ts, level, service, bits)| SavedHit {
            id: RecordId(format!("{message}:{bits}")),
            ts,
            level,
            service,
            message,
            source: "a.log".to_owned(),
            line: bits,
            pattern: Some(PatternId::from_u64(bits)),
        },
    )
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        (any::<u32>(), any::<String>(), window()).prop_map(|(turn, text, window)| What::Asked(Asked {
            turn,
            text,
            window
        })),
        hit().prop_map(|record| What::Pinned(watchfire::case::Pinned { record })),
        any::<String>().prop_map(|text| What::Noted(Noted::on_case(text))),
        window().prop_map(|window| What::Window { window }),
        Just(What::Closed),
    ]
}

proptest! {
    #[test]
    fn an_entry_without_secrets_comes_back_as_it_was(at in timestamp(), what in what()) {
        let entry = Entry::new(at, what);
        let sealed = seal(&entry, &mut Redactor::default()).unwrap();
        prop_assert!(!sealed.line().contains('\n'));
        let back: Entry = serde_json::from_str(sealed.line()).unwrap();
        if sealed.masked() == 0 {
            prop_assert_eq!(back, entry);
        } else {
            prop_assert_eq!(back.masked, sealed.masked());
        }
    }
}

#[test]
fn a_whole_investigation_comes_back_as_it_was() {
    let (_dir, store) = store();
    let case = load(&saved(&store, &entries())).unwrap();
    let mut expected = entries();
    let What::Noted(note) = &mut expected[11].what else { panic!("the note moved") };
    note.text = note.text.replace("drip-drop-1", "<password#1>");
    expected[11].masked = 1;
    assert_eq!(case.entries, expected);
    assert_eq!((case.problems.len(), case.masked(), case.stand_ins()), (0, 2, 1));
}

#[test]
fn the_first_version_of_the_format_is_what_is_written() {
    let (_dir, store) = store();
    let written = std::fs::read_to_string(saved(&store, &entries())).unwrap();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/case/incident.jsonl");
    if std::env::var_os("WATCHFIRE_WRITE_FIXTURE").is_some() {
        let id = written.split('"').nth(7).unwrap();
        std::fs::write(fixture, written.replacen(id, "7f3a", 1)).unwrap();
    }
    let fixture = std::fs::read_to_string(fixture).unwrap();
    // The name of a case is drawn anew each time.
    let body = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(body(&written), body(&fixture), "fields are added, never renamed");
}

#[test]
fn an_answer_is_drawn_again_from_its_file() {
    let (_dir, store) = store();
    let case = load(&saved(&store, &entries())).unwrap();
    let turns = case.turns();
    let answered = turns[0].answered.unwrap();
    let (answer, evidence, hits) = (answered.answer(), answered.evidence(), answered.hits());
    assert_eq!(answer.citations.len(), 3);
    assert!(answer.complete && answer.text.starts_with("## Valves fail"));
    assert_eq!(evidence.row(2).unwrap().records[0], RecordId("controller.log:12".to_owned()));
    assert_eq!((hits[1].n, hits[1].record.line), (2, 402));
    assert_eq!(turns[2].stopped.unwrap().reason, "stopped by you");
}

/// Every text of every kind of entry, with a secret put into it.
fn with_secret(secret: &str) -> Vec<Entry> {
    fn plant(value: &mut serde_json::Value, name: &str, secret: &str) {
        const NOT_TEXT: [&str; 16] = [
            "at",
            "ts",
            "start",
            "end",
            "kind",
            "row",
            "section",
            "change",
            "unit",
            "confidence",
            "level",
            "pattern",
            "schema",
            "since",
            "last",
            "reason_not",
        ];
        match value {
            serde_json::Value::String(text) if !NOT_TEXT.contains(&name) => {
                *text = format!("{text} {secret}");
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(|item| plant(item, name, secret)),
            serde_json::Value::Object(map) => {
                map.iter_mut().for_each(|(name, value)| plant(value, name, secret));
            }
            _ => {}
        }
    }
    let planted = entries().into_iter().map(|entry| {
        let mut value = serde_json::to_value(&entry).unwrap();
        plant(&mut value, "", secret);
        serde_json::from_value(value).unwrap()
    });
    planted.collect()
}

#[test]
fn no_secret_of_any_text_reaches_the_disk() {
    // Made here so that no file holds anything that looks real.
    let secret = ["AKIA", "Z3X4C5V6B7N7M2Q4"].concat();
    let (_dir, store) = store();
    let entries = with_secret(&secret);
    let planted = serde_json::to_string(&entries).unwrap().matches(&secret).count();
    assert!(planted > 40, "only {planted} texts were planted");
    let path = saved(&store, &entries);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(&secret).count(), 0);
    assert!(text.matches("<aws-key#1>").count() >= planted, "the same value has one stand-in throughout");
    assert!(load(&path).unwrap().masked() >= planted);
}

#[test]
fn numbers_of_stand_ins_are_not_given_twice_in_one_case() {
    let (_dir, store) = store();
    let path = saved(&store, &[Entry::new(at(1), What::Noted(Noted::on_case("password=first-one-1")))]);
    let case = load(&path).unwrap();
    let mut redactor = Redactor::default().continue_after(case.stand_ins());
    let entry = Entry::new(at(2), What::Noted(Noted::on_case("password=second-one-2")));
    let mut journal = Journal::resume(&path).unwrap();
    journal.append(&seal(&entry, &mut redactor).unwrap()).unwrap();
    let notes: Vec<String> = load(&path).unwrap().notes().map(|(_, note)| note.text.clone()).collect();
    assert_eq!(notes, ["password=<password#1>", "password=<password#2>"]);
}

#[test]
fn the_first_line_says_what_and_when_and_where() {
    let (_dir, store) = store();
    let journal = Journal::create(&store, &opening(at(0))).unwrap();
    let header = load(journal.path()).unwrap().header.unwrap();
    assert_eq!(header.schema, "watchfire.case/1");
    assert_eq!((header.id, header.created), (journal.id().clone(), at(0)));
    assert_eq!((header.sources.len(), header.zone.as_str()), (2, "UTC"));
}
