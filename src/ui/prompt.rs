//! The prompt: the line in which a command, a filter or a search is typed, and what could be meant by it.

use ratatui::layout::Rect;

use crate::app::{Action, App, Editor, Layer, Prompt, Purpose, Suggestion, What};
use crate::theme::Role;

use super::canvas::{Canvas, Field};
use super::number::count;
use super::picker::matched;
use super::{line, popup, table, text};

/// The most suggestions that are shown at once.
const MOST: u16 = 10;

/// Draws the prompt into a line, its suggestions and complaints above it; says where the suggestions stand and which is the first.
pub fn draw(
    canvas: &mut Canvas<'_>,
    at: Rect,
    page: Rect,
    app: &App,
    prompt: &Prompt,
) -> (Rect, usize) {
    let style = canvas.style(Role::Screen);
    canvas.clear(at, style);
    let mut wrong = Vec::new();
    if let Some(complaint) = &prompt.complaint {
        wrong.push(complaint.at.clone());
    }
    let status = status(app, prompt);
    let status_width = text::width(&status) as u16;
    let room = if at.width > status_width + 30 { at.width - status_width - 2 } else { at.width };
    let sign = prompt.sign().to_string();
    line::draw(canvas, Rect { width: room, ..at }, &sign, &prompt.line, prompt.ghost(), &wrong);
    if room < at.width {
        let mut pen = canvas.line(at, 0);
        pen.skip(room + 1);
        pen.say(&status, Role::Muted);
    }
    // A complaint waits until nothing could be meant any more, so that it does not flicker while one types.
    if let Some(complaint) = &prompt.complaint
        && !complaint.message.is_empty()
    {
        return draw_complaint(canvas, at, page, &complaint.message);
    }
    if prompt.suggestions.is_empty() {
        return (Rect::default(), 0);
    }
    draw_suggestions(canvas, at, page, prompt)
}

fn status(app: &App, prompt: &Prompt) -> String {
    match prompt.purpose {
        Purpose::Command => String::new(),
        Purpose::Logs(ask) => ask.hint().to_owned(),
        Purpose::Filter if let Some(logs) = app.logs() => {
            let (shown, all) = logs.counts();
            let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
            format!("{} of {}", number(shown), number(all))
        }
        Purpose::Download => "where to on this machine".to_owned(),
        Purpose::Upload => "what of this machine".to_owned(),
        Purpose::Filter if let Some(page) = app.files() => {
            let (shown, all, _) = page.counts();
            format!("{} of {}", count(shown), count(all))
        }
        Purpose::Filter => match app.browse().and_then(|b| b.view(&app.store)) {
            Some(view) => format!("{} of {}", count(view.len()), count(view.total())),
            None => String::new(),
        },
        Purpose::Line => match app.editor() {
            Some(editor) => format!("of {}", count(editor.buffer.lines().len())),
            None => String::new(),
        },
        Purpose::Replace => {
            let key = app.keymap().keys(Layer::Prompt, Action::ReplaceAll).into_iter().next();
            let all = key.map(|key| format!(", {key} all")).unwrap_or_default();
            match app.editor().and_then(Editor::count) {
                Some(1) => "1 match: enter replaces it".to_owned(),
                Some(found) => format!("{} matches: enter one, down skips{all}", count(found)),
                None => format!("enter one, down skips{all}"),
            }
        }
        Purpose::Search if let Some(editor) = app.editor() => match editor.count() {
            Some(found) if !prompt.line.text().is_empty() => {
                format!("{} match{}", count(found), if found == 1 { "" } else { "es" })
            }
            _ => String::new(),
        },
        Purpose::Search
            if let Some(logs) = app.logs()
                && app.over().len() == 1 =>
        {
            match logs.matches().1 {
                _ if prompt.line.text().is_empty() => String::new(),
                1 => "1 line".to_owned(),
                lines => format!("{} lines", count(usize::try_from(lines).unwrap_or(usize::MAX))),
            }
        }
        Purpose::Search => match app.reader() {
            Some(m) if !prompt.line.text().is_empty() => {
                let plural = if m.search.count() == 1 { "" } else { "es" };
                format!("{} match{plural}", count(m.search.count()))
            }
            _ => String::new(),
        },
    }
}

