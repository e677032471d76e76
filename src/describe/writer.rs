//! Lines whose columns align, as kubectl's do (Go's `text/tabwriter`: at least two spaces between columns).

use unicode_width::UnicodeWidthStr;

use crate::kinds::age;
use crate::sheet::{Go, Line, Sheet, Span, Tone};

use super::piece::{Piece, label};

/// Spaces between two columns.
const PADDING: usize = 2;

/// A cell wider than this does not widen its column: a cluster could ask for any amount of spaces otherwise.
const WIDEST: usize = 512;

/// Collects the lines of a describe. Cells of one column are as wide as the widest of the lines that follow each other and have that column;
/// the last cell of a line counts for nobody.
#[derive(Debug)]
pub struct Writer {
    entries: Vec<Entry>,
    now: i64,
    changes_in: Option<i64>,
}

/// A line that is not yet aligned.
#[derive(Debug, Default)]
pub struct Entry {
    indent: u16,
    pieces: Vec<Piece>,
    go: Option<Go>,
    folded: bool,
}

impl Entry {
    /// Lets the line lead somewhere, if there is somewhere.
    pub fn go(&mut self, go: Option<Go>) -> &mut Self {
        self.go = go;
        self
    }

    /// Folds away what belongs to the line, until somebody opens it.
    pub fn folded(&mut self) -> &mut Self {
        self.folded = true;
        self
    }
}

impl Writer {
    /// No lines yet. `now` is the time in seconds since the Unix epoch.
    pub fn new(now: i64) -> Self {
        Self { entries: Vec::new(), now, changes_in: None }
    }

    /// A line of these columns. What has line breaks goes on in its column on further lines.
    pub fn line(&mut self, indent: u16, pieces: impl IntoIterator<Item = Piece>) -> &mut Entry {
        self.push(indent, pieces.into_iter().collect())
    }

    /// `Label:` and its value.
    pub fn field(&mut self, indent: u16, name: &str, value: impl Into<Piece>) -> &mut Entry {
        self.push(indent, vec![label(format!("{name}:")), value.into()])
    }

    /// `Label:` alone, for what is written below it, deeper.
    pub fn section(&mut self, indent: u16, name: &str) -> &mut Entry {
        self.push(indent, vec![Piece::new(&format!("{name}:"), Tone::Heading)])
    }

    /// `Label:` and values one below the other; `<none>` where there are none.
    pub fn values(&mut self, indent: u16, name: &str, values: impl IntoIterator<Item = Piece>) {
        let mut values = values.into_iter();
        match values.next() {
            None => self.field(indent, name, "<none>"),
            Some(first) => self.field(indent, name, first),
        };
        for value in values {
            self.more(value);
        }
    }

    /// A line that goes on in the second column.
    pub fn more(&mut self, value: impl Into<Piece>) -> &mut Entry {
        self.push(0, vec![Piece::default(), value.into()])
    }

    /// The headings of a table, underlined with as many dashes as they have letters, and at least four; a column without a heading has none.
    pub fn headings(&mut self, indent: u16, names: &[&str]) {
        self.plain_headings(indent, names);
        let dashes = |name: &&str| if name.is_empty() { 0 } else { name.len().max(4) };
        let dashes = names.iter().map(|name| Piece::new(&"-".repeat(dashes(name)), Tone::Faint));
        self.line(indent, dashes);
    }

    /// The headings of a table.
    pub fn plain_headings(&mut self, indent: u16, names: &[&str]) {
        self.line(indent, names.iter().map(|name| Piece::new(name, Tone::Heading)));
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.push(0, Vec::new());
    }

    /// How long ago something was (`5m`, or `<unknown>`); what is written changes with the time from then on.
    pub fn since(&mut self, at: Option<i64>) -> String {
        let mut text = String::new();
        age::write_since(at.unwrap_or(age::UNKNOWN), self.now, &mut text);
        if let Some(at) = at {
            let changes = age::changes_in(self.now.saturating_sub(at));
            self.changes_in = Some(self.changes_in.map_or(changes, |known| known.min(changes)));
        }
        text
    }

    fn push(&mut self, indent: u16, pieces: Vec<Piece>) -> &mut Entry {
        let first = self.entries.len();
        let mut columns: Vec<_> =
            pieces.into_iter().map(|piece| piece.lines().into_iter()).collect();
        let mut next: Vec<_> = columns.iter_mut().map(|c| c.next().unwrap_or_default()).collect();
        self.entries.push(Entry { indent, pieces: std::mem::take(&mut next), ..Entry::default() });
        while columns.iter().any(|column| column.len() > 0) {
            next = columns.iter_mut().map(|c| c.next().unwrap_or_default()).collect();
            // An empty first column would be as good as its indent, and stand for more than this line.
            self.entries.push(Entry { indent, pieces: next, ..Entry::default() });
        }
        &mut self.entries[first]
    }

    /// The lines, aligned.
    pub fn finish(self) -> Sheet {
        let widths = widths(&self.entries);
        let lines =
            self.entries.into_iter().zip(widths).map(|(entry, widths)| line(entry, &widths));
        Sheet { lines: lines.collect(), changes_in: self.changes_in }
    }
}

/// How wide each column of each line is, but for the line's last.
fn widths(entries: &[Entry]) -> Vec<Vec<usize>> {
    let mut widths: Vec<Vec<usize>> = entries
        .iter()
        .map(|entry| {
            let cells = entry.pieces.iter().enumerate();
            let own = |(n, piece): (usize, &Piece)| {
                let indent = if n == 0 { usize::from(entry.indent) } else { 0 };
                indent + piece.width() + PADDING
            };
            cells.take(entry.pieces.len().saturating_sub(1)).map(own).collect()
        })
        .collect();
    let most = widths.iter().map(Vec::len).max().unwrap_or_default();
    for column in 0..most {
        // Lines that follow each other and have this column make a block.
        for block in widths.chunk_by_mut(|a, b| a.len() > column && b.len() > column) {
            let widest = block
                .iter()
                .filter_map(|line| line.get(column))
                .filter(|width| **width <= WIDEST)
                .max()
                .copied();
            for width in block.iter_mut().filter_map(|line| line.get_mut(column)) {
                *width = widest.unwrap_or(*width);
            }
        }
    }
    widths
}

fn line(entry: Entry, widths: &[usize]) -> Line {
    let mut indent = usize::from(entry.indent);
    let mut spans: Vec<Span> = Vec::new();
    let last = entry.pieces.iter().rposition(|piece| !piece.is_empty()).unwrap_or_default();
    for (n, piece) in entry.pieces.into_iter().take(last + 1).enumerate() {
        let taken = piece.width() + if n == 0 { usize::from(entry.indent) } else { 0 };
        let gap = widths.get(n).map_or(0, |width| width.saturating_sub(taken).max(PADDING));
        spans.extend(piece.0.into_iter().filter(|span| !span.text.is_empty()));
        if n == last {
            break;
        }
        if spans.is_empty() {
            // Nothing before it: then it stands in from the left, and belongs to what stands less so.
            indent += gap;
        } else {
            spans.push(Span::new(" ".repeat(gap), Tone::Text));
        }
    }
    // Leading spaces of the text itself are indent too.
    if let Some(first) = spans.first_mut() {
        let inner = first.text.trim_start_matches(' ');
        indent += first.text.width() - inner.width();
        first.text = inner.to_owned();
    }
    spans.retain(|span| !span.text.is_empty());
    let indent = u16::try_from(indent).unwrap_or(u16::MAX);
    Line { indent, spans, go: entry.go, folded: entry.folded, copy: None }
}
