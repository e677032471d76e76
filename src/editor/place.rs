//! Where in an object a cursor stands, found in half-written YAML.

use super::buffer::Pos;
use super::outline::{Part, indent, is_border, is_comment, opens, parts};

/// A step from an object down to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a field.
    Field(String),
    /// Into an item of a list.
    Item,
}

/// What could be written where the cursor stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// A field of what the path leads to, or, below an item, a value.
    Field {
        /// What of it stands before the cursor.
        typed: String,
        /// Where it begins, in bytes of the line.
        from: usize,
        /// Where it ends.
        to: usize,
        /// The whole of it.
        name: String,
        /// Whether a colon follows it.
        colon: bool,
        /// The fields that stand beside it.
        beside: Vec<String>,
    },
    /// The value of what the path leads to.
    Value {
        /// What of it stands before the cursor.
        typed: String,
        /// Where it begins, in bytes of the line.
        from: usize,
        /// Where it ends.
        to: usize,
    },
    /// Nothing that is known: a comment, a text of several lines.
    Elsewhere,
}

/// Where in an object a cursor stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The apiVersion of the object, as it is written.
    pub version: String,
    /// Its kind.
    pub kind: String,
    /// The way down to what stands there.
    pub path: Vec<Step>,
    /// What could be written there.
    pub at: At,
}

impl Place {
    /// The way down in words: `spec.containers[].image`.
    pub fn words(&self) -> String {
        let mut out = String::new();
        for step in &self.path {
            match step {
                Step::Field(name) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(name);
                }
                Step::Item => out.push_str("[]"),
            }
        }
        out
    }
}

/// What is above a part: whether it is an item, and where it begins.
#[derive(Clone, Copy)]
struct Below {
    column: usize,
    item: bool,
}

impl Below {
    /// Whether a part stands above it. A list may stand at the column of its key.
    fn is_in(self, part: &Part<'_>) -> bool {
        match part {
            Part::Key { column, .. } if self.item => *column <= self.column,
            part => part.column() < self.column,
        }
    }
}

/// Where the cursor stands in a text.
pub fn place<L: AsRef<str>>(lines: &[L], cursor: Pos) -> Place {
    let line = lines.get(cursor.line).map_or("", AsRef::as_ref);
    let before = line.get(..cursor.byte).unwrap_or(line);
    let own = parts(line);
    let (version, kind) = object(lines, cursor.line);
    let mut place = Place { version, kind, path: Vec::new(), at: At::Elsewhere };
    if is_comment(before) || is_border(line) {
        return place;
    }
    let blank = line.trim().is_empty();
    let first = if blank { before.len() } else { indent(line) };
    // The parts of the line that the cursor is behind.
    let inner: Vec<Part<'_>> = own
        .iter()
        .copied()
        .filter(|part| match part {
            Part::Item { column } => *column < cursor.byte,
            Part::Key { behind, .. } => *behind <= before.len(),
        })
        .collect();
    let value = matches!(inner.last(), Some(Part::Key { .. }));
    let column = if value {
        first
    } else {
        match inner.last() {
            Some(Part::Item { column }) => {
                let rest = line.get(column + 1..).unwrap_or_default();
                line.len() - rest.trim_start_matches(' ').len()
            }
            _ => first,
        }
    };
    if !value && cursor.byte < column {
        return place;
    }
    let outer = own.first().map_or(Below { column, item: false }, |part| Below {
        column: part.column(),
        item: matches!(part, Part::Item { .. }),
    });
    let Some(mut path) = above(lines, cursor.line, outer) else { return place };
    path.extend(inner.iter().map(step));
    place.path = path;
    place.at = if value {
        let behind = match inner.last() {
            Some(Part::Key { behind, .. }) => *behind,
            _ => before.len(),
        };
        let from = before.len()
            - before.get(behind..).map_or(0, |typed| typed.trim_start_matches(' ').len());
        let rest = line.get(from..).unwrap_or_default();
        let to = from + rest.find(" #").map_or(rest, |at| &rest[..at]).trim_end().len();
        let typed = before.get(from..).unwrap_or_default().to_owned();
        At::Value { typed, from, to: to.max(before.len()) }
    } else {
        let key = own.iter().find_map(|part| match part {
            Part::Key { column: at, key, behind } if *at == column => Some((*key, *behind)),
            _ => None,
        });
        let to = key.map_or(line.trim_end().len().max(before.len()), |(_, behind)| behind - 1);
        At::Field {
            typed: before.get(column..).unwrap_or_default().to_owned(),
            from: column,
            to: to.max(column),
            name: key.map_or_else(
                || line.get(column..).unwrap_or_default().trim().to_owned(),
                |(key, _)| key.to_owned(),
            ),
            colon: key.is_some(),
            beside: beside(lines, cursor.line, column),
        }
    };
    place
}

