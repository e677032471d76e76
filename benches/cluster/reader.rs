//! The bare reader: the same requests as kx's first list, answered bytes received and unpacked, nothing decoded.

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http::Request;
use http_body_util::BodyExt;
use kx::cluster::{Client, Env, Gate, Kubeconfig, Overrides};
use std::io::Write;

/// What it took.
pub struct Bare {
    /// To the first bytes of pods.
    pub first: Duration,
    /// To the last.
    pub all: Duration,
    /// Bytes of the bodies, unpacked.
    pub unpacked: u64,
}

/// Reads all pods, page by page.
pub fn all(kubeconfig: &Path) -> anyhow::Result<Bare> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let begin = Instant::now();
        let config = Kubeconfig::load(Some(kubeconfig), &Env::process())?;
        let target = config.target(None, &Overrides::default())?;
        let client = kx::cluster::connect(&target, Gate::read_only()).await?;
        let mut bare = Bare { first: Duration::ZERO, all: Duration::ZERO, unpacked: 0 };
        let mut token = None;
        let mut limit = 500;
        loop {
            token = page(&client, limit, token.as_deref(), &mut bare).await?;
            if bare.first.is_zero() {
                bare.first = begin.elapsed();
            }
            if token.is_none() {
                bare.all = begin.elapsed();
                return Ok(bare);
            }
            limit = 10_000;
        }
    })
}

/// Reads a page; the continue token of the next.
async fn page(
    client: &Client,
    limit: usize,
    token: Option<&str>,
    bare: &mut Bare,
) -> anyhow::Result<Option<String>> {
    let mut uri = format!("/api/v1/pods?limit={limit}");
    if let Some(token) = token {
        uri.push_str("&continue=");
        uri.push_str(token);
    }
    let request = Request::get(uri)
        .header("accept", "application/vnd.kubernetes.protobuf")
        .header("accept-encoding", "gzip")
        .body(Vec::new())?;
    let answer = client.request(request).await?;
    let packed = answer.headers().get("content-encoding").is_some_and(|v| v == "gzip");
    let mut body = answer.into_body();
    let mut sink = Sink { head: Vec::new(), unpacked: 0 };
    if packed {
        let mut decoder = MultiGzDecoder::new(&mut sink);
        while let Some(frame) = body.frame().await {
            if let Ok(bytes) = frame?.into_data() {
                decoder.write_all(&bytes)?;
            }
        }
        decoder.finish()?;
    } else {
        while let Some(frame) = body.frame().await {
            if let Ok(bytes) = frame?.into_data() {
                sink.write_all(&bytes)?;
            }
        }
    }
    bare.unpacked += sink.unpacked;
    Ok(next(&Bytes::from(sink.head)))
}

/// Counts, and keeps the beginning, where the list's metadata stands.
struct Sink {
    head: Vec<u8>,
    unpacked: u64,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let want = 4096usize.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..want]);
        self.unpacked += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The continue token in a list's first bytes: a base64url text of JSON, which begins with `{"v":`.
fn next(head: &[u8]) -> Option<String> {
    let start = head.windows(6).position(|w| w == b"eyJ2Ij")?;
    let token = head[start..]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'='));
    Some(token.map(|&b| char::from(b)).collect())
}
