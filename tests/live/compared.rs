//! Actions on objects of every shape, each compared as a whole with what kubectl, or writing it anew, makes of a twin.

use kx::change::{Outcome, Target};
use serde_json::{Value, json};

use crate::actions::Twins;
use crate::support::wait_until;

/// An object as it is stored, without its status and what the server chooses for each; of both twins under one name.
pub fn whole(twins: &Twins, namespace: &str, what: &str) -> Value {
    let name = what.split_once('/').unwrap().1;
    let text = twins.lab.run(["get", "-n", namespace, "-o=json", what]).replace(name, "NAME");
    let mut object: Value = serde_json::from_str(&text).unwrap();
    object.as_object_mut().unwrap().remove("status");
    let meta = object["metadata"].as_object_mut().unwrap();
    for field in ["uid", "resourceVersion", "creationTimestamp", "managedFields"] {
        meta.remove(field);
    }
    for path in [
        "/metadata/annotations/deployment.kubernetes.io~1revision",
        "/metadata/labels/batch.kubernetes.io~1controller-uid",
        "/metadata/labels/controller-uid",
        "/spec/selector/matchLabels/batch.kubernetes.io~1controller-uid",
        "/spec/template/metadata/labels/batch.kubernetes.io~1controller-uid",
        "/spec/template/metadata/labels/controller-uid",
        "/metadata/ownerReferences/0/uid",
    ] {
        if let Some(field) = object.pointer_mut(path) {
            assert!(field.is_string(), "{path} {field}");
            *field = json!("chosen");
        }
    }
    object
}

fn target(twins: &Twins, namespace: &str, what: &str) -> Target {
    let (plural, name) = what.split_once('/').unwrap();
    Target { namespace: namespace.to_owned(), ..twins.target(plural, name) }
}

const SHAPES: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: x-shapes}
spec:
  replicas: 0
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      initContainers: [{name: once, image: 'i:1'}, {name: side, image: 's:1', restartPolicy: Always}]
      containers: [{name: a, image: 'b:1', env: [{name: E, value: v}]}, {name: c, image: 'd:1'}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: NAME, namespace: x-shapes, annotations: {own: 'yes'}}
