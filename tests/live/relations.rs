//! Custom resources in the graph: what they refer to on a real API server, how they are doing, and that changes are seen.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use kx::graph::Reach;
use kx::kinds::relations::Relations;
use kx::store::{Health, Link, To};
use serde_json::Value;

use crate::definitions;
use crate::graphed::Watching;
use crate::lab::{Lab, Options};
use crate::labs;
use crate::support::client;

/// A cluster with nothing but the custom resources and objects of `custom/`.
fn lab() -> &'static Lab {
    static LAB: OnceLock<Lab> = OnceLock::new();
    LAB.get_or_init(|| {
        let lab = Lab::start(&Options::bare()).unwrap();
        let definitions = definitions::all(&folder().join("schemas"));
        lab.create(&documents(&definitions)).unwrap();
        lab.run(["wait", "--for=condition=Established", "crd", "--all", "--timeout=240s"]);
        let objects = objects();
        lab.pipe(["create", "--validate=strict", "-f", "-"], &documents(&objects)).unwrap();
        let with_status = |object: &&Value| {
            let has_status = |definition| definitions::has_status(definition, object);
            object["status"].is_object() && definitions.iter().any(has_status)
        };
        let statuses: Vec<Value> = objects.iter().filter(with_status).cloned().collect();
        let replace = ["replace", "--subresource=status", "--validate=strict", "-f", "-"];
        lab.pipe(replace, &documents(&statuses)).unwrap();
        lab
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/custom")
}

/// Every object of `custom/`, what the others refer to first: it has the namespaces.
fn objects() -> Vec<Value> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|p| p.extension().is_some_and(|x| x == "yaml")).collect();
    files.sort_by_key(|path| (!path.ends_with("core.yaml"), path.clone()));
    let items = |path: PathBuf| {
        let list: Value = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        list["items"].as_array().unwrap().clone()
    };
    files.into_iter().flat_map(items).collect()
}

/// Documents, not a list: the server checks each then, where of a list kubectl would check what it can.
fn documents(objects: &[Value]) -> String {
    objects.iter().map(|object| format!("---\n{object}\n")).collect()
}

fn words(link: &Link) -> String {
    let to = match &link.to {
        To::Uid { namespace, name, .. } | To::Name { namespace, name } => {
            format!("{namespace}/{name}")
        }
        To::Labels { namespaces: Some(namespaces), selector, .. } => {
            format!("[{namespaces}]/[{selector}]")
        }
        To::Labels { namespace, selector, .. } => format!("{namespace}/[{selector}]"),
    };
    format!("{} {}.{} {to}", link.relation.words(), link.resource, link.group)
}

#[tokio::test]
async fn every_link_of_every_custom_resource_reaches_its_object() {
    let client = client(lab(), "admin").await;
    let all = Watching::start(&client, |_| true).await;
    let mut lost = BTreeSet::new();
    let mut with_rules = 0;
    for resource in all.catalog.iter() {
        let is_kind = labs::is_custom(&resource.group, &resource.plural);
        if Relations::built_in().rules(resource).is_none() && !is_kind {
            continue;
        }
        let nodes = all.of(resource);
        assert!(!nodes.is_empty(), "there is no {}", resource.full_name());
        with_rules += 1;
        for node in nodes {
            // What another test changes is that test's.
            if **all.graph.get(node).unwrap().namespace() == *"change" {
                continue;
            }
            let lost_here = all.graph.uses(node).filter(|e| !matches!(e.reach(), Reach::Found));
            lost.extend(lost_here.map(|edge| words(edge.link())));
        }
    }
    assert!(with_rules > 75, "only {with_rules} resources have rules");
    // The group of a provider's configuration is one of two.
    let lost: Vec<&str> = lost.iter().map(String::as_str).collect();
    let elsewhere = [
        "uses ClusterProviderConfig.m.example.org /shared",
        "uses ProviderConfig.m.example.org app/own",
        "uses providerconfigs.example.org /default",
    ];
    assert_eq!(lost, elsewhere);

    let reached = |resource, namespace, name| all.reached(resource, namespace, name);
    let route = reached("httproutes", "app", "shop");
    for to in
        ["part of gateway app/edge", "routes to service app/web", "routes to service prod/reviews"]
    {
        assert!(route.contains(to), "{to}: {route:?}");
    }
    assert!(!route.contains("part of gateway prod/public"), "that is Istio's: {route:?}");
    let mesh = reached("virtualservices", "app", "shop");
    assert!(mesh.contains("routes to service prod/reviews"), "{mesh:?}");
    assert!(mesh.contains("part of gateway prod/public"), "{mesh:?}");
    let monitor = reached("servicemonitors", "app", "all");
    assert_eq!(monitor, BTreeSet::from(["selects service prod/reviews".to_owned()]));
    let servers = reached("prometheuses", "app", "main");
    assert!(
        servers.contains("selects servicemonitor app/web"),
        "by the labels of a custom resource"
    );
    assert!(!servers.contains("selects servicemonitor app/all"), "{servers:?}");
    assert!(
        servers.contains("selects prometheusrule app/web"),
        "by the labels of the namespace: {servers:?}"
    );
    let app = reached("applications.argoproj.io", "app", "shop");
    for to in
        ["manages deployment app/web", "manages namespace /prod", "part of appproject app/shop"]
    {
        assert!(app.contains(to), "{to}: {app:?}");
    }
    assert!(reached("databases", "app", "shop").contains("manages xdatabase /shop-x7"));
    for (resource, name, health) in [
        ("certificates.cert-manager.io", "shop", Health::Ok),
        ("certificates.cert-manager.io", "internal", Health::Changing),
        ("applications.argoproj.io", "shop", Health::Warning),
        ("applications.argoproj.io", "elsewhere", Health::Broken),
        ("kafkatopics", "orders", Health::Broken),
    ] {
        assert_eq!(all.health(resource, "app", name), health, "{resource} {name}");
    }
}

