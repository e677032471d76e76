//! `ClusterRoles`: what may be done in the whole cluster, or wherever a binding says.

use crate::describe::Describer;
use crate::wire::{LabelSelector, Meta, ObjectMeta};

use super::rbac::{self, PolicyRule};
use super::{Place, Cell, Col, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ClusterRole>;

crate::message! {
    /// `rbac/v1 ClusterRole`.
    pub struct ClusterRole {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, repeated, tag = "2")]
        rules: Vec<PolicyRule>,
        #[prost(message, optional, tag = "3")]
        aggregation_rule: Option<AggregationRule>,
    }

    /// `rbac/v1 AggregationRule`.
    pub struct AggregationRule {
        #[prost(message, repeated, tag = "1")]
        cluster_role_selectors: Vec<LabelSelector>,
    }
}

impl Meta for ClusterRole {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ClusterRole;
    const INFO: Info = Info::new(rbac::GROUP, "v1", "clusterroles");
    const DOC: &'static str =
        "What may be done in the cluster, or in the namespace of the binding that names it";

    const PLACE: Place = Place::Role;

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::created_at(),
        C::number("RULES", |r, _| rbac::count(&r.rules)).own().status(),
        C::age().own(),
        C::text("ALLOWS", |r, _| rbac::summary(&r.rules))
            .own()
            .priority(170)
            .doc("verbs and resources of its first rules"),
        C::text("AGGREGATES", |r, i| {
            let all: Vec<_> = selectors(r).iter().filter_map(text::selector).collect();
            Cell::shared_or_none(&all.join("; "), i)
        })
        .own_wide()
        .doc("the labels of the roles whose rules it takes in"),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&rbac::describe::Role);

    fn links(r: &ClusterRole, links: &mut Links<'_>) {
        for selector in selectors(r) {
            links.selects(rbac::GROUP, "clusterroles", selector);
        }
    }
}

fn selectors(r: &ClusterRole) -> &[LabelSelector] {
    r.aggregation_rule.as_ref().map_or(&[], |a| &a.cluster_role_selectors)
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Relation;

    #[test]
    fn a_cluster_role_reads_as_kubectl_prints_it() {
        let role = rows::<This>(
            "
metadata: {name: view, creationTimestamp: 2026-01-13T12:00:00Z}
rules:
- {nonResourceURLs: [/healthz, /livez/*], verbs: [get]}
- {apiGroups: [''], resources: [secrets], resourceNames: [a, b], verbs: [get]}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to-view: 'true'}}, {matchExpressions: [{key: x, operator: Exists}]}]}
",
        );
        assert_eq!(role.wide(), "NAME | CREATED AT\nview | 2026-01-13T12:00:00Z");
        assert_eq!(
            role.own(),
            "RULES | AGE | ALLOWS | AGGREGATES\n\
             2 | 2d | get /healthz,/livez/*; get secrets/... | to-view=true; x"
        );
        assert_eq!(role.links(Relation::Selects).len(), 2);
        role.survive_damage();
    }
}
