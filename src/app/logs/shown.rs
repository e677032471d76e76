//! The lines on the screen, looked up once for each change.

use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

use crate::kinds::age;
use crate::logs::{Entry, Kind, Level, ansi};

use super::LogPage;
use super::face::{self, Parts};

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
    /// `2026-01-15T11:59:00.123Z`
    Utc,
    /// `5m ago`
    Ago,
}

impl Times {
    /// The next form.
    pub(super) const fn next(self) -> Self {
        match self {
            Self::None => Self::Clock,
            Self::Clock => Self::Whole,
            Self::Whole => Self::Utc,
            Self::Utc => Self::Ago,
            Self::Ago => Self::None,
        }
    }

    /// A time in this form, in the machine's zone where it names none; empty where there is none. `now` is seconds since the Unix epoch.
    pub fn text(self, nanoseconds: i64, now: i64) -> String {
        if nanoseconds == i64::MIN {
            return String::new();
        }
        let stamp = jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or_default();
        let here =
            |form: &str| stamp.to_zoned(jiff::tz::TimeZone::system()).strftime(form).to_string();
        match self {
            Self::None => String::new(),
            Self::Clock => here("%H:%M:%S.%3f"),
            Self::Whole => here("%Y-%m-%d %H:%M:%S.%3f"),
            Self::Utc => stamp.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            Self::Ago => {
                let mut text = String::new();
                age::write_since(stamp.as_second(), now, &mut text);
                format!("{text:>5} ago")
            }
        }
    }
}

/// The longest part of a line that is drawn, in bytes; the rest is in what is copied and saved.
pub(super) const LONGEST: usize = 16 << 10;
/// The longest that names are, in columns, and how many of them the whole screen has.
const NAMES: (usize, usize) = (28, 4);

/// A line on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The number of its entry.
    pub number: u64,
    /// The entry.
    pub entry: Entry,
    /// Which stream it is of.
    pub stream: usize,
    /// Its number among all that were read, as it is told.
    pub place: String,
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
    /// What the search found.
    pub hits: Vec<Range<usize>>,
    /// What is to be highlighted, each with the number of its pattern.
    pub highlighted: Vec<(Range<usize>, usize)>,
    /// How many lines it stands for that say the same.
    pub times: u32,
    /// Whether it is not there yet: it is read from the file.
    pub is_awaited: bool,
    /// Whether it is only around a line that the filter keeps.
    pub is_around: bool,
    /// What it says, taken apart, a line each, below it.
    pub below: Vec<(String, String)>,
    /// How many lines of the screen it takes.
    pub height: usize,
}

impl Shown {
    /// How many columns stand before its text.
    pub fn before(&self) -> usize {
        let parts = [&self.place, &self.time, &self.name].into_iter();
        let parts = parts.filter(|part| !part.is_empty()).map(|part| part.width() + 1);
        // `× 312 `
        let times = if self.times > 1 { self.times.to_string().len() + 3 } else { 0 };
        // `event `, `+ `
        let sign = match self.entry.kind {
            Kind::Line => 0,
            Kind::Event => 6,
            Kind::More | Kind::Joined | Kind::Left | Kind::Note => 2,
        };
        parts.sum::<usize>() + times + sign
    }
}

impl LogPage {
    /// Looks up what is on the screen, for a body of so many lines and columns, at this time.
    pub(in crate::app) fn settle(&mut self, size: (usize, usize), now: i64) {
        let ages = self.face.times == Times::Ago && now != self.now;
        if !self.stale && !ages && size == self.size {
            return;
        }
        self.stale = false;
        self.size = size;
        self.now = now;
        let (count, _) = self.counts();
        if self.follow {
            self.cursor = count.checked_sub(1).and_then(|last| self.at(last)).unwrap_or_default();
        }
        // The cursor is on a line that is shown.
        let rank = self.rank(self.cursor).min(count.saturating_sub(1));
        self.cursor = self.at(rank).unwrap_or(self.cursor);
        let widths = self.widths.clone();
        let mut shown = self.look_up(rank, count);
        if self.widths != widths {
            // A column became wider: those above are as wide.
            shown = self.look_up(rank, count);
        }
        self.first = shown.first().map_or(0, |line| line.number);
        self.shown = shown;
    }

    fn look_up(&mut self, rank: u64, count: u64) -> Vec<Shown> {
        let (height, _) = self.size;
        let first = self.rank(self.first).min(rank);
        let shown = self.lines(first, height);
        let lines = |shown: &[Shown]| shown.iter().map(|line| line.height).sum::<usize>();
        let reaches = shown.last().is_some_and(|last| last.number >= self.cursor);
        let filled = lines(&shown) >= height || first == 0;
        if !reaches || !filled || (self.follow && lines(&shown) > height) {
            // From the cursor back, as far as there is room.
            let last = if reaches && !self.follow { count.saturating_sub(1) } else { rank };
            return self.lines_up_to(last, height);
        }
        shown
    }

