//! PodDisruptionBudgets: how many pods must stay when nodes are drained.

mod describe;

use crate::describe::Describer;
use crate::store::{Health, Interner};
use crate::wire::{IntOrString, LabelSelector, Meta, ObjectMeta};

use super::status_condition::Condition;
use super::{By, Cell, Col, Drill, Info, Kind, Links, template};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Budget>;

crate::message! {
    /// `policy/v1 PodDisruptionBudget`.
    pub struct Budget {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: BudgetSpec,
        #[prost(message, required, tag = "3")]
        status: BudgetStatus,
    }

    /// `policy/v1 PodDisruptionBudgetSpec`.
    pub struct BudgetSpec {
        #[prost(message, optional, tag = "1")]
        min_available: Option<IntOrString>,
        #[prost(message, optional, tag = "2")]
        selector: Option<LabelSelector>,
        #[prost(message, optional, tag = "3")]
        max_unavailable: Option<IntOrString>,
        #[prost(string, tag = "4")]
        unhealthy_pod_eviction_policy: String,
    }

    /// `policy/v1 PodDisruptionBudgetStatus`.
    pub struct BudgetStatus {
        #[prost(int64, tag = "1")]
        observed_generation: i64,
        #[prost(int32, tag = "3")]
        disruptions_allowed: i32,
        #[prost(int32, tag = "4")]
        current_healthy: i32,
        #[prost(int32, tag = "5")]
        desired_healthy: i32,
        #[prost(int32, tag = "6")]
        expected_pods: i32,
        #[prost(message, repeated, tag = "7")]
        conditions: Vec<Condition>,
    }
}

impl Meta for Budget {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Budget;
    const INFO: Info = Info::new("policy", "v1", "poddisruptionbudgets");
    const DOC: &'static str = "How many pods must stay when nodes are drained";
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "", plural: "pods", by: By::Selector };

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("MIN AVAILABLE", |b, i| limit(b.spec.min_available.as_ref(), i)).priority(160),
        C::number("MAX UNAVAILABLE", |b, i| limit(b.spec.max_unavailable.as_ref(), i)).priority(150),
        C::number("ALLOWED DISRUPTIONS", |b, _| Cell::Int(b.status.disruptions_allowed.into()))
            .status()
            .doc("how many of its pods may be evicted now"),
        C::age(),
        C::number("HEALTHY", |b, _| {
            Cell::ratio(b.status.current_healthy, b.status.desired_healthy)
        })
        .own()
        .priority(140)
        .doc("healthy pods of those that must stay"),
        C::number("PODS", |b, _| Cell::Int(b.status.expected_pods.into()))
            .own()
            .priority(110)
            .doc("pods that it counts on"),
        C::text("SELECTOR", |b, _| template::selector(b.spec.selector.as_ref()))
            .own_wide()
            .doc("the pods it is about; all of the namespace where it asks for nothing"),
        C::text("UNHEALTHY", |b, i| {
            Cell::shared_or_none(&b.spec.unhealthy_pod_eviction_policy, i)
        })
        .own_wide()
        .doc("when pods may be evicted that are not healthy"),
    ];

    fn health(b: &Budget) -> Health {
        let status = &b.status;
        let lost = |c: &Condition| c.kind == "DisruptionAllowed" && c.reason == "SyncFailed";
        if status.conditions.iter().any(lost) {
            Health::Broken
        } else if status.observed_generation < b.metadata.generation {
            Health::Changing
        } else if status.expected_pods == 0 {
            Health::Idle
        } else if status.current_healthy < status.desired_healthy {
            Health::Broken
        } else if status.disruptions_allowed == 0 {
            // Whoever drains a node waits for it.
            Health::Warning
        } else {
            Health::Ok
        }
    }

    fn links(b: &Budget, links: &mut Links<'_>) {
        if let Some(selector) = &b.spec.selector {
            links.selects("", "pods", selector);
        }
    }
}

/// `2`, `30%`, or that this limit is not the one in use.
fn limit(limit: Option<&IntOrString>, interner: &mut Interner) -> Cell {
    match limit {
        Some(limit) if limit.kind == 0 => Cell::Int(limit.int.into()),
        Some(limit) => Cell::shared(&limit.string, interner),
        None => Cell::shared("N/A", interner),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Relation;

    #[test]
    fn a_budget_reads_as_kubectl_prints_it() {
        let budget = rows::<This>(
            "
metadata: {name: web, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z, generation: 1}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}, unhealthyPodEvictionPolicy: AlwaysAllow}
status: {observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3}
",
        );
        assert_eq!(
            budget.wide(),
            "NAME | MIN AVAILABLE | MAX UNAVAILABLE | ALLOWED DISRUPTIONS | AGE\nweb | 2 | N/A | 1 | 2d"
        );
        assert_eq!(
            budget.own(),
            "HEALTHY | PODS | SELECTOR | UNHEALTHY\n3/2 | 3 | app=web | AlwaysAllow"
        );
        assert_eq!(budget.health(), Health::Ok);
        assert_eq!(budget.links(Relation::Selects).len(), 1);
        budget.survive_damage();
    }

    #[test]
    fn limits_are_counts_or_shares() {
        let of = |spec: &str| {
            let budget = rows::<This>(&format!("{{metadata: {{name: b}}, spec: {spec}}}"));
            (budget.wide().lines().nth(1).unwrap().to_owned(), budget.links(Relation::Selects))
        };
        let (text, all) = of("{maxUnavailable: 30%, selector: {}}");
        assert_eq!(text, "b | N/A | 30% | 0 | <unknown>");
        assert_eq!(all, ["pods  []"], "all pods of the namespace");
        assert!(of("{maxUnavailable: 0}").1.is_empty(), "no selector selects nothing");
    }

    #[test]
    fn health_says_who_waits() {
        let of = |generation: i64, counts: &str| {
            rows::<This>(&format!(
                "{{metadata: {{generation: {generation}}}, status: {{observedGeneration: 1, {counts}}}}}"
            ))
            .health()
        };
        let tight = "currentHealthy: 2, desiredHealthy: 2, expectedPods: 2";
        assert_eq!(of(2, tight), Health::Changing);
        assert_eq!(of(1, ""), Health::Idle);
        assert_eq!(of(1, tight), Health::Warning);
        assert_eq!(of(1, &tight.replace("currentHealthy: 2", "currentHealthy: 1")), Health::Broken);
        let unknown = "conditions: [{type: DisruptionAllowed, status: 'False', reason: SyncFailed}]";
        assert_eq!(of(1, unknown), Health::Broken);
    }
}
