//! How everything below an item is doing, rolled up from the leaves.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::graph::{Graph, NodeId};
use crate::kinds::Place;
use crate::store::{Health, Str, Tally};

use super::item::{Child, Heading, Item};
use super::tree::Tree;
use super::view::View;

/// How deep it is looked below an item.
const DEEPEST: usize = 12;

/// How everything below an item is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// The pods below it (in the view by storage: the claims), by health.
    pub leaves: Tally,
    /// How many links below it lead nowhere and should not.
    pub missing: usize,
    /// The item's own health; `None` where it is no row.
    pub own: Option<Health>,
}

impl Weight {
    /// The worst of all.
    pub fn worst(&self) -> Option<Health> {
        let missing = (self.missing > 0).then_some(Health::Broken);
        self.own.max(self.leaves.worst()).max(missing)
    }
}

/// What is counted once for all namespaces, so that a line of a namespace costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Census {
    leaves: BTreeMap<Str, Tally>,
    missing: BTreeMap<Str, usize>,
    looked: usize,
}

impl Census {
    /// Pods, which the graph counts, and broken links by namespace: a pass over what is broken.
    pub fn of(graph: &Graph) -> Self {
        let mut missing = BTreeMap::new();
        let mut looked = 0;
        for edge in graph.broken() {
            for node in edge.sources().filter_map(|node| graph.get(node)) {
                looked += 1;
                *missing.entry(node.namespace().clone()).or_default() += 1;
            }
        }
        Self { leaves: graph.pods().clone(), missing, looked }
    }

    /// How many rows were looked at for it.
    pub fn looked(&self) -> usize {
        self.looked
    }
}

/// Finds out how everything below an item is doing, step by step. Between two steps the graph may change: what is gone by then is not counted.
#[derive(Debug)]
pub struct Weighing {
    /// What is still to be looked below, and how deep it stands.
    rest: Vec<(Item, usize)>,
    seen: FxHashSet<NodeId>,
    weight: Weight,
}

impl Weighing {
    /// What is known of an item at once.
    pub fn new(tree: &Tree<'_>, item: &Item, census: &Census) -> Self {
        let mut weight = Weight::default();
        let mut rest = vec![(item.clone(), 0)];
        match item {
            Item::Missing { .. } => weight.missing = 1,
            Item::Row(node) => weight.own = tree.graph.get(*node).map(|node| node.health()),
            Item::Heading(Heading::Namespace(namespace)) => {
                weight.missing = census.missing.get(namespace).copied().unwrap_or(0);
                if *tree.view != View::Broken {
                    weight.leaves = census.leaves.get(namespace).copied().unwrap_or_default();
                }
                rest.clear();
            }
            Item::Part { health, .. } => weight.own = Some(*health),
            Item::Heading(_) => {}
        }
        Self { rest, seen: FxHashSet::from_iter(item.row()), weight }
    }

    /// Looks at so many items more, or a few more than that: at all that stands below one item together. Gives how many these were, and the weight once
    /// everything has been looked at.
    pub fn step(&mut self, tree: &Tree<'_>, items: usize) -> (usize, Option<Weight>) {
        let Self { rest, seen, weight } = self;
        let mut looked = 0;
        while looked < items {
            let Some((item, depth)) = rest.pop() else { break };
            looked += 1;
            if depth > DEEPEST {
                continue;
            }
            tree.visit(&item, &mut |Child { item, .. }| {
                looked += 1;
                match item {
                    Item::Missing { .. } => weight.missing += 1,
                    // The row that it is part of says how it is doing.
                    Item::Part { .. } => {}
                    Item::Row(node) => {
                        if !seen.insert(node) {
                            return;
                        }
                        let Some(it) = tree.graph.get(node) else { return };
                        if tree.is_leaf(it.place()) {
                            weight.leaves.add(it.health());
                        } else {
                            rest.push((item, depth + 1));
                        }
                    }
                    Item::Heading(_) => rest.push((item, depth + 1)),
                }
            });
        }
        (looked, self.rest.is_empty().then_some(self.weight))
    }
}

impl Tree<'_> {
    /// How everything below an item is doing; and how many items were looked at.
    pub fn weigh(&self, item: &Item, census: &Census) -> (Weight, usize) {
        let mut weighing = Weighing::new(self, item, census);
        let (looked, weight) = weighing.step(self, usize::MAX);
        (weight.unwrap_or_default(), looked)
    }

    fn is_leaf(&self, place: Option<Place>) -> bool {
        match self.view {
            View::Storage => place == Some(Place::Claim),
            _ => place == Some(Place::Pod),
        }
    }
}
