//! What the API server fills in when an object is created.
use super::World;
use crate::demo::resource::Resource;
use serde_json::Value;

/// Fills in defaults.
pub fn fill(_world: &mut World, _resource: &Resource, _object: &mut Value) {}
