//! `watchfire tail`: the real binary beside a writer.

use crate::documents::valid;
use crate::{Place, Ran};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running tail whose lines are waited for, never a time.
struct Tail {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Tail {
    /// Follows `app.log`; it is known to have begun when a first line was printed.
    fn start(place: &Place, more: &[&str]) -> Self {
        let mut tail = Self::spawn(place, more);
        // What is written before the first look would count as old: written until it is seen.
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let log = place.path().join("app.log");
        let writer = std::thread::spawn(move || {
            while stopped.recv_timeout(std::time::Duration::from_millis(20)).is_err() {
                let mut file = std::fs::File::options().append(true).open(&log).unwrap();
                file.write_all(b"2024-01-15T10:00:00Z ERROR are you there\n").unwrap();
            }
        });
        assert!(tail.line().contains("are you there"));
        stop.send(()).unwrap();
        writer.join().unwrap();
        tail
    }

    fn spawn(place: &Place, more: &[&str]) -> Self {
        let mut child = place
            .command()
            .args(["tail", "app.log"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.out.read_line(&mut line).unwrap() > 0, "it ended");
        line
    }

    /// The next line about something else than the beginning.
    fn next(&mut self) -> String {
        loop {
            let line = self.line();
            if !line.contains("are you there") {
                return line;
            }
        }
    }

    fn interrupt(self) -> Ran {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        Ran::of(&self.child.wait_with_output().unwrap())
    }
}

fn append(place: &Place, text: &str) {
    let log = place.path().join("app.log");
    let mut file = std::fs::File::options().append(true).create(true).open(log).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[test]
fn i4_a_log_is_followed_through_appends_rotation_and_a_cut_until_ctrl_c() {
    let place = Place::empty();
    place.write("app.log", "2024-01-15T09:59:00Z INFO job 7 done\n");
    let mut tail = Tail::start(&place, &[]);
    append(&place, "2024-01-15T10:00:01Z INFO job 8 done\n");
    let known = tail.next();
    assert!(known.contains("job 8 done") && !known.starts_with("new"), "{known}");
    append(&place, "2024-01-15T10:00:02Z ERROR disk is gone\n\tat reader one\n");
    let new = tail.next();
    assert!(new.starts_with("new ") && new.contains("error") && new.contains("(+1 lines)"), "{new}");
    std::fs::rename(place.path().join("app.log"), place.path().join("app.log.1")).unwrap();
    append(&place, "2024-01-15T10:00:03Z INFO job 9 done\n");
    let mark = tail.next();
    assert!(mark.starts_with("---- app.log was rotated to app.log.1"), "{mark}");
    assert!(tail.next().contains("job 9 done"));
    place.write("app.log", "");
    let mark = tail.next();
    assert!(mark.contains("was cut: 37 bytes are gone"), "{mark}");
    append(&place, "2024-01-15T10:00:04Z INFO job 10 done\n");
    assert!(tail.next().contains("job 10 done"));
    let ran = tail.interrupt();
    assert_eq!(ran.code, 130, "{}", ran.err);
    assert!(ran.err.contains("records, ") && ran.err.contains(", 2 marks"), "{}", ran.err);
}

#[test]
fn lines_of_json_follow_their_schema_and_filters_leave_the_rest_out() {
    let place = Place::empty();
    place.write("app.log", "2024-01-15T09:59:00Z INFO job 7 done\n");
    let mut tail = Tail::start(&place, &["--json", "--level", "error", "--match", "-reader"]);
    append(
        &place,
        "2024-01-15T10:00:01Z INFO job 8 done\n2024-01-15T10:00:02Z ERROR reader is gone\n\
         2024-01-15T10:00:02Z ERROR disk is gone\n",
    );
    let record = valid("tail", &tail.next());
    assert_eq!((record["message"].as_str(), record["new"].as_bool()), (Some("disk is gone"), Some(true)));
    std::fs::rename(place.path().join("app.log"), place.path().join("app.log.1")).unwrap();
    append(&place, "2024-01-15T10:00:03Z ERROR disk is gone\n");
    let mark = valid("tail", &tail.next());
    assert_eq!((mark["kind"].as_str(), mark["mark"].as_str()), (Some("mark"), Some("rotated")));
    assert_eq!(valid("tail", &tail.next())["new"], false);
    assert_eq!(tail.interrupt().code, 130);
}

#[test]
fn a_pipe_is_followed_to_its_end() {
    let place = Place::empty();
    let mut child = place
        .command()
        .args(["tail", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdin.write_all(b"2024-01-15T10:00:01Z INFO job 8 done\n").unwrap();
    out.read_line(&mut line).unwrap();
    assert!(line.contains("job 8 done"), "the record came while the pipe was open: {line}");
    stdin.write_all(b"2024-01-15T10:00:02Z INFO last words").unwrap();
    drop(stdin);
    line.clear();
    out.read_line(&mut line).unwrap();
    assert!(line.contains("last words"), "{line}");
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("2 records"), "{}", ran.err);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let place = Place::empty();
    place.write("app.log", "");
    let mut tail = Tail::start(&place, &[]);
    drop(std::mem::replace(&mut tail.out, BufReader::new(empty_stdout())));
    append(&place, "2024-01-15T10:00:01Z INFO job 8 done\n");
    let ran = Ran::of(&tail.child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

/// The output of a program that says nothing.
fn empty_stdout() -> ChildStdout {
    let mut child = Command::new("true").stdout(Stdio::piped()).spawn().unwrap();
    let out = child.stdout.take().unwrap();
    child.wait().unwrap();
    out
}

#[test]
fn the_last_minutes_come_first() {
    let place = Place::empty();
    let now = jiff::Timestamp::now();
    let line = |minutes: i64, text: &str| {
        let at = now.checked_sub(jiff::SignedDuration::from_mins(minutes)).unwrap();
        format!("{at} INFO {text}\n")
    };
    place.write("app.log", line(60, "long ago") + &line(3, "a while ago") + &line(1, "just now"));
    let mut tail = Tail::spawn(&place, &["--since", "5m"]);
    assert!(tail.line().contains("a while ago"));
    assert!(tail.line().contains("just now"));
    assert_eq!(tail.interrupt().code, 130);
}

#[test]
fn nothing_to_follow_is_a_sentence() {
    let place = Place::empty();
    let ran = place.run(&["tail", "missing.log"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("missing.log: no such file"), "{}", ran.err);
    assert_eq!(place.run(&["tail"]).code, 2);
    assert_eq!(place.run(&["tail", "x.log", "--since", "15mm"]).code, 2);
}
