//! Daemon sets: one pod on every node that takes it.

use serde_json::{Value, json};

use super::replicas::{active_pods, from_template, is_ready};
use super::rollout::share;
use super::{revisions, scheduler};
use crate::demo::value::{At, edit_list, set};
use crate::demo::world::{Deletion, World};

const ID: &str = "daemonsets.apps";
const REVISION: &str = "/metadata/labels/controller-revision-hash";

/// What a daemon's pods put up with wherever they are.
const TOLERATED: &[(&str, &str)] = &[
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];

/// Adds and removes pods node by node, and replaces outdated ones a few at a time.
pub fn look(world: &mut World, key: &str) {
    let Some(owner) = world.store.value(ID, key) else { return };
    if owner.has("/metadata/deletionTimestamp") {
        return;
    }
    let (_, hash) = revisions::keep(world, &owner);
    let mut pod = from_template(&owner, owner.at("/spec/template"));
    set(&mut pod, REVISION, hash.as_str());
    edit_list(&mut pod, "/spec/tolerations", |list| {
        for (key, effect) in TOLERATED {
            list.push(json!({"key": key, "operator": "Exists", "effect": effect}));
        }
    });
    // Padding nodes are furniture: daemons that ran there too would multiply the pods asked for.
    let nodes: Vec<Value> = world
        .store
        .iter("nodes", None)
        .filter(|n| !n.name().starts_with("pad-"))
        .map(|n| n.value())
        .collect();
    // A node that is not ready keeps its daemons, so only taints and selectors decide.
    let eligible: Vec<&str> = nodes
        .iter()
        .filter(|n| scheduler::refuses(n, &pod).is_none_or(|why| why.contains("not ready")))
        .map(|n| n.text("/metadata/name"))
        .collect();
    let pods = active_pods(world, &owner);
    let all = world.store.dependents("pods", owner.text("/metadata/uid"));
    for node in &eligible {
        if !all.iter().any(|p| p.node() == Some(node)) {
            create(world, &owner, &pod, node);
        }
    }
    for extra in pods.iter().filter(|p| !eligible.contains(&p.text("/spec/nodeName"))) {
        drop_pod(world, &owner, extra);
    }
    update(world, &owner, &pods, eligible.len(), &hash);
    report(world, key, &owner, eligible.len(), &hash);
}

fn create(world: &mut World, owner: &Value, pod: &Value, node: &str) {
    let mut pod = pod.clone();
    set(&mut pod, "/spec/nodeName", node);
    let now = world.stamp();
    scheduler::scheduled(&mut pod, &now);
    let (warning, reason, message) = match world.create(pod) {
        Ok(pod) => (false, "SuccessfulCreate", format!("Created pod: {}", pod.name())),
        Err(refusal) => (true, "FailedCreate", refusal.message),
    };
    world.event(owner, "daemonset-controller", warning, reason, &message);
}

fn drop_pod(world: &mut World, owner: &Value, pod: &Value) {
    let name = pod.text("/metadata/name");
    world.delete(
        "pods",
        &format!("{}/{name}", pod.text("/metadata/namespace")),
        Deletion::Background,
        None,
    );
    world.event(
        owner,
        "daemonset-controller",
        false,
        "SuccessfulDelete",
        &format!("Deleted pod: {name}"),
    );
}

fn update(world: &mut World, owner: &Value, pods: &[Value], desired: usize, hash: &str) {
    if owner.text("/spec/updateStrategy/type") != "RollingUpdate" {
        return;
    }
    let allowed = owner.at("/spec/updateStrategy/rollingUpdate/maxUnavailable");
    let allowed = share(allowed, desired as i64, true).max(1);
    let ready = pods.iter().filter(|p| is_ready(p)).count();
    let mut room = allowed - (desired.saturating_sub(ready)) as i64;
    for pod in pods.iter().filter(|p| p.text(REVISION) != hash) {
        if !is_ready(pod) {
            drop_pod(world, owner, pod);
        } else if room > 0 {
            room -= 1;
            drop_pod(world, owner, pod);
        }
    }
}

fn report(world: &mut World, key: &str, owner: &Value, desired: usize, hash: &str) {
    let pods = active_pods(world, owner);
    let ready = pods.iter().filter(|p| is_ready(p)).count();
    let updated = pods.iter().filter(|p| p.text(REVISION) == hash).count();
    let current = pods.len();
    world.edit(ID, key, |d| {
        let generation = d.num("/metadata/generation");
        set(d, "/status/observedGeneration", generation);
        for (member, count) in [
            ("desiredNumberScheduled", desired),
            ("currentNumberScheduled", current),
            ("numberReady", ready),
            ("numberAvailable", ready),
            ("updatedNumberScheduled", updated),
            ("numberMisscheduled", 0),
            ("numberUnavailable", desired.saturating_sub(ready)),
        ] {
            set(d, &format!("/status/{member}"), count);
        }
    });
}
