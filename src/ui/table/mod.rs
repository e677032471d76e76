//! The table of rows: only what is on the screen becomes cells.

mod cell;
mod widths;

use std::ops::Range;

use ratatui::layout::Rect;

use crate::app::Widths;
use crate::kinds::{Align, Cell, Column, Value};
use crate::store::{Filter, Row, Sort, Uid, View};
use crate::theme::Role;

use super::canvas::{Canvas, Field};
use super::glyph;
use super::text::{self, Cut};
use widths::Place;

/// Before the first column: the cursor's bar and the mark.
pub const GUTTER: u16 = 2;

/// What a table shows.
pub struct Table<'a> {
    /// The rows.
    pub view: View<'a>,
    /// The Source's columns.
    pub columns: &'a [Column],
    /// Those that may be shown, in order.
    pub shown: &'a [usize],
    /// Those that may be shown too, where there is room to spare.
    pub spare: &'a [usize],
    /// Which of these there was room for in the last frame.
    pub extra: &'a [usize],
    /// The position of the row in the first line.
    pub first: usize,
    /// The position of the row under the cursor.
    pub cursor: usize,
    /// Whether a row is marked.
    pub is_marked: &'a dyn Fn(Uid) -> bool,
    /// What a row says in the place of its status while it is on its way somewhere.
    pub way: &'a dyn Fn(&Row) -> Option<String>,
    /// The order.
    pub sort: Option<Sort>,
    /// The column that the column keys act on.
    pub chosen: Option<usize>,
    /// Seconds since the Unix epoch, for ages.
    pub now: i64,
    /// How wide the columns were in the last frame.
    pub widths: &'a Widths,
    /// Tells one page's widths from another's.
    pub page: u64,
}

/// Where a table was drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Its heading line.
    pub heading: Rect,
    /// Its rows.
    pub body: Rect,
    /// Where each column stands: first x, width, and its index in the Source's columns.
    pub columns: Vec<(u16, u16, usize)>,
    /// The spare columns that there was room for.
    pub extra: Vec<usize>,
    /// How wide they are, for the next frame.
    pub widths: Widths,
}

/// A cell as it stands on the screen.
struct Shown {
    text: String,
    role: Role,
    /// The health glyph before it.
    glyph: Option<(&'static str, Role)>,
    found: Vec<Range<usize>>,
}

/// Draws a table into an area.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, table: &Table<'_>) -> Drawn {
    let [heading, body] = split(area);
    let lines = usize::from(body.height);
    let rows: Vec<&Row> = table.view.slice(table.first..table.first + lines).collect();
    let filter = Some(table.view.filter()).filter(|f| !f.is_empty());
    let mut asked = [table.shown, table.spare].concat();
    asked.sort_unstable();
    asked.retain(|i| *i < table.columns.len());
    let cells: Vec<Vec<Shown>> = asked
        .iter()
        .filter_map(|i| table.columns.get(*i))
        .map(|column| rows.iter().map(|row| show(canvas, table, column, row, filter)).collect())
        .collect();

    let needs: Vec<(usize, u16)> = asked
        .iter()
        .zip(&cells)
        .map(|(&column, cells)| (column, need(table, column, cells)))
        .collect();
    let widths = table.widths.settle(table.page, &needs, table.now);
    let scrolls = table.view.len() > lines;
    // At the right: air, and the thumb that says how far the rows are scrolled.
    let room = area.width.saturating_sub(GUTTER + 2);
    // Without rows nobody knows how wide they will be.
    let extra = if rows.is_empty() { Vec::new() } else { widths::extra(table, &widths, room) };
    let visible: Vec<usize> =
        asked.iter().copied().filter(|i| table.shown.contains(i) || extra.contains(i)).collect();
    let (places, gave_way) = widths::places(table.columns, &visible, &widths, table.chosen, room);

    draw_heading(canvas, heading, table, &places, gave_way);
    for (line, row) in rows.iter().enumerate() {
        let line_area = Rect { y: body.y + line as u16, height: 1, ..body };
        let marked = (table.is_marked)(row.uid);
        for place in &places {
            let Some(at) = asked.iter().position(|c| *c == place.column) else { continue };
            let (Some(cell), Some(column)) = (cells[at].get(line), table.columns.get(place.column))
            else {
                continue;
            };
            draw_cell(canvas, line_area, place, column, cell, marked);
        }
        draw_gutter(canvas, line_area, marked, table.first + line == table.cursor);
    }
    if scrolls {
        draw_thumb(canvas, body, table.first, table.view.len());
    }
    let start = area.x + GUTTER;
    Drawn {
        heading,
        body,
        columns: places.iter().map(|p| (start + p.x, p.width, p.column)).collect(),
        extra,
        widths,
    }
}

fn split(area: Rect) -> [Rect; 2] {
    let heading = Rect { height: area.height.min(1), ..area };
    let body = Rect { y: heading.bottom(), height: area.height - heading.height, ..area };
    [heading, body]
}

