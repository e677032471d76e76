//! A small `/openapi/v3`: enough for kubectl to see that patches are validated by the server, and for an editor to help.

mod schemas;

use serde_json::{Value, json};

use crate::demo::resource::Catalog;

/// The index of group versions.
pub fn index(catalog: &Catalog) -> Value {
    let mut paths = json!({});
    for resource in catalog.iter() {
        let path = if resource.group.is_empty() {
            "api/v1".to_owned()
        } else {
            format!("apis/{}", resource.api_version())
        };
        paths[&path] = json!({"serverRelativeURL": format!("/openapi/v3/{path}")});
    }
    json!({"paths": paths})
}

/// The document of one group version: its paths, and the schemas of its kinds.
pub fn group_version(catalog: &Catalog, group: &str, version: &str) -> Option<Value> {
    let mut paths = json!({});
    let mut schemas = schemas::shared();
    for resource in catalog.iter().filter(|r| r.group == group && r.version == version) {
        let kind = json!({"group": group, "version": version, "kind": resource.kind});
        let root = if group.is_empty() {
            "/api/v1".to_owned()
        } else {
            format!("/apis/{group}/{version}")
        };
        let scope = if resource.namespaced { "/namespaces/{namespace}" } else { "" };
        let parameter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}});
        let write = json!({"x-kubernetes-group-version-kind": kind, "responses": {},
            "parameters": [parameter("dryRun"), parameter("fieldManager"), parameter("fieldValidation"), parameter("force")]});
        paths[format!("{root}{scope}/{}", resource.plural)] = json!({"post": write});
        paths[format!("{root}{scope}/{}/{{name}}", resource.plural)] = json!({"put": write, "patch": write,
            "get": {"x-kubernetes-group-version-kind": kind, "responses": {}}});
        let name = format!(
            "demo.{}.{version}.{}",
            if group.is_empty() { "core" } else { group },
            resource.kind
        );
        let mut schema = schemas::object(&resource.kind);
        schema["x-kubernetes-group-version-kind"] = json!([kind]);
        schemas[name] = schema;
    }
    (paths != json!({})).then(|| {
        json!({"openapi": "3.0.0", "info": {"title": "kx demo", "version": version}, "paths": paths, "components": {"schemas": schemas}})
    })
}
