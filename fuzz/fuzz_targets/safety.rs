//! What is printed is reversible and harmless; what is masked stays masked; nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfire::safety::{
    Nonce, RedactOptions, Redactor, addresses_model, display_line, display_safe, frame, json_safe, unescape,
};

fuzz_target!(|data: &[u8]| {
    let shown = display_safe(data);
    assert_eq!(unescape(&shown), data);
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
    assert!(!display_line(data).chars().any(char::is_control));

    let text = String::from_utf8_lossy(data);
    let document = serde_json::to_string(&text).unwrap_or_default();
    let read: String = serde_json::from_str(&json_safe(&document)).expect("still JSON");
    assert_eq!(read, text);

    let options = RedactOptions { addresses: data.len() % 2 == 1 };
    for text in [text.as_ref(), shown.as_ref()] {
        if let Ok(once) = Redactor::new(options).redact(text) {
            assert_eq!(Redactor::new(options).redact(&once).as_deref(), Ok(once.as_ref()));
        }
    }
    let mut redactor = Redactor::new(options);
    for line in text.lines() {
        let _ = redactor.redact(line);
    }
    let _ = addresses_model(&text);
    let nonce = Nonce::new(data.iter().fold(0, |n, &b| n << 8 | u128::from(b)));
    if let Ok(framed) = frame("evidence", nonce, &text) {
        assert_eq!(framed.matches(&nonce.to_string()).count(), 2);
    }
});
