//! Deployments: keep ReplicaSets, and roll from one to the next.

mod describe;

use crate::describe::Describer;
use crate::store::Health;
use crate::wire::{LabelSelector, Meta, ObjectMeta};

use super::template::{self, Condition, Strategy, Template};
use super::{Place, By, Cell, Col, Drill, Info, Kind, Links, Recreation, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Deployment>;

crate::message! {
    /// `apps/v1 Deployment`.
    pub struct Deployment {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: DeploymentSpec,
        #[prost(message, required, tag = "3")]
        status: DeploymentStatus,
    }

    /// `apps/v1 DeploymentSpec`.
    pub struct DeploymentSpec {
        #[prost(int32, optional, tag = "1")]
        replicas: Option<i32>,
        #[prost(message, optional, tag = "2")]
        selector: Option<LabelSelector>,
        #[prost(message, required, tag = "3")]
        template: Template,
        #[prost(message, required, tag = "4")]
        strategy: Strategy,
        #[prost(bool, tag = "7")]
        paused: bool,
    }

    /// `apps/v1 DeploymentStatus`.
    pub struct DeploymentStatus {
        #[prost(int64, tag = "1")]
        observed_generation: i64,
        #[prost(int32, tag = "2")]
        replicas: i32,
        #[prost(int32, tag = "3")]
        updated_replicas: i32,
        #[prost(int32, tag = "4")]
        available_replicas: i32,
        #[prost(message, repeated, tag = "6")]
        conditions: Vec<Condition>,
        #[prost(int32, tag = "7")]
        ready_replicas: i32,
    }
}

impl Meta for Deployment {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Deployment;
    const INFO: Info = Info::new("apps", "v1", "deployments");
    const DOC: &'static str = "Pods without identity, kept at a number and rolled to new versions";
    const HAS_LOGS: bool = true;
    const RECREATION: Option<Recreation> =
        Some(Recreation::new("all its pods are deleted, and until the new ones are ready nothing serves"));
    const ACTIONS: &'static [&'static str] = &["pause", "restart", "resume", "rollback", "rollback-previous", "rollout", "set-image", "shell"];

    const PLACE: Place = Place::Workload;
    const NOTE: &'static [&'static str] = &["{READY}", "revision {REVISION}", "{PAUSED}"];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "apps", plural: "replicasets", by: By::Controller };

    const UNBIND: Option<fn(&mut serde_json::Value)> = Some(|copy| {
        super::unbind::without_annotations(copy, &["deployment.kubernetes.io/"]);
    });
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("READY", |d, _| Cell::ratio(d.status.ready_replicas, desired(d)))
            .status()
            .doc("ready pods of those desired"),
        C::number("UP-TO-DATE", |d, _| Cell::Int(d.status.updated_replicas.into()))
            .priority(150)
            .doc("pods with the newest template"),
        C::number("AVAILABLE", |d, _| Cell::Int(d.status.available_replicas.into()))
            .priority(140)
            .doc("pods ready for at least minReadySeconds"),
        C::age(),
        C::text("CONTAINERS", |d, i| d.spec.template.containers(i)).wide(),
        C::text("IMAGES", |d, i| d.spec.template.images(i)).wide().priority(60),
        C::text("SELECTOR", |d, _| selector(d)).wide(),
        C::number("REVISION", |d, _| template::revision(&d.metadata)).own_wide(),
        C::text("STRATEGY", |d, i| Cell::shared(&d.spec.strategy.kind, i)).own_wide(),
        C::text(
            "PAUSED",
            |d, i| {
                if d.spec.paused { Cell::shared("paused", i) } else { Cell::Blank }
            },
        )
        .own_wide()
        .doc("whether rolling is on hold"),
    ];

    fn health(d: &Deployment) -> Health {
        let (desired, status) = (desired(d), &d.status);
        let condition = |kind| status.conditions.iter().find(|c| c.kind == kind);
        let progress = condition("Progressing");
        if progress.is_some_and(|c| c.status == "False" && c.reason == "ProgressDeadlineExceeded") {
            return Health::Broken;
        }
        if condition("ReplicaFailure").is_some_and(|c| c.status == "True") {
            return if status.available_replicas > 0 { Health::Warning } else { Health::Broken };
        }
        let rolling = status.observed_generation < d.metadata.generation
            || status.updated_replicas < desired
            || status.replicas != desired;
        let complete = progress.is_some_and(|c| c.reason == "NewReplicaSetAvailable");
        match status.available_replicas {
            // It will not get there by itself.
            _ if rolling && d.spec.paused => Health::Warning,
            _ if rolling => Health::Changing,
            _ if desired == 0 => Health::Idle,
            available if available >= desired => Health::Ok,
            // It had been complete, so it lost pods rather than waiting for its first ones.
            ..=0 if complete => Health::Broken,
            _ if complete => Health::Warning,
            _ => Health::Changing,
        }
    }

    fn links(d: &Deployment, links: &mut Links<'_>) {
        template::selects(d.spec.selector.as_ref(), desired(d), links);
        d.spec.template.spec.links(None, links);
    }
}

