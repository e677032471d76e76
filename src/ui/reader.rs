//! A text that is read: its lines with their folds, what changed, what a search found, cut where they are too long.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::Reader;
use crate::theme::Role;

use super::canvas::{Canvas, Pen};
use super::{table, text};

/// A line as it is to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Which of the reader's lines it is.
    pub at: usize,
    /// Whether the cursor is on it.
    pub cursor: bool,
    /// Whether it changed a moment ago.
    pub changed: bool,
}

/// How the lines of a text are drawn.
pub trait Paint {
    /// Whether lines have numbers, where there is room.
    const NUMBERED: bool;

    /// Whether one of the lines has the cursor; not where the keys go elsewhere.
    fn has_cursor(&self) -> bool {
        true
    }

    /// How many columns a line takes beside its text: signs that are drawn with it.
    fn signs(&self, line: usize) -> usize;

    /// Writes the line.
    fn write(&mut self, writer: &mut Writer<'_, '_, '_>, shown: Shown);

    /// Whether enter leads somewhere from a line.
    fn leads(&self, line: usize) -> bool;
}

/// The least width at which lines have numbers.
const NUMBERED_FROM: u16 = 80;

/// Draws the text; it may not be empty.
pub fn draw<P: Paint>(
    canvas: &mut Canvas<'_>,
    area: Rect,
    reader: &Reader,
    now: i64,
    paint: &mut P,
) {
    let visible = reader.visible();
    let first = reader.first().min(visible.len().saturating_sub(1));
    let end = visible.len().min(first + usize::from(area.height));
    let numbers = if P::NUMBERED && area.width >= NUMBERED_FROM {
        reader.lines().len().to_string().len() as u16
    } else {
        0
    };
    for (line, &at) in visible[first..end].iter().enumerate() {
        let row = Rect { y: area.y + line as u16, height: 1, ..area };
        let cursor = paint.has_cursor() && first + line == reader.cursor();
        let shown = Shown { at, cursor, changed: reader.is_changed(at, now) };
        draw_line(canvas, row, reader, shown, numbers, paint);
    }
    table::draw_thumb(canvas, area, first, visible.len());
}

fn draw_line<P: Paint>(
    canvas: &mut Canvas<'_>,
    row: Rect,
    reader: &Reader,
    shown: Shown,
    numbers: u16,
    paint: &mut P,
) {
    let Some(line) = reader.lines().get(shown.at) else { return };
    let glyphs = canvas.glyphs;
    let folded = reader.is_folded(shown.at);
    if shown.cursor {
        let style = canvas.style(Role::Cursor);
        canvas.tint(row, style);
    }
    let mut pen = canvas.line(row, 0);
    pen.keep(1);
    match (shown.cursor, shown.changed) {
        (true, _) => pen.say(glyphs.cursor, Role::Accent),
        (false, true) => pen.say(glyphs.changed, Role::Changed),
        _ => pen.skip(1),
    }
    if numbers > 0 {
        let number = (shown.at + 1).to_string();
        pen.skip(1 + numbers.saturating_sub(number.len() as u16));
        pen.say(
            &number,
            match (shown.changed, shown.cursor) {
                (true, _) => Role::Changed,
                (false, true) => Role::Muted,
                (false, false) => Role::Faint,
            },
        );
        pen.skip(1);
    }
    match (folded, shown.cursor && line.is_foldable(shown.at)) {
        (true, _) => pen.say(glyphs.folded, Role::Accent),
        (false, true) => pen.say(glyphs.open, Role::Muted),
        _ => pen.skip(1),
    }
    pen.skip(1);
    let width = text::width(&line.text) + paint.signs(shown.at);
    let cut = width.saturating_sub(reader.left) > usize::from(pen.left());
    pen.keep(u16::from(cut));
    let found: Vec<Range<usize>> = reader.matches(shown.at).collect();
    let hit = if shown.cursor { Role::MatchCurrent } else { Role::Match };
    let hit = pen.style(hit);
    let mut writer = Writer { pen: &mut pen, skip: reader.left, hit, found: &found };
    paint.write(&mut writer, shown);
    if cut {
        let mut pen = canvas.line(row, 0);
        pen.keep(1);
        pen.skip(pen.left().saturating_sub(1));
        return pen.say(glyphs.cut, Role::Muted);
    }
    if paint.leads(shown.at) {
        pen.skip(1);
        pen.say(glyphs.crumb, if shown.cursor { Role::Accent } else { Role::Muted });
    }
    if folded {
        let below = line.end.saturating_sub(shown.at + 1);
        let plural = if below == 1 { "" } else { "s" };
        pen.skip(1);
        pen.say(&format!("{} {below} line{plural}", glyphs.cut), Role::Muted);
    }
}

/// Writes a line of which the first columns are scrolled off.
pub struct Writer<'p, 'c, 'a> {
    pen: &'p mut Pen<'c, 'a>,
    skip: usize,
    hit: Style,
    found: &'p [Range<usize>],
}

impl Writer<'_, '_, '_> {
    /// How this role looks.
    pub fn style(&self, role: Role) -> Style {
        self.pen.style(role)
    }

    /// Writes a part of the line's text, where a search may have found something.
    pub fn part(&mut self, line: &str, range: Range<usize>, style: Style) {
        let Some(part) = line.get(range.clone()) else { return };
        for piece in text::pieces(part) {
            let at = range.start + piece.start;
            let found = self.found.iter().any(|f| f.contains(&at));
            let style = if found { style.patch(self.hit) } else { style };
            self.piece(piece.text, usize::from(piece.width), style);
        }
    }

    /// Writes a sign that is not in the text, and a blank behind it.
    pub fn sign(&mut self, sign: &str, role: Role) {
        self.sign_alone(sign, role);
        self.piece(" ", 1, self.style(role));
    }

    /// Writes a sign that is not in the text.
    pub fn sign_alone(&mut self, sign: &str, role: Role) {
        self.piece(sign, 1, self.style(role));
    }

    fn piece(&mut self, text: &str, width: usize, style: Style) {
        if self.skip >= width {
            self.skip -= width;
        } else {
            self.skip = 0;
            self.pen.put(text, style);
        }
    }
}
