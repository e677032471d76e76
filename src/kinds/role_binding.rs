//! `RoleBindings`: who may do in a namespace what a role allows.

use crate::describe::Describer;

use super::rbac::{self, Binding};
use super::{Place, Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

impl Kind for This {
    type Object = Binding;
    const INFO: Info = Info::new(rbac::GROUP, "v1", "rolebindings");
    const DOC: &'static str = "Who may do what a role allows, in one namespace";

    const PLACE: Place = Place::Binding;
    const COLUMNS: &'static [Col<Binding>] = rbac::BINDING;
    const DESCRIBE: Option<&'static dyn Describer> = Some(&rbac::describe::Binding);

    fn links(binding: &Binding, links: &mut Links<'_>) {
        rbac::links(binding, links);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Relation;

    #[test]
    fn a_role_binding_reads_as_kubectl_prints_it() {
        let binding = rows::<This>(
            "
metadata: {name: readers, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: User, name: alice}
- {kind: ServiceAccount, name: bot, namespace: team}
- {kind: User, name: 'system:serviceaccount:shop:web'}
- {kind: Group, name: 'system:masters'}
- {kind: ServiceAccount, name: ci, namespace: shop}
- {kind: Robot, name: r2}
",
        );
        assert_eq!(
            binding.wide(),
            "NAME | ROLE | AGE | USERS | GROUPS | SERVICEACCOUNTS\n\
             readers | Role/reader | 2d | alice, system:serviceaccount:shop:web | system:masters | team/bot, shop/ci"
        );
        assert_eq!(
            binding.own(),
            "SUBJECTS\nuser alice, sa team/bot, user system:serviceaccount:shop:web, group system:masters, sa shop/ci, robot r2"
        );
        assert_eq!(
            binding.links(Relation::Grants),
            ["roles.rbac.authorization.k8s.io shop/reader"]
        );
        assert_eq!(
            binding.links(Relation::GrantsTo),
            [
                "serviceaccounts team/bot",
                "serviceaccounts shop/web",
                "serviceaccounts shop/ci",
                "User.rbac.authorization.k8s.io /alice if any",
                "Group.rbac.authorization.k8s.io /system:masters if any",
            ]
        );
        binding.survive_damage();
    }

    #[test]
    fn a_cluster_role_is_in_no_namespace() {
        let binding = rows::<This>(
            "{metadata: {name: b, namespace: shop}, roleRef: {kind: ClusterRole, name: view}}",
        );
        assert_eq!(binding.wide().lines().nth(1), Some("b | ClusterRole/view | <unknown> |  |  | "));
        assert_eq!(
            binding.links(Relation::Grants),
            ["clusterroles.rbac.authorization.k8s.io /view"]
        );
    }
}
