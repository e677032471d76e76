//! How the page's lines are made: fields, aligned columns, bars, and the commands that lines lead to.

use crate::sheet::{Go, Line, Span, Tone};
use crate::store::Health;

/// How far lines below a heading stand in.
pub const INDENT: u16 = 2;

/// How wide the names of fields are.
const LABEL: usize = 19;

/// How wide bars are.
pub const BAR: usize = 6;

/// The width of a state's glyph and the blank behind it, which whoever draws it adds.
const GLYPH: usize = 2;

/// Ordinary text.
pub fn text(text: impl Into<String>) -> Span {
    Span::new(text, Tone::Text)
}

/// Words beside what matters.
pub fn muted(text: impl Into<String>) -> Span {
    Span::new(text, Tone::Muted)
}

/// A figure.
pub fn number(number: impl std::fmt::Display) -> Span {
    Span::new(format!("{number}"), Tone::Number)
}

/// A state with its glyph.
pub fn state(health: Health, text: impl Into<String>) -> Span {
    Span::new(text, Tone::State(health))
}

/// The title of a section, and words behind it.
pub fn heading(title: &str, more: impl IntoIterator<Item = Span>) -> Line {
    let title = Span::new(title, Tone::Heading);
    Line::new(0, std::iter::once(title).chain(more))
}

/// A name and what stands for it.
pub fn field(label: &str, value: impl IntoIterator<Item = Span>) -> Line {
    let label = Span::new(format!("{label:<LABEL$}"), Tone::Label);
    Line::new(INDENT, std::iter::once(label).chain(value))
}

/// How much of something is used, as text of so many letters: `##....`. Whoever draws it has better signs.
pub fn bar(part: i128, whole: i128) -> Span {
    let percent = percent(part, whole);
    let filled = match percent {
        // What is used at all is seen.
        Some(1..) | None => {
            (percent.unwrap_or(100).min(100).saturating_mul(BAR as i128) / 100).max(1)
        }
        Some(_) => 0,
    };
    let filled = usize::try_from(filled).unwrap_or(BAR).min(BAR);
    let bar = "#".repeat(filled) + &".".repeat(BAR - filled);
    Span::new(bar, Tone::Bar(fullness(percent)))
}

/// What share is used, in percent, rounded down; `None` where something is used of nothing.
pub fn percent(part: i128, whole: i128) -> Option<i128> {
    match (part, whole) {
        (..=0, _) => Some(0),
        (_, ..=0) => None,
        (part, whole) => Some(part.saturating_mul(100) / whole),
    }
}

/// From which share on something is nearly used up, in percent.
pub const NEAR: i128 = 80;

/// How worrying it is that so much is used.
pub fn fullness(percent: Option<i128>) -> Health {
    match percent {
        Some(..NEAR) => Health::Ok,
        Some(..100) => Health::Warning,
        _ => Health::Broken,
    }
}

/// `12.1` cores of millicores.
pub fn cores(milli: i128) -> String {
    short(milli.saturating_mul(10) / 1000)
}

/// Bytes of a whole, in the unit of the whole: `1.5/62Gi`.
pub fn memory(part: i128, whole: i128) -> String {
    const UNITS: [&str; 6] = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];
    let (mut size, mut unit) = (1_i128, 0);
    while whole.max(part) / size >= 10 << 10 && unit + 1 < UNITS.len() {
        size <<= 10;
        unit += 1;
    }
    let amount = |bytes: i128| short(bytes.saturating_mul(10) / size);
    format!("{}/{}{}", amount(part), amount(whole), UNITS[unit])
}

/// Tenths with one figure behind the point below ten, without any above.
fn short(tenths: i128) -> String {
    match tenths {
        1..100 if tenths % 10 != 0 => format!("{}.{}", tenths / 10, tenths % 10),
        tenths => (tenths / 10).to_string(),
    }
}

/// Where a command line leads.
pub fn command(line: impl Into<String>) -> Go {
    Go::Command(line.into())
}

/// A term of a filter that lets those rows pass whose column says this: `status=Ready`, `zone=""`.
pub fn term(column: &str, value: &str) -> String {
    let plain = value.starts_with(char::is_alphanumeric) && !value.contains(char::is_whitespace);
    let quote = if value.contains('"') { '\'' } else { '"' };
    if plain { format!("{column}={value}") } else { format!("{column}={quote}{value}{quote}") }
}

/// A line of several columns.
#[derive(Debug, Default)]
pub struct Columns {
    /// How far it stands in.
    pub indent: u16,
    /// Its columns, each of several pieces.
    pub cells: Vec<Vec<Span>>,
    /// What enter leads to.
    pub go: Option<Go>,
    /// Whether what belongs to it is folded away.
    pub folded: bool,
}

impl Columns {
    /// A line of these columns.
    pub fn new(indent: u16, cells: Vec<Vec<Span>>) -> Self {
        Self { indent, cells, ..Self::default() }
    }

