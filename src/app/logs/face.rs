//! What of a line is written on the screen: as it is, short, or some of its fields.

use std::ops::Range;

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use crate::logs::{Entry, Kind, Level, Structured, ansi, structured};

use super::shown::{LONGEST, short};
use super::{Face, Form};

/// The widest that a column of a field is.
const WIDEST: usize = 40;
/// So many lines are shown below one that is taken apart.
const MOST: usize = 200;

/// A part of a line that has a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its level, in a short word.
    Level,
    /// The name of a field.
    Key,
    /// The value of a field.
    Value,
}

/// The parts of a text, as ranges of bytes.
pub type Parts = Vec<(Range<usize>, Part)>;

/// What is written of a line.
pub(super) struct Said {
    pub text: String,
    pub looks: Vec<(Range<usize>, ansi::Look)>,
    pub parts: Parts,
}

/// Writes a line. `widths` are those of the columns of fields; they become wider where a value is.
pub(super) fn said(raw: &str, entry: &Entry, face: &Face, widths: &mut Vec<usize>) -> Said {
    let (text, looks) = plain(raw);
    if face.form == Form::Compact
        && entry.kind == Kind::Line
        && let Some(line) = structured(&text)
    {
        let mut writer = Writer::default();
        writer.level(entry.level);
        if face.fields.is_empty() {
            writer.compact(&line);
        } else {
            writer.columns(&line, &face.fields, widths);
        }
        return Said { text: writer.text, looks: Vec::new(), parts: writer.parts };
    }
    Said { text, looks, parts: Vec::new() }
}

/// Writes what an expression made of a line, as it is: a result that is shown on one line, of no more than is drawn of a line.
pub(super) fn result(result: &str) -> Said {
    let end = result.floor_char_boundary(LONGEST);
    let line = result[..end].replace(['\n', '\r'], " ");
    let (text, looks) = plain(&line);
    Said { text, looks, parts: Vec::new() }
}

/// A line without sequences, and how its parts look.
fn plain(raw: &str) -> (String, Vec<(Range<usize>, ansi::Look)>) {
    let mut text = String::with_capacity(raw.len());
    let mut looks = Vec::new();
    for (range, look) in ansi::parts(raw) {
        let start = text.len();
        for c in raw.get(range).unwrap_or_default().chars() {
            match c {
                '\t' => text.push_str("    "),
                c => text.push(c),
            }
        }
        if look != ansi::Look::default() {
            looks.push((start..text.len(), look));
        }
    }
    (text, looks)
}

/// What a line says, taken apart, a line each; what it says in words first.
pub(super) fn apart(raw: &str) -> Vec<(String, String)> {
    let Some(line) = structured(&plain(raw).0) else { return Vec::new() };
    let mut below = Vec::new();
    if !line.message.is_empty() {
        below.push(("message".to_owned(), line.message));
    }
    for (key, value) in line.fields {
        let json = serde_json::from_str::<Value>(&value).ok();
        let nested = json.filter(|json| json.is_object() || json.is_array());
        let text = nested.and_then(|json| serde_json::to_string_pretty(&json).ok());
        let text = text.unwrap_or(value);
        let mut lines = text.lines();
        below.push((key, lines.next().unwrap_or_default().to_owned()));
        below.extend(lines.map(|line| (String::new(), line.to_owned())));
    }
    below.truncate(MOST);
    below
}

#[derive(Default)]
struct Writer {
    text: String,
    parts: Parts,
}

impl Writer {
    fn put(&mut self, words: &str, part: Option<Part>) {
        let start = self.text.len();
        self.text.push_str(words);
        self.parts.extend(part.map(|part| (start..self.text.len(), part)));
    }

    /// A blank or two, unless it is the beginning.
    fn gap(&mut self, gap: &str) {
        if !self.text.is_empty() {
            self.text.push_str(gap);
        }
    }

    fn level(&mut self, level: Level) {
        self.put(short(level), Some(Part::Level));
    }

    /// What it says in words, then its fields: `it failed  path=/cart ms=3`.
    fn compact(&mut self, line: &Structured) {
        if !line.message.is_empty() {
            self.gap(" ");
            self.put(&line.message, None);
        }
        for (at, (key, value)) in line.fields.iter().enumerate() {
            self.gap(if at == 0 { "  " } else { " " });
            self.put(key, Some(Part::Key));
            self.put("=", Some(Part::Key));
            self.put(value, Some(Part::Value));
        }
    }

    /// Some of its fields below each other, then what it says in words.
    fn columns(&mut self, line: &Structured, fields: &[String], widths: &mut Vec<usize>) {
        widths.resize(fields.len(), 0);
        for (field, wide) in fields.iter().zip(widths) {
            self.gap("  ");
            let value = line.get(field).unwrap_or_else(|| "-".to_owned());
            *wide = (*wide).max(value.width().min(WIDEST));
            let pad = wide.saturating_sub(value.width());
            self.put(&value, Some(Part::Value));
            self.text.extend(std::iter::repeat_n(' ', pad));
        }
        if !line.message.is_empty() {
            self.gap("  ");
            self.put(&line.message, None);
        }
    }
}
