//! Who may do what in the demo cluster, and its classes of storage, priority and ingress.

use serde_json::{Value, json};

use super::World;
use super::history::must;

const RBAC: &str = "rbac.authorization.k8s.io/v1";

fn cluster_role(name: &str, rules: &Value) -> Value {
    json!({"apiVersion": RBAC, "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules})
}

/// Roles and bindings: the built-in ones that people expect, and those of the users `viewer` and `team`.
pub fn access(world: &mut World) {
    let reads = json!(["get", "list", "watch"]);
    let every = json!(["*"]);
    let namespaced = json!([
        {"apiGroups": ["", "apps", "batch", "autoscaling", "networking.k8s.io", "policy", "discovery.k8s.io", "argoproj.io",
            "cert-manager.io", "networking.internal.example", "stable.example.com"], "resources": every, "verbs": every},
        {"apiGroups": ["metrics.k8s.io"], "resources": ["pods"], "verbs": ["get", "list"]}]);
    // Everything may be looked at but Secrets; looking inside a container is more than looking.
    let visible = [
        "bindings",
        "configmaps",
        "endpoints",
        "events",
        "limitranges",
        "namespaces",
        "nodes",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "pods/log",
        "pods/status",
        "replicationcontrollers",
        "resourcequotas",
        "serviceaccounts",
        "services",
    ];
    let groups = [
        "apps",
        "batch",
        "autoscaling",
        "networking.k8s.io",
        "policy",
        "discovery.k8s.io",
        "storage.k8s.io",
        "scheduling.k8s.io",
        "rbac.authorization.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "coordination.k8s.io",
        "admissionregistration.k8s.io",
        "metrics.k8s.io",
        "argoproj.io",
        "cert-manager.io",
        "networking.internal.example",
        "stable.example.com",
    ];
    for role in [
        cluster_role(
            "cluster-admin",
            &json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, {"nonResourceURLs": ["*"], "verbs": ["*"]}]),
        ),
        cluster_role("admin", &namespaced),
        cluster_role("edit", &namespaced),
        cluster_role(
            "view",
            &json!([{"apiGroups": [""], "resources": visible, "verbs": reads},
            {"apiGroups": groups, "resources": ["*"], "verbs": reads}]),
        ),
        cluster_role(
            "system:node",
            &json!([{"apiGroups": [""], "resources": ["nodes", "pods"], "verbs": reads}]),
        ),
    ] {
        must(world.create(role));
    }
    for (name, role, group) in
        [("cluster-admins", "cluster-admin", "system:masters"), ("viewers", "view", "demo:viewers")]
    {
        must(world.create(json!({"apiVersion": RBAC, "kind": "ClusterRoleBinding", "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}]})));
    }
    must(world.create(json!({"apiVersion": RBAC, "kind": "RoleBinding", "metadata": {"name": "shop-team", "namespace": "shop"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "demo:shop-team"}]})));
    must(world.create(json!({"apiVersion": RBAC, "kind": "Role", "metadata": {"name": "config-reader", "namespace": "shop"},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": reads}]})));
    must(world.create(json!({"apiVersion": RBAC, "kind": "RoleBinding", "metadata": {"name": "checkout-config", "namespace": "shop"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "config-reader"},
        "subjects": [{"kind": "ServiceAccount", "name": "checkout", "namespace": "shop"}]})));
}

/// Classes: storage, priority, ingress; and the aggregated API of the metrics server.
pub fn classes(world: &mut World) {
    for (name, policy, default) in [("standard", "Delete", true), ("archive", "Retain", false)] {
        let annotations = if default {
            json!({"storageclass.kubernetes.io/is-default-class": "true"})
        } else {
            json!({})
        };
        must(world.create(json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name, "annotations": annotations},
            "provisioner": "csi.demo.example", "reclaimPolicy": policy, "volumeBindingMode": "Immediate", "allowVolumeExpansion": true})));
    }
    must(world.create(json!({"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "csi.demo.example"},
        "spec": {"attachRequired": true, "podInfoOnMount": false, "storageCapacity": false, "fsGroupPolicy": "File", "volumeLifecycleModes": ["Persistent"]}})));
    for (name, value, default) in [
        ("system-node-critical", 2_000_001_000, false),
        ("system-cluster-critical", 2_000_000_000, false),
        ("business-critical", 100_000, false),
        ("best-effort", 0, true),
    ] {
        must(world.create(json!({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name},
            "value": value, "globalDefault": default, "preemptionPolicy": "PreemptLowerPriority"})));
    }
    must(world.create(json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "nginx"},
        "spec": {"controller": "k8s.io/ingress-nginx"}})));
    let available = json!({"conditions": [{"type": "Available", "status": "True", "reason": "Passed", "message": "all checks passed",
        "lastTransitionTime": world.stamp()}]});
    must(world.create(json!({"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1beta1.metrics.k8s.io"},
        "spec": {"group": "metrics.k8s.io", "version": "v1beta1", "service": {"name": "metrics-server", "namespace": "kube-system", "port": 80},
            "groupPriorityMinimum": 100, "versionPriority": 100, "insecureSkipTLSVerify": true}, "status": available})));
}
