//! The Map: its views, folding, searching what is not open, the surroundings of a row, what is broken, and what it watches.

use kx::app::{ClusterNews, Effect, Layout, Msg, Setup};
use kx::kinds::{Catalog, Resource};
use kx::map::Section;
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
fn what_is_missing_stands_in_the_tree_and_in_a_list_of_its_own() {
    let mut world = World::new();
    let mut broken = pod("shop", "lost-1", "n1", 0);
    broken["spec"]["volumes"] = json!([{"name": "v", "configMap": {"name": "nowhere"}}]);
    world.put("pods", broken);
    world.press(r#": "broken" enter"#);
    assert_eq!(world.screen(), "map › broken: >shop .lost-1 ..no configmap nowhere in shop");
    world.put(
        "configmaps",
        json!({"metadata": {"name": "nowhere", "namespace": "shop", "uid": "c"}}),
    );
    world.pass(3);
    assert_eq!(world.screen(), "map › broken:", "it is made, and no longer missing");
    world.press("esc");
    world.delete("configmaps", "nowhere");
    world.press(r#": "map work" enter ! "#);
    assert!(world.screen().contains("lost-1"), "{}", world.screen());
    assert!(!world.screen().contains("toolbox"), "only what is not well: {}", world.screen());
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

#[test]
fn the_pane_beside_a_table_counts_what_stands_around_a_row_once_the_table_is_there() {
    let watched = |world: &World| {
        world.watched.iter().map(|(_, source)| source.resource.plural.clone()).collect::<Vec<_>>()
    };
    let mut world =
        World::with(Setup { context: "lab".to_owned(), counts: true, ..Setup::default() });
    world.answers = true;
    world.connect("lab");
    assert!(!watched(&world).contains(&"deployments".to_owned()), "no pane, no counts");
    world.tell(Msg::Drawn(Layout { beside: true, ..world.app.layout().clone() }));
    assert!(watched(&world).contains(&"deployments".to_owned()));
    let relatives = |world: &World| {
        let browse = world.app.browse().unwrap();
        world.app.relatives(browse, browse.row(&world.app.store).unwrap())
    };
    world.press(r#": "deploy" enter j"#);
    assert_eq!(
        relatives(&world),
        [(Section::Owned, 2), (Section::Targets, 2)],
        "two ReplicaSets, two pods"
    );
    // Without the pane it is let go of, after a while.
    world.press("tab");
    world.tell(Msg::Drawn(Layout { beside: false, ..world.app.layout().clone() }));
    world.pass(120);
    assert!(world.app.feeds().is_none());
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

/// A world with a screen so wide that a pane stands beside tables, and a pod in it that has relatives of every sort.
fn with_relatives() -> World {
    let mut world =
        World::with(Setup { context: "lab".to_owned(), counts: true, ..Setup::default() });
    world.answers = true;
    let mut pod =
        world.objects.iter().find(|(_, o)| o["metadata"]["name"] == "web-1-a").unwrap().1.clone();
    pod["spec"]["volumes"] = json!([{"name": "v", "configMap": {"name": "site"}}]);
    world.put("pods", pod);
    let named =
        |name: &str| json!({"name": name, "namespace": "shop", "uid": format!("uid-{name}")});
    world.put("configmaps", json!({"metadata": named("site")}));
    let all = json!({"podSelector": {"matchLabels": {"app": "web"}}});
    world.put("networkpolicies", json!({"metadata": named("walls"), "spec": all}));
    for (name, kind) in [("web-1-a.1", "Normal"), ("web-1-a.2", "Warning")] {
        world.put(
            "events",
            json!({"metadata": named(name), "type": kind, "reason": "Tested", "message": "so it is",
            "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web-1-a"}}),
        );
    }
    world.connect("lab");
    let policies = ("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true);
    serve_too(&mut world, &[policies]);
    world.tell(Msg::Drawn(Layout { beside: true, ..world.app.layout().clone() }));
    world
}

fn relatives(world: &World) -> Vec<(Section, usize)> {
    let browse = world.app.browse().unwrap();
    world.app.relatives(browse, browse.row(&world.app.store).unwrap())
}

#[test]
fn every_relative_of_a_row_is_counted_before_and_one_key_away() {
    let mut world = with_relatives();
    world.press(r#": "po shop /name=web-1-a" enter"#);
    world.pass(2);
    let counted = relatives(&world);
    let count = |section| counted.iter().find(|(s, _)| *s == section).map(|(_, n)| *n);
    for (section, many, keys, expected) in [
        (Section::Owners, 1, "J", "web-1"),
        (Section::Node, 1, "o", "n1"),
        (Section::Uses, 1, "U", ".uses 1 ..site"),
        (Section::Policies, 1, "L", ".policies 1 ..walls"),
    ] {
        assert_eq!(count(section), Some(many), "{section:?} of {counted:?}");
        let before = world.screen();
        world.press(keys);
        assert!(world.screen().contains(expected), "{keys}: {}", world.screen());
        world.press("esc");
        assert_eq!(world.screen(), before, "{keys}, and back");
        world.pass(2);
    }
    assert_eq!(world.app.events_about(), Some((2, 1)), "two events, one a warning");
    world.press("E");
    assert!(world.screen().ends_with("events (shop): >web-1-a.1 web-1-a.2"), "{}", world.screen());

    // What it is the owner of, and what uses it, are counted where it is on the other side.
    world.press(r#": "rs shop /name=web-1" enter"#);
    world.pass(2);
    assert!(relatives(&world).contains(&(Section::Owned, 2)), "{:?}", relatives(&world));
    world.press("B");
    assert!(world.screen().contains(".owned 2 ..web-1-a ..web-1-b"), "{}", world.screen());
    world.press(r#": "cm shop" enter"#);
    world.pass(2);
    assert!(relatives(&world).contains(&(Section::UsedBy, 1)), "{:?}", relatives(&world));
    world.press("u");
    assert!(world.screen().contains(".used by 1 ..web-1-a"), "{}", world.screen());
}

/// From the tree it is the same keys.
#[test]
fn every_relative_of_a_line_of_the_map_is_one_key_away() {
    for (keys, expected) in [
        ("J", "web-1"),
        ("o", "n1"),
        ("U", ".uses 1 ..site"),
        ("L", ".policies 1 ..walls"),
        ("m", ">web-1-a"),
        ("E", "web-1-a.1"),
        ("B", "web-1-a"),
        ("u", "web-1-a"),
    ] {
        let mut world = with_relatives();
        world.press(r#": "map nodes" enter"#);
        world.press(r#"/ "web-1-a" enter"#);
        world.finish();
        assert!(world.screen().contains('>'), "{}", world.screen());
        let here = world.app.map().unwrap().line().unwrap().item.clone();
        let name = here.words(&world.app.feeds().unwrap().graph).1;
        assert_eq!(name, "web-1-a", "{}", world.screen());
        world.press(keys);
        assert!(world.screen().contains(expected), "{keys}: {}", world.screen());
    }
}

#[test]
fn whoever_only_passes_a_row_asks_for_no_events() {
    let mut world = with_relatives();
    let about = |world: &World| {
        let events = world.watched.iter().filter(|(_, s)| s.resource.plural == "events");
        events.map(|(_, source)| source.fields.clone()).collect::<Vec<_>>()
    };
    world.press(r#": "po shop" enter j k j"#);
    assert_eq!(about(&world), Vec::<String>::new());
    world.pass(2);
    assert_eq!(about(&world), ["involvedObject.name=web-1-a,involvedObject.kind=Pod"]);
    // It is let go as soon as the cursor leaves.
    world.press("j");
    world.pass(2);
    assert_eq!(about(&world), ["involvedObject.name=web-1-b,involvedObject.kind=Pod"]);
    // Without the pane nobody asks.
    world.press("tab");
    world.tell(Msg::Drawn(Layout { beside: false, ..world.app.layout().clone() }));
    world.pass(2);
    assert_eq!(about(&world), Vec::<String>::new());
}

/// Everything that the list of broken things is for, each in a cluster that has all the rest.
#[test]
fn each_sort_of_breakage_is_in_the_list_and_in_the_tree() {
    let mut world = World::new();
    let (webhooks, hook) = ("validatingwebhookconfigurations", "ValidatingWebhookConfiguration");
    serve_too(
        &mut world,
        &[
            ("", "v1", "persistentvolumes", "PersistentVolume", false),
            ("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true),
            ("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true),
            ("admissionregistration.k8s.io", "v1", webhooks, hook, false),
        ],
    );
    let meta =
        |name: &str| json!({"name": name, "namespace": "shop", "uid": format!("uid-{name}")});
    let to = |name: &str, port: u16| json!({"defaultBackend": {"service": {"name": name, "port": {"number": port}}}});
    let mut mounts = pod("shop", "mounts", "n1", 0);
    mounts["spec"]["volumes"] = json!([{"name": "v", "secret": {"secretName": "gone"}}]);
    for (plural, object) in [
        (
            "services",
            json!({"metadata": meta("web"), "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}),
        ),
        ("services", json!({"metadata": meta("lonely"), "spec": {"selector": {"app": "nobody"}}})),
        ("ingresses", json!({"metadata": meta("front"), "spec": to("nowhere", 80)})),
        ("ingresses", json!({"metadata": meta("door"), "spec": to("web", 8443)})),
        (
            "persistentvolumeclaims",
            json!({"metadata": meta("lost"), "spec": {"volumeName": "vol"}, "status": {"phase": "Lost"}}),
        ),
        (
            "horizontalpodautoscalers",
            json!({"metadata": meta("scaler"),
            "spec": {"maxReplicas": 2, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "gone"}}}),
        ),
        ("pods", mounts),
        (
            "validatingwebhookconfigurations",
            json!({"metadata": {"name": "hook", "uid": "uid-hook"}, "webhooks": [
            {"name": "hook.example.org", "clientConfig": {"service": {"namespace": "shop", "name": "web", "port": 80}}}]}),
        ),
    ] {
        world.put(plural, object);
    }
    world.press(r#": "broken" enter"#);
    let list = world.screen();
    for why in [
        ".lonely ..selects nothing: no pod in shop has app=nobody",
        ".front ..no service nowhere in shop",
        ".door ..service web in shop has no port 8443",
        ".lost ..lost persistentvolume vol: it is gone",
        ".scaler ..no deployment gone in shop",
        ".mounts ..no secret gone in shop",
        ".hook ..service web in shop has no ready endpoints",
    ] {
        assert!(list.contains(why), "{why}: {list}");
    }
    for (view, names, whys) in [
        (
            "routes",
            &["lonely", "front", "door", "hook"][..],
            &[
                "selects nothing: no pod in shop has app=nobody",
                "no service nowhere in shop",
                "service web in shop has no port 8443",
                "service web in shop has no ready endpoints",
            ][..],
        ),
        ("work", &["scaler", "mounts"], &["no deployment gone in shop", "no secret gone in shop"]),
        ("storage", &["lost"], &["lost persistentvolume vol: it is gone"]),
    ] {
        world.press(&format!(r#": "map {view}" enter !"#));
        world.finish();
        for name in names {
            assert!(world.screen().contains(name), "{name} in {view}: {}", world.screen());
        }
        // Why it is broken stands below it, however deep that is.
        world.press("!");
        for why in whys {
            world.press(&format!(r#"g / ctrl-u "{why}" enter"#));
            world.finish();
            let screen = world.screen();
            let here = screen.split_once('>').unwrap().1.trim_start_matches('.');
            assert!(here.starts_with(why), "{why} in {view}: {screen}");
        }
    }
    world.press(r#": "map routes" enter"#);
    let screen = world.screen();
    assert!(screen.contains("called by the API server .hook"), "{screen}");
}
