//! Misbehaviour on demand: what a test or `POST /demo/faults` asks the server to do wrong.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, StreamExt};
use serde::{Deserialize, Serialize};

use super::server::body::Bytestream;
use super::status::Refusal;

/// Which requests a fault is for; what is left out matches everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct On {
    /// API verb: `list`, `watch`, `get`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    pub verb: Option<String>,
    /// Resource by plural name, with `/subresource` where one is meant.
    pub resource: Option<String>,
    /// Text the path contains, for what is no resource (`/apis`, `/version`).
    pub path: Option<String>,
    /// Only pages after the first of a list.
    pub continued: Option<bool>,
    /// Only watches with `sendInitialEvents`.
    pub watch_list: Option<bool>,
    /// Only requests of this user.
    pub user: Option<String>,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Mischief {
    /// Answers with this HTTP status and a fitting `Status` object; 429 and 503 may carry `Retry-After`.
    Status {
        /// The HTTP status code.
        code: u16,
        /// Seconds for `Retry-After`.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// 410: as an ERROR event in a watch, as a Status elsewhere.
    Expired,
    /// `WatchList` is refused as by a server that does not know it (422).
    NoWatchList,
    /// The body trickles: at most this many bytes, then a pause.
    Slow {
        /// Bytes in a chunk.
        bytes: usize,
        /// Pause before each chunk in milliseconds.
        millis: u64,
    },
    /// The connection breaks after this many bytes of the body.
    CutBytes(usize),
    /// The connection breaks after this many watch events (lines).
    CutEvents(usize),
    /// This many bytes of the body are right, then garbage follows.
    Garbage(usize),
    /// The answer waits this many milliseconds.
    Delay(u64),
    /// Never answers.
    Hang,
}

/// One fault: for whom, how often, what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests it hits.
    #[serde(default)]
    pub on: On,
    /// How many requests it hits before it is used up; without a number, until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// What goes wrong.
    #[serde(rename = "do")]
    pub mischief: Mischief,
}

/// A request as faults see it.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// API verb, or the HTTP method in lower case for what is no resource.
    pub verb: &'a str,
    /// Plural name with subresource, empty for what is no resource.
    pub resource: &'a str,
    /// The path.
    pub path: &'a str,
    /// Whether it has a continue token.
    pub continued: bool,
    /// Whether it has `sendInitialEvents=true`.
    pub watch_list: bool,
    /// The user, empty before authentication.
    pub user: &'a str,
}

impl On {
    fn hits(&self, target: &Target<'_>) -> bool {
        self.verb.as_deref().is_none_or(|v| v == target.verb)
            && self.resource.as_deref().is_none_or(|r| r == target.resource)
            && self.path.as_deref().is_none_or(|p| target.path.contains(p))
            && self.continued.is_none_or(|c| c == target.continued)
            && self.watch_list.is_none_or(|w| w == target.watch_list)
            && self.user.as_deref().is_none_or(|u| u == target.user)
    }
}

/// The faults in force, shared between a test and the server.
#[derive(Debug, Default)]
pub struct Faults {
    list: Mutex<Vec<Fault>>,
}

impl Faults {
    /// Adds a fault. All that hit a request apply, in the order of their adding.
    pub fn inject(&self, fault: Fault) {
        self.lock().push(fault);
    }

    /// Adds a fault for requests on `resource` with `verb` (empty text matches all), for the next `times`.
    pub fn on(&self, verb: &str, resource: &str, times: Option<u32>, mischief: Mischief) {
        let word = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let on = On { verb: word(verb), resource: word(resource), ..On::default() };
        self.inject(Fault { on, times, mischief });
    }

