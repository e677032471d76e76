//! Storage: class → volume → claim → pod, snapshots the same way and beside the claims that they are of, and the other way round where a pod is looked at.

use crate::graph::NodeId;
use crate::kinds::Place;
use crate::store::Relation;

use super::super::item::Child;
use super::super::view::View;
use super::{Each, Tree};

impl Tree<'_> {
    /// The volumes of a class, and the claims that wait for one.
    pub(super) fn of_class(&self, class: NodeId, each: Each<'_>) {
        for edge in self.graph.used_by(class).filter(|e| e.relation() == Relation::ServedBy) {
            for node in edge.sources() {
                match self.place(node) {
                    Some(Place::Volume) => each(Child::row(node)),
                    Some(Place::Claim) if !self.is_bound(node) => each(Child::row(node)),
                    _ => {}
                }
            }
        }
    }

    /// Volumes and claims whose class is not there, or that have none.
    pub(super) fn of_no_class(&self, each: Each<'_>) {
        let classless = |node: &NodeId| {
            let classes = self.graph.uses(*node).filter(|e| e.relation() == Relation::ServedBy);
            let mut classes = classes.flat_map(|edge| edge.targets());
            !classes.any(|class| self.place(class) == Some(Place::StorageClass))
        };
        let volumes = self.graph.at(Some(Place::Volume), "").filter(classless);
        volumes.for_each(|node| each(Child::row(node)));
        for namespace in self.namespaces(&[Some(Place::Claim)]) {
            let claims = self.graph.at(Some(Place::Claim), &namespace).filter(classless);
            claims.filter(|node| !self.is_bound(*node)).for_each(|node| each(Child::row(node)));
        }
    }

    /// Below a volume: its claim, or, where one came from the claim, its class.
    pub(super) fn claims(&self, volume: NodeId, each: Each<'_>) {
        if *self.view == View::Storage {
            self.follow(volume, Relation::BoundTo, each);
        } else {
            self.follow(volume, Relation::ServedBy, each);
        }
    }

    /// Below a claim: the pods that use it, and the snapshots of it; or, where one came from a pod, its volume.
    pub(super) fn claimed(&self, claim: NodeId, each: Each<'_>) {
        if *self.view == View::Storage {
            let edges = self.graph.used_by(claim).filter(|e| e.relation() == Relation::Uses);
            let users: Vec<NodeId> = edges.flat_map(|edge| edge.sources()).collect();
            let is_pod = |node: &NodeId| self.place(*node) == Some(Place::Pod);
            // Workloads name the claims of their pods; they stand here only while they have none.
            let any_pod = users.iter().any(is_pod);
            let shown = users.into_iter().filter(|node| !any_pod || is_pod(node));
            shown.for_each(|node| each(Child::row(node)));
            for edge in self.graph.used_by(claim).filter(|e| e.relation() == Relation::About) {
                let asks = edge.sources().filter(|it| self.place(*it) == Some(Place::Claim));
                asks.for_each(|node| each(Child::row(node)));
            }
        } else {
            self.follow(claim, Relation::BoundTo, each);
        }
    }

    fn is_bound(&self, claim: NodeId) -> bool {
        let bound = self.graph.uses(claim).filter(|e| e.relation() == Relation::BoundTo);
        bound.flat_map(|edge| edge.targets()).next().is_some()
    }
}
