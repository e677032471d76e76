//! The pod template that Deployments, ReplicaSets, StatefulSets and DaemonSets have in common, and what follows from their counts.

use crate::store::{Health, Interner};
use crate::wire::LabelSelector;

use super::pod::spec::PodSpec;
use super::{Cell, Links, text};

crate::message! {
    /// `v1 PodTemplateSpec`.
    pub struct Template {
        #[prost(message, required, tag = "2")]
        pub(super) spec: PodSpec,
    }

    /// `DeploymentStrategy`, `StatefulSetUpdateStrategy` and `DaemonSetUpdateStrategy`, as far as they are the same.
    pub struct Strategy {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        pub(super) kind: String,
    }

    /// `DeploymentCondition`, `ReplicaSetCondition`: the same numbers in both.
    pub struct Condition {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        pub(super) kind: String,
        #[prost(string, tag = "2")]
        pub(super) status: String,
        #[prost(string, tag = "4")]
        pub(super) reason: String,
    }
}

/// Where the deployment controller writes a revision's number, on Deployments and on their ReplicaSets.
const REVISION: &str = "deployment.kubernetes.io/revision";

impl Template {
    /// The CONTAINERS column.
    pub(super) fn containers(&self, interner: &mut Interner) -> Cell {
        Cell::shared(&self.spec.container_names(), interner)
    }

    /// The IMAGES column.
    pub(super) fn images(&self, interner: &mut Interner) -> Cell {
        Cell::shared(&self.spec.images(), interner)
    }
}

/// The REVISION column.
pub(super) fn revision(meta: &crate::wire::ObjectMeta) -> Cell {
    match meta.annotations.get(REVISION).map(|text| text.parse()) {
        Some(Ok(revision)) => Cell::Int(revision),
        _ => Cell::None,
    }
}

/// The SELECTOR column of ReplicaSets and DaemonSets (`metav1.FormatLabelSelector`).
pub(super) fn selector(selector: Option<&LabelSelector>) -> Cell {
    match selector.map(text::selector) {
        None => Cell::None,
        Some(Some(text)) => Cell::own_or_none(&text),
        Some(None) => Cell::Text("<error>".into()),
    }
}

/// The pods that a workload's selector selects; one without a selector selects none. Where it wants none, there need be none.
pub(super) fn selects(selector: Option<&LabelSelector>, desired: i32, links: &mut Links<'_>) {
    if let Some(selector) = selector {
        links.optional(desired == 0, |links| links.selects("", "pods", selector));
    }
}

/// A workload's counts of pods.
#[derive(Clone, Copy)]
pub(super) struct Counts {
    /// How many there should be.
    pub desired: i32,
    /// How many there are.
    pub current: i32,
    /// How many of them have the newest template.
    pub updated: i32,
    /// How many are ready.
    pub ready: i32,
    /// Whether the controller has seen the newest spec.
    pub observed: bool,
}

impl Counts {
    /// Idle where nothing is wanted, changing while pods come and go, a warning where all are there but not all are ready.
    pub(super) fn health(self) -> Health {
        if !self.observed || self.current != self.desired || self.updated < self.desired {
            Health::Changing
        } else if self.desired == 0 {
            Health::Idle
        } else if self.ready < self.desired {
            Health::Warning
        } else {
            Health::Ok
        }
    }
}
