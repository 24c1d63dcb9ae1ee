//! The last look at a finished frame: no cell may hold what a terminal would obey or what shifts a column.
//!
//! Text is made safe where it enters the state; this catches what slipped past it, `Cell::set_symbol` included. A cell
//! that fails shows U+FFFD and is counted, and the count is meant to stay at zero.

use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// Most bytes in one cell: the longest emoji families have 25 to 28, and terminals have been crashed with more.
const MOST_BYTES: usize = 32;
/// What a refused cell shows.
const REFUSED: &str = "\u{fffd}";

/// Replaces every cell a terminal must not get and returns how many there were.
pub fn sweep(buffer: &mut Buffer) -> u64 {
    let width = usize::from(buffer.area.width.max(1));
    let mut refused = 0;
    for (index, cell) in buffer.content.iter_mut().enumerate() {
        // A forced width or a skipped cell would leave the terminal and the buffer with different ideas of a column.
        if cell.diff_option != CellDiffOption::None {
            cell.diff_option = CellDiffOption::None;
            refused += 1;
        }
        let room = width - index % width;
        if !is_plain(cell) && !is_fit(cell.symbol(), room) {
            cell.set_symbol(REFUSED);
            refused += 1;
        }
    }
    refused
}

fn is_plain(cell: &Cell) -> bool {
    matches!(cell.symbol().as_bytes(), [b' '..=b'~'])
}

/// Whether a symbol is one visible cluster that fits its cells.
fn is_fit(symbol: &str, room: usize) -> bool {
    let width = symbol.width();
    (1..=2).contains(&width)
        && width <= room
        && symbol.len() <= MOST_BYTES
        && symbol.graphemes(true).nth(1).is_none()
        && symbol.char_indices().all(|(at, c)| is_visible(symbol, at, c))
}

fn is_visible(symbol: &str, at: usize, c: char) -> bool {
    use GeneralCategory as G;
    if c == '\u{200d}' {
        return joins_emoji(symbol, at);
    }
    !matches!(
        get_general_category(c),
        G::Control
            | G::Format
            | G::LineSeparator
            | G::ParagraphSeparator
            | G::PrivateUse
            | G::Surrogate
            | G::Unassigned
    )
}

/// Whether the joiner at `at` stands between two pictures of one cluster, the only place it is not a hidden character.
fn joins_emoji(symbol: &str, at: usize) -> bool {
    let is_picture =
        |c: Option<char>| c.is_some_and(|c| get_general_category(c) == GeneralCategory::OtherSymbol);
    let after = symbol[at..].chars().nth(1);
    is_picture(symbol.chars().next()) && is_picture(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::layout::Rect;
    use rstest::rstest;
    use std::num::NonZeroU16;

    fn swept(symbol: &str) -> (String, u64) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        buffer[(1, 0)].set_symbol(symbol);
        let refused = sweep(&mut buffer);
        (buffer[(1, 0)].symbol().to_owned(), refused)
    }

    #[rstest]
    #[case::osc_52("\u{1b}]52;c;aGk=\u{7}")]
    #[case::one_escape("\u{1b}")]
    #[case::escape_after_a_letter("a\u{1b}[2J")]
    #[case::c1_csi("\u{9b}")]
    #[case::carriage_return("\r")]
    #[case::delete("\u{7f}")]
    #[case::tab("\t")]
    #[case::right_to_left_override("\u{202e}")]
    #[case::isolate("a\u{2066}")]
    #[case::zero_width_space("\u{200b}")]
    #[case::lone_joiner("\u{200d}")]
    #[case::joiner_after_a_letter("a\u{200d}")]
    #[case::tag_letter("\u{e0041}")]
    #[case::tag_in_a_flag("\u{1f3f4}\u{e0067}\u{e007f}")]
    #[case::line_separator("\u{2028}")]
    #[case::private_use("\u{e000}")]
    #[case::not_a_character("\u{ffff}")]
    #[case::two_letters("ab")]
    #[case::nothing("")]
    #[case::lone_mark("\u{301}")]
    #[case::filler_of_no_width("\u{1160}")]
    fn t1_a_cell_with_hidden_or_obeyed_characters_is_refused(#[case] symbol: &str) {
        assert_eq!(swept(symbol), (REFUSED.to_owned(), 1));
    }

    #[rstest]
    #[case::letter("a")]
    #[case::blank(" ")]
    #[case::box_drawing("┼")]
    #[case::sparkline("▅")]
    #[case::empty_braille("\u{2800}")]
    #[case::accent("e\u{301}")]
    #[case::wide("漢")]
    #[case::family("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}")]
    #[case::heart_on_fire("\u{2764}\u{fe0f}\u{200d}\u{1f525}")]
    fn visible_clusters_stay(#[case] symbol: &str) {
        assert_eq!(swept(symbol), (symbol.to_owned(), 0));
    }

    #[test]
    fn t4_marks_without_end_do_not_reach_the_terminal() {
        let stacked = format!("a{}", "\u{301}".repeat(100_000));
        assert_eq!(swept(&stacked), (REFUSED.to_owned(), 1));
    }

    #[test]
    fn a_wide_cluster_in_the_last_column_is_refused() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 2));
        buffer[(3, 0)].set_symbol("漢");
        buffer[(2, 1)].set_symbol("漢");
        assert_eq!(sweep(&mut buffer), 1);
        assert_eq!(buffer[(3, 0)].symbol(), REFUSED);
        assert_eq!(buffer[(2, 1)].symbol(), "漢");
    }

    #[test]
    fn a_forced_width_is_taken_back() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        buffer[(0, 0)]
            .set_symbol("\u{1b}]0;x\u{7}")
            .set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::MIN));
        assert_eq!(sweep(&mut buffer), 2);
        assert_eq!(buffer, Buffer::with_lines(["\u{fffd}   "]));
    }

    proptest! {
        #[test]
        fn t3_no_symbol_leaves_a_control_or_a_wrong_width(symbol in "\\PC*|(.|\u{1b}|\u{200d}|\u{301}){0,8}") {
            let (left, _) = swept(&symbol);
            prop_assert!(!left.chars().any(char::is_control), "{left:?}");
            prop_assert!((1..=2).contains(&left.width()), "{left:?}");
            prop_assert!(left.len() <= MOST_BYTES);
        }
    }
}
