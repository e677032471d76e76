//! The footer: the way here, and the keys that matter here.

use ratatui::layout::Rect;

use crate::app::{App, Hint, Level, Notice};
use crate::keymap::Key;
use crate::theme::Role;

use super::bar::{self, Segment};
use super::canvas::Canvas;
use super::{message, text};

/// Draws the footer's line.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let left = crumbs(canvas, app, usize::from(area.width) * 3 / 5);
    let offered = app.hints();
    let right = if app.pending().is_empty() { hints(&offered) } else { pending(canvas, app) };
    let mut left = vec![left];
    if let Some(busy) = app.busy() {
        let words = format!("{busy} {}", canvas.glyphs.cut);
        left.push(Segment::new(97, words, Role::Accent));
    }
    if let Some(copy) = app.copying().next() {
        let words = match copy.share() {
            Some(share) => format!("copying {} %", share / 10),
            None => format!("copying, {}", copy.progress()),
        };
        left.push(Segment::new(97, words, Role::Accent));
    }
    bar::draw(canvas, area, &left, &right);
}

/// The way here; where it is long, its beginning is left out.
fn crumbs(canvas: &Canvas<'_>, app: &App, room: usize) -> Segment<'static> {
    let crumbs = app.crumbs();
    let between = format!(" {} ", canvas.glyphs.crumb);
    let mut from = 0;
    let width = |from: usize| crumbs[from..].iter().map(|c| text::width(c) + 3).sum::<usize>();
    while from + 1 < crumbs.len() && width(from) > room {
        from += 1;
    }
    let mut segment = Segment::new(95, if from > 0 { canvas.glyphs.cut } else { "" }, Role::Faint);
    for (i, crumb) in crumbs.iter().enumerate().skip(from) {
        if i > 0 {
            segment = segment.and(between.clone(), Role::Faint);
        }
        let last = i + 1 == crumbs.len();
        segment = segment.and(crumb.clone(), if last { Role::Strong } else { Role::Muted });
    }
    segment
}

fn hints(hints: &[Hint]) -> Vec<Segment<'_>> {
    let mut segments: Vec<Segment<'_>> = hints
        .iter()
        .enumerate()
        .map(|(i, hint)| {
            let priority = 80u8.saturating_sub(i as u8);
            key(priority, hint.key.as_str(), hint.what.as_str())
        })
        .collect();
    // Help leads to all other keys: it stands last and goes last.
    if let Some(at) = hints.iter().position(|h| h.action == crate::app::Action::Help) {
        segments.remove(at);
        segments.push(key(90, hints[at].key.as_str(), hints[at].what.as_str()));
    }
    segments
}

fn key<'a>(priority: u8, key: &'a str, what: &'a str) -> Segment<'a> {
    Segment::new(priority, key, Role::Key).and(" ", Role::Text).and(what, Role::Muted)
}

/// The keys pressed so far, and what may follow.
fn pending(canvas: &Canvas<'_>, app: &App) -> Vec<Segment<'static>> {
    let typed = format!("{} {}", Key::show(app.pending()), canvas.glyphs.cut);
    let mut segments = vec![Segment::new(99, typed, Role::Accent)];
    for (keys, action) in app.keymap().continuations(app.layer(), app.pending()) {
        let what = Segment::new(50, keys, Role::Key).and(" ", Role::Text);
        segments.push(what.and(action.info().short, Role::Muted));
    }
    segments
}

/// Draws a notice over the footer's line; what does not fit goes above it.
pub fn draw_notice(canvas: &mut Canvas<'_>, area: Rect, page: Rect, notice: &Notice) {
    let (glyph, role) = match notice.level {
        Level::Info => (canvas.glyphs.ok, Role::NoticeInfo),
        Level::Warning => (canvas.glyphs.warning, Role::Warning),
        Level::Error => (canvas.glyphs.broken, Role::NoticeError),
    };
    let room = usize::from(area.width).saturating_sub(6).max(1);
    let lines = message::wrap(&notice.text, room);
    // The last line stands in the footer, the others above it, over the rule and the page.
    let above = (lines.len() as u16).saturating_sub(1).min(page.height);
    let panel = Rect { y: area.y - above.min(area.y), height: above + area.height, ..area };
    let style = canvas.style(Role::Screen).patch(canvas.style(Role::Popup));
    canvas.clear(panel, if above > 0 { style } else { canvas.style(Role::Screen) });
    for (i, line) in lines.iter().take(usize::from(panel.height)).enumerate() {
        let mut pen = canvas.line(panel, i as u16);
        pen.skip(2);
        pen.keep(1);
        pen.say(if i == 0 { glyph } else { " " }, role);
        pen.skip(1);
        let words = if notice.level == Level::Info { Role::Text } else { role };
        pen.fit(line, words);
    }
}
