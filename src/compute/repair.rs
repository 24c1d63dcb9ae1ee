//! Slips of the finger: an unknown word or a long id read as the known one that is one edit away.

use super::corpus::{Place, ValueHit, ValueMatch};
use super::resolve::{Resolver, Term};
use super::words::{is_alphabetic, one_edit_apart, stem};

impl Resolver<'_> {
    /// A long id with exactly one neighbour among the sampled values.
    pub(super) fn near_id(&self, text: &str) -> Option<String> {
        if text.len() < 12 {
            return None;
        }
        let mut near = self.index.values.keys().filter(|value| one_edit_apart(value, text));
        let only = near.next()?;
        near.next().is_none().then(|| only.clone())
    }

    /// Reads an unknown word as a known one that is one slip away.
    pub(super) fn repair(&self, term: &mut Term) {
        if term.text.len() < 5 || !is_alphabetic(&term.text) || super::thesaurus::is_known(&term.text) {
            return;
        }
        let Some(near) = self.nearest(&term.text) else { return };
        term.quality = self.qualities(&near, term.token);
        if let Some(places) = self.index.values.get(&near) {
            let hit = |(pattern, place): &(usize, Place)| ValueHit {
                pattern: *pattern,
                place: place.clone(),
                kind: ValueMatch::Exact,
                lines: 1,
            };
            term.hits = places.iter().map(hit).collect();
        }
        term.read_as = Some(near.clone());
        term.text = near;
    }

    /// The known word one edit away: words of templates first, the most common one, then words of the language.
    fn nearest(&self, word: &str) -> Option<String> {
        let vocab = self.index.vocab.iter().filter(|known| known.text.len() > 3);
        let forms = vocab.filter(|known| known.stem != stem(word)).filter(|known| {
            one_edit_apart(&known.text, word)
                || (known.stem.len() > 3 && one_edit_apart(&known.stem, &stem(word)))
        });
        let best = forms
            .max_by_key(|known| (known.text.starts_with(&word[..first_len(word)]), known.patterns.len()));
        if let Some(best) = best {
            return Some(best.text.clone());
        }
        let labels = self.index.shapes.iter().flat_map(|s| &s.slots).flat_map(|slot| &slot.labels);
        let label = labels.map(|l| &l.text).find(|text| text.len() > 3 && one_edit_apart(text, word));
        if let Some(label) = label {
            return Some(label.clone());
        }
        let values = self.index.values.keys();
        let mut near: Vec<&String> = values
            .filter(|value| is_alphabetic(value) && value.len() > 3 && one_edit_apart(value, word))
            .collect();
        near.sort_unstable();
        near.first()
            .map(|value| (*value).clone())
            .or_else(|| super::thesaurus::near_word(word).map(str::to_owned))
    }
}

fn first_len(word: &str) -> usize {
    word.chars().next().map_or(0, char::len_utf8)
}
