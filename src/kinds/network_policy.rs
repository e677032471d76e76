//! NetworkPolicies: which traffic pods may have.

mod describe;

use crate::describe::Describer;
use crate::wire::{LabelSelector, Meta, ObjectMeta, Present};

use super::{By, Cell, Col, Drill, Info, Kind, Links, template, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<NetworkPolicy>;

crate::message! {
    /// `networking.k8s.io/v1 NetworkPolicy`.
    pub struct NetworkPolicy {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: NetworkPolicySpec,
    }

    /// `networking.k8s.io/v1 NetworkPolicySpec`; of its rules, how many there are.
    pub struct NetworkPolicySpec {
        #[prost(message, required, tag = "1")]
        pod_selector: LabelSelector,
        #[prost(message, repeated, tag = "2")]
        ingress: Vec<Present>,
        #[prost(message, repeated, tag = "3")]
        egress: Vec<Present>,
        #[prost(string, repeated, tag = "4")]
        policy_types: Vec<String>,
    }
}

impl Meta for NetworkPolicy {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = NetworkPolicy;
    const INFO: Info = Info::new("networking.k8s.io", "v1", "networkpolicies");
    const DOC: &'static str = "Which traffic the pods it selects may have; all other is refused";
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "", plural: "pods", by: By::Selector };

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("POD-SELECTOR", |p, _| template::selector(Some(&p.spec.pod_selector)))
            .status()
            .doc("the pods it is about; <none> means every pod of the namespace"),
        C::age(),
        C::text("TYPES", |p, i| {
            Cell::shared_or_none(&text::join(p.spec.policy_types.iter().map(String::as_str)), i)
        })
        .own()
        .priority(110)
        .doc("the directions of traffic that it rules"),
        C::number("INGRESS", |p, _| rules(p, "Ingress", &p.spec.ingress))
            .own_wide()
            .doc("rules that let traffic in; 0 lets none in"),
        C::number("EGRESS", |p, _| rules(p, "Egress", &p.spec.egress))
            .own_wide()
            .doc("rules that let traffic out; 0 lets none out"),
    ];

    fn links(p: &NetworkPolicy, links: &mut Links<'_>) {
        links.selects("", "pods", &p.spec.pod_selector);
    }
}

/// How many rules there are for a direction, none where the policy leaves it alone.
fn rules(p: &NetworkPolicy, direction: &str, rules: &[Present]) -> Cell {
    if p.spec.policy_types.iter().any(|t| t == direction) {
        Cell::Int(i64::try_from(rules.len()).unwrap_or(i64::MAX))
    } else {
        Cell::None
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::{Health, Relation};

    #[test]
    fn a_policy_reads_as_kubectl_prints_it() {
        let policy = rows::<This>(
            "
metadata: {name: web, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {podSelector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: Exists}]}, ingress: [{}, {from: [{podSelector: {}}]}], policyTypes: [Ingress]}
",
        );
        assert_eq!(policy.wide(), "NAME | POD-SELECTOR | AGE\nweb | app=web,tier | 2d");
        assert_eq!(policy.own(), "TYPES | INGRESS | EGRESS\nIngress | 2 | <none>");
        assert_eq!(policy.health(), Health::Idle);
        assert_eq!(policy.links(Relation::Selects).len(), 1);
        policy.survive_damage();
    }

    #[test]
    fn an_empty_selector_is_every_pod_of_the_namespace() {
        let all = rows::<This>(
            "{metadata: {name: deny, namespace: shop}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}",
        );
        assert_eq!(all.wide().lines().nth(1), Some("deny | <none> | <unknown>"));
        assert_eq!(all.own().lines().nth(1), Some("Ingress,Egress | 0 | 0"));
        assert_eq!(all.links(Relation::Selects), ["pods shop []"]);
    }
}
