//! Reading a document: what of it helps somebody who writes an object, as small as that can be.

use serde_json::Value;

use super::{Document, Id, Node, Rest, Takes};

/// How deep schemas are read; structural schemas of CRDs stay far above it.
const DEEPEST: usize = 100;

pub(super) fn read(json: &[u8]) -> Result<Document, String> {
    let whole: Value = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let mut document = Document::default();
    let schemas = whole.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let id = document.add(schema, DEEPEST);
        document.names.insert(Box::from(name.as_str()), id);
        let kinds = schema["x-kubernetes-group-version-kind"].as_array();
        for kind in kinds.into_iter().flatten() {
            let word = |field: &str| kind[field].as_str().unwrap_or_default();
            let (group, version) = (word("group"), word("version"));
            let version =
                if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
            document.kinds.insert((version.into(), word("kind").into()), id);
        }
    }
    Ok(document)
}

impl Document {
    /// Takes a schema in; says which node it is.
    fn add(&mut self, schema: &Value, depth: usize) -> Id {
        let id = self.nodes.len() as Id;
        self.nodes.push(Node::default());
        let Some(depth) = depth.checked_sub(1) else { return id };
        let node = self.node(schema, depth);
        if let Some(place) = self.nodes.get_mut(id as usize) {
            *place = node;
        }
        id
    }

    fn node(&mut self, schema: &Value, depth: usize) -> Node {
        let text = |field: &str| Box::from(schema[field].as_str().unwrap_or_default());
        let flag = |field: &str| schema[field] == true;
        let mut node = Node {
            doc: text("description"),
            format: text("format"),
            to: reference(schema),
            takes: takes(schema),
            required: words(&schema["required"]),
            options: words(&schema["enum"]),
            default: schema.get("default").filter(|d| !d.is_null()).map(|d| d.to_string().into()),
            ..Node::default()
        };
        let fields = schema["properties"].as_object();
        for (name, field) in fields.into_iter().flatten() {
            let id = self.add(field, depth);
            node.fields.push((Box::from(name.as_str()), id));
        }
        node.fields.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        node.item = schema.get("items").map(|item| self.add(item, depth));
        node.rest = match schema.get("additionalProperties") {
            Some(Value::Object(of)) if !of.is_empty() => {
                Rest::Of(self.add(&schema["additionalProperties"], depth))
            }
            Some(Value::Object(_) | Value::Bool(true)) => Rest::Any,
            _ => Rest::Unsaid,
        };
        let open =
            flag("x-kubernetes-preserve-unknown-fields") || flag("x-kubernetes-embedded-resource");
        if open && node.rest == Rest::Unsaid {
            node.rest = Rest::Any;
        }
        node
    }
}

/// The name of the schema that a schema refers to, by itself or as the only part of a whole.
fn reference(schema: &Value) -> Option<Box<str>> {
    let name = |schema: &Value| {
        let path = schema["$ref"].as_str()?;
        Some(Box::from(path.strip_prefix("#/components/schemas/")?))
    };
    name(schema).or_else(|| schema["allOf"].as_array()?.iter().find_map(name))
}

/// What a value may be.
fn takes(schema: &Value) -> Takes {
    if schema["x-kubernetes-int-or-string"] == true || schema["format"] == "int-or-string" {
        return Takes::INTEGER.and(Takes::TEXT);
    }
    if let Some(name) = schema["type"].as_str() {
        return Takes::named(name);
    }
    for field in ["oneOf", "anyOf"] {
        let Some(ways) = schema[field].as_array() else { continue };
        // One way that says nothing takes anything.
        return ways
            .iter()
            .map(takes)
            .reduce(|a, b| match (a, b) {
                (Takes(0), _) | (_, Takes(0)) => Takes(0),
                (a, b) => a.and(b),
            })
            .unwrap_or_default();
    }
    Takes::default()
}

