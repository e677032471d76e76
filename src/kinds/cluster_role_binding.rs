//! `ClusterRoleBindings`: who may do everywhere what a cluster role allows.

use crate::describe::Describer;

use super::rbac::{self, Binding};
use super::{Place, Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

impl Kind for This {
    type Object = Binding;
    const INFO: Info = Info::new(rbac::GROUP, "v1", "clusterrolebindings");
    const DOC: &'static str = "Who may do what a cluster role allows, in every namespace";

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
    fn a_cluster_role_binding_reads_as_kubectl_prints_it() {
        let binding = rows::<This>(
            "
metadata: {name: admins, creationTimestamp: 2026-01-13T12:00:00Z}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: Group, name: ops}, {kind: ServiceAccount, name: deployer, namespace: ci}]
",
        );
        assert_eq!(
            binding.wide(),
            "NAME | ROLE | AGE | USERS | GROUPS | SERVICEACCOUNTS\n\
             admins | ClusterRole/cluster-admin | 2d |  | ops | ci/deployer"
        );
        assert_eq!(
            binding.links(Relation::Grants),
            ["clusterroles.rbac.authorization.k8s.io /cluster-admin"]
        );
        assert_eq!(binding.links(Relation::GrantsTo), ["serviceaccounts ci/deployer", "Group.rbac.authorization.k8s.io /ops if any"]);
        binding.survive_damage();
    }
}
