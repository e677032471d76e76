//! A pod, described.

use crate::describe::meta::{controlled_by, labels, labels_and_annotations, name_and_namespace};
use crate::describe::{
    About, Containers, Describer, Field, Piece, Writer, conditions, date, priority_class, resources,
    scheduling_group, search_events, seccomp, spread, state, tolerations, unix, volumes,
};
use crate::sheet::Want;

use super::This;

/// In the pod that stands for one which a node runs by itself: that pod's UID there.
const MIRROR: &str = "kubernetes.io/config.mirror";

impl Describer for This {
    /// A node's own events about a pod that it runs by itself know it by another UID.
    fn events(&self, about: &About<'_>) -> Vec<Want> {
        let mirrored = about.object.at("metadata.annotations").key(MIRROR);
        let uid = if mirrored.is_some() { mirrored.str() } else { about.uid() };
        vec![search_events(about, "", uid)]
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (spec, status) = (about.object.key("spec"), about.object.key("status"));
        name_and_namespace(about, w);
        placement(about, spec, status, w);
        labels_and_annotations(about, w);
        phase(about.object, w);
        seccomp(0, 0, spec.at("securityContext.seccompProfile"), w);
        addresses(status, w);
        controlled_by(about, w);
        let nominated = status.key("nominatedNodeName");
        if nominated.has_any() {
            let go = about.to("", "nodes", "", nominated.str());
            w.field(0, "NominatedNodeName", nominated.text()).go(go);
        }
        if spec.key("resources").is_some() {
            w.section(0, "Resources");
            resources(2, spec.key("resources"), w);
        }
        containers(about, spec, status, w);
        gates(spec, status, w);
        if status.key("conditions").has_any() {
            w.section(0, "Conditions");
            w.plain_headings(2, &["Type", "Status"]);
            for condition in status.key("conditions").list() {
                let kind = Piece::from(format!("{} ", condition.key("type").text()));
                w.line(2, [kind, conditions::status(condition, " ")]);
            }
        }
        volumes(about, spec.key("volumes"), false, w);
        w.field(0, "QoS Class", status.key("qosClass").text());
        labels(0, "Node-Selectors", spec.key("nodeSelector"), w);
        tolerations(0, spec, w);
        spread(0, spec, w);
        scheduling_group(0, spec, w);
    }
}

/// Where it runs, as whom, and how important it is.
fn placement(about: &About<'_>, spec: Field<'_>, status: Field<'_>, w: &mut Writer) {
    if let Some(priority) = spec.key("priority").opt_int() {
        w.field(0, "Priority", priority);
    }
    priority_class(about, 0, spec, w);
    let runtime = spec.key("runtimeClassName");
    if runtime.has_any() {
        let go = about.to("node.k8s.io", "runtimeclasses", "", runtime.str());
        w.field(0, "Runtime Class Name", runtime.text()).go(go);
    }
    let account = spec.key("serviceAccountName");
    if account.has_any() {
        let go = about.beside("", "serviceaccounts", account.str());
        w.field(0, "Service Account", account.text()).go(go);
    }
    let node = spec.key("nodeName").str();
    if node.is_empty() {
        w.field(0, "Node", "<none>");
    } else {
        let text = format!("{node}/{}", status.key("hostIP").str());
        w.field(0, "Node", text).go(about.to("", "nodes", "", node));
    }
    if status.key("startTime").is_some() {
        w.field(0, "Start Time", date(status.key("startTime")));
    }
}

fn phase(pod: Field<'_>, w: &mut Writer) {
    let status = pod.key("status");
    let phase = status.key("phase");
    let leaving = pod.at("metadata.deletionTimestamp");
    if leaving.is_some() && !matches!(phase.str(), "Failed" | "Succeeded") {
        let since = w.since(unix(leaving));
        w.field(0, "Status", state("Terminating").and(format!(" (lasts {since})")));
        let grace = pod.at("metadata.deletionGracePeriodSeconds").int();
        w.field(0, "Termination Grace Period", format!("{grace}s"));
    } else {
        w.field(0, "Status", state(phase.text()));
    }
    if status.key("reason").has_any() {
        w.field(0, "Reason", state(status.key("reason").text()));
    }
    if status.key("message").has_any() {
        w.field(0, "Message", status.key("message").text());
    }
}

fn addresses(status: Field<'_>, w: &mut Writer) {
    w.field(0, "IP", status.key("podIP").text());
    if !status.key("podIPs").has_any() {
        w.field(0, "IPs", "<none>");
        return;
    }
    w.section(0, "IPs");
    for address in status.key("podIPs").list() {
        w.field(2, "IP", address.key("ip").text());
    }
}

fn containers(about: &About<'_>, spec: Field<'_>, status: Field<'_>, w: &mut Writer) {
    for (title, specs, statuses) in [
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    ] {
        let (specs, statuses) = (spec.key(specs), status.key(statuses));
        if specs.has_any() || title == "Containers" {
            Containers { title, specs, statuses, pod: Some(about.object) }.write(about, w);
        }
    }
}

/// Conditions beyond its containers' that must hold before it is ready.
fn gates(spec: Field<'_>, status: Field<'_>, w: &mut Writer) {
    if !spec.key("readinessGates").has_any() {
        return;
    }
    w.section(0, "Readiness Gates");
    w.plain_headings(2, &["Type", "Status"]);
    for gate in spec.key("readinessGates").list() {
        let kind = gate.key("conditionType").str();
        let condition =
            status.key("conditions").list().find(|c| c.key("type").str() == kind);
        let status = condition.map_or("<none> ".into(), |c| conditions::status(c, " "));
        w.line(2, [Piece::from(format!("{kind} ")), status]);
    }
}
