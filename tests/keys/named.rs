//! Objects by name from the command line, one that is not there yet, and keys that mean nothing.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kx::app::{Effect, Msg, ObjectNews, ObjectState};

use crate::support::{World, pod};

#[test]
fn an_object_is_described_and_shown_as_yaml_by_its_name() {
    for (typed, crumbs) in [
        ("describe po web-1-a -n shop", ["describe", "pods", "web-1-a"]),
        ("describe pod/web-1-a -n shop", ["describe", "pods", "web-1-a"]),
        ("describe node n1", ["describe", "nodes", "n1"]),
    ] {
        let mut world = World::new();
        world.press(&format!(": \"{typed}\" enter"));
        let sheet = world.app.sheet().unwrap_or_else(|| panic!("{typed}: {}", world.said()));
        let about = sheet.about.as_ref().unwrap();
        assert_eq!((about.resource.plural.as_str(), about.name.as_str()), (crumbs[1], crumbs[2]));
    }
    let mut world = World::new();
    world.press(r#": "yaml po/web-1-a --namespace shop" enter"#);
    assert!(world.app.manifest().unwrap().text().contains("name: web-1-a"));
    // The namespace of the page is that of the object.
    world.press(r#": "po shop" enter"#).press(r#": "describe po web-1-b" enter"#);
    assert_eq!(world.app.sheet().unwrap().about.as_ref().unwrap().namespace, "shop");
    world.press("esc");
    assert_eq!(
        world.screen(),
        "pods (shop): >db-1-a web-1-a web-1-b",
        "the way back is to the page"
    );

    let mut world = World::new();
    world.press(r#": "describe" enter"#);
    assert_eq!(world.app.sheet().unwrap().about.as_ref().unwrap().name, "toolbox");
}

#[test]
fn what_cannot_be_shown_by_name_says_why() {
    for (typed, said) in [
        ("describe po web-1-a", "in which namespace is web-1-a? say it with -n NAMESPACE"),
        ("describe podz web-1-a -n shop", "pods"),
        ("yaml node n1 -n shop", "nodes live in no namespace"),
        ("describe po", "name the object too"),
        ("yaml po a b", "one object is enough"),
    ] {
        let mut world = World::new();
        world.press(&format!(": \"{typed}\" enter"));
        assert!(world.said().contains(said), "{typed}: {}", world.said());
        assert_eq!(world.app.prompt().unwrap().line.text(), typed);
    }
}

#[test]
fn an_object_that_is_not_there_yet_is_shown_once_it_is() {
    let mut world = World::new();
    world.asked();
    world.press(r#": "yaml po late -n shop" enter"#);
    let asked = world.asked();
    let id = asked.iter().find_map(|effect| match effect {
        Effect::Follow { id, name, .. } if name == "late" => Some(*id),
        _ => None,
    });
    assert!(
        matches!(&world.app.manifest().unwrap().state, ObjectState::Failed(why) if why.contains("late"))
    );
    let late = pod("shop", "late", "n1", 0);
    world.tell(Msg::Object(id.unwrap(), ObjectNews::Value(late.clone())));
    assert_eq!(world.app.manifest().unwrap().state, ObjectState::Live);
    assert!(world.app.manifest().unwrap().text().contains("name: late"));

    world.press(r#": "describe po later -n shop" enter"#);
    let id = world.asked().iter().find_map(|effect| match effect {
        Effect::Follow { id, name, .. } if name == "later" => Some(*id),
        _ => None,
    });
    let text = |world: &World| world.app.sheet().unwrap().sheet().text();
    assert!(text(&world).contains("there is no later in pods"), "{}", text(&world));
    let mut later = late;
    later["metadata"]["name"] = "later".into();
    world.tell(Msg::Object(id.unwrap(), ObjectNews::Value(later)));
    assert!(text(&world).contains("Name:"), "{}", text(&world));
}

#[test]
fn a_key_that_means_nothing_says_so_and_a_modifier_alone_does_not() {
    let mut world = World::new();
    world.press("z");
    assert_eq!(world.said(), "z means nothing here; ? shows the keys");
    world.press("down");
    assert_eq!(world.said(), "", "the next key that does something takes it away");
    world.press(r#": "keymap vim" enter"#);
    world.press("g x");
    assert_eq!(world.said(), "g x means nothing here; ? shows the keys");
    world.press("g esc");
    assert_eq!(world.said(), "", "escape ends a sequence");
    for code in [KeyCode::CapsLock, KeyCode::Null, KeyCode::NumLock] {
        world.tell(Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        assert_eq!(world.said(), "", "{code:?}");
    }
    world.press(": ctrl-x");
    assert_eq!(world.said(), "", "a prompt has its own words");
}
