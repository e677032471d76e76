//! The page of a rollout on a real control plane, a resize and a removed finalizer beside kubectl's of a twin.

use std::collections::HashMap;
use std::sync::Arc;

use kx::change::{Outcome, Target};
use kx::kinds::{Encoding, modelled};
use kx::sheet::{Answer, Facts, Subject, Want};
use kx::store::{Interner, Row};
use serde_json::{Value, json};

use crate::actions::Twins;
use crate::support::{now, wait_until};

/// What the server has of what a page wants.
fn page(twins: &Twins, subject: &dyn Subject) -> String {
    let (mut known, mut tables) = (HashMap::new(), HashMap::<Want, Vec<Row>>::new());
    for _ in 0..5 {
        let wants = {
            let rows = |want: &Want| tables.get(want).map(|rows| rows.iter().collect());
            subject.wants(&Facts::new(&known, &rows, &twins.catalog, now()))
        };
        for want in wants {
            match &want {
                Want::Object { group, resource, namespace, name } => {
                    let namespace = format!("-n={namespace}");
                    let what = full(resource, group);
                    let out = twins.lab.kubectl([
                        "get",
                        "-o=json",
                        &namespace,
                        "--ignore-not-found",
                        &what,
                        name,
                    ]);
                    let object = serde_json::from_slice::<Value>(&out.stdout).ok().map(Arc::new);
                    known.insert(want, Answer::Object(object));
                }
                Want::Objects { group, resource, namespace, labels, fields } => {
                    let objects = list(twins, &full(resource, group), namespace, labels, fields);
                    known
                        .insert(want, Answer::Objects(objects.into_iter().map(Arc::new).collect()));
                }
                Want::Rows { group, resource, namespace, labels, fields } => {
                    let kind = modelled(group, resource).unwrap();
                    let (mut interner, mut rows) = (Interner::default(), Vec::new());
                    for object in list(twins, &full(resource, group), namespace, labels, fields) {
                        let bytes = serde_json::to_vec(&object).unwrap();
                        kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
                    }
                    tables.insert(want, rows);
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let rows = |want: &Want| tables.get(want).map(|rows| rows.iter().collect());
    subject.sheet(&Facts::new(&known, &rows, &twins.catalog, now())).text()
}

fn full(resource: &str, group: &str) -> String {
    if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") }
}

fn list(twins: &Twins, what: &str, namespace: &str, labels: &str, fields: &str) -> Vec<Value> {
    let mut args = vec!["get".to_owned(), "-o=json".to_owned(), what.to_owned()];
    args.push(format!("-n={namespace}"));
    if !labels.is_empty() {
        args.push(format!("-l={labels}"));
    }
    if !fields.is_empty() {
        args.push(format!("--field-selector={fields}"));
    }
    let mut list: Value = serde_json::from_str(&twins.lab.run(args)).unwrap();
    match list["items"].take() {
        Value::Array(items) => items,
        other => panic!("{other}"),
    }
}

fn target(twins: &Twins, namespace: &str, plural: &str, name: &str) -> Target {
    let target = twins.target(plural, name);
    let namespace = if target.namespace.is_empty() { "" } else { namespace };
    Target { namespace: namespace.to_owned(), ..target }
}

const WORKLOADS: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: x-rolled}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: small, namespace: x-rolled}
spec: {hard: {count/pods: '4'}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: fits, namespace: x-rolled}
spec:
  replicas: 2
  selector: {matchLabels: {app: fits}}
  template: {metadata: {labels: {app: fits}}, spec: {containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: nowhere, namespace: x-rolled}
spec:
  replicas: 1
  selector: {matchLabels: {app: nowhere}}
  template: {metadata: {labels: {app: nowhere}}, spec: {nodeSelector: {none: here}, containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: claims, namespace: x-rolled}
spec:
  replicas: 1
  serviceName: claims
  selector: {matchLabels: {app: claims}}
  template: {metadata: {labels: {app: claims}}, spec: {containers: [{name: a, image: 'b:1'}]}}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: x-none, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
";

#[tokio::test]
async fn the_page_says_what_kubectl_waits_for_and_why() {
    let twins = Twins::new().await;
    twins.lab.create(WORKLOADS).unwrap();
    let shown = |plural: &str, name: &str| {
        let resource = twins.catalog.resolve(plural).unwrap();
        page(&twins, &*kx::rollout::subject(&resource, "x-rolled", name))
    };
    let until = |plural: &str, name: &str, all: &[&str]| {
        let mut text = String::new();
        wait_until(&format!("{plural}/{name} says {all:?}"), || {
            // Sentences go on in the next line.
            text = shown(plural, name).split_whitespace().collect::<Vec<_>>().join(" ");
            all.iter().all(|said| text.contains(said))
        });
        text
    };
    until("deployments", "fits", &["rolled out: all 2 pods are new and available", "New pods 2"]);
    let status = ["-n=x-rolled", "rollout", "status", "--timeout=60s", "deployment/fits"];
    assert!(twins.lab.run(status).contains("successfully rolled out"));
    until(
        "deployments",
        "nowhere",
        &["0 of 1 new pods are available", "Why it is stuck", "cannot be scheduled: 0/"],
    );
    until(
        "statefulsets",
        "claims",
        &[
            "0 of 1 pods are ready",
            "persistentvolumeclaim/data-claims-0 is Pending, and a pod waits for it",
        ],
    );
    // There is room for no further pod.
    twins.lab.run(["-n=x-rolled", "set", "image", "deployment/fits", "a=b:2"]);
    let text = until(
        "deployments",
        "fits",
        &[
            "resourcequota/small pods cannot be made: pods \"fits-",
            "exceeded quota: small",
            "roll back to revision 1 b:1",
        ],
    );
    assert!(text.contains("Why it is stuck"), "{text}");
    // From one of its pods it is the same page.
    let pod = list(&twins, "pods", "x-rolled", "app=fits", "").remove(0);
    let text = shown("pods", pod["metadata"]["name"].as_str().unwrap());
    assert!(text.contains("fits  deployment in x-rolled"), "{text}");
    twins.lab.run(["-n=x-rolled", "rollout", "pause", "deployment/fits"]);
    until("deployments", "fits", &["deployment/fits is paused", "resume the rollout"]);
    twins.lab.run(["delete", "namespace", "x-rolled", "--wait=false"]);
}

const PODS: &str = "
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: x-resized}
spec:
  automountServiceAccountToken: false
  initContainers:
  - {name: side, image: 's:1', restartPolicy: Always, resources: {requests: {cpu: 20m}}}
  containers:
  - {name: a, image: 'b:1', resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m}}, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}
  - {name: b, image: 'b:1'}
";

#[tokio::test]
async fn a_resize_leaves_what_kubectl_leaves() {
    let twins = Twins::new().await;
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-resized}}").unwrap();
    for name in ["kx-pod", "kubectl-pod"] {
        twins.lab.create(&PODS.replace("NAME", name)).unwrap();
    }
    // All of it but what tells the twins apart, and where the scheduler put them.
    let stored = |name: &str| -> Value {
        let text = twins.lab.run(["-n=x-resized", "get", "-o=json", "pod", name]);
        let mut pod: Value = serde_json::from_str(&text.replace(name, "NAME")).unwrap();
        pod["status"] = pod["status"]["qosClass"].take();
        pod["spec"]["nodeName"] = json!("");
        let meta = pod["metadata"].as_object_mut().unwrap();
        // Its labels are those of the node's zone.
        for field in ["uid", "resourceVersion", "creationTimestamp", "managedFields", "labels"] {
            meta.remove(field);
        }
        pod
    };
    for name in ["kx-pod", "kubectl-pod"] {
        wait_until("the pod runs", || {
            twins.lab.run(["-n=x-resized", "get", "pod", name, "-o=jsonpath={.status.phase}"])
                == "Running"
        });
        // A kubelet that can resize says what each container has; by that the server knows it (kubernetes, `ValidatePodResize`).
        let allocated = r#"{"status":{"containerStatuses":[{"name":"a","resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"cpu":"200m"}}},{"name":"b","resources":{}}],"initContainerStatuses":[{"name":"side","resources":{"requests":{"cpu":"20m"}}}]}}"#;
        let pod = format!("pod/{name}");
        twins.lab.run(["-n=x-resized", "patch", &pod, "--subresource=status", "-p", allocated]);
    }
    let ours = target(&twins, "x-resized", "pods", "kx-pod");
    assert_eq!(stored("kx-pod"), stored("kubectl-pod"));
    // cpu request, cpu limit, memory request, memory limit of a, then of b, then of the sidecar.
    let answers = ["150m", "300m", "128Mi", "", "10m", "", "", "", "25m", "50m", "", ""];
    let report = twins.act("resize", ours.clone(), &answers).await;
    let patch = r#"{"spec":{"containers":[{"name":"a","resources":{"requests":{"cpu":"150m","memory":"128Mi"},"limits":{"cpu":"300m"}}},{"name":"b","resources":{"requests":{"cpu":"10m"}}}],"initContainers":[{"name":"side","resources":{"requests":{"cpu":"25m"},"limits":{"cpu":"50m"}}}]}}"#;
    let theirs = twins.lab.kubectl([
        "-n=x-resized",
        "patch",
        "pod/kubectl-pod",
        "--subresource=resize",
        "-p",
        patch,
    ]);
    let words = String::from_utf8_lossy(&theirs.stderr);
    assert!(theirs.status.success(), "{words}");
    assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
    let ours_now = stored("kx-pod");
    assert_eq!(ours_now, stored("kubectl-pod"));
    assert_eq!(ours_now["metadata"]["generation"], 2);
    assert_eq!(ours_now["spec"]["containers"][0]["resources"]["requests"]["cpu"], "150m");
    assert_eq!(ours_now["spec"]["initContainers"][0]["resources"]["limits"]["cpu"], "50m");
    let nothing = twins.changes("resize", ours.clone(), &answers).unwrap_err();
    assert!(nothing.message.contains("type another amount"), "{}", nothing.message);
    // What would change the class of service is refused before, as the server refuses it.
    let guaranteed = PODS.replace("NAME", "full").replace(
        "{name: b, image: 'b:1'}",
        "{name: b, image: 'b:1', resources: {limits: {cpu: 1, memory: 1Gi}}}",
    );
    let guaranteed = guaranteed.replace(
        "requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m}",
        "limits: {cpu: 1, memory: 1Gi}",
    );
    let guaranteed = guaranteed
        .replace("resources: {requests: {cpu: 20m}}", "resources: {limits: {cpu: 1, memory: 1Gi}}");
    twins.lab.create(&guaranteed).unwrap();
    let full = target(&twins, "x-resized", "pods", "full");
    let as_it_is = ["1", "1", "1Gi", "1Gi"];
    let answers = [["500m", "1", "1Gi", "1Gi"], as_it_is, as_it_is].concat();
    let why = twins.changes("resize", full, &answers);
    assert!(why.unwrap_err().message.contains("is Guaranteed and would become Burstable"));
    let patch = r#"{"spec":{"containers":[{"name":"a","resources":{"requests":{"cpu":"500m"}}}]}}"#;
    let refused = twins.lab.kubectl([
        "-n=x-resized",
        "patch",
        "pod/full",
        "--subresource=resize",
        "-p",
        patch,
    ]);
    assert!(!refused.status.success());
    twins.lab.run(["delete", "namespace", "x-resized", "--wait=false"]);
}

