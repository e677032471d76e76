//! What was installed together, as labels tell it.

use crate::kinds::Place;
use crate::store::{Labels, Str};

use super::{Edge, Graph, NodeId};

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

/// The release that these labels name, and the label that does.
pub fn release(labels: &[(Str, Str)]) -> Option<(&Str, &'static str)> {
    let named = |key: &&'static str| {
        let at = labels.binary_search_by(|(k, _)| (**k).cmp(*key)).ok()?;
        labels.get(at).map(|(_, name)| (name, *key)).filter(|(name, _)| !name.is_empty())
    };
    LABELS.iter().find_map(named)
}

/// Whether a label can name a release.
pub(super) fn names_release(key: &str) -> bool {
    LABELS.contains(&key)
}

impl Graph {
    /// What leads to the releases of Helm in a namespace, each with the objects that say they were installed with it.
    pub fn installed<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = Edge<'a>> {
        self.links.installed(namespace).filter_map(|id| self.edge(id))
    }

    /// The namespaces of these releases; what was installed with one may be elsewhere.
    pub fn installed_in(&self) -> impl Iterator<Item = &Str> {
        self.links.installed_in()
    }

    /// The distinct label sets at a place in a namespace that may name a [`release`], each with the rows that have it. They are filed, so that namespaces
    /// full of other rows cost nothing.
    pub fn released<'a>(
        &'a self,
        place: Option<Place>,
        namespace: &'a str,
    ) -> impl Iterator<Item = (&'a Labels, impl Iterator<Item = NodeId> + use<'a>)> {
        let groups = self.resources.at(place).flat_map(move |id| self.groups.named(id, namespace));
        groups.map(move |group| self.label_set(group))
    }
}
