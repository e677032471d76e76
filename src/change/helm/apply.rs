//! Putting an object of a release where it belongs, and taking one away.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value, json};

use super::super::call::uid;
use super::super::merge_patch::patch;
use super::super::{Call, Deed, Method, Proposal, Target, Turn};
use super::Back;
use super::merge::{followed, merged, put_texts, take_texts};

/// Says that an object stays, whatever becomes of its release (`pkg/kube/resource_policy.go`).
pub(super) const POLICY: &str = "helm.sh/resource-policy";

const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
const OF_RELEASE: &str = "meta.helm.sh/release-name";
const OF_NAMESPACE: &str = "meta.helm.sh/release-namespace";

/// Writes into an object whose it is (`pkg/action/validate.go`, `setMetadataVisitor`).
pub(super) fn own(object: &mut Value, release: &str, namespace: &str) {
    let Some(object) = object.as_object_mut() else { return };
    let mut put = |field: &str, entries: &[(&str, &str)]| {
        let meta = object.entry("metadata").or_insert(Value::Null);
        if !meta.is_object() {
            *meta = json!({});
        }
        let Some(meta) = meta.as_object_mut() else { return };
        let map = meta.entry(field).or_insert(Value::Null);
        if !map.is_object() {
            *map = Value::Object(Map::new());
        }
        for (key, value) in entries {
            map[*key] = json!(value);
        }
    };
    put("labels", &[(MANAGED_BY, "Helm")]);
    put("annotations", &[(OF_RELEASE, release), (OF_NAMESPACE, namespace)]);
}

/// Whether a resource is one that Helm knows the fields of (`pkg/kube/converter.go`): those that the API server itself defines.
fn is_built_in(group: &str) -> bool {
    match group.split_once('.') {
        Some(("apiregistration", _)) => false,
        None | Some((_, "k8s.io")) => true,
        Some((_, rest)) => matches!(rest, "authorization.k8s.io" | "apiserver.k8s.io"),
    }
}

/// Makes an object, or makes it as the release wants it.
pub(super) struct Apply {
    /// As the release had it until now; `None` where it did not have it.
    pub had: Option<Arc<Value>>,
    /// As it wants it.
    pub wanted: Arc<Value>,
    /// How the object was when this was first decided.
    pub before: OnceLock<Value>,
    pub back: Back,
}

// What is in it may be secret.
impl fmt::Debug for Apply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Apply").field("of", &self.back).finish_non_exhaustive()
    }
}

impl Apply {
    /// What becomes of the live object. What the release did not have, and somebody else made, is taken for what it had: nothing of it is left
    /// that is not wanted (`pkg/kube/client.go`, `update`).
    fn becomes(&self, target: &Target, live: &Value) -> Value {
        let mut had = self.had.as_deref().map_or_else(|| others(live), Value::clone);
        let mut wanted = Value::clone(&self.wanted);
        if !is_built_in(&target.resource.group) {
            return followed(&had, &wanted, live);
        }
        drop(take_texts(&mut had));
        let texts = take_texts(&mut wanted);
        let mut out = merged(&had, &wanted, live, &target.resource.kind);
        if let Some(texts) = texts {
            put_texts(&mut out, &texts);
        }
        out
    }
}

/// Keeps what would be taken away of an object, where it is another than it was: it was taken away already, and the server filled it in.
fn filled_in(out: &mut Value, live: &Value, before: &Value) {
    match (out, live) {
        (Value::Object(out), Value::Object(live)) => {
            for (key, live) in live {
                match (out.get_mut(key), before.get(key)) {
                    (Some(out), Some(before)) => filled_in(out, live, before),
                    (None, Some(before)) if before != live => {
                        out.insert(key.clone(), live.clone());
                    }
                    _ => {}
                }
            }
        }
        (Value::Array(out), Value::Array(live)) if out.len() == live.len() => {
            for (at, (out, live)) in out.iter_mut().zip(live).enumerate() {
                if let Some(before) = before.get(at) {
                    filled_in(out, live, before);
                }
            }
        }
        _ => {}
    }
}

/// A live object without what the server keeps of it.
fn others(live: &Value) -> Value {
    let mut object = live.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    if let Some(meta) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        const THEIRS: [&str; 4] = ["labels", "annotations", "finalizers", "ownerReferences"];
        meta.retain(|key, _| THEIRS.contains(&key.as_str()));
    }
    object
}

impl Deed for Apply {
    fn words(&self) -> String {
        "apply".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["rollback"]
    }

    fn makes(&self) -> bool {
        true
    }

    fn turn(&self) -> Turn {
        Turn::Beside
    }

    /// What cannot be made ends it, what cannot be changed does not (`pkg/kube/client.go`, `update`).
    fn stops(&self, method: Option<Method>) -> bool {
        method == Some(Method::Create)
    }

    fn call(&self, target: &Target, live: &Value) -> Result<Option<Call>, String> {
        if live.is_null() {
            let namespace = (!target.namespace.is_empty()).then_some(target.namespace.as_str());
            let body = Value::clone(&self.wanted);
            return Ok(Some(Call::create(&target.resource.path(namespace), body)));
        }
        if live["metadata"]["deletionTimestamp"].is_string() {
            return Err(format!(
                "{} is being deleted: roll back once more when it is gone",
                target.short()
            ));
        }
        let mut out = self.becomes(target, live);
        let before = self.before.get_or_init(|| live.clone());
        if before["metadata"]["resourceVersion"] != live["metadata"]["resourceVersion"] {
            filled_in(&mut out, live, before);
        }
        let Some(mut body) = patch(live, &out) else { return Ok(None) };
        // What others change meanwhile would be lost in lists: with it the server says that it is too late, and all is merged anew.
        if let Some(version) = live["metadata"]["resourceVersion"].as_str()
            && let Some(body) = body.as_object_mut()
            && let Some(meta) = body.entry("metadata").or_insert_with(|| json!({})).as_object_mut()
        {
            meta.insert("resourceVersion".to_owned(), json!(version));
        }
        Ok(Some(Call::merge(target, live, "", body)))
    }

    fn taken_back(&self, id: &str) -> Option<Result<Box<dyn Proposal>, String>> {
        Some(self.back.proposal(id))
    }

    fn takes_back(&self) -> Option<&str> {
        self.back.takes_back.as_deref()
    }
}

/// Takes an object away that the release has no more, in the background, unless it says that it stays.
#[derive(Debug)]
pub(super) struct Remove {
    pub turn: Turn,
    pub back: Back,
}

impl Deed for Remove {
    fn words(&self) -> String {
        "delete".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["delete"]
    }

    fn removes(&self) -> bool {
        true
    }

    fn turn(&self) -> Turn {
        self.turn
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        if object["metadata"]["deletionTimestamp"].is_string()
            || object["metadata"]["annotations"][POLICY] == "keep"
        {
            return Ok(None);
        }
        Ok(Some(delete(target, object)))
    }

    fn taken_back(&self, id: &str) -> Option<Result<Box<dyn Proposal>, String>> {
        Some(self.back.proposal(id))
    }

    fn takes_back(&self) -> Option<&str> {
        self.back.takes_back.as_deref()
    }
}

/// Deletes an object, and no other of its name, in the background.
pub(super) fn delete(target: &Target, object: &Value) -> Call {
    let mut body = json!({
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": "Background",
    });
    if let Some(uid) = uid(object) {
        body["preconditions"] = json!({"uid": uid});
    }
    Call { method: Method::Delete, path: target.path(""), body, look: None }
}
