//! The built-in editor: the text with what is wrong below its lines, what could be written at the cursor, and what is known of the field.

mod offer;
mod words;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::{App, Editor, TextPlace};
use crate::editor::block_of;
use crate::theme::Role;

use super::canvas::{Canvas, Pen};
use super::{table, text, yaml};

/// From which width on what is known of the field stands beside the text, not below it.
const BESIDE: u16 = 110;
/// How many lines it takes below the text, its rule included.
const BELOW: u16 = 4;
/// The least height at which there is room for it.
const ROOM: u16 = 14;

/// Draws the editor over an area whose first and last lines are rules; says where the list of what is offered stands, and its first item.
pub fn draw(
    canvas: &mut Canvas<'_>,
    area: Rect,
    app: &App,
    editor: &Editor,
) -> (Rect, usize, TextPlace) {
    let screen = canvas.style(Role::Screen);
    canvas.clear(area, screen);
    words::draw_rules(canvas, area, app, editor);
    let inner = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    let page = if !editor.helps {
        inner
    } else if area.width >= BESIDE {
        let width = (area.width / 3).clamp(36, 56);
        let pane = Rect { x: inner.right() - width, width, ..inner };
        words::draw_beside(canvas, pane, editor);
        Rect { width: inner.width - width, ..inner }
    } else if inner.height >= ROOM {
        let pane = Rect { y: inner.bottom() - BELOW, height: BELOW, ..inner };
        words::draw_below(canvas, pane, editor);
        Rect { height: inner.height - BELOW, ..inner }
    } else {
        inner
    };
    let numbers = editor.buffer.lines().len().to_string().len() as u16;
    let gutter = (numbers + 3).min(page.width);
    let place = Rect { x: page.x + gutter, width: page.width - gutter, ..page };
    let lines = draw_lines(canvas, page, gutter, editor);
    table::draw_thumb(canvas, page, editor.first, editor.buffer.lines().len());
    let cursor = editor.buffer.cursor().line;
    let row = lines.iter().position(|line| *line == cursor);
    let (list, first) = match row {
        Some(row) => offer::draw(canvas, place, row as u16, editor),
        None => (Rect::default(), 0),
    };
    (list, first, TextPlace { area: place, lines })
}

/// Draws the lines in sight; says which stands in each line of the screen.
fn draw_lines(canvas: &mut Canvas<'_>, page: Rect, gutter: u16, editor: &Editor) -> Vec<usize> {
    let all = editor.buffer.lines();
    let mut shown = Vec::new();
    let mut block = block_of(all, editor.first);
    for (number, line) in all.iter().enumerate().skip(editor.first) {
        if shown.len() >= usize::from(page.height) {
            break;
        }
        let indent = line.len() - line.trim_start_matches(' ').len();
        if block.is_some_and(|owner| !line.trim().is_empty() && indent <= owner) {
            block = None;
        }
        let row = Rect { y: page.y + shown.len() as u16, height: 1, ..page };
        draw_line(canvas, row, gutter, editor, (number, block.is_some()));
        shown.push(number);
        if block.is_none() && yaml::opens_block(line.trim_end()) {
            block = Some(indent);
        }
        for problem in editor.told(number) {
            if shown.len() >= usize::from(page.height) {
                break;
            }
            let row = Rect { y: page.y + shown.len() as u16, height: 1, ..page };
            let (glyph, role) = if problem.unfinished {
                (canvas.glyphs.warning, Role::Warning)
            } else {
                (canvas.glyphs.broken, Role::Broken)
            };
            let mut pen = canvas.line(row, 0);
            pen.keep(1);
            pen.skip(gutter + indent.saturating_sub(editor.left).min(40) as u16);
            pen.say(glyph, role);
            pen.skip(1);
            pen.fit(&problem.why, role);
            shown.push(number);
        }
    }
    shown
}

fn draw_line(
    canvas: &mut Canvas<'_>,
    row: Rect,
    gutter: u16,
    editor: &Editor,
    (number, in_block): (usize, bool),
) {
    let cursor = editor.buffer.cursor();
    let here = cursor.line == number;
    let wrong = editor.problems_of(number);
    let glyphs = canvas.glyphs;
    let mut pen = canvas.line(row, 0);
    match wrong.first() {
        Some(problem) if problem.unfinished => pen.say(glyphs.warning, Role::Warning),
        Some(_) => pen.say(glyphs.broken, Role::Broken),
        None if here => pen.say(glyphs.cursor, Role::Accent),
        None => pen.skip(1),
    }
    let digits = (number + 1).to_string();
    pen.skip(gutter.saturating_sub(2 + digits.len() as u16));
    pen.say(&digits, if here { Role::Strong } else { Role::Faint });
    pen.go(row.x + gutter);
    // The thumb has the last column.
    pen.keep(1);
    let line = editor.buffer.line(number);
    let looks = Looks {
        selected: editor.buffer.selected(number).unwrap_or(0..0),
        selection: pen.style(Role::Cursor),
        found: editor.matches(number),
        hit: pen.style(Role::Match),
        caret: here.then_some(cursor.byte),
        under: pen.style(Role::Caret),
    };
    let mut skip = editor.left;
    for (range, role) in yaml::tokens(line, in_block) {
        let style = pen.style(role);
        let part = line.get(range.clone()).unwrap_or_default();
        write(&mut pen, part, range.start, style, &looks, &mut skip);
        if pen.left() == 0 {
            break;
        }
    }
    let cut = pen.left() == 0;
    if here && cursor.byte == line.len() && skip == 0 && !cut {
        let style = pen.style(Role::YamlText).patch(looks.under);
        pen.put(" ", style);
    }
    let selects_on = editor
        .buffer
        .selection()
        .is_some_and(|(start, end)| start.line <= number && number < end.line);
    if selects_on && !here && !cut {
        pen.put(" ", looks.selection);
    }
}

/// What lies over the colours of a line.
struct Looks {
    selected: std::ops::Range<usize>,
    selection: Style,
    found: Vec<std::ops::Range<usize>>,
    hit: Style,
    caret: Option<usize>,
    under: Style,
}

/// Writes a part of a line, of which the first columns may be scrolled off.
fn write(
    pen: &mut Pen<'_, '_>,
    part: &str,
    start: usize,
    style: Style,
    looks: &Looks,
    skip: &mut usize,
) {
    let mut from = 0;
    // Plain text is a column a byte: what is scrolled off need not be looked at.
    if *skip > 0 && part.bytes().all(|b| matches!(b, b' '..=b'~')) {
        from = (*skip).min(part.len());
        *skip -= from;
    }
    for piece in text::pieces(part.get(from..).unwrap_or_default()) {
        let width = usize::from(piece.width);
        let at = start + from + piece.start;
        if *skip > 0 {
            // Of what is half scrolled off, a blank is left.
            if *skip < width {
                pen.put(" ", style);
            }
            *skip = skip.saturating_sub(width);
            continue;
        }
        if pen.left() == 0 {
            return;
        }
        let mut style = style;
        if looks.found.iter().any(|found| found.contains(&at)) {
            style = style.patch(looks.hit);
        }
        if looks.selected.contains(&at) {
            style = style.patch(looks.selection);
        }
        if looks.caret == Some(at) {
            style = style.patch(looks.under);
        }
        pen.put(piece.text, style);
    }
}