#[tokio::test]
async fn a_changed_a_broken_and_a_removed_reference_are_seen() {
    let lab = lab();
    let client = client(lab, "admin").await;
    let wanted = [
        "services",
        "tlsroutes.gateway.networking.k8s.io",
        "listenersets.gateway.networking.k8s.io",
    ];
    let mut all = Watching::start(&client, |r| wanted.contains(&&*r.full_name())).await;
    lab.create(
        "{apiVersion: v1, kind: List, items: [\
         {apiVersion: v1, kind: Namespace, metadata: {name: change}}, \
         {apiVersion: v1, kind: Service, metadata: {name: one, namespace: change}, spec: {ports: [{port: 80}]}}, \
         {apiVersion: gateway.networking.k8s.io/v1, kind: ListenerSet, metadata: {name: more, namespace: change}, \
          spec: {parentRef: {kind: Service, group: \"\", name: one}, listeners: []}}, \
         {apiVersion: gateway.networking.k8s.io/v1, kind: TLSRoute, metadata: {name: route, namespace: change}, \
          spec: {parentRefs: [{kind: ListenerSet, name: more}], rules: [{backendRefs: [{name: one, port: 80}, {name: \"*\"}]}]}}]}",
    )
    .unwrap();
    let route = |all: &Watching| all.node("tlsroutes", "change", "route").is_some();
    let to = |all: &Watching, to: &str| {
        route(all) && all.reached("tlsroutes", "change", "route").contains(to)
    };
    all.until("the first service", |all| to(all, "routes to service change/one")).await;
    all.until("the listeners", |all| to(all, "part of listenerset change/more")).await;
    assert_eq!(all.broken(), Vec::<String>::new(), "what is no reference is none");

    let patch = |spec: &str| {
        let patch = format!(r#"{{"spec":{spec}}}"#);
        lab.run(["-n", "change", "patch", "tlsroute", "route", "--type=merge", "-p", &patch]);
    };
    patch(r#"{"rules":[{"backendRefs":[{"name":"reviews","namespace":"prod"},{"name":"two"}]}]}"#);
    all.until("another service", |all| to(all, "routes to service prod/reviews")).await;
    assert!(!to(&all, "routes to service change/one"));
    assert_eq!(all.broken(), ["no service two in change"]);
    lab.create("{apiVersion: v1, kind: Service, metadata: {name: two, namespace: change}, spec: {ports: [{port: 80}]}}")
        .unwrap();
    all.until("the missing service", |all| to(all, "routes to service change/two")).await;
    assert_eq!(all.broken(), Vec::<String>::new());
    patch(r#"{"parentRefs":null,"rules":[]}"#);
    all.until("no reference", |all| all.reached("tlsroutes", "change", "route").is_empty()).await;
    lab.run(["-n", "change", "delete", "tlsroute", "route"]);
    all.until("no route", |all| !route(all)).await;
}

#[tokio::test]
async fn the_labels_of_a_namespace_change_what_is_selected_in_it() {
    let lab = lab();
    let client = client(lab, "admin").await;
    let wanted = [
        "namespaces",
        "prometheuses.monitoring.coreos.com",
        "prometheusrules.monitoring.coreos.com",
    ];
    let mut all = Watching::start(&client, |r| wanted.contains(&&*r.full_name())).await;
    lab.create(
        "{apiVersion: v1, kind: List, items: [\
         {apiVersion: v1, kind: Namespace, metadata: {name: change-labels}}, \
         {apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, metadata: {name: late, namespace: change-labels, labels: {team: shop}}, \
          spec: {groups: []}}]}",
    )
    .unwrap();
    let there = |all: &Watching| all.node("prometheusrules", "change-labels", "late").is_some();
    all.until("the rule", there).await;
    let reached = |all: &Watching| {
        let reached = all.reached("prometheuses", "app", "main");
        reached.contains("selects prometheusrule change-labels/late")
    };
    assert!(!reached(&all));
    lab.run(["label", "namespace", "change-labels", "team=shop"]);
    all.until("the namespace has the label", reached).await;
    lab.run(["label", "namespace", "change-labels", "team-"]);
    all.until("the namespace has lost the label", |all| !reached(all)).await;
}

#[test]
fn a_field_that_a_resource_does_not_have_is_refused() {
    let object = "{apiVersion: traefik.io/v1alpha1, kind: TLSStore, metadata: {name: wrong, namespace: app}, \
                  spec: {defaultCertificate: {secretRef: tls, secretName: tls}}}";
    let error = lab().pipe(["create", "--validate=strict", "-f", "-"], object).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("unknown field \"spec.defaultCertificate.secretRef\""), "{error}");
}

#[tokio::test]
async fn a_persons_own_rules_are_followed() {
    let mut relations = Relations::built_in().clone();
    let own = "[\"middlewaretcps.traefik.io\".links]\n\"metadata.name\" = { uses = \"services\", name = \"{}ed\" }\n";
    relations.add("relations.toml", own).unwrap();
    let client = client(lab(), "admin").await.with_relations(Arc::new(relations));
    let wanted = ["services", "middlewaretcps.traefik.io"];
    let all = Watching::start(&client, |r| wanted.contains(&&*r.full_name())).await;
    assert_eq!(all.broken(), ["no service allowed in app"]);
}
