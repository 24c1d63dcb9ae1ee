//! What a value position of a pattern is called and what its values look like.

use super::corpus::{Corpus, CorpusError, Place, Row};
use super::index::{Elem, Shape};
use super::labels::{Label, field_labels, labels_of, left_labels, named_unit, right_labels, unit_behind};
use super::locate::widen;
use super::thesaurus::{Type, types_of};
use super::unit::Unit;
use super::value::Quantity;
use crate::pattern::SlotKind;
use rustc_hash::FxHashMap;

/// Records of a pattern looked at.
const SAMPLE: usize = 48;

/// A value position: a slot of the template or a named field.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) place: Place,
    pub(super) labels: Vec<Label>,
    /// Types of its values, most telling first.
    pub(super) types: Vec<Type>,
    /// Unit from its name or the word behind it.
    pub(super) unit: Option<Unit>,
    /// Sampled values, widened to whole words, distinct, most frequent first.
    pub(super) sample: Vec<String>,
    /// Share of sampled values that are numbers (with or without a unit).
    pub(super) numeric: f64,
}

/// All value positions of a pattern: its slots, then the fields seen in the sample.
pub(super) fn slots(corpus: &dyn Corpus, pattern: usize, elems: &[Elem]) -> Result<Vec<Slot>, CorpusError> {
    let kinds: Vec<(usize, SlotKind)> = elems
        .iter()
        .filter_map(|elem| match elem {
            Elem::Slot(at, kind) => Some((*at, *kind)),
            _ => None,
        })
        .collect();
    let mut values: Vec<Vec<String>> = vec![Vec::new(); kinds.len()];
    let mut fields: Vec<(String, Vec<String>)> = Vec::new();
    corpus.sample(pattern, SAMPLE, &mut |row| collect(row, &mut values, &mut fields))?;
    let mut slots = Vec::new();
    for ((at, kind), values) in kinds.into_iter().zip(values) {
        slots.push(describe(
            Place::Slot(at),
            labels_of(elems, at),
            unit_behind(elems, at),
            Some(kind),
            values,
        ));
    }
    for (name, values) in fields {
        if is_new_field(&name, &values, &slots) {
            let labels = field_labels(&name);
            let unit = labels.iter().find_map(|label| named_unit(&label.text));
            slots.push(describe(Place::Field(name), labels, unit, None, values));
        }
    }
    Ok(slots)
}

impl Slot {
    /// Whether another position holds the same number of other records: by the name next to it, or by its measure.
    pub(super) fn measures_like(&self, other: &Self) -> bool {
        let near = |slot: &Self| -> Vec<String> {
            let named = slot.labels.iter().filter(|label| label.weight >= 0.7);
            named
                .filter(|label| !super::thesaurus::is_stop(&label.text))
                .map(|label| label.root.clone())
                .collect()
        };
        let (own, others) = (near(self), near(other));
        let kind = |slot: &Self| {
            [Type::Duration, Type::Size, Type::Percent].into_iter().find(|kind| slot.types.contains(kind))
        };
        let named = own.iter().any(|name| others.contains(name)) || own.is_empty() || others.is_empty();
        other.numeric >= 0.5 && kind(self) == kind(other) && (named || kind(self).is_some())
    }
}

fn collect(row: &Row<'_>, values: &mut [Vec<String>], fields: &mut Vec<(String, Vec<String>)>) {
    for capture in row.captures {
        if let (Some(list), Some(text)) =
            (values.get_mut(capture.slot), whole_value(row.body, &capture.range))
        {
            list.push(text);
        }
    }
    for field in row.fields {
        match fields.iter_mut().find(|(name, _)| *name == field.name) {
            Some((_, list)) => list.push(field.value.clone()),
            None => fields.push((field.name.clone(), vec![field.value.clone()])),
        }
    }
}

/// The captured text with what is glued to it, as people would say it.
pub(super) fn whole_value(body: &[u8], range: &std::ops::Range<usize>) -> Option<String> {
    let bytes = body.get(widen(body, range.clone()))?;
    Some(String::from_utf8_lossy(bytes).trim_matches(['"', '\'']).to_owned())
}

