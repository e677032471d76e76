//! One question to a server, and its answer: what it says at a path, or to an access review.

use std::time::{Duration, Instant};

use http::header::CONTENT_TYPE;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};
use kube::client::Body;
use serde_json::Value;

use super::lines::Lines;
use super::watch::get;
use super::{Client, Error};

/// How long a server may take for an answer.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 16 << 20;

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its words; bytes that are no text are replaced.
    pub text: String,
    /// The status of the answer. `/readyz` says with 500 what is not ready: that is an answer too.
    pub status: u16,
    /// How long it took until all was there, in microseconds.
    pub micros: u64,
}

/// Asks what the server says at a path, whatever the status of the answer.
///
/// # Errors
/// Whatever prevents an answer: the gate, the network, TLS, credentials, a server that says too much or takes too long.
pub async fn text(client: &Client, path: &str) -> Result<Said, Error> {
    let began = Instant::now();
    let request = get(path, "*/*")?;
    let (status, text) = patient(async {
        let answer: Response<Body> = client.send(request).await?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), LONGEST).collect().await;
        let body = body.map_err(|error| cut(&error.to_string()))?.to_bytes();
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    })
    .await?;
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    Ok(Said { text, status, micros })
}

/// As [`text`], but of an answer that is a success only the lines that begin so, whatever its length.
///
/// # Errors
/// As of [`text`].
pub async fn lines(client: &Client, path: &str, prefix: &str) -> Result<Said, Error> {
    let began = Instant::now();
    let request = get(path, "*/*")?;
    let (status, text) = patient(async {
        let answer: Response<Body> = client.send(request).await?;
        let status = answer.status();
        let mut lines = Lines::new(if status.is_success() { prefix } else { "" });
        let mut body = answer.into_body();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| cut(&error.to_string()))?;
            if let Ok(bytes) = frame.into_data() {
                lines.push(&bytes);
            }
        }
        Ok((status.as_u16(), lines.finish()))
    })
    .await?;
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    Ok(Said { text, status, micros })
}

/// Posts a review (`SelfSubjectRulesReview` and its like), which the gate takes for the read that it is; gives it with its status.
///
/// # Errors
/// Whatever prevents an answer, and one that is no success or no JSON.
pub async fn review(client: &Client, path: &str, body: String) -> Result<Value, Error> {
    let request = Request::post(path)
        .header(CONTENT_TYPE, "application/json")
        .body(body.into_bytes())
        .map_err(|error| Error::Request { problem: error.to_string() })?;
    let bytes = patient(client.bytes(request)).await?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Error::Decode { what: path.to_owned(), problem: error.to_string() })
}

/// Waits for an answer, but not for ever.
pub(super) async fn patient<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(cut(&format!("no answer within {} s", PATIENCE.as_secs()))),
    }
}

fn cut(problem: &str) -> Error {
    Error::Cut { host: "the API server".into(), problem: problem.into() }
}
