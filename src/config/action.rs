//! What a key can do: one name per intent, used by the key table, the help, the palette and the application.
//!
//! Only vocabulary; what an action does in a state is decided by `app`.

/// Where a key is pressed. A key is looked up in the focused place first, then in [`Place::Global`] (not from the prompt).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Everywhere but in text inputs.
    Global,
    /// Rows: changes, patterns, records, hits, evidence, pins.
    List,
    /// One record with its fields and neighbours.
    Detail,
    /// The answer.
    Answer,
    /// The timeline.
    Timeline,
    /// The question being written.
    Prompt,
    /// A one-line input: find, time, note, palette.
    Input,
    /// Lists that lie over the screen: help, cases, times, themes.
    Overlay,
}

impl Place {
    /// Every place, in the order of the help.
    pub const ALL: [Self; 8] = [
        Self::List,
        Self::Detail,
        Self::Answer,
        Self::Timeline,
        Self::Global,
        Self::Prompt,
        Self::Input,
        Self::Overlay,
    ];

    /// Name in the settings file (`[keys.list]`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::List => "list",
            Self::Detail => "detail",
            Self::Answer => "answer",
            Self::Timeline => "timeline",
            Self::Prompt => "prompt",
            Self::Input => "input",
            Self::Overlay => "overlay",
        }
    }

    /// Heading in the help.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Global => "everywhere but in text",
            Self::List => "lists",
            Self::Detail => "record",
            Self::Answer => "answer",
            Self::Timeline => "timeline",
            Self::Prompt => "question",
            Self::Input => "text inputs",
            Self::Overlay => "over the screen",
        }
    }
}

macro_rules! actions {
    ($($variant:ident $name:literal $help:literal;)*) => {
        /// An intent.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $(#[doc = $help] $variant,)*
        }

        impl Action {
            /// Every action, in the order of the help.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Name in the settings file and in the palette.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What it does, as a short phrase.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help),* }
            }
        }
    };
}

actions! {
    Open "open" "open what is under the cursor; go deeper";
    Back "back" "close, stop what runs, or go back one level";
    Down "down" "one row down";
    Up "up" "one row up";
    HalfDown "half-page-down" "half a page down";
    HalfUp "half-page-up" "half a page up";
    PageDown "page-down" "one page down";
    PageUp "page-up" "one page up";
    Top "top" "to the first row";
    Bottom "bottom" "to the last row";
    Left "left" "scroll or move left";
    Right "right" "scroll or move right";
    Wrap "wrap" "wrap long lines, or cut them";
    Fold "fold" "fold or unfold (sections, stack traces)";
    Find "find" "find: words, \"phrases\", /regex/, -without, level:error, field:value";
    NextMatch "next-match" "next match";
    PreviousMatch "previous-match" "previous match";
    KeepMatches "keep-matches" "keep only what matches";
    Keep "keep" "keep only records like this one";
    Exclude "exclude" "leave records like this one out";
    Mute "mute" "mute this pattern";
    DropFilter "drop-filter" "undo the last filter";
    ClearFilters "clear-filters" "drop all filters and the window";
    NextError "next-error" "next error";
    PreviousError "previous-error" "previous error";
    NextSame "next-same" "next record of this pattern";
    PreviousSame "previous-same" "previous record of this pattern";
    Trace "trace" "the same trace or request id in all sources";
    Pin "pin" "pin or unpin";
    Pins "pins" "what is pinned and noted";
    Note "note" "write a note on this";
    AskAbout "ask-about" "ask about this";
    Save "save" "save the rows to a file";
    Edit "edit" "open the source in $EDITOR at this line";
    Copy "copy" "copy (to the terminal, and always to a file)";
    More "more-context" "more context";
    Less "less-context" "less context";
    ContextScope "context-scope" "context from: this source, same service, all sources";
    Prompt "prompt" "write a question";
    Broke "broke" "what just broke";
    Patterns "patterns" "patterns";
    Records "records" "records, oldest first";
    Sources "sources" "sources; open one to read it raw";
    Time "time" "set the time window";
    SelectStart "select-start" "start of a span at the cursor";
    SelectEnd "select-end" "end of the span; it becomes the window";
    Follow "follow" "follow new lines";
    Zone "zone" "UTC or local time, everywhere";
    Zoom "zoom" "this pane alone, or all panes";
    Shrink "shrink" "make this pane smaller";
    Grow "grow" "make this pane larger";
    NextPane "next-pane" "next pane";
    PreviousPane "previous-pane" "previous pane";
    PaneList "pane-list" "to the rows";
    PaneAnswer "pane-answer" "to the answer";
    PaneDetail "pane-detail" "to the record";
    Cases "cases" "saved cases";
    Usage "usage" "spend, times and limits";
    Themes "themes" "choose a theme";
    Report "report" "write this case as a report";
    Palette "palette" "every action, by name";
    Help "help" "the keys of this pane";
    Redraw "redraw" "draw the screen anew";
    Suspend "suspend" "suspend to the shell";
    Interrupt "interrupt" "stop what runs, else quit";
    Quit "quit" "quit";
    NextCitation "next-citation" "next citation";
    PreviousCitation "previous-citation" "previous citation";
    AskAgain "ask-again" "edit the last question and ask again";
    Outgoing "outgoing" "exactly what was or would be sent";
    Submit "submit" "ask, or accept";
    NewLine "new-line" "new line";
    History "history" "earlier questions";
    Editor "editor" "write it in $EDITOR";
    Leave "leave" "leave the input";
    DropChip "drop-chip" "drop the last context chip";
}

impl Action {
    /// The action with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_is_unique_and_leads_back() {
        for action in Action::ALL {
            assert_eq!(Action::from_name(action.name()), Some(*action));
        }
        let names: BTreeSet<_> = Action::ALL.iter().map(|action| action.name()).collect();
        assert_eq!(names.len(), Action::ALL.len());
    }
}
