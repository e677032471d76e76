//! What passes both ways over a connection that an answer turned into a stream: a session, a port forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts the bytes of such a connection. Cheap to clone: all clones count together.
#[derive(Clone, Debug, Default)]
pub(in crate::cluster) struct Tally(Arc<Both>);

#[derive(Debug, Default)]
struct Both {
    received: AtomicU64,
    sent: AtomicU64,
}

impl Tally {
    pub(in crate::cluster) fn received(&self, bytes: usize) {
        self.0.received.fetch_add(bytes as u64, Relaxed);
    }

    pub(in crate::cluster) fn sent(&self, bytes: usize) {
        self.0.sent.fetch_add(bytes as u64, Relaxed);
    }

    /// What came and what went so far.
    pub(super) fn both(&self) -> (u64, u64) {
        (self.0.received.load(Relaxed), self.0.sent.load(Relaxed))
    }
}
