//! The API server goes away and comes back: rows stay, are marked stale, and then are the truth again.

use kx::store::Freshness;

use crate::lab::{Lab, Options};
use crate::support::{client, get};
use crate::watched::Watched;

const PODS: usize = 3000;

/// What the server has, by a reader of its own.
async fn names_on_the_server(client: &kx::cluster::Client) -> std::collections::BTreeSet<String> {
    let list = get(client, "/api/v1/pods", "application/json").await;
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    let name = |meta: &serde_json::Value| {
        format!("{}/{}", meta["namespace"].as_str().unwrap(), meta["name"].as_str().unwrap())
    };
    list["items"].as_array().unwrap().iter().map(|item| name(&item["metadata"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_survive_restarts_and_lost_history() {
    let lab = Lab::start(&Options::bare()).unwrap();
    lab.fill(0, PODS, 10, 10).unwrap();
    let client = client(&lab, "admin").await;
    let mut pods = Watched::pods(&client, "");
    pods.until_live(PODS).await;

    // A crash, and nothing happens meanwhile.
    let before = pods.names();
    lab.stop_apiserver().unwrap();
    let stale = |w: &Watched| matches!(w.state, Freshness::Stale { .. });
    pods.until("marked stale", stale).await;
    assert_eq!(pods.names(), before, "rows stay while they are stale");
    lab.start_apiserver().unwrap();
    pods.until_live(PODS).await;
    assert_eq!(pods.names(), before);
    lab.run(["-n", "team-001", "run", "after-the-restart", "--image=a"]);
    pods.until("changes arrive again", |w| w.names().contains("team-001/after-the-restart")).await;

    // Another crash. While it lasts pods come and go, and the history in which kx could read so is dropped.
    let version = get(&client, "/api/v1/pods?limit=1", "application/json").await;
    let version: serde_json::Value = serde_json::from_slice(&version).unwrap();
    let version = version["metadata"]["resourceVersion"].as_str().unwrap();
    lab.stop_apiserver().unwrap();
    pods.until("marked stale", stale).await;
    lab.fill(PODS, 50, 10, 10).unwrap();
    lab.forget("/registry/pods/team-003/").unwrap();
    lab.compact().unwrap();
    assert_eq!(pods.names().len(), PODS + 1, "rows stay while they are stale");
    lab.start_apiserver().unwrap();
    let resumed = format!("/api/v1/pods?watch=true&resourceVersion={version}&timeoutSeconds=5");
    let answer = get(&client, &resumed, "application/json").await;
    assert!(
        String::from_utf8_lossy(&answer).contains(r#""code":410"#),
        "the server should have lost its history: {answer:?}"
    );

    let truth = names_on_the_server(&client).await;
    assert_eq!(truth.len(), PODS + 1 + 50 - PODS / 10 - 5);
    pods.until("the server's pods, all and only", |w| w.is_live() && w.names() == truth).await;
    lab.run(["-n", "team-001", "delete", "pod", "after-the-restart"]);
    pods.until("changes arrive again", |w| !w.names().contains("team-001/after-the-restart")).await;
    assert_eq!(pods.rows.len(), truth.len() - 1);
}
