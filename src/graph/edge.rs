//! A link with both its ends.

use std::sync::Arc;

use crate::store::{Link, Relation, To};

use super::links::Shared;
use super::resource::ResourceId;
use super::{Graph, NodeId, Why};

/// A link with both its ends: the rows that have it and the rows that it leads to.
#[derive(Clone, Copy)]
pub struct Edge<'a> {
    graph: &'a Graph,
    pub(super) shared: &'a Shared,
}

/// Where a link leads.
#[derive(Clone, Copy)]
pub enum Reach<'a> {
    /// To at least one object, which has all that the link needs.
    Found,
    /// Nowhere, and it need not.
    Nothing,
    /// To nothing that the graph has; but not all that it may lead to is watched, or not yet.
    Unknown,
    /// Nowhere, and it should; or to what lacks what the link needs.
    Broken(Why<'a>),
}

impl Graph {
    /// What a row refers to, link by link in the row's order, each once; nothing where the row is gone.
    pub fn uses(&self, node: NodeId) -> impl Iterator<Item = Edge<'_>> {
        let entry = self.get(node).map(|node| node.entry);
        let links = entry.into_iter().flat_map(|entry| entry.links.iter().copied());
        links.filter_map(|id| self.edge(id))
    }

    /// What refers to a row: each distinct link with its [sources](Edge::sources), by UID, then by name, then selectors that select it.
    pub fn used_by(&self, node: NodeId) -> impl Iterator<Item = Edge<'_>> {
        let entry = self.get(node).map(|node| node.entry);
        let group = entry.and_then(|entry| self.groups.get(entry.group));
        let selecting = group.into_iter().flat_map(|group| self.selecting(group));
        let direct = entry
            .into_iter()
            .flat_map(|entry| self.links.to_uid(entry).chain(self.links.to_name(entry)));
        direct.chain(selecting).filter_map(|id| self.edge(id))
    }

    pub(super) fn edge(&self, id: u32) -> Option<Edge<'_>> {
        self.links.get(id).map(|shared| Edge { graph: self, shared })
    }
}

impl<'a> Edge<'a> {
    /// The link.
    pub fn link(&self) -> &'a Link {
        &self.shared.link
    }

    /// The link, to [find it again](Graph::edge_of).
    pub fn shared(&self) -> Arc<Link> {
        Arc::clone(&self.shared.link)
    }

    /// What it means, from the sources' point of view.
    pub fn relation(&self) -> Relation {
        self.shared.link.relation
    }

    /// The rows that have it, in no particular order.
    pub fn sources(&self) -> impl Iterator<Item = NodeId> + use<'a> {
        self.graph.ids(self.shared.sources.iter())
    }

    /// Whether a row has it.
    pub fn has(&self, source: NodeId) -> bool {
        self.shared.sources.contains(source.slot) && self.graph.get(source).is_some()
    }

    /// How many rows have it.
    pub fn source_count(&self) -> usize {
        self.shared.sources.len()
    }

    /// The rows that it leads to, in no particular order.
    pub fn targets(&self) -> impl Iterator<Item = NodeId> + use<'a> {
        let (graph, resource) = (self.graph, self.shared.resource);
        let (mut by_uid, mut by_name, mut by_labels) = (None, None, None);
        match &self.shared.link.to {
            To::Uid { uid, .. } => by_uid = graph.nodes.find(resource, *uid),
            To::Name { namespace, name } => {
                by_name = Some(graph.nodes.named(resource, namespace, name));
            }
            To::Labels { .. } => by_labels = Some(graph.selected(resource, &self.shared.link)),
        }
        let selected = by_labels.into_iter().flatten();
        let selected = selected.flat_map(|group| group.members.iter());
        graph.ids(by_uid.into_iter().chain(by_name.into_iter().flatten()).chain(selected))
    }

    /// How many rows it leads to.
    pub fn target_count(&self) -> usize {
        match &self.shared.link.to {
            To::Uid { .. } | To::Name { .. } => self.shared.hits as usize,
            To::Labels { .. } => {
                let selected = self.graph.selected(self.shared.resource, &self.shared.link);
                selected.map(|group| group.members.len()).sum()
            }
        }
    }

    /// Where it leads.
    pub fn reach(&self) -> Reach<'a> {
        if self.shared.hits > 0 {
            let lacks = !self.shared.link.optional && self.graph.lack(self.shared).is_some();
            if lacks {
                Reach::Broken(Why { graph: self.graph, shared: self.shared })
            } else {
                Reach::Found
            }
        } else if !self.is_known() {
            Reach::Unknown
        } else if self.shared.link.optional {
            Reach::Nothing
        } else {
            Reach::Broken(Why { graph: self.graph, shared: self.shared })
        }
    }

    pub(super) fn resource(&self) -> ResourceId {
        self.shared.resource
    }

    /// Whether all is watched that it may lead to.
    pub(super) fn is_known(&self) -> bool {
        let resource = self.graph.resources.get(self.shared.resource);
        resource.is_some_and(|resource| resource.is_complete(self.shared.namespace()))
            && (self.shared.link.namespaces().is_none() || self.graph.are_namespaces_known())
    }
}
