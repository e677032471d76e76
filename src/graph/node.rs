//! A row as the graph knows it.

use crate::kinds::Place;
use crate::store::{Health, Str, Uid};

use super::Graph;
use super::nodes::Entry;

/// Names a row of a graph; once it is gone it names nothing, whatever takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    pub(super) slot: u32,
    pub(super) born: u32,
}

/// A row as the graph knows it.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(super) graph: &'a Graph,
    pub(super) id: NodeId,
    pub(super) entry: &'a Entry,
}

impl<'a> Node<'a> {
    /// Its name in the graph.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// The API group of its resource, empty for the core group.
    pub fn group(&self) -> &'a str {
        self.graph.resources.get(self.entry.resource).map_or("", |resource| &resource.group)
    }

    /// The plural of its resource.
    pub fn plural(&self) -> &'a str {
        self.graph.resources.get(self.entry.resource).map_or("", |resource| &resource.plural)
    }

    /// What people call its kind: `deployment`.
    pub fn singular(&self) -> &'a str {
        self.graph.resources.get(self.entry.resource).map_or("", |resource| &resource.singular)
    }

    /// Where its kind stands in the architecture; `None` where kx does not model it.
    pub fn place(&self) -> Option<Place> {
        self.graph.resources.get(self.entry.resource)?.place
    }

    /// The object's identity.
    pub fn uid(&self) -> Uid {
        self.entry.uid
    }

    /// Empty for cluster-scoped objects.
    pub fn namespace(&self) -> &'a Str {
        &self.entry.namespace
    }

    /// The object's name.
    pub fn name(&self) -> &'a Str {
        &self.entry.name
    }

    /// How it is doing.
    pub fn health(&self) -> Health {
        self.entry.health
    }

    /// Its labels, sorted by key.
    pub fn labels(&self) -> &'a [(Str, Str)] {
        self.graph.groups.get(self.entry.group).map_or(&[], |group| &group.labels)
    }
}
