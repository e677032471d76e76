//! Debugging: what kx stores is what `kubectl debug` stores, for every profile.

use kx::change::{Outcome, Target};
use serde_json::{Value, json};

use crate::actions::Twins;

/// Two pods with much in them, which no node takes.
const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: x-debug, labels: {app: NAME}, annotations: {note: words}}
spec:
  nodeSelector: {none: here}
  securityContext: {fsGroup: 7}
  initContainers:
  - {name: setup, image: 'i:1'}
  - {name: side, image: 's:1', restartPolicy: Always, startupProbe: {exec: {command: [x]}}}
  containers:
  - name: a
    image: 'b:1'
    command: [run]
    args: [fast]
    env: [{name: E, value: v}]
    livenessProbe: {httpGet: {port: 80}}
    readinessProbe: {tcpSocket: {port: 80}}
    securityContext: {runAsUser: 5, capabilities: {add: [CHOWN]}}
  - {name: c, image: 'd:1'}
";

const PROFILES: [&str; 5] = ["general", "baseline", "restricted", "netadmin", "sysadmin"];

fn target(twins: &Twins, plural: &str, name: &str) -> Target {
    let target = twins.target(plural, name);
    let namespace = if target.namespace.is_empty() { "" } else { "x-debug" };
    Target { namespace: namespace.to_owned(), ..target }
}

fn get(twins: &Twins, what: &[&str]) -> Value {
    let args = [&["get", "-n=x-debug", "-o=json"], what].concat();
    serde_json::from_str(&twins.lab.run(args)).unwrap()
}

/// An object without what the server wrote into it, under one name, and with one name for all debug containers.
fn decided(object: &Value, names: &[&str]) -> Value {
    let mut text = object.to_string();
    for name in names {
        text = text.replace(name, "NAME");
    }
    let made = ["ephemeralContainers", "containers"].iter().flat_map(|list| {
        let list = object["spec"][list].as_array().into_iter().flatten();
        list.filter_map(|container| container["name"].as_str())
            .filter(|n| n.starts_with("debugger-"))
    });
    for name in made {
        text = text.replace(name, "DEBUGGER");
    }
    let mut object: Value = serde_json::from_str(&text).unwrap();
    let meta = object["metadata"].as_object_mut().unwrap();
    for field in ["uid", "resourceVersion", "creationTimestamp", "managedFields"] {
        meta.remove(field);
    }
    object.as_object_mut().unwrap().remove("status");
    // The name of the token's volume is made up for each pod.
    let volume = object["spec"]["volumes"].as_array().into_iter().flatten();
    let volume =
        volume.filter_map(|v| v["name"].as_str()).find(|n| n.starts_with("kube-api-access"));
    if let Some(volume) = volume.map(str::to_owned) {
        object = serde_json::from_str(&object.to_string().replace(&volume, "TOKEN")).unwrap();
    }
    object
}

/// The server tells in a pod's labels where its node is: a copy has that of its own node, or nothing of it.
async fn of_a_pod_on_a_node(twins: &Twins, flags: &[&str]) {
    let lab = twins.lab;
    for name in ["kx-bound", "kubectl-bound"] {
        let bound = POD.replace("nodeSelector:", "nodeName: x-debug-node\n  nodeSelector:");
        lab.create(&bound.replace("NAME", name)).unwrap();
        let zone = &get(twins, &["pod", name])["metadata"]["labels"]["topology.kubernetes.io/zone"];
        assert_eq!(zone, "z1", "{name}");
    }
    let labels = json!({"topology.kubernetes.io/zone": "z1"});
    for (flag, same_node, labels) in
        [("--same-node=false", "false", Value::Null), ("--same-node", "true", labels)]
    {
        lab.run([flags, &["kubectl-bound", "--copy-to=kubectl-of-bound", flag]].concat());
        let answers = ["busybox:1", "", "general", "kx-of-bound", "another one", "true", same_node];
        let report = twins.act("debug-copy", target(twins, "pods", "kx-bound"), &answers).await;
        assert_eq!(report.outcome, Outcome::Done, "{}", report.words());
        let copies = ["kx-of-bound", "kubectl-of-bound"];
        let [ours, theirs] = copies.map(|name| decided(&get(twins, &["pod", name]), &[name]));
        assert_eq!(ours, theirs, "{flag}");
        assert_eq!(ours["metadata"]["labels"], labels, "{flag}");
        let delete = ["delete", "pod", "-n=x-debug", "--force", "--grace-period=0"];
        lab.run([&delete[..], &copies].concat());
    }
}

