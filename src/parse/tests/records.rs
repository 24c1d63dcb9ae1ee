//! Whole records: fields, full messages, zones, forced formats, and input that is out to hurt.

use super::*;
use crate::domain::Zone;
use proptest::prelude::*;
use rstest::rstest;

fn fields(sample: &str, record: &str) -> String {
    let layout = Layout::learn(sample.as_bytes(), &options());
    let fields = layout.fields(record.as_bytes());
    fields.iter().map(|field| format!("{}={}", field.name, field.value)).collect::<Vec<_>>().join(" ")
}

#[rstest]
#[case::syslog("Jan 15 10:00:00 web1 sshd[12]: closed port=22", "host=web1 program=sshd pid=12 port=22")]
#[case::java(
    "2024-01-15 10:00:00,123 INFO [nio-1] shop.Pay: paid order=7",
    "thread=nio-1 logger=shop.Pay order=7"
)]
#[case::syslog_5424(
    "<165>1 2024-01-15T10:00:00Z web1 cart 7 ID47 [a@1 k=\"v w\"] ready",
    "host=web1 program=cart pid=7 msgid=ID47 k=v w"
)]
#[case::klog("E0115 10:00:00.1       7 sync.go:12] no pods", "pid=7 caller=sync.go:12")]
#[case::access(
    "203.0.113.7 - kim [15/Jan/2024:10:00:00 +0000] \"GET /a?b=1 HTTP/1.1\" 200 12 \"-\" \"curl/8 x\"",
    "client=203.0.113.7 user=kim method=GET path=/a?b=1 protocol=HTTP/1.1 status=200 bytes=12 agent=curl/8 x"
)]
#[case::json(
    r#"{"ts":1705312800,"msg":"paid x=3","user":{"id":7,"tags":["a"]},"ok":true,"n":null}"#,
    "ts=1705312800 user.id=7 user.tags=[\"a\"] ok=true n=null x=3"
)]
#[case::logfmt("level=info msg=\"a b\" user=kim took=3ms", "level=info user=kim took=3ms")]
#[case::compose("cart-1  | level=info msg=ready n=3", "pod=cart-1 level=info n=3")]
fn fields_are_listed_in_source_order(#[case] line: &str, #[case] expected: &str) {
    assert_eq!(fields(line, line), expected);
}

#[test]
fn fields_of_a_table_row_cover_its_cells_and_what_they_hold() {
    let sample = "Timestamp,PodName,Log\n2024-01-15T10:00:00Z,cart-0,x\n";
    let record = "2024-01-15T10:00:00Z,cart-0,\"{\"\"log\"\":\"\"10:00:00 INFO shop.Pay#7 paid id=4\\n\"\",\"\"stream\"\":\"\"stdout\"\"}\"";
    let expected = "Timestamp=2024-01-15T10:00:00Z PodName=cart-0 stream=stdout logger=shop.Pay#7 id=4";
    assert_eq!(fields(sample, record), expected);
}

#[rstest]
#[case::trace("2024-01-15 10:00:00 ERROR boom\n\tat shop.Pay", "boom\n\tat shop.Pay")]
#[case::json(r#"{"time":"2024-01-15T10:00:00Z","msg":"boom\n\tat shop.Pay\n"}"#, "boom\n\tat shop.Pay")]
#[case::docker(
    "{\"log\":\"10:00:00 ERROR boom\\n\",\"stream\":\"x\"}\n{\"log\":\"\\tat shop.Pay\\n\",\"stream\":\"x\"}",
    "boom\n\tat shop.Pay"
)]
#[case::plain("starting", "starting")]
fn a_message_holds_all_lines_of_its_record(#[case] record: &str, #[case] expected: &str) {
    let layout = Layout::learn(record.as_bytes(), &options());
    assert_eq!(String::from_utf8_lossy(&layout.message(record.as_bytes())), expected);
}

#[test]
fn a_message_cell_keeps_its_lines() {
    let layout = Layout::learn(b"Time,Message\n2024-01-15T10:00:00Z,x\n", &options());
    let record = b"2024-01-15T10:00:00Z,\"boom \"\"x\"\"\n\tat shop.Pay\"";
    assert_eq!(String::from_utf8_lossy(&layout.message(record)), "boom \"x\"\n\tat shop.Pay");
}

