//! DaemonSets: one pod on every node that matches.

mod describe;

use crate::describe::Describer;
use crate::store::Health;
use crate::wire::{LabelSelector, Meta, ObjectMeta};

use super::template::{self, Counts, Strategy, Template};
use super::{Place, By, Cell, Col, Drill, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<DaemonSet>;

crate::message! {
    /// `apps/v1 DaemonSet`.
    pub struct DaemonSet {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: DaemonSetSpec,
        #[prost(message, required, tag = "3")]
        status: DaemonSetStatus,
    }

    /// `apps/v1 DaemonSetSpec`.
    pub struct DaemonSetSpec {
        #[prost(message, optional, tag = "1")]
        selector: Option<LabelSelector>,
        #[prost(message, required, tag = "2")]
        template: Template,
        #[prost(message, required, tag = "3")]
        update_strategy: Strategy,
    }

    /// `apps/v1 DaemonSetStatus`.
    pub struct DaemonSetStatus {
        #[prost(int32, tag = "1")]
        current_number_scheduled: i32,
        #[prost(int32, tag = "2")]
        number_misscheduled: i32,
        #[prost(int32, tag = "3")]
        desired_number_scheduled: i32,
        #[prost(int32, tag = "4")]
        number_ready: i32,
        #[prost(int64, tag = "5")]
        observed_generation: i64,
        #[prost(int32, tag = "6")]
        updated_number_scheduled: i32,
        #[prost(int32, tag = "7")]
        number_available: i32,
    }
}

impl Meta for DaemonSet {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = DaemonSet;
    const INFO: Info = Info::new("apps", "v1", "daemonsets");
    const DOC: &'static str = "One pod on every node that matches: agents, network, storage";
    const HAS_LOGS: bool = true;
    const ACTIONS: &'static [&'static str] = &["restart", "rollback", "rollback-previous", "rollout", "set-image", "shell"];

    const PLACE: Place = Place::Workload;
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "", plural: "pods", by: By::Controller };

    const UNBIND: Option<fn(&mut serde_json::Value)> = Some(|copy| {
        super::unbind::without_annotations(copy, &["deprecated.daemonset.template.generation"]);
    });
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("DESIRED", |d, _| Cell::Int(d.status.desired_number_scheduled.into()))
            .priority(170),
        C::number("CURRENT", |d, _| Cell::Int(d.status.current_number_scheduled.into()))
            .priority(150),
        C::number("READY", |d, _| Cell::Int(d.status.number_ready.into())).status(),
        C::number("UP-TO-DATE", |d, _| Cell::Int(d.status.updated_number_scheduled.into()))
            .priority(140)
            .doc("nodes that run the newest template"),
        C::number("AVAILABLE", |d, _| Cell::Int(d.status.number_available.into()))
            .priority(130)
            .doc("nodes whose pod is ready for at least minReadySeconds"),
        C::text("NODE SELECTOR", |d, i| {
            Cell::shared_or_none(&text::labels(&d.spec.template.spec.node_selector), i)
        })
        .priority(80),
        C::age(),
        C::text("CONTAINERS", |d, i| d.spec.template.containers(i)).wide(),
        C::text("IMAGES", |d, i| d.spec.template.images(i)).wide().priority(60),
        C::text("SELECTOR", |d, _| template::selector(d.spec.selector.as_ref())).wide(),
        C::number("MISSCHEDULED", |d, _| Cell::Int(d.status.number_misscheduled.into()))
            .own_wide()
            .doc("nodes that run it and should not"),
        C::text("STRATEGY", |d, i| Cell::shared(&d.spec.update_strategy.kind, i)).own_wide(),
    ];

    fn health(d: &DaemonSet) -> Health {
        let status = &d.status;
        let desired = status.desired_number_scheduled;
        let counts = Counts {
            desired,
            current: status.current_number_scheduled,
            // With OnDelete old pods stay until somebody deletes them: that is no change under way.
            updated: match d.spec.update_strategy.kind.as_str() {
                "OnDelete" => desired,
                _ => status.updated_number_scheduled,
            },
            ready: status.number_ready,
            observed: status.observed_generation >= d.metadata.generation,
        };
        match counts.health() {
            Health::Ok | Health::Idle if status.number_misscheduled > 0 => Health::Warning,
            health => health,
        }
    }

    fn links(d: &DaemonSet, links: &mut Links<'_>) {
        template::selects(d.spec.selector.as_ref(), d.status.desired_number_scheduled, links);
        d.spec.template.spec.links(None, links);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_daemon_set_reads_as_kubectl_prints_it() {
        let set = rows::<This>(
            "
metadata: {name: agent, namespace: kube-system, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {selector: {matchLabels: {app: agent}}, updateStrategy: {type: RollingUpdate},
  template: {spec: {nodeSelector: {os: linux, disk: ssd}, containers: [{name: a, image: 'a:1'}]}}}
status: {desiredNumberScheduled: 4, currentNumberScheduled: 4, numberReady: 3, updatedNumberScheduled: 4, numberAvailable: 2, numberMisscheduled: 1}
",
        );
        assert_eq!(
            set.wide(),
            "NAME | DESIRED | CURRENT | READY | UP-TO-DATE | AVAILABLE | NODE SELECTOR | AGE | CONTAINERS | IMAGES | SELECTOR\n\
             agent | 4 | 4 | 3 | 4 | 2 | disk=ssd,os=linux | 2d | a | a:1 | app=agent"
        );
        assert_eq!(set.own(), "MISSCHEDULED | STRATEGY\n1 | RollingUpdate");
        assert_eq!(set.health(), Health::Warning);
        set.survive_damage();
    }

    #[test]
    fn health_follows_the_counts() {
        let of = |strategy: &str, [desired, updated, ready, wrong]: [i32; 4]| {
            rows::<This>(&format!(
                "{{spec: {{updateStrategy: {{type: {strategy}}}}}, status: {{desiredNumberScheduled: {desired}, currentNumberScheduled: {desired},
                  updatedNumberScheduled: {updated}, numberReady: {ready}, numberMisscheduled: {wrong}}}}}"
            ))
            .health()
        };
        assert_eq!(of("RollingUpdate", [2, 2, 2, 0]), Health::Ok);
        assert_eq!(of("RollingUpdate", [2, 2, 2, 1]), Health::Warning);
        assert_eq!(of("RollingUpdate", [2, 1, 2, 0]), Health::Changing);
        assert_eq!(of("OnDelete", [2, 1, 2, 0]), Health::Ok);
        assert_eq!(of("RollingUpdate", [0, 0, 0, 0]), Health::Idle);
        let empty = rows::<This>("{metadata: {name: d}}");
        assert_eq!(
            (empty.text("NODE SELECTOR"), empty.text("SELECTOR")),
            ("<none>".into(), "<none>".into())
        );
    }
}
