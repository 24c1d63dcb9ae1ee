//! Panics, exceptions and kills as answers: the line itself comes first, read from continuation lines too, and types of
//! exceptions are counted over whole records. Six small invented logs, one way to die each.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its files has to stop")]

use rstest::rstest;
use std::process::Command;

const GO: &str = "2025-05-01T10:00:00Z INFO [kiln] firing 1 started
2025-05-01T10:00:05Z INFO [glaze] batch 3 mixed
2025-05-01T10:00:09Z ERROR [kiln] request 44 aborted
panic: runtime error: index out of range [5] with length 3

goroutine 12 [running]:
main.heat(0xc000010000)
\t/src/kiln/heat.go:88 +0x1d
2025-05-01T10:00:20Z INFO [kiln] firing 2 started
2025-05-01T10:00:29Z ERROR [kiln] request 51 aborted
panic: runtime error: index out of range [7] with length 3

goroutine 31 [running]:
main.heat(0xc000010000)
\t/src/kiln/heat.go:88 +0x1d
2025-05-01T10:00:40Z INFO [glaze] batch 4 mixed
";

const PYTHON: &str = "2025-05-01 10:00:00,100 INFO shelf: tray 1 stored
2025-05-01 10:00:05,100 ERROR packer: cannot pack order 7
Traceback (most recent call last):
  File \"/srv/pack.py\", line 31, in pack
    size = int(text)
ValueError: invalid literal for int() with base 10: 'x1'
2025-05-01 10:00:07,100 ERROR packer: cannot pack order 8
Traceback (most recent call last):
  File \"/srv/pack.py\", line 31, in pack
    size = int(text)
ValueError: invalid literal for int() with base 10: 'x2'
2025-05-01 10:00:08,100 ERROR shelf: tray 3 lost
Traceback (most recent call last):
  File \"/srv/shelf.py\", line 9, in find
    return TRAYS[tray]
KeyError: 'tray-3'
2025-05-01 10:00:09,100 INFO shelf: tray 4 stored
";

const JAVA: &str = "2025-05-01 10:00:00,100 INFO [main] billing: started
2025-05-01 10:00:05,100 ERROR [pool-1] billing: invoice 7 failed
java.lang.IllegalStateException: cannot write invoice
\tat shop.Billing.write(Billing.java:31)
\tat shop.Billing.run(Billing.java:12)
Caused by: java.lang.NullPointerException: address is null
\tat shop.Address.of(Address.java:9)
\t... 2 more
2025-05-01 10:00:06,100 WARN [pool-1] orders: retry
java.io.IOException: reset
\tat shop.Net.read(Net.java:3)
2025-05-01 10:00:07,100 ERROR [pool-2] orders: order 8 failed
java.lang.NullPointerException: cart is null
\tat shop.Orders.run(Orders.java:12)
2025-05-01 10:00:09,100 ERROR [pool-1] billing: invoice 9 failed
java.lang.NullPointerException: address is null
\tat shop.Billing.run(Billing.java:12)
2025-05-01 10:00:10,100 INFO [main] orders: stopped
";

const RUST: &str = "2025-05-01T10:00:00Z INFO loom: weave 1 begun
2025-05-01T10:00:05Z INFO loom: weave 2 begun
thread 'weaver-2' panicked at src/loom.rs:41:9:
called `Option::unwrap()` on a `None` value
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
2025-05-01T10:00:12Z INFO dye: bath 3 ready
";

const NODE: &str = r#"{"ts":"2025-05-01T10:00:00Z","level":"info","service":"kiosk","msg":"screen 1 on"}
{"ts":"2025-05-01T10:00:05Z","level":"error","service":"kiosk","msg":"render failed","stack":"TypeError: Cannot read properties of undefined (reading 'price')\n    at render (/app/menu.js:3:9)"}
{"ts":"2025-05-01T10:00:07Z","level":"error","service":"till","msg":"sum failed","stack":"RangeError: too many coins\n    at sum (/app/till.js:7:9)"}
{"ts":"2025-05-01T10:00:08Z","level":"error","service":"till","msg":"sum failed","stack":"RangeError: too many coins\n    at sum (/app/till.js:7:9)"}
{"ts":"2025-05-01T10:00:09Z","level":"info","service":"till","msg":"drawer 2 shut"}
"#;

