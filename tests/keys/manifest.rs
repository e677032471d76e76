//! The YAML page.

use kx::app::{Effect, Msg, ObjectId, ObjectNews, ObjectState, Opener};
use serde_json::json;

use crate::support::{NOON, World, triples};

#[test]
fn it_opens_on_an_object_and_closes_onto_the_table() {
    triples(&[
        ("j", "y", "pods › dns › yaml: metadata:"),
        ("j y", "j j", "pods › dns › yaml:   labels:"),
        ("j y", "esc", "pods (all): toolbox >dns db-1-a web-1-a web-1-b"),
        ("y", "G", "pods › toolbox › yaml:   podIP: \"10.0.0.1\""),
    ]);
}

#[test]
fn searching() {
    triples(&[
        ("y", r#"/ "image" enter"#, "pods › toolbox › yaml:   - image: nginx"),
        ("y", r#"/ "image" enter n"#, "pods › toolbox › yaml:   - image: envoy"),
        ("y", r#"/ "image" enter n n"#, "pods › toolbox › yaml:   - image: nginx"),
        ("y", r#"/ "image" enter N"#, "pods › toolbox › yaml:   - image: envoy"),
        ("y", r#"/ "pod.P" enter"#, "pods › toolbox › yaml:   podIP: \"10.0.0.1\""),
        ("y", r#"/ "image" esc"#, "pods › toolbox › yaml:   - image: nginx"),
    ]);
    let mut world = World::new();
    world.press(r#"y / "nowhere" enter n"#);
    assert_eq!(world.said(), "\"nowhere\" is not found");
    world.press("esc n");
    assert!(world.said().starts_with("nothing is searched for"), "{}", world.said());
}

#[test]
fn folding() {
    let mut world = World::new();
    world.press("y");
    let lines = |world: &World| world.app.reader().unwrap().visible().len();
    let all = lines(&world);
    world.press("F");
    assert_eq!(lines(&world), 3, "metadata, spec, status");
    world.press("j space");
    assert!(lines(&world) > 3 && lines(&world) < all);
    world.press(r#"/ "envoy" enter"#);
    assert_eq!(
        world.screen(),
        "pods › toolbox › yaml:   - image: envoy",
        "a match that is folded away is unfolded"
    );
    world.press("U");
    assert_eq!(lines(&world), all);
    world.press("g j space");
    assert!(lines(&world) < all, "a line with nothing below it folds what it stands in");
    assert_eq!(world.screen(), "pods › toolbox › yaml: metadata:");
}

#[test]
fn it_follows_changes_and_marks_them_for_a_while() {
    let mut world = World::new();
    world.press("y");
    let id = world.app.manifest().unwrap().id;
    let mut object =
        world.objects.iter().find(|(_, o)| o["metadata"]["name"] == "toolbox").unwrap().1.clone();
    object["status"]["phase"] = json!("Failed");
    object["metadata"]["managedFields"] = json!([{"manager": "kx"}]);
    world.tell(Msg::Object(id, ObjectNews::Value(object)));
    let changed = |world: &World| {
        let reader = world.app.reader().unwrap();
        let lines = reader.lines().iter().enumerate();
        lines
            .filter(|(i, _)| reader.is_changed(*i, world.now))
            .map(|(_, l)| l.text.trim().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(changed(&world), ["phase: Failed"]);
    // What may be done to it is asked once the person rests there.
    world.pass(2);
    assert_eq!(changed(&world), ["phase: Failed"]);
    assert_eq!(world.app.next_wake(world.now), Some(NOON + kx::app::MARKED_FOR));
    world.pass(kx::app::MARKED_FOR - 2);
    assert!(changed(&world).is_empty());

    let has = |world: &World| world.app.manifest().unwrap().text().contains("managedFields");
    assert!(!has(&world));
    world.press("m");
    assert!(has(&world));

    world.tell(Msg::Object(id, ObjectNews::Deleted));
    assert_eq!(world.app.manifest().unwrap().state, ObjectState::Deleted);
    assert_eq!(world.app.words().short, "deleted");
    assert!(world.app.manifest().unwrap().text().contains("Failed"), "it is shown as it was last");
}

#[test]
fn it_is_followed_only_while_it_is_shown() {
    let mut world = World::new();
    world.asked();
    world.press("y");
    let follows = |effects: &[Effect]| effects.iter().any(|e| matches!(e, Effect::Follow { .. }));
    let unfollows = |effects: &[Effect]| effects.contains(&Effect::Unfollow { id: ObjectId(0) });
    assert!(follows(&world.asked()));
    world.press(r#": "no" enter"#);
    assert!(unfollows(&world.asked()));
    world.press("-");
    assert!(follows(&world.asked()));
    world.press("esc");
    assert!(unfollows(&world.asked()));
}

#[test]
fn it_opens_in_other_programs() {
    let mut world = World::new();
    world.press("y p");
    let open = world.asked().into_iter().find_map(|effect| match effect {
        Effect::Open { with, text, name } => Some((with, text, name)),
        _ => None,
    });
    let (with, text, name) = open.unwrap();
    assert_eq!((with, name.as_str()), (Opener::Pager, "pod-toolbox.yaml"));
    assert!(text.contains("name: toolbox"));
}

#[test]
fn a_container_is_shown_in_its_pod() {
    let mut world = World::new();
    world.press("G enter j y");
    let manifest = world.app.manifest().unwrap();
    assert_eq!((manifest.resource.plural.as_str(), manifest.name.as_str()), ("pods", "web-1-b"));
    assert_eq!(world.screen().rsplit(": ").next(), Some("proxy"), "{}", world.screen());
}
