//! What a line of YAML is a part of, found from lines alone, so that it is known of half-written text too.

use crate::yaml::opens_block;

/// A part that begins in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// An item of a list.
    Item {
        /// Where its dash stands.
        column: usize,
    },
    /// A key.
    Key {
        /// Where it begins.
        column: usize,
        /// The key, without quotes.
        key: &'a str,
        /// Where its value may begin: behind the colon.
        behind: usize,
    },
}

impl Part<'_> {
    /// Where it begins.
    pub const fn column(&self) -> usize {
        match self {
            Self::Item { column } | Self::Key { column, .. } => *column,
        }
    }
}

/// Whether a line is a comment.
pub fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// Whether a document ends here.
pub fn is_border(line: &str) -> bool {
    line.starts_with("---") || line.starts_with("...")
}

/// The parts that begin in a line, the outermost first. It makes the best of any line.
pub fn parts(line: &str) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    let mut column = line.len() - line.trim_start_matches(' ').len();
    while let Some(rest) = line.get(column..).and_then(|rest| rest.strip_prefix('-')) {
        if !(rest.is_empty() || rest.starts_with(' ')) {
            break;
        }
        out.push(Part::Item { column });
        column = line.len() - rest.trim_start_matches(' ').len();
    }
    if let Some((key, behind)) = key(line.get(column..).unwrap_or_default()) {
        out.push(Part::Key { column, key, behind: column + behind });
    }
    out
}

/// The key that a text begins with, and where its colon ends.
fn key(text: &str) -> Option<(&str, usize)> {
    match text.chars().next()? {
        '#' | '{' | '[' | '|' | '>' | '&' | '*' | '!' | '%' | '@' | '`' => None,
        quote @ ('"' | '\'') => {
            let inner = text.get(1..)?;
            let end = inner.find(quote)?;
            let rest = inner.get(end + 1..)?;
            rest.starts_with(':').then(|| (&inner[..end], end + 3))
        }
        _ => {
            let mut colons = text.match_indices(':');
            let (at, _) = colons
                .find(|(at, _)| matches!(text.as_bytes().get(at + 1), None | Some(b' ' | b'\t')))?;
            let key = text.get(..at)?;
            (!key.contains(" #")).then(|| (key.trim_end(), at + 1))
        }
    }
}

/// How many columns a line stands in.
pub fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The indentation of the line that opens the text of several lines that a line is in; `None` where it is in none.
pub fn block_of<L: AsRef<str>>(lines: &[L], line: usize) -> Option<usize> {
    let own = lines.get(line)?.as_ref();
    let mut least = if own.trim().is_empty() { usize::MAX } else { indent(own) };
    for above in lines.get(..line)?.iter().rev().map(AsRef::as_ref) {
        if least == 0 || is_border(above) {
            return None;
        }
        let column = indent(above);
        if column >= least || above.trim().is_empty() {
            continue;
        }
        if opens(above) && !is_comment(above) {
            return Some(column);
        }
        least = column;
    }
    None
}

/// Whether a line opens a text of several lines.
pub fn opens(line: &str) -> bool {
    opens_block(line.trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_of_lines() {
        let key = |column, key, behind| Part::Key { column, key, behind };
        let item = |column| Part::Item { column };
        for (line, wanted) in [
            ("a: 1", vec![key(0, "a", 2)]),
            ("  - name: web", vec![item(2), key(4, "name", 9)]),
            ("- - x", vec![item(0), item(2)]),
            ("-", vec![item(0)]),
            ("image: nginx:1.2", vec![key(0, "image", 6)]),
            ("\"a: b\": 1", vec![key(0, "a: b", 7)]),
            ("http://x", vec![]),
            ("# a: b", vec![]),
            ("repl", vec![]),
            ("-x: 1", vec![key(0, "-x", 3)]),
        ] {
            assert_eq!(parts(line), wanted, "{line}");
        }
    }

    #[test]
    fn texts_of_several_lines() {
        let lines = ["a:", "  b: |", "    x:", "      y", "", "  c: 1", "- |", "  z"];
        let blocks: Vec<_> = (0..lines.len()).map(|line| block_of(&lines, line)).collect();
        let (b, z) = (Some(2), Some(0));
        assert_eq!(blocks, [None, None, b, b, b, None, None, z]);
    }

    proptest! {
        #[test]
        fn any_line_has_parts(line in "[ -~é\t]{0,30}") {
            for part in parts(&line) {
                prop_assert!(line.is_char_boundary(part.column()));
                if let Part::Key { behind, .. } = part {
                    prop_assert!(line.is_char_boundary(behind) && behind <= line.len());
                }
            }
        }
    }
}
