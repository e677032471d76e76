//! Down to what belongs to a row, back as it was left, up to its owner; views and their history.

use std::sync::Arc;

use kx::app::{ClusterNews, Msg};
use kx::kinds::{Catalog, Resource};
use serde_json::json;

use crate::support::{World, triples};

#[test]
fn down_and_back() {
    triples(&[
        (
            r#": "deploy shop" enter j"#,
            "enter",
            "deployments › web › replicasets (shop): >web-1 web-2",
        ),
        (
            r#": "deploy shop" enter j"#,
            "enter enter",
            "deployments › web › replicasets › web-1 › pods (shop): >web-1-a web-1-b",
        ),
        (
            r#": "deploy shop" enter j enter enter j"#,
            "enter",
            "deployments › web › replicasets › web-1 › pods › web-1-b › containers (shop): >main proxy",
        ),
        (
            r#": "deploy shop" enter j enter enter"#,
            "esc",
            "deployments › web › replicasets (shop): >web-1 web-2",
        ),
        (r#": "deploy shop" enter j enter enter"#, "esc esc", "deployments (shop): db >web"),
        (r#": "deploy shop" enter j enter enter"#, "q q", "deployments (shop): db >web"),
        (r#": "no" enter"#, "enter", "nodes › n1 › pods (all): >dns db-1-a web-1-a"),
        (
            r#": "namespaces" enter j j"#,
            "enter",
            "namespaces › shop › pods (shop): >db-1-a web-1-a web-1-b",
        ),
        (r#": "svc" enter j"#, "enter", "services › web › pods (shop): >web-1-a web-1-b"),
        ("G / \"web\" enter", "enter esc", "pods (all) /web: web-1-a >web-1-b"),
    ]);
}

#[test]
fn a_service_without_selector_says_so() {
    let mut world = World::new();
    world.press(r#": "svc" enter enter"#);
    assert_eq!(world.screen(), "services (all): >outside web");
    assert!(world.said().contains("no selector"), "{}", world.said());
}

#[test]
fn a_selector_that_asks_for_nothing_selects_the_whole_namespace() {
    let mut world = World::new();
    let policies = Resource {
        group: "networking.k8s.io".into(),
        version: "v1".into(),
        plural: "networkpolicies".into(),
        kind: "NetworkPolicy".into(),
        namespaced: true,
        ..Resource::default()
    };
    let usual = Catalog::default();
    let all = usual.iter().map(|resource| resource.as_ref().clone()).chain([policies]);
    let catalog = ClusterNews::Catalog(Arc::new(Catalog::new(all)));
    world.tell(Msg::Cluster("lab".into(), catalog));
    let meta = json!({"namespace": "shop", "name": "deny", "uid": "deny"});
    world.put("networkpolicies", json!({"metadata": meta, "spec": {"podSelector": {}}}));
    world.press(r#": "networkpolicies" enter enter"#);
    assert_eq!(world.screen(), "networkpolicies › deny › pods (shop): >db-1-a web-1-a web-1-b");
}

#[test]
fn from_a_gateway_class_to_its_gateways_and_their_routes_in_any_namespace() {
    let mut world = World::new();
    let served = |plural: &str, kind: &str, namespaced| Resource {
        group: "gateway.networking.k8s.io".into(),
        version: "v1".into(),
        plural: plural.into(),
        kind: kind.into(),
        namespaced,
        ..Resource::default()
    };
    let gateway_api = [
        served("gatewayclasses", "GatewayClass", false),
        served("gateways", "Gateway", true),
        served("httproutes", "HTTPRoute", true),
    ];
    let usual = Catalog::default();
    let all = usual.iter().map(|resource| resource.as_ref().clone()).chain(gateway_api);
    let catalog = ClusterNews::Catalog(Arc::new(Catalog::new(all)));
    world.tell(Msg::Cluster("lab".into(), catalog));
    let meta = |namespace: &str, name: &str| {
        let uid = format!("{namespace}/{name}");
        json!({"namespace": namespace, "name": name, "uid": uid})
    };
    world.put("gatewayclasses", json!({"metadata": {"name": "public", "uid": "public"}}));
    for (name, class) in [("edge", "public"), ("inner", "private")] {
        let spec = json!({"gatewayClassName": class});
        world.put("gateways", json!({"metadata": meta("default", name), "spec": spec}));
    }
    for (namespace, name, parents) in [
        ("shop", "web", json!([{"name": "edge", "namespace": "default"}])),
        ("default", "api", json!([{"name": "inner"}, {"name": "edge", "sectionName": "https"}])),
        ("default", "lone", json!([{"name": "inner"}])),
        ("shop", "other", json!([{"name": "edge"}])),
    ] {
        let spec = json!({"parentRefs": parents});
        world.put("httproutes", json!({"metadata": meta(namespace, name), "spec": spec}));
    }
    world.press(r#": "gatewayclasses" enter enter"#);
    assert_eq!(world.screen(), "gatewayclasses › public › gateways (all): >edge");
    world.press("enter");
    let routes = "gatewayclasses › public › gateways › edge › httproutes (all): >api web";
    assert_eq!(world.screen(), routes);
}

#[test]
fn up_to_the_owner() {
    triples(&[
        ("G", "J", "pods › web-1-b › replicasets (shop): >web-1"),
        ("G", "J J", "pods › web-1-b › replicasets › web-1 › deployments (shop): >web"),
        ("G", "J J esc esc", "pods (all): toolbox dns db-1-a web-1-a >web-1-b"),
        ("G", "o", "pods › web-1-b › nodes (all): >n2"),
        ("G enter j", "J", "pods › web-1-b › containers › proxy › pods (shop): >web-1-b"),
    ]);
    let mut world = World::new();
    world.press("J");
    assert_eq!(world.said(), "toolbox has no owner");
}

#[test]
fn what_a_row_has_below_is_what_the_footer_says() {
    let mut world = World::new();
    let enter = |world: &World| world.app.hints()[0].what.clone();
    assert_eq!(enter(&world), "containers");
    world.press(r#": "deploy" enter"#);
    assert_eq!(enter(&world), "replicasets");
    world.press(r#": "cm" enter"#);
    assert_eq!(enter(&world), "yaml");
}

#[test]
fn at_the_first_page_there_is_no_way_back() {
    let mut world = World::new();
    world.press("esc");
    assert_eq!(world.screen(), "pods (all): >toolbox dns db-1-a web-1-a web-1-b");
    assert!(world.said().contains(":q leaves kx"), "{}", world.said());
    world.press(r#": "no" enter q"#);
    assert!(world.said().contains("[ goes to the view before"), "{}", world.said());
}

#[test]
fn views_and_their_history() {
    triples(&[
        (r#"G : "no" enter"#, "-", "pods (all): toolbox dns db-1-a web-1-a >web-1-b"),
        (r#"G : "no" enter"#, "- -", "nodes (all): >n1 n2"),
        (r#": "no" enter : "svc" enter"#, "[ [", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        (r#": "no" enter : "svc" enter"#, "[ [ ]", "nodes (all): >n1 n2"),
        (
            r#": "deploy" enter j enter : "no" enter"#,
            "-",
            "deployments › web › replicasets (shop): >web-1 web-2",
        ),
    ]);
    let mut world = World::new();
    world.press("[");
    assert_eq!(world.said(), "there is no earlier view");
    world.press("-");
    assert_eq!(world.said(), "there is no other view yet");
}

#[test]
fn namespaces_by_number() {
    triples(&[
        (r#": "po shop" enter"#, "0", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        (
            r#": "po shop" enter : "po default" enter 0"#,
            "2",
            "pods (shop): >db-1-a web-1-a web-1-b",
        ),
        (r#": "po shop" enter 0"#, "1", "pods (shop): >db-1-a web-1-a web-1-b"),
        ("j", "w", "pods (kube-system): >dns"),
        // What is shown next keeps the namespace.
        (r#": "po shop" enter"#, r#": "svc" enter"#, "services (shop): >outside web"),
        ("/ \"web\" enter", r#": "ns shop" enter"#, "pods (shop) /web: >web-1-a web-1-b"),
        (
            r#": "ns shop,default" enter"#,
            "",
            "pods (default, shop): >toolbox db-1-a web-1-a web-1-b",
        ),
        (r#": "ns" enter "shop" enter"#, "", "pods (shop): >db-1-a web-1-a web-1-b"),
        (
            r#"ctrl-n "def" space backspace backspace backspace "sho" space enter"#,
            "",
            "pods (default, shop): >toolbox db-1-a web-1-a web-1-b",
        ),
        (
            r#": "po shop" enter ctrl-n "all" enter"#,
            "",
            "pods (all): >toolbox dns db-1-a web-1-a web-1-b",
        ),
        (r#"ctrl-n "sh""#, "esc esc", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        (r#": "deploy" enter j enter"#, "0", "replicasets (all): >db-1 web-1 web-2"),
    ]);
    let mut world = World::new();
    world.press("4");
    assert!(world.said().contains("no namespace 4"), "{}", world.said());
}

#[test]
fn favourites_come_first_and_are_kept() {
    let mut world = World::new();
    world.press(r#": "po shop" enter : "po default" enter"#);
    world.press(r#"ctrl-n "kube" *"#);
    let saved = &world.app.state().contexts["lab"];
    assert_eq!(saved.favourites, ["kube-system"]);
    assert_eq!(saved.recents, ["default", "shop"]);
    world.press("esc esc 1");
    assert_eq!(world.screen(), "pods (kube-system): >dns");
    world.press("3");
    assert_eq!(
        world.screen(),
        "pods (shop): >db-1-a web-1-a web-1-b",
        "after the favourite come the recents"
    );
}
