//! A change on its way to a server that is busy, that others write to, or whose connection breaks.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use kx::change::{Change, Outcome, Report, Target, offer};
use kx::cluster::{Client, write};
use kx::kinds::{Catalog, Resource};
use kx::sheet::{Answer, Facts, Want};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};

use crate::script::{Asked, Reply, Server};

fn target(plural: &str) -> Target {
    let mut resource = Resource::clone(&Catalog::default().resolve(plural).unwrap());
    resource.subresources = vec!["scale".to_owned()];
    Target {
        resource: Arc::new(resource),
        namespace: "shop".to_owned(),
        name: "web".to_owned(),
        uid: None,
    }
}

/// What an action does to an object, with these answers.
fn change(action: &str, plural: &str, answers: &[&str]) -> Change {
    let offer = offer(action).unwrap();
    if let Some(mut changes) = offer.changes(&[target(plural)]) {
        return changes.remove(0);
    }
    let mut proposal = offer.proposal(vec![target(plural)]).unwrap();
    proposal.answer(answers.iter().map(|&answer| answer.to_owned()).collect());
    let answers = HashMap::new();
    let catalog = Catalog::default();
    proposal.changes(&Facts::new(&answers, &|_| None, &catalog, 0)).unwrap().remove(0)
}

async fn carry_out(client: &Client, change: Change) -> Report {
    write::carry_out(client, change, |_, _, _| Ok(())).await
}

fn scale(version: u64, replicas: u64) -> Value {
    json!({
        "kind": "Scale", "apiVersion": "autoscaling/v1",
        "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": version.to_string()},
        "spec": {"replicas": replicas},
    })
}

fn methods(server: &Server) -> Vec<String> {
    server.asked().into_iter().map(|asked: Asked| asked.method).collect()
}

#[tokio::test]
async fn a_step_is_one_step_however_often_somebody_else_is_faster() {
    let version = AtomicU64::new(0);
    let server = Server::start(move |asked| match (asked.method.as_str(), asked.before) {
        ("GET", _) => Reply::json(&scale(version.fetch_add(1, Relaxed), 3)),
        ("PUT", 0 | 1) => Reply::status(409, "Conflict", "the object has been modified"),
        _ => Reply::json(&scale(9, 4)),
    })
    .await;
    let report = carry_out(&server.writer, change("scale-up", "deployments", &[])).await;
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(report.after.unwrap()["spec"]["replicas"], 4);
    assert_eq!(methods(&server), ["GET", "PUT", "GET", "PUT", "GET", "PUT"]);
}

/// The answer to the write never comes; what is found afterwards decides.
async fn cut(after: Reply) -> Outcome {
    let server = Server::start(move |asked| match (asked.method.as_str(), asked.before) {
        ("GET", 0) => Reply::json(&scale(1, 3)),
        ("PUT", _) => Reply::json(&scale(2, 5)).cut(10),
        _ => after.clone(),
    })
    .await;
    let report = carry_out(&server.writer, change("scale", "deployments", &["5"])).await;
    assert_eq!(methods(&server).iter().filter(|method| *method == "PUT").count(), 1);
    report.outcome
}

