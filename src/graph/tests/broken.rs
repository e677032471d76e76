//! What is found broken, and what is not.

use super::*;

const PODS: SourceId = SourceId(0);
const OTHERS: SourceId = SourceId(1);

#[test]
fn a_name_that_nothing_has_is_broken_until_something_has_it() {
    let mut graph = watching(&[("", "pods"), ("", "secrets")]);
    let pod = linked(row("shop", "p"), [name("secrets", "shop", "tls")]);
    graph.put(PODS, &pod);
    graph.put(OTHERS, &row("lab", "tls"));
    assert_eq!(broken(&graph), ["pod shop/p: no secret tls in shop"]);
    graph.put(OTHERS, &row("shop", "tls"));
    assert_eq!(broken(&graph), [""; 0]);
    graph.remove(OTHERS, Uid::of_name("shop", "tls"));
    assert_eq!(graph.broken_count(), 1);
    graph.put(PODS, &row("shop", "p"));
    assert_eq!((graph.broken_count(), graph.links()), (0, 0));
}

#[test]
fn a_uid_that_nothing_has_is_broken_even_if_its_name_is_there() {
    let mut graph = watching(&[("", "pods"), ("apps", "replicasets")]);
    let pod =
        |name, set| linked(row("shop", name), [controller("apps", "ReplicaSet", "shop", set)]);
    graph.put(PODS, &pod("a", "gone"));
    graph.put(PODS, &pod("b", "web"));
    graph.put(OTHERS, &Row { uid: Uid::new("made anew"), ..row("shop", "web") });
    assert_eq!(
        broken(&graph),
        [
            "pod shop/a: no replicaset gone in shop",
            "pod shop/b: the replicaset web it means is gone, another has its name",
        ]
    );
}

#[test]
fn a_selector_that_selects_nothing_is_broken() {
    let mut graph = watching(&[("", "pods"), ("", "services")]);
    let web = |name| labelled(row("shop", name), &[("app", "web")]);
    graph.put(OTHERS, &linked(row("shop", "web"), [selects("shop", "app=web")]));
    graph.put(OTHERS, &linked(row("shop", "all"), [selects("shop", "")]));
    let web_selects_nothing = "service shop/web: selects nothing: no pod in shop has app=web";
    let both = ["service shop/all: selects nothing: no pod in shop", web_selects_nothing];
    assert_eq!(broken(&graph), both);
    graph.put(PODS, &labelled(row("lab", "a"), &[("app", "web")]));
    assert_eq!(broken(&graph), both, "another namespace");
    graph.put(PODS, &web("a"));
    graph.put(PODS, &web("b"));
    graph.remove(PODS, Uid::of_name("shop", "a"));
    assert_eq!(broken(&graph), [""; 0]);
    graph.put(PODS, &labelled(row("shop", "b"), &[("app", "db")]));
    assert_eq!(broken(&graph), [web_selects_nothing]);
    graph.put(PODS, &web("b"));
    assert_eq!(broken(&graph), [""; 0]);
}

#[test]
fn what_nobody_watches_completely_is_unknown() {
    let mut graph = watching(&[("", "pods")]);
    let links = [name("secrets", "shop", "tls"), name("secrets", "lab", "tls")];
    graph.put(PODS, &linked(row("shop", "p"), links));
    let all = source("", "secrets", Scope::All);
    let unknown = |graph: &Graph| {
        let pod = graph.named("", "pods", "shop", "p").unwrap();
        graph.uses(pod).filter(|edge| matches!(edge.reach(), super::super::Reach::Unknown)).count()
    };
    assert_eq!((graph.broken_count(), unknown(&graph)), (0, 2), "nobody watches secrets");
    graph.open(OTHERS, &all);
    graph.set_freshness(OTHERS, &LOADING);
    assert_eq!((graph.broken_count(), unknown(&graph)), (0, 2), "they are on their way");
    let limited_to = Some(Arc::from([Str::from("shop")]));
    graph.set_freshness(OTHERS, &Freshness::Live { limited_to });
    assert_eq!((graph.broken_count(), unknown(&graph)), (1, 1), "only one namespace may be read");
    graph.set_freshness(OTHERS, &LIVE);
    assert_eq!((graph.broken_count(), unknown(&graph)), (2, 0));
    assert!(graph.is_complete("", "secrets", ""));
    let stale = Freshness::Stale { since: 0, why: "cut".into(), retry_at: None };
    graph.set_freshness(OTHERS, &stale);
    assert_eq!((graph.broken_count(), unknown(&graph)), (0, 2), "they may have come meanwhile");
    graph.close(OTHERS);
    let some = Source { fields: "type=Opaque".into(), ..all };
    graph.open(OTHERS, &some);
    graph.set_freshness(OTHERS, &LIVE);
    assert_eq!((graph.broken_count(), unknown(&graph)), (0, 2), "only some are watched");
}

#[test]
fn an_optional_link_may_lead_nowhere() {
    let mut graph = watching(&[("", "pods"), ("", "configmaps")]);
    let optional = Link { optional: true, ..name("configmaps", "shop", "extra") };
    graph.put(PODS, &linked(row("shop", "p"), [optional]));
    assert_eq!(broken(&graph), [""; 0]);
    graph.put(PODS, &linked(row("shop", "q"), [name("configmaps", "shop", "extra")]));
    assert_eq!(broken(&graph), ["pod shop/q: no configmap extra in shop"]);
    graph.put(OTHERS, &row("shop", "extra"));
    let extra = graph.named("", "configmaps", "shop", "extra").unwrap();
    assert_eq!(users(&graph, extra), ["Uses by pod shop/p", "Uses by pod shop/q"]);
}

#[test]
fn a_missing_node_is_told_without_a_namespace() {
    let mut graph = watching(&[("", "pods"), ("", "nodes")]);
    graph.put(PODS, &linked(row("shop", "p"), [name("nodes", "", "n7")]));
    assert_eq!(broken(&graph), ["pod shop/p: no node n7"]);
}
