//! Definitions of the custom resources of `custom/schemas`: they have the fields that their projects' own definitions have there, and no others.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

/// Every definition, ready to be created. `custom/README.md` says what the files look like.
pub fn all(folder: &Path) -> Vec<Value> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let resources: Map<String, Value> = serde_yaml::from_str(&text).unwrap();
        all.extend(resources.iter().map(|(head, fields)| definition(head, fields)));
    }
    all
}

/// Whether the status is a resource of its own: what creates an object cannot set it then.
pub fn has_status(definition: &Value, object: &Value) -> bool {
    let spec = &definition["spec"];
    let version = &spec["versions"][0];
    let of = format!("{}/{}", spec["group"].as_str().unwrap(), version["name"].as_str().unwrap());
    object["apiVersion"] == of
        && object["kind"] == spec["names"]["kind"]
        && version["subresources"]["status"].is_object()
}

fn definition(head: &str, fields: &Value) -> Value {
    let words: Vec<&str> = head.split(' ').collect();
    let [name, version, kind, scope, more @ ..] = words.as_slice() else { panic!("{head}") };
    let (plural, group) = name.split_once('.').unwrap();
    let status = more.contains(&"+status");
    let categories: Vec<&&str> = more.iter().filter(|word| **word != "+status").collect();
    let subresources = if status { json!({"status": {}}) } else { json!({}) };
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        // Groups of Kubernetes itself must say who approved them.
        "metadata": {"name": name, "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"}},
        "spec": {"group": group, "scope": scope,
            "names": {"plural": plural, "singular": kind.to_lowercase(), "kind": kind, "categories": categories},
            "versions": [{"name": version, "served": true, "storage": true, "subresources": subresources,
                "schema": {"openAPIV3Schema": schema(fields)}}]},
    })
}

/// What a node of the files means in a definition.
fn schema(node: &Value) -> Value {
    match node {
        Value::Array(items) => json!({"type": "array", "items": schema(&items[0])}),
        Value::Object(fields) => object(fields),
        Value::String(word) => match word.as_str() {
            "any" => json!({"x-kubernetes-preserve-unknown-fields": true}),
            "int-or-string" => json!({"x-kubernetes-int-or-string": true}),
            words if words.contains('|') => {
                let words: Vec<&str> = words.split('|').map(str::trim).collect();
                json!({"type": "string", "enum": words})
            }
            name => json!({"type": name}),
        },
        other => panic!("{other} is no type"),
    }
}

fn object(fields: &Map<String, Value>) -> Value {
    let mut schema = json!({"type": "object"});
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (name, node) in fields {
        match name.as_str() {
            "..." => schema["x-kubernetes-preserve-unknown-fields"] = true.into(),
            "*" => schema["additionalProperties"] = self::schema(node),
            name => {
                let plain = name.trim_end_matches('!');
                if plain != name {
                    required.push(plain);
                }
                properties.insert(plain.to_owned(), self::schema(node));
            }
        }
    }
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if !properties.is_empty() {
        schema["properties"] = Value::Object(properties);
    }
    schema
}
