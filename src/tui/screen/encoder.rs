//! Cells into bytes: the shortest ordinary sequences for a diff, collected in memory and never written from here.
//!
//! Only these sequences are made: cursor position (`CSI y;x H`, `CSI n C`), colours and attributes (`CSI .. m`), erase
//! characters and screen (`CSI n X`, `CSI 2 J`), cursor shown or hidden (`CSI ? 25 h/l`).

use super::color::{ColorDepth, Ink, Side};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use std::io::{self, Write as _};
use unicode_width::UnicodeWidthStr as _;

/// From this many blanks on, erasing them is shorter than printing them.
const ERASE: u16 = 6;
/// What can be seen on a blank cell.
const ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);
/// Attributes and the parameter that turns each on.
const ATTRIBUTES: [(Modifier, u8); 9] = [
    (Modifier::BOLD, b'1'),
    (Modifier::DIM, b'2'),
    (Modifier::ITALIC, b'3'),
    (Modifier::UNDERLINED, b'4'),
    (Modifier::SLOW_BLINK, b'5'),
    (Modifier::RAPID_BLINK, b'6'),
    (Modifier::REVERSED, b'7'),
    (Modifier::HIDDEN, b'8'),
    (Modifier::CROSSED_OUT, b'9'),
];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pen {
    front: Ink,
    back: Ink,
    modifier: Modifier,
}

/// Blanks not sent yet: where they start and how many.
#[derive(Clone, Copy)]
struct Blanks {
    x: u16,
    y: u16,
    count: u16,
}

/// A ratatui backend whose terminal is a byte buffer.
pub(super) struct Encoder {
    out: Vec<u8>,
    pub(super) size: Size,
    pub(super) depth: ColorDepth,
    /// Where the terminal's cursor is known to be.
    at: Option<Position>,
    pen: Pen,
    blanks: Option<Blanks>,
    /// Cells that are the right half of a wide symbol on the terminal, row by row.
    halves: Vec<bool>,
    /// Cells whose other half was drawn over: the terminal blanks them in a style of its own choice.
    orphans: Vec<Position>,
    /// Where the frame wants the cursor; hidden when `None`.
    wanted: Option<Position>,
    shown: Option<Position>,
}

impl Encoder {
    pub(super) fn new(size: Size, depth: ColorDepth) -> Self {
        Self {
            out: Vec::new(),
            size,
            depth,
            at: None,
            pen: Pen::default(),
            blanks: None,
            halves: Vec::new(),
            orphans: Vec::new(),
            wanted: None,
            shown: None,
        }
    }

    /// Forgets what the terminal shows: it was given away in between.
    pub(super) fn forget(&mut self) {
        self.out.clear();
        self.at = None;
        self.pen = Pen::default();
        self.blanks = None;
        self.halves.clear();
        self.orphans.clear();
        self.shown = None;
    }

    /// Takes the bytes of the finished frame, leaving the given buffer for the next one; empty when nothing changed.
    pub(super) fn take(&mut self, next: Vec<u8>) -> Vec<u8> {
        self.flush_blanks();
        if self.pen != Pen::default() {
            self.out.extend_from_slice(b"\x1b[m");
            self.pen = Pen::default();
        }
        // The cursor has to be put back after cells were drawn; where it hides it does not matter.
        match self.wanted {
            Some(to) => {
                if self.shown != Some(to) || self.at != Some(to) {
                    self.go(to.x, to.y);
                }
                if self.shown.is_none() {
                    self.out.extend_from_slice(b"\x1b[?25h");
                }
            }
            None if self.shown.is_some() => self.out.extend_from_slice(b"\x1b[?25l"),
            None => {}
        }
        self.shown = self.wanted;
        std::mem::replace(&mut self.out, next)
    }

    /// Draws what is left of wide symbols that were drawn over, from the finished frame.
    ///
    /// A difference cannot know: the cell behind a wide symbol is a blank before and after.
    pub(super) fn mend(&mut self, frame: &Buffer) {
        self.flush_blanks();
        while let Some(at) = self.orphans.pop() {
            let hidden = self.halves.get(self.index(at)).is_some_and(|&half| half);
            if let Some(cell) = frame.cell(at).filter(|_| !hidden) {
                self.cell(at.x, at.y, cell);
                self.flush_blanks();
            }
        }
    }

    /// Whether anything on the terminal can need mending: a frame over only narrow cells cannot.
    pub(super) fn has_wide(&self) -> bool {
        self.halves.contains(&true)
    }

    fn index(&self, at: Position) -> usize {
        usize::from(at.y) * usize::from(self.size.width) + usize::from(at.x)
    }

