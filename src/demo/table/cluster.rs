//! Tables of nodes, namespaces, leases, definitions and budgets.

use serde_json::{Value, json};

use super::Spec;
use super::text::{age, created, name, or};
use crate::demo::value::{At, condition};

const NODES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Status", "string", 0, |n, _| json!(status(n))),
    ("Roles", "string", 0, |n, _| json!(roles(n))),
    ("Age", "string", 0, age),
    ("Version", "string", 0, |n, _| json!(n.text("/status/nodeInfo/kubeletVersion"))),
    ("Internal-IP", "string", 1, |n, _| address(n, "InternalIP")),
    ("External-IP", "string", 1, |n, _| address(n, "ExternalIP")),
    ("OS-Image", "string", 1, |n, _| or(n.at("/status/nodeInfo/osImage"), "<unknown>")),
    ("Kernel-Version", "string", 1, |n, _| or(n.at("/status/nodeInfo/kernelVersion"), "<unknown>")),
    ("Container-Runtime", "string", 1, |n, _| {
        or(n.at("/status/nodeInfo/containerRuntimeVersion"), "<unknown>")
    }),
];

const NAMESPACES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Status", "string", 0, |n, _| json!(n.text("/status/phase"))),
    ("Age", "string", 0, age),
];

const LEASES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Holder", "string", 0, |l, _| json!(l.text("/spec/holderIdentity"))),
    ("Age", "string", 0, age),
];

const DEFINITIONS: &[Spec] = &[("Name", "string", 0, name), ("Created At", "date", 0, created)];

const SERVICES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Service", "string", 0, |s, _| match s.text("/spec/service/name") {
        "" => json!("Local"),
        service => json!(format!("{}/{service}", s.text("/spec/service/namespace"))),
    }),
    ("Available", "string", 0, |s, _| {
        let available = condition(s, "Available");
        json!(match (available.text("/status"), available.text("/reason")) {
            ("True", _) => "True".to_owned(),
            (status, "") => or(&json!(status), "Unknown").as_str().unwrap_or_default().to_owned(),
            (status, reason) => format!("{status} ({reason})"),
        })
    }),
    ("Age", "string", 0, age),
];

const BUDGETS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Min Available", "string", 0, |b, _| or(b.at("/spec/minAvailable"), "N/A")),
    ("Max Unavailable", "string", 0, |b, _| or(b.at("/spec/maxUnavailable"), "N/A")),
    ("Allowed Disruptions", "integer", 0, |b, _| json!(b.num("/status/disruptionsAllowed"))),
    ("Age", "string", 0, age),
];

const PRIORITIES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Value", "integer", 0, |p, _| json!(p.num("/value"))),
    ("Global-Default", "boolean", 0, |p, _| json!(p.flag("/globalDefault"))),
    ("Age", "string", 0, age),
    ("PreemptionPolicy", "string", 0, |p, _| json!(p.text("/preemptionPolicy"))),
];

/// The columns of cluster-wide resources.
pub fn columns(id: &str) -> Option<&'static [Spec]> {
    Some(match id {
        "nodes" => NODES,
        "namespaces" => NAMESPACES,
        "leases.coordination.k8s.io" => LEASES,
        "customresourcedefinitions.apiextensions.k8s.io" => DEFINITIONS,
        "apiservices.apiregistration.k8s.io" => SERVICES,
        "poddisruptionbudgets.policy" => BUDGETS,
        "priorityclasses.scheduling.k8s.io" => PRIORITIES,
        _ => return None,
    })
}

fn status(node: &Value) -> String {
    let ready = match condition(node, "Ready").text("/status") {
        "True" => "Ready",
        "" => "Unknown",
        _ => "NotReady",
    };
    if node.flag("/spec/unschedulable") {
        format!("{ready},SchedulingDisabled")
    } else {
        ready.to_owned()
    }
}

fn roles(node: &Value) -> String {
    let mut roles: Vec<&str> = node
        .entries("/metadata/labels")
        .filter_map(|(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
            Some(role) => Some(role),
            None => (key == "kubernetes.io/role").then(|| value.as_str()).flatten(),
        })
        .filter(|role| !role.is_empty())
        .collect();
    roles.sort_unstable();
    if roles.is_empty() { "<none>".to_owned() } else { roles.join(",") }
}

fn address(node: &Value, kind: &str) -> Value {
    let found = node.items("/status/addresses").iter().find(|a| a.text("/type") == kind);
    found.map_or(json!("<none>"), |a| a.at("/address").clone())
}