spec:
  schedule: '0 0 1 1 *'
  jobTemplate:
    metadata: {labels: {of: x}, annotations: {c: d}}
    spec:
      backoffLimit: 2
      template:
        metadata: {labels: {in: template}, annotations: {e: f}}
        spec: {restartPolicy: Never, nodeSelector: {none: here}, containers: [{name: a, image: 'b:1'}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: NAME, namespace: x-shapes}
spec:
  suspend: true
  template: {metadata: {labels: {in: template}}, spec: {restartPolicy: Never, nodeSelector: {none: here}, containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: x-shapes, labels: {a: b}}
spec: {automountServiceAccountToken: false, nodeSelector: {none: here}, initContainers: [{name: once, image: 'i:1'}], containers: [{name: a, image: 'b:1'}]}
";

#[tokio::test]
async fn what_runs_of_every_shape_is_changed_as_kubectl_changes_it() {
    let twins = Twins::new().await;
    let namespace = "x-shapes";
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-shapes}}").unwrap();
    for name in ["kx-shape", "kubectl-shape"] {
        twins.lab.create(&SHAPES.replace("NAME", name)).unwrap();
    }
    // What is answered stands in the order of the containers, those that come before the others last.
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        ("set-image", "deployments", &["b:2", "d:1"], &["set", "image", "a=b:2"]),
        (
            "set-image",
            "deployments",
            &["b:3", "d:3", "i:3", "s:3"],
            &["set", "image", "a=b:3", "c=d:3", "once=i:3", "side=s:3"],
        ),
        ("set-image", "cronjobs", &["b:2"], &["set", "image", "a=b:2"]),
        ("set-image", "pods", &["b:2"], &["set", "image", "a=b:2"]),
        ("resume-work", "jobs", &[], &["patch", "-p", r#"{"spec":{"suspend":false}}"#]),
        ("suspend-work", "jobs", &[], &["patch", "-p", r#"{"spec":{"suspend":true}}"#]),
        ("label", "pods", &["a- new=x", "false"], &["label", "a-", "new=x"]),
        (
            "annotate",
            "cronjobs",
            &["own=no more='two words'", "true"],
            &["annotate", "--overwrite", "own=no", "more=two words"],
        ),
    ];
    for (action, plural, answers, kubectl) in cases {
        let ours = format!("{plural}/kx-shape");
        let theirs = format!("{plural}/kubectl-shape");
        let before = whole(&twins, namespace, &ours);
        let report = twins.act(action, target(&twins, namespace, &ours), answers).await;
        assert_eq!(report.outcome, Outcome::Done, "{action} {plural}: {}", report.words());
        let object = match kubectl[0] {
            "set" => [&kubectl[..2], &[&theirs], &kubectl[2..]].concat(),
            _ => [&kubectl[..1], &[theirs.as_str()], &kubectl[1..]].concat(),
        };
        twins.lab.run([&["-n", namespace], &object[..]].concat());
        let after = whole(&twins, namespace, &ours);
        assert_ne!(before, after, "{action} {plural}");
        assert_eq!(after, whole(&twins, namespace, &theirs), "{action} {plural}");
        let seen = after.to_string();
        if let Some(image) = answers.first().filter(|_| *action == "set-image") {
            assert!(seen.contains(image), "{action} {plural}: {seen}");
        }
    }

    // A Job made by hand has all that the template says, and its CronJob as its owner.
    let report = twins.act("trigger", target(&twins, namespace, "cronjobs/kx-shape"), &[]).await;
    assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
    let name = report.after.unwrap()["metadata"]["name"].as_str().unwrap().to_owned();
    twins.lab.run(["-n", namespace, "create", "job", "--from=cronjob/kubectl-shape", "by-kubectl"]);
    let job = |name: &str, owner: &str| -> Value {
        let text = whole(&twins, namespace, &format!("jobs/{name}")).to_string();
        let job: Value = text.replace(owner, "OWNER").parse().unwrap();
        assert_eq!(job["metadata"]["ownerReferences"][0]["name"], "OWNER");
        assert_eq!(job["spec"]["template"]["metadata"]["labels"]["in"], "template");
        assert_eq!(job["metadata"]["annotations"]["cronjob.kubernetes.io/instantiate"], "manual");
        job
    };
    assert_eq!(job(&name, "kx-shape"), job("by-kubectl", "kubectl-shape"));
    twins.lab.run(["delete", "namespace", namespace, "--wait=false"]);
}

/// A node that says where it is.
const ZONED: &str = "
apiVersion: v1
kind: Node
metadata: {name: x-copied, labels: {topology.kubernetes.io/zone: z1}}
spec: {taints: [{key: x-copied, effect: NoSchedule}]}
status: {capacity: &room {cpu: '16', memory: 64Gi, pods: '110'}, allocatable: *room}
";

/// What is copied under another name, and has much that belongs to the one alone.
const COPIED: &str = "
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: x-copied, labels: {a: b}, annotations: {note: x}}
spec: {tolerations: [{operator: Exists}], initContainers: [{name: once, image: 'i:1'}], containers: [{name: a, image: 'b:1', command: [sh]}], volumes: [{name: tmp, emptyDir: {}}]}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: x-copied, claimRef: {namespace: x-copied, name: NAME}, hostPath: {path: /data}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: NAME, namespace: x-copied}
spec: {storageClassName: x-copied, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Secret
metadata: {name: NAME, namespace: x-copied}
type: kubernetes.io/basic-auth
immutable: true
stringData: {username: anna, password: secret}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: NAME, namespace: x-copied}
spec:
  replicas: 0
  serviceName: data
  selector: {matchLabels: {app: data}}
  template: {metadata: {labels: {app: data}}, spec: {containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: NAME, namespace: x-copied}
spec: {schedule: '0 0 1 1 *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'b:1'}]}}}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: NAME, namespace: x-copied}
spec: {rules: [{host: a.example.org, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
---
apiVersion: stable.example.com/v1
kind: CronTab
metadata: {name: NAME, namespace: x-copied, finalizers: [x.example/hold]}
spec: {cronSpec: '* * * * *', image: a}
";

#[tokio::test]
async fn a_copy_of_any_kind_is_as_if_it_had_been_written_anew() {
    let twins = Twins::new().await;
    let namespace = "x-copied";
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-copied}}").unwrap();
    twins.lab.create(ZONED).unwrap();
    let source = COPIED.replace("NAME", "source");
    let source = source.replace("spec: {tolerations:", "spec: {nodeName: x-copied, tolerations:");
    twins.lab.create(&source).unwrap();
    let status = |what: &str, path: &str| {
        twins.lab.run(["get", "-n", namespace, what, &format!("-o=jsonpath={path}")])
    };
    wait_until("the claim is bound", || status("pvc/source", "{.status.phase}") == "Bound");
    wait_until("the pod runs", || status("pod/source", "{.status.phase}") == "Running");
    // What is written anew; a finalizer is whoever's who looks after the one object.
    let anew: Vec<String> = COPIED
        .replace("NAME", "written")
        .replace(", finalizers: [x.example/hold]", "")
        .split("\n---\n")
        .filter(|object| !object.contains("kind: PersistentVolume\n"))
        .map(str::to_owned)
        .collect();
    twins.lab.create(&anew.join("\n---\n")).unwrap();
    for plural in [
        "pods",
        "persistentvolumeclaims",
        "secrets",
        "statefulsets",
        "cronjobs",
        "ingresses",
        "crontabs",
    ] {
        let source = target(&twins, namespace, &format!("{plural}/source"));
        let report = twins.act("duplicate", source, &["by-kx"]).await;
        assert_eq!(report.outcome, Outcome::Done, "{plural}: {}", report.words());
        if plural == "pods" {
            // What the server tells of the node of the one is nothing that the other begins with.
            let labels = |pod: &Value| pod["metadata"]["labels"].clone();
            let of_source = labels(&whole(&twins, namespace, "pods/source"));
            assert_eq!(of_source["topology.kubernetes.io/zone"], "z1");
            assert_eq!(labels(&report.after.unwrap()), json!({"a": "b"}));
        }
        let object = |name: &str| {
            let mut object = whole(&twins, namespace, &format!("{plural}/{name}"));
            // The scheduler chooses the node, and the server the name of the token's volume.
            if plural == "pods" {
                let labels = object["metadata"]["labels"].as_object_mut().unwrap();
                labels.retain(|key, _| !key.starts_with("topology.kubernetes.io/"));
                object["spec"]["nodeName"] = json!("chosen");
                let volumes = object["spec"]["volumes"].as_array().unwrap().clone();
                let token = volumes.iter().find_map(|volume| {
                    volume["name"].as_str().filter(|name| name.starts_with("kube-api-access"))
                });
                object = object.to_string().replace(token.unwrap(), "TOKEN").parse().unwrap();
            }
            object
        };
        assert_eq!(object("by-kx"), object("written"), "{plural}");
    }
    let finalizers = r#"{"metadata":{"finalizers":null}}"#;
    twins.lab.run(["-n", namespace, "patch", "crontab/source", "--type=merge", "-p", finalizers]);
    twins.lab.run(["delete", "namespace", namespace, "--wait=false"]);
    twins.lab.run(["delete", "pv/source", "node/x-copied", "--wait=false"]);
}
