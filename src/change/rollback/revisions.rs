//! The revisions that a workload can be rolled back to.

use serde_json::Value;

use crate::describe::Field;
use crate::describe::meta::selector;
use crate::kinds::{Cell, Resource, modelled};
use crate::sheet::{Facts, Want};
use crate::store::{Relation, Row, To, Uid};

use super::super::Target;
use super::super::call::uid;
use super::super::need::{GET, Need};
use super::super::several::known;

/// The annotation that numbers a Deployment's revisions.
pub(super) const REVISION: &str = "deployment.kubernetes.io/revision";
/// The label that tells a `ReplicaSet`'s pods from those of others.
const HASH: &str = "pod-template-hash";
/// The label that tells a `StatefulSet`'s or a `DaemonSet`'s pods of one revision from those of others (apps/v1 `ControllerRevisionHashLabelKey`).
const REVISION_HASH: &str = "controller-revision-hash";
/// Why a revision came about, where somebody said so.
const CAUSE: &str = "kubernetes.io/change-cause";

/// One revision of a workload.
#[derive(Clone, Debug)]
pub(super) struct Revision {
    /// Its number.
    pub number: i64,
    /// The pod template that it had.
    pub template: Value,
    /// When it came about, as the server writes times.
    pub created: String,
    /// Why, where somebody said so.
    pub cause: String,
    /// By what it came about, as far as somebody wrote that down; see [`by`](super::by).
    pub by: String,
    /// How many of its pods are ready, and how many it has, where that is known.
    pub pods: Option<(i64, i64)>,
    /// The object that keeps it: a `ReplicaSet`, or a `ControllerRevision`.
    pub kept: Value,
}

impl Revision {
    /// The images of its containers.
    pub(super) fn images(&self) -> String {
        let containers =
            self.template["spec"]["containers"].as_array().map_or(&[][..], Vec::as_slice);
        let images = containers.iter().filter_map(|container| container["image"].as_str());
        images.collect::<Vec<_>>().join(", ")
    }
}

/// Whether `ReplicaSets` keep the revisions of this resource; else `ControllerRevisions` do.
pub(super) fn by_replica_sets(resource: &Resource) -> bool {
    resource.plural == "deployments"
}

/// What somebody must be allowed to do to go back to one of them.
pub(super) fn needs(resource: &Resource) -> Vec<Need> {
    vec![GET, Need::object("patch"), Need::beside("list", "apps", keepers(resource))]
}

/// The resource whose objects keep the revisions.
fn keepers(resource: &Resource) -> &'static str {
    if by_replica_sets(resource) { "replicasets" } else { "controllerrevisions" }
}

/// What keeps the revisions.
pub(super) fn kept(target: &Target) -> Want {
    Want::Objects {
        group: "apps".to_owned(),
        resource: keepers(&target.resource).to_owned(),
        namespace: target.namespace.clone(),
        labels: String::new(),
        fields: String::new(),
    }
}

/// The pods, where nothing else says how many of a revision are ready: a `ReplicaSet` counts its own.
pub(super) fn pods(facts: &Facts<'_>, target: &Target) -> Option<Want> {
    if by_replica_sets(&target.resource) {
        return None;
    }
    let object = known(facts, target)?;
    let labels =
        selector(Field::of(object).at("spec.selector")).filter(|labels| !labels.is_empty())?;
    Some(Want::Rows {
        group: String::new(),
        resource: "pods".to_owned(),
        namespace: target.namespace.clone(),
        labels,
        fields: String::new(),
    })
}

