//! Deleting an object and making it anew with fields that cannot be changed, as `kubectl replace --force` does.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::call::uid;
use super::super::undo::own;
use super::super::{Call, Deed, Method, Target};

/// Deletes an object and makes it anew.
#[derive(Debug)]
pub(super) struct Recreate {
    pub wanted: Arc<Value>,
    /// Takes out what belongs to the one that is deleted.
    pub bare: fn(&mut Value),
}

impl Deed for Recreate {
    fn words(&self) -> String {
        "delete and make anew".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["edit", "delete"]
    }

    fn makes(&self) -> bool {
        true
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        if object.is_null() {
            let namespace = (!target.namespace.is_empty()).then_some(target.namespace.as_str());
            let mut body = own(&self.wanted);
            (self.bare)(&mut body);
            return Ok(Some(Call::create(&target.resource.path(namespace), body)));
        }
        let Some(uid) = uid(object) else { return Err(format!("{} has no uid", target.short())) };
        if Some(uid) != self.wanted["metadata"]["uid"].as_str() {
            return Ok(None);
        }
        let body = json!({
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": "Background",
            "preconditions": {"uid": uid},
        });
        Ok(Some(Call { method: Method::Delete, path: target.path(""), body, look: None }))
    }
}
