//! What may work against a change that was done.

use serde_json::Value;

use super::Target;

/// Where it is read, and what is said of it.
#[derive(Clone, Debug)]
pub struct Against {
    /// Its path, with its query.
    pub path: String,
    /// What is said of what is there, a sentence for people; `None` where nothing works against the change of this object.
    pub say: fn(&Target, &Value) -> Option<String>,
}
