//! Copies: an object under another name, and a Job that runs once more.
//!
//! What the server or a controller wrote into the one object is no part of a copy; which fields that are beside those of every object is known to
//! its kind.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::kinds::modelled;
use crate::sheet::{Facts, Want};

use super::asked::Ask;
use super::need::{GET, Need};
use super::several::Several;
use super::{Call, Complaint, Deed, Does, Field, Of, Offer, Target};

/// The same object under another name.
pub(super) const DUPLICATE: Offer = Offer {
    action: "duplicate",
    of: Of::All,
    needs: |_| vec![GET, Need::another()],
    does: Does::Asks(|targets| COPIES.proposal(targets)),
};

/// A Job once more; the old one stays as it is.
pub(super) const RERUN: Offer = Offer {
    action: "rerun",
    of: Of::Kinds,
    needs: |_| vec![GET, Need::another()],
    does: Does::Asks(|targets| RERUNS.proposal(targets)),
};

static COPIES: Ask = Ask {
    note: "The copy belongs to nobody, and has no status yet.",
    fields: |several, _| match several.targets.as_slice() {
        [one] => vec![Field::text("name", format!("{}-copy", one.name), "the copy's")],
        _ => Vec::new(),
    },
    ..Ask::new("duplicate", |several, _, target| {
        let name = named(several).unwrap_or_else(|| format!("{}-copy", target.name));
        deed("duplicate", name, target)
    })
};

static RERUNS: Ask = Ask {
    note: "A new Job is made of the same template; the old one stays as it is.",
    wants: |several, _| several.targets.iter().map(beside).collect(),
    fields: |several, facts| match several.targets.as_slice() {
        [one] => vec![Field::text("name", next(facts, one), "the new Job's")],
        _ => Vec::new(),
    },
    ..Ask::new("rerun", |several, facts, target| {
        let name = named(several).unwrap_or_else(|| next(facts, target));
        deed("rerun", name, target)
    })
};

/// The name that is typed, where one is asked for.
fn named(several: &Several) -> Option<String> {
    several.answers.first().map(|answer| answer.trim().to_owned())
}

fn deed(verb: &'static str, name: String, target: &Target) -> Result<Arc<dyn Deed>, Complaint> {
    if name.is_empty() || name == target.name {
        return Err(Complaint::of(0, "type a name that is not the old one's"));
    }
    if name.contains(['/', '?', '#', '%']) || name.contains(char::is_whitespace) {
        return Err(Complaint::of(0, format!("{name:?} is no name of an object")));
    }
    Ok(Arc::new(Copy { verb, name }))
}

/// What else has names there.
fn beside(target: &Target) -> Want {
    Want::Rows {
        group: target.resource.group.clone(),
        resource: target.resource.plural.clone(),
        namespace: target.namespace.clone(),
        labels: String::new(),
        fields: String::new(),
    }
}

/// The first free name of `NAME-rerun-1`, `NAME-rerun-2`, …
fn next(facts: &Facts<'_>, target: &Target) -> String {
    let rows = facts.rows(&beside(target)).unwrap_or_default();
    let base = match target.name.rsplit_once("-rerun-") {
        Some((base, number)) if number.parse::<u32>().is_ok() => base,
        _ => &target.name,
    };
    let name = |number: usize| format!("{base}-rerun-{number}");
    let taken = |name: &String| *name == target.name || rows.iter().any(|row| *row.name == **name);
    // Of one more than there are rows, one is free.
    (1..=rows.len() + 2).map(name).find(|name| !taken(name)).unwrap_or_else(|| name(1))
}

/// Makes a copy.
#[derive(Debug)]
struct Copy {
    verb: &'static str,
    name: String,
}

impl Deed for Copy {
    fn words(&self) -> String {
        format!("{} as {}", self.verb, self.name)
    }

    fn actions(&self) -> Vec<&'static str> {
        vec![self.verb]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let namespace = (!target.namespace.is_empty()).then_some(target.namespace.as_str());
        let collection = target.resource.path(namespace);
        Ok(Some(Call::create(&collection, copied(target, object, &self.name))))
    }
}

/// What `kubectl apply` noted of the one object.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// An object as somebody would write it anew under another name.
fn copied(target: &Target, object: &Value, name: &str) -> Value {
    let mut copy = object.clone();
    if let Some(fields) = copy.as_object_mut() {
        fields.remove("status");
    }
    let old = &object["metadata"];
    let mut meta = json!({"name": name});
    if !target.namespace.is_empty() {
        meta["namespace"] = json!(target.namespace);
    }
    for field in ["labels", "annotations"] {
        if let Some(map) = old[field].as_object() {
            let mut map = map.clone();
            map.remove(APPLIED);
            if !map.is_empty() {
                meta[field] = Value::Object(map);
            }
        }
    }
    copy["metadata"] = meta;
    let resource = &target.resource;
    if let Some(unbind) = modelled(&resource.group, &resource.plural).and_then(|kind| kind.unbind) {
        unbind(&mut copy);
    }
    copy
}
