//! HorizontalPodAutoscalers: so many replicas as the load asks for.

mod describe;

use crate::describe::Describer;
use crate::store::{Health, Interner, Relation};
use crate::wire::{Meta, ObjectMeta, Time};

use super::template::Condition;
use super::{Place, Cell, Col, Info, Kind, Links, text};

mod metric;

use metric::{Reference, Spec, Status};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Autoscaler>;

crate::message! {
    /// `autoscaling/v2 HorizontalPodAutoscaler`.
    pub struct Autoscaler {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: AutoscalerSpec,
        #[prost(message, required, tag = "3")]
        status: AutoscalerStatus,
    }

    /// `autoscaling/v2 HorizontalPodAutoscalerSpec`.
    pub struct AutoscalerSpec {
        #[prost(message, required, tag = "1")]
        scale_target_ref: Reference,
        #[prost(int32, optional, tag = "2")]
        min_replicas: Option<i32>,
        #[prost(int32, tag = "3")]
        max_replicas: i32,
        #[prost(message, repeated, tag = "4")]
        metrics: Vec<Spec>,
    }

    /// `autoscaling/v2 HorizontalPodAutoscalerStatus`.
    pub struct AutoscalerStatus {
        #[prost(message, optional, tag = "2")]
        last_scale_time: Option<Time>,
        #[prost(int32, tag = "3")]
        current_replicas: i32,
        #[prost(int32, tag = "4")]
        desired_replicas: i32,
        #[prost(message, repeated, tag = "5")]
        current_metrics: Vec<Status>,
        #[prost(message, repeated, tag = "6")]
        conditions: Vec<Condition>,
    }
}

impl Meta for Autoscaler {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Autoscaler;
    const INFO: Info = Info::new("autoscaling", "v2", "horizontalpodautoscalers");
    const DOC: &'static str = "As many replicas of a workload as its load asks for";
    const ACTIONS: &'static [&'static str] = &["set-bounds"];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);

    const PLACE: Place = Place::Scaler;
    // What it may do and why it does, in the words that stand beside what it scales too.
    const NOTE: &'static [&'static str] = &["{MINPODS}-{MAXPODS}", "{TARGETS}", "{REASON}"];

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("REFERENCE", reference).priority(150).doc("the workload that it scales"),
        C::text("TARGETS", |a, i| {
            Cell::shared(&metric::targets(&a.spec.metrics, &a.status.current_metrics), i)
        })
        .priority(190)
        .doc("what each metric is, and what it should be"),
        C::number("MINPODS", |a, i| match a.spec.min_replicas {
            Some(min) => Cell::Int(min.into()),
            None => Cell::shared("<unset>", i),
        })
        .priority(120),
        C::number("MAXPODS", |a, _| Cell::Int(a.spec.max_replicas.into())).priority(160),
        C::number("REPLICAS", |a, _| Cell::Int(a.status.current_replicas.into())).status(),
        C::age(),
        C::number("DESIRED", |a, _| Cell::Int(a.status.desired_replicas.into()))
            .own_wide()
            .doc("replicas that it wants"),
        C::text("METRICS", |a, i| {
            Cell::shared_or_none(&metric::named(&a.spec.metrics, &a.status.current_metrics), i)
        })
        .own_wide()
        .priority(70)
        .doc("all metrics by name, custom and external ones among them"),
        C::text("CONDITIONS", |a, i| Cell::shared_or_none(&conditions(a), i))
            .own_wide()
            .priority(45)
            .doc("every condition that is true, and with ! those that are not"),
        C::number("LAST SCALE", |a, _| {
            a.status.last_scale_time.map_or(Cell::None, |time| Cell::since(Some(time)))
        })
        .own()
        .priority(80)
        .doc("since it last changed the number of replicas"),
        C::text("REASON", |a, i| Cell::shared_or_none(trouble(a).map_or("", |(_, why)| why), i))
            .own()
            .priority(110)
            .doc("why it cannot scale as it would"),
    ];

    fn health(a: &Autoscaler) -> Health {
        let status = &a.status;
        match trouble(a) {
            Some((health, _)) => health,
            // Nobody has looked at it yet.
            None if status.conditions.is_empty() => Health::Changing,
            None if status.current_replicas != status.desired_replicas => Health::Changing,
            None => Health::Ok,
        }
    }

    fn links(a: &Autoscaler, links: &mut Links<'_>) {
        let target = &a.spec.scale_target_ref;
        links.name(Relation::Scales, target.group(), &target.kind, &target.name);
        for object in a.spec.metrics.iter().filter_map(Spec::described) {
            links.name(Relation::Uses, object.group(), &object.kind, &object.name);
        }
    }
}

fn reference(a: &Autoscaler, _: &mut Interner) -> Cell {
    let target = &a.spec.scale_target_ref;
    Cell::Text(format!("{}/{}", target.kind, target.name).into())
}

