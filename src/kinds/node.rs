//! Nodes: the machines.

mod allocated;
mod describe;
mod usage;

use std::collections::BTreeMap;

use crate::describe::Describer;
use crate::store::{Health, Interner, Relation};
use crate::wire::{Meta, ObjectMeta, Quantity};

use super::pod::resources::is_extended;
use super::{By, Cell, Col, Drill, Info, Join, Joined, Kind, Place, SheetFn, Tells, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Node>;

crate::message! {
    /// `v1 Node`.
    pub struct Node {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: NodeSpec,
        #[prost(message, required, tag = "3")]
        status: NodeStatus,
    }

    /// `v1 NodeSpec`.
    pub struct NodeSpec {
        #[prost(string, tag = "3")]
        #[serde(rename = "providerID")]
        provider_id: String,
        #[prost(bool, tag = "4")]
        unschedulable: bool,
        #[prost(message, repeated, tag = "5")]
        taints: Vec<Taint>,
    }

    /// `v1 Taint`.
    pub struct Taint {
        #[prost(string, tag = "1")]
        key: String,
        #[prost(string, tag = "2")]
        value: String,
        #[prost(string, tag = "3")]
        effect: String,
    }

    /// `v1 NodeStatus`.
    pub struct NodeStatus {
        #[prost(btree_map = "string, message", tag = "1")]
        capacity: BTreeMap<String, Quantity>,
        #[prost(btree_map = "string, message", tag = "2")]
        allocatable: BTreeMap<String, Quantity>,
        #[prost(message, repeated, tag = "4")]
        conditions: Vec<Condition>,
        #[prost(message, repeated, tag = "5")]
        addresses: Vec<Address>,
        #[prost(message, required, tag = "7")]
        node_info: SystemInfo,
    }

    /// `v1 NodeCondition`.
    pub struct Condition {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        kind: String,
        #[prost(string, tag = "2")]
        status: String,
    }

    /// `v1 NodeAddress`.
    pub struct Address {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        kind: String,
        #[prost(string, tag = "2")]
        address: String,
    }

    /// `v1 NodeSystemInfo`.
    pub struct SystemInfo {
        #[prost(string, tag = "4")]
        kernel_version: String,
        #[prost(string, tag = "5")]
        os_image: String,
        #[prost(string, tag = "6")]
        container_runtime_version: String,
        #[prost(string, tag = "7")]
        kubelet_version: String,
        #[prost(string, tag = "10")]
        architecture: String,
    }
}

impl Meta for Node {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Node;
    const INFO: Info = Info::new("", "v1", "nodes");
    const DOC: &'static str = "The machines, real or virtual, that run the pods";
    const HAS_LOGS: bool = true;
    const ACTIONS: &'static [&'static str] = &["cordon", "debug", "drain", "taint", "uncordon"];
    const SHEET: Option<SheetFn> = Some(usage::subject);

    const PLACE: Place = Place::Machine;
    const DRILL: Drill = Drill::Rows { group: "", plural: "pods", by: By::Field("spec.nodeName") };

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("STATUS", |n, i| Cell::shared(&status(n), i)).status(),
        C::text("ROLES", |n, i| Cell::shared_or_none(&roles(&n.metadata.labels), i)).priority(150),
        C::age(),
        C::text("VERSION", |n, i| Cell::shared(&n.status.node_info.kubelet_version, i))
            .priority(120)
            .doc("the kubelet's version"),
        C::text("INTERNAL-IP", |n, _| address(n, "InternalIP")).wide(),
        C::text("EXTERNAL-IP", |n, _| address(n, "ExternalIP")).wide(),
        C::text("OS-IMAGE", |n, i| or_unknown(&n.status.node_info.os_image, i)).wide(),
        C::text("KERNEL-VERSION", kernel).wide(),
        C::text("CONTAINER-RUNTIME", |n, i| {
            or_unknown(&n.status.node_info.container_runtime_version, i)
        })
        .wide(),
        C::number("CPU", |n, _| {
            allocatable(n, "cpu").and_then(Quantity::milli).map_or(Cell::None, Cell::Millicores)
        })
        .own_wide()
        .priority(70)
        .doc("processor time for pods"),
        C::joined("CPU/R").priority(72).doc("processor time that its pods request"),
        C::number("CPU/C", |n, _| {
            capacity(n, "cpu").and_then(Quantity::milli).map_or(Cell::None, Cell::Millicores)
        })
        .own_wide()
        .doc("processor time that it has, that of the system included"),
        C::number("MEM", |n, _| {
            allocatable(n, "memory").and_then(Quantity::value).map_or(Cell::None, Cell::Bytes)
        })
        .own_wide()
        .priority(70)
        .doc("memory for pods"),
        C::joined("MEM/R").priority(72).doc("memory that its pods request"),
        C::number("MEM/C", |n, _| {
            capacity(n, "memory").and_then(Quantity::value).map_or(Cell::None, Cell::Bytes)
        })
        .own_wide()
        .doc("memory that it has, that of the system included"),
        C::number("PODS", |n, _| {
            allocatable(n, "pods").and_then(Quantity::value).map_or(Cell::None, Cell::Int)
        })
        .own_wide()
        .priority(70)
        .doc("how many pods it takes"),
        C::joined("PODS/R").priority(71).doc("how many pods it has that are not over"),
        C::text("TAINTS", |n, i| Cell::shared_or_none(&taints(n), i))
            .own_wide()
            .doc("what keeps pods away, unless they tolerate it"),
        C::text("DEVICES", |n, i| Cell::shared_or_none(&devices(n), i))
            .own_wide()
            .priority(55)
            .doc("what device plugins and others offer to pods beside CPU and memory"),
        C::joined("DEVICES/R").left().priority(56).doc("what of the devices its pods request: gpu 2/8"),
        C::text("CONDITIONS", |n, i| Cell::shared_or_none(&text::join(troubles(n)), i))
            .own_wide()
            .priority(65)
            .doc("what is wrong with it, beyond STATUS"),
        C::text("ZONE", |n, i| label(n, "topology.kubernetes.io/zone", i)).own_wide(),
        C::text("TYPE", |n, i| label(n, "node.kubernetes.io/instance-type", i))
            .own_wide()
            .doc("the machine's type, as its provider calls it"),
        C::text("PROVIDER-ID", |n, _| Cell::own_or_none(&n.spec.provider_id))
            .own_wide()
            .doc("the machine, as its provider knows it"),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Node);

    const JOIN: Option<&'static Join> = Some(&Join {
        of: ("", "pods"),
        // As `kubectl describe node` asks for them: what is over has given its share back.
        fields: "status.phase!=Succeeded,status.phase!=Failed",
        by: Relation::RunsOn,
        columns: &[
            Joined { column: "CPU/R", tells: Tells::Sum("CPU/R", Cell::Millicores) },
            Joined { column: "MEM/R", tells: Tells::Sum("MEM/R", Cell::Bytes) },
            Joined { column: "PODS/R", tells: Tells::Count },
            Joined {
                column: "DEVICES/R",
                tells: Tells::Each { asked: "DEVICES/R", room: "DEVICES" },
            },
        ],
    });

    fn health(node: &Node) -> Health {
        match ready(node) {
            Some("True") if node.spec.unschedulable || troubles(node).next().is_some() => {
                Health::Warning
            }
            Some("True") => Health::Ok,
            Some(_) => Health::Broken,
            None => Health::Warning,
        }
    }
}

