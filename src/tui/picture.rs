//! A drawn screen as an SVG picture: the real cells with their colours, for the guide and the README.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;

/// Width and height of a cell, in pixels.
const CELL: (f32, f32) = (8.4, 17.0);
/// Foreground and background where a cell names none.
const PLAIN: (&str, &str) = ("#d0d0d0", "#1d1f21");

/// The picture of a screen.
#[must_use]
pub fn svg(buffer: &Buffer, title: &str) -> String {
    let (width, height) = (f32::from(buffer.area.width) * CELL.0, f32::from(buffer.area.height) * CELL.1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" role=\"img\">\n<title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n\
         <g font-family=\"ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\" xml:space=\"preserve\">\n",
        width + 16.0,
        height + 16.0,
        escaped(title),
        PLAIN.1
    );
    for y in 0..buffer.area.height {
        line(&mut svg, buffer, y);
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Runs of cells that look alike: a rectangle where there is a background, then the text.
fn line(svg: &mut String, buffer: &Buffer, y: u16) {
    let cells: Vec<&Cell> = (0..buffer.area.width).filter_map(|x| buffer.cell((x, y))).collect();
    let mut x = 0;
    for run in cells.chunk_by(|a, b| look(a) == look(b)) {
        let (fg, bg, bold, struck) = run.first().map_or((PLAIN.0, PLAIN.1, false, false), |cell| look(cell));
        let text: String = run.iter().map(|cell| cell.symbol()).collect();
        let (left, top) = (f32::from(x) * CELL.0 + 8.0, f32::from(y) * CELL.1 + 8.0);
        let columns = u16::try_from(run.len()).unwrap_or(0);
        // Writing into a text cannot fail.
        if bg != PLAIN.1 {
            let _ = writeln!(
                svg,
                "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{bg}\"/>",
                f32::from(columns) * CELL.0,
                CELL.1
            );
        }
        if !text.trim().is_empty() {
            let weight = if bold { " font-weight=\"bold\"" } else { "" };
            let line = if struck { " text-decoration=\"line-through\"" } else { "" };
            let _ = writeln!(
                svg,
                "<text x=\"{left:.1}\" y=\"{:.1}\" fill=\"{fg}\" textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\"{weight}{line}>{}</text>",
                top + 13.0,
                f32::from(columns) * CELL.0,
                escaped(&text)
            );
        }
        x += columns;
    }
}

/// Colours and weight of a cell.
fn look(cell: &Cell) -> (&'static str, &'static str, bool, bool) {
    let (fg, bg) = (colour(cell.fg, PLAIN.0), colour(cell.bg, PLAIN.1));
    let (fg, bg) = if cell.modifier.contains(Modifier::REVERSED) { (bg, fg) } else { (fg, bg) };
    (fg, bg, cell.modifier.contains(Modifier::BOLD), cell.modifier.contains(Modifier::CROSSED_OUT))
}

const fn colour(colour: Color, plain: &'static str) -> &'static str {
    match colour {
        Color::Black => "#1d1f21",
        Color::Red => "#e05f5f",
        Color::Green => "#8cc265",
        Color::Yellow => "#e5b567",
        Color::Blue => "#6c99d2",
        Color::Magenta => "#b77ec9",
        Color::Cyan => "#6fc1c1",
        Color::Gray => "#b0b0b0",
        Color::DarkGray => "#7f7f7f",
        Color::LightRed => "#ff7f7f",
        Color::LightGreen => "#b6e38c",
        Color::LightYellow => "#ffd787",
        Color::LightBlue => "#9abdff",
        Color::LightMagenta => "#dda8ee",
        Color::LightCyan => "#9fe8e8",
        Color::White => "#ffffff",
        _ => plain,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