/// How many of the pods that a `ControllerRevision` made are ready, and how many there are. A `StatefulSet`'s pods have its name in that label, a
/// `DaemonSet`'s its hash.
fn made_by(kept: &Value, owner: &str, rows: &[&Row]) -> (i64, i64) {
    let meta = &kept["metadata"];
    let values = [&meta["labels"][REVISION_HASH], &meta["name"]].map(Value::as_str);
    let owned = |row: &Row| {
        row.links.iter().any(|link| {
            link.relation == Relation::Controller
                && matches!(&link.to, To::Uid { uid, .. } if *uid == Uid::new(owner))
        })
    };
    let made = rows.iter().filter(|row| {
        let mut labels = row.labels.iter().filter(|(key, _)| &**key == REVISION_HASH);
        owned(row) && labels.any(|(_, value)| values.contains(&Some(&**value)))
    });
    let is_ready = |row: &Row| {
        let columns = modelled("", "pods").map_or(&[][..], |kind| &kind.columns);
        let ready = columns.iter().find(|column| column.name == "READY");
        matches!(ready.map(|column| column.cell(row)), Some(Cell::Ratio(ready, of)) if ready == of && of > 0)
    };
    made.fold((0, 0), |(ready, all), row| (ready + i64::from(is_ready(row)), all + 1))
}

/// The revisions of a workload, the newest first, as far as they are known.
pub(super) fn revisions(facts: &Facts<'_>, target: &Target) -> Vec<Revision> {
    let Some(owner) = known(facts, target).and_then(uid) else { return Vec::new() };
    let workload = known(facts, target).unwrap_or(&Value::Null);
    let owned = |object: &&std::sync::Arc<Value>| {
        let owners = object["metadata"]["ownerReferences"].as_array();
        owners.is_some_and(|all| all.iter().any(|o| o["uid"] == *owner && o["controller"] == true))
    };
    let kept = kept(target);
    let objects = facts.objects(&kept).iter().filter(owned);
    let by_replica_sets = by_replica_sets(&target.resource);
    let mut all: Vec<Revision> = objects
        .filter_map(|object| if by_replica_sets { of_set(object) } else { of_revision(object) })
        .collect();
    all.sort_by_key(|revision| std::cmp::Reverse(revision.number));
    for revision in &mut all {
        let live = same(&workload["spec"]["template"], &revision.template);
        revision.by = super::by::by(workload, revision, live);
    }
    if let Some(rows) = pods(facts, target).and_then(|want| facts.rows(&want)) {
        for revision in &mut all {
            revision.pods = Some(made_by(&revision.kept, owner, &rows));
        }
    }
    all
}

fn of_set(set: &Value) -> Option<Revision> {
    let meta = &set["metadata"];
    let number = meta["annotations"][REVISION].as_str()?.parse().ok()?;
    let mut template = set["spec"]["template"].clone();
    unhash(&mut template);
    let status = &set["status"];
    let count = |field: &str| status[field].as_i64().unwrap_or(0);
    Some(Revision {
        number,
        template,
        created: text(&meta["creationTimestamp"]),
        cause: text(&meta["annotations"][CAUSE]),
        by: String::new(),
        pods: Some((count("readyReplicas"), count("replicas"))),
        kept: set.clone(),
    })
}

fn of_revision(revision: &Value) -> Option<Revision> {
    let meta = &revision["metadata"];
    let mut template = revision["data"]["spec"]["template"].clone();
    if let Some(template) = template.as_object_mut() {
        template.remove("$patch");
    }
    Some(Revision {
        number: revision["revision"].as_i64()?,
        template,
        created: text(&meta["creationTimestamp"]),
        cause: text(&meta["annotations"][CAUSE]),
        by: String::new(),
        pods: None,
        kept: revision.clone(),
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Takes the label out of a template by which the Deployment controller tells its `ReplicaSets` apart.
pub(super) fn unhash(template: &mut Value) {
    if let Some(labels) = template["metadata"]["labels"].as_object_mut() {
        labels.remove(HASH);
    }
}

/// Whether two templates are the same but for that label and for what a server writes of itself, `creationTimestamp: null`.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    plain(one) == plain(other)
}

/// A template without that label, and without fields that say nothing.
pub(super) fn plain(template: &Value) -> Value {
    let mut template = template.clone();
    unhash(&mut template);
    if let Some(meta) = template.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.retain(|_, value| !value.is_null());
    }
    template
}
