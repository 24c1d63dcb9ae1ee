//! Styled text to lines of a width: wrapped at spaces, longer words broken, or cut with a mark.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands for something that was cut off.
const CUT: &str = "..";
/// What stands for a character that is wider than the whole line.
const TOO_WIDE: &str = "?";

/// Text of one style, with the citation it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) style: Style,
    pub(super) cite: Option<usize>,
}

impl Run {
    pub(super) fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, cite: None }
    }
}

/// Columns a text takes, character by character as a terminal counts them.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// Columns of several runs.
pub(super) fn columns_of(runs: &[Run]) -> usize {
    runs.iter().map(|run| columns(&run.text)).sum()
}

/// Spans that stand beside each other, and the citations among them.
#[derive(Debug, Default)]
pub(super) struct Beside {
    spans: Vec<Span<'static>>,
    width: usize,
    cites: Vec<usize>,
}

impl Beside {
    fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Adds text, to the last span where the style is the same.
    pub(super) fn push(&mut self, text: &str, width: usize, style: Style) {
        self.width += width;
        match self.spans.last_mut() {
            Some(last) if last.style == style => last.content.to_mut().push_str(text),
            _ => self.spans.push(Span::styled(text.to_owned(), style)),
        }
    }

    /// The same as runs; citations stand behind the text.
    pub(super) fn into_runs(self) -> impl Iterator<Item = Run> {
        let texts = self.spans.into_iter().map(|span| Run::new(span.content, span.style));
        texts.chain(self.cites.into_iter().map(|cite| Run { cite: Some(cite), ..Run::new("", Style::new()) }))
    }

    /// Only the spans.
    pub(super) fn into_spans(self) -> Vec<Span<'static>> {
        self.spans
    }

    fn append(&mut self, other: &mut Self) {
        self.width += other.width;
        let mut spans = other.spans.drain(..);
        if let (Some(last), Some(first)) = (self.spans.last_mut(), spans.as_slice().first())
            && last.style == first.style
        {
            last.content.to_mut().push_str(&first.content);
            spans.next();
        }
        self.spans.extend(spans);
        self.cites.append(&mut other.cites);
        other.width = 0;
    }
}

/// Lines that were made, and the line of every citation found on them.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) lines: Vec<Line<'static>>,
    pub(super) cites: Vec<(usize, usize)>,
}

impl Page {
    /// Adds a line: what stands in front of it, then itself.
    pub(super) fn push(&mut self, prefix: &[Span<'static>], line: Beside) {
        let at = self.lines.len();
        self.cites.extend(line.cites.into_iter().map(|cite| (cite, at)));
        let spans = prefix.iter().cloned().chain(line.spans);
        self.lines.push(Line::from(spans.collect::<Vec<_>>()));
    }
}

/// What stands in front of the first line and of the others; equally wide.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefix {
    pub(super) first: Vec<Span<'static>>,
    pub(super) rest: Vec<Span<'static>>,
}

/// Breaks runs into lines.
#[derive(Debug)]
pub(super) struct Wrap<'p> {
    page: &'p mut Page,
    prefix: Prefix,
    width: usize,
    line: Beside,
    word: Beside,
    gap: usize,
    /// Whether nothing was broken off since the last line break of the text: its indent is kept.
    fresh: bool,
    begun: bool,
}

impl<'p> Wrap<'p> {
    /// Lines of at most `width` columns behind `prefix`, added to `page`.
    pub(super) fn new(page: &'p mut Page, prefix: Prefix, width: usize) -> Self {
        let (line, word) = (Beside::default(), Beside::default());
        Self { page, prefix, width: width.max(1), line, word, gap: 0, fresh: true, begun: false }
    }

    /// Takes the next run.
    pub(super) fn push(&mut self, run: &Run) {
        if let Some(cite) = run.cite {
            if self.word.width + columns(&run.text) > self.width {
                self.end_word();
            }
            self.word.cites.push(cite);
        }
        let mut rest = run.text.as_str();
        while let Some(c) = rest.chars().next() {
            let taken = match c {
                '\n' => {
                    self.end_word();
                    self.end_line();
                    self.fresh = true;
                    1
                }
                ' ' => {
                    self.end_word();
                    self.gap += 1;
                    1
                }
                _ => {
                    let end = rest.find([' ', '\n']).unwrap_or(rest.len());
                    self.word_part(&rest[..end], run.style);
                    end
                }
            };
            rest = &rest[taken..];
        }
    }

    /// Takes a piece of a word; one that does not fit a whole line is broken.
    fn word_part(&mut self, part: &str, style: Style) {
        if part.is_ascii() {
            let mut rest = part;
            while !rest.is_empty() {
                if self.word.width >= self.width {
                    self.end_word();
                }
                let (now, later) = rest.split_at(rest.len().min(self.width - self.word.width));
                self.word.push(now, now.len(), style);
                rest = later;
            }
            return;
        }
        for grapheme in part.graphemes(true) {
            let width = grapheme.width();
            let (grapheme, width) = if width > self.width { (TOO_WIDE, 1) } else { (grapheme, width) };
            if self.word.width + width > self.width {
                self.end_word();
            }
            self.word.push(grapheme, width, style);
        }
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let gap = std::mem::take(&mut self.gap);
        let wanted = self.line.width + gap + self.word.width;
        if self.line.is_empty() {
            if self.fresh && gap > 0 && wanted <= self.width {
                self.line.push(&" ".repeat(gap), gap, Style::new());
            }
        } else if wanted > self.width {
            self.end_line();
        } else if gap > 0 {
            let style = self.gap_style();
            self.line.push(&" ".repeat(gap), gap, style);
        }
        self.fresh = false;
        self.line.append(&mut self.word);
    }

    /// The space between two words of one style has that style.
    fn gap_style(&self) -> Style {
        match (self.line.spans.last(), self.word.spans.first()) {
            (Some(left), Some(right)) if left.style == right.style => left.style,
            _ => Style::new(),
        }
    }

    fn end_line(&mut self) {
        self.gap = 0;
        let line = std::mem::take(&mut self.line);
        let prefix = if self.begun { &self.prefix.rest } else { &self.prefix.first };
        self.page.push(prefix, line);
        self.begun = true;
    }

    /// Ends the text; there is one line at least.
    pub(super) fn finish(mut self) {
        self.end_word();
        if !self.line.is_empty() || !self.begun {
            self.end_line();
        }
    }
}

/// The first `width` columns of a line, with a mark where something is missing.
pub(super) fn cut(runs: &[Run], width: usize, mark: Style) -> Beside {
    let mut line = Beside::default();
    let fits = columns_of(runs) <= width;
    let room = if fits { width } else { width.saturating_sub(CUT.len()) };
    'runs: for run in runs {
        if run.text.is_ascii() && line.width + run.text.len() <= room {
            line.push(&run.text, run.text.len(), run.style);
            continue;
        }
        for grapheme in run.text.graphemes(true) {
            if line.width + grapheme.width() > room {
                break 'runs;
            }
            line.push(grapheme, grapheme.width(), run.style);
        }
    }
    if !fits {
        let mark_text = &CUT[..CUT.len().min(width - line.width.min(width))];
        line.push(mark_text, mark_text.len(), mark);
    }
    line.cites.extend(runs.iter().filter_map(|run| run.cite));
    line
}

/// Runs of several lines, line by line.
pub(super) fn by_line(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut lines = vec![Vec::new()];
    for run in runs {
        for (at, text) in run.text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut().filter(|_| !text.is_empty()) {
                line.push(Run { text: text.to_owned(), style: run.style, cite: run.cite });
            }
        }
    }
    lines
}
