//! How fast lines are taken apart, per format. `cargo bench --bench parse`.

use divan::counter::{BytesCount, ItemsCount};
use watchfire::domain::Timestamp;
use watchfire::parse::{Layout, ParseOptions};

fn main() {
    divan::main();
}

const LINES: usize = 10_000;
const NAMES: [&str; 5] = ["cart", "payments", "search", "mailer", "stock"];
const FORMATS: [&str; 8] = ["iso", "syslog", "java", "json", "docker", "logfmt", "access", "csv"];

/// One invented line of a format.
fn line(format: &str, i: usize) -> String {
    let name = NAMES[i * 7 % 5];
    let body = match i % 4 {
        0 => format!("accepted connection from 198.51.100.{} port {}", i % 250, 1024 + i),
        1 => format!("order {i} paid by user {name} in {} ms", i % 700),
        2 => format!("cannot reach {name}.internal:5432, retry {} of 5", i % 5),
        _ => format!("cache {name} holds {i} entries"),
    };
    let clock = format!("{:02}:{:02}:{:02}", i / 3600 % 24, i / 60 % 60, i % 60);
    match format {
        "iso" => format!("2024-01-15T{clock}.{:03}Z web{} {name}[{i}]: {body}", i % 1000, i % 9),
        "syslog" => format!("Jan 15 {clock} web{} {name}[{i}]: {body}", i % 9),
        "java" => {
            format!("2024-01-15 {clock},{:03} INFO [nio-{}] c.shop.{name}.Api: {body}", i % 1000, i % 8)
        }
        "json" => format!(
            r#"{{"time":"2024-01-15T{clock}.{:03}Z","level":"info","service":"{name}","trace_id":"{i:032x}","msg":"{body}","took_ms":{}}}"#,
            i % 1000,
            i % 700
        ),
        "docker" => format!(
            r#"{{"log":"{clock}.{:03} INFO c.shop.{name}.Api - {body}\n","stream":"stdout","time":"2024-01-15T{clock}.{i:09}Z"}}"#,
            i % 1000
        ),
        "logfmt" => {
            format!("time=2024-01-15T{clock}Z level=info msg=\"{body}\" service={name} took={}ms", i % 700)
        }
        "access" => {
            format!(
                "198.51.100.{} - - [15/Jan/2024:{clock} +0000] \"GET /{name}/{i} HTTP/1.1\" 200 {i} \"-\" \"curl/8.1\"",
                i % 250
            )
        }
        _ => format!(
            "2024-01-15T{clock}.{:03}Z,{name}-64469b5b48-25zj6,info,\"{body}, \"\"quoted\"\"\"",
            i % 1000
        ),
    }
}

fn file(format: &str) -> Vec<u8> {
    let heading = if format == "csv" { "Timestamp,PodName,Level,Message\n" } else { "" };
    let lines: Vec<String> = (0..LINES).map(|i| line(format, i)).collect();
    format!("{heading}{}\n", lines.join("\n")).into_bytes()
}

fn options() -> ParseOptions {
    ParseOptions { zone: None, format: None, newest: Timestamp::from_millis(1_706_745_600_000) }
}

#[divan::bench(args = FORMATS)]
fn parse(bencher: divan::Bencher<'_, '_>, format: &str) {
    let file = file(format);
    let layout = Layout::learn(&file, &options());
    bencher.counter(ItemsCount::new(LINES)).counter(BytesCount::new(file.len())).bench(|| {
        let mut parser = layout.parser();
        let lines = file.split(|b| *b == b'\n');
        lines.map(|line| divan::black_box(parser.parse(line)).body.len()).sum::<usize>()
    });
}

#[divan::bench(args = FORMATS)]
fn learn(bencher: divan::Bencher<'_, '_>, format: &str) {
    let file = file(format);
    bencher.counter(BytesCount::new(file.len())).bench(|| Layout::learn(divan::black_box(&file), &options()));
}