    /// Behaves again.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// The faults in force.
    pub fn list(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    /// What goes wrong with this request; counts it.
    pub fn take(&self, target: &Target<'_>) -> Vec<Mischief> {
        let mut list = self.lock();
        let mut hits = Vec::new();
        for fault in list.iter_mut().filter(|f| f.on.hits(target)) {
            if let Some(times) = &mut fault.times {
                if *times == 0 {
                    continue;
                }
                *times -= 1;
            }
            hits.push(fault.mischief.clone());
        }
        list.retain(|fault| fault.times != Some(0));
        hits
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        // A panic elsewhere leaves the list whole: every change to it is one step.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The `Status` that goes with an injected HTTP status code.
pub fn refusal(code: u16, retry_after: Option<u64>) -> Refusal {
    let (reason, message) = match code {
        401 => return Refusal::unauthorized(),
        403 => ("Forbidden", "forbidden: the demo cluster was asked to refuse this"),
        404 => return Refusal::no_resource(),
        409 => ("Conflict", "the demo cluster was asked to conflict"),
        410 => ("Expired", "too old resource version: the demo cluster was asked to forget"),
        429 => {
            return Refusal::too_many(
                "the server has received too many requests and has asked us to try again later",
                retry_after.unwrap_or(1),
            );
        }
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
        504 => ("Timeout", "the server was unable to return a response in the time allotted"),
        _ => (
            "InternalError",
            "an error on the server (\"demo\") has prevented the request from succeeding",
        ),
    };
    let mut refusal = Refusal::new(code, reason, message);
    refusal.retry_after = retry_after;
    refusal
}

/// Spoils a body as the mischief says.
pub fn spoil(bytes: Bytestream, mischief: &[Mischief]) -> Bytestream {
    mischief.iter().fold(bytes, |bytes, mischief| match *mischief {
        Mischief::Slow { bytes: size, millis } => {
            slow(bytes, size.max(1), Duration::from_millis(millis))
        }
        Mischief::CutBytes(limit) => {
            cut(bytes, move |seen, chunk| limit.saturating_sub(seen).min(chunk.len()), limit)
        }
        Mischief::CutEvents(limit) => cut_events(bytes, limit),
        Mischief::Garbage(after) => garbage(bytes, after),
        _ => bytes,
    })
}

fn slow(bytes: Bytestream, size: usize, pause: Duration) -> Bytestream {
    bytes
        .flat_map(move |chunk| match chunk {
            Ok(chunk) => {
                let pieces: Vec<_> = (0..chunk.len())
                    .step_by(size)
                    .map(|start| Ok(chunk.slice(start..(start + size).min(chunk.len()))))
                    .collect();
                stream::iter(pieces)
            }
            Err(error) => stream::iter(vec![Err(error)]),
        })
        .then(move |piece| async move {
            tokio::time::sleep(pause).await;
            piece
        })
        .boxed()
}

fn broken() -> std::io::Error {
    std::io::Error::new(
        std::io::ErrorKind::ConnectionReset,
        "the demo cluster was asked to cut this stream",
    )
}

/// Passes `keep(bytes seen, chunk)` bytes of each chunk and breaks once `limit` is reached.
fn cut(
    bytes: Bytestream,
    keep: impl Fn(usize, &Bytes) -> usize + Send + 'static,
    limit: usize,
) -> Bytestream {
    let state = (bytes, 0_usize, keep, false);
    stream::unfold(state, move |(mut bytes, seen, keep, over)| async move {
        if over {
            return None;
        }
        if seen >= limit {
            // A turn for what was sent before to reach the wire; else it would be lost with the connection.
            tokio::task::yield_now().await;
            return Some((Err(broken()), (bytes, seen, keep, true)));
        }
        let chunk = match bytes.next().await? {
            Ok(chunk) => chunk,
            Err(error) => return Some((Err(error), (bytes, seen, keep, true))),
        };
        let size = keep(seen, &chunk);
        Some((Ok(chunk.slice(..size)), (bytes, seen + size, keep, false)))
    })
    .boxed()
}

fn cut_events(bytes: Bytestream, limit: usize) -> Bytestream {
    let state = (bytes, 0_usize, false);
    stream::unfold(state, move |(mut bytes, seen, over)| async move {
        if over {
            return None;
        }
        if seen >= limit {
            // A turn for what was sent before to reach the wire; else it would be lost with the connection.
            tokio::task::yield_now().await;
            return Some((Err(broken()), (bytes, seen, true)));
        }
        let chunk = match bytes.next().await? {
            Ok(chunk) => chunk,
            Err(error) => return Some((Err(error), (bytes, seen, true))),
        };
        let ends: Vec<usize> = memchr::memchr_iter(b'\n', &chunk).take(limit - seen).collect();
        let size =
            if seen + ends.len() >= limit { ends.last().map_or(0, |e| e + 1) } else { chunk.len() };
        Some((Ok(chunk.slice(..size)), (bytes, seen + ends.len(), false)))
    })
    .boxed()
}

fn garbage(bytes: Bytestream, after: usize) -> Bytestream {
    let mut seen = 0_usize;
    bytes
        .map(move |chunk| {
            let chunk = chunk?;
            let right = after.saturating_sub(seen).min(chunk.len());
            seen += chunk.len();
            let mut out = chunk[..right].to_vec();
            out.extend((right..chunk.len()).map(|i| [0xff, 0x00, b'}', b'\\', 0xc3][i % 5]));
            Ok(Bytes::from(out))
        })
        .boxed()
}
