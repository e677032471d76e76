//! Sessions in the pane: tabs, what is typed into them, and commands in several pods side by side.

use std::sync::Arc;

use kx::app::{Action, Effect, Layer, Layout, Msg, SessionId, SessionNews, Setup};
use kx::session::{Ended, Place, What};
use ratatui::layout::Rect;

use crate::support::{World, pod};
use crate::write::deployments;

fn world() -> World {
    let mut world = deployments(Setup { shells: vec!["sh".to_owned()], ..Setup::default() });
    world.press(r#": "pods shop" enter"#);
    world.asked();
    world
}

/// Opens a shell in the pane.
fn open(world: &mut World) -> SessionId {
    world.press("ctrl-t");
    let id = world.asked().into_iter().find_map(|effect| match effect {
        Effect::FindPod { id, .. } => Some(id),
        _ => None,
    });
    let id = id.unwrap();
    world.tell(Msg::Session(id, SessionNews::Pod(Arc::new(pod("shop", "db-1-a", "n1", 0)))));
    if world.app.layer() == Layer::Picker {
        world.press("enter");
    }
    let pane = world.asked().into_iter().find_map(|effect| match effect {
        Effect::OpenSession { pane, .. } => pane,
        _ => None,
    });
    assert!(pane.is_some(), "not on the whole terminal");
    id
}

fn says(world: &mut World, id: SessionId, text: &str) {
    world.tell(Msg::Session(id, SessionNews::Output(text.as_bytes().to_vec())));
}

fn ends(world: &mut World, id: SessionId, ended: Ended) {
    world.tell(Msg::Session(id, SessionNews::Ended { ended, ran: "sh".to_owned() }));
}

fn shown(world: &World) -> String {
    world.app.panes().tab().unwrap().screen.shown().contents()
}

/// What was typed into sessions.
fn typed(world: &mut World) -> Vec<(SessionId, String)> {
    let typed = world.asked().into_iter().filter_map(|effect| match effect {
        Effect::TypeIntoSession { id, bytes } => Some((id, String::from_utf8(bytes).unwrap())),
        _ => None,
    });
    typed.collect()
}

#[test]
fn every_key_goes_to_the_session_but_its_own() {
    let mut world = world();
    let id = open(&mut world);
    assert_eq!(world.app.layer(), Layer::Session);
    says(&mut world, id, "$ \x1b[31mhello\x1b[0m");
    assert_eq!(shown(&world), "$ hello");
    world.press("l s : q ctrl-c esc up");
    let all: String = typed(&mut world).into_iter().map(|(_, text)| text).collect();
    assert_eq!(all, "ls:q\x03\x1b\x1b[A");
    // The key that begins kx's own keys, where a program wants it.
    world.press("ctrl-] ]");
    assert_eq!(typed(&mut world), [(id, "\x1d".to_owned())]);
    // The program is answered as by a terminal, and knows its keys' mode.
    says(&mut world, id, "\x1b[5n\x1b[?1h\x1b[?2004h");
    assert_eq!(typed(&mut world), [(id, "\x1b[0n".to_owned())]);
    world.press("up");
    world.tell(Msg::Paste("a\nb\x1b[201~rm\r".to_owned()));
    let all: String = typed(&mut world).into_iter().map(|(_, text)| text).collect();
    assert_eq!(all, "\x1bOA\x1b[200~a\rbrm\r\x1b[201~");
    // A sequence of kx's that leads nowhere is typed nowhere.
    world.press("ctrl-] j");
    assert_eq!(typed(&mut world), []);
}

#[test]
fn sessions_are_tabs_that_go_on_while_one_looks_elsewhere() {
    let mut world = world();
    let first = open(&mut world);
    world.press("ctrl-] ctrl-]");
    assert_eq!(world.app.layer(), Layer::Browse);
    let second = open(&mut world);
    assert_eq!((world.app.panes().tabs().len(), world.app.panes().current()), (2, 1));
    says(&mut world, first, "in the first");
    world.press("ctrl-] p");
    assert_eq!(shown(&world), "in the first");
    world.press("x");
    assert_eq!(typed(&mut world), [(first, "x".to_owned())]);
    // Another page, another resource: they are still there.
    world.press(r#"ctrl-] ctrl-] : "deployments" enter ctrl-] ctrl-] n"#);
    world.press("y");
    assert_eq!(typed(&mut world), [(second, "y".to_owned())]);
    world.press("ctrl-] h");
    assert!(!world.app.panes().shown() && world.app.layer() == Layer::Browse);
    world.press("ctrl-]");
    assert!(world.app.panes().focused());

    // One that ends well is gone; one that does not says why until it is closed.
    ends(&mut world, second, Ended::Code(0));
    assert_eq!(world.app.panes().tabs().len(), 1);
    assert!(world.said().contains("exit code 0"), "{}", world.said());
    ends(&mut world, first, Ended::Code(3));
    assert!(world.app.panes().tab().unwrap().over.as_ref().unwrap().words.contains("exit code 3"));
    world.press("a");
    assert_eq!(typed(&mut world), [], "nobody is there any more");
    world.press("enter");
    assert!(world.app.panes().tabs().is_empty() && world.app.layer() == Layer::Browse);
}

#[test]
fn closing_and_leaving_say_what_goes_on() {
    let mut world = world();
    let id = open(&mut world);
    world.press("ctrl-] x");
    assert!(world.asked().contains(&Effect::CloseSession { id }));
    assert!(world.said().contains("may go on"), "{}", world.said());
    let _ = open(&mut world);
    world.press("ctrl-] ctrl-] ctrl-c");
    assert!(!world.asked().contains(&Effect::Quit), "it asks first");
    world.press("ctrl-c");
    assert!(world.asked().contains(&Effect::Quit));
}

#[test]
fn a_command_runs_in_all_marked_pods_side_by_side() {
    let mut world = world();
    world.press(r#"ctrl-a : "exec -c main uname -r" enter"#);
    let runs: Vec<(SessionId, String)> = world
        .asked()
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::RunIn { id, target, container, words, .. } => {
                assert_eq!((container.as_str(), words.join(" ")), ("main", "uname -r".to_owned()));
                Some((id, target.name))
            }
            _ => None,
        })
        .collect();
    assert!(runs.len() > 1);
    let panes = world.app.panes();
    assert!(panes.tiled() && panes.zoomed() && panes.tabs().len() == runs.len());
    assert!(panes.tabs().iter().all(|tab| matches!(tab.what(), What::Command(_))));
    let (last, others) = runs.split_last().unwrap();
    for (id, pod) in others {
        let place = Place { pod: pod.clone(), ..Place::default() };
        world.tell(Msg::Session(*id, SessionNews::At(place)));
        says(&mut world, *id, "6.1\r\n");
        ends(&mut world, *id, Ended::Code(0));
    }
    assert!(!world.app.notice().is_some_and(|n| n.text.contains("places")), "one goes on");
    world.tell(Msg::Session(last.0, SessionNews::Failed("no such pod".to_owned())));
    let wanted = format!("uname -r: exit code 0 in {} of {} places", others.len(), runs.len());
    assert_eq!(world.said(), wanted);
}

#[test]
fn the_far_side_has_the_size_of_what_is_seen() {
    let mut world = world();
    let id = open(&mut world);
    let area = Rect { x: 0, y: 10, width: 90, height: 20 };
    let layout = Layout { sessions: vec![(0, area)], ..world.app.layout().clone() };
    world.tell(Msg::Drawn(layout));
    let sizes: Vec<Effect> = world.asked();
    assert!(sizes.contains(&Effect::ResizeSession { id, columns: 90, lines: 20 }), "{sizes:?}");
}

#[test]
fn the_footer_of_a_list_offers_what_means_something_in_it() {
    let mut world = world();
    let offered =
        |world: &World| world.app.hints().into_iter().map(|hint| hint.action).collect::<Vec<_>>();
    world.press("ctrl-n");
    assert!(offered(&world).contains(&Action::ToggleFavourite));
    world.press("esc ctrl-t");
    let id = world.asked().into_iter().find_map(|effect| match effect {
        Effect::FindPod { id, .. } => Some(id),
        _ => None,
    });
    let news = SessionNews::Pod(Arc::new(pod("shop", "db-1-a", "n1", 0)));
    world.tell(Msg::Session(id.unwrap(), news));
    assert_eq!(world.app.layer(), Layer::Picker);
    assert_eq!(offered(&world), [Action::Accept, Action::Escape]);
}
