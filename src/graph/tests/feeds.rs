//! Sources that overlap, end and begin anew.

use super::*;
use crate::store::{Change, Delta};

const A: SourceId = SourceId(0);
const B: SourceId = SourceId(1);

fn two() -> Graph {
    let mut graph = Graph::new(&Catalog::default());
    graph.open(A, &source("", "pods", Scope::All));
    graph.open(B, &source("", "pods", Scope::Namespaces(vec!["shop".into()])));
    graph
}

fn all(graph: &Graph) -> Vec<String> {
    names(graph, graph.nodes.iter().filter_map(|(slot, _)| graph.id(slot)))
}

#[test]
fn a_row_stays_while_any_source_has_it() {
    let mut graph = two();
    for id in [A, B] {
        graph.apply(id, &Delta::Batch(vec![Change::Put(row("shop", "p"))]));
    }
    graph.apply(B, &Delta::Batch(vec![Change::Remove(Uid::of_name("shop", "p"))]));
    graph.apply(B, &Delta::Batch(vec![Change::Remove(Uid::of_name("shop", "p"))]));
    assert_eq!(all(&graph), ["pod shop/p"]);
    graph.apply(B, &Delta::Reset(vec![row("shop", "p"), row("shop", "q")]));
    graph.apply(A, &Delta::Reset(Vec::new()));
    assert_eq!(all(&graph), ["pod shop/p", "pod shop/q"]);
    graph.close(B);
    graph.close(B);
    assert!(graph.is_empty());
    graph.apply(B, &Delta::Reset(vec![row("shop", "p")]));
    assert!(graph.is_empty(), "it is closed");
}

#[test]
fn a_name_taken_again_is_another_node() {
    let mut graph = two();
    graph.put(A, &row("shop", "p"));
    let old = graph.named("", "pods", "shop", "p").unwrap();
    graph.remove(A, Uid::of_name("shop", "p"));
    graph.put(A, &Row { uid: Uid::new("second"), ..row("shop", "p") });
    let new = graph.named("", "pods", "shop", "p").unwrap();
    assert!(old != new && graph.get(old).is_none());
    assert_eq!(graph.uses(old).count() + graph.used_by(old).count() + graph.below(old).len(), 0);
    graph.put(A, &Row { uid: Uid::new("second"), ..row("shop", "renamed") });
    assert_eq!(all(&graph), ["pod shop/renamed"]);
    graph.remove(A, Uid::new("second"));
    assert!(graph.is_empty());
}

#[test]
fn only_what_the_graph_keeps_counts_as_a_change() {
    let mut graph = two();
    let pod = || {
        let links = [name("nodes", "", "n"), name("nodes", "", "n"), selects("shop", "app=web")];
        labelled(linked(row("shop", "p"), links), &[("app", "web")])
    };
    graph.put(A, &pod());
    let before = graph.generation();
    graph.put(A, &Row { created: 9, ..pod() });
    graph.put(B, &pod());
    graph.set_freshness(A, &LOADING);
    graph.apply(A, &Delta::Columns(Arc::new([])));
    assert_eq!(graph.generation(), before);
    for changed in [
        Row { health: Health::Broken, ..pod() },
        labelled(pod(), &[]),
        Row { links: Box::default(), ..pod() },
    ] {
        let before = graph.generation();
        graph.put(A, &changed);
        assert!(graph.generation() > before);
    }
}

#[test]
fn nothing_is_left_of_what_is_gone() {
    let mut graph = two();
    let empty = graph.bytes();
    for round in 0..2 {
        let rows: Vec<Row> = (0..200)
            .map(|i| {
                let links =
                    [name("nodes", "", &format!("n{}", i % 7)), selects("shop", "a in (b,c)")];
                labelled(linked(row("shop", &format!("p{i}")), links), &[("i", &i.to_string())])
            })
            .collect();
        graph.reset(A, &rows);
        assert_eq!((graph.len(), graph.links()), (200, 8), "round {round}");
        assert!(graph.bytes() > empty);
        graph.reset(A, &[]);
        assert_eq!((graph.len(), graph.links()), (0, 0));
        assert_eq!(graph.groups.len(), 0);
    }
}
