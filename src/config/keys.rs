//! The one key table: defaults, what the settings file changes, and what is looked up, shown and documented.
//!
//! A key is looked up in the focused [`Place`] first, then in [`Place::Global`] unless text is being typed. Sequences
//! of two keys are allowed; a first key that starts one waits for the second.

use super::action::{Action, Place};
use super::chord::{Chord, EXPECTED};

/// The defaults: place, action, keys (alternatives), whether the key bar may show it.
const DEFAULTS: &[(Place, Action, &[&str])] = {
    use Action as A;
    use Place as P;
    &[
        (P::List, A::Open, &["enter"]),
        (P::List, A::Down, &["j", "down"]),
        (P::List, A::Up, &["k", "up"]),
        (P::List, A::Fold, &["space"]),
        (P::List, A::Left, &["h", "left"]),
        (P::List, A::Right, &["l", "right"]),
        (P::List, A::NextMatch, &["n"]),
        (P::List, A::PreviousMatch, &["N"]),
        (P::List, A::KeepMatches, &["&"]),
        (P::List, A::Keep, &["f"]),
        (P::List, A::Exclude, &["v"]),
        (P::List, A::Mute, &["M"]),
        (P::List, A::AskAbout, &["a"]),
        (P::List, A::NextSame, &["*"]),
        (P::List, A::PreviousSame, &["#"]),
        (P::List, A::Save, &["s"]),
        (P::Detail, A::Open, &["enter"]),
        (P::Detail, A::Down, &["j", "down"]),
        (P::Detail, A::Up, &["k", "up"]),
        (P::Detail, A::Fold, &["space"]),
        (P::Detail, A::Left, &["h", "left"]),
        (P::Detail, A::Right, &["l", "right"]),
        (P::Detail, A::More, &["+", "="]),
        (P::Detail, A::Less, &["-"]),
        (P::Detail, A::ContextScope, &["S"]),
        (P::Detail, A::Keep, &["f"]),
        (P::Detail, A::Exclude, &["v"]),
        (P::Detail, A::Mute, &["M"]),
        (P::Detail, A::AskAbout, &["a"]),
        (P::Detail, A::NextSame, &["*", "n"]),
        (P::Detail, A::PreviousSame, &["#", "N"]),
        (P::Detail, A::Save, &["s"]),
        (P::Answer, A::Open, &["enter"]),
        (P::Answer, A::Down, &["j", "down"]),
        (P::Answer, A::Up, &["k", "up"]),
        (P::Answer, A::Left, &["h", "left"]),
        (P::Answer, A::Right, &["l", "right"]),
        (P::Answer, A::NextCitation, &["n"]),
        (P::Answer, A::PreviousCitation, &["N"]),
        (P::Answer, A::AskAgain, &["R"]),
        (P::Answer, A::Outgoing, &["x"]),
        (P::Answer, A::AskAbout, &["a"]),
        (P::Answer, A::Save, &["s"]),
        (P::Timeline, A::Left, &["h", "left"]),
        (P::Timeline, A::Right, &["l", "right"]),
        (P::Timeline, A::Open, &["enter"]),
        (P::Timeline, A::Down, &["j", "down"]),
        (P::Timeline, A::Up, &["k", "up"]),
        (P::Global, A::Back, &["esc"]),
        (P::Global, A::Prompt, &["i", ":"]),
        (P::Global, A::Broke, &["b"]),
        (P::Global, A::Patterns, &["p"]),
        (P::Global, A::Records, &["r"]),
        (P::Global, A::Find, &["/"]),
        (P::Global, A::Time, &["t"]),
        (P::Global, A::NextError, &["e"]),
        (P::Global, A::PreviousError, &["E"]),
        (P::Global, A::Follow, &["F"]),
        (P::Global, A::Sources, &["O"]),
        (P::Global, A::Trace, &["T"]),
        (P::Global, A::Pin, &["m"]),
        (P::Global, A::Pins, &["'"]),
        (P::Global, A::Note, &[";"]),
        (P::Global, A::Copy, &["y"]),
        (P::Global, A::Edit, &["o"]),
        (P::Global, A::Wrap, &["w"]),
        (P::Global, A::DropFilter, &["U"]),
        (P::Global, A::ClearFilters, &["X"]),
        (P::Global, A::SelectStart, &["["]),
        (P::Global, A::SelectEnd, &["]"]),
        (P::Global, A::Zone, &["u"]),
        (P::Global, A::Zoom, &["z"]),
        (P::Global, A::Shrink, &["<"]),
        (P::Global, A::Grow, &[">"]),
        (P::Global, A::NextPane, &["tab"]),
        (P::Global, A::PreviousPane, &["backtab"]),
        (P::Global, A::PaneList, &["1"]),
        (P::Global, A::PaneAnswer, &["2"]),
        (P::Global, A::PaneDetail, &["3"]),
        (P::Global, A::Cases, &["c"]),
        (P::Global, A::Usage, &["$"]),
        (P::Global, A::Themes, &["`"]),
        (P::Global, A::Report, &["W"]),
        (P::Global, A::Top, &["g", "home"]),
        (P::Global, A::Bottom, &["G", "end"]),
        (P::Global, A::HalfDown, &["ctrl-d"]),
        (P::Global, A::HalfUp, &["ctrl-u"]),
        (P::Global, A::PageDown, &["pgdn", "ctrl-f"]),
        (P::Global, A::PageUp, &["pgup", "ctrl-b"]),
        (P::Global, A::Palette, &["ctrl-p"]),
        (P::Global, A::Help, &["?"]),
        (P::Global, A::Redraw, &["ctrl-l"]),
        (P::Global, A::Suspend, &["ctrl-z"]),
        (P::Global, A::Interrupt, &["ctrl-c"]),
        (P::Global, A::Quit, &["q"]),
        (P::Prompt, A::Submit, &["enter"]),
        (P::Prompt, A::NewLine, &["ctrl-j", "alt-enter"]),
        (P::Prompt, A::History, &["ctrl-r"]),
        (P::Prompt, A::Editor, &["ctrl-x ctrl-e"]),
        (P::Prompt, A::DropChip, &["ctrl-t"]),
        (P::Prompt, A::Palette, &["ctrl-p"]),
        (P::Prompt, A::Redraw, &["ctrl-l"]),
        (P::Prompt, A::Suspend, &["ctrl-z"]),
        (P::Prompt, A::Interrupt, &["ctrl-c"]),
        (P::Prompt, A::NextPane, &["tab"]),
        (P::Prompt, A::Leave, &["esc"]),
        (P::Input, A::Submit, &["enter"]),
        (P::Input, A::Down, &["down", "ctrl-n"]),
        (P::Input, A::Up, &["up", "ctrl-p"]),
        (P::Input, A::PageDown, &["pgdn"]),
        (P::Input, A::PageUp, &["pgup"]),
        (P::Input, A::Editor, &["ctrl-x ctrl-e"]),
        (P::Input, A::Redraw, &["ctrl-l"]),
        (P::Input, A::Suspend, &["ctrl-z"]),
        (P::Input, A::Interrupt, &["ctrl-c"]),
        (P::Input, A::Leave, &["esc"]),
        (P::Overlay, A::Open, &["enter"]),
        (P::Overlay, A::Down, &["j", "down"]),
        (P::Overlay, A::Up, &["k", "up"]),
        (P::Overlay, A::Top, &["g", "home"]),
        (P::Overlay, A::Bottom, &["G", "end"]),
        (P::Overlay, A::HalfDown, &["ctrl-d"]),
        (P::Overlay, A::HalfUp, &["ctrl-u"]),
        (P::Overlay, A::PageDown, &["pgdn", "ctrl-f", "space"]),
        (P::Overlay, A::PageUp, &["pgup", "ctrl-b"]),
        (P::Overlay, A::Copy, &["y"]),
        (P::Overlay, A::Find, &["/"]),
        (P::Overlay, A::Zone, &["u"]),
        (P::Overlay, A::Back, &["esc", "q", "?"]),
        (P::Overlay, A::Palette, &["ctrl-p"]),
        (P::Overlay, A::Redraw, &["ctrl-l"]),
        (P::Overlay, A::Suspend, &["ctrl-z"]),
        (P::Overlay, A::Interrupt, &["ctrl-c"]),
    ]
};

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Where it holds.
    pub place: Place,
    /// What it does.
    pub action: Action,
    /// One or two keys in a row.
    pub keys: Vec<Chord>,
    /// Whether the settings file put it there.
    pub remapped: bool,
}

