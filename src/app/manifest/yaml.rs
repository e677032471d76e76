//! The lines of an object's YAML: which part of it each is.

use super::super::reader::{TextLine, close, hash};

/// What is open at a line: keys and list items, the outermost first.
struct Open {
    level: usize,
    path: u64,
    /// The next list item below it.
    item: usize,
}

/// Cuts YAML, as [`emit`](crate::yaml::emit) writes it, into lines and finds what each is a part of.
pub(super) fn lines(text: &str) -> Vec<TextLine> {
    let mut out: Vec<TextLine> = Vec::new();
    let mut levels: Vec<usize> = Vec::new();
    let mut open = vec![Open { level: 0, path: 0, item: 0 }];
    // The indentation of the key or item whose text block the lines are in.
    let mut block: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(owner) = block {
            if line.trim().is_empty() || indent > owner {
                let above = &mut open[1..];
                let parent = above.last_mut().map_or(0, |owner| {
                    owner.item += 1;
                    hash(owner.item, owner.path)
                });
                let within = open.last().map_or(0, |o| o.path);
                levels.push(usize::MAX);
                out.push(part(line, parent, within));
                continue;
            }
            block = None;
        }
        let (level, parent, path, deepest) = place(line, indent, &mut open);
        levels.push(level);
        out.push(part(line, path, parent));
        if crate::yaml::opens_block(line) {
            block = Some(deepest);
        }
    }
    close(&mut out, &levels);
    out
}

fn part(text: &str, path: u64, parent: u64) -> TextLine {
    TextLine { text: text.to_owned(), path, parent, ..TextLine::default() }
}

/// Where a line stands: its outermost level, the path above it, its own path, and the indentation of its innermost part.
fn place(line: &str, indent: usize, open: &mut Vec<Open>) -> (usize, u64, u64, usize) {
    let mut rest = &line[indent..];
    let mut indent = indent;
    let mut outermost = None;
    let mut deepest = indent;
    loop {
        let item = rest == "-" || rest.starts_with("- ");
        // A list may stand at the indentation of its key, so an item is a level below a key there. The root is level 0.
        let level = 1 + 2 * indent + usize::from(item);
        while open.len() > 1 && open.last().is_some_and(|o| o.level >= level) {
            open.pop();
        }
        let (within, number) = open.last_mut().map_or((0, 0), |above| {
            above.item += usize::from(item);
            (above.path, above.item)
        });
        let key = if item { "" } else { rest.split_once(':').map_or(rest, |(key, _)| key) };
        let path = if item { hash(number, within) } else { hash(key, within) };
        open.push(Open { level, path, item: 0 });
        let (outer_level, outer_parent, outer_path) =
            *outermost.get_or_insert((level, within, path));
        deepest = deepest.max(indent);
        if !item || rest == "-" {
            // A line that starts an item is that item: it folds and changes as a whole, yet tells its first key apart.
            let own = if outer_path == path { path } else { hash("first", outer_path) };
            return (outer_level, outer_parent, own, deepest);
        }
        rest = &rest[2..];
        let spaces = rest.len() - rest.trim_start_matches(' ').len();
        indent += 2 + spaces;
        rest = &rest[spaces..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::emit;
    use proptest::prelude::*;
    use serde_json::Value;
    use serde_json::json;

    fn pod() -> Value {
        json!({
            "kind": "Pod", "apiVersion": "v1",
            "metadata": {"name": "web", "managedFields": [{"manager": "x"}], "annotations": {"note": "a\n\nb: c\n"}},
            "spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "x"}]},
            "status": {"long": "word ".repeat(60), "yes": "yes", "empty": {}},
        })
    }

    fn at(lines: &[TextLine], text: &str) -> usize {
        lines
            .iter()
            .position(|l| l.text.trim() == text)
            .unwrap_or_else(|| panic!("{text} in {lines:#?}"))
    }

    #[test]
    fn every_line_knows_its_part_and_its_end() {
        let text = emit(&pod(), false);
        let lines = lines(&text);
        let paths: std::collections::HashSet<_> = lines.iter().map(|l| l.path).collect();
        assert_eq!(paths.len(), lines.len(), "{lines:#?}");
        let containers = at(&lines, "containers:");
        assert_eq!(lines[containers].end, at(&lines, "status:"));
        assert_eq!(lines[containers + 1].end, containers + 3, "one container is two lines");
        let note = at(&lines, "note: |");
        assert_eq!(lines[note].end, note + 4, "{text}");
        assert_eq!(lines[at(&lines, "metadata:")].end, at(&lines, "spec:"));
    }

    #[test]
    fn a_part_is_found_again_in_the_next_version() {
        let mut value = pod();
        let before = lines(&emit(&value, false));
        value["spec"]["containers"][1]["image"] = json!("z");
        value["spec"]["alpha"] = json!(1);
        let after = lines(&emit(&value, false));
        let changed: Vec<_> = after
            .iter()
            .filter(|l| !before.iter().any(|b| b.path == l.path && b.text == l.text))
            .map(|l| l.text.trim())
            .collect();
        assert_eq!(changed, ["alpha: 1", "- image: z"]);
    }

    proptest! {
        #[test]
        fn any_text_has_lines_that_end(text in "([ -]{0,6}[a-z:|]{0,5}\n){0,30}") {
            let lines = lines(&text);
            prop_assert_eq!(lines.len(), text.lines().count());
            for (i, line) in lines.iter().enumerate() {
                prop_assert!(line.end > i && line.end <= lines.len());
            }
        }
    }
}
