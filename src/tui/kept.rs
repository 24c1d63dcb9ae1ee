//! What is kept between runs in `screen.toml` of the state directory: the theme chosen on the screen, and how the panes
//! share it. A damaged file is said and the defaults hold; the next choice writes it anew.
//!
//! A kept theme holds as long as the settings name the theme they named when it was chosen: changing the settings wins.

use super::effects::Done;
use crate::app::{Event, Launch, Notice, PaneSizes};
use crate::config::THEMES;
use crate::safety::display_line;
use std::fs::DirBuilder;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The file's name in the state directory.
const FILE: &str = "screen.toml";
/// Longest file that is read: ours has six lines.
const LONGEST: u64 = 16 * 1024;

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq)]
struct Choice {
    /// The theme, and the one the settings named then.
    theme: Option<(String, String)>,
    panes: PaneSizes,
}

/// The kept choices of this run.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    folder: Option<PathBuf>,
    /// The theme the settings name.
    configured: String,
    choice: Arc<Mutex<Choice>>,
    /// Whether it was said that nothing can be kept.
    said: Arc<Mutex<bool>>,
}

impl Kept {
    /// Reads what was kept and lays it over what the screen is started with.
    pub(super) fn start(launch: &mut Launch) -> Self {
        let folder = launch.state_dir.clone();
        let choice = folder.as_deref().map_or(Ok(Choice::default()), read).unwrap_or_else(|why| {
            launch.problems.push(why);
            Choice::default()
        });
        let configured = launch.theme.clone();
        if let Some((theme, over)) = &choice.theme
            && *over == configured
            && !launch.theme_is_fixed
        {
            launch.theme.clone_from(theme);
        }
        Self { folder, configured, choice: Arc::new(Mutex::new(choice)), said: Arc::default() }
    }

    /// How the panes shared the screen.
    pub(super) fn panes(&self) -> PaneSizes {
        self.choice.lock().unwrap_or_else(PoisonError::into_inner).panes
    }

    /// Keeps a theme; the work is to be run off the loop.
    pub(super) fn theme(&self, name: &str) -> impl FnOnce() -> Done + Send + 'static {
        let mut choice = self.choice.lock().unwrap_or_else(PoisonError::into_inner);
        choice.theme = Some((name.to_owned(), self.configured.clone()));
        drop(choice);
        self.save()
    }

    /// Keeps how the panes share the screen; the work is to be run off the loop.
    pub(super) fn layout(&self, panes: PaneSizes) -> impl FnOnce() -> Done + Send + 'static {
        self.choice.lock().unwrap_or_else(PoisonError::into_inner).panes = panes;
        self.save()
    }

    fn save(&self) -> impl FnOnce() -> Done + Send + 'static {
        let kept = self.clone();
        move || {
            // Held while writing: of two choices in a row the later one stays, whichever thread comes first.
            let choice = kept.choice.lock().unwrap_or_else(PoisonError::into_inner);
            let written = match &kept.folder {
                Some(folder) => {
                    write(folder, &choice).map_err(|error| shown(&folder.join(FILE), &error.to_string()))
                }
                None => Err("there is no state directory".to_owned()),
            };
            let mut said = kept.said.lock().unwrap_or_else(PoisonError::into_inner);
            match written {
                Err(why) if !*said => {
                    *said = true;
                    let text = format!("this choice lasts until you quit, it cannot be kept: {why}");
                    Done::Event(Event::Said(Notice::trouble(text)))
                }
                _ => Done::Nothing,
            }
        }
    }
}

fn shown(path: &Path, what: &str) -> String {
    display_line(format!("{}: {what}", path.display()).as_bytes()).into_owned()
}

fn read(folder: &Path) -> Result<Choice, String> {
    let path = folder.join(FILE);
    let damaged = |what: &str| format!("{}; defaults hold until the next choice", shown(&path, what));
    let mut text = String::new();
    match std::fs::File::open(&path).and_then(|file| file.take(LONGEST).read_to_string(&mut text)) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Choice::default()),
        Err(error) => return Err(damaged(&error.to_string())),
    }
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        damaged(&format!(
            "line {}: {}",
            before.matches('\n').count() + 1,
            error.message().replace('\n', ", ")
        ))
    })?;
    choice(&table).map_err(|what| damaged(&what))
}

fn choice(table: &toml::Table) -> Result<Choice, String> {
    let theme = |name: &str| match table.get(name) {
        None => Ok(None),
        Some(value) => match value.as_str().filter(|name| THEMES.contains(name)) {
            Some(name) => Ok(Some(name.to_owned())),
            None => Err(format!("`{name} = {value}`: expected {}", THEMES.join(", "))),
        },
    };
    let mut choice = Choice { theme: theme("theme")?.zip(theme("theme_over")?), ..Choice::default() };
    if let Some(value) = table.get("list_share") {
        let share = value.as_integer().and_then(|share| u16::try_from(share).ok());
        choice.panes.list = share
            .filter(|share| (20..=80).contains(share))
            .ok_or_else(|| format!("`list_share = {value}`: expected 20 to 80"))?;
    }
    if let Some(value) = table.get("zoomed") {
        choice.panes.zoomed =
            value.as_bool().ok_or_else(|| format!("`zoomed = {value}`: expected true or false"))?;
    }
    Ok(choice)
}

fn text(choice: &Choice) -> String {
    let mut text =
        "# What was chosen on the screen of Watchfire; without this file its settings hold.\n".to_owned();
    if let Some((theme, over)) = &choice.theme {
        text.push_str(&format!("theme = \"{theme}\"\ntheme_over = \"{over}\"\n"));
    }
    text.push_str(&format!("list_share = {}\nzoomed = {}\n", choice.panes.list, choice.panes.zoomed));
    text
}

fn write(folder: &Path, choice: &Choice) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // Made under another name (0600) and moved: a run that is killed leaves the old file whole.
    let mut file = tempfile::Builder::new().prefix("screen-").tempfile_in(folder)?;
    file.write_all(text(choice).as_bytes())?;
    file.persist(folder.join(FILE)).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn what_is_written_is_what_is_read() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), Ok(Choice::default()));
        let chosen = Choice {
            theme: Some(("light".to_owned(), "dark".to_owned())),
            panes: PaneSizes { list: 65, zoomed: true },
        };
        write(&folder.path().join("new"), &chosen).unwrap();
        assert_eq!(read(&folder.path().join("new")), Ok(chosen));
    }

    #[rstest]
    #[case("theme = \"dark\"\nzoomed = = 1\n", "screen.toml: line 2: ")]
    #[case("theme = \"pink\"\n", "`theme = \"pink\"`: expected dark, light")]
    #[case("list_share = 99\n", "`list_share = 99`: expected 20 to 80")]
    #[case("zoomed = 3\n", "`zoomed = 3`: expected true or false")]
    fn a_damaged_file_is_said(#[case] text: &str, #[case] said: &str) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        let why = read(folder.path()).unwrap_err();
        assert!(why.contains(said) && why.ends_with("defaults hold until the next choice"), "{why}");
    }
}
