//! JSON merge patches (RFC 7386): what makes one object of another.

use serde_json::{Map, Value};

/// The merge patch (RFC 7386) that makes `to` of `from`; `None` where they are the same.
pub(super) fn patch(from: &Value, to: &Value) -> Option<Value> {
    let (Value::Object(from), Value::Object(to)) = (from, to) else {
        return (from != to).then(|| to.clone());
    };
    let mut out = Map::new();
    for (key, value) in to {
        match from.get(key) {
            None => drop(out.insert(key.clone(), value.clone())),
            Some(old) => {
                if let Some(value) = patch(old, value) {
                    out.insert(key.clone(), value);
                }
            }
        }
    }
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        out.insert(key.clone(), Value::Null);
    }
    (!out.is_empty()).then_some(Value::Object(out))
}

/// Applies a merge patch (RFC 7386).
pub(super) fn merge(object: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *object = patch.clone();
        return;
    };
    if !object.is_object() {
        *object = Value::Object(Map::new());
    }
    let Some(object) = object.as_object_mut() else { return };
    for (key, field) in fields {
        if field.is_null() {
            object.remove(key);
        } else {
            merge(object.entry(key.as_str()).or_insert(Value::Null), field);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn tree() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![any::<bool>().prop_map(Value::from), (0i64..4).prop_map(Value::from)];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[a-d]", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_patch_makes_one_of_the_other(one in tree(), other in tree()) {
            let (one, other) = (json!({"spec": one}), json!({"spec": other}));
            let mut made = one.clone();
            if let Some(patch) = patch(&one, &other) {
                merge(&mut made, &patch);
            }
            prop_assert_eq!(made, other);
        }
    }
}