const HELD: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: NAME, namespace: x-freed, finalizers: [x.example/one, x.example/two]}
";

#[tokio::test]
async fn a_finalizer_taken_away_leaves_what_kubectl_leaves() {
    let twins = Twins::new().await;
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-freed}}").unwrap();
    let names = ["kx-map", "kubectl-map"];
    for name in names {
        twins.lab.create(&HELD.replace("NAME", name)).unwrap();
        twins.lab.run(["-n=x-freed", "delete", "configmap", name, "--wait=false"]);
    }
    let left = |name: &str| -> Option<Value> {
        let args = ["-n=x-freed", "get", "-o=json", "--ignore-not-found", "configmap", name];
        let text = twins.lab.run(args);
        let object: Value = serde_json::from_str(&text).ok()?;
        let meta = &object["metadata"];
        Some(json!([meta["finalizers"], meta["deletionTimestamp"].is_string()]))
    };
    assert_eq!(left("kx-map"), Some(json!([["x.example/one", "x.example/two"], true])));
    let ours = target(&twins, "x-freed", "configmaps", "kx-map");
    for (finalizer, at) in [("x.example/two", 1), ("x.example/one", 0)] {
        let report = twins.act("remove-finalizer", ours.clone(), &[finalizer]).await;
        assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
        let patch = format!(r#"[{{"op":"remove","path":"/metadata/finalizers/{at}"}}]"#);
        let map = "configmap/kubectl-map";
        twins.lab.run(["-n=x-freed", "patch", map, "--type=json", "-p", &patch]);
        assert_eq!(left("kx-map"), left("kubectl-map"), "without {finalizer}");
    }
    // Without the last one both are gone.
    assert_eq!(left("kx-map"), None);
    twins.lab.run(["delete", "namespace", "x-freed", "--wait=false"]);
}
