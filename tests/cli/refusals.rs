//! Wrong usage and unreadable input: an exit code and a sentence that says what to do.

use crate::Place;
use rstest::rstest;
use std::process::Stdio;

#[rstest]
#[case(&["search", "x"], 2, "nothing to read: name a file or directory, or - for standard input")]
#[case(&["ask", "what broke?"], 2, "nothing to read")]
#[case(&["patterns"], 2, "nothing to read")]
#[case(&["diff"], 2, "nothing to read")]
#[case(&["search", "x", "a.log", "--since", "15mm"], 2,
       "`--since 15mm`: expected a duration like 15m or a time like 2024-01-15T10:00, got \"15mm\"")]
#[case(&["search", "x", "a.log", "--until", "never"], 2, "`--until never`: expected a duration")]
#[case(&["search", "x", "a.log", "--level", "loud"], 2, "`--level loud`: expected one of trace, debug")]
#[case(&["search", "x", "a.log", "--zone", "Mars"], 2, "`--zone = Mars`: expected auto, UTC")]
#[case(&["search", "x", "a.log", "--limit", "0"], 2, "`--limit 0`: expected at least 1")]
#[case(&["search", "x", "a.log", "--limit", "20000"], 4, "`--limit 20000` is above search.max_limit, 10000 (default)")]
#[case(&["search", "--jsno", "a.log"], 2, "there is no option `--jsno`")]
#[case(&["search", "/(/", "a.log"], 2, "this regular expression cannot be read: unclosed group")]
#[case(&["diff", "a.log", "--window", "soon"], 2, "`--window soon`: expected a duration")]
#[case(&["diff", "a.log", "--baseline", "1h"], 2, "--window")]
#[case(&["search", "x", "no-such.log"], 2, "no such file")]
#[case(&["search", "x", "."  , "--include", "*.txt"], 2, "hold no file, or --include and --exclude leave none")]
#[case(&["diff", "a.log", "--window", "1000d"], 2, "2024-01-15 10:00:00 to 10:00:00 UTC; --window and --baseline have to lie within")]
#[case(&["search", "x", "a.log", "--include", "["], 2, "glob")]
#[case(&["search", "x", "a.log", "--raw", "--json"], 2, "leave one of the two out")]
#[case(&["search", "x", "a.log", "--count", "-C", "2"], 2, "leave -A, -B and -C out")]
#[case(&["search", "x", "a.log", "--count", "--limit", "2"], 2, "leave --limit out")]
#[case(&["search", "x", "a.log", "--stream", "-A", "2"], 2, "leave --stream out")]
#[case(&["search", "level:", "a.log"], 2, "level: needs a value right after the colon, like level:error")]
#[case(&["search", "started service:", "a.log"], 2, "service: needs a value right after the colon, like service:api")]
#[case(&["search", "colour:", "a.log"], 2, "colour: needs a value right after the colon, like colour:value")]
#[case(&["frobnicate"], 2, "frobnicate: no such file, directory or command")]
#[case(&["serach", "x"], 2, "did you mean `watchfire search`?")]
#[case(&["a.log"], 2, "there is no terminal to draw on")]
#[case(&["search", "x", "a.log", "--limit", "-3"], 2, "expected a whole number that is not negative, like 20")]
#[case(&["search", "x", "a.log", "-C", "two"], 2, "expected a whole number that is not negative, like 20")]
#[case(&["search", "x", "a.log", "--profile", "night"], 2, "no profile `night`")]
#[case(&["search", "x", "a.log", "--config", "none.toml"], 2, "--config none.toml: there is no such file")]
fn wrong_usage_is_a_sentence(#[case] arguments: &[&str], #[case] code: i32, #[case] said: &str) {
    let place = Place::empty();
    place.write("a.log", "2024-01-15T10:00:00Z INFO started\n");
    let ran = place.run(arguments);
    assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{}", ran.err);
    assert!(ran.err.starts_with("watchfire: ") && ran.err.contains(said), "{}", ran.err);
}

#[rstest]
#[case(&["diff", "a.log"], "no record here has a time, so there is no before and after")]
#[case(&["diff", "a.log", "--against", "a.log"], "no record here has a time")]
#[case(&["diff", "b.log", "--level", "fatal"], "no record with a time in what is compared: widen")]
fn a_comparison_without_times_says_why_and_advises_once(#[case] arguments: &[&str], #[case] said: &str) {
    let place = Place::empty();
    place.write("a.log", "one\ntwo\n");
    place.write("b.log", "2024-01-15T10:00:00Z INFO started\n");
    let ran = place.run(arguments);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert!(ran.err.contains(said) && ran.err.matches(';').count() == 0, "{}", ran.err);
}

#[test]
fn a_query_over_the_limit_is_refused() {
    let place = Place::empty();
    place.write("a.log", "x\n");
    for arguments in [["search", &"x".repeat(3_000), "a.log"], ["ask", &"x".repeat(3_000), "a.log"]] {
        let ran = place.run(&arguments);
        assert_eq!(ran.code, 4, "{}", ran.err);
        assert!(ran.err.contains("above search.max_query_length, 2000 (default)"), "{}", ran.err);
    }
}

#[test]
fn standard_input_is_read_only_when_asked_for() {
    let place = Place::empty();
    let child = place.command().args(["search", "x"]).stdin(Stdio::piped()).output().unwrap();
    assert_eq!(child.status.code(), Some(2));
}

#[rstest]
#[case(&["search", "zzyzx", "logs"])]
#[case(&["search", "zzyzx", "logs", "--count"])]
#[case(&["ask", "how often did zzyzx fail?", "logs"])]
fn nothing_found_is_exit_code_one(#[case] arguments: &[&str]) {
    let ran = Place::with_demo().run(arguments);
    assert_eq!(ran.code, 1, "{}\n{}", ran.out, ran.err);
}

#[test]
fn an_unreadable_path_beside_a_readable_one_is_said_and_not_fatal() {
    let place = Place::empty();
    place.write("a.log", "2024-01-15T10:00:00Z ERROR pool exhausted\n");
    place.write("empty.log", "");
    let ran = place.run(&["search", "pool", "a.log", "gone.log", "empty.log"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.out.lines().count(), 1);
    assert!(ran.err.contains("warning: gone.log: no such file"), "{}", ran.err);
}
