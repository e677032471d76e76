//! What the page says of rollouts in every state.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::kinds::{Catalog, Encoding, modelled};
use crate::store::{Interner, Row};

/// When all this is, 2026-05-28T20:26:40Z.
const NOW: i64 = 1_780_000_000;

/// The objects of a little cluster, by their plurals.
type Cluster = Vec<(&'static str, Value)>;

/// The page of an object of a cluster, and what it turned out to be about.
fn page(plural: &str, name: &str, cluster: &Cluster) -> (String, Option<String>) {
    let catalog = Catalog::default();
    let subject = subject(&catalog.resolve(plural).unwrap(), "shop", name);
    let mut known: HashMap<Want, Answer> = HashMap::new();
    let mut tables: HashMap<Want, Vec<Row>> = HashMap::new();
    for _ in 0..6 {
        let wants = {
            let rows = |want: &Want| tables.get(want).map(|rows| rows.iter().collect());
            subject.wants(&Facts::new(&known, &rows, &catalog, NOW))
        };
        for want in wants {
            match &want {
                Want::Object { resource, name, .. } => {
                    let found = cluster.iter().find(|(plural, object)| {
                        plural == resource && object["metadata"]["name"] == **name
                    });
                    let found = found.map(|(_, object)| Arc::new(object.clone()));
                    known.insert(want, Answer::Object(found));
                }
                Want::Objects { resource, fields, .. } => {
                    let uid = fields.strip_prefix("involvedObject.uid=");
                    let found = cluster.iter().filter(|(plural, object)| {
                        plural == resource
                            && uid.is_none_or(|uid| object["involvedObject"]["uid"] == uid)
                    });
                    let found = found.map(|(_, object)| Arc::new(object.clone())).collect();
                    known.insert(want, Answer::Objects(found));
                }
                Want::Rows { group, resource, .. } => {
                    let kind = modelled(group, resource).unwrap();
                    let (mut interner, mut rows) = (Interner::default(), Vec::new());
                    for (_, object) in cluster.iter().filter(|(plural, _)| plural == resource) {
                        let bytes = serde_json::to_vec(object).unwrap();
                        kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
                    }
                    tables.insert(want, rows);
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let rows = |want: &Want| tables.get(want).map(|rows| rows.iter().collect());
    let text = subject.sheet(&Facts::new(&known, &rows, &catalog, NOW)).text();
    let about = subject.about().map(|want| match want {
        Want::Object { resource, name, .. } => format!("{resource}/{name}"),
        other => panic!("{other:?}"),
    });
    (text, about)
}

fn template(image: &str) -> Value {
    json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "main", "image": image}]}})
}

/// A Deployment of three pods that goes from one image to another; `status` and `spec` are added to.
fn deployment(status: &Value, spec: &Value) -> Value {
    let mut object = json!({
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "uid": "d", "generation": 2},
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": template("web:2"),
            "progressDeadlineSeconds": 600,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}}},
        "status": {"observedGeneration": 2},
    });
    for (at, more) in [("status", status), ("spec", spec)] {
        for (key, value) in more.as_object().unwrap() {
            object[at][key] = value.clone();
        }
    }
    object
}

fn set(name: &str, image: &str, number: u32) -> Value {
    let mut template = template(image);
    template["metadata"]["labels"]["pod-template-hash"] = json!(name);
    json!({
        "kind": "ReplicaSet",
        "metadata": {"name": format!("web-{name}"), "namespace": "shop", "uid": format!("s-{name}"), "labels": {"app": "web", "pod-template-hash": name},
            "creationTimestamp": "2026-05-28T20:20:00Z", "annotations": {"deployment.kubernetes.io/revision": number.to_string()},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "d", "controller": true}]},
        "spec": {"replicas": 3, "template": template}, "status": {},
    })
}

/// A pod of a ReplicaSet with one container in a state.
fn pod(name: &str, set: &str, container: &Value) -> Value {
    let mut status = json!({"name": "main", "image": "web:2", "ready": false, "restartCount": 0});
    for (key, value) in container.as_object().unwrap() {
        status[key] = value.clone();
    }
    json!({
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "uid": name, "labels": {"app": "web", "pod-template-hash": set},
            "creationTimestamp": "2026-05-28T20:24:00Z",
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": format!("web-{set}"), "uid": format!("s-{set}"), "controller": true}]},
        "spec": {"nodeName": "n1", "containers": [{"name": "main", "image": "web:2", "readinessProbe": {}}]},
        "status": {"phase": "Pending", "containerStatuses": [status], "conditions": [{"type": "PodScheduled", "status": "True"}]},
    })
}

fn running(name: &str, set: &str) -> Value {
    let mut pod = pod(name, set, &json!({"ready": true, "state": {"running": {}}}));
    pod["status"]["phase"] = json!("Running");
    pod
}

