//! The list of changes under way: how far they are, and what became of each.

use ratatui::layout::Rect;

use crate::app::{App, Run, RunId};
use crate::change::Outcome;
use crate::theme::Role;

use super::canvas::Canvas;
use super::{message, popup, text};

/// How wide the list is, where there is room.
const WIDTH: u16 = 110;
/// How many columns stand before a name, between it and what is said of it, and at the right edge.
const BESIDE: usize = 8;
/// How wide the bar of those is that follow a change.
const BAR: usize = 10;
/// The narrowest that what is said becomes.
const NARROWEST: usize = 20;

/// What is said of a change, with the sign before it.
struct Said {
    sign: &'static str,
    role: Role,
    name: String,
    /// On as many lines as it takes: a server's message is told whole.
    words: Vec<String>,
}

/// Draws the list over an area; says where its lines stand.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, id: RunId) -> Rect {
    let Some(run) = app.run(id) else { return area };
    let all = run.changes.len();
    let width = run.changes.iter().map(|c| text::width(&c.target.long())).max().unwrap_or(0);
    let room = usize::from(WIDTH.min(area.width)).saturating_sub(width + BESIDE);
    let most = usize::from(area.height * 4 / 5);
    let said = said(canvas, run, room.max(NARROWEST), most);
    let lines = said.iter().map(|said| said.words.len().max(1)).sum::<usize>().min(most) as u16;
    let panel = popup::centred(area, WIDTH, (lines + 4).min(area.height * 4 / 5).max(5));
    let inner = popup::draw(canvas, panel, &run.verb, &run.progress());
    canvas.gauge(inner, run.over(), all);
    let list =
        Rect { y: inner.y + 2.min(inner.height), height: inner.height.saturating_sub(2), ..inner };
    let mut y = 0;
    for Said { sign, role, name, words } in said {
        let mut pen = canvas.line(list, y);
        pen.skip(2);
        pen.say(sign, role);
        pen.skip(1);
        pen.say(&name, Role::Strong);
        pen.skip((width - text::width(&name)) as u16 + 2);
        pen.fit(words.first().map_or("", String::as_str), role);
        y += 1;
        for more in words.iter().skip(1) {
            let mut pen = canvas.line(list, y);
            pen.skip(width as u16 + BESIDE as u16 - 2);
            pen.fit(more, role);
            y += 1;
        }
        if y >= list.height {
            break;
        }
    }
    super::table::draw_thumb(canvas, list, run.first, all);
    list
}

/// What is said of the first changes, those that failed before all others: there may be more than there is room for.
fn said(canvas: &Canvas<'_>, run: &Run, room: usize, most: usize) -> Vec<Said> {
    let rank = |i: &usize| match run.reports[*i].as_ref().map(|report| &report.outcome) {
        Some(Outcome::Failed(_) | Outcome::Unknown(_)) => 0,
        None => 1,
        Some(_) => 2,
    };
    let mut order: Vec<usize> = (0..run.changes.len()).collect();
    order.sort_by_key(rank);
    let steps = run.is_row_of_steps();
    let glyphs = canvas.glyphs;
    let said = |i: usize| {
        let (sign, role, words) = match run.reports[i].as_ref().map(|report| &report.outcome) {
            None => (glyphs.changing, Role::Muted, run.waits[i].as_str()),
            Some(Outcome::Done) => (glyphs.ok, Role::Ok, "done"),
            Some(Outcome::Already) => (glyphs.idle, Role::Muted, "is so already"),
            Some(Outcome::Failed(why)) => (glyphs.broken, Role::Broken, why.as_str()),
            Some(Outcome::Unknown(why)) => (glyphs.warning, Role::Warning, why.as_str()),
        };
        let mut words = words.to_owned();
        let (over, led) = run.led(i);
        if steps {
            // Several of them may be about one object.
            let report = run.reports[i].as_ref();
            let done = report.map_or(&run.changes[i], |report| &report.change).deed.words();
            words = if words.is_empty() { done } else { format!("{done}: {words}") };
        } else if let Some(used) = (BAR * over).checked_div(led) {
            let used = used.min(BAR);
            let (used, free) = (glyphs.used.repeat(used), glyphs.free.repeat(BAR - used));
            let bar = format!("{used}{free} {over} of {led} after it");
            words = if words.is_empty() { bar } else { format!("{words}  {bar}") };
        }
        let words = message::wrap(&words, room).into_iter().map(str::to_owned).collect();
        Said { sign, role, name: run.changes[i].target.long(), words }
    };
    order.into_iter().skip(run.first).take(most).map(said).collect()
}
