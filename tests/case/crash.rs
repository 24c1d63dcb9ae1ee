//! What is left when the process, the link or the disk ends.

use crate::{at, note, opening, saved, sealed, store};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use watchfire::case::{CaseError, Journal, News, Recorder, Store, load};

const PLACE: &str = "WATCHFIRE_TEST_CASES";
/// Entries that must be acknowledged before the child is killed.
const ENOUGH: usize = 40;

/// Runs as a process of its own: saves notes for ever and says so after each.
#[test]
#[ignore = "a child of other tests, not a test"]
fn child_that_writes_until_it_is_killed() {
    let Some(place) = std::env::var_os(PLACE) else { return };
    let mut journal = Journal::create(&Store::new(place), &opening(at(0))).unwrap();
    for number in 1.. {
        journal.append(&sealed(&note(number))).unwrap();
        println!("\nsaved {number}");
    }
}

/// Runs as a process of its own under a limit of file size, which is what a full disk looks like.
#[test]
#[ignore = "a child of other tests, not a test"]
fn child_that_runs_out_of_space() {
    let Some(place) = std::env::var_os(PLACE) else { return };
    let recorder = Recorder::start(Some(Store::new(place)), opening(at(0)), |_| ());
    for number in 1..=50 {
        recorder.record(sealed(&note(number))).unwrap();
    }
    let status = recorder.finish(Duration::from_secs(60));
    println!("\nstatus {} {} {}", status.saved, status.waiting, status.trouble.unwrap_or_default());
}

fn child(shell: &str, name: &str, place: &Path) -> Child {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{shell} exec \"$0\" \"$@\"")]).arg(std::env::current_exe().unwrap());
    command.args([&format!("crash::{name}"), "--exact", "--ignored", "--nocapture"]);
    command.env(PLACE, place).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// A child in the middle of writing, and how many entries it has acknowledged so far.
fn writing_child(place: &Path) -> (Child, usize) {
    let mut child = child("", "child_that_writes_until_it_is_killed", place);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut numbers = lines.filter_map(|line| line.strip_prefix("saved ")?.parse::<usize>().ok());
    let acknowledged = numbers.find(|number| *number >= ENOUGH).unwrap();
    // The pipe stays open until the child is gone: a closed one would end it politely.
    std::mem::forget(numbers);
    (child, acknowledged)
}

#[test]
fn every_acknowledged_entry_survives_kill_9() {
    let (_dir, store) = store();
    let (mut child, acknowledged) = writing_child(store.directory());
    child.kill().unwrap();
    child.wait().unwrap();
    let summary = store.latest_unfinished().unwrap().unwrap();
    let case = load(&summary.path).unwrap();
    assert!(case.entries.len() >= acknowledged, "{} of {acknowledged}", case.entries.len());
    let expected: Vec<_> = (1..).map(note).take(case.entries.len()).collect();
    assert_eq!(case.entries, expected);
    assert!(case.problems.len() <= 1, "{:?}", case.problems);
}

#[test]
fn a_case_is_written_by_one_process_at_a_time() {
    let (_dir, store) = store();
    let (mut child, _) = writing_child(store.directory());
    let live = store.latest().unwrap().unwrap();
    let refused = Journal::resume(&live.path);
    let offered = store.latest_unfinished().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(live.live, "a case that is being written says so");
    assert!(matches!(refused, Err(CaseError::Locked { .. })), "{refused:?}");
    assert_eq!(offered, None, "a case that is open elsewhere is not offered");
    let before = load(&live.path).unwrap().entries.len();
    Journal::resume(&live.path).unwrap().append(&sealed(&note(7))).unwrap();
    assert_eq!(load(&live.path).unwrap().entries.len(), before + 1);
}

#[test]
fn a_full_disk_leaves_whole_lines_and_says_what_is_not_saved() {
    let (_dir, store) = store();
    // Eight blocks of 512 bytes (1,024 in some shells); the signal is ignored so that writing fails instead.
    let child = child("trap '' XFSZ; ulimit -f 8;", "child_that_runs_out_of_space", store.directory());
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let status = out.lines().find_map(|line| line.strip_prefix("status ")).unwrap_or_else(|| panic!("{out}"));
    let mut words = status.splitn(3, ' ');
    let mut number = || words.next().unwrap().parse::<usize>().unwrap();
    let (written, waiting) = (number(), number());
    assert!(written > 5 && waiting > 5 && written + waiting == 50, "{status}");
    assert!(status.contains("cannot save to the case") && status.contains("File too large"), "{status}");
    let case = load(&store.latest().unwrap().unwrap().path).unwrap();
    assert_eq!((case.entries.len(), case.problems.len()), (written, 0));
}

