//! Which pods a query is about.

use serde_json::Value;

use crate::cluster::watch::{encoded, get};
use crate::cluster::{Client, Error};
use crate::helm::Loaded;
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
        if resource.is("helm.sh", "releases") {
            pods.extend(of_release(client, namespace, name).await?);
            continue;
        }
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

/// The pods of a release of Helm: those of the workloads that the manifest of its newest revision names.
async fn of_release(client: &Client, namespace: &str, name: &str) -> Result<Vec<Pods>, Error> {
    let selector = encoded(&format!("owner=helm,name={name}"));
    let mut held = None;
    // Helm keeps them in one or the other.
    for kept in ["secrets", "configmaps"] {
        let path = format!("/api/v1/namespaces/{namespace}/{kept}?labelSelector={selector}");
        let bytes = client.bytes(get(&path, "application/json")?).await?;
        let mut list: Value = serde_json::from_slice(&bytes)
            .map_err(|error| Error::Decode { what: path, problem: error.to_string() })?;
        let revision = |object: &Value| -> Option<i64> {
            object["metadata"]["labels"]["version"].as_str()?.parse().ok()
        };
        let Value::Array(items) = list["items"].take() else { continue };
        held = items.into_iter().max_by_key(revision);
        if held.is_some() {
            break;
        }
    }
    let problem =
        |problem: String| Error::Request { problem: format!("release/{name}: {problem}") };
    let Some(held) = held else { return Err(problem("there is none of this name".to_owned())) };
    // It may be much, and whoever reads elsewhere must not wait for it.
    let loaded = tokio::task::spawn_blocking(move || Loaded::of_object(held)).await;
    let loaded = loaded
        .map_err(|error| problem(error.to_string()))?
        .map_err(|damage| problem(damage.to_string()))?;
    let objects = loaded.objects.as_ref().map_err(|why| problem(why.clone()))?;
    let pods: Vec<Pods> =
        objects.iter().filter_map(|object| of_manifest(object, namespace)).collect();
    if pods.is_empty() {
        return Err(problem("its manifest names nothing that has pods".to_owned()));
    }
    Ok(pods)
}

/// What has pods of its own, by group, kind and plural. Services select those of workloads, theirs or others'.
const WORKLOADS: [(&str, &str, &str); 8] = [
    ("", "Pod", "pods"),
    ("", "ReplicationController", "replicationcontrollers"),
    ("apps", "Deployment", "deployments"),
    ("apps", "StatefulSet", "statefulsets"),
    ("apps", "DaemonSet", "daemonsets"),
    ("apps", "ReplicaSet", "replicasets"),
    ("batch", "CronJob", "cronjobs"),
    ("batch", "Job", "jobs"),
];

/// The pods of an object of a manifest, where it is a workload or a pod.
fn of_manifest(object: &Value, namespace: &str) -> Option<Pods> {
    let version = object["apiVersion"].as_str()?;
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let is_it = |(of, kind, _): &&(&str, &str, &str)| *of == group && object["kind"] == *kind;
    let (_, _, plural) = WORKLOADS.iter().find(is_it)?;
    let resource =
        Resource { group: group.to_owned(), plural: (*plural).to_owned(), ..Resource::default() };
    let mut object = object.clone();
    if object["metadata"]["namespace"].as_str().is_none_or(str::is_empty) {
        object["metadata"]["namespace"] = Value::from(namespace);
    }
    if resource.is("batch", "jobs") {
        // The server gives its selector.
        let name = object["metadata"]["name"].as_str()?;
        let namespace = object["metadata"]["namespace"].as_str()?.to_owned();
        let labels = format!("batch.kubernetes.io/job-name={name}");
        return Some(Pods { namespace, labels, ..Pods::default() });
    }
    pods_of(&resource, &object)
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn workloads_of_a_manifest_have_the_pods_that_they_select() {
        let of = |version: &str, kind: &str, spec: Value| {
            let object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "web"}, "spec": spec});
            of_manifest(&object, "shop").map(|pods| format!("{}/{}", pods.namespace, pods.labels))
        };
        let selector = json!({"selector": {"matchLabels": {"app": "web"}}});
        assert_eq!(of("apps/v1", "Deployment", selector).as_deref(), Some("shop/app=web"));
        let job = of("batch/v1", "Job", json!({}));
        assert_eq!(job.as_deref(), Some("shop/batch.kubernetes.io/job-name=web"));
        assert_eq!(of("v1", "Service", json!({"selector": {"app": "web"}})), None);
        assert_eq!(of("v1", "ConfigMap", json!({})), None);
        assert_eq!(of("example.org/v1", "Web", json!({"selector": {"app": "web"}})), None);
    }
}
