//! One question, one answer, through a gate that lets only reads pass.

use kx::cluster::{Error, question};
use serde_json::json;

use crate::script::{Reply, Server};

#[tokio::test]
async fn a_text_is_told_with_its_status_whatever_that_is() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/readyz" => Reply::new(500, "text/plain", "[-]etcd failed: reason withheld\n"),
        "/livez" => Reply::new(200, "text/plain", "ok"),
        _ => Reply::status(404, "NotFound", "nothing here"),
    })
    .await;
    assert!(server.client.gate().is_read_only());
    let ready = question::text(&server.client, "/readyz?verbose=true").await.unwrap();
    assert_eq!((ready.status, ready.text.as_str()), (500, "[-]etcd failed: reason withheld\n"));
    assert!(ready.micros > 0);
    assert_eq!(server.asked()[0].get("verbose"), "true");
    assert_eq!(question::text(&server.client, "/livez").await.unwrap().text, "ok");
    assert_eq!(question::text(&server.client, "/other").await.unwrap().status, 404);
}

#[tokio::test]
async fn a_review_is_a_read_and_nothing_else_that_is_posted() {
    let server = Server::start(|_| {
        Reply::json(&json!({"kind": "SelfSubjectRulesReview", "status": {"resourceRules": []}}))
    })
    .await;
    let body = json!({"spec": {"namespace": "shop"}}).to_string();
    for (path, reads) in [
        ("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", true),
        ("/apis/authorization.k8s.io/v1/namespaces/shop/localsubjectaccessreviews", true),
        ("/apis/authentication.k8s.io/v1/selfsubjectreviews", true),
        ("/api/v1/namespaces/shop/pods", false),
        ("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews/x", false),
        ("/apis/authentication.k8s.io/v1/tokenreviews", false),
        ("/api/v1/namespaces/shop/pods/web/exec", false),
    ] {
        let before = server.asked().len();
        let answer = question::review(&server.client, path, body.clone()).await;
        if reads {
            assert!(answer.unwrap()["status"]["resourceRules"].is_array(), "{path}");
        } else {
            assert!(matches!(answer, Err(Error::ReadOnly { .. })), "{path}: {answer:?}");
            assert_eq!(server.asked().len(), before, "{path} was sent");
        }
    }
    let answer = question::text(&server.client, "/api/v1/namespaces/shop/pods/web/proxy/x").await;
    assert!(matches!(answer, Err(Error::ReadOnly { .. })), "{answer:?}");
}
