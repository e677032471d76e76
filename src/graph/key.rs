//! The hashes under which links and label sets are filed.
//!
//! Two things with one hash lie in one place; whoever looks there compares what it finds, so a clash costs a comparison and no truth.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::store::Uid;

use super::resource::ResourceId;

/// What has this UID.
pub(super) fn uid(resource: ResourceId, uid: Uid) -> u64 {
    FxBuildHasher.hash_one((0u8, resource, uid))
}

/// What has this name.
pub(super) fn name(resource: ResourceId, namespace: &str, name: &str) -> u64 {
    FxBuildHasher.hash_one((1u8, resource, namespace, name))
}

/// What has this label.
pub(super) fn label(resource: ResourceId, namespace: &str, key: &str, value: &str) -> u64 {
    FxBuildHasher.hash_one((2u8, resource, namespace, key, value))
}

/// Everything of a namespace.
pub(super) fn all(resource: ResourceId, namespace: &str) -> u64 {
    FxBuildHasher.hash_one((3u8, resource, namespace))
}
