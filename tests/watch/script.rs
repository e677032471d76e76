//! A server that answers as a test's script says, and the answers it is made of.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::StreamExt as _;
use http::{Request, Response};
use http_body_util::{StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kx::cluster::{self, Client, Env, Gate, Kubeconfig, Overrides};
use kx::wire::{ListMeta, ObjectMeta, Time};
use prost::Message as _;

/// A request as the script sees it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub accept: String,
    pub packed: bool,
    /// How many requests of the same kind (method, list or watch) of this path came before.
    pub before: usize,
}

impl Asked {
    pub fn watches(&self) -> bool {
        self.query.contains_key("watch")
    }

    pub fn get(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }
}

/// An answer: bytes, and then its end, a cut, or nothing more.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    chunks: Vec<Bytes>,
    end: End,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Close,
    Cut,
    Open,
}

pub const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

impl Reply {
    pub fn new(status: u16, kind: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self { status, headers, chunks: vec![body.into()], end: End::Close }
    }

    pub fn protobuf(body: Vec<u8>) -> Self {
        Self::new(200, PROTOBUF, body)
    }

    pub fn json(body: &serde_json::Value) -> Self {
        Self::new(200, "application/json", body.to_string())
    }

    /// An error as the API sends it.
    pub fn status(code: u16, reason: &str, message: &str) -> Self {
        let mut reply = Self::json(&serde_json::json!({
            "kind": "Status", "apiVersion": "v1", "status": "Failure",
            "code": code, "reason": reason, "message": message,
        }));
        reply.status = code;
        reply
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The connection breaks after `len` bytes.
    pub fn cut(mut self, len: usize) -> Self {
        let all = self.chunks.concat();
        self.chunks = vec![Bytes::copy_from_slice(&all[..len.min(all.len())])];
        self.end = End::Cut;
        self
    }

    /// The body comes so many times.
    pub fn times(mut self, times: usize) -> Self {
        let body = Bytes::from(self.chunks.concat());
        self.chunks = vec![body; times];
        self
    }

    /// Nothing more comes, and the connection stays.
    pub fn open(mut self) -> Self {
        self.end = End::Open;
        self
    }
}

/// The server; it ends when this is dropped.
pub struct Server {
    asked: Arc<Mutex<Vec<Asked>>>,
    /// Only reads pass.
    pub client: Client,
    /// Everything passes.
    pub writer: Client,
    /// Where it listens, for whoever reads from it without kx.
    #[allow(dead_code, reason = "the bench's bare reader")]
    pub address: String,
    config: tempfile::NamedTempFile,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let script = Arc::new(script);
        let log = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            // Connections end with the server.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (log, script) = (Arc::clone(&log), Arc::clone(&script));
                let service = service_fn(move |request: Request<Incoming>| {
                    let asked = note(&log, &request);
                    let reply = answer(script(&asked));
                    async move { Ok::<_, Infallible>(reply) }
                });
                let server = hyper::server::conn::http1::Builder::new();
                let connection = server.serve_connection(TokioIo::new(stream), service);
                connections.spawn(async move {
                    // A cut connection is what some scripts are about.
                    let _ = connection.await;
                });
            }
        });
        let config = tempfile::NamedTempFile::new().unwrap();
        let yaml = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
             contexts: [{{name: test, context: {{cluster: c, user: u, namespace: home}}}}]\n\
             clusters: [{{name: c, cluster: {{server: 'http://{addr}'}}}}]\n\
             users: [{{name: u, user: {{}}}}]\n"
        );
        std::fs::write(config.path(), yaml).unwrap();
        let env = Env::of(std::iter::empty::<(String, String)>());
        let kubeconfig = Kubeconfig::load(Some(config.path()), &env).unwrap();
        let target = kubeconfig.target(None, &Overrides::default()).unwrap();
        let client = cluster::connect(&target, Gate::read_only()).await.unwrap();
        let writer = cluster::connect(&target, Gate::read_write()).await.unwrap();
        Self { asked, client, writer, address: addr.to_string(), config, task }
    }

    /// The kubeconfig of it, for a kx of its own.
    #[allow(dead_code, reason = "the bench starts none")]
    pub fn kubeconfig(&self) -> &std::path::Path {
        self.config.path()
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn note(log: &Mutex<Vec<Asked>>, request: &Request<Incoming>) -> Asked {
    let header = |name: &str| {
        request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
    };
    let query = request.uri().query().unwrap_or_default();
    let mut asked = Asked {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(k, v)| (k.to_owned(), v.replace("%3D", "=")))
            .collect(),
        accept: header("accept"),
        packed: header("accept-encoding") == "gzip",
        before: 0,
    };
    let mut log = log.lock().unwrap();
    let kind = |asked: &Asked| (asked.method.clone(), asked.path.clone(), asked.watches());
    let same = |other: &&Asked| kind(other) == kind(&asked);
    asked.before = log.iter().filter(same).count();
    log.push(asked.clone());
    asked
}

