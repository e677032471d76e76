//! ConfigMaps: configuration as files and variables.

use serde::Deserialize;

use crate::wire::{self, Key, Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ConfigMap>;

/// `v1 ConfigMap`, without its values.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ConfigMap {
    #[prost(message, required, tag = "1")]
    #[serde(deserialize_with = "wire::or_default")]
    metadata: ObjectMeta,
    #[prost(message, repeated, tag = "2")]
    #[serde(deserialize_with = "wire::keys")]
    data: Vec<Key>,
    #[prost(message, repeated, tag = "3")]
    #[serde(deserialize_with = "wire::keys")]
    binary_data: Vec<Key>,
}

impl Meta for ConfigMap {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ConfigMap;
    const INFO: Info = Info::new("", "v1", "configmaps");
    const DOC: &'static str = "Configuration that pods read as files or variables";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("DATA", |c, _| Cell::Int(entries(c))).status().doc("how many entries it has"),
        C::age(),
    ];
}

fn entries(c: &ConfigMap) -> i64 {
    i64::try_from(c.data.len() + c.binary_data.len()).unwrap_or(i64::MAX)
}
