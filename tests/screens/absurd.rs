//! Objects such as no server would send: shown in their table, described, as YAML and on the Map, and never a panic.

use kx::app::Page;
use kx::kinds;
use serde_json::{Value, json};

use super::stage::text;
use super::talk::Talk;

const NAMESPACE: &str = "shop";

/// What an object of this name has at least.
fn meta(name: &str) -> Value {
    json!({"name": name, "namespace": NAMESPACE, "uid": format!("uid-of-{name}")})
}

/// A program that shows a cluster with these objects beside those of the demo.
fn with(objects: Vec<(String, Value)>) -> Talk {
    let mut talk = Talk::start("demo");
    talk.beside = objects;
    talk
}

/// What the program shows of the object under the cursor of a resource's table, one page after the other.
struct Pages {
    table: String,
    described: String,
    yaml: String,
    around: String,
}

impl Pages {
    /// Those of the first row that a filter lets pass; `None` where the cluster does not serve the resource.
    fn of(talk: &mut Talk, resource: &str, filter: &str) -> Option<Self> {
        talk.keys(&format!(":{resource}\r"));
        talk.settle();
        let plural = resource.split(['.', ' ']).next();
        let shown = talk.app.browse().map(|browse| browse.source.resource.plural.clone());
        if shown.as_deref() != plural {
            talk.keys("\u{1b}\u{1b}");
            return None;
        }
        talk.keys(&format!("/{filter}\r"));
        let page = |talk: &mut Talk, key: &str| {
            talk.keys(key);
            talk.settle();
            let there = text(&talk.draw(160, 50));
            // Any other size is drawn as well, and so is the end of the page.
            talk.draw(40, 10);
            talk.keys("G");
            talk.draw(120, 40);
            talk.keys("g");
            if !key.is_empty() {
                talk.keys("\u{1b}");
            }
            there
        };
        Some(Self {
            table: page(talk, ""),
            described: page(talk, "d"),
            yaml: page(talk, "y"),
            around: page(talk, "m"),
        })
    }
}

#[test]
fn objects_that_have_nothing_are_shown() {
    let resources = || kinds::all().iter().filter(|kind| kind.info.part_of.is_none());
    let bare =
        resources().map(|kind| (kind.info.plural.to_owned(), json!({"metadata": meta("bare")})));
    let mut talk = with(bare.collect());
    let mut seen = 0;
    for kind in resources() {
        let name = match kind.info.group {
            "" => kind.info.plural.to_owned(),
            group => format!("{}.{group}", kind.info.plural),
        };
        let Some(pages) = Pages::of(&mut talk, &name, "^bare$") else { continue };
        for (page, of) in
            [(&pages.table, "table"), (&pages.described, "description"), (&pages.yaml, "YAML")]
        {
            assert!(page.contains("bare"), "the {of} of {name}:\n{page}");
        }
        seen += 1;
    }
    assert!(seen > 30, "only {seen} kinds");
}

