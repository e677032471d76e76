//! How many lines were written when, and how grave they were: a bar a column.

use ratatui::layout::Rect;

use crate::app::{App, LogPage, Times};
use crate::logs::Bar;
use crate::theme::Role;

use super::super::canvas::Canvas;
use super::super::number::count;

/// How many lines bars are high.
const BARS: u16 = 2;
/// How many lines it takes: the bars, and what they mean.
pub const HEIGHT: u16 = BARS + 1;
/// How many heights a column of one line can have.
const STEPS: u64 = 8;

/// Draws the histogram; says where its bars stand.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, logs: &LogPage) -> Rect {
    let room = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: BARS, ..area };
    let bars = logs.bars(usize::from(room.width));
    let highest = bars.iter().map(|bar| bar.count.lines).max().unwrap_or_default().max(1);
    let here = logs.time_here();
    let steps = canvas.glyphs.steps;
    for (x, bar) in (room.x..room.right()).zip(&bars) {
        let is_here = here.is_some_and(|here| bar.from <= here && here < bar.until);
        if is_here {
            let style = canvas.style(Role::Cursor);
            canvas.tint(Rect { x, width: 1, ..room }, style);
        }
        // What is there at all is seen.
        let height = (bar.count.lines * STEPS * u64::from(BARS)).div_ceil(highest);
        for line in 0..BARS {
            let below = u64::from(BARS - 1 - line) * STEPS;
            let step = height.saturating_sub(below).min(STEPS);
            if let Some(glyph) = step.checked_sub(1).and_then(|step| steps.get(step as usize)) {
                let mut pen = canvas.line(room, line);
                pen.go(x);
                pen.say(glyph, role(bar));
            }
        }
    }
    draw_legend(canvas, area, (app, logs), (&bars, highest));
    room
}

/// From when until when, how long a bar is, and how many lines the highest has.
fn draw_legend(
    canvas: &mut Canvas<'_>,
    area: Rect,
    (app, logs): (&App, &LogPage),
    (bars, highest): (&[Bar], u64),
) {
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else { return };
    let day = 86_400_000_000_000;
    let times = match logs.face.times {
        Times::Utc => Times::Utc,
        _ if last.until - first.from > day => Times::Whole,
        _ => Times::Clock,
    };
    let told = |time: i64| {
        let text = times.text(time, app.now());
        text.strip_suffix(".000").map(str::to_owned).unwrap_or(text)
    };
    let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    let mut length = String::new();
    crate::kinds::age::write((first.until - first.from) / 1_000_000_000, &mut length);
    let errors: u64 = bars.iter().map(|bar| bar.count.errors).sum();
    let warnings: u64 = bars.iter().map(|bar| bar.count.warnings).sum();
    let glyphs = canvas.glyphs;
    let mut pen = canvas.line(area, BARS);
    pen.skip(1);
    pen.say(&format!("{} {} {}", told(first.from), glyphs.dot, told(last.until)), Role::Muted);
    let plural = if highest == 1 { "" } else { "s" };
    pen.say(&format!("   at most {} line{plural} in {length}", number(highest)), Role::Muted);
    for (grave, glyph, role) in
        [(errors, glyphs.broken, Role::Broken), (warnings, glyphs.warning, Role::Warning)]
    {
        if grave > 0 {
            pen.say(&format!("   {glyph} {}", number(grave)), role);
        }
    }
}

/// The look of a bar: that of the gravest lines in it.
fn role(bar: &Bar) -> Role {
    match bar.count {
        count if count.errors > 0 => Role::Broken,
        count if count.warnings > 0 => Role::Warning,
        _ => Role::Muted,
    }
}
