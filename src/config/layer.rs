//! Layers: one source of values each, read into the same shape so that they can be laid over each other.

use super::error::ConfigError;
use super::key::Key;
use super::look::{is_look, without_look};
use super::resolve::Unused;
use super::value::Given;
use super::{FileText, LATER_NAMES, Origin};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::DeTable;

/// A value with what an error message needs to point at it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) given: Given,
    pub(super) origin: Origin,
    /// `search.limit`, `MAX_SEARCH_SIZE`, `--zone`.
    pub(super) written_as: String,
    /// The file, `environment` or `command line`.
    pub(super) place: String,
}

/// The values of one source.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    pub(super) entries: BTreeMap<Key, Entry>,
    /// Keys and colours by their dotted name.
    pub(super) look: BTreeMap<String, Entry>,
    /// A profile that was not asked for is checked and not used.
    pub(super) inactive: bool,
}

/// The command line.
pub(super) fn flags(flags: &[(&'static str, Key, String)]) -> Layer {
    let mut layer = Layer::default();
    for (flag, key, text) in flags {
        let entry = Entry {
            given: Given::Text(text.clone()),
            origin: Origin::Flag { name: flag },
            written_as: (*flag).to_owned(),
            place: "command line".to_owned(),
        };
        layer.entries.insert(*key, entry);
    }
    layer
}

/// `NAME = text` pairs; `origin` says where a name stands.
fn named(
    pairs: impl IntoIterator<Item = (String, String)>,
    place: &str,
    origin: impl Fn(String) -> Origin,
    unused: &mut Vec<Unused>,
) -> Layer {
    let mut layer = Layer::default();
    for (name, text) in pairs {
        let no_color = name == "NO_COLOR" && !text.is_empty();
        let key = if no_color { Some(Key::Color) } else { Key::from_variable(&name) };
        let Some(key) = key else {
            if LATER_NAMES.contains(&name.as_str()) {
                unused.push(Unused { origin: origin(name.clone()), name });
            }
            continue;
        };
        // An explicit WATCHFIRE_COLOR says more than NO_COLOR, whichever comes first.
        if no_color && layer.entries.contains_key(&key) {
            continue;
        }
        let given = Given::Text(if no_color { "never".to_owned() } else { text });
        let entry = Entry { given, origin: origin(name.clone()), written_as: name, place: place.to_owned() };
        layer.entries.insert(key, entry);
    }
    layer
}

/// The process environment.
pub(super) fn environment(variables: &[(String, String)], unused: &mut Vec<Unused>) -> Layer {
    named(variables.iter().cloned(), "environment", |name| Origin::Environment { name }, unused)
}

/// `.env`: `NAME=value` lines with optional `export`, quotes and `#` comments. Other lines are another program's.
pub(super) fn dotenv(file: &FileText, unused: &mut Vec<Unused>) -> Layer {
    let pairs = file.text.lines().filter_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=')?;
        Some((name.trim().to_owned(), unquote(value.trim()).to_owned()))
    });
    let path = file.path.clone();
    named(pairs, &file.path, |name| Origin::DotEnv { path: path.clone(), name }, unused)
}

fn unquote(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some((inside, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inside;
        }
    }
    value.split_once(" #").map_or(value, |(before, _)| before.trim_end())
}

/// `secrets.toml`: the environment's names, flat; refused if others can read it.
pub(super) fn secrets(file: &FileText, errors: &mut Vec<ConfigError>, unused: &mut Vec<Unused>) -> Layer {
    if let Some(mode) = file.mode.filter(|mode| mode & 0o077 != 0) {
        errors.push(ConfigError::Exposed { place: file.path.clone(), mode: mode & 0o7777 });
        return Layer::default();
    }
    let Some(table) = parse(file, errors) else { return Layer::default() };
    let pairs = table.into_iter().filter_map(|(name, value)| match value {
        toml::Value::String(text) => Some((name, text)),
        toml::Value::Integer(_) | toml::Value::Boolean(_) => Some((name, value.to_string())),
        _ => None,
    });
    let path = file.path.clone();
    named(pairs, &file.path, |name| Origin::Secrets { path: path.clone(), name }, unused)
}

/// `config.toml`: the chosen profile's layer, the file's own layer, then profiles that were not asked for.
pub(super) fn file(file: &FileText, profile: Option<&str>, errors: &mut Vec<ConfigError>) -> Vec<Layer> {
    let Some((mut table, text)) = parse_sections(file, errors) else { return Vec::new() };
    let spans = DeTable::parse(&text).map(Spanned::into_inner).unwrap_or_default();
    let mut reader = Reader { file, errors, text: &text };
    let profiles = match table.remove("profile") {
        Some(toml::Value::Table(profiles)) => profiles,
        Some(other) => {
            let place = reader.place(child(&spans, "profile").0);
            reader.errors.push(unknown(place, format!("profile = {other}")));
            toml::Table::new()
        }
        None => toml::Table::new(),
    };
    if let Some(name) = profile.filter(|name| !profiles.contains_key(*name)) {
        reader.errors.push(no_profile(file, name, &profiles));
    }
    let path = file.path.clone();
    let mut layers = Vec::new();
    let inside = child(&spans, "profile").1;
    for (name, section) in profiles {
        let mut layer = Layer { inactive: Some(name.as_str()) != profile, ..Layer::default() };
        let origin = Origin::Profile { path: path.clone(), name: name.clone() };
        let spans = inside.and_then(|inside| child(inside, &name).1);
        let names = Names { shown: &format!("profile.{name}."), name: "", origin: &origin };
        reader.section(names, section, spans, &mut layer);
        layers.push(layer);
    }
    let mut layer = Layer::default();
    let names = Names { shown: "", name: "", origin: &Origin::File { path } };
    reader.section(names, toml::Value::Table(table), Some(&spans), &mut layer);
    layers.push(layer);
    layers
}

