//! Triggering a CronJob: a Job is made of it at once, as `kubectl create job --from=cronjob/NAME` does (kubectl, `pkg/cmd/create/create_job.go`).

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use crate::sheet::{Span, Tone};

use super::call::uid;
use super::need::{GET, Need};
use super::simply::Simply;
use super::{Call, Deed, Does, Of, Offer, Target};

pub(super) const OFFER: Offer = Offer {
    action: "trigger",
    of: Of::Kinds,
    needs: |_| vec![GET, Need::beside("create", "batch", "jobs")],
    does: Does::Asks(|targets| {
        let words = ("trigger", "A Job is made of its template at once, whatever the schedule.");
        let say = |object: &Value| {
            let schedule = object["spec"]["schedule"].as_str().unwrap_or_default();
            vec![Span::new(schedule, Tone::Muted)]
        };
        Simply::proposal_of(targets, words, say, || Arc::new(Trigger { name: OnceLock::new() }))
    }),
};

/// The longest name of a CronJob's Job: its pods' names are longer by this much (apis/batch/validation).
const LONGEST: usize = 52;

/// Makes a Job of a CronJob.
#[derive(Debug)]
struct Trigger {
    /// The Job's name, once it is decided.
    name: OnceLock<String>,
}

impl Deed for Trigger {
    fn words(&self) -> String {
        "trigger".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["trigger"]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let template = &object["spec"]["jobTemplate"];
        let name = self.name.get_or_init(|| {
            let seconds = jiff::Timestamp::now().as_second();
            let name: String = target.name.chars().take(LONGEST).collect();
            format!("{name}-{seconds}")
        });
        let mut annotations = template["metadata"]["annotations"].clone();
        if !annotations.is_object() {
            annotations = json!({});
        }
        if annotations["cronjob.kubernetes.io/instantiate"].is_null() {
            annotations["cronjob.kubernetes.io/instantiate"] = json!("manual");
        }
        let body = json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "name": name,
                "namespace": target.namespace,
                "annotations": annotations,
                "labels": template["metadata"]["labels"],
                "ownerReferences": [{
                    "apiVersion": "batch/v1",
                    "kind": "CronJob",
                    "name": target.name,
                    "uid": uid(object),
                    "controller": true,
                }],
            },
            "spec": template["spec"],
        });
        Ok(Some(Call::create(
            &format!("/apis/batch/v1/namespaces/{}/jobs", target.namespace),
            body,
        )))
    }
}