fn event(uid: &str, reason: &str, message: &str) -> (&'static str, Value) {
    let at = "2026-05-28T20:26:00Z";
    (
        "events",
        json!({"involvedObject": {"uid": uid, "fieldPath": "spec.containers{main}"}, "reason": reason, "message": message, "type": "Warning", "lastTimestamp": at}),
    )
}

/// A rollout of which one new pod is so, and was told these things.
fn stuck(new: Value, told: &[(&'static str, Value)]) -> String {
    let status =
        json!({"replicas": 4, "updatedReplicas": 1, "readyReplicas": 3, "availableReplicas": 3});
    let mut cluster: Cluster = vec![
        ("deployments", deployment(&status, &json!({}))),
        ("replicasets", set("a", "web:1", 1)),
        ("replicasets", set("b", "web:2", 2)),
        ("pods", running("web-a-1", "a")),
        ("pods", running("web-a-2", "a")),
        ("pods", running("web-a-3", "a")),
        ("pods", new),
    ];
    cluster.extend(told.iter().cloned());
    page("deployments", "web", &cluster).0
}

fn has(text: &str, all: &[&str]) {
    // Sentences go on in the next line.
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in all {
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(&words), "{said}:\n{text}");
    }
}

#[test]
fn an_image_that_cannot_be_pulled_is_told_with_why() {
    let waiting = json!({"state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image \"web:2\""}}});
    let pull = event("web-b-1", "Failed", "Failed to pull image \"web:2\": not found");
    let text = stuck(pod("web-b-1", "b", &waiting), &[pull]);
    has(
        &text,
        &[
            "web  deployment in shop",
            "1 of 3 pods are new",
            "old                3 pods of older templates still there",
            "maxSurge 25%, maxUnavailable 1",
            "Why it is stuck",
            "pod/web-b-1  container main cannot pull its image web:2: Failed to pull image \"web:2\": not found",
            "web-b",
            "New pods  1",
            "Old pods  3",
            "roll back to revision 1  web:1",
            "pause the rollout",
        ],
    );
}

