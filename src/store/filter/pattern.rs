//! Text to be found in the values of a row.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use crate::kinds::Cell;
use crate::store::row::{Row, Str};

/// The largest compiled regex, in bytes: any pattern a person types fits, and a hostile one is an error.
const REGEX_SIZE: usize = 1 << 20;

/// Text to be found, whatever its case.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    Phrase(Phrase),
    Regex(Regex),
}

/// Words to be found in order: side by side in one value, as they were typed, or in values from left to right.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    /// In lower case.
    text: Box<str>,
    /// Where its words are; a quoted text is one word, spaces included.
    words: Box<[Range<usize>]>,
    /// Whether some word may be part of a number's text.
    numeric: bool,
}

/// Compiles a regex, ignoring case, within limits.
pub(super) fn regex(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(REGEX_SIZE)
        .dfa_size_limit(REGEX_SIZE)
        .nest_limit(50)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                "the pattern needs too much memory; say it with less repetition".to_owned()
            }
            // The last line of the report says what is wrong; those above draw it.
            error => {
                let report = error.to_string();
                let cause = report.lines().last().unwrap_or_default();
                cause.trim_start_matches("error: ").to_owned()
            }
        })
}

impl Phrase {
    /// Words that may be apart from each other.
    pub fn words(text: &str) -> Self {
        let text = text.to_lowercase();
        let mut words = Vec::new();
        let mut at = 0;
        for part in text.split(char::is_whitespace) {
            if !part.is_empty() {
                words.push(at..at + part.len());
            }
            // What split the text is one character, of one byte or several.
            at += part.len();
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
        Self::of(&text, words)
    }

    /// One text to be found as it stands.
    pub fn quoted(text: &str) -> Self {
        let text = text.to_lowercase();
        let whole = 0..text.len();
        Self::of(&text, vec![whole])
    }

    fn of(text: &str, words: Vec<Range<usize>>) -> Self {
        let numeric = words.iter().any(|word| {
            text[word.clone()]
                .bytes()
                .all(|b| b.is_ascii_digit() || b"-/.mkgtpeishdwy".contains(&b))
        });
        Self { text: text.into(), words: words.into(), numeric }
    }

    /// How many words have been found once this value has been read, given how many were found before it.
    fn advance(&self, from: usize, value: &str) -> usize {
        let mut to = from;
        while let (Some(first), Some(last)) = (self.words.get(from), self.words.get(to)) {
            if !contains(value, &self.text[first.start..last.end]) {
                break;
            }
            to += 1;
        }
        to
    }

    /// Whether every row that this phrase finds is found by the other one.
    pub fn implies(&self, other: &Self) -> bool {
        let apart = other.words.len() > 1 || !other.text.contains(char::is_whitespace);
        self.text.starts_with(&*other.text) && (apart || self.words.len() == 1)
    }
}

impl Pattern {
    fn advance(&self, from: usize, value: &str) -> usize {
        match self {
            Self::Phrase(phrase) => phrase.advance(from, value),
            Self::Regex(regex) => from.max(usize::from(regex.is_match(value))),
        }
    }

    fn goal(&self) -> usize {
        match self {
            Self::Phrase(phrase) => phrase.words.len(),
            Self::Regex(_) => 1,
        }
    }

    fn numeric(&self) -> bool {
        match self {
            Self::Phrase(phrase) => phrase.numeric,
            Self::Regex(_) => true,
        }
    }

    /// Whether it is found in the row: in its namespace, its name, or its cells as they are shown. What time alone changes (ages) is not
    /// searched: rows would come and go under the reader's eyes.
    pub fn is_in(&self, row: &Row, namespace: bool, memo: Option<&mut Memo>) -> bool {
        let mut scratch = String::new();
        let mut memo = memo;
        let goal = self.goal();
        let mut found = 0;
        if namespace {
            found = self.text(found, 0, &row.namespace, memo.as_deref_mut());
        }
        if found < goal {
            found = self.advance(found, &row.name);
        }
        for (column, cell) in row.cells.iter().enumerate() {
            if found >= goal {
                return true;
            }
            found = match cell {
                Cell::Text(text) => self.text(found, column + 1, text, memo.as_deref_mut()),
                Cell::Ports(ports) => {
                    self.text(found, column + 1, ports.text(), memo.as_deref_mut())
                }
                Cell::Age(_) | Cell::Until(_) | Cell::Blank | Cell::None => found,
                _ if !self.numeric() => found,
                cell => {
                    let mut step = |from: usize| {
                        scratch.clear();
                        written(cell, &mut scratch);
                        self.advance(from, &scratch)
                    };
                    match (memo.as_deref_mut(), Memo::number(cell)) {
                        (Some(memo), Some(key)) => memo.advance(column + 1, key, found, step),
                        _ => step(found),
                    }
                }
            };
        }
        found >= goal
    }

    fn text(&self, from: usize, column: usize, text: &Str, memo: Option<&mut Memo>) -> usize {
        match memo {
            // The address stands for the text: the row holds it while the memo lives.
            Some(memo) => memo.advance(column, text.as_ptr().addr() as u64, from, |from| {
                self.advance(from, text)
            }),
            None => self.advance(from, text),
        }
    }