    /// When a time on the screen is told otherwise, seconds since the Unix epoch.
    pub(in crate::app) fn next_wake(&self, now: i64) -> Option<i64> {
        if self.face.times != Times::Ago {
            return None;
        }
        let times = self.shown.iter().map(|shown| shown.entry.time.div_euclid(1_000_000_000));
        times.map(|at| now + age::changes_in(now.saturating_sub(at)).max(1)).min()
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

    /// What is shown in the place of an entry that cannot be looked at now.
    fn stand_in(&self, number: u64) -> Option<Shown> {
        if !self.range().contains(&number) {
            return None;
        }
        let coming = self.buffer.coming(number);
        let kind = if coming.is_some() { Kind::Line } else { Kind::Note };
        let text = if coming.is_some() { "" } else { "it could not be read from the file" };
        Some(Shown {
            number,
            entry: Entry::unknown(coming.unwrap_or(i64::MIN), kind),
            stream: usize::MAX,
            place: if self.face.numbers { format!("{:>7}", number + 1) } else { String::new() },
            time: String::new(),
            name: String::new(),
            text: text.to_owned(),
            looks: Vec::new(),
            parts: Parts::new(),
            found: Vec::new(),
            hits: Vec::new(),
            highlighted: Vec::new(),
            times: 1,
            is_awaited: coming.is_some(),
            is_around: coming.is_some(),
            below: Vec::new(),
            height: 1,
        })
    }

    fn show(&mut self, number: u64) -> Option<Shown> {
        let Some(line) = self.buffer.line(number) else { return self.stand_in(number) };
        let end = line.text.len().min(LONGEST);
        let raw = String::from_utf8_lossy(&line.text[..end]);
        let is_line = line.entry.kind == Kind::Line;
        let instead = if is_line { self.instead(number) } else { None };
        let mut below = Vec::new();
        let face::Said { text, mut looks, parts } = match instead {
            Some(results) => {
                let mut results = results.into_iter();
                let first = results.next().unwrap_or_default();
                below.extend(results.map(|result| (String::new(), face::result(&result).text)));
                face::result(&first)
            }
            None => face::said(&raw, &line.entry, &self.face, &mut self.widths),
        };
        if !self.face.colours {
            looks.clear();
        }
        if self.opened == Some(number) {
            below.extend(face::apart(&raw));
        }
        let stream = line.entry.stream.0 as usize;
        let name = self.streams.get(stream).filter(|_| self.face.names && self.several());
        let room = NAMES.0.min(self.size.1 / NAMES.1);
        let name = name.map(|stream| named(&stream.pod, &stream.container, room));
        let name = name.unwrap_or_default();
        let found = self.filter.found(&text);
        let is_around = self.face.context > 0
            && (self.is_left_out(number)
                || (self.filter.is_narrow() && !self.filter.keeps(&line.entry, &line.text)));
        let mut shown = Shown {
            number,
            entry: line.entry,
            stream,
            place: if self.face.numbers { format!("{:>7}", number + 1) } else { String::new() },
            time: self.face.times.text(line.entry.time, self.now),
            name,
            found,
            hits: self.search.found(&text),
            highlighted: self.filter.highlighted(&text),
            text,
            looks,
            parts,
            times: if self.is_narrowed() { self.kept.times(number) } else { 1 },
            is_awaited: false,
            is_around,
            below,
            height: 1,
        };
        if self.face.wrap {
            let room = self.size.1.saturating_sub(2).max(1);
            shown.height =
                (shown.before() + shown.text.width()).div_ceil(room).clamp(1, self.size.0.max(1));
        }
        shown.below.truncate(self.size.0.saturating_sub(shown.height));
        shown.height += shown.below.len();
        Some(shown)
    }
}

/// A level in three letters; empty where none is said.
pub(super) const fn short(level: Level) -> &'static str {
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
fn named(pod: &str, container: &str, room: usize) -> String {
    let rest = if container.is_empty() { String::new() } else { format!("/{container}") };
    let room = room.saturating_sub(rest.chars().count()).max(8);
    let length = pod.chars().count();
    if length > room {
        let end: String = pod.chars().skip(length - (room - 1)).collect();
        format!("…{end}{rest}")
    } else {
        format!("{pod}{rest}")
    }
}
