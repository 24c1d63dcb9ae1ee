//! Synthetic headers in front of unrelated bodies: every cut must be exact.

use super::super::sink::Nowhere;
use super::*;
use rstest::rstest;

const HOSTS: [&str; 4] = ["web1", "db-primary", "cache7.shop.example", "node-31"];
const LEVELS: [&str; 5] = ["INFO", "WARN", "ERROR", "DEBUG", "INFO"];
const NAMES: [&str; 5] = ["cart", "payments", "search", "mailer", "stock"];

/// Bodies of an invented shop; several start with what could be read as a column.
fn body(i: usize) -> String {
    let name = NAMES[i % 5];
    match i % 16 {
        0 => format!("user {name} logged in from 198.51.100.{}", i % 250),
        1 => format!("{} items shipped to {name}", i % 90),
        2 => format!("cannot reach upstream {name}: connection refused"),
        3 => format!("[{name}] retry {} of 5", i % 5),
        4 => format!("error while reading block blk_{i}"),
        5 => format!("GET /api/{name}/{i} took {} ms", i % 700),
        6 => "cache warmed".to_owned(),
        7 => format!("session={i} closed by peer"),
        8 => format!("{name}: queue depth {}", i % 40),
        9 => "shutting down".to_owned(),
        10 => format!("payment {i} declined (code {})", i % 70),
        11 => format!("Starting worker - {name} ready"),
        12 => format!("\"{name}\" was not found"),
        13 => format!("received {} bytes in {} s", i * 31, i % 9),
        14 => format!("Reconnecting to {name}.internal:5432 now"),
        _ => format!("lease {i} renewed until tomorrow"),
    }
}

/// One of 31 headers, for line `i`.
fn header(kind: usize, i: usize) -> String {
    let (h, m, s) = (i / 3600 % 24, i / 60 % 60, i % 60);
    let (host, level, name, pid) = (HOSTS[i % 4], LEVELS[i % 5], NAMES[i * 7 % 5], 100 + i * 13 % 9000);
    let lower = level.to_lowercase();
    let iso = format!("2024-01-15T{h:02}:{m:02}:{s:02}");
    let spaced = format!("2024-01-15 {h:02}:{m:02}:{s:02}");
    let milli = i * 37 % 1000;
    let epoch = 1_705_312_800 + i;
    match kind {
        0 => format!("[Mon Jan 15 {h:02}:{m:02}:{s:02} 2024] [{lower}] "),
        1 => format!("2024/01/15 {h:02}:{m:02}:{s:02} [{lower}] {pid}#{pid}: "),
        2 => format!("{spaced}.{milli:03}  {level:>5} {pid} --- [nio-{}] c.shop.{name}.Api : ", i % 8),
        3 => format!("{h:02}:{m:02}:{s:02}.{milli:03} [main-{}] {level:<5} c.shop.{name}.Api - ", i % 8),
        4 => format!("{spaced},{milli:03} - {name} - {level} - "),
        5 => format!("{iso}.{milli:03}Z {host} {name}[{pid}]: "),
        6 => format!("<34>1 {iso}Z {host} {name} {pid} - - "),
        7 => format!("Jan 15 {h:02}:{m:02}:{s:02} {host} {name}[{pid}]: "),
        8 => format!(
            "{}0115 {h:02}:{m:02}:{s:02}.{:06} {pid:>7} {name}.go:{}] ",
            &level[..1],
            milli * 1000,
            i % 90 + 1
        ),
        9 => format!("20240115-{h}:{m}:{s}:{milli}|{name}|3000{}|", i % 10),
        10 => format!("{spaced}.{milli:03} UTC [{pid}] {name}@shop {}:  ", ["LOG", "ERROR", "FATAL"][i % 3]),
        11 => format!(
            "- {epoch} 2024.01.15 R0{}-M1 2024-01-15-{h:02}.{m:02}.{s:02}.{milli:06} R0{}-M1 RAS KERNEL {level} ",
            i % 9,
            i % 9
        ),
        12 => format!("{iso}.{milli:09}Z stdout F "),
        13 => format!("{}{milli:03} ", epoch),
        14 => format!("{spaced}, {level:<8} {name:<10} "),
        15 => format!("{spaced} {level} [req-{pid:08x}] "),
        16 => String::new(),
        17 => format!("{spaced},{milli:03} {level} [main] c.shop.{name}.Api: "),
        18 => format!("01-15 {h:02}:{m:02}:{s:02}.{milli:03} {pid:>5} {pid:>5} {} {name}: ", &level[..1]),
        19 => format!("2401{} {h:02}{m:02}{s:02} {pid} {level} shop.{name}$Worker: ", 15),
        20 => format!("[{iso}.{milli:03}Z][{pid}][{lower}][{name}] "),
        22 => format!(
            "{iso}.{milli:03}+0000 [APP/PROC/WEB/{}] {} ",
            i % 3,
            if i % 3 == 2 { "ERR" } else { "OUT" }
        ),
        23 => format!("01-15 {h:02}:{m:02}:{s:02}.{milli:03} {}/{name}({pid:>5}): ", &level[..1]),
        24 => {
            format!("<{}>Jan 15 2024 {h:02}:{m:02}:{s:02} {host} : %FW-{}-30{}: ", 160 + i % 7, i % 7, i % 9)
        }
        25 => format!("Jan 15 {h:02}:{m:02}:{s:02} {host} kernel: [{:>5}.{milli:06}] ", i * 3),
        26 => format!(
            "Jan 15 {h:02}:{m:02}:{s:02} phone {name}(Core{name})[{pid}] <{}>: ",
            ["Notice", "Error"][i % 2]
        ),
        27 => format!("{iso}.{milli:03}+0000 7f8{pid:05x}a {:>2} ", [0, 1, 10][i % 3]),
        28 => format!("15.01.2024 {h:02}:{m:02}:{s:02};{level};{name};"),
        29 => {
            format!("{spaced}.{milli:03} UTC [{pid}] {} LOG:  ", ["app@shop", "[unknown]@[unknown]"][i % 2])
        }
        21 => format!("{pid} node-{} {name}.hw state.{name} {epoch} 1 ", i % 300),
        _ => {
            format!("nova-{name}.log {spaced}.{milli:03} {pid} {level} shop.{name}.api [req-{pid:08x} - -] ")
        }
    }
}

