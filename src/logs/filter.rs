//! What a line must say to be shown, as a person types it.

use std::borrow::Cow;
use std::ops::Range;

use jiff::tz::TimeZone;
use regex::bytes::{Regex, RegexBuilder};

use super::{Entry, Kind, Level, ansi, when};

/// How large a regex may become, in bytes.
const REGEX_LIMIT: usize = 1 << 20;
/// What stands between patterns.
const AND: &str = " && ";

/// Text to be found: a regex where it is one, else plain text; in any case of letters unless it has a capital.
#[derive(Clone, Debug)]
pub struct Find {
    text: String,
    regex: Regex,
}

impl Find {
    /// What is looked for by this text; `None` where that is nothing.
    pub fn new(text: &str) -> Option<Self> {
        let build = |pattern: &str| {
            RegexBuilder::new(pattern)
                .case_insensitive(!text.chars().any(char::is_uppercase))
                .size_limit(REGEX_LIMIT)
                .build()
                .ok()
        };
        if text.is_empty() {
            return None;
        }
        let regex = build(text).or_else(|| build(&regex::escape(text)))?;
        Some(Self { text: text.to_owned(), regex })
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is in a line. Sequences of colours are not looked at.
    pub fn is_in(&self, line: &[u8]) -> bool {
        self.regex.is_match(&readable(line))
    }

    /// Where it is in a text, as ranges of bytes.
    pub fn ranges(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        let found = self.regex.find_iter(text.as_bytes()).map(|found| found.range());
        found.filter(|range| !range.is_empty())
    }
}

/// A line without sequences.
fn readable(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(0x1b, line).is_none() {
        return Cow::Borrowed(line);
    }
    Cow::Owned(ansi::plain(&String::from_utf8_lossy(line)).into_bytes())
}

/// What a line must say to be shown.
///
/// Patterns are parted by `&&`, and each must hold: a pattern is one that the line has, `!pattern` one that it has not; `~pattern` only highlights; and
/// `@11:59`, `@10m`, `@11:59..12:05` is when it was written.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    text: String,
    include: Vec<Find>,
    exclude: Vec<Find>,
    highlight: Vec<Find>,
    spans: Vec<Range<i64>>,
    wrong: Option<(Range<usize>, String)>,
    /// At least as grave as this.
    pub level: Level,
    /// Whether events are left out.
    pub no_events: bool,
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            && self.spans == other.spans
            && self.level == other.level
            && self.no_events == other.no_events
    }
}

impl Filter {
    /// The same but for what is typed; times are read at `now`, seconds since the Unix epoch, in the machine's zone.
    #[must_use]
    pub fn typed(&self, text: &str, now: i64) -> Self {
        let mut filter = Self {
            text: text.to_owned(),
            level: self.level,
            no_events: self.no_events,
            ..Self::default()
        };
        let mut at = 0;
        for term in text.split(AND) {
            let range = at..at + term.len();
            at = range.end + AND.len();
            filter.term(term, range, now);
        }
        filter
    }

    fn term(&mut self, term: &str, at: Range<usize>, now: i64) {
        let term = term.strip_suffix(" &&").or(term.strip_suffix(" &")).unwrap_or(term);
        if let Some(pattern) = term.strip_prefix('!') {
            self.exclude.extend(Find::new(pattern));
        } else if let Some(pattern) = term.strip_prefix('~') {
            self.highlight.extend(Find::new(pattern));
        } else if let Some(span) = term.strip_prefix('@') {
            match when::span(span, now, &TimeZone::system()) {
                Some(span) => self.spans.push(span),
                None => {
                    let why = format!("{span:?} is no time: {}, 11:50..11:59", when::EXAMPLES);
                    self.wrong.get_or_insert((at, why));
                }
            }
        } else {
            self.include.extend(Find::new(term.strip_prefix('\\').unwrap_or(term)));
        }
    }

    /// The same, of lines that are at least as grave.
    #[must_use]
    pub fn at_least(&self, level: Level) -> Self {
        Self { level, ..self.clone() }
    }

