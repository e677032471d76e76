//! Three-way merge of objects: what two made of one, taken together where they do not meet.
//!
//! Maps are merged by their keys, lists by the field that tells their elements apart where there is one (as the merge keys of the API's strategic
//! merge patch), everything else as a whole.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What is kept where both sides changed the same in different ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// What we made of it.
    Ours,
    /// What they made of it.
    Theirs,
}

/// A place that both sides changed in different ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Where, `spec.containers[app].image`.
    pub path: String,
    /// What we made of it; `None` where we took it away.
    pub ours: Option<Value>,
    /// What they made of it.
    pub theirs: Option<Value>,
}

/// What came of a merge.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// Both sides together.
    pub value: Value,
    /// Where they meet.
    pub conflicts: Vec<Conflict>,
}

/// The fields that tell the elements of a list apart, those first that say most: the merge keys of the built-in kinds
/// (k8s.io/api, `patchMergeKey` and `listMapKey`).
const KEYS: [&str; 10] = [
    "name",
    "containerPort",
    "port",
    "mountPath",
    "devicePath",
    "uid",
    "ip",
    "topologyKey",
    "type",
    "key",
];

/// Merges what two made of `base`.
pub fn merge(base: &Value, ours: &Value, theirs: &Value, keep: Keep) -> Merged {
    let mut merger = Merger { keep, conflicts: Vec::new() };
    let value = merger.any("", Some(base), Some(ours), Some(theirs));
    Merged { value: value.unwrap_or_default(), conflicts: merger.conflicts }
}

struct Merger {
    keep: Keep,
    conflicts: Vec<Conflict>,
}

impl Merger {
    fn any(
        &mut self,
        path: &str,
        base: Option<&Value>,
        ours: Option<&Value>,
        theirs: Option<&Value>,
    ) -> Option<Value> {
        if ours == theirs || base == theirs {
            return ours.cloned();
        }
        if base == ours {
            return theirs.cloned();
        }
        match (ours, theirs) {
            (Some(Value::Object(ours)), Some(Value::Object(theirs))) => {
                let base = base.and_then(Value::as_object);
                return Some(Value::Object(self.maps(path, base, ours, theirs)));
            }
            (Some(Value::Array(ours)), Some(Value::Array(theirs))) => {
                let base = base.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                if let Some(key) = key_of([base, ours, theirs]) {
                    return Some(Value::Array(self.lists(path, key, base, ours, theirs)));
                }
            }
            _ => {}
        }
        self.conflicts.push(Conflict {
            path: path.to_owned(),
            ours: ours.cloned(),
            theirs: theirs.cloned(),
        });
        match self.keep {
            Keep::Ours => ours.cloned(),
            Keep::Theirs => theirs.cloned(),
        }
    }

    fn maps(
        &mut self,
        path: &str,
        base: Option<&Map<String, Value>>,
        ours: &Map<String, Value>,
        theirs: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut out = Map::new();
        let others = theirs.keys().filter(|key| !ours.contains_key(*key));
        for key in ours.keys().chain(others) {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let base = base.and_then(|base| base.get(key));
            if let Some(value) = self.any(&path, base, ours.get(key), theirs.get(key)) {
                out.insert(key.clone(), value);
            }
        }
        out
    }

    fn lists(
        &mut self,
        path: &str,
        key: &str,
        base: &[Value],
        ours: &[Value],
        theirs: &[Value],
    ) -> Vec<Value> {
        let names = |list: &[Value]| list.iter().map(|e| name(e, key)).collect::<Vec<_>>();
        let by_name = |list: &[Value]| -> BTreeMap<String, Value> {
            list.iter().map(|e| (name(e, key), e.clone())).collect()
        };
        let (old, mine, others) = (by_name(base), by_name(ours), by_name(theirs));
        let (was, here, there) = (names(base), names(ours), names(theirs));
        // The order is theirs unless we changed it.
        let common = |list: &[String]| -> Vec<String> {
            let kept = list.iter().filter(|n| old.contains_key(*n));
            kept.filter(|n| mine.contains_key(*n)).cloned().collect()
        };
        let (first, second) =
            if common(&was) == common(&here) { (there, here) } else { (here, there) };
        let mut order = first;
        for (at, name) in second.iter().enumerate() {
            if order.contains(name) {
                continue;
            }
            let before = second[..at].iter().rev().find_map(|n| order.iter().position(|o| o == n));
            order.insert(before.map_or(0, |before| before + 1), name.clone());
        }
        let mut out = Vec::new();
        for name in order {
            let path = format!("{path}[{name}]");
            out.extend(self.any(&path, old.get(&name), mine.get(&name), others.get(&name)));
        }
        out
    }
}

