//! The YAML of an object: numbers, folds, what changed, what a search found.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::{App, Manifest};
use crate::theme::Role;

use super::canvas::{Canvas, Pen};
use super::{state, table, text, yaml};

/// The least width at which lines have numbers.
const NUMBERED_FROM: u16 = 80;

/// Draws an object's YAML; says where its lines stand.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, manifest: &Manifest) -> Rect {
    if manifest.lines().is_empty() {
        state::draw(canvas, area, app);
        return area;
    }
    let area = state::banner(canvas, area, app);
    let visible = manifest.visible();
    let first = manifest.first().min(visible.len().saturating_sub(1));
    let lines = usize::from(area.height);
    let end = visible.len().min(first + lines);
    let numbers = if area.width >= NUMBERED_FROM {
        manifest.lines().len().to_string().len() as u16
    } else {
        0
    };
    let mut blocks = Blocks::default();
    for (line, &at) in visible[first..end].iter().enumerate() {
        let in_block = blocks.contains(manifest, at);
        let row = Rect { y: area.y + line as u16, height: 1, ..area };
        let cursor = first + line == manifest.cursor();
        draw_line(canvas, row, app, manifest, &Shown { at, cursor, numbers, in_block });
    }
    table::draw_thumb(canvas, area, first, visible.len());
    area
}

struct Shown {
    at: usize,
    cursor: bool,
    numbers: u16,
    in_block: bool,
}

fn draw_line(canvas: &mut Canvas<'_>, row: Rect, app: &App, manifest: &Manifest, shown: &Shown) {
    let Some(line) = manifest.lines().get(shown.at) else { return };
    let glyphs = canvas.glyphs;
    let changed = manifest.is_changed(shown.at, app.now());
    let folded = manifest.is_folded(shown.at);
    if shown.cursor {
        let style = canvas.style(Role::Cursor);
        canvas.tint(row, style);
    }
    let mut pen = canvas.line(row, 0);
    pen.keep(1);
    match (shown.cursor, changed) {
        (true, _) => pen.say(glyphs.cursor, Role::Accent),
        (false, true) => pen.say(glyphs.changed, Role::Changed),
        _ => pen.skip(1),
    }
    if shown.numbers > 0 {
        let number = (shown.at + 1).to_string();
        pen.skip(1 + shown.numbers.saturating_sub(number.len() as u16));
        pen.say(
            &number,
            match (changed, shown.cursor) {
                (true, _) => Role::Changed,
                (false, true) => Role::Muted,
                (false, false) => Role::Faint,
            },
        );
        pen.skip(1);
    }
    match (folded, shown.cursor && line.is_foldable(shown.at)) {
        (true, _) => pen.say(glyphs.folded, Role::Accent),
        (false, true) => pen.say(glyphs.open, Role::Muted),
        _ => pen.skip(1),
    }
    pen.skip(1);
    let found: Vec<Range<usize>> = manifest.matches(shown.at).collect();
    let hit = if shown.cursor { Role::MatchCurrent } else { Role::Match };
    let hit = pen.style(hit);
    let tokens = yaml::tokens(&line.text, shown.in_block);
    let changed = changed.then(|| pen.style(Role::Changed));
    let mut writer = Scrolled { skip: manifest.left, hit, found: &found };
    for (range, role) in tokens {
        let mut style = pen.style(role);
        if let Some(changed) = changed.filter(|_| role != Role::YamlKey && role != Role::YamlSign) {
            style = style.patch(changed);
        }
        writer.write(&mut pen, &line.text, range, style);
    }
    if folded {
        let below = manifest.lines()[shown.at].end.saturating_sub(shown.at + 1);
        pen.skip(1);
        pen.say(&format!("{} {below} lines", glyphs.cut), Role::Muted);
    }
}

/// Writes text of which the first columns are scrolled off.
struct Scrolled<'a> {
    skip: usize,
    hit: Style,
    found: &'a [Range<usize>],
}

impl Scrolled<'_> {
    fn write(&mut self, pen: &mut Pen<'_, '_>, line: &str, range: Range<usize>, style: Style) {
        for piece in text::pieces(&line[range.clone()]) {
            let width = usize::from(piece.width);
            if self.skip >= width {
                self.skip -= width;
                continue;
            }
            self.skip = 0;
            let at = range.start + piece.start;
            let found = self.found.iter().any(|f| f.contains(&at));
            pen.put(piece.text, if found { style.patch(self.hit) } else { style });
        }
    }
}

/// Which lines are text of a block; asked for lines in ascending order, it reads each line once.
#[derive(Default)]
struct Blocks {
    next: usize,
    until: usize,
}

impl Blocks {
    fn contains(&mut self, manifest: &Manifest, at: usize) -> bool {
        while self.next < at {
            let Some(line) = manifest.lines().get(self.next) else { break };
            if self.next >= self.until && yaml::opens_block(&line.text) {
                self.until = line.end;
            }
            self.next += 1;
        }
        at < self.until
    }
}