    /// The same, with events or without.
    #[must_use]
    pub fn without_events(mut self, without: bool) -> Self {
        self.no_events = without;
        self
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with what was typed, and where.
    pub fn wrong(&self) -> Option<&(Range<usize>, String)> {
        self.wrong.as_ref()
    }

    /// Whether it keeps lines from being shown.
    pub fn is_narrow(&self) -> bool {
        self.level != Level::Unknown
            || !(self.include.is_empty() && self.exclude.is_empty() && self.spans.is_empty())
    }

    /// Whether anything of it is there that a person could take away.
    pub fn is_on(&self) -> bool {
        self.is_narrow() || !self.text.is_empty()
    }

    /// Whether this entry is shown. What is no line (who joins and leaves, what a person should know) is, unless a text is looked for.
    pub fn keeps(&self, entry: &Entry, line: &[u8]) -> bool {
        if !self.spans.iter().all(|span| span.contains(&entry.time)) {
            return false;
        }
        match entry.kind {
            Kind::Line | Kind::More if entry.level < self.level => return false,
            Kind::Event if self.no_events => return false,
            Kind::Event | Kind::Line | Kind::More => {}
            Kind::Joined | Kind::Left | Kind::Note => return self.include.is_empty(),
        }
        if self.include.is_empty() && self.exclude.is_empty() {
            return true;
        }
        let line = readable(line);
        !self.exclude.iter().any(|find| find.regex.is_match(&line))
            && self.include.iter().all(|find| find.regex.is_match(&line))
    }

    /// What it finds in a text, as ranges of bytes.
    pub fn found(&self, text: &str) -> Vec<Range<usize>> {
        self.include.iter().flat_map(|find| find.ranges(text)).collect()
    }

    /// What is to be highlighted in a text, as ranges of bytes, each with the number of its pattern.
    pub fn highlighted(&self, text: &str) -> Vec<(Range<usize>, usize)> {
        let all = self.highlight.iter().enumerate();
        all.flat_map(|(at, find)| find.ranges(text).map(move |range| (range, at))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Entries, StreamId};
    use super::*;
    use proptest::prelude::*;

    /// 2026-01-15T12:00:00Z.
    const NOON: i64 = 1_768_478_400;

    fn kept(filter: &str, lines: &[&str]) -> Vec<String> {
        let filter = Filter::default().typed(filter, NOON);
        let mut entries = Entries::default();
        for (second, line) in lines.iter().enumerate() {
            let time = (NOON - 60 + second as i64) * 1_000_000_000;
            entries.push(time, StreamId(0), Kind::Line, line.as_bytes());
        }
        let kept = entries.iter().filter(|(entry, text)| filter.keeps(entry, text));
        kept.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect()
    }

    #[test]
    fn every_pattern_must_hold() {
        let lines = ["GET /a 200", "GET /b 500", "POST /a 500", "get /c", "!x && y"];
        let cases: [(&str, &[usize]); 11] = [
            ("", &[0, 1, 2, 3, 4]),
            ("get", &[0, 1, 3]),
            ("GET", &[0, 1]),
            ("get && 500", &[1]),
            ("get && ", &[0, 1, 3]),
            ("500|/c", &[1, 2, 3]),
            ("!500", &[0, 3, 4]),
            ("!500 && !/c", &[0, 4]),
            ("/ && !500 && ~get", &[0, 3]),
            ("~500", &[0, 1, 2, 3, 4]),
            ("\\!x", &[4]),
        ];
        for (filter, wanted) in cases {
            let wanted: Vec<&str> = wanted.iter().map(|at| lines[*at]).collect();
            assert_eq!(kept(filter, &lines), wanted, "{filter}");
        }
        assert_eq!(kept("a(", &["a(b", "ab"]), ["a(b"], "what is no regex is text");
        assert_eq!(kept("error", &["\x1b[31mer\x1b[1mror\x1b[0m"]).len(), 1);
        assert_eq!(kept("31", &["\x1b[31mx"]).len(), 0, "a sequence is no text");
    }

    #[test]
    fn lines_are_of_a_time() {
        let lines = ["a", "b", "c", "d"];
        assert_eq!(kept("@59s", &lines), ["b", "c", "d"]);
        assert_eq!(kept("@59s..58s", &lines), ["b", "c"]);
        assert_eq!(kept("@58s.. && !c", &lines), ["d"]);
        let wrong = Filter::default().typed("a && @soon", NOON);
        let (at, why) = wrong.wrong().unwrap();
        assert_eq!(&wrong.text()[at.clone()], "@soon");
        assert!(why.contains("soon"), "{why}");
    }

    #[test]
    fn each_pattern_that_highlights_is_told_apart() {
        let filter = Filter::default().typed("~a && ~b", NOON);
        assert!(!filter.is_narrow());
        assert_eq!(filter.highlighted("xab"), [(1..2, 0), (2..3, 1)]);
    }

    proptest! {
        #[test]
        fn any_text_is_a_filter(text in "\\PC{0,40}", like in "[ab!~@&(*\\\\ 0-9:.]{0,40}", line in prop::collection::vec(any::<u8>(), 0..60)) {
            for text in [text, like] {
                let filter = Filter::default().typed(&text, NOON);
                let mut entries = Entries::default();
                entries.push(0, StreamId(0), Kind::Line, &line);
                let (entry, bytes) = entries.get(0).unwrap();
                let _ = filter.keeps(&entry, bytes);
                let shown = String::from_utf8_lossy(&line);
                for (range, _) in filter.highlighted(&shown) {
                    prop_assert!(shown.get(range.clone()).is_some() || !shown.is_char_boundary(range.start) || !shown.is_char_boundary(range.end));
                }
            }
        }
    }
}
