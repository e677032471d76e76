//! Values: what was given, and what that makes of the chart's defaults.

use serde_json::{Map, Value};

/// The values with which a chart was rendered: those given over the chart's defaults, as Helm 4 merges them
/// (`pkg/chart/common/util/coalesce.go`, `CoalesceValues`). Maps are merged deeply, everything else is replaced, and a null takes a default
/// away. Subcharts' defaults are not among what Helm stores, so `helm get values --all` lacks them too.
pub fn coalesce(given: &Map<String, Value>, defaults: &Map<String, Value>) -> Map<String, Value> {
    let mut all = given.clone();
    for (key, default) in defaults {
        match all.get_mut(key) {
            None => drop(all.insert(key.clone(), default.clone())),
            Some(Value::Null) => drop(all.remove(key)),
            Some(Value::Object(given)) => {
                if let Value::Object(default) = default {
                    merge(given, default);
                }
            }
            Some(_) => {}
        }
    }
    all
}

/// Below the first level a null that has nothing to take away stays.
fn merge(given: &mut Map<String, Value>, defaults: &Map<String, Value>) {
    for (key, default) in defaults {
        match given.get_mut(key) {
            None => drop(given.insert(key.clone(), default.clone())),
            Some(Value::Null) if !default.is_null() => drop(given.remove(key)),
            Some(Value::Object(given)) => {
                if let Value::Object(default) = default {
                    merge(given, default);
                }
            }
            Some(_) => {}
        }
    }
}

/// Values as YAML, keys in alphabetical order, as `helm get values` prints them; `null` where there are none, as it does too.
pub fn yaml(values: &Map<String, Value>) -> String {
    if values.is_empty() {
        return "null\n".to_owned();
    }
    let options = serde_yaml::ser_options! { folded_wrap_chars: usize::MAX };
    serde_yaml::to_string_with_options(values, options)
        .unwrap_or_else(|error| format!("# these values cannot be written as YAML: {error}\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn merged(given: &Value, defaults: &Value) -> Value {
        let map = |value: &Value| value.as_object().unwrap().clone();
        Value::Object(coalesce(&map(given), &map(defaults)))
    }

    #[test]
    fn what_is_given_wins_and_maps_are_merged_deeply() {
        let given = json!({"a": 1, "m": {"x": {"y": 2}}, "l": [3], "new": true});
        let defaults = json!({"a": 9, "b": 9, "m": {"x": {"y": 9, "z": 9}, "w": 9}, "l": [9, 9]});
        let all =
            json!({"a": 1, "b": 9, "m": {"x": {"y": 2, "z": 9}, "w": 9}, "l": [3], "new": true});
        assert_eq!(merged(&given, &defaults), all);
    }

    #[test]
    fn a_null_takes_a_default_away() {
        let given = json!({"a": null, "m": {"x": null, "kept": null, "both": null}, "alone": null});
        let defaults = json!({"a": {"deep": 1}, "m": {"x": {"y": 1}, "z": 1, "both": null}});
        let all = json!({"m": {"z": 1, "kept": null, "both": null}, "alone": null});
        assert_eq!(merged(&given, &defaults), all);
    }

    #[test]
    fn where_only_one_is_a_map_what_is_given_stays() {
        let given = json!({"a": {"x": 1}, "b": 2});
        assert_eq!(merged(&given, &json!({"a": 9, "b": {"y": 9}})), given);
        assert_eq!(merged(&json!({"a": {"x": 1}}), &json!({"a": null})), json!({"a": {"x": 1}}));
    }

    #[test]
    fn values_are_written_as_helm_writes_them() {
        assert_eq!(yaml(&Map::new()), "null\n");
        let values = json!({"b": {"d": "yes", "c": [1, "2"]}, "a": null});
        let text = yaml(values.as_object().unwrap());
        assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), values, "{text}");
        assert!(text.starts_with("a: null\nb:\n"), "{text}");
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), (0..3i64).prop_map(Value::from)];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop::collection::btree_map("[a-d]", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect()))
        })
    }

    fn tables() -> impl Strategy<Value = Map<String, Value>> {
        prop::collection::btree_map("[a-d]", tree(), 0..4).prop_map(|map| map.into_iter().collect())
    }

    proptest! {
        #[test]
        fn nothing_given_is_the_defaults_and_no_defaults_is_what_is_given(values in tables()) {
            prop_assert_eq!(coalesce(&Map::new(), &values), values.clone());
            prop_assert_eq!(coalesce(&values, &Map::new()), values);
        }

        #[test]
        fn every_value_comes_from_one_of_the_two(given in tables(), defaults in tables()) {
            for (key, value) in coalesce(&given, &defaults) {
                match (given.get(&key), defaults.get(&key)) {
                    (Some(given), _) if !given.is_object() => prop_assert_eq!(&value, given),
                    (None, Some(default)) => prop_assert_eq!(&value, default),
                    (given, default) => prop_assert!(given.is_some() || default.is_some()),
                }
            }
        }
    }
}
