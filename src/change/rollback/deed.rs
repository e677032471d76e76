//! Rolling back as kubectl does, field by field (kubectl, `pkg/polymorphichelpers/rollback.go`).

use serde_json::{Map, Value, json};

use super::super::pause::is_paused;
use super::super::{Call, Deed, Patch, Target};
use super::revisions::{Revision, by_replica_sets, same};

/// Annotations that say something of the Deployment as it is, not of a revision; they stay as they are.
const OF_THE_DEPLOYMENT: [&str; 6] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    super::revisions::REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

/// Gives a workload the pod template of one of its revisions.
#[derive(Debug)]
pub(super) struct Rollback {
    pub(super) to: Revision,
    /// Whether it could only be the revision before.
    pub(super) previous: bool,
}

impl Deed for Rollback {
    fn rolls_out(&self) -> bool {
        true
    }

    fn words(&self) -> String {
        format!("roll back to revision {}", self.to.number)
    }

    fn actions(&self) -> Vec<&'static str> {
        vec![if self.previous { "rollback-previous" } else { "rollback" }]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        if is_paused(object) {
            return Err(format!("{} is paused: resume it first", target.short()));
        }
        if same(&object["spec"]["template"], &self.to.template) {
            return Ok(None);
        }
        if !by_replica_sets(&target.resource) {
            let body = self.to.kept["data"].clone();
            return Ok(Some(Call::patch(Patch::Strategic, target, object, "", body)));
        }
        let annotations = annotations(
            &object["metadata"]["annotations"],
            &self.to.kept["metadata"]["annotations"],
        );
        Ok(Some(Call::json(
            target,
            object,
            vec![
                json!({"op": "replace", "path": "/spec/template", "value": self.to.template}),
                // "add" replaces too, and does not fail where there are none.
                json!({"op": "add", "path": "/metadata/annotations", "value": annotations}),
            ],
        )))
    }
}

/// The annotations that a Deployment has after it was rolled back: those of the revision, but for what is its own.
fn annotations(now: &Value, then: &Value) -> Value {
    let of = |annotations: &Value, own: bool| -> Map<String, Value> {
        let all = annotations.as_object().into_iter().flatten();
        let wanted = all.filter(|(key, _)| OF_THE_DEPLOYMENT.contains(&key.as_str()) == own);
        wanted.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let mut annotations = of(now, true);
    annotations.extend(of(then, false));
    Value::Object(annotations)
}
