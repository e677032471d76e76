//! What passed the gate: totals, and a journal of the newest requests.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use http::{Method, Uri};
use jiff::Timestamp;

use super::{Audit, Tally};

/// How many requests the journal remembers.
const REMEMBERED: usize = 512;

/// Counts what goes to and comes from one cluster. Cheap to read at any time.
#[derive(Debug, Default)]
pub struct Meter {
    requests: AtomicU64,
    refused: AtomicU64,
    open: AtomicU64,
    connections: AtomicU64,
    wire_in: AtomicU64,
    wire_out: AtomicU64,
    body_in: AtomicU64,
    journal: Mutex<Journal>,
    /// Where everything is written down, and for which context.
    audit: OnceLock<(String, Audit)>,
}

#[derive(Debug, Default)]
struct Journal {
    /// The number of the oldest entry.
    first: u64,
    entries: VecDeque<Entry>,
}

/// Sums since the client was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Requests sent (one that is sent again after a 401 counts twice).
    pub requests: u64,
    /// Requests that the gate refused to send.
    pub refused: u64,
    /// Requests whose answer has not ended: watches, logs, whatever is on its way.
    pub open: u64,
    /// Connections made.
    pub connections: u64,
    /// Bytes received from the network: compressed, with headers and TLS.
    pub bytes_in: u64,
    /// Bytes sent to the network, with headers and TLS.
    pub bytes_out: u64,
    /// Bytes of answers as received, before they are unpacked.
    pub body_bytes: u64,
}

/// A request in the journal. No body, no header, no token; of the query only what tells reads apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it was sent.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: Method,
    /// Path and harmless query.
    pub path: String,
    /// The answer's HTTP status; none while there is no answer, or if there never was one.
    pub status: Option<u16>,
    /// From sending it to the answer's headers.
    pub first: Option<Duration>,
    /// From sending it to the answer's end; none while it lasts.
    pub took: Option<Duration>,
    /// Bytes of the answer as received, once it has ended; of a stream (a session, a port forward) all that came over it, frames and all.
    pub bytes: u64,
    /// Bytes of the request's body; of a stream, once it has ended, all that was sent over it.
    pub bytes_sent: u64,
    /// Whether the gate refused to send it.
    pub refused: bool,
}

impl Meter {
    /// The sums so far.
    pub fn totals(&self) -> Totals {
        Totals {
            requests: self.requests.load(Relaxed),
            refused: self.refused.load(Relaxed),
            open: self.open.load(Relaxed),
            connections: self.connections.load(Relaxed),
            bytes_in: self.wire_in.load(Relaxed),
            bytes_out: self.wire_out.load(Relaxed),
            body_bytes: self.body_in.load(Relaxed),
        }
    }

    /// From now on, writes every request of this context down too.
    pub(in crate::cluster) fn write_down(&self, context: &str, audit: Audit) {
        // It is given once, before the first request.
        let _ = self.audit.set((context.to_owned(), audit));
    }

    /// The newest requests, oldest first.
    pub fn journal(&self) -> Vec<Entry> {
        self.lock().entries.iter().cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, entry: Entry) -> u64 {
        let mut journal = self.lock();
        if journal.entries.len() == REMEMBERED {
            journal.entries.pop_front();
            journal.first += 1;
        }
        journal.entries.push_back(entry);
        journal.first + journal.entries.len() as u64 - 1
    }

    fn amend(&self, number: u64, change: impl FnOnce(&mut Entry)) {
        let mut journal = self.lock();
        let index = number.checked_sub(journal.first).and_then(|index| usize::try_from(index).ok());
        if let Some(entry) = index.and_then(|index| journal.entries.get_mut(index)) {
            change(entry);
        }
    }

    /// Notes a request that was refused.
    pub(in crate::cluster) fn refuse(&self, method: &Method, uri: &Uri) {
        self.refused.fetch_add(1, Relaxed);
        let entry = Entry { refused: true, ..entry(method, uri, 0) };
        if let Some((context, audit)) = self.audit.get() {
            // There is nothing to keep from being sent.
            let _ = audit.asks(context, &entry);
        }
        self.write(entry);
    }

    /// Notes a request that is being sent, with a body of so many bytes; the ticket follows its answer. `None` where it must not be sent, because it cannot be written down.
    pub(in crate::cluster) fn begin(
        self: &Arc<Self>,
        method: &Method,
        uri: &Uri,
        body: u64,
    ) -> Option<Ticket> {
        let entry = entry(method, uri, body);
        let written = match self.audit.get() {
            Some((context, audit)) => Some(audit.asks(context, &entry)?),
            None => None,
        };
        self.requests.fetch_add(1, Relaxed);
        self.open.fetch_add(1, Relaxed);
        let kept = written.map(|line| (line, entry.clone()));
        let number = self.write(entry);
        let (meter, sent) = (Arc::clone(self), Instant::now());
        Some(Ticket { meter, number, kept, sent, bytes: 0, bytes_sent: body, tally: None })
    }