/// The API server fills in 1.
fn desired(d: &Deployment) -> i32 {
    d.spec.replicas.unwrap_or(1)
}

/// Unlike its neighbours' columns this one is blank where there is nothing (printers.go, `printDeployment`).
fn selector(d: &Deployment) -> Cell {
    match d.spec.selector.as_ref().map(text::selector) {
        None => Cell::Blank,
        Some(Some(text)) if text.is_empty() => Cell::Blank,
        Some(Some(text)) => Cell::Text(text.into()),
        Some(None) => Cell::Text("<invalid>".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Relation;

    #[test]
    fn a_deployment_reads_as_kubectl_prints_it() {
        let deployment = rows::<This>(
            "
metadata: {name: web, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z, annotations: {deployment.kubernetes.io/revision: '4'}}
spec:
  replicas: 3
  paused: true
  strategy: {type: RollingUpdate}
  selector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [b, a]}]}
  template: {spec: {serviceAccountName: shopper, containers: [{name: a, image: 'a:1'}, {name: b, image: 'b:1', envFrom: [{configMapRef: {name: site}}]}]}}
status: {replicas: 3, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1}
",
        );
        assert_eq!(
            deployment.wide(),
            "NAME | READY | UP-TO-DATE | AVAILABLE | AGE | CONTAINERS | IMAGES | SELECTOR\n\
             web | 2/3 | 3 | 1 | 2d | a,b | a:1,b:1 | app=web,tier in (a,b)"
        );
        assert_eq!(deployment.own(), "REVISION | STRATEGY | PAUSED\n4 | RollingUpdate | paused");
        assert_eq!(deployment.cell("READY"), Cell::Ratio(2, 3));
        assert_eq!(deployment.links(Relation::ActsAs), ["serviceaccounts shop/shopper"]);
        assert_eq!(deployment.links(Relation::Uses), ["configmaps shop/site"]);
        assert_eq!(deployment.links(Relation::Selects).len(), 1);
        deployment.survive_damage();
    }

    #[test]
    fn an_empty_one_has_the_servers_defaults() {
        let empty = rows::<This>("{metadata: {name: d}}");
        assert_eq!(empty.wide().lines().nth(1), Some("d | 0/1 | 0 | 0 | <unknown> |  |  | "));
        assert!(empty.rows[0].links.is_empty(), "no selector selects nothing");
        let odd = rows::<This>(
            "{spec: {replicas: -1, selector: {matchExpressions: [{key: a, operator: Near}]}}}",
        );
        assert_eq!((odd.text("READY"), odd.text("SELECTOR")), ("0/-1".into(), "<invalid>".into()));
    }

    #[test]
    fn health_tells_rolling_from_broken() {
        use Health::{Broken, Changing, Idle, Ok, Warning};

        let of = |spec: &str, counts: [i32; 3], condition: &str| {
            let [all, updated, available] = counts;
            rows::<This>(&format!(
                "{{metadata: {{generation: 2}}, spec: {spec}, status: {{observedGeneration: 2, replicas: {all},
                  updatedReplicas: {updated}, availableReplicas: {available}, conditions: [{condition}]}}}}"
            ))
            .health()
        };
        let complete = "{type: Progressing, status: 'True', reason: NewReplicaSetAvailable}";
        let rolling = "{type: Progressing, status: 'True', reason: ReplicaSetUpdated}";
        let late = "{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}";
        let failing = "{type: ReplicaFailure, status: 'True', reason: FailedCreate}";
        let three = "{replicas: 3}";
        assert_eq!(of(three, [3, 3, 3], complete), Ok);
        assert_eq!(of(three, [3, 3, 2], complete), Warning);
        assert_eq!(of(three, [3, 3, 0], complete), Broken);
        assert_eq!(of(three, [3, 3, 0], rolling), Changing);
        assert_eq!(of(three, [4, 1, 3], rolling), Changing);
        assert_eq!(of("{replicas: 3, paused: true}", [4, 1, 3], rolling), Warning);
        assert_eq!(of(three, [4, 1, 3], late), Broken);
        assert_eq!(of(three, [0, 0, 0], failing), Broken);
        assert_eq!(of(three, [2, 2, 2], failing), Warning);
        assert_eq!(of("{replicas: 0}", [0, 0, 0], complete), Idle);
        assert_eq!(of("{replicas: 0}", [2, 0, 0], complete), Changing);
        let unseen =
            "{metadata: {generation: 3}, spec: {replicas: 0}, status: {observedGeneration: 2}}";
        assert_eq!(rows::<This>(unseen).health(), Changing);
    }
}