/// Header columns that are parsed already, and fields that repeat a slot, are no positions of their own.
fn is_new_field(name: &str, values: &[String], slots: &[Slot]) -> bool {
    const KNOWN: [&str; 22] = [
        "time",
        "ts",
        "timestamp",
        "@timestamp",
        "t",
        "date",
        "datetime",
        "level",
        "lvl",
        "severity",
        "loglevel",
        "log.level",
        "msg",
        "message",
        "log",
        "body",
        "text",
        "event",
        "asctime",
        "@version",
        "levelname",
        "stack",
    ];
    if KNOWN.contains(&name.to_ascii_lowercase().as_str()) {
        return false;
    }
    let short = name.rsplit('.').next().unwrap_or(name).to_lowercase();
    let repeats = |slot: &Slot| {
        let same = values.iter().filter(|value| slot.sample.contains(value)).count();
        same * 10 >= values.len() * 8 && slot.labels.iter().any(|label| label.text == short)
    };
    !slots.iter().any(repeats)
}

/// A position that is constant within its template.
pub(super) fn frozen_slot(elems: &[Elem], at: usize, place: Place, value: String) -> Slot {
    let mut labels = Vec::new();
    left_labels(elems, at, &mut labels);
    right_labels(elems, at, &mut labels);
    describe(place, labels, None, None, vec![value])
}

fn describe(
    place: Place,
    labels: Vec<Label>,
    unit: Option<Unit>,
    kind: Option<SlotKind>,
    values: Vec<String>,
) -> Slot {
    let mut labels = labels;
    if let Some(prefix) = shared_prefix(&values).filter(|prefix| labels.iter().all(|l| l.text != *prefix)) {
        labels.push(Label::new(&prefix, 0.9));
    }
    let mut types = kind.map(types_of_kind).unwrap_or_default();
    let total = values.len().max(1);
    let mut shares: FxHashMap<Type, usize> = FxHashMap::default();
    let mut numeric = 0;
    for value in &values {
        let own = value_types(value);
        numeric += usize::from(number_of(value, kind).is_some());
        own.into_iter().for_each(|kind| *shares.entry(kind).or_default() += 1);
    }
    let mut common: Vec<Type> =
        shares.into_iter().filter(|(_, n)| n * 2 >= total).map(|(kind, _)| kind).collect();
    common.sort_unstable();
    types.extend(common);
    types.extend(label_types(&labels, &types, unit));
    dedup(&mut types);
    #[expect(clippy::cast_precision_loss, reason = "at most 48 samples")]
    let numeric = numeric as f64 / total as f64;
    Slot { place, labels, types, unit, sample: distinct(values), numeric }
}

/// The word all values start with (`belt` of `belt-a`, `belt-b`).
fn shared_prefix(values: &[String]) -> Option<String> {
    let first = values.first()?;
    let end = first.find(['-', '_'])?;
    let prefix = &first[..end];
    let word = end >= 3 && prefix.bytes().all(|b| b.is_ascii_alphabetic());
    let all = values
        .iter()
        .all(|value| value.starts_with(prefix) && value.as_bytes().get(end) == first.as_bytes().get(end));
    (word && all).then(|| prefix.to_lowercase())
}

/// The number in a value: itself, or what is left without a constant prefix (`part-00012` is an id, not a number).
pub(super) fn number_of(value: &str, kind: Option<SlotKind>) -> Option<Quantity> {
    if matches!(kind, Some(SlotKind::Ip | SlotKind::Uuid | SlotKind::Hex | SlotKind::Path | SlotKind::Url)) {
        return None;
    }
    Quantity::parse(value)
}

fn types_of_kind(kind: SlotKind) -> Vec<Type> {
    match kind {
        SlotKind::Ip => vec![Type::Ip],
        SlotKind::Host => vec![Type::Host],
        SlotKind::User => vec![Type::User],
        SlotKind::Path => vec![Type::Path],
        SlotKind::Url => vec![Type::Url],
        SlotKind::Uuid | SlotKind::Hex => vec![Type::Id],
        SlotKind::Duration => vec![Type::Duration],
        SlotKind::Size => vec![Type::Size],
        SlotKind::Time => vec![Type::Time],
        SlotKind::Any | SlotKind::Number | SlotKind::Quoted => Vec::new(),
    }
}

fn is_ipv4(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.len() <= 3 && part.parse::<u8>().is_ok())
}

fn is_ipv6(text: &str) -> bool {
    text.matches(':').count() >= 2
        && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b':')
        && (text.contains("::") || text.matches(':').count() == 7)
}

