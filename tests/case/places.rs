//! Where cases are, who may read them, and which one a name means.

use crate::incident::entries;
use crate::{at, note, opening, saved, sealed, store};
use std::os::unix::fs::PermissionsExt;
use watchfire::case::{CaseError, Entry, Journal, Store, What};

#[test]
fn cases_are_for_their_owner_only_also_where_the_directory_was_open() {
    let (_dir, store) = store();
    std::fs::create_dir(store.directory()).unwrap();
    std::fs::set_permissions(store.directory(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = saved(&store, &[note(1)]);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode(&path), mode(store.directory())), (0o600, 0o700));
}

#[test]
fn the_stated_directory_wins_over_the_platforms() {
    let store = Store::of_platform(Some(std::path::Path::new("/there"))).unwrap();
    assert_eq!(store.directory(), std::path::Path::new("/there/cases"));
}

#[test]
fn names_are_short_and_never_used_twice() {
    let (_dir, store) = store();
    let names: Vec<String> =
        (0..20).map(|_| Journal::create(&store, &opening(at(0))).unwrap().id().to_string()).collect();
    let different: std::collections::BTreeSet<&String> = names.iter().collect();
    assert_eq!(different.len(), 20);
    for name in &names {
        assert!((4..=6).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
    }
}

#[test]
fn a_list_says_what_each_case_is_about() {
    let (_dir, store) = store();
    saved(&store, &entries());
    let other = saved(&store, &[note(1)]);
    std::fs::write(store.directory().join("zzzz.jsonl"), "no case").unwrap();
    let listing = store.list().unwrap();
    assert_eq!(listing.unreadable.len(), 1);
    let [first, second] = listing.cases.as_slice() else { panic!("{listing:?}") };
    assert_eq!(first.first_question.as_deref(), Some("what broke?"));
    assert_eq!((first.turns, first.pins, first.notes, first.cost_micro_usd), (3, 1, 2, 13_500));
    assert_eq!(first.sources, ["controller.log", "pump.log", "valve.log"]);
    assert!(first.closed && !first.unfinished());
    assert_eq!((second.path.as_path(), second.unfinished()), (other.as_path(), true));
    assert_eq!(store.latest_unfinished().unwrap().unwrap().path, other);
}

#[test]
fn a_case_that_was_closed_and_gone_on_with_is_unfinished_again() {
    let (_dir, store) = store();
    let path = saved(&store, &[note(1), Entry::new(at(9), What::Closed)]);
    assert_eq!(store.latest_unfinished().unwrap(), None);
    Journal::resume(&path).unwrap().append(&sealed(&note(10))).unwrap();
    assert_eq!(store.latest_unfinished().unwrap().unwrap().path, path);
}

#[test]
fn a_directory_that_is_not_there_holds_no_case() {
    let (_dir, store) = store();
    assert!(store.list().unwrap().cases.is_empty());
    assert_eq!(store.latest().unwrap(), None);
}

#[test]
fn a_name_is_the_beginning_of_an_id_or_a_path() {
    let (dir, store) = store();
    let path = saved(&store, &entries());
    let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
    assert_eq!(store.find(&id[..3]).unwrap(), path);
    assert_eq!(store.find(&id.to_uppercase()).unwrap(), path);
    let handed_over = dir.path().join("handed over.txt");
    std::fs::copy(&path, &handed_over).unwrap();
    assert_eq!(store.find(handed_over.to_str().unwrap()).unwrap(), handed_over);
    let unknown = store.find("no-such").unwrap_err().to_string();
    assert_eq!(unknown, format!("no case `no-such`; there are: {id} (\"what broke?\")"));
    let twin = path.with_file_name(format!("{}zz.jsonl", &id[..2]));
    std::fs::copy(&path, twin).unwrap();
    assert!(matches!(store.find(&id[..2]), Err(CaseError::Ambiguous { .. })));
}
