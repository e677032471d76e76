//! Bytes of an API server become partial structs.
//!
//! A struct declares only the fields that kx reads, once, for two codecs: Kubernetes protobuf (field numbers are those of
//! Kubernetes' `generated.proto`) and JSON. Everything else is skipped: by length in protobuf, by token in JSON.
//! `message!` writes the two derives, and makes JSON as forgiving as the Go decoder: a missing field and a `null` are both
//! the field's default.

mod frame;
mod inline;
mod int_or_string;
pub mod json;
mod keys;
mod meta;
pub mod protobuf;
mod quantity;
mod selector;
mod table;
mod text;
mod time;
mod whole;
mod window;

pub use frame::{Event, FrameError, LARGEST, ListMeta, Part, What};
pub use inline::{Inline, LocalObjectReference, ObjectReference, Present, TypedObjectReference};
pub use int_or_string::IntOrString;
pub use keys::{Key, keys};
pub use meta::{Meta, ObjectMeta, OwnerReference};
pub use quantity::{Quantity, parse as parse_quantity};
pub use selector::{LabelSelector, LabelSelectorRequirement};
pub use table::{ColumnDefinition, PartialObjectMetadata, Table, TableRow, Version};
pub use text::{lossy, text_bytes};
pub use time::{MicroTime, Time};
pub use whole::WholeObject;

use serde::{Deserialize, Deserializer};

/// Reads a value where `null` stands for the default, as Go's decoder does for every field.
pub fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Declares partial structs of API objects, each with one `#[prost(…)]` attribute a field.
///
/// Names are camelCase in JSON; a field whose JSON name differs (`podIP`) says so with `#[serde(rename = "podIP")]`.
/// Messages that the API never leaves out are declared `required` (prost fills in the default, and never fails on their
/// absence).
#[macro_export]
macro_rules! message {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$fmeta:meta])* $fvis:vis $field:ident: $ty:ty),* $(,)?
    })*) => {$(
        $(#[$meta])*
        #[allow(clippy::struct_field_names, reason = "the names are those of the API")]
        #[derive(Clone, PartialEq, ::prost::Message, ::serde::Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        $vis struct $name {
            $($(#[$fmeta])* #[serde(deserialize_with = "crate::wire::or_default")] $fvis $field: $ty,)*
        }
    )*};
}