/// `AbleToScale,ScalingActive,!ScalingLimited`.
fn conditions(a: &Autoscaler) -> String {
    let one = |c: &Condition| match c.status.as_str() {
        "True" => c.kind.clone(),
        _ => format!("!{}", c.kind),
    };
    let all: Vec<_> = a.status.conditions.iter().map(one).collect();
    text::join(all.iter().map(String::as_str))
}

/// The condition that keeps it from its work, worst first, and its reason.
fn trouble(a: &Autoscaler) -> Option<(Health, &str)> {
    let is = |kind, status| {
        let condition = |c: &&Condition| c.kind == kind && c.status == status;
        a.status.conditions.iter().find(condition).map(|c| c.reason.as_str())
    };
    if let Some(reason) = is("AbleToScale", "False") {
        return Some((Health::Broken, reason));
    }
    match is("ScalingActive", "False") {
        // Somebody scaled the workload to nothing, which switches it off.
        Some(reason @ "ScalingDisabled") => return Some((Health::Idle, reason)),
        Some(reason) => return Some((Health::Broken, reason)),
        None => {}
    }
    // That there should be fewer than the least is what a quiet night looks like.
    is("ScalingLimited", "True")
        .filter(|reason| *reason == "TooManyReplicas")
        .map(|reason| (Health::Warning, reason))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn an_autoscaler_reads_as_kubectl_prints_it() {
        let scaler = rows::<This>(
            "
metadata: {name: web, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 9
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}
  - {type: Object, object: {describedObject: {apiVersion: networking.k8s.io/v1, kind: Ingress, name: front}, metric: {name: rps}, target: {type: Value, value: 2k}}}
  - {type: External, external: {metric: {name: queue}, target: {type: AverageValue, averageValue: 30}}}
status:
  currentReplicas: 3
  desiredReplicas: 3
  lastScaleTime: 2026-01-15T11:55:00Z
  currentMetrics: [{type: Resource, resource: {name: cpu, current: {averageUtilization: 45, averageValue: 90m}}}]
  conditions: [{type: AbleToScale, status: 'True', reason: ReadyForNewScale}, {type: ScalingActive, status: 'True', reason: ValidMetricFound}, {type: ScalingLimited, status: 'False', reason: DesiredWithinRange}]
",
        );
        assert_eq!(
            scaler.wide(),
            "NAME | REFERENCE | TARGETS | MINPODS | MAXPODS | REPLICAS | AGE\n\
             web | Deployment/web | cpu: 45%/80%, <unknown>/2k + 1 more... | 2 | 9 | 3 | 2d"
        );
        assert_eq!(
            scaler.own(),
            "DESIRED | METRICS | CONDITIONS | LAST SCALE | REASON\n\
             3 | cpu: 45%/80%, rps of Ingress/front: <unknown>/2k, external queue: <unknown>/30 (avg) | \
             AbleToScale,ScalingActive,!ScalingLimited | 5m | <none>"
        );
        assert_eq!(scaler.health(), Health::Ok);
        assert_eq!(scaler.links(Relation::Scales), ["Deployment.apps shop/web"]);
        assert_eq!(scaler.links(Relation::Uses), ["Ingress.networking.k8s.io shop/front"]);
        scaler.survive_damage();
        let bare = rows::<This>("{metadata: {name: a}}");
        assert_eq!(
            bare.wide().lines().nth(1),
            Some("a | / | <none> | <unset> | 0 | 0 | <unknown>")
        );
    }

    #[test]
    fn health_is_what_keeps_it_from_scaling() {
        let of = |conditions: &[(&str, &str, &str)], replicas: &str| {
            let conditions: Vec<String> = conditions
                .iter()
                .map(|(kind, status, reason)| {
                    format!("{{type: {kind}, status: '{status}', reason: {reason}}}")
                })
                .collect();
            let yaml =
                format!("{{status: {{conditions: [{}], {replicas}}}}}", conditions.join(", "));
            let scaler = rows::<This>(&yaml);
            (scaler.health(), scaler.text("REASON"))
        };
        let is = |health, reason: &str| (health, reason.to_owned());
        assert_eq!(of(&[], ""), is(Health::Changing, "<none>"));
        let able = ("AbleToScale", "True", "SucceededRescale");
        assert_eq!(of(&[able], "currentReplicas: 1, desiredReplicas: 2").0, Health::Changing);
        let blind = ("ScalingActive", "False", "FailedGetResourceMetric");
        assert_eq!(of(&[able, blind], ""), is(Health::Broken, "FailedGetResourceMetric"));
        let off = ("ScalingActive", "False", "ScalingDisabled");
        assert_eq!(of(&[able, off], ""), is(Health::Idle, "ScalingDisabled"));
        let full = ("ScalingLimited", "True", "TooManyReplicas");
        assert_eq!(of(&[able, full], ""), is(Health::Warning, "TooManyReplicas"));
        let quiet = ("ScalingLimited", "True", "TooFewReplicas");
        assert_eq!(of(&[able, quiet], ""), is(Health::Ok, "<none>"));
        let unable = ("AbleToScale", "False", "FailedGetScale");
        assert_eq!(of(&[full, blind, unable], ""), is(Health::Broken, "FailedGetScale"));
    }
}
