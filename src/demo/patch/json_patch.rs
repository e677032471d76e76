//! JSON patch (RFC 6902).

use serde_json::Value;

use crate::demo::status::Refusal;
use crate::demo::value::At;

/// Runs every operation in order; the first that cannot be done refuses the whole (422), and a bad patch is a 400.
pub fn run(target: &mut Value, patch: &Value) -> Result<(), Refusal> {
    let operations =
        patch.as_array().ok_or_else(|| Refusal::bad("a JSON patch is a list of operations"))?;
    let mut changed = target.clone();
    for operation in operations {
        step(&mut changed, operation).map_err(|why| {
            Refusal::new(
                422,
                "Invalid",
                format!("the server rejected our request due to an error in our request: {why}"),
            )
        })?;
    }
    *target = changed;
    Ok(())
}

fn step(target: &mut Value, operation: &Value) -> Result<(), String> {
    let path = operation.text("/path");
    let value = || operation.get("value").cloned().ok_or_else(|| format!("{path}: no value"));
    match operation.text("/op") {
        "add" => add(target, path, value()?),
        "remove" => take(target, path).map(|_| ()),
        "replace" => {
            let place = target
                .pointer_mut(path)
                .ok_or_else(|| format!("replace of a missing path: {path}"))?;
            *place = value()?;
            Ok(())
        }
        "test" => {
            let wanted = value()?;
            if target.pointer(path) == Some(&wanted) {
                Ok(())
            } else {
                Err(format!("test of {path} failed"))
            }
        }
        "move" => {
            let moved = take(target, operation.text("/from"))?;
            add(target, path, moved)
        }
        "copy" => {
            let from = operation.text("/from");
            let copied = target
                .pointer(from)
                .cloned()
                .ok_or_else(|| format!("copy of a missing path: {from}"))?;
            add(target, path, copied)
        }
        other => Err(format!("unknown operation {other:?}")),
    }
}

fn parent<'a, 'b>(
    target: &'a mut Value,
    path: &'b str,
) -> Result<(&'a mut Value, String, &'b str), String> {
    let (head, last) = path.rsplit_once('/').ok_or_else(|| format!("not a path: {path:?}"))?;
    let place = target.pointer_mut(head).ok_or_else(|| format!("no such path: {head}"))?;
    Ok((place, last.replace("~1", "/").replace("~0", "~"), last))
}

fn add(target: &mut Value, path: &str, value: Value) -> Result<(), String> {
    if path.is_empty() {
        *target = value;
        return Ok(());
    }
    let (place, name, _) = parent(target, path)?;
    match place {
        Value::Object(map) => {
            map.insert(name, value);
        }
        Value::Array(list) => {
            let index = if name == "-" {
                list.len()
            } else {
                name.parse().map_err(|_| format!("no index: {name}"))?
            };
            if index > list.len() {
                return Err(format!("index {index} is out of bounds"));
            }
            list.insert(index, value);
        }
        _ => return Err(format!("{path}: its parent holds nothing")),
    }
    Ok(())
}

fn take(target: &mut Value, path: &str) -> Result<Value, String> {
    let (place, name, _) = parent(target, path)?;
    match place {
        Value::Object(map) => {
            map.remove(&name).ok_or_else(|| format!("remove of a missing path: {path}"))
        }
        Value::Array(list) => match name.parse::<usize>() {
            Ok(index) if index < list.len() => Ok(list.remove(index)),
            _ => Err(format!("remove of a missing path: {path}")),
        },
        _ => Err(format!("remove of a missing path: {path}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn operations_do_what_the_rfc_says() {
        let mut target = json!({"a": [1, 2], "b": {"c/d": 1}});
        run(&mut target, &json!([{"op": "add", "path": "/a/-", "value": 3}, {"op": "replace", "path": "/b/c~1d", "value": 2},
            {"op": "copy", "from": "/a/0", "path": "/e"}, {"op": "move", "from": "/a/1", "path": "/f"},
            {"op": "test", "path": "/e", "value": 1}, {"op": "remove", "path": "/b"}])).unwrap();
        assert_eq!(target, json!({"a": [1, 3], "e": 1, "f": 2}));
    }

    #[test]
    fn a_failed_operation_leaves_all_as_it_was() {
        let mut target = json!({"a": 1});
        for bad in [
            json!([{"op": "remove", "path": "/a"}, {"op": "test", "path": "/x", "value": 1}]),
            json!({}),
            json!([{"op": "add", "path": "/x/y", "value": 1}]),
        ] {
            assert!(run(&mut target, &bad).is_err());
            assert_eq!(target, json!({"a": 1}));
        }
    }
}