#[test]
fn a_file_cut_anywhere_keeps_all_whole_lines() {
    let (_dir, store) = store();
    let path = saved(&store, &[note(1), note(2), note(3)]);
    let whole = std::fs::read(&path).unwrap();
    let first_line = whole.iter().position(|byte| *byte == b'\n').unwrap();
    for cut in first_line + 1..=whole.len() {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let case = load(&path).unwrap();
        // A line is whole with its closing brace, whether or not its line break made it.
        let ends = whole[first_line + 1..cut].windows(2).filter(|pair| pair == b"}\n").count();
        let lines = ends + usize::from(whole[..cut].ends_with(b"}"));
        assert_eq!(case.entries.len(), lines, "cut at {cut}");
        let torn = !matches!(whole[cut - 1], b'\n' | b'}');
        let said: Vec<&str> = case.problems.iter().map(|problem| problem.why.as_str()).collect();
        let expected = ["it is cut off: the program ended while it was written"];
        assert_eq!(said, expected[..usize::from(torn)], "cut at {cut}");
    }
}

#[test]
fn going_on_after_a_torn_line_costs_only_that_line() {
    let (_dir, store) = store();
    let path = saved(&store, &[note(1), note(2)]);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 20]).unwrap();
    let mut journal = Journal::resume(&path).unwrap();
    journal.append(&sealed(&note(3))).unwrap();
    drop(journal);
    let case = load(&path).unwrap();
    assert_eq!(case.entries, [note(1), note(3)]);
    assert_eq!(case.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [3]);
}

#[test]
fn what_cannot_be_saved_is_said_once_kept_and_saved_later() {
    let (dir, store) = store();
    // A file stands where the directory should be: refused for every user, also for root.
    std::fs::write(store.directory(), "in the way").unwrap();
    let (news, heard) = mpsc::channel();
    let recorder = Recorder::start(Some(store.clone()), opening(at(0)), move |item| {
        let _ = news.send(item);
    });
    let patience = Duration::from_secs(60);
    recorder.record(sealed(&note(1))).unwrap();
    let News::Trouble(said) = heard.recv_timeout(patience).unwrap() else { panic!("no trouble was said") };
    assert!(said.contains("cannot use the directory of cases"), "{said}");
    assert_eq!(recorder.status().waiting, 1);
    std::fs::remove_file(store.directory()).unwrap();
    recorder.record(sealed(&note(2))).unwrap();
    assert!(matches!(heard.recv_timeout(patience).unwrap(), News::Started { .. }));
    assert_eq!(heard.recv_timeout(patience).unwrap(), News::Recovered);
    let status = recorder.finish(patience);
    assert_eq!((status.saved, status.waiting, status.lost, status.trouble), (2, 0, 0, None));
    assert_eq!(load(&status.path.unwrap()).unwrap().entries, [note(1), note(2)]);
    drop(dir);
}

#[test]
fn a_removed_file_is_said_not_written_into_nothing() {
    let (_dir, store) = store();
    let mut journal = Journal::create(&store, &opening(at(0))).unwrap();
    std::fs::remove_file(journal.path()).unwrap();
    let error = journal.append(&sealed(&note(1))).unwrap_err().to_string();
    assert!(error.ends_with("the file was removed"), "{error}");
}

#[test]
fn without_a_place_for_cases_the_work_goes_on() {
    let recorder = Recorder::start(None, opening(at(0)), |_| ());
    recorder.record(sealed(&note(1))).unwrap();
    let status = recorder.finish(Duration::from_secs(60));
    assert!(status.trouble.unwrap().contains("set WATCHFIRE_STATE_DIR"));
    assert_eq!((status.saved, status.waiting), (0, 1));
}

#[test]
fn opening_logs_leaves_no_file_behind() {
    let (_dir, store) = store();
    let recorder = Recorder::start(Some(store.clone()), opening(at(0)), |_| ());
    let status = recorder.finish(Duration::from_secs(60));
    assert_eq!((status.id, store.directory().exists()), (None, false));
}
