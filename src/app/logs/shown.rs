//! The lines on the screen, looked up once for each change.

use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

use crate::logs::{Entry, Level, ansi, structured};

use super::LogPage;

/// How the time of each line is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// Not at all.
    None,
    /// `11:59:00.123`
    #[default]
    Clock,
    /// `2026-01-15 11:59:00.123`
    Whole,
}

impl Times {
    /// The next form.
    pub(super) const fn next(self) -> Self {
        match self {
            Self::None => Self::Clock,
            Self::Clock => Self::Whole,
            Self::Whole => Self::None,
        }
    }

    /// A time in this form, in the machine's zone; empty where there is none.
    pub fn text(self, nanoseconds: i64) -> String {
        if self == Self::None || nanoseconds == i64::MIN {
            return String::new();
        }
        let stamp = jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or_default();
        let zoned = stamp.to_zoned(jiff::tz::TimeZone::system());
        let form = if self == Self::Clock { "%H:%M:%S.%3f" } else { "%Y-%m-%d %H:%M:%S.%3f" };
        zoned.strftime(form).to_string()
    }
}

/// How a line that has a structure is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// What it says in words, then its fields.
    #[default]
    Compact,
    /// As it was written.
    Raw,
}

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

/// The longest part of a line that is drawn, in bytes; the rest is in what is copied and saved.
const LONGEST: usize = 16 << 10;
/// The longest that names are, in columns.
const NAMES: usize = 28;

/// A line on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The number of its entry.
    pub number: u64,
    /// The entry.
    pub entry: Entry,
    /// Which stream it is of.
    pub stream: usize,
    /// When it was written, as it is told.
    pub time: String,
    /// Which container it is from, as it is told.
    pub name: String,
    /// Its text without sequences.
    pub text: String,
    /// The parts of the text that look in a way of their own, as ranges of bytes.
    pub looks: Vec<(Range<usize>, ansi::Look)>,
    /// The parts of a text that was taken apart, as ranges of bytes; the words that it says are none of them.
    pub parts: Parts,
    /// What the filter found.
    pub found: Vec<Range<usize>>,
    /// How many lines of the screen it takes.
    pub height: usize,
}

impl Shown {
    /// How many columns stand before its text.
    pub fn before(&self) -> usize {
        [&self.time, &self.name]
            .iter()
            .filter(|part| !part.is_empty())
            .map(|part| part.width() + 1)
            .sum()
    }
}

impl LogPage {
    /// Looks up what is on the screen, for a body of so many lines and columns.
    pub(in crate::app) fn settle(&mut self, size: (usize, usize)) {
        if !self.stale && size == self.size {
            return;
        }
        self.stale = false;
        self.size = size;
        let (height, _) = size;
        let (count, _) = self.counts();
        if self.follow {
            self.cursor = count.checked_sub(1).and_then(|last| self.at(last)).unwrap_or_default();
        }
        // The cursor is on a line that is shown.
        let rank = self.rank(self.cursor).min(count.saturating_sub(1));
        self.cursor = self.at(rank).unwrap_or(self.cursor);
        let first = self.rank(self.first).min(rank);
        let mut shown = self.lines(first, height);
        let lines = |shown: &[Shown]| shown.iter().map(|line| line.height).sum::<usize>();
        let reaches = shown.last().is_some_and(|last| last.number >= self.cursor);
        let filled = lines(&shown) >= height || first == 0;
        if !reaches || !filled || (self.follow && lines(&shown) > height) {
            // From the cursor back, as far as there is room.
            let last = if reaches && !self.follow { count.saturating_sub(1) } else { rank };
            shown = self.lines_up_to(last, height);
        }
        self.first = shown.first().map_or(0, |line| line.number);
        self.shown = shown;
    }

