//! A folder in a container: names, sizes, permissions, owners, times.

use jiff::Timestamp;
use ratatui::layout::Rect;

use crate::app::{App, FilesPage, SortBy};
use crate::files::{Entry, Kind, shown, size_words};
use crate::kinds::Align;
use crate::theme::Role;

use super::canvas::{Canvas, Field};
use super::text::{self, Cut};
use super::{state, table};

/// How wide sizes, permissions and times are.
const SIZE: u16 = 9;
const MODE: u16 = 10;
const TIME: u16 = 16;
/// The widest that owners become, and the narrowest that names do.
const OWNER: u16 = 20;
const NAME: u16 = 20;

/// Which columns stand beside the names, and how wide they are; 0 for those for which there is no room.
#[derive(Clone, Copy)]
struct Widths {
    name: u16,
    size: u16,
    mode: u16,
    owner: u16,
    time: u16,
}

/// Draws a folder; says where its lines stand.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, page: &FilesPage) -> Rect {
    let (shown, all, _) = page.counts();
    if all == 0 {
        state::draw(canvas, area, app);
        return area;
    }
    let area = state::banner(canvas, area, app);
    let first = page.first();
    let height = usize::from(area.height.saturating_sub(1));
    let entries: Vec<&Entry> = page.shown().skip(first).take(height).collect();
    let widths = widths(area.width, &entries);
    headings(canvas, area, page, widths);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if entries.is_empty() {
        let mut pen = canvas.line(body, 0);
        pen.skip(3);
        pen.fit("nothing here has a name like that; escape shows everything", Role::Muted);
    }
    for (y, entry) in entries.into_iter().enumerate() {
        let line = Rect { y: body.y + y as u16, height: 1, ..body };
        let here = first + y == page.cursor();
        draw_entry(canvas, line, entry, (here, page.is_marked(&entry.name)), widths);
    }
    table::draw_thumb(canvas, body, first, shown);
    body
}

fn widths(width: u16, entries: &[&Entry]) -> Widths {
    let owner = entries.iter().map(|entry| text::width(&owner(entry))).max().unwrap_or(0);
    let mut widths = Widths { name: 0, size: 0, mode: 0, owner: 0, time: 0 };
    // Signs before a name, and the scroll bar.
    let mut left = width.saturating_sub(4);
    let mut take = |wanted: u16| {
        let fits = left >= wanted + 2 + NAME;
        left -= if fits { wanted + 2 } else { 0 };
        if fits { wanted } else { 0 }
    };
    widths.size = take(SIZE);
    widths.mode = take(MODE);
    widths.time = take(TIME);
    widths.owner = take((owner as u16).clamp(5, OWNER));
    widths.name = left;
    widths
}

fn headings(canvas: &mut Canvas<'_>, area: Rect, page: &FilesPage, widths: Widths) {
    let style = canvas.style(Role::Heading);
    let glyphs = canvas.glyphs;
    let mut pen = canvas.line(area, 0);
    pen.skip(3);
    let mut heading = |name: &str, width: u16, align: Align, sorted: Option<SortBy>| {
        if width == 0 {
            return;
        }
        // By size and time the largest and newest come first.
        let down = (page.sort == SortBy::Name) == page.reversed;
        let sign = if down { glyphs.descending } else { glyphs.ascending };
        let words =
            if sorted == Some(page.sort) { format!("{name} {sign}") } else { name.to_owned() };
        pen.field(&Field { align, ..Field::new(&words, width, style) });
        pen.skip(2);
    };
    heading("NAME", widths.name, Align::Left, Some(SortBy::Name));
    heading("SIZE", widths.size, Align::Right, Some(SortBy::Size));
    heading("MODE", widths.mode, Align::Left, None);
    heading("OWNER", widths.owner, Align::Left, None);
    heading("MODIFIED (UTC)", widths.time, Align::Left, Some(SortBy::Modified));
}

fn draw_entry(
    canvas: &mut Canvas<'_>,
    line: Rect,
    entry: &Entry,
    (here, marked): (bool, bool),
    widths: Widths,
) {
    let glyphs = canvas.glyphs;
    if here {
        let style = canvas.style(Role::Cursor);
        canvas.tint(line, style);
    }
    let role = match entry.kind {
        _ if entry.is_folder => Role::Accent,
        Kind::Folder | Kind::File => Role::Text,
        Kind::Link | Kind::Other => Role::Muted,
    };
    let (name_style, muted) = (canvas.style(role), canvas.style(Role::Muted));
    let mut pen = canvas.line(line, 0);
    pen.say(if here { glyphs.cursor } else { " " }, Role::Accent);
    pen.say(if marked { glyphs.mark } else { " " }, Role::Mark);
    pen.skip(1);
    let end = pen.x() + widths.name;
    let name = shown(&entry.name) + if entry.is_folder { "/" } else { "" };
    let width = (text::width(&name) as u16).min(widths.name);
    pen.field(&Field { cut: Cut::Middle, ..Field::new(&name, width, name_style) });
    if let Some(target) = &entry.target {
        let words = format!(" -> {}", shown(target));
        let room = end.saturating_sub(pen.x());
        pen.field(&Field { cut: Cut::Middle, ..Field::new(&words, room, muted) });
    }
    pen.go(end + 2);
    let size = entry.size.filter(|_| entry.kind == Kind::File).map(size_words);
    let size = size.unwrap_or_else(|| if entry.kind == Kind::File { "?" } else { "" }.to_owned());
    let text = pen.style(Role::Text);
    let mut column = |words: &str, width: u16, align: Align, style| {
        if width > 0 {
            pen.field(&Field { align, ..Field::new(words, width, style) });
            pen.skip(2);
        }
    };
    column(&size, widths.size, Align::Right, text);
    column(&entry.permissions(), widths.mode, Align::Left, muted);
    column(&owner(entry), widths.owner, Align::Left, muted);
    column(&time(entry.modified), widths.time, Align::Left, muted);
}

fn owner(entry: &Entry) -> String {
    match (&*entry.owner, &*entry.group) {
        ("", "") => String::new(),
        (owner, group) if owner == group => owner.to_owned(),
        (owner, group) => format!("{owner}:{group}"),
    }
}

fn time(seconds: Option<i64>) -> String {
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map(|time| time.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}
