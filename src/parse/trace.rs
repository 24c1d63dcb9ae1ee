//! Stack traces: which lines without a header belong to the record before.
//!
//! Java (`Caused by`, `... 12 more`), Python, Go, Rust, Node and .NET. A small state remembers which kind of trace is
//! under way, because some of its lines (`main.main()`, `ValueError: x`) say nothing by themselves.

/// The trace under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Trace {
    /// None.
    #[default]
    None,
    /// Between `Traceback` and the exception's own line.
    Python,
    /// Behind `panic:` or `goroutine 1 [running]:`.
    Go,
    /// Behind `thread 'main' panicked at`: the next line is the panic's text.
    RustText,
    /// Notes and frames of a Rust panic.
    Rust,
    /// Behind `/app/server.js:10`: code, a caret, the error, frames. The number of lines left before the frames.
    Node(u8),
    /// Behind `# Time:` of MySQL's slow query log: the statement and its figures, up to the next one.
    Statement,
}

/// What a line without a header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belongs {
    /// Part of the record before, as a trace or an indented line.
    Before,
    /// The start of a trace that stands alone: a record.
    Alone,
    /// Neither is known.
    Unknown,
}

impl Trace {
    /// Judges a line without a header. `after_record`: a record came before and lines of this source have headers, so
    /// that an exception's name at the start of a line belongs to it.
    pub(super) fn judge(&mut self, line: &[u8], after_record: bool) -> Belongs {
        if let Some(belongs) = self.opening(line, after_record) {
            return belongs;
        }
        let indented = matches!(line.first(), Some(b' ' | b'\t'));
        if indented || self.continues(line) || is_trace_line(line) {
            return Belongs::Before;
        }
        if after_record && is_exception(line) {
            return Belongs::Before;
        }
        *self = Trace::None;
        Belongs::Unknown
    }

    /// Lines that open a trace.
    fn opening(&mut self, line: &[u8], after_record: bool) -> Option<Belongs> {
        let (next, belongs) = if line.starts_with(b"Traceback (most recent call last)") {
            let alone = !after_record && *self != Trace::Python;
            (Trace::Python, if alone { Belongs::Alone } else { Belongs::Before })
        } else if line.starts_with(b"goroutine ") && line.ends_with(b"]:") {
            (Trace::Go, Belongs::Before)
        } else if line.starts_with(b"panic: ") || line.starts_with(b"fatal error: ") {
            (Trace::Go, if *self == Trace::Go { Belongs::Before } else { Belongs::Alone })
        } else if line.starts_with(b"thread '") && find(line, b"' panicked at ").is_some()
            || line.starts_with(b"thread '") && find(line, b") panicked at ").is_some()
        {
            // Before Rust 1.73 the text stood in quotes on this line.
            let old = find(line, b"panicked at '").is_some();
            (if old { Trace::Rust } else { Trace::RustText }, Belongs::Alone)
        } else if line.starts_with(b"Exception in thread \"") || line.starts_with(b"Unhandled exception. ") {
            (Trace::None, Belongs::Alone)
        } else if is_script_place(line) {
            (Trace::Node(5), Belongs::Alone)
        } else {
            return None;
        };
        *self = next;
        Some(belongs)
    }

    /// Lines that belong only because of the trace under way.
    fn continues(&mut self, line: &[u8]) -> bool {
        match *self {
            Trace::None => false,
            Trace::Python => {
                *self = Trace::None;
                true
            }
            Trace::Go => {
                line.ends_with(b")")
                    || line.starts_with(b"created by ")
                    || line.starts_with(b"exit status ")
                    || line.starts_with(b"[signal ")
                    || line.starts_with(b"runtime stack:")
                    || line.starts_with(b"rax ")
            }
            Trace::RustText => {
                *self = Trace::Rust;
                true
            }
            Trace::Rust => false,
            Trace::Statement => true,
            Trace::Node(left) => {
                *self = if left > 1 { Trace::Node(left - 1) } else { Trace::None };
                true
            }
        }
    }
}

/// Lines that occur in traces only.
fn is_trace_line(line: &[u8]) -> bool {
    const STARTS: [&[u8]; 14] = [
        b"Caused by: ",
        b"Suppressed: ",
        b"During handling of the above exception",
        b"The above exception was the direct cause",
        b"created by ",
        b"stack backtrace:",
        b"note: run with `RUST_BACKTRACE",
        b"note: Some details are omitted",
        b"--- End of ",
        b"--> ",
        b" ---> ",
        b"Node.js v",
        b"caused by: ",
        b"Wrapped by: ",
    ];
    let more = line.starts_with(b"... ") && (line.ends_with(b" more") || line.ends_with(b" frames omitted"));
    let frame = line.starts_with(b"at ") && line.ends_with(b")");
    more || frame || STARTS.iter().any(|start| line.starts_with(start))
}

