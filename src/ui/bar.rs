//! A line of segments, left and right, of which the least important give way where there is not enough room.

use std::borrow::Cow;

use ratatui::layout::Rect;

use crate::theme::Role;

use super::canvas::{Canvas, Field};
use super::table::GUTTER;
use super::text::{self, Cut};

/// Between two segments.
const GAP: usize = 3;

/// A few words that stand together.
#[derive(Clone, Debug, Default)]
pub struct Segment<'a> {
    parts: Vec<(Cow<'a, str>, Role)>,
    priority: u8,
}

impl<'a> Segment<'a> {
    /// Words in the look of a role. Of the segments of a line the one with the lowest priority gives way first.
    pub fn new(priority: u8, text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        Self { parts: vec![(text.into(), role)], priority }
    }

    /// More words, right behind.
    #[must_use]
    pub fn and(mut self, text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        self.parts.push((text.into(), role));
        self
    }

    fn width(&self) -> usize {
        self.parts.iter().map(|(text, _)| text::width(text)).sum()
    }
}

/// Draws a line of segments: `left` from the left, `right` up to the right.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, left: &[Segment<'_>], right: &[Segment<'_>]) {
    let room = usize::from(area.width.saturating_sub(GUTTER + 1));
    let mut shown: Vec<(bool, &Segment<'_>, usize)> = left
        .iter()
        .map(|s| (false, s))
        .chain(right.iter().map(|s| (true, s)))
        .filter(|(_, s)| !s.parts.is_empty())
        .map(|(is_right, s)| (is_right, s, s.width()))
        .collect();
    let total = |shown: &[(bool, &Segment<'_>, usize)]| {
        shown.iter().map(|(.., width)| width + GAP).sum::<usize>().saturating_sub(GAP)
    };
    while shown.len() > 1 && total(&shown) > room {
        // Of equals the one nearest to the middle goes.
        let goes = shown.iter().enumerate().min_by_key(|(i, (is_right, s, _))| {
            let from_middle = if *is_right { *i } else { usize::MAX - i };
            (s.priority, from_middle)
        });
        let at = goes.map_or(0, |(at, _)| at);
        shown.remove(at);
    }
    let right_width: usize = shown.iter().filter(|s| s.0).map(|(.., w)| w + GAP).sum();
    let mut pen = canvas.line(area, 0);
    pen.skip(GUTTER);
    pen.keep(1);
    let mut at_right = false;
    for (i, (is_right, segment, _)) in shown.iter().enumerate() {
        if *is_right && !at_right {
            at_right = true;
            let start = (area.right()).saturating_sub(1 + right_width.saturating_sub(GAP) as u16);
            pen.go(start);
        } else if i > 0 {
            pen.skip(GAP as u16);
        }
        for (part, role) in &segment.parts {
            let width = (text::width(part).min(usize::from(u16::MAX)) as u16).min(pen.left());
            let style = pen.style(*role);
            pen.field(&Field { cut: Cut::Middle, ..Field::new(part, width, style) });
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::theme::Theme;
    use crate::ui::glyph::Glyphs;

    fn drawn(width: u16) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        let theme = Theme::plain();
        let mut canvas = Canvas::new(&mut buffer, &theme, Glyphs::of(false));
        let left = [
            Segment::new(9, "kx", Role::Accent).and(" demo", Role::Strong),
            Segment::new(1, "v1.36.3", Role::Muted),
        ];
        let right = [Segment::new(5, "read-only", Role::Badge), Segment::new(8, "live", Role::Ok)];
        draw(&mut canvas, area, &left, &right);
        buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn the_least_important_gives_way_first() {
        assert_eq!(drawn(44), "  kx demo   v1.36.3        read-only   live ");
        assert_eq!(drawn(34), "  kx demo        read-only   live ");
        assert_eq!(drawn(20), "  kx demo      live ");
        assert_eq!(drawn(12), "  kx demo   ");
        assert_eq!(drawn(8), "  kx d… ");
    }
}
