//! The Map: its views, folding, searching what is not open, the surroundings of a row, what is broken, and what it watches.

use kx::app::{ClusterNews, Effect, Msg};
use kx::kinds::{Catalog, Resource};
use serde_json::json;

use crate::support::{World, pod, triples};

#[test]
fn views_follow_one_another() {
    triples(&[
        (r#": "map" enter"#, "", "map › routes: >shop .outside .web"),
        (
            r#": "map" enter"#,
            "tab",
            "map › workloads: >default .toolbox kube-system .dns shop .db .web",
        ),
        (
            r#": "map work" enter"#,
            "",
            "map › workloads: >default .toolbox kube-system .dns shop .db .web",
        ),
        (r#": "map nodes" enter"#, "", "map › nodes: >in no zone .n1 .n2"),
        (r#": "map" enter tab"#, "shift-tab", "map › routes: >shop .outside .web"),
        (r#": "map storage" enter"#, "", "map › storage:"),
        (r#": "broken" enter"#, "", "map › broken:"),
    ]);
}

#[test]
fn what_is_below_opens_and_closes() {
    triples(&[
        (
            r#": "map nodes" enter j"#,
            "z",
            "map › nodes: in no zone >.n1 ..dns ..db-1-a ..web-1-a .n2",
        ),
        (r#": "map nodes" enter j"#, "z z", "map › nodes: in no zone >.n1 .n2"),
        (
            r#": "map nodes" enter j"#,
            "right right",
            "map › nodes: in no zone .n1 >..dns ..db-1-a ..web-1-a .n2",
        ),
        (
            r#": "map nodes" enter j right right"#,
            "left",
            "map › nodes: in no zone >.n1 ..dns ..db-1-a ..web-1-a .n2",
        ),
        (r#": "map nodes" enter j"#, "left left", "map › nodes: >in no zone"),
        (
            r#": "map work" enter G"#,
            "z j z",
            "map › workloads: default .toolbox kube-system .dns shop .db .web >..web-1 ...web-1-a ...web-1-b ..web-2",
        ),
    ]);
}

#[test]
fn the_containers_of_an_open_pod_are_watched_while_it_is_open() {
    let mut world = World::new();
    world.press(r#": "map nodes" enter j z j"#);
    let watched = |world: &World| {
        world.watched.iter().filter(|(_, source)| source.resource.plural == "containers").count()
    };
    assert_eq!(watched(&world), 0);
    world.press("z");
    assert_eq!(
        world.screen(),
        "map › nodes: in no zone .n1 >..dns ...main ...proxy ..db-1-a ..web-1-a .n2"
    );
    assert_eq!(watched(&world), 1);
    world.press("j enter");
    assert_eq!(world.screen(), "map › nodes › dns › containers (kube-system): >main proxy");
    world.press("esc left left");
    world.pass(61);
    assert_eq!(watched(&world), 0, "{}", world.screen());
}

#[test]
fn what_a_container_mounts_stands_below_it() {
    let mut world = World::new();
    let mut pod = pod("shop", "two", "n1", 0);
    pod["spec"]["containers"] = json!([
        {"name": "web", "image": "a", "volumeMounts": [{"name": "site", "mountPath": "/a"}]},
        {"name": "log", "image": "a", "envFrom": [{"secretRef": {"name": "keys"}}]},
    ]);
    pod["spec"]["volumes"] = json!([{"name": "site", "configMap": {"name": "site"}}]);
    world.put("pods", pod);
    for (plural, name) in [("configmaps", "site"), ("secrets", "keys")] {
        world.put(plural, json!({"metadata": {"name": name, "namespace": "shop", "uid": name}}));
    }
    world.press(r#": "map work" enter / "two" enter right right right"#);
    let screen = world.screen();
    assert!(screen.contains(">..log ...keys ..web"), "{screen}");
    world.press("j j right");
    let screen = world.screen();
    assert!(screen.contains(">..web ...site"), "{screen}");
}

#[test]
fn a_search_opens_the_way_to_what_is_not_open() {
    let mut world = World::new();
    world.press(r#": "map work" enter / "web-1-b" enter"#);
    assert!(world.screen().contains(">...web-1-b"), "{}", world.screen());
    world.press(r#"/ "no such thing" enter"#);
    assert!(world.said().contains("is not found"), "{}", world.said());
    world.press("esc");
    assert!(world.app.map().unwrap().search.pattern().is_empty());
}

#[test]
fn enter_opens_the_page_of_a_row_and_every_face_of_it() {
    triples(&[
        (r#": "map nodes" enter j"#, "enter", "map › nodes › n1 › nodes (all): >n1"),
        (r#": "map nodes" enter j"#, "enter esc", "map › nodes: in no zone >.n1 .n2"),
        (r#": "map nodes" enter"#, "enter", "map › nodes: >in no zone"),
    ]);
    let mut world = World::new();
    world.press(r#": "map nodes" enter j y"#);
    assert!(world.screen().starts_with("map › nodes › n1 › yaml"), "{}", world.screen());
    world.press("esc c");
    assert_eq!(world.copied(), "n1");
}

#[test]
fn a_row_shows_what_stands_around_it() {
    let mut world = World::new();
    world.press(r#": "deploy shop" enter j enter m"#);
    assert_eq!(
        world.screen(),
        "deployments › web › replicasets › web-1 › map: >web-1 .owner 1 ..web .owned 2 ..web-1-a ..web-1-b .sends to 2 ..web-1-a ..web-1-b"
    );
    let mut world = World::new();
    world.press(r#": "po shop" enter G m"#);
    assert_eq!(
        world.screen(),
        "pods › web-1-b › map: >web-1-b .owner 1 ..web-1 .node 1 ..n2 .traffic from 4 ..web ..web ..web-1 ..web-2"
    );
}

#[test]
fn one_key_shows_the_relatives_of_one_sort() {
    let mut world = World::new();
    world.press(r#": "rs shop" enter j B"#);
    assert!(world.screen().contains(".owned 2 ..web-1-a ..web-1-b"), "{}", world.screen());
    assert!(world.screen().contains(".owner 1 .owned"), "only that is open: {}", world.screen());
    world.press("esc E");
    let asked = world.asked();
    let events = asked.iter().rev().find_map(|effect| match effect {
        Effect::Watch { source, .. } if source.resource.plural == "events" => Some(source),
        _ => None,
    });
    let fields = events.map(|source| source.fields.as_str());
    assert_eq!(fields, Some("involvedObject.name=web-1,involvedObject.kind=ReplicaSet"));
}

#[test]
fn changes_show_within_a_second_and_the_cursor_stays_on_its_row() {
    let mut world = World::new();
    world.press(r#": "map nodes" enter j j"#);
    assert_eq!(world.screen(), "map › nodes: in no zone .n1 >.n2");
    world.put("nodes", json!({"metadata": {"name": "n0", "uid": "n0"}}));
    world.pass(1);
    assert_eq!(world.screen(), "map › nodes: in no zone .n0 .n1 >.n2");
    world.delete("nodes", "n2");
    world.pass(2);
    assert_eq!(world.screen(), "map › nodes: in no zone .n0 >.n1");
    world.pass(5);
    assert_eq!(world.app.next_wake(world.now), None, "nothing changes any more");
}

#[test]
fn the_graph_is_watched_while_a_page_needs_it_and_a_minute_longer() {
    let mut world = World::new();
    let before = world.watched.len();
    world.press(r#": "map" enter"#);
    let during = world.watched.len();
    assert!(during > before + 8, "{before} {during}");
    let plurals = |world: &World| -> Vec<String> {
        world.watched.iter().map(|(_, s)| s.resource.plural.clone()).collect()
    };
    for outside in ["events", "leases"] {
        assert!(!plurals(&world).contains(&outside.to_owned()), "{outside} change all the time");
    }
    world.press(r#": "po" enter"#);
    assert_eq!(world.watched.len(), during, "coming back soon is instant");
    world.press("[");
    assert!(world.screen().starts_with("map › routes: >shop"), "{}", world.screen());
    world.press(r#": "po" enter"#);
    world.pass(61);
    assert!(world.watched.len() <= before + 1, "{:?}", plurals(&world));
    assert!(world.app.feeds().is_none(), "the graph is gone with them");
    world.press("[ [");
    assert!(world.screen().starts_with("map › routes: >shop"), "it begins anew");
}

#[test]
fn a_workload_says_its_revision_and_what_scales_it() {
    let mut world = World::new();
    let scalers = Resource {
        group: "autoscaling".into(),
        version: "v2".into(),
        plural: "horizontalpodautoscalers".into(),
        singular: "horizontalpodautoscaler".into(),
        kind: "HorizontalPodAutoscaler".into(),
        namespaced: true,
        short_names: vec!["hpa".into()],
        ..Resource::default()
    };
    let usual = Catalog::default();
    let all: Vec<Resource> =
        usual.iter().map(|resource| Resource::clone(resource)).chain([scalers]).collect();
    let catalog = ClusterNews::Catalog(Catalog::new(all).into());
    world.tell(Msg::Cluster("lab".into(), catalog));
    let named = |name: &str, uid: &str| json!({"name": name, "namespace": "shop", "uid": uid, "annotations": {"deployment.kubernetes.io/revision": "4"}});
    world.put("deployments", json!({"metadata": named("site", "site"), "spec": {"replicas": 3}, "status": {"readyReplicas": 3}}));
    let mut set = json!({"metadata": named("site-1", "site-1"), "spec": {"replicas": 3}, "status": {"replicas": 3, "readyReplicas": 2}});
    set["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "Deployment", "name": "site", "uid": "site", "controller": true}]);
    world.put("replicasets", set);
    world.put("horizontalpodautoscalers", json!({
        "metadata": {"name": "up", "namespace": "shop", "uid": "up"},
        "spec": {"minReplicas": 3, "maxReplicas": 9, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "site"},
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}}]},
        "status": {"currentReplicas": 3, "desiredReplicas": 3, "currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 45}}}]},
    }));
    world.press(r#": "map work" enter"#);
    let note = |world: &World, name: &str, above: Option<&str>| {
        let graph = &world.app.feeds().unwrap().graph;
        let node = |name: &str| {
            ["deployments", "replicasets"]
                .iter()
                .find_map(|plural| graph.named("apps", plural, "shop", name))
                .or_else(|| graph.named("autoscaling", "horizontalpodautoscalers", "shop", name))
                .unwrap()
        };
        world.app.note(node(name), || above.map(node))
    };
    assert_eq!(note(&world, "site-1", None), "2/3  revision 4");
    assert_eq!(note(&world, "site", None), "3/3  revision 4 · hpa 3-9, cpu: 45%/60%");
    assert_eq!(note(&world, "site", Some("up")), "3/3  revision 4", "that is said right above");
    assert_eq!(note(&world, "up", None), "3-9  cpu: 45%/60%");
}

#[test]
fn rows_are_marked_and_copied_together() {
    let mut world = World::new();
    world.press(r#": "map nodes" enter j space j space"#);
    assert_eq!(world.screen(), "map › nodes: in no zone *.n1 >*.n2");
    world.press("c");
    assert_eq!(world.copied(), "n1\nn2");
    // What is folded away keeps its mark, and is marked wherever else it stands.
    world.press("g space");
    assert_eq!(world.screen(), "map › nodes: >in no zone", "a heading folds");
    world.press("c");
    let mut copied: Vec<String> = world.copied().split('\n').map(str::to_owned).collect();
    copied.sort();
    assert_eq!(copied, ["n1", "n2"]);
    world.press("space j space");
    assert_eq!(world.screen(), "map › nodes: in no zone >.n1 *.n2");
    world.press("ctrl-space");
    assert_eq!(world.screen(), "map › nodes: in no zone >*.n1 *.n2");
    world.delete("nodes", "n2");
    world.pass(2);
    world.press("c");
    assert_eq!(world.copied(), "n1", "what is gone is not copied");
    world.press("esc");
    assert_eq!(world.screen(), "map › nodes: in no zone >.n1");
    assert!(world.app.map().is_some(), "only the marks are gone");
    world.press("C");
    assert_eq!(world.said(), "there is nothing to copy here");
}

/// The pods are listed anew.
fn list_again(world: &mut World) {
    let pods = world.watched.iter().find(|(_, source)| source.resource.plural == "pods");
    let id = pods.unwrap().0;
    world.list(id);
}

#[test]
fn a_long_search_lets_keys_through_and_shows_nothing_stale() {
    let mut world = World::new();
    for i in 0..5_000 {
        world.objects.push(("pods", pod("many", &format!("a-{i:04}"), "n1", 0)));
    }
    world.objects.push(("pods", pod("zoo", "tiger", "n1", 0)));
    list_again(&mut world);
    world.press(r#": "map work" enter"#);
    let ask = |world: &mut World| {
        if !world.app.map().unwrap().search.pattern().is_empty() {
            world.press("esc");
        }
        world.press(r#"/ "tiger""#);
        let enter = crossterm::event::KeyEvent::from(crossterm::event::KeyCode::Enter);
        world.tell(Msg::Key(enter));
        assert_eq!(world.app.busy(), Some("searching"));
    };
    ask(&mut world);
    assert!(!world.screen().contains("tiger"), "that takes more than one step");
    world.finish();
    assert!(world.screen().contains(">.tiger"), "{}", world.app.map().unwrap().cursor());
    // Another key is heard at once, and is not overtaken by what is found later.
    world.press("F");
    ask(&mut world);
    world.press("j");
    assert_eq!(world.app.busy(), None);
    assert!(!world.screen().contains("tiger"));
    // What goes meanwhile is not found.
    ask(&mut world);
    world.delete("pods", "tiger");
    world.finish();
    assert!(world.said().contains("is not found"), "{}", world.said());
    // What comes meanwhile is found, wherever it was looked already.
    ask(&mut world);
    world.put("pods", pod("aaa", "tiger", "n1", 0));
    world.finish();
    assert!(world.screen().contains(">.tiger"));
}

#[test]
fn looking_for_problems_lets_keys_through() {
    let mut world = World::new();
    for i in 0..5_000 {
        world.objects.push(("pods", pod("many", &format!("a-{i:04}"), "n1", 0)));
    }
    let mut sick = pod("many", "sick", "n1", 0);
    sick["status"] = json!({"phase": "Failed"});
    world.objects.push(("pods", sick));
    list_again(&mut world);
    world.press(r#": "map work" enter / "many" enter z"#);
    let bang = crossterm::event::KeyEvent::from(crossterm::event::KeyCode::Char('!'));
    world.tell(Msg::Key(bang));
    assert_eq!(world.app.busy(), Some("looking for problems"));
    let before = world.app.map().unwrap().lines().len();
    assert!(before > 5_000, "what was shown stays until the answer is there");
    world.tell(Msg::Key(crossterm::event::KeyEvent::from(crossterm::event::KeyCode::Char('j'))));
    world.finish();
    assert!(world.screen().contains(".sick"), "{}", world.screen());
    assert!(!world.screen().contains("a-0000"));
}

#[test]
fn what_is_marked_in_the_tree_is_changed_together() {
    let mut world = World::new();
    world.press(r#": "map nodes" enter j space j space g : "delete" enter"#);
    let text = world.app.form().unwrap().page.sheet().text();
    assert!(text.contains("n1") && text.contains("n2"), "{text}");
    world.press(r#"esc j z j space : "delete" enter"#);
    assert!(world.app.form().is_none(), "a pod and nodes are no one thing");
    let said = world.said();
    assert!(said.contains("mark what is of one resource"), "{said}");
}

/// The cluster serves these too: group, version, plural, Kind, and whether in namespaces.
pub fn serve_too(world: &mut World, more: &[(&str, &str, &str, &str, bool)]) {
    let more = more.iter().map(|(group, version, plural, kind, namespaced)| Resource {
        group: (*group).into(),
        version: (*version).into(),
        plural: (*plural).into(),
        singular: kind.to_lowercase(),
        kind: (*kind).into(),
        namespaced: *namespaced,
        ..Resource::default()
    });
    let usual = Catalog::default();
    let all: Vec<Resource> =
        usual.iter().map(|resource| Resource::clone(resource)).chain(more).collect();
    world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(Catalog::new(all).into())));
}
