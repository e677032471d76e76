//! The page of logs: what is kept of them, which of it is shown, and where the person is.

mod act;
mod ask;
mod bars;
mod copy;
mod expressed;
mod face;
mod kept;
mod marks;
mod open;
mod seek;
mod shown;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::logs::{
    Buffer, Entries, Filter, Histogram, Kind, Level, Query, ReadBlock, Reading, Room, Stream,
};

use super::ObjectId;
use kept::Kept;
use seek::Seek;

pub use ask::Ask;
pub use copy::{Gather, MOST_GATHERED};
pub use expressed::{Answers, Expressed};
pub use face::Part;
pub(in crate::app) use open::refuses;
pub use seek::LogSearch;
pub use shown::{Shown, Times};

/// The page of logs.
#[derive(Debug)]
pub struct LogPage {
    /// What is read for it is called so between app and runtime.
    pub id: ObjectId,
    /// Whose logs they are, `deployment web`.
    pub title: String,
    /// What is asked for.
    pub query: Query,
    /// How reading goes.
    pub state: LogState,
    /// How lines are shown.
    pub face: Face,
    /// What a line must say to be shown.
    pub filter: Filter,
    /// What is searched for in what is shown.
    pub search: LogSearch,
    /// Whether the newest line is always in view.
    pub follow: bool,
    /// How many columns are scrolled off to the left, where lines do not wrap.
    pub left: usize,
    /// Whether it is being read.
    pub(super) asked: bool,
    streams: Vec<Stream>,
    /// Where the streams of the present reading begin: after a new connection they are numbered anew.
    base: usize,
    buffer: Buffer,
    kept: Kept,
    /// The expression that lines are evaluated by.
    expressed: Option<Expressed>,
    /// How many questions were asked of expressions.
    questions: u64,
    /// Whether the expression that there was is to be forgotten.
    forgets: bool,
    seek: Option<Seek>,
    /// The time that is gone to once it is known which line that is.
    to_time: Option<i64>,
    marks: BTreeSet<u64>,
    /// The line that was marked last.
    marked: Option<u64>,
    /// How many lines were written when.
    histogram: Histogram,
    /// Whether there are events among the entries.
    events: bool,
    /// Entries before this one are known no more.
    forgotten: u64,
    /// The line that is taken apart below itself.
    opened: Option<u64>,
    /// How wide the columns of fields are.
    widths: Vec<usize>,
    /// The number of the entry under the cursor.
    cursor: u64,
    /// The number of the first entry on the screen.
    first: u64,
    shown: Vec<Shown>,
    /// Whether what is shown must be looked up again.
    stale: bool,
    /// The size for which it was looked up, and when.
    size: (usize, usize),
    now: i64,
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

/// How lines are shown. It is the same for logs that come in the place of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// Whether long lines go on below.
    pub wrap: bool,
    /// Whether the colours that programs write into their lines are shown.
    pub colours: bool,
    /// How the time of each line is told.
    pub times: Times,
    /// Whether it is said which container each line is from.
    pub names: bool,
    /// Whether lines are numbered.
    pub numbers: bool,
    /// How lines that have a structure are shown.
    pub form: Form,
    /// The fields that are shown as columns; empty for all behind what a line says.
    pub fields: Vec<String>,
    /// How many lines around those that the filter keeps are shown.
    pub context: u64,
    /// Whether lines that say the same one after the other are shown as one.
    pub fold: bool,
    /// Whether it is shown how many lines were written when.
    pub histogram: bool,
    /// Whether events are shown among the lines.
    pub events: bool,
}

impl Default for Face {
    fn default() -> Self {
        Self {
            wrap: false,
            colours: true,
            times: Times::default(),
            names: true,
            numbers: false,
            form: Form::default(),
            fields: Vec::new(),
            context: 0,
            fold: false,
            histogram: false,
            events: false,
        }
    }
}

/// How reading goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogState {
    /// Nothing was heard yet.
    Loading,
    /// So many containers are read.
    Reading(usize),
    /// Nothing more will come.
    Over,
    /// The pods cannot be read: why.
    Failed(String),
}

