//! How many colours reach the terminal, decided where bytes are made: a pane may ask for any colour.

use ratatui::style::Color;
use std::io::Write as _;

/// How many colours the terminal is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorDepth {
    /// None at all (`NO_COLOR`, the monochrome theme); bold, underline and reverse stay.
    None,
    /// The sixteen the user's own palette defines.
    Ansi16,
    /// The xterm table of 256.
    #[default]
    Indexed256,
    /// 24 bits.
    True,
}

/// A colour the terminal can be sent at the chosen depth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ink {
    #[default]
    Default,
    Basic(u8),
    Indexed(u8),
    Rgb(u8, u8, u8),
}

/// Which side of a letter an ink colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Front,
    Back,
}

/// The sixteen colours as most terminals draw them, for finding the nearest one.
const BASIC: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];
/// The steps of the 6x6x6 cube in the table of 256.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl Ink {
    /// The nearest ink the depth allows.
    pub(super) fn of(color: Color, depth: ColorDepth) -> Self {
        if depth == ColorDepth::None {
            return Self::Default;
        }
        match color {
            Color::Reset => Self::Default,
            Color::Rgb(r, g, b) => match depth {
                ColorDepth::True => Self::Rgb(r, g, b),
                ColorDepth::Indexed256 => Self::Indexed(nearest_indexed((r, g, b))),
                _ => Self::Basic(nearest_basic((r, g, b))),
            },
            Color::Indexed(index) if index < 16 => Self::Basic(index),
            Color::Indexed(index) if depth == ColorDepth::Ansi16 => {
                Self::Basic(nearest_basic(indexed(index)))
            }
            Color::Indexed(index) => Self::Indexed(index),
            named => Self::Basic(basic(named)),
        }
    }

    /// Appends the parameters of the sequence that chooses this ink.
    pub(super) fn write(self, side: Side, out: &mut Vec<u8>) {
        let base = if side == Side::Front { 30 } else { 40 };
        // Writing to a vector does not fail.
        let _ = match self {
            Self::Default => write!(out, "{}", base + 9),
            Self::Basic(index) if index < 8 => write!(out, "{}", base + index),
            Self::Basic(index) => write!(out, "{}", base + 60 + index - 8),
            Self::Indexed(index) => write!(out, "{};5;{index}", base + 8),
            Self::Rgb(r, g, b) => write!(out, "{};2;{r};{g};{b}", base + 8),
        };
    }
}

fn basic(named: Color) -> u8 {
    match named {
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        _ => 0,
    }
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let side = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    side(a.0, b.0) + side(a.1, b.1) + side(a.2, b.2)
}

fn nearest_basic(color: (u8, u8, u8)) -> u8 {
    (0..16u8).min_by_key(|&index| distance(BASIC[usize::from(index)], color)).unwrap_or_default()
}

/// The first sixteen are the user's own and may be anything, so they are never chosen as near.
fn nearest_indexed(color: (u8, u8, u8)) -> u8 {
    (16..=255u8).min_by_key(|&index| distance(indexed(index), color)).unwrap_or(16)
}

fn indexed(index: u8) -> (u8, u8, u8) {
    match index {
        0..16 => BASIC[usize::from(index)],
        16..232 => {
            let at = index - 16;
            (STEPS[usize::from(at / 36)], STEPS[usize::from(at / 6 % 6)], STEPS[usize::from(at % 6)])
        }
        232.. => {
            let gray = 8 + 10 * (index - 232);
            (gray, gray, gray)
        }
    }
}

/// What a colour looks like on most terminals at a depth; `None`: the terminal's own.
#[cfg(test)]
pub(in crate::tui) fn rgb(color: Color, depth: ColorDepth) -> Option<(u8, u8, u8)> {
    match Ink::of(color, depth) {
        Ink::Default => None,
        Ink::Basic(index) => Some(BASIC[usize::from(index)]),
        Ink::Indexed(index) => Some(indexed(index)),
        Ink::Rgb(r, g, b) => Some((r, g, b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Color::Rgb(255, 0, 0), ColorDepth::True, "38;2;255;0;0")]
    #[case(Color::Rgb(255, 0, 0), ColorDepth::Indexed256, "38;5;196")]
    #[case(Color::Rgb(250, 5, 5), ColorDepth::Ansi16, "91")]
    #[case(Color::Rgb(250, 5, 5), ColorDepth::None, "39")]
    #[case(Color::Indexed(196), ColorDepth::Ansi16, "91")]
    #[case(Color::Indexed(196), ColorDepth::Indexed256, "38;5;196")]
    #[case(Color::Indexed(244), ColorDepth::Ansi16, "90")]
    #[case(Color::Cyan, ColorDepth::True, "36")]
    #[case(Color::DarkGray, ColorDepth::Ansi16, "90")]
    #[case(Color::Reset, ColorDepth::True, "39")]
    #[case(Color::Cyan, ColorDepth::None, "39")]
    fn a_color_becomes_the_nearest_one_the_depth_allows(
        #[case] color: Color,
        #[case] depth: ColorDepth,
        #[case] parameters: &str,
    ) {
        let mut out = Vec::new();
        Ink::of(color, depth).write(Side::Front, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), parameters);
    }

    #[test]
    fn every_indexed_color_is_its_own_nearest_or_an_equal_one() {
        for index in 16..=255 {
            assert_eq!(indexed(nearest_indexed(indexed(index))), indexed(index));
        }
    }
}
