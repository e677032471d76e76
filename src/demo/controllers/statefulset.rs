//! Stateful sets: pods with numbers, in order, each with claims of its own.

use serde_json::{Value, json};

use super::replicas::{active_pods, from_template, is_ready};
use super::revisions;
use crate::demo::value::{At, edit_list, set};
use crate::demo::world::{Deletion, World};

const ID: &str = "statefulsets.apps";
const REVISION: &str = "/metadata/labels/controller-revision-hash";

/// Moves one pod on: creates the first that is missing, deletes the last that is too many or out of date.
pub fn look(world: &mut World, key: &str) {
    let Some(owner) = world.store.value(ID, key) else { return };
    if owner.has("/metadata/deletionTimestamp") {
        return;
    }
    let (revision, _) = revisions::keep(world, &owner);
    let wanted = owner.num("/spec/replicas").max(0);
    let (namespace, name) = (owner.text("/metadata/namespace"), owner.text("/metadata/name"));
    let parallel = owner.text("/spec/podManagementPolicy") == "Parallel";
    let mut steady = true;
    for ordinal in 0..wanted {
        let pod_key = format!("{namespace}/{name}-{ordinal}");
        match world.store.value("pods", &pod_key) {
            None => {
                create(world, &owner, ordinal, &revision);
                steady = false;
            }
            Some(pod) if matches!(pod.text("/status/phase"), "Failed" | "Succeeded") => {
                world.delete("pods", &pod_key, Deletion::Background, Some(0));
                steady = false;
            }
            Some(pod) => steady &= is_ready(&pod) && !pod.has("/metadata/deletionTimestamp"),
        }
        if !steady && !parallel {
            break;
        }
    }
    let pods = active_pods(world, &owner);
    let last = pods.iter().max_by_key(|p| ordinal_of(p)).filter(|p| ordinal_of(p) >= wanted);
    if let Some(extra) = last
        && (steady || parallel)
    {
        drop_pod(world, &owner, extra);
    } else if steady && owner.text("/spec/updateStrategy/type") == "RollingUpdate" {
        let partition = owner.num("/spec/updateStrategy/rollingUpdate/partition");
        let mut stale: Vec<&Value> = pods
            .iter()
            .filter(|p| p.text(REVISION) != revision && ordinal_of(p) >= partition)
            .collect();
        stale.sort_by_key(|p| ordinal_of(p));
        if let Some(pod) = stale.last() {
            drop_pod(world, &owner, pod);
        }
    }
    report(world, key, &owner, &revision);
}

fn ordinal_of(pod: &Value) -> i64 {
    pod.text("/metadata/name").rsplit_once('-').and_then(|(_, n)| n.parse().ok()).unwrap_or(-1)
}

fn create(world: &mut World, owner: &Value, ordinal: i64, revision: &str) {
    let name = format!("{}-{ordinal}", owner.text("/metadata/name"));
    let namespace = owner.text("/metadata/namespace");
    let mut pod = from_template(owner, owner.at("/spec/template"));
    set(&mut pod, "/metadata/name", name.as_str());
    set(&mut pod, REVISION, revision);
    set(&mut pod, "/metadata/labels/statefulset.kubernetes.io~1pod-name", name.as_str());
    set(&mut pod, "/metadata/labels/apps.kubernetes.io~1pod-index", ordinal.to_string());
    set(&mut pod, "/spec/hostname", name.as_str());
    set(&mut pod, "/spec/subdomain", owner.text("/spec/serviceName"));
    for template in owner.items("/spec/volumeClaimTemplates") {
        let volume = template.text("/metadata/name");
        let claim = format!("{volume}-{name}");
        let object = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"name": claim, "namespace": namespace, "labels": owner.at("/spec/selector/matchLabels")},
            "spec": template.at("/spec")});
        // It may well exist: claims outlive their pods.
        let _ = world.create(object);
        edit_list(&mut pod, "/spec/volumes", |volumes| {
            volumes.push(json!({"name": volume, "persistentVolumeClaim": {"claimName": claim}}));
        });
    }
    let (warning, reason, message) = match world.create(pod) {
        Ok(_) => (
            false,
            "SuccessfulCreate",
            format!("create Pod {name} in StatefulSet {} successful", owner.text("/metadata/name")),
        ),
        Err(refusal) => (true, "FailedCreate", refusal.message),
    };
    world.event(owner, "statefulset-controller", warning, reason, &message);
}

fn drop_pod(world: &mut World, owner: &Value, pod: &Value) {
    let name = pod.text("/metadata/name");
    world.delete(
        "pods",
        &format!("{}/{name}", pod.text("/metadata/namespace")),
        Deletion::Background,
        None,
    );
    let message =
        format!("delete Pod {name} in StatefulSet {} successful", owner.text("/metadata/name"));
    world.event(owner, "statefulset-controller", false, "SuccessfulDelete", &message);
}

fn report(world: &mut World, key: &str, owner: &Value, revision: &str) {
    let pods = active_pods(world, owner);
    let ready = pods.iter().filter(|p| is_ready(p)).count();
    let updated = pods.iter().filter(|p| p.text(REVISION) == revision).count();
    let wanted = usize::try_from(owner.num("/spec/replicas")).unwrap_or_default();
    let total = pods.len();
    world.edit(ID, key, |s| {
        let generation = s.num("/metadata/generation");
        set(s, "/status/observedGeneration", generation);
        for (member, count) in [
            ("replicas", total),
            ("readyReplicas", ready),
            ("availableReplicas", ready),
            ("updatedReplicas", updated),
        ] {
            set(s, &format!("/status/{member}"), count);
        }
        set(s, "/status/updateRevision", revision);
        if !s.has("/status/currentRevision") || (updated == wanted && ready == wanted) {
            set(s, "/status/currentRevision", revision);
        }
        let current =
            if s.text("/status/currentRevision") == revision { updated } else { total - updated };
        set(s, "/status/currentReplicas", current);
    });
}
