//! What is wrong with a text so far: what is no YAML, and what the server's schemas do not know.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::change::edit::documents;
use crate::nearest::nearest;
use crate::openapi::{Document, Schema, Takes};

use super::outline::is_border;
use super::tree::{Node, Value};

/// What is known of the schemas of each apiVersion.
pub type Schemas = BTreeMap<String, Arc<Document>>;

/// The most problems that are told.
const MOST: usize = 200;

/// Something wrong in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 0.
    pub line: usize,
    /// What is wrong, a phrase for people.
    pub why: String,
    /// Whether it is only not finished: something must still be added.
    pub unfinished: bool,
}

/// What came of looking at a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong, from the first line to the last.
    pub problems: Vec<Problem>,
    /// The apiVersions that the text names.
    pub versions: Vec<String>,
}

/// Looks at a text. `whole` says whether its objects must be whole; those that are applied may be parts.
pub fn check(text: &str, schemas: &Schemas, whole: bool) -> Checked {
    let mut problems = Vec::new();
    match documents::<Node>(text) {
        Err(mistake) => {
            let last = text.lines().count().saturating_sub(1);
            let line = mistake.line.and_then(|line| usize::try_from(line).ok());
            let line = line.map_or(last, |line| line.saturating_sub(1)).min(last);
            problems.push(Problem { line, why: mistake.why, unfinished: false });
        }
        Ok(all) => {
            for node in &all {
                object(node, schemas, whole, &mut problems);
            }
        }
    }
    problems.sort_by_key(|problem| problem.line);
    Checked { problems, versions: versions(text) }
}

/// The apiVersions that a text names, also where it is no YAML.
fn versions(text: &str) -> Vec<String> {
    let mut out: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("apiVersion:"))
        .map(|rest| rest.split(" #").next().unwrap_or_default().trim())
        .map(|word| word.trim_matches(['"', '\'']).to_owned())
        .filter(|word| !word.is_empty() && !is_border(word))
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

fn object(node: &Node, schemas: &Schemas, whole: bool, out: &mut Vec<Problem>) {
    let Value::Object(fields) = &node.value else { return };
    let kind = node.value.text("kind").unwrap_or_default();
    if kind.ends_with("List") {
        let items = fields.iter().find(|(_, name, _)| name == "items");
        if let Some((.., Node { value: Value::List(items), .. })) = items {
            return items.iter().for_each(|item| object(item, schemas, whole, out));
        }
    }
    let version = node.value.text("apiVersion").unwrap_or_default();
    let schema = schemas.get(version).and_then(|document| document.object(version, kind));
    if let Some(schema) = schema {
        Checker { whole, out }.value(schema, node, node.line);
    }
}

struct Checker<'a> {
    whole: bool,
    out: &'a mut Vec<Problem>,
}

impl Checker<'_> {
    fn say(&mut self, line: usize, why: String) {
        if self.out.len() < MOST {
            self.out.push(Problem { line, why, unfinished: false });
        }
    }

    /// Looks at a value whose key stands in this line.
    fn value(&mut self, schema: Schema<'_>, node: &Node, line: usize) {
        let Some(kind) = node.value.kind() else { return };
        let takes = schema.takes();
        if !takes.takes(kind) {
            let line = if matches!(node.value, Value::Object(_) | Value::List(_)) {
                line
            } else {
                node.line.max(line)
            };
            return self.say(line, wrong_type(takes, &node.value, kind));
        }
        match &node.value {
            Value::Text(text)
                if schema.options().len() > 0
                    && !text.is_empty()
                    && !schema.options().any(|option| option == text) =>
            {
                let options: Vec<&str> = schema.options().collect();
                let why = format!("{text:?} cannot be chosen: {}", listed(&options));
                self.say(node.line.max(line), why);
            }
            Value::List(items) => {
                if let Some(schema) = schema.item() {
                    items.iter().for_each(|item| self.value(schema, item, item.line));
                }
            }
            Value::Object(fields) => self.fields(schema, fields, line),
            _ => {}
        }
    }

    fn fields(&mut self, schema: Schema<'_>, fields: &[(usize, String, Node)], line: usize) {
        for (at, name, node) in fields {
            if !schema.has(name) {
                let near = nearest(name, schema.fields().map(|(name, _)| name));
                let near = near.first();
                let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                self.say(*at, format!("there is no field {name}{near}"));
            } else if let Some(schema) = schema.field(name) {
                self.value(schema, node, *at);
            }
        }
        if !self.whole {
            return;
        }
        let there = |name: &str| fields.iter().any(|(_, field, _)| field == name);
        // What the server sets by itself need not be written.
        let set = |name: &str| schema.field(name).is_some_and(|field| field.default().is_some());
        let missing: Vec<&str> =
            schema.required().filter(|name| !there(name) && !set(name)).collect();
        if !missing.is_empty() && self.out.len() < MOST {
            let plural = if missing.len() == 1 { "is" } else { "are" };
            let why = format!("{} {plural} still missing", missing.join(", "));
            self.out.push(Problem { line, why, unfinished: true });
        }
    }
}

