//! Lines of logs written elsewhere: as text, or as JSON, an object a line.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Entries, Entry, Filter, Kind, Level, Numbers, Snapshot, Stream, ansi};

/// About how much stands around the text of a line: when it was written, and whose it is.
const AROUND: usize = 40;

/// What is written, and how. Two are the same where they are one.
#[derive(Debug)]
pub struct Export {
    /// The entries.
    pub snapshot: Snapshot,
    /// Whose they are.
    pub streams: Vec<Stream>,
    /// Which of them.
    pub which: Which,
    /// How.
    pub form: Form,
}

impl PartialEq for Export {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Which entries are written.
#[derive(Clone, Debug)]
pub enum Which {
    /// All that are there.
    All,
    /// Those of these numbers.
    These(Numbers),
    /// Those that a filter keeps.
    Kept(Box<Filter>),
}

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Time, container and text.
    Text,
    /// An object a line.
    Json,
}

impl Form {
    /// How lines are written into a file of this name.
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension {
            Some("json" | "jsonl" | "ndjson") => Self::Json,
            _ => Self::Text,
        }
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many lines.
    pub lines: u64,
    /// How many entries were let go before they could be written.
    pub missing: u64,
}

impl Export {
    /// Writes the lines, in order. A line that was too long for one entry is one again.
    ///
    /// # Errors
    /// Those of what is written to.
    pub fn write(&self, out: &mut impl Write) -> io::Result<Written> {
        let mut written = Written::default();
        let mut whole: Option<(Entry, Vec<u8>)> = None;
        for (first, entries) in self.snapshot.blocks() {
            let entries: Entries = match entries {
                Ok(entries) => entries,
                Err(missing) => {
                    written.missing += missing;
                    continue;
                }
            };
            for (at, (entry, text)) in entries.iter().enumerate() {
                if !self.takes(first + at as u64, &entry, text) {
                    continue;
                }
                match &mut whole {
                    Some((before, line))
                        if entry.kind == Kind::More && before.stream == entry.stream =>
                    {
                        line.extend_from_slice(text);
                    }
                    _ => {
                        if let Some((entry, line)) = whole.replace((entry, text.to_vec())) {
                            self.line(&entry, &line, out)?;
                            written.lines += 1;
                        }
                    }
                }
            }
        }
        if let Some((entry, line)) = whole {
            self.line(&entry, &line, out)?;
            written.lines += 1;
        }
        out.flush()?;
        Ok(written)
    }

    /// The newest of the lines, in order, as many as make about so much text, and how many entries are not among them. May take as long as the disk takes.
    pub fn newest(&self, most: usize) -> (String, u64) {
        let (mut pieces, mut bytes, mut missing) = (VecDeque::new(), 0, 0);
        for (first, entries) in self.snapshot.blocks().rev() {
            let entries = match entries {
                Ok(entries) => entries,
                Err(lost) => {
                    missing += lost;
                    continue;
                }
            };
            let mut from = entries.len();
            for (at, (entry, text)) in entries.iter().enumerate().rev() {
                if !self.takes(first + at as u64, &entry, text) {
                    continue;
                }
                if bytes >= most {
                    missing += 1;
                    continue;
                }
                bytes += text.len() + AROUND;
                from = at;
            }
            if from < entries.len() {
                pieces.push_front((first, from, entries));
            }
        }
        let mut out = Vec::with_capacity(bytes);
        for (first, from, entries) in pieces {
            for (at, (entry, text)) in entries.iter().enumerate().skip(from) {
                if !self.takes(first + at as u64, &entry, text) {
                    continue;
                }
                if entry.kind == Kind::More && out.last() == Some(&b'\n') {
                    // A line that was too long for one entry is one again.
                    out.pop();
                    out.extend(ansi::plain(&String::from_utf8_lossy(text)).into_bytes());
                    out.push(b'\n');
                    continue;
                }
                // Memory takes whatever is written to it.
                let _ = self.line(&entry, text, &mut out);
            }
        }
        (String::from_utf8_lossy(&out).into_owned(), missing)
    }

    fn takes(&self, number: u64, entry: &Entry, text: &[u8]) -> bool {
        match &self.which {
            Which::All => true,
            Which::These(numbers) => numbers.contains(number),
            Which::Kept(filter) => filter.keeps(entry, text),
        }
    }

    fn line(&self, entry: &Entry, text: &[u8], out: &mut impl Write) -> io::Result<()> {
        write_line(&self.streams, self.form, (entry, text), out)
    }
}

