//! The text of a draft: objects written for an editor, and what a person wrote there read again.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::diff::{Change, Edit, diff};
use crate::yaml;

/// What lines of kx's own begin with; they are comments to YAML.
const OWN: &str = "# kx:";

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1, where one is to blame.
    pub line: Option<u64>,
    /// What is wrong, a sentence for people.
    pub why: String,
}

impl Mistake {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self { line: None, why: why.into() }
    }

    /// With its line.
    pub fn words(&self) -> String {
        match self.line {
            Some(line) => format!("line {line}: {}", self.why),
            None => self.why.clone(),
        }
    }
}

/// Objects as documents under each other, below lines of kx's own.
pub fn write<'a>(notes: &[String], objects: impl IntoIterator<Item = &'a Value>) -> String {
    let mut out = head(notes);
    for (number, object) in objects.into_iter().enumerate() {
        if number > 0 {
            out.push_str("---\n");
        }
        out.push_str(&yaml::emit(object, false));
    }
    out
}

/// A text whose lines of kx's own are these.
pub fn with_notes(text: &str, notes: &[String]) -> String {
    let mut out = head(notes);
    out.push_str(body(text).1);
    out
}

/// A text that begins with what is wrong with it.
pub fn with_mistake(text: &str, mistake: &Mistake, advice: &str) -> String {
    let notes = |words: String| [words, advice.to_owned()];
    let lines = |notes: &[String]| notes.iter().flat_map(|note| note.lines()).count() as u64;
    // kx's own lines above are others by then.
    let below = |line: u64| line.saturating_sub(body(text).0);
    let after = lines(&notes(mistake.words()));
    let line = mistake.line.map(|line| below(line).saturating_add(after));
    with_notes(text, &notes(Mistake { line, ..mistake.clone() }.words()))
}

/// A text that begins with these lines of kx's own and with what is wrong with it, each with the line that it has there.
pub fn with_problems(text: &str, notes: &[String], problems: &[Mistake]) -> String {
    let before = body(text).0;
    let lines = |words: &str| words.lines().count() as u64;
    let all = notes.iter().map(|note| lines(note)).sum::<u64>()
        + problems.iter().map(|problem| lines(&problem.why)).sum::<u64>();
    let told = problems.iter().map(|problem| {
        let line = problem.line.map(|line| line.saturating_sub(before).saturating_add(all));
        Mistake { line, ..problem.clone() }.words()
    });
    let notes: Vec<String> = notes.iter().cloned().chain(told).collect();
    with_notes(text, &notes)
}

/// An object without what nobody edits.
pub fn bare(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(meta) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.remove("managedFields");
    }
    object
}

fn head(notes: &[String]) -> String {
    let lines = notes.iter().flat_map(|note| note.lines());
    lines.map(|line| format!("{OWN} {line}\n")).collect()
}

