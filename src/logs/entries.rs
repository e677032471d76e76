//! What stands in the timeline: lines of containers, and what happened to them, in order.

use std::borrow::Cow;

use super::Level;

/// The number of a container's log in the order in which they came to be read, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId(pub u32);

/// A container whose log is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// The pod's namespace.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// The node that the pod runs on; empty where that is not known.
    pub node: String,
    /// The pod's labels.
    pub labels: Vec<(String, String)>,
    /// The pod's annotations.
    pub annotations: Vec<(String, String)>,
}

impl Stream {
    /// A number by which a container, or with `false` its pod alone, is told apart by a colour; always the same (FNV-1a, by which stern chooses too).
    pub fn hue(&self, container: bool) -> u32 {
        let container = if container { self.container.as_str() } else { "" };
        let bytes = self.pod.bytes().chain(container.bytes());
        bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }
}

/// What an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A line of a log.
    #[default]
    Line,
    /// A further part of the line before: it was too long for one.
    More,
    /// A container's log is read from here on.
    Joined,
    /// A container's log has ended.
    Left,
    /// Something that a person should know of the log: a connection broke, lines are missing.
    Note,
    /// An event of the cluster about the container, or its pod.
    Event,
}

impl Kind {
    /// Whether it is what a container wrote.
    pub const fn is_line(self) -> bool {
        matches!(self, Self::Line | Self::More)
    }
}

/// One entry of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it was written or happened, nanoseconds since the Unix epoch.
    pub time: i64,
    /// Whose it is.
    pub stream: StreamId,
    /// What it is.
    pub kind: Kind,
    /// How grave the program that wrote it says that it is.
    pub level: Level,
    /// Where its text ends.
    pub(super) end: u32,
}

impl Entry {
    /// One of which no more is known than what it is, and when it was written at the earliest.
    pub const fn unknown(time: i64, kind: Kind) -> Self {
        Self { time, stream: StreamId(0), kind, level: Level::Unknown, end: 0 }
    }
}

/// Entries in order, at most 4 GiB of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    pub(super) text: Vec<u8>,
    pub(super) entries: Vec<Entry>,
}

impl Entries {
    /// Adds an entry; its level is found in its text.
    pub fn push(&mut self, time: i64, stream: StreamId, kind: Kind, text: &[u8]) {
        let level = match kind {
            Kind::Line => Level::of(text),
            // It is that of the line that it is a part of.
            Kind::More => self.entries.last().map_or(Level::Unknown, |entry| entry.level),
            // It begins with the event's type.
            Kind::Event if text.starts_with(b"Warning") => Level::Warning,
            Kind::Joined | Kind::Left | Kind::Note | Kind::Event => Level::Unknown,
        };
        self.push_as(time, stream, kind, level, text);
    }

    /// Adds an entry of this level.
    pub fn push_as(&mut self, time: i64, stream: StreamId, kind: Kind, level: Level, text: &[u8]) {
        self.text.extend_from_slice(text);
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.entries.push(Entry { time, stream, kind, level, end });
    }

    /// The same, of streams that are numbered on from this many.
    pub fn of_streams_from(&self, many: u32) -> Cow<'_, Self> {
        if many == 0 {
            return Cow::Borrowed(self);
        }
        let mut shifted = self.clone();
        for entry in &mut shifted.entries {
            entry.stream.0 = entry.stream.0.saturating_add(many);
        }
        Cow::Owned(shifted)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How much text there is, in bytes.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Entry `at`, with its text.
    pub fn get(&self, at: usize) -> Option<(Entry, &[u8])> {
        let entry = *self.entries.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.entries[before].end as usize);
        Some((entry, self.text.get(start..entry.end as usize).unwrap_or_default()))
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Entry, &[u8])> + ExactSizeIterator {
        (0..self.len()).map(|at| self.get(at).unwrap_or((self.entries[at], &[])))
    }
}
