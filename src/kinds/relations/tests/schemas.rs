//! Every field that the rules read is one that the resources really have, and so is every field of the objects.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::kinds::relations::entry::Key;
use crate::kinds::relations::health::HealthRule;
use crate::kinds::relations::path::Path;
use crate::kinds::relations::rule::Rule;
use crate::store::Relation;

/// What the fields of a resource have at a path, a node for each way to go; none where there is no such field.
fn at<'n>(node: &'n Value, path: &str) -> Vec<&'n Value> {
    if path.is_empty() || node == "any" {
        return vec![node];
    }
    if let Some(rest) = path.strip_prefix("[]") {
        return node.get(0).map(|item| at(item, rest)).unwrap_or_default();
    }
    let (key, rest) = match path.strip_prefix("['") {
        Some(quoted) => quoted.split_once("']").unwrap(),
        None => {
            let path = path.trim_start_matches('.');
            path.split_at(path.find(['.', '[']).unwrap_or(path.len()))
        }
    };
    let Value::Object(fields) = node else { return Vec::new() };
    let named = |name: &str| name.trim_end_matches('!') == key;
    let of_that_name = fields.iter().filter(|(name, _)| key == "*" || named(name));
    let found: Vec<&Value> = of_that_name.flat_map(|(_, below)| at(below, rest)).collect();
    match (found.is_empty(), fields.get("*"), fields.get("...")) {
        (true, Some(any_key), _) => at(any_key, rest),
        (true, None, Some(unknown)) => vec![unknown],
        _ => found,
    }
}

/// The same, from the object; its metadata are not written down.
fn within<'n>(fields: &'n Value, path: &Path) -> Vec<&'n Value> {
    static ANY: Value = Value::Null;
    let path = path.to_string();
    if path.starts_with("metadata") { vec![&ANY] } else { at(fields, &path) }
}

/// The fields that a rule reads besides its own.
fn others(rule: &Rule) -> impl Iterator<Item = &Path> {
    let when = rule.when.iter().map(|(path, _)| path);
    let when = when.chain(&rule.unless).chain(&rule.port);
    when.chain(&rule.namespace_from).chain(&rule.everywhere_if)
}

/// What is wrong with a link's field and with those that it names.
fn faults(fields: &Value, path: &Path, rule: &Rule) -> Vec<String> {
    let own = within(fields, path);
    if own.is_empty() {
        return vec![format!("{path} is no field")];
    }
    let mut faults = Vec::new();
    let selects = rule.every || rule.relation == Relation::Selects;
    let told = |node: &&Value| match node {
        Value::Object(_) => selects || !at(node, "name").is_empty(),
        Value::String(kind) => !matches!(kind.as_str(), "integer" | "number" | "boolean"),
        Value::Array(_) => false,
        _ => true,
    };
    if !own.iter().any(told) {
        faults.push(format!("{path} names nothing: it is {own:?}"));
    }
    for other in others(rule) {
        let found = match (other.relative, own.iter().find(|node| node.is_object())) {
            (false, _) => within(fields, other),
            (true, Some(reference)) => at(reference, &other.to_string()),
            (true, None) => {
                let whole = path.to_string();
                let holder = whole.rsplit_once('.').map_or("", |(holder, _)| holder);
                at(fields, &format!("{holder}{other}"))
            }
        };
        if found.is_empty() {
            faults.push(format!("{other}, which {path} needs, is no field"));
        }
    }
    faults
}

/// The fields that health reads and the resource does not have.
fn unhealthy(fields: &Value, rule: &HealthRule) -> Vec<String> {
    let paths = match rule {
        HealthRule::Field(field) => vec![field.at.to_string()],
        HealthRule::Conditions(conditions) => {
            let mut keys = vec!["type", "status"];
            keys.extend((!conditions.reasons.is_empty()).then_some("reason"));
            keys.into_iter().map(|key| format!("{}.{key}", conditions.at)).collect()
        }
    };
    let missing = paths.into_iter().filter(|path| at(fields, path).is_empty());
    missing.map(|path| format!("{path}, by which health is told, is no field")).collect()
}

#[test]
fn every_field_that_the_rules_read_exists() {
    let relations = Relations::of_the_house().unwrap();
    let mut links = 0;
    // By what the rules are about: how many resources it has, and how many of them have a fault.
    let mut found: BTreeMap<String, (usize, BTreeMap<String, usize>)> = BTreeMap::new();
    for (resource, fields) in &*SCHEMAS {
        let Some(rules) = relations.rules(resource) else { continue };
        let own = Key::Resource(resource.full_name().into_owned());
        // What is like another has that one's fields, but for those that came later.
        let about = match relations.entries.get(&own) {
            Some(entry) => entry.like.clone().unwrap_or_else(|| own.to_string()),
            None => resource.categories.join(", "),
        };
        let (resources, faulty) = found.entry(about).or_default();
        *resources += 1;
        links += rules.links.len();
        let of_links = rules.links.iter().flat_map(|(path, rule)| faults(fields, path, rule));
        let of_health = rules.health.iter().flat_map(|rule| unhealthy(fields, rule));
        for fault in of_links.chain(of_health) {
            *faulty.entry(fault).or_default() += 1;
        }
    }
    let mut wrong = Vec::new();
    for (about, (resources, faulty)) in &found {
        // A category has resources of several forms: each has what another of it need not have.
        let of_all = faulty.iter().filter(|(_, times)| *times == resources);
        wrong.extend(of_all.map(|(fault, _)| format!("{about}: {fault}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(links > 500, "only {links} links");
}

/// How a value differs from the fields that there are.
fn misfits(node: &Value, value: &Value, place: &str, out: &mut BTreeSet<String>) {
    let fits = match (node, value) {
        (Value::Object(fields), Value::Object(map)) => {
            for (key, below) in map {
                match at(node, &format!("['{key}']")).first() {
                    Some(field) => misfits(field, below, &format!("{place}.{key}"), out),
                    None => drop(out.insert(format!("{place}.{key} is no field"))),
                }
            }
            let required = fields.keys().filter_map(|key| key.strip_suffix('!'));
            let missing = required.filter(|key| !map.contains_key(*key));
            out.extend(missing.map(|key| format!("{place}.{key} is missing")));
            true
        }
        (Value::Array(fields), Value::Array(items)) => {
            items.iter().for_each(|item| misfits(&fields[0], item, &format!("{place}[]"), out));
            true
        }
        (Value::String(kind), value) => match kind.as_str() {
            "any" => true,
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" | "number" => value.is_number(),
            "int-or-string" => value.is_string() || value.is_number(),
            words => value.as_str().is_some_and(|v| words.split('|').any(|word| word.trim() == v)),
        },
        _ => false,
    };
    if !fits {
        out.insert(format!("{place} is {value}, not {node}"));
    }
}

#[test]
fn every_object_has_the_fields_of_its_resource() {
    let mut out = BTreeSet::new();
    for (resource, fields) in &*SCHEMAS {
        for object in of_kind(&OBJECTS, &resource.group, &resource.kind) {
            let mut object = object.clone();
            let map = object.as_object_mut().unwrap();
            let version = map.remove("apiVersion").unwrap();
            if version != format!("{}/{}", resource.group, resource.version) {
                out.insert(format!("{version} is not {}", resource.version));
            }
            let (_, metadata) = (map.remove("kind"), map.remove("metadata").unwrap());
            let place = format!("{} {}: ", resource.full_name(), metadata["name"]);
            misfits(fields, &object, &place, &mut out);
        }
    }
    assert!(out.is_empty(), "{out:#?}");
}
