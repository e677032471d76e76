//! What is inside an object, beyond its YAML, and what is kept from those who look over a shoulder.

use std::sync::Arc;

use kx::app::{ClusterNews, Effect, Msg, Page, Setup};
use kx::kinds::{Catalog, Resource};
use kx::store::Scope;
use serde_json::{Value, json};

use crate::support::World;

fn secret() -> Value {
    json!({
        "metadata": {
            "namespace": "shop", "name": "db", "uid": "shop/db",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"password\":\"c2VjcmV0\"}}"},
        },
        "type": "Opaque",
        "data": {"password": "c2VjcmV0", "cert": "LS0tCglhYmMKLS0tCg=="},
    })
}

/// A program on the table of secrets.
fn secrets(setup: Setup) -> World {
    let mut world = World::with(Setup { context: "lab".to_owned(), ..setup });
    world.answers = true;
    world.objects.push(("secrets", secret()));
    world.connect("lab");
    world.press(": \"secrets\" enter");
    assert_eq!(world.screen(), "secrets (all): >db");
    world
}

#[test]
fn the_yaml_of_a_secret_says_how_much_there_is_and_not_what() {
    let mut world = secrets(Setup::default());
    world.press("y");
    let text = world.app.manifest().unwrap().text().to_owned();
    assert!(text.contains("password: <hidden, 6 bytes>"), "{text}");
    world.press("c");
    for seen in [&text, world.copied()] {
        assert!(!seen.contains("c2VjcmV0"), "{seen}");
    }
    let mut changed = secret();
    changed["data"]["password"] = json!("bmV3ZXI=");
    let id = world.app.manifest().unwrap().id;
    world.tell(Msg::Object(id, kx::app::ObjectNews::Value(changed)));
    let text = world.app.manifest().unwrap().text();
    assert!(!text.contains("bmV3ZXI="), "{text}");
}

#[test]
fn inside_a_secret_are_its_values_each_to_be_copied_whole() {
    let mut world = secrets(Setup::default());
    world.press("x");
    let text = world.app.sheet().unwrap().sheet().text();
    assert!(text.contains("password  6 bytes\n  secret\n"), "{text}");
    world.press("/ \"abc\" enter ctrl-y");
    assert_eq!(world.copied(), "---\n\tabc\n---\n");
    world.press("/ ctrl-u \"secret$\" enter ctrl-y");
    assert_eq!(world.copied(), "secret");
}

#[test]
fn the_yaml_of_a_secret_shows_its_values_to_who_asks_and_no_longer() {
    let mut world = secrets(Setup::default());
    let text = |world: &World| world.app.manifest().unwrap().text().to_owned();
    let hint = |world: &World| {
        let hints = world.app.hints().into_iter();
        hints.filter(|hint| hint.key == "x").map(|hint| hint.what).next().unwrap()
    };
    world.press("y");
    assert_eq!(hint(&world), "values");
    world.press("j j x");
    let shown = text(&world);
    assert!(shown.contains("stringData:\n  cert: |\n    ---\n"), "{shown}");
    assert!(shown.contains("  password: secret\n"), "{shown}");
    assert!(shown.starts_with("# values are written out here"), "{shown}");
    assert!(!shown.contains("c2VjcmV0"), "what kubectl noted stays hidden: {shown}");
    assert_eq!(hint(&world), "hide values");
    // It goes on following.
    let mut changed = secret();
    changed["data"]["password"] = json!("bmV3ZXI=");
    let id = world.app.manifest().unwrap().id;
    world.tell(Msg::Object(id, kx::app::ObjectNews::Value(changed)));
    assert!(text(&world).contains("password: newer\n"), "{}", text(&world));
    world.press("x");
    assert!(text(&world).contains("password: <hidden, 5 bytes>"), "{}", text(&world));
    // Where nobody sees it, it is not shown when one comes back.
    world.press("x");
    assert!(text(&world).contains("password: secret"), "{}", text(&world));
    world.press(": \"pods\" enter -");
    assert!(text(&world).contains("password: <hidden, 6 bytes>"), "{}", text(&world));
}

#[test]
fn read_only_shows_no_values_unless_the_configuration_allows_it() {
    let mut world = secrets(Setup { read_only: true, ..Setup::default() });
    for way in ["x", "y x"] {
        world.press(way);
        assert!(world.app.sheet().is_none());
        assert!(
            world.said().contains("kx is read-only and shows no values of secrets"),
            "{}",
            world.said()
        );
        assert!(world.said().contains("decode_in_read_only"), "{}", world.said());
    }
    let allowed = Setup { read_only: true, decode_in_read_only: true, ..Setup::default() };
    let mut world = secrets(allowed);
    world.press("x");
    assert!(world.app.sheet().unwrap().sheet().text().contains("secret"));
}