/// `java.lang.IllegalStateException: x`, `ValueError: x`: one dotted word that ends like an exception's name.
fn is_exception(line: &[u8]) -> bool {
    let length =
        line.iter().take(200).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$'));
    let length = length.count();
    let name = line.get(..length).unwrap_or_default();
    let ends = matches!(line.get(length), None | Some(b':'));
    let named =
        [b"Exception".as_slice(), b"Error", b"Throwable", b"Failure"].iter().any(|end| name.ends_with(end));
    ends && named
}

/// `/app/server.js:10`, `node:internal/modules:12`: the whole line is a place in a script.
fn is_script_place(line: &[u8]) -> bool {
    let Some(colon) = line.iter().rposition(|b| *b == b':') else { return false };
    let (file, number) = (line.get(..colon).unwrap_or_default(), line.get(colon + 1..).unwrap_or_default());
    let script = [b".js".as_slice(), b".mjs", b".cjs", b".ts"].iter().any(|end| file.ends_with(end));
    let placed = file.first() == Some(&b'/') || file.starts_with(b"file://") || file.starts_with(b"node:");
    let numbered = !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    numbered && placed && (script || file.starts_with(b"node:")) && !file.contains(&b' ')
}

pub(super) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, needle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// Marks each line of a trace: `B` before, `A` alone, `U` unknown, `_` blank.
    fn marks(text: &str, after_record: bool) -> String {
        let mut trace = Trace::None;
        let mark = |line: &str| match trace.judge(line.as_bytes(), after_record) {
            _ if line.is_empty() => '_',
            Belongs::Before => 'B',
            Belongs::Alone => 'A',
            Belongs::Unknown => 'U',
        };
        text.lines().map(mark).collect()
    }

    #[rstest]
    #[case::java(
        "shop.PayException: no\n\tat shop.Pay.run(Pay.java:4)\nCaused by: java.io.IOException: x\n\t... 12 more",
        "BBBB"
    )]
    #[case::python(
        "Traceback (most recent call last):\n  File \"a.py\", line 1, in x\n    go()\nValueError: bad\nnext",
        "BBBBU"
    )]
    #[case::chained(
        "Traceback (most recent call last):\n  File \"a.py\"\nKeyError: 'a'\nDuring handling of the above exception, another exception occurred:\nTraceback (most recent call last):\n  File \"b.py\"\nshop.Oops: no",
        "BBBBBBB"
    )]
    #[case::go(
        "goroutine 7 [running]:\nmain.pay(0xc0001)\n\t/src/main.go:4 +0x1d\ncreated by main.main in goroutine 1\nexit status 2",
        "BBBBB"
    )]
    #[case::dotnet(
        "System.InvalidOperationException: no\n   at Shop.Pay.Run() in /src/Pay.cs:line 4\n   --- End of inner exception stack trace ---\n   at Shop.Main()",
        "BBBB"
    )]
    #[case::node(
        "Error: no\n    at Object.<anonymous> (/app/a.js:1:2)\n    at node:internal/main:2:3",
        "BBB"
    )]
    fn a_trace_belongs_to_the_record_before(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(marks(text, true), expected);
    }

    #[rstest]
    #[case::go(
        "panic: index out of range\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:4 +0x1d\nexit status 2\nnext",
        "ABBBBU"
    )]
    #[case::rust(
        "thread 'main' panicked at src/main.rs:4:5:\nno more stock\nnote: run with `RUST_BACKTRACE=1` x\nstack backtrace:\n   0: rust_begin_unwind\nnext",
        "ABBBBU"
    )]
    #[case::old_rust("thread 'main' panicked at 'no more', src/main.rs:4:5\nnext", "AU")]
    #[case::node(
        "/app/server.js:10\n    throw new Error('no')\n    ^\nError: no\n    at f (/app/server.js:10:9)\nNode.js v20.1.0",
        "ABBBBB"
    )]
    #[case::java(
        "Exception in thread \"main\" java.lang.Error: x\n\tat shop.Main.main(Main.java:4)\nnext",
        "ABU"
    )]
    #[case::python("Traceback (most recent call last):\n  File \"a.py\"\nshop.Oops: no\nnext", "ABBU")]
    fn a_trace_without_a_record_is_a_record(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(marks(text, false), expected);
    }

    #[test]
    fn ordinary_lines_are_not_claimed() {
        for line in
            ["Error reading config", "at last", "connected to db", "panic button pressed", "goroutine leak"]
        {
            assert_eq!(Trace::None.judge(line.as_bytes(), true), Belongs::Unknown, "{line}");
        }
    }
}