    fn lines(&mut self, from: u64, height: usize) -> Vec<Shown> {
        let mut shown = Vec::new();
        let (mut rank, mut lines) = (from, 0);
        while lines < height
            && let Some(line) = self.at(rank).and_then(|number| self.show(number))
        {
            lines += line.height;
            shown.push(line);
            rank += 1;
        }
        shown
    }

    fn lines_up_to(&mut self, last: u64, height: usize) -> Vec<Shown> {
        let mut shown = Vec::new();
        let mut rank = Some(last);
        let mut lines = 0;
        while let Some(at) = rank
            && let Some(line) = self.at(at).and_then(|number| self.show(number))
        {
            lines += line.height;
            if lines > height && !shown.is_empty() {
                break;
            }
            shown.push(line);
            rank = at.checked_sub(1);
        }
        shown.reverse();
        shown
    }

    fn show(&mut self, number: u64) -> Option<Shown> {
        let line = self.buffer.line(number)?;
        let end = line.text.len().min(LONGEST);
        let raw = String::from_utf8_lossy(&line.text[..end]);
        let mut text = String::with_capacity(raw.len());
        let mut looks = Vec::new();
        for (range, look) in ansi::parts(&raw) {
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
        let mut parts = Vec::new();
        if self.form == Form::Compact
            && line.entry.kind.is_line()
            && let Some(compact) = compact(&text, line.entry.level)
        {
            (text, parts) = compact;
            looks.clear();
        }
        let stream = line.entry.stream.0 as usize;
        let several = self.several();
        let name = self.streams.get(stream).filter(|_| self.names && several);
        let name = name.map(|stream| named(&stream.pod, &stream.container)).unwrap_or_default();
        let found = self.filter.found(&text);
        let mut shown = Shown {
            number,
            entry: line.entry,
            stream,
            time: self.times.text(line.entry.time),
            name,
            text,
            looks,
            parts,
            found,
            height: 1,
        };
        if self.wrap {
            let room = self.size.1.saturating_sub(2).max(1);
            shown.height =
                (shown.before() + shown.text.width()).div_ceil(room).clamp(1, self.size.0.max(1));
        }
        Some(shown)
    }
}

/// The parts of a text, as ranges of bytes.
type Parts = Vec<(Range<usize>, Part)>;

/// A line that has a structure, written short: `ERR it failed  path=/cart ms=3`.
fn compact(text: &str, level: Level) -> Option<(String, Parts)> {
    let line = structured(text)?;
    let mut out = String::new();
    let mut parts = Vec::new();
    let mut put = |out: &mut String, words: &str, part: Option<Part>| {
        let start = out.len();
        out.push_str(words);
        parts.extend(part.map(|part| (start..out.len(), part)));
    };
    put(&mut out, short(level), Some(Part::Level));
    if !line.message.is_empty() {
        if !out.is_empty() {
            out.push(' ');
        }
        put(&mut out, &line.message, None);
    }
    for (at, (key, value)) in line.fields.iter().enumerate() {
        if !out.is_empty() {
            out.push_str(if at == 0 { "  " } else { " " });
        }
        put(&mut out, key, Some(Part::Key));
        put(&mut out, "=", Some(Part::Key));
        put(&mut out, value, Some(Part::Value));
    }
    Some((out, parts))
}

/// A level in three letters; empty where none is said.
const fn short(level: Level) -> &'static str {
    match level {
        Level::Unknown => "",
        Level::Trace => "TRC",
        Level::Debug => "DBG",
        Level::Info => "INF",
        Level::Warning => "WRN",
        Level::Error => "ERR",
        Level::Fatal => "FTL",
    }
}

/// A pod and its container; of a long pod's name the end tells it from others.
fn named(pod: &str, container: &str) -> String {
    let room = NAMES.saturating_sub(container.chars().count() + 1).max(8);
    let length = pod.chars().count();
    let pod = if length > room {
        let end: String = pod.chars().skip(length - (room - 1)).collect();
        format!("…{end}")
    } else {
        pod.to_owned()
    };
    format!("{pod}/{container}")
}
