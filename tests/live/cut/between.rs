//! What stands between kx and the server, and breaks connections.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::StreamExt as _;
use http::{Request, Response};
use http_body_util::{BodyExt as _, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kx::change::{Change, Report};
use kx::cluster::{Client, Env, Gate, Kubeconfig, Overrides, connect, write};

/// Where the first write's connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before the request arrives.
    Before,
    /// After the server did what it was asked for, before it answers.
    After,
    /// In the middle of the answer.
    Within,
    /// As [`Cut::After`], and nothing comes through from then on.
    ForGood,
    /// As [`Cut::Before`], and nothing comes through from then on.
    Down,
}

impl Cut {
    /// The namespace that it happens in.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Before => "x-cut-before",
            Self::After => "x-cut-after",
            Self::Within => "x-cut-within",
            Self::ForGood => "x-cut-for-good",
            Self::Down => "x-cut-down",
        }
    }
}

/// Stands between kx and the server, and breaks the connection of the next write.
pub struct Between {
    pub cut: Cut,
    pub server: Client,
    /// How many writes pass before one is cut.
    pub passes: AtomicUsize,
    /// How many writes are still to be cut.
    pub due: AtomicUsize,
    pub down: AtomicBool,
    /// The status of each write that the server answered.
    pub landed: Mutex<Vec<u16>>,
}

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

fn broken() -> std::io::Error {
    std::io::Error::other("cut")
}

impl Between {
    pub async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, std::io::Error> {
        if self.down.load(SeqCst) {
            return Err(broken());
        }
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
        let writes = head.method != http::Method::GET;
        let taken = |count: &AtomicUsize| {
            count.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok()
        };
        let cut = writes && !taken(&self.passes) && taken(&self.due);
        if cut && matches!(self.cut, Cut::ForGood | Cut::Down) {
            self.down.store(true, SeqCst);
        }
        if cut && matches!(self.cut, Cut::Before | Cut::Down) {
            return Err(broken());
        }
        let mut on = Request::builder().method(head.method).uri(head.uri);
        for name in ["accept", "content-type"] {
            if let Some(value) = head.headers.get(name) {
                on = on.header(name, value);
            }
        }
        let on = on.body(body.to_vec()).map_err(std::io::Error::other)?;
        let answer = self.server.send(on).await.map_err(std::io::Error::other)?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
        if writes {
            self.landed.lock().unwrap().push(head.status.as_u16());
        }
        let mut out = Response::builder().status(head.status);
        if let Some(kind) = head.headers.get("content-type") {
            out = out.header("content-type", kind);
        }
        let frames = match (cut, self.cut) {
            (true, Cut::After | Cut::ForGood) => return Err(broken()),
            (true, _) => {
                let half = body.slice(..body.len() / 2);
                let cut = futures::stream::once(async {
                    tokio::task::yield_now().await;
                    Err(broken())
                });
                // Longer than what comes, so that nobody takes the half for the whole.
                out = out.header("content-length", body.len());
                futures::stream::iter([Ok(Frame::data(half))]).chain(cut).boxed()
            }
            (false, _) => futures::stream::iter([Ok(Frame::data(body))]).boxed(),
        };
        out.body(UnsyncBoxBody::new(StreamBody::new(frames))).map_err(std::io::Error::other)
    }
}

/// kx on the other side of what breaks.
pub struct Line {
    pub between: Arc<Between>,
    client: Client,
    _config: tempfile::NamedTempFile,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Line {
    /// To this server; nothing is cut before it is told to be.
    pub async fn new(cut: Cut, server: Client) -> Self {
        let between = Arc::new(Between {
            cut,
            server,
            passes: AtomicUsize::new(0),
            due: AtomicUsize::new(0),
            down: false.into(),
            landed: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers = Arc::clone(&between);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let answers = Arc::clone(&answers);
                let service = service_fn(move |request| {
                    let answers = Arc::clone(&answers);
                    async move { answers.answer(request).await }
                });
                let server = hyper::server::conn::http1::Builder::new();
                let connection = server.serve_connection(TokioIo::new(stream), service);
                // It breaks: that is what it is for.
                connections.spawn(async move { drop(connection.await) });
            }
        });
        let config = tempfile::NamedTempFile::new().unwrap();
        let yaml = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: cut\n\
             contexts: [{{name: cut, context: {{cluster: c, user: u}}}}]\n\
             clusters: [{{name: c, cluster: {{server: 'http://{address}'}}}}]\n\
             users: [{{name: u, user: {{}}}}]\n"
        );
        std::fs::write(config.path(), yaml).unwrap();
        let kubeconfig = Kubeconfig::load(Some(config.path()), &Env::process()).unwrap();
        let target = kubeconfig.target(None, &Overrides::default()).unwrap();
        let client = connect(&target, Gate::read_write()).await.unwrap();
        Self { between, client, _config: config, task }
    }

    /// Carries a change out, of which the first write is cut; how the server answered its writes.
    pub async fn carry_out(&self, change: Change) -> (Report, Vec<u16>) {
        self.carry_out_after(0, change).await
    }

    /// The same, where so many writes pass before one is cut.
    pub async fn carry_out_after(&self, passes: usize, change: Change) -> (Report, Vec<u16>) {
        self.between.passes.store(passes, SeqCst);
        self.between.landed.lock().unwrap().clear();
        self.between.due.store(1, SeqCst);
        let report = write::carry_out(&self.client, change, |_, _, _| Ok(())).await;
        (report, self.between.landed.lock().unwrap().clone())
    }

    /// Whether the change that was carried out last wrote something, which was cut.
    pub fn was_cut(&self) -> bool {
        self.between.due.load(SeqCst) == 0
    }
}
