//! Any bodies give templates: every body is of its own template, captures lie inside it, order does not matter.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfire::pattern::Miner;

fuzz_target!(|data: &[u8]| {
    let bodies: Vec<&[u8]> = data.split(|&b| b == b'\n').collect();
    let mut miner = Miner::new();
    let shapes: Vec<_> = bodies.iter().map(|body| miner.observe(body)).collect();
    let set = miner.finish();
    for (body, shape) in bodies.iter().zip(shapes) {
        let template = &set.templates()[set.template_of(shape)];
        for capture in template.capture(body).into_iter().flatten() {
            assert!(body.get(capture.range.clone()).is_some(), "a capture outside its body");
        }
    }
    let mut reversed = Miner::new();
    for body in bodies.iter().rev() {
        reversed.observe(body);
    }
    let texts = |set: &watchfire::pattern::PatternSet| -> Vec<String> {
        set.templates().iter().map(|template| template.text.clone()).collect()
    };
    assert_eq!(texts(&set), texts(&reversed.finish()));
});
