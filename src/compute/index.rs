//! The words of a corpus' templates and what is known about every value position, built once per corpus.
//!
//! Cost: one look at every template plus a bounded sample of each pattern's records; keep it for further questions.

use super::corpus::{Corpus, CorpusError, PatternInfo, Place};
use super::profile::{self, Slot};
use super::words::{identifier_parts, root, stem};
use crate::pattern::{Piece, SlotKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// A piece of a template as questions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Elem {
    /// A constant word: lower case, with its case kept beside it.
    Word(String, String),
    /// A slot, by index.
    Slot(usize, SlotKind),
    /// Punctuation.
    Mark(char),
    /// White space.
    Gap,
}

/// A word of some templates.
#[derive(Clone, Debug)]
pub(super) struct VocabWord {
    pub(super) text: String,
    pub(super) stem: String,
    pub(super) root: String,
    /// Whether it is only a part of an identifier wherever it occurs.
    pub(super) part: bool,
    pub(super) patterns: Vec<usize>,
}

/// What questions need to know about one pattern.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) elems: Vec<Elem>,
    pub(super) slots: Vec<Slot>,
    pub(super) count: u64,
}

/// The searchable side of a corpus. Valid for the corpus (and window) it was built from.
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub(super) shapes: Vec<Shape>,
    pub(super) vocab: Vec<VocabWord>,
    /// Sampled values in lower case with their places, for words that are values.
    pub(super) values: FxHashMap<String, Vec<(usize, Place)>>,
    /// Patterns by service name (lower case).
    pub(super) services: FxHashMap<String, Vec<usize>>,
    /// The column that tells the parts of the system apart.
    pub(super) service_column: Option<Place>,
    /// Whether any record states a level.
    pub(super) has_levels: bool,
}

impl Index {
    /// Reads the templates and samples the slots of a corpus.
    ///
    /// # Errors
    /// When lines cannot be read or the turn was cancelled.
    pub fn build(corpus: &dyn Corpus) -> Result<Self, CorpusError> {
        let mut shapes = Vec::with_capacity(corpus.patterns().len());
        for (at, info) in corpus.patterns().iter().enumerate() {
            let elems = elems_of(&info.template.pieces);
            let slots = profile::slots(corpus, at, &elems)?;
            shapes.push(Shape { elems, slots, count: info.count });
        }
        super::family::add_frozen(&mut shapes);
        profile::share_labels(&mut shapes);
        let services = services(corpus.patterns());
        Ok(Self {
            vocab: vocabulary(&shapes),
            values: sampled_values(&shapes),
            service_column: service_column(&services, &shapes),
            services,
            has_levels: states_levels(corpus.patterns()),
            shapes,
        })
    }
}

/// Whether levels are a column of these logs: a few records that happen to name one do not make it so.
pub(super) fn states_levels(patterns: &[PatternInfo]) -> bool {
    let stated: u64 = patterns.iter().flat_map(|info| &info.levels).map(|(_, records)| *records).sum();
    let all: u64 = patterns.iter().map(|info| info.count).sum();
    stated > 0 && stated.saturating_mul(20) >= all
}

/// Cuts template pieces into words, slots and marks.
pub(super) fn elems_of(pieces: &[Piece]) -> Vec<Elem> {
    let mut elems = Vec::new();
    let mut slot = 0;
    for piece in pieces {
        match piece {
            Piece::Slot(kind) => {
                elems.push(Elem::Slot(slot, *kind));
                slot += 1;
            }
            Piece::Text(text) => push_words(text, &mut elems),
        }
    }
    elems
}

fn push_words(text: &str, elems: &mut Vec<Elem>) {
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = matches!(c, '_' | '-' | '.' | '\'' | '$')
            && !word.is_empty()
            && chars.peek().is_some_and(|next| next.is_alphanumeric());
        if c.is_alphanumeric() || joins {
            word.push(c);
            continue;
        }
        flush(&mut word, elems);
        elems.push(if c.is_whitespace() { Elem::Gap } else { Elem::Mark(c) });
    }
    flush(&mut word, elems);
}

fn flush(word: &mut String, elems: &mut Vec<Elem>) {
    if !word.is_empty() {
        let text = std::mem::take(word);
        elems.push(Elem::Word(text.to_lowercase(), text));
    }
}

