//! StatefulSets: pods with names and volumes of their own.

mod describe;

use crate::describe::Describer;
use crate::store::{Health, Relation};
use crate::wire::{LabelSelector, Meta, ObjectMeta};

use super::template::{self, Counts, Template};
use super::{Place, By, Cell, Col, Drill, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

type C = Col<StatefulSet>;

crate::message! {
    /// `apps/v1 StatefulSet`.
    pub struct StatefulSet {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: StatefulSetSpec,
        #[prost(message, required, tag = "3")]
        status: StatefulSetStatus,
    }

    /// `apps/v1 StatefulSetSpec`.
    pub struct StatefulSetSpec {
        #[prost(int32, optional, tag = "1")]
        replicas: Option<i32>,
        #[prost(message, optional, tag = "2")]
        selector: Option<LabelSelector>,
        #[prost(message, required, tag = "3")]
        template: Template,
        #[prost(string, tag = "5")]
        service_name: String,
        #[prost(message, required, tag = "7")]
        update_strategy: UpdateStrategy,
    }

    /// `apps/v1 StatefulSetUpdateStrategy`.
    pub struct UpdateStrategy {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        kind: String,
        #[prost(message, optional, tag = "2")]
        rolling_update: Option<RollingUpdate>,
    }

    /// `apps/v1 RollingUpdateStatefulSetStrategy`.
    pub struct RollingUpdate {
        #[prost(int32, tag = "1")]
        partition: i32,
    }

    /// `apps/v1 StatefulSetStatus`.
    pub struct StatefulSetStatus {
        #[prost(int64, tag = "1")]
        observed_generation: i64,
        #[prost(int32, tag = "2")]
        replicas: i32,
        #[prost(int32, tag = "3")]
        ready_replicas: i32,
        #[prost(int32, tag = "5")]
        updated_replicas: i32,
        #[prost(int32, tag = "11")]
        available_replicas: i32,
    }
}

impl Meta for StatefulSet {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = StatefulSet;
    const INFO: Info = Info::new("apps", "v1", "statefulsets");
    const DOC: &'static str = "Pods with stable names and volumes of their own, in order";
    const HAS_LOGS: bool = true;
    const ACTIONS: &'static [&'static str] = &["restart", "rollback", "rollback-previous", "rollout", "set-image", "shell"];

    const PLACE: Place = Place::Workload;
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "", plural: "pods", by: By::Controller };

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("READY", |s, _| Cell::ratio(s.status.ready_replicas, desired(s)))
            .status()
            .doc("ready pods of those desired"),
        C::age(),
        C::text("CONTAINERS", |s, i| s.spec.template.containers(i)).wide(),
        C::text("IMAGES", |s, i| s.spec.template.images(i)).wide().priority(60),
        C::number("UP-TO-DATE", |s, _| Cell::Int(s.status.updated_replicas.into()))
            .own_wide()
            .doc("pods with the newest template"),
        C::number("AVAILABLE", |s, _| Cell::Int(s.status.available_replicas.into()))
            .own_wide()
            .doc("pods ready for at least minReadySeconds"),
        C::text("SERVICE", |s, i| Cell::shared_or_none(&s.spec.service_name, i))
            .own_wide()
            .doc("the headless service that gives its pods their names"),
        C::text("STRATEGY", |s, i| Cell::shared(&s.spec.update_strategy.kind, i)).own_wide(),
    ];

    fn health(s: &StatefulSet) -> Health {
        let (desired, status) = (desired(s), &s.status);
        let strategy = &s.spec.update_strategy;
        let partition = strategy.rolling_update.as_ref().map_or(0, |r| r.partition.max(0));
        // Pods below the partition, and with OnDelete all pods, keep the old template until somebody acts: that is no change under way.
        let to_update =
            if strategy.kind == "OnDelete" { 0 } else { desired.saturating_sub(partition) };
        Counts {
            desired,
            current: status.replicas,
            updated: if status.updated_replicas >= to_update { desired } else { 0 },
            ready: status.ready_replicas,
            observed: status.observed_generation >= s.metadata.generation,
        }
        .health()
    }

    fn links(s: &StatefulSet, links: &mut Links<'_>) {
        template::selects(s.spec.selector.as_ref(), desired(s), links);
        links.name(Relation::PartOf, "", "services", &s.spec.service_name);
        s.spec.template.spec.links(None, links);
    }
}

/// The API server fills in 1.
fn desired(s: &StatefulSet) -> i32 {
    s.spec.replicas.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_stateful_set_reads_as_kubectl_prints_it() {
        let set = rows::<This>(
            "
metadata: {name: db, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {replicas: 3, serviceName: db-peers, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}},
  selector: {matchLabels: {app: db}}, template: {spec: {containers: [{name: a, image: 'a:1'}]}}}
status: {replicas: 3, readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2}
",
        );
        assert_eq!(set.wide(), "NAME | READY | AGE | CONTAINERS | IMAGES\ndb | 2/3 | 2d | a | a:1");
        assert_eq!(
            set.own(),
            "UP-TO-DATE | AVAILABLE | SERVICE | STRATEGY\n1 | 2 | db-peers | RollingUpdate"
        );
        assert_eq!(set.links(Relation::PartOf), ["services shop/db-peers"]);
        assert_eq!(set.health(), Health::Warning, "the partition holds the other two back");
        set.survive_damage();
    }

    #[test]
    fn health_knows_what_waits_for_somebody() {
        let of = |strategy: &str| {
            rows::<This>(&format!(
                "{{spec: {{replicas: 2, updateStrategy: {strategy}}}, status: {{replicas: 2, readyReplicas: 2, updatedReplicas: 0}}}}"
            ))
            .health()
        };
        assert_eq!(of("{type: RollingUpdate}"), Health::Changing);
        assert_eq!(of("{type: OnDelete}"), Health::Ok);
        assert_eq!(of("{type: RollingUpdate, rollingUpdate: {partition: 2}}"), Health::Ok);
        assert_eq!(
            of("{type: RollingUpdate, rollingUpdate: {partition: -2147483648}}"),
            Health::Changing
        );
    }
}
