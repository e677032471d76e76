//! ConfigMaps: configuration as files and variables.

mod describe;

use serde::Deserialize;

use crate::describe::Describer;
use crate::wire::{self, Key, Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, Recreation};

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
    const RECREATION: Option<Recreation> =
        Some(Recreation::new("between the two, pods that begin do not find it"));
    const ACTIONS: &'static [&'static str] = &["edit-key"];

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("DATA", |c, _| Cell::Int(entries(c))).status().doc("how many entries it has"),
        C::age(),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Config);
}

fn entries(c: &ConfigMap) -> i64 {
    i64::try_from(c.data.len() + c.binary_data.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_config_map_reads_as_kubectl_prints_it() {
        let map = rows::<This>(
            "{metadata: {name: site, creationTimestamp: 2026-01-13T12:00:00Z}, data: {a: x, b: y}, binaryData: {c: AAAA}}",
        );
        assert_eq!(map.wide(), "NAME | DATA | AGE\nsite | 3 | 2d");
        map.survive_damage();
        assert_eq!(rows::<This>("{metadata: {name: e}, data: null}").text("DATA"), "0");
    }

    #[test]
    fn one_that_is_being_deleted_is_changing() {
        let leaving =
            rows::<This>("{metadata: {name: e, deletionTimestamp: 2026-01-13T12:00:00Z}}");
        assert_eq!(leaving.health(), crate::store::Health::Changing);
    }
}
