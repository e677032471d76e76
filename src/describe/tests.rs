//! No object, whatever its shape, makes a describe panic or write what a terminal would act on.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::kinds::{Catalog, Resource, all};
use crate::sheet::{Answer, Facts, Sheet, Want};
use crate::store::Row;

use super::{Piece, Writer, label, subject};

/// Objects that have much of what a describe writes.
const RICH: [&str; 12] = [
    include_str!("../../tests/live/objects/admission.yaml"),
    include_str!("../../tests/live/objects/described.yaml"),
    include_str!("../../tests/live/objects/access.yaml"),
    include_str!("../../tests/live/objects/config.yaml"),
    include_str!("../../tests/live/objects/gateway.yaml"),
    include_str!("../../tests/live/objects/nodes.yaml"),
    include_str!("../../tests/live/objects/quota.yaml"),
    include_str!("../../tests/live/objects/requirements.yaml"),
    include_str!("../../tests/live/objects/scheduling.yaml"),
    include_str!("../../tests/live/objects/snapshots.yaml"),
    include_str!("../../tests/live/objects/storage.yaml"),
    include_str!("../../tests/live/objects/volumes.yaml"),
];

fn resource(kind: &crate::kinds::Modelled) -> Resource {
    Resource {
        group: kind.info.group.into(),
        version: kind.info.version.into(),
        plural: kind.info.plural.into(),
        namespaced: true,
        ..Resource::default()
    }
}

/// No rows, but all of them.
#[expect(clippy::unnecessary_wraps, reason = "as the facts ask for them")]
fn none<'a>(_: &Want) -> Option<Vec<&'a Row>> {
    Some(Vec::new())
}

/// Describes `object` where everything else that is wanted is `other` too.
fn describe(resource: &Resource, object: &Value, other: &Value) -> Sheet {
    let subject = subject(resource, "ns", "name");
    let catalog = Catalog::default();
    let answers = RefCell::new(HashMap::new());
    // What is wanted may depend on what is known, but not for ever.
    for _ in 0..3 {
        let known = answers.borrow().clone();
        for want in subject.wants(&Facts::new(&known, &none, &catalog, 1_800_000_000)) {
            let answer = match want {
                Want::Objects { .. } => Answer::Objects(vec![Arc::new(other.clone())]),
                _ if known.is_empty() => Answer::Object(Some(Arc::new(object.clone()))),
                _ => Answer::Object(Some(Arc::new(other.clone()))),
            };
            answers.borrow_mut().entry(want).or_insert(answer);
        }
    }
    let known = answers.into_inner();
    let sheet = subject.sheet(&Facts::new(&known, &none, &catalog, 1_800_000_000));
    for line in &sheet.lines {
        for span in &line.spans {
            assert!(!span.text.contains(char::is_control), "{span:?}");
        }
    }
    assert!(!sheet.lines.is_empty(), "nothing is written");
    sheet
}

fn any_json() -> impl Strategy<Value = Value> {
    const KEYS: &str = "(metadata|spec|status|template|containers|name|kind|conditions|ports|selector|labels|type|x|a\\.b)";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[\\PC\\n\\t\\x1b\\r]{0,12}".prop_map(Value::from),
        Just(json!("2026-01-15T12:00:00Z")),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(KEYS, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Replaces what is at the place of number `at`, counted through the whole object.
fn replace(value: &mut Value, at: &mut usize, with: &Value) {
    if *at == 0 {
        value.clone_from(with);
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, at, with)),
        Value::Object(map) => map.values_mut().for_each(|value| replace(value, at, with)),
        _ => {}
    }
}

fn places(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(places).sum(),
        Value::Object(map) => map.values().map(places).sum(),
        _ => 0,
    }
}