#[test]
fn what_has_nothing_inside_says_so() {
    let mut world = World::new();
    world.press(r#": "services" enter x"#);
    assert!(world.said().contains("of services there is no more to say"), "{}", world.said());
    assert!(world.app.sheet().is_none());
    let hint = |world: &World| world.app.hints().iter().any(|hint| hint.what == "inside");
    assert!(!hint(&world));
    assert!(hint(&secrets(Setup::default())));
}

#[test]
fn events_begin_with_what_happened_last() {
    let mut world = World::new();
    for (name, minute) in [("a", 10), ("b", 30), ("c", 20)] {
        let event = json!({
            "metadata": {"namespace": "shop", "name": name, "uid": format!("shop/{name}")},
            "type": "Normal", "reason": "Pulled", "count": 2,
            "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web-1-a"},
            "lastTimestamp": format!("2026-05-27T00:{minute}:00Z"),
        });
        world.objects.push(("events", event));
    }
    world.press(": \"events\" enter");
    assert_eq!(world.screen(), "events (all): >b c a");
    let browse = world.app.browse().unwrap();
    let columns = browse.columns(&world.app.store);
    let count = columns.iter().find(|column| column.name == "COUNT").unwrap();
    assert!(browse.shows(count), "how often is seen without the wide columns");

    world.press(": \"events-grouped shop\" enter");
    assert_eq!(world.app.crumbs(), ["events", "events, grouped", "shop"]);
    let text = world.app.sheet().unwrap().sheet().text();
    assert!(text.contains("Others  3 events, 1 different"), "{text}");
    assert!(text.contains("×6"), "{text}");
}

fn resource(group: &str, plural: &str, kind: &str, namespaced: bool) -> Resource {
    Resource {
        group: group.to_owned(),
        version: "v1".to_owned(),
        plural: plural.to_owned(),
        kind: kind.to_owned(),
        namespaced,
        ..Resource::default()
    }
}

#[test]
fn from_a_definition_enter_leads_to_the_objects_that_it_defines() {
    let mut world = World::new();
    let crds = resource(
        "apiextensions.k8s.io",
        "customresourcedefinitions",
        "CustomResourceDefinition",
        false,
    );
    let boats = resource("sea.example", "boats", "Boat", true);
    let catalog = Arc::new(Catalog::new([crds, boats]));
    world.tell(Msg::Cluster("lab".into(), ClusterNews::Catalog(catalog)));
    for (name, plural) in [("boats.sea.example", "boats"), ("cars.land.example", "cars")] {
        let group = name.split_once('.').unwrap().1;
        let crd = json!({
            "metadata": {"name": name, "uid": name},
            "spec": {"group": group, "scope": "Namespaced", "names": {"plural": plural, "kind": "Thing"}},
        });
        world.objects.push(("customresourcedefinitions", crd));
    }
    world.press(": \"customresourcedefinitions\" enter");
    assert_eq!(
        world.screen(),
        "customresourcedefinitions (all): >boats.sea.example cars.land.example"
    );
    world.answers = false;
    world.press("enter");
    let Some(Page::Browse(browse)) = world.app.page() else { panic!("no table") };
    assert_eq!(
        (browse.source.resource.plural.as_str(), &browse.source.scope),
        ("boats", &Scope::All)
    );
    assert!(world.asked().iter().any(|effect| {
        matches!(effect, Effect::Watch { source, .. } if source.resource.group == "sea.example")
    }));
    world.press("esc j enter");
    assert!(world.said().contains("does not serve cars.land.example"), "{}", world.said());
}

#[test]
fn questions_about_access_open_pages_and_complain_where_they_are_wrong() {
    let mut world = World::new();
    world.press(": \"access\" enter");
    assert_eq!(world.app.crumbs(), ["pods", "access"]);
    world.press("esc : \"who-can get secrets -n shop\" enter");
    assert_eq!(world.app.crumbs(), ["pods", "who-can", "get secrets", "shop"]);
    world.press(": \"can-i\" enter");
    let last = |world: &World| world.app.crumbs().last().unwrap().clone();
    assert_eq!(last(&world), "all", "all namespaces are in view, and the context names none");
    world.press("esc : \"can-i shop\" enter");
    assert_eq!(last(&world), "shop");
    world.press(": \"access jane\" enter");
    assert!(world.said().contains("say user/NAME"), "{}", world.said());
}
