//! What lies below a row: what it owns, selects and sends traffic to, and how all that is doing.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::store::{Relation, Tally, To};

use super::{Edge, Graph, NodeId};

/// How many controllers one above the other are followed; Kubernetes has three.
const CHAIN: usize = 16;

fn owns(relation: Relation) -> bool {
    matches!(relation, Relation::Controller | Relation::Owner)
}

impl Graph {
    /// The rows that own a row, its controller among them, as far as they are there.
    pub fn owners(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        self.uses(node).filter(|edge| owns(edge.relation())).flat_map(|edge| edge.targets())
    }

    /// The row whose controller manages a row.
    pub fn controller(&self, node: NodeId) -> Option<NodeId> {
        self.control(node)?.targets().next()
    }

    /// The rows that a row owns, by UID.
    pub fn owned(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        self.owning(node).flat_map(|edge| edge.sources())
    }

    /// How many rows a row owns.
    pub fn owned_count(&self, node: NodeId) -> usize {
        self.owning(node).map(|edge| edge.source_count()).sum()
    }

    /// The rows right below a row, some perhaps twice: what it owns, what it selects (unless another controls it), what it routes to, what it manages.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let leads_down = |relation| {
            matches!(relation, Relation::Selects | Relation::RoutesTo | Relation::Manages)
        };
        let down = self.uses(node).filter(move |edge| leads_down(edge.relation()));
        let down = down.flat_map(move |edge| {
            let selects = edge.relation() == Relation::Selects;
            edge.targets().filter(move |target| !selects || !self.is_anothers(*target, node))
        });
        self.owned(node).chain(down)
    }

    /// All rows below a row, each once, level by level; the row itself is not among them, even where it is below itself.
    pub fn below(&self, node: NodeId) -> Vec<NodeId> {
        let mut seen = FxHashSet::from_iter([node]);
        let mut queue = VecDeque::from([node]);
        let mut found = Vec::new();
        while let Some(above) = queue.pop_front() {
            for child in self.children(above) {
                if seen.insert(child) {
                    found.push(child);
                    queue.push_back(child);
                }
            }
        }
        found
    }

    /// How all rows below a row are doing.
    pub fn tally(&self, node: NodeId) -> Tally {
        self.tally_of(self.below(node))
    }

    /// How these rows are doing.
    pub fn tally_of(&self, nodes: impl IntoIterator<Item = NodeId>) -> Tally {
        let mut tally = Tally::default();
        let nodes = nodes.into_iter().filter_map(|node| self.get(node));
        nodes.for_each(|node| tally.add(node.health()));
        tally
    }

    fn owning(&self, node: NodeId) -> impl Iterator<Item = Edge<'_>> {
        let entry = self.get(node).map(|node| node.entry);
        let links = entry.into_iter().flat_map(|entry| self.links.to_uid(entry));
        links.filter_map(|id| self.edge(id)).filter(|edge| owns(edge.relation()))
    }

    fn control(&self, node: NodeId) -> Option<Edge<'_>> {
        self.uses(node).find(|edge| edge.relation() == Relation::Controller)
    }

    /// Whether a row that `above` selects belongs to another of its kind. Selectors overlap: a ReplicaSet's may fit the pods of the next one, and
    /// their controller says whose they are. A service controls no pods, so what it selects is its own whoever controls it.
    fn is_anothers(&self, selected: NodeId, above: NodeId) -> bool {
        let (Some(it), Some(that)) = (self.get(above), self.get(selected)) else { return false };
        let controls_such = self
            .owning(above)
            .filter(|edge| edge.relation() == Relation::Controller)
            .flat_map(|edge| edge.sources())
            .filter_map(|owned| self.get(owned))
            .any(|owned| owned.entry.resource == that.entry.resource);
        if controls_such && let Some(control) = self.control(selected) {
            return !matches!(&control.link().to, To::Uid { uid, .. } if *uid == it.uid());
        }
        let mut node = selected;
        for _ in 0..CHAIN {
            let Some(control) = self.control(node) else { return false };
            let means = control.resource();
            if let To::Uid { uid, .. } = &control.link().to
                && means == it.entry.resource
            {
                return *uid != it.uid();
            }
            match control.targets().next() {
                Some(next) if next == selected => return false,
                Some(next) => node = next,
                None => return false,
            }
        }
        false
    }
}
