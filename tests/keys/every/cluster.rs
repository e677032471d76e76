//! A cluster in which there is something for every action, and the pages where each finds it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kx::app::{ClusterNews, Msg, Setup};
use kx::kinds::{Catalog, Resource};
use serde_json::{Value, json};

use crate::support::World;

/// What is served: group, version, plural, Kind, whether in namespaces, and the subresources.
type Served =
    (&'static str, &'static str, &'static str, &'static str, bool, &'static [&'static str]);

const SERVED: &[Served] = &[
    ("batch", "v1", "jobs", "Job", true, &[]),
    ("batch", "v1", "cronjobs", "CronJob", true, &[]),
    ("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true, &[]),
    ("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, &[]),
    ("storage.k8s.io", "v1", "storageclasses", "StorageClass", false, &[]),
    (
        "certificates.k8s.io",
        "v1",
        "certificatesigningrequests",
        "CertificateSigningRequest",
        false,
        &["approval"],
    ),
    ("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, &[]),
];

fn served() -> Catalog {
    let more = SERVED.iter().map(|(group, version, plural, kind, namespaced, subresources)| {
        let verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];
        Resource {
            group: (*group).into(),
            version: (*version).into(),
            plural: (*plural).into(),
            singular: kind.to_lowercase(),
            kind: (*kind).into(),
            namespaced: *namespaced,
            verbs: verbs.map(str::to_owned).to_vec(),
            subresources: subresources.iter().map(|&name| name.to_owned()).collect(),
            ..Resource::default()
        }
    });
    let usual = Catalog::default();
    let usual = usual.iter().map(|resource| {
        let mut resource = Resource::clone(resource);
        if resource.plural == "pods" {
            resource.subresources.push("resize".to_owned());
        }
        resource
    });
    Catalog::new(usual.chain(more).collect::<Vec<_>>())
}

fn template(image: &str) -> Value {
    json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "main", "image": image}]}})
}

fn meta(namespace: &str, name: &str) -> Value {
    json!({"name": name, "namespace": namespace, "uid": format!("{namespace}/{name}"), "resourceVersion": "1",
        "creationTimestamp": "2026-05-27T00:00:00Z", "labels": {"app": "web"}})
}

fn owned(mut object: Value, kind: &str, name: &str) -> Value {
    object["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": kind, "name": name,
        "uid": format!("shop/{name}"), "controller": true}]);
    object
}

/// A release of Helm in this revision.
fn release(version: i64, status: &str) -> Value {
    let manifest = format!(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  mode: v{version}\n"
    );
    let release = json!({"name": "web", "namespace": "shop", "version": version, "manifest": manifest, "hooks": [],
        "info": {"status": status, "description": "", "last_deployed": "2026-05-27T00:00:00Z"},
        "chart": {"metadata": {"name": "web", "version": "1.0.0"}}, "config": {}});
    let name = format!("sh.helm.release.v1.web.v{version}");
    let mut meta = meta("shop", &name);
    meta["labels"] =
        json!({"owner": "helm", "name": "web", "version": version.to_string(), "status": status});
    json!({"kind": "Secret", "apiVersion": "v1", "metadata": meta, "type": "helm.sh/release.v1",
        "data": {"release": STANDARD.encode(STANDARD.encode(release.to_string()))}})
}