fn wrong_type(takes: Takes, value: &Value, kind: Takes) -> String {
    let wanted = takes.words();
    let article = if wanted.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let is = match value {
        Value::Text(text) if text.chars().count() <= 24 => format!("{text:?}"),
        _ => {
            let kind = kind.words();
            let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
            format!("{article} {kind}")
        }
    };
    let quotes = if takes.only(Takes::TEXT) && !matches!(value, Value::List(_) | Value::Object(_)) {
        ": put it in quotes"
    } else {
        ""
    };
    format!("it must be {article} {wanted}, and is {is}{quotes}")
}

/// Options in words, as many as a line takes.
fn listed(options: &[&str]) -> String {
    const SHOWN: usize = 6;
    let more = options.len().saturating_sub(SHOWN);
    let words = options.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{words} and {more} more") } else { words }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    pub fn schemas() -> Schemas {
        let container = json!({"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "description": "Its name."},
            "image": {"type": "string", "description": "What runs in it."},
            "imagePullPolicy": {"type": "string", "enum": ["Always", "IfNotPresent", "Never"]},
            "stdin": {"type": "boolean"},
            "args": {"type": "array", "items": {"type": "string"}}}});
        let spec = json!({"type": "object", "required": ["selector", "template"], "properties": {
            "replicas": {"type": "integer", "format": "int32", "description": "How many pods there are to be."},
            "paused": {"type": "boolean"},
            "selector": {"type": "object", "properties": {"matchLabels": {"type": "object", "additionalProperties": {"type": "string"}}}},
            "template": {"type": "object", "properties": {"spec": {"type": "object", "properties": {
                "containers": {"type": "array", "items": {"$ref": "#/components/schemas/Container"}}}}}}}});
        let text = json!({"type": "string"});
        let schemas = json!({"Container": container, "Deployment": {"type": "object",
            "x-kubernetes-group-version-kind": [{"group": "apps", "version": "v1", "kind": "Deployment"}],
            "properties": {"apiVersion": text, "kind": text, "metadata": {"type": "object", "properties": {"name": text}}, "spec": spec}}});
        let document = json!({"components": {"schemas": schemas}}).to_string();
        let document = Document::read(document.as_bytes()).unwrap();
        Schemas::from([("apps/v1".to_owned(), Arc::new(document))])
    }

    const HEAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n";

    fn problems(text: &str) -> Vec<(usize, String)> {
        check(text, &schemas(), true).problems.into_iter().map(|p| (p.line, p.why)).collect()
    }

    #[test]
    fn what_is_wrong_stands_in_its_line() {
        let text = format!(
            "{HEAD}  replica: 3\n  replicas: \"3\"\n  paused: maybe\n  selector: {{}}\n  template:\n    spec:\n      containers:\n      - image: 5\n        imagePullPolicy: Sometimes\n        args: x\n"
        );
        let found = problems(&text);
        let at = |line: usize| {
            found.iter().filter(|(l, _)| *l == line).map(|(_, w)| w.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(at(5), ["there is no field replica; did you mean replicas?"], "{found:#?}");
        assert_eq!(at(6), ["it must be an integer, and is \"3\""]);
        assert_eq!(at(7), ["it must be a boolean, and is \"maybe\""]);
        assert_eq!(
            at(12),
            ["it must be a string, and is an integer: put it in quotes", "name is still missing"]
        );
        assert_eq!(at(13), ["\"Sometimes\" cannot be chosen: Always, IfNotPresent, Never"]);
        assert_eq!(at(14), ["it must be a list, and is \"x\""]);
        assert_eq!(found.len(), 7, "{found:#?}");
    }

    #[test]
    fn what_must_be_there_is_missed_below_its_key() {
        assert_eq!(
            problems(&format!("{HEAD}  replicas: 1\n")),
            [(4, "selector, template are still missing".to_owned())]
        );
        // What is applied may be a part.
        assert_eq!(check(&format!("{HEAD}  replicas: 1\n"), &schemas(), false).problems, []);
        // A key whose value is still to come.
        assert_eq!(problems(&format!("{HEAD}  selector: {{}}\n  template:\n  replicas:\n")), []);
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_line() {
        let checked =
            check("apiVersion: v1\na: [\n---\napiVersion: apps/v1 # x\n", &schemas(), true);
        assert_eq!(checked.versions, ["apps/v1", "v1"]);
        assert_eq!(checked.problems.len(), 1);
        assert!(checked.problems[0].line >= 1, "{:?}", checked.problems);
        assert_eq!(problems("a: 1\na: 2\n")[0].0, 1);
        assert_eq!(problems(""), []);
    }

    #[test]
    fn what_no_schema_is_known_of_is_not_complained_about() {
        assert_eq!(problems("apiVersion: v9\nkind: Deployment\nspec: 3\n"), []);
        assert_eq!(problems("just text\n"), []);
    }

    proptest! {
        #[test]
        fn any_text_is_looked_at(text in "([ -]{0,4}[a-z:|#{}\\[\\]&*!]{0,6}[ :]?\n|spec:\n|  replicas: x\n){0,20}") {
            let text = format!("apiVersion: apps/v1\nkind: Deployment\n{text}");
            let lines = text.lines().count();
            for problem in check(&text, &schemas(), true).problems {
                prop_assert!(problem.line < lines.max(1));
            }
        }
    }
}
