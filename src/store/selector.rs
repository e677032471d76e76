//! Label selectors as kubectl's `-l` reads them (apimachinery `labels.Parse`).

use std::fmt;
use std::ops::Range;

use super::link::{Op, Requirement, Selector};
use super::row::{Labels, Str};

/// Why a text is no label selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SelectorError {
    /// The cause and what is expected, a sentence for people.
    pub message: String,
    /// The bytes of the text that it is about.
    pub at: Range<usize>,
}

impl Selector {
    /// Reads kubectl's `-l` syntax: `key`, `!key`, `key=value`, `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`, `key>1`,
    /// `key<1`, separated by commas. An empty text selects everything.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let mut parser = Parser { text, at: 0 };
        let selector = parser.selector()?;
        if parser.at < text.len() {
            return Err(parser.error_here());
        }
        Ok(selector)
    }

    /// Reads a selector at the beginning of a longer text: it ends where no comma follows a requirement. Gives its length in bytes too.
    pub(super) fn parse_prefix(text: &str) -> Result<(Self, usize), SelectorError> {
        let mut parser = Parser { text, at: 0 };
        let selector = parser.selector()?;
        Ok((selector, parser.at))
    }

    /// Whether an object with these labels is selected; an empty selector selects every object.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.0.iter().all(|requirement| requirement.matches(labels))
    }
}

impl Requirement {
    /// Whether it holds of these labels.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = find(labels, &self.key);
        match (&self.op, value) {
            (Op::In(values), Some(value)) => values.iter().any(|v| **v == **value),
            (Op::NotIn(values), Some(value)) => values.iter().all(|v| **v != **value),
            (Op::Exists, Some(_)) | (Op::NotIn(_) | Op::DoesNotExist, None) => true,
            (Op::Greater(bound), Some(value)) => value.parse().is_ok_and(|v: i64| v > *bound),
            (Op::Less(bound), Some(value)) => value.parse().is_ok_and(|v: i64| v < *bound),
            (Op::In(_) | Op::Exists | Op::Greater(_) | Op::Less(_), None)
            | (Op::DoesNotExist, Some(_)) => false,
        }
    }
}

