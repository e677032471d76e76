//! The page of a rollout, the page of finalizers, and resizing: how one gets there, and what can be done from there.

use std::sync::Arc;

use kx::app::{ClusterNews, Effect, Layer, Msg, Setup};
use kx::change::{Method, Outcome, Report};
use kx::kinds::{Catalog, Resource};
use serde_json::json;

use crate::support::{World, pod};
use crate::write::{asked, deployments, words};

fn text(world: &World) -> String {
    world.app.sheet().map(|sheet| sheet.sheet().text()).unwrap_or_default()
}

/// The object that the page in view is about.
fn about(world: &World) -> Option<String> {
    let about = world.app.sheet()?.about.as_ref()?;
    Some(format!("{}/{}", about.resource.plural, about.name))
}

#[test]
fn a_rollout_is_followed_from_the_workload_from_its_sets_and_from_its_pods() {
    let mut world = deployments(Setup::default());
    world.press("j x");
    assert_eq!(about(&world).as_deref(), Some("deployments/web"));
    assert_eq!(world.app.crumbs(), ["deployments", "web", "rollout"]);
    assert!(text(&world).contains("web  deployment in shop"), "{}", text(&world));
    world.press("x");
    assert_eq!(world.app.crumbs(), ["deployments", "web", "rollout"], "it is open already");
    world.press("esc j enter x");
    assert_eq!(about(&world).as_deref(), Some("deployments/web"), "from a ReplicaSet");
    for way in [
        r#": "po shop" enter j x"#,
        r#": "po shop" enter j enter x"#,
        r#": "rollout po/web-1-a -n shop" enter"#,
    ] {
        let mut world = deployments(Setup::default());
        world.press(way);
        assert_eq!(about(&world).as_deref(), Some("deployments/web"), "{way}: {}", world.said());
    }
    let mut world = deployments(Setup::default());
    world.press(r#": "po default" enter x"#);
    let said = text(&world);
    assert!(said.contains("belongs to no Deployment, StatefulSet or DaemonSet"), "{said}");
    world.press(r#": "services" enter : "rollout" enter"#);
    assert_eq!(world.said(), "rollout is nothing for services");
    world.press(r#": "rollout node n1" enter"#);
    assert!(world.said().contains("rollout is nothing for nodes"), "{}", world.said());
}

#[test]
fn what_is_done_on_the_page_is_done_to_the_workload() {
    let mut world = deployments(Setup::default());
    // From a pod, so that the page itself found the workload.
    world.press(r#": "rollout po/web-1-a -n shop" enter r"#);
    assert_eq!(world.app.layer(), Layer::Form);
    world.press("enter");
    let (_, changes) = asked(&mut world).remove(0);
    assert_eq!(words(&changes), ["restart: deployment/web in shop"]);
    // A line that says what can be done does it.
    world.press(r#"/ "restart: replace" enter enter"#);
    assert_eq!(world.app.layer(), Layer::Form);
    world.press("esc");
    let read_only = Setup { read_only: true, ..Setup::default() };
    let mut world = deployments(read_only);
    world.press("j x r");
    assert_eq!(world.app.layer(), Layer::Sheet);
    assert!(world.said().contains("kx is read-only"), "{}", world.said());
}

#[test]
fn the_page_follows_what_happens() {
    let mut world = deployments(Setup::default());
    world.press("j x");
    assert!(!text(&world).contains("web-1-c"));
    let mut pod = crate::support::pod("shop", "web-1-c", "n1", 0);
    pod["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "uid": "shop/web-1", "controller": true}]);
    world.put("pods", pod);
    world.pass(2);
    assert!(text(&world).contains("web-1-c"), "{}", text(&world));
}

#[test]
fn after_what_replaces_pods_the_page_is_offered() {
    let mut world = deployments(Setup::default());
    world.press("j r enter");
    let (id, mut changes) = asked(&mut world).remove(0);
    let change = changes.remove(0);
    let done = |outcome| {
        let (change, method) = (change.clone(), Some(Method::Replace));
        Box::new(Report {
            change,
            id: String::new(),
            outcome,
            method,
            before: None,
            after: None,
            note: None,
        })
    };
    world.tell(Msg::Changed(id, 0, done(Outcome::Done)));
    assert_eq!(world.said(), "done: restart: deployment/web in shop; x follows it");
    world.tell(Msg::Changed(id, 0, done(Outcome::Failed("no".to_owned()))));
    assert!(!world.said().contains("follows"), "{}", world.said());
}

#[test]
fn a_namespace_that_stays_says_why_and_loses_its_finalizer_only_by_name() {
    let mut world = deployments(Setup::default());
    let meta = json!({"name": "old", "namespace": "", "uid": "ns/old", "deletionTimestamp": "2026-05-27T00:00:00Z", "resourceVersion": "7"});
    let mut held = crate::support::pod("old", "held", "n1", 0);
    held["metadata"]["deletionTimestamp"] = json!("2026-05-27T00:00:00Z");
    held["metadata"]["finalizers"] = json!(["example.com/stays"]);
    world.objects.push(("pods", held));
    world.press(r#": "namespaces" enter"#);
    world.put("namespaces", json!({
        "metadata": meta, "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Terminating", "conditions": [{"type": "NamespaceContentRemaining", "status": "True",
            "message": "Some resources are remaining: pods. has 1 resource instances"}]},
    }));
    world.press(r#": "finalizers" enter"#);
    assert!(world.said().contains("default is not being deleted"), "{}", world.said());
    world.press(r#"/ "old" enter x"#);
    assert_eq!(about(&world).as_deref(), Some("namespaces/old"), "{}", world.said());
    let said = text(&world);
    assert!(said.contains("the namespace controller of kube-controller-manager"), "{said}");
    assert!(said.contains("held  example.com/stays"), "{said}");
    // What is left leads to a page of its own.
    world.press(r#"/ "held  example" enter enter"#);
    assert_eq!(about(&world).as_deref(), Some("pods/held"), "{}", world.said());
    world.press(r#"esc : "remove-finalizer" enter"#);
    world.press("enter");
    let complaint = world.app.form().unwrap().complaint.clone().unwrap();
    assert_eq!(complaint.message, "type old to confirm");
    world.press(r#""old" enter"#);
    let (_, changes) = asked(&mut world).remove(0);
    assert_eq!(words(&changes), ["remove the finalizer kubernetes: namespace/old"]);
}

/// A program on the pods of a cluster that resizes them.
fn resizing() -> World {
    let mut world = deployments(Setup::default());
    let usual = Catalog::default();
    let resources = usual.iter().map(|resource| {
        let mut resource = Resource::clone(resource);
        if resource.plural == "pods" {
            resource.subresources = vec!["resize".to_owned()];
        }
        resource
    });
    let catalog = Catalog::new(resources.collect::<Vec<_>>());
    world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(Arc::new(catalog))));
    world.press(r#": "po shop" enter"#);
    world.effects.clear();
    world
}

#[test]
fn a_pod_is_resized_where_the_server_does_it() {
    let mut world = deployments(Setup::default());
    world.press(r#": "po shop" enter : "resize" enter"#);
    assert_eq!(world.said(), "the server offers no resize of pods");

    for way in [r#": "resize" enter"#, r#"enter : "resize" enter"#] {
        let mut world = resizing();
        let mut pod = crate::support::pod("shop", "db-1-a", "n1", 0);
        pod["spec"]["containers"][0]["resources"] =
            json!({"requests": {"cpu": "100m"}, "limits": {"cpu": "200m"}});
        world.put("pods", pod);
        world.press(way);
        let form = world.app.form().unwrap_or_else(|| panic!("{way}: {}", world.said()));
        let asked_for: Vec<(&str, String)> =
            form.entries.iter().map(|e| (e.field.label.as_str(), e.answer())).take(2).collect();
        assert_eq!(
            asked_for,
            [("main cpu request", "100m".to_owned()), ("main cpu limit", "200m".to_owned())]
        );
        world.press(r#""300m""#);
        let said = world.app.form().unwrap().page.sheet().text();
        assert!(said.contains("would request 300m of cpu, and be limited to 200m"), "{said}");
        world.press(r#"tab "400m""#);
        let said = world.app.form().unwrap().page.sheet().text();
        assert!(said.contains("main cpu request: 100m → 300m"), "{said}");
        world.press("enter");
        let (_, changes) = asked(&mut world).remove(0);
        assert_eq!(
            words(&changes),
            ["resize main cpu request 300m, main cpu limit 400m: pod/db-1-a in shop"]
        );
        assert!(!world.effects.iter().any(|effect| matches!(effect, Effect::Change { .. })));
    }
}

#[test]
fn revisions_that_count_no_pods_of_their_own_are_counted_by_their_pods() {
    for (plural, kind, labelled) in [
        ("statefulsets", "StatefulSet", ["store-old", "store-new"]),
        ("daemonsets", "DaemonSet", ["old", "new"]),
    ] {
        let mut world = deployments(Setup::default());
        let keepers = Resource {
            group: "apps".to_owned(),
            version: "v1".to_owned(),
            plural: "controllerrevisions".to_owned(),
            kind: "ControllerRevision".to_owned(),
            namespaced: true,
            ..Resource::default()
        };
        let usual = Catalog::default();
        let served = usual.iter().map(|resource| Resource::clone(resource)).chain([keepers]);
        let served = Catalog::new(served.collect::<Vec<_>>());
        world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(Arc::new(served))));
        let owner = json!([{"apiVersion": "apps/v1", "kind": kind, "name": "store", "uid": "shop/store", "controller": true}]);
        let template = |image: &str| json!({"metadata": {"labels": {"app": "store"}}, "spec": {"containers": [{"name": "a", "image": image}]}});
        let meta = |name: &str| json!({"name": name, "namespace": "shop", "uid": format!("shop/{name}"), "creationTimestamp": "2026-05-27T00:00:00Z"});
        let spec = json!({"replicas": 3, "selector": {"matchLabels": {"app": "store"}}, "template": template("b:2")});
        world
            .objects
            .push((plural, json!({"metadata": meta("store"), "spec": spec, "status": {}})));
        for (number, hash) in [(1, "old"), (2, "new")] {
            let mut meta = meta(&format!("store-{hash}"));
            meta["ownerReferences"] = owner.clone();
            meta["labels"] = json!({"app": "store", "controller-revision-hash": hash});
            let data = json!({"spec": {"template": template(&format!("b:{number}"))}});
            let kept = json!({"metadata": meta, "revision": number, "data": data});
            world.objects.push(("controllerrevisions", kept));
        }
        for (name, of, ready) in [("store-0", 0, true), ("store-1", 1, true), ("store-2", 1, false)]
        {
            let mut pod = pod("shop", name, "n1", 0);
            pod["metadata"]["ownerReferences"] = owner.clone();
            pod["metadata"]["labels"] =
                json!({"app": "store", "controller-revision-hash": labelled[of]});
            pod["status"]["containerStatuses"][0]["ready"] = json!(ready);
            world.objects.push(("pods", pod));
        }
        // Of nobody, although it says the same.
        let mut other = pod("shop", "stray", "n1", 0);
        other["metadata"]["labels"] =
            json!({"app": "store", "controller-revision-hash": labelled[0]});
        world.objects.push(("pods", other));
        world.press(&format!(r#": "{plural} shop" enter R"#));
        let text = world.app.form().unwrap().page.sheet().text();
        let row = |number: &str| {
            let line =
                text.lines().find(|line| line.trim_start_matches(['→', ' ']).starts_with(number));
            line.unwrap_or_else(|| panic!("{text}")).split_whitespace().any(|word| word == "1/2")
        };
        assert!(row("2 "), "{kind}: one of the two new ones is ready: {text}");
        assert!(!row("1 ") && text.contains("1/1"), "{kind}: {text}");
    }
}
