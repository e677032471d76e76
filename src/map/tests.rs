//! The tree over objects of every sort, sensible or not: what owns itself, what is missing, what stands in many places.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Census, Item, Line, Root, Tree, View, find, lay_out};
use crate::graph::Graph;
use crate::kinds::relations::Relations;
use crate::kinds::table::bare;
use crate::kinds::{Catalog, Encoding, Resource, modelled};
use crate::store::{Freshness, Interner, Row, Scope, Source, SourceId, Uid};
use crate::wire::WholeObject;

const KINDS: [(&str, &str, &str); 18] = [
    ("", "pods", "Pod"),
    ("apps", "replicasets", "ReplicaSet"),
    ("apps", "deployments", "Deployment"),
    ("", "services", "Service"),
    ("networking.k8s.io", "ingresses", "Ingress"),
    ("", "nodes", "Node"),
    ("", "persistentvolumeclaims", "PersistentVolumeClaim"),
    ("", "persistentvolumes", "PersistentVolume"),
    ("storage.k8s.io", "storageclasses", "StorageClass"),
    ("rbac.authorization.k8s.io", "rolebindings", "RoleBinding"),
    ("autoscaling", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
    ("", "configmaps", "ConfigMap"),
    ("gateway.networking.k8s.io", "gateways", "Gateway"),
    ("gateway.networking.k8s.io", "httproutes", "HTTPRoute"),
    ("snapshot.storage.k8s.io", "volumesnapshots", "VolumeSnapshot"),
    ("networking.istio.io", "virtualservices", "VirtualService"),
    (
        "admissionregistration.k8s.io",
        "validatingwebhookconfigurations",
        "ValidatingWebhookConfiguration",
    ),
    ("discovery.k8s.io", "endpointslices", "EndpointSlice"),
];

/// A graph of these objects, each with the number of its kind; everything is watched.
fn graph(objects: &[(usize, Value)]) -> Graph {
    let mut graph = Graph::new(&Catalog::default());
    let mut interner = Interner::default();
    for (i, (group, plural, kind)) in KINDS.iter().enumerate() {
        let resource = Resource {
            group: (*group).into(),
            plural: (*plural).into(),
            singular: kind.to_lowercase(),
            kind: (*kind).into(),
            ..Resource::default()
        };
        let id = SourceId(i as u32);
        let source = Source {
            cluster: "c".into(),
            resource: resource.into(),
            scope: Scope::All,
            labels: String::new(),
            fields: String::new(),
        };
        graph.open(id, &source);
        let mut rows: Vec<Row> = Vec::new();
        for (_, object) in objects.iter().filter(|(of, _)| *of == i) {
            let bytes = serde_json::to_vec(object).unwrap();
            let Some(model) = modelled(group, plural) else {
                rows.push(unmodelled(object, &mut interner));
                continue;
            };
            // What cannot be decoded is no row; the watch says so elsewhere.
            let _ = model.decode(Encoding::Json, &bytes, &mut interner, &mut rows);
        }
        graph.reset(id, &rows);
        graph.set_freshness(id, &Freshness::Live { limited_to: None });
    }
    graph
}

/// A row of a resource whose links are data.
fn unmodelled(object: &Value, interner: &mut Interner) -> Row {
    let whole: WholeObject = serde_json::from_value(object.clone()).unwrap();
    let mut row = bare(&whole.partial.metadata, interner);
    let resource = Resource {
        group: "networking.istio.io".into(),
        plural: "virtualservices".into(),
        ..Resource::default()
    };
    Relations::built_in().rules(&resource).unwrap().apply(object, &mut row, interner);
    row
}

fn open_all(graph: &Graph, view: &View, depth: u16) -> Vec<Line> {
    lay_out(&Tree::new(graph, view), &|line| line.depth < depth, &|_| true)
}

fn names(graph: &Graph, lines: &[Line]) -> Vec<String> {
    let name = |line: &Line| {
        let mut words = ".".repeat(usize::from(line.depth));
        words.push_str(&line.item.words(graph).1);
        words
    };
    lines.iter().map(name).collect()
}

fn owned(kind: &str, name: &str) -> Value {
    json!([{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": format!("{kind}-{name}"), "controller": true}])
}

fn object(kind: &str, name: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "ns", "uid": format!("{kind}-{name}")}})
}

#[test]
fn what_owns_itself_is_shown_once_more_and_not_opened_again() {
    let mut a = object("ReplicaSet", "a");
    a["metadata"]["ownerReferences"] = owned("ReplicaSet", "b");
    let mut b = object("ReplicaSet", "b");
    b["metadata"]["ownerReferences"] = owned("ReplicaSet", "a");
    let mut pod = object("Pod", "p");
    pod["metadata"]["ownerReferences"] = owned("ReplicaSet", "a");
    let graph = graph(&[(1, a), (1, b), (0, pod)]);
    let root = Root {
        group: "apps".into(),
        plural: "replicasets".into(),
        uid: Uid::new("ReplicaSet-a"),
        namespace: "ns".into(),
        name: "a".into(),
    };
    let view = View::Around(root);
    let lines = open_all(&graph, &view, 9);
    assert!(lines.iter().any(|line| line.again && !line.open), "{:?}", names(&graph, &lines));
    assert!(lines.len() < 30, "{:?}", names(&graph, &lines));
}

#[test]
fn what_is_scaled_stands_below_its_autoscaler_and_what_is_missing_says_so() {
    let mut scaler = object("HorizontalPodAutoscaler", "up");
    scaler["spec"] =
        json!({"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}});
    let mut lost = object("HorizontalPodAutoscaler", "lost");
    lost["spec"] =
        json!({"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "gone"}});
    let graph = graph(&[(10, scaler), (10, lost), (2, object("Deployment", "web"))]);
    let lines = open_all(&graph, &View::Workloads, 9);
    assert_eq!(
        names(&graph, &lines),
        ["ns", ".lost", "..no deployment gone in ns", ".up", "..web"]
    );
    let tree = Tree::new(&graph, &View::Workloads);
    let (weight, _) = tree.weigh(&lines[1].item, &Census::of(&graph));
    assert_eq!((weight.missing, weight.leaves.total()), (1, 0));
    let found = find(&tree, &|item| item.words(&graph).1 == "web").unwrap();
    assert_eq!(found.way, [lines[0].key, lines[3].key]);
    assert_eq!(found.key, lines[4].key);
    assert_eq!(find(&tree, &|item| item.words(&graph).1 == "nothing"), None);
}

#[test]
fn routes_stand_below_their_gateway_and_in_their_own_namespace() {
    let gateway = object("Gateway", "edge");
    let route = |namespace: &str, name: &str, service: &str| {
        json!({"metadata": {"name": name, "namespace": namespace, "uid": format!("r-{namespace}-{name}")},
            "spec": {"parentRefs": [{"name": "edge", "namespace": "ns"}], "rules": [{"backendRefs": [{"name": service}]}]}})
    };
    let lone = json!({"metadata": {"name": "lone", "namespace": "ns", "uid": "lone"},
        "spec": {"parentRefs": [{"group": "", "kind": "Service", "name": "web"}], "rules": [{"backendRefs": [{"name": "web"}]}]}});
    let graph = graph(&[
        (12, gateway),
        (13, route("ns", "here", "web")),
        (13, route("far", "there", "gone")),
        (13, lone),
        (3, object("Service", "web")),
    ]);
    assert_eq!(
        names(&graph, &open_all(&graph, &View::Routes, 9)),
        [
            "far",
            ".there",
            "..no service gone in far",
            "ns",
            ".edge",
            "..there",
            "...no service gone in far",
            "..here",
            "...web",
            ".lone",
            "..web",
        ]
    );
}

#[test]
fn a_gateway_that_nobody_modelled_stands_above_what_is_part_of_it() {
    let route = json!({"metadata": {"name": "route", "namespace": "ns", "uid": "route"},
        "spec": {"gateways": ["edge"], "http": [{"route": [{"destination": {"host": "web"}}]}]}});
    let graph = graph(&[(15, route), (3, object("Service", "web"))]);
    let lines = open_all(&graph, &View::Routes, 9);
    assert_eq!(names(&graph, &lines), ["ns", ".route", "..web"], "its gateway is not there");
}

#[test]
fn what_the_api_server_calls_stands_with_the_routes() {
    let hook = |name: &str, service: &str| {
        json!({"metadata": {"name": name, "uid": name}, "webhooks": [
            {"name": "a.example.com", "clientConfig": {"service": {"namespace": "ns", "name": service}}}]})
    };
    let by_url = json!({"metadata": {"name": "away", "uid": "away"}, "webhooks": [
        {"name": "a.example.com", "clientConfig": {"url": "https://a.example.com"}}]});
    let mut slice = object("EndpointSlice", "web-1");
    slice["metadata"]["labels"] = json!({"kubernetes.io/service-name": "web"});
    let mut web = object("Service", "web");
    web["spec"] = json!({"ports": [{"port": 443}]});
    let graph = graph(&[
        (16, hook("asks", "web")),
        (16, hook("lost", "gone")),
        (16, by_url),
        (3, web),
        (17, slice),
    ]);
    let lines = open_all(&graph, &View::Routes, 9);
    assert_eq!(
        names(&graph, &lines),
        [
            "ns",
            ".web",
            "called by the API server",
            ".asks",
            "..service web in ns has no ready endpoints",
            "..web",
            ".lost",
            "..no service gone in ns",
        ],
        "and the service stands in its namespace all the same"
    );
    let (weight, _) = Tree::new(&graph, &View::Routes).weigh(&lines[2].item, &Census::of(&graph));
    assert_eq!(weight.missing, 2);
}

#[test]
fn what_stands_below_headings_of_the_same_words_is_found() {
    let older = |of: &str| {
        let mut set = object("ReplicaSet", &format!("{of}-1"));
        set["metadata"]["ownerReferences"] = owned("Deployment", of);
        set["spec"] = json!({"replicas": 0});
        set
    };
    let graph = graph(&[
        (2, object("Deployment", "a")),
        (2, object("Deployment", "b")),
        (1, older("a")),
        (1, older("b")),
    ]);
    let tree = Tree::new(&graph, &View::Workloads);
    for name in ["a-1", "b-1"] {
        let found = find(&tree, &|item| item.words(&graph).1 == name);
        assert!(found.is_some(), "{name} stands below the older revisions of its deployment");
    }
}

#[test]
fn whatever_is_missing_is_told_below_who_means_it() {
    let mut claim = object("PersistentVolumeClaim", "data");
    claim["spec"] = json!({"volumeName": "vol"});
    claim["status"] = json!({"phase": "Lost"});
    let mut front = object("Ingress", "front");
    front["spec"] =
        json!({"tls": [{"secretName": "cert"}], "defaultBackend": {"service": {"name": "gone"}}});
    let mut web = object("Deployment", "web");
    web["spec"] =
        json!({"template": {"spec": {"volumes": [{"name": "v", "configMap": {"name": "site"}}]}}});
    let graph = graph(&[(6, claim), (4, front), (2, web)]);
    let of = |view: &View| names(&graph, &open_all(&graph, view, 9));
    assert_eq!(
        of(&View::Storage),
        ["of no class", ".data", "..lost persistentvolume vol: it is gone"]
    );
    assert_eq!(
        of(&View::Routes),
        ["ns", ".front", "..no service gone in ns"],
        "nobody watches secrets"
    );
    assert_eq!(of(&View::Workloads), ["ns", ".web", "..no configmap site in ns"]);
}

#[test]
fn a_snapshot_stands_beside_its_claim() {
    let mut claim = object("PersistentVolumeClaim", "data");
    claim["spec"] = json!({"dataSourceRef": {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "monday"}});
    let mut snapshot = object("VolumeSnapshot", "monday");
    snapshot["spec"] = json!({"source": {"persistentVolumeClaimName": "data"}});
    let graph = graph(&[(6, claim), (14, snapshot)]);
    let lines = open_all(&graph, &View::Storage, 9);
    // A claim that was made of a snapshot of one of its name.
    assert_eq!(
        names(&graph, &lines),
        ["of no class", ".data", "..monday", "...data", ".monday", "..data", "...monday"]
    );
    assert!(lines[3].again && lines[6].again);
}

#[test]
fn what_helm_installed_stands_below_its_release_whatever_its_labels() {
    let installed = |kind: &str, name: &str| {
        let mut object = object(kind, name);
        object["metadata"]["annotations"] =
            json!({"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "home"});
        object
    };
    // Its annotations are its Deployment's; it was not installed itself.
    let mut set = installed("ReplicaSet", "front-1");
    set["metadata"]["ownerReferences"] = owned("Deployment", "front");
    let mut class = installed("StorageClass", "fast");
    class["metadata"]["namespace"] = Value::Null;
    let graph = graph(&[
        (2, installed("Deployment", "front")),
        (1, set),
        (8, class),
        (11, installed("ConfigMap", "front")),
        (11, object("ConfigMap", "other")),
    ]);
    // It stands in the namespace of the release, wherever what was installed lives.
    let lines = open_all(&graph, &View::Releases, 3);
    let names = names(&graph, &lines);
    assert_eq!(names[..2], ["home", ".web"]);
    let below: BTreeSet<&str> =
        names[2..].iter().filter(|n| !n.starts_with("...")).map(String::as_str).collect();
    assert_eq!(below, BTreeSet::from(["..fast", "..front"]));
    assert_eq!(names.iter().filter(|name| **name == "..front").count(), 2);
    assert!(!names.iter().any(|name| name.contains("other")));
}

fn any_object() -> impl Strategy<Value = (usize, Value)> {
    let name = "[a-d]";
    let owner = (0..KINDS.len(), name);
    (0..KINDS.len(), name, prop::option::of(owner), name, any::<bool>()).prop_map(
        |(kind, name, owner, other, odd)| {
            let (_, _, word) = KINDS[kind];
            let mut object = object(word, &name);
            object["metadata"]["labels"] = json!({"app": other, "release": name});
            if let Some((of, name)) = owner {
                let (group, _, word) = KINDS[of];
                let version = if group.is_empty() { "v1".into() } else { format!("{group}/v1") };
                object["metadata"]["ownerReferences"] = json!([{"apiVersion": version,
                    "kind": word, "name": name, "uid": format!("{word}-{name}"), "controller": !odd}]);
            }
            object["spec"] = match kind {
                0 => json!({"nodeName": other, "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": other}}, {"name": "c", "configMap": {"name": name}}]}),
                3 => json!({"selector": {"app": other}}),
                4 => json!({"defaultBackend": {"service": {"name": other}}}),
                6 => json!({"volumeName": other, "storageClassName": name}),
                7 => json!({"claimRef": {"namespace": "ns", "name": other}, "storageClassName": other}),
                12 => json!({"gatewayClassName": other}),
                13 => json!({"parentRefs": [{"name": other}, {"kind": "HTTPRoute", "name": name}], "rules": [{"backendRefs": [{"name": other}]}]}),
                14 => json!({"source": {"persistentVolumeClaimName": other, "volumeSnapshotContentName": name}}),
                15 => json!({"gateways": [other], "http": [{"route": [{"destination": {"host": name}}]}]}),
                10 => json!({"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": other}}),
                1 | 2 => json!({"selector": {"matchLabels": {"app": other}}}),
                _ => Value::Null,
            };
            if kind == 16 {
                object["webhooks"] = json!([{"name": "a", "clientConfig": {"service": {"namespace": "ns", "name": other}}}]);
            }
            if matches!(kind, 5 | 7 | 8 | 16) {
                object["metadata"]["namespace"] = Value::Null;
            }
            object["subjects"] = json!([{"kind": "User", "name": other}, {"kind": "ServiceAccount", "namespace": "ns", "name": name}]);
            object["roleRef"] = json!({"kind": "Role", "name": other});
            (kind, object)
        },
    )
}

proptest! {
    #[test]
    fn any_objects_are_laid_out_weighed_and_found(objects in prop::collection::vec(any_object(), 0..25)) {
        let graph = graph(&objects);
        let census = Census::of(&graph);
        let around = graph.at(Some(crate::kinds::Place::Pod), "ns").next().and_then(|pod| graph.get(pod)).map(|pod| {
            View::Around(Root {
                group: "".into(), plural: "pods".into(), uid: pod.uid(),
                namespace: pod.namespace().clone(), name: pod.name().clone(),
            })
        });
        for view in View::ALL.into_iter().chain(around) {
            let tree = Tree::new(&graph, &view);
            let lines = open_all(&graph, &view, 4);
            let mut seen = BTreeSet::new();
            for (i, line) in lines.iter().enumerate() {
                prop_assert!(seen.insert(line.key), "{view:?}: a key twice: {:?}", names(&graph, &lines));
                prop_assert!(line.depth == 0 || i > 0 && lines[i - 1].depth + 1 >= line.depth);
                let (weight, _) = tree.weigh(&line.item, &census);
                let children = tree.children(&line.item);
                let missing = children.iter().filter(|c| matches!(c.item, Item::Missing { .. })).count();
                let is_namespace = matches!(line.item, Item::Heading(super::Heading::Namespace(_)));
                prop_assert!(is_namespace || weight.missing >= missing);
                prop_assert_eq!(tree.has_children(&line.item), !children.is_empty());
            }
            if let Some(last) = lines.last() {
                let words = last.item.words(&graph);
                let found = find(&tree, &|item| item.words(&graph) == words);
                prop_assert!(found.is_some(), "{view:?}: {words:?} is open, and not found");
            }
        }
    }
}
