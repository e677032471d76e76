//! A written sheet.

use ratatui::layout::Rect;

use crate::app::{App, SheetPage};
use crate::sheet::{Line, Tone};
use crate::store::Health;
use crate::theme::Role;

use super::canvas::Canvas;
use super::glyph::{self, Glyphs};
use super::reader::{self, Paint, Shown, Writer};
use super::state;

/// How many columns the sign of a state takes, with the blank behind it.
const SIGN: usize = 2;

/// Draws a sheet; says where its lines stand.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, page: &SheetPage) -> Rect {
    if page.reader.lines().is_empty() {
        state::draw(canvas, area, app);
        return area;
    }
    let area = state::banner(canvas, area, app);
    draw_lines(canvas, area, app.now(), page, true);
    area
}

/// Draws the lines of a sheet, and nothing where there are none; `cursor` says whether one of them has it.
pub fn draw_lines(canvas: &mut Canvas<'_>, area: Rect, now: i64, page: &SheetPage, cursor: bool) {
    let mut lines = Written { lines: &page.sheet().lines, glyphs: canvas.glyphs, cursor };
    reader::draw(canvas, area, &page.reader, now, &mut lines);
}

struct Written<'a> {
    lines: &'a [Line],
    glyphs: &'static Glyphs,
    cursor: bool,
}

impl Written<'_> {
    /// A bar: what is used in the colour of its state, what is free behind it.
    fn bar(&self, writer: &mut Writer<'_, '_, '_>, text: &str, health: Health) {
        for c in text.chars() {
            let (sign, role) = match c {
                '#' => (self.glyphs.used, glyph::role(health)),
                _ => (self.glyphs.free, Role::Faint),
            };
            writer.sign_alone(sign, role);
        }
    }
}

impl Paint for Written<'_> {
    const NUMBERED: bool = false;

    fn has_cursor(&self) -> bool {
        self.cursor
    }

    fn signs(&self, line: usize) -> usize {
        let Some(line) = self.lines.get(line) else { return 0 };
        SIGN * line.spans.iter().filter(|span| matches!(span.tone, Tone::State(_))).count()
    }

    fn write(&mut self, writer: &mut Writer<'_, '_, '_>, shown: Shown) {
        let Some(line) = self.lines.get(shown.at) else { return };
        let text = line.text();
        let mut at = usize::from(line.indent).min(text.len());
        let plain = writer.style(Role::Text);
        writer.part(&text, 0..at, plain);
        let changed = shown.changed.then(|| writer.style(Role::Changed));
        for span in &line.spans {
            if let Tone::State(health) = span.tone {
                writer.sign(self.glyphs.health(health), glyph::role(health));
            }
            let mut style = writer.style(role(span.tone));
            if let Some(changed) = changed.filter(|_| may_change(span.tone)) {
                style = style.patch(changed);
            }
            // The text ends where only blanks follow.
            let end = (at + span.text.len()).min(text.len());
            match span.tone {
                Tone::Bar(health) => self.bar(writer, &span.text, health),
                _ => writer.part(&text, at..end, style),
            }
            at = end;
        }
    }

    fn leads(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|line| line.go.is_some())
    }
}

/// The role that paints a tone.
const fn role(tone: Tone) -> Role {
    match tone {
        // What is well is quiet; its sign says so already.
        Tone::Text | Tone::Number | Tone::State(Health::Ok) => Role::Text,
        Tone::Label | Tone::Muted => Role::Muted,
        Tone::Heading => Role::Heading,
        Tone::Strong => Role::Strong,
        Tone::Faint => Role::Faint,
        Tone::State(health) | Tone::Health(health) | Tone::Bar(health) => glyph::role(health),
        Tone::Added => Role::Added,
        Tone::Removed => Role::Removed,
    }
}

/// Whether a change of the line may be in it.
const fn may_change(tone: Tone) -> bool {
    !matches!(tone, Tone::Label | Tone::Heading | Tone::Faint)
}
