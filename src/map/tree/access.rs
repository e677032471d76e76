//! Access: subject → binding → role.

use crate::graph::NodeId;
use crate::store::Relation;

use super::super::item::{Child, Subject};
use super::super::view::View;
use super::{Each, Tree};

impl Tree<'_> {
    /// The bindings that give a subject roles.
    pub(super) fn bindings(&self, subject: &Subject, each: Each<'_>) {
        if let Some(edge) = self.graph.edge_of(&subject.0) {
            edge.sources().for_each(|binding| each(Child::row(binding)));
        }
    }

    /// The bindings that give a service account roles.
    pub(super) fn granted(&self, account: NodeId, each: Each<'_>) {
        if matches!(self.view, View::Around(_) | View::Access) {
            for edge in self.graph.used_by(account) {
                if edge.relation() == Relation::GrantsTo {
                    edge.sources().for_each(|binding| each(Child::row(binding)));
                }
            }
        }
    }
}
