//! Who uses, owns and selects whom.

use super::*;

const PODS: SourceId = SourceId(0);
const SETS: SourceId = SourceId(1);
const DEPLOYMENTS: SourceId = SourceId(2);
const SERVICES: SourceId = SourceId(3);

fn shop() -> Graph {
    let mut graph = watching(&[
        ("", "pods"),
        ("apps", "replicasets"),
        ("apps", "deployments"),
        ("", "services"),
    ]);
    // The rows that refer come before those that they refer to.
    for (set, n, health) in [("web-1", 2, Health::Ok), ("web-2", 1, Health::Broken)] {
        for i in 0..n {
            let pod = labelled(row("shop", &format!("{set}-{i}")), &[("app", "web")]);
            let pod = linked(pod, [controller("apps", "ReplicaSet", "shop", set)]);
            graph.put(PODS, &Row { health, ..pod });
        }
        let links = [controller("apps", "Deployment", "shop", "web"), selects("shop", "app=web")];
        graph.put(SETS, &linked(row("shop", set), links));
    }
    graph.put(DEPLOYMENTS, &linked(row("shop", "web"), [selects("shop", "app=web")]));
    graph.put(SERVICES, &linked(row("shop", "front"), [selects("shop", "app=web")]));
    graph
}

#[test]
fn owners_are_found_by_uid_whichever_came_first() {
    let graph = shop();
    let web = graph.named("apps", "deployments", "shop", "web").unwrap();
    assert_eq!(names(&graph, graph.owned(web)), ["replicaset shop/web-1", "replicaset shop/web-2"]);
    assert_eq!(graph.owned_count(web), 2);
    let pod = graph.find("", "pods", Uid::of_name("shop", "web-1-0")).unwrap();
    let set = graph.controller(pod).unwrap();
    assert_eq!(names(&graph, [set]), ["replicaset shop/web-1"]);
    assert_eq!(names(&graph, graph.owners(set)), ["deployment shop/web"]);
    assert_eq!(graph.controller(web), None);
}

#[test]
fn what_selects_a_row_uses_it() {
    let graph = shop();
    let pod = graph.named("", "pods", "shop", "web-2-0").unwrap();
    assert_eq!(
        users(&graph, pod),
        [
            "Selects by deployment shop/web",
            "Selects by replicaset shop/web-1",
            "Selects by replicaset shop/web-2",
            "Selects by service shop/front",
        ]
    );
    let front = graph.named("", "services", "shop", "front").unwrap();
    let edge = graph.uses(front).next().unwrap();
    assert_eq!((edge.target_count(), edge.source_count()), (3, 4), "all four say the same");
    assert_eq!(targets(&graph, edge)[0], "pod shop/web-1-0");
}

#[test]
fn a_tree_follows_controllers_before_selectors() {
    let graph = shop();
    let set = graph.named("apps", "replicasets", "shop", "web-2").unwrap();
    assert_eq!(names(&graph, graph.below(set)), ["pod shop/web-2-0"], "its labels fit all three");
    let web = graph.named("apps", "deployments", "shop", "web").unwrap();
    let tally = graph.tally(web);
    assert_eq!((tally.total(), tally.get(Health::Broken)), (5, 1));
    assert_eq!(tally.worst(), Some(Health::Broken));
    let front = graph.named("", "services", "shop", "front").unwrap();
    assert_eq!(graph.tally(front).total(), 3, "a service controls nothing");
    let mut other = shop();
    let links = [controller("apps", "Deployment", "shop", "other")];
    other.put(SETS, &linked(row("shop", "web-2"), links));
    let web = other.named("apps", "deployments", "shop", "web").unwrap();
    let below = names(&other, other.below(web));
    assert_eq!(below, ["pod shop/web-1-0", "pod shop/web-1-1", "replicaset shop/web-1"]);
}

#[test]
fn a_circle_ends() {
    let mut graph = watching(&[("apps", "deployments")]);
    for (name, owner) in [("a", "b"), ("b", "c"), ("c", "a"), ("d", "d")] {
        let links = [controller("apps", "Deployment", "shop", owner)];
        graph.put(SourceId(0), &linked(row("shop", name), links));
    }
    let a = graph.named("apps", "deployments", "shop", "a").unwrap();
    assert_eq!(graph.below(a).len(), 2);
    let d = graph.named("apps", "deployments", "shop", "d").unwrap();
    assert_eq!((graph.below(d).len(), graph.controller(d)), (0, Some(d)));
    assert_eq!(graph.tally(d).total(), 0);
}

