//! Padding: as many plausible pods as asked for, cheap to make and to keep.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};

use super::history::must;
use super::{World, controlled_by, nodes, stamp};
use crate::demo::controllers::rollout_hash;
use crate::demo::object::{Labels, Object, Own, Template};
use crate::demo::rng;
use crate::demo::value::{At, edit_list, set};

/// Pods in a namespace, and pods of a workload within it.
const PER_NAMESPACE: usize = 250;
const PER_WORKLOAD: usize = 5;
/// Pods on a node.
const PER_NODE: usize = 100;

/// What stands in a template where each pod has its own.
const MARKS: [&str; 6] = ["\u{1}name", "\u{1}uid", "\u{1}node", "\u{1}ip", "\u{1}rv", "\u{1}id"];

const SERVICES: &[&str] = &[
    "api", "worker", "gateway", "indexer", "mailer", "pricing", "profile", "session", "stream",
    "tracker",
];

/// Fills the cluster with this many pods, with namespaces, nodes, deployments and replica sets to match.
///
/// All is made as controllers would have left it, so nothing has to be reconciled afterwards.
pub fn build(world: &mut World, pods: usize) {
    let before = world.agenda_is_quiet();
    let node_names = build_nodes(world, pods.div_ceil(PER_NODE));
    let mut made = 0;
    let mut workload = 0;
    while made < pods {
        let namespace = format!("team-{:03}", made / PER_NAMESPACE);
        if made % PER_NAMESPACE == 0 {
            must(world.create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace,
                "annotations": {"kx.demo/simulated": "part of the kx demo cluster", "kx.demo/purpose": "padding"}}})));
        }
        let count = PER_WORKLOAD.min(pods - made);
        build_workload(world, &namespace, workload, count, (made, &node_names));
        made += count;
        workload += 1;
    }
    if before {
        world.agenda.clear_queue();
    }
}

fn build_nodes(world: &mut World, count: usize) -> Vec<String> {
    (0..count)
        .map(|index| {
            let name = format!("pad-{index:04}");
            let zone = ["zone-a", "zone-b", "zone-c"][index % 3];
            let ip =
                format!("10.{}.{}.{}", 20 + index / 62_500, index / 250 % 250, 1 + index % 250);
            let node = nodes::node(world, &name, "worker", zone, (32, 128, 250), &ip);
            must(world.create(node));
            name
        })
        .collect()
}

fn build_workload(
    world: &mut World,
    namespace: &str,
    number: usize,
    count: usize,
    (first, node_names): (usize, &[String]),
) {
    let name = format!("{}-{number:05}", SERVICES[number % SERVICES.len()]);
    let broken = number % 97 == 13;
    let tier = if number.is_multiple_of(2) { "front" } else { "back" };
    let labels = json!({"app": name, "app.kubernetes.io/part-of": namespace, "tier": tier});
    let image = format!(
        "registry.demo/{namespace}/{}:1.{}.{}",
        SERVICES[number % SERVICES.len()],
        number % 30,
        number % 7
    );
    let template = json!({"metadata": {"labels": labels, "creationTimestamp": null}, "spec": {"containers": [
        {"name": "app", "image": image, "ports": [{"name": "http", "containerPort": 8080}],
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}}}]}});
    let ready = if broken { 0 } else { count };
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": labels, "annotations": {"deployment.kubernetes.io/revision": "1"}},
        "spec": {"replicas": count, "selector": {"matchLabels": {"app": name}}, "template": template},
        "status": {"observedGeneration": 1, "replicas": count, "updatedReplicas": count, "readyReplicas": ready, "availableReplicas": ready,
            "unavailableReplicas": count - ready, "conditions": [
                {"type": "Available", "status": if broken { "False" } else { "True" }, "reason": "MinimumReplicasAvailable", "lastTransitionTime": world.stamp(), "lastUpdateTime": world.stamp()}]}});
    let Ok(deployment) = world.create(deployment).map(|d| d.value()) else { return };
    let hash = rollout_hash(deployment.at("/spec/template"));
    let mut labels = labels;
    labels["pod-template-hash"] = json!(hash);
    let mut template = deployment.at("/spec/template").clone();
    set(&mut template, "/metadata/labels", labels.clone());
    let replica_set = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": format!("{name}-{hash}"), "namespace": namespace, "labels": labels, "ownerReferences": controlled_by(&deployment),
            "annotations": {"deployment.kubernetes.io/revision": "1", "deployment.kubernetes.io/desired-replicas": count.to_string()}},
        "spec": {"replicas": count, "selector": {"matchLabels": {"app": name, "pod-template-hash": hash}}, "template": template},
        "status": {"replicas": count, "fullyLabeledReplicas": count, "readyReplicas": ready, "availableReplicas": ready, "observedGeneration": 1}});
    let Ok(replica_set) = world.create(replica_set).map(|r| r.value()) else { return };
    let pod = pod_pattern(world, &replica_set, number, broken);
    let set_labels: Arc<Labels> = Arc::new(
        pod.entries("/metadata/labels")
            .map(|(k, v)| (k.clone(), v.as_str().unwrap_or_default().to_owned()))
            .collect(),
    );
    let (template, order) = cut(&pod.to_string());
    let owner = replica_set.text("/metadata/uid");
    for index in first..first + count {
        let number = world.chance(&["padding", &index.to_string()]);
        let pod_name = format!("{name}-{hash}-{}", rng::suffix(number, 5));
        let uid = rng::uid(number);
        let node = &node_names[index % node_names.len()];
        let ip = format!("10.{}.{}.{}", 100 + index / 62_500, index / 250 % 250, 1 + index % 250);
        let rv = world.store.next_rv();
        let mut id = String::with_capacity(64);
        for turn in 0..4 {
            // Writing into a String cannot fail.
            let _ = write!(id, "{:016x}", rng::mix(number ^ turn));
        }
        let own_values =
            [pod_name.as_str(), &uid, node, &ip, &rv.to_string(), &id].map(str::to_owned);
        let values: Vec<&str> = order.iter().map(|&mark| own_values[mark].as_str()).collect();
        let key = format!("{namespace}/{pod_name}");
        let own = Own { key: &key, uid: &uid, node: Some(node), owner, rv };
        world
            .store
            .insert_ready("pods", Object::from_template(own, &template, &set_labels, &values));
    }
}

