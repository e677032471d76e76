//! Discovery as servers before 1.26 and some proxies do it: a list of groups, and a request for each of their versions.

use futures::{StreamExt as _, stream};
use serde::Deserialize;

use super::{Found, fetch};
use crate::cluster::{Client, Error};
use crate::kinds::Resource;
use crate::wire::or_default;

/// How many requests are under way at once.
const AT_ONCE: usize = 16;

/// `APIVersions`, the answer of `/api`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Versions {
    #[serde(deserialize_with = "or_default")]
    versions: Vec<String>,
}

/// `APIGroupList`, the answer of `/apis`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Groups {
    #[serde(deserialize_with = "or_default")]
    groups: Vec<Group>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Group {
    name: String,
    #[serde(deserialize_with = "or_default")]
    versions: Vec<Version>,
    #[serde(deserialize_with = "or_default")]
    preferred_version: Version,
}

#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Version {
    version: String,
}

/// `APIResourceList`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Resources {
    #[serde(deserialize_with = "or_default")]
    resources: Vec<Served>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Served {
    name: String,
    #[serde(deserialize_with = "or_default")]
    singular_name: String,
    kind: String,
    namespaced: bool,
    #[serde(deserialize_with = "or_default")]
    verbs: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    short_names: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    categories: Vec<String>,
}

/// The core group.
pub(super) async fn versions(client: &Client, versions: Versions) -> Result<Found, Error> {
    let wanted = versions.versions.into_iter().map(|version| (String::new(), version));
    read(client, wanted.collect()).await
}

/// All other groups; of each the preferred version comes first.
pub(super) async fn groups(client: &Client, groups: Groups) -> Result<Found, Error> {
    let mut wanted = Vec::new();
    for group in groups.groups {
        let preferred = group.preferred_version;
        let others = group.versions.into_iter().filter(|version| *version != preferred);
        let versions = std::iter::once(preferred.clone()).chain(others);
        let named = versions.filter(|version| !version.version.is_empty());
        wanted.extend(named.map(|version| (group.name.clone(), version.version)));
    }
    read(client, wanted).await
}

async fn read(client: &Client, wanted: Vec<(String, String)>) -> Result<Found, Error> {
    let answers = stream::iter(wanted).map(|(group, version)| async move {
        let path = if group.is_empty() {
            format!("/api/{version}")
        } else {
            format!("/apis/{group}/{version}")
        };
        let answer = fetch::<Resources>(client, &path, "application/json").await;
        (group, version, answer)
    });
    let mut answers = answers.buffered(AT_ONCE);
    let mut found = Found::default();
    while let Some((group, version, answer)) = answers.next().await {
        match answer {
            Ok(list) => found.resources.extend(resources(&group, &version, list)),
            Err(error) => {
                tracing::warn!(group, version, %error, "a group cannot be discovered");
                found.stale.push(format!("{group}/{version}"));
            }
        }
    }
    Ok(found)
}

fn resources(group: &str, version: &str, list: Resources) -> Vec<Resource> {
    let (own, sub): (Vec<_>, Vec<_>) =
        list.resources.into_iter().partition(|served| !served.name.contains('/'));
    let resource = |served: Served| {
        let of = |sub: &Served| {
            let (parent, name) = sub.name.split_once('/')?;
            (parent == served.name).then(|| name.to_owned())
        };
        Resource {
            subresources: sub.iter().filter_map(of).collect(),
            group: group.to_owned(),
            version: version.to_owned(),
            plural: served.name.clone(),
            singular: served.singular_name.clone(),
            kind: served.kind.clone(),
            namespaced: served.namespaced,
            short_names: served.short_names.clone(),
            categories: served.categories.clone(),
            verbs: served.verbs.clone(),
        }
    };
    own.into_iter().map(resource).collect()
}
