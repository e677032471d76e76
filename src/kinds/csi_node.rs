//! CSINodes: which storage drivers run on a node.

mod describe;

use crate::describe::Describer;
use crate::store::{Health, Relation};
use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<CsiNode>;

crate::message! {
    /// `storage.k8s.io/v1 CSINode`.
    pub struct CsiNode {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: CsiNodeSpec,
    }

    /// `storage.k8s.io/v1 CSINodeSpec`.
    pub struct CsiNodeSpec {
        #[prost(message, repeated, tag = "1")]
        drivers: Vec<Driver>,
    }

    /// `storage.k8s.io/v1 CSINodeDriver`.
    pub struct Driver {
        #[prost(string, tag = "1")]
        name: String,
    }
}

impl Meta for CsiNode {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = CsiNode;
    const INFO: Info = Info::new("storage.k8s.io", "v1", "csinodes");
    const DOC: &'static str = "Which storage drivers run on each node";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("DRIVERS", |n, _| {
            Cell::Int(i64::try_from(n.spec.drivers.len()).unwrap_or(i64::MAX))
        })
        .status(),
        C::age(),
        C::text("NAMES", |n, i| {
            Cell::shared_or_none(&text::join(n.spec.drivers.iter().map(|d| d.name.as_str())), i)
        })
        .own()
        .priority(110)
        .doc("the drivers that run on it"),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Drivers);

    fn health(n: &CsiNode) -> Health {
        if n.spec.drivers.is_empty() { Health::Idle } else { Health::Ok }
    }

    fn links(n: &CsiNode, links: &mut Links<'_>) {
        // A kubelet makes its node the owner; the name says the same.
        if !links.has(Relation::Owner) && !links.has(Relation::Controller) {
            links.cluster(Relation::About, "", "nodes", &n.metadata.name);
        }
        for driver in &n.spec.drivers {
            links.cluster(Relation::ServedBy, "storage.k8s.io", "csidrivers", &driver.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_node_reads_as_kubectl_prints_it() {
        let node = rows::<This>(
            "
metadata: {name: n1, creationTimestamp: 2026-01-13T12:00:00Z, ownerReferences: [{apiVersion: v1, kind: Node, name: n1, uid: u}]}
spec: {drivers: [{name: ebs.csi.aws.com, nodeID: i-1}, {name: efs.csi.aws.com, nodeID: i-1}]}
",
        );
        assert_eq!(node.wide(), "NAME | DRIVERS | AGE\nn1 | 2 | 2d");
        assert_eq!(node.own(), "NAMES\nebs.csi.aws.com,efs.csi.aws.com");
        assert_eq!(node.health(), Health::Ok);
        assert_eq!(node.links(Relation::Owner), ["Node /n1 by uid"]);
        assert!(node.links(Relation::About).is_empty(), "said already");
        assert_eq!(
            node.links(Relation::ServedBy),
            ["csidrivers.storage.k8s.io /ebs.csi.aws.com", "csidrivers.storage.k8s.io /efs.csi.aws.com"]
        );
        node.survive_damage();
        let bare = rows::<This>("{metadata: {name: n2}}");
        assert_eq!(bare.wide().lines().nth(1), Some("n2 | 0 | <unknown>"));
        assert_eq!(bare.links(Relation::About), ["nodes /n2"]);
        assert_eq!(bare.health(), Health::Idle);
    }
}
