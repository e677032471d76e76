//! Read-only holds whichever way a request takes.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::routing::any;
use futures::{SinkExt as _, StreamExt as _};
use k8s_openapi::api::authorization::v1::SelfSubjectAccessReview;
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::api::{AttachParams, DeleteParams, EvictParams, Patch, PatchParams, PostParams};
use kube::{Api, ResourceExt as _};
use kx::cluster::{Client, Error, Gate};
use tokio::net::TcpListener;

use crate::support::{Home, Server, get, text};

async fn client(url: &str, gate: Gate) -> Client {
    let home = Home::new();
    home.config(url, "", "");
    home.connect(gate).await.unwrap()
}

fn refused<T>(answer: Result<T, kube::Error>) {
    let error: Error = answer.err().expect("it went through").into();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
}

#[tokio::test]
async fn the_kube_client_cannot_write_through_a_read_only_gate() {
    let pod =
        r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"exec"},"spec":{"containers":[]}}"#;
    let server = Server::plain(move |_| text(200, pod)).await;
    let client = client(&format!("http://{}", server.address), Gate::read_only()).await;
    assert!(client.gate().is_read_only());
    let pods: Api<Pod> = Api::namespaced(client.kube(), "shop");
    let nodes: Api<Node> = Api::all(client.kube());
    let one: Pod = serde_json::from_str(pod).unwrap();
    let patch = Patch::Merge(serde_json::json!({}));

    refused(pods.create(&PostParams::default(), &one).await);
    refused(pods.create(&PostParams { dry_run: true, ..PostParams::default() }, &one).await);
    refused(pods.replace("exec", &PostParams::default(), &one).await);
    refused(pods.patch("exec", &PatchParams::default(), &patch).await);
    refused(pods.delete("exec", &DeleteParams::default()).await.map(|_| ()));
    refused(
        pods.delete_collection(&DeleteParams::default(), &kube::api::ListParams::default())
            .await
            .map(|_| ()),
    );
    refused(pods.evict("exec", &EvictParams::default()).await);
    refused(pods.exec("exec", ["sh"], &AttachParams::default()).await);
    refused(pods.attach("exec", &AttachParams::default()).await);
    refused(pods.portforward("exec", &[80]).await);
    refused(nodes.cordon("n").await);
    assert!(server.seen().is_empty(), "nothing was sent");

    assert_eq!(pods.get("exec").await.unwrap().name_any(), "exec");
    assert_eq!(pods.logs("exec", &kube::api::LogParams::default()).await.unwrap(), pod);
    let reviews: Api<SelfSubjectAccessReview> = Api::all(client.kube());
    let sent = reviews.create(&PostParams::default(), &SelfSubjectAccessReview::default()).await;
    assert!(sent.is_err(), "the server's answer is no review, but the request was sent");
    assert_eq!(server.seen().len(), 3);
    assert_eq!(client.meter().totals().refused, 11);
}

/// A gate with these guardrails, as `config.toml` has them.
fn guarded(text: &str) -> Gate {
    let config = kx::config::Config::parse(text, Path::new("config.toml")).unwrap();
    Gate::read_write().guarded(config.guardrail)
}

async fn answers(client: &Client, method: &str, path: &str) -> Result<(), Error> {
    let request = http::Request::builder().method(method).uri(path).body(Vec::new()).unwrap();
    client.send(request).await.map(|_| ())
}

#[tokio::test]
async fn a_guardrail_closes_the_gate_of_its_contexts() {
    let server = Server::plain(|_| text(200, "{}")).await;
    let url = format!("http://{}", server.address);
    let open =
        client(&url, guarded("[[guardrail]]\ncontext = \"prod-*\"\nread_only = true\n")).await;
    assert!(!open.gate().is_read_only());
    answers(&open, "DELETE", "/api/v1/nodes/n").await.unwrap();
    let name = open.info().context.clone();
    let rails = format!("[[guardrail]]\nname = \"mine\"\ncontext = \"{name}\"\nread_only = true\n");
    let closed = client(&url, guarded(&rails)).await;
    assert!(closed.gate().is_read_only());
    let error = answers(&closed, "DELETE", "/api/v1/nodes/n").await.unwrap_err();
    assert!(
        error.to_string().starts_with("read-only by the guardrail mine (config.toml:1): "),
        "{error}"
    );
    answers(&closed, "GET", "/api/v1/nodes/n").await.unwrap();
    assert_eq!(server.seen().len(), 2, "nothing else was sent");
}

