//! The question whether to leave: what is still under way.

use ratatui::layout::Rect;

use crate::app::App;
use crate::store::Str;
use crate::theme::Role;

use super::canvas::Canvas;
use super::{message, popup};

/// How wide the question is, where there is room.
const WIDTH: u16 = 90;

/// Draws the question over an area; says where its lines stand.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) -> Rect {
    let runs = app.under_way().map(|run| (&run.cluster, run.words(), run.progress()));
    let copies = app.copying().map(|copy| (&copy.cluster, copy.words(), copy.progress()));
    let forwards = app.forwarding().map(|forward| {
        let open = match forward.counts.open {
            0 => "no connection".to_owned(),
            1 => "1 connection".to_owned(),
            many => format!("{many} connections"),
        };
        (Str::from(forward.what.context.as_str()), forward.words(), open)
    });
    let forwards: Vec<_> = forwards.collect();
    let changing = app.under_way().next().is_some() || app.copying().next().is_some();
    let runs =
        runs.chain(copies).map(|(cluster, words, progress)| (cluster.clone(), words, progress));
    let runs: Vec<_> = runs.chain(forwards).collect();
    let sessions = app.panes().going_on();
    let words = if !changing && !runs.is_empty() {
        "Leaving ends the port forwards, and the connections through them."
    } else if runs.is_empty() && sessions > 0 {
        "Leaving closes the sessions; what runs in the containers is told so, as when a terminal is closed."
    } else if runs.is_empty() {
        "Nothing is under way any more: what became of it stands in :journal."
    } else {
        "What is sent may still be done by the server; what waits, or was not begun yet, is not done any more. The journal keeps what was sent."
    };
    let words = message::wrap(words, usize::from(area.width.min(WIDTH)).saturating_sub(4));
    let below = words.len() as u16 + 1;
    let lines = (runs.len() + usize::from(sessions > 0)).clamp(1, usize::from(u16::MAX) / 2) as u16;
    let panel = popup::centred(area, WIDTH, (lines + below + 2).min(area.height * 4 / 5).max(6));
    let note = match runs.len() + sessions {
        0 => "all is over".to_owned(),
        _ => "still under way".to_owned(),
    };
    let inner = popup::draw(canvas, panel, "Leave kx?", &note);
    let list = Rect { height: inner.height.saturating_sub(below), ..inner };
    if sessions > 0 {
        let below = Rect { y: list.y + runs.len() as u16, height: 1, ..list }.intersection(list);
        let changing = canvas.glyphs.changing;
        let mut pen = canvas.line(below, 0);
        pen.skip(2);
        pen.say(changing, Role::Changing);
        pen.skip(1);
        let plural = if sessions == 1 { "session goes" } else { "sessions go" };
        pen.fit(&format!("{sessions} {plural} on in the pane"), Role::Strong);
    }
    for (y, (cluster, words, progress)) in runs.iter().take(usize::from(list.height)).enumerate() {
        let changing = canvas.glyphs.changing;
        let mut pen = canvas.line(list, y as u16);
        pen.skip(2);
        pen.say(changing, Role::Changing);
        pen.skip(1);
        pen.say(&format!("{cluster}: "), Role::Muted);
        pen.fit(&format!("{words}  {progress}"), Role::Strong);
    }
    for (y, line) in words.iter().enumerate() {
        let mut pen = canvas.line(inner, list.height + 1 + y as u16);
        pen.skip(2);
        pen.fit(line, Role::Muted);
    }
    list
}
