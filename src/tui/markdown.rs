//! Placeholder.
use crate::domain::Citation;
use ratatui::style::Style;
use ratatui::text::Line;
#[derive(Clone, Debug, Default)]
pub(super) struct MarkdownStyles {
    pub heading: Style,
    pub strong: Style,
    pub emphasis: Style,
    pub code: Style,
    pub quote: Style,
    pub link: Style,
    pub citation: Style,
    pub focused_citation: Style,
    pub struck: Style,
    pub dim: Style,
}
#[derive(Debug)]
pub(super) struct Marks<'a> {
    pub citations: &'a [Citation],
    pub focused: Option<usize>,
    pub streaming: bool,
    pub styles: &'a MarkdownStyles,
}
#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub lines: Vec<Line<'static>>,
    pub citations: Vec<usize>,
}
pub(super) fn render(text: &str, width: u16, _marks: &Marks<'_>) -> Rendered {
    let lines = text
        .lines()
        .flat_map(|l| {
            super::pen::wrapped(l, usize::from(width))
                .into_iter()
                .map(|l| Line::from(l.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    Rendered { lines, citations: vec![] }
}
