//! How far a copy to or from a container is, and what it came to.

use ratatui::layout::Rect;

use crate::app::{App, Copy, CopyId, CopyState};
use crate::files::Way;
use crate::theme::Role;

use super::canvas::Canvas;
use super::{message, popup};

/// How wide it is, where there is room.
const WIDTH: u16 = 90;
/// How many of what was left out are named.
const NAMED: usize = 12;

/// Draws a copy over an area; says where its lines stand.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, id: CopyId) -> Rect {
    let Some(copy) = app.copy_of(id) else { return area };
    let room = usize::from(WIDTH.min(area.width)).saturating_sub(4).max(20);
    let said = said(copy, room);
    let lines = (said.len() as u16).saturating_add(5);
    let panel = popup::centred(area, WIDTH, lines.min(area.height * 4 / 5).max(6));
    let title = match copy.job.way {
        Way::Down { .. } => "Download",
        Way::Up { .. } => "Upload",
    };
    let inner = popup::draw(canvas, panel, title, &copy.progress());
    // Where nobody knows how much there is, only how much came is said.
    canvas.gauge(inner, usize::from(copy.share().unwrap_or(0)), 1000);
    let list =
        Rect { y: inner.y + 2.min(inner.height), height: inner.height.saturating_sub(2), ..inner };
    for (y, (line, role)) in said.iter().enumerate() {
        let mut pen = canvas.line(list, u16::try_from(y).unwrap_or(u16::MAX));
        pen.skip(2);
        pen.fit(line, *role);
    }
    list
}

/// What is said of it, in lines.
fn said(copy: &Copy, room: usize) -> Vec<(String, Role)> {
    let mut lines = Vec::new();
    let mut say = |words: &str, role: Role| {
        lines.extend(message::wrap(words, room).into_iter().map(|line| (line.to_owned(), role)));
    };
    say(&copy.words(), Role::Strong);
    match &copy.state {
        CopyState::Going => match copy.asks() {
            Some(name) => say(&format!("{name} is there already"), Role::Warning),
            None => say(&copy.name, Role::Muted),
        },
        CopyState::Done(outcome) => {
            let role = if outcome.is_whole() { Role::Ok } else { Role::Warning };
            say(&outcome.words(), role);
            for left in outcome.left_out.iter().skip(1).take(NAMED) {
                say(&format!("{}: {}", left.name, left.why), Role::Warning);
            }
        }
        CopyState::Failed(why) => say(why, Role::Broken),
        CopyState::Stopped => say(
            "stopped: what is there of a single file is kept, and the same copy goes on with it",
            Role::Warning,
        ),
    }
    lines
}
