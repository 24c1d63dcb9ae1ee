//! A first word that is no command and no path: what was probably meant.

use super::arguments::Cli;
use clap::CommandFactory;
use std::path::{Path, PathBuf};

/// A sentence when the first of `paths` names nothing that is there; `None` when it does.
pub(super) fn first_path(paths: &[PathBuf]) -> Option<String> {
    let first = paths.first().filter(|path| *path != Path::new("-"))?;
    if first.symlink_metadata().is_ok() {
        return None;
    }
    let word = first.to_string_lossy();
    let meant = meant(&word).map(|meant| format!("; did you mean `watchfire {meant}`?"));
    Some(format!("{word}: no such file, directory or command{}", meant.unwrap_or_default()))
}

/// The command, or the option every command line knows, that is nearest to a word.
fn meant(word: &str) -> Option<String> {
    let cli = Cli::command();
    let commands = cli.get_subcommands().map(|command| (command.get_name().to_owned(), String::new()));
    let options = ["help", "version"].map(|name| (name.to_owned(), "--".to_owned()));
    let distance = |name: &str| strsim::osa_distance(name, &word.to_lowercase());
    // One slip in a short word, two in a long one.
    let near = commands.chain(options).filter(|(name, _)| distance(name) <= (name.len() / 3).clamp(1, 2));
    near.min_by_key(|(name, _)| distance(name)).map(|(name, dashes)| dashes + &name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("serach", Some("search"))]
    #[case("Serch", Some("search"))]
    #[case("aks", Some("ask"))]
    #[case("difff", Some("diff"))]
    #[case("help", Some("--help"))]
    #[case("app", None)]
    #[case("service.log", None)]
    fn a_slip_is_understood_and_another_word_is_left_alone(
        #[case] word: &str,
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(meant(word).as_deref(), expected);
    }

    #[test]
    fn what_is_there_and_standard_input_are_paths() {
        for path in ["-", "."] {
            assert_eq!(first_path(&[PathBuf::from(path)]), None);
        }
        let said = first_path(&[PathBuf::from("serach"), PathBuf::from("x")]).unwrap();
        assert_eq!(said, "serach: no such file, directory or command; did you mean `watchfire search`?");
    }
}
