//! The page of a text file in a container.

use std::sync::Arc;

use super::{Files, RemotePath, shown, size_words};
use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want};

/// How much of a file is read to be shown, in bytes.
pub const MOST_SHOWN: usize = 512 << 10;
/// How much of it is looked at to tell whether it is text.
const LOOKED_AT: usize = 8 << 10;

/// The beginning of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether there is more.
    pub more: bool,
}

/// The page of a file.
pub fn text(files: Files, path: RemotePath) -> Box<dyn Subject> {
    Box::new(Text { want: Want::File { files, path: path.clone() }, path })
}

#[derive(Debug)]
struct Text {
    want: Want,
    path: RemotePath,
}

impl Subject for Text {
    fn crumbs(&self) -> Vec<String> {
        vec![self.path.name().map_or_else(|| self.path.words(), shown)]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        vec![self.want.clone()]
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let lines = match facts.get(&self.want) {
            Answer::File(contents) => lines(contents),
            _ => Vec::new(),
        };
        Sheet { lines, changes_in: None }
    }
}

fn note(words: String) -> Line {
    Line::new(0, [Span::new(words, Tone::Muted)])
}

fn lines(contents: &Arc<Contents>) -> Vec<Line> {
    let Contents { bytes, more } = &**contents;
    let size = size_words(bytes.len() as u64);
    if bytes.is_empty() {
        return vec![note("the file is empty".to_owned())];
    }
    if bytes[..bytes.len().min(LOOKED_AT)].contains(&0) {
        let size = if *more { format!("more than {size}") } else { size };
        return vec![note(format!("this is no text ({size}): it can be downloaded"))];
    }
    let text = String::from_utf8_lossy(bytes);
    let line = |line: &str| {
        let line = line.strip_suffix('\r').unwrap_or(line).replace('\t', "    ");
        let indent = line.len() - line.trim_start_matches(' ').len();
        let indent = u16::try_from(indent).unwrap_or(0);
        Line::new(indent, [Span::new(&line[usize::from(indent)..], Tone::Text)])
    };
    let mut lines: Vec<Line> = text.lines().map(line).collect();
    if *more {
        lines.push(note(format!("only the first {size} are shown: the file can be downloaded")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8], more: bool) -> String {
        let lines = lines(&Arc::new(Contents { bytes: bytes.to_vec(), more }));
        Sheet { lines, changes_in: None }.text()
    }

    #[test]
    fn text_is_shown_and_what_is_none_is_not() {
        assert_eq!(shown(b"a:\n  b: 1\r\n\tc\n", false), "a:\n  b: 1\n    c\n");
        assert_eq!(shown(b"\xffoo", false), "\u{fffd}oo\n");
        assert!(shown(b"\x7fELF\0\0", true).starts_with("this is no text (more than 6 B)"));
        assert!(shown(b"long", true).contains("only the first 4 B are shown"));
        assert_eq!(shown(b"", false), "the file is empty\n");
    }
}