fn exact(kind: usize, bodies: impl Fn(usize) -> String) -> Vec<String> {
    let lines: Vec<(String, String)> = (0..800).map(|i| (header(kind, i), bodies(i))).collect();
    let texts: Vec<String> = lines.iter().map(|(head, body)| format!("{head}{body}")).collect();
    let bytes: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    let layout = crate::parse::Layout::learn(texts.join("\n").as_bytes(), &crate::parse::tests::options());
    let mut parser = layout.parser();
    bytes
        .iter()
        .zip(&lines)
        .filter_map(|(text, (_, body))| {
            let got = parser.parse(text).body.into_owned();
            (got != body.as_bytes()).then(|| {
                format!("{:?} of {:?}", String::from_utf8_lossy(&got), String::from_utf8_lossy(text))
            })
        })
        .collect()
}

#[rstest]
fn every_header_is_cut_exactly(
    #[values(
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
        28, 29, 30
    )]
    kind: usize,
) {
    let wrong = exact(kind, body);
    assert!(wrong.is_empty(), "{} wrong, first: {:#?}", wrong.len(), &wrong[..wrong.len().min(3)]);
}

#[rstest]
fn a_template_that_fills_the_file_makes_no_columns(
    #[values(0, 1, 2, 3, 4, 5, 7, 9, 10, 17, 19)] kind: usize,
) {
    let mostly = |i: usize| {
        if i.is_multiple_of(25) {
            body(i / 25)
        } else {
            format!("accepted connection from 198.51.100.{} port {}", i % 250, i)
        }
    };
    let wrong = exact(kind, mostly);
    assert!(wrong.is_empty(), "{} wrong, first: {:#?}", wrong.len(), &wrong[..wrong.len().min(3)]);
}

