//! A line that is being typed.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::app::Line;
use crate::theme::Role;

use super::canvas::Canvas;
use super::text;

/// Draws a line being typed, with its sign before it, what is wrong with it underlined and what could follow in faint letters behind;
/// the caret is always in sight.
pub fn draw(
    canvas: &mut Canvas<'_>,
    area: Rect,
    sign: &str,
    line: &Line,
    ghost: &str,
    wrong: &[Range<usize>],
) {
    let mut pen = canvas.line(area, 0);
    pen.skip(2);
    pen.say(sign, Role::Accent);
    pen.skip(1);
    pen.keep(1);
    let room = usize::from(pen.left());
    let before = text::width(line.before());
    // One column for the caret.
    let mut skip = (before + 1).saturating_sub(room);
    let plain = pen.style(Role::Prompt);
    let caret = pen.style(Role::Caret);
    let bad = plain.patch(pen.style(Role::Broken)).underlined();
    let mut drew_caret = false;
    for piece in text::pieces(line.text()) {
        let width = usize::from(piece.width);
        if skip > 0 {
            skip = skip.saturating_sub(width);
            continue;
        }
        let mut style = if wrong.iter().any(|w| w.contains(&piece.start)) { bad } else { plain };
        if piece.start == line.cursor() {
            style = style.patch(caret);
            drew_caret = true;
        }
        pen.put(piece.text, style);
    }
    if !drew_caret {
        let mut rest = text::pieces(ghost);
        let under = rest.next().map_or(" ", |p| p.text);
        let faint = pen.style(Role::Muted);
        pen.put(under, faint.patch(caret));
        for piece in rest {
            pen.put(piece.text, faint);
        }
    }
}
