//! Structs that Go embeds: a message of their own in protobuf, merged into their parent in JSON.

use std::fmt::Debug;

use prost::Message;
use serde::{Deserialize, Deserializer};

/// A struct whose first field Go embeds (`ConfigMapEnvSource` embeds `LocalObjectReference`): field 1 in protobuf, no field at all in JSON.
/// What else the struct has is skipped.
#[derive(Clone, PartialEq, Message)]
pub struct Inline<T: Message + Default + Debug> {
    /// The embedded struct.
    #[prost(message, required, tag = "1")]
    pub inner: T,
}

impl<'de, T: Message + Default + Debug + Deserialize<'de>> Deserialize<'de> for Inline<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|inner| Self { inner })
    }
}

crate::message! {
    /// A field of which only the presence matters (a probe).
    pub struct Present {}

    /// `v1 LocalObjectReference`: an object of the same namespace, by name.
    pub struct LocalObjectReference {
        /// The object's name; old objects may leave it empty, which refers to nothing.
        #[prost(string, tag = "1")]
        pub name: String,
    }

    /// `v1 TypedObjectReference`: an object of any kind; `v1 TypedLocalObjectReference` has the same numbers.
    pub struct TypedObjectReference {
        /// The group of its API; the core group where it is not set.
        #[prost(string, optional, tag = "1")]
        pub api_group: Option<String>,
        /// `VolumeSnapshot`.
        #[prost(string, tag = "2")]
        pub kind: String,
        /// The object's name.
        #[prost(string, tag = "3")]
        pub name: String,
        /// The object's namespace, where it is another one.
        #[prost(string, optional, tag = "4")]
        pub namespace: Option<String>,
    }

    /// `v1 ObjectReference`: an object anywhere.
    pub struct ObjectReference {
        /// `Pod`.
        #[prost(string, tag = "1")]
        pub kind: String,
        /// Empty for cluster-scoped objects.
        #[prost(string, tag = "2")]
        pub namespace: String,
        /// The object's name.
        #[prost(string, tag = "3")]
        pub name: String,
        /// The object's UID, where the writer knew it.
        #[prost(string, tag = "4")]
        pub uid: String,
        /// Group and version, `apps/v1`.
        #[prost(string, tag = "5")]
        pub api_version: String,
        /// Which part of the object, `spec.containers{web}`.
        #[prost(string, tag = "7")]
        pub field_path: String,
    }
}
