//! A form: the fields above, what will happen below them.

use ratatui::layout::Rect;

use crate::app::{App, Form, FormEntry, SheetState};
use crate::change::Input;
use crate::theme::Role;

use super::canvas::Canvas;
use super::{line, message, popup, sheet, text};

/// How wide a form is, where there is room.
const WIDTH: u16 = 100;
/// How many columns the cursor and the blanks beside a label take.
const BESIDE: u16 = 4;

/// How many lines are left for what will happen, however many fields there are.
const LEFT: u16 = 5;

/// Draws a form over an area; says where its sheet stands.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, form: &Form) -> Rect {
    let fields = form.entries.len() as u16;
    let lines = form.page.reader.visible().len().clamp(1, usize::from(u16::MAX) / 2) as u16;
    let wide = usize::from(WIDTH.min(area.width)).saturating_sub(BESIDE.into()).max(10);
    let complaint = said(form.complaint.as_ref().map(|complaint| &complaint.message), wide);
    let aside = said(form.forbidden.as_ref().or(form.aside.as_ref()), wide);
    let gap = u16::from(fields > 0);
    // Two rules, the fields, a blank, what must be known, what will happen, a blank and what is wrong.
    let height = (2 + fields + gap + room_for(&aside) + lines + room_for(&complaint))
        .min(area.height.saturating_sub(2).max(6));
    let panel = popup::centred(area, WIDTH, height);
    let inner = popup::draw(canvas, panel, &form.title(), &note(app, form));
    let label = form.entries.iter().map(|e| text::width(&e.field.label)).max().unwrap_or(0) as u16;
    let mut rest = inner;
    // Of more fields than there is room for, those around the one that takes the keys.
    let left = LEFT.min(gap + room_for(&aside) + lines + room_for(&complaint));
    let room = usize::from(inner.height.saturating_sub(left).max(1));
    let first = (form.focus + 1).saturating_sub(room);
    for (i, entry) in form.entries.iter().enumerate().skip(first).take(room) {
        if rest.height == 0 {
            return rest;
        }
        draw_entry(canvas, Rect { height: 1, ..rest }, label, entry, i == form.focus);
        rest = below(rest, 1);
    }
    rest = below(rest, gap);
    if !complaint.is_empty() && rest.height > 1 {
        let lines = (complaint.len() as u16).min(rest.height);
        let at = Rect { y: rest.bottom() - lines, height: lines, ..rest };
        let broken = canvas.glyphs.broken;
        draw_said(canvas, at, broken, &complaint, Role::Broken);
        rest.height = rest.height.saturating_sub(lines + 1);
    }
    if !aside.is_empty() {
        let warning = canvas.glyphs.warning;
        draw_said(canvas, rest, warning, &aside, Role::Warning);
        rest = below(rest, room_for(&aside));
    }
    let sheet = Rect { x: rest.x + 1, width: rest.width.saturating_sub(1), ..rest };
    if form.page.reader.lines().is_empty() {
        let mut pen = canvas.line(sheet, 0);
        pen.skip(3);
        pen.fit("reading …", Role::Muted);
    } else {
        sheet::draw_lines(canvas, sheet, app.now(), &form.page, false);
    }
    sheet
}

/// How much is known, where that is not everything, and where it is done.
fn note(app: &App, form: &Form) -> String {
    let cluster = format!("in {}", app.context().name);
    match form.page.state(&app.store) {
        SheetState::Loading => format!("{cluster}, reading …"),
        SheetState::Stale(_, why) | SheetState::Failed(why) => format!("{cluster}, {why}"),
        SheetState::Live | SheetState::Deleted => cluster,
    }
}

/// A sentence, whole, on as many lines as it takes.
fn said(text: Option<&String>, width: usize) -> Vec<&str> {
    text.map(|text| message::wrap(text, width)).unwrap_or_default()
}

/// How many lines a sentence takes, with the blank that sets it off.
fn room_for(said: &[&str]) -> u16 {
    if said.is_empty() { 0 } else { said.len() as u16 + 1 }
}

/// Draws a sentence with the glyph before it.
fn draw_said(canvas: &mut Canvas<'_>, at: Rect, glyph: &str, lines: &[&str], role: Role) {
    for (y, line) in lines.iter().take(usize::from(at.height)).enumerate() {
        let mut pen = canvas.line(at, y as u16);
        pen.skip(2);
        pen.say(if y == 0 { glyph } else { " " }, role);
        pen.skip(1);
        pen.fit(line, role);
    }
}

fn below(area: Rect, lines: u16) -> Rect {
    let lines = lines.min(area.height);
    Rect { y: area.y + lines, height: area.height - lines, ..area }
}

fn draw_entry(canvas: &mut Canvas<'_>, row: Rect, label: u16, entry: &FormEntry, focus: bool) {
    if focus {
        let style = canvas.style(Role::PopupCursor);
        canvas.tint(row, style);
    }
    let cursor = canvas.glyphs.cursor;
    let mut pen = canvas.line(row, 0);
    pen.say(if focus { cursor } else { " " }, Role::Accent);
    pen.skip(1 + label - (text::width(&entry.field.label) as u16).min(label));
    pen.say(&entry.field.label, Role::Muted);
    pen.skip(2);
    let used = BESIDE + label;
    let field = Rect { x: row.x + used, width: row.width.saturating_sub(used), ..row };
    match &entry.field.input {
        Input::Text(_) => draw_text(canvas, field, entry, focus),
        Input::Choice(options, _) => {
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            draw_options(canvas, field, &options, entry, focus);
        }
        Input::Switch(_) => draw_options(canvas, field, &["no", "yes"], entry, focus),
    }
}

fn draw_text(canvas: &mut Canvas<'_>, field: Rect, entry: &FormEntry, focus: bool) {
    let typed = text::width(entry.line.text()) as u16;
    if focus {
        // The line's own sign and margin stand where the label's blanks do.
        let at = Rect { x: field.x.saturating_sub(4), width: field.width + 4, ..field };
        let room = at.width.saturating_sub(hint_width(entry));
        let at = if typed + 8 < room { Rect { width: room, ..at } } else { at };
        line::draw(canvas, at, " ", &entry.line, "", &[]);
    } else {
        let mut pen = canvas.line(field, 0);
        pen.fit(entry.line.text(), Role::Text);
    }
    draw_hint(canvas, field, entry, typed + 3);
}

fn draw_options(
    canvas: &mut Canvas<'_>,
    field: Rect,
    options: &[&str],
    entry: &FormEntry,
    focus: bool,
) {
    let mut pen = canvas.line(field, 0);
    let mut used = 0;
    for (i, option) in options.iter().enumerate() {
        let role = match (i == entry.chosen, focus) {
            (true, true) => Role::Accent,
            (true, false) => Role::Strong,
            (false, _) => Role::Faint,
        };
        pen.say(option, role);
        pen.skip(2);
        used += text::width(option) as u16 + 2;
    }
    draw_hint(canvas, field, entry, used + 1);
}

fn hint_width(entry: &FormEntry) -> u16 {
    text::width(&entry.field.hint) as u16 + 2
}

/// The hint at the right edge, where there is room for all of it.
fn draw_hint(canvas: &mut Canvas<'_>, field: Rect, entry: &FormEntry, used: u16) {
    let width = hint_width(entry);
    if field.width < used + width {
        return;
    }
    let mut pen = canvas.line(field, 0);
    pen.skip(field.width - width);
    pen.say(&entry.field.hint, Role::Muted);
}