impl Binding {
    /// The keys as text: `ctrl-x ctrl-e`.
    #[must_use]
    pub fn label(&self) -> String {
        self.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// A change from the settings file: in this place, this action has exactly these keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remap {
    /// Name of the place, as written.
    pub place: String,
    /// Name of the action, as written.
    pub action: String,
    /// Keys, as written; empty: the action has no key here.
    pub keys: Vec<String>,
}

/// What a pressed key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// This action.
    Action(Action),
    /// The first of two keys; the second decides.
    Pending,
    /// Nothing here.
    Nothing,
}

/// The effective key table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMap {
    bindings: Vec<Binding>,
}

impl Default for KeyMap {
    fn default() -> Self {
        let mut bindings = Vec::new();
        for &(place, action, keys) in DEFAULTS {
            let sequences = keys.iter().filter_map(|keys| Chord::parse_sequence(keys));
            bindings.extend(sequences.map(|keys| Binding { place, action, keys, remapped: false }));
        }
        Self { bindings }
    }
}

impl KeyMap {
    /// The defaults changed by `remaps`; what cannot be used is left out and said, one sentence each.
    #[must_use]
    pub fn with(remaps: &[Remap]) -> (Self, Vec<String>) {
        let mut map = Self::default();
        let mut problems = Vec::new();
        for remap in remaps {
            if let Err(problem) = map.apply(remap) {
                problems.push(format!("[keys.{}] {}: {problem}", remap.place, remap.action));
            }
        }
        problems.extend(map.conflicts());
        (map, problems)
    }

