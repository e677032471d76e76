//! What stands at the root of a view, and what below an item.
//!
//! Only links and places count here, so custom resources stand in the tree like any other: what has links that route stands with the routes, what
//! owns a workload stands above it.

mod access;
mod children;
mod releases;
mod roots;
mod storage;

use std::cmp::Ordering;

use rustc_hash::FxHashSet;

use crate::graph::{Graph, NodeId};
use crate::kinds::Place;
use crate::store::{Relation, Str};

use super::item::{Child, Item};
use super::view::View;

/// How many owners one above the other are followed.
const CHAIN: usize = 16;

/// A graph seen in a view.
#[derive(Clone, Copy)]
pub struct Tree<'a> {
    /// The graph.
    pub graph: &'a Graph,
    /// The view.
    pub view: &'a View,
    parts: &'a Parts<'a>,
}

/// What is known of the parts of a row.
pub type Parts<'a> = dyn Fn(NodeId) -> Vec<Item> + 'a;

type Each<'e> = &'e mut dyn FnMut(Child);

impl<'a> Tree<'a> {
    /// A graph seen in a view.
    pub fn new(graph: &'a Graph, view: &'a View) -> Self {
        Self { graph, view, parts: &|_| Vec::new() }
    }

    /// The same with the parts of rows, as far as somebody knows them.
    #[must_use]
    pub fn with_parts(self, parts: &'a Parts<'a>) -> Self {
        Self { parts, ..self }
    }

    /// What stands at the root, in order.
    pub fn roots(&self) -> Vec<Child> {
        self.in_order(|each| self.visit_roots(each))
    }

    /// What stands below an item, in order.
    pub fn children(&self, item: &Item) -> Vec<Child> {
        self.in_order(|each| self.visit(item, each))
    }

    /// Whether anything stands below an item.
    pub fn has_children(&self, item: &Item) -> bool {
        let mut any = false;
        self.visit(item, &mut |_| any = true);
        any
    }

    fn in_order(&self, visit: impl FnOnce(Each<'_>)) -> Vec<Child> {
        let mut seen = FxHashSet::default();
        let mut all: Vec<Child> = Vec::new();
        visit(&mut |child: Child| {
            // Two links may lead to one row, or miss the same.
            let is_new = match &child.item {
                Item::Row(node) => seen.insert(*node),
                Item::Missing { .. } => !all.iter().any(|other| other.item == child.item),
                Item::Heading(_) | Item::Part { .. } => true,
            };
            if is_new {
                all.push(child);
            }
        });
        all.sort_by(|a, b| self.order(&a.item, &b.item));
        all
    }

    /// What is missing first, then headings in the order in which they were made, then rows by place, kind, namespace and name.
    fn order(&self, a: &Item, b: &Item) -> Ordering {
        let rank = |item: &Item| match item {
            Item::Missing { .. } => 0,
            Item::Part { .. } => 1,
            Item::Row(_) => 2,
            Item::Heading(_) => 3,
        };
        rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
            (Item::Row(a), Item::Row(b)) => self.row_order(*a, *b),
            _ => Ordering::Equal,
        })
    }

    fn row_order(&self, a: NodeId, b: NodeId) -> Ordering {
        let (Some(a), Some(b)) = (self.graph.get(a), self.graph.get(b)) else {
            return Ordering::Equal;
        };
        (a.place().unwrap_or(Place::Workload).cmp(&b.place().unwrap_or(Place::Workload)))
            .then_with(|| a.plural().cmp(b.plural()))
            .then_with(|| a.namespace().cmp(b.namespace()))
            .then_with(|| a.name().cmp(b.name()))
    }

    fn place(&self, node: NodeId) -> Option<Place> {
        self.graph.get(node)?.place()
    }

    /// Whether a row lets traffic in: its kind says so, or nobody modelled its kind and it has links that route, or what is part of it has.
    fn is_route(&self, node: NodeId) -> bool {
        let routes = |node| self.graph.uses(node).any(|e| e.relation() == Relation::RoutesTo);
        let mut parts = self.graph.used_by(node).filter(|e| e.relation() == Relation::PartOf);
        match self.place(node) {
            Some(place) => place == Place::Route,
            None => routes(node) || parts.any(|edge| edge.sources().any(routes)),
        }
    }

    /// Whether a row makes pods: its kind says so, or nobody modelled its kind.
    fn makes_pods(&self, node: NodeId) -> bool {
        matches!(self.place(node), Some(Place::Workload) | None)
    }

    /// The uppermost workload that a row belongs to; the row itself where nothing owns it.
    fn top(&self, node: NodeId) -> NodeId {
        let mut top = node;
        for _ in 0..CHAIN {
            let owner = self.graph.owners(top).find(|owner| self.makes_pods(*owner));
            match owner {
                Some(owner) if owner != node => top = owner,
                _ => break,
            }
        }
        top
    }

    /// The nearest workload above a pod that nothing modelled owns, or the pod itself.
    fn owned_by_none(&self, node: NodeId) -> bool {
        self.graph.owners(node).next().is_none()
    }

    fn namespaces(&self, places: &[Option<Place>]) -> impl Iterator<Item = Str> {
        self.graph.namespaces(places).into_iter()
    }
}
