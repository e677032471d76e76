//! The controllers that keep the demo cluster alive.
use crate::demo::object::Object;
use crate::demo::world::{Work, World};

/// Queues whoever cares about this change.
pub fn notice(_world: &mut World, _id: &str, _object: &Object) {}
/// Does one piece of work.
pub fn work(_world: &mut World, _work: &Work) {}
