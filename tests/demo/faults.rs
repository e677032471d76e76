//! The cluster misbehaves when asked to, and only then.

use kx::demo::{Fault, Mischief, On};
use serde_json::json;

use crate::support::{Ask, Cluster, Lines};

const PODS: &str = "/api/v1/pods";

#[tokio::test]
async fn refusals_come_as_often_as_asked() {
    let cluster = Cluster::frozen().await;
    for (code, reason) in [
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (410, "Expired"),
        (429, "TooManyRequests"),
        (500, "InternalError"),
        (503, "ServiceUnavailable"),
    ] {
        cluster.demo.faults().on(
            "list",
            "pods",
            Some(2),
            Mischief::Status { code, retry_after: None },
        );
        for _ in 0..2 {
            let answer = cluster.send(Ask::new("GET", PODS)).await;
            assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (code, reason));
        }
        assert_eq!(cluster.send(Ask::new("GET", PODS)).await.status, 200);
    }
    cluster.demo.faults().on("", "", None, Mischief::Status { code: 429, retry_after: Some(7) });
    assert_eq!(cluster.send(Ask::new("GET", PODS)).await.headers["retry-after"], "7");
    cluster.demo.faults().clear();
    assert_eq!(cluster.send(Ask::new("GET", PODS)).await.status, 200);
}

#[tokio::test]
async fn watches_expire_and_watch_list_is_refused() {
    let cluster = Cluster::frozen().await;
    cluster.demo.faults().on("watch", "pods", Some(1), Mischief::Expired);
    let mut watch = cluster.watch(&format!("{PODS}?watch=true&resourceVersion=1")).await;
    let (kind, status) = watch.event().await;
    assert_eq!((kind.as_str(), status["code"].as_u64()), ("ERROR", Some(410)));
    let on = On { watch_list: Some(true), ..On::default() };
    cluster.demo.faults().inject(Fault { on, times: None, mischief: Mischief::NoWatchList });
    let query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
    assert_eq!(cluster.send(Ask::new("GET", &format!("{PODS}?{query}"))).await.status, 422);
    assert_eq!(cluster.watch(&format!("{PODS}?watch=true&timeoutSeconds=1")).await.status, 200);
    let on = On { continued: Some(true), ..On::default() };
    cluster.demo.faults().inject(Fault { on, times: Some(1), mischief: Mischief::Expired });
    let page = cluster.get(&format!("{PODS}?limit=3")).await;
    let next =
        format!("{PODS}?limit=3&continue={}", page["metadata"]["continue"].as_str().unwrap());
    assert_eq!(cluster.send(Ask::new("GET", &next)).await.status, 410);
}

#[tokio::test]
async fn streams_break_where_they_are_cut() {
    let cluster = Cluster::frozen().await;
    let open = || cluster.open(Ask::new("GET", "/api/v1/namespaces?watch=true"));
    cluster.demo.faults().on("watch", "namespaces", Some(1), Mischief::CutEvents(2));
    let mut watch = Lines::of(open().await);
    assert!(watch.next().await.unwrap().is_some() && watch.next().await.unwrap().is_some());
    assert!(watch.next().await.is_err(), "the connection breaks after two events");
    cluster.demo.faults().on("watch", "namespaces", Some(1), Mischief::CutBytes(30));
    assert!(Lines::of(open().await).next().await.is_err());
    cluster.demo.faults().on("list", "pods", Some(1), Mischief::Garbage(100));
    let garbage = cluster.send(Ask::new("GET", PODS)).await;
    assert!(serde_json::from_slice::<serde_json::Value>(&garbage.body).is_err());
    cluster.demo.faults().on(
        "list",
        "namespaces",
        Some(1),
        Mischief::Slow { bytes: 500, millis: 1 },
    );
    assert_eq!(cluster.get("/api/v1/namespaces").await["kind"], "NamespaceList");
}

#[tokio::test]
async fn faults_can_be_set_over_http() {
    let cluster = Cluster::frozen().await;
    let fault = json!({"on": {"verb": "list", "resource": "pods"}, "times": 1, "do": {"status": {"code": 503}}});
    assert_eq!(
        cluster.post("/demo/faults", &fault).await.json()["faults"].as_array().unwrap().len(),
        1
    );
    assert_eq!(cluster.send(Ask::new("GET", PODS)).await.status, 503);
    assert_eq!(cluster.send(Ask::new("GET", PODS)).await.status, 200);
    assert_eq!(cluster.post("/demo/faults", &json!({"do": "nonsense"})).await.status, 400);
    cluster.post("/demo/faults", &json!([{"do": "expired"}, {"do": {"cutBytes": 5}}])).await;
    assert!(
        cluster.send(Ask::new("DELETE", "/demo/faults")).await.json()["faults"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_stopped_cluster_breaks_its_watches() {
    let cluster = Cluster::frozen().await;
    let mut watch = cluster.watch("/api/v1/namespaces?watch=true&resourceVersion=1000000").await;
    let Cluster { demo, .. } = cluster;
    demo.stop().await;
    assert!(!matches!(watch.next().await, Ok(Some(_))));
}
