//! One object, followed.

use std::time::Duration;

use kx::cluster::object::{self, News};
use kx::kinds::Catalog;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::script::{Reply, Server};

fn pod(version: u64, phase: &str) -> Value {
    json!({"metadata": {"name": "web", "namespace": "shop", "resourceVersion": version.to_string()},
        "status": {"phase": phase}})
}

fn follow(server: &Server) -> (kx::cluster::watch::Task, mpsc::Receiver<News>) {
    let (tx, news) = mpsc::channel(8);
    let pods = Catalog::default().resolve("pods").unwrap();
    (object::follow(server.client.clone(), &pods, "shop", "web", tx), news)
}

async fn next(news: &mut mpsc::Receiver<News>) -> News {
    tokio::time::timeout(Duration::from_secs(30), news.recv()).await.unwrap().unwrap()
}

fn phase(news: &News) -> &str {
    match news {
        News::Value(value) => value["status"]["phase"].as_str().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_version_is_told_once_then_its_deletion_and_its_return() {
    let server = Server::start(|asked| {
        if asked.path.ends_with("/web") {
            return if asked.before == 0 {
                Reply::json(&pod(1, "Pending"))
            } else {
                Reply::json(&pod(4, "Running"))
            };
        }
        let events = [
            ("ADDED", 1, "Pending"),
            ("MODIFIED", 2, "Running"),
            ("DELETED", 3, ""),
            ("ADDED", 4, "Running"),
        ];
        let lines: String = events
            .map(|(what, version, phase)| {
                format!("{}\n", json!({"type": what, "object": pod(version, phase)}))
            })
            .concat();
        Reply::new(200, "application/json", if asked.before == 0 { lines } else { String::new() })
            .open()
    })
    .await;
    let (_task, mut news) = follow(&server);
    assert_eq!(phase(&next(&mut news).await), "Pending");
    assert_eq!(phase(&next(&mut news).await), "Running");
    assert_eq!(next(&mut news).await, News::Deleted);
    assert_eq!(phase(&next(&mut news).await), "Running");
    assert_eq!(server.asked()[1].get("fieldSelector"), "metadata.name=web");
}

#[tokio::test]
async fn what_is_deleted_while_the_watch_was_away_is_told() {
    let server = Server::start(|asked| match (asked.path.ends_with("/web"), asked.before) {
        (true, 0) => Reply::json(&pod(1, "Running")),
        (true, _) => Reply::status(404, "NotFound", "pods \"web\" not found"),
        _ => Reply::new(200, "application/json", "").cut(0),
    })
    .await;
    let (_task, mut news) = follow(&server);
    assert_eq!(phase(&next(&mut news).await), "Running");
    assert_eq!(next(&mut news).await, News::Deleted);
}

#[tokio::test]
async fn what_is_not_allowed_ends_it() {
    let server = Server::start(|_| Reply::status(403, "No", "no")).await;
    let (_task, mut news) = follow(&server);
    assert!(matches!(next(&mut news).await, News::Failed { again: false, .. }));
    assert!(news.recv().await.is_none());
}

#[tokio::test]
async fn what_is_not_there_yet_is_told_once_and_waited_for() {
    let server = Server::start(|asked| {
        if asked.path.ends_with("/web") {
            return Reply::status(404, "NotFound", "pods \"web\" not found");
        }
        // The first watch ends before anything happens.
        let added = json!({"type": "ADDED", "object": pod(7, "Pending")});
        let body = if asked.before == 0 { String::new() } else { format!("{added}\n") };
        let reply = Reply::new(200, "application/json", body);
        if asked.before == 0 { reply.cut(0) } else { reply.open() }
    })
    .await;
    let (_task, mut news) = follow(&server);
    assert!(matches!(next(&mut news).await, News::Failed { again: true, .. }));
    assert_eq!(phase(&next(&mut news).await), "Pending", "no second word of its absence");
    assert_eq!(server.asked()[1].get("fieldSelector"), "metadata.name=web");
}

#[tokio::test]
async fn a_server_that_is_down_is_asked_again() {
    let server = Server::start(|asked| match (asked.path.ends_with("/web"), asked.before) {
        (true, 0) => Reply::status(503, "ServiceUnavailable", "starting"),
        (true, _) => Reply::json(&pod(1, "Running")),
        _ => Reply::new(200, "application/json", "").open(),
    })
    .await;
    let (_task, mut news) = follow(&server);
    assert!(matches!(next(&mut news).await, News::Failed { again: true, .. }));
    assert_eq!(phase(&next(&mut news).await), "Running");
}
