//! A difference as the lines of a sheet.

use crate::sheet::{Line, Span, Tone, printable};

use super::{Change, Edit, Hunk, hunks};

/// The lines of a difference, each with its sign; what is more than `context` lines from any change is folded away.
pub fn lines(changes: &[Change<'_>], context: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for hunk in hunks(changes, context) {
        match hunk {
            Hunk::Near(change) => lines.push(line(change, 0)),
            Hunk::Far(changes) => {
                // Whoever draws it says how many lines are folded away.
                let mut head = Line::new(0, [Span::new("⋯ the same", Tone::Faint)]);
                head.folded = true;
                lines.push(head);
                lines.extend(changes.iter().map(|change| line(*change, 1)));
            }
        }
    }
    lines
}

/// A line with its sign; those that are folded away stand `indent` deeper, and their text stands where that of all others does.
fn line(change: Change<'_>, indent: u16) -> Line {
    let text = printable(change.text.trim_end_matches(['\n', '\r']));
    let (sign, tone) = match change.edit {
        Edit::Keep => (" ", Tone::Muted),
        Edit::Add => ("+", Tone::Added),
        Edit::Remove => ("-", Tone::Removed),
    };
    let sign = if indent == 0 { format!("{sign} ") } else { sign.to_owned() };
    Line::new(indent, [Span::new(sign + &text, tone)])
}
