//! What the Map does by steps on a large cluster.

use std::sync::Arc;

use super::super::work::STEP;
use super::*;
use crate::kinds::{Catalog, Resource};
use crate::store::{Freshness, Health, Link, Relation, Row, Scope, Source, SourceId, To, Uid};

/// The rows of this resource come to be known to a graph.
fn open(graph: &mut Graph, id: u32, plural: &str, kind: &str) {
    let resource = Resource { plural: plural.into(), kind: kind.into(), ..Resource::default() };
    let source = Source {
        cluster: "c".into(),
        resource: resource.into(),
        scope: Scope::All,
        labels: String::new(),
        fields: String::new(),
    };
    graph.open(SourceId(id), &source);
}

/// A graph of so many pods, which are all there.
fn graph(pods: usize) -> Graph {
    let mut graph = Graph::new(&Catalog::default());
    open(&mut graph, 0, "pods", "Pod");
    (0..pods).for_each(|i| graph.put(SourceId(0), &pod(&i.to_string())));
    graph.set_freshness(SourceId(0), &Freshness::Live { limited_to: None });
    graph
}

fn pod(name: &str) -> Row {
    Row {
        uid: Uid::of_name("ns", name),
        namespace: "ns".into(),
        name: name.into(),
        created: 0,
        health: Health::Ok,
        labels: Arc::new([]),
        cells: Box::default(),
        links: Box::default(),
    }
}

#[test]
fn no_step_counts_more_than_it_may() {
    const NODES: usize = 50;
    const PODS: usize = 400;
    let mut graph = Graph::new(&Catalog::default());
    open(&mut graph, 0, "pods", "Pod");
    open(&mut graph, 1, "nodes", "Node");
    for node in 0..NODES {
        let name = format!("n{node}");
        let row = Row { namespace: "".into(), ..pod(&name) };
        graph.put(SourceId(1), &row);
        let runs = Arc::new(Link {
            relation: Relation::RunsOn,
            group: "".into(),
            resource: "nodes".into(),
            to: To::Name { namespace: "".into(), name: name.as_str().into() },
            optional: false,
            needs: None,
        });
        for i in 0..PODS {
            let pod = pod(&format!("{name}-{i}"));
            graph.put(SourceId(0), &Row { links: [Arc::clone(&runs)].into(), ..pod });
        }
    }
    for id in [0, 1] {
        graph.set_freshness(SourceId(id), &Freshness::Live { limited_to: None });
    }
    let mut page = MapPage::new(View::Nodes);
    let (mut steps, mut before) = (0, None);
    loop {
        page.settle(&graph, 0, 100);
        let looked = page.looked;
        if let Some(before) = before {
            assert!(looked - before <= STEP + PODS, "{looked} after {before}");
        } else {
            // The first lays out as well: a line for each node, and one for their zone.
            assert!(looked <= NODES + 1 + STEP + PODS, "{looked}");
        }
        (steps, before) = (steps + 1, Some(looked));
        if page.busy().is_none() {
            break;
        }
        assert_eq!(page.busy(), Some("counting"));
        assert!(steps < 100, "it never ends");
    }
    assert!(steps > 10, "{steps} steps");
    let total = |line: &Line| page.weight(line).map(|weight| weight.leaves.total());
    assert_eq!(page.lines().len(), NODES + 1);
    assert_eq!(total(&page.lines()[0]), Some(NODES * PODS), "the zone");
    assert!(page.lines()[1..].iter().all(|line| total(line) == Some(PODS)));
    // What was counted is shown until it is counted anew.
    graph.put(SourceId(0), &pod("more"));
    page.settle(&graph, 9, 100);
    assert_eq!(page.busy(), Some("counting"));
    assert_eq!(page.weight(&page.lines()[0]).map(|w| w.leaves.total()), Some(NODES * PODS));
}

#[test]
fn what_is_typed_is_looked_for_by_steps() {
    let graph = graph(3 * STEP);
    let mut page = MapPage::new(View::Workloads);
    page.settle(&graph, 0, 20);
    page.set_open(page.lines()[0].key, true);
    page.settle(&graph, 0, 20);
    assert!(page.lines().len() > 3 * STEP);
    let last = page.lines().len() - 1;
    let name = page.lines()[last].item.words(&graph).1;
    page.type_search(&format!(r"\b{name}$"), &graph);
    assert_eq!((page.busy(), page.cursor()), (Some("searching"), 0));
    let mut steps = 1;
    while page.busy().is_some() {
        page.scan_on(&graph);
        steps += 1;
    }
    assert_eq!((steps, page.cursor()), (4, last));
    page.type_search("nowhere", &graph);
    (0..4).for_each(|_| page.scan_on(&graph));
    assert_eq!((page.busy(), page.cursor()), (None, last), "it stays where it was");
}

#[test]
fn a_large_cluster_that_never_rests_is_followed_all_the_same() {
    let mut graph = graph(2 * A_SECOND);
    let mut page = MapPage::new(View::Workloads);
    page.settle(&graph, 0, 20);
    let total = |page: &MapPage| {
        page.line().and_then(|line| page.weight(line)).map(|weight| weight.leaves.total())
    };
    assert_eq!(total(&page), Some(2 * A_SECOND));
    for second in 0..4 {
        graph.put(SourceId(0), &pod(&format!("more-{second}")));
        page.settle(&graph, second, 20);
        page.settle(&graph, second, 20);
    }
    assert_eq!(total(&page), Some(2 * A_SECOND + 4), "after three seconds it is due");
}
