//! The revisions of a workload: its ReplicaSets or ControllerRevisions, and which of them is rolled out to.

use std::cmp::Reverse;

use serde_json::{Map, Value};

use crate::describe::meta::controller;
use crate::describe::{Field, unix};

use super::workload::{Kind, Workload};

/// The annotation that numbers the ReplicaSets of a Deployment.
const NUMBER: &str = "deployment.kubernetes.io/revision";
/// What a ReplicaSet's template has beside the Deployment's, and tells its pods from others'.
const HASH: &str = "pod-template-hash";
/// The label that tells the pods of one `ControllerRevision` from those of another.
const REVISION_HASH: &str = "controller-revision-hash";
/// Why a revision came about, where somebody said so.
const CAUSE: &str = "kubernetes.io/change-cause";

/// One revision of a workload.
pub(super) struct Revision<'f> {
    /// The object that keeps it.
    pub(super) kept: Field<'f>,
    pub(super) name: &'f str,
    pub(super) uid: &'f str,
    pub(super) number: i64,
    /// Whether it is what is rolled out to.
    pub(super) wanted: bool,
    /// Its pod template.
    pub(super) template: Field<'f>,
    pub(super) created: Option<i64>,
    pub(super) cause: &'f str,
    /// The label that its pods have, and its value: one of these.
    label: &'static str,
    values: [&'f str; 2],
}

impl Revision<'_> {
    /// Whether a pod with these labels is one of its pods.
    pub(super) fn has(&self, labels: &crate::store::Labels) -> bool {
        labels.iter().any(|(key, value)| {
            &**key == self.label && !value.is_empty() && self.values.contains(&&**value)
        })
    }

    /// The images of its containers.
    pub(super) fn images(&self) -> String {
        let containers = self.template.at("spec.containers");
        let images = containers.list().map(|container| container.key("image").str());
        images.collect::<Vec<_>>().join(", ")
    }
}

/// The revisions of a workload as far as they are known, the newest first.
pub(super) fn of<'f>(workload: &Workload<'f, '_>) -> Vec<Revision<'f>> {
    let Some(want) = workload.want_revisions() else { return Vec::new() };
    let owned = workload.facts.objects(&want).iter().map(|object| Field::of(object));
    let owned = owned.filter(|object| {
        controller(*object).is_some_and(|owner| owner.key("uid").str() == workload.uid())
    });
    let by_sets = workload.kind == Kind::Deployment;
    let mut all: Vec<Revision<'f>> = owned.map(|object| revision(object, by_sets)).collect();
    let template = workload.object.at("spec.template");
    let wanted = match workload.kind {
        // Of several with the template, the oldest is the one that the controller takes (its `FindNewReplicaSet`).
        Kind::Deployment => {
            let same = all.iter().filter(|set| same_template(set.template, template));
            same.min_by_key(|set| (set.created, set.name)).map(|set| set.uid)
        }
        Kind::StatefulSet => {
            let name = workload.object.at("status.updateRevision").str();
            all.iter().find(|revision| revision.name == name).map(|revision| revision.uid)
        }
        Kind::DaemonSet => all.iter().max_by_key(|r| r.number).map(|revision| revision.uid),
    };
    for revision in &mut all {
        revision.wanted = Some(revision.uid) == wanted;
    }
    all.sort_by_key(|revision| (Reverse(revision.wanted), Reverse(revision.number)));
    all
}

fn revision(kept: Field<'_>, by_sets: bool) -> Revision<'_> {
    let annotations = kept.at("metadata.annotations");
    let labels = kept.at("metadata.labels");
    let name = kept.at("metadata.name").str();
    let label = if by_sets { HASH } else { REVISION_HASH };
    Revision {
        kept,
        name,
        uid: kept.at("metadata.uid").str(),
        number: if by_sets {
            annotations.key(NUMBER).str().parse().unwrap_or(0)
        } else {
            kept.key("revision").int()
        },
        wanted: false,
        template: kept.at(if by_sets { "spec.template" } else { "data.spec.template" }),
        created: unix(kept.at("metadata.creationTimestamp")),
        cause: annotations.key(CAUSE).str(),
        label,
        // A StatefulSet's pods have the name of their revision there, a DaemonSet's its hash.
        values: [labels.key(label).str(), if by_sets { "" } else { name }],
    }
}

/// Whether two pod templates are the same but for the hash that the Deployment controller adds.
pub(crate) fn same_template(a: Field<'_>, b: Field<'_>) -> bool {
    let (Some(a), Some(b)) = (a.value(), b.value()) else { return false };
    let labels = |template: &Value| -> Map<String, Value> {
        let labels = template.pointer("/metadata/labels").and_then(Value::as_object);
        let mut labels = labels.cloned().unwrap_or_default();
        labels.remove(HASH);
        labels
    };
    let rest = |template: &Value, key: &str| template.pointer(key).cloned().unwrap_or_default();
    labels(a) == labels(b)
        && ["/metadata/annotations", "/spec"]
            .iter()
            .all(|key| is_equal(&rest(a, key), &rest(b, key)))
}

/// Equality as Kubernetes has it: what is missing, null or empty is all the same (`equality.Semantic`).
fn is_equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys());
            keys.into_iter().all(|key| {
                let (a, b) = (a.get(key), b.get(key));
                is_equal(a.unwrap_or(&Value::Null), b.unwrap_or(&Value::Null))
            })
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_equal(a, b))
        }
        (a, b) => a == b || (is_nothing(a) && is_nothing(b)),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(is_nothing),
        _ => false,
    }
}
