//! Three-way merge of what a release had, what it is to have, and what is there, as the API server's strategic merge patches would do it.
//!
//! Helm makes such a patch with `CreateThreeWayMergePatch` (k8s.io/apimachinery, `pkg/util/strategicpatch`) and the server applies it; kx makes
//! what comes of both. What is wanted is set, what the release had and wants no more is taken away, and what others set stays. In custom
//! resources Helm writes only what tells the two revisions apart (`pkg/kube/client.go`, `createPatch`), as a JSON merge patch: what others changed
//! stays changed where both revisions say the same, and lists are taken as a whole.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::super::merge_patch::{merge, patch};

/// What becomes of a live object of a built-in kind. Lists are merged item by item where the API says by which field.
pub(super) fn merged(had: &Value, wanted: &Value, live: &Value, kind: &str) -> Value {
    let (Some(wanted), Some(live_map)) = (wanted.as_object(), live.as_object()) else {
        return live.clone();
    };
    let none = Map::new();
    Value::Object(maps(had.as_object().unwrap_or(&none), wanted, live_map, kind))
}

/// What becomes of a live custom resource.
pub(super) fn followed(had: &Value, wanted: &Value, live: &Value) -> Value {
    let mut out = live.clone();
    if let Some(patch) = patch(had, wanted) {
        merge(&mut out, &patch);
    }
    out
}

fn maps(
    had: &Map<String, Value>,
    wanted: &Map<String, Value>,
    live: &Map<String, Value>,
    kind: &str,
) -> Map<String, Value> {
    let mut out = live.clone();
    for key in had.keys().filter(|key| !wanted.contains_key(*key)) {
        out.remove(key);
    }
    for (key, wanted) in wanted {
        if wanted.is_null() {
            out.remove(key);
            continue;
        }
        let becomes = match live.get(key).filter(|live| !live.is_null()) {
            None => bare(wanted),
            Some(live) => value(key, had.get(key), wanted, live, kind),
        };
        out.insert(key.clone(), becomes);
    }
    out
}

