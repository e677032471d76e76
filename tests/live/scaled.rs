//! Scaling as a person does it, on a real server: the way there in the row of whatever has a scale, and an autoscaler whose bounds are moved instead.

use serde_json::Value;

use crate::lab::Lab;
use crate::labs;
use crate::pty::Terminal;
use crate::support::wait_until;

/// A resource whose numbers are kept where its definition says: how many are wanted, and how many there are; and what else of it the server prints.
fn definition(kind: &str, [wanted, there]: [&str; 2], printed: &str) -> String {
    let singular = kind.to_lowercase();
    format!(
        "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {singular}s.scaled.example.org}}
spec:
  group: scaled.example.org
  scope: Namespaced
  names: {{kind: {kind}, plural: {singular}s, singular: {singular}}}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}
    subresources: {{status: {{}}, scale: {{specReplicasPath: .spec.{wanted}, statusReplicasPath: .status.{there}}}}}
    additionalPrinterColumns: [{printed}]
"
    )
}

const OBJECTS: &str = "
apiVersion: scaled.example.org/v1
kind: Herd
metadata: {name: cows, namespace: x-scaled}
spec: {size: 3}
---
apiVersion: scaled.example.org/v1
kind: Flock
metadata: {name: geese, namespace: x-scaled}
spec: {birds: 3}
";

/// Of a kind, with a template that no node takes.
const WORKLOAD: &str = "
apiVersion: VERSION
kind: KIND
metadata: {name: still, namespace: x-scaled}
spec:
  replicas: 0
  SELECTOR
  template: {metadata: {labels: {of: KIND}}, spec: {nodeSelector: {none: here}, containers: [{name: a, image: 'b:1'}]}}
";

fn status(lab: &Lab, what: &str, status: &str) {
    let patch = format!("{{\"status\": {status}}}");
    lab.run(["patch", "-n=x-scaled", what, "--subresource=status", "--type=merge", "-p", &patch]);
}

fn get(lab: &Lab, what: &str, path: &str) -> String {
    lab.run(["get", "-n=x-scaled", what, &format!("-o=jsonpath={path}")])
}

