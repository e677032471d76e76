//! Evicting a pod: it is deleted, unless a `PodDisruptionBudget` forbids that now (policy/v1 Eviction; kubectl, `pkg/drain/drain.go`).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::sheet::{Span, Tone};

use super::asked::Ask;
use super::call::uid;
use super::need::{GET, Need};
use super::several::Several;
use super::{Call, Complaint, Deed, Does, Field, Method, Of, Offer, Patience, Target};

pub(super) const OFFER: Offer = Offer {
    action: "evict",
    of: Of::Kinds,
    needs: |_| vec![GET, Need::sub("create", "eviction")],
    does: Does::Asks(|targets| ASK.proposal(targets)),
};

static ASK: Ask = Ask {
    note: "A pod is evicted only where no PodDisruptionBudget forbids it now; its controller makes another.",
    fields: |_, _| {
        vec![Field::text("grace period", "", "in seconds; empty for what each says itself")]
    },
    say: |pod| {
        let node = pod["spec"]["nodeName"].as_str().unwrap_or("no node");
        vec![Span::new(format!("on {node}"), Tone::Muted)]
    },
    ..Ask::new("evict", |several, _, _| deed(several))
};

fn deed(several: &Several) -> Result<Arc<dyn Deed>, Complaint> {
    let grace = match several.answer(0) {
        "" => None,
        typed => {
            let complaint = |_| Complaint::of(0, "type a number of seconds, or nothing");
            Some(typed.parse::<u32>().map_err(complaint)?)
        }
    };
    Ok(Arc::new(Evict { grace }))
}

/// Evicts a pod.
#[derive(Debug)]
struct Evict {
    grace: Option<u32>,
}

/// The call that evicts a pod, and no other of its name.
pub(super) fn eviction(target: &Target, pod: &Value, grace: Option<u32>) -> Call {
    let mut options = json!({});
    if let Some(seconds) = grace {
        options["gracePeriodSeconds"] = json!(seconds);
    }
    if let Some(uid) = uid(pod) {
        options["preconditions"] = json!({"uid": uid});
    }
    let body = json!({
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": target.name, "namespace": target.namespace},
        "deleteOptions": options,
    });
    Call { method: Method::Evict, path: target.path("eviction"), body, look: None }
}

impl Deed for Evict {
    fn words(&self) -> String {
        match self.grace {
            Some(grace) => format!("evict, grace period {grace} s"),
            None => "evict".to_owned(),
        }
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["evict"]
    }

    fn call(&self, target: &Target, pod: &Value) -> Result<Option<Call>, String> {
        let leaves = pod["metadata"]["deletionTimestamp"].is_string();
        Ok((!leaves).then(|| eviction(target, pod, self.grace)))
    }

    /// What forbids it is worth more to know than to wait for.
    fn patience(&self) -> Patience {
        Patience::NONE
    }
}
