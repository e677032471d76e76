//! Contexts: going there, coming back, not being stuck.

use kx::app::{ClusterNews, Connection, Effect, LINGER, Msg, PageState};
use kx::store::{Freshness, Scope};

use crate::support::World;

fn fail(world: &mut World, context: &str) {
    let why = "connection refused".to_owned();
    let news = ClusterNews::Failed {
        why,
        hint: Some("is it running?".to_owned()),
        retry_at: Some(world.now + 5),
    };
    world.tell(Msg::Cluster(context.into(), news));
}

#[test]
fn it_begins_by_connecting_and_watches_when_the_cluster_answers() {
    let mut world = World::silent();
    let asked = world.asked();
    assert!(asked.contains(&Effect::Connect { cluster: "lab".into() }));
    assert!(!asked.iter().any(|effect| matches!(effect, Effect::Watch { .. })));
    assert_eq!(world.app.page_state(), PageState::Connecting);
    world.connect("lab");
    let watched: Vec<_> = world.watched.iter().map(|(_, s)| s.resource.plural.clone()).collect();
    assert_eq!(watched.len(), 2, "{watched:?}");
    assert!(watched.contains(&"pods".to_owned()) && watched.contains(&"namespaces".to_owned()));
    assert_eq!(world.app.page_state(), PageState::Loading { received: 0, total: None });
    let id = world.watched.iter().find(|(_, s)| s.resource.plural == "pods").unwrap().0;
    world.list(id);
    assert_eq!(world.screen(), "pods (all): >toolbox dns db-1-a web-1-a web-1-b");
}

#[test]
fn switching_is_at_once_and_keeps_the_pages() {
    let mut world = World::new();
    world.press(r#"j : "ctx prod-eu" enter"#);
    assert_eq!(&*world.app.context().name, "prod-eu");
    assert_eq!(
        world.app.context().scope,
        Scope::Namespaces(vec!["shop".into()]),
        "the kubeconfig's namespace"
    );
    assert_eq!(world.app.page_state(), PageState::Connecting);
    assert!(world.asked().contains(&Effect::Connect { cluster: "prod-eu".into() }));
    world.connect("prod-eu");
    assert_eq!(world.screen(), "pods (shop): >db-1-a web-1-a web-1-b");
    world.asked();
    world.press(r#": "ctx lab" enter"#);
    assert_eq!(world.screen(), "pods (all): toolbox >dns db-1-a web-1-a web-1-b");
    let asked = world.asked();
    assert!(
        !asked.iter().any(|e| matches!(e, Effect::Watch { .. } | Effect::Connect { .. })),
        "{asked:?}"
    );
}

#[test]
fn an_unreachable_context_says_why_and_can_be_left() {
    let mut world = World::new();
    world.press(r#"ctrl-o "prod-us" enter"#);
    fail(&mut world, "prod-us");
    let words = world.app.words();
    assert_eq!(words.headline, "prod-us cannot be reached");
    assert_eq!(words.detail, "connection refused\nis it running?");
    assert!(
        words.next.contains("ctrl-r tries at once")
            && words.next.contains("ctrl-o goes to another context"),
        "{}",
        words.next
    );
    world.asked();
    world.press("ctrl-r");
    assert!(world.asked().contains(&Effect::Connect { cluster: "prod-us".into() }));
    world.press(r#"j / "x" esc enter y J 0 c ctrl-o "lab" enter"#);
    assert_eq!(world.screen(), "pods (all): >toolbox dns db-1-a web-1-a web-1-b");
}

#[test]
fn what_nothing_needs_is_let_go_after_a_while() {
    let mut world = World::new();
    world.press(r#": "ctx prod-eu" enter"#);
    world.connect("prod-eu");
    world.asked();
    world.pass(LINGER - 1);
    assert!(!world.asked().iter().any(|e| matches!(e, Effect::Unwatch { .. })));
    world.pass(1);
    let asked = world.asked();
    assert_eq!(
        asked.iter().filter(|e| matches!(e, Effect::Unwatch { .. })).count(),
        2,
        "{asked:?}"
    );
    assert!(asked.contains(&Effect::Disconnect { cluster: "lab".into() }));
    world.press(r#": "ctx lab" enter"#);
    assert!(world.asked().contains(&Effect::Connect { cluster: "lab".into() }));
    assert_eq!(world.app.context().connection, Connection::Connecting);
    world.connect("lab");
    assert_eq!(world.screen(), "pods (all): >toolbox dns db-1-a web-1-a web-1-b");
}

#[test]
fn coming_back_later_finds_the_same_row() {
    let mut world = World::new();
    world.press(r#"G : "no" enter"#);
    world.pass(LINGER + 1);
    world.answers = false;
    world.press("-");
    let id = world.watched.last().unwrap().0;
    // The rows come in pieces; the cursor waits for its own.
    world.tell(Msg::Delta(id, kx::store::Delta::Batch(Vec::new())));
    assert_eq!(world.screen(), "pods (all):");
    world.list(id);
    assert_eq!(world.screen(), "pods (all): toolbox dns db-1-a web-1-a >web-1-b");
}

#[test]
fn views_of_the_same_share_a_watch() {
    let mut world = World::new();
    world.asked();
    world.press(r#": "po -A" enter : "po /x" enter"#);
    assert!(
        !world.asked().iter().any(|e| matches!(e, Effect::Watch { .. } | Effect::Unwatch { .. }))
    );
}

#[test]
fn a_lost_connection_keeps_the_rows_and_says_since_when() {
    let mut world = World::new();
    let id = world.app.browse().unwrap().source_id().unwrap();
    let stale =
        Freshness::Stale { since: world.now, why: "the connection broke".into(), retry_at: None };
    world.tell(Msg::Delta(id, kx::store::Delta::State(stale)));
    world.pass(125);
    assert_eq!(world.screen(), "pods (all): >toolbox dns db-1-a web-1-a web-1-b");
    assert_eq!(world.app.words().short, "stale since 2m5s");
    assert_eq!(world.app.words().detail, "the connection broke");
    world.asked();
    world.press("j j");
    world.objects.retain(|(_, object)| object["metadata"]["name"] != "toolbox");
    world.press("ctrl-r");
    let asked = world.asked();
    assert!(asked.contains(&Effect::Unwatch { id }), "{asked:?}");
    assert_eq!(
        world.screen(),
        "pods (all): dns >db-1-a web-1-a web-1-b",
        "what went meanwhile is gone"
    );
    // What the old watch still had to say is not heard any more.
    world.tell(Msg::Delta(id, kx::store::Delta::Reset(Vec::new())));
    assert_eq!(world.screen(), "pods (all): dns >db-1-a web-1-a web-1-b");
    assert_eq!(world.app.words().short, "live");
}

#[test]
fn contexts_are_read_again_when_they_are_chosen_from() {
    let mut world = World::new();
    world.asked();
    world.press("ctrl-o");
    assert!(world.asked().contains(&Effect::ReadContexts));
    world.tell(Msg::Contexts(Err("no kubeconfig was found".to_owned())));
    assert_eq!(world.app.contexts_error(), Some("no kubeconfig was found"));
    assert_eq!(world.app.contexts().len(), 3, "what was known stays");
}
