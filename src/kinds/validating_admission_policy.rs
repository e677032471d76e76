//! `ValidatingAdmissionPolicies`: rules by which the API server itself refuses what is written.

use crate::describe::Describer;
use crate::store::Health;
use crate::wire::{Meta, ObjectMeta, Present};

use super::admission::{self, MatchResources, ParamKind};
use super::{Cell, Col, Info, Kind};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Policy>;

crate::message! {
    /// `admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy`.
    pub struct Policy {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: PolicySpec,
        #[prost(message, required, tag = "3")]
        status: PolicyStatus,
    }

    /// `ValidatingAdmissionPolicySpec`.
    pub struct PolicySpec {
        #[prost(message, optional, tag = "1")]
        param_kind: Option<ParamKind>,
        #[prost(message, optional, tag = "2")]
        match_constraints: Option<MatchResources>,
        #[prost(message, repeated, tag = "3")]
        validations: Vec<Present>,
        #[prost(string, tag = "4")]
        failure_policy: String,
    }

    /// `ValidatingAdmissionPolicyStatus`.
    pub struct PolicyStatus {
        #[prost(message, optional, tag = "2")]
        type_checking: Option<TypeChecking>,
    }

    /// `TypeChecking`.
    pub struct TypeChecking {
        #[prost(message, repeated, tag = "1")]
        expression_warnings: Vec<Present>,
    }
}

impl Meta for Policy {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Policy;
    const INFO: Info = Info::new(admission::GROUP, "v1", "validatingadmissionpolicies");
    const DOC: &'static str = "Rules by which the API server refuses requests, where a binding says";
    const DESCRIBE: Option<&'static dyn Describer> =
        Some(&admission::describe::Policy { bindings: "validatingadmissionpolicybindings" });

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("VALIDATIONS", |p, _| admission::count(p.spec.validations.len())).priority(150),
        C::text("PARAMKIND", |p, i| admission::param_kind(p.spec.param_kind.as_ref(), i))
            .priority(110),
        C::age(),
        C::number("WARNINGS", |p, _| match &p.status.type_checking {
            Some(checked) => admission::count(checked.expression_warnings.len()),
            None => Cell::None,
        })
        .own()
        .status()
        .doc("expressions that do not fit the types that they are for"),
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
    ];

    fn health(p: &Policy) -> Health {
        match &p.status.type_checking {
            Some(checked) if checked.expression_warnings.is_empty() => Health::Ok,
            Some(_) => Health::Warning,
            None => Health::Idle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_policy_reads_as_kubectl_prints_it() {
        let policy = rows::<This>(
            "
metadata: {name: replicas, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  failurePolicy: Fail
  paramKind: {apiVersion: rules.example.com/v1, kind: ReplicaLimit}
  matchConstraints: {resourceRules: [{resourceNames: [x], operations: [CREATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments, replicasets]}]}
  validations: [{expression: 'object.spec.replicas <= 5'}, {expression: 'true'}]
status: {observedGeneration: 1, typeChecking: {expressionWarnings: [{fieldRef: 'spec.validations[0].expression', warning: no such key}]}}
",
        );
        assert_eq!(
            policy.wide(),
            "NAME | VALIDATIONS | PARAMKIND | AGE\nreplicas | 2 | rules.example.com/v1/ReplicaLimit | 2d"
        );
        assert_eq!(
            policy.own(),
            "WARNINGS | ON FAILURE | MATCHES | OPERATIONS | WHERE\n\
             1 | Fail | deployments.apps,replicasets.apps | CREATE | <none>"
        );
        assert_eq!(policy.health(), Health::Warning);
        policy.survive_damage();
        let bare = rows::<This>("{metadata: {name: p}}");
        assert_eq!(bare.wide().lines().nth(1), Some("p | 0 | <unset> | <unknown>"));
        assert_eq!(bare.own().lines().nth(1), Some("<none> | <none> | <none> | <none> | <none>"));
        assert_eq!(bare.health(), Health::Idle, "nobody has checked it");
        let well = rows::<This>("{metadata: {name: p}, status: {typeChecking: {}}}");
        assert_eq!(well.health(), Health::Ok);
    }
}
