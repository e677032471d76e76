//! The scheduler: finds a node that takes a pod, or says why none does.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::demo::quantity;
use crate::demo::value::{At, condition, set, set_condition};
use crate::demo::world::World;

/// Padding nodes are only looked at this far: one of many is as good as another.
const SAMPLE: usize = 24;

/// Binds a pod to a node.
pub fn place(world: &mut World, key: &str, mut pod: Value) {
    if pod.has("/metadata/deletionTimestamp") {
        return;
    }
    let now = world.stamp();
    if let Some(why) = unbound_claim(world, &pod) {
        return unschedulable(world, key, pod, &why);
    }
    let start = world.chance(&["node", pod.text("/metadata/uid")]) as usize;
    let names: Vec<String> = world.store.iter("nodes", None).map(|n| n.key().to_owned()).collect();
    let (own, padding): (Vec<String>, Vec<String>) =
        names.iter().cloned().partition(|name| !name.starts_with("pad-"));
    let turn = |list: &[String]| -> Vec<String> {
        let list = list.iter().cycle().skip(start % list.len().max(1)).take(list.len());
        list.cloned().collect()
    };
    let order = turn(&own).into_iter().chain(turn(&padding).into_iter().take(SAMPLE));
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for name in order {
        let Some(node) = world.store.value("nodes", &name) else { continue };
        match refuses(&node, &pod) {
            Some(reason) => *reasons.entry(reason).or_default() += 1,
            None => {
                set(&mut pod, "/spec/nodeName", name.as_str());
                set_condition(&mut pod, "PodScheduled", "True", ("", ""), &now);
                let message = format!("Successfully assigned {key} to {name}");
                world.event(&pod, "default-scheduler", false, "Scheduled", &message);
                world.put("pods", key, pod);
                return;
            }
        }
    }
    let parts: Vec<String> =
        reasons.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    let why = format!(
        "0/{} nodes are available: {}. preemption: 0/{} nodes are available: {} Preemption is not helpful for scheduling.",
        names.len(),
        parts.join(", "),
        names.len(),
        names.len()
    );
    unschedulable(world, key, pod, &why);
}

fn unschedulable(world: &mut World, key: &str, mut pod: Value, why: &str) {
    let now = world.stamp();
    set_condition(&mut pod, "PodScheduled", "False", ("Unschedulable", why), &now);
    world.event(&pod, "default-scheduler", true, "FailedScheduling", why);
    world.later(SignedDuration::from_secs(60), ("pods", key.to_owned()));
    if world.store.value("pods", key).as_ref() != Some(&pod) {
        // Stored without notice to the kubelet, which would only ask again at once.
        world.store.put("pods", key, pod);
    }
}

fn unbound_claim(world: &World, pod: &Value) -> Option<String> {
    let namespace = pod.text("/metadata/namespace");
    for claim in
        pod.items("/spec/volumes").iter().map(|v| v.text("/persistentVolumeClaim/claimName"))
    {
        if claim.is_empty() {
            continue;
        }
        match world.store.value("persistentvolumeclaims", &format!("{namespace}/{claim}")) {
            None => return Some(format!("persistentvolumeclaim \"{claim}\" not found")),
            Some(pvc) if pvc.text("/status/phase") != "Bound" => {
                return Some("pod has unbound immediate PersistentVolumeClaims".to_owned());
            }
            Some(_) => {}
        }
    }
    None
}

/// Why a node does not take a pod, if it does not.
pub fn refuses(node: &Value, pod: &Value) -> Option<String> {
    if node.flag("/spec/unschedulable")
        && !tolerates(pod, "node.kubernetes.io/unschedulable", "", "NoSchedule")
    {
        return Some("node(s) were unschedulable".to_owned());
    }
    for taint in node.items("/spec/taints") {
        let (key, value, effect) =
            (taint.text("/key"), taint.text("/value"), taint.text("/effect"));
        if effect != "PreferNoSchedule" && !tolerates(pod, key, value, effect) {
            return Some(format!("node(s) had untolerated taint {{{key}: {value}}}"));
        }
    }
    if condition(node, "Ready").text("/status") != "True" {
        return Some("node(s) were not ready".to_owned());
    }
    let labels = node.at("/metadata/labels");
    if pod.entries("/spec/nodeSelector").any(|(k, v)| labels.get(k) != Some(v)) {
        return Some("node(s) didn't match Pod's node affinity/selector".to_owned());
    }
    for (resource, pointer) in
        [("cpu", "/resources/requests/cpu"), ("memory", "/resources/requests/memory")]
    {
        let wanted: f64 =
            pod.items("/spec/containers").iter().map(|c| quantity::read(c.text(pointer))).sum();
        if wanted > quantity::read(node.text(&format!("/status/allocatable/{resource}"))) {
            return Some(format!("Insufficient {resource}"));
        }
    }
    None
}

fn tolerates(pod: &Value, key: &str, value: &str, effect: &str) -> bool {
    pod.items("/spec/tolerations").iter().any(|t| {
        let fits_key = (!t.has("/key") && t.text("/operator") == "Exists") || t.text("/key") == key;
        let fits_value = t.text("/operator") == "Exists" || t.text("/value") == value;
        let fits_effect = !t.has("/effect") || t.text("/effect") == effect;
        fits_key && fits_value && fits_effect
    })
}

/// The conditions of a pod that a daemon set bound itself.
pub fn scheduled(pod: &mut Value, now: &str) {
    set(pod, "/status/conditions", json!([]));
    set_condition(pod, "PodScheduled", "True", ("", ""), now);
}
