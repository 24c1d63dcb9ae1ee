//! Throughput of what every printed or sent byte passes through.

use divan::{Bencher, black_box, counter::BytesCount};
use watchfire::safety::display_safe;

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
