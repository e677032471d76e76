//! What stands at the root of each view.

use std::collections::BTreeSet;

use crate::kinds::Place;
use crate::store::{Relation, Str};

use super::super::item::{Child, Heading, Item, Subject};
use super::super::view::View;
use super::{Each, Tree};

/// The label by which nodes say in which zone they are (`k8s.io/api/core/v1`, `LabelTopologyZone`).
pub(super) const ZONE: &str = "topology.kubernetes.io/zone";
/// The labels by which nodes say that they run the control plane; the second is the one of before 1.20.
const CONTROL_PLANE: [&str; 2] =
    ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

fn heading(heading: Heading) -> Child {
    Child::plain(Item::Heading(heading))
}

impl Tree<'_> {
    pub(super) fn visit_roots(&self, each: Each<'_>) {
        match self.view {
            View::Routes => {
                self.gather(&[Some(Place::Route), Some(Place::Service)], each);
                if self.has_children(&Item::Heading(Heading::Called)) {
                    each(heading(Heading::Called));
                }
            }
            View::Workloads => self.gather(&[Some(Place::Workload), Some(Place::Pod)], each),
            View::Nodes => self.zones(each),
            View::Storage => {
                self.graph.at(Some(Place::StorageClass), "").for_each(|c| each(Child::row(c)));
                if self.has_children(&Item::Heading(Heading::NoClass)) {
                    each(heading(Heading::NoClass));
                }
            }
            View::Access => self.subjects(each),
            View::Releases => {
                let mut namespaces = self.all_namespaces();
                namespaces.extend(self.graph.installed_in().cloned());
                for namespace in namespaces {
                    if self.has_releases(&namespace) {
                        each(heading(Heading::Namespace(namespace)));
                    }
                }
            }
            View::Broken => {
                let of = |edge: crate::graph::Edge<'_>| edge.sources().collect::<Vec<_>>();
                let rows = self.graph.broken().flat_map(of);
                let namespaces: BTreeSet<Str> = rows
                    .filter_map(|node| self.graph.get(node))
                    .map(|node| node.namespace().clone())
                    .collect();
                namespaces.into_iter().for_each(|name| each(heading(Heading::Namespace(name))));
            }
            View::Around(root) => {
                if let Some(node) = self.graph.find(&root.group, &root.plural, root.uid) {
                    each(Child::row(node));
                }
            }
        }
    }

    /// The namespaces that have rows at these places, or rows that nobody modelled and that belong there.
    fn gather(&self, places: &[Option<Place>], each: Each<'_>) {
        let mut all: BTreeSet<Str> = self.namespaces(places).collect();
        for namespace in self.namespaces(&[None]) {
            if !all.contains(&namespace)
                && self.has_children(&Item::Heading(Heading::Namespace(namespace.clone())))
            {
                all.insert(namespace);
            }
        }
        all.into_iter().for_each(|namespace| each(heading(Heading::Namespace(namespace))));
    }

    pub(super) fn all_namespaces(&self) -> BTreeSet<Str> {
        let places = [
            Place::Route,
            Place::Service,
            Place::Scaler,
            Place::Workload,
            Place::Pod,
            Place::Claim,
            Place::Account,
            Place::Role,
            Place::Binding,
            Place::Aside,
        ];
        let places: Vec<Option<Place>> = places.into_iter().map(Some).chain([None]).collect();
        self.namespaces(&places).collect()
    }

    fn zones(&self, each: Each<'_>) {
        let mut zones = BTreeSet::<Str>::new();
        let mut control_plane = false;
        for (labels, _) in self.graph.label_sets(Some(Place::Machine), "") {
            if is_control_plane(labels) {
                control_plane = true;
            } else {
                zones.insert(label(labels, ZONE).cloned().unwrap_or_default());
            }
        }
        if control_plane {
            each(heading(Heading::ControlPlane));
        }
        zones.into_iter().for_each(|zone| each(heading(Heading::Zone(zone))));
        if self.has_children(&Item::Heading(Heading::Unscheduled)) {
            each(heading(Heading::Unscheduled));
        }
    }

    fn subjects(&self, each: Each<'_>) {
        let edges = self.graph.edges(Relation::GrantsTo);
        let mut all: Vec<Subject> = edges.map(|edge| Subject(edge.shared())).collect();
        all.sort_by_cached_key(|subject| {
            let (what, name) = subject.words();
            (what.to_owned(), name)
        });
        all.into_iter().for_each(|subject| each(heading(Heading::Subject(subject))));
    }
}

/// A label's value.
pub(super) fn label<'a>(labels: &'a [(Str, Str)], key: &str) -> Option<&'a Str> {
    let at = labels.binary_search_by(|(k, _)| (**k).cmp(key)).ok()?;
    labels.get(at).map(|(_, value)| value)
}

/// Whether a node with these labels runs the control plane.
pub(super) fn is_control_plane(labels: &[(Str, Str)]) -> bool {
    CONTROL_PLANE.iter().any(|key| label(labels, key).is_some())
}
