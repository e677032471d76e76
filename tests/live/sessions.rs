//! kx as a person uses it: a real terminal, a real cluster, keys.

use crate::lab::{Lab, Options};
use crate::labs;
use crate::pty::Terminal;

const GADGETS: &str = r"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.late.example.com}
spec:
  group: late.example.com
  scope: Namespaced
  names: {plural: gadgets, singular: gadget, kind: Gadget, shortNames: [gd]}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
    additionalPrinterColumns: [{name: Colour, type: string, jsonPath: .spec.colour}]
";

const GADGET: &str = "{apiVersion: late.example.com/v1, kind: Gadget, \
                      metadata: {name: first-of-its-kind, namespace: team}, spec: {colour: vermilion}}";

#[test]
fn from_start_to_quit() {
    let lab = labs::busy();
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["pods", "-A"], 32, 120);
    kx.until("pods of several namespaces, live", |screen| {
        ["kube-system", "NAMESPACE", "live"].iter().all(|text| screen.contains(text))
    });

    // A filter leaves what matches, and escape takes it back. The cluster is shared: which pods
    // are on the first screen of all is not known, but which ones match is.
    kx.keys("/api-\r");
    kx.until("only the API", |s| s.contains("team") && !s.contains("kube-system"));
    kx.keys("\x1b");
    kx.shows("kube-system");
    kx.keys("/db-\r");
    kx.until("only the database", |s| s.contains("db-1") && !s.contains("kube-system"));
    kx.keys("\x1b");
    kx.shows("kube-system");

    // Another resource in one namespace, then down to its pods and back.
    kx.keys(":deploy shop\r");
    kx.until("deployments of shop", |s| s.contains("UP-TO-DATE") && s.contains("worker"));
    kx.keys("/^web\r");
    kx.until("one deployment", |s| s.contains("3/3") && !s.contains("worker"));
    kx.keys("\r");
    kx.until("its ReplicaSets", |s| s.contains("DESIRED") && !s.contains("UP-TO-DATE"));
    kx.keys("\r");
    kx.until("their pods", |s| s.contains("RESTARTS") && s.matches("Running").count() == 3);
    // One at a time: two escapes in a row are another key to a terminal.
    kx.keys("\x1b");
    kx.until("the ReplicaSets again", |s| s.contains("DESIRED"));
    kx.keys("\x1b");
    kx.until("the deployment again, still filtered", |s| {
        s.contains("UP-TO-DATE") && s.contains("3/3") && !s.contains("worker")
    });

    // A screen too small for anything, and back.
    kx.resize(5, 20);
    kx.resize(32, 120);
    kx.shows("UP-TO-DATE");
    kx.keys(":q\r");
    let status = kx.ended();
    assert!(status.success(), "{status:?}");
}

#[test]
fn the_server_restarts_under_a_running_kx() {
    let lab = Lab::start(&Options::bare()).unwrap();
    lab.fill(0, 12, 2, 2).unwrap();
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["pods", "-A"], 32, 120);
    kx.until("twelve pods, live", |s| s.matches("svc-").count() == 12 && s.contains("live"));
    lab.stop_apiserver().unwrap();
    kx.until("stale rows", |s| s.matches("svc-").count() == 12 && s.contains("stale"));
    lab.fill(12, 3, 2, 2).unwrap();
    lab.start_apiserver().unwrap();
    kx.until("fifteen pods, live again", |s| {
        s.matches("svc-").count() == 15 && s.contains("live") && !s.contains("stale")
    });
    kx.keys(":q\r");
    assert!(kx.ended().success());
}

#[test]
fn a_resource_appears_while_kx_runs() {
    let lab = labs::busy();
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["ns"], 32, 120);
    kx.until("namespaces, live", |s| s.contains("kube-system") && s.contains("live"));
    lab.create(GADGETS).unwrap();
    lab.run(["wait", "--for=condition=Established", "crd/gadgets.late.example.com"]);
    lab.create(GADGET).unwrap();
    // Discovery takes a moment to hear of it; a person would try again too.
    let deadline = std::time::Instant::now() + crate::support::PATIENCE;
    loop {
        kx.keys("\x1b"); // out of a prompt that knows no gadgets yet
        std::thread::sleep(std::time::Duration::from_millis(200));
        kx.keys(":gd team\r");
        std::thread::sleep(std::time::Duration::from_millis(500));
        if kx.text().contains("first-of-its-kind") {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "never seen:\n{}", kx.text());
    }
    kx.until("its own columns", |s| s.contains("COLOUR") && s.contains("vermilion"));
    kx.keys(":q\r");
    assert!(kx.ended().success());
}

#[test]
fn two_resources_of_one_plural_are_two_pages() {
    let lab = labs::busy();
    let mut kx =
        Terminal::start(&lab.kubeconfig("admin"), &["certificates.cert-manager.io", "-A"], 24, 100);
    kx.until("cert-manager's", |s| s.contains("shop-tls") && s.contains("SECRET"));
    assert!(!kx.text().contains("internal"));
    kx.keys(":certificates.networking.internal.example\r");
    kx.until("the others", |s| s.contains("shop.internal.example") && s.contains("DOMAIN"));
    assert!(!kx.text().contains("shop-tls"));
    kx.keys(":q\r");
    assert!(kx.ended().success());
}

#[test]
fn who_has_no_rights_is_told_and_can_leave() {
    let lab = labs::busy();
    let mut kx = Terminal::start(&lab.kubeconfig("nobody"), &["pods", "-A"], 24, 100);
    kx.shows("nobody");
    kx.until("the refusal", |s| {
        s.to_lowercase().contains("forbidden") || s.contains("not allowed")
    });
    kx.keys(":q\r");
    assert!(kx.ended().success());
}

#[test]
fn a_describe_follows_its_object_and_its_events() {
    let lab = labs::busy();
    let of = "{name: followed, namespace: default}";
    lab.create(&format!(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {of}, data: {{paint: red}}}}"
    ))
    .unwrap();
    let uid = ["get", "configmap", "followed", "-n", "default", "-o", "jsonpath={.metadata.uid}"];
    let uid = lab.run(uid);
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["cm", "-n", "default"], 40, 120);
    kx.until("the ConfigMap, live", |s| s.contains("followed") && s.contains("live"));
    kx.keys("/^followed\r");
    kx.until("it alone", |s| !s.contains("kube-root-ca.crt"));
    kx.keys("d");
    kx.until("its describe, live", |s| {
        s.contains("describe") && s.contains("paint") && s.contains("red") && s.contains("live")
    });
    let patch = r#"{"data":{"paint":"vermilion"}}"#;
    lab.run(["patch", "configmap", "followed", "-n", "default", "--type=merge", "-p", patch]);
    kx.shows("vermilion");
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    lab.create(&format!(
        "{{apiVersion: v1, kind: Event, metadata: {{name: followed.1, namespace: default}}, type: Warning, reason: Repainted, \
         message: it is another colour now, source: {{component: painter}}, firstTimestamp: '{now}', lastTimestamp: '{now}', count: 1, \
         involvedObject: {{apiVersion: v1, kind: ConfigMap, name: followed, namespace: default, uid: '{}'}}}}",
        uid.trim()
    ))
    .unwrap();
    kx.until("the event", |s| s.contains("Repainted") && s.contains("it is another colour now"));
    kx.keys("y");
    kx.until("its YAML", |s| s.contains("kind: ConfigMap") && s.contains("paint: vermilion"));
    lab.run(["delete", "configmap", "followed", "-n", "default"]);
    kx.shows("deleted");
    kx.keys(":q\r");
    assert!(kx.ended().success());
}
