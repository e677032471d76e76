//! Cordoning a node: nothing new is scheduled to it. As `kubectl cordon` and `uncordon` (kubectl, `pkg/drain/cordon.go`).

use std::sync::Arc;

use serde_json::{Value, json};

use super::need::PATCH;
use super::simply::Simply;
use super::{Call, Deed, Does, Of, Offer, Patch, Target};

pub(super) const CORDON: Offer = Offer {
    action: "cordon",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::AtOnce(
        || Arc::new(Cordon(true)),
        |targets| {
            let words = ("cordon", "Nothing new is scheduled to it; what runs there stays.");
            Simply::proposal_of(targets, words, |_| Vec::new(), || Arc::new(Cordon(true)))
        },
    ),
};

pub(super) const UNCORDON: Offer = Offer {
    action: "uncordon",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::AtOnce(
        || Arc::new(Cordon(false)),
        |targets| {
            let words = ("uncordon", "Pods may be scheduled to it again.");
            Simply::proposal_of(targets, words, |_| Vec::new(), || Arc::new(Cordon(false)))
        },
    ),
};

/// Makes a node unschedulable, or schedulable again.
#[derive(Debug)]
pub(super) struct Cordon(pub bool);

impl Deed for Cordon {
    fn words(&self) -> String {
        if self.0 { "cordon" } else { "uncordon" }.to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec![if self.0 { "cordon" } else { "uncordon" }]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let is = object["spec"]["unschedulable"] == true;
        let body =
            json!({"spec": {"unschedulable": if self.0 { json!(true) } else { Value::Null }}});
        Ok((is != self.0).then(|| Call::patch(Patch::Strategic, target, object, "", body)))
    }
}
