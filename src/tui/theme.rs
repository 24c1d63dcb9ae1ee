//! Colours and glyphs: the only place that names either. Meaning never hangs on colour alone.

use crate::app::Launch;
use crate::config::{Ansi, Paint, Role};
use crate::domain::Level;
use ratatui::style::{Color, Modifier, Style};

pub use crate::config::THEMES;

/// Readable on dark ground, and told from ordinary text.
const GRAY_ON_DARK: Color = Color::Indexed(245);

/// How things look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: &'static str,
    /// Ordinary text.
    pub text: Style,
    /// Less important text.
    pub dim: Style,
    /// Titles of panes.
    pub title: Style,
    /// The title of the pane that has the keyboard.
    pub focus: Style,
    /// Lines between panes.
    pub border: Style,
    /// The selected row, added to what it shows.
    pub selected: Style,
    /// The selected row of a pane without the keyboard.
    pub resting: Style,
    /// Errors.
    pub error: Style,
    /// Warnings.
    pub warn: Style,
    /// Something new.
    pub new: Style,
    /// Something that is better now.
    pub good: Style,
    /// Services and names.
    pub name_style: Style,
    /// What was searched for.
    pub found: Style,
    /// Keys in the key bar.
    pub key: Style,
    /// The header of a production profile.
    pub prod: Style,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
}

/// The glyphs of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// A horizontal line.
    pub across: &'static str,
    /// A vertical line.
    pub down: &'static str,
    /// A heading that is closed, and one that is open.
    pub folds: (&'static str, &'static str),
    /// The mark in front of the selected row.
    pub cursor: &'static str,
    /// Bars from empty to full.
    pub bars: [&'static str; 9],
    /// What was cut off.
    pub cut: &'static str,
    /// The mark of the change under the timeline.
    pub change: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    across: "─",
    down: "│",
    folds: ("▸", "▾"),
    cursor: "▌",
    bars: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    cut: "…",
    change: "▲",
};

const ASCII: Glyphs = Glyphs {
    across: "-",
    down: "|",
    folds: ("+", "-"),
    cursor: ">",
    bars: [" ", ".", ".", ":", ":", "|", "|", "#", "#"],
    cut: "~",
    change: "^",
};

impl Theme {
    /// The theme of this name with the user's colours over it; the dark one for a name nobody knows.
    #[must_use]
    pub fn new(name: &str, ascii: bool, colors: &[(Role, Paint)]) -> Self {
        let mut theme = Self::named(name, ascii);
        for (role, paint) in colors {
            let style = theme.role(*role);
            *style = style.fg(color(paint.front));
            if let Some(back) = paint.back {
                // A ground of its own takes the place of swapped colours.
                *style = style.bg(color(back)).remove_modifier(Modifier::REVERSED);
            }
        }
        theme
    }

    /// The theme the screen is started with; without colours it is the one that needs none.
    #[must_use]
    pub(super) fn of(launch: &Launch) -> Self {
        if launch.color {
            Self::new(&launch.theme, launch.ascii, &launch.colors)
        } else {
            Self::named("none", launch.ascii)
        }
    }

    /// The theme of this name; the dark one for a name nobody knows.
    #[must_use]
    pub fn named(name: &str, ascii: bool) -> Self {
        let dark = Self::dark(ascii);
        match name {
            "light" => dark.light(),
            "contrast" => dark.contrast(),
            "colorblind" => dark.colorblind(),
            "ansi16" => dark.ansi16(),
            "none" => dark.none(),
            _ => dark,
        }
    }

    fn dark(ascii: bool) -> Self {
        let plain = Style::new();
        Self {
            name: "dark",
            text: plain,
            dim: fg(GRAY_ON_DARK),
            title: plain,
            focus: fg(Color::Cyan).add_modifier(Modifier::BOLD),
            border: fg(Color::Indexed(240)),
            // One block of the terminal's own colours: swapped colours of single words would be a patchwork.
            selected: plain.fg(Color::Reset).bg(Color::Reset).add_modifier(Modifier::REVERSED),
            resting: plain.add_modifier(Modifier::UNDERLINED),
            error: fg(Color::LightRed),
            warn: fg(Color::Yellow),
            new: fg(Color::LightRed).add_modifier(Modifier::BOLD),
            good: fg(Color::Green),
            name_style: fg(Color::Cyan),
            found: plain.fg(Color::Black).bg(Color::Yellow),
            key: plain.add_modifier(Modifier::BOLD),
            prod: plain.fg(Color::White).bg(Color::Red).add_modifier(Modifier::BOLD),
            ascii,
        }
    }

