//! Logs: when, who, and what was said.

mod histogram;
mod writer;

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::app::{App, LogPage, Part, Shown};
use crate::logs::{Kind, Level, ansi};
use crate::text;
use crate::theme::Role;

use super::canvas::Canvas;
use super::number::count;
use super::{message, state, table};
use writer::Writer;

/// The looks by which containers are told apart.
const STREAMS: [Role; 6] =
    [Role::Stream1, Role::Stream2, Role::Stream3, Role::Stream4, Role::Stream5, Role::Stream6];

/// Draws logs; says where their lines stand, and where the bars of their histogram.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, logs: &LogPage) -> (Rect, Rect) {
    let (area, bars) = if logs.face.histogram && area.height > histogram::HEIGHT + 2 {
        let top = Rect { height: histogram::HEIGHT, ..area };
        let below =
            Rect { y: area.y + histogram::HEIGHT, height: area.height - histogram::HEIGHT, ..area };
        (below, histogram::draw(canvas, top, app, logs))
    } else {
        (area, Rect::default())
    };
    if logs.shown().is_empty() {
        state::draw(canvas, area, app);
        return (area, bars);
    }
    let mut area = state::banner(canvas, area, app);
    if logs.let_go() > 0 && logs.place() == 0 && area.height > 3 {
        let lines = count(usize::try_from(logs.let_go()).unwrap_or(usize::MAX));
        let words = format!("{lines} older lines were let go: there was no more room for them");
        area = message::banner(canvas, area, Role::Warning, &words);
    }
    let mut y = area.y;
    for shown in logs.shown() {
        let left = area.bottom().saturating_sub(y);
        let height = u16::try_from(shown.height).unwrap_or(u16::MAX).min(left);
        if height == 0 {
            break;
        }
        draw_entry(canvas, Rect { y, height, ..area }, logs, shown);
        y += height;
    }
    let (count, _) = logs.counts();
    let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    table::draw_thumb(canvas, area, place(logs.place()), place(count));
    (area, bars)
}

/// Draws an entry, and below it what it says where it is taken apart.
fn draw_entry(canvas: &mut Canvas<'_>, area: Rect, logs: &LogPage, shown: &Shown) {
    let below = u16::try_from(shown.below.len()).unwrap_or(u16::MAX).min(area.height - 1);
    let line = Rect { height: area.height - below, ..area };
    draw_line(canvas, line, logs, shown);
    let wide = shown.below.iter().map(|(key, _)| text::width(key)).max().unwrap_or(0).min(30);
    for (at, (key, value)) in (0..below).zip(&shown.below) {
        let mut pen = canvas.line(Rect { y: line.bottom(), height: below, ..area }, at);
        pen.skip(4);
        pen.keep(2);
        pen.say(key, Role::Muted);
        pen.go(area.x + 6 + wide as u16);
        pen.fit(value, Role::Text);
    }
}