    /// The line that leads somewhere.
    #[must_use]
    pub fn go(mut self, go: Go) -> Self {
        self.go = Some(go);
        self
    }
}

/// Lines whose columns stand below each other, two blanks apart; those that are `true` stand right.
pub fn aligned(rows: Vec<Columns>, right: &[bool]) -> Vec<Line> {
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        let last = row.cells.len().saturating_sub(1);
        for (at, cell) in row.cells.iter().enumerate() {
            // What ends a line pushes nothing aside.
            let ends = at == last && !right.get(at).copied().unwrap_or_default();
            // The first column begins where its line does.
            let width = if ends { 0 } else { width(cell) }
                + if at == 0 { usize::from(row.indent) } else { 0 };
            match widths.get_mut(at) {
                Some(widest) => *widest = width.max(*widest),
                None => widths.push(width),
            }
        }
    }
    let line = |row: Columns| {
        let last = row.cells.len().saturating_sub(1);
        let mut spans = Vec::new();
        for (at, cell) in row.cells.into_iter().enumerate() {
            let used = width(&cell) + if at == 0 { usize::from(row.indent) } else { 0 };
            let blank = widths.get(at).map_or(0, |width| width.saturating_sub(used));
            let right = right.get(at).copied().unwrap_or_default();
            let (before, behind) = if right { (blank, 0) } else { (0, blank) };
            let apart = if at == 0 { 0 } else { 2 };
            spans.extend(blanks(before + apart));
            spans.extend(cell);
            spans.extend(blanks(if at == last { 0 } else { behind }));
        }
        Line { indent: row.indent, spans, go: row.go, folded: row.folded, copy: None }
    };
    rows.into_iter().map(line).collect()
}

fn blanks(count: usize) -> Option<Span> {
    (count > 0).then(|| text(" ".repeat(count)))
}

fn width(cell: &[Span]) -> usize {
    let of = |span: &Span| {
        let glyph = if matches!(span.tone, Tone::State(_)) { GLYPH } else { 0 };
        span.text.chars().count() + glyph
    };
    cell.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(part: i128, whole: i128) -> String {
        bar(part, whole).text
    }

    #[test]
    fn a_bar_shows_what_is_used() {
        assert_eq!(drawn(0, 10), "......");
        assert_eq!(drawn(1, 1000), "......", "less than one percent");
        assert_eq!(drawn(1, 100), "#.....");
        assert_eq!(drawn(50, 100), "###...");
        assert_eq!(drawn(99, 100), "#####.", "full is only what is full");
        assert_eq!(drawn(100, 100), "######");
        assert_eq!(drawn(3, 0), "######", "something of nothing");
        assert_eq!(drawn(0, 0), "......");
        assert_eq!(bar(79, 100).tone, Tone::Bar(Health::Ok));
        assert_eq!(bar(80, 100).tone, Tone::Bar(Health::Warning));
        assert_eq!(bar(100, 100).tone, Tone::Bar(Health::Broken));
    }

    #[test]
    fn amounts_are_short() {
        assert_eq!(
            (cores(250), cores(12_000), cores(12_100), cores(0), cores(1500)),
            ("0.2".into(), "12".into(), "12".into(), "0".into(), "1.5".into())
        );
        assert_eq!(memory(3 << 29, 62 << 30), "1.5/62Gi");
        assert_eq!(memory(0, 0), "0/0");
        assert_eq!(memory(512 << 20, 2 << 30), "512/2048Mi");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let row = |indent, a: &str, b: usize, c| {
            Columns::new(indent, vec![vec![text(a)], vec![number(b)], vec![c]])
        };
        let lines = aligned(
            vec![row(2, "nodes", 7, text("x")), row(4, "a", 1234, state(Health::Ok, "y"))],
            &[false, true],
        );
        assert_eq!(lines[0].text(), "  nodes     7  x");
        assert_eq!(lines[1].text(), "    a    1234  y");
    }

    proptest! {
        #[test]
        fn any_value_makes_a_term_that_lets_its_row_pass(value in "[^\"]{0,12}|[^']{0,12}") {
            use crate::kinds::{Cell, Column, Value};
            use crate::store::Filter;
            let columns = [Column::new("STATUS", Value::Cell(0))];
            let filter = Filter::parse(&term("status", &value), &columns);
            prop_assert!(filter.is_ok(), "{filter:?}");
            let row = crate::overview::testing::row(vec![Cell::Text(value.as_str().into())]);
            prop_assert!(filter.unwrap().matches(&row, 0));
        }

        #[test]
        fn a_bar_is_as_wide_as_any_other(part in any::<i64>(), whole in any::<i64>()) {
            prop_assert_eq!(drawn(part.into(), whole.into()).len(), BAR);
            let _ = memory(part.into(), whole.into());
        }
    }
}
