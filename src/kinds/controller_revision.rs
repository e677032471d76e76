//! ControllerRevisions: what StatefulSets and DaemonSets can be rolled back to.

use crate::store::Interner;
use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ControllerRevision>;

crate::message! {
    /// `apps/v1 ControllerRevision`, without the template that it keeps.
    pub struct ControllerRevision {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(int64, tag = "3")]
        revision: i64,
    }
}

impl Meta for ControllerRevision {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ControllerRevision;
    const INFO: Info = Info::new("apps", "v1", "controllerrevisions");
    const DOC: &'static str = "What stateful sets and daemon sets can be rolled back to";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("CONTROLLER", controller).priority(190),
        C::number("REVISION", |r, _| Cell::Int(r.revision))
            .status()
            .doc("the number by which a rollback names it"),
        C::age(),
    ];
}

/// `statefulset.apps/db` (printers.go, `formatResourceName`).
fn controller(r: &ControllerRevision, interner: &mut Interner) -> Cell {
    let controls = |o: &&crate::wire::OwnerReference| o.controller == Some(true);
    let Some(owner) = r.metadata.owner_references.iter().find(controls) else {
        return Cell::None;
    };
    let group = owner.api_version.split_once('/').map_or("", |(group, _)| group);
    let dot = if group.is_empty() { "" } else { "." };
    let kind = format!("{}{dot}{group}", owner.kind).to_lowercase();
    Cell::shared(&format!("{kind}/{}", owner.name), interner)
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::{Health, Relation};

    #[test]
    fn a_revision_reads_as_kubectl_prints_it() {
        let of = |owner: &str| {
            rows::<This>(&format!(
                "
metadata: {{name: db-5d4f, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z, ownerReferences: [{owner}]}}
data: {{spec: {{template: {{}}}}}}
revision: 7
"
            ))
        };
        let revision = of("{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: u, controller: true}");
        assert_eq!(
            revision.wide(),
            "NAME | CONTROLLER | REVISION | AGE\ndb-5d4f | statefulset.apps/db | 7 | 2d"
        );
        assert_eq!(revision.health(), Health::Idle);
        assert_eq!(revision.links(Relation::Controller), ["StatefulSet.apps shop/db by uid"]);
        revision.survive_damage();
        let core = of("{apiVersion: v1, kind: Pod, name: p, uid: u, controller: true}");
        assert_eq!(core.text("CONTROLLER"), "pod/p");
        let owned = of("{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: u}");
        assert_eq!(owned.text("CONTROLLER"), "<none>");
    }
}
