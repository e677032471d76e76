//! The table of pods, with kubectl's rules for READY, STATUS and RESTARTS.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Spec;
use super::text::{age, name, or, since};
use crate::demo::value::{At, condition};

const PODS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Ready", "string", 0, |p, now| {
        let s = summary(p, now);
        json!(format!("{}/{}", s.ready, s.total))
    }),
    ("Status", "string", 0, |p, now| json!(summary(p, now).status)),
    ("Restarts", "string", 0, |p, now| json!(summary(p, now).restarts)),
    ("Age", "string", 0, age),
    ("IP", "string", 1, |p, _| or(p.at("/status/podIP"), "<none>")),
    ("Node", "string", 1, |p, _| or(p.at("/spec/nodeName"), "<none>")),
    ("Nominated Node", "string", 1, |p, _| or(p.at("/status/nominatedNodeName"), "<none>")),
    ("Readiness Gates", "string", 1, gates),
];

/// The columns of pods.
pub fn columns(id: &str) -> Option<&'static [Spec]> {
    (id == "pods").then_some(PODS)
}

fn gates(pod: &Value, _now: Timestamp) -> Value {
    let gates = pod.items("/spec/readinessGates");
    if gates.is_empty() {
        return json!("<none>");
    }
    let met = gates
        .iter()
        .filter(|gate| condition(pod, gate.text("/conditionType")).text("/status") == "True")
        .count();
    json!(format!("{met}/{}", gates.len()))
}

/// What kubectl says of a pod in three columns.
#[derive(Debug, Default)]
pub struct Summary {
    /// Ready containers.
    pub ready: usize,
    /// Containers that count, sidecars included.
    pub total: usize,
    /// STATUS.
    pub status: String,
    /// RESTARTS.
    pub restarts: String,
}

/// Sums up a pod (`printPod`).
pub fn summary(pod: &Value, now: Timestamp) -> Summary {
    let mut summary = Summary { total: pod.items("/spec/containers").len(), ..Summary::default() };
    summary.status = match pod.text("/status/reason") {
        "" => pod.text("/status/phase").to_owned(),
        reason => reason.to_owned(),
    };
    if condition(pod, "PodScheduled").text("/reason") == "SchedulingGated" {
        "SchedulingGated".clone_into(&mut summary.status);
    }
    let mut tally = Tally::default();
    let initializing = init_containers(pod, &mut summary, &mut tally);
    if !initializing || condition(pod, "Initialized").text("/status") == "True" {
        main_containers(pod, &mut summary, &mut tally);
    }
    if pod.has("/metadata/deletionTimestamp") {
        if pod.text("/status/reason") == "NodeLost" {
            "Unknown".clone_into(&mut summary.status);
        } else if !matches!(pod.text("/status/phase"), "Succeeded" | "Failed") {
            "Terminating".clone_into(&mut summary.status);
        }
    }
    summary.restarts = match tally.last {
        "" => tally.restarts.to_string(),
        last if tally.restarts > 0 => format!("{} ({} ago)", tally.restarts, since(last, now)),
        _ => tally.restarts.to_string(),
    };
    summary
}

/// Restarts and the newest end of an earlier run.
#[derive(Default)]
struct Tally<'a> {
    restarts: i64,
    last: &'a str,
    sidecar_restarts: i64,
    sidecar_last: &'a str,
}

fn init_containers<'a>(pod: &'a Value, summary: &mut Summary, tally: &mut Tally<'a>) -> bool {
    let specs = pod.items("/spec/initContainers");
    let is_sidecar = |name: &str| {
        specs.iter().any(|c| c.text("/name") == name && c.text("/restartPolicy") == "Always")
    };
    summary.total += specs.iter().filter(|c| c.text("/restartPolicy") == "Always").count();
    let mut initializing = false;
    for (index, container) in pod.items("/status/initContainerStatuses").iter().enumerate() {
        let finished = container.text("/lastState/terminated/finishedAt");
        tally.restarts += container.num("/restartCount");
        tally.last = tally.last.max(finished);
        let sidecar = is_sidecar(container.text("/name"));
        if sidecar {
            tally.sidecar_restarts += container.num("/restartCount");
            tally.sidecar_last = tally.sidecar_last.max(finished);
        }
        let state = container.at("/state");
        if initializing {
            continue;
        }
        if state.has("/terminated") && state.num("/terminated/exitCode") == 0 {
            continue;
        }
        if sidecar && container.flag("/started") {
            summary.ready += usize::from(container.flag("/ready"));
            continue;
        }
        initializing = true;
        summary.status = if state.has("/terminated") {
            format!("Init:{}", ended(state))
        } else {
            match state.text("/waiting/reason") {
                "" | "PodInitializing" => format!("Init:{index}/{}", specs.len()),
                reason => format!("Init:{reason}"),
            }
        };
    }
    initializing
}

fn ended(state: &Value) -> String {
    match (state.text("/terminated/reason"), state.num("/terminated/signal")) {
        ("", 0) => format!("ExitCode:{}", state.num("/terminated/exitCode")),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}

fn main_containers<'a>(pod: &'a Value, summary: &mut Summary, tally: &mut Tally<'a>) {
    tally.restarts = tally.sidecar_restarts;
    tally.last = tally.sidecar_last;
    let mut running = false;
    for container in pod.items("/status/containerStatuses").iter().rev() {
        tally.restarts += container.num("/restartCount");
        tally.last = tally.last.max(container.text("/lastState/terminated/finishedAt"));
        let state = container.at("/state");
        if !state.text("/waiting/reason").is_empty() {
            state.text("/waiting/reason").clone_into(&mut summary.status);
        } else if state.has("/terminated") {
            summary.status = ended(state);
        } else if container.flag("/ready") && state.has("/running") {
            running = true;
            summary.ready += 1;
        }
    }
    if summary.status == "Completed" && running {
        let ready = condition(pod, "Ready").text("/status") == "True";
        (if ready { "Running" } else { "NotReady" }).clone_into(&mut summary.status);
    }
}
