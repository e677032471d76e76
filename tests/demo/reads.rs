//! Lists, pages, selectors, Tables, metadata, compression.

use std::io::Read;

use kx::demo::{Clock, Options};
use serde_json::{Value, json};

use crate::support::{Ask, Cluster, TABLE};

#[tokio::test]
async fn pages_are_a_snapshot_of_the_first() {
    let cluster = Cluster::frozen().await;
    let all = cluster.names("/api/v1/pods").await;
    let (mut seen, mut token, mut version) = (Vec::new(), String::new(), String::new());
    loop {
        let page = cluster.get(&format!("/api/v1/pods?limit=20&continue={token}")).await;
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|i| i["metadata"]["name"].as_str().unwrap().to_owned()));
        let rv = page["metadata"]["resourceVersion"].as_str().unwrap().to_owned();
        assert!(version.is_empty() || version == rv, "every page is of the same version");
        version = rv;
        // The cluster changes between the pages.
        cluster
            .send(Ask::new("DELETE", "/api/v1/namespaces/shop/pods/redis-2?gracePeriodSeconds=0"))
            .await;
        token = page["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
        if token.is_empty() {
            break;
        }
        assert_eq!(
            page["metadata"]["remainingItemCount"].as_u64().unwrap() as usize,
            all.len() - seen.len()
        );
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_page_too_old_is_gone() {
    let cluster = Cluster::frozen().await;
    let page = cluster.get("/api/v1/pods?limit=5").await;
    cluster.demo.compact();
    let token = page["metadata"]["continue"].as_str().unwrap();
    let answer =
        cluster.send(Ask::new("GET", &format!("/api/v1/pods?limit=5&continue={token}"))).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (410, "Expired"));
    assert_eq!(cluster.send(Ask::new("GET", "/api/v1/pods?continue=zz")).await.status, 400);
}

