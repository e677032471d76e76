//! Text that fits: how wide it is on a terminal, what is cut when it does not fit, and what hostile text becomes.
//!
//! Names and messages come from a cluster and may hold anything. What a terminal would act on (escape sequences, control characters,
//! direction overrides) becomes a visible sign of one column, so it can neither do harm nor disturb the columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many combining marks one cell carries; a stack of hundreds is an attack on the line above.
const MARKS: usize = 4;

/// Stands for a character that has no width of its own or may not be shown.
const REPLACEMENT: &str = "\u{fffd}";

/// The signs of the control characters U+0000 to U+001F, three bytes each, and that of DEL.
const CONTROLS: &str = "␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟␡";

/// What stands in one cell of the terminal, or in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What to show.
    pub text: &'a str,
    /// How many columns it takes: 1 or 2.
    pub width: u8,
    /// Where it begins in the text it is of, in bytes.
    pub start: usize,
}

/// The pieces of a text, in order.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.grapheme_indices(true).flat_map(|(start, cluster)| Cluster { rest: cluster, start })
}

/// Splits one grapheme cluster where terminals disagree about its width: at joiners, after emoji modifiers.
struct Cluster<'a> {
    rest: &'a str,
    start: usize,
}

impl<'a> Iterator for Cluster<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let mut chars = self.rest.char_indices();
        let (_, first) = chars.next()?;
        let mut end = first.len_utf8();
        let mut marks = 0;
        let mut shown = end;
        // A base takes what has no width along; the first few of them are shown.
        for (at, c) in chars {
            if char_width(c) != 0 || is_control(c) {
                break;
            }
            end = at + c.len_utf8();
            if !is_hidden(c) && marks < MARKS && shown == at {
                marks += 1;
                shown = end;
            }
        }
        let (text, width) = match first {
            '\0'..='\x1f' => (control(first as usize), 1),
            '\x7f' => (control(32), 1),
            ' '..='~' => (&self.rest[..shown], 1),
            c if is_control(c) || is_hidden(c) => (REPLACEMENT, 1),
            c => match char_width(c) {
                0 => (REPLACEMENT, 1),
                w => (&self.rest[..shown], w.min(2) as u8),
            },
        };
        let piece = Piece { text, width, start: self.start };
        self.start += end;
        self.rest = &self.rest[end..];
        // A variation selector makes some bases wider; without it they keep the width they have alone.
        Some(match UnicodeWidthStr::width(piece.text) {
            w if w == usize::from(piece.width) => piece,
            _ => Piece { text: base(piece.text), ..piece },
        })
    }
}

/// The first character alone.
fn base(text: &str) -> &str {
    text.char_indices().nth(1).map_or(text, |(end, _)| &text[..end])
}

fn control(index: usize) -> &'static str {
    CONTROLS.get(index * 3..index * 3 + 3).unwrap_or(REPLACEMENT)
}

fn char_width(c: char) -> usize {
    UnicodeWidthChar::width(c).unwrap_or(0)
}

/// C0, DEL and C1.
fn is_control(c: char) -> bool {
    c.is_control()
}

/// Characters without a look of their own that change how their neighbours are shown: joiners, direction marks and overrides,
/// variation selectors, tags, soft hyphens.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character may not be shown as it is: a terminal would act on it, or it changes how its neighbours are shown.
pub fn disturbs(c: char) -> bool {
    is_control(c) || is_hidden(c)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { pieces(text).map(|p| usize::from(p.width)).sum() }
}

/// Which part of a text that does not fit is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Its end.
    End,
    /// Its middle: the ends of generated names are what tells them apart.
    Middle,
}

/// How a text is made to fit: its first bytes up to `head`, and its last from `tail` on; a sign of one column between them where
/// something is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// Up to here the text is shown.
    pub head: usize,
    /// From here on it is shown again.
    pub tail: usize,
    /// How many columns it takes, the sign of the cut included.
    pub width: usize,
}

impl Fitted {
    /// Whether something is left out.
    pub fn is_cut(&self) -> bool {
        self.head < self.tail
    }
}

