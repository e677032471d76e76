//! Rows by where their kind stands in the architecture, and by namespace: what the Map begins with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::kinds::Place;
use crate::store::{Labels, Link, Relation, Str, Tally};

use super::labels::Group;
use super::{Edge, Graph, NodeId};

impl Graph {
    /// The rows at a place in a namespace, those of cluster-scoped kinds where that is empty; `None` is the place of what kx does not model.
    pub fn at<'a>(
        &'a self,
        place: Option<Place>,
        namespace: &'a str,
    ) -> impl Iterator<Item = NodeId> {
        let slots = self.label_sets(place, namespace).flat_map(|(_, members)| members);
        slots.into_iter()
    }

    /// The distinct label sets at a place in a namespace, each with the rows that have it.
    pub fn label_sets<'a>(
        &'a self,
        place: Option<Place>,
        namespace: &'a str,
    ) -> impl Iterator<Item = (&'a Labels, impl Iterator<Item = NodeId> + use<'a>)> {
        let groups = self.resources.at(place).flat_map(move |id| self.groups.within(id, namespace));
        groups.map(move |group| self.label_set(group))
    }

    /// A label set with the rows that have it.
    pub(super) fn label_set<'a>(
        &'a self,
        group: &'a Group,
    ) -> (&'a Labels, impl Iterator<Item = NodeId> + use<'a>) {
        (&group.labels, self.ids(group.members.iter()))
    }

    /// The namespaces that have rows at one of these places, in order.
    pub fn namespaces(&self, places: &[Option<Place>]) -> BTreeSet<Str> {
        let resources = places.iter().flat_map(|place| self.resources.at(*place));
        resources.flat_map(|id| self.groups.namespaces(id)).cloned().collect()
    }

    /// How the pods are doing, by namespace; it is kept, so that asking for it costs nothing.
    pub fn pods(&self) -> &BTreeMap<Str, Tally> {
        &self.pods
    }

    /// The pods that run on no node, in no particular order.
    pub fn loose_pods(&self) -> impl Iterator<Item = NodeId> {
        self.ids(self.loose.iter().copied())
    }

    /// Every distinct link of this relation.
    pub fn edges(&self, relation: Relation) -> impl Iterator<Item = Edge<'_>> {
        let links = self.links.iter().filter(move |(_, known)| known.link.relation == relation);
        links.filter_map(|(id, _)| self.edge(id))
    }

    /// A link by what it says; `None` where no row has it.
    pub fn edge_of(&self, link: &Arc<Link>) -> Option<Edge<'_>> {
        self.edge(self.links.find(link)?)
    }
}
