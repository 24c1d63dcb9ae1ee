//! Whole JSON documents to one record per line: CloudTrail's `Records`, arrays of objects, pretty-printed objects.
//!
//! A byte-wise machine with constant memory, run while a source is spooled. Each record keeps its bytes but for white
//! space outside strings; what surrounds the records (brackets, a next-page token) is dropped. A document that breaks
//! off leaves its last record as it is.

use super::json::Members;

/// Member names whose array holds the records of a document.
const HOLDERS: [&[u8]; 9] =
    [b"Records", b"events", b"items", b"logs", b"entries", b"hits", b"records", b"value", b"logEvents"];

/// Holders whose document may stand on a single line.
const DOCUMENTS: [&[u8]; 5] = [b"Records", b"events", b"hits", b"logEvents", b"logs"];

/// Turns chunks of a document into lines.
#[derive(Clone, Debug)]
pub struct Expander {
    /// Depth at which an object is a record.
    record_depth: usize,
    /// Name of the member whose array holds the records, when they are not at the top.
    holder: Option<Vec<u8>>,
    depth: usize,
    in_string: bool,
    escaped: bool,
    in_record: bool,
    /// Name read last outside a record, and whether one is being read.
    name: Vec<u8>,
    /// Whether the array under way is the holder's.
    held: bool,
}

/// What a source's first bytes say: `None` if it is not one JSON document over several lines or records.
///
/// A file with one object per line needs no expanding and gives `None`.
#[must_use]
pub fn expander(sample: &[u8]) -> Option<Expander> {
    let sample = sample.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sample);
    let start = sample.iter().position(|b| !b.is_ascii_whitespace())?;
    let sample = sample.get(start..)?;
    match *sample.first()? {
        b'[' => {
            let next = sample.iter().skip(1).find(|b| !b.is_ascii_whitespace())?;
            (*next == b'{').then(|| Expander::new(1, None))
        }
        b'{' => object(sample),
        _ => None,
    }
}

/// An object at the start: a holder of records, or pretty-printed records one after the other.
fn object(sample: &[u8]) -> Option<Expander> {
    let first_line = sample.split(|b| *b == b'\n').next()?;
    let is_line = Members::new(first_line).spans_text();
    let alone = sample.get(first_line.len()..).unwrap_or_default().trim_ascii().is_empty();
    match holder(sample) {
        // One object on one line among others is a record, whatever arrays it holds.
        Some((_, name)) if is_line && !(alone && DOCUMENTS.contains(&name.as_slice())) => return None,
        Some((depth, name)) => return Some(Expander::new(depth, Some(name))),
        None => {}
    }
    let opens =
        first_line.trim_ascii() == b"{" || matches!(first_line.trim_ascii().last(), Some(b',' | b'{' | b'['));
    opens.then(|| Expander::new(0, None))
}

