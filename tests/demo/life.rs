//! The workloads live.

use kx::demo::{Clock, Options};
use serde_json::{Value, json};

use crate::support::{Ask, Cluster};

const WEB: &str = "/apis/apps/v1/namespaces/shop/deployments/web";
/// Nobody but the test releases this one.
const CART: &str = "/apis/apps/v1/namespaces/shop/deployments/cart";

fn count(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

fn condition<'a>(object: &'a Value, kind: &str) -> &'a str {
    let all = object["status"]["conditions"].as_array();
    all.and_then(|c| c.iter().find(|c| c["type"] == kind))
        .and_then(|c| c["status"].as_str())
        .unwrap_or_default()
}

fn complete(deployment: &Value) -> bool {
    let status = &deployment["status"];
    let wanted = count(&deployment["spec"]["replicas"]);
    count(&status["observedGeneration"]) >= count(&deployment["metadata"]["generation"])
        && [&status["updatedReplicas"], &status["replicas"], &status["availableReplicas"]]
            .iter()
            .all(|n| count(n) == wanted)
}

fn image(deployment: &Value) -> Value {
    deployment["spec"]["template"]["spec"]["containers"][0]["image"].clone()
}

#[tokio::test]
async fn every_plot_of_the_story_is_there() {
    let cluster = Cluster::frozen().await;
    let pods = cluster.get("/api/v1/pods").await;
    let pods = pods["items"].as_array().unwrap();
    let waits = |reason: &str| {
        pods.iter()
            .filter(|p| {
                p["status"]["containerStatuses"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|s| s["state"]["waiting"]["reason"] == reason)
            })
            .count()
    };
    assert!(waits("CrashLoopBackOff") >= 1);
    assert!(waits("ImagePullBackOff") + waits("ErrImagePull") == 1);
    assert!(
        pods.iter().any(|p| p["metadata"]["name"].as_str().unwrap().starts_with("model-training")
            && p["status"]["phase"] == "Pending")
    );
    assert!(pods.iter().any(|p| p["status"]["phase"] == "Succeeded"), "jobs have finished");
    assert!(pods.iter().filter(|p| p["status"]["phase"] == "Running").count() > 60);
    assert_eq!(
        cluster.get("/api/v1/namespaces/platform/persistentvolumeclaims/warehouse").await["status"]
            ["phase"],
        "Pending"
    );
    assert_eq!(
        cluster.get("/api/v1/namespaces/shop/persistentvolumeclaims/data-postgres-0").await["status"]
            ["phase"],
        "Bound"
    );
    assert!(!complete(&cluster.get(WEB).await), "a release is under way");
    let sets =
        cluster.names("/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app%3Dweb").await;
    assert!(sets.len() >= 4, "earlier releases are remembered: {sets:?}");
    let crashing = pods.iter().find(|p| {
        p["metadata"]["labels"]["app"] == "ledger-sync"
            && count(&p["status"]["containerStatuses"][0]["restartCount"]) > 5
    });
    assert!(crashing.is_some(), "it has been at it for a while");
    for reason in [
        "FailedScheduling",
        "BackOff",
        "ScalingReplicaSet",
        "ProvisioningFailed",
        "NodeNotReady",
        "SuccessfulRescale",
    ] {
        assert!(
            !cluster
                .names(&format!("/api/v1/events?fieldSelector=reason={reason}"))
                .await
                .is_empty(),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn a_change_of_the_template_rolls_out_and_back() {
    let cluster = Cluster::frozen().await;
    let first = cluster.until(60, CART, complete).await;
    let rolled = json!({"spec": {"template": {"spec": {"containers": [{"name": "cart", "image": "registry.demo/shop/cart:4.0.0"}]}}}});
    cluster.patch(CART, "strategic-merge-patch+json", &rolled).await;
    let wanted = count(&first["spec"]["replicas"]);
    let mut least = wanted;
    for _ in 0..60 {
        let now = cluster.get(CART).await;
        least = least.min(count(&now["status"]["availableReplicas"]));
        if complete(&now) {
            break;
        }
        cluster.demo.advance(1);
    }
    let second = cluster.get(CART).await;
    assert!(complete(&second), "{}", second["status"]);
    assert!(
        least >= wanted - wanted / 4,
        "never fewer available than allowed: {least} of {wanted}"
    );
    let revision = |d: &Value| {
        d["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
            .as_str()
            .unwrap()
            .parse::<i64>()
            .unwrap()
    };
    assert_eq!(revision(&second), revision(&first) + 1);
    // Back, as `kubectl rollout undo` does it: the old template again.
    let undo =
        json!([{"op": "replace", "path": "/spec/template", "value": first["spec"]["template"]}]);
    cluster.patch(CART, "json-patch+json", &undo).await;
    let third = cluster.until(60, CART, complete).await;
    assert_eq!((image(&third), revision(&third)), (image(&first), revision(&second) + 1));
    let sets =
        cluster.get("/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app%3Dcart").await;
    let mut images: Vec<String> =
        sets["items"].as_array().unwrap().iter().map(|s| image(s).to_string()).collect();
    images.sort();
    images.dedup();
    assert_eq!(
        images.len(),
        sets["items"].as_array().unwrap().len(),
        "the old replica set is used again"
    );
}

#[tokio::test]
async fn scaling_is_followed_by_pods_and_endpoints() {
    let cluster = Cluster::frozen().await;
    let cart = "/apis/apps/v1/namespaces/shop/deployments/cart";
    for replicas in [6, 1, 0] {
        cluster
            .patch(
                &format!("{cart}/scale"),
                "merge-patch+json",
                &json!({"spec": {"replicas": replicas}}),
            )
            .await;
        cluster.until(30, cart, complete).await;
        let slices = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?labelSelector=kubernetes.io/service-name%3Dcart";
        cluster
            .until(30, slices, |s| s["items"][0]["endpoints"].as_array().unwrap().len() == replicas)
            .await;
    }
}

#[tokio::test]
async fn stateful_sets_roll_in_order() {
    let cluster = Cluster::frozen().await;
    let path = "/apis/apps/v1/namespaces/shop/statefulsets/redis";
    let rolled = json!({"spec": {"template": {"metadata": {"annotations": {"x": "1"}}}}});
    cluster.patch(path, "strategic-merge-patch+json", &rolled).await;
    let done = cluster
        .until(90, path, |s| {
            s["status"]["currentRevision"] == s["status"]["updateRevision"]
                && s["status"]["updatedReplicas"] == 3
        })
        .await;
    assert_eq!(done["status"]["readyReplicas"], 3);
    let revisions = cluster
        .get("/apis/apps/v1/namespaces/shop/controllerrevisions?labelSelector=app%3Dredis")
        .await;
    assert_eq!(revisions["items"].as_array().unwrap().len(), 2);
    let pods = cluster.get("/api/v1/namespaces/shop/pods?labelSelector=app%3Dredis").await;
    let started =
        |i: usize| pods["items"][i]["metadata"]["creationTimestamp"].as_str().unwrap().to_owned();
    assert!(started(2) < started(1) && started(1) < started(0), "the last goes first");
}

#[tokio::test]
async fn jobs_finish_and_cron_jobs_make_new_ones() {
    let cluster = Cluster::frozen().await;
    let jobs = "/apis/batch/v1/namespaces/shop/jobs";
    let before = cluster.names(jobs).await;
    cluster.demo.advance(180);
    let after = cluster.names(jobs).await;
    assert!(after.iter().any(|j| !before.contains(j)), "{after:?}");
    let job = json!({"metadata": {"name": "once"}, "spec": {"completions": 2, "template": {"spec": {"restartPolicy": "Never",
        "containers": [{"name": "a", "image": "busybox:1", "command": ["sh", "-c", "sleep 3"]}]}}}});
    assert_eq!(cluster.post(jobs, &job).await.status, 201);
    let done =
        cluster.until(60, &format!("{jobs}/once"), |j| condition(j, "Complete") == "True").await;
    assert_eq!(done["status"]["succeeded"], 2);
    let failing = json!({"metadata": {"name": "never"}, "spec": {"backoffLimit": 1, "template": {"spec": {"restartPolicy": "Never",
        "containers": [{"name": "a", "image": "busybox:1", "command": ["false"]}]}}}});
    cluster.post(jobs, &failing).await;
    cluster.until(90, &format!("{jobs}/never"), |j| condition(j, "Failed") == "True").await;
}

#[tokio::test]
async fn a_node_goes_and_comes_back() {
    let cluster = Cluster::frozen().await;
    let node = "/api/v1/nodes/worker-c2";
    cluster.until(200, node, |n| condition(n, "Ready") == "Unknown").await;
    let tainted = cluster.get(node).await;
    assert!(
        tainted["spec"]["taints"]
            .as_array()
            .unwrap()
            .iter()
            .any(|t| t["key"] == "node.kubernetes.io/unreachable")
    );
    let pods = cluster.get("/api/v1/pods?fieldSelector=spec.nodeName%3Dworker-c2").await;
    assert!(pods["items"].as_array().unwrap().iter().all(|p| condition(p, "Ready") == "False"));
    cluster.until(100, node, |n| condition(n, "Ready") == "True").await;
    let pods = cluster
        .get("/api/v1/pods?fieldSelector=spec.nodeName%3Dworker-c2,status.phase%3DRunning")
        .await;
    assert!(pods["items"].as_array().unwrap().iter().any(|p| condition(p, "Ready") == "True"));
}

#[tokio::test]
async fn an_autoscaler_breathes_and_metrics_move() {
    let cluster = Cluster::frozen().await;
    let path = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/catalog";
    let mut seen = std::collections::BTreeSet::new();
    let mut usage = std::collections::BTreeSet::new();
    for _ in 0..32 {
        seen.insert(count(&cluster.get(path).await["status"]["currentReplicas"]));
        usage.insert(
            cluster.get("/apis/metrics.k8s.io/v1beta1/nodes/worker-a1").await["usage"]["cpu"]
                .to_string(),
        );
        cluster.demo.advance(15);
    }
    assert!(seen.len() >= 3, "{seen:?}");
    assert!(usage.len() > 10);
    let pods = cluster.get("/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods").await;
    assert!(
        pods["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|p| !p["containers"].as_array().unwrap().is_empty())
    );
}

#[tokio::test]
async fn a_crash_is_mended_by_going_back() {
    let cluster = Cluster::frozen().await;
    let path = "/apis/apps/v1/namespaces/payments/deployments/ledger-sync";
    let fixed = json!({"spec": {"template": {"spec": {"containers": [{"name": "ledger-sync", "image": "registry.demo/payments/ledger-sync:1.4.2"}]}}}});
    cluster.patch(path, "strategic-merge-patch+json", &fixed).await;
    cluster.until(60, path, complete).await;
}

#[tokio::test]
async fn a_live_cluster_moves_by_itself() {
    let cluster = Cluster::with(Options { clock: Clock::Live, ..Options::default() }).await;
    let rv = cluster.get("/api/v1/pods").await["metadata"]["resourceVersion"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut watch = cluster
        .watch(&format!("/api/v1/namespaces/shop/pods?watch=true&resourceVersion={rv}"))
        .await;
    watch.find(|kind, pod| kind == "MODIFIED" && condition(pod, "Ready") == "True").await;
    assert_eq!(cluster.send(Ask::new("GET", "/healthz")).await.status, 200);
}