/// The last condition of that type counts (printers.go, `printNode`).
fn ready(node: &Node) -> Option<&str> {
    let ready = |c: &&Condition| c.kind == "Ready";
    node.status.conditions.iter().rfind(ready).map(|c| c.status.as_str())
}

fn status(node: &Node) -> String {
    let ready = match ready(node) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    let cordoned = if node.spec.unschedulable { ",SchedulingDisabled" } else { "" };
    format!("{ready}{cordoned}")
}

/// Resources of somebody else than Kubernetes, `nvidia.com/gpu=4,…`.
fn devices(node: &Node) -> String {
    let devices = node.status.allocatable.iter().filter(|(name, _)| is_extended(name));
    let all: Vec<_> = devices.map(|(name, amount)| format!("{name}={}", amount.text)).collect();
    text::join(all.iter().map(String::as_str))
}

/// Conditions that mean trouble when they are true: the kubelet's own, and the node problem detector's. Others may mean the opposite
/// (k3s has `EtcdIsVoter`).
fn troubles(node: &Node) -> impl Iterator<Item = &str> {
    let known = |kind: &str| {
        kind.ends_with("Pressure")
            || kind.ends_with("Problem")
            || kind.starts_with("Frequent")
            || matches!(kind, "NetworkUnavailable" | "KernelDeadlock" | "ReadonlyFilesystem")
    };
    let conditions = node.status.conditions.iter().filter(|c| c.status == "True");
    conditions.map(|c| c.kind.as_str()).filter(move |kind| known(kind))
}

fn roles(labels: &BTreeMap<String, String>) -> String {
    let roles: std::collections::BTreeSet<&str> = labels
        .iter()
        .filter_map(|(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
            Some(role) => Some(role),
            None => (key == "kubernetes.io/role").then_some(value.as_str()),
        })
        .filter(|role| !role.is_empty())
        .collect();
    text::join(roles.into_iter())
}

fn address(node: &Node, kind: &str) -> Cell {
    let found = node.status.addresses.iter().find(|a| a.kind == kind);
    // kubectl shows an empty address as it is.
    found.map_or(Cell::None, |a| Cell::Text(a.address.as_str().into()))
}