fn vocabulary(shapes: &[Shape]) -> Vec<VocabWord> {
    let mut seen: FxHashMap<String, (bool, Vec<usize>)> = FxHashMap::default();
    for (at, shape) in shapes.iter().enumerate() {
        for elem in &shape.elems {
            let Elem::Word(lower, text) = elem else { continue };
            add_word(&mut seen, lower.clone(), false, at);
            let parts = identifier_parts(text);
            if parts.len() > 1 {
                parts.into_iter().for_each(|part| add_word(&mut seen, part, true, at));
            }
        }
    }
    let mut words: Vec<VocabWord> = seen
        .into_iter()
        .map(|(text, (part, patterns))| VocabWord {
            stem: stem(&text),
            root: root(&text),
            text,
            part,
            patterns,
        })
        .collect();
    words.sort_by(|a, b| a.text.cmp(&b.text));
    words
}

fn add_word(seen: &mut FxHashMap<String, (bool, Vec<usize>)>, word: String, part: bool, pattern: usize) {
    let entry = seen.entry(word).or_insert((true, Vec::new()));
    entry.0 &= part;
    if entry.1.last() != Some(&pattern) {
        entry.1.push(pattern);
    }
}

fn sampled_values(shapes: &[Shape]) -> FxHashMap<String, Vec<(usize, Place)>> {
    let mut values: FxHashMap<String, Vec<(usize, Place)>> = FxHashMap::default();
    for (at, shape) in shapes.iter().enumerate() {
        for slot in &shape.slots {
            let mut own: FxHashSet<String> = FxHashSet::default();
            for value in &slot.sample {
                own.insert(value.to_lowercase());
            }
            for value in own {
                values.entry(value).or_default().push((at, slot.place.clone()));
            }
        }
    }
    values
}

/// The service if there are several; else the named field of that kind with the most values: one service may be no
/// more than the name of the file.
fn service_column(services: &FxHashMap<String, Vec<usize>>, shapes: &[Shape]) -> Option<Place> {
    const KINDS: [&str; 8] =
        ["logger", "component", "program", "module", "service", "app", "container", "process"];
    if services.len() > 1 {
        return Some(Place::Service);
    }
    let mut values: FxHashMap<&str, FxHashSet<&str>> = FxHashMap::default();
    for slot in shapes.iter().flat_map(|shape| &shape.slots) {
        if let Place::Field(name) = &slot.place
            && KINDS.contains(&name.as_str())
        {
            values.entry(name).or_default().extend(slot.sample.iter().map(String::as_str));
        }
    }
    if values.is_empty() {
        return site_column(shapes);
    }
    let most = values.into_iter().max_by_key(|(name, values)| (values.len(), std::cmp::Reverse(*name)));
    most.map(|(name, _)| Place::Field(name.to_owned()))
}

/// The column of threads or callers, where its values are call sites.
fn site_column(shapes: &[Shape]) -> Option<Place> {
    let sites = |slot: &&Slot| {
        let named = matches!(&slot.place, Place::Field(name)
            if matches!(name.as_str(), "thread" | "caller" | "source" | "site" | "location"));
        let sited = slot.sample.iter().filter(|value| super::part::site_of(value).is_some()).count();
        named && sited * 2 > slot.sample.len()
    };
    shapes.iter().flat_map(|shape| &shape.slots).find(sites).map(|slot| slot.place.clone())
}

fn services(patterns: &[PatternInfo]) -> FxHashMap<String, Vec<usize>> {
    let mut map: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (at, info) in patterns.iter().enumerate() {
        for (name, _) in &info.services {
            map.entry(name.to_lowercase()).or_default().push(at);
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_cut_into_words_slots_and_marks() {
        let pieces = [
            Piece::Text("Job job_".to_owned()),
            Piece::Slot(SlotKind::Number),
            Piece::Text(" took fooBar=".to_owned()),
            Piece::Slot(SlotKind::Any),
        ];
        let word = |text: &str| Elem::Word(text.to_lowercase(), text.to_owned());
        assert_eq!(
            elems_of(&pieces),
            [
                word("Job"),
                Elem::Gap,
                word("job"),
                Elem::Mark('_'),
                Elem::Slot(0, SlotKind::Number),
                Elem::Gap,
                word("took"),
                Elem::Gap,
                word("fooBar"),
                Elem::Mark('='),
                Elem::Slot(1, SlotKind::Any),
            ]
        );
    }
}
