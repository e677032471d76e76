//! The controllers that keep the demo cluster alive. Each looks at one object and brings it closer to what it should be.

mod autoscaler;
mod cron;
mod daemonset;
mod deployment;
mod disruption;
mod endpoints;
mod ephemeral;
mod job;
mod kubelet;
mod namespace;
pub mod node;
mod replicas;
mod revisions;
mod rollout;
mod scheduler;
mod statefulset;
pub mod story;
mod volume;

pub use disruption::blocks as disruption_blocks;

use super::object::Object;
use super::selector::LabelSelector;
use super::value::At;
use super::world::{Work, World};

/// A controller: looks at the object under this key.
type Look = fn(&mut World, &str);

/// Who looks at what. The first part of a piece of [`Work`] is a name out of this table.
const CONTROLLERS: &[(&str, Look)] = &[
    ("pods", kubelet::look),
    ("deployments.apps", deployment::look),
    ("replicasets.apps", replicas::look),
    ("statefulsets.apps", statefulset::look),
    ("daemonsets.apps", daemonset::look),
    ("jobs.batch", job::look),
    ("cronjobs.batch", cron::look),
    ("horizontalpodautoscalers.autoscaling", autoscaler::look),
    ("services", endpoints::look),
    ("poddisruptionbudgets.policy", disruption::look),
    ("persistentvolumeclaims", volume::look),
    ("persistentvolumes", volume::look_at_volume),
    ("namespaces", namespace::look),
    ("nodes", node::look),
    ("events", expire_event),
    // Not resources: the garbage collector (by UID of a vanished owner), foreground deletion, and the plot.
    ("garbage", collect),
    ("foreground", foreground),
    ("story", story::look),
];

fn controller(id: &str) -> Option<&'static (&'static str, Look)> {
    CONTROLLERS.iter().find(|(name, _)| *name == id)
}

/// Queues whoever cares about this change.
pub fn notice(world: &mut World, id: &str, object: &Object, gone: bool) {
    if id == "events" {
        return;
    }
    if let Some((name, _)) = controller(id) {
        world.agenda.soon((name, object.key().to_owned()));
    }
    if gone && world.store.owns_any(object.uid()) {
        world.agenda.soon(("garbage", object.uid().to_owned()));
    }
    for owner in object.owners() {
        let Some((owner_id, owner_key)) = world.store.by_uid(owner).cloned() else {
            if !gone {
                world.agenda.soon(("garbage", owner.to_owned()));
            }
            continue;
        };
        if let Some((name, _)) = controller(&owner_id) {
            world.agenda.soon((name, owner_key.to_string()));
        }
        if gone {
            world.agenda.soon(("foreground", format!("{owner_id} {owner_key}")));
        }
    }
    if id == "pods" {
        notice_pod(world, object);
    }
    if !gone && World::waits_for_dependents(&object.value()) {
        world.agenda.soon(("foreground", format!("{id} {}", object.key())));
    }
}

/// Services and disruption budgets follow the pods they select.
fn notice_pod(world: &mut World, pod: &Object) {
    let Some(namespace) = pod.namespace() else { return };
    for (id, pointer) in
        [("services", "/spec/selector"), ("poddisruptionbudgets.policy", "/spec/selector")]
    {
        let keys: Vec<String> = world
            .store
            .iter(id, Some(namespace))
            .filter(|o| {
                let selector = LabelSelector::from_value(o.value().at(pointer));
                !selector.is_empty() && selector.matches(pod.labels())
            })
            .map(|o| o.key().to_owned())
            .collect();
        if let Some((name, _)) = controller(id) {
            keys.into_iter().for_each(|key| world.agenda.soon((name, key)));
        }
    }
}

/// Does one piece of work.
pub fn work(world: &mut World, (name, key): &Work) {
    if let Some((_, look)) = controller(name) {
        look(world, key);
    }
}

fn expire_event(world: &mut World, key: &str) {
    let Some(event) = world.store.value("events", key) else { return };
    let age =
        super::world::seconds_since(world.now, event.text("/lastTimestamp")).unwrap_or(i64::MAX);
    if age >= 3600 {
        world.finish("events", key);
    } else {
        world.later(jiff::SignedDuration::from_secs(3600 - age), ("events", key.to_owned()));
    }
}

fn collect(world: &mut World, uid: &str) {
    if world.store.by_uid(uid).is_none() {
        world.collect(uid);
    }
}

fn foreground(world: &mut World, place: &str) {
    let Some((id, key)) = place.split_once(' ') else { return };
    if let Some(owner) = world.store.value(id, key)
        && World::waits_for_dependents(&owner)
    {
        world.collect_foreground(id, key, &owner);
    }
}

/// The hash by which replica sets of a template are named.
pub fn rollout_hash(template: &serde_json::Value) -> String {
    rollout::template_hash(template)
}

/// A pod as a replica set makes it, before it has a name.
pub fn pod_from_template(replica_set: &serde_json::Value) -> serde_json::Value {
    replicas::from_template(replica_set, replica_set.at("/spec/template"))
}
