//! How watches break and go on.

use kx::store::Freshness;

use crate::script::{Asked, Reply, Server, bookmark, error_event, event, namespace, page};
use crate::view::{View, source};

fn two() -> Reply {
    Reply::protobuf(page(
        5,
        "",
        None,
        vec![namespace("a", 1, "Active"), namespace("b", 2, "Active")],
    ))
}

/// The events after a version, as a server keeps them.
fn history() -> Vec<(u64, Vec<u8>)> {
    vec![
        (6, event("ADDED", namespace("c", 6, "Active"))),
        (7, event("MODIFIED", namespace("a", 7, "Terminating"))),
        (8, event("DELETED", namespace("b", 8, "Active"))),
        (9, event("ADDED", namespace("d", 9, "Active"))),
    ]
}

fn since(asked: &Asked) -> Vec<u8> {
    let version: u64 = asked.get("resourceVersion").parse().unwrap();
    history().into_iter().filter(|(at, _)| *at > version).flat_map(|(_, event)| event).collect()
}

#[tokio::test]
async fn a_watch_that_is_cut_at_any_byte_loses_and_doubles_nothing() {
    let whole: usize = history().iter().map(|(_, event)| event.len()).sum();
    let cuts = (0..=whole).step_by(whole / 16).map(|at| async move {
        let server = Server::start(move |asked| match (asked.watches(), asked.before) {
            (false, _) => two(),
            (true, 0) => Reply::protobuf(since(asked)).cut(at),
            _ => Reply::protobuf(since(asked)).open(),
        })
        .await;
        let mut view = View::open(&server, source("namespaces"));
        view.until(|view| view.names() == ["a", "c", "d"] && view.is_live()).await;
        assert_eq!(view.cells(), ["a=Terminating", "c=Active", "d=Active"], "cut at {at}");
        assert_eq!(view.resets, 0, "cut at {at}");
        assert_eq!(server.asked().iter().filter(|asked| !asked.watches()).count(), 1);
    });
    futures::future::join_all(cuts).await;
}

#[tokio::test]
async fn it_goes_on_from_the_last_bookmark() {
    let server = Server::start(|asked| match (asked.watches(), asked.before) {
        (false, _) => two(),
        (true, 0) => Reply::protobuf(bookmark(70, false)),
        _ => Reply::protobuf(event("DELETED", namespace("a", 71, "Active"))).open(),
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.until(|view| view.names() == ["b"]).await;
    let asked = server.asked();
    assert_eq!(asked[1].get("allowWatchBookmarks"), "true");
    assert_eq!(asked[2].get("resourceVersion"), "70");
    assert!(!view.was_stale(), "a watch that ends is nothing to worry about");
}

#[tokio::test]
async fn what_the_server_has_forgotten_is_listed_behind_the_screen() {
    let expired = [
        Reply::status(410, "Expired", "too old resource version"),
        Reply::protobuf(error_event(410, "Expired")),
    ];
    for gone in expired {
        let server = Server::start(move |asked| match (asked.watches(), asked.before) {
            (false, 0) => two(),
            (false, _) => {
                Reply::protobuf(page(50, "", None, vec![namespace("b", 40, "Terminating")]))
            }
            (true, 0) => gone.clone(),
            _ => Reply::protobuf(Vec::new()).open(),
        })
        .await;
        let mut view = View::open(&server, source("namespaces"));
        view.until(View::was_stale).await;
        assert_eq!(view.names(), ["a", "b"], "rows stay on screen");
        view.until(|view| view.resets == 1).await;
        assert_eq!(view.cells(), ["b=Terminating"]);
        view.live().await;
        assert_eq!(server.asked().last().unwrap().get("resourceVersion"), "50");
    }
}

#[tokio::test]
async fn a_relist_that_fails_leaves_the_rows_as_they_are() {
    let server = Server::start(move |asked| match (asked.watches(), asked.before) {
        (false, 0) => two(),
        (false, 1) => {
            Reply::protobuf(page(50, "", None, vec![namespace("x", 40, "Active")])).cut(20)
        }
        (false, _) => Reply::protobuf(page(60, "", None, vec![namespace("b", 40, "Active")])),
        (true, 0) => Reply::protobuf(error_event(410, "Expired")),
        _ => Reply::protobuf(Vec::new()).open(),
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.until(|view| {
        assert!(view.resets > 0 || view.names().is_empty() || view.names() == ["a", "b"]);
        view.resets == 1
    })
    .await;
    assert_eq!(view.names(), ["b"]);
}

#[tokio::test]
async fn garbage_and_failures_are_told_and_overcome() {
    let server = Server::start(|asked| match (asked.watches(), asked.before) {
        (false, _) => two(),
        (true, 0) => Reply::protobuf(vec![0, 0, 0, 5, 1, 2, 3, 4, 5]).open(),
        (true, 1) => Reply::protobuf(error_event(500, "InternalError")),
        (true, 2) => Reply::status(503, "ServiceUnavailable", "restarting"),
        _ => Reply::protobuf(since(asked)).open(),
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.until(|view| view.names() == ["a", "c", "d"] && view.is_live()).await;
    let stale = |state: &&Freshness| matches!(state, Freshness::Stale { .. });
    assert_eq!(view.states.iter().filter(stale).count(), 3, "{:?}", view.states);
}

#[tokio::test]
async fn a_server_that_keeps_failing_to_resume_is_asked_for_everything() {
    let server = Server::start(|asked| match (asked.watches(), asked.get("resourceVersion")) {
        (false, _) if asked.before > 0 => {
            Reply::protobuf(page(60, "", None, vec![namespace("z", 55, "Active")]))
        }
        (false, _) => two(),
        (true, "5") => Reply::protobuf(error_event(504, "Timeout")),
        _ => Reply::protobuf(Vec::new()).open(),
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.until(|view| view.names() == ["z"] && view.is_live()).await;
    assert_eq!(view.resets, 1);
}

#[tokio::test]
async fn rights_that_come_and_go_are_told() {
    let server = Server::start(|asked| match (asked.watches(), asked.before) {
        (false, _) => two(),
        (true, 0) => Reply::protobuf(since(asked)),
        // A server that has just started does not know its rights yet.
        (true, 1..=2) => Reply::status(403, "Forbidden", "not yet"),
        _ => Reply::protobuf(Vec::new()).open(),
    })
    .await;
    let mut view = View::open(&server, source("namespaces"));
    view.until(|view| view.was_stale() && view.is_live()).await;
    assert_eq!(view.names(), ["a", "c", "d"]);
}