#[test]
fn each_thing_that_can_hold_a_pod_up_has_its_words() {
    let crash = json!({"restartCount": 4, "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}});
    has(
        &stuck(pod("web-b-1", "b", &crash), &[]),
        &["keeps ending, restarted 4 times; last: it was killed for using more memory"],
    );

    let config = json!({"state": {"waiting": {"reason": "CreateContainerConfigError", "message": "secret \"login\" not found"}}});
    has(
        &stuck(pod("web-b-1", "b", &config), &[]),
        &["container main cannot start: secret \"login\" not found"],
    );

    let mut probed = running("web-b-1", "b");
    probed["status"]["containerStatuses"][0]["ready"] = json!(false);
    let failing = event("web-b-1", "Unhealthy", "Readiness probe failed: connection refused");
    has(
        &stuck(probed.clone(), &[failing]),
        &["container main runs, but is not ready: Readiness probe failed: connection refused"],
    );
    has(&stuck(probed, &[]), &["its readiness probe has not succeeded yet"]);

    let creating = json!({"state": {"waiting": {"reason": "ContainerCreating"}}});
    let mount = event(
        "web-b-1",
        "FailedMount",
        "MountVolume.SetUp failed for volume \"c\": configmap \"c\" not found",
    );
    has(
        &stuck(pod("web-b-1", "b", &creating), &[mount]),
        &["cannot be made: MountVolume.SetUp failed"],
    );
    let text = stuck(pod("web-b-1", "b", &creating), &[]);
    has(&text, &["What it waits for", "container main is being made"]);

    let mut unscheduled = pod("web-b-1", "b", &creating);
    unscheduled["spec"]["volumes"] = json!([{"persistentVolumeClaim": {"claimName": "data"}}]);
    unscheduled["status"]["conditions"] = json!([{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."}]);
    unscheduled["status"]["containerStatuses"] = json!([]);
    let claim = (
        "persistentvolumeclaims",
        json!({"metadata": {"name": "data", "uid": "c"}, "spec": {"storageClassName": "fast"}, "status": {"phase": "Pending"}}),
    );
    let provision = event("c", "ProvisioningFailed", "storageclass \"fast\" not found");
    has(
        &stuck(unscheduled.clone(), &[claim, provision]),
        &[
            "pod/web-b-1  cannot be scheduled: 0/3 nodes are available",
            "persistentvolumeclaim/data  is Pending, and a pod waits for it: storageclass \"fast\" not found",
        ],
    );
    has(
        &stuck(unscheduled, &[]),
        &["persistentvolumeclaim/data  is not there, and a pod mounts it"],
    );

    let mut init = pod("web-b-1", "b", &creating);
    init["spec"]["initContainers"] = json!([{"name": "prepare"}]);
    init["status"]["initContainerStatuses"] = json!([{"name": "prepare", "restartCount": 1, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"exitCode": 3, "reason": "Error", "message": "first\nno database"}}}]);
    has(
        &stuck(init, &[]),
        &["init container prepare keeps ending, restarted once; last: exit code 3: no database"],
    );
}

#[test]
fn a_quota_a_deadline_and_a_pause_are_told_of_the_workload() {
    let late = json!([{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "lastUpdateTime": "2026-05-28T20:10:00Z"}]);
    let status = json!({"replicas": 3, "updatedReplicas": 0, "readyReplicas": 3, "availableReplicas": 3, "conditions": late});
    let mut new = set("b", "web:2", 2);
    new["status"]["conditions"] = json!([{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate",
        "message": "pods \"web-b-x\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3"}]);
    let cluster: Cluster = vec![
        ("deployments", deployment(&status, &json!({"paused": true}))),
        ("replicasets", new),
        ("replicasets", set("a", "web:1", 1)),
        (
            "poddisruptionbudgets",
            json!({"metadata": {"name": "strict", "namespace": "shop", "uid": "p"}, "spec": {"selector": {"matchLabels": {"app": "web"}}}, "status": {"disruptionsAllowed": 0}}),
        ),
        ("pods", running("web-a-1", "a")),
    ];
    let (text, about) = page("deployments", "web", &cluster);
    has(
        &text,
        &[
            "it exceeded its progress deadline",
            "made no progress for its deadline of 600 s",
            "resourcequota/small  pods cannot be made: pods \"web-b-x\" is forbidden",
            "deployment/web  is paused",
            "last progress",
            "poddisruptionbudget/strict  allows no disruption now",
            "resume the rollout",
        ],
    );
    assert_eq!(about.as_deref(), Some("deployments/web"));
}

#[test]
fn a_pod_leads_to_the_rollout_of_its_deployment_and_one_without_owner_nowhere() {
    let status =
        json!({"replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1});
    let mut alone = running("alone", "x");
    alone["metadata"]["ownerReferences"] = json!([]);
    let cluster: Cluster = vec![
        ("deployments", deployment(&status, &json!({"replicas": 1}))),
        ("replicasets", set("b", "web:2", 2)),
        ("pods", running("web-b-1", "b")),
        ("pods", alone),
    ];
    let (text, about) = page("pods", "web-b-1", &cluster);
    has(&text, &["web  deployment in shop", "rolled out: the pod is new and available"]);
    assert_eq!(about.as_deref(), Some("deployments/web"));
    let (text, about) = page("pods", "alone", &cluster);
    has(&text, &["pod/alone belongs to no Deployment, StatefulSet or DaemonSet"]);
    assert_eq!(about, None);
}

#[test]
fn a_stateful_set_says_which_pod_it_waits_for() {
    let owner = json!([{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "t", "controller": true}]);
    let kept = |name: &str, number: u32| {
        json!({"metadata": {"name": name, "namespace": "shop", "uid": name, "ownerReferences": owner}, "revision": number,
            "data": {"spec": {"template": {"spec": {"containers": [{"image": format!("db:{number}")}]}}}}})
    };
    let mut broken = pod(
        "db-1",
        "x",
        &json!({"state": {"waiting": {"reason": "ErrImagePull", "message": "not found"}}}),
    );
    broken["metadata"]["ownerReferences"] = owner.clone();
    broken["metadata"]["labels"] = json!({"app": "db", "controller-revision-hash": "db-new"});
    let mut well = running("db-0", "x");
    well["metadata"]["ownerReferences"] = owner.clone();
    well["metadata"]["labels"] = json!({"app": "db", "controller-revision-hash": "db-old"});
    let cluster: Cluster = vec![
        (
            "statefulsets",
            json!({"metadata": {"name": "db", "namespace": "shop", "uid": "t"},
            "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "db"}}, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}},
            "status": {"replicas": 2, "readyReplicas": 1, "updatedReplicas": 1, "updateRevision": "db-new", "currentRevision": "db-old"}}),
        ),
        ("controllerrevisions", kept("db-old", 1)),
        ("controllerrevisions", kept("db-new", 2)),
        ("pods", broken),
        ("pods", well),
    ];
    let (text, _) = page("statefulsets", "db", &cluster);
    has(
        &text,
        &[
            "pod/db-1  container main cannot pull its image web:2: not found",
            "statefulset/db  waits for pod/db-1 before it goes on to the next one",
            "roll back to revision 1  db:1",
            "New pods  1",
            "Old pods  1",
        ],
    );
}

#[test]
fn absurd_objects_are_no_trouble() {
    for absurd in [
        json!(null),
        json!([]),
        json!({"metadata": {"name": "web", "uid": "d"}, "spec": 3, "status": [1]}),
        deployment(
            &json!({"replicas": -5, "updatedReplicas": i64::MAX, "readyReplicas": "x"}),
            &json!({"replicas": -1, "selector": {"matchExpressions": 3}}),
        ),
    ] {
        let cluster: Cluster = vec![
            ("deployments", absurd.clone()),
            ("statefulsets", absurd.clone()),
            ("daemonsets", absurd),
            ("replicasets", json!({})),
        ];
        for plural in ["deployments", "statefulsets", "daemonsets"] {
            page(plural, "web", &cluster);
        }
    }
}
