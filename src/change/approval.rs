//! Approving and denying requests for certificates, as `kubectl certificate` does (kubectl, `pkg/cmd/certificates/certificates.go`).

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use crate::sheet::{Span, Tone};

use super::call::now;
use super::need::{GET, Need};
use super::simply::Simply;
use super::{Call, Deed, Does, Of, Offer, Target};

pub(super) const APPROVE: Offer = Offer {
    action: "approve",
    of: Of::Kinds,
    needs: |_| vec![GET, Need::sub("update", "approval")],
    does: Does::Asks(|targets| {
        let words = ("approve", "A certificate is signed for who asked; it cannot be taken back.");
        Simply::proposal_of(targets, words, request, || {
            Arc::new(Decide { approve: true, at: OnceLock::new() })
        })
    }),
};

pub(super) const DENY: Offer = Offer {
    action: "deny",
    of: Of::Kinds,
    needs: |_| vec![GET, Need::sub("update", "approval")],
    does: Does::Asks(|targets| {
        let words = ("deny", "No certificate is signed; it cannot be approved any more.");
        Simply::proposal_of(targets, words, request, || {
            Arc::new(Decide { approve: false, at: OnceLock::new() })
        })
    }),
};

/// Who asks whom for what.
fn request(object: &Value) -> Vec<Span> {
    let text = |field: &str| object["spec"][field].as_str().unwrap_or_default();
    let usages = object["spec"]["usages"].as_array().map_or(&[][..], Vec::as_slice);
    let usages: Vec<&str> = usages.iter().filter_map(Value::as_str).collect();
    vec![
        Span::new(text("username"), Tone::Text),
        Span::new(format!(" asks {} for {}", text("signerName"), usages.join(", ")), Tone::Muted),
    ]
}

/// Approves, or denies.
#[derive(Debug)]
struct Decide {
    approve: bool,
    /// When: one decision is one, however often it must be tried.
    at: OnceLock<String>,
}

impl Deed for Decide {
    fn words(&self) -> String {
        if self.approve { "approve" } else { "deny" }.to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec![if self.approve { "approve" } else { "deny" }]
    }

    fn lasts(&self) -> Option<&'static str> {
        Some(if self.approve {
            "an approval cannot be taken back: the certificate is signed by now, and stays good until it expires; deleting the request changes nothing of that"
        } else {
            "a denial cannot be taken back: whoever asked can ask anew"
        })
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let conditions = object["status"]["conditions"].as_array().map_or(&[][..], Vec::as_slice);
        let has = |kind: &str| conditions.iter().any(|condition| condition["type"] == kind);
        // The words are kubectl's: whatever reads them finds the same, whoever decided.
        let (kind, other, reason, message) = if self.approve {
            let message = "This CSR was approved by kubectl certificate approve.";
            ("Approved", "Denied", "KubectlApprove", message)
        } else {
            let message = "This CSR was denied by kubectl certificate deny.";
            ("Denied", "Approved", "KubectlDeny", message)
        };
        if has(other) {
            return Err(format!("{} is {} already", target.short(), other.to_lowercase()));
        }
        if has(kind) {
            return Ok(None);
        }
        let mut conditions = conditions.to_vec();
        conditions.push(json!({
            "type": kind,
            "status": "True",
            "reason": reason,
            "message": message,
            "lastUpdateTime": self.at.get_or_init(now),
        }));
        let mut body = object.clone();
        if !body["status"].is_object() {
            body["status"] = json!({});
        }
        body["status"]["conditions"] = json!(conditions);
        Ok(Some(Call::replace(target, "approval", body)))
    }
}