#[test]
fn two_programs_in_one_file_keep_two_headers() {
    let texts: Vec<String> = (0..200).map(|i| header([7, 17][i % 2], i) + &body(i)).collect();
    let bytes: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    let headers = learn(&bytes, DayOrder::MonthFirst);
    let bodies: Vec<String> = bytes
        .iter()
        .map(|text| {
            let cut = headers.iter().find_map(|h| h.cut(text, DayOrder::MonthFirst, &mut Nowhere)).unwrap();
            String::from_utf8_lossy(&text[cut.body..]).into_owned()
        })
        .collect();
    assert_eq!(bodies, (0..200).map(body).collect::<Vec<_>>());
}

#[test]
fn messages_that_end_with_a_time_have_no_header() {
    let line = |i: usize| match i % 4 {
        0 => body(i),
        _ => format!(
            "connection from 198.51.100.{} ({}) at Jan 15 10:00:{:02} 2024",
            i % 250,
            NAMES[i % 5],
            i % 60
        ),
    };
    let texts: Vec<String> = (0..400).map(line).collect();
    let bytes: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    assert_eq!(learn(&bytes, DayOrder::MonthFirst), Vec::new());
}

#[rstest]
fn words_nobody_knows_are_columns_when_messages_come_behind_several(#[values(0, 1, 2, 3)] kind: usize) {
    let line = |i: usize| {
        let time = format!("2024-01-15 10:{:02}:{:02}", i / 60 % 60, i % 60);
        let (facility, grade) = (["BUS", "PUMP", "VALVE"][i % 3], ["NORMAL", "GRAVE"][i / 3 % 2]);
        match kind {
            0 => format!("{time} {facility} "),
            1 => format!("{time} {facility} {grade} "),
            2 => format!("{time} unit-{} {} ", i % 5, facility.to_lowercase()),
            _ => {
                format!("{time} {} launchd[{}] (com.example.{}): ", HOSTS[0], i % 90, facility.to_lowercase())
            }
        }
    };
    let texts: Vec<(String, String)> = (0..1600).map(|i| (line(i), body(i / 6))).collect();
    let whole: Vec<String> = texts.iter().map(|(head, body)| format!("{head}{body}")).collect();
    let layout = crate::parse::Layout::learn(whole.join("\n").as_bytes(), &crate::parse::tests::options());
    let mut parser = layout.parser();
    let wrong: Vec<String> = whole
        .iter()
        .zip(&texts)
        .filter(|(whole, (_, body))| parser.parse(whole.as_bytes()).body.into_owned() != body.as_bytes())
        .map(|(whole, _)| whole.clone())
        .collect();
    assert!(wrong.is_empty(), "{} wrong, first: {:#?}", wrong.len(), &wrong[..wrong.len().min(3)]);
}

#[test]
fn a_program_of_several_words_and_an_address_in_front_of_messages_are_told_apart() {
    let program = |i: usize| ["kernel[0]", "Web Helper[33]", "mailer[7]"][i % 3].to_owned();
    let named = |i: usize| format!("Jan 15 10:00:{:02} web1 {}: {}", i % 60, program(i), body(i / 3));
    let texts: Vec<String> = (0..900).map(named).collect();
    let layout = crate::parse::Layout::learn(texts.join("\n").as_bytes(), &crate::parse::tests::options());
    let mut parser = layout.parser();
    for (i, text) in texts.iter().enumerate() {
        assert_eq!(parser.parse(text.as_bytes()).body.into_owned(), body(i / 3).as_bytes(), "{text}");
    }
    let proxied =
        |i: usize| format!("[Mon Jan 15 10:00:{:02} 2024] [error] proxy.example:5070 {}", i % 60, body(i));
    let texts: Vec<String> = (0..600).map(proxied).collect();
    let layout = crate::parse::Layout::learn(texts.join("\n").as_bytes(), &crate::parse::tests::options());
    let mut parser = layout.parser();
    let first = parser.parse(texts[4].as_bytes()).body.into_owned();
    assert!(first.starts_with(b"proxy.example:5070 "), "{}", String::from_utf8_lossy(&first));
}
