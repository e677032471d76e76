//! What the rules of the house find, what a person's file changes, and that nothing breaks them.

mod coverage;
mod files;
mod found;
mod random;
mod schemas;

use std::path::Path as FilePath;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::Relations;
use crate::kinds::table::bare;
use crate::kinds::{Catalog, Resource};
use crate::store::{Interner, Link, Row, To};
use crate::wire::WholeObject;

/// The folder of the objects that are also tried on a real API server.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/custom");

/// The custom resources of the objects with their fields, as the folder's `schemas` list them.
static SCHEMAS: LazyLock<Vec<(Resource, Value)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(FilePath::new(FOLDER).join("schemas")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let resources: Map<String, Value> = serde_yaml::from_str(&text).unwrap();
        all.extend(resources.into_iter().map(|(head, fields)| (resource(&head), fields)));
    }
    all
});

/// The resource of a line that stands before its fields.
fn resource(head: &str) -> Resource {
    let words: Vec<&str> = head.split(' ').collect();
    let [name, version, kind, scope, more @ ..] = words.as_slice() else { panic!("{head}") };
    let (plural, group) = name.split_once('.').unwrap();
    Resource {
        group: group.into(),
        version: (*version).into(),
        plural: plural.into(),
        singular: kind.to_lowercase(),
        kind: (*kind).into(),
        namespaced: *scope == "Namespaced",
        categories: more.iter().filter(|w| !w.starts_with('+')).map(|&w| w.to_owned()).collect(),
        ..Resource::default()
    }
}

fn catalog() -> Catalog {
    Catalog::new(SCHEMAS.iter().map(|(resource, _)| resource.clone()))
}

/// Every object of the folder.
static OBJECTS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(FOLDER).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|x| x == "yaml") {
            let list: Value =
                serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            all.extend(list["items"].as_array().unwrap().iter().cloned());
        }
    }
    all
});

/// The objects of a Kind of a group.
fn of_kind<'o>(objects: &'o [Value], group: &str, kind: &str) -> Vec<&'o Value> {
    let is = |object: &&Value| {
        let version = object["apiVersion"].as_str().unwrap();
        let found = version.split_once('/').map_or("", |(group, _)| group);
        found == group && object["kind"] == kind
    };
    objects.iter().filter(is).collect()
}

/// One object of the folder.
fn object(group: &str, kind: &str, name: &str) -> Value {
    let found = of_kind(&OBJECTS, group, kind).into_iter().find(|o| o["metadata"]["name"] == name);
    found.unwrap_or_else(|| panic!("no {kind} {name}")).clone()
}

/// The row of an object with what the relations find in it.
fn row(relations: &Relations, resource: &Resource, object: &Value) -> Row {
    let mut interner = Interner::default();
    let whole: WholeObject = serde_json::from_value(object.clone()).unwrap();
    let mut row = bare(&whole.partial.metadata, &mut interner);
    if let Some(rules) = relations.rules(resource) {
        rules.apply(&whole.value, &mut row, &mut interner);
    }
    row
}

/// A link in words: `uses secrets app/tls`, with a `?` where nothing need be there.
fn words(link: &Link) -> String {
    let group = if link.group.is_empty() { String::new() } else { format!(".{}", link.group) };
    let place = |namespace: &str| {
        if namespace.is_empty() { String::new() } else { format!("{namespace}/") }
    };
    let to = match &link.to {
        To::Uid { namespace, name, .. } | To::Name { namespace, name } => {
            format!("{}{name}", place(namespace))
        }
        To::Labels { namespaces: Some(namespaces), selector, .. } => {
            format!("[{namespaces}]/[{selector}]")
        }
        To::Labels { namespace, selector, .. } => format!("{}[{selector}]", place(namespace)),
    };
    let optional = if link.optional { "?" } else { "" };
    format!("{} {}{group} {to}{optional}", link.relation.words(), link.resource)
}