fn or_unknown(text: &str, interner: &mut Interner) -> Cell {
    Cell::shared(if text.is_empty() { "<unknown>" } else { text }, interner)
}

fn kernel(node: &Node, interner: &mut Interner) -> Cell {
    let info = &node.status.node_info;
    if info.architecture.is_empty() {
        return or_unknown(&info.kernel_version, interner);
    }
    let version = match info.kernel_version.as_str() {
        "" => "<unknown>",
        version => version,
    };
    Cell::shared(&format!("{version} ({})", info.architecture), interner)
}

fn capacity<'a>(node: &'a Node, resource: &str) -> Option<&'a Quantity> {
    node.status.capacity.get(resource)
}

fn allocatable<'a>(node: &'a Node, resource: &str) -> Option<&'a Quantity> {
    node.status.allocatable.get(resource)
}

/// `dedicated=gpu:NoSchedule,…`, as `kubectl taint` takes them.
fn taints(node: &Node) -> String {
    let one = |t: &Taint| match t.value.as_str() {
        "" => format!("{}:{}", t.key, t.effect),
        value => format!("{}={value}:{}", t.key, t.effect),
    };
    let all: Vec<_> = node.spec.taints.iter().map(one).collect();
    text::join(all.iter().map(String::as_str))
}

fn label(node: &Node, key: &str, interner: &mut Interner) -> Cell {
    Cell::shared_or_none(node.metadata.labels.get(key).map_or("", String::as_str), interner)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Fixture, rows};
    use super::*;

    fn node(yaml: &str) -> Fixture {
        rows::<This>(yaml)
    }

    #[test]
    fn a_node_reads_as_kubectl_prints_it() {
        let node = node(
            "
metadata:
  name: n1
  creationTimestamp: 2026-01-13T12:00:00Z
  labels: {node-role.kubernetes.io/zebra: '', node-role.kubernetes.io/: '', kubernetes.io/role: worker, topology.kubernetes.io/zone: z1}
spec:
  unschedulable: true
  providerID: kind://docker/lab/n1
  taints: [{key: dedicated, value: gpu, effect: NoSchedule}, {key: bare, effect: NoExecute}]
status:
  capacity: {cpu: '4', memory: 16Gi}
  allocatable: {cpu: '3.92', memory: 15Gi, pods: '110', hugepages-2Mi: '0', nvidia.com/gpu: '4', example.com/fpga: '1', pod.alpha.kubernetes.io/x: '9'}
  conditions: [{type: Ready, status: 'True'}, {type: DiskPressure, status: 'True'}, {type: EtcdIsVoter, status: 'True'}]
  addresses: [{type: Hostname, address: n1}, {type: InternalIP, address: 10.0.0.1}, {type: InternalIP, address: 10.0.0.2}]
  nodeInfo: {kubeletVersion: v1.36.3, osImage: Debian, kernelVersion: 6.12.0, architecture: arm64}
",
        );
        assert_eq!(
            node.wide(),
            "NAME | STATUS | ROLES | AGE | VERSION | INTERNAL-IP | EXTERNAL-IP | OS-IMAGE | KERNEL-VERSION | CONTAINER-RUNTIME\n\
             n1 | Ready,SchedulingDisabled | worker,zebra | 2d | v1.36.3 | 10.0.0.1 | <none> | Debian | 6.12.0 (arm64) | <unknown>"
        );
        assert_eq!(
            node.own(),
            "CPU | CPU/R | CPU/C | MEM | MEM/R | MEM/C | PODS | PODS/R | TAINTS | DEVICES | DEVICES/R | CONDITIONS | ZONE | TYPE | PROVIDER-ID\n\
             3920m |  | 4000m | 15Gi |  | 16Gi | 110 |  | dedicated=gpu:NoSchedule,bare:NoExecute | example.com/fpga=1,nvidia.com/gpu=4 |  | DiskPressure | z1 | <none> | kind://docker/lab/n1"
        );
        assert_eq!(node.health(), Health::Warning);
        node.survive_damage();
    }

    #[test]
    fn only_ready_counts_for_its_status() {
        let of = |ready: &str| {
            let node = node(&format!("{{status: {{conditions: [{ready}]}}}}"));
            (node.text("STATUS"), node.health())
        };
        assert_eq!(of("{type: Ready, status: 'True'}"), ("Ready".into(), Health::Ok));
        assert_eq!(of("{type: Ready, status: 'False'}"), ("NotReady".into(), Health::Broken));
        assert_eq!(of("{type: Ready, status: Unknown}"), ("NotReady".into(), Health::Broken));
        assert_eq!(of(""), ("Unknown".into(), Health::Warning));
        let empty = node("{metadata: {name: n1}}").wide();
        assert_eq!(
            empty.lines().nth(1),
            Some(
                "n1 | Unknown | <none> | <unknown> |  | <none> | <none> | <unknown> | <unknown> | <unknown>"
            )
        );
    }
}
