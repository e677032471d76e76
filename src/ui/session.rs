//! The pane of sessions: a line of tabs, and the screen of the one in view.

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::app::{App, Layout, Tab, TabOver as Over};
use crate::theme::Role;

use super::canvas::{Canvas, Pen};

/// From this width on, the pane stands beside the page, not below it: there is room for two times eighty columns.
const BESIDE: u16 = 180;
/// The fewest lines of a page that is still worth seeing above the pane, and of the pane.
const LEAST: u16 = 5;
/// The least columns and lines of one of several that are side by side, its heading included.
const TILE: (u16, u16) = (40, 6);

/// Divides the page: what is left of it, and the pane. Where there is no room for both, who is typed into has it.
pub fn divide(app: &App, page: Rect) -> (Rect, Rect) {
    let none = Rect { height: 0, ..page };
    let panes = app.panes();
    if !panes.shown() {
        return (page, none);
    }
    if panes.zoomed() {
        return (none, page);
    }
    if page.width >= BESIDE {
        let width = page.width / 2;
        let pane = Rect { x: page.right() - width, width, ..page };
        return (Rect { width: page.width - width, ..page }, pane);
    }
    if page.height < 2 * LEAST + 1 {
        return if panes.focused() { (none, page) } else { (page, none) };
    }
    let height = page.height / 2 + 1;
    let pane = Rect { y: page.bottom() - height, height, ..page };
    (Rect { height: page.height - height, ..page }, pane)
}

/// Draws the pane.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, layout: &mut Layout) {
    let mut area = area;
    if area.width < canvas.area().width && area.x > 0 {
        for line in 0..area.height {
            let wall = canvas.glyphs.wall;
            canvas.line(area, line).say(wall, Role::Faint);
        }
        area.x += 1;
        area.width -= 1;
    }
    draw_tabs(canvas, area, app, layout);
    let inner = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let panes = app.panes();
    layout.sessions = if panes.tiled() {
        tiles(inner, panes.tabs().len(), panes.current())
    } else {
        vec![(panes.current(), inner)]
    };
    for (index, area) in &mut layout.sessions {
        let Some(tab) = panes.tabs().get(*index) else { continue };
        let current = *index == panes.current();
        if panes.tiled() {
            draw_tile(canvas, *area, tab, current);
            *area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..*area };
            area.width = area.width.saturating_sub(1);
        }
        let focused = panes.focused() && current;
        let over = tab.over.as_ref().filter(|over| !panes.tiled() || current || !over.well);
        if let Some(over) = over {
            // It takes a line of its own: what was written last is still to be read.
            area.height = area.height.saturating_sub(1);
            let last = Rect { y: area.bottom(), height: 1, ..*area };
            draw_over(canvas, last, over, panes.tiled(), focused);
        }
        draw_screen(canvas, *area, tab, focused);
    }
}

/// Where the sessions stand that are side by side: as many as can be read, among them the one in view.
fn tiles(area: Rect, count: usize, current: usize) -> Vec<(usize, Rect)> {
    let across = usize::from((area.width / TILE.0).max(1)).min(count);
    let down = usize::from((area.height / TILE.1).max(1)).min(count.div_ceil(across));
    let each = across * down;
    let first = current / each * each;
    let piece = |length: u16, of: usize, at: usize| {
        let (of, at) = (of as u16, at as u16);
        let from = length * at / of;
        (from, length * (at + 1) / of - from)
    };
    (first..count.min(first + each))
        .map(|index| {
            let (x, width) = piece(area.width, across, (index - first) % across);
            let (y, height) = piece(area.height, down, (index - first) / across);
            (index, Rect { x: area.x + x, y: area.y + y, width, height })
        })
        .collect()
}

/// Draws the heading of one of several that are side by side.
fn draw_tile(canvas: &mut Canvas<'_>, area: Rect, tab: &Tab, current: bool) {
    let mut pen = canvas.line(area, 0);
    pen.keep(1);
    sign(&mut pen, tab);
    let text = format!(" {}", tab.title());
    pen.fit(&text, if current { Role::Accent } else { Role::Muted });
}