/// Writes one entry of one of these streams, and ends the line.
///
/// # Errors
/// Those of what is written to.
pub fn write_line(
    streams: &[Stream],
    form: Form,
    (entry, text): (&Entry, &[u8]),
    out: &mut impl Write,
) -> io::Result<()> {
    let text = ansi::plain(&String::from_utf8_lossy(text));
    let time = stamp(entry.time);
    let unknown = Stream::default();
    let stream = streams.get(entry.stream.0 as usize).unwrap_or(&unknown);
    if form == Form::Json {
        let mut object = stream.json();
        object.insert("message".to_owned(), json!(text));
        if let Some(time) = time {
            object.insert("timestamp".to_owned(), json!(time.to_string()));
        }
        if entry.level != Level::Unknown {
            object.insert("level".to_owned(), json!(entry.level.name()));
        }
        if let Some(what) = entry.kind.word() {
            object.insert("kind".to_owned(), json!(what));
        }
        return writeln!(out, "{}", Value::Object(object));
    }
    if let Some(time) = time {
        write!(out, "{time} ")?;
    }
    if streams.len() > 1 {
        write!(out, "{}/{} ", stream.pod, stream.container)?;
    }
    let sign = match entry.kind {
        Kind::Line | Kind::More => "",
        Kind::Joined => "+ ",
        Kind::Left => "- ",
        Kind::Note => "! ",
        Kind::Event => "event ",
    };
    writeln!(out, "{sign}{text}")
}

impl Kind {
    /// What it is in a word, where it is not what a container wrote.
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::Line | Self::More => None,
            Self::Joined => Some("joined"),
            Self::Left => Some("left"),
            Self::Note => Some("note"),
            Self::Event => Some("event"),
        }
    }
}

impl Stream {
    /// What is known of it as JSON, in stern's words.
    pub fn json(&self) -> Map<String, Value> {
        let texts = [
            ("namespace", &self.namespace),
            ("podName", &self.pod),
            ("containerName", &self.container),
            ("nodeName", &self.node),
        ];
        texts.into_iter().map(|(key, text)| (key.to_owned(), json!(text))).collect()
    }
}

/// When an entry was written; `None` where that is not known.
fn stamp(nanoseconds: i64) -> Option<Timestamp> {
    (nanoseconds != i64::MIN)
        .then(|| Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::{Buffer, Room, StreamId};
    use super::*;

    fn export(which: Which, form: Form) -> (String, Written) {
        let mut buffer = Buffer::new(&Room::default());
        let mut entries = Entries::default();
        let second = 1_000_000_000;
        entries.push(second, StreamId(0), Kind::Joined, b"");
        entries.push(second, StreamId(0), Kind::Line, b"\x1b[31mERROR\x1b[0m: one");
        entries.push(2 * second, StreamId(1), Kind::Line, b"tw");
        entries.push(2 * second, StreamId(1), Kind::More, b"o");
        entries.push(3 * second, StreamId(0), Kind::Line, b"three");
        buffer.push(&entries);
        let stream = |pod: &str| Stream { pod: pod.into(), ..Stream::default() };
        let streams = vec![stream("a"), stream("b")];
        let export = Export { snapshot: buffer.snapshot(), streams, which, form };
        let mut out = Vec::new();
        let written = export.write(&mut out).unwrap();
        (String::from_utf8(out).unwrap(), written)
    }

    #[test]
    fn lines_are_written_whole_and_say_whose_they_are() {
        let (text, written) = export(Which::All, Form::Text);
        let wanted = "1970-01-01T00:00:01Z a/ + \n1970-01-01T00:00:01Z a/ ERROR: one\n\
            1970-01-01T00:00:02Z b/ two\n1970-01-01T00:00:03Z a/ three\n";
        assert_eq!((text.as_str(), written), (wanted, Written { lines: 4, missing: 0 }));
    }

    #[test]
    fn some_of_them_are_written() {
        let mut numbers = Numbers::default();
        for number in [1, 4] {
            numbers.insert(number);
        }
        let (text, _) = export(Which::These(numbers), Form::Text);
        assert_eq!(text.lines().count(), 2);
        let filter = Filter::default().typed("one|three", 0);
        assert_eq!(export(Which::Kept(Box::new(filter)), Form::Text).0, text);
    }

    #[test]
    fn each_line_is_an_object() {
        let (text, _) = export(Which::All, Form::Json);
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0]["kind"], "joined");
        assert_eq!(lines[1]["level"], "error");
        assert_eq!((&lines[2]["message"], &lines[2]["podName"]), (&json!("two"), &json!("b")));
        assert_eq!(lines[2]["timestamp"], "1970-01-01T00:00:02Z");
    }
}
