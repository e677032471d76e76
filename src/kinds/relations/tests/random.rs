//! Any JSON has links and health, or none; any text is a file of relations, or an error.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::kinds::relations::MOST_LINKS;

/// JSON of the words that rules look for, so that they find something to stumble over.
fn value() -> impl Strategy<Value = Value> {
    let words = [
        "name",
        "namespace",
        "kind",
        "group",
        "apiVersion",
        "spec",
        "status",
        "metadata",
        "http",
        "route",
        "destination",
        "host",
        "conditions",
        "type",
        "selector",
        "matchLabels",
        "matchExpressions",
        "parentRefs",
        "rules",
        "backendRefs",
        "resources",
        "inventory",
        "entries",
        "id",
        "optional",
        "key",
        "operator",
        "values",
        "labels",
    ];
    let word = prop::sample::select(words.to_vec()).prop_map(str::to_owned);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(word.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Puts a value in the place of another one somewhere in an object.
fn damage(object: &mut Value, mut at: usize, with: &Value) {
    fn walk(value: &mut Value, at: &mut usize, with: &Value) {
        if *at == 0 {
            value.clone_from(with);
        }
        *at = at.wrapping_sub(1);
        match value {
            Value::Array(items) => items.iter_mut().for_each(|v| walk(v, at, with)),
            Value::Object(map) => map.values_mut().for_each(|v| walk(v, at, with)),
            _ => {}
        }
    }
    walk(object, &mut at, with);
}

fn apply(object: &Value) {
    for resource in catalog().iter() {
        let Some(rules) = Relations::built_in().rules(resource) else { continue };
        let mut interner = Interner::default();
        let mut row = bare(&crate::wire::ObjectMeta::default(), &mut interner);
        rules.apply(object, &mut row, &mut interner);
        assert!(row.links.len() <= MOST_LINKS);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_json_has_links_or_none(spec in value(), status in value(), metadata in value()) {
        apply(&json!({"spec": spec, "status": status, "metadata": metadata}));
        apply(&spec);
    }

    #[test]
    fn a_damaged_object_has_links_or_none(which in any::<prop::sample::Index>(), at in 0usize..60, with in value()) {
        let mut object = which.get(&OBJECTS).clone();
        damage(&mut object, at, &with);
        apply(&object);
    }

    #[test]
    fn any_text_is_a_file_or_an_error(text in "[\\[\\]\"a-z.:={}, \n]{0,80}") {
        let _ = Relations::default().add("x", &text);
    }

    #[test]
    fn a_damaged_file_is_a_file_or_an_error(at in any::<prop::sample::Index>(), to in "[\\[\\]\"a-z.={}]{0,2}") {
        let mut text = include_str!("../../../../assets/relations.toml").to_owned();
        let mut at = at.index(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.insert_str(at, &to);
        let _ = Relations::default().add("x", &text);
    }
}

#[test]
fn an_object_has_a_bounded_number_of_links() {
    let many: Vec<Value> = (0..100_000)
        .map(|i| json!({"kind": "Service", "name": format!("s{i}"), "namespace": "a"}))
        .collect();
    let names: Vec<String> = (0..100_000).map(|i| format!("n{i}")).collect();
    let app =
        json!({"spec": {"destination": {"name": "in-cluster"}}, "status": {"resources": many}});
    let monitor = json!({"spec": {"selector": {"matchLabels": {"a": "b"}}, "namespaceSelector": {"matchNames": names}}});
    for (group, kind, object) in
        [("argoproj.io", "Application", app), ("monitoring.coreos.com", "ServiceMonitor", monitor)]
    {
        let resource = catalog().by_kind(group, kind).unwrap();
        let rules = Relations::built_in().rules(&resource).unwrap();
        let mut interner = Interner::default();
        let mut row = bare(&crate::wire::ObjectMeta::default(), &mut interner);
        rules.apply(&object, &mut row, &mut interner);
        assert_eq!(row.links.len(), MOST_LINKS);
    }
}
