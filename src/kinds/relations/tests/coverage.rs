//! Every rule of the house is exercised by an object, and every custom resource that has rules by some.

use std::collections::BTreeMap;

use super::*;
use crate::kinds::relations::Rules;
use crate::kinds::relations::entry::{Key, Part};
use crate::kinds::relations::path::Path;
use crate::kinds::relations::rule::Rule;

/// How many links one rule alone finds in the objects.
fn hits(resource: &Resource, path: &Path, rule: &Rule, objects: &[&Value]) -> usize {
    let scopes = &Relations::built_in().scopes;
    let rules = Rules {
        links: vec![(path.clone(), rule.clone())],
        health: Vec::new(),
        group: resource.group.clone(),
        scopes: scopes.clone(),
    };
    let mut interner = Interner::default();
    let of = |object: &&Value| {
        let whole: WholeObject = serde_json::from_value((*object).clone()).unwrap();
        let mut row = bare(&whole.partial.metadata, &mut interner);
        rules.apply(object, &mut row, &mut interner);
        row.links.len()
    };
    objects.iter().map(of).sum()
}

#[test]
fn every_rule_is_exercised() {
    let relations = Relations::of_the_house().unwrap();
    let catalog = catalog();
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for (key, entry) in &relations.entries {
        for (path, _) in entry.parts() {
            found.entry(format!("{key}: {path}")).or_default();
        }
        let resources: Vec<&Resource> = match key {
            Key::Shape(_) => continue,
            Key::Category(name) => catalog.category(name).map(|r| &**r).collect(),
            Key::Resource(name) => {
                let is = |r: &&Resource| r.full_name() == name.as_str();
                catalog.iter().map(|r| &**r).filter(is).collect()
            }
        };
        assert!(!resources.is_empty(), "{key}: schemas has none");
        for resource in resources {
            let of_kind = of_kind(&OBJECTS, &resource.group, &resource.kind);
            assert!(!of_kind.is_empty(), "{key}: no object");
            for (path, part) in entry.parts() {
                let whole = format!("{key}: {path}");
                match part {
                    Part::Rule(rule) => {
                        *found.entry(whole).or_default() += hits(resource, path, rule, &of_kind);
                    }
                    Part::Shape(name) => {
                        let shape = &relations.entries[&Key::Shape(name.clone())];
                        for (below, part) in shape.parts() {
                            let Part::Rule(rule) = part else { continue };
                            let hits = hits(resource, &path.then(below), rule, &of_kind);
                            *found.entry(whole.clone()).or_default() += hits;
                            *found.entry(format!("shape:{name}: {below}")).or_default() += hits;
                        }
                    }
                }
            }
        }
    }
    let never: Vec<&String> =
        found.iter().filter(|(_, n)| **n == 0).map(|(rule, _)| rule).collect();
    assert!(never.is_empty(), "no object exercises {never:#?}");
    assert!(found.len() > 250, "only {} rules", found.len());
}

#[test]
fn every_health_says_something() {
    let relations = Relations::of_the_house().unwrap();
    let catalog = catalog();
    let mut said = BTreeMap::new();
    for resource in catalog.iter() {
        let Some(rules) = relations.rules(resource) else { continue };
        for object in of_kind(&OBJECTS, &resource.group, &resource.kind) {
            if let Some(health) = rules.health(object) {
                said.entry(health).or_insert_with(Vec::new).push(resource.full_name().into_owned());
            }
        }
    }
    assert_eq!(said.len(), 4, "ok, changing, warning, broken: {said:?}");
}

#[test]
fn cluster_scoped_resources_are_said_to_be() {
    let relations = Relations::of_the_house().unwrap();
    for resource in catalog().iter() {
        let people_define_it = resource.group.ends_with("example.org");
        for word in [&resource.plural, &resource.kind] {
            let said = relations.scopes.is_cluster(&resource.group, word);
            assert!(said != resource.namespaced || people_define_it, "{}", resource.full_name());
        }
    }
}
