//! The states of a page, each with words of its own.

use kx::app::{Msg, PageState};
use kx::store::{Delta, Freshness, SourceId};

use crate::support::World;

fn state(world: &mut World, freshness: Freshness) -> SourceId {
    let id = world.app.browse().unwrap().source_id().unwrap();
    world.tell(Msg::Delta(id, Delta::State(freshness)));
    id
}

#[test]
fn loading_counts() {
    let mut world = World::new();
    state(&mut world, Freshness::Loading { received: 12_400, remaining: Some(87_600) });
    assert_eq!(world.app.words().short, "loading 12,400 of 100,000");
    state(&mut world, Freshness::Loading { received: 12_400, remaining: None });
    assert_eq!(world.app.words().short, "loading 12,400");
    world.press("j / \"web\" enter N");
    assert_eq!(
        world.screen(),
        "pods (all) /web: web-1-a >web-1-b",
        "rows that came can be worked with"
    );
}

#[test]
fn live_may_be_limited() {
    let mut world = World::new();
    state(&mut world, Freshness::Live { limited_to: Some(["a".into(), "b".into()].into()) });
    assert_eq!(world.app.words().short, "live, 2 namespaces");
    assert_eq!(world.app.words().detail, "only a, b may be read, and all of them are watched");
}

#[test]
fn refused_says_why_and_empty_says_where() {
    let mut world = World::new();
    world.press(r#": "cm shop" enter"#);
    assert_eq!(world.app.page_state(), PageState::Empty(None));
    assert_eq!(world.app.words().headline, "There are no configmaps in shop");
    world.press(r#": "secrets -A -l a=b" enter"#);
    assert_eq!(world.app.words().headline, "There are no secrets with a=b");
    state(&mut world, Freshness::Refused { why: "viewer may not list secrets".into() });
    let words = world.app.words();
    assert_eq!(
        (words.headline.as_str(), words.detail.as_str()),
        ("secrets cannot be read", "viewer may not list secrets")
    );
    assert!(words.next.contains("ctrl-r"), "{}", words.next);
}

#[test]
fn nothing_is_drawn_for_what_is_not_seen() {
    let mut world = World::new();
    let pods = world.app.browse().unwrap().source_id().unwrap();
    world.press(r#": "no" enter"#);
    world.app.take_redraw();
    world.tell(Msg::Delta(pods, Delta::Batch(Vec::new())));
    assert!(!world.app.take_redraw());
    let nodes = world.app.browse().unwrap().source_id().unwrap();
    world.tell(Msg::Delta(nodes, Delta::Batch(Vec::new())));
    assert!(world.app.take_redraw());
}
