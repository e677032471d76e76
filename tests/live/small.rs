//! Small actions: each leaves what kubectl leaves of a twin, and refuses what kubectl or the server refuses.

use kx::change::{Outcome, Target};
use serde_json::{Value, json};

use crate::actions::Twins;
use crate::support::wait_until;

/// A request for a certificate, as PEM in base64.
pub const REQUEST: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWE1IOENBUUF3SFRFTE1Ba0dBMVVFQ2d3Q2EzZ3hEakFNQmdOVkJBTU1CV0ZzYVdObE1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUUraXJORXRsQjJRYmhXVzlvd1lDYjdYc3o3dFJvcnVvaGljVDVhbVRBClFNVm1wMC9YMU01Q2VDWHo0cnhwS2U4K3JLaHZtYnBsV2pjSjlVR256SXVFN0tBQU1Bb0dDQ3FHU000OUJBTUMKQTBnQU1FVUNJUUNIQkhtNWNEaXRDR2d1TGpvMkt1WlU1MHRvRDVRRFd3bVh5RnpaKy9ZNzR3SWdWS0lBZDJUUwpDUS9ydCtLSkNUVTJCS2h5Ym54aXY2S3hpa2xKQzNIa0JXVT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==";

/// Two of each, of which kx changes the first and kubectl the second.
const TWINS: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: NAME, namespace: small, labels: {team: shop, old: here}, annotations: {note: some words}}
data: {mode: dark, gone: soon}
binaryData: {logo: AAEC}
---
apiVersion: v1
kind: Secret
metadata: {name: NAME, namespace: small}
stringData: {password: old, user: anna}
---
apiVersion: v1
kind: Node
metadata: {name: NAME}
spec: {taints: [{key: first, value: a, effect: NoSchedule}, {key: second, effect: PreferNoSchedule}]}
status: {capacity: &room {cpu: '16', memory: 64Gi, pods: '110'}, allocatable: *room}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: NAME, namespace: small}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: none}, minReplicas: 2, maxReplicas: 5}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: small-grows
  claimRef: {namespace: small, name: NAME}
  hostPath: {path: /data}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: NAME, namespace: small}
spec: {storageClassName: small-grows, volumeName: NAME, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: NAME-yes}
spec: {request: REQUEST, signerName: example.com/nobody, usages: [client auth]}
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: NAME-no}
spec: {request: REQUEST, signerName: example.com/nobody, usages: [client auth]}
---
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: small, finalizers: [example.com/stays]}
spec: {automountServiceAccountToken: false, nodeSelector: {none: here}, containers: [{name: a, image: 'b:1'}]}
";

