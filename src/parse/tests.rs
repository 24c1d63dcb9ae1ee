//! Whole lines of every format with what is expected of them. All systems are invented.

use super::*;

/// Options of a reader on 1 February 2024.
pub(super) fn options() -> ParseOptions {
    let newest = Timestamp::from_jiff("2024-02-01T00:00:00Z".parse().unwrap());
    ParseOptions { zone: None, format: None, newest }
}

/// `time | level | service | body` of each line of a text, `+` before a continuation, `?` before an unknown line.
pub(super) fn shown(text: &str) -> Vec<String> {
    let layout = Layout::learn(text.as_bytes(), &options());
    let mut parser = layout.parser();
    text.lines().map(|line| shown_line(&parser.parse(line.as_bytes()))).collect()
}

fn shown_line(line: &ParsedLine<'_>) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let body = text(&line.body);
    match line.role {
        LineRole::Blank => return "blank".to_owned(),
        LineRole::Heading => return "heading".to_owned(),
        LineRole::Continuation => return format!("{}+ {body}", if line.understood { "" } else { "?" }),
        LineRole::Start => {}
    }
    let ts = line.ts.map_or("-".to_owned(), |ts| ts.to_string());
    let level = line.level.map_or("-", Level::as_str);
    let service = line.service.as_ref().map_or("-".to_owned(), |name| text(name));
    format!("{}{ts} | {level} | {service} | {body}", if line.understood { "" } else { "?" })
}

mod lines;
mod records;