impl LogPage {
    /// A page of which nothing is known yet, whose lines may take so much.
    pub fn new(id: ObjectId, title: String, query: Query, room: &Room) -> Self {
        Self {
            id,
            title,
            query,
            state: LogState::Loading,
            face: Face::default(),
            filter: Filter::default().without_events(true),
            search: LogSearch::default(),
            follow: true,
            left: 0,
            asked: false,
            streams: Vec::new(),
            base: 0,
            buffer: Buffer::new(room),
            kept: Kept::default(),
            expressed: None,
            questions: 0,
            forgets: false,
            seek: None,
            to_time: None,
            marks: BTreeSet::new(),
            marked: None,
            histogram: Histogram::default(),
            events: false,
            forgotten: 0,
            opened: None,
            widths: Vec::new(),
            cursor: 0,
            first: 0,
            shown: Vec::new(),
            stale: true,
            size: (0, 0),
            now: 0,
        }
    }

    /// Shows what comes as another page showed what it had.
    fn take_over(&mut self, old: &Self) {
        self.face = old.face.clone();
        self.filter = old.filter.clone();
        let search = old.search.text().to_owned();
        self.type_search(&search);
        if let Some(expression) = old.expression() {
            self.express(Some(expression));
        }
    }

    /// The lines on the screen, from its top.
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// The number of the entry under the cursor.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// The container whose log this is.
    pub fn stream(&self, of: usize) -> Option<&Stream> {
        self.streams.get(of)
    }

    /// Whether lines of several containers are there.
    pub fn several(&self) -> bool {
        // Those of events are none.
        self.streams.iter().filter(|stream| !stream.container.is_empty()).nth(1).is_some()
    }

    /// How many lines are shown, and how many there are; without those that were let go.
    pub fn counts(&self) -> (u64, u64) {
        let range = self.buffer.range();
        let all = range.end - range.start;
        (if self.is_narrowed() { self.kept.numbers().len() } else { all }, all)
    }

    /// Whether there are lines, and the filter leaves none of them.
    pub fn hides_all(&self) -> bool {
        let (shown, all) = self.counts();
        let narrow = self.filter.is_narrow() || self.expressed.is_some();
        shown == 0 && all > 0 && narrow && !self.kept.is_unfinished()
    }

    /// How many of the oldest lines were let go, for want of room.
    pub fn let_go(&self) -> u64 {
        self.buffer.range().start
    }

    /// Where the first line on the screen stands among those that are shown, from 0.
    pub fn place(&self) -> u64 {
        self.rank(self.first)
    }