#[tokio::test]
async fn a_guardrail_of_namespaces_closes_them_whatever_the_way() {
    let server = Server::plain(|_| text(200, "{}")).await;
    let url = format!("http://{}", server.address);
    let rails = "[[guardrail]]\nnamespace = \"kube-*\"\nread_only = true\n";
    let client = client(&url, guarded(rails)).await;
    assert!(!client.gate().is_read_only(), "not everything is closed");
    for (method, path) in [
        ("POST", "/api/v1/namespaces/shop/pods"),
        ("DELETE", "/apis/apps/v1/namespaces/shop/deployments/kube-system"),
        ("PATCH", "/api/v1/nodes/kube-system"),
        ("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles"),
        ("GET", "/api/v1/namespaces/kube-system/pods"),
        ("GET", "/api/v1/namespaces/shop/pods/a/exec"),
    ] {
        answers(&client, method, path).await.unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let sent = server.seen().len();
    for (method, path) in [
        ("POST", "/api/v1/namespaces/kube-system/pods"),
        ("DELETE", "/apis/apps/v1/namespaces/kube-public/deployments/web"),
        ("PUT", "/apis/apps/v1/namespaces/kube-system/deployments/web/scale"),
        ("POST", "/api/v1/namespaces/kube-system/pods/a/eviction"),
        ("GET", "/api/v1/namespaces/kube-system/pods/a/exec"),
        ("DELETE", "/api/v1/namespaces/kube-system"),
        ("PUT", "/api/v1/namespaces/kube-system/finalize"),
        ("PATCH", "/api/v1/namespaces/kube%2dsystem/pods/a"),
        // Where nobody can say where it leads, it is taken for the worst.
        ("POST", "/api/v1/namespaces"),
        ("POST", "/api/v1/Namespaces/kube-system/pods"),
        ("POST", "/api/v1/proxy/namespaces/kube-system/pods/a"),
        ("POST", "/k8s/clusters/x/api/v1/namespaces/kube-system/pods"),
        ("POST", "/api/v1//namespaces/kube-system/pods"),
        ("POST", "/api/v1/namespaces/shop/../kube-system/pods"),
        ("POST", "/anything"),
    ] {
        let error = answers(&client, method, path).await.expect_err(path);
        assert!(matches!(error, Error::ReadOnly { .. }), "{path}: {error}");
    }
    assert_eq!(server.seen().len(), sent, "nothing of it was sent");
}

/// Every file of the program.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn nothing_connects_beside_the_gate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources = sources(&root);
    assert!(sources.len() > 20);
    for path in sources {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        if name.starts_with("cluster/connect/") || name.starts_with("cluster/dial/") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for maker in [
            "Client::try_default",
            "Client::try_from",
            "kube::Client::new",
            "ClientBuilder",
            "legacy::Client",
            "client::conn",
            "TcpStream::connect",
            "TcpSocket",
        ] {
            assert!(
                !text.contains(maker),
                "{name} makes connections of its own ({maker}); use cluster::Client"
            );
        }
    }
}

#[tokio::test]
async fn a_websocket_passes_where_writing_is_allowed() {
    let echo = any(|upgrade: WebSocketUpgrade| async {
        upgrade.protocols(["v5.channel.k8s.io"]).on_upgrade(|mut socket| async move {
            while let Some(Ok(message)) = socket.recv().await {
                if matches!(message, Message::Binary(_)) && socket.send(message).await.is_err() {
                    break;
                }
            }
        })
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().route("/api/v1/namespaces/shop/pods/web/exec", echo);
    tokio::spawn(async move { axum::serve(listener, app).await });

    let path = "/api/v1/namespaces/shop/pods/web/exec?command=sh";
    let open = client(&url, Gate::read_write()).await;
    let connection = open.kube().connect(get(path)).await.unwrap();
    assert!(connection.supports_stream_close());
    let mut socket = connection.into_stream();
    socket.send(b"hello".to_vec().into()).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap().into_data(), "hello");
    let entry = &open.meter().journal()[0];
    assert_eq!((entry.status, entry.path.contains("command")), (Some(101), false));

    let closed = client(&url, Gate::read_only()).await;
    refused(closed.kube().connect(get(path)).await.map(|_| ()));
    // Nor does any other path lead to a two-way connection.
    refused(closed.kube().connect(get("/api/v1/pods?watch=true")).await.map(|_| ()));
}
