//! Releases: what was installed together, as labels tell it.

use std::collections::BTreeMap;

use crate::graph::NodeId;
use crate::kinds::Place;
use crate::store::Str;

use super::super::item::{Child, Heading, Item};
use super::roots::label;
use super::{Each, Tree};

/// The labels whose value is the name of what an object was installed with, the most telling first: Argo CD's tracking label, Flux's two
/// controllers, the recommended labels (kubernetes.io, "Recommended Labels") that Helm charts set, and the one of charts before these.
const LABELS: [&str; 6] = [
    "argocd.argoproj.io/instance",
    "helm.toolkit.fluxcd.io/name",
    "kustomize.toolkit.fluxcd.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/part-of",
    "release",
];

/// Every place whose objects may have been installed; they live in namespaces or not.
const PLACES: [Option<Place>; 15] = [
    Some(Place::Route),
    Some(Place::Service),
    Some(Place::Scaler),
    Some(Place::Workload),
    Some(Place::Pod),
    Some(Place::Machine),
    Some(Place::StorageClass),
    Some(Place::Volume),
    Some(Place::Claim),
    Some(Place::Account),
    Some(Place::Binding),
    Some(Place::Role),
    Some(Place::Aside),
    Some(Place::Outside),
    None,
];

/// The release that these labels name, and the label that does.
fn release(labels: &[(Str, Str)]) -> Option<(&Str, &'static str)> {
    let named = |key: &&'static str| {
        label(labels, key).filter(|name| !name.is_empty()).map(|name| (name, *key))
    };
    LABELS.iter().find_map(named)
}

impl Tree<'_> {
    pub(super) fn releases(&self, namespace: &str, each: Each<'_>) {
        let mut all = BTreeMap::<Str, &'static str>::new();
        for place in PLACES {
            for (labels, nodes) in self.graph.label_sets(place, namespace) {
                if let Some((name, label)) = release(labels)
                    && nodes.into_iter().any(|node| self.owned_by_none(node))
                {
                    all.entry(name.clone()).or_insert(label);
                }
            }
        }
        for (name, label) in all {
            let namespace = namespace.into();
            let heading = Heading::Release { namespace, name, label };
            each(Child::plain(Item::Heading(heading)));
        }
    }

    /// The objects of a release that nothing in the cluster owns.
    pub(super) fn released(&self, namespace: &str, name: &str, each: Each<'_>) {
        for place in PLACES {
            for (labels, nodes) in self.graph.label_sets(place, namespace) {
                if release(labels).is_some_and(|(release, _)| **release == *name) {
                    let free = |node: &NodeId| self.owned_by_none(*node);
                    nodes.filter(free).for_each(|node| each(Child::row(node)));
                }
            }
        }
    }
}