#[tokio::test]
async fn debugging_leaves_what_kubectl_leaves() {
    let twins = Twins::new().await;
    let lab = twins.lab;
    lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-debug}}").unwrap();
    for name in ["kx-pod", "kubectl-pod"] {
        lab.create(&POD.replace("NAME", name)).unwrap();
    }
    lab.create("{apiVersion: v1, kind: Node, metadata: {name: x-debug-node, labels: {topology.kubernetes.io/zone: z1}, annotations: {lab.kx/still: 'yes'}}}").unwrap();
    let flags = ["debug", "-n=x-debug", "-i", "-t", "--attach=false", "--image=busybox:1"];

    // A container in the pod: all profiles, one after the other, with and without a target.
    for (i, profile) in PROFILES.into_iter().enumerate() {
        let with_profile = format!("--profile={profile}");
        let (aim, answer): (&[&str], &str) =
            if i % 2 == 0 { (&["--target=c"], "c") } else { (&[], "none") };
        let command: (&[&str], &str) =
            if i == 2 { (&["--", "sh", "-c", "a b"], "sh -c 'a b'") } else { (&[], "") };
        lab.run([&flags[..], &["kubectl-pod", &with_profile], aim, command.0].concat());
        let report = twins
            .act(
                "debug",
                target(&twins, "pods", "kx-pod"),
                &["busybox:1", command.1, profile, answer],
            )
            .await;
        assert_eq!(report.outcome, Outcome::Done, "{profile}");
        let [ours, theirs] =
            ["kx-pod", "kubectl-pod"].map(|name| decided(&get(&twins, &["pod", name]), &[name]));
        assert_eq!(ours, theirs, "{profile}");
        let place = report.change.deed.opens(&report.change.target).unwrap().place;
        let all = get(&twins, &["pod", "kx-pod"]);
        assert_eq!(all["spec"]["ephemeralContainers"][i]["name"], *place.container);
    }

    of_a_pod_on_a_node(&twins, &flags).await;

    // A pod on the node.
    for profile in PROFILES {
        let with_profile = format!("--profile={profile}");
        lab.run([&flags[..], &["node/x-debug-node", &with_profile, "--", "sh"]].concat());
        let all = get(&twins, &["pods", "-l=app.kubernetes.io/managed-by=kubectl-debug"]);
        let theirs = all["items"][0].clone();
        let report = twins
            .act(
                "debug",
                target(&twins, "nodes", "x-debug-node"),
                &["busybox:1", "sh", profile, "x-debug"],
            )
            .await;
        assert_eq!(report.outcome, Outcome::Done, "{profile}");
        let place = report.change.deed.opens(&report.change.target).unwrap().place;
        let ours = get(&twins, &["pod", &place.pod]);
        let name = theirs["metadata"]["name"].as_str().unwrap().to_owned();
        assert!(name.starts_with("node-debugger-x-debug-node-") && name.len() == place.pod.len());
        assert_eq!(decided(&ours, &[&place.pod]), decided(&theirs, &[&name]), "{profile}");
        lab.run(["delete", "pod", "-n=x-debug", "--force", "--grace-period=0", &name, &place.pod]);
    }

    // Copies: another container, and the same with another image and command.
    for profile in PROFILES {
        let with_profile = format!("--profile={profile}");
        let cases: [(&[&str], [&str; 4]); 3] = [
            (&[], ["", "another one", "true", "false"]),
            (&["--container=a", "--", "sh"], ["sh", "a", "true", "false"]),
            (&["--share-processes=false", "--same-node"], ["", "another one", "false", "true"]),
        ];
        for (more, [command, container, share, same_node]) in cases {
            lab.run(
                [&flags[..], &["kubectl-pod", "--copy-to=kubectl-copy", &with_profile], more]
                    .concat(),
            );
            let answers = ["busybox:1", command, profile, "kx-copy", container, share, same_node];
            let report = twins.act("debug-copy", target(&twins, "pods", "kx-pod"), &answers).await;
            assert_eq!(report.outcome, Outcome::Done, "{profile} {more:?}");
            let [ours, theirs] = ["kx-copy", "kubectl-copy"]
                .map(|name| decided(&get(&twins, &["pod", name]), &[name]));
            assert_eq!(ours, theirs, "{profile} {more:?}");
            assert_eq!(ours["metadata"]["labels"], json!(null));
            lab.run([
                "delete",
                "pod",
                "-n=x-debug",
                "--force",
                "--grace-period=0",
                "kx-copy",
                "kubectl-copy",
            ]);
        }
    }
    lab.run(["delete", "node", "x-debug-node"]);
    lab.run(["delete", "namespace", "x-debug", "--wait=false"]);
}