/// Types of one value by its form.
pub(super) fn value_types(value: &str) -> Vec<Type> {
    let bare = value.trim_matches(['/', '[', ']', '(', ')']);
    let (head, port) = match bare.rsplit_once(':') {
        Some((head, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => (head, true),
        _ => (bare, false),
    };
    let host = |text: &str| {
        text.contains('.')
            && text
                .rsplit('.')
                .next()
                .is_some_and(|tld| tld.len() > 1 && tld.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let mut types = Vec::new();
    if is_ipv4(head) || is_ipv6(bare) {
        types.push(Type::Ip);
        types.extend(port.then_some(Type::Port));
    } else if value.contains("://") {
        types.push(Type::Url);
    } else if value.starts_with('/') && value.len() > 1 || value.matches('/').count() > 1 {
        types.push(Type::Path);
    } else if host(head) {
        types.push(Type::Host);
        types.extend(port.then_some(Type::Port));
    } else if let Some(quantity) = Quantity::parse(value) {
        types.push(match quantity.unit {
            Unit::Time(..) => Type::Duration,
            Unit::Size(..) => Type::Size,
            Unit::Percent => Type::Percent,
            Unit::None | Unit::Other(_) => Type::Number,
        });
    } else if value.bytes().any(|b| b.is_ascii_digit()) {
        types.push(Type::Id);
    } else {
        types.push(Type::Word);
    }
    types
}

/// Types a name promises (`port=` holds a port) where the form does not contradict.
fn label_types(labels: &[Label], formed: &[Type], unit: Option<Unit>) -> Vec<Type> {
    let mut types = Vec::new();
    let numeric = formed.contains(&Type::Number);
    for label in labels.iter().filter(|label| label.weight >= 0.5) {
        let fits = |kind: &&Type| match kind {
            Type::Port | Type::Size | Type::Duration | Type::Percent => numeric,
            Type::Ip | Type::Number | Type::Time => false,
            Type::Host => !numeric,
            _ => true,
        };
        types.extend(types_of(&label.text).iter().filter(fits));
    }
    match unit {
        Some(Unit::Time(..)) => types.push(Type::Duration),
        Some(Unit::Size(..)) => types.push(Type::Size),
        Some(Unit::Percent) => types.push(Type::Percent),
        _ => {}
    }
    types
}

fn dedup(types: &mut Vec<Type>) {
    let mut seen = Vec::new();
    types.retain(|kind| {
        let new = !seen.contains(kind);
        seen.push(*kind);
        new
    });
}

fn distinct(values: Vec<String>) -> Vec<String> {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut all: Vec<(String, usize)> = counts.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all.into_iter().map(|(value, _)| value).collect()
}

/// A pattern and one of its positions.
type At = (usize, usize);
/// Names and types lent to a position.
type Loan = (At, Vec<Label>, Vec<Type>);

/// Positions that share at least half of their values (three or more) lend each other their names: the `x` of
/// "failed for x" is a user because "user x logged in" says so.
// size: two passes over one table of shared values, read together
pub(super) fn share_labels(shapes: &mut [Shape]) {
    let mut by_value: FxHashMap<&str, Vec<(usize, usize)>> = FxHashMap::default();
    for (p, shape) in shapes.iter().enumerate() {
        for (s, slot) in shape.slots.iter().enumerate().filter(|(_, slot)| may_lend(slot)) {
            for value in &slot.sample {
                by_value.entry(value).or_default().push((p, s));
            }
        }
    }
    let mut shared: FxHashMap<(At, At), usize> = FxHashMap::default();
    for places in by_value.values().filter(|places| (2..=24).contains(&places.len())) {
        for (i, a) in places.iter().enumerate() {
            for b in &places[i + 1..] {
                *shared.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let mut loans: Vec<Loan> = Vec::new();
    for ((a, b), count) in shared {
        for (from, to) in [(a, b), (b, a)] {
            let target = &shapes[to.0].slots[to.1];
            if count >= 3 && count * 2 >= target.sample.len() {
                let source = &shapes[from.0].slots[from.1];
                let strong = source
                    .labels
                    .iter()
                    .filter(|label| label.weight >= 0.7 && !super::thesaurus::is_stop(&label.text));
                let labels = strong.map(|l| Label { weight: l.weight * 0.6, ..l.clone() }).collect();
                let types =
                    source.types.iter().filter(|t| matches!(t, Type::User | Type::Host)).copied().collect();
                loans.push((to, labels, types));
            }
        }
    }
    for ((p, s), labels, types) in loans {
        let slot = &mut shapes[p].slots[s];
        for label in labels {
            if !slot.labels.iter().any(|own| own.root == label.root) {
                slot.labels.push(label);
            }
        }
        slot.types.extend(types);
        dedup(&mut slot.types);
    }
}

fn may_lend(slot: &Slot) -> bool {
    slot.sample.len() >= 3 && !slot.types.contains(&Type::Number) && !slot.types.contains(&Type::Duration)
}
