//! Any text is a query, a question or a sentence that says what is wrong, with its column inside the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfire::query::{Matcher, Query, is_question};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let _ = is_question(text);
    match Query::parse(text, 4096) {
        Ok(query) => {
            let _ = Matcher::new(&query.expr);
            let _ = query.relaxed();
        }
        Err(error) => {
            let _ = (error.to_string(), error.pointer());
        }
    }
});