#[test]
fn the_row_of_whatever_is_scaled_says_the_way_there() {
    let lab = labs::busy();
    lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-scaled}}").unwrap();
    // Of the one the server prints nothing but the name, of the other how many are ready, too.
    let ready = "{name: Ready, type: integer, jsonPath: .status.ready}";
    lab.create(&definition("Herd", ["size", "grazing"], "")).unwrap();
    lab.create(&definition("Flock", ["birds", "flying"], ready)).unwrap();
    lab.run([
        "wait",
        "--for=condition=Established",
        "crd/herds.scaled.example.org",
        "crd/flocks.scaled.example.org",
    ]);
    wait_until("the definitions are served", || lab.create(OBJECTS).is_ok());
    status(lab, "herds/cows", r#"{"grazing": 3}"#);
    status(lab, "flocks/geese", r#"{"flying": 3, "ready": 3}"#);
    let selector = "selector: {matchLabels: {of: KIND}}";
    for (version, kind, selector) in [
        ("apps/v1", "ReplicaSet", selector),
        ("apps/v1", "StatefulSet", "serviceName: still\n  selector: {matchLabels: {of: KIND}}"),
        ("v1", "ReplicationController", "selector: {of: KIND}"),
    ] {
        let yaml = WORKLOAD.replace("SELECTOR", selector).replace("VERSION", version);
        lab.create(&yaml.replace("KIND", kind)).unwrap();
    }
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["herds", "-n", "x-scaled"], 30, 120);

    kx.until("the herd", |s| s.contains("cows"));
    kx.keys("s");
    kx.until("its number", |s| s.contains("Scale herd/cows") && s.contains("replicas"));
    kx.keys("5\r");
    kx.shows("3 → 5, 3 now");
    assert_eq!(get(lab, "herds/cows", "{.spec.size}"), "5");
    status(lab, "herds/cows", r#"{"grazing": 4}"#);
    kx.shows("3 → 5, 4 now");
    status(lab, "herds/cows", r#"{"grazing": 5}"#);
    kx.until("that it is there", |s| s.contains("cows") && !s.contains("→ 5"));

    kx.keys(":flocks\r");
    kx.until("the flock", |s| s.contains("geese") && s.contains("READY"));
    kx.keys("+");
    kx.shows("3 → 4, 3 ready");
    status(lab, "flocks/geese", r#"{"flying": 4, "ready": 3}"#);
    kx.shows("3 → 4, 3 ready");
    status(lab, "flocks/geese", r#"{"flying": 4, "ready": 4}"#);
    kx.until("that it is there", |s| s.contains("geese") && !s.contains("→ 4"));

    for (plural, heading) in [
        ("replicasets", "DESIRED"),
        ("statefulsets", "SERVICE"),
        ("replicationcontrollers", "DESIRED"),
    ] {
        kx.keys(&format!(":{plural}\r"));
        kx.until(plural, |s| s.contains("still") && s.contains(heading) && !s.contains("→ 2"));
        kx.keys("s");
        kx.until("its number", |s| s.contains("Scale ") && s.contains("/still"));
        kx.keys("2\r");
        kx.shows("0 → 2, 0 ready");
        // Somebody else leads it elsewhere: kx's way is none any more.
        lab.run(["scale", "-n=x-scaled", &format!("{plural}/still"), "--replicas=1"]);
        kx.until("that it goes elsewhere", |s| s.contains("still") && !s.contains("→ 2"));
    }
    kx.keys(":q\r");
    assert!(kx.ended().success());
    lab.run([
        "delete",
        "crd",
        "herds.scaled.example.org",
        "flocks.scaled.example.org",
        "--wait=false",
    ]);
    lab.run(["delete", "namespace", "x-scaled", "--wait=false"]);
}

const AUTOSCALED: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: x-led}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: x-led}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {nodeSelector: {none: here}, containers: [{name: a, image: 'b:1', resources: {requests: {cpu: 5m}}}]}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: scaler, namespace: x-led}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 5
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
";

#[test]
fn the_bounds_of_an_autoscaler_are_moved_instead_and_it_scales() {
    let lab = labs::busy();
    lab.create(AUTOSCALED).unwrap();
    let get =
        |what: &str, path: &str| lab.run(["get", "-n=x-led", what, &format!("-o=jsonpath={path}")]);
    let bounds = || get("hpa/scaler", "{.spec.minReplicas} {.spec.maxReplicas}");
    let replicas = || get("deployment/web", "{.spec.replicas}");
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["deploy", "-n", "x-led"], 40, 140);
    kx.until("the deployment", |s| s.contains("web") && s.contains("/3"));

    // One key says afterwards that somebody else will set the number again.
    kx.keys("+");
    kx.shows("horizontalpodautoscaler/scaler sets its replicas too and will set them again");
    wait_until("it is scaled", || replicas() == "4");

    kx.keys("s");
    kx.until("the warning", |s| {
        s.contains("horizontalpodautoscaler/scaler (2 to 5) will set the replicas of web again")
    });
    // Seven, then the field below it: the bounds instead.
    kx.keys("7\t\x1b[C");
    kx.until("how they move", |s| {
        s.contains("the autoscaler's bounds instead")
            && s.contains("minReplicas  2 → 7")
            && s.contains("maxReplicas  5 → 7")
    });
    assert_eq!(bounds(), "2 5", "nothing was sent yet");
    kx.keys("\r");
    kx.shows("done: set minimum 7, maximum 7: horizontalpodautoscaler/scaler in x-led");
    assert_eq!(bounds(), "7 7");
    // The autoscaler itself does it: kx sent nothing to the scale.
    wait_until("the autoscaler scales", || replicas() == "7");
    let managers: Value = serde_json::from_str(&lab.run([
        "get",
        "-n=x-led",
        "deployment/web",
        "-o=json",
        "--show-managed-fields",
    ]))
    .unwrap();
    let managers = managers["metadata"]["managedFields"].as_array().unwrap();
    let by = managers.iter().filter(|entry| entry["subresource"] == "scale");
    let by: Vec<&str> = by.filter_map(|entry| entry["manager"].as_str()).collect();
    assert_eq!(by, ["kube-controller-manager"], "who set the number last");

    // It stands in the journal, and is taken back.
    kx.keys(":journal\r");
    kx.until("its entry", |s| s.contains("set minimum 7, maximum 7") && s.contains("scaler"));
    kx.keys("\x1b[27u:undo\r");
    kx.until("what that makes different", |s| {
        s.contains("takes back: set minimum 7, maximum 7") && s.contains("minReplicas: 2")
    });
    kx.keys("\r");
    wait_until("the bounds are as before", || bounds() == "2 5");
    wait_until("the autoscaler follows", || replicas() == "5");
    kx.keys("\x1b[27u:q\r");
    assert!(kx.ended().success());
    lab.run(["delete", "namespace", "x-led", "--wait=false"]);
}
