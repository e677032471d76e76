//! Users, roles and reviews.

use kx::demo::{Clock, Options};
use serde_json::json;

use crate::support::{Ask, Cluster};

#[tokio::test]
async fn strangers_are_refused() {
    let options = Options {
        token: Some("sesame".to_owned()),
        clock: Clock::screenshot(),
        ..Options::default()
    };
    let cluster = Cluster::with(options).await;
    for user in ["", "nobody", "demo"] {
        let answer = cluster.send(Ask { user, ..Ask::new("GET", "/api/v1/pods") }).await;
        assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, "Unauthorized"));
    }
    let known = cluster.send(Ask { user: "sesame", ..Ask::new("GET", "/api/v1/namespaces") }).await;
    assert_eq!(known.status, 200);
}

#[tokio::test]
async fn without_a_token_of_its_own_the_demo_is_open_to_clients_that_send_none() {
    let cluster = Cluster::frozen().await;
    assert_eq!(
        cluster.send(Ask { user: "", ..Ask::new("GET", "/api/v1/namespaces") }).await.status,
        200
    );
    assert_eq!(
        cluster.send(Ask { user: "nobody", ..Ask::new("GET", "/api/v1/namespaces") }).await.status,
        401
    );
}

#[tokio::test]
async fn the_viewer_reads_and_only_reads() {
    let cluster = Cluster::frozen().await;
    let viewer = |method, path| Ask { user: "viewer", ..Ask::new(method, path) };
    assert_eq!(cluster.send(viewer("GET", "/api/v1/pods")).await.status, 200);
    assert_eq!(cluster.send(viewer("GET", "/apis/metrics.k8s.io/v1beta1/nodes")).await.status, 200);
    assert_eq!(cluster.send(viewer("GET", "/api/v1/secrets")).await.status, 403);
    let answer = cluster.send(viewer("DELETE", "/api/v1/namespaces/shop/pods/redis-0")).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (403, "Forbidden"));
    assert_eq!(
        answer.json()["message"],
        "pods \"redis-0\" is forbidden: User \"viewer\" cannot delete resource \"pods\" in API group \"\" in the namespace \"shop\""
    );
    let scale = cluster
        .send(Ask {
            headers: &[("content-type", "application/merge-patch+json")],
            body: "{}".to_owned(),
            ..viewer("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web/scale")
        })
        .await;
    assert_eq!(scale.status, 403);
}

#[tokio::test]
async fn the_team_sees_its_namespace_only() {
    let cluster = Cluster::frozen().await;
    let team = |method, path| Ask { user: "team", ..Ask::new(method, path) };
    assert_eq!(cluster.send(team("GET", "/api/v1/namespaces/shop/pods")).await.status, 200);
    assert_eq!(cluster.send(team("GET", "/api/v1/namespaces/payments/pods")).await.status, 403);
    let answer = cluster.send(team("GET", "/api/v1/pods")).await;
    assert_eq!(answer.status, 403);
    assert!(answer.json()["message"].as_str().unwrap().ends_with("at the cluster scope"));
    assert_eq!(
        cluster.send(team("DELETE", "/api/v1/namespaces/shop/pods/redis-0")).await.status,
        200
    );
}

#[tokio::test]
async fn reviews_tell_the_same_as_the_gate() {
    let cluster = Cluster::frozen().await;
    for (user, verb, resource, namespace, allowed) in [
        ("demo", "delete", "pods", "shop", true),
        ("viewer", "delete", "pods", "shop", false),
        ("viewer", "list", "pods", "", true),
        ("team", "delete", "pods", "shop", true),
        ("team", "list", "pods", "", false),
        ("team", "create", "deployments", "payments", false),
    ] {
        let group = if resource == "deployments" { "apps" } else { "" };
        let review = json!({"spec": {"resourceAttributes": {"verb": verb, "resource": resource, "namespace": namespace, "group": group}}});
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        let answer =
            cluster.send(Ask { user, body: review.to_string(), ..Ask::new("POST", path) }).await;
        assert_eq!(answer.status, 201);
        assert_eq!(
            answer.json()["status"]["allowed"],
            allowed,
            "{user} {verb} {resource} in {namespace:?}"
        );
    }
    let who = cluster
        .send(Ask {
            user: "team",
            body: "{}".to_owned(),
            ..Ask::new("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews")
        })
        .await
        .json();
    assert_eq!(who["status"]["userInfo"]["username"], "team");
    let rules = cluster
        .send(Ask {
            user: "team",
            body: json!({"spec": {"namespace": "shop"}}).to_string(),
            ..Ask::new("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews")
        })
        .await
        .json();
    assert!(!rules["status"]["resourceRules"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn who_may_can_act_as_somebody_else() {
    let cluster = Cluster::frozen().await;
    let as_team =
        Ask { headers: &[("impersonate-user", "team")], ..Ask::new("GET", "/api/v1/pods") };
    assert_eq!(cluster.send(as_team).await.status, 403);
    let viewer_as_demo = Ask {
        user: "viewer",
        headers: &[("impersonate-user", "demo")],
        ..Ask::new("GET", "/api/v1/secrets")
    };
    assert_eq!(cluster.send(viewer_as_demo).await.status, 403);
}
