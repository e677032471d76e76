//! Create, update, patch, delete, and their subresources.

use serde_json::{Value, json};

use crate::support::{Ask, Cluster};

const MAPS: &str = "/api/v1/namespaces/shop/configmaps";
const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments/web";

#[tokio::test]
async fn objects_are_created_with_what_the_server_adds() {
    let cluster = Cluster::frozen().await;
    let created = cluster.post(MAPS, &json!({"metadata": {"generateName": "x-"}})).await;
    assert_eq!(created.status, 201);
    let object = created.json();
    assert!(object["metadata"]["name"].as_str().unwrap().len() == 7);
    assert_eq!(
        (object["kind"].as_str(), object["metadata"]["namespace"].as_str()),
        (Some("ConfigMap"), Some("shop"))
    );
    assert!(
        object["metadata"]["uid"].is_string() && object["metadata"]["resourceVersion"].is_string()
    );
    let name = object["metadata"]["name"].clone();
    let again = cluster.post(MAPS, &json!({"metadata": {"name": name}})).await;
    assert_eq!((again.status.as_u16(), again.reason().as_str()), (409, "AlreadyExists"));
    for (body, code) in [
        (json!({"metadata": {}}), 422),
        (json!({"metadata": {"name": "A_b"}}), 422),
        (json!({"kind": "Pod", "metadata": {"name": "a"}}), 400),
        (json!([]), 400),
    ] {
        assert_eq!(cluster.post(MAPS, &body).await.status.as_u16(), code, "{body}");
    }
    assert_eq!(
        cluster
            .post("/api/v1/namespaces/none/configmaps", &json!({"metadata": {"name": "a"}}))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let cluster = Cluster::frozen().await;
    assert_eq!(
        cluster
            .post(&format!("{MAPS}?dryRun=All"), &json!({"metadata": {"name": "dry"}}))
            .await
            .status,
        201
    );
    assert_eq!(cluster.send(Ask::new("GET", &format!("{MAPS}/dry"))).await.status, 404);
    let scaled = cluster
        .patch(
            &format!("{WEB}/scale?dryRun=All"),
            "merge-patch+json",
            &json!({"spec": {"replicas": 9}}),
        )
        .await;
    assert_eq!(scaled.json()["spec"]["replicas"], 9);
    assert_ne!(cluster.get(WEB).await["spec"]["replicas"], 9);
    assert_eq!(cluster.send(Ask::new("DELETE", &format!("{WEB}?dryRun=All"))).await.status, 200);
    assert_eq!(cluster.get(WEB).await["kind"], "Deployment");
}

#[tokio::test]
async fn who_writes_an_old_version_is_told() {
    let cluster = Cluster::frozen().await;
    cluster.post(MAPS, &json!({"metadata": {"name": "a"}, "data": {"k": "1"}})).await;
    let old = cluster.get(&format!("{MAPS}/a")).await;
    cluster.patch(&format!("{MAPS}/a"), "merge-patch+json", &json!({"data": {"k": "2"}})).await;
    let answer =
        cluster.send(Ask { body: old.to_string(), ..Ask::new("PUT", &format!("{MAPS}/a")) }).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (409, "Conflict"));
    assert_eq!(cluster.get(&format!("{MAPS}/a")).await["data"]["k"], "2");
}

