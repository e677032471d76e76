//! The default storage class: the one that claims get which name none.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::sheet::{Facts, Span, Tone, Want};
use crate::store::Uid;

use super::asked::Ask;
use super::need::PATCH;
use super::several::Several;
use super::{Call, Change, Deed, Does, Of, Offer, Target};

pub(super) const OFFER: Offer = Offer {
    action: "make-default",
    of: Of::Kinds,
    needs: |_| PATCH.to_vec(),
    does: Does::Asks(|targets| ASK.proposal(targets)),
};

static ASK: Ask = Ask {
    note: "Claims that name no class get it from now on; those that are there keep theirs.",
    wants: |several, _| vec![all(several)],
    say: |class| {
        let is = if is_default(class) { "is the default" } else { "" };
        vec![Span::new(is, Tone::Muted)]
    },
    besides: |several, facts| others(several, facts),
    ..Ask::new("make default", |several, _, _| {
        if several.targets.len() > 1 {
            return Err("only one class can be the default: choose one".to_owned().into());
        }
        Ok(Arc::new(Default(true)))
    })
};

/// The annotation, and the older one that is still heeded (kubernetes, `pkg/volume/util/storageclass.go`).
const DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";
const BETA: &str = "storageclass.beta.kubernetes.io/is-default-class";

fn is_default(class: &Value) -> bool {
    let annotations = &class["metadata"]["annotations"];
    annotations[DEFAULT] == "true" || annotations[BETA] == "true"
}

/// Every class.
fn all(several: &Several) -> Want {
    let resource = several.targets.first().map(|target| &target.resource);
    Want::Objects {
        group: resource.map(|r| r.group.clone()).unwrap_or_default(),
        resource: resource.map(|r| r.plural.clone()).unwrap_or_default(),
        namespace: String::new(),
        labels: String::new(),
        fields: String::new(),
    }
}

/// The others that are the default by now are it no more.
fn others(several: &Several, facts: &Facts<'_>) -> Vec<Change> {
    let Some(target) = several.targets.first() else { return Vec::new() };
    let all = facts.objects(&all(several)).iter();
    let change = |class: &Arc<Value>| {
        let name = class["metadata"]["name"].as_str()?;
        let uid = class["metadata"]["uid"].as_str().map(Uid::new);
        let other = Target { name: name.to_owned(), uid, ..target.clone() };
        (name != target.name && is_default(class)).then(|| Change::new(other, Default(false)))
    };
    all.filter_map(change).collect()
}

/// Makes a class the default, or not any more.
#[derive(Debug)]
struct Default(bool);

impl Deed for Default {
    fn words(&self) -> String {
        if self.0 { "make it the default" } else { "no longer the default" }.to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["make-default"]
    }

    fn call(&self, target: &Target, class: &Value) -> Result<Option<Call>, String> {
        let now = &class["metadata"]["annotations"];
        let mut changed = Map::new();
        if self.0 && now[DEFAULT] != "true" {
            changed.insert(DEFAULT.to_owned(), json!("true"));
        }
        if !self.0 {
            let set = [DEFAULT, BETA].into_iter().filter(|name| now[*name] == "true");
            changed.extend(set.map(|name| (name.to_owned(), json!("false"))));
        }
        let body = json!({"metadata": {"annotations": changed}});
        Ok((!changed.is_empty()).then(|| Call::merge(target, class, "", body)))
    }
}
