//! Which fields of an object a rule reads: `spec.routes[].services[]`, `spec.template.*.name`, `metadata.labels['example.com/of']`.

use std::fmt;

use serde_json::Value;

/// The most steps of a path; no field lies deeper.
const MOST: usize = 32;

/// A path to fields. One that begins with a dot begins at the reference that a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Path {
    steps: Vec<Step>,
    pub relative: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(Box<str>),
    /// Every item of a list.
    Items,
    /// Every value of a map.
    Values,
}

impl Path {
    /// Reads a path; the error is a sentence for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (relative, mut rest) = match text.strip_prefix('.') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut steps = Vec::new();
        let mut begins = true;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("[]") {
                steps.push(Step::Items);
                rest = after;
            } else if let Some(after) = rest.strip_prefix("['") {
                let (key, after) = after.split_once("']").ok_or("[' is not closed by ']")?;
                steps.push(Step::Key(key.into()));
                rest = after;
            } else {
                let after = if begins { Some(rest) } else { rest.strip_prefix('.') };
                let after = after.ok_or_else(|| format!("expected a dot before {rest:?}"))?;
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (word, after) = after.split_at(end);
                let plain =
                    |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '$');
                steps.push(match word {
                    "" => return Err("a field has no name between its dots".into()),
                    "*" => Step::Values,
                    word if word.chars().all(plain) => Step::Key(word.into()),
                    word => return Err(format!("{word:?} is no field; quote it as ['{word}']")),
                });
                rest = after;
            }
            begins = false;
        }
        if steps.is_empty() {
            return Err("names no field".into());
        }
        if steps.len() > MOST {
            return Err(format!("has more than {MOST} steps"));
        }
        Ok(Self { steps, relative })
    }

    /// This path, and `below` from there on.
    pub fn then(&self, below: &Self) -> Self {
        let steps = self.steps.iter().chain(&below.steps).cloned().collect();
        Self { steps, relative: self.relative }
    }

    /// Calls `each` on every value at this path, with the map that holds it (the nearest one, for an item of a list), until it says false.
    pub fn walk<'v>(
        &self,
        from: &'v Value,
        each: &mut dyn FnMut(&'v Value, &'v Value) -> bool,
    ) -> bool {
        walk(&self.steps, from, from, each)
    }
}

fn walk<'v>(
    steps: &[Step],
    value: &'v Value,
    holder: &'v Value,
    each: &mut dyn FnMut(&'v Value, &'v Value) -> bool,
) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return value.is_null() || each(value, holder);
    };
    match (step, value) {
        (Step::Key(key), Value::Object(map)) => {
            map.get(&**key).is_none_or(|below| walk(rest, below, value, each))
        }
        (Step::Values, Value::Object(map)) => {
            map.values().all(|below| walk(rest, below, value, each))
        }
        (Step::Items, Value::Array(items)) => {
            items.iter().all(|item| walk(rest, item, holder, each))
        }
        _ => true,
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |key: &str| !key.contains('.');
        for (i, step) in self.steps.iter().enumerate() {
            let dot = if i > 0 || self.relative { "." } else { "" };
            match step {
                Step::Items => f.write_str("[]")?,
                Step::Values => write!(f, "{dot}*")?,
                Step::Key(key) if plain(key) => write!(f, "{dot}{key}")?,
                Step::Key(key) => write!(f, "['{key}']")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn found(path: &str, value: &Value) -> Vec<Value> {
        let mut out = Vec::new();
        Path::parse(path).unwrap().walk(value, &mut |value, _| {
            out.push(value.clone());
            true
        });
        out
    }

    #[test]
    fn paths_lead_through_lists_and_maps() {
        let value = json!({"a": {"b": [{"c": 1}, {"c": 2}, {}, 7]}, "l": {"x.y/z": 3, "w": null}});
        assert_eq!(found("a.b[].c", &value), [json!(1), json!(2)]);
        assert_eq!(found("a.*[].c", &value), [json!(1), json!(2)]);
        assert_eq!(found("l['x.y/z']", &value), [json!(3)]);
        assert_eq!(found("l.*", &value), [json!(3)], "null is nothing");
        assert_eq!(found("a.b.c", &value), Vec::<Value>::new(), "a list has no fields");
        assert_eq!(found("a[]", &value), Vec::<Value>::new(), "a map has no items");
        let mut holders = Vec::new();
        Path::parse("a.b[]").unwrap().walk(&value, &mut |_, holder| {
            holders.push(holder.clone());
            false
        });
        assert_eq!(holders, [value["a"].clone()], "it stops when told");
    }

    #[test]
    fn what_is_no_path_says_why() {
        for (text, why) in [
            ("", "no field"),
            (".", "no field"),
            ("a..b", "no name"),
            ("a['b", "not closed"),
            ("a[]b", "a dot"),
            ("a[0]", "a dot"),
            ("a b", "quote it"),
        ] {
            let error = Path::parse(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
        assert!(Path::parse(&"a.".repeat(40)).is_err());
    }

    proptest! {
        #[test]
        fn a_path_reads_back_as_it_is_written(text in r"\.?[a-z*]{1,3}(\[\]|\['[a-z./]{1,4}'\]|\.[a-z]{1,3}){0,5}") {
            if let Ok(path) = Path::parse(&text) {
                prop_assert_eq!(Path::parse(&path.to_string()), Ok(path));
            }
        }

        #[test]
        fn any_text_is_a_path_or_an_error(text in ".*") {
            let _ = Path::parse(&text);
        }
    }
}
