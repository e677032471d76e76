//! A demo cluster under test, and a plain HTTP client for it.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kx::demo::{Clock, Demo, Options, start};
use serde_json::Value;

/// How long a test waits for something that must come.
pub const DEADLINE: Duration = Duration::from_secs(20);
/// The Accept header that asks for a Table.
pub const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1, application/json";

/// A running demo cluster and a client of it.
pub struct Cluster {
    /// The cluster.
    pub demo: Demo,
    http: Client<HttpConnector, Full<Bytes>>,
}

/// A whole answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("no JSON ({e}): {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// The `reason` of a Status.
    pub fn reason(&self) -> String {
        self.json()["reason"].as_str().unwrap_or_default().to_owned()
    }
}

/// A request to be.
pub struct Ask<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub user: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: String,
}

impl<'a> Ask<'a> {
    pub fn new(method: &'a str, path: &'a str) -> Self {
        Self { method, path, user: "demo", headers: &[], body: String::new() }
    }
}

impl Cluster {
    /// A cluster whose time stands still at 2026-01-15T12:00:00Z until the test moves it.
    pub async fn frozen() -> Self {
        Self::with(Options { clock: Clock::screenshot(), ..Options::default() }).await
    }

    pub async fn with(options: Options) -> Self {
        let demo = start(options).await.expect("the demo starts");
        Self { demo, http: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// Sends a request and returns the answer while its body is still coming.
    pub async fn open(&self, ask: Ask<'_>) -> Response<Incoming> {
        let mut request = Request::builder().method(ask.method).uri(format!(
            "http://{}{}",
            self.demo.addr(),
            ask.path
        ));
        if !ask.user.is_empty() {
            request = request.header("authorization", format!("Bearer {}", ask.user));
        }
        for (name, value) in ask.headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::from(ask.body)).expect("a request");
        let answer = tokio::time::timeout(DEADLINE, self.http.request(request)).await;
        answer.expect("an answer in time").expect("an answer")
    }

    pub async fn send(&self, ask: Ask<'_>) -> Answer {
        let response = self.open(ask).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// GETs JSON that must be there.
    pub async fn get(&self, path: &str) -> Value {
        let answer = self.send(Ask::new("GET", path)).await;
        assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
        answer.json()
    }

    pub async fn get_as(&self, path: &str, accept: &str) -> Value {
        self.send(Ask { headers: &[("accept", accept)], ..Ask::new("GET", path) }).await.json()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Ask { body: body.to_string(), ..Ask::new("POST", path) }).await
    }

    pub async fn patch(&self, path: &str, kind: &str, body: &Value) -> Answer {
        let content = format!("application/{kind}");
        self.send(Ask {
            headers: &[("content-type", &content)],
            body: body.to_string(),
            ..Ask::new("PATCH", path)
        })
        .await
    }

    /// Items of a list, by name.
    pub async fn names(&self, path: &str) -> Vec<String> {
        let list = self.get(path).await;
        let items = list["items"].as_array().cloned().unwrap_or_default();
        items
            .iter()
            .map(|i| i["metadata"]["name"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Opens a watch.
    pub async fn watch(&self, path: &str) -> Lines {
        Lines::of(self.open(Ask::new("GET", path)).await)
    }

    /// Lets the cluster's time pass second by second until `done` says so; fails after `seconds`.
    pub async fn until(&self, seconds: u32, path: &str, done: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..=seconds {
            let value = self.send(Ask::new("GET", path)).await.json();
            if done(&value) {
                return value;
            }
            self.demo.advance(1);
        }
        panic!(
            "{path} did not come to it within {seconds} s: {}",
            self.send(Ask::new("GET", path)).await.json()
        );
    }
}

/// The lines of a body as they come.
pub struct Lines {
    pub status: StatusCode,
    body: Incoming,
    rest: Vec<u8>,
    ready: VecDeque<String>,
}

impl Lines {
    pub fn of(response: Response<Incoming>) -> Self {
        Self {
            status: response.status(),
            body: response.into_body(),
            rest: Vec::new(),
            ready: VecDeque::new(),
        }
    }

    /// The next line; none at a clean end, an error where the stream broke.
    pub async fn next(&mut self) -> Result<Option<String>, hyper::Error> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Ok(Some(line));
            }
            let frame =
                tokio::time::timeout(DEADLINE, self.body.frame()).await.expect("a line in time");
            let Some(frame) = frame else { return Ok(None) };
            if let Ok(data) = frame?.into_data() {
                self.rest.extend_from_slice(&data);
            }
            while let Some(end) = self.rest.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                self.ready.push_back(String::from_utf8_lossy(&line[..end]).into_owned());
            }
        }
    }

    /// The next line as a watch event: type and object.
    pub async fn event(&mut self) -> (String, Value) {
        let line = self.next().await.expect("an unbroken stream").expect("an event");
        let event: Value = serde_json::from_str(&line).expect("JSON");
        (event["type"].as_str().unwrap_or_default().to_owned(), event["object"].clone())
    }

    /// Skips events until one fits.
    pub async fn find(&mut self, fits: impl Fn(&str, &Value) -> bool) -> Value {
        loop {
            let (kind, object) = self.event().await;
            if fits(&kind, &object) {
                return object;
            }
        }
    }
}
