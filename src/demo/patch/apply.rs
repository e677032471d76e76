//! Server-side apply: each manager owns the fields it applied; what two want differently is a conflict.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::keys::merge_key;
use crate::demo::status::Refusal;
use crate::demo::value::At;

/// What is applied by whom.
#[derive(Debug, Clone, Copy)]
pub struct Applied<'a> {
    /// The wanted part of the object.
    pub config: &'a Value,
    /// `fieldManager`.
    pub manager: &'a str,
    /// Takes fields over from other managers.
    pub force: bool,
    /// The time to note.
    pub now: &'a str,
}

/// Path of a field: member names, and items of keyed lists as `key=value`.
type Path = Vec<String>;

/// Applies a configuration to the object as it is (null where it does not exist yet).
pub fn apply(current: &Value, applied: Applied<'_>) -> Result<Value, Refusal> {
    let mut wanted = applied.config.clone();
    if let Some(metadata) = wanted.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["managedFields", "uid", "resourceVersion", "creationTimestamp", "generation"]
        {
            metadata.remove(field);
        }
    }
    let mut owned = BTreeSet::new();
    leaves(&wanted, "", &mut Vec::new(), &mut owned);
    owned.retain(|path| !matches!(path.first().map(String::as_str), Some("apiVersion" | "kind")));
    owned.retain(|path| {
        !(path.len() == 2 && path[0] == "metadata" && (path[1] == "name" || path[1] == "namespace"))
    });
    let managed = current.items("/metadata/managedFields").to_vec();
    let mut conflicts = Vec::new();
    let mut others = Vec::new();
    let mut before = BTreeSet::new();
    for entry in managed {
        let fields = read_fields(entry.at("/fieldsV1"));
        if entry.text("/manager") == applied.manager && entry.text("/operation") == "Apply" {
            before = fields;
            continue;
        }
        let clash: BTreeSet<Path> = fields
            .intersection(&owned)
            .filter(|path| find(current, path) != find(&wanted, path))
            .cloned()
            .collect();
        conflicts.extend(
            clash
                .iter()
                .map(|p| format!("conflict with \"{}\": .{}", entry.text("/manager"), p.join("."))),
        );
        let kept: BTreeSet<Path> = fields.difference(&clash).cloned().collect();
        let mut entry = entry;
        entry["fieldsV1"] = write_fields(&kept);
        others.push((entry, kept));
    }
    if !conflicts.is_empty() && !applied.force {
        let mut refusal = Refusal::new(
            409,
            "Conflict",
            format!("Apply failed with {} conflict(s): {}", conflicts.len(), conflicts.join(", ")),
        );
        let causes: Vec<Value> = conflicts
            .iter()
            .map(|c| json!({"reason": "FieldManagerConflict", "message": c}))
            .collect();
        refusal.details = json!({"causes": causes});
        return Err(refusal);
    }
    let mut result = current.clone();
    merge(&mut result, &wanted, "");
    // What this manager owned, applies no longer, and nobody else owns, goes. The members that name items
    // come last, since the others are found by them.
    let mut gone: Vec<&Path> = before
        .difference(&owned)
        .filter(|path| !others.iter().any(|(_, fields)| fields.contains(*path)))
        .collect();
    gone.sort_by_key(|path| names_item(path));
    for path in gone {
        drop_path(&mut result, path);
    }
    let mut entries: Vec<Value> =
        others.into_iter().filter(|(_, fields)| !fields.is_empty()).map(|(e, _)| e).collect();
    entries.push(json!({"manager": applied.manager, "operation": "Apply", "apiVersion": wanted.text("/apiVersion"),
        "time": applied.now, "fieldsType": "FieldsV1", "fieldsV1": write_fields(&owned)}));
    crate::demo::value::set(&mut result, "/metadata/managedFields", entries);
    Ok(result)
}

/// Collects the paths of everything that holds a value; lists without keys are one value.
fn leaves(value: &Value, field: &str, path: &mut Path, out: &mut BTreeSet<Path>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (name, value) in map {
                path.push(name.clone());
                leaves(value, name, path, out);
                path.pop();
            }
        }
        Value::Array(items) if merge_key(field, items).is_some() => {
            let key = merge_key(field, items).unwrap_or_default();
            for item in items {
                path.push(segment(key, item));
                leaves(item, "", path, out);
                path.pop();
            }
        }
        _ => {
            out.insert(path.clone());
        }
    }
}

fn segment(key: &str, item: &Value) -> String {
    format!("{key}={}", item.get(key).unwrap_or(&Value::Null))
}

fn position(items: &[Value], part: &str) -> Option<usize> {
    let (key, _) = part.split_once('=')?;
    items.iter().position(|item| segment(key, item) == part)
}

fn find<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |place, part| match place {
        Value::Array(items) => items.get(position(items, part)?),
        other => other.get(part),
    })
}

