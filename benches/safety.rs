//! Throughput of what every printed or sent byte passes through.

use divan::{Bencher, black_box, counter::BytesCount};
use watchfire::safety::{RedactOptions, Redactor, addresses_model, display_safe};

fn main() {
    divan::main();
}

const CLEAN: &str =
    "2026-03-01T14:27:41.003Z INFO  [http-7] checkout: order accepted id=83412 total=59.90 took 84 ms\n";

#[divan::bench]
fn display_safe_clean_ascii(bencher: Bencher) {
    let text = CLEAN.repeat(10_000);
    bencher.counter(BytesCount::of_str(&text)).bench(|| display_safe(black_box(text.as_bytes())));
}

#[divan::bench]
fn display_safe_json_with_backslashes(bencher: Bencher) {
    let text = r#"{"ts":"2026-03-01T14:27:41Z","msg":"said \"no\"","path":"C:\\data\\x.log"}"#.repeat(10_000);
    bencher.counter(BytesCount::of_str(&text)).bench(|| display_safe(black_box(text.as_bytes())));
}

#[divan::bench]
fn display_safe_other_scripts(bencher: Bencher) {
    let text = "Zahlung f\u{fc}r Stra\u{df}e bestätigt 東京 заказ принят\n".repeat(10_000);
    bencher.counter(BytesCount::of_str(&text)).bench(|| display_safe(black_box(text.as_bytes())));
}

/// Lines as they come: none with a secret, one in three with a word that makes the redactor look.
const LINES: &str = "2026-03-01 14:27:41.118 INFO  [http-6] [pod=payment-7d9f-x2k8p trace=f9327d09] c.e.Pay - authorised order=ord_86684 amount=152.73 EUR in 120 ms\n\
{\"ts\":\"2026-03-01T14:02:42.037Z\",\"level\":\"info\",\"service\":\"checkout\",\"msg\":\"token refreshed\",\"elapsed_ms\":250,\"trace_id\":\"affc9839\"}\n\
203.0.113.224 - - [01/Mar/2026:14:02:13 +0000] \"GET /api/items/SKU-1784 HTTP/1.1\" 201 412 \"-\" \"Mozilla/5.0 (Linux; Android 15)\" rt=0.622\n";

#[divan::bench]
fn redact_line_by_line(bencher: Bencher) {
    let text = LINES.repeat(3_000);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let mut redactor = Redactor::new(RedactOptions::default());
        text.lines().filter(|line| redactor.redact(black_box(line)).is_ok()).count()
    });
}

#[divan::bench]
fn addresses_model_line_by_line(bencher: Bencher) {
    let text = LINES.repeat(300);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| text.lines().filter(|line| addresses_model(black_box(line)).is_some()).count());
}
