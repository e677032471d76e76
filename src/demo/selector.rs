//! Label selectors (text and object form) and field selectors.

use serde_json::Value;

use super::object::{Labels, Object};
use super::status::Refusal;
use super::value::At;

/// One requirement on one label.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Missing(String),
    /// Greater (true) or less (false) than a number.
    Compare(String, bool, i64),
}

/// A label selector: all of its rules must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelSelector(Vec<Rule>);

impl LabelSelector {
    /// Parses the text form of `labelSelector=`: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>3`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut rules = Vec::new();
        for part in split_outside_parentheses(text) {
            let part = part.trim();
            if !part.is_empty() {
                rules.push(rule(part).ok_or_else(|| {
                    Refusal::bad(format!(
                        "unable to parse requirement: found '{part}', expected: a label requirement"
                    ))
                })?);
            }
        }
        Ok(Self(rules))
    }

    /// Reads the object form: `matchLabels` and `matchExpressions`, or a plain map as Services have it.
    pub fn from_value(selector: &Value) -> Self {
        let mut rules = Vec::new();
        let structured = selector.has("/matchLabels") || selector.has("/matchExpressions");
        let labels = if structured { selector.at("/matchLabels") } else { selector };
        for (key, value) in labels.as_object().into_iter().flatten() {
            rules.push(Rule::In(key.clone(), vec![value.as_str().unwrap_or_default().to_owned()]));
        }
        for expression in selector.items("/matchExpressions") {
            let key = expression.text("/key").to_owned();
            let values = expression
                .items("/values")
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
            rules.push(match expression.text("/operator") {
                "In" => Rule::In(key, values),
                "NotIn" => Rule::NotIn(key, values),
                "Exists" => Rule::Exists(key),
                _ => Rule::Missing(key),
            });
        }
        Self(rules)
    }

    /// Whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether these labels satisfy every rule.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.0.iter().all(|rule| match rule {
            Rule::In(key, values) => labels.get(key).is_some_and(|v| values.contains(v)),
            Rule::NotIn(key, values) => labels.get(key).is_none_or(|v| !values.contains(v)),
            Rule::Exists(key) => labels.contains_key(key),
            Rule::Missing(key) => !labels.contains_key(key),
            Rule::Compare(key, greater, bound) => labels
                .get(key)
                .and_then(|v| v.parse::<i64>().ok())
                .is_some_and(|v| if *greater { v > *bound } else { v < *bound }),
        })
    }
}

fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (index, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn rule(part: &str) -> Option<Rule> {
    if let Some(key) = part.strip_prefix('!') {
        return valid_key(key.trim()).map(Rule::Missing);
    }
    if let Some((head, tail)) = part.split_once('(') {
        let values = tail.trim_end().strip_suffix(')')?;
        let values = values.split(',').map(|v| v.trim().to_owned()).collect();
        let (key, operator) = head.trim().rsplit_once(char::is_whitespace)?;
        let key = valid_key(key.trim())?;
        return match operator {
            "in" => Some(Rule::In(key, values)),
            "notin" => Some(Rule::NotIn(key, values)),
            _ => None,
        };
    }
    for operator in ["!=", "==", "=", ">", "<"] {
        if let Some((key, value)) = part.split_once(operator) {
            let (key, value) = (valid_key(key.trim())?, value.trim().to_owned());
            return match operator {
                "!=" => Some(Rule::NotIn(key, vec![value])),
                ">" | "<" => Some(Rule::Compare(key, operator == ">", value.parse().ok()?)),
                _ => Some(Rule::In(key, vec![value])),
            };
        }
    }
    valid_key(part).map(Rule::Exists)
}

fn valid_key(key: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    (!key.is_empty() && key.chars().all(fits)).then(|| key.to_owned())
}

/// A field selector: pairs of field path, wanted value, and whether it must be equal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldSelector(Vec<(String, String, bool)>);

impl FieldSelector {
    /// Parses `fieldSelector=`: `a=b,c!=d`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut rules = Vec::new();
        for part in text.split(',').filter(|p| !p.is_empty()) {
            let (path, value, equal) = if let Some((path, value)) = part.split_once("!=") {
                (path, value, false)
            } else if let Some((path, value)) =
                part.split_once("==").or_else(|| part.split_once('='))
            {
                (path, value, true)
            } else {
                return Err(Refusal::bad(format!(
                    "invalid selector: '{part}'; can't understand '{part}'"
                )));
            };
            rules.push((path.trim().to_owned(), value.trim().to_owned(), equal));
        }
        Ok(Self(rules))
    }

    /// The name that `metadata.name=` asks for, with which a list is a single look-up.
    pub fn name(&self) -> Option<&str> {
        self.0
            .iter()
            .find(|(path, _, equal)| path == "metadata.name" && *equal)
            .map(|r| r.1.as_str())
    }

    /// Refuses field paths that this resource does not select by.
    pub fn check(&self, plural: &str) -> Result<(), Refusal> {
        let known = selectable(plural);
        for (path, ..) in &self.0 {
            if path != "metadata.name"
                && path != "metadata.namespace"
                && !known.contains(&path.as_str())
            {
                return Err(Refusal::bad(format!("field label not supported: {path}")));
            }
        }
        Ok(())
    }

    /// Whether the object's fields satisfy every rule.
    pub fn matches(&self, object: &Object) -> bool {
        let mut parsed: Option<Value> = None;
        self.0.iter().all(|(path, wanted, equal)| {
            let is = match path.as_str() {
                "metadata.name" => object.name() == wanted,
                "metadata.namespace" => object.namespace().unwrap_or_default() == wanted,
                "spec.nodeName" if object.node().is_some() => {
                    object.node() == Some(wanted.as_str())
                }
                _ => {
                    let value = parsed.get_or_insert_with(|| object.value());
                    field(value, path) == *wanted
                }
            };
            is == *equal
        })
    }
}

fn field(value: &Value, path: &str) -> String {
    let found = value.at(&format!("/{}", path.replace('.', "/")));
    match found {
        Value::String(text) => text.clone(),
        // Booleans select as text: `spec.unschedulable=false` matches where it is missing.
        Value::Null if matches!(path, "spec.unschedulable" | "spec.hostNetwork") => {
            "false".to_owned()
        }
        Value::Null if path == "source" => value.text("/source/component").to_owned(),
        Value::Null if path == "status.successful" => "0".to_owned(),
        Value::Null => String::new(),
        Value::Object(_) if path == "source" => value.text("/source/component").to_owned(),
        other => other.to_string(),
    }
}

/// Field paths beyond name and namespace, as the API server knows them.
fn selectable(plural: &str) -> &'static [&'static str] {
    match plural {
        "pods" => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
        "events" => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        "nodes" => &["spec.unschedulable"],
        "namespaces" => &["status.phase"],
        "secrets" => &["type"],
        "services" => &["spec.clusterIP", "spec.type"],
        "replicasets" | "replicationcontrollers" => &["status.replicas"],
        "jobs" => &["status.successful"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn every_operator_selects_as_the_api_server_does() {
        let web = labels(&[("app", "web"), ("tier", "front"), ("weight", "7")]);
        for (text, expected) in [
            ("app=web", true),
            ("app==web", true),
            ("app!=web", false),
            ("app in (web, api)", true),
            ("app notin (web,api)", false),
            ("zone notin (a)", true),
            ("tier", true),
            ("!tier", false),
            ("!zone", true),
            ("weight>5", true),
            ("weight<5", false),
            ("app=web,tier=back", false),
            ("app in (web),weight>6,!zone", true),
            ("", true),
        ] {
            let selector = LabelSelector::parse(text).expect(text);
            assert_eq!(selector.matches(&web), expected, "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["a b", "app in web", "weight>x", "=", "app in (a", "!"] {
            assert!(LabelSelector::parse(text).is_err(), "{text}");
        }
    }
}
