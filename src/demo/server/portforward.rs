//! `portforward` over the websocket protocol v4 of `channel.k8s.io`: behind the ports that a pod's containers tell of answers a small web server.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts as _;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::Request;
use axum::response::{Html, IntoResponse as _, Response};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::{Call, Shared, key};
use crate::demo::status::Refusal;
use crate::demo::value::At;

const DATA: u8 = 0;
const ERROR: u8 = 1;
/// The most bytes in a frame.
const PIECE: usize = 32 << 10;
/// How long a client may take to hear the end before the connection is dropped.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long a line of `/drip` takes.
const DROP: Duration = Duration::from_millis(20);
/// How late `/late` answers at the latest, in seconds.
const LATEST: u64 = 3_600;
/// The most that `/bytes` and `/drip` give.
const MOST: usize = 64 << 20;

/// Upgrades the connection and forwards it.
pub async fn answer(
    shared: &Arc<Shared>,
    call: &Call,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let name = call.route.name.as_deref().unwrap_or_default();
    let pod = shared.world().store.value("pods", &key(call));
    let pod = pod.ok_or_else(|| Refusal::not_found("pods", "", name))?;
    let ports: Vec<u16> = call
        .query
        .all("ports")
        .flat_map(|all| all.split(','))
        .filter_map(|port| port.parse().ok())
        .collect();
    let [port] = ports[..] else {
        return Err(Refusal::bad("the demo forwards one port a connection: ?ports=8080"));
    };
    if pod.text("/status/phase") != "Running" {
        return Err(Refusal::new(
            500,
            "InternalError",
            format!("pod {name} is not running: it is {}", pod.text("/status/phase")),
        ));
    }
    let mut parts = request.into_parts().0;
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await.map_err(|_| {
        Refusal::bad("Upgrade request required: the demo speaks v4.channel.k8s.io over websockets")
    })?;
    let (shared, key) = (Arc::clone(shared), key(call));
    let forwarded = Forwarded { open: listens(&pod, port), port, pod, shared, key };
    Ok(upgrade.protocols(["v4.channel.k8s.io"]).on_upgrade(move |socket| forwarded.run(socket)))
}

/// Whether a container of the pod tells of this port.
fn listens(pod: &Value, port: u16) -> bool {
    ["/spec/containers", "/spec/initContainers"]
        .iter()
        .flat_map(|list| pod.items(list))
        .flat_map(|container| container.items("/ports"))
        .any(|offered| offered.num("/containerPort") == i64::from(port))
}

/// A connection to a port of a pod.
struct Forwarded {
    pod: Value,
    port: u16,
    open: bool,
    shared: Arc<Shared>,
    key: String,
}

/// The socket is gone.
struct Gone;

impl Forwarded {
    async fn run(self, mut socket: WebSocket) {
        let [low, high] = self.port.to_le_bytes();
        for channel in [DATA, ERROR] {
            if send(&mut socket, channel, &[low, high]).await.is_err() {
                return;
            }
        }
        if !self.open {
            let (pod, port) = (self.pod.text("/metadata/name"), self.port);
            let why = format!(
                "error forwarding port {port} to pod {pod}, uid : failed to connect to localhost:{port} inside namespace: dial tcp4 127.0.0.1:{port}: connect: connection refused"
            );
            if send(&mut socket, ERROR, why.as_bytes()).await.is_ok() {
                end(socket).await;
            }
            return;
        }
        let (ours, theirs) = duplex(PIECE);
        let service = TowerToHyperService::new(site(&self.pod));
        let server = tokio::spawn(
            http1::Builder::new().serve_connection(TokioIo::new(theirs), service).into_future(),
        );
        tokio::select! {
            carried = carry(&mut socket, ours) => if carried.is_ok() { end(socket).await },
            // With the pod go its connections, without a word.
            () = self.goes() => {}
        }
        server.abort();
    }

    /// Returns once the pod does not run any more.
    async fn goes(&self) {
        let mut changes = self.shared.subscribe();
        let uid = self.pod.text("/metadata/uid");
        loop {
            let runs = self.shared.world().store.value("pods", &self.key).is_some_and(|pod| {
                pod.text("/metadata/uid") == uid && pod.text("/status/phase") == "Running"
            });
            if !runs || changes.changed().await.is_err() {
                return;
            }
        }
    }
}

/// Carries bytes both ways until the server has ended its side, or the client goes.
async fn carry(socket: &mut WebSocket, mut server: DuplexStream) -> Result<(), Gone> {
    let mut piece = vec![0; PIECE];
    loop {
        tokio::select! {
            read = server.read(&mut piece) => match read {
                Ok(count @ 1..) => send(socket, DATA, &piece[..count]).await?,
                Ok(0) | Err(_) => return Ok(()),
            },
            frame = socket.recv() => {
                let frame = match frame {
                    Some(Ok(Message::Binary(frame))) => frame,
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Text(_))) => continue,
                    _ => return Err(Gone),
                };
                if let Some((&DATA, bytes)) = frame.split_first() {
                    // Where it does not read any more, it will say so by its end.
                    let _ = server.write_all(bytes).await;
                }
            }
        }
    }
}

async fn send(socket: &mut WebSocket, channel: u8, bytes: &[u8]) -> Result<(), Gone> {
    let mut frame = Vec::with_capacity(bytes.len() + 1);
    frame.push(channel);
    frame.extend_from_slice(bytes);
    socket.send(Message::Binary(frame.into())).await.map_err(|_| Gone)
}

/// Closes the connection, and waits for the client to go: what it has not read yet would be lost otherwise.
async fn end(mut socket: WebSocket) {
    let close = CloseFrame { code: close_code::NORMAL, reason: "".into() };
    if socket.send(Message::Close(Some(close))).await.is_ok() {
        let gone = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ = tokio::time::timeout(FAREWELL, gone).await;
    }
}

/// What the pod's web server has: a page that says which pod it is, and some to measure with.
fn site(pod: &Value) -> Router {
    use axum::extract::Path;
    use axum::routing::{any, post};
    let (name, namespace) =
        (pod.text("/metadata/name").to_owned(), pod.text("/metadata/namespace").to_owned());
    let page = format!(
        "<!doctype html><title>{name}</title><h1>{name}</h1><p>A pod of the demo cluster, in the namespace {namespace}.</p>\n"
    );
    Router::new()
        .route("/name", any(async move || name))
        .route("/echo", post(async |body: bytes::Bytes| body))
        .route(
            "/bytes/{count}",
            any(async |Path(count): Path<usize>| {
                let byte = |at: usize| (at.wrapping_mul(2_654_435_761) >> 13) as u8;
                (0..count.min(MOST)).map(byte).collect::<Vec<u8>>()
            }),
        )
        .route(
            "/drip/{lines}",
            any(async |Path(lines): Path<usize>| {
                let drops = futures::stream::unfold(0, move |at| async move {
                    if at == lines.min(MOST) {
                        return None;
                    }
                    tokio::time::sleep(DROP).await;
                    Some((Ok::<_, std::io::Error>(format!("drop {at}\n")), at + 1))
                });
                Body::from_stream(drops).into_response()
            }),
        )
        .route(
            "/late/{seconds}",
            any(async |Path(seconds): Path<u64>| {
                tokio::time::sleep(Duration::from_secs(seconds.min(LATEST))).await;
                format!("{seconds} s late\n")
            }),
        )
        .fallback(async move || Html(page))
}
