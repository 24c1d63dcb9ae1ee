//! `docs/keys.md` is written from the one key table, so that page, help and program cannot differ.
//!
//! `UPDATE_DOCS=1 cargo test --test keys_doc` writes it.

#![expect(clippy::unwrap_used, reason = "a page that cannot be read has to stop the test")]

use std::fmt::Write as _;
use watchfire::config::{Action, KeyMap, Place};

const HEAD: &str = "\
# Keys

Written from the key table of the program (`UPDATE_DOCS=1 cargo test --test keys_doc`); `?` shows the same on the screen,
for the pane that has the keyboard, and `watchfire config keys` prints what holds with your settings.

A key is looked up in the pane that has the keyboard, then among those that work everywhere. While a question or another
text is written only its own keys count, and letters are letters. No key needs Alt, a function key or the mouse.

Every key can be changed in the [settings file](configuration.md#keys-of-the-screen), in a section per place:

```toml
[keys.global]
patterns = \"P\"                # one key
[keys.list]
mute = [\"M\", \"ctrl-x m\"]    # several; two in a row with a space between
exclude = []                  # none
```
";

fn page() -> String {
    let map = KeyMap::default();
    let mut page = HEAD.to_owned();
    for place in Place::ALL {
        let mut heading = place.heading().to_owned();
        heading[..1].make_ascii_uppercase();
        write!(page, "\n## {heading}: `[keys.{}]`\n\n| keys | action | |\n|---|---|---|\n", place.name())
            .unwrap();
        for action in Action::ALL {
            let same =
                |binding: &&watchfire::config::Binding| (binding.place, binding.action) == (place, *action);
            let keys: Vec<String> = map.bindings().iter().filter(same).map(|b| code(&b.label())).collect();
            if !keys.is_empty() {
                let help = action.help().replace('|', "\\|");
                writeln!(page, "| {} | `{}` | {help} |", keys.join(" "), action.name()).unwrap();
            }
        }
    }
    page
}

/// A key as code; a backtick needs a longer fence, and a bar would end the cell.
fn code(key: &str) -> String {
    if key.contains('`') { format!("`` {key} ``") } else { format!("`{}`", key.replace('|', "\\|")) }
}

#[test]
fn the_page_of_keys_is_the_key_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(committed, page, "UPDATE_DOCS=1 cargo test --test keys_doc writes it");
}

#[test]
fn every_action_is_on_the_page() {
    let page = page();
    let missing = Action::ALL.iter().find(|action| !page.contains(&format!("`{}`", action.name())));
    assert_eq!(missing, None);
}
