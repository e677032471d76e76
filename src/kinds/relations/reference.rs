//! References inside objects: a name, or a map that says name, namespace, kind and group as far as it likes.

use serde_json::Value;

use super::pattern::{Named, is_name};
use super::rule::Rule;

/// What a value refers to, as far as it says.
pub(super) struct Reference<'v> {
    pub name: &'v str,
    pub namespace: Option<&'v str>,
    pub group: Option<&'v str>,
    pub kind: Option<&'v str>,
}

impl<'v> Reference<'v> {
    /// Reads a value as a rule says. What names no object is no reference.
    pub fn read(value: &'v Value, rule: &Rule) -> Option<Self> {
        let (text, map) = match value {
            Value::String(text) => (text.as_str(), None),
            Value::Object(map) => (map.get("name")?.as_str()?, Some(map)),
            _ => return None,
        };
        if rule.except.iter().any(|except| except == text) {
            return None;
        }
        let named = if rule.patterns.is_empty() {
            Named { name: text, ..Named::default() }
        } else {
            rule.patterns.iter().find_map(|pattern| pattern.find(text, &rule.marks))?
        };
        // A field of another type than the API's says nothing.
        let field = |key: &str| map.and_then(|map| map.get(key)).and_then(Value::as_str);
        let api_version = || field("apiVersion").map(group_of);
        let group = named.group.or_else(|| field("group")).or_else(|| field("apiGroup"));
        let reference = Self {
            name: named.name,
            // Said to be in none: cluster-scoped.
            namespace: named.namespace.or_else(|| field("namespace").filter(|ns| !ns.is_empty())),
            group: group.or_else(api_version),
            kind: named.kind.or_else(|| field("kind")).filter(|kind| !kind.is_empty()),
        };
        let others = [reference.namespace, reference.group, reference.kind];
        let names = others.iter().flatten().all(|text| text.is_empty() || is_name(text));
        (is_name(reference.name) && names).then_some(reference)
    }
}

/// The group in `apps/v1`; the core group has no name.
pub(super) fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// Whether a reference says itself that nothing need be there: it, or the map that holds it.
pub(super) fn is_optional(value: &Value, holder: &Value) -> bool {
    let says = |value: &Value| value.get("optional").and_then(Value::as_bool) == Some(true);
    says(value) || value.is_string() && says(holder)
}
