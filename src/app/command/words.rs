//! A command line, cut into words.

use std::ops::Range;

use super::super::prompt::Complaint;

/// A word of a command line, without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    pub at: Range<usize>,
}

/// Cuts a line into words at spaces; quotes keep spaces together. From a word that begins with `/` (not the first) on, everything is
/// the filter, which has its own rules.
pub(super) fn words(line: &str) -> Result<(Vec<Word>, Option<Word>), Complaint> {
    cut(line, true)
}

/// As [`words`], but no word begins a filter.
pub(super) fn plain(line: &str) -> Result<Vec<Word>, Complaint> {
    cut(line, false).map(|(words, _)| words)
}

fn cut(line: &str, filters: bool) -> Result<(Vec<Word>, Option<Word>), Complaint> {
    let mut words: Vec<Word> = Vec::new();
    let mut chars = line.char_indices().peekable();
    while let Some(&(start, c)) = chars.peek() {
        if c.is_whitespace() {
            chars.next();
            continue;
        }
        if filters && c == '/' && !words.is_empty() {
            let text = line[start + 1..].trim_end().to_owned();
            return Ok((words, Some(Word { text, at: start..line.len() })));
        }
        let mut text = String::new();
        let mut quote: Option<(usize, char)> = None;
        let mut end = start;
        while let Some(&(at, c)) = chars.peek() {
            match quote {
                None if c.is_whitespace() => break,
                None if c == '"' || c == '\'' => quote = Some((at, c)),
                Some((_, open)) if c == open => quote = None,
                _ => text.push(c),
            }
            end = at + c.len_utf8();
            chars.next();
        }
        if let Some((at, open)) = quote {
            let message = format!("the quote {open} is not closed");
            return Err(Complaint { message, at: at..line.len() });
        }
        words.push(Word { text, at: start..end });
    }
    Ok((words, None))
}
