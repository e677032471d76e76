//! In which order Helm deletes kinds of objects (`pkg/releaseutil/kind_sorter.go`).

/// What goes first.
const ORDER: [&str; 36] = [
    "APIService",
    "Ingress",
    "IngressClass",
    "Service",
    "CronJob",
    "Job",
    "StatefulSet",
    "HorizontalPodAutoscaler",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "DaemonSet",
    "RoleBindingList",
    "RoleBinding",
    "RoleList",
    "Role",
    "ClusterRoleBindingList",
    "ClusterRoleBinding",
    "ClusterRoleList",
    "ClusterRole",
    "CustomResourceDefinition",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "ConfigMap",
    "SecretList",
    "Secret",
    "ServiceAccount",
    "PodDisruptionBudget",
    "PodSecurityPolicy",
    "LimitRange",
    "ResourceQuota",
    "NetworkPolicy",
    "Namespace",
    "PriorityClass",
];

/// Where a kind stands when a release is uninstalled: those with the least go first. Kinds that Helm does not know go last, by their names.
pub fn uninstalled(kind: &str) -> (usize, &str) {
    match ORDER.iter().position(|known| *known == kind) {
        Some(place) => (place, ""),
        None => (ORDER.len(), kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_need_goes_last_and_what_nobody_knows_after_it() {
        let mut kinds = [
            "Zebra",
            "Secret",
            "Namespace",
            "Ant",
            "Service",
            "Deployment",
            "Ingress",
            "ConfigMap",
        ];
        kinds.sort_by_key(|kind| uninstalled(kind));
        assert_eq!(
            kinds,
            [
                "Ingress",
                "Service",
                "Deployment",
                "ConfigMap",
                "Secret",
                "Namespace",
                "Ant",
                "Zebra"
            ]
        );
    }
}
