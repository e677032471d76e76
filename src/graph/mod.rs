//! Links become relations: who owns, selects, mounts and routes to whom, kept up to date with every Delta.
//!
//! A [`Graph`] is one cluster's. It is fed the Deltas that the store is fed ([`Graph::apply`]), from any number of Sources in any order, and
//! answers from what it keeps: what a row [uses](Graph::uses) and what [uses it](Graph::used_by), what lies [below](Graph::below) it, and
//! which links are [broken](Graph::broken). A link is exact in its API group and its namespace, whether it says a plural or a Kind. What
//! nobody watches completely is unknown, never broken.
//!
//! Rows and links lie in slabs. Each distinct link is kept once, with its sources, filed under the key of what it points to; each distinct label set
//! of a namespace is kept once, with its rows. A change costs what it touches.

mod across;
mod bag;
mod below;
mod broken;
mod bytes;
mod change;
mod edge;
mod feed;
mod installed;
mod key;
mod labels;
mod lack;
mod links;
mod node;
mod nodes;
mod places;
mod resource;
mod slab;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

pub use broken::Why;
pub use edge::{Edge, Reach};
pub use installed::release;
pub use node::{Node, NodeId};

use crate::kinds::{Catalog, Ports};
use crate::store::{SourceId, Str, Tally, Uid};
use feed::Feed;
use labels::Groups;
use links::LinkTable;
use nodes::Nodes;
use resource::{Resources, Shift};

/// The rows of one cluster and how they hang together.
pub struct Graph {
    resources: Resources,
    nodes: Nodes,
    groups: Groups,
    links: LinkTable,
    /// The ports of the rows that have any, by place.
    ports: FxHashMap<u32, Arc<Ports>>,
    /// How the pods are doing, by namespace.
    pods: BTreeMap<Str, Tally>,
    /// The pods that run on no node.
    loose: FxHashSet<u32>,
    feeds: FxHashMap<SourceId, Feed>,
    born: u32,
    generation: u64,
    /// Room for the links that a change touches.
    touched: Vec<u32>,
}

impl Graph {
    /// An empty graph; the catalog says which Kind is which resource.
    pub fn new(catalog: &Catalog) -> Self {
        let mut graph = Self {
            resources: Resources::default(),
            nodes: Nodes::default(),
            groups: Groups::default(),
            links: LinkTable::default(),
            ports: FxHashMap::default(),
            pods: BTreeMap::new(),
            loose: FxHashSet::default(),
            feeds: FxHashMap::default(),
            born: 0,
            generation: 0,
            touched: Vec::new(),
        };
        graph.learn(catalog);
        graph
    }

    /// Learns which Kind is which resource, again when discovery finds others. Of two resources of one group and Kind the first counts.
    pub fn learn(&mut self, catalog: &Catalog) {
        let (mut seen, mut shift) = (FxHashSet::default(), Shift::Nothing);
        for resource in catalog.iter() {
            let first = seen.insert((resource.group.as_str(), resource.kind.as_str()));
            shift = shift.max(self.resources.learn(resource, first).1);
        }
        self.relink(shift);
    }

    /// Grows with every change to an answer that the graph gives.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// How many rows it holds.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many distinct links it holds.
    pub fn links(&self) -> usize {
        self.links.len()
    }

    /// An object by its resource and UID.
    pub fn find(&self, group: &str, plural: &str, uid: Uid) -> Option<NodeId> {
        let slot = self.nodes.find(self.resources.find(group, plural)?, uid)?;
        self.id(slot)
    }

    /// An object by its UID alone, whatever it is: a look into each resource.
    pub fn with_uid(&self, uid: Uid) -> Option<NodeId> {
        let slot = self.resources.ids().find_map(|resource| self.nodes.find(resource, uid))?;
        self.id(slot)
    }

    /// An object by its resource, namespace (empty where it has none) and name.
    pub fn named(&self, group: &str, plural: &str, namespace: &str, name: &str) -> Option<NodeId> {
        let resource = self.resources.find(group, plural)?;
        self.nodes.named(resource, namespace, name).find_map(|slot| self.id(slot))
    }

    /// What the graph knows of an object; `None` where it is gone.
    pub fn get(&self, id: NodeId) -> Option<Node<'_>> {
        let entry = self.nodes.get(id.slot).filter(|entry| entry.born == id.born)?;
        Some(Node { graph: self, id, entry })
    }

    /// Whether every object of a resource is there: of a namespace, or of the whole cluster where that is empty.
    pub fn is_complete(&self, group: &str, plural: &str, namespace: &str) -> bool {
        let resource = self.resources.find(group, plural).and_then(|id| self.resources.get(id));
        resource.is_some_and(|resource| resource.is_complete(namespace))
    }

    fn id(&self, slot: u32) -> Option<NodeId> {
        self.nodes.get(slot).map(|entry| NodeId { slot, born: entry.born })
    }

    fn ids(&self, slots: impl Iterator<Item = u32>) -> impl Iterator<Item = NodeId> {
        slots.filter_map(|slot| self.id(slot))
    }
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