/// Labels are sorted by key, so a search by halves finds one; label sets are small enough that it hardly matters.
fn find<'a>(labels: &'a Labels, key: &str) -> Option<&'a Str> {
    let at = labels.binary_search_by(|(k, _)| (**k).cmp(key)).ok()?;
    labels.get(at).map(|(_, value)| value)
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, requirement) in self.0.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            write!(f, "{comma}{requirement}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match &self.op {
            Op::In(values) if values.len() == 1 => write!(f, "{key}={}", values[0]),
            Op::NotIn(values) if values.len() == 1 => write!(f, "{key}!={}", values[0]),
            Op::In(values) => write!(f, "{key} in ({})", values.join(",")),
            Op::NotIn(values) => write!(f, "{key} notin ({})", values.join(",")),
            Op::Exists => write!(f, "{key}"),
            Op::DoesNotExist => write!(f, "!{key}"),
            Op::Greater(bound) => write!(f, "{key}>{bound}"),
            Op::Less(bound) => write!(f, "{key}<{bound}"),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// Up to the end, or up to what is not joined by a comma.
    fn selector(&mut self) -> Result<Selector, SelectorError> {
        let mut requirements = Vec::new();
        self.skip_space();
        if self.at == self.text.len() {
            return Ok(Selector(requirements));
        }
        loop {
            requirements.push(self.requirement()?);
            self.skip_space();
            if !self.eat(",") {
                return Ok(Selector(requirements));
            }
            self.skip_space();
        }
    }

    /// What went wrong where a requirement is complete and more follows.
    fn error_here(&mut self) -> SelectorError {
        if self.rest().starts_with(|c: char| "=!<>,()".contains(c)) {
            return self.error("a comma must stand between two requirements");
        }
        let start = self.at;
        self.word();
        self.error_from(
            start,
            "after a key, one of = != > < in notin must stand, or a comma".to_owned(),
        )
    }

    fn requirement(&mut self) -> Result<Requirement, SelectorError> {
        if self.eat("!") {
            self.skip_space();
            let key = self.key()?;
            return Ok(Requirement { key, op: Op::DoesNotExist });
        }
        let key = self.key()?;
        self.skip_space();
        // Longer operators first.
        let op = if self.eat("!=") {
            Op::NotIn(vec![self.value()?])
        } else if self.eat("==") || self.eat("=") {
            Op::In(vec![self.value()?])
        } else if self.eat(">") {
            Op::Greater(self.number()?)
        } else if self.eat("<") {
            Op::Less(self.number()?)
        } else {
            let start = self.at;
            match self.word() {
                "in" => Op::In(self.set()?),
                "notin" => Op::NotIn(self.set()?),
                _ => {
                    self.at = start;
                    Op::Exists
                }
            }
        };
        Ok(Requirement { key, op })
    }

    fn key(&mut self) -> Result<String, SelectorError> {
        let start = self.at;
        let key = self.word();
        let (prefix, name) = key.rsplit_once('/').unwrap_or(("a", key));
        let prefix_fits = !prefix.is_empty()
            && prefix.len() <= 253
            && prefix
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
        if key.is_empty() {
            return Err(self.error("a label's key must stand here"));
        }
        if name.is_empty() || !is_label_text(name) || !prefix_fits {
            return Err(self.error_from(start, format!("`{key}` is no valid key of a label")));
        }
        Ok(key.to_owned())
    }

    fn value(&mut self) -> Result<String, SelectorError> {
        self.skip_space();
        let start = self.at;
        let value = self.word();
        if is_label_text(value) {
            Ok(value.to_owned())
        } else {
            Err(self.error_from(start, format!("`{value}` is no valid value of a label")))
        }
    }

    fn number(&mut self) -> Result<i64, SelectorError> {
        self.skip_space();
        let start = self.at;
        let word = self.word();
        word.parse().map_err(|_| {
            self.error_from(start, format!("`{word}` is no whole number, and > and < compare such"))
        })
    }

    fn set(&mut self) -> Result<Vec<String>, SelectorError> {
        self.skip_space();
        if !self.eat("(") {
            return Err(self.error("values in parentheses must follow, such as (a,b)"));
        }
        let mut values = Vec::new();
        loop {
            values.push(self.value()?);
            self.skip_space();
            if self.eat(")") {
                // As in Kubernetes, values are a set.
                values.sort_unstable();
                values.dedup();
                return Ok(values);
            }
            if !self.eat(",") {
                return Err(self.error("a comma or a closing parenthesis must stand here"));
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Everything up to a space or a sign of the syntax.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end =
            rest.find(|c: char| c.is_whitespace() || "=!<>,()".contains(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn error(&self, message: &str) -> SelectorError {
        let len = self.rest().chars().next().map_or(0, char::len_utf8);
        SelectorError { message: message.to_owned(), at: self.at..self.at + len }
    }

    fn error_from(&self, start: usize, message: String) -> SelectorError {
        SelectorError { message, at: start..self.at }
    }
}

/// The rule for a label's value, and for the name part of its key: at most 63 letters, digits, `-`, `_` and `.`, the first and the last a
/// letter or digit; a value may be empty (apimachinery `validation.IsValidLabelValue`).
fn is_label_text(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edge = |b: Option<&u8>| b.is_none_or(u8::is_ascii_alphanumeric);
    text.len() <= 63
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        let mut pairs: Vec<(Str, Str)> =
            pairs.iter().map(|(k, v)| (Str::from(*k), Str::from(*v))).collect();
        pairs.sort();
        pairs.into()
    }

    #[test]
    fn it_selects_what_kubectl_selects() {
        let web = labels(&[("app", "web"), ("tier", "front"), ("rank", "7"), ("empty", "")]);
        for (text, selected) in [
            ("", true),
            (" ", true),
            ("app", true),
            ("!app", false),
            ("! missing", true),
            ("app=web", true),
            ("app == web", true),
            ("app = db", false),
            ("app!=db", true),
            ("missing!=db", true),
            ("app in (db, web)", true),
            ("app in (db)", false),
            ("app notin (db,cache)", true),
            ("missing notin (a)", true),
            ("app=web,tier=front,!missing", true),
            ("app=web,tier=back", false),
            ("rank>6,rank<8", true),
            ("rank>7", false),
            ("app>1", false),
            ("empty=", true),
            ("empty in (,a)", true),
            ("app.kubernetes.io/name", false),
        ] {
            let selector = Selector::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(selector.matches(&web), selected, "{text}");
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        for (text, at) in [
            ("app web", 4..7),
            ("app=web,", 8..8),
            ("app in db", 7..8),
            ("app in (a", 9..9),
            ("=web", 0..1),
            ("app=-web", 4..8),
            ("a/b/c", 0..5),
            ("rank>high", 5..9),
            ("app,,tier", 4..5),
            ("app=web)", 7..8),
        ] {
            let error = Selector::parse(text).expect_err(text);
            assert_eq!(error.at, at, "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_selector_or_an_error(text in "[a-c!=<>(), inot/.0-9é-]{0,24}|.{0,24}") {
            match Selector::parse(&text) {
                Ok(selector) => {
                    prop_assert_eq!(Selector::parse(&selector.to_string()), Ok(selector));
                }
                Err(error) => prop_assert!(text.get(error.at).is_some()),
            }
        }
    }
}
