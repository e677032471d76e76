//! Watches: the log of a resource from a version on, with bookmarks, selectors and initial events.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures::stream::{self, StreamExt};
use serde_json::json;
use tokio::time::Instant;

use super::Shared;
use super::body::Bytestream;
use super::list::Filter;
use super::route::{Query, Shape};
use super::shape::Writer;
use crate::demo::resource::Resource;
use crate::demo::status::Refusal;
use crate::demo::store::{Change, Entry};

/// How often a quiet watch gets a bookmark, if versions have moved since the last.
const BOOKMARK_EVERY: Duration = Duration::from_mins(1);
/// How long a watch lives that names no timeout; API servers take 30 to 60 minutes.
const DEFAULT_TIMEOUT: u64 = 45 * 60;

/// What is to be watched.
pub struct Request {
    /// The resource.
    pub resource: Arc<Resource>,
    /// One namespace, or all.
    pub namespace: Option<String>,
    /// What is wanted of it.
    pub filter: Filter,
    /// The shape of objects.
    pub shape: Shape,
}

struct Watch {
    shared: Arc<Shared>,
    id: String,
    namespace: Option<String>,
    filter: Filter,
    writer: Writer,
    cursor: u64,
    bookmarks: bool,
    bookmarked: u64,
    next_bookmark: Instant,
    until: Instant,
    pending: std::collections::VecDeque<Bytes>,
    first: bool,
    over: bool,
    changed: tokio::sync::watch::Receiver<u64>,
}

/// Starts a watch; refuses what cannot be watched.
pub fn response(
    shared: &Arc<Shared>,
    request: Request,
    query: &Query,
    wrap: impl FnOnce(Bytestream) -> Bytestream,
) -> Result<Response, Refusal> {
    let changed = shared.subscribe();
    let initial = query.on("sendInitialEvents");
    if !query.get("sendInitialEvents").is_empty()
        && query.get("resourceVersionMatch") != "NotOlderThan"
    {
        return Err(forbidden_options(
            "resourceVersionMatch",
            "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
        ));
    }
    let from = query.get("resourceVersion");
    let from: u64 = if from.is_empty() {
        0
    } else {
        from.parse().map_err(|_| Refusal::bad(format!("invalid resource version: \"{from}\"")))?
    };
    let seconds = query.number("timeoutSeconds").filter(|&s| s > 0).unwrap_or(DEFAULT_TIMEOUT);
    let bookmarks = query.on("allowWatchBookmarks");
    let start = Instant::now();
    let world = shared.world();
    let now = world.now;
    let mut watch = Watch {
        shared: Arc::clone(shared),
        id: request.resource.id(),
        namespace: request.namespace,
        filter: request.filter,
        writer: Writer::new(&request.resource, request.shape, now),
        cursor: from,
        bookmarks,
        bookmarked: 0,
        next_bookmark: start + BOOKMARK_EVERY,
        until: start + Duration::from_secs(seconds.min(u64::from(u32::MAX))),
        pending: std::collections::VecDeque::new(),
        first: true,
        over: false,
        changed,
    };
    if initial || from == 0 {
        let rv = world.store.rv();
        let objects: Vec<_> =
            world.store.iter(&watch.id, watch.namespace.as_deref()).cloned().collect();
        drop(world);
        watch.cursor = rv;
        let objects = objects.into_iter();
        let end = (initial && bookmarks).then_some(rv);
        return Ok(stream_response(wrap(initial_stream(watch, objects, end))));
    }
    drop(world);
    Ok(stream_response(wrap(live_stream(watch))))
}

fn forbidden_options(field: &str, why: &str) -> Refusal {
    Refusal::invalid("ListOptions", "meta.k8s.io", "", field, &format!("Forbidden: {why}"))
}

/// The refusal of servers that do not know `WatchList`.
pub fn watchlist_refused() -> Refusal {
    forbidden_options(
        "sendInitialEvents",
        "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled",
    )
}