#[tokio::test]
async fn what_a_broken_connection_leaves_open_is_found_out() {
    assert_eq!(cut(Reply::json(&scale(2, 5))).await, Outcome::Done);
    match cut(Reply::json(&scale(1, 3))).await {
        Outcome::Failed(why) => assert!(why.contains("the server did not take it"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_cannot_be_found_out_is_said_to_be_unknown() {
    match cut(Reply::status(403, "Forbidden", "not any more")).await {
        Outcome::Unknown(why) => assert!(why.contains("look at the object"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_done_when_the_object_is_gone() {
    let server = Server::start(|asked| match (asked.method.as_str(), asked.before) {
        ("GET", 0) => Reply::json(&json!({"metadata": {"name": "web", "uid": "u"}})),
        ("DELETE", _) => Reply::json(&json!({})).cut(0),
        _ => Reply::status(404, "NotFound", "deployments.apps \"web\" not found"),
    })
    .await;
    let report = carry_out(&server.writer, change("delete", "deployments", &[])).await;
    assert_eq!(report.outcome, Outcome::Done);
}

#[tokio::test]
async fn the_servers_words_are_told_whole() {
    let words = "admission webhook \"policy.example.org\" denied the request: no more than 3 replicas in shop";
    let server = Server::start(move |asked| match asked.method.as_str() {
        "GET" => Reply::json(&scale(1, 3)),
        _ => Reply::status(403, "Forbidden", words),
    })
    .await;
    let report = carry_out(&server.writer, change("scale", "deployments", &["5"])).await;
    assert!(report.words().contains(words), "{}", report.words());
    assert_eq!(report.after, None);
}

#[tokio::test]
async fn nothing_is_sent_that_is_not_written_down_and_nothing_that_is_so_already() {
    let server = Server::start(|_| Reply::json(&scale(1, 5))).await;
    let report = carry_out(&server.writer, change("scale", "deployments", &["5"])).await;
    assert_eq!(report.outcome, Outcome::Already);
    let no_room = |_: &Change, _: &kx::change::Call, _: &Value| Err("the disk is full".to_owned());
    let report = write::carry_out(&server.writer, change("scale", "deployments", &["6"]), no_room);
    assert_eq!(report.await.outcome, Outcome::Failed("the disk is full".to_owned()));
    assert_eq!(methods(&server), ["GET", "GET"]);
}

#[tokio::test]
async fn a_read_only_client_refuses_at_the_gate() {
    let server = Server::start(|_| Reply::json(&scale(1, 3))).await;
    let report = carry_out(&server.client, change("scale", "deployments", &["5"])).await;
    match report.outcome {
        Outcome::Failed(why) => assert!(why.starts_with("read-only: PUT"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(methods(&server), ["GET"]);
}

/// What a drain does to the one pod on a node.
fn leaving(pod: &Value) -> Change {
    let catalog = Catalog::default();
    let node = Target {
        resource: catalog.resolve("nodes").unwrap(),
        namespace: String::new(),
        name: "n1".to_owned(),
        uid: None,
    };
    let proposal = offer("drain").unwrap().proposal(vec![node]).unwrap();
    let nothing = HashMap::new();
    let wants = proposal.wants(&Facts::new(&nothing, &|_| None, &catalog, 0));
    let pods = wants.into_iter().filter(|want| matches!(want, Want::Objects { .. }));
    let known = pods.map(|want| (want, Answer::Objects(vec![Arc::new(pod.clone())]))).collect();
    let rows = |_: &Want| Some(Vec::new());
    let changes = proposal.changes(&Facts::new(&known, &rows, &catalog, 0)).unwrap();
    let words: Vec<String> = changes.iter().map(Change::words).collect();
    assert_eq!(words, ["cordon: node/n1", "evict: pod/web in shop"]);
    changes[1].clone()
}

fn pod(uid: &str) -> Value {
    let owner =
        json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "controller": true});
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": "web", "namespace": "shop", "uid": uid, "ownerReferences": [owner]},
    })
}

#[tokio::test]
async fn a_pod_that_leaves_is_awaited_until_another_has_its_name() {
    let server = Server::start(|asked| match (asked.method.as_str(), asked.before) {
        ("POST", _) => Reply::json(&json!({"kind": "Status", "status": "Success"})),
        ("GET", 0 | 1) => Reply::json(&pod("u")),
        _ => Reply::json(&pod("another")),
    })
    .await;
    let report = carry_out(&server.writer, leaving(&pod("u"))).await;
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(methods(&server), ["GET", "POST", "GET", "GET"]);
    let eviction = &server.asked()[1];
    assert!(eviction.path.starts_with("/api/v1/namespaces/shop/pods/web/eviction"));
}

#[tokio::test]
async fn what_waits_for_a_budget_says_so_and_can_be_stopped() {
    let words = "Cannot evict pod as it would violate the pod's disruption budget.";
    let server = Server::start(move |asked| match asked.method.as_str() {
        "GET" => Reply::json(&pod("u")),
        _ => Reply::status(429, "TooManyRequests", words),
    })
    .await;
    let (stop, stopped) = watch::channel(false);
    let turns = Semaphore::new(1);
    // The first word of what it waits for stops it.
    let tell = |told: String| {
        assert!(told.contains(words), "{told}");
        stop.send_replace(true);
    };
    let pace = write::Pace { turns: &turns, stopped, tell: &tell };
    let report =
        write::carry_out_at(&server.writer, leaving(&pod("u")), pace, |_, _, _| Ok(())).await;
    match report.outcome {
        Outcome::Failed(why) => {
            assert!(why.starts_with("stopped while it waited") && why.contains(words), "{why}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(methods(&server), ["GET", "POST"]);
}

#[tokio::test]
async fn an_eviction_that_a_budget_forbids_is_not_tried_again_by_itself() {
    let words = "Cannot evict pod as it would violate the pod's disruption budget.";
    let server = Server::start(move |asked| match asked.method.as_str() {
        "GET" => Reply::json(&pod("u")),
        _ => Reply::status(429, "TooManyRequests", words),
    })
    .await;
    let report = carry_out(&server.writer, change("evict", "pods", &[""])).await;
    assert_eq!(report.outcome, Outcome::Failed(words.to_owned()));
    assert_eq!(methods(&server), ["GET", "POST"]);
}
