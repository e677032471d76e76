//! Which pods a query is about.

use serde_json::Value;

use crate::cluster::watch::get;
use crate::cluster::{Client, Error};
use crate::kinds::Resource;
use crate::logs::{Group, Object, Pods, pods_of};

/// The pods that are asked for; objects are read to know theirs.
pub(super) async fn resolve(client: &Client, groups: &[Group]) -> Result<Vec<Pods>, Error> {
    let mut pods = Vec::new();
    for group in groups {
        let object = match group {
            Group::Pods(these) => {
                pods.push(these.clone());
                continue;
            }
            Group::Of(object) => object,
        };
        let Object { resource, namespace, name } = object;
        let path = resource.object_path(namespace, name);
        let bytes = client.bytes(get(&path, "application/json")?).await?;
        let value: Value = serde_json::from_slice(&bytes)
            .map_err(|error| Error::Decode { what: path, problem: error.to_string() })?;
        pods.push(pods_of(resource, &value).ok_or_else(|| Error::Request {
            problem: format!("{}/{name} has no pods: it selects none", resource.singular),
        })?);
    }
    Ok(pods)
}

/// The resource of pods.
pub(super) fn pods_resource() -> Resource {
    Resource {
        version: "v1".to_owned(),
        plural: "pods".to_owned(),
        kind: "Pod".to_owned(),
        namespaced: true,
        ..Resource::default()
    }
}