fn draw_complaint(canvas: &mut Canvas<'_>, at: Rect, page: Rect, words: &str) -> (Rect, usize) {
    let width = usize::from(at.width).saturating_sub(6).max(1);
    let lines = super::message::wrap(words, width);
    let room = page.height.min(lines.len() as u16);
    let panel = Rect { y: at.y.saturating_sub(room + 1).max(page.y), height: room, ..at };
    let style = canvas.style(Role::Screen).patch(canvas.style(Role::Popup));
    canvas.clear(panel, style);
    let glyph = canvas.glyphs.broken;
    for (i, line) in lines.iter().take(usize::from(room)).enumerate() {
        let mut pen = canvas.line(panel, i as u16);
        pen.skip(2);
        pen.say(if i == 0 { glyph } else { " " }, Role::Broken);
        pen.skip(1);
        pen.fit(line, Role::Broken);
    }
    (Rect::default(), 0)
}

fn draw_suggestions(
    canvas: &mut Canvas<'_>,
    at: Rect,
    page: Rect,
    prompt: &Prompt,
) -> (Rect, usize) {
    let len = prompt.suggestions.len();
    let lines = (len.min(usize::from(MOST)) as u16).min(page.height);
    let widest = prompt.suggestions.iter().map(|s| text::width(&s.text)).max().unwrap_or(0);
    let panel = Rect { y: at.y.saturating_sub(lines + 1).max(page.y), height: lines, ..at };
    let style = canvas.style(Role::Screen).patch(canvas.style(Role::Popup));
    canvas.clear(panel, style);
    let first = popup::first_shown(prompt.chosen.unwrap_or(0), len, usize::from(lines));
    let shown = prompt.suggestions.iter().enumerate().skip(first).take(usize::from(lines));
    let name_width = (widest.min(48) as u16).min(at.width.saturating_sub(4));
    for (y, (i, suggestion)) in shown.enumerate() {
        let row = Rect { y: panel.y + y as u16, height: 1, ..panel };
        let chosen = prompt.chosen == Some(i);
        if chosen {
            let style = canvas.style(Role::PopupCursor);
            canvas.tint(row, style);
        }
        let cursor = canvas.glyphs.cursor;
        let mut pen = canvas.line(row, 0);
        pen.say(if chosen { cursor } else { " " }, Role::Accent);
        pen.skip(1);
        let role = match (chosen, &suggestion.refused) {
            (true, _) => Role::PopupCursor,
            (false, Some(_)) => Role::Faint,
            (false, None) => Role::Text,
        };
        let style = pen.style(role);
        let found = matched(&suggestion.matched);
        pen.field(&Field { found: &found, ..Field::new(&suggestion.text, name_width, style) });
        pen.skip(2);
        pen.keep(1);
        match &suggestion.refused {
            Some(why) => pen.fit(why, Role::Faint),
            None => pen.fit(&note(suggestion), Role::Muted),
        }
    }
    table::draw_thumb(canvas, panel, first, len);
    (panel, first)
}

/// What stands beside a suggestion.
fn note(suggestion: &Suggestion) -> String {
    let what = match suggestion.what {
        What::History => "typed before",
        What::Resource => "",
        What::Command => "command",
        What::Namespace => "namespace",
        What::Context => "context",
        What::Theme => "theme",
        What::Keymap => "keymap",
        What::Action => "action",
    };
    match (what, suggestion.note.as_str()) {
        ("", note) => note.to_owned(),
        (what, "") => what.to_owned(),
        (what, note) => format!("{what}: {note}"),
    }
}