const CLASSES: &str = "
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: small-grows}
provisioner: example.com/none
allowVolumeExpansion: true
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: small-stays, annotations: {storageclass.beta.kubernetes.io/is-default-class: 'true'}}
provisioner: example.com/none
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: stays, namespace: small}
spec: {storageClassName: small-stays, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
";

fn target(twins: &Twins, plural: &str, name: &str) -> Target {
    let target = twins.target(plural, name);
    let namespace = if target.namespace.is_empty() { "" } else { "small" };
    Target { namespace: namespace.to_owned(), ..target }
}

fn object(twins: &Twins, what: &str) -> Value {
    serde_json::from_str(&twins.lab.run(["get", "-n=small", "-o=json", what])).unwrap()
}

/// An object without what the server wrote into it, and without what tells the twins apart.
fn decided(twins: &Twins, what: &str, name: &str) -> Value {
    let text = object(twins, what).to_string().replace(name, "NAME");
    let mut object: Value = serde_json::from_str(&text).unwrap();
    let meta = object["metadata"].as_object_mut().unwrap();
    meta.retain(|key, _| ["name", "namespace", "labels", "annotations"].contains(&key.as_str()));
    if let Some(annotations) = meta.get_mut("annotations").and_then(Value::as_object_mut) {
        // Controllers come to these when they come to it.
        annotations.retain(|key, _| {
            !key.contains("kubernetes.io/bound")
                && !key.contains(".alpha.")
                && !key.starts_with("deployment.")
        });
        if annotations.is_empty() {
            meta.remove("annotations");
        }
    }
    if let Some(taints) = object["spec"]["taints"].as_array_mut() {
        taints.retain(|taint| !taint["key"].as_str().unwrap().contains('/'));
        taints
            .iter_mut()
            .for_each(|taint| drop(taint.as_object_mut().unwrap().remove("timeAdded")));
    }
    let mut conditions = object["status"]["conditions"].take();
    let list = conditions.as_array_mut().into_iter().flatten();
    let told = ["Approved", "Denied", "DisruptionTarget"];
    let conditions: Vec<Value> = list
        .filter(|condition| told.contains(&condition["type"].as_str().unwrap()))
        .map(|c| json!([c["type"], c["status"], c["reason"], c["message"]]))
        .collect();
    object["status"] = json!(conditions);
    object
}

#[expect(clippy::too_many_lines, reason = "a list of cases, each beside what kubectl is told")]
#[tokio::test]
async fn small_actions_leave_what_kubectl_leaves() {
    // Of its classes one is the default.
    let _only = crate::labs::default_class().lock().await;
    let twins = Twins::new().await;
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: small}}").unwrap();
    twins.lab.create(CLASSES).unwrap();
    for name in ["kx-small", "kubectl-small"] {
        twins.lab.create(&TWINS.replace("NAME", name).replace("REQUEST", REQUEST)).unwrap();
        let claim = format!("pvc/{name}");
        wait_until("the claim is bound", || object(&twins, &claim)["status"]["phase"] == "Bound");
    }
    let eviction = twins.lab.folder().join("eviction.json");
    let body = json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "kubectl-small", "namespace": "small"}});
    std::fs::write(&eviction, body.to_string()).unwrap();
    let eviction = format!("-f={}", eviction.display());
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        (
            "label",
            "configmaps",
            &["new=x old- gone-", "false"],
            &["label", "cm/kubectl-small", "new=x", "old-", "gone-"],
        ),
        (
            "label",
            "configmaps",
            &["team=other empty=", "true"],
            &["label", "cm/kubectl-small", "team=other", "empty=", "--overwrite"],
        ),
        (
            "annotate",
            "configmaps",
            &["note='other words' by=me", "true"],
            &["annotate", "cm/kubectl-small", "note=other words", "by=me", "--overwrite"],
        ),
        ("label", "nodes", &["zone=a", "false"], &["label", "node/kubectl-small", "zone=a"]),
        (
            "taint",
            "nodes",
            &["third=c:NoExecute", "false"],
            &["taint", "node", "kubectl-small", "third=c:NoExecute"],
        ),
        (
            "taint",
            "nodes",
            &["first=b:NoSchedule second-", "true"],
            &["taint", "node", "kubectl-small", "first=b:NoSchedule", "second-", "--overwrite"],
        ),
        (
            "taint",
            "nodes",
            &["first:NoSchedule- third:NoExecute-", "false"],
            &["taint", "node", "kubectl-small", "first:NoSchedule-", "third:NoExecute-"],
        ),
        (
            "set-bounds",
            "horizontalpodautoscalers",
            &["3", "8"],
            &[
                "patch",
                "hpa/kubectl-small",
                "--type=merge",
                "-p",
                r#"{"spec":{"minReplicas":3,"maxReplicas":8}}"#,
            ],
        ),
        (
            "expand",
            "persistentvolumeclaims",
            &["2Gi"],
            &[
                "patch",
                "pvc/kubectl-small",
                "-p",
                r#"{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}"#,
            ],
        ),
        (
            "edit-key",
            "configmaps",
            &["mode", "", "light", "false"],
            &["patch", "cm/kubectl-small", "-p", r#"{"data":{"mode":"light"}}"#],
        ),
        (
            "edit-key",
            "configmaps",
            &["gone", "", "", "true"],
            &["patch", "cm/kubectl-small", "-p", r#"{"data":{"gone":null}}"#],
        ),
        (
            "edit-key",
            "secrets",
            &["password", "", "hunter2 ü", "false"],
            &["patch", "secret/kubectl-small", "-p", r#"{"stringData":{"password":"hunter2 ü"}}"#],
        ),
        (
            "edit-key",
            "secrets",
            &["(a new key)", "host", "db", "false"],
            &["patch", "secret/kubectl-small", "-p", r#"{"stringData":{"host":"db"}}"#],
        ),
        (
            "evict",
            "pods",
            &[""],
            &["create", "--raw=/api/v1/namespaces/small/pods/kubectl-small/eviction", &eviction],
        ),
    ];
    for (action, plural, answers, kubectl) in cases {
        let (ours, theirs) = ("kx-small", "kubectl-small");
        let report = twins.act(action, target(&twins, plural, ours), answers).await;
        assert_eq!(report.outcome, Outcome::Done, "{action} {plural}: {}", report.words());
        twins.lab.run(["-n=small"].iter().chain(*kubectl));
        let decided = |name: &str| decided(&twins, &format!("{plural}/{name}"), name);
        assert_eq!(decided(ours), decided(theirs), "{action} {plural}");
        let report = twins.act(action, target(&twins, plural, ours), answers).await;
        assert_eq!(report.outcome, Outcome::Already, "{action} {plural}");
    }
    for (action, kubectl, end) in [("approve", "approve", "-yes"), ("deny", "deny", "-no")] {
        let (ours, theirs) = (format!("kx-small{end}"), format!("kubectl-small{end}"));
        let csr = target(&twins, "certificatesigningrequests", &ours);
        let report = twins.act(action, csr.clone(), &[]).await;
        assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
        twins.lab.run(["certificate", kubectl, &theirs]);
        let decided = |name: &str| decided(&twins, &format!("csr/{name}"), name);
        assert_eq!(decided(&ours), decided(&theirs), "{action}");
        // Both say when.
        for name in [&ours, &theirs] {
            let condition =
                object(&twins, &format!("csr/{name}"))["status"]["conditions"][0].take();
            let at = condition["lastUpdateTime"].as_str().unwrap().parse::<jiff::Timestamp>();
            assert!(at.unwrap().as_second() > 0, "{condition}");
        }
        assert_eq!(twins.act(action, csr.clone(), &[]).await.outcome, Outcome::Already);
        let other = if action == "approve" { "deny" } else { "approve" };
        assert!(matches!(twins.act(other, csr, &[]).await.outcome, Outcome::Failed(_)));
    }

    // What is there is not lost unasked.
    let config = target(&twins, "configmaps", "kx-small");
    let refused = |action: &str, target: Target, answers: &[&str]| {
        twins.changes(action, target, answers).unwrap_err().message
    };
    let why = refused("label", config, &["team=third", "false"]);
    assert!(why.contains("has team=other already"), "{why}");
    let claim = target(&twins, "persistentvolumeclaims", "kx-small");
    let why = refused("expand", claim, &["500Mi"]);
    assert!(why.contains("only grows"), "{why}");
    let stays =
        twins.changes("expand", target(&twins, "persistentvolumeclaims", "stays"), &["2Gi"]);
    assert!(
        stays
            .unwrap_err()
            .message
            .contains("small-stays of persistentvolumeclaim/stays does not allow")
    );

    // The default goes from one class to another.
    let class = target(&twins, "storageclasses", "small-grows");
    let apart = |name: &str| {
        let mut class = object(&twins, &format!("storageclass/{name}"));
        let meta = class["metadata"].as_object_mut().unwrap();
        for field in ["annotations", "resourceVersion", "managedFields"] {
            meta.remove(field);
        }
        class
    };
    let before = ["small-grows", "small-stays"].map(apart);
    for outcome in [Outcome::Done, Outcome::Already] {
        for change in twins.changes("make-default", class.clone(), &[]).unwrap() {
            assert_eq!(twins.carry_out(change).await.outcome, outcome);
        }
    }
    assert_eq!(["small-grows", "small-stays"].map(apart), before, "nothing else of them changes");
    let annotations = |name: &str| {
        object(&twins, &format!("storageclass/{name}"))["metadata"]["annotations"].clone()
    };
    assert_eq!(
        annotations("small-grows"),
        json!({"storageclass.kubernetes.io/is-default-class": "true"})
    );
    assert_eq!(
        annotations("small-stays"),
        json!({"storageclass.beta.kubernetes.io/is-default-class": "false"})
    );
    twins.lab.run(["delete", "storageclass/small-grows"]);
}

/// Of each a copy is made; it is as if it had been written anew under the other name.
const COPIED: &str = "
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: small-copies, labels: {a: b}}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: small-copies, annotations: {note: x}}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: NAME, namespace: small-copies}
data: {a: b}
---
apiVersion: batch/v1
kind: Job
metadata: {name: NAME, namespace: small-copies, labels: {a: b}}
spec:
  suspend: true
  template: {metadata: {labels: {c: d}}, spec: {restartPolicy: Never, containers: [{name: a, image: 'b:1'}]}}
