//! Draining: what leaves a node, and what stays, as with `kubectl drain` of a twin.

use std::collections::HashMap;
use std::sync::Arc;

use kx::change::{Change, Complaint, Outcome, Target, offer};
use kx::cluster::write;
use kx::kinds::{Encoding, modelled};
use kx::sheet::{Answer, Facts, Want};
use kx::store::{Interner, Row};
use serde_json::Value;

use crate::actions::Twins;
use crate::support::{now, wait_until};

/// A node, a spare one for what leaves it, and pods of every sort.
const TWIN: &str = "
apiVersion: v1
kind: Node
metadata: {name: NAME, labels: {drain: NAME}}
spec: {taints: [{key: drain, effect: NoSchedule}]}
status: {capacity: &room {cpu: '16', memory: 64Gi, pods: '110'}, allocatable: *room}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: NAME-web, namespace: drained}
spec:
  replicas: 2
  selector: {matchLabels: {app: NAME-web}}
  template: {metadata: {labels: {app: NAME-web}}, spec: {nodeSelector: {drain: NAME}, tolerations: [{key: drain, operator: Exists}], containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: NAME-data, namespace: drained}
spec:
  replicas: 1
  selector: {matchLabels: {app: NAME-data}}
  template: {metadata: {labels: {app: NAME-data}}, spec: {nodeSelector: {drain: NAME}, tolerations: [{key: drain, operator: Exists}], volumes: [{name: d, emptyDir: {}}], containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: NAME-agent, namespace: drained}
spec:
  selector: {matchLabels: {app: NAME-agent}}
  template: {metadata: {labels: {app: NAME-agent}}, spec: {nodeSelector: {drain: NAME}, tolerations: [{key: drain, operator: Exists}], containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: NAME-alone, namespace: drained}
spec: {nodeSelector: {drain: NAME}, tolerations: [{key: drain, operator: Exists}], containers: [{name: a, image: 'b:1'}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: NAME-web, namespace: drained}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: NAME-web}}}
";

const LATE: &str = "
apiVersion: v1
kind: Pod
metadata: {name: NAME-late, namespace: drained}
spec: {nodeName: NAME, tolerations: [{key: drain, operator: Exists}], containers: [{name: a, image: 'b:1'}]}
";

const SPARE: &str = "
apiVersion: v1
kind: Node
metadata: {name: NAME-spare, labels: {drain: NAME}}
spec: {taints: [{key: drain, effect: NoSchedule}]}
status: {capacity: &room {cpu: '16', memory: 64Gi, pods: '110'}, allocatable: *room}
";

fn list(twins: &Twins, args: &[&str]) -> Vec<Value> {
    let text = twins.lab.run([&["get", "-o=json"], args].concat());
    let mut list: Value = serde_json::from_str(&text).unwrap();
    match list["items"].take() {
        Value::Array(items) => items,
        other => panic!("{other}"),
    }
}

fn on(twins: &Twins, node: &str) -> Vec<Value> {
    list(twins, &["pods", "-A", &format!("--field-selector=spec.nodeName={node}")])
}

/// What is left on a node: each pod's owner, or its own name.
fn left(twins: &Twins, node: &str) -> Vec<String> {
    let owner = |pod: &Value| {
        let owner = &pod["metadata"]["ownerReferences"][0]["name"];
        let name = owner.as_str().or(pod["metadata"]["name"].as_str()).unwrap();
        name.replace(node, "NODE")
    };
    let pods = on(twins, node);
    // What other tests run tolerates every taint, and may be put here by the scheduler at any time.
    let ours = pods.iter().filter(|pod| pod["metadata"]["namespace"] == "drained");
    let mut left: Vec<String> = ours.map(owner).collect();
    left.sort();
    left
}

fn rows(twins: &Twins, group: &str, plural: &str) -> Vec<Row> {
    let kind = modelled(group, plural).unwrap();
    let (mut interner, mut rows) = (Interner::default(), Vec::new());
    for object in list(twins, &[plural, "-A"]) {
        let bytes = serde_json::to_vec(&object).unwrap();
        kind.decode(Encoding::Json, &bytes, &mut interner, &mut rows).unwrap();
    }
    rows
}

/// What is shown of a drain, and what it does.
pub fn drain(
    twins: &Twins,
    node: &Target,
    answers: &[&str],
) -> (String, Result<Vec<Change>, Complaint>) {
    let mut proposal = offer("drain").unwrap().proposal(vec![node.clone()]).unwrap();
    proposal.answer(answers.iter().map(|&answer| answer.to_owned()).collect());
    let nothing = HashMap::new();
    let wants = proposal.wants(&Facts::new(&nothing, &|_| None, &twins.catalog, now()));
    let (mut known, mut tables) = (HashMap::new(), HashMap::new());
    for want in wants {
        match &want {
            Want::Rows { group, resource, .. } => {
                tables.insert(want.clone(), rows(twins, group, resource));
            }
            _ => {
                let pods = on(twins, &node.name).into_iter().map(Arc::new).collect();
                known.insert(want, Answer::Objects(pods));
            }
        }
    }
    let rows = |want: &Want| tables.get(want).map(|rows| rows.iter().collect());
    let facts = Facts::new(&known, &rows, &twins.catalog, now());
    (proposal.sheet(&facts).text(), proposal.changes(&facts))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_leaves_what_kubectl_leaves() {
    let twins = Arc::new(Twins::new().await);
    twins.lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: drained}}").unwrap();
    let names = ["kx-node", "kubectl-node"];
    for name in names {
        twins.lab.create(&TWIN.replace("NAME", name)).unwrap();
    }
    for name in names {
        wait_until("its pods run", || {
            let pods = on(&twins, name);
            let ours = pods.iter().filter(|pod| pod["metadata"]["namespace"] == "drained");
            ours.filter(|pod| pod["status"]["phase"] == "Running").count() == 5
        });
        wait_until("the budget allows a disruption", || {
            let budget = twins.lab.run([
                "get",
                "-n=drained",
                "-o=jsonpath={.status.disruptionsAllowed}",
                &format!("pdb/{name}-web"),
            ]);
            budget == "1"
        });
        // What leaves finds room here; by now nothing else does.
        twins.lab.create(&SPARE.replace("NAME", name)).unwrap();
    }
    let node = twins.target("nodes", names[0]);
    let (shown, refused) = drain(&twins, &node, &[]);
    let why = refused.unwrap_err().message;
    assert!(why.starts_with("nothing is drained: pod/"), "{why}");
    for told in [
        "belongs to a DaemonSet",
        "emptyDir",
        "has no controller",
        "poddisruptionbudget/kx-node-web allows 1 now",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    let refused = twins.lab.kubectl(["drain", names[1]]);
    assert!(!refused.status.success());
    twins.lab.run(["uncordon", names[1]]);

    let (shown, changes) = drain(&twins, &node, &["true", "true", "true", "", "300", "false"]);
    assert!(shown.contains("node/kx-node  cordoned, 4 of "), "{shown}");
    let mut changes = changes.unwrap();
    // One comes to each node after it was looked at: it leaves too.
    for name in names {
        twins.lab.create(&LATE.replace("NAME", name)).unwrap();
    }
    let cordon = changes.remove(0);
    assert_eq!(twins.carry_out(cordon.clone()).await.outcome, Outcome::Done);
    let joined = write::sequel(&twins.client, &cordon).await.unwrap();
    assert!(changes.iter().all(|change| joined.contains(change)), "{joined:?}");
    let late = |change: &Change| change.target.name == "kx-node-late";
    assert!(joined.iter().any(late) && !changes.iter().any(late));
    let changes = joined;
    let leaving: Vec<_> = changes
        .into_iter()
        .map(|change| {
            assert_eq!(change.deed.follows(), Some(&node));
            let twins = Arc::clone(&twins);
            tokio::spawn(async move { twins.carry_out(change).await })
        })
        .collect();
    let flags = ["--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=300s"];
    twins.lab.run(["drain", names[1]].iter().chain(&flags));
    for report in leaving {
        let report = report.await.unwrap();
        assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
    }
    // Each is awaited until it is gone.
    assert_eq!(left(&twins, names[0]), left(&twins, names[1]));
    assert!(left(&twins, names[0]).contains(&"NODE-agent".to_owned()));
    assert!(!left(&twins, names[0]).contains(&"NODE-web".to_owned()));
    assert!(!left(&twins, names[0]).contains(&"NODE-late".to_owned()));
    // What must not go and came after the node was looked at keeps all that is there.
    let strict = drain(&twins, &node, &["true", "true", "false", "", "300", "false"]).1.unwrap();
    twins.lab.create(&LATE.replace("NAME", names[0])).unwrap();
    let why = write::sequel(&twins.client, &strict[0]).await.unwrap_err();
    assert!(
        why.starts_with("nothing leaves: pod/kx-node-late in drained has no controller"),
        "{why}"
    );
    let unschedulable =
        |name: &str| twins.lab.run(["get", "node", name, "-o=jsonpath={.spec.unschedulable}"]);
    assert_eq!(names.map(unschedulable), ["true", "true"]);
    for name in names {
        twins.lab.run(["delete", "node", name, &format!("{name}-spare")]);
    }
    twins.lab.run(["delete", "namespace", "drained", "--wait=false"]);
}