    /// For a white ground: yellow, bright colours and light grays cannot be read there.
    fn light(self) -> Self {
        Self {
            name: "light",
            dim: fg(Color::Indexed(242)),
            focus: fg(Color::Blue).add_modifier(Modifier::BOLD),
            border: fg(Color::Indexed(248)),
            error: fg(Color::Red),
            warn: fg(Color::Indexed(130)),
            new: fg(Color::Red).add_modifier(Modifier::BOLD),
            good: fg(Color::Indexed(28)),
            name_style: fg(Color::Blue),
            ..self
        }
    }

    fn contrast(self) -> Self {
        let bold = |color| fg(color).add_modifier(Modifier::BOLD);
        Self {
            name: "contrast",
            dim: self.text,
            border: self.text,
            title: self.key,
            focus: self.key.add_modifier(Modifier::UNDERLINED),
            error: bold(Color::Indexed(217)),
            new: bold(Color::Indexed(217)),
            warn: bold(Color::LightYellow),
            good: bold(Color::LightGreen),
            name_style: self.key,
            prod: self.text.fg(Color::White).bg(Color::Indexed(88)).add_modifier(Modifier::BOLD),
            ..self
        }
    }

    /// Vermilion and blue are told apart with every common colour blindness, on dark and on light ground.
    fn colorblind(self) -> Self {
        let (vermilion, blue) = (Color::Indexed(166), Color::Indexed(32));
        Self {
            name: "colorblind",
            dim: fg(Color::Indexed(243)),
            focus: fg(blue).add_modifier(Modifier::BOLD),
            error: fg(vermilion).add_modifier(Modifier::BOLD),
            new: fg(vermilion).add_modifier(Modifier::BOLD),
            warn: fg(blue),
            good: self.text,
            name_style: self.text,
            prod: self.text.fg(Color::Indexed(231)).bg(Color::Indexed(24)).add_modifier(Modifier::BOLD),
            ..self
        }
    }

    /// Only the sixteen of the terminal's own palette, and no gray: bright black is invisible in some palettes.
    fn ansi16(self) -> Self {
        Self { name: "ansi16", dim: self.text, border: self.text, error: fg(Color::Red), ..self }
    }

    fn none(self) -> Self {
        let (plain, bold) = (self.text, self.key);
        Self {
            name: "none",
            dim: plain,
            focus: bold.add_modifier(Modifier::UNDERLINED),
            border: plain,
            selected: plain.add_modifier(Modifier::REVERSED),
            error: bold,
            warn: plain,
            new: bold,
            good: plain,
            name_style: plain,
            found: plain.add_modifier(Modifier::UNDERLINED),
            prod: bold.add_modifier(Modifier::REVERSED),
            ..self
        }
    }

    fn role(&mut self, role: Role) -> &mut Style {
        match role {
            Role::Text => &mut self.text,
            Role::Dim => &mut self.dim,
            Role::Title => &mut self.title,
            Role::Focus => &mut self.focus,
            Role::Border => &mut self.border,
            Role::Selected => &mut self.selected,
            Role::Resting => &mut self.resting,
            Role::Error => &mut self.error,
            Role::Warn => &mut self.warn,
            Role::New => &mut self.new,
            Role::Good => &mut self.good,
            Role::Service => &mut self.name_style,
            Role::Found => &mut self.found,
            Role::Key => &mut self.key,
            Role::Prod => &mut self.prod,
        }
    }

    /// Its glyphs.
    #[must_use]
    pub const fn glyphs(&self) -> &'static Glyphs {
        if self.ascii { &ASCII } else { &UNICODE }
    }

    /// How a level looks.
    #[must_use]
    pub fn level(&self, level: Option<Level>) -> Style {
        match level {
            Some(level) if level >= Level::Error => self.error,
            Some(Level::Warn) => self.warn,
            Some(Level::Trace | Level::Debug) => self.dim,
            _ => self.text,
        }
    }
}

