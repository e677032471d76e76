//! The command line: what runs, what is suggested, what is said of mistakes.

use kx::app::{Effect, Layer, Setup};

use crate::support::{World, triples};

#[test]
fn resources_by_any_name() {
    triples(&[
        ("", r#": "deploy" enter"#, "deployments (all): >db web"),
        ("", r#": "Deployment" enter"#, "deployments (all): >db web"),
        ("", r#": "deployments.apps" enter"#, "deployments (all): >db web"),
        ("", r#": "deploy shop" enter"#, "deployments (shop): >db web"),
        ("", r#": "po -A -l app=web" enter"#, "pods (all): >web-1-a web-1-b"),
        ("", r#": "po -n default,shop /web" enter"#, "pods (default, shop) /web: >web-1-a web-1-b"),
        ("", r#": "po shop /restarts>5" enter"#, "pods (shop) /restarts>5: >web-1-a"),
        ("", r#": "no" enter"#, "nodes (all): >n1 n2"),
        ("", r#": "toggle-wide" enter"#, "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        ("", r#": "bottom" enter"#, "pods (all): toolbox dns db-1-a web-1-a >web-1-b"),
        ("", r#": "  " enter"#, "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
    ]);
}

#[test]
fn mistakes_say_what_is_near_and_keep_what_was_typed() {
    for (typed, said) in [
        ("deploymints", "deployments"),
        ("po kube-systen", "did you mean kube-system?"),
        ("po -x", "there is no flag -x"),
        ("nodes shop", "nodes live in no namespace"),
        ("ctx prod-ue", "did you mean prod-eu, prod-us?"),
        ("keymap vin", "there are vim"),
        ("theme", "there are no themes"),
        ("toggle-widee", "toggle-wide"),
        ("po -l 'x", "is not closed"),
        ("up down", "nothing can follow it"),
    ] {
        let mut world = World::new();
        world.press(&format!(": \"{typed}\" enter"));
        assert_eq!(world.app.layer(), Layer::Prompt, "{typed}: {}", world.said());
        assert_eq!(world.app.prompt().unwrap().line.text(), typed);
        assert!(world.said().contains(said), "{typed}: {}", world.said());
        let at = world.app.prompt().unwrap().complaint.clone().unwrap().at;
        assert!(typed.get(at).is_some());
        world.press("backspace");
        assert_eq!(world.said(), "", "typing on takes the complaint away");
    }
}

#[test]
fn suggestions_are_taken_with_tab_and_chosen_with_arrows() {
    let mut world = World::new();
    world.press(r#": "depl" tab"#);
    assert_eq!(world.app.prompt().unwrap().line.text(), "deployments ");
    world.press(r#""sho" tab enter"#);
    assert_eq!(world.screen(), "deployments (shop): >db web");

    world.press(r#": "no""#);
    let first = world.app.prompt().unwrap().suggestions[0].text.clone();
    assert_eq!((first.as_str(), world.app.prompt().unwrap().ghost()), ("nodes", "des"));
    world.press("right");
    assert_eq!(world.app.prompt().unwrap().line.text(), "nodes ");
    world.press("ctrl-u \"ns \" down down");
    let prompt = world.app.prompt().unwrap();
    assert_eq!(prompt.chosen, Some(1));
    let chosen = prompt.suggestions[1].text.clone();
    world.press("enter");
    assert_eq!(world.app.scope_words(), chosen);
}

#[test]
fn lines_are_remembered_and_brought_back() {
    let mut world = World::new();
    world.press(r#": "no" enter : "deploy shop" enter"#);
    let saved = world.asked().into_iter().filter_map(|effect| match effect {
        Effect::SaveState(state) => Some(state.commands),
        _ => None,
    });
    assert_eq!(saved.last().unwrap(), ["no", "deploy shop"]);
    world.press(": up up enter");
    assert_eq!(world.screen(), "nodes (shop): >n1 n2");
    world.press(": up up down");
    assert_eq!(world.app.prompt().unwrap().line.text(), "no");
    world.press("down");
    assert_eq!(world.app.prompt().unwrap().line.text(), "", "below the newest is what was typed");
    world.press(r#""xyz" ctrl-p"#);
    assert_eq!(world.app.prompt().unwrap().line.text(), "no");
    world.press("ctrl-n");
    assert_eq!(world.app.prompt().unwrap().line.text(), "xyz");
}

#[test]
fn leaving_and_leaving_the_line() {
    for keys in
        ["ctrl-c", r#": "q" enter"#, r#": "quit" enter"#, r#": "q!" enter"#, r#"/ "x" ctrl-c"#]
    {
        let mut world = World::new();
        world.press(keys);
        assert!(world.asked().contains(&Effect::Quit), "{keys}");
    }
    for keys in [": esc", ": backspace", r#": "a" backspace backspace"#] {
        let mut world = World::new();
        world.press(keys);
        assert_eq!(world.app.layer(), Layer::Browse, "{keys}");
    }
}

#[test]
fn another_keymap_at_once() {
    let mut world = World::new();
    world.press(r#": "keymap vim" enter G g"#);
    assert_eq!(world.app.pending().len(), 1, "g waits for more");
    assert!(world.screen().contains(">web-1-b"));
    world.press("g");
    assert!(world.screen().contains(">toolbox") && world.app.pending().is_empty());
    world.press("G g x");
    assert!(
        world.screen().contains(">web-1-b") && world.app.pending().is_empty(),
        "a slip does nothing"
    );
}

#[test]
fn the_first_view_is_what_was_asked_for() {
    let show = |line: &str| match kx::app::Command::parse(line) {
        Ok(Some(kx::app::Command::Show(show))) => show,
        other => panic!("{other:?}"),
    };
    let setup =
        Setup { context: "lab".to_owned(), show: show("deploy shop /web"), ..Setup::default() };
    let mut world = World::with(setup);
    world.answers = true;
    world.connect("lab");
    assert_eq!(world.screen(), "deployments (shop) /web: >web");
}

#[test]
fn what_only_the_cluster_knows_is_waited_for() {
    let mut world = World::silent();
    world.press(r#": "certificates" enter"#);
    assert_eq!(world.app.words().headline, "Connecting to lab …");
    assert_eq!(world.app.crumbs(), ["certificates"]);
    world.answers = true;
    world.connect("lab");
    assert!(
        world.said().contains("no resource, command or action \"certificates\""),
        "{}",
        world.said()
    );
}
