//! The lines of a long answer that begin in one way: `/metrics` may be many megabytes, of which a handful of lines is wanted.

use bytes::Bytes;

/// The longest line that is kept, in bytes.
const LONGEST: usize = 16 << 10;
/// How much is kept of all lines, in bytes.
const MOST: usize = 1 << 20;

/// Takes an answer in as it arrives, and keeps of it only the lines that begin so. What it keeps is bounded, whatever the other side sends.
#[derive(Debug)]
pub(super) struct Lines {
    prefix: Box<[u8]>,
    /// The line that has begun, as far as it may be one of those.
    line: Vec<u8>,
    /// Whether the line that has begun is none of those, or too long for one.
    skip: bool,
    kept: Vec<u8>,
}

impl Lines {
    /// Keeps the lines that begin so.
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.as_bytes().into(), line: Vec::new(), skip: false, kept: Vec::new() }
    }

    /// Takes in what arrived.
    pub fn push(&mut self, bytes: &Bytes) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, whole) = match piece.split_last() {
                Some((b'\n', text)) => (text, true),
                _ => (piece, false),
            };
            if !self.skip {
                self.skip = self.line.len() + text.len() > LONGEST || !self.may_follow(text);
            }
            if !self.skip {
                self.line.extend_from_slice(text);
            }
            if whole {
                self.end_line();
            }
        }
    }

    /// The lines that were kept.
    pub fn finish(mut self) -> String {
        self.end_line();
        String::from_utf8_lossy(&self.kept).into_owned()
    }

    /// Whether the line still begins as it should once this follows.
    fn may_follow(&self, text: &[u8]) -> bool {
        let rest = self.prefix.get(self.line.len()..).unwrap_or_default();
        let both = rest.len().min(text.len());
        rest[..both] == text[..both]
    }

    fn end_line(&mut self) {
        let wanted = !self.skip && self.line.len() >= self.prefix.len();
        if wanted && !self.line.is_empty() && self.kept.len() + self.line.len() < MOST {
            self.kept.append(&mut self.line);
            self.kept.push(b'\n');
        }
        self.line.clear();
        self.skip = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kept<'a>(prefix: &str, pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
        let mut lines = Lines::new(prefix);
        for piece in pieces {
            lines.push(&Bytes::copy_from_slice(piece));
        }
        lines.finish()
    }

    #[test]
    fn lines_are_kept_by_how_they_begin() {
        let text = b"# HELP ab x\nab{} 1\nabc 2\nb 3\n\nab" as &[u8];
        assert_eq!(kept("ab", [text]), "ab{} 1\nabc 2\nab\n");
        assert_eq!(kept("abcd", [text]), "");
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let long = vec![b'a'; LONGEST + 1];
        assert_eq!(kept("a", [long.as_slice(), b"\nab\n"]), "ab\n");
        let many = b"a line of some letters\n".repeat(MOST / 10);
        assert!(kept("a", [many.as_slice()]).len() <= MOST);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_an_answer_is_cut(text in "(ab|a|b|\\n|é)*", cuts in prop::collection::vec(0usize..40, 0..6)) {
            let wanted: String =
                text.lines().filter(|line| line.starts_with("ab")).map(|line| format!("{line}\n")).collect();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.sort_unstable();
            let ends = cuts.iter().copied().chain([text.len()]);
            let starts = std::iter::once(0).chain(cuts.iter().copied());
            let pieces = starts.zip(ends).map(|(from, to)| &text.as_bytes()[from..to]);
            prop_assert_eq!(kept("ab", pieces), wanted);
        }
    }
}
