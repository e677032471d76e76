//! Watches: order, selectors, bookmarks, WatchList, Tables, and the end of history.

use serde_json::json;

use crate::support::{Ask, Cluster, Lines, TABLE};

async fn version(cluster: &Cluster) -> String {
    cluster.get("/api/v1/namespaces").await["metadata"]["resourceVersion"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_watch_goes_on_from_the_list() {
    let cluster = Cluster::frozen().await;
    let rv = version(&cluster).await;
    let mut watch = cluster
        .watch(&format!("/api/v1/namespaces/shop/configmaps?watch=true&resourceVersion={rv}"))
        .await;
    let path = "/api/v1/namespaces/shop/configmaps";
    cluster
        .post(path, &json!({"metadata": {"name": "a", "labels": {"x": "1"}}, "data": {"k": "1"}}))
        .await;
    cluster.patch(&format!("{path}/a"), "merge-patch+json", &json!({"data": {"k": "2"}})).await;
    cluster.send(Ask::new("DELETE", &format!("{path}/a"))).await;
    let mut last = rv.parse::<u64>().unwrap();
    for expected in ["ADDED", "MODIFIED", "DELETED"] {
        let (kind, object) = watch.event().await;
        assert_eq!(kind, expected);
        let rv = object["metadata"]["resourceVersion"].as_str().unwrap().parse::<u64>().unwrap();
        assert!(rv > last, "versions only grow");
        last = rv;
    }
}

#[tokio::test]
async fn leaving_a_selection_is_a_deletion() {
    let cluster = Cluster::frozen().await;
    let path = "/api/v1/namespaces/shop/configmaps";
    let rv = version(&cluster).await;
    let mut watch =
        cluster.watch(&format!("{path}?watch=true&resourceVersion={rv}&labelSelector=x%3D1")).await;
    cluster.post(path, &json!({"metadata": {"name": "a"}})).await;
    cluster
        .patch(
            &format!("{path}/a"),
            "merge-patch+json",
            &json!({"metadata": {"labels": {"x": "1"}}}),
        )
        .await;
    cluster
        .patch(
            &format!("{path}/a"),
            "merge-patch+json",
            &json!({"metadata": {"labels": {"x": "2"}}}),
        )
        .await;
    assert_eq!(watch.event().await.0, "ADDED");
    assert_eq!(watch.event().await.0, "DELETED");
}

#[tokio::test]
async fn watch_list_sends_everything_and_says_when_it_has() {
    let cluster = Cluster::frozen().await;
    let all = cluster.names("/api/v1/pods").await;
    let query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=0";
    let mut watch = cluster.watch(&format!("/api/v1/pods?{query}")).await;
    let mut names = Vec::new();
    let end = loop {
        let (kind, object) = watch.event().await;
        if kind == "BOOKMARK" {
            break object;
        }
        assert_eq!(kind, "ADDED");
        names.push(object["metadata"]["name"].as_str().unwrap().to_owned());
    };
    assert_eq!(names, all);
    assert_eq!(end["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");
    assert_eq!(end["metadata"]["resourceVersion"].as_str().unwrap(), version(&cluster).await);
    let without_match =
        cluster.send(Ask::new("GET", "/api/v1/pods?watch=true&sendInitialEvents=true")).await;
    assert_eq!(without_match.status, 422);
}

#[tokio::test]
async fn tables_can_be_watched() {
    let cluster = Cluster::frozen().await;
    let path = "/api/v1/namespaces/shop/configmaps";
    let rv = version(&cluster).await;
    let ask = format!("{path}?watch=true&resourceVersion={rv}");
    let mut watch = Lines::of(
        cluster.open(Ask { headers: &[("accept", TABLE)], ..Ask::new("GET", &ask) }).await,
    );
    cluster.post(path, &json!({"metadata": {"name": "a"}, "data": {"k": "1"}})).await;
    cluster.patch(&format!("{path}/a"), "merge-patch+json", &json!({"data": {"l": "1"}})).await;
    let (kind, table) = watch.event().await;
    assert_eq!((kind.as_str(), table["kind"].as_str().unwrap()), ("ADDED", "Table"));
    assert_eq!(table["columnDefinitions"][1]["name"], "Data");
    assert_eq!(table["rows"][0]["cells"][1], 1);
    let (_, table) = watch.event().await;
    assert!(table["columnDefinitions"].is_null(), "columns come once");
    assert_eq!(table["rows"][0]["cells"][1], 2);
}

#[tokio::test]
async fn history_that_is_compacted_is_gone() {
    let cluster = Cluster::frozen().await;
    let rv = version(&cluster).await;
    cluster.post("/api/v1/namespaces/shop/configmaps", &json!({"metadata": {"name": "a"}})).await;
    cluster.demo.compact();
    let mut watch =
        cluster.watch(&format!("/api/v1/configmaps?watch=true&resourceVersion={rv}")).await;
    let (kind, status) = watch.event().await;
    assert_eq!(
        (kind.as_str(), status["code"].as_u64(), status["reason"].as_str()),
        ("ERROR", Some(410), Some("Expired"))
    );
    assert!(watch.next().await.unwrap().is_none(), "the watch ends");
}

#[tokio::test]
async fn a_watch_ends_when_its_time_is_over_with_a_bookmark() {
    let cluster = Cluster::frozen().await;
    let rv = version(&cluster).await;
    let mut watch = cluster
        .watch(&format!(
            "/api/v1/pods?watch=true&resourceVersion={rv}&allowWatchBookmarks=true&timeoutSeconds=1"
        ))
        .await;
    let (kind, object) = watch.event().await;
    assert_eq!((kind.as_str(), object["kind"].as_str().unwrap()), ("BOOKMARK", "Pod"));
    assert!(watch.next().await.unwrap().is_none());
}
