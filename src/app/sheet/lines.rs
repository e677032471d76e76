//! The lines of a sheet as a text to read: which part of it each is, so that cursor, folds and marks find it again.

use std::collections::HashMap;

use crate::sheet::{Go, Line, Sheet, Tone};

use super::super::reader::{TextLine, close, hash};

/// A sheet as a text.
pub(super) fn lines(sheet: &Sheet) -> Vec<TextLine> {
    // What is open: the indent and the path of each line that the next may stand below.
    let mut open: Vec<(u16, u64)> = Vec::new();
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut out = Vec::with_capacity(sheet.lines.len());
    for line in &sheet.lines {
        while open.last().is_some_and(|(indent, _)| *indent >= line.indent) {
            open.pop();
        }
        let parent = open.last().map_or(0, |(_, path)| *path);
        let named = hash(name(line), parent);
        // Of lines with the same name each is one of its own.
        let number = seen.entry(named).and_modify(|n| *n += 1).or_default();
        let path = hash(*number, named);
        open.push((line.indent, path));
        out.push(TextLine { text: line.text(), path, parent, end: 0, folded: line.folded });
    }
    let levels: Vec<usize> = sheet.lines.iter().map(|l| 1 + usize::from(l.indent)).collect();
    close(&mut out, &levels);
    out
}

/// What a line is called among those beside it: the entry of the journal that it is of; its labels, or what it is about. A line without either is told by its words, as far as they
/// are neither ages nor blanks, which change by themselves.
fn name(line: &Line) -> String {
    match &line.go {
        Some(Go::Entry(id)) => return id.to_string(),
        // Where it leads, and how it is doing, changes.
        Some(Go::Forward(id)) if line.indent == 0 => return id.to_string(),
        _ => {}
    }
    let of = |wanted: &dyn Fn(Tone) -> bool| {
        let spans = line.spans.iter().filter(|span| wanted(span.tone));
        spans.map(|span| span.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    let labels = of(&|tone| matches!(tone, Tone::Label | Tone::Heading));
    let name = if labels.trim().is_empty() { of(&|tone| tone == Tone::Strong) } else { labels };
    let words = if name.trim().is_empty() { of(&|_| true) } else { name };
    lasting(&words)
}

/// A text without blanks, and without figures and the units of ages behind them: `5m30s`, `x3`.
fn lasting(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_figure = false;
    for c in text.chars() {
        let unit = after_figure && matches!(c, 's' | 'm' | 'h' | 'd' | 'y');
        after_figure = c.is_ascii_digit();
        if !after_figure && !unit && !c.is_whitespace() {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Span;
    use proptest::prelude::*;

    fn line(indent: u16, label: &str, text: &str) -> Line {
        Line::new(indent, [Span::new(label, Tone::Label), Span::new(text, Tone::Text)])
    }

    fn sheet(lines: Vec<Line>) -> Sheet {
        Sheet { lines, changes_in: None }
    }

    #[test]
    fn what_stands_deeper_belongs_to_the_line_above() {
        let lines = lines(&sheet(vec![
            line(0, "Containers:", ""),
            line(2, "web:", ""),
            line(4, "Image:", " nginx"),
            line(2, "proxy:", ""),
            line(4, "Image:", " envoy"),
            line(0, "Events:", " <none>"),
        ]));
        assert_eq!(lines.iter().map(|l| l.end).collect::<Vec<_>>(), [5, 3, 3, 5, 5, 6]);
        assert_eq!(lines[2].parent, lines[1].path);
        assert_ne!(lines[2].path, lines[4].path, "the same label in another part is another line");
        assert_eq!(lines[2].text, "    Image: nginx");
    }

    #[test]
    fn a_line_is_found_again_when_its_value_or_its_age_changes() {
        let event = |text: &str| Line::new(2, [Span::new(text, Tone::Text)]);
        let before = lines(&sheet(vec![
            line(0, "Status:", " Running"),
            line(0, "Events:", ""),
            event("Normal  Pulled  59s (x3 over 5m30s)"),
        ]));
        let after = lines(&sheet(vec![
            line(0, "Status:", " Failed"),
            line(0, "Events:", ""),
            event("Warning  BackOff  2s"),
            event("Normal   Pulled   2m (x4 over 6m)"),
        ]));
        assert_eq!(before[0].path, after[0].path);
        assert_eq!(before[2].path, after[3].path);
        assert!(before.iter().all(|l| l.path != after[2].path));
    }

    proptest! {
        #[test]
        fn every_line_has_a_path_of_its_own(all in prop::collection::vec((0u16..6, "[a-c ]{0,2}", "[0-9ms ]{0,3}"), 0..30)) {
            let sheet = sheet(all.iter().map(|(indent, label, text)| line(*indent, label, text)).collect());
            let lines = lines(&sheet);
            let paths: std::collections::HashSet<u64> = lines.iter().map(|l| l.path).collect();
            prop_assert_eq!(paths.len(), all.len());
            for (i, line) in lines.iter().enumerate() {
                prop_assert!(line.end > i && line.end <= lines.len());
            }
        }
    }
}
