//! ReplicationControllers: what ReplicaSets were before Deployments.

mod describe;

use std::collections::BTreeMap;

use crate::describe::Describer;
use crate::store::{Health, Relation};
use crate::wire::{LabelSelector, Meta, ObjectMeta};

use super::template::{Condition, Counts, Template};
use super::{Place, By, Cell, Col, Drill, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ReplicationController>;

crate::message! {
    /// `v1 ReplicationController`.
    pub struct ReplicationController {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: ReplicationControllerSpec,
        #[prost(message, required, tag = "3")]
        status: ReplicationControllerStatus,
    }

    /// `v1 ReplicationControllerSpec`.
    pub struct ReplicationControllerSpec {
        #[prost(int32, tag = "1")]
        replicas: i32,
        #[prost(btree_map = "string, string", tag = "2")]
        selector: BTreeMap<String, String>,
        #[prost(message, required, tag = "3")]
        template: Template,
    }

    /// `v1 ReplicationControllerStatus`.
    pub struct ReplicationControllerStatus {
        #[prost(int32, tag = "1")]
        replicas: i32,
        #[prost(int64, tag = "3")]
        observed_generation: i64,
        #[prost(int32, tag = "4")]
        ready_replicas: i32,
        #[prost(message, repeated, tag = "6")]
        conditions: Vec<Condition>,
    }
}

impl Meta for ReplicationController {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ReplicationController;
    const INFO: Info = Info::new("", "v1", "replicationcontrollers");
    const DOC: &'static str = "So many pods of one template, as it was done before deployments";
    const HAS_LOGS: bool = true;
    const ACTIONS: &'static [&'static str] = &["set-image", "shell"];

    const PLACE: Place = Place::Workload;
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "", plural: "pods", by: By::Controller };

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("DESIRED", |r, _| Cell::Int(r.spec.replicas.into())).priority(160),
        C::number("CURRENT", |r, _| Cell::Int(r.status.replicas.into())).priority(150),
        C::number("READY", |r, _| Cell::Int(r.status.ready_replicas.into())).status(),
        C::age(),
        C::text("CONTAINERS", |r, i| r.spec.template.containers(i)).wide(),
        C::text("IMAGES", |r, i| r.spec.template.images(i)).wide().priority(60),
        C::text("SELECTOR", |r, i| Cell::shared_or_none(&text::labels(&r.spec.selector), i)).wide(),
    ];

    fn health(r: &ReplicationController) -> Health {
        let failing = |c: &Condition| c.kind == "ReplicaFailure" && c.status == "True";
        if r.status.conditions.iter().any(failing) {
            return Health::Broken;
        }
        Counts {
            desired: r.spec.replicas,
            current: r.status.replicas,
            // One template is all it ever has.
            updated: r.spec.replicas,
            ready: r.status.ready_replicas,
            observed: r.status.observed_generation >= r.metadata.generation,
        }
        .health()
    }

    fn links(r: &ReplicationController, links: &mut Links<'_>) {
        if !r.spec.selector.is_empty() {
            let match_labels = r.spec.selector.clone();
            let selector = LabelSelector { match_labels, match_expressions: Vec::new() };
            links.selects("", "pods", &selector);
        }
        // OpenShift's DeploymentConfigs have one for each revision, as Deployments have ReplicaSets.
        if !links.has(Relation::Controller) {
            r.spec.template.spec.links(None, links);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_controller_reads_as_kubectl_prints_it() {
        let controller = rows::<This>(
            "
metadata: {name: old, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {replicas: 3, selector: {tier: a, app: old}, template: {spec: {serviceAccountName: s, containers: [{name: a, image: 'a:1'}]}}}
status: {replicas: 3, readyReplicas: 2}
",
        );
        assert_eq!(
            controller.wide(),
            "NAME | DESIRED | CURRENT | READY | AGE | CONTAINERS | IMAGES | SELECTOR\n\
             old | 3 | 3 | 2 | 2d | a | a:1 | app=old,tier=a"
        );
        assert_eq!(controller.health(), Health::Warning);
        assert_eq!(controller.links(Relation::Selects).len(), 1);
        assert_eq!(controller.links(Relation::ActsAs), ["serviceaccounts shop/s"]);
        controller.survive_damage();
        let bare = rows::<This>("{metadata: {name: r}}");
        assert_eq!(bare.wide().lines().nth(1), Some("r | 0 | 0 | 0 | <unknown> |  |  | <none>"));
        assert_eq!(bare.health(), Health::Idle);
        assert!(bare.rows[0].links.is_empty());
        let failing =
            "{spec: {replicas: 1}, status: {conditions: [{type: ReplicaFailure, status: 'True'}]}}";
        assert_eq!(rows::<This>(failing).health(), Health::Broken);
    }
}
