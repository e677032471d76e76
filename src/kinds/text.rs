//! How kubectl writes lists, label maps and selectors in one cell.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::store::Interner;
use crate::wire::{LabelSelector, LabelSelectorRequirement, ObjectMeta};

use super::Cell;

/// `a=1,b=2` (`labels.Set.String`), empty for none.
pub fn labels(labels: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    for (key, value) in labels {
        separate(&mut out);
        let _ = write!(out, "{key}={value}");
    }
    out
}

/// `app=web,tier in (a,b),!canary`, ordered by key (`metav1.LabelSelectorAsSelector`, `labels.Selector.String`); empty where nothing is asked
/// for, `None` where it is no valid selector.
pub fn selector(selector: &LabelSelector) -> Option<String> {
    let mut parts: Vec<(&str, String)> =
        selector.match_labels.iter().map(|(k, v)| (k.as_str(), format!("{k}={v}"))).collect();
    for r in &selector.match_expressions {
        parts.push((r.key.as_str(), requirement(r)?));
    }
    parts.sort_by_key(|(key, _)| *key);
    Some(join(parts.iter().map(|(_, text)| text.as_str())))
}

fn requirement(r: &LabelSelectorRequirement) -> Option<String> {
    let LabelSelectorRequirement { key, operator, values } = r;
    let within = |word: &str| {
        let mut values: Vec<_> = values.iter().map(String::as_str).collect();
        values.sort_unstable();
        (!values.is_empty()).then(|| format!("{key} {word} ({})", values.join(",")))
    };
    match operator.as_str() {
        "In" => within("in"),
        "NotIn" => within("notin"),
        "Exists" if values.is_empty() => Some(key.clone()),
        "DoesNotExist" if values.is_empty() => Some(format!("!{key}")),
        _ => None,
    }
}

/// What stands after the name of a class that is taken where none is named: one of these annotations says so.
pub fn default_mark(meta: &ObjectMeta, annotations: &[&str], interner: &mut Interner) -> Cell {
    let says = |key: &&str| meta.annotations.get(*key).is_some_and(|value| value == "true");
    if annotations.iter().any(says) { Cell::shared("(default)", interner) } else { Cell::Blank }
}

/// `true` or `false`, as JSON has it: so do kubectl's tables, other than its words.
pub fn bool(value: bool, interner: &mut Interner) -> Cell {
    Cell::shared(if value { "true" } else { "false" }, interner)
}

/// `a,b,c`.
pub fn join<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(item);
    }
    out
}

/// The first three, then ` + 2 more...`; `<unset>` for none (printers.go, `listWithMoreString`).
pub fn first_three<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let mut items = items;
    let mut out = join(items.by_ref().take(3));
    match items.count() {
        0 if out.is_empty() => "<unset>".clone_into(&mut out),
        0 => {}
        more => {
            let _ = write!(out, " + {more} more...");
        }
    }
    out
}

fn separate(out: &mut String) {
    if !out.is_empty() {
        out.push(',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_read_as_kubectl_writes_them() {
        let read = |json: &str| selector(&serde_json::from_str(json).unwrap());
        assert_eq!(read("{}").as_deref(), Some(""));
        assert_eq!(
            read(
                r#"{"matchLabels": {"tier": "a", "app": "web"}, "matchExpressions": [
                {"key": "zone", "operator": "In", "values": ["b", "a"]}, {"key": "canary", "operator": "DoesNotExist"},
                {"key": "old", "operator": "NotIn", "values": ["yes"]}, {"key": "x", "operator": "Exists"}]}"#
            )
            .as_deref(),
            Some("app=web,!canary,old notin (yes),tier=a,x,zone in (a,b)")
        );
        assert_eq!(read(r#"{"matchExpressions": [{"key": "x", "operator": "Near"}]}"#), None);
        assert_eq!(read(r#"{"matchExpressions": [{"key": "x", "operator": "In"}]}"#), None);
    }

    #[test]
    fn long_lists_say_how_many_more() {
        assert_eq!(first_three([].into_iter()), "<unset>");
        assert_eq!(first_three(["a", "b", "c"].into_iter()), "a,b,c");
        assert_eq!(first_three(["a", "b", "c", "d", "e"].into_iter()), "a,b,c + 2 more...");
    }
}
