//! Markdown events to lines: blocks inside lists and quotes, each put down when it is complete.

use super::guard::{CITATION, Guarded, shown};
use super::nesting::{Container, NARROW, Nesting};
use super::table::Table;
use super::wrap::{Beside, Page, Run, Wrap, by_line, cut};
use super::{Marks, Rendered};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use ratatui::style::Style;
use std::ops::Range;

/// In front of lines of code.
const INDENT: &str = "  ";
/// Longest rule.
const RULE: usize = 40;
/// Behind a citation that failed; the check writes it too.
const UNVERIFIED: &str = " (unverified)";

/// Collects the runs of a block and puts them down as lines.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    text: &'a Guarded,
    width: usize,
    marks: &'a Marks<'a>,
    page: Page,
    inside: Nesting,
    styles: Vec<Style>,
    runs: Vec<Run>,
    /// Whether a block was begun.
    open: bool,
    table: Option<Table>,
    links: Vec<String>,
    /// Inside struck text: whether a citation in it failed.
    struck: Option<bool>,
    /// Where the last text ended.
    text_end: usize,
}

impl<'a> Writer<'a> {
    /// For lines of `width` columns.
    pub(super) fn new(text: &'a Guarded, width: usize, marks: &'a Marks<'a>) -> Self {
        Self {
            text,
            width,
            marks,
            page: Page::default(),
            inside: Nesting::new(width, marks.styles.dim),
            styles: Vec::new(),
            runs: Vec::new(),
            open: false,
            table: None,
            links: Vec::new(),
            struck: None,
            text_end: 0,
        }
    }

