//! Settings from every place, as the binary finds them.

use crate::Place;

fn shown(place: &Place, key: &str) -> String {
    let ran = place.run(&["config", "show"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let line = ran.out.lines().find(|line| line.starts_with(key)).expect("every key is shown");
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

#[test]
fn config_show_says_where_a_value_came_from() {
    let place = Place::empty();
    assert_eq!(shown(&place, "search.limit"), "10 default");
    std::fs::create_dir(place.path().join("settings")).unwrap();
    place.write("settings/config.toml", "[search]\nlimit = 7\n");
    assert!(shown(&place, "search.limit").ends_with("settings/config.toml"));
    place.write(".env", "DEFAULT_SEARCH_SIZE=8\n");
    assert_eq!(shown(&place, "search.limit"), "8 DEFAULT_SEARCH_SIZE in .env");
}

#[cfg(unix)]
#[test]
fn a_secrets_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::empty();
    std::fs::create_dir(place.path().join("settings")).unwrap();
    place.write("settings/secrets.toml", "DEFAULT_SEARCH_SIZE = 3\n");
    let secrets = place.path().join("settings/secrets.toml");
    std::fs::set_permissions(&secrets, std::fs::Permissions::from_mode(0o644)).unwrap();
    let ran = place.run(&["config", "show"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("its mode is 0644, so others can read it; run `chmod 600"), "{}", ran.err);
    std::fs::set_permissions(&secrets, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(shown(&place, "search.limit").starts_with("3 DEFAULT_SEARCH_SIZE in "));
}

#[test]
fn the_printed_template_is_accepted_and_changes_nothing() {
    let place = Place::empty();
    let template = place.run(&["config", "template"]).out;
    place.write("c.toml", &template);
    let with = place.run(&["config", "show", "--config", "c.toml"]);
    assert_eq!((with.code, with.out), (0, place.run(&["config", "show"]).out));
}

#[test]
fn all_errors_are_reported_at_once() {
    let place = Place::empty();
    place.write("c.toml", "colour = 1\n[search]\nlimit = \"20\"\n");
    let ran = place.run(&["config", "show", "--config", "c.toml", "--zone", "Mars"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err.lines().count(), 3, "{}", ran.err);
}

#[test]
fn notes_follow_the_log_level() {
    let place = Place::empty();
    place.write("a.log", "2024-01-15T10:00:00Z INFO started\n");
    let err = |level: &str| {
        let mut command = place.command();
        command.args(["patterns", "a.log", "gone.log"]).env("LOG_LEVEL", level);
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    assert_eq!(err("ERROR"), "");
    assert!(err("WARNING").starts_with("warning: gone.log"));
    assert_eq!(err("WARNING").lines().count(), 1);
    assert!(err("INFO").contains("1 records, 1 patterns"));
    assert!(err("DEBUG").contains("debug: a.log: "));
}

#[test]
fn config_keys_marks_what_was_changed_and_warns_of_collisions() {
    let place = Place::empty();
    place.write("c.toml", "[keys.global]\npatterns = \"b\"\nquit = []\n");
    let ran = place.run(&["config", "keys", "--config", "c.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let line = |action: &str| {
        let found = ran.out.lines().find(|line| line.split_whitespace().next() == Some(action));
        found.unwrap_or_default().split_whitespace().take(3).collect::<Vec<_>>().join(" ")
    };
    assert_eq!([line("patterns"), line("quit")], ["patterns b *", "quit (none) *"]);
    assert!(
        ran.err.contains("warning: c.toml: line 2: [keys.global] b is both patterns and broke"),
        "{}",
        ran.err
    );
    let shown = place.run(&["config", "show", "--config", "c.toml"]).out;
    assert!(shown.contains("keys.global.patterns") && shown.contains("\"b\""), "{shown}");
}

#[test]
fn commands_refuse_a_bad_key_map_and_a_bad_theme() {
    let place = Place::empty();
    place.write("c.toml", "[keys.list]\nopn = \"x\"\n[theme]\nerror = \"pink\"\n");
    let ran = place.run(&["config", "show", "--config", "c.toml"]);
    assert_eq!((ran.code, ran.err.lines().count()), (2, 2), "{}", ran.err);
    assert!(ran.err.contains("c.toml: line 2: `keys.list.opn") && ran.err.contains("did you mean `open`?"));
    assert!(ran.err.contains("c.toml: line 4: `theme.error = \"pink\"`: expected a colour"), "{}", ran.err);
}
