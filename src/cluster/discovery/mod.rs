//! What a cluster serves: aggregated discovery in two requests, the older way where a server does not know it.

mod aggregated;
mod follow;
mod legacy;

use bytes::Bytes;
use serde::Deserialize;

pub use follow::{Follow, follow};

use super::watch::get;
use super::{Client, Error};
use crate::kinds::{Catalog, Resource};

/// Both aggregated forms, and what older servers answer instead.
const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,\
application/json";

/// What a cluster serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovered {
    /// Every resource that can be listed.
    pub catalog: Catalog,
    /// The `group/version`s whose server does not answer: what is known of them is old, or nothing.
    pub stale: Vec<String>,
}

/// The server's version (`/version`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServerVersion {
    /// `v1.36.3`.
    pub git_version: String,
    /// `linux/amd64`.
    pub platform: String,
}

/// Half of an answer: the core group's, or all others'.
#[derive(Default)]
struct Found {
    resources: Vec<Resource>,
    stale: Vec<String>,
}

/// Asks what the cluster serves. A group whose server fails takes nothing else with it.
pub async fn discover(client: &Client) -> Result<Discovered, Error> {
    let (core, groups) = tokio::join!(half(client, "/api"), half(client, "/apis"));
    let (core, groups) = match (core, groups) {
        (Ok(core), Ok(groups)) => (core, groups),
        (Err(error), Err(_)) => return Err(error),
        (Ok(core), Err(error)) => (core, missing("/apis", &error)),
        (Err(error), Ok(groups)) => (missing("/api", &error), groups),
    };
    // The core group comes first: it decides between equal names.
    let resources = core.resources.into_iter().chain(groups.resources);
    let stale: Vec<String> = core.stale.into_iter().chain(groups.stale).collect();
    let catalog = Catalog::new(resources.filter(|r| r.can("list"))).with_silent(stale.clone());
    Ok(Discovered { catalog, stale })
}

/// Asks for the server's version.
pub async fn version(client: &Client) -> Result<ServerVersion, Error> {
    fetch(client, "/version", "application/json").await
}

fn missing(path: &str, error: &Error) -> Found {
    tracing::warn!(path, %error, "discovery is not complete");
    Found { resources: Vec::new(), stale: vec![path.to_owned()] }
}

async fn half(client: &Client, path: &str) -> Result<Found, Error> {
    let bytes = client.bytes(get(path, ACCEPT)?).await?;
    let kind: Kind = parsed(&bytes, path)?;
    match kind.kind.as_str() {
        "APIGroupDiscoveryList" => Ok(aggregated::read(parsed(&bytes, path)?)),
        "APIVersions" => legacy::versions(client, parsed(&bytes, path)?).await,
        "APIGroupList" => legacy::groups(client, parsed(&bytes, path)?).await,
        other => Err(Error::Decode {
            what: format!("the discovery at {path}"),
            problem: format!("it is of the unknown kind {other:?}"),
        }),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Kind {
    kind: String,
}

async fn fetch<T: for<'de> Deserialize<'de>>(
    client: &Client,
    path: &str,
    accept: &'static str,
) -> Result<T, Error> {
    let bytes: Bytes = client.bytes(get(path, accept)?).await?;
    parsed(&bytes, path)
}

fn parsed<T: for<'de> Deserialize<'de>>(bytes: &[u8], path: &str) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|error| Error::Decode {
        what: format!("the server's answer to {path}"),
        problem: error.to_string(),
    })
}
