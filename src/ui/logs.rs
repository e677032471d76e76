//! Logs: when, who, and what was said.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::app::{App, LogPage, Part, Shown};
use crate::logs::{Kind, Level, ansi};
use crate::text;
use crate::theme::Role;

use super::canvas::Canvas;
use super::{state, table};

/// The looks by which containers are told apart.
const STREAMS: [Role; 6] =
    [Role::Stream1, Role::Stream2, Role::Stream3, Role::Stream4, Role::Stream5, Role::Stream6];

/// Draws logs; says where their lines stand.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, logs: &LogPage) -> Rect {
    if logs.shown().is_empty() {
        state::draw(canvas, area, app);
        return area;
    }
    let area = state::banner(canvas, area, app);
    let mut y = area.y;
    for shown in logs.shown() {
        let left = area.bottom().saturating_sub(y);
        let height = u16::try_from(shown.height).unwrap_or(u16::MAX).min(left);
        if height == 0 {
            break;
        }
        draw_line(canvas, Rect { y, height, ..area }, logs, shown);
        y += height;
    }
    let (count, _) = logs.counts();
    let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    table::draw_thumb(canvas, area, place(logs.place()), place(count));
    area
}

fn draw_line(canvas: &mut Canvas<'_>, area: Rect, logs: &LogPage, shown: &Shown) {
    let glyphs = canvas.glyphs;
    let cursor = shown.number == logs.cursor();
    if cursor {
        let style = canvas.style(Role::Cursor);
        canvas.tint(area, style);
    }
    let said = match shown.entry.kind {
        Kind::Line => canvas.style(of_level(shown.entry.level)),
        Kind::More => canvas.style(Role::Text),
        Kind::Joined | Kind::Left => canvas.style(Role::Muted),
        Kind::Note => canvas.style(Role::Warning),
    };
    let name = logs
        .stream(shown.stream)
        .map_or(Role::Muted, |stream| STREAMS[stream.hue(true) as usize % STREAMS.len()]);
    let (faint, name) = (canvas.style(Role::Faint), canvas.style(name));
    let (muted, plain) = (canvas.style(Role::Muted), canvas.style(Role::Text));
    let found = canvas.style(Role::Match);
    let mut writer = Writer::begin(canvas, area, cursor, (logs.wrap, logs.left));
    writer.say(&shown.time, faint);
    writer.say(&shown.name, name);
    match shown.entry.kind {
        Kind::Line => {}
        Kind::More => writer.say(glyphs.cut, faint),
        Kind::Joined => writer.say("+", said),
        Kind::Left => writer.say("-", said),
        Kind::Note => writer.say(glyphs.health(crate::store::Health::Warning), said),
    }
    let words = match (shown.entry.kind, shown.text.is_empty()) {
        (Kind::Joined, true) => "read from here on",
        (Kind::Left, true) => "ended",
        _ => &shown.text,
    };
    for piece in text::pieces(words) {
        let at = piece.start;
        let part = shown.parts.iter().find(|(range, _)| range.contains(&at));
        let look = shown.looks.iter().find(|(range, _)| range.contains(&at));
        let style = match (part, look) {
            (Some((_, Part::Level)), _) => said.add_modifier(Modifier::BOLD),
            (Some((_, Part::Key)), _) => muted,
            (Some((_, Part::Value)), _) => plain,
            (None, Some((_, look))) => said.patch(styled(*look)),
            (None, None) => said,
        };
        let style = if hit(&shown.found, at) { style.patch(found) } else { style };
        if !writer.piece(piece.text, u16::from(piece.width), style) {
            break;
        }
    }
    writer.end();
}

fn hit(found: &[Range<usize>], at: usize) -> bool {
    found.iter().any(|range| range.contains(&at))
}

fn of_level(level: Level) -> Role {
    match level {
        Level::Unknown | Level::Info => Role::Text,
        Level::Trace | Level::Debug => Role::Muted,
        Level::Warning => Role::Warning,
        Level::Error | Level::Fatal => Role::Broken,
    }
}

/// The look that a program gave its words.
fn styled(look: ansi::Look) -> Style {
    let colour = |colour: ansi::Colour| match colour {
        ansi::Colour::Indexed(index) => Color::Indexed(index),
        ansi::Colour::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    };
    let mut style =
        Style { fg: look.front.map(colour), bg: look.back.map(colour), ..Style::default() };
    let weights = [
        (look.bold, Modifier::BOLD),
        (look.dim, Modifier::DIM),
        (look.italic, Modifier::ITALIC),
        (look.underlined, Modifier::UNDERLINED),
        (look.reversed, Modifier::REVERSED),
    ];
    for (on, modifier) in weights {
        if on {
            style = style.add_modifier(modifier);
        }
    }
    style
}

/// Writes one entry over as many lines as it has.
struct Writer<'w, 'a> {
    canvas: &'w mut Canvas<'a>,
    area: Rect,
    /// Whether it goes on below.
    wrap: bool,
    /// How many columns are still scrolled off.
    skip: usize,
    line: u16,
    x: u16,
    /// Whether something did not fit.
    cut: bool,
}

impl<'w, 'a> Writer<'w, 'a> {
    fn begin(
        canvas: &'w mut Canvas<'a>,
        area: Rect,
        cursor: bool,
        (wrap, left): (bool, usize),
    ) -> Self {
        if cursor {
            for line in 0..area.height {
                let sign = canvas.glyphs.cursor;
                canvas.line(area, line).say(sign, Role::Accent);
            }
        }
        let skip = if wrap { 0 } else { left };
        Self { canvas, area, wrap, skip, line: 0, x: area.x + 1, cut: false }
    }

    /// Words, and a blank behind them.
    fn say(&mut self, words: &str, style: Style) {
        if words.is_empty() {
            return;
        }
        for piece in text::pieces(words) {
            self.piece(piece.text, u16::from(piece.width), style);
        }
        self.piece(" ", 1, style);
    }

    /// A piece of text; whether there may be room for more.
    fn piece(&mut self, piece: &str, width: u16, style: Style) -> bool {
        if self.skip >= usize::from(width) {
            self.skip -= usize::from(width);
            return true;
        }
        self.skip = 0;
        // The last column is the scroll bar's, and where lines are cut the one before says so.
        let end = self.area.right().saturating_sub(if self.wrap { 1 } else { 2 });
        if self.x + width > end {
            if !self.wrap || self.line + 1 >= self.area.height {
                self.cut = true;
                return false;
            }
            self.line += 1;
            self.x = self.area.x + 1;
        }
        let mut pen = self.canvas.line(self.area, self.line);
        pen.go(self.x);
        pen.put(piece, style);
        self.x += width;
        true
    }

    /// Says whether there is more than was written.
    fn end(self) {
        if self.cut {
            let sign = self.canvas.glyphs.cut;
            let mut pen = self.canvas.line(self.area, self.area.height.saturating_sub(1));
            pen.go(self.area.right().saturating_sub(2));
            pen.say(sign, Role::Muted);
        }
    }
}
