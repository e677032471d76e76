//! Whole objects of a collection, followed.

use std::time::Duration;

use kx::cluster::objects::{self, News, Which};
use kx::kinds::Catalog;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::script::{Reply, Server};

fn event(name: &str, version: u64, note: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "shop", "resourceVersion": version.to_string()},
        "message": note})
}

fn page(version: u64, next: &str, items: &[Value]) -> Reply {
    let metadata = json!({"resourceVersion": version.to_string(), "continue": next});
    Reply::json(
        &json!({"kind": "EventList", "apiVersion": "v1", "metadata": metadata, "items": items}),
    )
}

fn stream(events: &[(&str, Value)]) -> Reply {
    let line =
        |(what, object): &(&str, Value)| format!("{}\n", json!({"type": what, "object": object}));
    Reply::new(200, "application/json", events.iter().map(line).collect::<String>())
}

fn follow(server: &Server) -> (kx::cluster::watch::Task, mpsc::Receiver<News>) {
    let (tx, news) = mpsc::channel(8);
    let events = Catalog::default().resolve("events").unwrap();
    let which = Which { namespace: "shop", labels: "", fields: "involvedObject.name=web" };
    (objects::follow(server.client.clone(), &events, which, tx), news)
}

async fn next(news: &mut mpsc::Receiver<News>) -> News {
    tokio::time::timeout(Duration::from_secs(30), news.recv()).await.unwrap().unwrap()
}

/// Names and messages of the objects told of next.
async fn told(news: &mut mpsc::Receiver<News>) -> Vec<String> {
    match next(news).await {
        News::Objects(objects) => {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let told = objects.iter().map(|o| text(&o["metadata"]["name"]) + &text(&o["message"]));
            told.collect()
        }
        other @ News::Failed { .. } => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn they_are_listed_in_pages_and_a_burst_of_changes_is_told_of_once() {
    let server = Server::start(|asked| match (asked.watches(), asked.get("continue")) {
        (false, "") => page(5, "more", &[event("b", 2, "1")]),
        (false, _) => page(5, "", &[event("a", 1, "1")]),
        _ if asked.before == 0 => stream(&[
            ("ADDED", event("c", 6, "1")),
            ("MODIFIED", event("a", 7, "2")),
            ("DELETED", event("b", 8, "1")),
            ("ADDED", event("d", 9, "1")),
        ])
        .open(),
        _ => stream(&[]).open(),
    })
    .await;
    let (_task, mut news) = follow(&server);
    assert_eq!(told(&mut news).await, ["a1", "b1"], "in order of their names");
    assert_eq!(told(&mut news).await, ["a2", "c1", "d1"]);
    assert!(news.try_recv().is_err(), "one burst is one message");
    let asked = server.asked();
    assert_eq!(asked[0].path, "/api/v1/namespaces/shop/events");
    assert_eq!(asked[0].get("fieldSelector"), "involvedObject.name=web");
    assert_eq!((asked[0].get("limit"), asked[1].get("continue")), ("500", "more"));
    assert_eq!(asked[2].get("resourceVersion"), "5", "the watch goes on from the list");
    assert_eq!(asked[2].get("allowWatchBookmarks"), "true");
}

#[tokio::test]
async fn objects_of_a_list_are_told_with_their_kind() {
    let server = Server::start(|asked| {
        if asked.watches() { stream(&[]).open() } else { page(5, "", &[event("a", 1, "1")]) }
    })
    .await;
    let (_task, mut news) = follow(&server);
    let News::Objects(objects) = next(&mut news).await else { panic!("objects are told of") };
    assert_eq!((&objects[0]["kind"], &objects[0]["apiVersion"]), (&json!("Event"), &json!("v1")));
}

#[tokio::test]
async fn a_cut_stream_goes_on_from_the_last_bookmark() {
    let server = Server::start(|asked| match (asked.watches(), asked.before) {
        (false, _) => page(5, "", &[event("a", 1, "1")]),
        (true, 0) => {
            let bookmark = json!({"metadata": {"resourceVersion": "40"}});
            let lines = stream(&[("BOOKMARK", bookmark)]);
            lines.cut(usize::MAX)
        }
        (true, 1) => stream(&[("ADDED", event("b", 41, "1"))]).open(),
        _ => stream(&[]).open(),
    })
    .await;
    let (_task, mut news) = follow(&server);
    assert_eq!(told(&mut news).await, ["a1"]);
    assert_eq!(told(&mut news).await, ["a1", "b1"]);
    let asked = server.asked();
    assert_eq!(asked[2].get("resourceVersion"), "40");
    assert_eq!(asked.iter().filter(|a| !a.watches()).count(), 1, "nothing was listed twice");
}

#[tokio::test]
async fn what_the_server_has_forgotten_is_listed_anew() {
    let server = Server::start(|asked| match (asked.watches(), asked.before) {
        (false, 0) => page(5, "", &[event("a", 1, "1"), event("gone", 2, "1")]),
        (false, _) => page(90, "", &[event("a", 80, "2")]),
        (true, 0) => {
            let status =
                json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"});
            stream(&[("ERROR", status)])
        }
        _ => stream(&[]).open(),
    })
    .await;
    let (_task, mut news) = follow(&server);
    assert_eq!(told(&mut news).await, ["a1", "gone1"]);
    assert_eq!(told(&mut news).await, ["a2"], "without a word of failure in between");
    let again = tokio::time::timeout(Duration::from_secs(30), async {
        while server.asked().iter().filter(|a| a.watches()).count() < 2 {
            tokio::task::yield_now().await;
        }
    });
    again.await.unwrap();
    assert_eq!(server.asked().last().unwrap().get("resourceVersion"), "90");
}

#[tokio::test]
async fn a_refusal_ends_it_and_a_server_that_is_down_is_asked_again() {
    let server = Server::start(|_| Reply::status(403, "Forbidden", "no")).await;
    let (_task, mut news) = follow(&server);
    assert!(matches!(next(&mut news).await, News::Failed { again: false, .. }));
    assert!(news.recv().await.is_none());

    let server = Server::start(|asked| match (asked.watches(), asked.before) {
        (false, 0) => Reply::status(503, "ServiceUnavailable", "starting"),
        (false, _) => page(5, "", &[event("a", 1, "1")]),
        _ => stream(&[]).open(),
    })
    .await;
    let (_task, mut news) = follow(&server);
    assert!(matches!(next(&mut news).await, News::Failed { again: true, .. }));
    assert_eq!(told(&mut news).await, ["a1"]);
}

#[tokio::test]
async fn after_trouble_they_are_told_of_again_though_nothing_changed() {
    let server = Server::start(|asked| match (asked.watches(), asked.before) {
        (false, _) => page(5, "", &[event("a", 1, "1")]),
        (true, 0) => Reply::status(503, "ServiceUnavailable", "going down"),
        _ => stream(&[]).open(),
    })
    .await;
    let (_task, mut news) = follow(&server);
    assert_eq!(told(&mut news).await, ["a1"]);
    assert!(matches!(next(&mut news).await, News::Failed { again: true, .. }));
    assert_eq!(told(&mut news).await, ["a1"], "so that they are known to be up to date");
}