/// Without fields that are null: where nothing is there, they say nothing.
fn bare(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map.iter().filter(|(_, value)| !value.is_null());
            Value::Object(fields.map(|(key, value)| (key.clone(), bare(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(bare).collect()),
        other => other.clone(),
    }
}

fn value(field: &str, had: Option<&Value>, wanted: &Value, live: &Value, kind: &str) -> Value {
    if wanted == live {
        return live.clone();
    }
    match (wanted, live) {
        // A budget's selector is replaced as a whole.
        (Value::Object(_), Value::Object(_))
            if field == "selector" && kind == "PodDisruptionBudget" =>
        {
            bare(wanted)
        }
        (Value::Object(wanted), Value::Object(live)) => {
            let none = Map::new();
            let had = had.and_then(Value::as_object).unwrap_or(&none);
            let out = maps(had, wanted, live, kind);
            // Of a deployment's strategy no parameters of another type may be left.
            let retains = field == "strategy";
            Value::Object(if retains { retained(out, wanted, live) } else { out })
        }
        (Value::Array(wanted), Value::Array(live)) => {
            let had = had.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            items(field, kind, had, wanted, live).unwrap_or_else(|| bare_list(wanted))
        }
        _ => bare(wanted),
    }
}

fn bare_list(items: &[Value]) -> Value {
    Value::Array(items.iter().map(bare).collect())
}

/// Nothing is left but what is wanted (`patchStrategy: retainKeys`). What the server would only fill in again stays, so that nothing seems to change.
fn retained(
    mut out: Map<String, Value>,
    wanted: &Map<String, Value>,
    live: &Map<String, Value>,
) -> Map<String, Value> {
    let usual = json!({"maxSurge": "25%", "maxUnavailable": "25%"});
    let same = out == *live;
    out.retain(|key, value| wanted.contains_key(key) || (same && *value == usual));
    out
}

/// By what the items of a list are told apart (k8s.io/api, `patchMergeKey`); `None` where the list is taken as a whole.
fn identity(field: &str, kind: &str, item: &Value) -> Option<String> {
    let key = match field {
        // An account's are taken as a whole, a pod's are not.
        "imagePullSecrets" if kind == "ServiceAccount" => return None,
        "finalizers" => return item.as_str().map(str::to_owned),
        "containers"
        | "drivers"
        | "env"
        | "ephemeralContainers"
        | "imagePullSecrets"
        | "initContainers"
        | "matchConditions"
        | "resourceClaims"
        | "schedulingGates"
        | "variables"
        | "volumes"
        | "webhooks" => "name",
        "secrets" if kind == "ServiceAccount" => "name",
        "volumeMounts" => "mountPath",
        "volumeDevices" => "devicePath",
        "hostAliases" => "ip",
        "topologySpreadConstraints" => "topologyKey",
        "ownerReferences" => "uid",
        "conditions" | "addresses" => "type",
        // The patch goes by the number alone, which mixes up 53/TCP and 53/UDP; a port is told apart by both.
        "ports" => {
            let port = match kind {
                "Service" => item.get("port")?,
                _ => item.get("containerPort")?,
            };
            let protocol = item.get("protocol").and_then(Value::as_str).unwrap_or("TCP");
            return Some(format!("{port}/{protocol}"));
        }
        _ => return None,
    };
    item.get(key).map(ToString::to_string)
}

/// Merges lists item by item; `None` where items cannot be told apart.
fn items(
    field: &str,
    kind: &str,
    had: &[Value],
    wanted: &[Value],
    live: &[Value],
) -> Option<Value> {
    let names = |list: &[Value]| -> Option<Vec<String>> {
        let names: Vec<String> =
            list.iter().map(|item| identity(field, kind, item)).collect::<Option<_>>()?;
        let unique: HashSet<&String> = names.iter().collect();
        (unique.len() == names.len()).then_some(names)
    };
    // Of an empty list nobody knows how its items would be told apart: the others tell.
    let (were, ours, theirs) = (names(had)?, names(wanted)?, names(live)?);
    if ours.is_empty() && theirs.is_empty() {
        return None;
    }
    let place = |names: &[String], name: &String| names.iter().position(|known| known == name);
    let none = Map::new();
    let one = |name: &String, wanted: &Value| -> Value {
        let Some(live) = place(&theirs, name).map(|at| &live[at]) else { return bare(wanted) };
        let (Some(wanted), Some(live)) = (wanted.as_object(), live.as_object()) else {
            return wanted.clone();
        };
        let had = place(&were, name).and_then(|at| had[at].as_object()).unwrap_or(&none);
        let out = maps(had, wanted, live, kind);
        // A volume has one source: with another, nothing may be left of the one before.
        let retains = matches!(field, "volumes" | "resourceClaims");
        Value::Object(if retains { retained(out, wanted, live) } else { out })
    };
    let mut left = ours.iter().zip(wanted).map(|(name, item)| (name, one(name, item))).peekable();
    let others =
        theirs.iter().zip(live).filter(|(name, _)| !ours.contains(name) && !were.contains(name));
    let mut right = others.map(|(name, item)| (name, item.clone())).peekable();
    // What is wanted stands in its order, and what others added stays behind what it stood behind. What is new takes the places that what is taken
    // away leaves behind all others: so it comes out in the server, whose code has the order of objects in the memory in which it deletes and appends.
    let goes = |name: &&String| were.contains(*name) && !ours.contains(*name);
    let gone =
        if live.iter().all(Value::is_object) { theirs.iter().filter(goes).count() } else { 0 };
    let new = ours.iter().filter(|name| !theirs.contains(*name)).take(gone);
    let stays = theirs.iter().filter(|name| !goes(name));
    let order: Vec<String> = stays.chain(new).cloned().collect();
    let mut all = Vec::with_capacity(wanted.len() + live.len());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some((ours, _)), Some((other, _))) => {
                match (place(&order, ours), place(&order, other)) {
                    (Some(ours), Some(other)) if other < ours => right.next(),
                    _ => left.next(),
                }
            }
            (Some(_), None) => left.next(),
            (None, _) => right.next(),
        };
        match next {
            Some((_, item)) => all.push(item),
            None => return Some(Value::Array(all)),
        }
    }
}

/// Takes the texts of a Secret away, which the server only takes and never gives: what a release had of them is nothing that could be taken away.
pub(super) fn take_texts(object: &mut Value) -> Option<Value> {
    if object["kind"] != "Secret" || object["apiVersion"] != "v1" {
        return None;
    }
    object.as_object_mut()?.remove("stringData")
}

