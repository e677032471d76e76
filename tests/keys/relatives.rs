//! What stands around a row: counted before anybody goes there, and one key away.

use kx::app::{Layout, Msg, Setup};
use kx::map::Section;
use kx::store::Source;
use serde_json::json;

use crate::map::serve_too;
use crate::support::World;

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
    world.press(r#": "deploy" enter j"#);
    assert_eq!(
        world.app.relatives(),
        [(Section::Owned, 2), (Section::Targets, 2)],
        "two ReplicaSets, two pods"
    );
    // Without the pane it is let go of, after a while.
    world.press("tab");
    world.tell(Msg::Drawn(Layout { beside: false, ..world.app.layout().clone() }));
    world.pass(120);
    assert!(world.app.feeds().is_none());
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

#[test]
fn every_relative_of_a_row_is_counted_before_and_one_key_away() {
    let mut world = with_relatives();
    world.press(r#": "po shop /name=web-1-a" enter"#);
    world.pass(2);
    let counted = world.app.relatives();
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
    assert!(world.app.relatives().contains(&(Section::Owned, 2)), "{:?}", world.app.relatives());
    world.press("B");
    assert!(world.screen().contains(".owned 2 ..web-1-a ..web-1-b"), "{}", world.screen());
    world.press(r#": "cm shop" enter"#);
    world.pass(2);
    assert!(world.app.relatives().contains(&(Section::UsedBy, 1)), "{:?}", world.app.relatives());
    world.press("u");
    assert!(world.screen().contains(".used by 1 ..web-1-a"), "{}", world.screen());
}

/// A Map of nodes with the cursor on the pod that has relatives of every sort.
fn on_the_map() -> World {
    let mut world = with_relatives();
    world.press(r#": "map nodes" enter"#);
    world.press(r#"/ "web-1-a" enter"#);
    world.finish();
    let here = world.app.map().unwrap().line().unwrap().item.clone();
    let name = here.words(&world.app.feeds().unwrap().graph).1;
    assert_eq!(name, "web-1-a", "{}", world.screen());
    world
}

#[test]
fn what_stands_around_a_line_of_the_map_is_counted_too() {
    let mut world = on_the_map();
    let counted = world.app.relatives();
    for section in [Section::Owners, Section::Node, Section::Uses, Section::Policies] {
        assert!(counted.contains(&(section, 1)), "{section:?} of {counted:?}");
    }
    assert_eq!(world.app.events_about(), None, "nobody stays yet");
    world.pass(2);
    assert_eq!(world.app.events_about(), Some((2, 1)));
    world.press("k");
    assert_eq!(world.app.events_about(), None, "another line");
    world.press("esc");
    world.pass(2);
    let about_events = |s: &&Source| s.resource.plural == "events";
    let fields = |s: &Source| s.fields.clone();
    let asked: Vec<_> =
        world.watched.iter().map(|(_, s)| s).filter(about_events).map(fields).collect();
    assert!(!asked.contains(&"involvedObject.name=web-1-a,involvedObject.kind=Pod".to_owned()));
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
        let mut world = on_the_map();
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
