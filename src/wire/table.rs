//! What a server shows of any resource: `meta.k8s.io/v1 Table`, and `PartialObjectMetadata`.

use super::{Meta, ObjectMeta};

crate::message! {
    /// `metav1.PartialObjectMetadata`: the metadata of an object of any kind. Every object decodes as one.
    pub struct PartialObjectMetadata {
        /// The object's metadata.
        #[prost(message, required, tag = "1")]
        pub metadata: ObjectMeta,
    }

    /// The resourceVersion of an object of any kind, and nothing else of it.
    pub struct Version {
        #[prost(message, required, tag = "1")]
        metadata: VersionMeta,
    }

    /// The part of `metav1.ObjectMeta` (tag 6) or `metav1.ListMeta` that [`Version`] reads.
    pub struct VersionMeta {
        #[prost(string, tag = "6")]
        resource_version: String,
    }
}

impl Meta for PartialObjectMetadata {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Version {
    /// The resourceVersion, empty where there is none.
    pub fn text(self) -> String {
        self.metadata.resource_version
    }
}

/// `metav1.TableColumnDefinition`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct ColumnDefinition {
    /// The heading, `Ready`.
    pub name: String,
    /// The `OpenAPI` type: `string`, `integer`, `number`, `boolean`, `date`.
    #[serde(rename = "type", deserialize_with = "super::or_default")]
    pub data_type: String,
    /// `name` for the column that holds the object's name.
    #[serde(deserialize_with = "super::or_default")]
    pub format: String,
    /// For help.
    #[serde(deserialize_with = "super::or_default")]
    pub description: String,
    /// 0 for what is always shown, more for what is wide.
    #[serde(deserialize_with = "super::or_default")]
    pub priority: i32,
}

/// `metav1.TableRow`, with its object's metadata or its whole object.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(default, bound = "O: serde::Deserialize<'de> + Default")]
pub struct TableRow<O = PartialObjectMetadata> {
    /// One value a column: text, a number, a boolean or nothing.
    #[serde(deserialize_with = "super::or_default")]
    pub cells: Vec<serde_json::Value>,
    /// The row's object, as far as it was asked for.
    #[serde(deserialize_with = "super::or_default")]
    pub object: O,
}

/// `metav1.Table`, whole: what a watch of Tables sends for each event.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(default, rename_all = "camelCase", bound = "O: serde::Deserialize<'de> + Default")]
pub struct Table<O = PartialObjectMetadata> {
    /// `Table`, unless the server sent the object itself.
    pub kind: String,
    /// The list's metadata, or that of the one object.
    #[serde(deserialize_with = "super::or_default")]
    pub metadata: ObjectMeta,
    /// Empty in all events of a watch but the first.
    #[serde(deserialize_with = "super::or_default")]
    pub column_definitions: Vec<ColumnDefinition>,
    /// The rows; one in an event.
    #[serde(deserialize_with = "super::or_default")]
    pub rows: Vec<TableRow<O>>,
}
