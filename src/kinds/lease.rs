//! Leases: who leads, and that nodes are alive.

use crate::store::{Health, Relation};
use crate::wire::{Meta, MicroTime, ObjectMeta, Time};

use super::{Place, Cell, Col, Info, Kind, Links};

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

    const PLACE: Place = Place::Outside;

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
        C::number("EXPIRED", |l, _| end(l).map_or(Cell::None, Cell::Until))
            .own()
            .lapses()
            .priority(185)
            .doc("for how long it has been over, half a minute aside by which clocks may differ: who holds it is gone, or cannot reach the API server"),
        C::number("ACQUIRED", |l, _| since(l.spec.acquire_time)).own_wide(),
        C::number("TRANSITIONS", |l, _| {
            l.spec.lease_transitions.map_or(Cell::None, |n| Cell::Int(n.into()))
        })
        .own_wide()
        .doc("how often it went from one holder to another"),
    ];

    /// Until it is over; then it is worth a warning.
    fn health(l: &Lease) -> Health {
        if end(l).is_some() { Health::Ok } else { Health::Idle }
    }

    fn links(l: &Lease, links: &mut Links<'_>) {
        // Kubelets make their node the owner; others that stand in for one do not all.
        if l.metadata.namespace == NODES && !links.has(Relation::Owner) {
            links.cluster(Relation::About, "", "nodes", &l.spec.holder_identity);
        }
    }
}

/// How long after its end a lease is still believed in, in seconds: this machine's clock and the cluster's may differ.
const GRACE: i64 = 30;

/// When a lease is over that somebody holds; `None` where nobody does, or where it does not say.
fn end(l: &Lease) -> Option<i64> {
    let spec = &l.spec;
    let held = !spec.holder_identity.is_empty();
    let lasts = spec.lease_duration_seconds.filter(|seconds| held && *seconds > 0)?;
    Some(spec.renew_time.and_then(Time::unix)?.saturating_add(lasts.into()).saturating_add(GRACE))
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
            "RENEWED | DURATION | EXPIRED | ACQUIRED | TRANSITIONS\n9s | 40s |  | 24h | 3"
        );
        assert_eq!(lease.links(Relation::About), ["nodes /n1"]);
        lease.survive_damage();
        let free = rows::<This>("{metadata: {name: leader, namespace: shop}}");
        assert_eq!(free.wide().lines().nth(1), Some("leader |  | <unknown>"));
        assert_eq!(free.own().lines().nth(1), Some("<none> | <none> | <none> | <none> | <none>"));
        assert_eq!((lease.health(), free.health()), (Health::Ok, Health::Idle));
    }

    #[test]
    fn a_lease_that_nobody_renews_is_over() {
        let of = |spec: &str| {
            let lease = rows::<This>(&format!("{{metadata: {{name: n1, namespace: kube-node-lease}}, spec: {spec}}}"));
            (lease.text("EXPIRED"), lease.health())
        };
        let gone = "{holderIdentity: n1, leaseDurationSeconds: 40, renewTime: 2026-01-15T11:50:00.000000Z}";
        assert_eq!(of(gone), ("8m50s".to_owned(), Health::Ok), "the table makes it a warning, in its time");
        let released = "{holderIdentity: '', leaseDurationSeconds: 40, renewTime: 2026-01-15T11:50:00.000000Z}";
        assert_eq!(of(released), ("<none>".to_owned(), Health::Idle), "nobody holds it");
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
