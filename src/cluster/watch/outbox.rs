//! What a collection has to say, in portions that keep the screen quick.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::Stop;
use crate::store::{Change, Delta, Freshness};

/// The most changes in one portion: what the store and the graph take in a fifth of a frame.
pub(super) const MOST: usize = 500;
/// The longest that a change waits for others while more arrive.
const LONGEST: Duration = Duration::from_millis(10);

/// Collects the changes of one collection and sends them as Deltas under its key.
pub(super) struct Outbox<K> {
    key: K,
    to: mpsc::Sender<(K, Delta)>,
    /// Changes that wait to be sent.
    pub(super) pending: Vec<Change>,
    /// When the last portion went out.
    sent: Option<Instant>,
    state: Option<Freshness>,
}

impl<K: Copy> Outbox<K> {
    pub(super) fn new(key: K, to: mpsc::Sender<(K, Delta)>) -> Self {
        Self { key, to, pending: Vec::new(), sent: None, state: None }
    }

    /// Sends at once.
    pub(super) async fn send(&mut self, delta: Delta) -> Result<(), Stop> {
        self.to.send((self.key, delta)).await.map_err(|_| Stop::Gone)
    }

    /// Waits until nobody listens any more.
    pub(super) async fn closed(&self) {
        self.to.closed().await;
    }

    /// Says how far the rows can be trusted, unless that was said last.
    pub(super) async fn state(&mut self, state: Freshness) -> Result<(), Stop> {
        if self.state.as_ref() == Some(&state) {
            return Ok(());
        }
        self.state = Some(state.clone());
        self.send(Delta::State(state)).await
    }

    /// Whether what is pending should go out although more is coming. The first portion always should.
    pub(super) fn due(&self) -> bool {
        !self.pending.is_empty()
            && (self.pending.len() >= MOST
                || self.sent.is_none_or(|sent| sent.elapsed() >= LONGEST))
    }

    /// Sends what is pending.
    pub(super) async fn flush(&mut self) -> Result<(), Stop> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.sent = Some(Instant::now());
        let mut changes = std::mem::take(&mut self.pending);
        while changes.len() > MOST {
            let rest = changes.split_off(MOST);
            self.send(Delta::Batch(changes)).await?;
            changes = rest;
        }
        self.send(Delta::Batch(changes)).await
    }
}
