//! The graph by scenario, and against a model that resolves everything from scratch.

mod broken;
mod feeds;
mod needs;
mod random;
mod relations;

use std::sync::Arc;

use super::{Edge, Graph, NodeId};
use crate::kinds::{Catalog, Resource};
use crate::store::{
    Freshness, Health, Link, Relation, Row, Scope, Selector, Source, SourceId, Str, Tally, To, Uid,
};

const LIVE: Freshness = Freshness::Live { limited_to: None };
const LOADING: Freshness = Freshness::Loading { received: 0, remaining: None };

fn resource(group: &str, plural: &str, kind: &str) -> Resource {
    Resource {
        group: group.into(),
        version: "v1".into(),
        plural: plural.into(),
        singular: kind.to_lowercase(),
        kind: kind.into(),
        ..Resource::default()
    }
}

fn source(group: &str, plural: &str, scope: Scope) -> Source {
    let resource = resource(group, plural, "").into();
    Source { cluster: "c".into(), resource, scope, labels: String::new(), fields: String::new() }
}

/// A graph that knows the usual kinds and watches these resources, all of them.
fn watching(resources: &[(&str, &str)]) -> Graph {
    let mut graph = Graph::new(&Catalog::default());
    for (i, (group, plural)) in resources.iter().enumerate() {
        graph.open(SourceId(i as u32), &source(group, plural, Scope::All));
        graph.set_freshness(SourceId(i as u32), &LIVE);
    }
    graph
}

fn row(namespace: &str, name: &str) -> Row {
    Row {
        uid: Uid::of_name(namespace, name),
        namespace: namespace.into(),
        name: name.into(),
        created: 0,
        health: Health::Ok,
        labels: Arc::new([]),
        cells: Box::default(),
        links: Box::default(),
    }
}

fn labelled(row: Row, labels: &[(&str, &str)]) -> Row {
    let mut labels: Vec<(Str, Str)> =
        labels.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    labels.sort();
    Row { labels: labels.into(), ..row }
}

fn linked(row: Row, links: impl IntoIterator<Item = Link>) -> Row {
    Row { links: links.into_iter().map(Arc::new).collect(), ..row }
}

fn link(relation: Relation, group: &str, resource: &str, to: To) -> Link {
    Link {
        relation,
        group: group.into(),
        resource: resource.into(),
        to,
        optional: false,
        needs: None,
    }
}

/// A reference by name.
fn name(resource: &str, namespace: &str, name: &str) -> Link {
    let to = To::Name { namespace: namespace.into(), name: name.into() };
    link(Relation::Uses, "", resource, to)
}

/// A reference to the controller of this namespace and name.
fn controller(group: &str, kind: &str, namespace: &str, name: &str) -> Link {
    let uid = Uid::of_name(namespace, name);
    let to = To::Uid { uid, namespace: namespace.into(), name: name.into() };
    link(Relation::Controller, group, kind, to)
}

/// A selector of pods.
fn selects(namespace: &str, selector: &str) -> Link {
    let selector = Arc::new(Selector::parse(selector).unwrap());
    let to = To::Labels { namespace: namespace.into(), namespaces: None, selector };
    link(Relation::Selects, "", "pods", to)
}

fn names(graph: &Graph, nodes: impl IntoIterator<Item = NodeId>) -> Vec<String> {
    let mut names: Vec<String> = nodes
        .into_iter()
        .filter_map(|id| graph.get(id))
        .map(|node| format!("{} {}/{}", node.singular(), node.namespace(), node.name()))
        .collect();
    names.sort();
    names
}

fn targets(graph: &Graph, edge: Edge<'_>) -> Vec<String> {
    names(graph, edge.targets())
}

/// Each row that uses another, with how.
fn users(graph: &Graph, node: NodeId) -> Vec<String> {
    let mut users: Vec<String> = graph
        .used_by(node)
        .flat_map(|edge| {
            let sources = names(graph, edge.sources());
            sources.into_iter().map(move |name| format!("{:?} by {name}", edge.relation()))
        })
        .collect();
    users.sort();
    users
}

/// Each row with a broken link, with why.
fn broken(graph: &Graph) -> Vec<String> {
    let mut broken: Vec<String> = graph
        .broken()
        .flat_map(|edge| {
            let why = edge.why().map(|why| why.to_string()).unwrap_or_default();
            names(graph, edge.sources()).into_iter().map(move |name| format!("{name}: {why}"))
        })
        .collect();
    broken.sort();
    assert_eq!(broken.len(), graph.broken_count());
    broken
}