fn draw_line(canvas: &mut Canvas<'_>, area: Rect, logs: &LogPage, shown: &Shown) {
    let glyphs = canvas.glyphs;
    let cursor = shown.number == logs.cursor();
    if cursor {
        let style = canvas.style(Role::Cursor);
        canvas.tint(area, style);
    }
    let said = match shown.entry.kind {
        _ if shown.is_around => canvas.style(Role::Muted),
        Kind::Line | Kind::More | Kind::Event => canvas.style(of_level(shown.entry.level)),
        Kind::Joined | Kind::Left => canvas.style(Role::Muted),
        Kind::Note => canvas.style(Role::Warning),
    };
    let name = logs
        .stream(shown.stream)
        .map_or(Role::Muted, |stream| STREAMS[stream.hue(true) as usize % STREAMS.len()]);
    let (faint, name) = (canvas.style(Role::Faint), canvas.style(name));
    let accent = canvas.style(Role::Accent);
    let looks = Looks::new(canvas, said, cursor);
    let signs = (cursor, logs.is_marked(shown.number));
    let mut writer = Writer::begin(canvas, area, signs, (logs.face.wrap, logs.left));
    writer.say(&shown.place, faint);
    writer.say(&shown.time, faint);
    // Of a long name the end is shown.
    writer.say(&shown.name.replace('…', glyphs.cut), name);
    match shown.entry.kind {
        Kind::Line => {}
        Kind::More => writer.say(glyphs.cut, faint),
        Kind::Joined => writer.say("+", said),
        Kind::Left => writer.say("-", said),
        Kind::Note => writer.say(glyphs.health(crate::store::Health::Warning), said),
        Kind::Event => writer.say("event", accent),
    }
    if shown.times > 1 {
        writer.say(&format!("{} {}", glyphs.times, shown.times), accent);
    }
    let words = match (shown.entry.kind, shown.text.is_empty()) {
        _ if shown.is_awaited => glyphs.cut,
        (Kind::Joined, true) => "read from here on",
        (Kind::Left, true) => "ended",
        _ => &shown.text,
    };
    for piece in text::pieces(words) {
        if !writer.piece(piece.text, u16::from(piece.width), looks.of(shown, piece.start)) {
            break;
        }
    }
    writer.end();
}

/// How the parts of a line look.
struct Looks {
    said: Style,
    muted: Style,
    plain: Style,
    found: Style,
    hit: Style,
    highlights: [Style; STREAMS.len()],
}

impl Looks {
    fn new(canvas: &Canvas<'_>, said: Style, cursor: bool) -> Self {
        let hit = if cursor { Role::MatchCurrent } else { Role::Match };
        Self {
            said,
            muted: canvas.style(Role::Muted),
            plain: canvas.style(Role::Text),
            found: canvas.style(Role::Match),
            hit: canvas.style(hit),
            highlights: STREAMS.map(|role| canvas.style(role).add_modifier(Modifier::REVERSED)),
        }
    }

    /// The look of what stands there in a line's text.
    fn of(&self, shown: &Shown, at: usize) -> Style {
        let part = shown.parts.iter().find(|(range, _)| range.contains(&at));
        let look = shown.looks.iter().find(|(range, _)| range.contains(&at));
        let style = match (part, look) {
            (Some((_, Part::Level)), _) => self.said.add_modifier(Modifier::BOLD),
            (Some((_, Part::Key)), _) => self.muted,
            (Some((_, Part::Value)), _) => self.plain,
            (None, Some((_, look))) => self.said.patch(styled(*look)),
            (None, None) => self.said,
        };
        let highlight = shown.highlighted.iter().find(|(range, _)| range.contains(&at));
        let style = match highlight {
            Some((_, pattern)) => style.patch(self.highlights[pattern % STREAMS.len()]),
            None => style,
        };
        let style = if hit(&shown.found, at) { style.patch(self.found) } else { style };
        if hit(&shown.hits, at) { style.patch(self.hit) } else { style }
    }
}

fn hit(found: &[Range<usize>], at: usize) -> bool {
    found.iter().any(|range| range.contains(&at))
}

fn of_level(level: Level) -> Role {
    match level {
        Level::Unknown | Level::Info => Role::Text,
        Level::Trace | Level::Debug => Role::Muted,
        Level::Warning => Role::Warning,
        Level::Error | Level::Fatal => Role::Broken,
    }
}

/// The look that a program gave its words.
fn styled(look: ansi::Look) -> Style {
    let colour = |colour: ansi::Colour| match colour {
        ansi::Colour::Indexed(index) => Color::Indexed(index),
        ansi::Colour::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    };
    let mut style =
        Style { fg: look.front.map(colour), bg: look.back.map(colour), ..Style::default() };
    let weights = [
        (look.bold, Modifier::BOLD),
        (look.dim, Modifier::DIM),
        (look.italic, Modifier::ITALIC),
        (look.underlined, Modifier::UNDERLINED),
        (look.reversed, Modifier::REVERSED),
    ];
    for (on, modifier) in weights {
        if on {
            style = style.add_modifier(modifier);
        }
    }
    style
}