fn no_profile(file: &FileText, name: &str, profiles: &toml::Table) -> ConfigError {
    let known: Vec<&str> = profiles.keys().map(String::as_str).collect();
    let fix = if known.is_empty() {
        format!("add a section `[profile.{name}]`")
    } else {
        format!("it has {}", known.join(", "))
    };
    ConfigError::Profile { place: file.path.clone(), name: name.to_owned(), fix }
}

fn parse(file: &FileText, errors: &mut Vec<ConfigError>) -> Option<toml::Table> {
    file.text.parse().map_err(|error| errors.push(syntax(file, &error, false))).ok()
}

/// The file's table and the text it was read from: without keys and theme, if only they are unreadable.
fn parse_sections(file: &FileText, errors: &mut Vec<ConfigError>) -> Option<(toml::Table, String)> {
    let error = match file.text.parse() {
        Ok(table) => return Some((table, file.text.clone())),
        Err(error) => error,
    };
    let text = without_look(&file.text);
    let rest = text.parse().ok();
    errors.push(syntax(file, &error, rest.is_some()));
    rest.map(|table| (table, text))
}

fn syntax(file: &FileText, error: &toml::de::Error, look: bool) -> ConfigError {
    let at = error.span().map_or(0, |span| span.start);
    let problem = error.message().lines().collect::<Vec<_>>().join(", ");
    ConfigError::Syntax { place: file.path.clone(), line: line_at(&file.text, at), problem, look }
}

/// 1-based line of a byte.
fn line_at(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or("").matches('\n').count() + 1
}

/// Where a key of a table stands, and the table behind it.
fn child<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> (Option<usize>, Option<&'t DeTable<'i>>) {
    match table.iter().find(|(key, _)| key.get_ref() == name) {
        Some((key, value)) => (Some(key.span().start), value.get_ref().as_table()),
        None => (None, None),
    }
}

struct Reader<'r> {
    file: &'r FileText,
    errors: &'r mut Vec<ConfigError>,
    /// What spans point into.
    text: &'r str,
}

/// What a section is called.
#[derive(Clone, Copy)]
struct Names<'n> {
    /// The prefix for errors (`profile.x.`).
    shown: &'n str,
    /// The dotted name inside it.
    name: &'n str,
    origin: &'n Origin,
}

impl Reader<'_> {
    /// The file, with the line if it is known.
    fn place(&self, at: Option<usize>) -> String {
        match at {
            Some(at) => format!("{}: line {}", self.file.path, line_at(self.text, at)),
            None => self.file.path.clone(),
        }
    }

    fn section(
        &mut self,
        names: Names<'_>,
        value: toml::Value,
        spans: Option<&DeTable<'_>>,
        layer: &mut Layer,
    ) {
        let Names { shown, name, origin } = names;
        let toml::Value::Table(table) = value else {
            let place = self.place(None);
            return self
                .errors
                .push(unknown(place, format!("{shown}{name}").trim_end_matches('.').to_owned()));
        };
        for (part, value) in table {
            let (at, below) = spans.map_or((None, None), |spans| child(spans, &part));
            let dotted = if name.is_empty() { part } else { format!("{name}.{part}") };
            let entry = |place, value| Entry {
                given: Given::Toml(value),
                origin: origin.clone(),
                written_as: format!("{shown}{dotted}"),
                place,
            };
            if let Some(key) = Key::from_name(&dotted) {
                layer.entries.insert(key, entry(self.place(at), value));
            } else if value.is_table() && is_section(&dotted) {
                self.section(Names { name: &dotted, ..names }, value, below, layer);
            } else if dotted.contains('.') && is_look(&dotted) {
                layer.look.insert(dotted.clone(), entry(self.place(at), value));
            } else {
                let place = self.place(at);
                self.errors.push(unknown(place, format!("{shown}{dotted}")));
            }
        }
    }
}

fn is_section(name: &str) -> bool {
    let in_keys = |rest: &str| rest.is_empty() || rest.matches('.').count() == 1;
    Key::ALL.iter().any(|key| key.name().strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
        || name
            .strip_prefix("keys")
            .is_some_and(|rest| in_keys(rest) && (rest.is_empty() || rest.starts_with('.')))
}

fn unknown(place: String, key: String) -> ConfigError {
    let last = key.rsplit('.').next().unwrap_or(&key);
    let near = Key::ALL
        .into_iter()
        .map(Key::name)
        .map(|name| (distance(last, name.rsplit('.').next().unwrap_or(name)), name))
        .min();
    let fix = match near {
        Some((distance, name)) if distance <= 2 => format!("did you mean `{name}`?"),
        _ => "remove it, or see `watchfire config template` for all settings".to_owned(),
    };
    ConfigError::Unknown { place, key, fix }
}

/// Edit distance (Levenshtein), for suggesting a name.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}