    fn apply(&mut self, remap: &Remap) -> Result<(), String> {
        let place = Place::ALL.into_iter().find(|place| place.name() == remap.place).ok_or_else(|| {
            format!("there is no such place, expected one of {}", Place::ALL.map(Place::name).join(", "))
        })?;
        let action = Action::from_name(&remap.action)
            .ok_or("there is no such action, `watchfire config keys` lists them")?;
        let mut sequences = Vec::new();
        for keys in &remap.keys {
            let sequence = Chord::parse_sequence(keys);
            sequences.push(sequence.ok_or_else(|| format!("\"{keys}\" is no key, expected {EXPECTED}"))?);
        }
        self.bindings.retain(|binding| (binding.place, binding.action) != (place, action));
        let added = sequences.into_iter().map(|keys| Binding { place, action, keys, remapped: true });
        self.bindings.extend(added);
        Ok(())
    }

    /// Keys that mean two things in one place: the remapped one wins, and that is said.
    fn conflicts(&mut self) -> Vec<String> {
        let mut said = Vec::new();
        let mut kept: Vec<Binding> = Vec::new();
        let mut ordered = std::mem::take(&mut self.bindings);
        ordered.sort_by_key(|binding| !binding.remapped);
        for binding in ordered {
            let clashes = |other: &&Binding| {
                other.place == binding.place
                    && other.action != binding.action
                    && (other.keys.starts_with(&binding.keys) || binding.keys.starts_with(&other.keys))
            };
            match kept.iter().find(clashes) {
                Some(other) => said.push(format!(
                    "[keys.{}] {} is both {} and {}: it means {}",
                    binding.place.name(),
                    binding.label(),
                    other.action.name(),
                    binding.action.name(),
                    other.action.name()
                )),
                None => kept.push(binding),
            }
        }
        kept.sort_by_key(|binding| {
            (Place::ALL.iter().position(|place| *place == binding.place), binding.action)
        });
        self.bindings = kept;
        said
    }

