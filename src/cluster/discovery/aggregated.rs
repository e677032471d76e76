//! Aggregated discovery (`apidiscovery.k8s.io`, KEP-3352): every group, version and resource in one answer.

use serde::Deserialize;

use super::Found;
use crate::kinds::Resource;
use crate::wire::{ObjectMeta, or_default};

/// `APIGroupDiscoveryList`, v2 or v2beta1: what is read of them is the same.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct List {
    #[serde(deserialize_with = "or_default")]
    items: Vec<Group>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    metadata: ObjectMeta,
    #[serde(deserialize_with = "or_default")]
    versions: Vec<Offer>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Offer {
    version: String,
    #[serde(deserialize_with = "or_default")]
    resources: Vec<Served>,
    #[serde(deserialize_with = "or_default")]
    freshness: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Served {
    resource: String,
    #[serde(deserialize_with = "or_default")]
    response_kind: ResponseKind,
    #[serde(deserialize_with = "or_default")]
    scope: String,
    #[serde(deserialize_with = "or_default")]
    singular_resource: String,
    #[serde(deserialize_with = "or_default")]
    verbs: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    short_names: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    categories: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    subresources: Vec<Subresource>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResponseKind {
    kind: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Subresource {
    subresource: String,
}

/// The list's resources, in its order: within a group the preferred version comes first.
pub(super) fn read(list: List) -> Found {
    let mut found = Found::default();
    for group in list.items {
        let name = group.metadata.name;
        for Offer { version, resources, freshness } in group.versions {
            if freshness == "Stale" {
                found.stale.push(format!("{name}/{version}"));
            }
            let read = resources.into_iter().map(|served| resource(&name, &version, served));
            found.resources.extend(read);
        }
    }
    found
}

fn resource(group: &str, version: &str, served: Served) -> Resource {
    Resource {
        group: group.to_owned(),
        version: version.to_owned(),
        plural: served.resource,
        singular: served.singular_resource,
        kind: served.response_kind.kind,
        namespaced: served.scope == "Namespaced",
        short_names: served.short_names,
        categories: served.categories,
        verbs: served.verbs,
        subresources: served.subresources.into_iter().map(|sub| sub.subresource).collect(),
    }
}