#[tokio::test]
async fn selectors_select() {
    let cluster = Cluster::frozen().await;
    let web =
        cluster.names("/api/v1/namespaces/shop/pods?labelSelector=app%20in%20(web),!nothing").await;
    assert!(!web.is_empty() && web.iter().all(|n| n.starts_with("web-")), "{web:?}");
    let on_node = cluster
        .get("/api/v1/pods?fieldSelector=spec.nodeName%3Dworker-a1,status.phase!%3DPending")
        .await;
    assert!(
        on_node["items"].as_array().unwrap().iter().all(|p| p["spec"]["nodeName"] == "worker-a1")
    );
    assert!(!on_node["items"].as_array().unwrap().is_empty());
    assert_eq!(
        cluster.names("/api/v1/namespaces?fieldSelector=metadata.name=shop").await,
        ["shop"]
    );
    let warnings =
        cluster.get("/api/v1/events?fieldSelector=type=Warning,involvedObject.kind=Pod").await;
    assert!(!warnings["items"].as_array().unwrap().is_empty());
    assert!(
        warnings["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|e| e["type"] == "Warning" && e["involvedObject"]["kind"] == "Pod")
    );
    assert_eq!(
        cluster.send(Ask::new("GET", "/api/v1/pods?fieldSelector=spec.nonsense=1")).await.status,
        400
    );
    assert_eq!(cluster.send(Ask::new("GET", "/api/v1/pods?labelSelector=a%20b")).await.status, 400);
}

#[tokio::test]
async fn tables_show_what_kubectl_shows() {
    let cluster = Cluster::frozen().await;
    let table = cluster.get_as("/apis/apps/v1/namespaces/shop/deployments/catalog", TABLE).await;
    let names: Vec<&str> = table["columnDefinitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["Name", "Ready", "Up-to-date", "Available", "Age", "Containers", "Images", "Selector"]
    );
    assert_eq!(table["columnDefinitions"][5]["priority"], 1);
    assert_eq!(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
    let whole = cluster.get_as("/api/v1/nodes?includeObject=Object", TABLE).await;
    assert_eq!(whole["rows"][0]["object"]["kind"], "Node");
    let none = cluster.get_as("/api/v1/nodes?includeObject=None", TABLE).await;
    assert_eq!(none["rows"][0]["object"], Value::Null);
    let certificates =
        cluster.get_as("/apis/cert-manager.io/v1/namespaces/shop/certificates", TABLE).await;
    assert_eq!(certificates["rows"][0]["cells"][1], "True");
    for row in cluster.get_as("/api/v1/pods", TABLE).await["rows"].as_array().unwrap() {
        assert_eq!(row["cells"].as_array().unwrap().len(), 9);
    }
}

#[tokio::test]
async fn metadata_alone_can_be_had_and_what_is_not_spoken_is_refused() {
    let cluster = Cluster::frozen().await;
    let accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    let list = cluster.get_as("/api/v1/namespaces/shop/pods", accept).await;
    assert_eq!(list["kind"], "PartialObjectMetadataList");
    assert_eq!(list["items"][0]["spec"], Value::Null);
    let answer = cluster
        .send(Ask {
            headers: &[("accept", "application/vnd.kubernetes.protobuf")],
            ..Ask::new("GET", "/api/v1/pods")
        })
        .await;
    assert_eq!(answer.status, 406);
    let both = "application/vnd.kubernetes.protobuf, application/json";
    assert_eq!(cluster.get_as("/api/v1/pods", both).await["kind"], "PodList");
}

#[tokio::test]
async fn large_lists_are_compressed_where_asked() {
    let cluster = Cluster::frozen().await;
    let ask = |path| Ask { headers: &[("accept-encoding", "gzip")], ..Ask::new("GET", path) };
    let answer = cluster.send(ask("/api/v1/pods")).await;
    assert_eq!(answer.headers["content-encoding"], "gzip");
    let mut text = String::new();
    flate2::read::GzDecoder::new(answer.body.as_ref()).read_to_string(&mut text).unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(list, cluster.get("/api/v1/pods").await);
    assert!(
        cluster.send(ask("/api/v1/namespaces")).await.headers.get("content-encoding").is_none()
    );
}

#[tokio::test]
async fn the_same_seed_makes_the_same_cluster() {
    let options =
        |seed| Options { seed, pods: 120, clock: Clock::screenshot(), ..Options::default() };
    let (one, two, other) = (
        Cluster::with(options(5)).await,
        Cluster::with(options(5)).await,
        Cluster::with(options(6)).await,
    );
    for path in [
        "/api/v1/pods",
        "/apis/apps/v1/replicasets",
        "/api/v1/events",
        "/apis/batch/v1/jobs",
        "/api/v1/nodes",
    ] {
        let (a, b) = (one.get(path).await, two.get(path).await);
        assert!(a == b, "{path} differs");
        one.demo.advance(20);
        two.demo.advance(20);
    }
    assert!(one.get("/api/v1/events").await == two.get("/api/v1/events").await, "the same happens");
    assert_ne!(
        one.names("/api/v1/namespaces/shop/pods").await,
        other.names("/api/v1/namespaces/shop/pods").await
    );
}

#[tokio::test]
async fn padding_is_complete_and_looks_right() {
    let cluster =
        Cluster::with(Options { pods: 2000, clock: Clock::screenshot(), ..Options::default() })
            .await;
    let mut padded = 0;
    for pod in cluster.get("/api/v1/pods").await["items"].as_array().unwrap() {
        if pod["metadata"]["namespace"].as_str().unwrap().starts_with("team-") {
            padded += 1;
            assert!(
                pod["metadata"]["uid"].as_str().unwrap().len() == 36
                    && pod["status"]["podIP"].as_str().unwrap().starts_with("10."),
                "{pod}"
            );
            assert!(!pod.to_string().contains("\\u00"), "no mark is left: {pod}");
        }
    }
    assert_eq!(padded, 2000);
    // What is padded can be worked with like anything else.
    let deployment =
        cluster.get("/apis/apps/v1/namespaces/team-000/deployments").await["items"][0].clone();
    let name = deployment["metadata"]["name"].as_str().unwrap();
    let path = format!("/apis/apps/v1/namespaces/team-000/deployments/{name}");
    assert_eq!(
        cluster
            .patch(&format!("{path}/scale"), "merge-patch+json", &json!({"spec": {"replicas": 7}}))
            .await
            .status,
        200
    );
    cluster.until(30, &path, |d| d["status"]["readyReplicas"] == 7).await;
    assert_eq!(
        cluster
            .get(&format!(
                "/apis/apps/v1/namespaces/team-000/replicasets?labelSelector=app%3D{name}"
            ))
            .await["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