    /// What `keys` (one, or two in a row) mean in `place`.
    #[must_use]
    pub fn meaning(&self, place: Place, keys: &[Chord]) -> Meaning {
        let typing = matches!(place, Place::Prompt | Place::Input | Place::Overlay);
        let places = if typing { [Some(place), None] } else { [Some(place), Some(Place::Global)] };
        for place in places.into_iter().flatten() {
            let here = || self.bindings.iter().filter(move |binding| binding.place == place);
            if let Some(binding) = here().find(|binding| binding.keys == keys) {
                return Meaning::Action(binding.action);
            }
            if here().any(|binding| binding.keys.starts_with(keys)) {
                return Meaning::Pending;
            }
        }
        Meaning::Nothing
    }

    /// Every binding, by place and action.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The first key of an action that works in `place`, as text.
    #[must_use]
    pub fn label(&self, place: Place, action: Action) -> Option<String> {
        let find = |place| self.bindings.iter().find(|b| b.place == place && b.action == action);
        find(place).or_else(|| find(Place::Global)).map(Binding::label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remap(place: &str, action: &str, keys: &[&str]) -> Remap {
        let keys = keys.iter().map(ToString::to_string).collect();
        Remap { place: place.into(), action: action.into(), keys }
    }

    fn chord(text: &str) -> Chord {
        Chord::parse(text).unwrap()
    }

    #[test]
    fn the_defaults_are_readable_and_free_of_conflicts() {
        let written: usize = DEFAULTS.iter().map(|(_, _, keys)| keys.len()).sum();
        assert_eq!(KeyMap::default().bindings.len(), written);
        assert_eq!(KeyMap::with(&[]).1, Vec::<String>::new());
    }

    #[test]
    fn every_action_has_a_key_somewhere() {
        let map = KeyMap::default();
        let without = |action: &&Action| !map.bindings.iter().any(|binding| binding.action == **action);
        assert_eq!(Action::ALL.iter().find(without), None);
    }

    #[test]
    fn the_focused_place_comes_before_everywhere() {
        let map = KeyMap::default();
        let meaning = |place, text: &str| map.meaning(place, &[chord(text)]);
        assert_eq!(meaning(Place::List, "n"), Meaning::Action(Action::NextMatch));
        assert_eq!(meaning(Place::Answer, "n"), Meaning::Action(Action::NextCitation));
        assert_eq!(meaning(Place::List, "q"), Meaning::Action(Action::Quit));
        assert_eq!(meaning(Place::Prompt, "q"), Meaning::Nothing);
        assert_eq!(meaning(Place::Prompt, "ctrl-x"), Meaning::Pending);
        let editor = [chord("ctrl-x"), chord("ctrl-e")];
        assert_eq!(map.meaning(Place::Prompt, &editor), Meaning::Action(Action::Editor));
    }

    #[test]
    fn a_remapped_key_replaces_the_defaults_and_wins_conflicts() {
        let (map, problems) = KeyMap::with(&[remap("global", "patterns", &["b"])]);
        assert_eq!(map.meaning(Place::List, &[chord("b")]), Meaning::Action(Action::Patterns));
        assert_eq!(map.meaning(Place::List, &[chord("p")]), Meaning::Nothing);
        assert_eq!(problems, ["[keys.global] b is both patterns and broke: it means patterns"]);
    }

    #[test]
    fn what_cannot_be_used_is_said_with_what_is_allowed() {
        let wrong = [
            remap("nowhere", "quit", &["x"]),
            remap("global", "fly", &["x"]),
            remap("global", "quit", &["jj"]),
        ];
        let (map, problems) = KeyMap::with(&wrong);
        assert_eq!(map, KeyMap::with(&[]).0);
        assert_eq!(problems.len(), 3);
        assert!(problems[0].starts_with("[keys.nowhere] quit: there is no such place, expected one of list"));
        assert!(problems[1].contains("`watchfire config keys` lists them"));
        assert!(problems[2].contains("\"jj\" is no key, expected a character"));
    }
}