proptest! {
    #[test]
    fn any_object_can_be_described(object in any_json(), other in any_json()) {
        for kind in all() {
            describe(&resource(kind), &object, &other);
        }
    }

    #[test]
    fn any_damage_to_an_object_can_be_described(first in any::<usize>(), place in any::<prop::sample::Index>(), with in any_json()) {
        let documents: Vec<_> = RICH.iter().flat_map(|file| file.split("\n---\n")).collect();
        for document in documents.iter().cycle().skip(first % documents.len()).take(20) {
            let whole: Value = serde_yaml::from_str(document).unwrap();
            let group = super::meta::group_of(whole["apiVersion"].as_str().unwrap());
            let kind = whole["kind"].as_str().unwrap().to_lowercase();
            // `ingresses` and `networkpolicies` begin like `ingress` and `networkpolicy`, but for the last letter.
            let is_of = |of: &&crate::kinds::Modelled| {
                of.info.group == group
                    && of.info.plural.starts_with(kind.trim_end_matches('y'))
                    && of.info.plural.len() <= kind.len() + 2
            };
            let kind = all().iter().find(is_of).unwrap();
            let mut damaged = whole.clone();
            replace(&mut damaged, &mut place.index(places(&whole)), &with);
            describe(&resource(kind), &damaged, &damaged);
        }
    }
}

fn described(group: &str, plural: &str, object: &Value) -> String {
    let kind = crate::kinds::modelled(group, plural).unwrap();
    describe(&resource(kind), object, &json!({})).text()
}

#[test]
fn secrets_keep_their_values() {
    let text = described(
        "",
        "secrets",
        &json!({
            "metadata": {"name": "s"},
            "type": "kubernetes.io/service-account-token",
            "data": {"token": "aHVudGVyMg==", "empty": "", "odd": {"nested": "aHVudGVyMg=="}},
        }),
    );
    assert!(text.contains("token:  7 bytes\n") && text.contains("empty:  0 bytes\n"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("aHVudGVyMg"), "{text}");
}

#[test]
fn nothing_is_too_large_to_be_described() {
    let labels: serde_json::Map<_, _> =
        (0..5_000).map(|n| (format!("label-{n:04}"), json!("x"))).collect();
    let text = described(
        "",
        "configmaps",
        &json!({
            "metadata": {"name": "c", "labels": labels},
            "data": {"line": "x".repeat(1 << 20), "lines": "y\n".repeat(1 << 19)},
        }),
    );
    assert_eq!(text.matches("label-").count(), 5_000);
    assert_eq!(text.matches("\ny").count(), 1 << 19);
    assert!(text.contains(&"x".repeat(1 << 20)));
}

#[test]
fn columns_align_among_the_lines_that_follow_each_other() {
    let mut w = Writer::new(0);
    w.field(0, "Name", "web");
    w.field(0, "Namespace", "shop");
    w.more("and more");
    w.section(0, "Containers");
    w.field(4, "Image", "a\nb");
    w.headings(2, &["Type", "Status"]);
    w.line(2, ["Ready".into(), Piece::default(), "x".into()]);
    let text = w.finish().text();
    let wanted = "\
Name:       web
Namespace:  shop
            and more
Containers:
    Image:  a
            b
  Type      Status
  ----      ------
  Ready       x
";
    assert_eq!(text, wanted);
}

#[test]
fn what_a_terminal_would_act_on_is_written_out() {
    let mut w = Writer::new(0);
    w.field(0, "A", "\x1b[2J\tb\rc\u{7}");
    assert_eq!(w.finish().text(), "A:  ^[[2J  b\\rc\u{fffd}\n");
}

#[test]
fn no_cell_makes_others_as_wide_as_it_likes() {
    let mut w = Writer::new(0);
    let long = "x".repeat(100_000);
    w.line(0, [label(long.as_str()), "a".into()]);
    w.line(0, [label("short"), "b".into()]);
    let sheet = w.finish();
    assert_eq!(sheet.lines[0].text(), format!("{long}  a"));
    assert_eq!(sheet.lines[1].text(), "short  b");
}

#[test]
fn a_column_without_a_heading_takes_no_more_than_its_place() {
    let mut w = Writer::new(0);
    w.headings(2, &["Name", "", "Age"]);
    assert_eq!(w.finish().text(), "  Name    Age\n  ----    ----\n");
}
