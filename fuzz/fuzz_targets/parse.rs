//! Any bytes are read as some layout: no panic, and every value lies inside its line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfire::domain::Timestamp;
use watchfire::parse::{FORMATS, Layout, ParseOptions};

fuzz_target!(|data: &[u8]| {
    let options = ParseOptions { zone: None, format: None, newest: Timestamp::from_millis(1_772_373_733_000) };
    let learned = Layout::learn(data, &options);
    let forced = data
        .first()
        .and_then(|&b| FORMATS.get(usize::from(b) % FORMATS.len()))
        .and_then(|(name, _)| Layout::forced(name, data, &options).ok());
    for layout in [Some(learned), forced].into_iter().flatten() {
        let mut parser = layout.parser();
        for line in data.split(|&b| b == b'\n') {
            let parsed = parser.parse(line);
            // A table's row without a message is its cells behind the names of the heading.
            let most = (line.len() + data.len()) * 4 + 16;
            assert!(parsed.body.len() <= most, "a body longer than its line and the heading");
            for field in layout.fields(line) {
                assert!(field.name.len() <= line.len() * 4 + 64);
            }
        }
        let _ = (layout.zone(), layout.description(), layout.fields(data));
    }
});