/// What is there, by the plural of its resource.
fn objects() -> Vec<(&'static str, Value)> {
    let selector = json!({"matchLabels": {"app": "web"}});
    let workload = |name: &str, more: Value| {
        let mut spec = json!({"replicas": 3, "selector": selector, "template": template("a:2")});
        spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta("shop", name), "spec": spec})
    };
    let set = |number: u64| {
        let mut set = workload(
            &format!("web-{number}"),
            json!({"template": template(&format!("a:{number}"))}),
        );
        set["kind"] = json!("ReplicaSet");
        set["metadata"]["annotations"] =
            json!({"deployment.kubernetes.io/revision": number.to_string()});
        owned(set, "Deployment", "web")
    };
    let running = json!({"running": {"startedAt": "2026-05-27T00:00:00Z"}});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": meta("shop", "web"),
        "spec": {"nodeName": "n1", "containers": [{"name": "main", "image": "a:2", "ports": [{"containerPort": 80}],
            "resources": {"requests": {"cpu": "5m"}}}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": "main", "ready": true, "state": running}]}});
    let node = |name: &str, off: bool| json!({"apiVersion": "v1", "kind": "Node", "metadata": meta("", name), "spec": {"unschedulable": off}});
    let job = json!({"spec": {"template": template("a:1")}});
    let cron = |name: &str, off: bool| {
        json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta("shop", name),
        "spec": {"schedule": "* * * * *", "suspend": off, "jobTemplate": job}})
    };
    let mut held =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("shop", "held")});
    held["metadata"]["finalizers"] = json!(["example.org/hold"]);
    held["metadata"]["deletionTimestamp"] = json!("2026-05-27T00:00:00Z");
    vec![
        (
            "namespaces",
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": meta("", "shop"), "status": {"phase": "Active"}}),
        ),
        ("deployments", workload("web", json!({}))),
        ("deployments", workload("held", json!({"paused": true}))),
        ("replicasets", set(1)),
        ("replicasets", set(2)),
        ("pods", owned(pod, "ReplicaSet", "web-2")),
        ("nodes", node("n1", false)),
        ("nodes", node("off", true)),
        ("cronjobs", cron("web", false)),
        ("cronjobs", cron("held", true)),
        (
            "jobs",
            json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": meta("shop", "web"), "spec": {"template": template("a:1")}}),
        ),
        (
            "horizontalpodautoscalers",
            json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta("shop", "web"),
            "spec": {"minReplicas": 1, "maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "none"}}}),
        ),
        (
            "persistentvolumeclaims",
            json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta("shop", "web"),
            "spec": {"resources": {"requests": {"storage": "1Gi"}}}, "status": {"capacity": {"storage": "1Gi"}, "phase": "Bound"}}),
        ),
        (
            "storageclasses",
            json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": meta("", "web"), "provisioner": "example.org/none"}),
        ),
        (
            "certificatesigningrequests",
            json!({"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": meta("", "web"),
            "spec": {"signerName": "example.org/a", "username": "anna"}}),
        ),
        (
            "configmaps",
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("shop", "settings"), "data": {"mode": "old"}}),
        ),
        ("configmaps", held),
        ("secrets", release(1, "superseded")),
        ("secrets", release(2, "deployed")),
    ]
}

/// A program on that cluster, whose screen refuses nothing.
pub fn world() -> World {
    let mut world = World::with(Setup {
        context: "lab".to_owned(),
        shells: vec!["sh".to_owned()],
        built_in_editor: false,
        ..Setup::default()
    });
    world.answers = true;
    world.connect("lab");
    world.objects = objects();
    world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(Arc::new(served()))));
    world.effects.clear();
    world
}

/// What the cluster answers to a read of this path; `None` where there is nothing.
pub fn answer(path: &str) -> Option<Value> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let (["api", _, rest @ ..] | ["apis", _, _, rest @ ..]) = parts.as_slice() else {
        return None;
    };
    let (namespace, rest) = match rest {
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
        rest => ("", rest),
    };
    let of = |plural: &str| -> Vec<Value> {
        let all = objects().into_iter();
        let here = all.filter(|(of, object)| {
            *of == plural && (namespace.is_empty() || object["metadata"]["namespace"] == namespace)
        });
        here.map(|(_, object)| object).collect()
    };
    match rest {
        [plural] => {
            Some(json!({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": of(plural)}))
        }
        [plural, name, sub @ ..] => {
            let object =
                of(plural).into_iter().find(|object| object["metadata"]["name"] == *name)?;
            Some(match sub {
                ["scale"] => {
                    json!({"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": object["metadata"], "spec": {"replicas": 3}})
                }
                _ => object,
            })
        }
        [] => None,
    }
}
