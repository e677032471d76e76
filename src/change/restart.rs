//! Restarting: the pods of a workload are replaced, a few at a time, as its strategy says.
//!
//! As `kubectl rollout restart` (kubectl, `pkg/polymorphichelpers/objectrestarter.go`): an annotation of the pod template says when.

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::call::now;
use super::need::PATCH;
use super::pause::is_paused;
use super::simply::{Simply, replicas};
use super::{Call, Deed, Does, Of, Offer, Patch, Target};

pub(super) const OFFER: Offer = Offer {
    action: "restart",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::Asks(|targets| {
        let words = ("restart", "Their pods are replaced, as fast as each update strategy allows.");
        Simply::proposal_of(targets, words, replicas, || Arc::new(Restart { at: OnceLock::new() }))
    }),
};

/// The annotation, as kubectl writes it.
const AT: &str = "kubectl.kubernetes.io/restartedAt";

/// Restarts a workload.
#[derive(Debug)]
struct Restart {
    /// When: one restart is one, however often it must be tried.
    at: OnceLock<String>,
}

impl Deed for Restart {
    fn rolls_out(&self) -> bool {
        true
    }

    fn words(&self) -> String {
        "restart".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["restart"]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        if is_paused(object) {
            return Err(format!("{} is paused: resume it first", target.short()));
        }
        let at = self.at.get_or_init(now);
        let annotations = &object["spec"]["template"]["metadata"]["annotations"];
        if annotations[AT] == *at {
            return Ok(None);
        }
        let annotations = json!({ AT: at });
        let body = json!({"spec": {"template": {"metadata": {"annotations": annotations}}}});
        Ok(Some(Call::patch(Patch::Strategic, target, object, "", body)))
    }
}
