//! What pods and pod templates have in common: where they may run, and the template as a whole.

use super::about::About;
use super::containers::Containers;
use super::field::Field;
use super::meta::{annotations, labels, selector_or_none};
use super::piece::{Piece, muted};
use super::volumes::volumes;
use super::writer::Writer;

/// `Pod Template:` of a workload.
pub fn template(about: &About<'_>, template: Field<'_>, w: &mut Writer) {
    w.section(0, "Pod Template");
    if !template.is_some() {
        w.line(2, [muted("<unset>")]);
        return;
    }
    let (meta, spec) = (template.key("metadata"), template.key("spec"));
    labels(2, "Labels", meta.key("labels"), w);
    if meta.key("annotations").has_any() {
        annotations(2, "Annotations", meta.key("annotations"), w);
    }
    let account = spec.key("serviceAccountName");
    if account.has_any() {
        let go = about.beside("", "serviceaccounts", account.str());
        w.field(2, "Service Account", account.text()).go(go);
    }
    let containers = |title, key| Containers {
        title,
        specs: spec.key(key),
        statuses: Field::default(),
        pod: None,
    };
    if spec.key("initContainers").has_any() {
        containers("Init Containers", "initContainers").write(about, w);
    }
    containers("Containers", "containers").write(about, w);
    volumes(about, spec.key("volumes"), true, w);
    spread(2, spec, w);
    priority_class(about, 2, spec, w);
    labels(2, "Node-Selectors", spec.key("nodeSelector"), w);
    tolerations(2, spec, w);
    scheduling_group(2, spec, w);
}

/// `Priority Class Name:`, where there is one.
pub fn priority_class(about: &About<'_>, indent: u16, spec: Field<'_>, w: &mut Writer) {
    let class = spec.key("priorityClassName");
    if class.has_any() {
        let go = about.to("scheduling.k8s.io", "priorityclasses", "", class.str());
        w.field(indent, "Priority Class Name", class.text()).go(go);
    }
}

/// `Tolerations:` of a pod's spec.
pub fn tolerations(indent: u16, spec: Field<'_>, w: &mut Writer) {
    let mut tolerations: Vec<_> = spec.key("tolerations").list().collect();
    tolerations.sort_by_key(|toleration| toleration.key("key").str());
    w.values(indent, "Tolerations", tolerations.into_iter().map(toleration));
}

fn toleration(toleration: Field<'_>) -> Piece {
    let (key, value) = (toleration.key("key").str(), toleration.key("value").str());
    let effect = toleration.key("effect").str();
    let mut text = key.to_owned();
    if !value.is_empty() {
        text.push('=');
        text.push_str(value);
    }
    if !effect.is_empty() {
        text.push(':');
        text.push_str(effect);
    }
    if toleration.key("operator").str() == "Exists" && value.is_empty() {
        let everything = key.is_empty() && effect.is_empty();
        text.push_str(if everything { "op=Exists" } else { " op=Exists" });
    }
    if let Some(seconds) = toleration.key("tolerationSeconds").opt_int() {
        text.push_str(&format!(" for {seconds}s"));
    }
    text.into()
}

/// `Topology Spread Constraints:`, where there are any.
pub fn spread(indent: u16, spec: Field<'_>, w: &mut Writer) {
    let mut constraints: Vec<_> = spec.key("topologySpreadConstraints").list().collect();
    constraints.sort_by_key(|constraint| constraint.key("topologyKey").str());
    if constraints.is_empty() {
        return;
    }
    let constraint = |constraint: Field<'_>| {
        let text = format!(
            "{}:{} when max skew {} is exceeded",
            constraint.key("topologyKey").text(),
            constraint.key("whenUnsatisfiable").text(),
            constraint.key("maxSkew").int()
        );
        let selector = constraint.key("labelSelector");
        if selector.is_some() {
            Piece::from(text + " for selector ").and(selector_or_none(selector))
        } else {
            text.into()
        }
    };
    w.values(indent, "Topology Spread Constraints", constraints.into_iter().map(constraint));
}

/// `SchedulingGroup:`, where the pod is of one.
pub fn scheduling_group(indent: u16, spec: Field<'_>, w: &mut Writer) {
    let group = spec.key("schedulingGroup");
    if group.is_some() {
        w.section(indent, "SchedulingGroup");
        w.field(2, "PodGroupName", group.key("podGroupName").text());
    }
}
