//! Printer columns of custom resources: the simple JSON paths that CRDs use.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::text;
use crate::demo::value::At;

/// The cell at a path; dates become ages, what is missing stays null (shown empty).
pub fn cell(object: &Value, path: &str, kind: &str, now: Timestamp) -> Value {
    let found = find(object, path);
    match (kind, found) {
        (_, None) => Value::Null,
        ("date", Some(value)) => json!(text::since(value.as_str().unwrap_or_default(), now)),
        ("integer" | "number", Some(value @ Value::Number(_))) => value.clone(),
        ("boolean", Some(value @ Value::Bool(_))) => value.clone(),
        (_, Some(Value::String(text))) => json!(text),
        (_, Some(value)) => json!(value.to_string()),
    }
}

/// Follows `.a.b[0].c`, `['a.b']` and `[?(@.type=="Ready")]`.
fn find<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    let mut place = object;
    let mut rest = path.trim_start_matches('$');
    while !rest.is_empty() {
        if let Some(tail) = rest.strip_prefix('[') {
            let (inner, after) = tail.split_once(']')?;
            rest = after;
            place = step(place, inner)?;
        } else {
            let tail = rest.strip_prefix('.').unwrap_or(rest);
            let mut end = tail.len();
            let mut previous = ' ';
            for (index, c) in tail.char_indices() {
                if (c == '.' || c == '[') && previous != '\\' {
                    end = index;
                    break;
                }
                previous = c;
            }
            if end == 0 {
                return None;
            }
            place = place.get(tail[..end].replace('\\', ""))?;
            rest = &tail[end..];
        }
    }
    Some(place)
}

fn step<'a>(place: &'a Value, inner: &str) -> Option<&'a Value> {
    if let Some(condition) = inner.strip_prefix("?(").and_then(|c| c.strip_suffix(')')) {
        let (field, wanted) = condition.split_once("==")?;
        let field = field.trim().strip_prefix("@.")?.replace('.', "/");
        let wanted = wanted.trim().trim_matches(['"', '\'']);
        return place.as_array()?.iter().find(|item| item.text(&format!("/{field}")) == wanted);
    }
    if inner.starts_with(['\'', '"']) {
        return place.get(inner.trim_matches(['"', '\'']));
    }
    place.get(if inner == "*" { 0 } else { inner.parse::<usize>().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_real_crds_are_found() {
        let object = json!({"a": {"b": [{"type": "Ready", "status": "True"}], "x.y/z": 3}});
        let text = |path: &str| find(&object, path).cloned().unwrap_or_default();
        assert_eq!(text(".a.b[0].type"), json!("Ready"));
        assert_eq!(text(r#".a.b[?(@.type=="Ready")].status"#), json!("True"));
        assert_eq!(text(r".a.x\.y/z"), json!(3));
        assert_eq!(text(".a['x.y/z']"), json!(3));
        assert_eq!(text(".a.none.more"), Value::Null);
        assert_eq!(text("..a"), Value::Null);
    }
}
