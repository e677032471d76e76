//! Writes a line of logs, cut or going on below.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::text;
use crate::theme::Role;

use super::super::canvas::Canvas;

/// Writes one entry over as many lines as it has.
pub(super) struct Writer<'w, 'a> {
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
    pub fn begin(
        canvas: &'w mut Canvas<'a>,
        area: Rect,
        (cursor, marked): (bool, bool),
        (wrap, left): (bool, usize),
    ) -> Self {
        let sign = match (marked, cursor) {
            (true, _) => Some((canvas.glyphs.mark, Role::Mark)),
            (false, true) => Some((canvas.glyphs.cursor, Role::Accent)),
            (false, false) => None,
        };
        for line in 0..area.height {
            if let Some((sign, role)) = sign {
                canvas.line(area, line).say(sign, role);
            }
        }
        let skip = if wrap { 0 } else { left };
        Self { canvas, area, wrap, skip, line: 0, x: area.x + 1, cut: false }
    }

    /// Words, and a blank behind them.
    pub fn say(&mut self, words: &str, style: Style) {
        if words.is_empty() {
            return;
        }
        for piece in text::pieces(words) {
            self.piece(piece.text, u16::from(piece.width), style);
        }
        self.piece(" ", 1, style);
    }

    /// A piece of text; whether there may be room for more.
    pub fn piece(&mut self, piece: &str, width: u16, style: Style) -> bool {
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
    pub fn end(self) {
        if self.cut {
            let sign = self.canvas.glyphs.cut;
            let mut pen = self.canvas.line(self.area, self.area.height.saturating_sub(1));
            pen.go(self.area.right().saturating_sub(2));
            pen.say(sign, Role::Muted);
        }
    }
}
