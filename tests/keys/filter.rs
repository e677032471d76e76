//! The filter as it is typed, kept and taken back.

use kx::app::{Layer, Msg, PageState};

use crate::support::{World, triples};

#[test]
fn it_holds_while_it_is_typed() {
    triples(&[
        ("", "/ \"web\"", "pods (all) /web: >web-1-a web-1-b"),
        ("", "/ \"web\" enter", "pods (all) /web: >web-1-a web-1-b"),
        ("", "/ \"web\" esc", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        ("/ \"web\" enter", "/ ctrl-u \"db\" esc", "pods (all) /web: >web-1-a web-1-b"),
        ("/ \"web\" enter", "esc", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        ("/ \"web\" enter", "ctrl-u", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        ("/ \"web\" enter : \"no\" enter", "-", "pods (all) /web: >web-1-a web-1-b"),
        ("/ \"db\" enter ctrl-u", "/ up enter", "pods (all) /db: >db-1-a"),
        ("/ \"web\" enter j", "esc", "pods (all): toolbox dns db-1-a web-1-a >web-1-b"),
        ("", "/ \"a\" backspace backspace", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
    ]);
}

#[test]
fn keys_are_text_in_a_prompt_and_paste_is_never_keys() {
    let mut world = World::new();
    world.press("/ \"q:?\"");
    assert_eq!(world.app.prompt().unwrap().line.text(), "q:?");
    world.press("ctrl-u");
    world.tell(Msg::Paste("we\nb\u{1b}".to_owned()));
    assert_eq!(world.app.prompt().unwrap().line.text(), "we b");
    world.press("esc");
    world.tell(Msg::Paste(":q\n".to_owned()));
    assert_eq!(world.app.layer(), Layer::Browse);
    assert!(world.said().contains("prompt"), "{}", world.said());
    assert!(!world.asked().contains(&kx::app::Effect::Quit));
}

#[test]
fn what_hides_everything_says_so() {
    let mut world = World::new();
    world.press("/ \"nothing-like-it\" enter");
    assert_eq!(world.app.page_state(), PageState::NoMatch(5));
    let words = world.app.words();
    assert_eq!(words.headline, "None of 5 pods match \"nothing-like-it\"");
    assert_eq!(words.next, "ctrl-u shows all");
}

#[test]
fn filters_are_remembered() {
    let mut world = World::new();
    world.press("/ \"web\" enter / ctrl-u \"db\" enter");
    assert_eq!(world.app.state().filters, ["web", "db"]);
}
