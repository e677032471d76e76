//! Who may not read everything sees what they may read, and that it is not everything.

use kx::store::{Freshness, Scope};
use serde_json::json;

use crate::script::{Asked, Reply, Server};
use crate::view::{View, source};

fn forbidden() -> Reply {
    Reply::status(403, "Forbidden", "pods is forbidden: User \"u\" cannot list resource \"pods\"")
}

fn pods(asked: &Asked, namespace: &str) -> Reply {
    if asked.watches() {
        return Reply::new(200, "application/json", "").open();
    }
    Reply::json(&json!({"metadata": {"resourceVersion": "5"}, "items": [
        {"metadata": {"name": format!("{namespace}-pod"), "namespace": namespace, "uid": namespace, "resourceVersion": "1"}},
    ]}))
}

fn allowed(yes: bool) -> Reply {
    Reply::json(&json!({"kind": "SelfSubjectAccessReview", "status": {"allowed": yes}}))
}

#[tokio::test]
async fn the_namespaces_that_may_be_listed_are_watched_instead() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/api/v1/namespaces" => Reply::json(&json!({"items": [
            {"metadata": {"name": "shop"}}, {"metadata": {"name": "team"}}]})),
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" => allowed(true),
        "/api/v1/namespaces/shop/pods" => pods(asked, "shop"),
        "/api/v1/namespaces/team/pods" => pods(asked, "team"),
        _ => forbidden(),
    })
    .await;
    let mut view = View::open(&server, source("pods"));
    view.live().await;
    assert_eq!(view.names(), ["shop-pod", "team-pod"]);
    let limited_to = Some(["shop".into(), "team".into()].into());
    assert_eq!(view.states.last(), Some(&Freshness::Live { limited_to }));
}

#[tokio::test]
async fn where_namespaces_are_secret_the_contexts_own_is_tried() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" => allowed(true),
        "/api/v1/namespaces/home/pods" => pods(asked, "home"),
        _ => forbidden(),
    })
    .await;
    let mut view = View::open(&server, source("pods"));
    view.live().await;
    assert_eq!(view.names(), ["home-pod"]);
}

#[tokio::test]
async fn who_may_read_nothing_is_told_so() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" => allowed(false),
        _ => forbidden(),
    })
    .await;
    for resource in ["pods", "nodes"] {
        let mut view = View::open(&server, source(resource));
        view.until(|view| matches!(view.states.last(), Some(Freshness::Refused { .. }))).await;
        let Some(Freshness::Refused { why }) = view.states.last() else { panic!() };
        assert!(why.contains("forbidden"), "{why}");
    }
}

#[tokio::test]
async fn a_resource_that_is_not_there_is_refused() {
    let server = Server::start(|_| Reply::status(404, "NotFound", "no such resource")).await;
    let mut view = View::open(&server, source("pods"));
    view.until(|view| matches!(view.states.last(), Some(Freshness::Refused { .. }))).await;
}

#[tokio::test]
async fn several_namespaces_are_one_source() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/api/v1/namespaces/a/pods" if asked.watches() && asked.before == 0 => {
            Reply::status(410, "Expired", "too old")
        }
        "/api/v1/namespaces/a/pods" if asked.before > 0 && !asked.watches() => pods(asked, "a2"),
        "/api/v1/namespaces/a/pods" => pods(asked, "a"),
        "/api/v1/namespaces/b/pods" => pods(asked, "b"),
        _ => forbidden(),
    })
    .await;
    let mut wanted = source("pods");
    wanted.scope = Scope::Namespaces(vec!["a".into(), "b".into(), "c".into()]);
    let mut view = View::open(&server, wanted);
    view.until(|view| view.names() == ["a2-pod", "b-pod"] && view.is_live()).await;
    assert_eq!(view.resets, 0, "one namespace's relist leaves the others alone");
    let limited_to = Some(["a".into(), "b".into()].into());
    assert_eq!(view.states.last(), Some(&Freshness::Live { limited_to }));
}
