//! Leases: who leads, and that nodes are alive.

use crate::store::Relation;
use crate::wire::{Meta, MicroTime, ObjectMeta};

use super::{Cell, Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Lease>;

crate::message! {
    /// `coordination.k8s.io/v1 Lease`.
    pub struct Lease {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: LeaseSpec,
    }

    /// `coordination.k8s.io/v1 LeaseSpec`.
    pub struct LeaseSpec {
        #[prost(string, tag = "1")]
        holder_identity: String,
        #[prost(int32, optional, tag = "2")]
        lease_duration_seconds: Option<i32>,
        #[prost(message, optional, tag = "3")]
        acquire_time: Option<MicroTime>,
        #[prost(message, optional, tag = "4")]
        renew_time: Option<MicroTime>,
        #[prost(int32, optional, tag = "5")]
        lease_transitions: Option<i32>,
    }
}

impl Meta for Lease {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

/// Where kubelets renew the leases that say that their nodes are alive (KEP-589).
const NODES: &str = "kube-node-lease";

impl Kind for This {
    type Object = Lease;
    const INFO: Info = Info::new("coordination.k8s.io", "v1", "leases");
    const DOC: &'static str = "Who leads among several, and which nodes are alive";

    // Whether a lease has run out only a clock knows; RENEWED shows it.
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("HOLDER", |l, _| match l.spec.holder_identity.as_str() {
            "" => Cell::Blank,
            holder => Cell::Text(holder.into()),
        })
        .status(),
        C::age(),
        C::number("RENEWED", |l, _| since(l.spec.renew_time))
            .own()
            .priority(190)
            .doc("how long ago the holder last said that it is alive"),
        C::number("DURATION", |l, _| {
            l.spec.lease_duration_seconds.map_or(Cell::None, |s| Cell::Duration(s.into()))
        })
        .own()
        .priority(140)
        .doc("how long the others wait for the holder"),
        C::number("ACQUIRED", |l, _| since(l.spec.acquire_time)).own_wide(),
        C::number("TRANSITIONS", |l, _| {
            l.spec.lease_transitions.map_or(Cell::None, |n| Cell::Int(n.into()))
        })
        .own_wide()
        .doc("how often it went from one holder to another"),
    ];

    fn links(l: &Lease, links: &mut Links<'_>) {
        // Kubelets make their node the owner; others that stand in for one do not all.
        if l.metadata.namespace == NODES && !links.has(Relation::Owner) {
            links.cluster(Relation::About, "", "nodes", &l.spec.holder_identity);
        }
    }
}

fn since(time: Option<MicroTime>) -> Cell {
    time.map_or(Cell::None, |time| Cell::since(Some(time)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_lease_reads_as_kubectl_prints_it() {
        let lease = rows::<This>(
            "
metadata: {name: n1, namespace: kube-node-lease, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {holderIdentity: n1, leaseDurationSeconds: 40, acquireTime: 2026-01-14T12:00:00.000000Z, renewTime: 2026-01-15T11:59:51.250000Z, leaseTransitions: 3}
",
        );
        assert_eq!(lease.wide(), "NAME | HOLDER | AGE\nn1 | n1 | 2d");
        assert_eq!(
            lease.own(),
            "RENEWED | DURATION | ACQUIRED | TRANSITIONS\n9s | 40s | 24h | 3"
        );
        assert_eq!(lease.links(Relation::About), ["nodes /n1"]);
        lease.survive_damage();
        let free = rows::<This>("{metadata: {name: leader, namespace: shop}}");
        assert_eq!(free.wide().lines().nth(1), Some("leader |  | <unknown>"));
        assert_eq!(free.own().lines().nth(1), Some("<none> | <none> | <none> | <none>"));
    }

    #[test]
    fn only_a_node_lease_is_about_a_node() {
        let elected = rows::<This>(
            "{metadata: {name: scheduler, namespace: kube-system}, spec: {holderIdentity: n1_0f1e}}",
        );
        assert!(elected.rows[0].links.is_empty());
        let owned = rows::<This>(
            "{metadata: {name: n1, namespace: kube-node-lease, ownerReferences: [{apiVersion: v1, kind: Node, name: n1, uid: u}]},
              spec: {holderIdentity: n1}}",
        );
        assert_eq!(owned.rows[0].links.len(), 1);
    }
}
