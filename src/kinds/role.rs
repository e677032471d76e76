//! Roles: what may be done in a namespace.

use crate::describe::Describer;
use crate::wire::{Meta, ObjectMeta};

use super::rbac::{self, PolicyRule};
use super::{Place, Col, Info, Kind};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Role>;

crate::message! {
    /// `rbac/v1 Role`.
    pub struct Role {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, repeated, tag = "2")]
        rules: Vec<PolicyRule>,
    }
}

impl Meta for Role {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Role;
    const INFO: Info = Info::new(rbac::GROUP, "v1", "roles");
    const DOC: &'static str = "What may be done in a namespace, by those whom a binding names";

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
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&rbac::describe::Role);
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_role_reads_as_kubectl_prints_it() {
        let role = rows::<This>(
            "
metadata: {name: reader, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
rules:
- {apiGroups: [''], resources: [pods, pods/log], verbs: [get, list]}
- {apiGroups: [apps, ''], resources: [deployments, scales], verbs: ['*']}
- {apiGroups: [''], resources: [secrets], resourceNames: [db], verbs: [get]}
- {apiGroups: ['*'], resources: ['*'], verbs: ['*']}
",
        );
        assert_eq!(role.wide(), "NAME | CREATED AT\nreader | 2026-01-13T12:00:00Z");
        assert_eq!(
            role.own(),
            "RULES | AGE | ALLOWS\n\
             4 | 2d | get,list pods,pods/log; * deployments.apps,deployments,scales.apps + 1 more...; get secrets/db; 1 more..."
        );
        role.survive_damage();
        let empty = rows::<This>("{metadata: {name: r}}");
        assert_eq!(empty.own().lines().nth(1), Some("0 | <unknown> | <none>"));
        assert_eq!(empty.text("CREATED AT"), "<none>");
    }
}
