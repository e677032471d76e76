//! Deployments: one replica set for each template, the newest grown while the older shrink.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::rollout::{HASH, REVISION, bare, revision, share, template_hash};
use crate::demo::value::{At, condition, edit_list, remove, set, set_condition};
use crate::demo::world::{Deletion, World, controlled_by};

const ID: &str = "deployments.apps";
const SETS: &str = "replicasets.apps";

/// Brings a deployment's replica sets closer to its template and count.
pub fn look(world: &mut World, key: &str) {
    let Some(deployment) = world.store.value(ID, key) else { return };
    if deployment.has("/metadata/deletionTimestamp") {
        return;
    }
    let mut sets = owned_sets(world, &deployment);
    let wanted = bare(deployment.at("/spec/template"));
    let mut newest = sets.iter().position(|s| bare(s.at("/spec/template")) == wanted);
    let paused = deployment.flag("/spec/paused");
    if newest.is_none() && !paused {
        create_set(world, &deployment, &sets);
        sets = owned_sets(world, &deployment);
        newest = sets.iter().position(|s| bare(s.at("/spec/template")) == wanted);
    } else if let Some(index) = newest {
        let latest = sets.iter().map(revision).max().unwrap_or_default();
        if revision(&sets[index]) < latest {
            // An old template is wanted again: a rollback. Its replica set becomes the newest revision.
            mark(world, &sets[index], key, latest + 1);
            sets = owned_sets(world, &deployment);
        } else if revision(&deployment) != latest {
            world.edit(ID, key, |d| set(d, REVISION, latest.to_string()));
        }
    }
    match newest {
        Some(index) if !paused => {
            let new = sets.remove(index);
            if deployment.text("/spec/strategy/type") == "Recreate" {
                recreate(world, &deployment, &new, &sets);
            } else {
                roll(world, &deployment, &new, &sets);
            }
            trim_history(world, &deployment, &sets);
        }
        _ => scale_only(world, &deployment, &sets),
    }
    report(world, key, &wanted);
}

fn owned_sets(world: &World, deployment: &Value) -> Vec<Value> {
    let uid = deployment.text("/metadata/uid");
    let mut sets: Vec<Value> =
        world.store.dependents(SETS, uid).iter().map(|s| s.value()).collect();
    sets.sort_by_key(revision);
    sets
}

fn create_set(world: &mut World, deployment: &Value, sets: &[Value]) {
    let hash = template_hash(deployment.at("/spec/template"));
    let name = format!("{}-{hash}", deployment.text("/metadata/name"));
    let namespace = deployment.text("/metadata/namespace");
    let next = sets.iter().map(revision).max().unwrap_or_default() + 1;
    let mut template = deployment.at("/spec/template").clone();
    set(&mut template, &format!("/metadata/labels/{HASH}"), hash.as_str());
    let mut selector = deployment.at("/spec/selector").clone();
    set(&mut selector, &format!("/matchLabels/{HASH}"), hash.as_str());
    let mut annotations = json!({});
    for (name, value) in deployment.entries("/metadata/annotations") {
        if name != "kubectl.kubernetes.io/last-applied-configuration" {
            annotations[name] = value.clone();
        }
    }
    annotations["deployment.kubernetes.io/revision"] = json!(next.to_string());
    annotations["deployment.kubernetes.io/desired-replicas"] =
        json!(deployment.num("/spec/replicas").to_string());
    let replica_set = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": name, "namespace": namespace, "labels": template.at("/metadata/labels"),
            "annotations": annotations, "ownerReferences": controlled_by(deployment)},
        "spec": {"replicas": 0, "selector": selector, "template": template}});
    // A clash can only be a replica set of the same template that somebody else owns; the next look tries again.
    if world.create(replica_set).is_ok() {
        let key = format!("{namespace}/{}", deployment.text("/metadata/name"));
        world.edit(ID, &key, |d| set(d, REVISION, next.to_string()));
    }
}