fn step(part: &Part<'_>) -> Step {
    match part {
        Part::Item { .. } => Step::Item,
        Part::Key { key, .. } => Step::Field((*key).to_owned()),
    }
}

/// The way down to what stands in a line; `None` where that is a text of several lines.
fn above<L: AsRef<str>>(lines: &[L], from: usize, mut below: Below) -> Option<Vec<Step>> {
    let mut path = Vec::new();
    for line in lines.get(..from)?.iter().rev().map(AsRef::as_ref) {
        if (below.column == 0 && !below.item) || is_border(line) {
            break;
        }
        // What stands deeper is nothing that it is in; most lines are passed by that.
        if indent(line) > below.column || line.trim().is_empty() || is_comment(line) {
            continue;
        }
        let all = parts(line);
        for (number, part) in all.iter().rev().enumerate() {
            if below.is_in(part) {
                // What opens a text of several lines has only that below it.
                if number == 0 && opens(line) && part.column() < below.column {
                    return None;
                }
                path.push(step(part));
                below = Below { column: part.column(), item: matches!(part, Part::Item { .. }) };
            }
        }
    }
    path.reverse();
    Some(path)
}

/// The other fields of the object that a field at this column of a line belongs to.
fn beside<L: AsRef<str>>(lines: &[L], at: usize, column: usize) -> Vec<String> {
    let mut out = Vec::new();
    // Whether the search ends at a line: at one that is less deep, or that begins the next item.
    let mut look = |line: &str, up: bool| -> bool {
        if is_border(line) {
            return false;
        }
        let start = indent(line);
        if start > column || line.trim().is_empty() || is_comment(line) {
            return true;
        }
        let all = parts(line);
        if start < column && !up {
            return false;
        }
        for part in &all {
            if let Part::Key { column: at, key, .. } = part
                && *at == column
            {
                out.push((*key).to_owned());
            }
        }
        start >= column
    };
    let line = lines.get(at).map_or("", AsRef::as_ref);
    // A line that begins an item has nothing of it above.
    let begins =
        parts(line).iter().any(|part| matches!(part, Part::Item { column: c } if *c < column));
    if !begins {
        let _ = lines.get(..at).unwrap_or_default().iter().rev().all(|l| look(l.as_ref(), true));
    }
    let _ = lines.get(at + 1..).unwrap_or_default().iter().all(|l| look(l.as_ref(), false));
    out
}

