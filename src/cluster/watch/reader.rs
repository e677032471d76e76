//! One answer, read while earlier parts of it are being decoded.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;

use super::Task;
use crate::cluster::{Client, Error};
use crate::kinds::Encoding;

/// How many chunks may wait to be decoded; each is a read of the socket, up to some hundred KiB.
const AHEAD: usize = 32;
/// How long a server may take to begin an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// An answer that is being read by a task of its own. Dropping it ends the request.
pub(super) struct Reader {
    news: mpsc::Receiver<News>,
    sent: Instant,
    _task: Task,
}

enum News {
    Head(Head),
    Chunk(Bytes),
    End(Rate),
    Failed(Error),
}

/// What is known when an answer begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    /// How what follows is encoded.
    pub(super) encoding: Encoding,
    /// How long it took to come.
    pub(super) after: Duration,
}

/// How fast an answer came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    bytes: u64,
    took: Duration,
}

impl Rate {
    /// Bytes a second from the first byte to the last.
    pub(super) fn per_second(self) -> f64 {
        self.bytes as f64 / self.took.as_secs_f64().max(1e-6)
    }
}

/// What comes next of an answer.
pub(super) enum Next {
    Chunk(Bytes),
    End(Rate),
}

impl Reader {
    /// Sends the request and reads its answer.
    pub(super) fn open(client: &Client, request: Request<Vec<u8>>) -> Self {
        let (tell, news) = mpsc::channel(AHEAD);
        let client = client.clone();
        let task = Task::spawn(async move {
            let last = match read(&client, request, &tell).await {
                Ok(rate) => News::End(rate),
                Err(error) => News::Failed(error),
            };
            // Nobody listens any more: nobody to tell.
            let _ = tell.send(last).await;
        });
        Self { news, sent: Instant::now(), _task: task }
    }

    /// The beginning of the answer, once it is there.
    pub(super) async fn head(&mut self) -> Result<Head, Error> {
        match tokio::time::timeout(PATIENCE, self.news.recv()).await {
            Ok(Some(News::Head(head))) => Ok(Head { after: self.sent.elapsed(), ..head }),
            Ok(Some(News::Failed(error))) => Err(error),
            Ok(_) => Err(cut("it ended before it began")),
            Err(_) => Err(cut(&format!("no answer within {} s", PATIENCE.as_secs()))),
        }
    }

    /// What comes next; an error after `silence` without anything.
    pub(super) async fn next(&mut self, silence: Duration) -> Result<Next, Error> {
        match tokio::time::timeout(silence, self.news.recv()).await {
            Ok(news) => next(news),
            Err(_) => Err(cut(&format!("nothing came for {} s", silence.as_secs()))),
        }
    }

    /// What has come already, without waiting.
    pub(super) fn ready(&mut self) -> Option<Result<Next, Error>> {
        self.news.try_recv().ok().map(|news| next(Some(news)))
    }
}

fn next(news: Option<News>) -> Result<Next, Error> {
    match news {
        Some(News::Chunk(chunk)) => Ok(Next::Chunk(chunk)),
        Some(News::End(rate)) => Ok(Next::End(rate)),
        Some(News::Failed(error)) => Err(error),
        Some(News::Head(_)) | None => Err(cut("it ended")),
    }
}

fn cut(problem: &str) -> Error {
    Error::Cut { host: "the API server".into(), problem: problem.into() }
}

async fn read(
    client: &Client,
    request: Request<Vec<u8>>,
    tell: &mpsc::Sender<News>,
) -> Result<Rate, Error> {
    let mut rate = Rate { bytes: 0, took: Duration::ZERO };
    let answer = client.request(request).await?;
    let kind = answer.headers().get(CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    let encoding = if kind.starts_with(b"application/vnd.kubernetes.protobuf") {
        Encoding::Protobuf
    } else if kind.is_empty() || kind.starts_with(b"application/json") {
        Encoding::Json
    } else {
        let kind = String::from_utf8_lossy(kind).into_owned();
        return Err(Error::Decode {
            what: "the server's answer".into(),
            problem: format!("it is {kind:?}, neither protobuf nor JSON"),
        });
    };
    if tell.send(News::Head(Head { encoding, after: Duration::ZERO })).await.is_err() {
        return Ok(rate);
    }
    let mut body = answer.into_body();
    let mut began = None;
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame?.into_data() else { continue };
        rate.bytes += chunk.len() as u64;
        rate.took = began.get_or_insert_with(Instant::now).elapsed();
        if !chunk.is_empty() && tell.send(News::Chunk(chunk)).await.is_err() {
            break;
        }
    }
    Ok(rate)
}