    /// What it is busy with, in a word; what is read or evaluated elsewhere is awaited and no work.
    pub fn busy(&self) -> Option<&'static str> {
        self.looking().filter(|_| !self.buffer.is_waiting())
    }

    /// What is looked for, in a word.
    fn looking(&self) -> Option<&'static str> {
        let sifting = self.kept.is_unfinished();
        let busy = self.seek.is_some()
            || (sifting && self.expressed.is_none())
            // What an expression leaves out is not found either.
            || (self.search.hits.is_unfinished() && !(sifting && self.expressed.is_some()));
        busy.then_some("searching")
    }

    /// What is still to come, in a word, by its own work or from elsewhere.
    pub fn at_work(&self) -> Option<&'static str> {
        let looking = self.looking().or(self.to_time.map(|_| "searching"));
        looking.or(self.is_expressing().then_some("evaluating"))
    }

    /// Takes in what was read.
    pub(super) fn hear(&mut self, entries: &Entries) {
        let from = self.buffer.range().end;
        let shift = u32::try_from(self.base).unwrap_or(u32::MAX);
        let entries = entries.of_streams_from(shift);
        self.buffer.push(&entries);
        if !self.events && entries.iter().any(|(entry, _)| entry.kind == Kind::Event) {
            // Until now there was nothing to leave out.
            let was = self.is_narrowed();
            self.events = true;
            if !was && self.is_narrowed() && self.expressed.is_none() {
                self.kept = Kept::sought(self.buffer.range().start..from, 0, false);
            }
        }
        let (narrowed, searching) = (self.is_narrowed(), !self.search.text().is_empty());
        let expressed = self.expressed.is_some();
        for (at, (entry, text)) in entries.iter().enumerate() {
            let number = from + at as u64;
            if entry.kind.is_line() {
                self.histogram.add(entry.time, entry.level);
            }
            if expressed {
                // It is known later whether it is kept.
                continue;
            }
            let mut hit = true;
            if narrowed {
                hit = self.filter.keeps(&entry, text);
                self.kept.add(number, (&entry, text), hit);
            }
            if searching {
                let found = hit && self.search.is_in(&entry, text);
                self.search.hits.add(number, (&entry, text), found);
            }
        }
        self.forget();
        // Lines below the screen change nothing on it.
        let start = self.buffer.range().start;
        self.stale |= self.follow || self.shown.len() < self.size.0 || self.first == start;
    }

    /// What was let go is known no more.
    fn forget(&mut self) {
        let start = self.buffer.range().start;
        if std::mem::replace(&mut self.forgotten, start) == start {
            return;
        }
        let time = self.buffer.began().unwrap_or(i64::MIN);
        self.kept.forget_before(start, time);
        self.search.hits.forget_before(start, time);
        self.histogram.forget_before(time);
        self.marks = self.marks.split_off(&start);
        self.cursor = self.cursor.max(start);
        self.first = self.first.max(start);
    }

    /// Something was read of the file that somebody waits for.
    pub(super) fn came(&mut self, read: Vec<ReadBlock>) {
        self.buffer.came(read);
        self.stale = true;
        if let Some(time) = self.to_time.take() {
            self.go_to_time(time);
        }
        self.answered_by_now();
    }

    /// Containers came to be read.
    pub(super) fn join(&mut self, streams: Vec<Stream>) {
        self.streams.extend(streams);
        self.stale = true;
    }

    /// It is read anew over a new connection: what is there stays, and the streams are numbered on.
    pub(super) fn ask(&mut self) {
        self.asked = true;
        self.base = self.streams.len();
        self.state = LogState::Loading;
    }

    /// What is shown changes: only lines that this filter keeps.
    pub(super) fn set_filter(&mut self, filter: Filter) {
        if filter == self.filter {
            self.filter = filter;
            self.stale = true;
            return;
        }
        self.filter = filter;
        self.sift();
    }

    /// Looks anew for what is shown.
    fn sift(&mut self) {
        let range = self.buffer.range();
        self.express_anew();
        self.kept = if self.is_narrowed() || self.expressed.is_some() {
            let narrow = self.filter.is_narrow() || self.expressed.is_some();
            let context = if narrow { self.face.context } else { 0 };
            Kept::sought(range.clone(), context, self.face.fold)
        } else {
            Kept::default()
        };
        if !self.search.text().is_empty() {
            self.search.hits = Kept::sought(range, 0, false);
        }
        self.seek = None;
        self.stale = true;
        let _ = self.step();
    }

    /// Only lines that are at least as grave.
    pub(super) fn set_level(&mut self, level: Level) {
        let filter = self.filter.at_least(level);
        self.set_filter(filter);
    }

    /// Goes on looking for what is shown, gone to or searched for, from the newest back.
    ///
    /// # Errors
    /// Says what is not there.
    pub(super) fn step(&mut self) -> Result<(), String> {
        self.stale = true;
        let Self { filter, search, buffer, kept, expressed, .. } = self;
        let expressed = expressed.is_some();
        if kept.is_unfinished() {
            if !expressed {
                kept.step(buffer, |_, entry, text| filter.keeps(entry, text));
            }
        } else if search.hits.is_unfinished() {
            let mut hits = std::mem::take(&mut search.hits);
            let numbers = kept.numbers();
            hits.step(buffer, |number, entry, text| {
                let is_shown =
                    if expressed { numbers.contains(number) } else { filter.keeps(entry, text) };
                is_shown && search.is_in(entry, text)
            });
            search.hits = hits;
        }
        self.seek_on()
    }

    /// What is to be read of the file by now.
    pub(super) fn wants(&mut self) -> Option<Arc<Reading>> {
        self.buffer.wants()
    }

    /// The numbers of all entries that are there.
    fn range(&self) -> Range<u64> {
        self.buffer.range()
    }

    /// Whether not every entry that is there has a line of its own.
    fn is_narrowed(&self) -> bool {
        self.filter.is_narrow()
            || self.face.fold
            || (self.filter.no_events && self.events)
            || self.expressed.as_ref().is_some_and(Expressed::has_begun)
    }

    /// How many entries that are shown stand before this one.
    fn rank(&self, number: u64) -> u64 {
        let start = self.range().start;
        if self.is_narrowed() {
            self.kept.numbers().rank(number)
        } else {
            number.saturating_sub(start)
        }
    }

    /// The entry that is shown in this place, from 0.
    fn at(&self, rank: u64) -> Option<u64> {
        let range = self.range();
        if self.is_narrowed() {
            self.kept.numbers().at(rank)
        } else {
            Some(range.start + rank).filter(|number| range.contains(number))
        }
    }
}
