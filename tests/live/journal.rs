//! The journal on a real cluster: what one kx did, the next one tells and takes back.

use crate::labs;
use crate::pty::Terminal;
use crate::support::wait_until;

const WEB: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: x-journal}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: x-journal}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'b:1'}]}}
";

#[test]
fn what_one_session_did_the_next_takes_back_once() {
    let lab = labs::busy();
    lab.create(WEB).unwrap();
    let config = lab.kubeconfig("admin");
    let replicas =
        || lab.run(["get", "-n=x-journal", "deploy/web", "-o=jsonpath={.spec.replicas}"]);
    let arguments = ["deploy", "-n", "x-journal"];
    let mut kx = Terminal::start(&config, &arguments, 32, 140);
    kx.until("the deployment", |s| s.contains("web") && s.contains("live"));
    kx.keys("+");
    kx.shows("done: scale by 1 more");
    assert_eq!(replicas(), "1");
    let mut second = kx.again(&config, &arguments, 32, 140);
    kx.keys(":q\r");
    assert!(kx.ended().success());

    // Somebody else's change to the same object is none of ours to lose.
    lab.run(["-n=x-journal", "label", "deployment/web", "by=somebody"]);
    second.until("the deployment", |s| s.contains("web") && s.contains("live"));
    second.keys(":undo\r");
    second.shows(":journal lists what was before");
    second.keys(":journal\r");
    second.until("the entry", |s| s.contains("scale by 1 more") && s.contains("done"));
    second.keys("/scale by\r");
    second.keys("\r");
    second.until("what it changed", |s| s.contains("+   replicas: 1") && s.contains("PUT /apis"));
    second.keys("u");
    second.shows("takes back: scale by 1 more");
    second.keys("\r");
    second.shows("done: undo");
    // The page tells at once.
    second.shows("It was taken back.");
    assert_eq!(replicas(), "0");
    let label = lab.run(["get", "-n=x-journal", "deploy/web", "-o=jsonpath={.metadata.labels.by}"]);
    assert_eq!(label, "somebody");
    second.keys("u");
    second.shows("it was taken back already");
    second.keys("\x1b[27u");
    second.until("the form is gone", |s| !s.contains("taken back already"));
    second.keys("\x1b[27u");
    second.until("the list again, with the undo", |s| {
        s.contains("done, taken back") && s.matches("deployments/web in x-journal").count() == 2
    });
    second.keys(":q\r");
    assert!(second.ended().success());
    lab.run(["delete", "namespace/x-journal", "--wait=false"]);
}

const NODE: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: x-leave}
---
apiVersion: v1
kind: Node
metadata: {name: x-leave}
spec: {taints: [{key: x-leave, effect: NoSchedule}]}
status: {capacity: &room {cpu: '16', memory: 64Gi, pods: '110'}, allocatable: *room}
---
apiVersion: v1
kind: Pod
metadata: {name: stays, namespace: x-leave, finalizers: [example.com/stays], ownerReferences: [{apiVersion: v1, kind: Node, name: x-leave, uid: UID, controller: true}]}
spec: {automountServiceAccountToken: false, nodeName: x-leave, containers: [{name: a, image: 'b:1'}]}
";

#[test]
fn who_leaves_while_a_change_is_under_way_is_asked_and_the_journal_tells_of_it() {
    let lab = labs::busy();
    let (first, pod) = NODE.rsplit_once("---").unwrap();
    lab.create(first).unwrap();
    let uid = lab.run(["get", "node/x-leave", "-o=jsonpath={.metadata.uid}"]);
    lab.create(&pod.replace("UID", &uid)).unwrap();
    let config = lab.kubeconfig("admin");
    let mut kx = Terminal::start(&config, &["nodes"], 32, 140);
    kx.shows("live");
    kx.keys("/^x-leave$\r");
    kx.until("the node", |s| s.contains("x-leave") && !s.contains("node-"));
    kx.keys("r");
    kx.until("what is drained", |s| s.contains("stays") && s.contains("Drain"));
    kx.keys("\r");
    kx.shows("its containers end");
    kx.keys("\x1b[27u");
    kx.until("the list is closed", |s| !s.contains("its containers end"));
    kx.keys(":runs\r");
    kx.until("the run", |s| s.contains("Changes of this session") && s.contains("of 2"));
    kx.keys("\r");
    kx.shows("its containers end");
    kx.keys("\x1b[27u");
    kx.keys(":q\r");
    kx.until("the question", |s| s.contains("Leave kx?") && s.contains("still under way"));
    kx.keys("\x1b[27u");
    kx.until("kx stays", |s| !s.contains("Leave kx?"));
    kx.keys(":q\r");
    kx.shows("Leave kx?");
    let mut second = kx.again(&config, &["nodes"], 32, 140);
    kx.keys("\x03");
    assert!(kx.ended().success());
    second.shows("live");
    second.keys(":journal\r");
    second.until("what is known of both", |s| {
        s.contains("never ended") && s.contains("evict") && s.contains("cordon")
    });
    second.keys(":q\r");
    assert!(second.ended().success());
    lab.run(["-n=x-leave", "patch", "pod/stays", "-p", r#"{"metadata":{"finalizers":null}}"#]);
    wait_until("the pod is gone", || {
        lab.run(["-n=x-leave", "get", "pods", "--ignore-not-found", "-o=name"]).is_empty()
    });
    lab.run(["delete", "node/x-leave", "namespace/x-leave", "--wait=false"]);
}
