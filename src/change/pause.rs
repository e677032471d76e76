//! Pausing a Deployment's rollout, and resuming it.
//!
//! As `kubectl rollout pause` and `resume` (kubectl, `pkg/polymorphichelpers/objectpauser.go`, `objectresumer.go`).

use std::sync::Arc;

use serde_json::{Value, json};

use super::need::PATCH;
use super::simply::{Simply, replicas};
use super::{Call, Deed, Does, Of, Offer, Patch, Target};

pub(super) const PAUSE: Offer = Offer {
    action: "pause",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::AtOnce(
        || Arc::new(Pause(true)),
        |targets| {
            let words = ("pause", "Changes of the template roll out once it is resumed.");
            Simply::proposal_of(targets, words, replicas, || Arc::new(Pause(true)))
        },
    ),
};

pub(super) const RESUME: Offer = Offer {
    action: "resume",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::AtOnce(
        || Arc::new(Pause(false)),
        |targets| {
            let words = ("resume", "What was changed meanwhile rolls out now.");
            Simply::proposal_of(targets, words, replicas, || Arc::new(Pause(false)))
        },
    ),
};

/// Whether a Deployment is paused.
pub(super) fn is_paused(object: &Value) -> bool {
    object["spec"]["paused"] == true
}

/// Pauses a rollout, or resumes it.
#[derive(Debug)]
struct Pause(bool);

impl Deed for Pause {
    fn rolls_out(&self) -> bool {
        !self.0
    }

    fn words(&self) -> String {
        if self.0 { "pause" } else { "resume" }.to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec![if self.0 { "pause" } else { "resume" }]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let body = json!({"spec": {"paused": if self.0 { json!(true) } else { Value::Null }}});
        Ok((is_paused(object) != self.0)
            .then(|| Call::patch(Patch::Strategic, target, object, "", body)))
    }
}