/// The array of objects a document is about: its depth and the name of its member.
fn holder(sample: &[u8]) -> Option<(usize, Vec<u8>)> {
    let (mut depth, mut at) = (0usize, 0);
    let mut name: &[u8] = b"";
    while at < sample.len() {
        match sample[at] {
            b'"' => {
                let end = string_end(sample, at + 1)?;
                name = sample.get(at + 1..end)?;
                at = end;
            }
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            b'[' => {
                let next = sample.iter().skip(at + 1).find(|b| !b.is_ascii_whitespace());
                if depth <= 2 && next == Some(&b'{') && HOLDERS.contains(&name) {
                    return Some((depth + 1, name.to_vec()));
                }
                depth += 1;
            }
            b']' => depth = depth.checked_sub(1)?,
            // The first of several lines ended: these are records of their own.
            b'\n' if depth == 0 => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

fn string_end(text: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

impl Expander {
    fn new(record_depth: usize, holder: Option<Vec<u8>>) -> Self {
        Self {
            record_depth,
            held: holder.is_none(),
            holder,
            depth: 0,
            in_string: false,
            escaped: false,
            in_record: false,
            name: Vec::new(),
        }
    }

    /// Appends the lines that `chunk` completes, and the beginning of the one it does not, to `out`.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        for &byte in chunk {
            if self.in_string {
                self.inside_string(byte, out);
            } else {
                self.outside_string(byte, out);
            }
        }
    }

    /// Ends the last line if the document broke off inside a record.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if self.in_record {
            out.push(b'\n');
            self.in_record = false;
        }
    }

    fn inside_string(&mut self, byte: u8, out: &mut Vec<u8>) {
        let ends = byte == b'"' && !self.escaped;
        self.escaped = byte == b'\\' && !self.escaped;
        self.in_string = !ends;
        if self.in_record {
            // A raw line break inside a string is not JSON, but must not break the line.
            out.push(if matches!(byte, b'\n' | b'\r') { b' ' } else { byte });
        } else if !ends && self.name.len() < 64 {
            self.name.push(byte);
        }
    }

    fn outside_string(&mut self, byte: u8, out: &mut Vec<u8>) {
        match byte {
            b'"' => {
                self.in_string = true;
                if !self.in_record {
                    self.name.clear();
                }
            }
            b'{' | b'[' => self.open(byte),
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.in_record && self.depth == self.record_depth {
                    out.extend_from_slice(b"}\n");
                    self.in_record = false;
                    return;
                }
                if !self.in_record && self.holder.is_some() && self.depth < self.record_depth {
                    self.held = false;
                }
            }
            b' ' | b'\t' | b'\n' | b'\r' => return,
            _ => {}
        }
        if self.in_record {
            out.push(byte);
        }
    }

    fn open(&mut self, byte: u8) {
        if !self.in_record {
            if byte == b'[' && self.depth + 1 == self.record_depth && self.holder.as_ref() == Some(&self.name)
            {
                self.held = true;
            }
            self.in_record = byte == b'{' && self.held && self.depth == self.record_depth;
        }
        self.depth += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn expanded(text: &str, chunk: usize) -> Option<String> {
        let mut expander = expander(text.as_bytes())?;
        let mut out = Vec::new();
        text.as_bytes().chunks(chunk).for_each(|chunk| expander.push(chunk, &mut out));
        expander.finish(&mut out);
        Some(String::from_utf8(out).unwrap())
    }

    #[rstest]
    #[case::cloudtrail(
        "{\"Records\":[{\"a\":1,\"b\":[{\"c\":\"]}\"}]},{\"a\":2}]}",
        "{\"a\":1,\"b\":[{\"c\":\"]}\"}]}\n{\"a\":2}\n"
    )]
    #[case::pretty_holder(
        "{\n  \"nextToken\": \"[{\",\n  \"events\": [\n    {\n      \"message\": \"x y\"\n    }\n  ]\n}",
        "{\"message\":\"x y\"}\n"
    )]
    #[case::array("[\n {\"a\": \"q\\\"]\"},\n {\"a\": 2}\n]\n", "{\"a\":\"q\\\"]\"}\n{\"a\":2}\n")]
    #[case::pretty_objects("{\n  \"a\": 1\n}\n{\n  \"a\": {\"b\": 2}\n}\n", "{\"a\":1}\n{\"a\":{\"b\":2}}\n")]
    #[case::search_answer(
        "{\"took\":3,\"hits\":{\"total\":2,\"hits\":[{\"_id\":\"1\"},{\"_id\":\"2\"}]}}",
        "{\"_id\":\"1\"}\n{\"_id\":\"2\"}\n"
    )]
    #[case::broken_off("{\"Records\":[{\"a\":1},{\"a\":\"tw", "{\"a\":1}\n{\"a\":\"tw\n")]
    fn a_document_becomes_lines(
        #[case] text: &str,
        #[case] expected: &str,
        #[values(1, 7, 4096)] chunk: usize,
    ) {
        assert_eq!(expanded(text, chunk).as_deref(), Some(expected));
    }

    #[rstest]
    #[case("{\"msg\":\"a\"}\n{\"msg\":\"b\"}\n")]
    #[case("{\"msg\":\"a\",\"items\":[{\"id\":1}]}\n{\"msg\":\"b\",\"items\":[]}\n")]
    #[case("[2024-01-15 10:00:00] x\n")]
    #[case("plain\n")]
    #[case("")]
    fn lines_stay_lines(#[case] text: &str) {
        assert!(expander(text.as_bytes()).is_none());
    }
}
