//! Deployments: keep ReplicaSets, and roll from one to the next.

use crate::store::Health;
use crate::wire::{LabelSelector, Meta, ObjectMeta};

use super::template::{self, Condition, Strategy, Template};
use super::{By, Cell, Col, Drill, Info, Kind, Links, text};

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
    const DRILL: Drill =
        Drill::Rows { group: "apps", plural: "replicasets", by: By::Controller };

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
        C::text("PAUSED", |d, i| {
            if d.spec.paused { Cell::shared("paused", i) } else { Cell::Blank }
        })
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
        template::selects(d.spec.selector.as_ref(), links);
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
