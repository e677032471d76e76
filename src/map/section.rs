//! The relatives of a row: what stands around it.

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use crate::graph::{Edge, Graph, NodeId};
use crate::kinds::Place;
use crate::store::Relation;

use super::item::{Child, Item};

/// Which relatives of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// What owns or manages it.
    Owners,
    /// The node that runs it.
    Node,
    /// What it owns or manages.
    Owned,
    /// What it selects or sends traffic to.
    Targets,
    /// What selects it or sends traffic to it.
    Traffic,
    /// What it uses: configuration, volumes, accounts, classes.
    Uses,
    /// What uses it.
    UsedBy,
    /// The policies that select it.
    Policies,
}

impl Section {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Owners,
        Self::Node,
        Self::Owned,
        Self::Targets,
        Self::Traffic,
        Self::Uses,
        Self::UsedBy,
        Self::Policies,
    ];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owners => "owner",
            Self::Node => "node",
            Self::Owned => "owned",
            Self::Targets => "sends to",
            Self::Traffic => "traffic from",
            Self::Uses => "uses",
            Self::UsedBy => "used by",
            Self::Policies => "policies",
        }
    }

    /// How many relatives of this sort a row has; what is missing counts too.
    pub fn count(self, graph: &Graph, of: NodeId) -> usize {
        count(graph, of, self)
    }

    /// Whether a link of the row belongs here.
    fn takes_out(self, relation: Relation) -> bool {
        match self {
            Self::Owners => matches!(relation, Relation::Controller | Relation::Owner),
            Self::Node => relation == Relation::RunsOn,
            Self::Targets => matches!(relation, Relation::Selects | Relation::RoutesTo),
            Self::Uses => !matches!(
                relation,
                Relation::Controller
                    | Relation::Owner
                    | Relation::RunsOn
                    | Relation::Selects
                    | Relation::RoutesTo
                    | Relation::UsedBy
                    | Relation::Manages
            ),
            Self::UsedBy => relation == Relation::UsedBy,
            Self::Owned => relation == Relation::Manages,
            Self::Traffic | Self::Policies => false,
        }
    }

    /// Whether a link to the row from a row at this place belongs here.
    fn takes_in(self, relation: Relation, place: Option<Place>) -> bool {
        let policy =
            relation == Relation::Selects && matches!(place, Some(Place::Aside | Place::Outside));
        match self {
            Self::Owned => matches!(relation, Relation::Controller | Relation::Owner),
            Self::Traffic => {
                relation == Relation::RoutesTo || relation == Relation::Selects && !policy
            }
            Self::Policies => policy,
            Self::UsedBy => !matches!(
                relation,
                Relation::Controller
                    | Relation::Owner
                    | Relation::Selects
                    | Relation::RoutesTo
                    | Relation::UsedBy
                    | Relation::Manages
            ),
            Self::Uses => relation == Relation::UsedBy,
            Self::Owners => relation == Relation::Manages,
            Self::Node | Self::Targets => false,
        }
    }
}

/// The rows of a section, each link's own; what is not there among them.
pub(super) fn visit(graph: &Graph, of: NodeId, section: Section, each: &mut dyn FnMut(Child)) {
    for edge in graph.uses(of).filter(|edge| section.takes_out(edge.relation())) {
        out(&edge, edge.relation().words(), each);
    }
    for edge in graph.used_by(of) {
        for node in edge.sources().filter(|node| *node != of) {
            let place = graph.get(node).and_then(|node| node.place());
            if section.takes_in(edge.relation(), place) {
                each(Child { item: Item::Row(node), via: edge.relation().inverse() });
            }
        }
    }
}

/// Where a link leads: its targets, or what is missing.
pub(super) fn out(edge: &Edge<'_>, via: &'static str, each: &mut dyn FnMut(Child)) {
    for node in edge.targets() {
        each(Child { item: Item::Row(node), via });
    }
    if let Some(why) = edge.why() {
        let item = Item::Missing { what: why.what().into(), why: why.to_string().into() };
        each(Child { item, via });
    }
}

/// How many rows a section has, each once as it is shown once; what is missing counts too.
pub(super) fn count(graph: &Graph, of: NodeId, section: Section) -> usize {
    let out = || graph.uses(of).filter(|edge| section.takes_out(edge.relation()));
    let there: usize = out().map(|e| e.target_count() + usize::from(e.why().is_some())).sum();
    let place = |node| graph.get(node).and_then(|node| node.place());
    // Two rows may say the same of each other: a pod that it uses a claim, the claim that it is reserved for the pod.
    let said: OnceCell<FxHashSet<NodeId>> = OnceCell::new();
    let said = || said.get_or_init(|| out().flat_map(|edge| edge.targets()).collect());
    let into = graph.used_by(of).map(|edge| {
        if edge.relation() == Relation::Selects {
            // Rows of different kinds may share one link: a service and a policy with equal selectors.
            let others = edge.sources().filter(|node| *node != of);
            let here = others.filter(|node| section.takes_in(edge.relation(), place(*node)));
            return here.filter(|node| !said().contains(node)).count();
        }
        if !section.takes_in(edge.relation(), None) {
            return 0;
        }
        // A class may be that of every pod: who has a link is counted, not gone through.
        let known = said().iter().filter(|node| **node != of && edge.has(**node));
        edge.source_count() - usize::from(edge.has(of)) - known.count()
    });
    there + into.sum::<usize>()
}
