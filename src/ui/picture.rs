//! A frame as an SVG picture: for the README, for the docs, and for looking at kx without a terminal.

use std::fmt::Write;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::theme::{Role, Theme, rgb};

/// The size of a character's cell, in pixels.
const CELL: (f32, f32) = (8.43, 18.0);
/// The size of the letters, in pixels; most monospaced fonts are 0.6 of it wide.
const FONT: f32 = 14.0;
/// The space around the frame, in pixels.
const MARGIN: f32 = 14.0;

const FAMILY: &str = "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace";

/// Draws a frame. The theme gives the colours where a cell leaves them to the terminal.
pub fn svg(buffer: &Buffer, theme: &Theme) -> String {
    let screen = theme.style(Role::Screen);
    let ground = screen.bg.and_then(rgb).unwrap_or([20, 23, 29]);
    let ink = screen.fg.and_then(rgb).unwrap_or([220, 220, 220]);
    let mut out = String::new();
    let (width, height) = (
        f32::from(buffer.area.width) * CELL.0 + 2.0 * MARGIN,
        f32::from(buffer.area.height) * CELL.1 + 2.0 * MARGIN,
    );
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.1} {height:.1}\">\
         <rect width=\"100%\" height=\"100%\" rx=\"10\" fill=\"{}\"/>\
         <g font-family=\"{FAMILY}\" font-size=\"{FONT}\" xml:space=\"preserve\">",
        hex(ground)
    );
    for y in 0..buffer.area.height {
        let runs = runs(buffer, y, ground, ink);
        for run in &runs {
            run.write_ground(&mut out, y, ground);
        }
        for run in &runs {
            run.write_text(&mut out, y);
        }
    }
    out.push_str("</g></svg>\n");
    out
}

/// Neighbouring cells of one look.
struct Run {
    x: u16,
    columns: u16,
    text: String,
    fg: [u8; 3],
    bg: [u8; 3],
    modifier: Modifier,
}

fn runs(buffer: &Buffer, y: u16, ground: [u8; 3], ink: [u8; 3]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut x = 0;
    while x < buffer.area.width {
        let Some(cell) = buffer.cell((buffer.area.x + x, buffer.area.y + y)) else { break };
        let columns = super::text::width(cell.symbol()).clamp(1, 2) as u16;
        let (fg, bg, modifier) = look(cell.style(), ground, ink);
        // Signs and wide characters may come from another font: each gets a place of its own.
        let plain = cell.symbol().is_ascii();
        match runs.last_mut() {
            Some(run)
                if plain
                    && run.text.is_ascii()
                    && (run.fg, run.bg, run.modifier) == (fg, bg, modifier) =>
            {
                run.text.push_str(cell.symbol());
                run.columns += columns;
            }
            _ => runs.push(Run { x, columns, text: cell.symbol().to_owned(), fg, bg, modifier }),
        }
        x += columns;
    }
    runs
}

fn look(style: Style, ground: [u8; 3], ink: [u8; 3]) -> ([u8; 3], [u8; 3], Modifier) {
    let solid = |colour: Option<Color>, or| colour.and_then(rgb).unwrap_or(or);
    let (mut fg, mut bg) = (solid(style.fg, ink), solid(style.bg, ground));
    let modifier = style.add_modifier;
    if modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut fg, &mut bg);
    }
    if modifier.contains(Modifier::DIM) {
        fg = [0, 1, 2].map(|i| u8::midpoint(fg[i], bg[i]));
    }
    (fg, bg, modifier)
}

impl Run {
    fn write_ground(&self, out: &mut String, y: u16, ground: [u8; 3]) {
        if self.bg != ground {
            self.rect(out, y, (0.0, 1.0), (0.0, 1.0), self.bg);
        }
    }

    /// A part of the run's place, in shares of it.
    fn rect(&self, out: &mut String, y: u16, across: (f32, f32), down: (f32, f32), fill: [u8; 3]) {
        let width = f32::from(self.columns) * CELL.0;
        let _ = write!(
            out,
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" fill=\"{}\"/>",
            MARGIN + f32::from(self.x) * CELL.0 + across.0 * width,
            MARGIN + f32::from(y) * CELL.1 + down.0 * CELL.1,
            (across.1 - across.0) * width,
            (down.1 - down.0) * CELL.1,
            hex(fill)
        );
    }

    fn write_text(&self, out: &mut String, y: u16) {
        // Lines and blocks must meet their neighbours, which letters of a font seldom do.
        match self.text.as_str() {
            "─" => return self.rect(out, y, (0.0, 1.0), (0.47, 0.53), self.fg),
            "│" => return self.rect(out, y, (0.44, 0.56), (0.0, 1.0), self.fg),
            "┃" => return self.rect(out, y, (0.38, 0.62), (0.0, 1.0), self.fg),
            "▌" => return self.rect(out, y, (0.0, 0.42), (0.0, 1.0), self.fg),
            "▐" => return self.rect(out, y, (0.6, 1.0), (0.0, 1.0), self.fg),
            text if text.trim().is_empty() && !self.modifier.contains(Modifier::UNDERLINED) => {
                return;
            }
            _ => {}
        }
        let lead = self.text.len() - self.text.trim_start_matches(' ').len();
        let text = &self.text[lead..];
        let columns = f32::from(self.columns) - lead as f32;
        let _ = write!(
            out,
            "<text x=\"{:.2}\" y=\"{:.2}\" textLength=\"{:.2}\" fill=\"{}\"",
            MARGIN + (f32::from(self.x) + lead as f32) * CELL.0,
            MARGIN + f32::from(y) * CELL.1 + CELL.1 * 0.74,
            columns * CELL.0,
            hex(self.fg)
        );
        for (modifier, attribute) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
            (Modifier::CROSSED_OUT, " text-decoration=\"line-through\""),
        ] {
            if self.modifier.contains(modifier) {
                out.push_str(attribute);
            }
        }
        out.push('>');
        for c in text.chars() {
            match c {
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '&' => out.push_str("&amp;"),
                c => out.push(c),
            }
        }
        out.push_str("</text>");
    }
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_says_what_the_frame_says_and_hides_no_markup_in_it() {
        let mut buffer = Buffer::with_lines(["a<b>&", "▌日本"]);
        buffer.set_style(ratatui::layout::Rect::new(0, 0, 1, 1), Style::new().bold().red());
        let picture = svg(&buffer, &Theme::plain());
        assert!(picture.contains("font-weight=\"bold\">a</text>"), "{picture}");
        assert!(picture.contains("&lt;b&gt;&amp;</text>"), "{picture}");
        assert!(picture.contains(">日</text>"), "{picture}");
        assert!(picture.ends_with("</g></svg>\n"));
    }
}