/// A settled pod with marks where pods differ.
fn pod_pattern(world: &mut World, replica_set: &Value, number: usize, broken: bool) -> Value {
    let age = 3600 + (world.chance(&["pad-age", &number.to_string()]) % (20 * 86_400)) as i64;
    let then = world.now.checked_sub(jiff::SignedDuration::from_secs(age)).unwrap_or(world.now);
    let (created, started) = (stamp(then), stamp(then));
    let recent =
        stamp(world.now.checked_sub(jiff::SignedDuration::from_secs(200)).unwrap_or(world.now));
    let mut pod = crate::demo::controllers::pod_from_template(replica_set);
    let image = pod.at("/spec/containers/0/image").clone();
    set(&mut pod, "/metadata/name", MARKS[0]);
    set(&mut pod, "/metadata/uid", MARKS[1]);
    set(&mut pod, "/metadata/resourceVersion", MARKS[4]);
    set(&mut pod, "/metadata/creationTimestamp", created);
    if let Some(resource) = world.catalog.by_id("pods").cloned() {
        super::defaults::fill(world, &resource, &mut pod);
    }
    set(&mut pod, "/spec/nodeName", MARKS[2]);
    let ready = if broken { "False" } else { "True" };
    let condition = |kind: &str, status: &str| json!({"type": kind, "status": status, "lastTransitionTime": started});
    let state = if broken {
        json!({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container=app"}})
    } else {
        json!({"running": {"startedAt": started}})
    };
    let last = if broken {
        json!({"terminated": {"exitCode": 1, "reason": "Error", "startedAt": recent, "finishedAt": recent}})
    } else {
        json!({})
    };
    set(
        &mut pod,
        "/status",
        json!({"phase": "Running", "qosClass": "Burstable", "podIP": MARKS[3], "podIPs": [{"ip": MARKS[3]}],
        "hostIP": "10.20.0.1", "hostIPs": [{"ip": "10.20.0.1"}], "startTime": started,
        "conditions": [condition("Initialized", "True"), condition("Ready", ready), condition("ContainersReady", ready), condition("PodScheduled", "True")],
        "containerStatuses": [{"name": "app", "image": image, "imageID": "registry.demo/padding@sha256:0", "ready": !broken, "started": !broken,
            "restartCount": if broken { 40 + number % 200 } else { number % 3 }, "state": state, "lastState": last,
            "containerID": format!("containerd://{}", MARKS[5])}]}),
    );
    edit_list(&mut pod, "/status/conditions", |list| {
        if broken {
            for entry in list.iter_mut().filter(|c| c.text("/status") == "False") {
                set(entry, "/reason", "ContainersNotReady");
            }
        }
    });
    pod
}

/// Cuts the text at its marks: the template, and which mark stands at each cut.
fn cut(text: &str) -> (Arc<Template>, Vec<usize>) {
    let mut order = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // JSON writes the control character of a mark as an escape.
    while let Some(start) = rest.find("\\u0001") {
        out.push_str(&rest[..start]);
        let tail = &rest[start + 6..];
        let Some(mark) = MARKS.iter().position(|m| tail.starts_with(&m[1..])) else { break };
        out.push('\u{1f}');
        order.push(mark);
        rest = &tail[MARKS[mark].len() - 1..];
    }
    out.push_str(rest);
    (Arc::new(Template::new(&out)), order)
}
