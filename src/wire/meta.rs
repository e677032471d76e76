//! What every object carries: `metav1.ObjectMeta`, as far as kx reads it.

use std::collections::BTreeMap;

use super::Time;

crate::message! {
    /// `metav1.ObjectMeta` without `managedFields`, which is most of an object's metadata and never shown in a table.
    pub struct ObjectMeta {
        /// Unique in its namespace and resource.
        #[prost(string, tag = "1")]
        pub name: String,
        /// Empty for cluster-scoped objects.
        #[prost(string, tag = "3")]
        pub namespace: String,
        /// Unique in time and space; empty for objects that are computed (metrics).
        #[prost(string, tag = "5")]
        pub uid: String,
        /// The version of this object, opaque but for its order among equals (KEP-5504).
        #[prost(string, tag = "6")]
        pub resource_version: String,
        /// Counts changes of the desired state.
        #[prost(int64, tag = "7")]
        pub generation: i64,
        /// When the server created it.
        #[prost(message, optional, tag = "8")]
        pub creation_timestamp: Option<Time>,
        /// When it was asked to go; set while finalizers or the grace period hold it.
        #[prost(message, optional, tag = "9")]
        pub deletion_timestamp: Option<Time>,
        /// Labels, by which selectors find it.
        #[prost(btree_map = "string, string", tag = "11")]
        pub labels: BTreeMap<String, String>,
        /// Annotations.
        #[prost(btree_map = "string, string", tag = "12")]
        pub annotations: BTreeMap<String, String>,
        /// Who owns it; garbage collection follows these.
        #[prost(message, repeated, tag = "13")]
        pub owner_references: Vec<OwnerReference>,
        /// Who must agree before it is gone.
        #[prost(string, repeated, tag = "14")]
        pub finalizers: Vec<String>,
    }

    /// `metav1.OwnerReference`.
    pub struct OwnerReference {
        /// The owner's kind, `ReplicaSet`.
        #[prost(string, tag = "1")]
        pub kind: String,
        /// The owner's name, in the same namespace unless the owner is cluster-scoped.
        #[prost(string, tag = "3")]
        pub name: String,
        /// The owner's UID: the one thing that identifies it.
        #[prost(string, tag = "4")]
        pub uid: String,
        /// The owner's group and version, `apps/v1`.
        #[prost(string, tag = "5")]
        pub api_version: String,
        /// Whether this owner is the managing controller; at most one is.
        #[prost(bool, optional, tag = "6")]
        pub controller: Option<bool>,
    }
}

/// An object with metadata: all that the row projection needs to know of any kind.
pub trait Meta {
    /// The object's metadata.
    fn meta(&self) -> &ObjectMeta;
}
