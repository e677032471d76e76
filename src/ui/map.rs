//! The Map: the tree of the architecture, with how everything below each line is doing.

use ratatui::layout::Rect;

use crate::app::{App, Feeds, MapPage};
use crate::map::{Item, Line, Weight};
use crate::store::{Health, Tally};
use crate::theme::Role;

use super::canvas::{Canvas, Field, Pen};
use super::text::{self, Cut};
use super::{glyph, number, state, table};

/// How wide the tree may become, in hundredths of the screen; the states stand beside it.
const TREE: u16 = 58;

/// Draws the Map; says where its lines stand.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, map: &MapPage) -> Rect {
    let Some(feeds) = app.feeds().filter(|_| !map.lines().is_empty()) else {
        state::draw(canvas, area, app);
        return area;
    };
    let area = state::banner(canvas, area, app);
    let first = map.first().min(map.lines().len().saturating_sub(1));
    let end = map.lines().len().min(first + usize::from(area.height));
    let lines = map.lines().get(first..end).unwrap_or_default();
    let widest = lines.iter().map(|line| width(feeds, line)).max().unwrap_or(0);
    let beside = widest.saturating_add(4).min(area.width * TREE / 100).max(24);
    for (i, line) in (0..).zip(lines) {
        let row = Rect { y: area.y + i, height: 1, ..area };
        let is_cursor = first + usize::from(i) == map.cursor();
        let at = first + usize::from(i);
        Drawing { app, map, feeds, line, at, beside }.draw(canvas, row, is_cursor);
    }
    table::draw_thumb(canvas, area, first, map.lines().len());
    area
}

/// How much room a line of the tree needs.
fn width(feeds: &Feeds, line: &Line) -> u16 {
    let (what, name) = line.item.words(&feeds.graph);
    let via = if line.via.is_empty() { 0 } else { text::width(line.via) + 1 };
    (usize::from(line.depth) * 3 + text::width(&what) + text::width(&name) + via + 5) as u16
}

struct Drawing<'a> {
    app: &'a App,
    map: &'a MapPage,
    feeds: &'a Feeds,
    line: &'a Line,
    /// Its place among the lines.
    at: usize,
    /// The column at which the states stand.
    beside: u16,
}

impl Drawing<'_> {
    fn draw(&self, canvas: &mut Canvas<'_>, row: Rect, is_cursor: bool) {
        if is_cursor {
            let style = canvas.style(Role::Cursor);
            canvas.tint(row, style);
        }
        let mut pen = canvas.line(row, 0);
        pen.keep(1);
        let glyphs = pen.glyphs();
        let marked = self.map.is_marked(&self.feeds.graph, &self.line.item);
        if marked {
            pen.say(glyphs.mark, Role::Mark);
        } else if is_cursor {
            pen.say(glyphs.cursor, Role::Accent);
        } else {
            pen.skip(1);
        }
        self.guides(&mut pen);
        let can_open = self.map.can_open(&self.feeds.graph, self.line);
        match (self.line.open, can_open) {
            (true, _) => pen.say(glyphs.open, Role::Muted),
            (false, true) => pen.say(glyphs.folded, Role::Accent),
            _ => pen.skip(1),
        }
        pen.skip(1);
        let weight = self.map.weight(self.line).copied().unwrap_or_default();
        self.name(&mut pen, row.x + self.beside);
        pen.go(row.x + self.beside);
        self.state(&mut pen, &weight);
    }

    fn guides(&self, pen: &mut Pen<'_, '_>) {
        let glyphs = pen.glyphs();
        for depth in 1..self.line.depth {
            let more = self.line.guides >> depth & 1 == 1;
            pen.say(if more { glyphs.guide } else { " " }, Role::Faint);
            pen.skip(2);
        }
        if self.line.depth > 0 {
            pen.say(if self.line.last { glyphs.corner } else { glyphs.branch }, Role::Faint);
            pen.skip(1);
        }
    }

    fn name(&self, pen: &mut Pen<'_, '_>, until: u16) {
        let (what, name) = self.line.item.words(&self.feeds.graph);
        if !self.line.via.is_empty() {
            pen.say(self.line.via, Role::Faint);
            pen.skip(1);
        }
        if !what.is_empty() {
            pen.say(&what, Role::Muted);
            pen.skip(1);
        }
        let role = match &self.line.item {
            Item::Missing { .. } => {
                // Why it is missing stands where others have their state.
                return;
            }
            Item::Heading(_) => Role::Heading,
            Item::Row(_) if self.map.is_marked(&self.feeds.graph, &self.line.item) => Role::Mark,
            Item::Row(_) | Item::Part { .. } => Role::Text,
        };
        let found = self.map.search.ranges(&name);
        let room = until.saturating_sub(pen.x()).saturating_sub(1).min(pen.left());
        let width = (text::width(&name) as u16).min(room.max(8));
        let style = pen.style(role);
        pen.field(&Field { cut: Cut::Middle, found: &found, ..Field::new(&name, width, style) });
        if self.line.again {
            pen.skip(1);
            pen.say("shown above", Role::Faint);
        }
    }

    fn state(&self, pen: &mut Pen<'_, '_>, weight: &Weight) {
        let glyphs = pen.glyphs();
        match &self.line.item {
            Item::Missing { why, .. } => {
                pen.say(glyphs.health(Health::Broken), Role::Broken);
                pen.skip(1);
                pen.fit(why, Role::Broken);
            }
            Item::Row(node) => {
                let own = weight.own.unwrap_or_default();
                // A row that is well itself and stands above something that is not says so by its glyph.
                let shown = weight.worst().unwrap_or_default();
                pen.say(glyphs.health(shown), glyph::role(shown));
                pen.skip(1);
                let text = self.app.note(*node, || self.map.above(self.at));
                if !text.is_empty() {
                    let role = if own >= Health::Warning { glyph::role(own) } else { Role::Text };
                    pen.fit(&text, role);
                    pen.skip(2);
                }
                if weight.leaves.total() > 1 || weight.leaves.worst() > Some(Health::Ok) {
                    counts(pen, weight.leaves);
                }
                missing(pen, weight.missing);
            }
            Item::Part { health, .. } => {
                pen.say(glyphs.health(*health), glyph::role(*health));
            }
            Item::Heading(_) => {
                if weight.leaves.total() > 0 {
                    counts(pen, weight.leaves);
                }
                missing(pen, weight.missing);
            }
        }
    }
}

/// Counts by state, the worst first.
fn counts(pen: &mut Pen<'_, '_>, tally: Tally) {
    let glyphs = pen.glyphs();
    for health in Tally::WORST_FIRST {
        let count = tally.get(health);
        if count > 0 {
            pen.say(glyphs.health(health), glyph::role(health));
            pen.skip(1);
            let role = if health >= Health::Warning { glyph::role(health) } else { Role::Muted };
            pen.say(&number::count(count), role);
            pen.skip(2);
        }
    }
}

fn missing(pen: &mut Pen<'_, '_>, count: usize) {
    if count > 0 {
        let glyph = pen.glyphs().health(Health::Broken);
        pen.say(glyph, Role::Broken);
        pen.skip(1);
        let words = if count == 1 { " broken link" } else { " broken links" };
        pen.fit(&(number::count(count) + words), Role::Broken);
        pen.skip(2);
    }
}
