//! What the page must know.

use crate::sheet::{Answer, Facts, Line, Span, Tone, Want};
use crate::store::Row;

use super::write::field;

/// The namespace of the cluster's own parts.
pub const SYSTEM: &str = "kube-system";

/// The metric that says which deprecated APIs were asked for (apiserver, `pkg/endpoints/metrics`).
pub const DEPRECATED: &str = "apiserver_requested_deprecated_apis";

/// A resource whose rows are wanted: its group and its plural.
pub type Named = (&'static str, &'static str);

pub const NODES: Named = ("", "nodes");
pub const PODS: Named = ("", "pods");
pub const QUOTAS: Named = ("", "resourcequotas");
pub const LEASES: Named = ("coordination.k8s.io", "leases");
pub const API_SERVICES: Named = ("apiregistration.k8s.io", "apiservices");
pub const CONFIG_MAPS: Named = ("", "configmaps");
pub const INGRESS_CLASSES: Named = ("networking.k8s.io", "ingressclasses");

/// What keeps pods, with how a person calls it.
pub const WORKLOADS: [(Named, &str); 5] = [
    (("apps", "deployments"), "Deployments"),
    (("apps", "statefulsets"), "StatefulSets"),
    (("apps", "daemonsets"), "DaemonSets"),
    (("batch", "jobs"), "Jobs"),
    (("batch", "cronjobs"), "CronJobs"),
];

/// The phases in which pods do not run.
pub const PHASES: [&str; 3] = ["Pending", "Failed", "Succeeded"];

/// Rows of all namespaces.
pub fn all(named: Named) -> Want {
    rows(named, "", "")
}

/// Rows of the cluster's own namespace.
pub fn system(named: Named) -> Want {
    rows(named, SYSTEM, "")
}

/// Pods in a phase: a row does not say it.
pub fn in_phase(phase: &str) -> Want {
    rows(PODS, "", &format!("status.phase={phase}"))
}

fn rows((group, resource): Named, namespace: &str, fields: &str) -> Want {
    Want::Rows {
        group: group.to_owned(),
        resource: resource.to_owned(),
        namespace: namespace.to_owned(),
        labels: String::new(),
        fields: fields.to_owned(),
    }
}

/// What the server says of its version.
pub fn version() -> Want {
    Want::Text { path: "/version".to_owned() }
}

/// What the server says of its own checks.
pub fn ready() -> Want {
    Want::Text { path: "/readyz?verbose".to_owned() }
}

/// Which deprecated APIs were asked for, of the many megabytes of metrics.
pub fn deprecated() -> Want {
    Want::Lines { path: "/metrics".to_owned(), prefix: DEPRECATED.to_owned() }
}

/// How kube-proxy is set up, where kubeadm or its like did it.
pub fn kube_proxy() -> Want {
    Want::Object {
        group: String::new(),
        resource: "configmaps".to_owned(),
        namespace: SYSTEM.to_owned(),
        name: "kube-proxy".to_owned(),
    }
}

/// Everything.
pub fn everything() -> Vec<Want> {
    let texts = [version(), ready(), deprecated(), kube_proxy()];
    let system = [LEASES, CONFIG_MAPS].map(system);
    let all_of = [NODES, PODS, QUOTAS, INGRESS_CLASSES, API_SERVICES].map(all);
    let workloads = WORKLOADS.map(|(named, _)| all(named));
    let phases = PHASES.map(in_phase);
    texts.into_iter().chain(system).chain(all_of).chain(workloads).chain(phases).collect()
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is being read.
    Loading,
    /// The cluster has no such thing.
    Absent,
    /// It cannot be read: why.
    Failed(String),
}

/// The rows of a want, or why there are none.
pub fn rows_of<'a>(facts: &Facts<'a>, want: &Want) -> Result<Vec<&'a Row>, Missing> {
    match (facts.rows(want), facts.get(want)) {
        (_, Answer::Failed(why)) => Err(Missing::Failed(why.clone())),
        (_, Answer::Absent) => Err(Missing::Absent),
        (Some(rows), _) => Ok(rows),
        (None, _) => Err(Missing::Loading),
    }
}

/// What the server said, with the status of its answer and how long it took in microseconds, or why that is not known.
pub fn text_of<'a>(facts: &'a Facts<'_>, want: &Want) -> Result<(&'a str, u16, u64), Missing> {
    match facts.get(want) {
        Answer::Text { text, status: status @ (401 | 403), .. } => {
            Err(Missing::Failed(refusal(text, *status)))
        }
        Answer::Text { status: 404, .. } | Answer::Absent => Err(Missing::Absent),
        Answer::Text { text, status, micros } => Ok((text, *status, *micros)),
        Answer::Failed(why) => Err(Missing::Failed(why.clone())),
        _ => Err(Missing::Loading),
    }
}

/// Why a server refused: the message of its `Status`, or what else it says.
fn refusal(text: &str, status: u16) -> String {
    let said: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let message = said.get("message").and_then(serde_json::Value::as_str);
    let line = message.or(text.lines().next()).unwrap_or_default();
    if line.is_empty() { format!("the server answers with {status}") } else { line.to_owned() }
}

/// What must be allowed, so that a want can be read: `list and watch of pods`, `get of /metrics`.
pub fn needs(want: &Want) -> String {
    let place = |namespace: &str| match namespace {
        "" => String::new(),
        namespace => format!(" in {namespace}"),
    };
    let full = |group: &str, resource: &str| match group {
        "" => resource.to_owned(),
        group => format!("{resource}.{group}"),
    };
    match want {
        Want::Rows { group, resource, namespace, .. }
        | Want::Objects { group, resource, namespace, .. } => {
            format!("list and watch of {}{}", full(group, resource), place(namespace))
        }
        Want::Object { group, resource, namespace, name } => {
            format!("get and watch of {} {name}{}", full(group, resource), place(namespace))
        }
        Want::Release { resource, namespace, name } => {
            format!("get and watch of {resource} {name}{}", place(namespace))
        }
        Want::Text { path } | Want::Lines { path, .. } => {
            format!("get of {}", path.split('?').next().unwrap_or(path))
        }
        Want::Review { path, .. } => format!("create at {path}"),
        Want::File { files, .. } => {
            let place = &files.place;
            format!("create of pods/exec {} in {}", place.pod, place.namespace)
        }
        Want::Journal { .. } | Want::Entry { .. } => "the journal".to_owned(),
        Want::Forwards => "the port forwards".to_owned(),
    }
}

/// Lines that say why something is not known, below a label of its own.
pub fn missing(label: &str, want: &Want, why: &Missing) -> Vec<Line> {
    let of = |words: &str, tone| field(label, [Span::new(words, tone)]);
    match why {
        Missing::Loading => vec![of("reading…", Tone::Muted)],
        Missing::Absent => vec![of("not served by this cluster", Tone::Muted)],
        Missing::Failed(why) => {
            let line = of(
                &format!("cannot be read, it needs {}", needs(want)),
                Tone::Health(crate::store::Health::Warning),
            );
            let why = Line::new(2 * super::write::INDENT, [Span::new(why.as_str(), Tone::Muted)]);
            vec![Line { folded: true, ..line }, why]
        }
    }
}
