//! The language of the `/` filter.
//!
//! A filter is terms with spaces between them; a row must pass all of them. None of them looks at case.
//!
//! - `web`: text, found in the namespace, the name or a cell as shown (ages aside, since they change by themselves).
//! - `back-off restarting`: words, in this order: side by side in one value just as typed, or in values from left to right.
//! - `"web 1"`: quoted, it is found just as it stands, whatever signs it has.
//! - `web.*`: a word with one of `* + ? ( ) [ ] { } | ^ $ \` is a regex, found in one value; `^` and `$` are that value's ends. A dot alone is
//!   a dot.
//! - `!term`: rows that the term does not let pass.
//! - `-l app=web,tier in (front,back),!canary`: a label selector as kubectl's `-l`.
//! - `restarts>5`, `age<2h`, `status=CrashLoopBackOff`, `cpu>=500m`, `ready!=1/1`, `ready<1`, `node~^gpu`: a column's value, compared as what
//!   it is, with `= != < <= > >=`, or with a regex by `~` and `!~`. A space in a column's name is written `-`. `ready<1` and `ready<50%` compare the
//!   share; a number above 1 compares the count.
//! - `health=broken`, `health>=warning`: how a row is doing, from idle over ok, changing and warning to broken.

mod compare;
mod health;
mod parse;
mod pattern;

use std::ops::Range;
use std::sync::Arc;

use crate::kinds::{Column, Value};

use super::link::Selector;
use super::row::Row;
use compare::Compare;
use health::HealthTest;
use pattern::{Memo, Pattern};

/// Why a text is no filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// The cause and the next step, a sentence for people.
    pub message: String,
    /// The bytes of the text that it is about.
    pub at: Range<usize>,
}

/// Which rows a page shows; the module says in which language. The default one lets everything pass. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    text: Arc<str>,
    terms: Arc<[Term]>,
    one_namespace: bool,
}

/// One term.
#[derive(Clone, Debug)]
struct Term {
    not: bool,
    /// What was typed.
    source: Box<str>,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Pattern(Pattern),
    Labels(Selector),
    Compare(Compare),
    Health(HealthTest),
}

impl Filter {
    /// Reads a filter, looking its columns up among these. Any text is a filter or an error.
    pub fn parse(text: &str, columns: &[Column]) -> Result<Self, FilterError> {
        let terms = parse::parse(text, columns)?;
        Ok(Self { text: text.into(), terms: terms.into(), one_namespace: false })
    }

    /// The same, for a page whose rows are all in one namespace: text is not searched there, where it would find all rows or none.
    #[must_use]
    pub fn in_one_namespace(self) -> Self {
        Self { one_namespace: true, ..self }
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets everything pass.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it searches the texts of rows.
    pub(super) fn searches_text(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Pattern(_)))
    }

    /// Whether the row passes; `now` is in seconds since the Unix epoch.
    pub fn matches(&self, row: &Row, now: i64) -> bool {
        self.terms.iter().all(|term| term.holds(row, now, !self.one_namespace, None))
    }

    /// The parts of a value's text that its text terms find, in bytes, ascending and apart from each other.
    pub fn highlights(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for term in self.terms.iter().filter(|term| !term.not) {
            if let Test::Pattern(pattern) = &term.test {
                pattern.find(text, &mut found);
            }
        }
        joined(found)
    }

    /// As [`Filter::highlights`], for the text of a value of this column: what a regex comparison finds there is included, and in ages, which text
    /// does not search, nothing else is.
    pub fn highlights_in(&self, column: &Column, text: &str) -> Vec<Range<usize>> {
        let mut found = match column.value {
            Value::Age => Vec::new(),
            Value::Namespace if self.one_namespace => Vec::new(),
            _ => self.highlights(text),
        };
        for term in self.terms.iter().filter(|term| !term.not) {
            if let Test::Compare(compare) = &term.test
                && compare.column == column.value
                && let compare::Op::Matches(regex) = &compare.op
            {
                found.extend(regex.find_iter(text).map(|m| m.range()).filter(|r| !r.is_empty()));
            }
        }
        joined(found)
    }

    /// When the verdict on this row may change by the passing of time alone.
    pub(super) fn due(&self, row: &Row, now: i64) -> Option<i64> {
        let due = |term: &Term| match &term.test {
            Test::Compare(compare) => compare.due(row, now),
            Test::Pattern(_) | Test::Labels(_) | Test::Health(_) => None,
        };
        self.terms.iter().filter_map(due).min()
    }

    /// Whether every row that passes this filter passes the other one, as far as that can be told from the terms; time aside.
    pub(super) fn narrows(&self, other: &Self) -> bool {
        self.one_namespace == other.one_namespace
            && other.terms.iter().all(|old| self.terms.iter().any(|new| new.implies(old)))
    }

    /// The same text, its columns looked up anew.
    pub(super) fn read_again(&self, columns: &[Column]) -> Result<Self, FilterError> {
        let read = Self::parse(&self.text, columns)?;
        Ok(Self { one_namespace: self.one_namespace, ..read })
    }
}

/// Ranges in order, those that touch made one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|next, last| {
        let touch = next.start <= last.end;
        if touch {
            last.end = last.end.max(next.end);
        }
        touch
    });
    ranges
}

impl Term {
    fn holds(&self, row: &Row, now: i64, namespace: bool, memo: Option<&mut Memo>) -> bool {
        let holds = match &self.test {
            Test::Pattern(pattern) => pattern.is_in(row, namespace, memo),
            Test::Labels(selector) => selector.matches(&row.labels),
            Test::Compare(compare) => compare.holds(row, now),
            Test::Health(test) => test.holds(row),
        };
        holds != self.not
    }

    fn implies(&self, other: &Self) -> bool {
        match (&self.test, &other.test) {
            _ if self.not != other.not => false,
            (Test::Pattern(Pattern::Phrase(new)), Test::Pattern(Pattern::Phrase(old))) => {
                if self.not { old.implies(new) } else { new.implies(old) }
            }
            _ => self.source == other.source,
        }
    }
}

/// A filter at work on many rows: it remembers what it found out about values that repeat. The rows must stay as they are meanwhile.
pub(super) struct Sieve {
    one_namespace: bool,
    /// Its own: a regex that several threads share makes them wait for each other.
    terms: Vec<(Term, Memo)>,
}

impl Sieve {
    pub fn new(filter: &Filter) -> Self {
        let terms = filter.terms.iter().map(|term| (term.clone(), Memo::default()));
        Self { one_namespace: filter.one_namespace, terms: terms.collect() }
    }

    /// As [`Filter::matches`].
    pub fn passes(&mut self, row: &Row, now: i64) -> bool {
        let namespace = !self.one_namespace;
        self.terms.iter_mut().all(|(term, memo)| term.holds(row, now, namespace, Some(memo)))
    }
}

#[cfg(test)]
mod tests;
