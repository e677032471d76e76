//! Discovery: which groups, versions and resources there are, aggregated and in the older way.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::resource::{Catalog, Resource};

/// The content type of aggregated discovery.
pub const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// What the demo says its version is; the suffix says plainly what it is.
pub const VERSION: &str = "v1.36.0-kx.demo";

/// `/version`.
pub fn version() -> Value {
    json!({"major": "1", "minor": "36", "gitVersion": VERSION, "gitCommit": "kx", "gitTreeState": "clean",
        "buildDate": "2026-01-15T12:00:00Z", "goVersion": "none", "compiler": "rustc",
        "platform": "demo/demo"})
}

/// Whether an Accept header asks for aggregated discovery in a version we speak.
pub fn wants_aggregated(accept: &str) -> bool {
    accept.split(',').any(|part| {
        part.contains("as=APIGroupDiscoveryList")
            && part.contains("v=v2")
            && !part.contains("v2beta1")
    })
}

type Versions = BTreeMap<String, Vec<Arc<Resource>>>;

fn groups(catalog: &Catalog) -> BTreeMap<String, Versions> {
    let mut groups: BTreeMap<String, Versions> = BTreeMap::new();
    for resource in catalog.iter() {
        let versions = groups.entry(resource.group.clone()).or_default();
        versions.entry(resource.version.clone()).or_default().push(Arc::clone(resource));
    }
    groups
}

/// `/api` (core) or `/apis` (everything else) as an `APIGroupDiscoveryList`.
pub fn aggregated(catalog: &Catalog, core: bool) -> Value {
    let items: Vec<Value> = groups(catalog)
        .into_iter()
        .filter(|(group, _)| group.is_empty() == core)
        .map(|(group, versions)| {
            let versions: Vec<Value> = versions
                .into_iter()
                .map(|(version, resources)| {
                    let resources: Vec<Value> = resources.iter().map(|r| entry(r)).collect();
                    json!({"version": version, "freshness": "Current", "resources": resources})
                })
                .collect();
            let metadata = if core { json!({}) } else { json!({"name": group}) };
            json!({"metadata": metadata, "versions": versions})
        })
        .collect();
    json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items})
}

fn entry(resource: &Resource) -> Value {
    let response_kind =
        |kind: &str| json!({"group": resource.group, "version": resource.version, "kind": kind});
    let subresources: Vec<Value> = resource
        .subresources
        .iter()
        .map(|sub| {
            let (group, version, kind) = sub_kind(resource, sub);
            json!({"subresource": sub, "verbs": sub_verbs(sub),
                "responseKind": {"group": group, "version": version, "kind": kind}})
        })
        .collect();
    let mut entry = json!({"resource": resource.plural, "responseKind": response_kind(&resource.kind),
        "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": resource.singular, "verbs": resource.verbs});
    for (name, list) in [("shortNames", &resource.short), ("categories", &resource.categories)] {
        if !list.is_empty() {
            entry[name] = json!(list);
        }
    }
    if !subresources.is_empty() {
        entry["subresources"] = json!(subresources);
    }
    entry
}

fn sub_kind(resource: &Resource, sub: &str) -> (String, String, String) {
    let own = |group: &str, version: &str, kind: &str| {
        (group.to_owned(), version.to_owned(), kind.to_owned())
    };
    match sub {
        "scale" => own("autoscaling", "v1", "Scale"),
        "eviction" => own("policy", "v1", "Eviction"),
        "exec" => own("", "v1", "PodExecOptions"),
        "attach" => own("", "v1", "PodAttachOptions"),
        "portforward" => own("", "v1", "PodPortForwardOptions"),
        "proxy" => own("", "v1", "NodeProxyOptions"),
        "token" => own("authentication.k8s.io", "v1", "TokenRequest"),
        _ => own(&resource.group, &resource.version, &resource.kind),
    }
}

fn sub_verbs(sub: &str) -> &'static [&'static str] {
    match sub {
        "log" => &["get"],
        "exec" | "attach" | "portforward" => &["create", "get"],
        "eviction" | "token" => &["create"],
        "finalize" => &["update"],
        "proxy" => &["create", "delete", "get", "patch", "update"],
        _ => &["get", "patch", "update"],
    }
}

/// `/api`: the versions of the core group.
pub fn core_versions() -> Value {
    json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
}

/// `/apis`: all groups.
pub fn group_list(catalog: &Catalog) -> Value {
    let list: Vec<Value> = groups(catalog)
        .iter()
        .filter(|(group, _)| !group.is_empty())
        .map(|(group, versions)| group_entry(group, versions))
        .collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": list})
}

/// `/apis/GROUP`.
pub fn group(catalog: &Catalog, name: &str) -> Option<Value> {
    let groups = groups(catalog);
    let mut entry = group_entry(name, groups.get(name)?);
    entry["kind"] = json!("APIGroup");
    entry["apiVersion"] = json!("v1");
    Some(entry)
}

fn group_entry(group: &str, versions: &Versions) -> Value {
    let entries: Vec<Value> = versions
        .keys()
        .map(|version| json!({"groupVersion": format!("{group}/{version}"), "version": version}))
        .collect();
    let preferred = entries.first().cloned().unwrap_or_default();
    json!({"name": group, "versions": entries, "preferredVersion": preferred})
}

/// `/api/v1` or `/apis/GROUP/VERSION`: the resources of one version.
pub fn resource_list(catalog: &Catalog, group: &str, version: &str) -> Option<Value> {
    let mut resources = Vec::new();
    for resource in catalog.iter().filter(|r| r.group == group && r.version == version) {
        let mut entry = json!({"name": resource.plural, "singularName": resource.singular,
            "namespaced": resource.namespaced, "kind": resource.kind, "verbs": resource.verbs});
        for (name, list) in [("shortNames", &resource.short), ("categories", &resource.categories)]
        {
            if !list.is_empty() {
                entry[name] = json!(list);
            }
        }
        resources.push(entry);
        for sub in &resource.subresources {
            let (sub_group, sub_version, kind) = sub_kind(resource, sub);
            let mut entry = json!({"name": format!("{}/{sub}", resource.plural), "singularName": "",
                "namespaced": resource.namespaced, "kind": kind, "verbs": sub_verbs(sub)});
            if sub_group != resource.group || sub_version != resource.version {
                entry["group"] = json!(sub_group);
                entry["version"] = json!(sub_version);
            }
            resources.push(entry);
        }
    }
    let group_version =
        if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    (!resources.is_empty()).then(|| {
        json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources})
    })
}
