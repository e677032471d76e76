//! A search in the lines of a text.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::line::TextLine;

/// The most matches that are noted; beyond it nobody steps from one to the next.
const MOST: usize = 10_000;
/// How large a regex may become, in bytes.
const REGEX_LIMIT: usize = 1 << 20;

/// A search: a regex where the pattern is one, else plain text; in any case of letters unless the pattern has a capital.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pattern: String,
    regex: Option<Regex>,
    hits: Vec<(usize, Range<usize>)>,
}

impl Search {
    /// What is searched for; empty where nothing is.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// How many matches there are.
    pub fn count(&self) -> usize {
        self.hits.len()
    }

    /// Which match, from 1, stands in this line or before it; 0 where none does.
    pub fn place(&self, line: usize) -> usize {
        self.hits.partition_point(|(l, _)| *l <= line)
    }

    pub(in super::super) fn set(&mut self, pattern: &str) {
        pattern.clone_into(&mut self.pattern);
        let build = |pattern: &str| {
            RegexBuilder::new(pattern)
                .case_insensitive(!self.pattern.chars().any(char::is_uppercase))
                .size_limit(REGEX_LIMIT)
                .build()
                .ok()
        };
        self.regex = (!pattern.is_empty())
            .then(|| build(pattern).or_else(|| build(&regex::escape(pattern))))
            .flatten();
    }

    /// Whether it finds anything in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// What it finds in a text, as ranges of bytes.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let found = self.regex.iter().flat_map(|regex| regex.find_iter(text));
        found.map(|m| m.range()).filter(|range| !range.is_empty()).collect()
    }

    pub(super) fn find(&mut self, lines: &[TextLine]) {
        self.hits.clear();
        let Some(regex) = &self.regex else { return };
        let hits = lines.iter().enumerate().flat_map(|(i, line)| {
            regex.find_iter(&line.text).filter(|m| !m.is_empty()).map(move |m| (i, m.range()))
        });
        self.hits.extend(hits.take(MOST));
    }

    pub(super) fn in_line(&self, line: usize) -> impl Iterator<Item = Range<usize>> {
        let start = self.hits.partition_point(|(l, _)| *l < line);
        self.hits[start..].iter().take_while(move |(l, _)| *l == line).map(|(_, r)| r.clone())
    }

    /// The line of the next match from a line on, round the end; `stay` takes a match in the line itself.
    pub(super) fn next(&self, line: usize, forward: bool, stay: bool) -> Option<usize> {
        if stay && self.in_line(line).next().is_some() {
            return Some(line);
        }
        let at = |i: usize| self.hits.get(i).map(|(line, _)| *line);
        if forward {
            at(self.hits.partition_point(|(l, _)| *l <= line)).or_else(|| at(0))
        } else {
            let before = self.hits.partition_point(|(l, _)| *l < line);
            before.checked_sub(1).and_then(at).or_else(|| self.hits.last().map(|(l, _)| *l))
        }
    }

    pub(in super::super) fn nothing(&self) -> String {
        if self.pattern.is_empty() {
            "nothing is searched for: type a search first".to_owned()
        } else {
            format!("{:?} is not found", self.pattern)
        }
    }
}