/// The apiVersion and the kind of the object that a line is in.
fn object<L: AsRef<str>>(lines: &[L], at: usize) -> (String, String) {
    let (mut version, mut kind) = (None, None);
    let mut look = |line: &str| {
        for (field, slot) in [("apiVersion:", &mut version), ("kind:", &mut kind)] {
            if let Some(rest) = line.strip_prefix(field) {
                let word = rest.split(" #").next().unwrap_or_default().trim();
                let word = word.trim_matches(['"', '\'']);
                slot.get_or_insert_with(|| word.to_owned());
            }
        }
        !(version.is_some() && kind.is_some())
    };
    let inside = |line: &&L| !is_border(line.as_ref());
    let up = lines.get(..=at).unwrap_or(lines).iter().rev().take_while(inside);
    let more = up.map(AsRef::as_ref).all(&mut look);
    if more {
        let down = lines.get(at + 1..).unwrap_or_default().iter().take_while(inside);
        let _ = down.map(AsRef::as_ref).all(&mut look);
    }
    (version.unwrap_or_default(), kind.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The place of `^` in a text.
    fn at(text: &str) -> Place {
        let mut cursor = Pos::default();
        let lines: Vec<String> = text
            .lines()
            .enumerate()
            .map(|(line, text)| {
                if let Some(byte) = text.find('^') {
                    cursor = Pos::new(line, byte);
                }
                text.replace('^', "")
            })
            .collect();
        place(&lines, cursor)
    }

    fn field(typed: &str, from: usize, to: usize, name: &str, beside: &[&str]) -> At {
        At::Field {
            typed: typed.to_owned(),
            from,
            to,
            name: name.to_owned(),
            colon: false,
            beside: beside.iter().map(|b| (*b).to_owned()).collect(),
        }
    }

    const HEAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n";

    #[test]
    fn a_field_that_is_being_typed() {
        let place = at(&format!("{HEAD}  repl^\n  template:\n    spec: {{}}\n"));
        assert_eq!((place.version.as_str(), place.kind.as_str()), ("apps/v1", "Deployment"));
        assert_eq!(
            (place.words().as_str(), place.at),
            ("spec", field("repl", 2, 6, "repl", &["template"]))
        );
        let place = at("re^\n");
        assert_eq!((place.words().as_str(), place.at), ("", field("re", 0, 2, "re", &[])));
    }

    #[test]
    fn fields_of_items() {
        let text = format!(
            "{HEAD}  template:\n    spec:\n      containers:\n      - name: a\n        image: x\n        im^\n        ports:\n        - name: p\n      - name: b\n        env: []\n"
        );
        let place = at(&text);
        assert_eq!(place.words(), "spec.template.spec.containers[]");
        assert_eq!(place.at, field("im", 8, 10, "im", &["image", "name", "ports"]));
        let place = at(&format!("{HEAD}  list:\n  - ^\n  - b: 1\n"));
        assert_eq!((place.words().as_str(), place.at), ("spec.list[]", field("", 4, 4, "", &[])));
        let place = at(&format!("{HEAD}  list:\n    - a: 1\n      ^\n"));
        assert_eq!(
            (place.words().as_str(), place.at),
            ("spec.list[]", field("", 6, 6, "", &["a"]))
        );
    }

    #[test]
    fn values() {
        let value = |typed: &str, from, to| At::Value { typed: typed.to_owned(), from, to };
        let place = at(&format!("{HEAD}  paused: t^rue # yes\n"));
        assert_eq!((place.words().as_str(), place.at), ("spec.paused", value("t", 10, 14)));
        let place = at(&format!("{HEAD}  list:\n  - policy: ^\n"));
        assert_eq!((place.words().as_str(), place.at), ("spec.list[].policy", value("", 12, 12)));
    }

    #[test]
    fn an_empty_line_is_as_deep_as_its_cursor() {
        let text = |blanks: &str| format!("{HEAD}  template:\n    spec:\n{blanks}^\n");
        assert_eq!(at(&text("      ")).words(), "spec.template.spec");
        assert_eq!(at(&text("    ")).words(), "spec.template");
        assert_eq!(at(&text("  ")).words(), "spec");
        assert_eq!(at(&text("")).words(), "");
    }

    #[test]
    fn texts_and_comments_are_none_of_it() {
        for text in [
            "data:\n  a: |\n    b: x^\n",
            "data:\n  a: |\n    b:\n      c^\n",
            "# x^\n",
            "a:\n- |\n  b^\n",
        ] {
            assert_eq!(at(text).at, At::Elsewhere, "{text}");
        }
        assert_eq!(at("- a: |\n    text\n  b^\n").words(), "[]");
        let place = at("data:\n  a: |\n    b: x\n  c^\n");
        assert_eq!((place.words().as_str(), place.at), ("data", field("c", 2, 3, "c", &["a"])));
    }

    #[test]
    fn each_document_has_its_kind() {
        let text = "apiVersion: v1\nkind: ConfigMap\n---\nda^\napiVersion: apps/v1 # x\nkind: \"Deployment\"\n";
        let place = at(text);
        assert_eq!((place.version.as_str(), place.kind.as_str()), ("apps/v1", "Deployment"));
    }

    proptest! {
        #[test]
        fn any_cursor_in_any_text_has_a_place(
            text in "([ -]{0,6}[a-z:|#é\"']{0,6}[ :]?\n|---\n){0,20}", line in 0usize..22, byte in 0usize..14,
        ) {
            let lines: Vec<&str> = text.split('\n').collect();
            let line = line.min(lines.len());
            let mut byte = byte.min(lines.get(line).map_or(0, |l| l.len()));
            while !lines.get(line).is_none_or(|l| l.is_char_boundary(byte)) {
                byte -= 1;
            }
            let place = place(&lines, Pos::new(line, byte));
            let _ = place.words();
            if let At::Field { from, to, .. } | At::Value { from, to, .. } = place.at {
                let text = lines.get(line).copied().unwrap_or_default();
                prop_assert!(from <= to && text.get(from..to.min(text.len())).is_some(), "{:?} {} {}", text, from, to);
            }
        }
    }
}
