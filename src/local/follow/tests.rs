//! The follower over real files: whatever happens to them, every line comes once and in order.

use super::super::open::OpenOptions;
use super::super::{Input, Store};
use super::*;
use crate::domain::Timestamp;
use proptest::prelude::*;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

/// A folder with one log that is followed, and a clock that is moved by hand.
struct Place {
    dir: tempfile::TempDir,
    follower: Follower,
    now: Instant,
    written: u32,
    seen: Vec<String>,
    marks: Vec<MarkKind>,
}

fn options() -> OpenOptions {
    OpenOptions::new(Timestamp::from_millis(1_700_000_000_000), std::env::temp_dir())
}

fn follow(path: &Path, begin: Begin) -> Follower {
    let reading = options();
    let options = FollowOptions { reading: &reading, begin, store: None, most_behind: None };
    Follower::new(vec![Followable::Path(path.to_owned())], &options).unwrap().0
}

impl Place {
    fn new(whole_folder: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let logs = dir.path().join("logs");
        fs::create_dir(&logs).unwrap();
        fs::write(logs.join("app.log"), "before\n").unwrap();
        let path = if whole_folder { logs } else { logs.join("app.log") };
        let follower = follow(&path, Begin::End);
        Self { dir, follower, now: Instant::now(), written: 0, seen: Vec::new(), marks: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("logs").join(name)
    }

    fn append(&mut self, lines: u32) {
        let mut file = File::options().append(true).create(true).open(self.path("app.log")).unwrap();
        for _ in 0..lines {
            // In two pieces: a look in between must not see two lines.
            write!(file, "line number ").unwrap();
            writeln!(file, "{}", self.written).unwrap();
            self.written += 1;
        }
    }

    fn poll(&mut self) {
        self.now += Duration::from_secs(2);
        for followed in self.follower.poll_at(self.now) {
            self.take(followed);
        }
    }

    fn take(&mut self, followed: Followed) {
        match followed {
            Followed::Record(record, _) => self.seen.push(record.message),
            Followed::Mark { kind, .. } => self.marks.push(kind),
        }
    }

    fn shift(&self) {
        for n in (1..20).rev() {
            let from = self.path(&format!("app.log.{n}"));
            if from.exists() {
                fs::rename(from, self.path(&format!("app.log.{}", n + 1))).unwrap();
            }
        }
    }

    fn rotate(&mut self) {
        self.shift();
        fs::rename(self.path("app.log"), self.path("app.log.1")).unwrap();
        File::create(self.path("app.log")).unwrap();
    }

    /// Copied and cut, with lines that were written after the last look.
    fn copy_and_cut(&mut self, unseen: u32) {
        self.append(1);
        self.poll();
        self.append(unseen);
        self.shift();
        fs::copy(self.path("app.log"), self.path("app.log.1")).unwrap();
        File::create(self.path("app.log")).unwrap();
    }

    fn away_and_back(&mut self) {
        let away = self.dir.path().join("away");
        fs::rename(self.path("app.log"), &away).unwrap();
        self.poll();
        fs::rename(away, self.path("app.log")).unwrap();
    }

    fn finish(mut self) -> (Vec<String>, Vec<String>) {
        for _ in 0..6 {
            self.poll();
        }
        for followed in self.follower.finish() {
            self.take(followed);
        }
        let expected = (0..self.written).map(|n| format!("line number {n}")).collect();
        (self.seen, expected)
    }
}

#[derive(Clone, Copy, Debug)]
enum Happening {
    Append(u32),
    Rotate,
    CopyAndCut(u32),
    Cut,
    AwayAndBack,
    Look,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        4 => (1..5u32).prop_map(Happening::Append),
        1 => Just(Happening::Rotate),
        1 => (0..4u32).prop_map(Happening::CopyAndCut),
        1 => Just(Happening::Cut),
        1 => Just(Happening::AwayAndBack),
        3 => Just(Happening::Look),
    ];
    proptest::collection::vec(one, 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn i4_whatever_happens_to_a_file_every_line_comes_once_and_in_order(
        happenings in happenings(),
        whole_folder in any::<bool>(),
    ) {
        let mut place = Place::new(whole_folder);
        for happening in happenings {
            match happening {
                Happening::Append(lines) => place.append(lines),
                Happening::Rotate => place.rotate(),
                Happening::CopyAndCut(unseen) => place.copy_and_cut(unseen),
                Happening::Cut => {
                    // What is cut before anybody looked is gone for everybody.
                    place.poll();
                    place.poll();
                    File::create(place.path("app.log")).unwrap();
                }
                Happening::AwayAndBack => place.away_and_back(),
                Happening::Look => place.poll(),
            }
        }
        let (seen, expected) = place.finish();
        prop_assert_eq!(seen, expected);
    }
}

#[test]
fn i4_rotation_and_cuts_are_marked_where_they_happened() {
    let mut place = Place::new(false);
    place.append(2);
    place.poll();
    place.rotate();
    place.append(1);
    place.poll();
    place.poll();
    assert_eq!(place.marks, [MarkKind::Rotated(Some(place.path("app.log.1")))]);
    File::create(place.path("app.log")).unwrap();
    place.append(1);
    place.poll();
    fs::remove_file(place.path("app.log")).unwrap();
    place.poll();
    place.poll();
    place.append(1);
    place.poll();
    assert_eq!(place.marks[1..], [MarkKind::Cut, MarkKind::Gone, MarkKind::Back]);
    let (seen, expected) = place.finish();
    assert_eq!(seen, expected);
}

#[test]
fn a_new_file_of_a_followed_folder_is_read_from_its_start_and_a_copy_is_not() {
    let mut place = Place::new(true);
    place.append(1);
    fs::write(place.path("other.log"), "from the other\n").unwrap();
    fs::copy(place.path("app.log"), place.path("app.log.1")).unwrap();
    fs::write(place.path("picture.bin"), [0u8, 1, 2, 3, 0, 0, 0, 0]).unwrap();
    for _ in 0..3 {
        place.poll();
    }
    assert_eq!(place.marks, [MarkKind::New]);
    place.seen.sort();
    assert_eq!(place.seen, ["from the other", "line number 0"]);
}

#[test]
fn a_trace_joins_its_record_and_the_last_record_is_given_after_a_while() {
    let mut place = Place::new(false);
    let log = place.path("app.log");
    fs::write(&log, "").unwrap();
    let mut file = File::options().append(true).open(&log).unwrap();
    file.write_all(b"2024-03-01T10:00:01Z ERROR job failed\n\tat step one\n").unwrap();
    place.now = Instant::now();
    let first = place.follower.poll_at(place.now);
    assert!(!first.iter().any(|followed| matches!(followed, Followed::Record(..))), "{first:?}");
    file.write_all(b"\tat step two\n").unwrap();
    place.poll();
    place.poll();
    assert_eq!(place.seen, ["job failed\n\tat step one\n\tat step two"]);
}

#[test]
fn following_goes_on_where_the_index_ends() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("app.log");
    fs::write(&log, "job 1 done\njob 2 done\njob 3 done\n").unwrap();
    let reading = options();
    let store = Store::open(vec![Input::Path(log.clone())], &reading).unwrap();
    let mut file = File::options().append(true).open(&log).unwrap();
    file.write_all(b"job 4 done\ndisk is gone\n").unwrap();
    let options =
        FollowOptions { reading: &reading, begin: Begin::End, store: Some(&store), most_behind: None };
    let (mut follower, _) = Follower::new(vec![Followable::Path(log)], &options).unwrap();
    let mut followed = follower.poll();
    followed.extend(follower.finish());
    let seen: Vec<(u64, bool, bool)> = followed
        .iter()
        .filter_map(|followed| match followed {
            Followed::Record(record, fresh) => {
                let known = store.templates().iter().any(|template| template.id == record.pattern);
                Some((record.line, known, *fresh))
            }
            Followed::Mark { .. } => None,
        })
        .collect();
    assert_eq!(seen, [(4, true, false), (5, false, true)]);
}

