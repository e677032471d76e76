//! Replica sets: as many pods as asked for.

use serde_json::{Value, json};

use crate::demo::object::Object;
use crate::demo::value::{At, condition, set};
use crate::demo::world::{Deletion, World, controlled_by};

const ID: &str = "replicasets.apps";

/// Creates or deletes pods until the count is right, and counts them.
pub fn look(world: &mut World, key: &str) {
    let Some(set) = world.store.value(ID, key) else { return };
    if set.has("/metadata/deletionTimestamp") {
        return;
    }
    let pods = active_pods(world, &set);
    let wanted = usize::try_from(set.num("/spec/replicas")).unwrap_or_default();
    for _ in pods.len()..wanted {
        let pod = from_template(&set, set.at("/spec/template"));
        match world.create(pod) {
            Ok(pod) => {
                let message = format!("Created pod: {}", pod.name());
                world.event(&set, "replicaset-controller", false, "SuccessfulCreate", &message);
            }
            Err(refusal) => {
                let message = format!("Error creating: {}", refusal.message);
                world.event(&set, "replicaset-controller", true, "FailedCreate", &message);
                break;
            }
        }
    }
    let mut spare = pods;
    spare.sort_by_cached_key(expendable);
    for pod in spare.iter().take(spare.len().saturating_sub(wanted)) {
        let name = pod.text("/metadata/name").to_owned();
        let pod_key = format!("{}/{name}", pod.text("/metadata/namespace"));
        world.delete("pods", &pod_key, Deletion::Background, None);
        world.event(
            &set,
            "replicaset-controller",
            false,
            "SuccessfulDelete",
            &format!("Deleted pod: {name}"),
        );
    }
    count(world, key, &set);
}

/// The pods of an owner that have neither ended nor been told to go.
pub fn active_pods(world: &World, owner: &Value) -> Vec<Value> {
    let pods = world.store.dependents("pods", owner.text("/metadata/uid"));
    pods.iter().map(|p: &std::sync::Arc<Object>| p.value()).filter(is_active).collect()
}

/// Whether a pod counts as a replica.
pub fn is_active(pod: &Value) -> bool {
    !pod.has("/metadata/deletionTimestamp")
        && !matches!(pod.text("/status/phase"), "Succeeded" | "Failed")
}

/// Whether a pod is ready.
pub fn is_ready(pod: &Value) -> bool {
    condition(pod, "Ready").text("/status") == "True"
}

/// A pod made of a template, owned by this object, with a generated name.
pub fn from_template(owner: &Value, template: &Value) -> Value {
    let mut metadata = json!({"generateName": format!("{}-", owner.text("/metadata/name")),
        "namespace": owner.text("/metadata/namespace"), "ownerReferences": controlled_by(owner)});
    for member in ["labels", "annotations"] {
        let value = template.at(&format!("/metadata/{member}"));
        if !value.is_null() {
            metadata[member] = value.clone();
        }
    }
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template.at("/spec")})
}

/// Who goes first: unassigned, then pending, then not ready, then the youngest.
fn expendable(pod: &Value) -> (bool, bool, bool, std::cmp::Reverse<String>, String) {
    (
        !pod.text("/spec/nodeName").is_empty(),
        pod.text("/status/phase") != "Pending",
        is_ready(pod),
        std::cmp::Reverse(pod.text("/metadata/creationTimestamp").to_owned()),
        pod.text("/metadata/name").to_owned(),
    )
}

fn count(world: &mut World, key: &str, owner: &Value) {
    let pods = active_pods(world, owner);
    let ready = pods.iter().filter(|p| is_ready(p)).count();
    let total = pods.len();
    world.edit(ID, key, |replica_set| {
        let generation = replica_set.num("/metadata/generation");
        set(replica_set, "/status/replicas", total);
        set(replica_set, "/status/fullyLabeledReplicas", total);
        set(replica_set, "/status/readyReplicas", ready);
        set(replica_set, "/status/availableReplicas", ready);
        set(replica_set, "/status/observedGeneration", generation);
    });
}
