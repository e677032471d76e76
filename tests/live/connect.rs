//! The connection to a real API server: every way to log in, big answers, two-way connections, the gate.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use http::Request;
use http_body_util::BodyExt as _;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::Api;
use kube::api::{AttachParams, DeleteParams, ListParams, PostParams};
use kx::cluster::{Client, Env, Error, Gate, Kubeconfig, Overrides, connect};
use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;

use crate::lab::Lab;

/// Long enough for any machine; nothing waits for it when all is well.
const SOON: Duration = Duration::from_mins(1);

async fn client(user: &str, gate: Gate, overrides: &Overrides) -> Client {
    let config = Kubeconfig::load(Some(&Lab::shared().kubeconfig(user)), &Env::process()).unwrap();
    connect(&config.target(None, overrides).unwrap(), gate).await.unwrap()
}

async fn user(name: &str) -> Client {
    client(name, Gate::read_only(), &Overrides::default()).await
}

fn get(path: &str, accept: &str) -> Request<Vec<u8>> {
    Request::get(path).header("accept", accept).body(Vec::new()).unwrap()
}

const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

/// Whom the server takes us for.
async fn who(client: &Client) -> String {
    let review = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#;
    let request = Request::post("/apis/authentication.k8s.io/v1/selfsubjectreviews");
    let request = request.header("content-type", "application/json").body(review.into()).unwrap();
    let answer: serde_json::Value =
        serde_json::from_slice(&client.bytes::<Vec<u8>>(request).await.unwrap()).unwrap();
    answer["status"]["userInfo"]["username"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn everybody_is_who_they_say() {
    // Where the lab is somebody's own cluster, its administrator has a name of their own.
    for name in ["editor", "viewer", "nobody"] {
        assert_eq!(who(&user(name).await).await, name);
    }
    let by_certificate = user("cert-admin").await;
    assert!(!who(&by_certificate).await.is_empty());
    let jane = Overrides { as_user: Some("jane".into()), as_groups: vec!["dev".into()] };
    let admin = client("admin", Gate::read_only(), &jane).await;
    assert_eq!(who(&admin).await, "jane");
    let error = admin.bytes(get("/api/v1/nodes", PROTOBUF)).await.unwrap_err();
    assert!(error.to_string().contains("user \"jane\" may not list nodes cluster-wide"), "{error}");
}

#[tokio::test]
async fn refusals_are_told_in_protobuf_and_json() {
    let nobody = user("nobody").await;
    for accept in [PROTOBUF, "application/json"] {
        let error = nobody.bytes(get("/api/v1/namespaces/shop/pods", accept)).await.unwrap_err();
        let said = "forbidden: user \"nobody\" may not list pods in namespace \"shop\"";
        assert_eq!(error.to_string(), said, "{accept}");
    }
    let admin = user("admin").await;
    let error = admin
        .bytes(get("/api/v1/namespaces/default/pods/no-such-pod", PROTOBUF))
        .await
        .unwrap_err();
    let Error::NotFound { status } = &error else { panic!("{error:?}") };
    assert_eq!((status.name.as_str(), status.resource.as_str()), ("no-such-pod", "pods"));
    let error =
        admin.bytes(get("/apis/no.such.group/v1/things", "application/json")).await.unwrap_err();
    assert!(error.hint().unwrap().contains("api-resources"), "{error:?}");
    let old = "/api/v1/pods?watch=true&resourceVersion=1";
    let answer =
        admin.bytes(get(&format!("{old}&timeoutSeconds=1"), "application/json")).await.unwrap();
    // The server tells a lost history within the stream or by its status; here it is young enough to know it all, or
    // says 410 in an event.
    assert!(answer.is_empty() || answer.starts_with(b"{\"type\":"));
}

#[tokio::test]
async fn big_lists_come_packed_and_watches_at_once() {
    let admin = client("admin", Gate::read_write(), &Overrides::default()).await;
    let maps: Api<ConfigMap> = Api::namespaced(admin.kube(), "default");
    let name = "kx-connect-big";
    let _ = maps.delete(name, &DeleteParams::default()).await;
    let big: ConfigMap = serde_json::from_value(serde_json::json!({
        "metadata": { "name": name }, "data": { "text": "kubernetes ".repeat(60_000) },
    }))
    .unwrap();
    maps.create(&PostParams::default(), &big).await.unwrap();
    let before = admin.meter().totals();
    let list = admin.bytes(get("/api/v1/namespaces/default/configmaps", PROTOBUF)).await.unwrap();
    let after = admin.meter().totals();
    assert!(list.starts_with(b"k8s\0") && list.len() > 600_000);
    let received = after.body_bytes - before.body_bytes;
    assert!(received < 200_000, "{received} bytes for {}", list.len());

    let path = format!(
        "/api/v1/namespaces/default/configmaps?watch=true&fieldSelector=metadata.name={name}&sendInitialEvents=true\
         &resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    );
    let answer = admin.request(get(&path, "application/json")).await.unwrap();
    assert!(answer.headers().get("content-encoding").is_none());
    let mut stream = answer.into_body().into_data_stream();
    let first = timeout(SOON, stream.next()).await.unwrap().unwrap().unwrap();
    assert!(first.starts_with(b"{\"type\":\"ADDED\""), "{first:?}");
    drop(stream);
    maps.delete(name, &DeleteParams::default()).await.unwrap();
}

/// A pod that runs, or none where the cluster runs nothing.
async fn running(client: &Client) -> Option<Pod> {
    let pods: Api<Pod> = Api::all(client.kube());
    let pods = pods.list(&ListParams::default()).await.unwrap();
    pods.items.into_iter().find(|pod| {
        let status = pod.status.as_ref();
        status.and_then(|status| status.phase.as_deref()) == Some("Running")
    })
}

#[tokio::test]
async fn exec_goes_through_the_same_gate() {
    let lab = Lab::shared();
    lab.create(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: kx-connect, namespace: default}\n\
         spec: {containers: [{name: c, image: c}], tolerations: [{operator: Exists}]}\n",
    )
    .unwrap();
    let open = client("admin", Gate::read_write(), &Overrides::default()).await;
    let ready = async {
        loop {
            let path =
                "/api/v1/namespaces/default/pods?watch=true&fieldSelector=metadata.name=kx-connect";
            let answer = open.request(get(path, "application/json")).await.unwrap();
            let mut stream = answer.into_body().into_data_stream();
            while let Ok(Some(event)) = stream.try_next().await {
                if String::from_utf8_lossy(&event).contains("\"phase\":\"Running\"") {
                    return;
                }
            }
        }
    };
    timeout(SOON, ready).await.unwrap();
    assert!(running(&open).await.is_some());
    let pods: Api<Pod> = Api::namespaced(open.kube(), "default");
    let params = AttachParams::default().stderr(false);
    let mut process = pods.exec("kx-connect", ["echo", "hello", "there"], &params).await.unwrap();
    let mut out = String::new();
    timeout(SOON, process.stdout().unwrap().read_to_string(&mut out)).await.unwrap().unwrap();
    assert_eq!(out, "hello there\n");

    let closed = user("admin").await;
    let pods: Api<Pod> = Api::namespaced(closed.kube(), "default");
    let error: Error = pods.exec("kx-connect", ["true"], &params).await.err().unwrap().into();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    let error: Error =
        pods.delete("kx-connect", &DeleteParams::default()).await.err().unwrap().into();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    let open: Api<Pod> = Api::namespaced(open.kube(), "default");
    open.delete("kx-connect", &DeleteParams::default().grace_period(0)).await.unwrap();
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_authority_are_told() {
    let config =
        Kubeconfig::load(Some(&Lab::shared().kubeconfig("admin")), &Env::process()).unwrap();
    let server = config.target(None, &Overrides::default()).unwrap().info().server.clone();
    let of = |cluster: &str| {
        format!(
            "current-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
             clusters: [{{name: c, cluster: {{server: '{server}'{cluster}}}}}]\n\
             users: [{{name: u, user: {{token: wrong}}}}]\n"
        )
    };
    let connected = |yaml: String| async move {
        let config =
            Kubeconfig::from_yaml(&yaml, std::path::Path::new("/test"), &Env::default()).unwrap();
        connect(&config.target(None, &Overrides::default()).unwrap(), Gate::read_only())
            .await
            .unwrap()
    };
    let error = connected(of(", insecure-skip-tls-verify: true")).await;
    let error = error.bytes(get("/api/v1/pods", PROTOBUF)).await.unwrap_err();
    assert!(error.to_string().contains("user \"u\" (token)"), "{error}");
    let error = connected(of("")).await.bytes(get("/api/v1/pods", PROTOBUF)).await.unwrap_err();
    assert!(matches!(error, Error::Untrusted { .. }), "{error:?}");
}
