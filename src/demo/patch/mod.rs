//! The four ways to change an object in part: merge, strategic merge, JSON patch, and apply.

mod apply;
mod json_patch;
mod keys;
mod merge;
mod strategic;

use serde_json::Value;

use super::status::Refusal;

pub use apply::{Applied, apply};

/// How a PATCH body is meant, by its content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// RFC 7386.
    Merge,
    /// Kubernetes' own merge, which knows lists with keys.
    Strategic,
    /// RFC 6902.
    Json,
    /// Server-side apply.
    Apply,
}

impl Kind {
    /// Reads a content type; refuses (415) what is none of the four.
    pub fn of(content_type: &str) -> Result<Self, Refusal> {
        match content_type.split(';').next().unwrap_or_default().trim() {
            "application/merge-patch+json" => Ok(Self::Merge),
            "application/strategic-merge-patch+json" => Ok(Self::Strategic),
            "application/json-patch+json" => Ok(Self::Json),
            "application/apply-patch+yaml" => Ok(Self::Apply),
            other => Err(Refusal::new(
                415,
                "UnsupportedMediaType",
                format!(
                    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, \
                 application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml; not {other:?}"
                ),
            )),
        }
    }
}

/// Changes an object by a patch of the first three kinds.
pub fn change(object: &mut Value, kind: Kind, patch: &Value) -> Result<(), Refusal> {
    match kind {
        Kind::Merge => merge::merge(object, patch),
        Kind::Strategic => strategic::merge(object, patch, ""),
        Kind::Json => json_patch::run(object, patch)?,
        Kind::Apply => return Err(Refusal::bad("an apply patch has no object to change")),
    }
    Ok(())
}
