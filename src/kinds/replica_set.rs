//! ReplicaSets: one revision of a Deployment.

mod describe;

use crate::describe::Describer;
use crate::store::{Health, Relation};
use crate::wire::{LabelSelector, Meta, ObjectMeta};

use super::template::{self, Condition, Counts, Template};
use super::{Place, By, Cell, Col, Drill, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ReplicaSet>;

crate::message! {
    /// `apps/v1 ReplicaSet`.
    pub struct ReplicaSet {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: ReplicaSetSpec,
        #[prost(message, required, tag = "3")]
        status: ReplicaSetStatus,
    }

    /// `apps/v1 ReplicaSetSpec`.
    pub struct ReplicaSetSpec {
        #[prost(int32, optional, tag = "1")]
        replicas: Option<i32>,
        #[prost(message, optional, tag = "2")]
        selector: Option<LabelSelector>,
        #[prost(message, required, tag = "3")]
        template: Template,
    }

    /// `apps/v1 ReplicaSetStatus`.
    pub struct ReplicaSetStatus {
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

impl Meta for ReplicaSet {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ReplicaSet;
    const INFO: Info = Info::new("apps", "v1", "replicasets");
    const DOC: &'static str = "One revision of a Deployment: so many pods of one template";
    const HAS_LOGS: bool = true;
    const ACTIONS: &'static [&'static str] = &["rollout", "set-image", "shell"];

    const PLACE: Place = Place::Workload;
    const NOTE: &'static [&'static str] = &["{READY}/{DESIRED}", "revision {REVISION}"];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "", plural: "pods", by: By::Controller };

    const UNBIND: Option<fn(&mut serde_json::Value)> = Some(|copy| {
        super::unbind::without_annotations(copy, &["deployment.kubernetes.io/"]);
    });
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("DESIRED", |r, _| Cell::Int(desired(r).into())).priority(160),
        C::number("CURRENT", |r, _| Cell::Int(r.status.replicas.into())).priority(150),
        C::number("READY", |r, _| Cell::Int(r.status.ready_replicas.into())).status(),
        C::age(),
        C::text("CONTAINERS", |r, i| r.spec.template.containers(i)).wide(),
        C::text("IMAGES", |r, i| r.spec.template.images(i)).wide().priority(60),
        C::text("SELECTOR", |r, _| template::selector(r.spec.selector.as_ref())).wide(),
        C::number("REVISION", |r, _| template::revision(&r.metadata))
            .own_wide()
            .priority(65)
            .doc("the number by which a rollback names it"),
    ];

    fn health(r: &ReplicaSet) -> Health {
        let failing = |c: &Condition| c.kind == "ReplicaFailure" && c.status == "True";
        if r.status.conditions.iter().any(failing) {
            return Health::Broken;
        }
        let desired = desired(r);
        Counts {
            desired,
            current: r.status.replicas,
            // One template is all it ever has.
            updated: desired,
            ready: r.status.ready_replicas,
            observed: r.status.observed_generation >= r.metadata.generation,
        }
        .health()
    }

    fn links(r: &ReplicaSet, links: &mut Links<'_>) {
        template::selects(r.spec.selector.as_ref(), desired(r), links);
        // What a Deployment's template uses, the Deployment says; its old revisions would only repeat it.
        if !links.has(Relation::Controller) {
            r.spec.template.spec.links(None, links);
        }
    }
}

/// The API server fills in 1.
fn desired(r: &ReplicaSet) -> i32 {
    r.spec.replicas.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    const SET: &str = "
metadata: {name: web-1, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z, annotations: {deployment.kubernetes.io/revision: '4'}, OWNER}
spec: {replicas: 3, selector: {matchLabels: {app: web, pod-template-hash: '1'}}, template: {spec: {serviceAccountName: s, containers: [{name: a, image: 'a:1'}]}}}
status: {replicas: 3, readyReplicas: 3}
";

    #[test]
    fn a_replica_set_reads_as_kubectl_prints_it() {
        let owner = "ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: u, controller: true}]";
        let set = rows::<This>(&SET.replace("OWNER", owner));
        assert_eq!(
            set.wide(),
            "NAME | DESIRED | CURRENT | READY | AGE | CONTAINERS | IMAGES | SELECTOR\n\
             web-1 | 3 | 3 | 3 | 2d | a | a:1 | app=web,pod-template-hash=1"
        );
        assert_eq!(set.own(), "REVISION\n4");
        assert_eq!(set.health(), Health::Ok);
        assert_eq!(set.links(Relation::Controller), ["Deployment.apps shop/web by uid"]);
        assert!(set.links(Relation::ActsAs).is_empty(), "its Deployment says that");
        set.survive_damage();
        let alone = rows::<This>(&SET.replace(", OWNER", ""));
        assert_eq!(alone.links(Relation::ActsAs), ["serviceaccounts shop/s"]);
    }

    #[test]
    fn health_follows_the_counts() {
        let of = |desired: i32, current: i32, ready: i32| {
            rows::<This>(&format!("{{spec: {{replicas: {desired}}}, status: {{replicas: {current}, readyReplicas: {ready}}}}}"))
                .health()
        };
        assert_eq!(of(0, 0, 0), Health::Idle);
        assert_eq!(of(0, 1, 1), Health::Changing);
        assert_eq!(of(2, 1, 1), Health::Changing);
        assert_eq!(of(2, 2, 1), Health::Warning);
        let failing =
            "{spec: {replicas: 1}, status: {conditions: [{type: ReplicaFailure, status: 'True'}]}}";
        assert_eq!(rows::<This>(failing).health(), Health::Broken);
        assert_eq!(rows::<This>("{metadata: {name: r}}").text("SELECTOR"), "<none>");
    }
}
