//! What a cluster serves, asked in the new way and in the old one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kx::cluster::discovery::{self, Discovered};
use serde_json::{Value, json};

use crate::script::{Reply, Server};

fn served(plural: &str, kind: &str, short: &str) -> Value {
    json!({"resource": plural, "responseKind": {"group": "", "version": "", "kind": kind},
        "scope": "Namespaced", "singularResource": kind.to_lowercase(), "shortNames": [short],
        "verbs": ["get", "list", "watch"], "subresources": [{"subresource": "status", "verbs": ["get"]}]})
}

fn group(name: &str, resources: &[Value], freshness: &str) -> Value {
    json!({"metadata": {"name": name}, "versions": [
        {"version": "v1", "resources": resources, "freshness": freshness}]})
}

fn aggregated(groups: &[Value]) -> Reply {
    Reply::json(
        &json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": groups}),
    )
}

#[tokio::test]
async fn one_answer_tells_everything() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/api" => aggregated(&[group("", &[served("pods", "Pod", "po")], "Current")]),
        "/apis" => aggregated(&[
            group("metrics.k8s.io", &[], "Stale"),
            group("cert-manager.io", &[served("certificates", "Certificate", "cert")], "Current"),
            group("other.example", &[served("certificates", "Certificate", "po")], "Current"),
        ]),
        "/version" => Reply::json(&json!({"gitVersion": "v1.36.3", "platform": "linux/amd64"})),
        _ => Reply::status(404, "NotFound", "no"),
    })
    .await;
    let Discovered { catalog, stale } = discovery::discover(&server.client).await.unwrap();
    assert_eq!(catalog.resolve("po").unwrap().plural, "pods");
    assert_eq!(catalog.resolve("certificates.other.example").unwrap().group, "other.example");
    let certificates = catalog.resolve("cert").unwrap();
    assert_eq!(certificates.group, "cert-manager.io");
    assert_eq!(certificates.subresources, ["status"]);
    assert_eq!(stale, ["metrics.k8s.io/v1"]);
    let version = discovery::version(&server.client).await.unwrap();
    assert_eq!(version.git_version, "v1.36.3");
    assert!(server.asked()[0].accept.contains("v=v2;as=APIGroupDiscoveryList"));
}

#[tokio::test]
async fn an_old_server_is_asked_group_by_group_and_one_failure_spoils_nothing() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/api" => Reply::json(&json!({"kind": "APIVersions", "versions": ["v1"]})),
        "/apis" => Reply::json(&json!({"kind": "APIGroupList", "groups": [
            {"name": "apps", "versions": [{"version": "v1beta1"}, {"version": "v1"}], "preferredVersion": {"version": "v1"}},
            {"name": "broken.example", "versions": [{"version": "v1"}], "preferredVersion": {"version": "v1"}},
        ]})),
        "/api/v1" => Reply::json(&json!({"resources": [
            {"name": "pods", "singularName": "", "kind": "Pod", "namespaced": true, "verbs": ["list"], "shortNames": ["po"]},
            {"name": "pods/log", "kind": "Pod", "namespaced": true, "verbs": ["get"]}]})),
        "/apis/apps/v1" | "/apis/apps/v1beta1" => Reply::json(&json!({"resources": [
            {"name": "deployments", "singularName": "deployment", "kind": "Deployment", "namespaced": true, "verbs": ["list"]}]})),
        _ => Reply::status(503, "ServiceUnavailable", "down"),
    })
    .await;
    let Discovered { catalog, stale } = discovery::discover(&server.client).await.unwrap();
    assert_eq!(catalog.resolve("pods").unwrap().subresources, ["log"]);
    assert_eq!(catalog.resolve("deployment").unwrap().version, "v1");
    assert_eq!(catalog.resolve("deployments.v1beta1.apps").unwrap().version, "v1beta1");
    assert_eq!(stale, ["broken.example/v1"]);
}

#[tokio::test]
async fn a_new_definition_is_noticed_without_asking() {
    let defined = Arc::new(AtomicBool::new(false));
    let asked_for = Arc::clone(&defined);
    let server = Server::start(move |asked| {
        let crd =
            |name: &str| json!({"metadata": {"name": name, "uid": name, "resourceVersion": "6"}});
        match (asked.path.as_str(), asked.watches()) {
            ("/api", _) => aggregated(&[group("", &[served("pods", "Pod", "po")], "Current")]),
            ("/apis", _) if asked_for.load(Ordering::SeqCst) => aggregated(&[group(
                "stable.example",
                &[served("crontabs", "CronTab", "ct")],
                "Current",
            )]),
            // The definition is there before it is served.
            ("/apis", _) => {
                asked_for.store(asked.before > 0, Ordering::SeqCst);
                aggregated(&[])
            }
            (path, true) if path.ends_with("customresourcedefinitions") => {
                let event = json!({"type": "ADDED", "object": crd("crontabs.stable.example")});
                Reply::new(200, "application/json", event.to_string()).open()
            }
            (_, true) => Reply::new(200, "application/json", "").open(),
            _ => Reply::json(&json!({"metadata": {"resourceVersion": "5"}, "items": []})),
        }
    })
    .await;
    let (tx, mut news) = tokio::sync::mpsc::channel(4);
    let _follow = discovery::follow(server.client.clone(), tx);
    let mut seen = 0;
    loop {
        let next = tokio::time::timeout(Duration::from_secs(30), news.recv()).await;
        let found = next.expect("in time").expect("it goes on").unwrap();
        seen += 1;
        if found.catalog.resolve("crontabs").is_ok() {
            break;
        }
    }
    assert_eq!(seen, 2, "only what differs is told");
}

#[tokio::test]
async fn a_server_that_is_down_is_told_and_asked_again() {
    let server = Server::start(|asked| match (asked.path.as_str(), asked.before) {
        ("/api" | "/apis", 0) => Reply::status(503, "ServiceUnavailable", "starting"),
        ("/api" | "/apis", _) => aggregated(&[]),
        _ => Reply::status(403, "Forbidden", "no"),
    })
    .await;
    let (tx, mut news) = tokio::sync::mpsc::channel(4);
    let follow = discovery::follow(server.client.clone(), tx);
    let mut next =
        async || tokio::time::timeout(Duration::from_secs(30), news.recv()).await.unwrap().unwrap();
    assert!(next().await.is_err());
    assert!(next().await.is_ok());
    follow.again();
}
