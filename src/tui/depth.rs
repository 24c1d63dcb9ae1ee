//! How many colours are sent, and why.

use super::screen::ColorDepth;
use crate::app::Launch;

/// The depth for what the screen is started with, and what it was chosen by.
pub(super) fn chosen(launch: &Launch) -> (ColorDepth, String) {
    let variable = |name: &str| launch.environment.get(name).map_or("", String::as_str);
    let (color_term, term) = (variable("COLORTERM"), variable("TERM"));
    if !launch.color {
        (ColorDepth::None, "NO_COLOR, --no-color or color = \"never\"".to_owned())
    } else if launch.theme == "none" {
        (ColorDepth::None, "the theme is none".to_owned())
    } else if launch.theme == "ansi16" {
        (ColorDepth::Ansi16, "the theme is ansi16".to_owned())
    } else if matches!(color_term, "truecolor" | "24bit") {
        (ColorDepth::True, format!("COLORTERM is {color_term}"))
    } else if term.contains("256color") || term.contains("direct") {
        (ColorDepth::Indexed256, format!("TERM is {term}"))
    } else {
        (ColorDepth::Ansi16, "neither COLORTERM nor TERM promises more".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(true, "dark", &[("COLORTERM", "truecolor"), ("TERM", "xterm")], ColorDepth::True)]
    #[case(true, "dark", &[("TERM", "tmux-256color")], ColorDepth::Indexed256)]
    #[case(true, "dark", &[("TERM", "linux")], ColorDepth::Ansi16)]
    #[case(true, "ansi16", &[("COLORTERM", "truecolor")], ColorDepth::Ansi16)]
    #[case(true, "none", &[("COLORTERM", "truecolor")], ColorDepth::None)]
    #[case(false, "dark", &[("COLORTERM", "truecolor")], ColorDepth::None)]
    fn the_terminal_gets_what_it_and_the_user_allow(
        #[case] color: bool,
        #[case] theme: &str,
        #[case] variables: &[(&str, &str)],
        #[case] depth: ColorDepth,
    ) {
        let mut launch = crate::tui::measure::launch();
        (launch.color, launch.theme) = (color, theme.to_owned());
        launch.environment = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        assert_eq!(chosen(&launch).0, depth);
    }
}
