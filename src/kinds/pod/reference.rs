//! References to ConfigMaps and Secrets that a pod may do without.

use serde::{Deserialize, Deserializer};

use crate::wire::LocalObjectReference;

/// A reference by name that may be optional.
pub trait Reference {
    /// The object's name.
    fn name(&self) -> &str;

    /// Whether the pod starts without it.
    fn optional(&self) -> bool;
}

/// Declares references alike but for the number of `optional`. Go embeds the name: a message of its own in protobuf, merged in JSON.
macro_rules! references {
    ($($(#[$doc:meta])* $name:ident: $tag:literal)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, prost::Message)]
        pub struct $name {
            #[prost(message, required, tag = "1")]
            object: LocalObjectReference,
            #[prost(bool, tag = $tag)]
            optional: bool,
        }

        impl Reference for $name {
            fn name(&self) -> &str {
                &self.object.name
            }

            fn optional(&self) -> bool {
                self.optional
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let Merged { name, optional } = Merged::deserialize(deserializer)?;
                let optional = optional.unwrap_or_default();
                let object = LocalObjectReference { name: name.unwrap_or_default() };
                Ok(Self { object, optional })
            }
        }
    )*};
}

#[derive(Deserialize)]
struct Merged {
    name: Option<String>,
    optional: Option<bool>,
}

references! {
    /// `v1 ConfigMapEnvSource`, `v1 SecretEnvSource`.
    SourceReference: "2"
    /// `v1 ConfigMapKeySelector`, `v1 SecretKeySelector`.
    KeyReference: "3"
    /// `v1 ConfigMapVolumeSource`, and the projections of both.
    VolumeReference: "4"
}
