//! In which namespaces someone may list a resource, where they may not list it in all.

use futures::{StreamExt as _, stream};
use http::Request;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::json;

use super::ask::{encoded, get};
use crate::cluster::{Client, Error};
use crate::kinds::Resource;
use crate::store::Str;

/// How many questions are under way at once.
const AT_ONCE: usize = 8;
/// The most namespaces that are tried.
const MOST: usize = 500;

/// The namespaces in which `resource` may be listed, sorted: among all namespaces where those may be listed, else the
/// context's own.
pub(super) async fn listable(client: &Client, resource: &Resource) -> Vec<Str> {
    let candidates = match namespaces(client).await {
        Ok(names) => names,
        Err(error) => {
            tracing::debug!(%error, "namespaces cannot be listed");
            vec![client.info().namespace.clone()]
        }
    };
    let answers = stream::iter(candidates.into_iter().take(MOST)).map(|name| async move {
        let allowed = may_list(client, resource, &name).await.unwrap_or_else(|error| {
            // Who may not even ask may still be allowed to list.
            tracing::debug!(%error, name, "no access review");
            true
        });
        allowed.then(|| Str::from(name))
    });
    let mut names: Vec<Str> =
        answers.buffer_unordered(AT_ONCE).filter_map(|name| async { name }).collect().await;
    names.sort_unstable();
    names
}

#[derive(Deserialize)]
struct Namespaces {
    #[serde(default)]
    metadata: crate::wire::ListMeta,
    #[serde(default, deserialize_with = "crate::wire::or_default")]
    items: Vec<crate::wire::PartialObjectMetadata>,
}

async fn namespaces(client: &Client) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let mut next = String::new();
    while names.len() < MOST {
        let uri = format!("/api/v1/namespaces?limit={MOST}&continue={}", encoded(&next));
        let accept =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
        let page: Namespaces = parsed(&client.bytes(get(&uri, accept)?).await?, "namespaces")?;
        names.extend(page.items.into_iter().map(|item| item.metadata.name));
        next = page.metadata.next;
        if next.is_empty() {
            break;
        }
    }
    Ok(names)
}

#[derive(Deserialize)]
struct Review {
    status: Verdict,
}

#[derive(Deserialize)]
struct Verdict {
    #[serde(default)]
    allowed: bool,
}

/// Asks the server (`SelfSubjectAccessReview`), which counts as a read.
async fn may_list(client: &Client, resource: &Resource, namespace: &str) -> Result<bool, Error> {
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": { "resourceAttributes": {
            "namespace": namespace,
            "verb": "list",
            "group": resource.group,
            "resource": resource.plural,
        } },
    });
    let request = Request::post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
        .header(CONTENT_TYPE, "application/json")
        .body(review.to_string().into_bytes())
        .map_err(|error| Error::Request { problem: error.to_string() })?;
    let review: Review = parsed(&client.bytes(request).await?, "an access review")?;
    Ok(review.status.allowed)
}

fn parsed<T: for<'de> Deserialize<'de>>(bytes: &[u8], what: &str) -> Result<T, Error> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Decode { what: what.into(), problem: error.to_string() })
}
