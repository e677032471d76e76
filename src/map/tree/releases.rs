//! Releases: what was installed together, as labels tell it.

use std::collections::BTreeMap;

use crate::graph::{Edge, NodeId, release};
use crate::kinds::Place;
use crate::store::{Str, To};

use super::super::item::{Child, Heading, Item};
use super::{Each, Tree};

/// Every place whose objects may have been installed; they live in namespaces or not. Pods, of which there are most and which something nearly always owns, come last.
const PLACES: [Option<Place>; 15] = [
    Some(Place::Route),
    Some(Place::Service),
    Some(Place::Scaler),
    Some(Place::Workload),
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
    Some(Place::Pod),
];

/// By which Helm tells what was installed with a release.
const HELM: &str = "meta.helm.sh/release-name";

/// The name of the release of Helm that a link leads to.
fn named<'a>(edge: &Edge<'a>) -> Option<&'a Str> {
    match &edge.link().to {
        To::Name { name, .. } => Some(name),
        _ => None,
    }
}

impl Tree<'_> {
    /// Whether there is a release in a namespace.
    pub(super) fn has_releases(&self, namespace: &str) -> bool {
        if self.graph.installed(namespace).next().is_some() {
            return true;
        }
        let sets = PLACES.into_iter().flat_map(|place| self.graph.released(place, namespace));
        sets.into_iter().any(|(labels, mut nodes)| {
            release(labels).is_some() && nodes.any(|node| self.owned_by_none(node))
        })
    }

    pub(super) fn releases(&self, namespace: &str, each: Each<'_>) {
        let mut all = BTreeMap::<Str, &'static str>::new();
        for edge in self.graph.installed(namespace) {
            all.extend(named(&edge).map(|name| (name.clone(), HELM)));
        }
        for place in PLACES {
            for (labels, nodes) in self.graph.released(place, namespace) {
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
        for edge in self.graph.installed(namespace) {
            if named(&edge).is_some_and(|release| **release == *name) {
                edge.sources().for_each(|node| each(Child::row(node)));
            }
        }
        for place in PLACES {
            for (labels, nodes) in self.graph.released(place, namespace) {
                if release(labels).is_some_and(|(release, _)| **release == *name) {
                    let free = |node: &NodeId| self.owned_by_none(*node);
                    nodes.filter(free).for_each(|node| each(Child::row(node)));
                }
            }
        }
    }
}