#[test]
fn the_last_minutes_begin_at_the_first_record_of_them() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("app.log");
    let line = |i: u32| {
        format!("2024-03-01T{:02}:{:02}:{:02}Z INFO order {i} placed\n", i / 3600, i / 60 % 60, i % 60)
    };
    fs::write(&log, (0..40_000).map(line).collect::<String>()).unwrap();
    let since = Timestamp::from_jiff("2024-03-01T11:06:00Z".parse().unwrap());
    let mut follower = follow(&log, Begin::Since(since));
    let mut followed = follower.poll();
    followed.extend(follower.finish());
    let Some(Followed::Record(first, _)) = followed.first() else { panic!("{followed:?}") };
    assert_eq!((first.ts, first.line), (Some(since), 39_961));
    assert_eq!(followed.len(), 40);
}

#[test]
fn what_lies_too_far_ahead_is_passed_over_with_a_mark_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Arc::new(tempfile::tempfile_in(dir.path()).unwrap());
    let reading = options();
    let options =
        FollowOptions { reading: &reading, begin: Begin::Start, store: None, most_behind: Some(64 * 1024) };
    let source = Followable::Spool { name: "-".to_owned(), file: Arc::clone(&spool) };
    let (mut follower, _) = Follower::new(vec![source], &options).unwrap();
    let text: String = (1..=30_000).map(|i| format!("line number {i}\n")).collect();
    (&*spool).write_all(text.as_bytes()).unwrap();
    let mut followed = follower.poll();
    followed.extend(follower.finish());
    let Some(Followed::Mark { kind: MarkKind::Skipped(skipped), .. }) = followed.first() else {
        panic!("{:?}", followed.first())
    };
    let Some(Followed::Record(first, _)) = followed.get(1) else { panic!("no record follows") };
    assert_eq!(first.line, skipped + 1);
    assert_eq!(first.message, format!("line number {}", first.line));
    assert_eq!(followed.len() as u64, 1 + 30_000 - skipped);
}

#[test]
fn a_stream_is_read_as_it_comes_and_ends_with_a_mark() {
    let (reader, writer) = std::io::pipe().unwrap();
    let file = File::from(std::os::fd::OwnedFd::from(reader));
    let reading = options();
    let options = FollowOptions { reading: &reading, begin: Begin::Start, store: None, most_behind: None };
    let source = Followable::Stream { name: "-".to_owned(), file };
    let (mut follower, _) = Follower::new(vec![source], &options).unwrap();
    assert!(follower.poll().is_empty() && !follower.is_over());
    let mut writer = writer;
    writer.write_all(b"first\nsec").unwrap();
    let _ = follower.poll();
    let quiet = follower.poll_at(Instant::now() + Duration::from_secs(1));
    assert!(matches!(quiet.as_slice(), [Followed::Record(record, _)] if record.message == "first"));
    writer.write_all(b"ond\nlast without an end").unwrap();
    drop(writer);
    let rest = follower.poll();
    let messages: Vec<&str> = rest
        .iter()
        .map(|followed| match followed {
            Followed::Record(record, _) => record.message.as_str(),
            Followed::Mark { kind, .. } => kind.name(),
        })
        .collect();
    assert_eq!(messages, ["second", "last without an end", "ended"]);
    assert!(follower.is_over());
}