    pub(in crate::cluster) fn connected(&self) {
        self.connections.fetch_add(1, Relaxed);
    }
}

fn entry(method: &Method, uri: &Uri, bytes_sent: u64) -> Entry {
    Entry {
        at: Timestamp::now(),
        method: method.clone(),
        path: harmless(uri),
        status: None,
        first: None,
        took: None,
        bytes: 0,
        bytes_sent,
        refused: false,
    }
}

/// Path and query without what people type (the command of an exec may hold a password).
fn harmless(uri: &Uri) -> String {
    const SHOWN: [&str; 12] = [
        "watch",
        "limit",
        "resourceVersion",
        "resourceVersionMatch",
        "sendInitialEvents",
        "allowWatchBookmarks",
        "labelSelector",
        "fieldSelector",
        "timeoutSeconds",
        "follow",
        "container",
        "dryRun",
    ];
    let query = uri.query().unwrap_or_default();
    let shown: Vec<&str> = query
        .split('&')
        .filter(|pair| SHOWN.contains(&pair.split('=').next().unwrap_or_default()))
        .collect();
    if shown.is_empty() {
        uri.path().to_owned()
    } else {
        format!("{}?{}", uri.path(), shown.join("&"))
    }
}

/// Follows one request until its answer ends or is dropped.
#[derive(Debug)]
pub(in crate::cluster) struct Ticket {
    meter: Arc<Meter>,
    number: u64,
    /// Its number in the audit log, where there is one, and what was written there.
    kept: Option<(u64, Entry)>,
    sent: Instant,
    bytes: u64,
    bytes_sent: u64,
    /// What passes over the connection, where the answer turned it into a stream.
    tally: Option<Tally>,
}

impl Ticket {
    pub(in crate::cluster) fn answered(&mut self, status: u16) {
        let first = self.sent.elapsed();
        if let Some((_, entry)) = &mut self.kept {
            entry.status = Some(status);
        }
        self.meter.amend(self.number, |entry| {
            entry.status = Some(status);
            entry.first = Some(first);
        });
    }

    pub(in crate::cluster) fn received(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        self.meter.body_in.fetch_add(bytes as u64, Relaxed);
    }

    /// The answer turns its connection into a stream: gives what its bytes are counted by.
    pub(in crate::cluster) fn streams(&mut self) -> Tally {
        self.tally.get_or_insert_default().clone()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.meter.open.fetch_sub(1, Relaxed);
        let (came, went) = self.tally.as_ref().map(Tally::both).unwrap_or_default();
        let (took, bytes) = (self.sent.elapsed(), self.bytes + came);
        let bytes_sent = self.bytes_sent + went;
        let end = |entry: &mut Entry| {
            entry.took = Some(took);
            entry.bytes = bytes;
            entry.bytes_sent = bytes_sent;
        };
        self.meter.amend(self.number, end);
        if let (Some((number, mut entry)), Some((context, audit))) =
            (self.kept.take(), self.meter.audit.get())
        {
            end(&mut entry);
            audit.ended(context, number, &entry);
        }
    }
}

/// Counts the bytes of one connection.
#[derive(Clone, Debug)]
pub(in crate::cluster) struct Wire(Arc<Meter>);

impl Wire {
    pub(in crate::cluster) fn new(meter: &Arc<Meter>) -> Self {
        Self(Arc::clone(meter))
    }

    pub(in crate::cluster) fn received(&self, bytes: usize) {
        self.0.wire_in.fetch_add(bytes as u64, Relaxed);
    }

    pub(in crate::cluster) fn sent(&self, bytes: usize) {
        self.0.wire_out.fetch_add(bytes as u64, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_keeps_the_newest_and_no_commands() {
        let meter = Arc::new(Meter::default());
        let exec = Uri::from_static(
            "/api/v1/namespaces/a/pods/b/exec?command=mysql&command=-phunter2&container=c",
        );
        drop(meter.begin(&Method::POST, &exec, 0).unwrap());
        assert_eq!(meter.journal()[0].path, "/api/v1/namespaces/a/pods/b/exec?container=c");

        let watch = Uri::from_static("/api/v1/pods?watch=true");
        let mut old = meter.begin(&Method::GET, &watch, 0).unwrap();
        for _ in 0..REMEMBERED {
            let mut ticket = meter.begin(&Method::GET, &Uri::from_static("/version"), 0).unwrap();
            ticket.answered(200);
            ticket.received(10);
        }
        old.answered(200);
        drop(old);
        let journal = meter.journal();
        assert_eq!(journal.len(), REMEMBERED);
        assert!(journal.iter().all(|entry| entry.path == "/version" && entry.bytes == 10));
        let totals = meter.totals();
        assert_eq!((totals.requests, totals.open), (REMEMBERED as u64 + 2, 0));
        assert_eq!(totals.body_bytes, 10 * REMEMBERED as u64);
    }
}