const fn fg(color: Color) -> Style {
    Style::new().fg(color)
}

const fn color(ansi: Ansi) -> Color {
    match ansi {
        Ansi::Default => Color::Reset,
        Ansi::Black => Color::Black,
        Ansi::Red => Color::Red,
        Ansi::Green => Color::Green,
        Ansi::Yellow => Color::Yellow,
        Ansi::Blue => Color::Blue,
        Ansi::Magenta => Color::Magenta,
        Ansi::Cyan => Color::Cyan,
        Ansi::Gray => Color::Gray,
        Ansi::DarkGray => Color::DarkGray,
        Ansi::LightRed => Color::LightRed,
        Ansi::LightGreen => Color::LightGreen,
        Ansi::LightYellow => Color::LightYellow,
        Ansi::LightBlue => Color::LightBlue,
        Ansi::LightMagenta => Color::LightMagenta,
        Ansi::LightCyan => Color::LightCyan,
        Ansi::White => Color::White,
    }
}

/// The letter of a level.
#[must_use]
pub(super) const fn letter(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::Fatal) => "F",
        Some(Level::Error) => "E",
        Some(Level::Warn) => "W",
        Some(Level::Notice) => "N",
        Some(Level::Info) => "I",
        Some(Level::Debug) => "D",
        Some(Level::Trace) => "T",
        None => "-",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::screen::ColorDepth;
    use crate::tui::screen::rgb;
    use rstest::rstest;

    const BLACK: (u8, u8, u8) = (0, 0, 0);
    const WHITE: (u8, u8, u8) = (255, 255, 255);

    /// Relative luminance as WCAG 2 defines it.
    fn luminance((r, g, b): (u8, u8, u8)) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[rstest]
    #[case("dark", BLACK, 4.5)]
    #[case("light", WHITE, 3.6)]
    #[case("contrast", BLACK, 7.0)]
    #[case("colorblind", BLACK, 3.6)]
    #[case("colorblind", WHITE, 3.6)]
    fn everything_can_be_read_on_the_ground_its_theme_is_for(
        #[case] name: &str,
        #[case] ground: (u8, u8, u8),
        #[case] least: f64,
    ) {
        let mut theme = Theme::named(name, false);
        let text = if ground == BLACK { (229, 229, 229) } else { BLACK };
        for role in Role::ALL {
            // Lines are not read.
            if *role == Role::Border {
                continue;
            }
            let style = *theme.role(*role);
            let front = style.fg.and_then(|color| rgb(color, ColorDepth::Indexed256)).unwrap_or(text);
            let back = style.bg.and_then(|color| rgb(color, ColorDepth::Indexed256)).unwrap_or(ground);
            let found = contrast(front, back);
            assert!(found >= least, "{name}: {} has {found:.1}", role.name());
        }
    }

    #[test]
    fn errors_and_warnings_differ_without_colour_or_by_more_than_red_and_green() {
        for name in THEMES {
            let theme = Theme::named(name, false);
            assert_eq!(theme.name, name);
            assert_ne!(theme.error, theme.text, "{name}");
            assert_ne!(theme.error, theme.warn, "{name}");
        }
    }

    #[test]
    fn a_theme_without_colours_names_none() {
        let mut theme = Theme::named("none", true);
        for role in Role::ALL {
            let style = *theme.role(*role);
            assert_eq!((style.fg, style.bg), (None, None), "{}", role.name());
        }
    }

    #[test]
    fn a_colour_of_the_settings_lies_over_the_theme() {
        let paint = |text| Paint::parse(text).unwrap();
        let colors = [(Role::Warn, paint("light-blue")), (Role::Selected, paint("black on yellow"))];
        let theme = Theme::new("dark", false, &colors);
        assert_eq!(theme.warn.fg, Some(Color::LightBlue));
        assert_eq!((theme.selected.fg, theme.selected.bg), (Some(Color::Black), Some(Color::Yellow)));
        assert!(!theme.selected.add_modifier.contains(Modifier::REVERSED));
        assert_eq!(theme.error, Theme::named("dark", false).error);
    }
}