const KILLED: &str = "May  1 10:00:00 h1 sorter[41]: belt 3 running
May  1 10:00:05 h1 kernel: Out of memory: Killed process 41 (sorter) total-vm:91234kB, anon-rss:81234kB
May  1 10:00:06 h1 init[1]: sorter left
May  1 10:00:09 h1 sorter[77]: belt 3 running
";

/// The first line of an answer.
fn headline(log: &str, question: &str) -> String {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("a.log"), log).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_watchfire"))
        .args(["ask", question, "a.log"])
        .env("XDG_CACHE_HOME", place.path().join("cache"))
        .current_dir(place.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answer = text.lines().find(|line| line.starts_with("**") || line.starts_with("~~"));
    answer.unwrap_or_default().to_owned()
}

#[rstest]
#[case(GO, "why did it crash?", &["**panic: runtime error: index out of range", "goroutine 12", "2 times", "10:00:09", "10:00:29"])]
#[case(PYTHON, "what crashed?", &["**ValueError: invalid literal", "2 times", "first 2025-05-01 10:00:05", "last 2025-05-01 10:00:07"])]
#[case(JAVA, "what crashed", &["**java.lang.IllegalStateException: cannot write invoice", "cause: java.lang.NullPointerException: address is null"])]
#[case(JAVA, "why did orders crash?", &["**java.lang.NullPointerException: cart is null", "10:00:07"])]
#[case(RUST, "why did it crash?", &["**thread 'weaver-2' panicked", "called `Option::unwrap()`", "thread weaver-2", "10:00:05"])]
#[case(NODE, "what crashed", &["**TypeError: Cannot read properties", "in kiosk", "10:00:05"])]
#[case(NODE, "why did the till crash?", &["**RangeError: too many coins", "in till", "2 times"])]
#[case(NODE, "did anything crash?", &["**yes", "TypeError"])]
#[case(KILLED, "why did the sorter crash?", &["**Out of memory: Killed process 41 (sorter)", "10:00:05"])]
#[case(KILLED, "when did the sorter die?", &["10:00:05", "Out of memory"])]
fn a_crash_is_told_by_its_own_line_first(#[case] log: &str, #[case] question: &str, #[case] says: &[&str]) {
    let headline = headline(log, question);
    assert!(says.iter().all(|text| headline.contains(text)), "{headline}");
    assert!(!headline.contains("unverified") && headline.contains("** ["), "no citation: {headline}");
}

#[rstest]
#[case(PYTHON, "how many ValueErrors", "**2 records")]
#[case(PYTHON, "which exception most", "**ValueError: 2 records")]
#[case(PYTHON, "how many exceptions", "**3 records")]
#[case(PYTHON, "list all exceptions", "**ValueError, KeyError")]
#[case(JAVA, "how many NullPointerExceptions in billing", "**2 records")]
#[case(JAVA, "how many NullPointerExceptions", "**3 records")]
#[case(JAVA, "how many IOExceptions are there?", "**1 record")]
#[case(JAVA, "which exception is most common", "**java.lang.NullPointerException: 3 records")]
#[case(NODE, "which service throws the most exceptions?", "**till: 2 records")]
#[case(NODE, "exceptions by service", "**till (2), kiosk (1)")]
#[case(NODE, "how many RangeErrors not from kiosk", "**2 records")]
#[case(GO, "how many panics", "**2 records")]
fn types_are_counted_over_whole_records(#[case] log: &str, #[case] question: &str, #[case] says: &str) {
    let headline = headline(log, question);
    assert!(headline.starts_with(says), "{headline}");
}

#[rstest]
#[case(JAVA, "how many ArithmeticExceptions", "**not in these logs")]
#[case(
    "2025-05-01T10:00:00Z INFO loom: weave 1 begun\n2025-05-01T10:00:01Z INFO loom: weave 2 begun\n",
    "which exception most",
    "**not in these logs"
)]
fn what_nothing_threw_is_said_to_be_absent(#[case] log: &str, #[case] question: &str, #[case] says: &str) {
    let headline = headline(log, question);
    assert!(headline.starts_with(says), "{headline}");
}

#[test]
fn a_handled_exception_is_no_crash() {
    let log = "2025-05-01 10:00:00,100 INFO a: one\n2025-05-01 10:00:06,100 WARN b: retry\n\
               java.io.IOException: reset\n\tat c.Net.read(Net.java:3)\n2025-05-01 10:00:08,100 INFO a: two\n";
    assert!(!headline(log, "what crashed?").contains("IOException: reset; in"));
}