fn merge(target: &mut Value, wanted: &Value, field: &str) {
    match wanted {
        Value::Object(map) => {
            if !target.is_object() {
                *target = Value::Object(Map::new());
            }
            for (name, value) in map {
                merge(&mut target[name.as_str()], value, name);
            }
        }
        Value::Array(items) => {
            let Some(key) = merge_key(field, items) else {
                *target = wanted.clone();
                return;
            };
            let mut all = target.as_array().cloned().unwrap_or_default();
            for item in items {
                match position(&all, &segment(key, item)) {
                    Some(index) => merge(&mut all[index], item, ""),
                    None => all.push(item.clone()),
                }
            }
            *target = Value::Array(all);
        }
        other => *target = other.clone(),
    }
}

/// Whether the path leads to the member by which an item of a keyed list is known.
fn names_item(path: &[String]) -> bool {
    let [.., item, last] = path else { return false };
    item.split_once('=').is_some_and(|(key, _)| key == last)
}

fn place<'a>(value: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |place, part| match place {
        Value::Array(items) => {
            let index = position(items, part)?;
            items.get_mut(index)
        }
        other => other.get_mut(part),
    })
}

/// Removes what the path leads to, and what is left empty around it. An item goes with its name once it
/// has nothing else.
fn drop_path(value: &mut Value, path: &[String]) {
    let Some((last, head)) = path.split_last() else { return };
    let item = names_item(path);
    let emptied = match place(value, head) {
        Some(Value::Object(map)) if item => map.len() == 1,
        Some(Value::Object(map)) => {
            map.remove(last);
            map.is_empty()
        }
        Some(Value::Array(items)) => {
            if let Some(index) = position(items, last) {
                items.remove(index);
            }
            false
        }
        _ => false,
    };
    if emptied && !head.is_empty() {
        drop_path(value, head);
    }
}

/// `fieldsV1`: `f:name` for members, `k:{"key":value}` for items.
fn write_fields(paths: &BTreeSet<Path>) -> Value {
    let mut root = json!({});
    for path in paths {
        path.iter().fold(&mut root, |place, part| {
            let name = match part.split_once('=') {
                Some((key, value)) if value.starts_with('"') || value.parse::<f64>().is_ok() => {
                    format!("k:{{\"{key}\":{value}}}")
                }
                _ => format!("f:{part}"),
            };
            if !place.is_object() {
                *place = json!({});
            }
            let next = &mut place[name];
            if next.is_null() {
                *next = json!({});
            }
            next
        });
    }
    root
}

fn read_fields(fields: &Value) -> BTreeSet<Path> {
    let mut out = BTreeSet::new();
    walk(fields, &mut Vec::new(), &mut out);
    out.remove(&Vec::new());
    out
}

fn walk(fields: &Value, path: &mut Path, out: &mut BTreeSet<Path>) {
    let members: Vec<_> =
        fields.as_object().into_iter().flatten().filter(|(name, _)| *name != ".").collect();
    if members.is_empty() {
        out.insert(path.clone());
        return;
    }
    for (name, inner) in members {
        let part = match name.split_once(':') {
            Some(("k", key)) => {
                let key: Value = serde_json::from_str(key).unwrap_or_default();
                key.entries("").map(|(k, v)| format!("{k}={v}")).next().unwrap_or_default()
            }
            Some((_, member)) => member.to_owned(),
            None => continue,
        };
        path.push(part);
        walk(inner, path, out);
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by<'a>(config: &'a Value, manager: &'a str, force: bool) -> Applied<'a> {
        Applied { config, manager, force, now: "2026-01-15T12:00:00Z" }
    }

    #[test]
    fn fields_belong_to_who_applied_them() {
        let first = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": "1", "y": "1"}});
        let object = apply(&Value::Null, by(&first, "one", false)).unwrap();
        let second = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": "2"}});
        let conflict = apply(&object, by(&second, "two", false)).unwrap_err();
        assert_eq!(conflict.code, 409);
        assert!(conflict.message.contains(".data.x"), "{}", conflict.message);
        let taken = apply(&object, by(&second, "two", true)).unwrap();
        assert_eq!(taken["data"], json!({"x": "2", "y": "1"}));
        let without =
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {}});
        let rest = apply(&taken, by(&without, "one", false)).unwrap();
        assert_eq!(
            rest["data"],
            json!({"x": "2"}),
            "y went with its owner, x belongs to another now"
        );
    }

    #[test]
    fn items_of_keyed_lists_merge() {
        let one = json!({"spec": {"containers": [{"name": "a", "image": "x"}]}});
        let two = json!({"spec": {"containers": [{"name": "b", "image": "y"}]}});
        let object =
            apply(&apply(&Value::Null, by(&one, "one", false)).unwrap(), by(&two, "two", false))
                .unwrap();
        assert_eq!(object.items("/spec/containers").len(), 2);
        let none = json!({"spec": {"containers": []}});
        let object = apply(&object, by(&none, "one", false)).unwrap();
        assert_eq!(object.items("/spec/containers").len(), 1);
    }
}