    /// Notes that `columns` cells from here are drawn over, as one wide symbol or as narrow ones.
    fn cover(&mut self, from: Position, columns: u16, wide: bool) {
        self.halves.resize(usize::from(self.size.width) * usize::from(self.size.height), false);
        let start = self.index(from);
        let end = (start + usize::from(columns)).min(self.halves.len());
        if self.halves.get(start) == Some(&true) && from.x > 0 {
            self.orphans.push(Position { x: from.x - 1, y: from.y });
        }
        let behind = from.x.saturating_add(columns);
        if behind < self.size.width && self.halves.get(end) == Some(&true) {
            self.halves[end] = false;
            self.orphans.push(Position { x: behind, y: from.y });
        }
        for (step, half) in self.halves[start.min(end)..end].iter_mut().enumerate() {
            *half = wide && step > 0;
        }
    }

    fn go(&mut self, x: u16, y: u16) {
        let to = Position { x, y };
        let from = self.at.replace(to);
        // Writing to a vector does not fail.
        let _ = match from {
            Some(from) if from == to => Ok(()),
            Some(from) if from.y == y && from.x < x => match x - from.x {
                1 => self.out.write_all(b"\x1b[C"),
                columns => write!(self.out, "\x1b[{columns}C"),
            },
            _ => write!(self.out, "\x1b[{};{}H", u32::from(y) + 1, u32::from(x) + 1),
        };
    }

    fn cell(&mut self, x: u16, y: u16, cell: &Cell) {
        if cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.intersects(ON_BLANK) {
            match &mut self.blanks {
                Some(run) if run.y == y && run.x + run.count == x => run.count += 1,
                _ => {
                    self.flush_blanks();
                    self.blanks = Some(Blanks { x, y, count: 1 });
                }
            }
            return;
        }
        self.flush_blanks();
        self.go(x, y);
        self.dip(Pen {
            front: Ink::of(cell.fg, self.depth),
            back: Ink::of(cell.bg, self.depth),
            modifier: cell.modifier,
        });
        self.out.extend_from_slice(cell.symbol().as_bytes());
        let width = u16::try_from(cell.symbol().width()).unwrap_or(1);
        self.cover(Position { x, y }, width, width > 1);
        self.advance(cell.symbol(), width);
    }

    /// Notes where the cursor is after a symbol, if every terminal agrees.
    ///
    /// They do not for clusters of several characters, for regional indicators, nor in the last column.
    fn advance(&mut self, symbol: &str, width: u16) {
        let mut chars = symbol.chars();
        let first = chars.next().unwrap_or(' ');
        let certain = chars.next().is_none() && !('\u{1f1e6}'..='\u{1f1ff}').contains(&first);
        self.at = self
            .at
            .map(|at| Position { x: at.x.saturating_add(width), y: at.y })
            .filter(|at| certain && at.x < self.size.width);
    }

    fn flush_blanks(&mut self) {
        let Some(Blanks { x, y, count }) = self.blanks.take() else { return };
        self.go(x, y);
        self.cover(Position { x, y }, count, false);
        let plain = Pen { front: self.pen.front, ..Pen::default() };
        if count < ERASE {
            // What only colours letters may stay: it is not seen on a blank.
            let seen = self.pen.modifier.intersection(ON_BLANK);
            if self.pen.back != Ink::Default || !seen.is_empty() {
                self.dip(plain);
            }
            self.out.resize(self.out.len() + usize::from(count), b' ');
            let end = x.saturating_add(count);
            self.at = (end < self.size.width).then_some(Position { x: end, y });
        } else {
            self.dip(plain);
            let _ = write!(self.out, "\x1b[{count}X");
        }
    }

    fn dip(&mut self, pen: Pen) {
        if pen == self.pen {
            return;
        }
        self.out.extend_from_slice(b"\x1b[");
        let start = self.out.len();
        // There is no common way to turn one attribute off: turn all off and those wanted on.
        if !pen.modifier.contains(self.pen.modifier) {
            self.out.push(b'0');
            self.pen = Pen::default();
        }
        for (modifier, parameter) in ATTRIBUTES {
            if pen.modifier.contains(modifier) && !self.pen.modifier.contains(modifier) {
                separate(&mut self.out, start);
                self.out.push(parameter);
            }
        }
        if pen.front != self.pen.front {
            separate(&mut self.out, start);
            pen.front.write(Side::Front, &mut self.out);
        }
        if pen.back != self.pen.back {
            separate(&mut self.out, start);
            pen.back.write(Side::Back, &mut self.out);
        }
        self.out.push(b'm');
        self.pen = pen;
    }
}

fn separate(out: &mut Vec<u8>, start: usize) {
    if out.len() > start {
        out.push(b';');
    }
}

impl Backend for Encoder {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.cell(x, y, cell);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.wanted = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.wanted.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        let last = |size: u16| size.saturating_sub(1);
        self.wanted = Some(Position { x: x.min(last(self.size.width)), y: y.min(last(self.size.height)) });
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    /// Clears the whole screen whatever region is asked for: the drawing area is always all of it.
    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.forget();
        self.out.extend_from_slice(b"\x1b[?25l\x1b[m\x1b[2J");
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::Terminal;
    use ratatui::style::Style;