    /// Puts down what is Markdown.
    pub(super) fn markdown(&mut self) {
        let text: &'a str = &self.text.markdown;
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            self.event(event, range);
        }
        self.end_block();
    }

    /// Puts down what is shown as it stands.
    pub(super) fn plain(&mut self) {
        let text = self.text;
        if text.plain.is_empty() {
            return;
        }
        if let Some(above) = text.markdown.strip_suffix('\n')
            && above.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
            && !self.page.lines.is_empty()
        {
            self.page.push(&[], Beside::default());
        }
        self.open = true;
        self.put(&text.plain, text.markdown.len(), Style::new());
        self.end_block();
    }

    /// The lines.
    pub(super) fn finish(self) -> Rendered {
        let mut lines = vec![None; self.text.count];
        for (cite, at) in self.page.cites {
            if let Some(line) = lines.get_mut(cite) {
                line.get_or_insert(at);
            }
        }
        // One that is not shown (in the name of a code block) is found where the one before it is.
        let fill = |before: &mut usize, line: Option<usize>| {
            *before = line.unwrap_or(*before);
            Some(*before)
        };
        let citations = lines.into_iter().scan(0, fill).collect();
        Rendered { lines: self.page.lines, citations }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range.start),
            Event::End(tag) => self.end(tag, &range),
            Event::Code(code) => {
                let look = self.marks.styles.code;
                let style = self.style().patch(look);
                let code = if look == Style::new() { format!("`{code}`") } else { code.into_string() };
                self.put(&code, range.start, style);
                self.text_end = range.end;
            }
            Event::SoftBreak | Event::HardBreak => self.runs.push(Run::new("\n", Style::new())),
            Event::Rule => {
                self.end_block();
                self.begin(range.start);
                self.open = false;
                let (prefix, width) = self.inside.prefix("");
                let (mut rule, length) = (Beside::default(), width.min(RULE));
                rule.push(&"-".repeat(length), length, self.marks.styles.dim);
                self.page.push(&prefix.first, rule);
            }
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => {
                self.put(&text, range.start, self.style());
                self.text_end = range.end;
            }
            Event::TaskListMarker(_) => {}
        }
    }

    // size: one arm per kind of block
    fn start(&mut self, tag: Tag<'_>, at: usize) {
        let styles = self.marks.styles;
        match tag {
            Tag::Paragraph => self.block(at),
            Tag::Heading { level, .. } => {
                self.block(at);
                self.push_style(styles.heading);
                let mark = format!("{} ", "#".repeat(level as usize));
                self.runs.push(Run::new(mark, self.style()));
            }
            Tag::CodeBlock(_) => {
                self.block(at);
                self.push_style(styles.code);
            }
            Tag::BlockQuote(_) => {
                self.end_block();
                self.inside.enter(Container::Quote);
                self.push_style(styles.quote);
            }
            Tag::List(first) => {
                self.end_block();
                self.inside.enter(Container::List(first));
            }
            Tag::Item => {
                self.end_block();
                self.inside.enter_item();
            }
            Tag::Table(alignments) => {
                self.block(at);
                self.table = Some(Table { alignments, rows: Vec::new() });
            }
            Tag::TableHead => {
                self.push_style(styles.strong);
                self.begin_row();
            }
            Tag::TableRow => self.begin_row(),
            Tag::Emphasis => self.push_style(styles.emphasis),
            Tag::Strong => self.push_style(styles.strong),
            Tag::Strikethrough => {
                self.push_style(styles.struck);
                self.struck = Some(false);
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.push_style(styles.link);
                self.links.push(dest_url.into_string());
            }
            _ => {}
        }
    }

    // size: one arm per kind of block
    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Paragraph => self.end_block(),
            TagEnd::Heading(_) => {
                self.end_block();
                self.styles.pop();
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.styles.pop();
                self.inside.leave();
            }
            TagEnd::List(_) => self.inside.leave(),
            TagEnd::Item => {
                self.end_block();
                if self.inside.is_unmarked() {
                    self.put_lines(vec![Vec::new()], "");
                }
                self.inside.leave();
            }
            TagEnd::Table => {
                self.open = false;
                if let Some(table) = self.table.take() {
                    let (prefix, width) = self.inside.prefix("");
                    table.draw(&mut self.page, &prefix, width, self.marks.styles.dim);
                }
            }
            TagEnd::TableHead => {
                self.styles.pop();
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.runs);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Emphasis | TagEnd::Strong => {
                self.styles.pop();
            }
            TagEnd::Strikethrough => self.end_struck(range.end),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    fn style(&self) -> Style {
        self.styles.last().copied().unwrap_or_default()
    }

    fn push_style(&mut self, style: Style) {
        self.styles.push(self.style().patch(style));
    }

    fn begin_row(&mut self) {
        if let Some(table) = &mut self.table {
            table.rows.push(Vec::new());
        }
    }

    fn block(&mut self, at: usize) {
        self.end_block();
        self.begin(at);
    }

    /// Begins a block; blank lines in front of it stay, as one.
    fn begin(&mut self, at: usize) {
        if std::mem::replace(&mut self.open, true) || self.page.lines.is_empty() {
            return;
        }
        let before = self.text.markdown.get(..at).unwrap_or_default();
        let Some(above) = before.rfind('\n').map(|end| &before[..end]) else { return };
        let above = above.rsplit('\n').next().unwrap_or_default();
        if !above.trim_matches([' ', '>']).is_empty() {
            return;
        }
        let mut line = Beside::default();
        if above.contains('>') {
            let bars = self.inside.bars();
            line.push(&bars, bars.len(), self.marks.styles.dim);
        }
        self.page.push(&[], line);
    }

    fn end_block(&mut self) {
        if !std::mem::replace(&mut self.open, false) {
            return;
        }
        let runs = std::mem::take(&mut self.runs);
        let (prefix, width) = self.inside.prefix("");
        let mut wrap = Wrap::new(&mut self.page, prefix, width);
        runs.iter().for_each(|run| wrap.push(run));
        wrap.finish();
    }

    fn end_code(&mut self) {
        self.open = false;
        self.styles.pop();
        let mut lines = by_line(std::mem::take(&mut self.runs));
        if lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        self.put_lines(lines, if self.width >= NARROW { INDENT } else { "" });
    }

    /// Puts down lines that are cut, not wrapped.
    fn put_lines(&mut self, lines: Vec<Vec<Run>>, indent: &str) {
        self.open = false;
        let (mut prefix, width) = self.inside.prefix(indent);
        for line in lines {
            let line = cut(&line, width, self.marks.styles.dim);
            self.page.push(&prefix.first, line);
            prefix.first.clone_from(&prefix.rest);
        }
    }

    fn end_struck(&mut self, at: usize) {
        self.styles.pop();
        let is_said = self.text.markdown.get(at..).is_some_and(|rest| rest.starts_with(UNVERIFIED));
        if self.struck.take() == Some(true) && !is_said {
            self.runs.push(Run::new(UNVERIFIED, self.style()));
        }
    }

    /// A link's address is shown, never made something to click on.
    fn end_link(&mut self) {
        self.styles.pop();
        let address = self.links.pop().unwrap_or_default();
        if !address.is_empty() {
            let style = self.style().patch(self.marks.styles.dim);
            self.put(&format!(" ({address})"), self.text_end, style);
        }
    }

    /// Adds text that begins at a place of the source.
    fn put(&mut self, text: &str, at: usize, style: Style) {
        self.begin(at);
        let mut next = None;
        for (number, piece) in text.split(CITATION).enumerate() {
            if number > 0 {
                let which = next.unwrap_or_else(|| self.text.first_cited(at));
                next = Some(which + 1);
                self.cite(which, style);
            }
            if !piece.is_empty() {
                self.runs.push(Run::new(shown(piece), style));
            }
        }
    }

    /// Adds a citation: its number, whether it holds, whether the cursor stands on it.
    fn cite(&mut self, which: usize, style: Style) {
        let Some(cited) = self.text.cited.get(which) else { return };
        let styles = self.marks.styles;
        let failed = cited.verified == Some(false);
        let is_focused = cited.index.is_some() && cited.index == self.marks.focused;
        let mut look = style.patch(if is_focused { styles.focused_citation } else { styles.citation });
        if failed {
            look = look.patch(styles.struck);
        }
        let unchecked = if cited.verified.is_none() { "?" } else { "" };
        let text = format!("[{}]{unchecked}", cited.n);
        self.runs.push(Run { text, style: look, cite: cited.index });
        match &mut self.struck {
            _ if !failed => {}
            Some(any) => *any = true,
            None => self.runs.push(Run::new(UNVERIFIED, style)),
        }
    }
}
