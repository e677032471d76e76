//! The machines of the demo cluster, and their leases.

use serde_json::{Value, json};

use super::{World, micro};

/// Name, role, zone, cores, memory in GiB.
const NODES: &[(&str, &str, &str, u32, u32)] = &[
    ("control-plane-1", "control-plane", "zone-a", 4, 16),
    ("worker-a1", "worker", "zone-a", 16, 64),
    ("worker-a2", "worker", "zone-a", 16, 64),
    ("worker-b1", "worker", "zone-b", 16, 64),
    ("worker-b2", "worker", "zone-b", 16, 64),
    ("worker-c1", "worker", "zone-c", 32, 128),
    ("worker-c2", "worker", "zone-c", 16, 64),
];

/// Puts up the machines.
pub fn build(world: &mut World) {
    for (index, &(name, role, zone, cores, memory)) in NODES.iter().enumerate() {
        let node =
            node(world, name, role, zone, (cores, memory, 110), &format!("10.10.0.{}", 10 + index));
        super::history::must(world.create(node));
        let now = micro(world.now);
        super::history::must(world.create(
            json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": name, "namespace": "kube-node-lease"},
            "spec": {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": now}}),
        ));
    }
}

/// A node with cores, GiB of memory and room for pods.
pub fn node(
    world: &World,
    name: &str,
    role: &str,
    zone: &str,
    (cores, memory, pods): (u32, u32, u32),
    ip: &str,
) -> Value {
    let now = world.stamp();
    let condition = |kind: &str, status: &str, reason: &str, message: &str| {
        json!({"type": kind, "status": status, "reason": reason, "message": message,
            "lastHeartbeatTime": now, "lastTransitionTime": now})
    };
    let memory_ki = u64::from(memory) * 1024 * 1024;
    let mut labels = json!({"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": "demo-1", "topology.kubernetes.io/zone": zone,
        "node.kubernetes.io/instance-type": format!("demo.{cores}x{memory}")});
    labels[format!("node-role.kubernetes.io/{role}")] = json!("");
    let mut spec =
        json!({"podCIDR": "10.244.0.0/24", "providerID": format!("demo://{zone}/{name}")});
    if role == "control-plane" {
        spec["taints"] =
            json!([{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]);
    }
    let machine = super::super::rng::uid(world.chance(&["machine", name]));
    json!({"apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": labels, "annotations": {"kx.demo/simulated": "this node is part of the kx demo and does not exist"}},
        "spec": spec,
        "status": {
            "addresses": [{"type": "InternalIP", "address": ip}, {"type": "Hostname", "address": name}],
            "capacity": {"cpu": cores.to_string(), "memory": format!("{memory_ki}Ki"), "pods": pods.to_string(), "ephemeral-storage": "102687672Ki"},
            "allocatable": {"cpu": cores.to_string(), "memory": format!("{}Ki", memory_ki - 102_400), "pods": pods.to_string(), "ephemeral-storage": "94636958360"},
            "conditions": [
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")],
            "nodeInfo": {"architecture": "amd64", "operatingSystem": "linux", "osImage": "Demo Linux 1.0 (simulated)",
                "kernelVersion": "6.12.0-demo", "kubeletVersion": super::super::discovery::VERSION, "kubeProxyVersion": "",
                "containerRuntimeVersion": "containerd://2.1.4", "machineID": machine, "systemUUID": machine, "bootID": machine},
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}}}})
}
