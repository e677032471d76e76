//! `PriorityLevelConfigurations`: how many requests of one priority the API server serves at once.

use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, flow_schema};

/// This file's kind, for the registry.
pub struct This;

type C = Col<PriorityLevel>;

crate::message! {
    /// `flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration`.
    pub struct PriorityLevel {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: PriorityLevelSpec,
    }

    /// `flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfigurationSpec`.
    pub struct PriorityLevelSpec {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        kind: String,
        #[prost(message, optional, tag = "2")]
        limited: Option<Limited>,
        #[prost(message, optional, tag = "3")]
        exempt: Option<Exempt>,
    }

    /// `flowcontrol.apiserver.k8s.io/v1 LimitedPriorityLevelConfiguration`.
    pub struct Limited {
        #[prost(int32, optional, tag = "1")]
        nominal_concurrency_shares: Option<i32>,
        #[prost(message, required, tag = "2")]
        limit_response: LimitResponse,
        #[prost(int32, optional, tag = "3")]
        lendable_percent: Option<i32>,
        #[prost(int32, optional, tag = "4")]
        borrowing_limit_percent: Option<i32>,
    }

    /// `flowcontrol.apiserver.k8s.io/v1 LimitResponse`.
    pub struct LimitResponse {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        kind: String,
        #[prost(message, optional, tag = "2")]
        queuing: Option<Queuing>,
    }

    /// `flowcontrol.apiserver.k8s.io/v1 QueuingConfiguration`.
    pub struct Queuing {
        #[prost(int32, tag = "1")]
        queues: i32,
        #[prost(int32, tag = "2")]
        hand_size: i32,
        #[prost(int32, tag = "3")]
        queue_length_limit: i32,
    }

    /// `flowcontrol.apiserver.k8s.io/v1 ExemptPriorityLevelConfiguration`.
    pub struct Exempt {
        #[prost(int32, optional, tag = "2")]
        lendable_percent: Option<i32>,
    }
}

impl Meta for PriorityLevel {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = PriorityLevel;
    const INFO: Info = Info::new(flow_schema::GROUP, "v1", "prioritylevelconfigurations");
    const DOC: &'static str = "How many requests of one priority the API server serves at once";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("TYPE", |p, i| Cell::shared(&p.spec.kind, i)).status(),
        C::number("NOMINALCONCURRENCYSHARES", |p, _| {
            // The API server fills in what is not said.
            let shares = p.spec.limited.as_ref().map(|l| l.nominal_concurrency_shares);
            shares.map_or(Cell::None, |n| Cell::Int(n.unwrap_or(0).into()))
        })
        .priority(150)
        .doc("its share of all requests served at once, as long as it borrows and lends nothing"),
        C::number("QUEUES", |p, _| queuing(p, |q| q.queues)).priority(120),
        C::number("HANDSIZE", |p, _| queuing(p, |q| q.hand_size)).priority(60),
        C::number("QUEUELENGTHLIMIT", |p, _| queuing(p, |q| q.queue_length_limit)).priority(70),
        C::age(),
        C::text("WHEN FULL", |p, i| match &p.spec.limited {
            Some(limited) => Cell::shared_or_none(&limited.limit_response.kind, i),
            None => Cell::None,
        })
        .own()
        .priority(140)
        .doc("what becomes of requests beyond the limit"),
        C::number("LENDS", |p, i| {
            let limited = p.spec.limited.as_ref().and_then(|l| l.lendable_percent);
            let exempt = p.spec.exempt.as_ref().and_then(|e| e.lendable_percent);
            percent(limited.or(exempt), i)
        })
        .own_wide()
        .doc("how much of its share others may borrow"),
        C::number("BORROWS", |p, i| {
            percent(p.spec.limited.as_ref().and_then(|l| l.borrowing_limit_percent), i)
        })
        .own_wide()
        .doc("how much it may borrow at most, in percent of its share"),
    ];
}

fn queuing(p: &PriorityLevel, of: fn(&Queuing) -> i32) -> Cell {
    let queuing = p.spec.limited.as_ref().and_then(|l| l.limit_response.queuing.as_ref());
    queuing.map_or(Cell::None, |q| Cell::Int(of(q).into()))
}

fn percent(n: Option<i32>, interner: &mut crate::store::Interner) -> Cell {
    n.map_or(Cell::None, |n| Cell::shared(&format!("{n}%"), interner))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_priority_level_reads_as_kubectl_prints_it() {
        let level = rows::<This>(
            "
metadata: {name: workload-low, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {type: Limited, limited: {nominalConcurrencyShares: 100, lendablePercent: 90, borrowingLimitPercent: 50,
  limitResponse: {type: Queue, queuing: {queues: 128, handSize: 6, queueLengthLimit: 50}}}}
",
        );
        assert_eq!(
            level.wide(),
            "NAME | TYPE | NOMINALCONCURRENCYSHARES | QUEUES | HANDSIZE | QUEUELENGTHLIMIT | AGE\n\
             workload-low | Limited | 100 | 128 | 6 | 50 | 2d"
        );
        assert_eq!(level.own(), "WHEN FULL | LENDS | BORROWS\nQueue | 90% | 50%");
        level.survive_damage();
        let exempt = rows::<This>(
            "{metadata: {name: exempt}, spec: {type: Exempt, exempt: {nominalConcurrencyShares: 0, lendablePercent: 0}}}",
        );
        assert_eq!(
            exempt.wide().lines().nth(1),
            Some("exempt | Exempt | <none> | <none> | <none> | <none> | <unknown>")
        );
        assert_eq!(exempt.own().lines().nth(1), Some("<none> | 0% | <none>"));
        let rejecting = rows::<This>(
            "{metadata: {name: r}, spec: {type: Limited, limited: {nominalConcurrencyShares: 0, limitResponse: {type: Reject}}}}",
        );
        assert_eq!(
            rejecting.wide().lines().nth(1),
            Some("r | Limited | 0 | <none> | <none> | <none> | <unknown>")
        );
    }
}
