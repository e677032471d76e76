//! A page that has no rows says why; a page that cannot be trusted says so.

use ratatui::layout::Rect;

use crate::theme::Role;

use super::canvas::Canvas;
use super::text;

/// The most columns that a paragraph takes: longer lines are tiring to read.
const MEASURE: usize = 72;

/// Draws a title and paragraphs in the middle of an area. Paragraphs are wrapped.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, role: Role, title: &str, paragraphs: &[&str]) {
    let measure = MEASURE.min(usize::from(area.width).saturating_sub(4)).max(1);
    let lines: Vec<&str> = paragraphs.iter().flat_map(|p| wrap(p, measure)).collect();
    let height = 2 + lines.len() as u16;
    let top = area.height.saturating_sub(height) / 3;
    let wide = lines.iter().map(|l| text::width(l)).chain([text::width(title)]).max().unwrap_or(0);
    let indent = (usize::from(area.width).saturating_sub(wide) / 2) as u16;
    let mut pen = canvas.line(area, top);
    pen.skip(indent);
    pen.fit(title, strong(role));
    let gap = if area.height > height { 2 } else { 1 };
    for (i, line) in lines.iter().enumerate() {
        let mut pen = canvas.line(area, top.saturating_add(gap).saturating_add(i as u16));
        pen.skip(indent);
        pen.fit(line, Role::Muted);
    }
}

const fn strong(role: Role) -> Role {
    match role {
        Role::Broken => Role::NoticeError,
        Role::Text | Role::Muted => Role::Strong,
        role => role,
    }
}

/// Draws words of trouble at the top of an area, in as many lines as it can spare; what is left of the area.
pub fn banner(canvas: &mut Canvas<'_>, area: Rect, role: Role, words: &str) -> Rect {
    let glyph = match role {
        Role::Broken => canvas.glyphs.broken,
        _ => canvas.glyphs.warning,
    };
    let spare = area.height / 8 + 1;
    let measure = usize::from(area.width.saturating_sub(super::table::GUTTER + 4)).max(1);
    let lines = wrap(words, measure);
    let height = (lines.len() as u16).min(spare);
    for line in 0..height {
        let mut pen = canvas.line(area, line);
        pen.skip(super::table::GUTTER);
        pen.keep(2);
        pen.say(if line == 0 { glyph } else { " " }, role);
        pen.skip(1);
        let from = lines.get(usize::from(line)).copied().unwrap_or_default();
        if line + 1 == height && usize::from(height) < lines.len() {
            // The rest of the words, cut where the line ends.
            let rest = lines[usize::from(line)..].join(" ");
            pen.fit(&rest, role);
        } else {
            pen.fit(from, role);
        }
    }
    Rect { y: area.y.saturating_add(height), height: area.height.saturating_sub(height), ..area }
}

/// Breaks text at spaces into lines of at most so many columns; a word that is longer is broken where it must be.
pub fn wrap(text: &str, columns: usize) -> Vec<&str> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let (mut start, mut width) = (0, 0);
        // The last place to break at: where the line would end, where the next would begin, how wide it is up to there.
        let mut space: Option<(usize, usize, usize)> = None;
        for piece in text::pieces(paragraph) {
            let w = usize::from(piece.width);
            if width + w > columns && piece.start > start {
                if piece.text == " " {
                    // The break itself takes the space.
                    lines.push(paragraph[start..piece.start].trim_end());
                    (start, width, space) = (piece.start + 1, 0, None);
                    continue;
                }
                if let Some((end, next, until)) = space.take() {
                    lines.push(paragraph[start..end].trim_end());
                    start = next;
                    width = width.saturating_sub(until);
                }
                if width + w > columns && piece.start > start {
                    lines.push(paragraph[start..piece.start].trim_end());
                    (start, width) = (piece.start, 0);
                }
            }
            width += w;
            if piece.text == " " {
                space = Some((piece.start, piece.start + 1, width));
            }
        }
        lines.push(paragraph[start..].trim_end());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_breaks_between_words() {
        assert_eq!(wrap("the server is gone for now", 11), ["the server", "is gone for", "now"]);
        assert_eq!(wrap("one two three", 3), ["one", "two", "thr", "ee"]);
        assert_eq!(wrap("https://example.org", 8), ["https://", "example.", "org"]);
        assert_eq!(wrap("a\nb", 8), ["a", "b"]);
        // The word after the last space may itself be too long.
        assert_eq!(wrap("x 日éa日", 5), ["x", "日éa", "日"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_no_word_is_lost(text in "[a-zé日 ]{0,80}", columns in 2usize..30) {
            let lines = wrap(&text, columns);
            for line in &lines {
                prop_assert!(text::width(line) <= columns, "{line:?}");
            }
            let bare = |s: &str| s.replace(' ', "");
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
        }
    }
}