/// The field that tells the elements of all three lists apart.
fn key_of(lists: [&[Value]; 3]) -> Option<&'static str> {
    let tells = |key: &&str| {
        lists.iter().all(|list| {
            let mut names: Vec<String> = Vec::with_capacity(list.len());
            for element in *list {
                match element.get(*key) {
                    Some(Value::String(_) | Value::Number(_)) => names.push(name(element, key)),
                    _ => return false,
                }
            }
            names.sort_unstable();
            names.windows(2).all(|pair| pair[0] != pair[1])
        })
    };
    KEYS.into_iter().find(tells)
}

fn name(element: &Value, key: &str) -> String {
    match &element[key] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn both(base: &Value, ours: &Value, theirs: &Value) -> Merged {
        merge(base, ours, theirs, Keep::Ours)
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0i64..4).prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            let map = prop::collection::btree_map("[a-d]|name", inner.clone(), 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect()));
            let named = prop::collection::btree_map("[a-d]", inner.clone(), 0..4).prop_map(|map| {
                map.into_iter().map(|(name, v)| json!({"name": name, "v": v})).collect()
            });
            let list = prop::collection::vec(inner, 0..3).prop_map(Value::from);
            prop_oneof![map, named, list]
        })
    }

    proptest! {
        #[test]
        fn who_changed_nothing_takes_what_the_other_made(a in tree(), b in tree()) {
            let plain = Merged { value: b.clone(), conflicts: Vec::new() };
            prop_assert_eq!(both(&a, &a, &b), plain.clone());
            prop_assert_eq!(both(&a, &b, &a), plain.clone());
            prop_assert_eq!(both(&a, &b, &b), plain);
        }

        #[test]
        fn what_does_not_meet_is_all_kept(
            a in tree(), b in tree(), c in tree(), d in tree(), same in tree(),
        ) {
            let object = |x: &Value, y: &Value| json!({"x": x, "y": y, "same": same});
            let merged = both(&object(&a, &c), &object(&b, &c), &object(&a, &d));
            prop_assert_eq!(merged, Merged { value: object(&b, &d), conflicts: Vec::new() });
            let list = |x: &Value, y: &Value| json!([{"name": "x", "v": x}, {"name": "y", "v": y}]);
            let merged = both(&list(&a, &c), &list(&b, &c), &list(&a, &d));
            prop_assert_eq!(merged, Merged { value: list(&b, &d), conflicts: Vec::new() });
        }

        #[test]
        fn both_sides_meet_at_the_same_places(a in tree(), b in tree(), c in tree()) {
            let paths = |merged: Merged| {
                let mut paths: Vec<_> = merged.conflicts.into_iter().map(|c| c.path).collect();
                paths.sort_unstable();
                paths
            };
            prop_assert_eq!(paths(both(&a, &b, &c)), paths(both(&a, &c, &b)));
        }

        #[test]
        fn keeping_theirs_is_the_other_way_round(a in tree(), b in tree(), c in tree()) {
            let ours = merge(&a, &b, &c, Keep::Ours);
            let theirs = merge(&a, &b, &c, Keep::Theirs);
            prop_assert_eq!(ours.conflicts.is_empty(), ours.value == theirs.value);
        }
    }

    #[test]
    fn two_edits_of_one_pod_template() {
        let base = json!({"replicas": 2, "containers": [
            {"name": "app", "image": "a:1", "env": [{"name": "A", "value": "1"}]},
            {"name": "proxy", "image": "p:1"},
        ]});
        let ours = json!({"replicas": 5, "containers": [
            {"name": "app", "image": "a:2", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
            {"name": "proxy", "image": "p:1"},
        ]});
        let theirs = json!({"replicas": 4, "containers": [
            {"name": "helper", "image": "h:1"},
            {"name": "app", "image": "a:1", "env": [{"name": "A", "value": "9"}]},
        ]});
        let merged = both(&base, &ours, &theirs);
        assert_eq!(
            merged.value,
            json!({"replicas": 5, "containers": [
                {"name": "helper", "image": "h:1"},
                {"name": "app", "image": "a:2", "env": [{"name": "A", "value": "9"}, {"name": "B", "value": "2"}]},
            ]})
        );
        let conflict =
            Conflict { path: "replicas".to_owned(), ours: Some(json!(5)), theirs: Some(json!(4)) };
        assert_eq!(merged.conflicts, [conflict]);
    }

    #[test]
    fn a_list_without_a_key_is_one_thing() {
        let merged = both(&json!({"args": ["a"]}), &json!({"args": ["b"]}), &json!({"args": []}));
        assert_eq!(merged.value, json!({"args": ["b"]}));
        assert_eq!(merged.conflicts[0].path, "args");
        // What one takes away and the other changes is not taken away silently.
        let merged = both(&json!({"a": {"b": 1}}), &json!({}), &json!({"a": {"b": 2}}));
        assert_eq!(merged.conflicts[0].path, "a");
    }
}
