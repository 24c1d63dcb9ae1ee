//! The one key table: defaults, what the settings file changes, and what is looked up, shown and documented.
//!
//! A key is looked up in the focused [`Place`] first, then in [`Place::Global`] unless text is being typed. Sequences
//! of two keys are allowed; a first key that starts one waits for the second.

use super::action::{Action, Place};
use super::chord::Chord;

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
        label(&self.keys)
    }
}

/// A change from the settings file: in this place, this action has exactly these keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remap {
    /// Where it holds.
    pub place: Place,
    /// The action.
    pub action: Action,
    /// Its keys, each one or two in a row; empty: the action has no key here.
    pub keys: Vec<Vec<Chord>>,
    /// File and line it is written in.
    pub at: String,
}

impl Remap {
    /// The keys as TOML writes them.
    #[must_use]
    pub fn value(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|keys| super::value::quoted(&label(keys))).collect();
        match keys.as_slice() {
            [only] => only.clone(),
            keys => format!("[{}]", keys.join(", ")),
        }
    }
}

fn label(keys: &[Chord]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
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
    /// The defaults changed by `remaps`, and the keys that would mean two things, one sentence each.
    #[must_use]
    pub fn with(remaps: &[Remap]) -> (Self, Vec<String>) {
        let mut map = Self::default();
        for remap in remaps {
            map.bindings.retain(|known| (known.place, known.action) != (remap.place, remap.action));
            map.bindings.extend(remap.keys.iter().map(|keys| Binding {
                place: remap.place,
                action: remap.action,
                keys: keys.clone(),
                remapped: true,
            }));
        }
        let conflicts = map.conflicts(remaps);
        (map, conflicts)
    }

    /// The actions a place can have keys for: those of the default table, and on the screen itself those of every pane.
    #[must_use]
    pub fn allowed(place: Place) -> Vec<Action> {
        let own = matches!(place, Place::Prompt | Place::Input | Place::Overlay);
        let here = |other: Place| {
            if own { other == place } else { !matches!(other, Place::Prompt | Place::Input | Place::Overlay) }
        };
        let has = |action: &Action| DEFAULTS.iter().any(|(other, known, _)| known == action && here(*other));
        Action::ALL.iter().copied().filter(has).collect()
    }

    /// The default keys of an action in a place, as text.
    #[must_use]
    pub fn defaults(place: Place, action: Action) -> &'static [&'static str] {
        let row = DEFAULTS.iter().find(|(other, known, _)| (*other, *known) == (place, action));
        row.map_or(&[], |(_, _, keys)| keys)
    }

    /// Keys that mean two things in one place: the remapped one wins, and that is said.
    fn conflicts(&mut self, remaps: &[Remap]) -> Vec<String> {
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
                Some(other) => said.push(clash(other, &binding, remaps)),
                None => kept.push(binding),
            }
        }
        kept.sort_by_key(|binding| {
            (Place::ALL.iter().position(|place| *place == binding.place), binding.action)
        });
        self.bindings = kept;
        said
    }

    /// Remapped keys of a pane that hide a key that works everywhere, one sentence each.
    #[must_use]
    pub fn hidden(&self) -> Vec<String> {
        let pane = |place| matches!(place, Place::List | Place::Detail | Place::Answer | Place::Timeline);
        let hides = |binding: &Binding| {
            let everywhere = |other: &&Binding| {
                other.place == Place::Global && other.action != binding.action && other.keys == binding.keys
            };
            let other = self.bindings.iter().find(everywhere)?;
            let (key, place) = (binding.label(), binding.place.name());
            let (here, there) = (binding.action.name(), other.action.name());
            Some(format!("[keys.{place}] {key} means {here} here and hides {there} of [keys.global]"))
        };
        self.bindings.iter().filter(|known| known.remapped && pane(known.place)).filter_map(hides).collect()
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

/// Says which of two meanings holds, where it is written, and what to do about the other.
fn clash(wins: &Binding, loses: &Binding, remaps: &[Remap]) -> String {
    let of = |binding: &Binding| {
        let same = |remap: &&Remap| (remap.place, remap.action) == (binding.place, binding.action);
        remaps.iter().find(same).map(|remap| format!("{}: ", remap.at)).unwrap_or_default()
    };
    let (place, wins_name, loses_name) = (wins.place.name(), wins.action.name(), loses.action.name());
    format!(
        "{}[keys.{place}] {} is both {wins_name} and {loses_name}: it means {wins_name}; give {loses_name} another key",
        of(wins),
        loses.label()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remap(place: Place, action: Action, keys: &[&str]) -> Remap {
        let keys = keys.iter().map(|keys| Chord::parse_sequence(keys).unwrap()).collect();
        Remap { place, action, keys, at: "c.toml: line 2".to_owned() }
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
        let (map, problems) = KeyMap::with(&[remap(Place::Global, Action::Patterns, &["b"])]);
        assert_eq!(map.meaning(Place::List, &[chord("b")]), Meaning::Action(Action::Patterns));
        assert_eq!(map.meaning(Place::List, &[chord("p")]), Meaning::Nothing);
        assert_eq!(
            problems,
            [
                "c.toml: line 2: [keys.global] b is both patterns and broke: it means patterns; give broke another key"
            ]
        );
    }

    #[test]
    fn an_action_can_have_several_keys_or_none() {
        let (map, problems) = KeyMap::with(&[
            remap(Place::List, Action::Mute, &["ctrl-k", "ctrl-x k"]),
            remap(Place::Global, Action::Quit, &[]),
        ]);
        assert_eq!(problems, [""; 0]);
        let twice = [chord("ctrl-x"), chord("k")];
        assert_eq!(map.meaning(Place::List, &twice), Meaning::Action(Action::Mute));
        assert_eq!(map.meaning(Place::List, &[chord("M")]), Meaning::Nothing);
        assert_eq!(map.meaning(Place::List, &[chord("q")]), Meaning::Nothing);
    }

    #[test]
    fn a_key_of_a_pane_that_hides_one_of_everywhere_is_known() {
        let (map, problems) = KeyMap::with(&[remap(Place::List, Action::Mute, &["b"])]);
        assert_eq!(problems, [""; 0]);
        assert_eq!(map.hidden(), ["[keys.list] b means mute here and hides broke of [keys.global]"]);
        assert_eq!(KeyMap::default().hidden(), [""; 0]);
    }
}