#[tokio::test]
async fn every_kind_of_patch_works() {
    let cluster = Cluster::frozen().await;
    let before = cluster.get(WEB).await;
    let patch = json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "registry.demo/shop/web:9.9.9"}]}}}});
    let after = cluster.patch(WEB, "strategic-merge-patch+json", &patch).await.json();
    let (old, new) = (
        &before["spec"]["template"]["spec"]["containers"][0],
        &after["spec"]["template"]["spec"]["containers"][0],
    );
    assert_eq!(new["image"], "registry.demo/shop/web:9.9.9");
    assert_eq!(old["resources"], new["resources"], "the rest of the container stays");
    assert!(after["metadata"]["generation"].as_i64() > before["metadata"]["generation"].as_i64());
    let patched = cluster
        .patch(
            WEB,
            "json-patch+json",
            &json!([{"op": "add", "path": "/metadata/labels/a~1b", "value": "c"}]),
        )
        .await
        .json();
    assert_eq!(patched["metadata"]["labels"]["a/b"], "c");
    let cron = "/apis/stable.example.com/v1/namespaces/shop/crontabs/price-import";
    assert_eq!(cluster.patch(cron, "strategic-merge-patch+json", &json!({})).await.status, 415);
    assert_eq!(
        cluster.patch(cron, "merge-patch+json", &json!({"spec": {"replicas": null}})).await.json()
            ["spec"]["replicas"],
        Value::Null
    );
}

#[tokio::test]
async fn apply_owns_fields_and_conflicts_over_them() {
    let cluster = Cluster::frozen().await;
    let object = |x: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"x": x}});
    let path = |manager: &str| format!("{MAPS}/a?fieldManager={manager}");
    assert_eq!(cluster.patch(&path("one"), "apply-patch+yaml", &object("1")).await.status, 201);
    let conflict = cluster.patch(&path("two"), "apply-patch+yaml", &object("2")).await;
    assert_eq!(
        (
            conflict.status.as_u16(),
            conflict.json()["details"]["causes"][0]["reason"].as_str().unwrap().to_owned()
        ),
        (409, "FieldManagerConflict".to_owned())
    );
    assert_eq!(
        cluster
            .patch(&format!("{}&force=true", path("two")), "apply-patch+yaml", &object("2"))
            .await
            .json()["data"]["x"],
        "2"
    );
    assert_eq!(
        cluster.patch(&format!("{MAPS}/a"), "apply-patch+yaml", &object("2")).await.status,
        422,
        "a manager is needed"
    );
}

#[tokio::test]
async fn status_and_spec_are_written_through_their_own_doors() {
    let cluster = Cluster::frozen().await;
    let node = "/api/v1/nodes/worker-b1";
    let before = cluster.get(node).await;
    let ignored =
        cluster.patch(node, "merge-patch+json", &json!({"status": {"phase": "x"}})).await.json();
    assert_eq!(ignored["status"], before["status"]);
    let written = cluster
        .patch(
            &format!("{node}/status"),
            "merge-patch+json",
            &json!({"status": {"phase": "x"}, "spec": {"unschedulable": true}}),
        )
        .await
        .json();
    assert_eq!(
        (written["status"]["phase"].as_str(), &written["spec"]["unschedulable"]),
        (Some("x"), &Value::Null)
    );
    let selector = json!({"spec": {"selector": {"matchLabels": {"app": "other"}}}});
    assert_eq!(
        cluster.patch(WEB, "merge-patch+json", &selector).await.status,
        422,
        "selectors are immutable"
    );
}