fn show(
    canvas: &Canvas<'_>,
    table: &Table<'_>,
    column: &Column,
    row: &Row,
    filter: Option<&Filter>,
) -> Shown {
    let mut text = String::new();
    let way = (table.way)(row).filter(|_| column.status || column.value == Value::Name);
    match way {
        // Beside the name there is room where no column tells the status.
        Some(way) if column.value == Value::Name => {
            column.write(row, table.now, &mut text);
            let elsewhere = |other: &Column| other.status && other.value != Value::Name;
            if !table.columns.iter().any(elsewhere) {
                text.push_str("  ");
                text.push_str(&way);
            }
        }
        Some(way) => text = way,
        None => column.write(row, table.now, &mut text),
    }
    let found = filter.map(|f| f.highlights_in(column, &text)).unwrap_or_default();
    let glyph = column.status.then(|| (canvas.glyphs.health(row.health), glyph::role(row.health)));
    Shown { role: cell::role(column, row), text, glyph, found }
}

/// How many columns of the screen a column needs for its heading and the cells on the screen.
fn need(table: &Table<'_>, column: usize, cells: &[Shown]) -> u16 {
    let Some(column_of) = table.columns.get(column) else { return 0 };
    let arrow = usize::from(table.sort.is_some_and(|s| s.column == column)) * 2;
    let glyph = usize::from(column_of.status) * 2;
    let heading = text::width(&column_of.name) + arrow.max(glyph);
    let text = cells.iter().map(|c| text::width(&c.text) + glyph).max().unwrap_or(0);
    heading.max(text).min(usize::from(u16::MAX)) as u16
}

fn draw_heading(
    canvas: &mut Canvas<'_>,
    area: Rect,
    table: &Table<'_>,
    places: &[Place],
    gave_way: bool,
) {
    for place in places {
        let Some(column) = table.columns.get(place.column) else { continue };
        let sorted = table.sort.filter(|s| s.column == place.column);
        let mut role = if sorted.is_some() { Role::HeadingSorted } else { Role::Heading };
        if table.chosen == Some(place.column) {
            role = Role::HeadingChosen;
        }
        let arrow = match sorted {
            Some(sort) if sort.descending => canvas.glyphs.descending,
            Some(_) => canvas.glyphs.ascending,
            None => "",
        };
        let glyph_room = if column.status { "  " } else { "" };
        let text = match arrow {
            "" => format!("{glyph_room}{}", column.name),
            arrow => format!("{glyph_room}{} {arrow}", column.name),
        };
        let style = canvas.style(role);
        let mut pen = canvas.line(area, 0);
        pen.skip(GUTTER + place.x);
        pen.field(&Field { align: align(column), ..Field::new(&text, place.width, style) });
    }
    if gave_way {
        let more = canvas.glyphs.more_right;
        let mut pen = canvas.line(area, 0);
        pen.skip(area.width.saturating_sub(1));
        pen.say(more, Role::Muted);
    }
}

fn draw_cell(
    canvas: &mut Canvas<'_>,
    line: Rect,
    place: &Place,
    column: &Column,
    cell: &Shown,
    marked: bool,
) {
    let is_name = column.value == Value::Name;
    let role = if marked && is_name { Role::Mark } else { cell.role };
    let style = canvas.style(role);
    let mut pen = canvas.line(line, 0);
    pen.skip(GUTTER + place.x);
    let mut width = place.width;
    if let Some((glyph, role)) = cell.glyph
        && width > 1
    {
        pen.say(glyph, role);
        pen.skip(1);
        width -= 2;
    }
    let cut = if is_name || column.value == Value::Namespace { Cut::Middle } else { Cut::End };
    pen.field(&Field {
        text: &cell.text,
        width,
        align: align(column),
        cut,
        style,
        found: &cell.found,
    });
}

/// The glyph of the status column and its words stay together, on the left.
fn align(column: &Column) -> Align {
    if column.status { Align::Left } else { column.align }
}

fn draw_gutter(canvas: &mut Canvas<'_>, line: Rect, marked: bool, cursor: bool) {
    let glyphs = canvas.glyphs;
    if cursor {
        let style = canvas.style(Role::Cursor);
        canvas.tint(line, style);
        canvas.line(line, 0).say(glyphs.cursor, Role::Accent);
    }
    if marked {
        let mut pen = canvas.line(line, 0);
        pen.skip(u16::from(cursor));
        pen.say(glyphs.mark, Role::Mark);
    }
}

/// How far a list of `len` lines is scrolled, along the right edge of its area.
pub fn draw_thumb(canvas: &mut Canvas<'_>, area: Rect, first: usize, len: usize) {
    let lines = usize::from(area.height);
    if lines == 0 || len <= lines || area.width < 2 {
        return;
    }
    let size = (lines * lines / len).max(1);
    let top = first * (lines - size) / (len - lines).max(1);
    let thumb = canvas.glyphs.thumb;
    for line in top..(top + size).min(lines) {
        let mut pen = canvas.line(area, line as u16);
        pen.skip(area.width - 1);
        pen.say(thumb, Role::Faint);
    }
}

/// Whether a cell says that there is nothing.
fn is_nothing(cell: &Cell) -> bool {
    match cell {
        Cell::None | Cell::Blank | Cell::Int(0) => true,
        Cell::Text(text) => matches!(&**text, "" | "<none>" | "<unset>" | "-"),
        _ => false,
    }
}