";

#[tokio::test]
async fn a_copy_is_as_if_it_had_been_written_anew() {
    let twins = Twins::new().await;
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: small-copies}}").unwrap();
    twins.lab.create(&COPIED.replace("NAME", "kx-web")).unwrap();
    twins.lab.create(&COPIED.replace("NAME", "written-web-rerun-1")).unwrap();
    let cases = [
        ("duplicate", "services"),
        ("duplicate", "deployments"),
        ("duplicate", "configmaps"),
        ("rerun", "jobs"),
    ];
    for (action, plural) in cases {
        let source =
            Target { namespace: "small-copies".to_owned(), ..twins.target(plural, "kx-web") };
        let report = twins.act(action, source.clone(), &["kx-web-rerun-1"]).await;
        assert_eq!(report.outcome, Outcome::Done, "{plural}: {}", report.words());
        let decided = |name: &str| {
            let what = format!("{plural}/{name}");
            let text = twins.lab.run(["get", "-n=small-copies", "-o=json", &what]);
            let mut object: Value = serde_json::from_str(&text.replace(name, "NAME")).unwrap();
            object.as_object_mut().unwrap().remove("status");
            let meta = object["metadata"].as_object_mut().unwrap();
            meta.retain(|key, _| {
                ["name", "labels", "annotations", "ownerReferences"].contains(&key.as_str())
            });
            if let Some(annotations) = meta.get_mut("annotations").and_then(Value::as_object_mut) {
                annotations.remove("deployment.kubernetes.io/revision");
            }
            // The server chooses these for each.
            let spec = &mut object["spec"];
            for path in [
                "/clusterIP",
                "/clusterIPs",
                "/ports/0/nodePort",
                "/selector/matchLabels/batch.kubernetes.io~1controller-uid",
                "/template/metadata/labels/batch.kubernetes.io~1controller-uid",
                "/template/metadata/labels/controller-uid",
            ] {
                if let Some(field) = spec.pointer_mut(path) {
                    *field = json!("chosen");
                }
            }
            object
        };
        assert_eq!(decided("kx-web-rerun-1"), decided("written-web-rerun-1"), "{plural}");
        // Nothing takes the place of what has the name already.
        let again = twins.act(action, source, &["kx-web-rerun-1"]).await;
        match again.outcome {
            Outcome::Failed(why) => assert!(why.contains("already exists"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_budget_that_forbids_an_eviction_is_named() {
    let twins = Twins::new().await;
    twins
        .lab
        .create(
            "
apiVersion: v1
kind: Namespace
metadata: {name: small-budget}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: strict, namespace: small-budget}
spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}
---
apiVersion: v1
kind: Pod
metadata: {name: guarded, namespace: small-budget, labels: {app: guarded}}
spec: {containers: [{name: a, image: 'b:1'}]}
",
        )
        .unwrap();
    let healthy = || {
        let text = twins.lab.run(["get", "-n=small-budget", "-o=json", "pdb/strict"]);
        serde_json::from_str::<Value>(&text).unwrap()["status"]["currentHealthy"] == 1
    };
    wait_until("the budget counts the pod", healthy);
    let pod = Target { namespace: "small-budget".to_owned(), ..twins.target("pods", "guarded") };
    match twins.act("evict", pod, &[""]).await.outcome {
        Outcome::Failed(why) => {
            assert!(
                why.contains("disruption budget strict needs 1 healthy pods and has 1"),
                "{why}"
            );
        }
        other => panic!("{other:?}"),
    }
}
