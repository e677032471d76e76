//! `MutatingAdmissionPolicies`: rules by which the API server itself changes what is written.

use crate::describe::Describer;
use crate::wire::{Meta, ObjectMeta, Present};

use super::admission::{self, MatchResources, ParamKind};
use super::{Cell, Col, Info, Kind};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Policy>;

crate::message! {
    /// `admissionregistration.k8s.io/v1 MutatingAdmissionPolicy`.
    pub struct Policy {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: PolicySpec,
    }

    /// `MutatingAdmissionPolicySpec`.
    pub struct PolicySpec {
        #[prost(message, optional, tag = "1")]
        param_kind: Option<ParamKind>,
        #[prost(message, optional, tag = "2")]
        match_constraints: Option<MatchResources>,
        #[prost(message, repeated, tag = "4")]
        mutations: Vec<Present>,
        #[prost(string, tag = "5")]
        failure_policy: String,
        #[prost(string, tag = "7")]
        reinvocation_policy: String,
    }
}

impl Meta for Policy {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Policy;
    const INFO: Info = Info::new(admission::GROUP, "v1", "mutatingadmissionpolicies");
    const DOC: &'static str = "Rules by which the API server changes requests, where a binding says";
    const DESCRIBE: Option<&'static dyn Describer> =
        Some(&admission::describe::Policy { bindings: "mutatingadmissionpolicybindings" });

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("MUTATIONS", |p, _| admission::count(p.spec.mutations.len())).status(),
        C::text("PARAMKIND", |p, i| admission::param_kind(p.spec.param_kind.as_ref(), i))
            .priority(110),
        C::age(),
        C::text("ON FAILURE", |p, i| Cell::shared_or_none(&p.spec.failure_policy, i))
            .own()
            .priority(160)
            .doc("what becomes of requests when an expression cannot be evaluated: Fail refuses them"),
        C::text("MATCHES", |p, i| admission::matches(p.spec.match_constraints.as_ref(), i))
            .own()
            .priority(130)
            .doc("the resources that it is about"),
        C::text("OPERATIONS", |p, i| admission::operations(p.spec.match_constraints.as_ref(), i))
            .own_wide()
            .doc("what must be done to these resources that it is about it"),
        C::text("WHERE", |p, i| admission::bounds(p.spec.match_constraints.as_ref(), i))
            .own_wide()
            .doc("the namespaces and objects that it is about, where not all are"),
        C::text("REINVOCATION", |p, i| Cell::shared_or_none(&p.spec.reinvocation_policy, i))
            .own_wide()
            .doc("whether it is asked again after others changed the request"),
    ];
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_policy_reads_as_kubectl_prints_it() {
        let policy = rows::<This>(
            "
metadata: {name: sidecar, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  failurePolicy: Ignore
  reinvocationPolicy: IfNeeded
  matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}
  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: 'Object{}'}}]
",
        );
        assert_eq!(
            policy.wide(),
            "NAME | MUTATIONS | PARAMKIND | AGE\nsidecar | 1 | <unset> | 2d"
        );
        assert_eq!(
            policy.own(),
            "ON FAILURE | MATCHES | OPERATIONS | WHERE | REINVOCATION\n\
             Ignore | pods | CREATE | <none> | IfNeeded"
        );
        policy.survive_damage();
    }
}