fn sign(pen: &mut Pen<'_, '_>, tab: &Tab) {
    let (sign, role) = match &tab.over {
        None => (pen.glyphs().ok, Role::Ok),
        Some(over) if over.well => (pen.glyphs().idle, Role::Muted),
        Some(_) => (pen.glyphs().broken, Role::Broken),
    };
    pen.say(sign, role);
}

fn draw_tabs(canvas: &mut Canvas<'_>, area: Rect, app: &App, layout: &mut Layout) {
    let panes = app.panes();
    let frame = canvas.style(Role::Frame);
    let rule = canvas.glyphs.rule;
    let mut pen = canvas.line(area, 0);
    pen.put(rule, frame);
    let mut tabs = Vec::new();
    let mut named = panes.tabs();
    if panes.tiled() {
        // Each says its name in its own place.
        pen.say(&format!(" {} sessions side by side ", named.len()), Role::Muted);
        named = &[];
    }
    for (index, tab) in named.iter().enumerate() {
        let current = index == panes.current();
        let role = match (current, panes.focused()) {
            (true, true) => Role::Accent,
            (true, false) => Role::Strong,
            _ => Role::Muted,
        };
        let from = pen.x();
        pen.put(" ", frame);
        sign(&mut pen, tab);
        pen.put(" ", frame);
        pen.say(&tab.title(), role);
        if current && !tab.screen.title().is_empty() {
            pen.say(&format!(" {} {}", pen.glyphs().dot, tab.screen.title()), Role::Faint);
        }
        pen.put(" ", frame);
        tabs.push((from, pen.x() - from));
        pen.put(rule, frame);
    }
    let back = panes.tab().map_or(0, |tab| tab.screen.shown().scrollback());
    if back > 0 {
        pen.say(&format!(" {back} lines back "), Role::Warning);
    }
    while pen.left() > 0 {
        pen.put(rule, frame);
    }
    layout.session_tabs = (area.y, tabs);
}

fn draw_screen(canvas: &mut Canvas<'_>, area: Rect, tab: &Tab, focused: bool) {
    let screen = tab.screen.shown();
    let (lines, columns) = screen.size();
    let usual = canvas.style(Role::Text);
    let cursor = screen.cursor_position();
    let seen = focused && tab.over.is_none() && !screen.hide_cursor() && screen.scrollback() == 0;
    for line in 0..lines.get().min(area.height) {
        let mut pen = canvas.line(area, line);
        for column in 0..columns.get().min(area.width) {
            let Some(cell) = screen.cell(line, column) else { continue };
            if cell.is_wide_continuation() {
                continue;
            }
            let mut style = look(cell, usual);
            if seen && (line, column) == cursor {
                style = style.add_modifier(Modifier::REVERSED);
            }
            pen.go(area.x + column);
            let text = cell.contents();
            pen.put(if text.is_empty() { " " } else { text }, style);
        }
    }
}

/// Says how a session ended, in a line.
fn draw_over(canvas: &mut Canvas<'_>, area: Rect, over: &Over, brief: bool, focused: bool) {
    let role = if over.well { Role::Muted } else { Role::Warning };
    let words = if brief { &over.brief } else { &over.words };
    // It stands first: what a server says may be long.
    let closes = if focused { "enter closes this; " } else { "" };
    canvas.line(area, 0).fit(&format!("{closes}{words}"), role);
}

/// How a character looks: the program's colours, kx's own where it chose none.
fn look(cell: &vt100::Cell, usual: Style) -> Style {
    let colour = |colour: vt100::Color| match colour {
        vt100::Color::Default => None,
        vt100::Color::Idx(index) => Some(Color::Indexed(index)),
        vt100::Color::Rgb(red, green, blue) => Some(Color::Rgb(red, green, blue)),
    };
    let mut style = usual;
    if let Some(foreground) = colour(cell.fgcolor()) {
        style = style.fg(foreground);
    }
    if let Some(background) = colour(cell.bgcolor()) {
        style = style.bg(background);
    }
    for (is, modifier) in [
        (cell.bold(), Modifier::BOLD),
        (cell.dim(), Modifier::DIM),
        (cell.italic(), Modifier::ITALIC),
        (cell.underline(), Modifier::UNDERLINED),
        (cell.inverse(), Modifier::REVERSED),
    ] {
        if is {
            style = style.add_modifier(modifier);
        }
    }
    style
}