    /// The parts of a value's text to be highlighted: the whole phrase where it stands together, its words otherwise.
    pub fn find(&self, value: &str, out: &mut Vec<Range<usize>>) {
        match self {
            Self::Regex(regex) => {
                out.extend(regex.find_iter(value).map(|m| m.range()).filter(|r| !r.is_empty()));
            }
            Self::Phrase(phrase) => {
                let before = out.len();
                find_all(value, &phrase.text, out);
                if out.len() == before && phrase.words.len() > 1 {
                    for word in &phrase.words {
                        find_all(value, &phrase.text[word.clone()], out);
                    }
                }
            }
        }
    }
}

/// The cell's text, as far as time does not change it.
fn written(cell: &Cell, out: &mut String) {
    match cell {
        Cell::CountAgo { count, .. } => Cell::Int(i64::from(*count)).write(0, out),
        cell => cell.write(0, out),
    }
}

/// What was found out about the values of a column, kept for the next rows: most values repeat.
///
/// A small table that forgets by overwriting, so values that never repeat cost next to nothing.
#[derive(Default)]
pub(super) struct Memo {
    columns: Vec<Box<[Known]>>,
}

#[derive(Clone, Copy, Default)]
struct Known {
    key: u64,
    from: u16,
    to: u16,
}

impl Memo {
    const SIZE: usize = 256;

    fn advance(
        &mut self,
        column: usize,
        key: u64,
        from: usize,
        step: impl FnOnce(usize) -> usize,
    ) -> usize {
        while self.columns.len() <= column {
            self.columns.push(vec![Known::default(); Self::SIZE].into());
        }
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
        let known = &mut self.columns[column][mixed as usize % Self::SIZE];
        if known.key != key || usize::from(known.from) != from {
            // A filter is shorter than what 16 bits count.
            *known = Known { key, from: from as u16, to: step(from) as u16 };
        }
        usize::from(known.to)
    }

    /// A key for a number, apart from every address and from other numbers of the column's type.
    fn number(cell: &Cell) -> Option<u64> {
        const NUMBER: u64 = 1 << 63;
        let small = |n: i64| u64::try_from(n).ok().filter(|n| *n < 1 << 56);
        Some(match cell {
            Cell::Int(n) => small(*n)? | NUMBER,
            Cell::CountAgo { count, .. } => u64::from(*count) | NUMBER,
            Cell::Ratio(a, b) if a.max(b) >> 28 == 0 => {
                u64::from(*a) << 28 | u64::from(*b) | 1 << 57 | NUMBER
            }
            Cell::Duration(n) => small(*n)? | 2 << 57 | NUMBER,
            Cell::Millicores(n) => small(*n)? | 4 << 57 | NUMBER,
            Cell::Bytes(n) => small(*n)? | 8 << 57 | NUMBER,
            _ => return None,
        })
    }
}

/// Whether a text contains another, which is in lower case already.
fn contains(text: &str, lower: &str) -> bool {
    if !lower.is_ascii() {
        return !text.is_ascii() && text.to_lowercase().contains(lower);
    }
    let (hay, needle) = (text.as_bytes(), lower.as_bytes());
    let Some((&first, rest)) = needle.split_first() else { return true };
    let Some(last_start) = hay.len().checked_sub(needle.len()) else { return false };
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), &hay[..=last_start])
        .any(|at| hay[at + 1..at + needle.len()].eq_ignore_ascii_case(rest))
}

/// Every place where a text contains another, which is in lower case already; places do not overlap.
fn find_all(text: &str, lower: &str, out: &mut Vec<Range<usize>>) {
    if lower.is_empty() {
        return;
    }
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if let Some(len) = prefix(&text[at..], lower) {
            out.push(at..at + len);
            at += len;
        } else {
            at += c.len_utf8();
        }
    }
}

/// How many bytes of the text, in lower case, are this; `None` where it begins otherwise or ends inside a character.
fn prefix(text: &str, lower: &str) -> Option<usize> {
    let mut rest = lower;
    for (at, c) in text.char_indices() {
        if rest.is_empty() {
            return Some(at);
        }
        for small in c.to_lowercase() {
            rest = rest.strip_prefix(small)?;
        }
    }
    rest.is_empty().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_contains_what_lower_case_text_contains(text in "[aAbBkKéÉ ]{0,12}", part in "[abké ]{1,3}") {
            prop_assert_eq!(contains(&text, &part), text.to_lowercase().contains(&part));
            let mut found = Vec::new();
            find_all(&text, &part, &mut found);
            prop_assert_eq!(!found.is_empty(), contains(&text, &part));
            for range in found {
                prop_assert_eq!(text[range].to_lowercase(), part.as_str());
            }
        }

        #[test]
        fn any_text_can_be_highlighted(text in ".{0,20}", pattern in ".{1,6}") {
            let mut found = Vec::new();
            Pattern::Phrase(Phrase::words(&pattern)).find(&text, &mut found);
            if let Ok(regex) = regex(&pattern) {
                Pattern::Regex(regex).find(&text, &mut found);
            }
            prop_assert!(found.iter().all(|range| text.get(range.clone()).is_some()));
        }
    }
}
