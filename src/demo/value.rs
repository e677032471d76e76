//! Reading and writing JSON objects by JSON pointer, without ceremony.

use serde_json::{Map, Value};

static NULL: Value = Value::Null;

/// Access to a field deep inside an object; what is missing reads as null, empty or zero.
pub trait At {
    /// The value at a JSON pointer, null where there is none.
    fn at(&self, pointer: &str) -> &Value;
    /// The text at a JSON pointer, empty where there is none.
    fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }
    /// The number at a JSON pointer, zero where there is none.
    fn num(&self, pointer: &str) -> i64 {
        self.at(pointer).as_i64().unwrap_or_default()
    }
    /// True only where the pointer leads to `true`.
    fn flag(&self, pointer: &str) -> bool {
        self.at(pointer).as_bool().unwrap_or_default()
    }
    /// The items of the list at a JSON pointer.
    fn items(&self, pointer: &str) -> &[Value] {
        self.at(pointer).as_array().map_or(&[], Vec::as_slice)
    }
    /// The entries of the map at a JSON pointer.
    fn entries(&self, pointer: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.at(pointer).as_object().into_iter().flatten()
    }
    /// Whether the pointer leads to anything but null.
    fn has(&self, pointer: &str) -> bool {
        !self.at(pointer).is_null()
    }
}

impl At for Value {
    fn at(&self, pointer: &str) -> &Value {
        self.pointer(pointer).unwrap_or(&NULL)
    }
}

/// Sets the value at a pointer of plain member names, making the objects on the way.
pub fn set(target: &mut Value, pointer: &str, value: impl Into<Value>) {
    *slot(target, pointer) = value.into();
}

/// Sets the value only where there is none yet.
pub fn default(target: &mut Value, pointer: &str, value: impl Into<Value>) {
    let place = slot(target, pointer);
    if place.is_null() {
        *place = value.into();
    }
}

/// The place at a pointer, made (as null) if missing. `~1` and `~0` are unescaped.
pub fn slot<'a>(target: &'a mut Value, pointer: &str) -> &'a mut Value {
    pointer.split('/').skip(1).fold(target, |place, part| {
        let part = part.replace("~1", "/").replace("~0", "~");
        let index = part.parse::<usize>().ok();
        if let Some(index) = index
            && place.get(index).is_some()
        {
            return &mut place[index];
        }
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        // Indexing an object by name inserts null where the name is new.
        &mut place[part]
    })
}

/// Changes the list at a pointer in place, making it if missing.
pub fn edit_list<T>(
    target: &mut Value,
    pointer: &str,
    edit: impl FnOnce(&mut Vec<Value>) -> T,
) -> T {
    let place = slot(target, pointer);
    let mut list = match place.take() {
        Value::Array(list) => list,
        _ => Vec::new(),
    };
    let result = edit(&mut list);
    *place = Value::Array(list);
    result
}

/// Removes a member by pointer; nothing happens where it is missing.
pub fn remove(target: &mut Value, pointer: &str) {
    if let Some((parent, name)) = pointer.rsplit_once('/')
        && let Some(Value::Object(map)) = target.pointer_mut(parent)
    {
        map.remove(&name.replace("~1", "/").replace("~0", "~"));
    }
}

/// The condition of this type among `/status/conditions`.
pub fn condition<'a>(object: &'a Value, kind: &str) -> &'a Value {
    object.items("/status/conditions").iter().find(|c| c.text("/type") == kind).unwrap_or(&NULL)
}

/// Writes a condition, moving its transition time only when its status changes.
pub fn set_condition(object: &mut Value, kind: &str, status: &str, why: (&str, &str), now: &str) {
    edit_list(object, "/status/conditions", |conditions| {
        let index = conditions.iter().position(|c| c.text("/type") == kind).unwrap_or_else(|| {
            conditions.push(serde_json::json!({"type": kind, "lastTransitionTime": now}));
            conditions.len() - 1
        });
        write_condition(&mut conditions[index], status, why, now);
    });
}

fn write_condition(condition: &mut Value, status: &str, why: (&str, &str), now: &str) {
    if condition.text("/status") != status {
        set(condition, "/status", status);
        set(condition, "/lastTransitionTime", now);
    }
    for (field, text) in [("/reason", why.0), ("/message", why.1)] {
        if text.is_empty() {
            remove(condition, field);
        } else {
            set(condition, field, text);
        }
    }
}
