//! The words around the text: what is edited, where one is, and what the server says of the field.

use ratatui::layout::Rect;

use crate::app::{App, Editor};
use crate::editor::Help;
use crate::theme::Role;

use super::super::canvas::Canvas;
use super::super::{message, text};

/// Draws the rules above and below, with what is edited and where the cursor is.
pub fn draw_rules(canvas: &mut Canvas<'_>, area: Rect, app: &App, editor: &Editor) {
    canvas.rule(area);
    let verb = editor.draft.aim.verb();
    let about = editor.draft.about();
    let title = if about == verb { verb.to_owned() } else { format!("{verb} {about}") };
    let wrong = editor.problems.len();
    let glyphs = canvas.glyphs;
    let mut pen = canvas.line(area, 0);
    pen.skip(1);
    pen.keep(1);
    pen.say(" ", Role::Text);
    pen.fit(&title, Role::Strong);
    pen.say(&format!(" in {} ", app.context().name), Role::Muted);
    if editor.is_changed() {
        pen.say(&format!("{} changed ", glyphs.dot), Role::Muted);
    }
    if wrong > 0 {
        let role =
            if editor.problems.iter().all(|p| p.unfinished) { Role::Warning } else { Role::Broken };
        let plural = if wrong == 1 { "" } else { "s" };
        pen.say(&format!("{} ", glyphs.dot), Role::Muted);
        pen.say(&format!("{wrong} problem{plural} "), role);
    }
    let below = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    canvas.rule(below);
    let at = editor.buffer.cursor().line + 1;
    let words = format!(" {at}:{} ", editor.buffer.column() + 1);
    let mut pen = canvas.line(below, 0);
    pen.skip(pen.left().saturating_sub(text::width(&words) as u16 + 2));
    pen.say(&words, Role::Muted);
}

/// What stands beside a field's path: its type, whether it must be there, what the server sets.
fn notes(help: &Help) -> String {
    let mut notes = help.kind.clone();
    if help.required {
        notes.push_str(", required");
    }
    if let Some(default) = &help.default {
        notes.push_str(", by default ");
        notes.push_str(default);
    }
    notes
}

/// What is said where nothing is known of the field.
fn nothing(editor: &Editor) -> String {
    match &editor.without {
        Some(why) => format!("nothing is known of the fields: {why}"),
        None => String::new(),
    }
}

/// Draws what is known of the field below the text.
pub fn draw_below(canvas: &mut Canvas<'_>, area: Rect, editor: &Editor) {
    canvas.rule(area);
    let Some(help) = &editor.help else {
        let mut pen = canvas.line(area, 1);
        pen.skip(2);
        pen.fit(&nothing(editor), Role::Muted);
        return;
    };
    let mut pen = canvas.line(area, 1);
    pen.skip(2);
    pen.keep(1);
    pen.fit(&help.path, Role::Strong);
    pen.skip(2);
    pen.fit(&notes(help), Role::Muted);
    let width = usize::from(area.width).saturating_sub(4).max(1);
    let lines = message::wrap(&help.doc, width);
    let room = usize::from(area.height).saturating_sub(2);
    for (number, line) in lines.iter().take(room).enumerate() {
        let mut pen = canvas.line(area, number as u16 + 2);
        pen.skip(2);
        pen.keep(2);
        pen.say(line, Role::Text);
        if number + 1 == room && lines.len() > room {
            pen.say(pen.glyphs().cut, Role::Muted);
        }
    }
}

/// Draws it beside the text.
pub fn draw_beside(canvas: &mut Canvas<'_>, area: Rect, editor: &Editor) {
    let wall = canvas.glyphs.wall;
    for line in 0..area.height {
        canvas.line(area, line).say(wall, Role::Faint);
    }
    let area = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let width = usize::from(area.width).max(1);
    let nothing = nothing(editor);
    let mut lines: Vec<(String, Role)> = Vec::new();
    let mut add = |text: &str, role: Role| {
        lines.extend(message::wrap(text, width).into_iter().map(|line| (line.to_owned(), role)));
    };
    match &editor.help {
        None => add(&nothing, Role::Muted),
        Some(help) => {
            // A long path breaks between its fields.
            let path = help.path.replace('.', ". ");
            let path = if text::width(&help.path) > width { path } else { help.path.clone() };
            add(&path, Role::Strong);
            add(&notes(help), Role::Muted);
            add("", Role::Text);
            add(&help.doc, Role::Text);
        }
    }
    for (number, (line, role)) in lines.iter().take(usize::from(area.height)).enumerate() {
        let mut pen = canvas.line(area, number as u16);
        pen.fit(line, *role);
    }
}