/// Writes the texts of a Secret into its data, as the server does.
pub(super) fn put_texts(object: &mut Value, texts: &Value) {
    let (Some(object), Some(texts)) = (object.as_object_mut(), texts.as_object()) else { return };
    let data = object.entry("data").or_insert(Value::Null);
    if !data.is_object() {
        *data = Value::Object(Map::new());
    }
    let Some(data) = data.as_object_mut() else { return };
    for (key, text) in texts.iter().filter_map(|(key, text)| Some((key, text.as_str()?))) {
        data.insert(key.clone(), Value::String(STANDARD.encode(text)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "what is written in place is given away")]
    fn of(kind: &str, had: Value, wanted: Value, live: Value) -> Value {
        merged(&had, &wanted, &live, kind)
    }

    #[test]
    fn what_others_set_stays_and_what_is_wanted_no_more_goes() {
        let had = json!({"spec": {"replicas": 2, "paused": true, "minReadySeconds": 5}});
        let wanted = json!({"spec": {"replicas": 3, "paused": null}});
        let live = json!({"spec": {"replicas": 9, "paused": true, "minReadySeconds": 7, "revisionHistoryLimit": 10}, "status": {}});
        let out = json!({"spec": {"replicas": 3, "revisionHistoryLimit": 10}, "status": {}});
        assert_eq!(of("Deployment", had, wanted, live), out);
    }

    #[test]
    fn items_are_merged_by_what_tells_them_apart() {
        let had = json!({"containers": [{"name": "a", "image": "a:1", "env": [{"name": "GONE", "value": "1"}, {"name": "B", "value": "1"}]}, {"name": "old", "image": "o"}]});
        let wanted = json!({"containers": [{"name": "new", "image": "n"}, {"name": "a", "image": "a:2", "env": [{"name": "B", "value": "2"}]}]});
        let live = json!({"containers": [
            {"name": "mesh", "image": "m"},
            {"name": "a", "image": "a:1", "imagePullPolicy": "Always", "env": [{"name": "GONE", "value": "1"}, {"name": "B", "value": "1"}, {"name": "THEIRS", "value": "x"}]},
            {"name": "old", "image": "o"}]});
        let out = json!({"containers": [
            {"name": "mesh", "image": "m"},
            {"name": "new", "image": "n"},
            {"name": "a", "image": "a:2", "imagePullPolicy": "Always", "env": [{"name": "B", "value": "2"}, {"name": "THEIRS", "value": "x"}]}]});
        assert_eq!(of("Pod", had, wanted, live), out);
    }

    #[test]
    fn a_port_of_a_service_keeps_what_the_server_gave_it() {
        let port = |number: i64, protocol: &str| json!({"port": number, "protocol": protocol});
        let had = json!({"ports": [port(53, "TCP"), port(53, "UDP")]});
        let wanted = json!({"ports": [port(53, "UDP"), port(80, "TCP")]});
        let live = json!({"ports": [
            {"port": 53, "protocol": "TCP", "nodePort": 30001, "targetPort": 53},
            {"port": 53, "protocol": "UDP", "nodePort": 30002, "targetPort": 53}]});
        let out = json!({"ports": [
            {"port": 53, "protocol": "UDP", "nodePort": 30002, "targetPort": 53}, port(80, "TCP")]});
        assert_eq!(of("Service", had, wanted, live), out);
    }

    #[test]
    fn another_strategy_and_another_volume_leave_nothing_behind() {
        let usual = json!({"maxSurge": "25%", "maxUnavailable": "25%"});
        let rolling = json!({"type": "RollingUpdate", "rollingUpdate": usual});
        let live = json!({"strategy": rolling, "volumes": [{"name": "v", "emptyDir": {}}]});
        let same = json!({"strategy": {"type": "RollingUpdate"}, "volumes": [{"name": "v", "emptyDir": {}}]});
        assert_eq!(of("Deployment", json!({}), same, live.clone()), live);
        let other = json!({"strategy": {"type": "Recreate"}, "volumes": [{"name": "v", "secret": {"secretName": "s"}}]});
        assert_eq!(of("Deployment", json!({}), other.clone(), live), other);
    }

    #[test]
    fn lists_of_custom_resources_and_those_without_a_key_are_taken_whole() {
        let (had, wanted, live) = (
            json!({"args": ["a"], "containers": [{"name": "a"}]}),
            json!({"args": ["b"], "containers": [{"name": "b"}]}),
            json!({"args": ["a", "x"], "containers": [{"name": "a"}, {"name": "x"}]}),
        );
        assert_eq!(followed(&had, &wanted, &live), wanted);
        let out = json!({"args": ["b"], "containers": [{"name": "x"}, {"name": "b"}]});
        assert_eq!(of("Pod", had, wanted, live), out);
        // Two of one name cannot be told apart.
        let twice = json!({"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]});
        let live = json!({"env": [{"name": "A", "value": "1"}, {"name": "Z", "value": "2"}]});
        assert_eq!(of("Pod", json!({}), twice.clone(), live), twice);
    }

    #[test]
    fn of_a_custom_resource_only_what_tells_the_revisions_apart_is_written() {
        let had = json!({"spec": {"same": 1, "new": 1, "gone": 1, "in": {"a": 1}}});
        let wanted = json!({"spec": {"same": 1, "new": 2, "in": {"a": 2}}});
        let live = json!({"spec": {"same": 9, "new": 9, "gone": 9, "in": {"a": 9, "theirs": 9}, "more": 9}});
        let out = json!({"spec": {"same": 9, "new": 2, "in": {"a": 2, "theirs": 9}, "more": 9}});
        assert_eq!(followed(&had, &wanted, &live), out);
        assert_eq!(followed(&wanted, &wanted, &live), live);
    }

    #[test]
    fn the_text_of_a_secret_becomes_its_data() {
        let mut secret = json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "eA=="}, "stringData": {"b": "y"}});
        let texts = take_texts(&mut secret).unwrap();
        put_texts(&mut secret, &texts);
        let out = json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "eA==", "b": "eQ=="}});
        assert_eq!(secret, out);
        assert_eq!(
            take_texts(&mut json!({"kind": "Other", "apiVersion": "v1", "stringData": {}})),
            None
        );
    }

    /// Merged by the functions that Helm 3.22.0 and the API server use (k8s.io/apimachinery, `CreateThreeWayMergePatch` and `StrategicMergePatch`).
    const AS_HELM: &str = include_str!("../../../tests/fixtures/helm/merges.json");

    #[test]
    fn what_comes_of_it_is_what_helm_and_the_server_make_of_it() {
        let cases: Value = serde_json::from_str(AS_HELM).unwrap();
        let cases = cases.as_array().unwrap();
        assert!(cases.len() > 10);
        for case in cases {
            let kind = case["kind"].as_str().unwrap();
            let out = merged(&case["had"], &case["wanted"], &case["live"], kind);
            assert_eq!(out, case["out"], "{}", case["name"]);
        }
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![(0i64..4).prop_map(Value::from), any::<bool>().prop_map(Value::from)];
        let item = ("[a-c]", 0i64..3).prop_map(|(name, x)| json!({"name": name, "x": x}));
        let list = prop::collection::vec(item, 0..4);
        let leaf = prop_oneof![leaf, list.prop_map(Value::from)];
        let keys = prop_oneof![Just("env"), Just("spec"), Just("a"), Just("args")];
        let tree = leaf.prop_recursive(3, 24, 4, move |inner| {
            prop::collection::btree_map(keys.clone(), inner, 0..4).prop_map(|map| {
                Value::Object(map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            })
        });
        tree.prop_map(|tree| json!({"spec": tree}))
    }

    proptest! {
        #[test]
        fn once_merged_nothing_is_left_to_do(had in tree(), wanted in tree(), live in tree()) {
            let once = merged(&had, &wanted, &live, "Pod");
            prop_assert_eq!(merged(&wanted, &wanted, &once, "Pod"), once);
            let once = followed(&had, &wanted, &live);
            prop_assert_eq!(followed(&wanted, &wanted, &once), once);
        }

        #[test]
        fn what_nobody_else_touched_becomes_what_is_wanted(had in tree(), wanted in tree()) {
            prop_assert_eq!(followed(&had, &wanted, &had), wanted);
        }

        #[test]
        fn where_nothing_changes_what_is_live_stays(live in tree()) {
            prop_assert_eq!(merged(&live, &live, &live, "Pod"), live);
        }
    }
}
