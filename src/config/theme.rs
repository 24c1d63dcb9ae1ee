//! What the settings can say about looks: names of themes, and colours of single roles over the theme's own.

use super::value::Given;
use std::fmt;

/// Names of the themes, in the order they are offered.
pub const THEMES: [&str; 6] = ["dark", "light", "contrast", "colorblind", "ansi16", "none"];

macro_rules! named {
    ($(#[$doc:meta])* $kind:ident { $($variant:ident $name:literal $help:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $kind {
            $(#[doc = $help] $variant,)*
        }

        impl $kind {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Name in the settings file.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What it is, as a short phrase.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help),* }
            }

            /// The one with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.name().eq_ignore_ascii_case(name))
            }
        }
    };
}

named! {
    /// What a colour is for.
    Role {
        Text "text" "ordinary text";
        Dim "dim" "less important text";
        Title "title" "titles of panes";
        Focus "focus" "the title of the pane that has the keyboard";
        Border "border" "lines between panes";
        Selected "selected" "the selected row";
        Resting "resting" "the selected row of a pane without the keyboard";
        Error "error" "errors";
        Warn "warn" "warnings";
        New "new" "something new";
        Good "good" "something that is better now";
        Service "service" "services and names";
        Found "found" "what was searched for";
        Key "key" "keys in the key bar";
        Prod "prod" "the header of a production profile";
    }
}

named! {
    /// A colour of the terminal's own palette.
    Ansi {
        Default "default" "the terminal's own";
        Black "black" "0";
        Red "red" "1";
        Green "green" "2";
        Yellow "yellow" "3";
        Blue "blue" "4";
        Magenta "magenta" "5";
        Cyan "cyan" "6";
        Gray "gray" "7";
        DarkGray "dark-gray" "8";
        LightRed "light-red" "9";
        LightGreen "light-green" "10";
        LightYellow "light-yellow" "11";
        LightBlue "light-blue" "12";
        LightMagenta "light-magenta" "13";
        LightCyan "light-cyan" "14";
        White "white" "15";
    }
}

/// The colour of a role: of the letters, and of the ground where it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    /// Of the letters.
    pub front: Ansi,
    /// Of the ground; `None`: as the theme has it.
    pub back: Option<Ansi>,
}

impl Paint {
    /// Reads `light-red` or `white on red`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let front = Ansi::from_name(words.next()?)?;
        let back = match (words.next(), words.next(), words.next()) {
            (None, ..) => None,
            (Some("on"), Some(back), None) => Some(Ansi::from_name(back)?),
            _ => return None,
        };
        Some(Self { front, back })
    }

    /// What is accepted; follows "expected".
    #[must_use]
    pub fn expected() -> String {
        let names: Vec<&str> = Ansi::ALL.iter().map(|ansi| ansi.name()).collect();
        format!("a colour or `COLOUR on COLOUR` of {}", names.join(", "))
    }
}

impl fmt::Display for Paint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.front.name())?;
        self.back.map_or(Ok(()), |back| write!(f, " on {}", back.name()))
    }
}

/// The name of a theme.
pub(super) fn theme_name(given: &Given) -> Option<String> {
    let text = given.text()?;
    THEMES.into_iter().find(|name| name.eq_ignore_ascii_case(text)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("light-red", Some("light-red"))]
    #[case("White on RED", Some("white on red"))]
    #[case("default", Some("default"))]
    #[case("pink", None)]
    #[case("white on", None)]
    #[case("white on red on blue", None)]
    #[case("", None)]
    fn a_colour_is_a_name_of_the_terminals_palette(#[case] text: &str, #[case] shown: Option<&str>) {
        assert_eq!(Paint::parse(text).map(|paint| paint.to_string()).as_deref(), shown);
    }

    #[test]
    fn names_of_roles_lead_back_and_none_is_a_setting_of_the_theme_itself() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(*role));
            assert_eq!(super::super::Key::from_name(&format!("theme.{}", role.name())), None);
        }
    }
}
