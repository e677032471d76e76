//! Enlarging a claim: its volume grows where its storage class allows it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::sheet::{Answer, Facts, Span, Tone, Want};
use crate::wire::Quantity;

use super::asked::Ask;
use super::need::PATCH;
use super::several::{Several, known};
use super::{Call, Complaint, Deed, Does, Field, Of, Offer, Target};

pub(super) const OFFER: Offer = Offer {
    action: "expand",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::Asks(|targets| ASK.proposal(targets)),
};

static ASK: Ask = Ask {
    note: "A volume never shrinks again. Some grow only when a pod that uses them starts anew.",
    wants: |several, facts| {
        let claims = several.targets.iter().filter_map(|target| known(facts, target));
        claims.filter_map(class).map(class_of).collect()
    },
    fields: |several, facts| {
        let now = match several.targets.as_slice() {
            [one] => known(facts, one).and_then(asked),
            _ => None,
        };
        vec![Field::text("size", now.unwrap_or_default(), "20Gi; more than now")]
    },
    say: |claim| {
        let has = claim["status"]["capacity"]["storage"].as_str().unwrap_or("nothing");
        vec![Span::new(format!("has {has}"), Tone::Muted)]
    },
    ..Ask::new("expand", deed)
};

/// The name of a claim's storage class.
fn class(claim: &Value) -> Option<&str> {
    claim["spec"]["storageClassName"].as_str().filter(|name| !name.is_empty())
}

fn class_of(name: &str) -> Want {
    Want::Object {
        group: "storage.k8s.io".to_owned(),
        resource: "storageclasses".to_owned(),
        namespace: String::new(),
        name: name.to_owned(),
    }
}

/// A size in a unit fine enough for all.
fn size(text: &str) -> Option<i128> {
    Quantity { text: text.to_owned() }.nanos()
}

/// The size that a claim asks for.
fn asked(claim: &Value) -> Option<&str> {
    claim["spec"]["resources"]["requests"]["storage"].as_str()
}

fn deed(several: &Several, facts: &Facts<'_>, target: &Target) -> Result<Arc<dyn Deed>, Complaint> {
    let typed = several.answer(0);
    // Where the class cannot be read, the server's word is enough.
    if let Some(name) = known(facts, target).and_then(class) {
        match facts.get(&class_of(name)) {
            Answer::Object(Some(class)) if class["allowVolumeExpansion"] != true => {
                return Err(format!(
                    "the storage class {name} of {} does not allow its volumes to grow (allowVolumeExpansion)",
                    target.short()
                )
                .into());
            }
            Answer::Object(None) => {
                return Err(
                    format!("the storage class {name} of {} is not there", target.short()).into()
                );
            }
            _ => {}
        }
    }
    match size(typed) {
        Some(size) if size > 0 => Ok(Arc::new(Expand { size: typed.to_owned() })),
        _ => Err(Complaint::of(0, "type a size: 20Gi, 500Mi")),
    }
}

/// Asks for a larger volume.
#[derive(Debug)]
struct Expand {
    size: String,
}

impl Deed for Expand {
    fn words(&self) -> String {
        format!("expand to {}", self.size)
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["expand"]
    }

    fn call(&self, target: &Target, claim: &Value) -> Result<Option<Call>, String> {
        let now = asked(claim).unwrap_or("0");
        match size(&self.size).cmp(&size(now)) {
            std::cmp::Ordering::Equal => return Ok(None),
            std::cmp::Ordering::Less => {
                return Err(format!(
                    "{} asks for {now} already: a volume only grows",
                    target.short()
                ));
            }
            std::cmp::Ordering::Greater => {}
        }
        let body = json!({"spec": {"resources": {"requests": {"storage": self.size}}}});
        Ok(Some(Call::merge(target, claim, "", body)))
    }

    fn lasts(&self) -> Option<&'static str> {
        Some("a volume only grows: it keeps the size that it got")
    }
}