#[rstest]
#[case::default("2024-01-15 10:00:00 a\n", None, "2024-01-15T10:00:00Z", ZoneOrigin::Default)]
#[case::option("2024-01-15 10:00:00 a\n", Some("+02:00"), "2024-01-15T08:00:00Z", ZoneOrigin::Option)]
#[case::file(
    "2024-01-15 10:00:00 a\n2024-01-15T10:00:01+01:00 b\n",
    None,
    "2024-01-15T09:00:00Z",
    ZoneOrigin::File
)]
#[case::option_over_file(
    "2024-01-15 10:00:00 a\n2024-01-15T10:00:01+01:00 b\n",
    Some("UTC"),
    "2024-01-15T10:00:00Z",
    ZoneOrigin::Option
)]
fn i5_the_zone_is_stated_and_so_is_what_decided_it(
    #[case] text: &str,
    #[case] zone: Option<&str>,
    #[case] first: &str,
    #[case] origin: ZoneOrigin,
) {
    let zone = zone.map(|name| Zone::from_name(name).unwrap());
    let layout = Layout::learn(text.as_bytes(), &ParseOptions { zone, ..options() });
    let line = layout.parser().parse(text.lines().next().unwrap().as_bytes()).ts.map(|ts| ts.to_string());
    assert_eq!((line.as_deref(), layout.zone_origin()), (Some(first), origin));
}

#[test]
fn i5_a_log_that_crosses_new_year_stays_in_order() {
    let text =
        "Dec 31 23:59:58 web1 cron[1]: a\nDec 31 23:59:59 web1 cron[1]: b\nJan  1 00:00:01 web1 cron[1]: c\n";
    let newest = Timestamp::from_jiff("2024-01-01T00:00:05Z".parse().unwrap());
    let layout = Layout::learn(text.as_bytes(), &ParseOptions { newest, ..options() });
    let mut parser = layout.parser();
    let times: Vec<_> =
        text.lines().map(|line| parser.parse(line.as_bytes()).ts.unwrap().to_string()).collect();
    assert_eq!(times, ["2023-12-31T23:59:58Z", "2023-12-31T23:59:59Z", "2024-01-01T00:00:01Z"]);
}

#[rstest]
#[case::plain("plain", "2024-01-15T10:00:00Z x", "- | - | - | 2024-01-15T10:00:00Z x")]
#[case::json_only("json", "2024-01-15T10:00:00Z x", "?- | - | - | 2024-01-15T10:00:00Z x")]
#[case::text_not_json("text", "{\"msg\":\"x\"}", "?- | - | - | {\"msg\":\"x\"}")]
#[case::syslog("syslog", "Jan 15 10:00:00 web1 cron[3]: x", "2024-01-15T10:00:00Z | - | cron | x")]
#[case::any_case("JSON", "{\"msg\":\"x\"}", "- | - | - | x")]
fn a_forced_format_leaves_the_others_out(#[case] name: &str, #[case] line: &str, #[case] expected: &str) {
    let layout = Layout::forced(name, line.as_bytes(), &options()).unwrap();
    assert_eq!(shown_line(&layout.parser().parse(line.as_bytes())), expected);
}

#[test]
fn an_unknown_format_names_the_known_ones() {
    let error = Layout::forced("jsom", b"", &options()).unwrap_err().to_string();
    assert!(error.contains("\"jsom\"") && error.contains("logfmt"), "{error}");
}

#[test]
fn i1_of_a_long_line_a_bounded_part_is_looked_at() {
    let line = format!("2024-01-15T10:00:00Z INFO {}", "x".repeat(10 << 20));
    let layout = Layout::learn(line.as_bytes(), &options());
    let parsed = layout.parser().parse(line.as_bytes());
    assert_eq!((parsed.level, parsed.body.len() <= LINE_BYTES), (Some(Level::Info), true));
    let json = format!("{{\"msg\":\"ready\",\"level\":\"warn\",\"blob\":\"{}\"}}", "x".repeat(1 << 20));
    let parsed = Layout::learn(json.as_bytes(), &options()).parser().parse(json.as_bytes()).level;
    assert_eq!(parsed, Some(Level::Warn));
}

#[test]
fn i2_bytes_that_are_no_text_are_kept() {
    let line = b"2024-01-15T10:00:00Z INFO \xff\xfe\x00 \x1b]52;c;x\x07";
    let layout = Layout::learn(line, &options());
    assert_eq!(&*layout.parser().parse(line).body, b"\xff\xfe\x00 \x1b]52;c;x\x07");
}