/// How many lines of kx's own a text begins with, and what follows them.
fn body(text: &str) -> (u64, &str) {
    let (mut lines, mut rest) = (0, text);
    while rest.starts_with(OWN) {
        lines += 1;
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    (lines, rest)
}

/// An object in which the places that two changed in different ways are told by comments: ours stands, theirs is in the comment. `ours` and
/// `theirs` are the object with either kept. Within a text of several lines nothing is a comment, so what is told of it stands before it.
pub fn write_conflicts(ours: &Value, theirs: &Value) -> String {
    let (ours, theirs) = (yaml::emit(ours, false), yaml::emit(theirs, false));
    let mut out = String::new();
    let mut block: Option<Block> = None;
    for run in
        diff(&theirs, &ours).chunk_by(|a, b| (a.edit == Edit::Keep) == (b.edit == Edit::Keep))
    {
        let first = run.first().map_or("", |change| change.text);
        if run.iter().all(|change| change.edit != Edit::Keep) {
            match block.as_mut().filter(|block| block.has(first)) {
                Some(block) => {
                    let said = told(run, &" ".repeat(indent(&out[block.at..])));
                    out.insert_str(block.at, &said);
                    block.at += said.len();
                }
                None => out.push_str(&told(run, &" ".repeat(indent(first)))),
            }
        }
        for change in run.iter().filter(|change| change.edit != Edit::Remove) {
            if !block.as_ref().is_some_and(|block| block.has(change.text)) {
                block = Block::opened_by(change.text, out.len());
            }
            out.push_str(change.text);
        }
    }
    out
}

/// What is said of lines that two changed in different ways.
fn told(run: &[Change<'_>], indent: &str) -> String {
    let side = |edit: Edit| run.iter().filter(move |change| change.edit == edit);
    let said = if side(Edit::Add).next().is_none() {
        "you took away what somebody else changed meanwhile; it would be:"
    } else {
        "somebody else changed this too; below is yours, theirs is:"
    };
    let mut out = format!("{indent}{OWN} {said}\n");
    for change in side(Edit::Remove) {
        let line = change.text.trim_end();
        let line = line.strip_prefix(indent).unwrap_or(line);
        let _ = writeln!(out, "{indent}{OWN}   {line}");
    }
    out
}

/// A text of several lines (`key: |`).
struct Block {
    /// How far in its lines stand at least.
    indent: usize,
    /// Where the line that opens it begins.
    at: usize,
}

impl Block {
    fn opened_by(line: &str, at: usize) -> Option<Self> {
        let text = line.trim_end_matches('\n');
        if !yaml::opens_block(text) {
            return None;
        }
        let (mut column, mut rest) = (indent(text), text.trim_start());
        // The lines of an item's own text stand deeper than its dash, those of a key's deeper than the key.
        while let Some(item) = rest.strip_prefix("- ") {
            if item.starts_with(['|', '>']) {
                break;
            }
            column += 2;
            rest = item;
        }
        Some(Self { indent: column + 1, at })
    }

    /// Whether a line is one of its lines.
    fn has(&self, line: &str) -> bool {
        line.trim().is_empty() || indent(line) >= self.indent
    }
}

/// How many columns a line stands in.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Reads the objects of a text: documents, and the items of lists among them. Empty documents are none. Each says what it is; whether it has a name is
/// for others to say.
///
/// # Errors
/// What is wrong, and where.
pub fn read(text: &str) -> Result<Vec<Value>, Mistake> {
    let documents = documents::<Value>(text)?;
    let mut objects = Vec::new();
    for mut document in documents {
        if document.is_null() {
            continue;
        }
        let is_list = document["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
        match document.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) if is_list => objects.extend(items),
            Some(items) => {
                document["items"] = items;
                objects.push(document);
            }
            None => objects.push(document),
        }
    }
    for (number, object) in objects.iter().enumerate() {
        for field in ["apiVersion", "kind"] {
            if object[field].as_str().unwrap_or_default().is_empty() {
                return Err(lacks(number, objects.len(), field));
            }
        }
    }
    Ok(objects)
}

/// That the object of this number (from 0) of so many has not what it must have.
pub(super) fn lacks(number: usize, of: usize, what: &str) -> Mistake {
    let which =
        if of > 1 { format!("object {} of {of}", number + 1) } else { "the text".to_owned() };
    Mistake::new(format!("{which} has no {what}"))
}

/// Reads the documents of a text, as kubectl's parser does; empty ones are none.
///
/// # Errors
/// What is wrong, and where.
pub fn documents<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, Mistake> {
    // As kubectl's parser reads YAML: 0644 is octal. CRDs go deep.
    let options = serde_yaml::options! {
        legacy_octal_numbers: true,
        with_snippet: false,
        budget: serde_yaml::budget! { max_depth: 120 },
    };
    serde_yaml::from_multiple_with_options::<T>(text, options).map_err(|error| Mistake {
        line: error.location().map(|at| at.line()).filter(|line| *line > 0),
        why: plain(&error.to_string()),
    })
}

/// The parser's words in one line, without the place, which is told before them.
fn plain(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let place = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || ", column".contains(c));
    match words.rsplit_once(" at line ") {
        Some((words, rest)) if place(rest) => words.to_owned(),
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn object(name: &str) -> Value {
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name},
            "data": {"on": "yes", "octal": "0644", "long": "a: b\n# kx: no comment\n\n  c\n", "n": "1e3"}})
    }

    #[test]
    fn what_is_written_is_read_again() {
        let objects = [object("a"), object("b")];
        let text = write(&["two objects".to_owned()], &objects);
        assert!(text.starts_with("# kx: two objects\napiVersion: v1\n"), "{text}");
        assert_eq!(read(&text), Ok(objects.to_vec()));
        let again = with_notes(&text, &["line 3: no".to_owned(), "and more\nlines".to_owned()]);
        assert!(again.starts_with("# kx: line 3: no\n# kx: and more\n# kx: lines\napiVersion"));
        assert_eq!(read(&again), Ok(objects.to_vec()));
    }

    #[test]
    fn it_is_read_as_kubectl_reads_it() {
        let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A, metadata: {name: a}, mode: 0644, on: yes}\n---\n---\n# nothing\n";
        let read = read(text).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!((&read[0]["mode"], &read[0]["on"]), (&json!(420), &json!(true)));
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let mistake = read("apiVersion: v1\nkind: Pod\n  bad: [\n").unwrap_err();
        assert!(mistake.line.is_some_and(|line| line >= 3), "{mistake:?}");
        assert!(mistake.words().starts_with("line "), "{mistake:?}");
        assert_eq!(read("a: 1\na: 2\n").unwrap_err().line, Some(2));
        assert_eq!(read("kind: Pod\n").unwrap_err().why, "the text has no apiVersion");
        assert_eq!(read("# only\n"), Ok(Vec::new()));
    }

    #[test]
    fn conflicts_are_comments_where_they_are() {
        let (ours, theirs) = (object("a"), object("a"));
        let with = |mut object: Value, replicas: i64, image: Option<&str>| {
            object["spec"] = json!({"replicas": replicas});
            if let Some(image) = image {
                object["spec"]["image"] = json!(image);
            }
            object
        };
        let (ours, theirs) = (with(ours, 5, None), with(theirs, 4, Some("b")));
        let text = write_conflicts(&ours, &theirs);
        assert!(text.contains("  # kx:   replicas: 4\n"), "{text}");
        assert_eq!(read(&text), Ok(vec![ours]));
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "\\PC{0,12}",
            "[a-z:#\\- \n\"'0-9.~]{0,12}",
            "(yes|no|on|null|~|0x1|1e3|\\.inf|0o7|012|<<|=)"
        ]
    }

    proptest! {
        #[test]
        fn any_text_in_an_object_is_read_as_it_was(keys in prop::collection::vec((text(), text()), 0..4)) {
            let data: serde_json::Map<String, Value> = keys.into_iter().map(|(k, v)| (k, Value::from(v))).collect();
            let object = json!({"apiVersion": "v1", "kind": "A", "metadata": {"name": "a"}, "data": data});
            let text = write(&[], [&object]);
            prop_assert_eq!(read(&text), Ok(vec![object]), "{}", text);
        }

        #[test]
        fn whatever_two_changed_the_text_that_tells_of_it_is_ours(
            ours in prop::collection::btree_map("[ab]", text(), 0..3),
            theirs in prop::collection::btree_map("[ab]", text(), 0..3),
        ) {
            let object = |data: std::collections::BTreeMap<String, String>| {
                let items: Vec<&String> = data.values().collect();
                json!({"apiVersion": "v1", "kind": "A", "metadata": {"name": "a"}, "data": data, "list": items,
                    "deep": [{"text": data.get("a"), "z": 1}]})
            };
            let (ours, theirs) = (object(ours), object(theirs));
            let text = write_conflicts(&ours, &theirs);
            prop_assert_eq!(read(&text), Ok(vec![ours]), "{}", text);
        }

        #[test]
        fn any_text_is_read_or_complained_about(text in ".{0,80}") {
            let _ = read(&text);
            let _ = with_notes(&text, &[]);
        }
    }
}