#[test]
fn groups_and_namespaces_are_exact() {
    let mut graph =
        watching(&[("", "pods"), ("apps", "replicasets"), ("example.org", "replicasets")]);
    let namesake = Row { uid: Uid::of_name("", "other"), ..row("shop", "web") };
    graph.put(SourceId(1), &row("shop", "web"));
    graph.put(SourceId(2), &Row { uid: Uid::of_name("shop", "web"), ..namesake });
    graph.put(SourceId(1), &row("lab", "web"));
    let by_name = Link { group: "apps".into(), ..name("ReplicaSet", "shop", "web") };
    let links = [controller("apps", "ReplicaSet", "shop", "web"), by_name];
    graph.put(SourceId(0), &linked(row("shop", "web-0"), links));
    let pod = graph.named("", "pods", "shop", "web-0").unwrap();
    for edge in graph.uses(pod) {
        assert_eq!(edge.target_count(), 1);
        let found = edge.targets().next().and_then(|id| graph.get(id)).unwrap();
        assert_eq!((found.group(), found.plural()), ("apps", "replicasets"));
        assert_eq!(&**found.namespace(), "shop");
    }
    let other = graph.named("example.org", "replicasets", "shop", "web").unwrap();
    assert_eq!(graph.used_by(other).count(), 0);
    assert_eq!(graph.find("", "replicasets", Uid::of_name("shop", "web")), None);
}

#[test]
fn a_kind_and_its_plural_are_one_also_when_discovery_comes_late() {
    let mut graph = Graph::new(&Catalog::default());
    let certificates = source("cert.io", "certificates", Scope::All);
    graph.open(SourceId(0), &source("", "pods", Scope::All));
    let owner = controller("cert.io", "Certificate", "shop", "tls");
    let by_name = Link { group: "cert.io".into(), ..name("certificates", "shop", "tls") };
    graph.put(SourceId(0), &linked(row("shop", "p"), [owner, by_name]));
    graph.open(SourceId(1), &certificates);
    graph.set_freshness(SourceId(1), &LIVE);
    graph.put(SourceId(1), &row("shop", "tls"));
    let tls = graph.named("cert.io", "certificates", "shop", "tls").unwrap();
    assert_eq!(users(&graph, tls), ["Uses by pod shop/p"]);
    let before = graph.generation();
    graph.learn(&Catalog::new([resource("cert.io", "certificates", "Certificate")]));
    assert!(graph.generation() > before);
    let both = ["Controller by pod shop/p", "Uses by pod shop/p"];
    assert_eq!(users(&graph, tls), both);
    graph.remove(SourceId(1), Uid::of_name("shop", "tls"));
    assert_eq!(
        broken(&graph),
        ["pod shop/p: no certificate tls in shop", "pod shop/p: no certificate tls in shop"]
    );
}

#[test]
fn a_selector_goes_by_the_labels_of_the_namespaces() {
    const NAMESPACES: SourceId = SourceId(1);
    let mut graph = watching(&[("", "pods"), ("", "namespaces"), ("", "services")]);
    let parse = |text: &str| Arc::new(Selector::parse(text).unwrap());
    let to = To::Labels {
        namespace: "".into(),
        namespaces: Some(parse("team=shop")),
        selector: parse("app=web"),
    };
    let by = linked(row("tools", "by"), [link(Relation::Selects, "", "pods", to)]);
    graph.put(SourceId(2), &by);
    for namespace in ["front", "back"] {
        graph.put(PODS, &labelled(row(namespace, "web"), &[("app", "web")]));
        graph.put(PODS, &labelled(row(namespace, "db"), &[("app", "db")]));
    }
    let reached = |graph: &Graph| {
        let edge = graph.uses(graph.named("", "services", "tools", "by").unwrap()).next().unwrap();
        assert_eq!(edge.target_count(), edge.targets().count());
        targets(graph, edge)
    };
    let nothing =
        "service tools/by: selects nothing: no pod in a namespace with team=shop has app=web";
    assert_eq!(reached(&graph), [""; 0], "no namespace is there");
    assert_eq!(broken(&graph), [nothing]);
    graph.put(NAMESPACES, &labelled(row("", "back"), &[("team", "shop")]));
    graph.put(NAMESPACES, &labelled(row("", "front"), &[("team", "tools")]));
    assert_eq!(reached(&graph), ["pod back/web"]);
    let web = graph.named("", "pods", "back", "web").unwrap();
    assert_eq!(users(&graph, web), ["Selects by service tools/by"]);
    assert_eq!(users(&graph, graph.named("", "pods", "front", "web").unwrap()), [""; 0]);
    assert_eq!(broken(&graph), [""; 0]);
    // The labels of namespaces change, and a pod comes and goes.
    graph.put(NAMESPACES, &labelled(row("", "front"), &[("team", "shop")]));
    assert_eq!(reached(&graph), ["pod back/web", "pod front/web"]);
    graph.put(NAMESPACES, &row("", "back"));
    assert_eq!(reached(&graph), ["pod front/web"]);
    graph.remove(PODS, Uid::of_name("front", "web"));
    assert_eq!(broken(&graph), [nothing]);
    graph.put(PODS, &labelled(row("front", "web"), &[("app", "web")]));
    assert_eq!(broken(&graph), [""; 0]);
    graph.remove(NAMESPACES, Uid::of_name("", "front"));
    assert_eq!(broken(&graph), [nothing]);
    graph.set_freshness(NAMESPACES, &LOADING);
    assert_eq!(broken(&graph), [""; 0], "who does not know the namespaces claims nothing");
}
