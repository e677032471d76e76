//! Pickers: a list to choose from, above the page.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::app::{Hit, Item, Picker};
use crate::theme::Role;

use super::canvas::{Canvas, Field};
use super::number::count;
use super::{line, popup, table, text};

/// How wide a picker is, where there is room.
const WIDTH: u16 = 64;

/// Draws a picker over an area; says where its items stand and which is the first.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, picker: &Picker) -> (Rect, usize) {
    let height = (picker.items.len().min(usize::from(u16::MAX)) as u16).saturating_add(3);
    let panel = popup::centred(area, WIDTH, height.max(6).min(area.height * 4 / 5).max(4));
    let note = match (picker.shown.len(), picker.items.len()) {
        (shown, all) if shown < all => format!("{} of {}", count(shown), count(all)),
        (_, all) => count(all),
    };
    let inner = popup::draw(canvas, panel, picker.choice.title(), &note);
    let query = Rect { height: inner.height.min(1), ..inner };
    line::draw(canvas, query, "/", &picker.query, "", &[]);
    let list = Rect { y: inner.y + query.height, height: inner.height - query.height, ..inner };
    let first = popup::first_shown(picker.cursor, picker.shown.len(), usize::from(list.height));
    if picker.shown.is_empty() {
        let mut pen = canvas.line(list, 0);
        pen.skip(3);
        pen.fit("nothing matches; backspace widens the search", Role::Muted);
    }
    let lines = picker.shown.iter().skip(first).take(usize::from(list.height));
    for (y, hit) in lines.enumerate() {
        let Some(item) = picker.items.get(hit.item) else { continue };
        let row = Rect { y: list.y + y as u16, height: 1, ..list };
        let chosen = first + y == picker.cursor;
        let marked = !item.name.is_empty() && picker.marked.contains(&item.name);
        draw_item(canvas, row, item, hit, chosen, marked);
    }
    table::draw_thumb(canvas, list, first, picker.shown.len());
    (list, first)
}

fn draw_item(
    canvas: &mut Canvas<'_>,
    row: Rect,
    item: &Item,
    hit: &Hit,
    chosen: bool,
    marked: bool,
) {
    let glyphs = canvas.glyphs;
    if chosen {
        let style = canvas.style(Role::PopupCursor);
        canvas.tint(row, style);
    }
    let mut pen = canvas.line(row, 0);
    pen.say(if chosen { glyphs.cursor } else { " " }, Role::Accent);
    pen.say(if marked { glyphs.mark } else { " " }, Role::Mark);
    pen.skip(1);
    let sign = match (item.favourite, item.current) {
        (_, true) => glyphs.ok,
        (true, _) => glyphs.favourite,
        _ => " ",
    };
    pen.say(sign, if item.current { Role::Ok } else { Role::Accent });
    pen.skip(1);
    let note_width = (text::width(&item.note).min(28) as u16).min(pen.left() / 2);
    let width = pen.left().saturating_sub(note_width + 3);
    let role = if item.name.is_empty() { Role::Muted } else { Role::Text };
    let style = pen.style(if marked { Role::Mark } else { role });
    let found = matched(&hit.matched);
    pen.field(&Field {
        cut: text::Cut::Middle,
        found: &found,
        ..Field::new(item.label(), width, style)
    });
    pen.skip(1);
    let style = pen.style(Role::Muted);
    pen.field(&Field {
        align: crate::kinds::Align::Right,
        ..Field::new(&item.note, note_width, style)
    });
}

/// The bytes that a fuzzy search matched, as ranges.
pub fn matched(bytes: &[u32]) -> Vec<Range<usize>> {
    bytes.iter().map(|b| *b as usize..*b as usize + 1).collect()
}