fn mark(world: &mut World, replica_set: &Value, deployment_key: &str, number: i64) {
    let key = format!(
        "{}/{}",
        replica_set.text("/metadata/namespace"),
        replica_set.text("/metadata/name")
    );
    world.edit(SETS, &key, |s| set(s, REVISION, number.to_string()));
    world.edit(ID, deployment_key, |d| set(d, REVISION, number.to_string()));
}

fn scale_set(world: &mut World, deployment: &Value, replica_set: &Value, count: i64) {
    let from = replica_set.num("/spec/replicas");
    if from == count {
        return;
    }
    let name = replica_set.text("/metadata/name");
    let key = format!("{}/{name}", replica_set.text("/metadata/namespace"));
    let desired = deployment.num("/spec/replicas").to_string();
    world.edit(SETS, &key, |s| {
        set(s, "/spec/replicas", count);
        let generation = s.num("/metadata/generation") + 1;
        set(s, "/metadata/generation", generation);
        set(s, "/metadata/annotations/deployment.kubernetes.io~1desired-replicas", desired);
    });
    let direction = if count > from { "up" } else { "down" };
    let message = format!("Scaled {direction} replica set {name} from {from} to {count}");
    world.event(deployment, "deployment-controller", false, "ScalingReplicaSet", &message);
}

fn roll(world: &mut World, deployment: &Value, new: &Value, old: &[Value]) {
    let desired = deployment.num("/spec/replicas");
    let surge = share(deployment.at("/spec/strategy/rollingUpdate/maxSurge"), desired, true);
    let mut missing =
        share(deployment.at("/spec/strategy/rollingUpdate/maxUnavailable"), desired, false);
    if surge == 0 && missing == 0 {
        missing = 1;
    }
    let total: i64 = old.iter().chain([new]).map(|s| s.num("/spec/replicas")).sum();
    let current = new.num("/spec/replicas");
    if current > desired {
        scale_set(world, deployment, new, desired);
    } else if current < desired {
        let room = (desired + surge - total).max(0);
        scale_set(world, deployment, new, (current + room).min(desired));
    }
    // Old pods go as far as enough available ones remain; broken ones go first and cost nothing.
    let ready = |s: &Value| s.num("/status/readyReplicas");
    let new_unavailable = current - ready(new).min(current);
    let mut may_go = total - (desired - missing) - new_unavailable;
    for broken_first in [true, false] {
        for replica_set in old {
            let key = format!(
                "{}/{}",
                replica_set.text("/metadata/namespace"),
                replica_set.text("/metadata/name")
            );
            let Some(now) = world.store.value(SETS, &key) else { continue };
            let count = now.num("/spec/replicas");
            let broken = (count - ready(&now)).max(0);
            let go = if broken_first { broken.min(may_go) } else { count.min(may_go) }.max(0);
            if go > 0 {
                may_go -= go;
                scale_set(world, deployment, &now, count - go);
            }
        }
    }
}

fn recreate(world: &mut World, deployment: &Value, new: &Value, old: &[Value]) {
    let mut left = false;
    for replica_set in old {
        scale_set(world, deployment, replica_set, 0);
        left |= !world.store.dependents("pods", replica_set.text("/metadata/uid")).is_empty();
    }
    if !left {
        scale_set(world, deployment, new, deployment.num("/spec/replicas"));
    }
}

/// While paused only the count is followed: the newest set with pods takes the difference.
fn scale_only(world: &mut World, deployment: &Value, sets: &[Value]) {
    let total: i64 = sets.iter().map(|s| s.num("/spec/replicas")).sum();
    let difference = deployment.num("/spec/replicas") - total;
    if difference != 0
        && let Some(last) = sets.iter().rev().find(|s| s.num("/spec/replicas") > 0).or(sets.last())
    {
        let count = (last.num("/spec/replicas") + difference).max(0);
        scale_set(world, deployment, last, count);
    }
}

fn trim_history(world: &mut World, deployment: &Value, old: &[Value]) {
    let limit = usize::try_from(deployment.num("/spec/revisionHistoryLimit")).unwrap_or_default();
    let empty: Vec<&Value> = old
        .iter()
        .filter(|s| s.num("/spec/replicas") == 0 && s.num("/status/replicas") == 0)
        .collect();
    for replica_set in empty.iter().take(empty.len().saturating_sub(limit)) {
        let key = format!(
            "{}/{}",
            replica_set.text("/metadata/namespace"),
            replica_set.text("/metadata/name")
        );
        world.delete(SETS, &key, Deletion::Background, None);
    }
}

