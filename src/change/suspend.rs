//! Suspending what makes jobs or pods: a CronJob starts no Jobs, a Job no pods (its own are ended).

use std::sync::Arc;

use serde_json::{Value, json};

use super::need::PATCH;
use super::simply::Simply;
use super::{Call, Deed, Does, Of, Offer, Target};

pub(super) const SUSPEND: Offer = Offer {
    action: "suspend-work",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::Asks(|targets| {
        let words = ("suspend", "A CronJob starts no new Jobs; the pods of a Job are ended.");
        Simply::proposal_of(targets, words, |_| Vec::new(), || Arc::new(Suspend(true)))
    }),
};

pub(super) const RESUME: Offer = Offer {
    action: "resume-work",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::AtOnce(
        || Arc::new(Suspend(false)),
        |targets| {
            let words = ("resume", "It goes on with its schedule, or its work.");
            Simply::proposal_of(targets, words, |_| Vec::new(), || Arc::new(Suspend(false)))
        },
    ),
};

/// Suspends, or resumes.
#[derive(Debug)]
struct Suspend(bool);

impl Deed for Suspend {
    fn words(&self) -> String {
        if self.0 { "suspend" } else { "resume" }.to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec![if self.0 { "suspend-work" } else { "resume-work" }]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let is = object["spec"]["suspend"] == true;
        let body = json!({"spec": {"suspend": self.0}});
        Ok((is != self.0).then(|| Call::merge(target, object, "", body)))
    }
}
