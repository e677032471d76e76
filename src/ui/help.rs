//! Help: every action with its keys, in columns.

use ratatui::layout::Rect;

use crate::app::{App, Entry, Help};
use crate::theme::Role;

use super::canvas::{Canvas, Field};
use super::{message, popup, table, text};

/// The least width of a column, with its gap.
const COLUMN: u16 = 58;
/// The most columns of help side by side.
const MOST: u16 = 3;

enum Line<'a> {
    Blank,
    Title(&'a str),
    Entry(&'a Entry),
    /// What did not fit of an entry's doc.
    More(&'a str, bool),
}

/// Draws help over an area; says where its lines stand and which is the first.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, help: &Help) -> (Rect, usize) {
    let title = format!("Keys of the {} layer, {} keymap", help.of, app.keymap().name());
    let sections = app.help_sections(help.of, &help.query);
    if sections.is_empty() {
        let inner = popup::draw(canvas, area, &title, &note(help));
        let words =
            format!("No key or action has {:?} in its name or its description.", help.query);
        message::draw(canvas, inner, Role::Text, "Nothing found", &[&words]);
        return (inner, 0);
    }
    let columns = (area.width / COLUMN).clamp(1, MOST);
    let width = area.width.saturating_sub(2) / columns;
    let keys = sections
        .iter()
        .flat_map(|s| &s.entries)
        .map(|e| text::width(&keys_of(e)))
        .max()
        .unwrap_or(0)
        .min(usize::from(width) / 3) as u16;
    let doc_width = usize::from(width.saturating_sub(keys + 5)).max(10);
    let mut blocks: Vec<Vec<Line<'_>>> = Vec::new();
    for section in &sections {
        let mut block = vec![Line::Title(section.title)];
        for entry in &section.entries {
            block.push(Line::Entry(entry));
            let doc = message::wrap(entry.doc, doc_width);
            block.extend(doc.into_iter().skip(1).map(|l| Line::More(l, entry.refused.is_some())));
        }
        block.push(Line::Blank);
        blocks.push(block);
    }
    let flowed = flow(blocks, usize::from(columns));
    let tallest = flowed.iter().map(Vec::len).max().unwrap_or(0).saturating_sub(1);
    // No taller than what it says: the page below stays in sight.
    let height = area.height.min((tallest.min(usize::from(u16::MAX)) as u16).saturating_add(2));
    let inner = popup::draw(canvas, Rect { height, ..area }, &title, &note(help));
    let first = help.first.min(tallest.saturating_sub(usize::from(inner.height)));
    for (i, lines) in flowed.iter().enumerate() {
        let at = Rect { x: inner.x + i as u16 * width, width, ..inner };
        for (y, line) in lines.iter().skip(first).take(usize::from(inner.height)).enumerate() {
            draw_line(canvas, at, y as u16, line, (keys, doc_width));
        }
    }
    table::draw_thumb(canvas, inner, first, tallest);
    (inner, first)
}

fn note(help: &Help) -> String {
    if help.query.is_empty() { String::new() } else { format!("/ {}", help.query) }
}

/// The keys of an action, or how the command line calls one that has none.
fn keys_of(entry: &Entry) -> String {
    if entry.keys.is_empty() {
        return format!(":{}", entry.action.name());
    }
    entry.keys.iter().take(2).map(String::as_str).collect::<Vec<_>>().join("  ")
}

/// Lays blocks into columns of about the same height, in order.
fn flow<T>(blocks: Vec<Vec<T>>, columns: usize) -> Vec<Vec<T>> {
    let total: usize = blocks.iter().map(Vec::len).sum();
    let fits = |most: usize| {
        let (mut used, mut height) = (1, 0);
        for block in &blocks {
            if height > 0 && height + block.len() > most {
                used += 1;
                height = 0;
            }
            height += block.len();
        }
        used <= columns
    };
    let least = total.div_ceil(columns.max(1));
    let most = (least..=total).find(|most| fits(*most)).unwrap_or(total);
    let mut out: Vec<Vec<T>> = vec![Vec::new()];
    for block in blocks {
        let height = out.last().map_or(0, Vec::len);
        if height > 0 && height + block.len() > most {
            out.push(Vec::new());
        }
        if let Some(column) = out.last_mut() {
            column.extend(block);
        }
    }
    out
}

fn draw_line(
    canvas: &mut Canvas<'_>,
    area: Rect,
    y: u16,
    line: &Line<'_>,
    (keys, doc_width): (u16, usize),
) {
    let mut pen = canvas.line(area, y);
    pen.skip(2);
    match line {
        Line::Blank => {}
        Line::Title(title) => pen.fit(title, Role::Accent),
        Line::Entry(entry) => {
            let refused = entry.refused.is_some();
            let role = match (refused, entry.keys.is_empty()) {
                (true, _) => Role::Faint,
                (false, true) => Role::Muted,
                (false, false) => Role::Key,
            };
            let style = pen.style(role);
            pen.field(&Field::new(&keys_of(entry), keys, style));
            pen.skip(2);
            let doc = message::wrap(entry.doc, doc_width);
            pen.fit(
                doc.first().copied().unwrap_or_default(),
                if refused { Role::Faint } else { Role::Text },
            );
        }
        Line::More(text, refused) => {
            pen.skip(keys + 2);
            pen.fit(text, if *refused { Role::Faint } else { Role::Text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_about_equal_and_keep_the_order() {
        let blocks = vec![vec![1; 4], vec![2; 3], vec![3; 3], vec![4; 2]];
        assert_eq!(flow(blocks.clone(), 1).len(), 1);
        let two = flow(blocks.clone(), 2);
        assert_eq!(two.iter().map(Vec::len).collect::<Vec<_>>(), [7, 5]);
        assert_eq!(flow(blocks, 9).len(), 4);
    }
}
