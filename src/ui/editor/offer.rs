//! What could be written at the cursor, in a list below it.

use ratatui::layout::Rect;

use crate::app::Editor;
use crate::theme::Role;

use super::super::canvas::Canvas;
use super::super::{popup, text};

/// The most lines that the list has.
const LINES: u16 = 8;
/// The most columns that a name or a type takes.
const WIDEST: usize = 34;

/// Draws the list below this line of an area, or above where there is more room; says where it stands, and its first item.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, row: u16, editor: &Editor) -> (Rect, usize) {
    let none = (Rect::default(), 0);
    let Some(offered) = &editor.offered else { return none };
    let widest = |of: &dyn Fn(usize) -> usize| {
        (0..offered.all.len()).map(of).max().unwrap_or(0).min(WIDEST) as u16
    };
    let name = widest(&|i| text::width(&offered.all[i].name));
    let kind = widest(&|i| text::width(&offered.all[i].kind));
    let width = (name + kind + 6).min(area.width);
    let below = area.height.saturating_sub(row + 1);
    let wanted = (offered.all.len() as u16).min(LINES);
    let up = below < wanted && row > below;
    let height = wanted.min(if up { row } else { below });
    if height == 0 || width < 6 {
        return none;
    }
    let line = editor.buffer.line(editor.buffer.cursor().line);
    let column = text::width(line.get(..offered.from).unwrap_or_default());
    // The names stand below what is typed.
    let x = column.saturating_sub(editor.left).saturating_sub(2) as u16;
    let list = Rect {
        x: area.x + x.min(area.width - width),
        y: if up { area.y + row - height } else { area.y + row + 1 },
        width,
        height,
    };
    let style = canvas.style(Role::Screen).patch(canvas.style(Role::Popup));
    canvas.clear(list, style);
    let first = popup::first_shown(offered.chosen, offered.all.len(), usize::from(height));
    for (line, (number, suggestion)) in
        offered.all.iter().enumerate().skip(first).take(usize::from(height)).enumerate()
    {
        let row = Rect { y: list.y + line as u16, height: 1, ..list };
        let chosen = number == offered.chosen;
        if chosen {
            let style = canvas.style(Role::PopupCursor);
            canvas.tint(row, style);
        }
        let mut pen = canvas.line(row, 0);
        pen.say(if chosen { pen.glyphs().cursor } else { " " }, Role::Accent);
        pen.say(if suggestion.required { "*" } else { " " }, Role::Warning);
        let end = pen.x() + name;
        let role = if suggestion.required { Role::Strong } else { Role::Text };
        let all = pen.left();
        let mut first = canvas.line(Rect { width: (list.width - all) + name.min(all), ..row }, 0);
        first.skip(2);
        first.fit(&suggestion.name, role);
        let mut pen = canvas.line(row, 0);
        pen.go(end + 2);
        pen.keep(1);
        pen.fit(&suggestion.kind, Role::Muted);
    }
    (list, first)
}
