//! Conditions, as objects that extend or protect the API server have them.

use serde::Deserialize;

use crate::wire;

use super::Cell;

/// `CustomResourceDefinitionCondition`, `APIServiceCondition`, `FlowSchemaCondition`: the same numbers in all of them.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct Condition {
    #[prost(string, tag = "1")]
    #[serde(rename = "type", deserialize_with = "wire::or_default")]
    pub(super) kind: String,
    #[prost(string, tag = "2")]
    #[serde(deserialize_with = "wire::or_default")]
    pub(super) status: String,
    #[prost(string, tag = "4")]
    #[serde(deserialize_with = "wire::or_default")]
    pub(super) reason: String,
    /// It may quote what some other server answered, so it need not be UTF-8.
    #[prost(bytes = "vec", tag = "5")]
    #[serde(deserialize_with = "wire::text_bytes")]
    pub(super) message: Vec<u8>,
}

/// The condition of this type.
pub(super) fn find<'a>(conditions: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    conditions.iter().find(|c| c.kind == kind)
}

impl Condition {
    /// The reason, or `otherwise` where it gives none.
    pub(super) fn reason_or<'a>(&'a self, otherwise: &'a str) -> &'a str {
        if self.reason.is_empty() { otherwise } else { &self.reason }
    }

    /// The message, in one cell.
    pub(super) fn told(&self) -> Cell {
        Cell::own_or_none(wire::lossy(&self.message).trim())
    }
}
