//! Strategic merge patch: like a merge patch, but lists of named things merge item by item.

use serde_json::{Map, Value};

use super::keys::merge_key;
use crate::demo::value::At;

/// Merges the patch into the target. `field` is the name under which the target stands.
pub fn merge(target: &mut Value, patch: &Value, field: &str) {
    match patch {
        Value::Object(patch) => merge_object(target, patch),
        Value::Array(items) => merge_list(target, items, field),
        other => *target = other.clone(),
    }
}

fn merge_object(target: &mut Value, patch: &Map<String, Value>) {
    match patch.get("$patch").and_then(Value::as_str) {
        Some("replace") => {
            let mut whole = patch.clone();
            whole.remove("$patch");
            *target = Value::Object(whole);
            return;
        }
        Some("delete") => {
            *target = Value::Null;
            return;
        }
        _ => {}
    }
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(map) = target else { return };
    for (name, value) in patch {
        if let Some(list) = name.strip_prefix("$deleteFromPrimitiveList/") {
            let gone = value.as_array().map_or(&[][..], Vec::as_slice);
            if let Some(Value::Array(items)) = map.get_mut(list) {
                items.retain(|item| !gone.contains(item));
            }
        } else if name == "$retainKeys" {
            let kept = value.as_array().map_or(&[][..], Vec::as_slice);
            map.retain(|key, _| kept.iter().any(|k| k == key));
        }
    }
    for (name, value) in patch.iter().filter(|(name, _)| !name.starts_with('$')) {
        if value.is_null() {
            map.remove(name);
            continue;
        }
        let place = map.entry(name.clone()).or_insert(Value::Null);
        merge(place, value, name);
    }
    for (name, order) in patch {
        if let Some(list) = name.strip_prefix("$setElementOrder/")
            && let (Some(Value::Array(items)), Some(order)) = (map.get_mut(list), order.as_array())
        {
            sort(items, order, list);
        }
    }
}

fn merge_list(target: &mut Value, items: &[Value], field: &str) {
    let replace = items.iter().any(|i| i.text("/$patch") == "replace");
    let plain = || items.iter().filter(|i| !i.has("/$patch")).cloned().collect::<Vec<_>>();
    if field == "finalizers" && !replace {
        // A set of words: new ones are added.
        let mut all = target.as_array().cloned().unwrap_or_default();
        all.extend(
            items.iter().filter(|i| !target.as_array().is_some_and(|t| t.contains(i))).cloned(),
        );
        *target = Value::Array(all);
        return;
    }
    let existing = target.as_array().cloned().unwrap_or_default();
    let Some(key) =
        merge_key(field, if items.is_empty() { &existing } else { items }).filter(|_| !replace)
    else {
        *target = Value::Array(plain());
        return;
    };
    let mut all = existing;
    for item in items {
        let found =
            all.iter().position(|old| item.get(key).is_some() && old.get(key) == item.get(key));
        match (found, item.text("/$patch")) {
            (Some(index), "delete") => {
                all.remove(index);
            }
            (None, "delete") => {}
            (Some(index), _) => merge(&mut all[index], item, ""),
            (None, _) => {
                let mut fresh = Value::Null;
                merge(&mut fresh, item, "");
                all.push(fresh);
            }
        }
    }
    *target = Value::Array(all);
}

/// Puts items in the order that `$setElementOrder` names; those it does not name stay behind.
fn sort(items: &mut [Value], order: &[Value], field: &str) {
    let key = merge_key(field, items);
    items.sort_by_key(|item| {
        order
            .iter()
            .position(|o| match key {
                Some(key) => o.get(key) == item.get(key),
                None => o == item,
            })
            .unwrap_or(usize::MAX)
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn named_items_merge_and_others_stay() {
        let mut target = json!({"spec": {"containers": [{"name": "a", "image": "x:1", "env": [{"name": "E", "value": "1"}]}, {"name": "b", "image": "y"}]}});
        let patch = json!({"spec": {"containers": [{"name": "a", "image": "x:2", "env": [{"name": "F", "value": "2"}]}]}});
        merge(&mut target, &patch, "");
        assert_eq!(
            target["spec"]["containers"],
            json!([
            {"name": "a", "image": "x:2", "env": [{"name": "E", "value": "1"}, {"name": "F", "value": "2"}]}, {"name": "b", "image": "y"}])
        );
    }

    #[test]
    fn directives_delete_replace_and_order() {
        let mut target = json!({"volumes": [{"name": "a"}, {"name": "b"}], "labels": {"x": "1"}, "finalizers": ["f", "g"]});
        let patch = json!({"volumes": [{"name": "a", "$patch": "delete"}, {"name": "c"}], "$setElementOrder/volumes": [{"name": "c"}, {"name": "b"}],
            "labels": {"$patch": "replace", "y": "2"}, "$deleteFromPrimitiveList/finalizers": ["f"]});
        merge(&mut target, &patch, "");
        assert_eq!(
            target,
            json!({"volumes": [{"name": "c"}, {"name": "b"}], "labels": {"y": "2"}, "finalizers": ["g"]})
        );
    }
}
