//! The pictures of the guide and the README are the real screen: this test draws them anew and compares.
//!
//! `UPDATE_PICTURES=1 cargo test --test pictures` writes them.

#![expect(clippy::unwrap_used, reason = "a test that cannot open the incident has to stop")]

#[path = "screen/stage.rs"]
mod stage;

use stage::Stage;
use std::path::{Path, PathBuf};
use watchfire::tui::{Rehearsal, picture};

/// Name, size, what is pressed before (`?` before a text asks it).
const PICTURES: &[(&str, (u16, u16), &[&str])] = &[
    ("first", (120, 34), &[]),
    ("answer", (120, 34), &["?what broke checkout, and since when?"]),
    ("citation", (120, 34), &["?what broke checkout, and since when?", "n", "n", "enter"]),
    ("patterns", (120, 34), &["p"]),
    ("records", (80, 24), &["p", "j", "j", "j", "j", "j", "j", "j", "j", "enter"]),
    ("window", (80, 24), &["t"]),
    ("help", (80, 24), &["?"]),
    ("small", (60, 15), &[]),
];

fn play(stage: &Stage, screen: &mut Rehearsal, keys: &[&str]) {
    for key in keys {
        match key.strip_prefix('?').filter(|question| !question.is_empty()) {
            Some(question) => stage.ask(screen, question),
            None => stage.play(screen, &[key]),
        }
    }
}

#[test]
fn the_pictures_are_the_real_screen() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    let stage = Stage::demo();
    let mut stale = Vec::new();
    for (name, size, keys) in PICTURES {
        let mut screen = stage.screen(*size);
        play(&stage, &mut screen, keys);
        let drawn = picture::svg(&screen.draw().0, &format!("watchfire: {name}"));
        let path = folder.join(format!("{name}.svg"));
        if std::env::var_os("UPDATE_PICTURES").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &drawn).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != drawn {
            stale.push(*name);
        }
    }
    assert!(stale.is_empty(), "stale pictures {stale:?}: run UPDATE_PICTURES=1 cargo test --test pictures");
}
