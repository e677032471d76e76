//! The request by which a change is made.

use serde_json::{Value, json};

use super::Target;

/// A request that changes something.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// How.
    pub method: Method,
    /// Where, without a query.
    pub path: String,
    /// What is sent.
    pub body: Value,
    /// Where what was made or changed can be looked at afterwards, where that is not the target.
    pub look: Option<String>,
}

/// How a call changes things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// POST.
    Create,
    /// PUT.
    Replace,
    /// PATCH.
    Patch(Patch),
    /// DELETE.
    Delete,
    /// POST of an Eviction: a pod is deleted where no budget forbids it.
    Evict,
}

impl Method {
    /// Whether the object is gone, or on its way, where it succeeds.
    pub const fn removes(self) -> bool {
        matches!(self, Self::Delete | Self::Evict)
    }
}

/// The kinds of patches of the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patch {
    /// A JSON merge patch (RFC 7386).
    Merge,
    /// A strategic merge patch: lists are merged by their keys. Built-in resources only.
    Strategic,
    /// A JSON patch (RFC 6902).
    Json,
    /// Server-side apply.
    Apply,
    /// Server-side apply that takes over what other managers own.
    ApplyForce,
}

impl Patch {
    /// Its `Content-Type`.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Merge => "application/merge-patch+json",
            Self::Strategic => "application/strategic-merge-patch+json",
            Self::Json => "application/json-patch+json",
            Self::Apply | Self::ApplyForce => "application/apply-patch+yaml",
        }
    }
}

impl Call {
    /// A merge patch of the object that was read, or of one of its subresources. It changes this object only: the server refuses it where the name
    /// belongs to another by now.
    pub fn merge(target: &Target, object: &Value, subresource: &str, body: Value) -> Self {
        Self::patch(Patch::Merge, target, object, subresource, body)
    }

    /// As [`Call::merge`], of this kind: [`Patch::Merge`] or [`Patch::Strategic`].
    pub fn patch(
        patch: Patch,
        target: &Target,
        object: &Value,
        subresource: &str,
        mut body: Value,
    ) -> Self {
        if let Some(uid) = uid(object)
            && let Some(body) = body.as_object_mut()
            && let Some(meta) = body.entry("metadata").or_insert_with(|| json!({})).as_object_mut()
        {
            meta.insert("uid".to_owned(), json!(uid));
        }
        Self { method: Method::Patch(patch), path: target.path(subresource), body, look: None }
    }

    /// A JSON patch of the object that was read, and of no other of its name.
    pub fn json(target: &Target, object: &Value, operations: Vec<Value>) -> Self {
        let test =
            uid(object).map(|uid| json!({"op": "test", "path": "/metadata/uid", "value": uid}));
        Self {
            method: Method::Patch(Patch::Json),
            path: target.path(""),
            body: Value::Array(test.into_iter().chain(operations).collect()),
            look: None,
        }
    }

    /// Puts an object, or a subresource, in the place of what was read: it carries that one's resourceVersion, so that the server refuses it where
    /// somebody else was faster.
    pub fn replace(target: &Target, subresource: &str, body: Value) -> Self {
        Self { method: Method::Replace, path: target.path(subresource), body, look: None }
    }

    /// Creates an object in a collection; its name must be in it, so that it can be found afterwards.
    pub fn create(collection: &str, body: Value) -> Self {
        let look = body["metadata"]["name"].as_str().map(|name| format!("{collection}/{name}"));
        Self { method: Method::Create, path: collection.to_owned(), body, look }
    }
}

/// The time as the API writes it, `2026-01-15T12:00:00Z`.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The UID of an object.
pub fn uid(object: &Value) -> Option<&str> {
    object["metadata"]["uid"].as_str().filter(|uid| !uid.is_empty())
}
