//! Texts to a corpus in memory, for tests.

use watchfire::compute::{MemoryCorpus, MemoryRow};
use watchfire::domain::{RecordId, Timestamp};
use watchfire::parse::{Layout, LineRole, ParseOptions};

/// Parses and mines one text; record ids start with the name.
pub fn corpus(name: &str, text: &str) -> MemoryCorpus {
    let newest = Timestamp::from_jiff("2025-12-31T00:00:00Z".parse().unwrap());
    let options = ParseOptions { zone: None, format: None, newest };
    let layout = Layout::learn(text.as_bytes(), &options);
    let mut rows = Vec::new();
    read_rows(name, text.as_bytes(), &layout, &mut rows);
    MemoryCorpus::mine(rows, layout.zone())
}

/// Splits a text into records; the pattern and the captures come later.
fn read_rows(name: &str, text: &[u8], layout: &Layout, rows: &mut Vec<MemoryRow>) {
    let mut parser = layout.parser();
    let begin = rows.len();
    for (number, line) in text.split(|&b| b == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let parsed = parser.parse(line);
        match parsed.role {
            LineRole::Blank | LineRole::Heading => {}
            LineRole::Continuation if rows.len() > begin => {
                if let Some(row) = rows.last_mut() {
                    row.raw.push(b'\n');
                    row.raw.extend_from_slice(line);
                }
            }
            LineRole::Start | LineRole::Continuation => rows.push(MemoryRow {
                id: RecordId(format!("{name}:{}", number + 1)),
                pattern: 0,
                ts: parsed.ts,
                level: parsed.level,
                service: parsed.service.as_deref().map_or_else(
                    || name.split('.').next().unwrap_or(name).to_owned(),
                    |service| String::from_utf8_lossy(service).into_owned(),
                ),
                body: parsed.body.to_vec(),
                raw: line.to_vec(),
                captures: Vec::new(),
                fields: Vec::new(),
            }),
        }
    }
    for row in rows.iter_mut().skip(begin) {
        row.fields = layout.fields(&row.raw);
    }
}
