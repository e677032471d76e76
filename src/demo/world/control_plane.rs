//! The demo's control plane: the pods it would run as, its leases, and how its kube-proxy is set up.

use serde_json::json;

use super::{World, history::must, micro};
use crate::demo::discovery::VERSION;

/// The machine that it runs on.
const NODE: &str = "control-plane-1";

/// The parts of it that run as pods, with their images and what they request.
const PARTS: [(&str, &str, &str, &str); 4] = [
    ("etcd", "registry.k8s.io/etcd:3.6.6-0", "100m", "100Mi"),
    ("kube-apiserver", "registry.k8s.io/kube-apiserver", "250m", "1Gi"),
    ("kube-controller-manager", "registry.k8s.io/kube-controller-manager", "200m", "256Mi"),
    ("kube-scheduler", "registry.k8s.io/kube-scheduler", "100m", "128Mi"),
];

/// Puts it up; its machine is there.
pub fn build(world: &mut World) {
    let node = world.store.value("nodes", NODE).unwrap_or_default();
    let uid = node.pointer("/metadata/uid").cloned().unwrap_or_default();
    for (name, image, cpu, memory) in PARTS {
        let image =
            if image.contains(':') { image.to_owned() } else { format!("{image}:{VERSION}") };
        must(world.create(json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": format!("{name}-{NODE}"), "namespace": "kube-system",
                "labels": {"component": name, "tier": "control-plane"},
                "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": NODE, "uid": uid, "controller": true}]},
            "spec": {"nodeName": NODE, "hostNetwork": true, "priorityClassName": "system-node-critical",
                "tolerations": [{"operator": "Exists", "effect": "NoExecute"}],
                "containers": [{"name": name, "image": image, "resources": {"requests": {"cpu": cpu, "memory": memory}}}]}})));
    }
    let (now, labels) =
        (micro(world.now), json!({"apiserver.kubernetes.io/identity": "kube-apiserver"}));
    for (name, labels) in [
        ("kube-scheduler", json!({})),
        ("kube-controller-manager", json!({})),
        ("apiserver-x7ktu4mvtbjmxrrv3y2dsqtyba", labels),
    ] {
        must(world.create(json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": name, "namespace": "kube-system", "labels": labels},
            "spec": {"holderIdentity": format!("{NODE}_2f1c7e0a"), "leaseDurationSeconds": 60, "renewTime": now}})));
    }
    must(world.create(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube-proxy", "namespace": "kube-system"},
        "data": {"config.conf": "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: 10.244.0.0/16\nmode: nftables\n"}})));
}