#[tokio::test]
async fn deleting_an_owner_takes_or_leaves_what_it_owns() {
    let cluster = Cluster::frozen().await;
    let sets = "/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app%3Dcart";
    let pods = "/api/v1/namespaces/shop/pods?labelSelector=app%3Dcart";
    assert!(!cluster.names(pods).await.is_empty());
    cluster.send(Ask::new("DELETE", "/apis/apps/v1/namespaces/shop/deployments/cart")).await;
    assert!(cluster.names(sets).await.is_empty(), "background: replica sets follow at once");
    cluster.until(10, pods, |list| list["items"].as_array().unwrap().is_empty()).await;

    let orphan = "/apis/apps/v1/namespaces/payments/deployments/webhooks";
    cluster
        .send(Ask {
            body: json!({"propagationPolicy": "Orphan"}).to_string(),
            ..Ask::new("DELETE", orphan)
        })
        .await;
    let left = cluster
        .get("/apis/apps/v1/namespaces/payments/replicasets?labelSelector=app%3Dwebhooks")
        .await;
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    assert_eq!(left["items"][0]["metadata"]["ownerReferences"], Value::Null);

    let foreground = "/apis/apps/v1/namespaces/payments/deployments/fraud-check";
    cluster
        .send(Ask {
            body: json!({"propagationPolicy": "Foreground"}).to_string(),
            ..Ask::new("DELETE", foreground)
        })
        .await;
    assert_eq!(
        cluster.get(foreground).await["metadata"]["finalizers"],
        json!(["foregroundDeletion"])
    );
    cluster.until(10, foreground, |answer| answer["code"] == 404).await;
    assert!(
        cluster
            .names("/api/v1/namespaces/payments/pods?labelSelector=app%3Dfraud-check")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn pods_get_their_grace_and_collections_go_together() {
    let cluster = Cluster::frozen().await;
    let pod = "/api/v1/namespaces/shop/pods/redis-0";
    let uid = cluster.get(pod).await["metadata"]["uid"].clone();
    let leaving = cluster.send(Ask::new("DELETE", pod)).await.json();
    assert_eq!(leaving["metadata"]["deletionGracePeriodSeconds"], 30);
    cluster
        .until(20, pod, |p| p["metadata"]["uid"] != uid && p["status"]["phase"] == "Running")
        .await;
    cluster.send(Ask::new("DELETE", &format!("{MAPS}?labelSelector=app%3Dweb"))).await;
    assert!(cluster.names(&format!("{MAPS}?labelSelector=app%3Dweb")).await.is_empty());
    assert!(!cluster.names(MAPS).await.is_empty());
}

#[tokio::test]
async fn finalizers_hold_what_is_deleted() {
    let cluster = Cluster::frozen().await;
    cluster
        .post(MAPS, &json!({"metadata": {"name": "held", "finalizers": ["demo.example/hold"]}}))
        .await;
    let path = format!("{MAPS}/held");
    cluster.send(Ask::new("DELETE", &path)).await;
    assert!(cluster.get(&path).await["metadata"]["deletionTimestamp"].is_string());
    cluster.patch(&path, "merge-patch+json", &json!({"metadata": {"finalizers": null}})).await;
    assert_eq!(cluster.send(Ask::new("GET", &path)).await.status, 404);
}

#[tokio::test]
async fn evictions_respect_budgets() {
    let cluster = Cluster::frozen().await;
    let evict = |name: &str| json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": "shop"}});
    let refused = cluster
        .post("/api/v1/namespaces/shop/pods/postgres-0/eviction", &evict("postgres-0"))
        .await;
    assert_eq!(
        (
            refused.status.as_u16(),
            refused.json()["details"]["causes"][0]["reason"].as_str().unwrap().to_owned()
        ),
        (429, "DisruptionBudget".to_owned())
    );
    assert_eq!(
        cluster
            .post("/api/v1/namespaces/shop/pods/redis-1/eviction", &evict("redis-1"))
            .await
            .status,
        201
    );
    assert!(
        cluster.get("/api/v1/namespaces/shop/pods/redis-1").await["metadata"]["deletionTimestamp"]
            .is_string()
    );
}

#[tokio::test]
async fn a_namespace_takes_its_contents_along() {
    let cluster = Cluster::frozen().await;
    cluster.send(Ask::new("DELETE", "/api/v1/namespaces/staging")).await;
    assert_eq!(cluster.get("/api/v1/namespaces/staging").await["status"]["phase"], "Terminating");
    assert_eq!(
        cluster
            .post("/api/v1/namespaces/staging/configmaps", &json!({"metadata": {"name": "late"}}))
            .await
            .status,
        403
    );
    cluster.until(20, "/api/v1/namespaces/staging", |answer| answer["code"] == 404).await;
    assert!(cluster.names("/api/v1/namespaces/staging/pods").await.is_empty());
}
