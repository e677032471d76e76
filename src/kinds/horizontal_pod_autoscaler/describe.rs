//! A `HorizontalPodAutoscaler`, described.

use crate::describe::meta::{group_of, labels_and_annotations, name_and_namespace};
use crate::describe::{
    About, Describer, Field, Piece, Writer, conditions, date, label, or, strong,
};

use super::This;

impl Describer for This {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (spec, status) = (about.object.key("spec"), about.object.key("status"));
        name_and_namespace(about, w);
        labels_and_annotations(about, w);
        w.field(0, "CreationTimestamp", date(about.object.at("metadata.creationTimestamp")));
        let target = spec.key("scaleTargetRef");
        let (kind, name) = (target.key("kind").str(), target.key("name").str());
        let go = about.beside(group_of(target.key("apiVersion").str()), kind, name);
        w.field(0, "Reference", strong(format!("{kind}/{name}"))).go(go.clone());
        // Of autoscaling/v1, which some servers serve alone, kubectl has another describe.
        let first = about.object.key("apiVersion").str() == "autoscaling/v1";
        if first {
            cpu(spec, status, w);
        } else {
            w.field(0, "Metrics", "( current / target )");
        }
        let mut currents = status.key("currentMetrics").list();
        for metric in spec.key("metrics").list() {
            let (what, value) = read(metric, currents.next().unwrap_or_default());
            match value {
                Some(value) => w.line(2, [label(what), value.into()]),
                None => w.line(2, [label(what)]),
            };
        }
        let min = spec.key("minReplicas").opt_int().map(|n| n.to_string());
        w.field(0, "Min replicas", or(min.unwrap_or_default(), "<unset>"));
        w.field(0, "Max replicas", spec.key("maxReplicas").int());
        if spec.key("behavior").is_some() {
            w.section(0, "Behavior");
            for (title, key) in [("Scale Up", "scaleUp"), ("Scale Down", "scaleDown")] {
                direction(title, spec.key("behavior").key(key), w);
            }
        }
        let (current, desired) =
            (status.key("currentReplicas").int(), status.key("desiredReplicas").int());
        w.field(0, &format!("{kind} pods"), format!("{current} current / {desired} desired")).go(go);
        if !first {
            conditions::with_messages(status.key("conditions"), w);
        }
    }
}

/// The one metric that autoscaling/v1 knows.
fn cpu(spec: Field<'_>, status: Field<'_>, w: &mut Writer) {
    let Some(target) = spec.key("targetCPUUtilizationPercentage").opt_int() else { return };
    w.field(0, "Target CPU utilization", format!("{target}%"));
    let current = status.key("currentCPUUtilizationPercentage").opt_int();
    let current = current.map_or_else(|| "<unknown>".to_owned(), |percent| percent.to_string());
    w.field(0, "Current CPU utilization", format!("{current}%"));
}

/// What a metric is called, and `current / target`; `None` for a kind of metric that nobody knows yet.
fn read(metric: Field<'_>, current: Field<'_>) -> (String, Option<String>) {
    let key = match metric.key("type").str() {
        "External" => "external",
        "Pods" => "pods",
        "Object" => "object",
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        other => return (format!("<unknown metric type {other:?}>"), None),
    };
    let (spec, target) = (metric.key(key), metric.key(key).key("target"));
    let current = current.key(key).key("current");
    let name = spec.at("metric.name").str();
    // A metric that was not read has no current at all, one that was may yet lack this kind of value.
    let now = |key: &str| -> String {
        if current.is_some() { quantity(current.key(key)) } else { "<unknown>".to_owned() }
    };
    let pair = |current: String, key: &str| Some(format!("{current} / {}", quantity(target.key(key))));
    match key {
        "external" if target.key("averageValue").is_some() => {
            let current = current.key("averageValue");
            let current =
                if current.is_some() { quantity(current) } else { "<unknown>".to_owned() };
            (format!("{name:?} (target average value):"), pair(current, "averageValue"))
        }
        "external" => (format!("{name:?} (target value):"), pair(now("value"), "value")),
        "pods" => (format!("{name:?} on pods:"), pair(now("averageValue"), "averageValue")),
        "object" => {
            let of = spec.key("describedObject");
            let of = format!("\"{name}\" on {}/{}", of.key("kind").str(), of.key("name").str());
            if target.key("type").str() == "AverageValue" {
                let value = pair(now("averageValue"), "averageValue");
                (format!("{of} (target average value):"), value)
            } else {
                (format!("{of} (target value):"), pair(now("value"), "value"))
            }
        }
        _ => {
            let name = spec.key("name").str();
            let what = match spec.key("container").str() {
                container if key == "containerResource" => {
                    format!("resource {name} of container \"{container}\" on pods")
                }
                _ => format!("resource {name} on pods"),
            };
            if target.key("averageValue").is_some() {
                return (format!("{what}:"), pair(now("averageValue"), "averageValue"));
            }
            let now = match current.key("averageUtilization").opt_int() {
                Some(percent) => format!("{percent}% ({})", quantity(current.key("averageValue"))),
                None => "<unknown>".to_owned(),
            };
            let target = match target.key("averageUtilization").opt_int() {
                Some(percent) => format!("{percent}%"),
                None => "<auto>".to_owned(),
            };
            (format!("{what}  (as a percentage of request):"), Some(format!("{now} / {target}")))
        }
    }
}

/// A quantity as Go writes it: one that is not there is `<nil>`.
fn quantity(value: Field<'_>) -> String {
    value.nested().into_owned()
}

/// How fast it may go in one direction.
fn direction(title: &str, rules: Field<'_>, w: &mut Writer) {
    if !rules.is_some() {
        return;
    }
    w.section(2, title);
    let plain = |title: &str, value: String| [label(format!("{title}: ")).and(value)];
    if let Some(seconds) = rules.key("stabilizationWindowSeconds").opt_int() {
        w.line(4, plain("Stabilization Window", format!("{seconds} seconds")));
    }
    if !rules.key("policies").has_any() {
        return;
    }
    let select = rules.key("selectPolicy").str_or("Max");
    w.line(4, plain("Select Policy", select.to_owned()));
    w.section(4, "Policies");
    for policy in rules.key("policies").list() {
        let pieces = [
            Piece::from(format!("- Type: {}", policy.key("type").text())),
            Piece::from(format!("Value: {}", policy.key("value").int())),
            Piece::from(format!("Period: {} seconds", policy.key("periodSeconds").int())),
        ];
        w.line(6, pieces);
    }
}