/// Fits a text into so many columns.
pub fn fit(text: &str, columns: usize, cut: Cut) -> Fitted {
    let end = text.len();
    if is_plain(text) {
        if end <= columns {
            return Fitted { head: end, tail: end, width: end };
        }
        let (head, tail) = shares(columns, cut);
        return Fitted { head, tail: end - tail, width: columns };
    }
    let total = width(text);
    if total <= columns {
        return Fitted { head: end, tail: end, width: total };
    }
    let (head_columns, tail_columns) = shares(columns, cut);
    let (mut head, mut tail) = (0, end);
    let (mut shown, mut before) = (0, 0);
    let mut all = pieces(text).peekable();
    while let Some(piece) = all.next() {
        let after = before + usize::from(piece.width);
        if after <= head_columns {
            head = all.peek().map_or(end, |next| next.start);
            shown = after;
        }
        if tail == end && total - before <= tail_columns {
            tail = piece.start;
            shown += total - before;
        }
        before = after;
    }
    Fitted { head, tail, width: shown + usize::from(columns > 0) }
}

/// How many columns the head and the tail get when something must go, the sign of the cut taken off.
fn shares(columns: usize, cut: Cut) -> (usize, usize) {
    let left = columns.saturating_sub(1);
    match cut {
        Cut::End => (left, 0),
        Cut::Middle => {
            let tail = left * 2 / 5;
            (left - tail, tail)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fitted(text: &str, columns: usize, cut: Cut) -> String {
        let fit = fit(text, columns, cut);
        let shown = |part: &str| pieces(part).map(|p| p.text).collect::<String>();
        let sign = if fit.is_cut() && columns > 0 { "…" } else { "" };
        shown(&text[..fit.head]) + sign + &shown(&text[fit.tail..])
    }

    #[test]
    fn names_are_cut_where_it_hurts_least() {
        let name = "svc-0399-7688cfc66b-04dee";
        assert_eq!(fitted(name, 16, Cut::Middle), "svc-0399-…-04dee");
        assert_eq!(fitted(name, 16, Cut::End), "svc-0399-7688cf…");
        assert_eq!(fitted(name, 25, Cut::Middle), name);
        assert_eq!(fitted(name, 1, Cut::Middle), "…");
        assert_eq!(fitted(name, 0, Cut::Middle), "");
        assert_eq!(fitted("日本語の名前", 7, Cut::Middle), "日本…前");
        assert_eq!(fitted("日本語の名前", 6, Cut::End), "日本…");
        assert_eq!(fitted("e\u{301}e\u{301}e\u{301}", 2, Cut::End), "e\u{301}…");
    }

    #[test]
    fn hostile_text_is_harmless_and_visible() {
        let shown = |text: &str| pieces(text).map(|p| p.text).collect::<String>();
        assert_eq!(shown("a\x1b[31mb"), "a␛[31mb");
        assert_eq!(shown("a\tb\r\nc\u{7f}"), "a␉b␍␊c␡");
        assert_eq!(shown("a\u{9b}31m"), "a\u{fffd}31m");
        assert_eq!(shown("safe\u{202e}txt.exe"), "safe\u{fffd}txt.exe");
        assert_eq!(shown("\u{202e}x"), "\u{fffd}x");
        assert_eq!(shown("\u{200b}"), "\u{fffd}");
        assert_eq!(width("👩\u{200d}👩\u{200d}👧"), 6);
        assert_eq!(shown("👩\u{200d}👧"), "👩👧");
        assert_eq!(width("❤\u{fe0f}"), 1);
        let stack = format!("a{}", "\u{301}".repeat(500));
        assert_eq!((width(&stack), shown(&stack).len()), (1, 1 + 2 * MARKS));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_as_wide_as_it_says(text in ".*", columns in 0usize..40) {
            for cut in [Cut::End, Cut::Middle] {
                let fit = fit(&text, columns, cut);
                prop_assert!(fit.width <= columns);
                prop_assert!(fit.head <= fit.tail);
                let parts: usize = width(&text[..fit.head]) + width(&text[fit.tail..]);
                prop_assert_eq!(parts + usize::from(fit.is_cut() && columns > 0), fit.width);
                if width(&text) <= columns {
                    prop_assert!(!fit.is_cut());
                }
            }
        }

        #[test]
        fn each_piece_has_the_width_it_says(text in any::<String>()) {
            for piece in pieces(&text) {
                prop_assert_eq!(UnicodeWidthStr::width(piece.text), usize::from(piece.width));
                prop_assert!(!piece.text.chars().any(|c| is_control(c) || is_hidden(c)));
                prop_assert!(text.is_char_boundary(piece.start));
            }
        }
    }
}