fn answer(reply: Reply) -> Response<UnsyncBoxBody<Bytes, std::io::Error>> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    let chunks = futures::stream::iter(reply.chunks).map(|chunk| Ok(Frame::data(chunk)));
    let body = match reply.end {
        End::Close => StreamBody::new(chunks.boxed()),
        End::Open => StreamBody::new(chunks.chain(futures::stream::pending()).boxed()),
        End::Cut => {
            // What came before the cut must have a chance to be sent.
            let cut = futures::stream::once(async {
                tokio::task::yield_now().await;
                Err(std::io::Error::other("cut"))
            });
            StreamBody::new(chunks.chain(cut).boxed())
        }
    };
    response.body(UnsyncBoxBody::new(body)).unwrap()
}

/// A namespace, the simplest kind.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Namespace {
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<ObjectMeta>,
    #[prost(message, optional, tag = "3")]
    pub status: Option<Phase>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Phase {
    #[prost(string, tag = "1")]
    pub phase: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct List {
    #[prost(message, optional, tag = "1")]
    metadata: Option<ListMeta>,
    #[prost(bytes = "vec", repeated, tag = "2")]
    items: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Raw {
    #[prost(bytes = "vec", tag = "1")]
    raw: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Unknown {
    #[prost(bytes = "vec", tag = "2")]
    raw: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Watched {
    #[prost(string, tag = "1")]
    what: String,
    #[prost(message, optional, tag = "2")]
    object: Option<Raw>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Status {
    #[prost(string, tag = "3")]
    message: String,
    #[prost(string, tag = "4")]
    reason: String,
    #[prost(int32, tag = "6")]
    code: i32,
}

/// A namespace's message.
pub fn namespace(name: &str, version: u64, phase: &str) -> Vec<u8> {
    let metadata = ObjectMeta {
        name: name.into(),
        uid: format!("uid-{name}"),
        resource_version: version.to_string(),
        creation_timestamp: Some(Time::from_unix(1_768_478_400)),
        ..ObjectMeta::default()
    };
    let status = Some(Phase { phase: phase.into() });
    Namespace { metadata: Some(metadata), status }.encode_to_vec()
}

/// The same as JSON.
pub fn namespace_json(name: &str, version: u64, phase: &str) -> serde_json::Value {
    serde_json::json!({
        "kind": "Namespace", "apiVersion": "v1",
        "metadata": {
            "name": name, "uid": format!("uid-{name}"), "resourceVersion": version.to_string(),
            "creationTimestamp": "2026-01-15T12:00:00Z",
        },
        "status": {"phase": phase},
    })
}

fn enveloped(raw: Vec<u8>) -> Vec<u8> {
    [&b"k8s\0"[..], &Unknown { raw }.encode_to_vec()].concat()
}

/// One page of a protobuf list.
pub fn page(version: u64, next: &str, remaining: Option<i64>, items: Vec<Vec<u8>>) -> Vec<u8> {
    let metadata = ListMeta {
        resource_version: version.to_string(),
        next: next.into(),
        remaining_item_count: remaining,
    };
    enveloped(List { metadata: Some(metadata), items }.encode_to_vec())
}

/// One event of a protobuf watch.
pub fn event(what: &str, object: Vec<u8>) -> Vec<u8> {
    let object = Some(Raw { raw: enveloped(object) });
    let event = Watched { what: what.into(), object }.encode_to_vec();
    [&u32::try_from(event.len()).unwrap().to_be_bytes()[..], &event].concat()
}

/// A bookmark; the last one of the initial events says so.
pub fn bookmark(version: u64, initial_end: bool) -> Vec<u8> {
    let mut metadata =
        ObjectMeta { resource_version: version.to_string(), ..ObjectMeta::default() };
    if initial_end {
        metadata.annotations.insert("k8s.io/initial-events-end".into(), "true".into());
    }
    event("BOOKMARK", Namespace { metadata: Some(metadata), status: None }.encode_to_vec())
}

/// An ERROR event.
pub fn error_event(code: i32, reason: &str) -> Vec<u8> {
    let status = Status { message: format!("{reason}!"), reason: reason.into(), code };
    event("ERROR", status.encode_to_vec())
}
