//! From the text of a filter to its terms.

use std::ops::Range;

use crate::kinds::{Align, Column, Value};
use crate::store::link::Selector;

use super::compare::{Compare, Op, Operand};
use super::health::{self, HealthTest};
use super::pattern::{Pattern, Phrase, regex};
use super::{FilterError, Term, Test};

/// The longest filter, in bytes: a page pasted by mistake must not hold up the loop.
const LONGEST: usize = 1024;

/// Signs that make a word a regex.
const REGEX_SIGNS: &[char] = &['*', '+', '?', '(', ')', '[', ']', '{', '}', '|', '^', '$', '\\'];

/// Comparison operators, longer ones first.
const OPERATORS: [&str; 10] = ["!=", "!~", "=~", "==", ">=", "<=", "=", ">", "<", "~"];

pub(super) fn parse(text: &str, columns: &[Column]) -> Result<Vec<Term>, FilterError> {
    if text.len() > LONGEST {
        let message = format!("a filter can have {LONGEST} bytes at most");
        return Err(FilterError { message, at: 0..text.len() });
    }
    let mut parser = Parser { text, at: 0, columns };
    let mut terms = Vec::new();
    // The plain words since the last other term: they are one phrase.
    let mut phrase: Option<Range<usize>> = None;
    loop {
        parser.skip_space();
        let start = parser.at;
        if let Some(word) = parser.plain_word() {
            phrase = Some(phrase.map_or(start, |phrase| phrase.start)..start + word.len());
            continue;
        }
        if let Some(range) = phrase.take() {
            let source = &text[range];
            let words = Phrase::words(source);
            terms.push(Term {
                not: false,
                source: source.into(),
                test: Test::Pattern(Pattern::Phrase(words)),
            });
        }
        if parser.at == text.len() {
            return Ok(terms);
        }
        terms.push(parser.term()?);
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    columns: &'a [Column],
}

impl<'a> Parser<'a> {
    /// Takes the next word where it is nothing but text.
    fn plain_word(&mut self) -> Option<&'a str> {
        let word = self.peek_word();
        let plain = !word.is_empty()
            && !word.starts_with(['!', '"', '\''])
            && !word.contains(REGEX_SIGNS)
            && word != "-l"
            && self.comparison().is_none();
        plain.then(|| self.word())
    }

    /// Takes a term that is not plain text, or text behind a `!`.
    fn term(&mut self) -> Result<Term, FilterError> {
        let start = self.at;
        let mut not = false;
        while self.rest().starts_with('!') {
            self.at += 1;
            not = !not;
            self.skip_space();
        }
        let mut term = Term { not, source: "".into(), test: self.test(start, &mut not)? };
        term.not = not;
        term.source = self.text[start..self.at].into();
        Ok(term)
    }

    fn test(&mut self, start: usize, not: &mut bool) -> Result<Test, FilterError> {
        if self.at == self.text.len() {
            return Err(self.error(start, "what rows must not have is missing after the !"));
        }
        if let Some(quoted) = self.quoted()? {
            return Ok(Test::Pattern(Pattern::Phrase(Phrase::quoted(&quoted))));
        }
        if self.peek_word() == "-l" {
            self.at += 2;
            return self.selector(start);
        }
        if let Some((name, op)) = self.comparison() {
            return self.compare(name, op, not);
        }
        let from = self.at;
        let word = self.word();
        if !word.contains(REGEX_SIGNS) {
            return Ok(Test::Pattern(Pattern::Phrase(Phrase::words(word))));
        }
        match regex(word) {
            Ok(regex) => Ok(Test::Pattern(Pattern::Regex(regex))),
            Err(why) => {
                let message =
                    format!("`{word}` is no regex: {why}; put it in quotes to find it as text");
                Err(self.error(from, &message))
            }
        }
    }

    fn selector(&mut self, start: usize) -> Result<Test, FilterError> {
        self.skip_space();
        let from = self.at;
        // Quoted as in a shell, or bare.
        let (read, shift) = match self.quoted()? {
            Some(text) => (Selector::parse(&text), from + 1),
            None => (
                Selector::parse_prefix(self.rest()).map(|(selector, len)| {
                    self.at = from + self.text[from..from + len].trim_end().len();
                    selector
                }),
                from,
            ),
        };
        match read {
            Ok(selector) if selector.0.is_empty() => {
                Err(self.error(start, "a label selector is missing after -l, such as app=web"))
            }
            Ok(selector) => Ok(Test::Labels(selector)),
            Err(error) => {
                // Clamped, should a quoted text have ended early.
                let end = (shift + error.at.end).min(self.text.len());
                Err(FilterError {
                    message: error.message,
                    at: (shift + error.at.start).min(end)..end,
                })
            }
        }
    }

    /// The column's name and the operator, where a comparison stands here; takes nothing.
    fn comparison(&self) -> Option<(&'a str, &'static str)> {
        let rest = self.rest();
        let of_name = |c: char| c.is_alphanumeric() || "-_/.()%".contains(c);
        let name = &rest[..rest.find(|c| !of_name(c)).unwrap_or(rest.len())];
        if !name.starts_with(char::is_alphabetic) {
            return None;
        }
        let mut behind = &rest[name.len()..];
        if behind.starts_with(char::is_whitespace) && self.column(name).is_some() {
            behind = behind.trim_start();
            // `name !term` is two terms.
            if behind.starts_with('!') && !behind.starts_with("!=") && !behind.starts_with("!~") {
                return None;
            }
        }
        OPERATORS.into_iter().find(|op| behind.starts_with(op)).map(|op| (name, op))
    }

    fn compare(&mut self, name: &str, op: &str, not: &mut bool) -> Result<Test, FilterError> {
        let start = self.at;
        self.at += name.len();
        let column = self.column(name);
        if column.is_none() && written(name) != health::NAME {
            let message = self.no_column(name);
            return Err(self.error(start, &message));
        }
        self.skip_space();
        self.at += op.len();
        self.skip_space();
        let from = self.at;
        let quoted = self.quoted()?;
        let given = quoted.is_some();
        let text = quoted.unwrap_or_else(|| self.word().to_owned());
        let equality = matches!(op, "=" | "==" | "!=");
        if text.is_empty() && !given && !equality {
            return Err(self.error(start, &format!("a value is missing after {name}{op}")));
        }
        let to = Operand::new(&text);
        let op = match op {
            "=" | "==" => Op::Equal,
            "!=" => Op::NotEqual,
            "<" => Op::Less,
            "<=" => Op::LessOrEqual,
            ">" => Op::Greater,
            ">=" => Op::GreaterOrEqual,
            _ => {
                *not ^= op == "!~";
                Op::Matches(
                    regex(&text)
                        .map_err(|why| self.error(from, &format!("`{text}` is no regex: {why}")))?,
                )
            }
        };
        let Some((value, align)) = column else {
            let test = HealthTest::new(op, &text).map_err(|why| self.error(from, &why))?;
            return Ok(Test::Health(test));
        };
        let matches = matches!(op, Op::Matches(_));
        if value == Value::Age && !matches && to.seconds.is_none() && !to.text.is_empty() {
            let message = format!("`{text}` is no length of time, such as 90s, 5m, 2h or 3d");
            return Err(self.error(from, &message));
        }
        if align == Align::Right && !equality && !matches && !to.is_number() {
            let message = format!("{name} holds numbers, and `{text}` is none");
            return Err(self.error(from, &message));
        }
        Ok(Test::Compare(Compare { column: value, op, to }))
    }

    /// A column by name, whatever its case; `name`, `namespace` and `age` are always there.
    fn column(&self, name: &str) -> Option<(Value, Align)> {
        let name = written(name);
        let letters = |name: &str| name.replace(|c: char| !c.is_alphanumeric(), "");
        let by = |same: &dyn Fn(&str) -> bool| {
            let found = self.columns.iter().find(|column| same(&written(&column.name)));
            found.map(|column| (column.value, column.align))
        };
        by(&|column| column == name)
            .or(match name.as_str() {
                "name" => Some((Value::Name, Align::Left)),
                "namespace" | "ns" => Some((Value::Namespace, Align::Left)),
                "age" => Some((Value::Age, Align::Right)),
                _ => None,
            })
            .or_else(|| by(&|column| letters(column) == letters(&name)))
    }

    fn no_column(&self, name: &str) -> String {
        let name = written(name);
        let mut near: Vec<(usize, String)> = self
            .columns
            .iter()
            .map(|column| written(&column.name))
            .chain(["namespace", "name", "age", health::NAME].map(str::to_owned))
            .map(|column| {
                let begins = column.starts_with(&name) || name.starts_with(&column);
                (if begins { 0 } else { distance(&name, &column) }, column)
            })
            .collect();
        near.sort();
        near.dedup();
        let near: Vec<String> = near.into_iter().take(3).map(|(_, column)| column).collect();
        format!(
            "there is no column `{name}`; the nearest are {}. Put it in quotes to find it as text",
            near.join(", ")
        )
    }

    /// Takes a text in quotes, where one stands here.
    fn quoted(&mut self) -> Result<Option<String>, FilterError> {
        let start = self.at;
        let Some(quote) = self.rest().chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            return Ok(None);
        };
        let inside = &self.rest()[1..];
        if let Some(len) = inside.find(quote) {
            self.at += len + 2;
            return Ok(Some(inside[..len].to_owned()));
        }
        self.at = self.text.len();
        Err(self.error(start, "the closing quote is missing"))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn peek_word(&self) -> &'a str {
        let rest = self.rest();
        &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())]
    }

    fn word(&mut self) -> &'a str {
        let word = self.peek_word();
        self.at += word.len();
        word
    }

    fn error(&self, start: usize, message: &str) -> FilterError {
        FilterError { message: message.to_owned(), at: start..self.at.max(start) }
    }
}

/// A column's name as a filter writes it.
fn written(name: &str) -> String {
    name.to_lowercase().replace([' ', '_'], "-")
}

/// How many letters must be changed, added or dropped to get from one to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.chars().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