/// Writes the status: counts, Available, Progressing.
fn report(world: &mut World, key: &str, wanted: &Value) {
    let Some(deployment) = world.store.value(ID, key) else { return };
    let sets = owned_sets(world, &deployment);
    let sum = |member: &str| sets.iter().map(|s| s.num(member)).sum::<i64>();
    let new = sets.iter().find(|s| bare(s.at("/spec/template")) == *wanted);
    let updated = new.map_or(0, |s| s.num("/status/replicas"));
    let name = new.map_or("", |s| s.text("/metadata/name")).to_owned();
    let (total, ready) = (sum("/status/replicas"), sum("/status/readyReplicas"));
    let desired = deployment.num("/spec/replicas");
    let missing =
        share(deployment.at("/spec/strategy/rollingUpdate/maxUnavailable"), desired, false);
    let complete = updated == desired && total == desired && ready == desired;
    let moved = [
        ("/status/replicas", total),
        ("/status/readyReplicas", ready),
        ("/status/updatedReplicas", updated),
    ]
    .iter()
    .any(|(member, count)| deployment.num(member) != *count)
        || deployment.num("/status/observedGeneration") != deployment.num("/metadata/generation");
    let memo = format!("{}/progress", deployment.text("/metadata/uid"));
    if moved || !world.memory.contains_key(&memo) {
        world.memory.insert(memo.clone(), (world.now, 0));
    }
    let last = world.memory.get(&memo).map_or(world.now, |m| m.0);
    let stuck = world.now.as_second() - last.as_second();
    let deadline = deployment.num("/spec/progressDeadlineSeconds").max(1);
    if !complete && stuck < deadline {
        world.later(SignedDuration::from_secs(deadline - stuck), (ID, key.to_owned()));
    }
    let now = world.stamp();
    world.edit(ID, key, |d| {
        let generation = d.num("/metadata/generation");
        set(d, "/status/observedGeneration", generation);
        for (member, count) in [
            ("replicas", total),
            ("updatedReplicas", updated),
            ("readyReplicas", ready),
            ("availableReplicas", ready),
            ("unavailableReplicas", (desired.max(total) - ready).max(0)),
        ] {
            if count == 0 && member != "replicas" {
                remove(d, &format!("/status/{member}"));
            } else {
                set(d, &format!("/status/{member}"), count);
            }
        }
        let (available, reason, message) = if ready >= desired - missing {
            ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        } else {
            (
                "False",
                "MinimumReplicasUnavailable",
                "Deployment does not have minimum availability.",
            )
        };
        set_condition(d, "Available", available, (reason, message), &now);
        let (progress, reason, message) = if complete {
            (
                "True",
                "NewReplicaSetAvailable",
                format!("ReplicaSet \"{name}\" has successfully progressed."),
            )
        } else if d.flag("/spec/paused") {
            ("Unknown", "DeploymentPaused", "Deployment is paused".to_owned())
        } else if stuck >= deadline {
            (
                "False",
                "ProgressDeadlineExceeded",
                format!("ReplicaSet \"{name}\" has timed out progressing."),
            )
        } else {
            ("True", "ReplicaSetUpdated", format!("ReplicaSet \"{name}\" is progressing."))
        };
        let touched = condition(d, "Progressing").text("/lastUpdateTime").to_owned();
        set_condition(d, "Progressing", progress, (reason, &message), &now);
        let stamp = if moved || touched.is_empty() { now.clone() } else { touched };
        edit_list(d, "/status/conditions", |list| {
            for entry in list.iter_mut() {
                let value = if entry.text("/type") == "Progressing" {
                    stamp.clone()
                } else {
                    entry.text("/lastTransitionTime").to_owned()
                };
                set(entry, "/lastUpdateTime", value);
            }
        });
    });
}