#[test]
fn unknown_words_and_absurd_numbers_are_shown_as_they_are() {
    let cases: Vec<(&str, Value, &[&str], &[&str])> = vec![
        (
            "pods",
            json!({"metadata": meta("odd"), "spec": {"restartPolicy": "Sometimes", "priority": -9_000_000,
                "containers": [{"name": "a", "image": "", "ports": [{"containerPort": -1, "protocol": "PIGEON"}]}],
                "tolerations": [{"operator": "Maybe", "effect": "NoIdea"}], "volumes": [{"name": "v", "wormhole": {}}]},
                "status": {"phase": "Wobbling", "qosClass": "Golden", "podIP": "nowhere",
                    "conditions": [{"type": "Ready", "status": "Perhaps"}],
                    "containerStatuses": [{"name": "a", "restartCount": -3, "state": {"dreaming": {}}}]}}),
            &["Wobbling", "-3"],
            &["Wobbling", "Golden", "Perhaps"],
        ),
        (
            "deployments",
            json!({"metadata": meta("odd"), "spec": {"replicas": -7, "strategy": {"type": "Teleport"}, "selector": {"matchExpressions": [{"key": "a", "operator": "Near"}]}},
                "status": {"readyReplicas": i32::MAX, "conditions": [{"status": "True"}, {"type": "Improving", "status": "Yes"}]}}),
            &["-7"],
            &["Teleport", "Improving"],
        ),
        (
            "services",
            json!({"metadata": meta("odd"), "spec": {"type": "Telepathic", "clusterIP": "somewhere", "selector": {"": ""},
                "ports": [{"port": -1, "protocol": "PIGEON", "targetPort": {"a": 1}, "nodePort": 99_999_999}]}}),
            &["Telepathic", "PIGEON"],
            &["Telepathic"],
        ),
        (
            "nodes",
            json!({"metadata": {"name": "odd", "uid": "uid-of-odd-node"}, "spec": {"taints": [{"effect": "NoIdea"}], "unschedulable": true},
                "status": {"capacity": {"cpu": "many", "memory": "-5Gi", "example.com/": "1e99"}, "allocatable": {"cpu": "", "pods": "-1"},
                    "conditions": [{"type": "Ready", "status": "Perhaps"}, {}], "addresses": [{"type": "Psychic", "address": ""}]}}),
            &["SchedulingDisabled"],
            &["Perhaps", "-5Gi"],
        ),
        (
            "persistentvolumeclaims",
            json!({"metadata": meta("odd"), "spec": {"accessModes": ["ReadNever"], "volumeMode": "Liquid", "resources": {"requests": {"storage": "lots"}}},
                "status": {"phase": "Limbo", "capacity": {"storage": "less"}}}),
            &["Limbo"],
            &["Limbo"],
        ),
        (
            "horizontalpodautoscalers",
            json!({"metadata": meta("odd"), "spec": {"minReplicas": -1, "maxReplicas": 0, "scaleTargetRef": {"kind": "", "name": ""},
                "metrics": [{"type": "Astrology"}, {}]}, "status": {"conditions": [{"type": "AbleToScale", "status": "Perhaps"}]}}),
            &["odd"],
            &["AbleToScale"],
        ),
        (
            "jobs",
            json!({"metadata": meta("odd"), "spec": {"completions": -4, "parallelism": -2, "completionMode": "Never"},
                "status": {"succeeded": -8, "startTime": "2999-01-01T00:00:00Z", "completionTime": "1970-01-01T00:00:00Z"}}),
            &["odd"],
            &["Never"],
        ),
    ];
    let objects = cases.iter().map(|(plural, object, ..)| ((*plural).to_owned(), object.clone()));
    let mut talk = with(objects.collect());
    let mut wrong = Vec::new();
    for (plural, _, in_table, in_description) in &cases {
        let pages = Pages::of(&mut talk, plural, "^odd$").expect("it is served");
        let words = in_table.iter().map(|word| (*word, &pages.table));
        let words = words.chain(in_description.iter().map(|word| (*word, &pages.described)));
        for (word, page) in words.chain([("odd", &pages.around)]) {
            if !page.contains(word) {
                wrong.push(format!("{plural}: no {word} in\n{page}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_huge_is_shown() {
    let labels: serde_json::Map<String, Value> =
        (0..5_000).map(|n| (format!("label-{n:04}"), json!("x".repeat(63)))).collect();
    let mut labelled = meta("huge");
    labelled["labels"] = labels.clone().into();
    labelled["annotations"] = labels.into();
    // Together 1 MiB, the most that a server takes.
    let data = json!({"line": "x".repeat(1 << 19), "lines": "y\n".repeat(1 << 17), "\u{1b}[2J": "\u{202e}"});
    let map = json!({"metadata": labelled, "data": data, "binaryData": {"b": "A".repeat(1 << 18)}});
    let pod = json!({"metadata": labelled, "spec": {"nodeName": "x".repeat(1 << 16), "containers": []},
        "status": {"message": "m".repeat(1 << 18)}});
    let chooser = json!({"metadata": meta("huge"), "spec": {"selector": labelled["labels"]}});
    let objects = [("configmaps", map), ("pods", pod), ("services", chooser)];
    let mut talk = with(objects.map(|(of, object)| (of.to_owned(), object)).into());
    for plural in ["configmaps", "pods", "services"] {
        let pages = Pages::of(&mut talk, plural, "^huge$").expect("it is served");
        for page in [&pages.table, &pages.described, &pages.yaml, &pages.around] {
            assert!(page.contains("huge"), "{plural}:\n{page}");
        }
    }
    let pages = Pages::of(&mut talk, "configmaps", "^huge$").expect("it is served");
    assert!(pages.described.contains("label-0000=x"), "{}", pages.described);
    talk.keys("y");
    talk.settle();
    let Some(Page::Manifest(manifest)) = talk.app.page() else { panic!("no YAML") };
    let lines = manifest.reader.lines();
    assert!(lines.len() > 1 << 17, "every line is there");
    assert_eq!(lines.iter().filter(|line| line.text.contains("label-")).count(), 10_000);
}

#[test]
fn owners_in_a_circle_are_shown() {
    let owned = |name: &str, by: &str| {
        let mut object = json!({"metadata": meta(name), "spec": {"replicas": 1}});
        object["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet",
            "name": by, "uid": format!("uid-of-{by}"), "controller": true}]);
        ("replicasets".to_owned(), object)
    };
    let circle = vec![
        owned("round-a", "round-b"),
        owned("round-b", "round-c"),
        owned("round-c", "round-a"),
        owned("round-self", "round-self"),
    ];
    let mut talk = with(circle);
    for name in ["round-a", "round-self"] {
        let pages =
            Pages::of(&mut talk, "replicasets", &format!("^{name}$")).expect("it is served");
        for page in [&pages.table, &pages.described, &pages.yaml, &pages.around] {
            assert!(page.contains(name), "{name}:\n{page}");
        }
    }
    // In the tree too, opened as far as it goes.
    talk.keys(":map workloads\r");
    talk.settle();
    talk.keys("/round-a\r");
    for _ in 0..40 {
        talk.keys("lj");
        talk.settle();
        talk.draw(120, 40);
    }
    let frame = text(&talk.draw(120, 40));
    assert!(frame.contains("round-"), "{frame}");
}
