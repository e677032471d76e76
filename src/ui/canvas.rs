//! Writing on a frame, without ever writing beside it.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::kinds::Align;
use crate::theme::{Role, Theme};

use super::glyph::Glyphs;
use super::text::{self, Cut};

/// A frame being drawn, with the theme and the signs to draw with.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    /// The signs.
    pub glyphs: &'static Glyphs,
}

/// A text with a place to stand in and parts that stand out.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// What it says.
    pub text: &'a str,
    /// How many columns it has.
    pub width: u16,
    /// Which side it stands on.
    pub align: Align,
    /// What is left out where it does not fit.
    pub cut: Cut,
    /// How it looks.
    pub style: Style,
    /// Its parts that a filter found, in bytes of `text`, ascending.
    pub found: &'a [Range<usize>],
}

impl<'a> Field<'a> {
    /// Text on the left whose end goes first.
    pub fn new(text: &'a str, width: u16, style: Style) -> Self {
        Self { text, width, align: Align::Left, cut: Cut::End, style, found: &[] }
    }
}

impl<'a> Canvas<'a> {
    /// A canvas over a buffer.
    pub fn new(buffer: &'a mut Buffer, theme: &'a Theme, glyphs: &'static Glyphs) -> Self {
        Self { buffer, theme, glyphs }
    }

    /// How this role looks.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Everything there is to draw on.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// Empties a part of the frame and gives it this look.
    pub fn clear(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buffer.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
        }
    }

    /// Lays a look over what is drawn already.
    pub fn tint(&mut self, area: Rect, style: Style) {
        self.buffer.set_style(area.intersection(self.buffer.area), style);
    }

    /// A pen on one line of an area; it stops at the area's end.
    pub fn line(&mut self, area: Rect, line: u16) -> Pen<'_, 'a> {
        let area = area.intersection(self.buffer.area);
        let inside = line < area.height;
        Pen {
            x: area.left(),
            end: if inside { area.right() } else { area.left() },
            y: area.top().saturating_add(line),
            canvas: self,
        }
    }

    /// A bar across an area's first line, two columns in from both sides: so many parts of all.
    pub fn gauge(&mut self, area: Rect, used: usize, all: usize) {
        let glyphs = self.glyphs;
        let width = usize::from(area.width.saturating_sub(4));
        let used = width * used.min(all) / all.max(1);
        let mut pen = self.line(area, 0);
        pen.skip(2);
        for i in 0..width {
            let (sign, role) =
                if i < used { (glyphs.used, Role::Accent) } else { (glyphs.free, Role::Faint) };
            pen.say(sign, role);
        }
    }

    /// A rule across an area's first line.
    pub fn rule(&mut self, area: Rect) {
        let (glyph, style) = (self.glyphs.rule, self.style(Role::Frame));
        let mut pen = self.line(area, 0);
        while pen.left() > 0 {
            pen.put(glyph, style);
        }
    }
}

/// Writes on one line, from left to right.
pub struct Pen<'c, 'a> {
    canvas: &'c mut Canvas<'a>,
    x: u16,
    y: u16,
    end: u16,
}

impl Pen<'_, '_> {
    /// Where the next character goes.
    pub fn x(&self) -> u16 {
        self.x
    }

    /// How many columns are left.
    pub fn left(&self) -> u16 {
        self.end - self.x
    }

    /// How this role looks.
    pub fn style(&self, role: Role) -> Style {
        self.canvas.style(role)
    }

    /// The signs.
    pub fn glyphs(&self) -> &'static Glyphs {
        self.canvas.glyphs
    }

    /// Leaves columns out.
    pub fn skip(&mut self, columns: u16) {
        self.x = self.x.saturating_add(columns).min(self.end);
    }

    /// Goes to this column, if that is further on.
    pub fn go(&mut self, x: u16) {
        self.x = self.x.max(x).min(self.end);
    }

    /// Keeps this many columns at the end free.
    pub fn keep(&mut self, columns: u16) {
        self.end = self.end.saturating_sub(columns).max(self.x);
    }

    /// Writes text as far as there is room.
    pub fn put(&mut self, text: &str, style: Style) {
        for piece in text::pieces(text) {
            if !self.piece(piece.text, u16::from(piece.width), style) {
                break;
            }
        }
    }

    /// Writes text in the look of a role.
    pub fn say(&mut self, text: &str, role: Role) {
        let style = self.style(role);
        self.put(text, style);
    }

    /// Writes text, with the sign of a cut where there is not enough room.
    pub fn fit(&mut self, text: &str, role: Role) {
        let style = self.style(role);
        let width = (text::width(text) as u16).min(self.left());
        self.field(&Field::new(text, width, style));
    }

    /// Writes a field; it takes exactly its width.
    pub fn field(&mut self, field: &Field<'_>) {
        let width = field.width.min(self.left());
        let fitted = text::fit(field.text, usize::from(width), field.cut);
        let blank = width.saturating_sub(fitted.width as u16);
        let end = self.x + width;
        if field.align == Align::Right {
            self.skip(blank);
        }
        self.part(field, 0..fitted.head);
        if fitted.is_cut() && width > 0 {
            let style = field.style.patch(self.style(Role::Muted));
            let cut = self.canvas.glyphs.cut;
            self.piece(cut, 1, style);
        }
        self.part(field, fitted.tail..field.text.len());
        self.x = end;
    }

    fn part(&mut self, field: &Field<'_>, range: Range<usize>) {
        let found_style = field.style.patch(self.style(Role::Match));
        for piece in text::pieces(&field.text[range.clone()]) {
            let at = range.start + piece.start;
            let found = field.found.iter().any(|f| f.contains(&at));
            let style = if found { found_style } else { field.style };
            self.piece(piece.text, u16::from(piece.width), style);
        }
    }

    /// Writes what stands in one or two columns; says whether there was room.
    fn piece(&mut self, text: &str, width: u16, style: Style) -> bool {
        if width > self.left() {
            self.x = self.end;
            return false;
        }
        let text = self.canvas.glyphs.twin(text);
        for (i, x) in (self.x..self.x + width).enumerate() {
            if let Some(cell) = self.canvas.buffer.cell_mut((x, self.y)) {
                // The second half of a wide character stays empty.
                cell.set_symbol(if i == 0 { text } else { " " });
                cell.set_style(style);
            }
        }
        self.x += width;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_is_written_outside(
            text in ".*", width in 0u16..30, x in 0u16..40, y in 0u16..6, right in any::<bool>(),
        ) {
            let area = Rect::new(2, 1, 20, 3);
            let mut buffer = Buffer::filled(Rect::new(0, 0, 30, 5), ratatui::buffer::Cell::new("#"));
            let theme = Theme::plain();
            let mut canvas = Canvas::new(&mut buffer, &theme, Glyphs::of(false));
            let part = Rect::new(x, y, width, 2).intersection(area);
            let align = if right { Align::Right } else { Align::Left };
            canvas.line(part, 0).field(&Field { align, cut: Cut::Middle, ..Field::new(&text, width, Style::new()) });
            canvas.line(part, 1).put(&text, Style::new());
            for outside in buffer.area.positions().filter(|p| !part.contains(*p)) {
                prop_assert_eq!(buffer[outside].symbol(), "#");
            }
        }
    }
}
