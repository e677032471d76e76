//! What stands between kx and the server, and breaks connections.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use bytes::Bytes;
use futures::StreamExt as _;
use http::{Request, Response};
use http_body_util::{BodyExt as _, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use kx::cluster::Client;

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
        let cut = writes && self.due.fetch_update(SeqCst, SeqCst, |due| due.checked_sub(1)).is_ok();
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
