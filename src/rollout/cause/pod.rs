//! What is wrong with one pod: whether it is scheduled, whether its volumes are there, whether its containers start, stay and get ready.

use crate::describe::{Field, unix};
use crate::store::Health;

use super::super::pods::waiting_claims;
use super::super::workload::Workload;
use super::{Cause, container, events, newest};

/// How many seconds after the end of its grace a pod that is being deleted is of interest.
const LATE: i64 = 15;

/// What holds a pod up; nothing where it is well.
pub(super) fn of(workload: &Workload<'_, '_>, pod: Field<'_>) -> Vec<Cause> {
    let name = pod.at("metadata.name").str();
    let cause = |(health, words): (Health, String)| Cause {
        health,
        object: format!("pod/{name}"),
        go: workload.beside("", "pods", name),
        words,
    };
    if pod.at("metadata.deletionTimestamp").has_any() {
        return leaving(workload, pod).map(cause).into_iter().collect();
    }
    let mut causes = Vec::new();
    if pod.at("status.phase").str() == "Failed" {
        causes.extend(failed(pod).map(cause));
    }
    if let Some(unscheduled) = unscheduled(pod) {
        causes.push(cause(unscheduled));
        causes.extend(claims(workload, pod));
        return causes;
    }
    let told = events(workload, pod.at("metadata.uid").str());
    if let Some(stuck) = container::of(pod, &told) {
        causes.push(cause(stuck));
    }
    if causes.is_empty() {
        causes.extend(gates(pod).map(cause));
    }
    causes.extend(claims(workload, pod));
    causes
}

fn condition<'f>(pod: Field<'f>, kind: &str) -> Option<Field<'f>> {
    let conditions = pod.at("status.conditions");
    let mut conditions = conditions.list();
    conditions.find(|condition| condition.key("type").str() == kind)
}

/// A pod that ended as a whole: evicted by its node, or past its deadline.
fn failed(pod: Field<'_>) -> Option<(Health, String)> {
    let status = pod.key("status");
    let reason = status.key("reason").str();
    if reason.is_empty() {
        return None;
    }
    let message = status.key("message").str();
    let because = if message.is_empty() { String::new() } else { format!(": {message}") };
    Some((Health::Broken, format!("failed, {reason}{because}")))
}

/// A pod that is being deleted and does not go.
fn leaving(workload: &Workload<'_, '_>, pod: Field<'_>) -> Option<(Health, String)> {
    // The timestamp is the end of its grace.
    let until = unix(pod.at("metadata.deletionTimestamp"))?;
    if workload.facts.now() < until.saturating_add(LATE) {
        return None;
    }
    let finalizers = pod.at("metadata.finalizers").joined(", ");
    let words = if finalizers.is_empty() {
        let node = pod.at("spec.nodeName").str();
        format!("should be gone, but node/{node} has not said that its containers ended")
    } else {
        format!("should be gone, but its finalizers hold it: {finalizers}")
    };
    Some((Health::Warning, words))
}

/// A pod that no node has taken.
fn unscheduled(pod: Field<'_>) -> Option<(Health, String)> {
    let condition = condition(pod, "PodScheduled")?;
    if condition.key("status").str() != "False" {
        return None;
    }
    let message = condition.key("message").str();
    if condition.key("reason").str() == "SchedulingGated" {
        let gates = pod.at("spec.schedulingGates");
        let gates: Vec<&str> = gates.list().map(|gate| gate.key("name").str()).collect();
        let words = format!("waits for its scheduling gates to be lifted: {}", gates.join(", "));
        return Some((Health::Warning, words));
    }
    let why = if message.is_empty() { condition.key("reason").str() } else { message };
    Some((Health::Warning, format!("cannot be scheduled: {why}")))
}

/// A pod whose containers are ready, and which is not because of its readiness gates.
fn gates(pod: Field<'_>) -> Option<(Health, String)> {
    let ready = condition(pod, "Ready")?;
    let closed = ready.key("status").str() == "False"
        && ready.key("reason").str() == "ReadinessGatesNotReady";
    closed.then(|| {
        let words = format!("waits for its readiness gates: {}", ready.key("message").str());
        (Health::Warning, words)
    })
}

/// The claims of a pod that has not started, which are not bound or not there.
fn claims(workload: &Workload<'_, '_>, pod: Field<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    for name in waiting_claims(pod) {
        let want = workload.want("", "persistentvolumeclaims", name);
        let (health, words) = match workload.facts.get(&want) {
            crate::sheet::Answer::Object(None) => {
                (Health::Broken, "is not there, and a pod mounts it".to_owned())
            }
            crate::sheet::Answer::Object(Some(claim)) => {
                let claim = Field::of(claim);
                let phase = claim.at("status.phase").str();
                if !matches!(phase, "Pending" | "Lost") {
                    continue;
                }
                let uid = claim.at("metadata.uid").str();
                let told = ["ProvisioningFailed", "FailedBinding", "ExternalProvisioning"]
                    .into_iter()
                    .chain(["WaitForFirstConsumer", "WaitForPodScheduled"])
                    .find_map(|reason| newest(workload, uid, reason));
                let class = claim.at("spec.storageClassName").str_or("none");
                let why = told.map_or_else(
                    || format!("storage class {class}"),
                    |event| event.key("message").str().trim().to_owned(),
                );
                (Health::Warning, format!("is {phase}, and a pod waits for it: {why}"))
            }
            _ => continue,
        };
        causes.push(Cause {
            health,
            object: format!("persistentvolumeclaim/{name}"),
            go: workload.beside("", "persistentvolumeclaims", name),
            words,
        });
    }
    causes
}
