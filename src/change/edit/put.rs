//! What is sent for a draft that was agreed to.

use std::sync::Arc;

use serde_json::Value;

use super::super::undo::own;
use super::super::{Call, Deed, Method, Patch, Target};
use super::merge::Keep;
use super::needs::awaited;
use super::review::{Edited, together};

/// Puts an edited object in the place of what is there, with what others changed meanwhile where that meets nothing of ours.
///
/// It is sent whole and with the version that was read, not as a patch as `kubectl edit` does: what is stored is what was shown, or nothing.
#[derive(Debug)]
pub(super) struct Put {
    pub edited: Edited,
    /// What the server said that it would store.
    pub stored: Option<Arc<Value>>,
}

impl Deed for Put {
    fn words(&self) -> String {
        "edit".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["edit"]
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        if self.stored.as_ref().is_some_and(|stored| own(stored) == own(object)) {
            return Ok(None);
        }
        if let Some(why) = self.edited.is_another(object) {
            return Err(why);
        }
        let (wanted, conflicts) = together(&self.edited, object, Keep::Ours);
        if !conflicts.is_empty() {
            let paths: Vec<&str> = conflicts.iter().map(|c| c.path.as_str()).collect();
            return Err(format!(
                "somebody else changed {} of {} meanwhile; edit it again to see both",
                paths.join(", "),
                target.short()
            ));
        }
        Ok((own(&wanted) != own(object)).then(|| Call::replace(target, "", wanted)))
    }
}

/// Applies an object with server-side apply.
#[derive(Debug)]
pub(super) struct Apply {
    pub wanted: Arc<Value>,
    /// Whether fields of other managers are taken over.
    pub force: bool,
    /// What the server said that it would store.
    pub stored: Option<Arc<Value>>,
    /// What must be there first.
    pub after: Vec<Target>,
}

impl Apply {
    /// The request.
    pub fn call_of(target: &Target, wanted: &Value, force: bool) -> Call {
        Call {
            method: Method::Patch(if force { Patch::ApplyForce } else { Patch::Apply }),
            path: target.path(""),
            body: wanted.clone(),
            look: None,
        }
    }
}

impl Deed for Apply {
    fn words(&self) -> String {
        if self.force { "apply, taking fields over" } else { "apply" }.to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["apply"]
    }

    fn makes(&self) -> bool {
        true
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        // Whose a field is is a part of it: the same values under another manager are not the same.
        let managed = |object: &Value| {
            let managers = object["metadata"]["managedFields"].as_array();
            let mine = managers.into_iter().flatten();
            let mine = mine.filter(|m| m["manager"] == "kx" && m["operation"] == "Apply");
            mine.map(|m| m["fieldsV1"].clone()).collect::<Vec<_>>()
        };
        let so = self
            .stored
            .as_ref()
            .is_some_and(|stored| own(stored) == own(object) && managed(stored) == managed(object));
        Ok((!so).then(|| Self::call_of(target, &self.wanted, self.force)))
    }

    fn after(&self) -> &[Target] {
        &self.after
    }

    fn waits_for(&self, target: &Target, now: Option<&Value>) -> Option<String> {
        awaited(target, now)
    }
}

/// Makes an object that is not there yet.
#[derive(Debug)]
pub(super) struct Create {
    pub wanted: Arc<Value>,
    /// What must be there first.
    pub after: Vec<Target>,
}

impl Deed for Create {
    fn words(&self) -> String {
        "create".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["create"]
    }

    fn makes(&self) -> bool {
        true
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        if !object.is_null() {
            return Err(format!("there is a {} already", target.short()));
        }
        let namespace = (!target.namespace.is_empty()).then_some(target.namespace.as_str());
        Ok(Some(Call::create(&target.resource.path(namespace), (*self.wanted).clone())))
    }

    fn after(&self) -> &[Target] {
        &self.after
    }

    fn waits_for(&self, target: &Target, now: Option<&Value>) -> Option<String> {
        awaited(target, now)
    }
}