#[rstest]
#[case::deep(format!("{{\"msg\":\"x\",\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000)))]
#[case::deep_objects(format!("{{\"msg\":\"x\",\"a\":{}1{}}}", "{\"a\":".repeat(10_000), "}".repeat(10_000)))]
#[case::long_name(format!("{{\"msg\":\"x\",\"{}\":1}}", "n".repeat(1 << 20)))]
#[case::cut_short("{\"msg\":\"x\",\"level".to_owned())]
fn i6_json_out_of_bounds_is_shown_as_it_is(#[case] line: String) {
    let layout = Layout::learn(line.as_bytes(), &options());
    let parsed = layout.parser().parse(line.as_bytes());
    let shown = &line.as_bytes()[..line.len().min(LINE_BYTES)];
    assert!(&*parsed.body == shown && !parsed.understood, "understood as {}", parsed.body.len());
    assert!(&*layout.message(line.as_bytes()) == shown);
}

#[test]
fn i6_of_a_member_that_stands_twice_the_first_decides_and_both_are_listed() {
    let line = r#"{"level":"error","msg":"a","msg":"b","user":"x","user":"y","level":"info"}"#;
    assert_eq!(shown(line), ["- | error | - | a"]);
    assert_eq!(fields(line, line), "level=error user=x user=y level=info");
}

/// Pieces of lines, so that random input reaches deep into the grammars.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"2024-01-15T10:00:00Z ".to_vec()),
        Just(b"Jan 15 10:00:00 ".to_vec()),
        Just(b"{\"log\":\"".to_vec()),
        Just(b"\\n\",\"msg\":{\"a\":[\"".to_vec()),
        Just(b"}]}\"".to_vec()),
        Just(b"[pod/a/b] ".to_vec()),
        Just(b"<34>1 ".to_vec()),
        Just(b"a=\"b\\".to_vec()),
        Just(b"\x1b[31m".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"time,message\n".to_vec()),
        Just(b"\xe2\x80\xba\xff".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..12),
    ]
}

proptest! {
    #[test]
    fn no_bytes_upset_the_parser(pieces in proptest::collection::vec(piece(), 0..24), chunk in 1usize..40) {
        let bytes = pieces.concat();
        let layout = Layout::learn(&bytes, &options());
        let mut parser = layout.parser();
        for line in bytes.split(|b| *b == b'\n') {
            let parsed = parser.parse(line);
            prop_assert!(parsed.body.len() <= line.len() * 8 + 64);
        }
        prop_assert!(layout.fields(&bytes).len() <= 1024);
        prop_assert!(layout.message(&bytes).len() <= bytes.len() * 8 + 64);
        if let Some(mut expander) = expander(&bytes) {
            let mut out = Vec::new();
            bytes.chunks(chunk).for_each(|chunk| expander.push(chunk, &mut out));
            expander.finish(&mut out);
            prop_assert!(out.len() <= bytes.len() * 2 + 2);
        }
    }

    #[test]
    fn a_known_time_is_read_back(seconds in 1_000_000_000i64..4_000_000_000, millis in 0i64..1000) {
        let at = Timestamp::from_millis(seconds * 1000 + millis);
        let shown = Zone::utc().format(at, "%Y-%m-%dT%H:%M:%S%.3fZ");
        let line = format!("{shown} ready");
        let layout = Layout::learn(line.as_bytes(), &options());
        prop_assert_eq!(layout.parser().parse(line.as_bytes()).ts, Some(at));
    }
}

#[test]
fn a_log_that_is_mostly_stack_trace_still_has_one_record_per_header() {
    let trace = "\tat io.kiln.Oven.open(Oven.java:7)\n\tat io.kiln.Door.turn(Door.java:9)\n\tat io.kiln.Main.run(Main.java:3)\n";
    let mut text = String::new();
    for second in 10..30 {
        text.push_str(&format!(
            "2024-01-15 10:00:{second}.118 ERROR [bake-{second}] i.k.Oven - door stuck\ni.k.OvenException: no heat\n{trace}"
        ));
    }
    let starts = shown(&text).into_iter().filter(|line| !line.starts_with('+')).count();
    assert_eq!(starts, 20);
}
