//! `ValidatingAdmissionPolicyBindings`: where a policy is in force, and what it then does.

use crate::describe::Describer;

use super::admission::{self, Binding};
use super::{Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Binding>;

impl Kind for This {
    type Object = Binding;
    const INFO: Info = Info::new(admission::GROUP, "v1", "validatingadmissionpolicybindings");
    const DOC: &'static str = "Where a validating policy is in force, and with what parameters";
    const DESCRIBE: Option<&'static dyn Describer> =
        Some(&admission::describe::Bound { policies: "validatingadmissionpolicies" });

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("POLICYNAME", Binding::policy).priority(170),
        C::text("PARAMREF", |b, _| b.param()).priority(110),
        C::age(),
        C::text("ACTIONS", Binding::actions)
            .own()
            .status()
            .doc("what happens to a request that breaks the policy"),
        C::text("MATCHES", Binding::matches)
            .own()
            .priority(120)
            .doc("the resources that it narrows the policy to"),
        C::text("WHERE", Binding::bounds)
            .own_wide()
            .doc("the namespaces and objects in which it puts the policy into force, where not in all"),
    ];

    fn links(b: &Binding, links: &mut Links<'_>) {
        b.links("validatingadmissionpolicies", links);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Relation;

    #[test]
    fn a_binding_reads_as_kubectl_prints_it() {
        let of = |param: &str| {
            let binding = rows::<This>(&format!(
                "{{metadata: {{name: b}}, spec: {{policyName: replicas, validationActions: [Deny, Audit], paramRef: {param}}}}}"
            ));
            binding.survive_damage();
            binding.text("PARAMREF")
        };
        assert_eq!(of("null"), "<unset>");
        assert_eq!(of("{name: five, namespace: rules}"), "rules/five");
        assert_eq!(of("{name: five}"), "*/five");
        assert_eq!(of("{parameterNotFoundAction: Deny}"), "<unset>");
        assert_eq!(
            of(
                "{selector: {matchLabels: {b: '1', a: '2'}, matchExpressions: [{key: x, operator: In, values: [c, d]}, {key: z, operator: Exists}]}}"
            ),
            "&LabelSelector{MatchLabels:map[string]string{a: 2,b: 1,},MatchExpressions:[]LabelSelectorRequirement{\
             LabelSelectorRequirement{Key:x,Operator:In,Values:[c d],},LabelSelectorRequirement{Key:z,Operator:Exists,Values:[],},},}"
        );
        let binding = rows::<This>(
            "{metadata: {name: b, creationTimestamp: 2026-01-13T12:00:00Z}, spec: {policyName: replicas, validationActions: [Deny, Audit],
              matchResources: {namespaceSelector: {matchLabels: {env: prod}}, objectSelector: {matchExpressions: [{key: exempt, operator: DoesNotExist}]},
              resourceRules: [{operations: [CREATE], apiGroups: [apps], resources: [deployments]}],
              excludeResourceRules: [{resourceNames: [old], operations: ['*'], apiGroups: [apps], resources: [deployments]}]}}}",
        );
        assert_eq!(
            binding.wide(),
            "NAME | POLICYNAME | PARAMREF | AGE\nb | replicas | <unset> | 2d"
        );
        assert_eq!(
            binding.own(),
            "ACTIONS | MATCHES | WHERE\n\
             Deny,Audit | deployments.apps | namespaces env=prod; objects !exempt; not deployments.apps"
        );
        assert_eq!(
            binding.links(Relation::Uses),
            ["validatingadmissionpolicies.admissionregistration.k8s.io /replicas"]
        );
    }
}