    const SIZE: Size = Size { width: 12, height: 4 };

    fn terminal() -> Terminal<Encoder> {
        Terminal::new(Encoder::new(SIZE, ColorDepth::True)).unwrap()
    }

    type Text = (u16, u16, String, Style);

    /// Draws texts as one frame and gives its bytes.
    fn frame(terminal: &mut Terminal<Encoder>, texts: &[Text], cursor: Option<(u16, u16)>) -> Vec<u8> {
        let drawn = terminal
            .draw(|frame| {
                for (x, y, text, style) in texts {
                    frame.buffer_mut().set_stringn(*x, *y, text, usize::from(SIZE.width - x), *style);
                }
                if let Some(cursor) = cursor {
                    frame.set_cursor_position(cursor);
                }
            })
            .unwrap()
            .buffer
            .clone();
        terminal.backend_mut().mend(&drawn);
        terminal.backend_mut().take(Vec::new())
    }

    fn plain(x: u16, y: u16, text: &str) -> Text {
        (x, y, text.to_owned(), Style::default())
    }

    fn shown(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).replace('\u{1b}', "^[")
    }

    #[test]
    fn a_frame_that_changes_nothing_has_no_bytes() {
        let mut terminal = terminal();
        let texts = [plain(0, 0, "same"), plain(3, 2, "text")];
        assert_ne!(frame(&mut terminal, &texts, Some((1, 1))), b"");
        assert_eq!(shown(&frame(&mut terminal, &texts, Some((1, 1)))), "");
    }

    #[test]
    fn a_cursor_that_moves_alone_costs_only_its_move() {
        let mut terminal = terminal();
        frame(&mut terminal, &[plain(0, 0, "same")], Some((1, 1)));
        assert_eq!(shown(&frame(&mut terminal, &[plain(0, 0, "same")], Some((4, 3)))), "^[[4;5H");
        assert_eq!(shown(&frame(&mut terminal, &[plain(0, 0, "same")], None)), "^[[?25l");
    }

    #[test]
    fn a_long_run_of_blanks_is_erased_and_a_short_one_printed() {
        let mut terminal = terminal();
        frame(&mut terminal, &[plain(0, 0, "abcdefghij"), plain(0, 1, "abc")], None);
        assert_eq!(shown(&frame(&mut terminal, &[], None)), "^[[1;1H^[[10X^[[2;1H   ");
    }

    fn style() -> impl Strategy<Value = Style> {
        let color = prop_oneof![
            Just(Color::Reset),
            Just(Color::Red),
            Just(Color::Indexed(120)),
            Just(Color::Rgb(1, 2, 3)),
        ];
        let modifiers = [Modifier::empty(), Modifier::BOLD, Modifier::REVERSED, Modifier::UNDERLINED];
        (color.clone(), color, prop::sample::select(modifiers.to_vec()))
            .prop_map(|(front, back, modifier)| Style::new().fg(front).bg(back).add_modifier(modifier))
    }

    fn texts() -> impl Strategy<Value = Vec<Text>> {
        let text = (0..SIZE.width, 0..SIZE.height, "[ab 漢é]{0,12}| {0,12}", style());
        prop::collection::vec(text, 0..5)
    }

    /// What a cell looks like: its symbol and whether colours or attributes show.
    fn looks(screen: &vt100::Screen) -> Vec<String> {
        let mut cells = Vec::new();
        for (y, x) in (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| (y, x))) {
            let cell = screen.cell(y, x).unwrap();
            let symbol = if cell.has_contents() { cell.contents() } else { " " };
            let seen = symbol != " " || cell.inverse() || cell.underline();
            let front = if seen { format!("{:?}{}", cell.fgcolor(), cell.bold()) } else { String::new() };
            // A continuation's own style is never seen.
            let style = format!("{front}{:?}{}{}", cell.bgcolor(), cell.inverse(), cell.underline());
            cells.push(if cell.is_wide_continuation() { String::new() } else { format!("{symbol}{style}") });
        }
        cells
    }

    proptest! {
        #[test]
        fn differences_end_in_the_same_screen_as_drawing_it_anew(frames in prop::collection::vec(texts(), 1..6)) {
            let mut step_by_step = terminal();
            let mut seen = vt100::Parser::new(SIZE.height, SIZE.width, 0);
            for texts in &frames {
                seen.process(&frame(&mut step_by_step, texts, Some((2, 2))));
            }
            let mut anew = vt100::Parser::new(SIZE.height, SIZE.width, 0);
            anew.process(&frame(&mut terminal(), &frames[frames.len() - 1], Some((2, 2))));
            prop_assert_eq!(looks(seen.screen()), looks(anew.screen()));
            prop_assert_eq!(seen.screen().cursor_position(), anew.screen().cursor_position());
        }
    }
}