fn words(list: &Value) -> Vec<Box<str>> {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(Value::as_str).map(Box::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::Schema;
    use super::*;

    fn document() -> Document {
        let schemas = json!({
            "Deployment": {"type": "object", "x-kubernetes-group-version-kind": [{"group": "apps", "version": "v1", "kind": "Deployment"}],
                "properties": {
                    "spec": {"allOf": [{"$ref": "#/components/schemas/Spec"}], "default": {}, "description": "what is wanted"},
                    "metadata": {"$ref": "#/components/schemas/Meta"}}},
            "Meta": {"type": "object", "properties": {"labels": {"type": "object", "additionalProperties": {"type": "string", "default": ""}}}},
            "Spec": {"type": "object", "description": "a spec", "required": ["template"], "properties": {
                "replicas": {"type": "integer", "format": "int32"},
                "port": {"$ref": "#/components/schemas/IntOrString"},
                "ports": {"type": "array", "items": {"$ref": "#/components/schemas/IntOrString"}},
                "policy": {"type": "string", "enum": ["Always", "Never"]},
                "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                "crd": {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": true},
                "self": {"$ref": "#/components/schemas/Spec"},
                "circle": {"$ref": "#/components/schemas/A"},
                "lost": {"$ref": "#/components/schemas/Nowhere"}}},
            "A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"},
            "IntOrString": {"oneOf": [{"type": "integer"}, {"type": "string"}], "format": "int-or-string"},
        });
        Document::read(json!({"components": {"schemas": schemas}}).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn fields_are_found_through_references() {
        let document = document();
        let object = document.object("apps/v1", "Deployment").unwrap();
        let spec = object.field("spec").unwrap();
        assert_eq!((spec.doc(), spec.default()), ("what is wanted", Some("{}")));
        assert!(spec.requires("template") && !spec.requires("replicas"));
        let words = |name: &str| spec.field(name).map(Schema::words);
        let known = |words: &str| Some(words.to_owned());
        assert_eq!(words("replicas"), known("int32"));
        assert_eq!(words("port"), known("integer or string"));
        assert_eq!(words("crd"), known("integer or string"));
        assert_eq!(words("ports"), known("[]integer or string"));
        assert_eq!(words("self"), known("object"));
        assert_eq!((words("circle"), words("lost"), words("no")), (None, None, None));
        let labels = object.field("metadata").unwrap().field("labels").unwrap();
        assert_eq!(labels.words(), "map[string]string");
        assert!(labels.has("any") && !spec.has("any-other") && spec.has("circle"));
        assert!(spec.field("any").unwrap().has("what"));
        let deep = (0..1000).try_fold(spec, |at, _| at.field("self"));
        assert_eq!(deep.unwrap().doc(), "a spec");
        assert_eq!(
            spec.field("policy").unwrap().options().collect::<Vec<_>>(),
            ["Always", "Never"]
        );
        assert!(document.object("v1", "Deployment").is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Document::read(&bytes);
        }

        #[test]
        fn any_shape_is_read(
            kind in prop_oneof![Just(json!("object")), Just(json!(3)), Just(json!(null)), Just(json!(["a"]))],
            to in "(#/components/schemas/[AB]|x)?", items in any::<bool>(), rest in any::<bool>(),
        ) {
            let mut schema = json!({"type": kind, "$ref": to, "properties": {"a": {"$ref": to}, "b": 1}, "required": kind,
                "enum": [kind, "x"], "additionalProperties": if rest { json!({"$ref": to}) } else { kind.clone() },
                "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "A"}, kind]});
            if items {
                schema["items"] = schema.clone();
            }
            let whole = json!({"components": {"schemas": {"A": schema, "B": kind}}});
            let document = Document::read(whole.to_string().as_bytes()).unwrap();
            if let Some(schema) = document.object("v1", "A") {
                let _ = (schema.words(), schema.doc(), schema.item().map(Schema::words), schema.field("a").map(Schema::words));
                prop_assert!(schema.fields().count() <= 2);
            }
        }
    }
}
