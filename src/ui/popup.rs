//! Panels above the page: their ground, their rules, and a line to choose.

use ratatui::layout::Rect;

use crate::theme::Role;

use super::canvas::Canvas;

/// Draws the ground of a panel: a rule with a title above, a rule below. Returns the room between them.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, title: &str, note: &str) -> Rect {
    let area = area.intersection(canvas.area());
    // Air at the sides, so that the words of the page below do not run into those above.
    let wide = Rect { x: area.x.saturating_sub(1), width: area.width.saturating_add(2), ..area };
    let style = canvas.style(Role::Screen).patch(canvas.style(Role::Popup));
    canvas.clear(wide, style);
    if area.height < 3 {
        return area;
    }
    canvas.rule(area);
    canvas.rule(Rect { y: area.bottom() - 1, height: 1, ..area });
    let mut pen = canvas.line(area, 0);
    pen.skip(1);
    pen.keep(1);
    if !title.is_empty() {
        pen.put(" ", style);
        pen.fit(title, Role::Strong);
        pen.put(" ", style);
    }
    if !note.is_empty() {
        pen.fit(note, Role::Muted);
        pen.put(" ", style);
    }
    Rect { y: area.y + 1, height: area.height - 2, ..area }
}

/// A panel of this size in the middle of an area, a little above its centre; as large as the area at most.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 3,
        width,
        height,
    }
}

/// The first item to show so that the chosen one is seen, in a list of `lines` lines.
pub fn first_shown(chosen: usize, len: usize, lines: usize) -> usize {
    if len <= lines {
        return 0;
    }
    // The chosen one stands in the middle, except near the ends.
    chosen.saturating_sub(lines / 2).min(len - lines)
}
