//! `MutatingAdmissionPolicyBindings`: where a policy is in force.

use crate::describe::Describer;

use super::admission::{self, Binding};
use super::{Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Binding>;

impl Kind for This {
    type Object = Binding;
    const INFO: Info = Info::new(admission::GROUP, "v1", "mutatingadmissionpolicybindings");
    const DOC: &'static str = "Where a mutating policy is in force, and with what parameters";
    const DESCRIBE: Option<&'static dyn Describer> =
        Some(&admission::describe::Bound { policies: "mutatingadmissionpolicies" });

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("POLICYNAME", Binding::policy).status(),
        C::text("PARAMREF", |b, _| b.param()).priority(110),
        C::age(),
        C::text("MATCHES", Binding::matches)
            .own()
            .priority(120)
            .doc("the resources that it narrows the policy to"),
        C::text("WHERE", Binding::bounds)
            .own_wide()
            .doc("the namespaces and objects in which it puts the policy into force, where not in all"),
    ];

    fn links(b: &Binding, links: &mut Links<'_>) {
        b.links("mutatingadmissionpolicies", links);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Relation;

    #[test]
    fn a_binding_reads_as_kubectl_prints_it() {
        let binding = rows::<This>(
            "{metadata: {name: b, creationTimestamp: 2026-01-13T12:00:00Z}, spec: {policyName: sidecar, paramRef: {name: p, namespace: mesh}}}",
        );
        assert_eq!(
            binding.wide(),
            "NAME | POLICYNAME | PARAMREF | AGE\nb | sidecar | mesh/p | 2d"
        );
        assert_eq!(
            binding.links(Relation::Uses),
            ["mutatingadmissionpolicies.admissionregistration.k8s.io /sidecar"]
        );
        binding.survive_damage();
    }
}