fn stream_response(bytes: Bytestream) -> Response {
    let mut response = Response::new(Body::from_stream(bytes));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Existing objects first, in chunks, then what changes.
fn initial_stream(
    watch: Watch,
    objects: impl Iterator<Item = Arc<crate::demo::object::Object>> + Send + 'static,
    end: Option<u64>,
) -> Bytestream {
    let state = (watch, objects, end, false);
    stream::unfold(state, |(mut watch, mut objects, mut end, mut done)| async move {
        if !done {
            let mut text = String::new();
            while text.len() < 64 * 1024 {
                let Some(object) = objects.next() else {
                    done = true;
                    if let Some(rv) = end.take() {
                        text.push_str(&watch.writer.bookmark(rv, true, watch.first));
                        watch.first = false;
                    }
                    break;
                };
                if watch.filter.matches(&object) {
                    text.push_str(&watch.writer.event("ADDED", &object, watch.first));
                    watch.first = false;
                }
            }
            if !text.is_empty() {
                return Some((Ok(Bytes::from(text)), (watch, objects, end, done)));
            }
        }
        let next = watch.next().await?;
        Some((Ok(next), (watch, objects, end, done)))
    })
    .boxed()
}

fn live_stream(watch: Watch) -> Bytestream {
    stream::unfold(watch, |mut watch| async move {
        let next = watch.next().await?;
        Some((Ok(next), watch))
    })
    .boxed()
}

impl Watch {
    /// The next bytes of the stream; none at its end.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.pending.pop_front() {
                return Some(bytes);
            }
            if self.over {
                return None;
            }
            self.changed.borrow_and_update();
            self.collect();
            if !self.pending.is_empty() {
                continue;
            }
            let quiet =
                if self.bookmarks { self.next_bookmark.min(self.until) } else { self.until };
            tokio::select! {
                changed = self.changed.changed() => if changed.is_err() { return None },
                () = tokio::time::sleep_until(quiet) => self.on_quiet(),
            }
        }
    }

    /// Time has passed without a change: a bookmark is due, or the watch is over.
    fn on_quiet(&mut self) {
        let now = Instant::now();
        self.over = now >= self.until;
        if self.bookmarks && (self.over || now >= self.next_bookmark) {
            self.next_bookmark = now + BOOKMARK_EVERY;
            if self.cursor > self.bookmarked {
                self.bookmarked = self.cursor;
                let text = self.writer.bookmark(self.cursor, false, self.first);
                self.first = false;
                self.pending.push_back(Bytes::from(text));
            }
        }
    }

    /// Moves what the log has gained since the cursor into `pending`.
    fn collect(&mut self) {
        let (entries, rv, now) = {
            let world = self.shared.world();
            (world.store.since(&self.id, self.cursor), world.store.rv(), world.now)
        };
        self.writer.set_now(now);
        match entries {
            Ok(entries) => {
                for entry in entries {
                    if let Some(text) = self.event(&entry) {
                        self.pending.push_back(Bytes::from(text));
                    }
                }
                self.cursor = self.cursor.max(rv);
            }
            Err(compacted) => {
                let refusal = Refusal::expired(format!(
                    "too old resource version: {} ({})",
                    self.cursor, compacted.oldest
                ));
                self.pending.push_back(error_event(&refusal));
                self.over = true;
            }
        }
    }

    /// A change seen through the selectors: leaving the selection is a deletion, entering it an addition.
    fn event(&mut self, entry: &Entry) -> Option<String> {
        let in_namespace =
            self.namespace.as_deref().is_none_or(|n| entry.object.namespace() == Some(n));
        if !in_namespace {
            return None;
        }
        let was = entry.before.as_ref().is_some_and(|b| self.filter.matches(b));
        let is = entry.change != Change::Deleted && self.filter.matches(&entry.object);
        let kind = match (was, is) {
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
            (false, true) => "ADDED",
            (false, false) => return None,
        };
        let text = self.writer.event(kind, &entry.object, self.first);
        self.first = false;
        Some(text)
    }
}

/// An ERROR event that carries a Status.
pub fn error_event(refusal: &Refusal) -> Bytes {
    Bytes::from(format!("{}\n", json!({"type": "ERROR", "object": refusal.status()})))
}
