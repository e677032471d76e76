//! Moving, marking, sorting, columns, copying.

use kx::app::{Layer, Layout, Msg};

use crate::support::{NOON, World, pod, triples};

#[test]
fn moving() {
    triples(&[
        ("", "", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        ("", "j j", "pods (all): toolbox dns >db-1-a web-1-a web-1-b"),
        ("", "down down up", "pods (all): toolbox >dns db-1-a web-1-a web-1-b"),
        ("", "G", "pods (all): toolbox dns db-1-a web-1-a >web-1-b"),
        ("", "G j j", "pods (all): toolbox dns db-1-a web-1-a >web-1-b"),
        ("G", "g", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        ("G", "k k", "pods (all): toolbox dns >db-1-a web-1-a web-1-b"),
        ("", "pagedown", "pods (all): toolbox dns db-1-a web-1-a >web-1-b"),
        ("j", "pageup", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        ("", "k", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
    ]);
}

#[test]
fn marking() {
    triples(&[
        ("", "space", "pods (all): *toolbox >dns db-1-a web-1-a web-1-b"),
        ("space", "k space", "pods (all): toolbox >dns db-1-a web-1-a web-1-b"),
        ("space j j", "ctrl-space", "pods (all): *toolbox *dns *db-1-a >*web-1-a web-1-b"),
        ("G ctrl-space", "g ctrl-space", "pods (all): >*toolbox *dns *db-1-a *web-1-a *web-1-b"),
        ("ctrl-a", "", "pods (all): >*toolbox *dns *db-1-a *web-1-a *web-1-b"),
        ("ctrl-a", "ctrl-4", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        ("ctrl-a", "esc", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
    ]);
}

#[test]
fn sorting() {
    triples(&[
        ("j k", "N", "pods (all): db-1-a dns >toolbox web-1-a web-1-b"),
        ("j k", "N N", "pods (all): web-1-b web-1-a >toolbox dns db-1-a"),
        ("j k N", "~", "pods (all): web-1-b web-1-a >toolbox dns db-1-a"),
        ("j k N", "P", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
        ("j k N P", "P", "pods (all): db-1-a web-1-a web-1-b dns >toolbox"),
        ("", "N", "pods (all): >db-1-a dns toolbox web-1-a web-1-b"),
        // NAMESPACE, NAME, READY, STATUS, RESTARTS: the largest first.
        ("j right right right right right", "O", "pods (all): web-1-a db-1-a >dns toolbox web-1-b"),
        (
            "j right right right right right O",
            "O",
            "pods (all): toolbox web-1-b >dns db-1-a web-1-a",
        ),
        ("j", "> > >", "pods (all): web-1-a db-1-a >dns toolbox web-1-b"),
        ("j k N", ">", "pods (all): >toolbox dns db-1-a web-1-a web-1-b"),
    ]);
    let mut world = World::new();
    world.press("O");
    assert!(world.said().contains("no column is chosen"), "{}", world.said());
    world.press(r#": "nodes" enter P"#);
    assert_eq!(world.said(), "nodes live in no namespace");
}

#[test]
fn a_wide_column_that_there_is_room_for_can_be_chosen_and_copied() {
    let mut world = World::new();
    let browse = world.app.browse().unwrap();
    let columns = browse.columns(&world.app.store);
    let node = columns.iter().position(|c| c.name == "NODE").unwrap();
    assert!(!browse.shown_columns(&world.app.store).contains(&node));
    world.tell(Msg::Drawn(Layout { extra: vec![node], ..Layout::default() }));
    world.press("left C");
    assert_eq!(world.copied(), "n2", "the last column is that of the node now");
    world.tell(Msg::Drawn(Layout::default()));
    assert!(!world.app.browse().unwrap().shown_columns(&world.app.store).contains(&node));
}

#[test]
fn the_chosen_column_goes_round_and_hides_with_the_wide_ones() {
    let mut world = World::new();
    let column = |world: &World| {
        let browse = world.app.browse().unwrap();
        browse
            .column(&world.app.store)
            .map(|c| browse.columns(&world.app.store)[c].name.to_string())
    };
    world.press("right right");
    assert_eq!(column(&world).as_deref(), Some("NAME"));
    world.press("left left");
    assert_eq!(column(&world), None);
    world.press("ctrl-w left");
    let wide = column(&world);
    assert!(wide.is_some());
    world.press("ctrl-w");
    assert_eq!(column(&world), None, "{wide:?} is wide");
}

#[test]
fn copying() {
    for (keys, copied) in [
        ("c", "toolbox"),
        ("n", "default"),
        ("space space c", "toolbox\ndns"),
        ("ctrl-a n", "default\nkube-system\nshop"),
        ("right right right C", "2/2"),
        ("y c", "apiVersion"),
    ] {
        let mut world = World::new();
        world.press(keys);
        if keys == "y c" {
            assert!(world.copied().contains("name: toolbox"), "{}", world.copied());
        } else {
            assert_eq!(world.copied(), copied, "{keys}");
        }
    }
    let mut world = World::new();
    world.press("ctrl-y");
    assert!(
        world.copied().starts_with("default\ttoolbox\t2/2\tRunning\t0\t"),
        "{}",
        world.copied()
    );
    world.press("C");
    assert_eq!(world.said(), "there is nothing to copy here");
}

#[test]
fn the_cursor_stays_on_its_object() {
    let mut world = World::new();
    world.press("j j");
    world.put("pods", pod("aaa", "first", "n1", 0));
    assert_eq!(world.screen(), "pods (all): first toolbox dns >db-1-a web-1-a web-1-b");
    world.delete("pods", "toolbox");
    assert_eq!(world.screen(), "pods (all): first dns >db-1-a web-1-a web-1-b");
    world.delete("pods", "db-1-a");
    assert_eq!(world.screen(), "pods (all): first dns >web-1-a web-1-b");
    world.press("G");
    world.delete("pods", "web-1-b");
    assert_eq!(world.screen(), "pods (all): first dns >web-1-a");
}

#[test]
fn until_it_is_moved_the_cursor_is_on_the_first_row() {
    let mut world = World::new();
    world.put("pods", pod("aaa", "first", "n1", 0));
    assert_eq!(world.screen(), "pods (all): >first toolbox dns db-1-a web-1-a web-1-b");
}

#[test]
fn marks_leave_with_their_objects_and_survive_a_filter() {
    let mut world = World::new();
    world.press("space space").delete("pods", "dns");
    assert_eq!(world.screen(), "pods (all): *toolbox >db-1-a web-1-a web-1-b");
    world.press("/ \"web\" enter c");
    assert_eq!(world.copied(), "toolbox", "a mark that the filter hides is still one");
}

#[test]
fn a_long_table_scrolls_with_the_cursor() {
    let mut world = World::new();
    for i in 0..40 {
        world.put("pods", pod("many", &format!("p{i:02}"), "n1", 0));
    }
    let first = |world: &World| world.app.browse().unwrap().cursor.first();
    world.press("pagedown");
    assert_eq!((first(&world), world.app.browse().unwrap().cursor.position()), (9, 9));
    world.press("G");
    assert_eq!(first(&world), 35);
    world.press("k k");
    assert_eq!(first(&world), 35);
    // Rows that come above do not move what is read.
    world.put("pods", pod("aaa", "first", "n1", 0));
    assert_eq!(first(&world), 36);
}

#[test]
fn help_opens_over_the_page_and_closes_onto_it() {
    let mut world = World::new();
    world.press("j ?");
    assert_eq!(world.app.layer(), Layer::Help);
    world.press("j j / \"yaml\" enter");
    assert_eq!(world.app.layer(), Layer::Help);
    world.press("esc");
    assert_eq!(world.app.layer(), Layer::Help, "the first escape clears the search");
    world.press("esc");
    assert_eq!(world.app.layer(), Layer::Browse);
    assert_eq!(world.screen(), "pods (all): toolbox >dns db-1-a web-1-a web-1-b");
}

#[test]
fn ages_wake_the_screen_just_when_they_change() {
    let mut world = World::new();
    world.app.take_redraw();
    let wake = world.app.next_wake(NOON).expect("an age is shown");
    assert!(wake > NOON && wake <= NOON + 3600, "{}", wake - NOON);
    world.press("c");
    world.tell(kx::app::Msg::Done(Ok("copied".to_owned())));
    assert!(world.app.notice().is_some());
    world.pass(10);
    assert!(world.app.notice().is_none());
}
