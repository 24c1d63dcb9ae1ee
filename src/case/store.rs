//! The directory of cases: where it is, what is in it, which file a name means.

use super::CaseError;
use super::entry::CaseId;
use super::load::{Case, load};
use crate::domain::Timestamp;
use directories::ProjectDirs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Cases named in a message.
const MOST_NAMED: usize = 8;
/// Longest question shown beside a name, in characters.
const MOST_OF_QUESTION: usize = 60;

/// How case files end: `.jsonl`.
pub(super) const fn extension() -> &'static str {
    "jsonl"
}

/// A directory of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    directory: PathBuf,
}

/// What a list of cases says about one.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Its name.
    pub id: CaseId,
    /// Its file.
    pub path: PathBuf,
    /// When it began, if its first line can be read.
    pub created: Option<Timestamp>,
    /// When its last entry was written.
    pub last: Option<Timestamp>,
    /// The first question, if one was asked.
    pub first_question: Option<String>,
    /// Names of the sources.
    pub sources: Vec<String>,
    /// Questions asked.
    pub turns: usize,
    /// Records pinned.
    pub pins: usize,
    /// Notes written.
    pub notes: usize,
    /// Millionths of a US dollar.
    pub cost_micro_usd: u64,
    /// Whether its owner ended it.
    pub closed: bool,
    /// Whether a process is writing it.
    pub live: bool,
    /// Lines that could not be read.
    pub problems: usize,
}

impl Summary {
    fn of(case: &Case) -> Self {
        let turns = case.turns();
        let question = turns.iter().find_map(|turn| turn.question().map(str::to_owned));
        Self {
            id: case.id.clone(),
            path: case.path.clone(),
            created: case.header.as_ref().map(|header| header.created),
            last: case.entries.last().map(|entry| entry.at),
            first_question: question,
            sources: case.sources().to_vec(),
            turns: turns.len(),
            pins: case.pins().len(),
            notes: case.notes().count(),
            cost_micro_usd: case.cost_micro_usd(),
            closed: case.closed(),
            live: case.live,
            problems: case.problems.len(),
        }
    }

    /// Whether it was left behind: neither ended by its owner nor being written, with something in it.
    #[must_use]
    pub const fn unfinished(&self) -> bool {
        !self.closed && !self.live && self.turns + self.pins + self.notes > 0
    }

    /// `7f3a ("why does checkout fail?")`, for a sentence.
    fn named(&self) -> String {
        let Some(question) = &self.first_question else { return self.id.to_string() };
        let line = question.lines().next().unwrap_or_default();
        let short: String = line.chars().take(MOST_OF_QUESTION).collect();
        let cut = if short.len() < line.len() { "…" } else { "" };
        format!("{} (\"{short}{cut}\")", self.id)
    }
}

/// The cases of a directory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// Cases, the last written first.
    pub cases: Vec<Summary>,
    /// Files that are no readable case, each with why.
    pub unreadable: Vec<String>,
}

impl Store {
    /// Cases in exactly this directory.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// `cases` under the stated directory (`WATCHFIRE_STATE_DIR`), else under the platform's directory for state, else
    /// for data. `None`: the platform names none.
    #[must_use]
    pub fn of_platform(stated: Option<&Path>) -> Option<Self> {
        let base = match stated {
            Some(directory) => directory.to_owned(),
            None => {
                let places = ProjectDirs::from("", "", "watchfire")?;
                places.state_dir().unwrap_or_else(|| places.data_dir()).to_owned()
            }
        };
        Some(Self { directory: base.join("cases") })
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Makes the directory, for its owner only.
    pub(super) fn make(&self) -> Result<(), CaseError> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.directory).map_err(|source| self.failed(source))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // One that was there before may be open to others; the files in it are 0600 either way.
            let _ = std::fs::set_permissions(&self.directory, std::fs::Permissions::from_mode(0o700));
        }
        Ok(())
    }

    fn failed(&self, source: io::Error) -> CaseError {
        CaseError::Directory { path: self.directory.clone(), source }
    }

    /// All cases, the last written first. A directory that does not exist holds none.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn list(&self) -> Result<Listing, CaseError> {
        let mut listing = Listing::default();
        for path in self.files()? {
            match load(&path) {
                Ok(case) => listing.cases.push(Summary::of(&case)),
                Err(error) => listing.unreadable.push(error.to_string()),
            }
        }
        listing.cases.sort_by(|a, b| (b.last.or(b.created), &b.id).cmp(&(a.last.or(a.created), &a.id)));
        Ok(listing)
    }

    /// The case written last.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn latest(&self) -> Result<Option<Summary>, CaseError> {
        self.newest(|_| true)
    }

    /// The case that was left behind last.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn latest_unfinished(&self) -> Result<Option<Summary>, CaseError> {
        self.newest(Summary::unfinished)
    }

    /// Loads files from the newest on until one fits, so that a long history costs nothing.
    fn newest(&self, fits: impl Fn(&Summary) -> bool) -> Result<Option<Summary>, CaseError> {
        let summaries = self.files()?.into_iter().filter_map(|path| load(&path).ok());
        Ok(summaries.map(|case| Summary::of(&case)).find(fits))
    }

    /// The file that a name means: the beginning of a case's id, or a path.
    ///
    /// # Errors
    /// [`CaseError::Unknown`] and [`CaseError::Ambiguous`] say what there is.
    pub fn find(&self, wanted: &str) -> Result<PathBuf, CaseError> {
        let path = Path::new(wanted);
        let is_name = !wanted.is_empty() && wanted.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_name {
            let files = self.files()?;
            let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let lower = wanted.to_ascii_lowercase();
            let fitting: Vec<&PathBuf> =
                files.iter().filter(|path| stem(path).is_some_and(|stem| stem.starts_with(&lower))).collect();
            let exact = fitting.iter().find(|path| stem(path).as_deref() == Some(&lower));
            match (exact, fitting.as_slice()) {
                (Some(path), _) | (None, [path]) => return Ok((*path).clone()),
                (None, [_, _, ..]) => {
                    let cases = fitting.iter().filter_map(|path| load(path).ok());
                    let known = known(&cases.map(|case| Summary::of(&case)).collect::<Vec<_>>());
                    return Err(CaseError::Ambiguous { wanted: wanted.to_owned(), known });
                }
                (None, []) => {}
            }
        }
        if path.exists() {
            return Ok(path.to_owned());
        }
        // What cannot be listed holds nothing to name.
        let cases = self.list().unwrap_or_default().cases;
        Err(CaseError::Unknown { wanted: wanted.to_owned(), known: known(&cases) })
    }

    /// Case files, the last changed first.
    fn files(&self) -> Result<Vec<PathBuf>, CaseError> {
        let entries = match std::fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(self.failed(source)),
        };
        let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in entries {
            let path = entry.map_err(|source| self.failed(source))?.path();
            if path.extension().is_some_and(|end| end == extension()) {
                let changed = std::fs::metadata(&path).and_then(|meta| meta.modified());
                files.push((changed.unwrap_or(SystemTime::UNIX_EPOCH), path));
            }
        }
        files.sort_by(|a, b| b.cmp(a));
        Ok(files.into_iter().map(|(_, path)| path).collect())
    }
}

fn known(cases: &[Summary]) -> String {
    if cases.is_empty() {
        return "no case is saved yet".to_owned();
    }
    let mut names: Vec<String> = cases.iter().take(MOST_NAMED).map(Summary::named).collect();
    if cases.len() > MOST_NAMED {
        names.push(format!("and {} more", cases.len() - MOST_NAMED));
    }
    format!("there are: {}", names.join(", "))
}
