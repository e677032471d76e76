//! How pages about a release write their lines.

use crate::kinds::age;
use crate::sheet::{Line, Sheet, Span, Tone, printable};
use crate::store::Health;

/// The most lines of a text that are written.
const MOST: usize = 100_000;
/// How wide the names of fields are.
const LABEL: usize = 16;

/// A piece of text.
pub(super) fn span(text: impl Into<String>, tone: Tone) -> Span {
    Span::new(text, tone)
}

/// A page that says nothing but this.
pub(super) fn alone(text: impl Into<String>, tone: Tone) -> Sheet {
    Sheet { lines: vec![Line::new(0, [span(printable(&text.into()), tone)])], changes_in: None }
}

/// A page that cannot be written: why.
pub(super) fn failed(why: &str) -> Sheet {
    alone(why, Tone::State(Health::Broken))
}

/// A page of which not enough is known yet.
pub(super) fn loading() -> Sheet {
    alone("reading …", Tone::Muted)
}

/// `Chart:          web-1.4.2`.
pub(super) fn field(label: &str, value: Vec<Span>) -> Line {
    let label = format!("{label}:");
    let label = span(format!("{label:<LABEL$}"), Tone::Label);
    Line::new(0, std::iter::once(label).chain(value))
}

/// The title of a section, with an empty line before it.
pub(super) fn heading(title: &str, note: Vec<Span>) -> [Line; 2] {
    let title = span(title, Tone::Heading);
    [Line::default(), Line::new(0, std::iter::once(title).chain(note))]
}

/// `5m ago`, and in how many seconds that is to be written anew.
pub(super) fn ago(at: i64, now: i64) -> (String, i64) {
    let mut text = String::new();
    age::write_since(at, now, &mut text);
    (text + " ago", age::changes_in(now.saturating_sub(at)))
}

/// Lines of plain text, `indent` columns in.
pub(super) fn plain(text: &str, indent: u16) -> Vec<Line> {
    let mut lines: Vec<Line> = text
        .lines()
        .take(MOST)
        .map(|line| Line::new(indent, [span(printable(line), Tone::Text)]))
        .collect();
    lines.extend(rest(text));
    lines
}

/// Lines of YAML: what stands deeper belongs to what stands before it.
pub(super) fn yaml(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = text.lines().take(MOST).map(yaml_line).collect();
    lines.extend(rest(text));
    lines
}

/// What is said where a text has too many lines.
fn rest(text: &str) -> Option<Line> {
    let more = text.lines().count().saturating_sub(MOST);
    (more > 0).then(|| {
        let text = format!("… and {more} more lines, which are not shown here");
        Line::new(0, [span(text, Tone::Muted)])
    })
}

fn yaml_line(line: &str) -> Line {
    let text = line.trim_start_matches(' ');
    let indent = u16::try_from(line.len() - text.len()).unwrap_or(u16::MAX);
    Line::new(indent, yaml_spans(text))
}

/// The pieces of a line of YAML.
pub(super) fn yaml_spans(text: &str) -> Vec<Span> {
    if text.starts_with('#') || text.trim_end() == "---" {
        return vec![span(printable(text), Tone::Muted)];
    }
    let key =
        text.find(": ").map(|at| at + 1).or_else(|| text.ends_with(':').then_some(text.len()));
    // A key of YAML that Helm or a chart writes has no spaces but those of a list's mark.
    match key {
        Some(at) if !text[..at].trim_start_matches("- ").contains([' ', '"', '\'', '{']) => {
            let (key, value) = text.split_at(at);
            vec![span(printable(key), Tone::Label), span(printable(value), Tone::Text)]
        }
        _ => vec![span(printable(text), Tone::Text)],
    }
}
