//! Several namespaces watched as one Source.

use std::sync::Arc;

use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;
use tokio::sync::mpsc;

use super::ask::Ask;
use super::feed::{Feed, sentence};
use super::{Sink, Stop, Task};
use crate::cluster::Client;
use crate::kinds::Column;
use crate::store::{Change, Delta, Freshness, Source, SourceId, Str, Uid};

/// How many Deltas of all namespaces together may wait.
const WAITING: usize = 16;

/// Watches `names`, which somebody asked for.
pub(super) async fn run(
    client: &Client,
    id: SourceId,
    source: &Source,
    names: &[Str],
    tx: &mpsc::Sender<(SourceId, Delta)>,
) -> Stop {
    watch(client, id, source, (names, false), tx).await
}

/// Watches `names` in place of all namespaces, and says so.
pub(super) async fn run_limited(
    client: &Client,
    id: SourceId,
    source: &Source,
    names: &[Str],
    tx: &mpsc::Sender<(SourceId, Delta)>,
) -> Stop {
    watch(client, id, source, (names, true), tx).await
}

async fn watch(
    client: &Client,
    id: SourceId,
    source: &Source,
    (names, limited): (&[Str], bool),
    tx: &mpsc::Sender<(SourceId, Delta)>,
) -> Stop {
    loop {
        let (to, mut news) = mpsc::channel(WAITING);
        let _tasks: Vec<Task> = names
            .iter()
            .enumerate()
            .map(|(key, name)| {
                let ask = Ask::new(source, Some(name));
                child(Feed::new(client.clone(), ask, Sink { key, to: to.clone() }), key, to.clone())
            })
            .collect();
        drop(to);
        let mut merged = Merged::new(names, limited);
        let end = loop {
            let Some((key, delta)) = news.recv().await else {
                break Some(merged.refusal());
            };
            let Some(deltas) = merged.take(key, delta) else { break None };
            for delta in deltas {
                if tx.send((id, delta)).await.is_err() {
                    return Stop::Gone;
                }
            }
        };
        if let Some(why) = end {
            return Stop::Refused(why);
        }
        // The columns changed: what is there is void, and every namespace begins again.
        if tx.send((id, Delta::Reset(Vec::new()))).await.is_err() {
            return Stop::Gone;
        }
    }
}

/// One namespace; when nothing more can come of it, its last word is that it is refused.
fn child(mut feed: Feed<usize>, key: usize, to: mpsc::Sender<(usize, Delta)>) -> Task {
    Task::spawn(async move {
        let why = match feed.run().await {
            Stop::Gone => return,
            Stop::Denied(error) => sentence(&error),
            Stop::Refused(why) => why,
        };
        // If nobody listens there is nobody to tell.
        let _ = to.send((key, Delta::State(Freshness::Refused { why }))).await;
    })
}

/// What the namespaces have said so far.
struct Merged<'a> {
    names: &'a [Str],
    limited: bool,
    states: Vec<Freshness>,
    held: Vec<HashSet<Uid, FxBuildHasher>>,
    columns: Option<Arc<[Column]>>,
    said: Option<Freshness>,
}

impl<'a> Merged<'a> {
    fn new(names: &'a [Str], limited: bool) -> Self {
        let loading = Freshness::Loading { received: 0, remaining: None };
        Self {
            names,
            limited,
            states: vec![loading; names.len()],
            held: vec![HashSet::default(); names.len()],
            columns: None,
            said: None,
        }
    }

    /// What one namespace's Delta means for the whole; `None` where all must begin again.
    fn take(&mut self, key: usize, delta: Delta) -> Option<Vec<Delta>> {
        let held = &mut self.held[key];
        Some(match delta {
            Delta::Columns(columns) if self.columns.as_ref() == Some(&columns) => Vec::new(),
            Delta::Columns(_) if self.columns.is_some() => return None,
            Delta::Columns(columns) => {
                self.columns = Some(Arc::clone(&columns));
                vec![Delta::Columns(columns)]
            }
            Delta::Batch(changes) => {
                for change in &changes {
                    match change {
                        Change::Put(row) => held.insert(row.uid),
                        Change::Remove(uid) => held.remove(uid),
                    };
                }
                vec![Delta::Batch(changes)]
            }
            Delta::Reset(rows) => {
                let now: HashSet<Uid, FxBuildHasher> = rows.iter().map(|row| row.uid).collect();
                let gone = held.difference(&now).copied().map(Change::Remove);
                let changes = gone.chain(rows.into_iter().map(Change::Put)).collect();
                *held = now;
                vec![Delta::Batch(changes)]
            }
            Delta::State(state) => {
                self.states[key] = state;
                let whole = self.whole();
                if self.said.as_ref() == Some(&whole) {
                    return Some(Vec::new());
                }
                self.said = Some(whole.clone());
                vec![Delta::State(whole)]
            }
        })
    }

    /// The state of all together: the worst that is true of any.
    fn whole(&self) -> Freshness {
        let named = || self.names.iter().zip(&self.states);
        let mut stale = named().filter_map(|(name, state)| match state {
            Freshness::Stale { since, why, retry_at } => Some((*since, name, why, *retry_at)),
            _ => None,
        });
        if let Some((since, name, why, retry_at)) = stale.next() {
            let since = stale.map(|(since, ..)| since).fold(since, i64::min);
            return Freshness::Stale { since, why: format!("{name}: {why}").into(), retry_at };
        }
        let loading = self.states.iter().any(|state| matches!(state, Freshness::Loading { .. }));
        if loading {
            let received = self.held.iter().map(|held| held.len() as u64).sum();
            let remaining = self.states.iter().filter_map(|state| match state {
                Freshness::Loading { remaining, .. } => *remaining,
                _ => None,
            });
            return Freshness::Loading { received, remaining: remaining.reduce(|a, b| a + b) };
        }
        let live: Arc<[Str]> = named()
            .filter(|(_, state)| matches!(state, Freshness::Live { .. }))
            .map(|(name, _)| name.clone())
            .collect();
        if live.is_empty() {
            return Freshness::Refused { why: self.refusal() };
        }
        let fewer = self.limited || live.len() < self.names.len();
        Freshness::Live { limited_to: fewer.then_some(live) }
    }

    fn refusal(&self) -> Str {
        let mut refused = self.states.iter().filter_map(|state| match state {
            Freshness::Refused { why } => Some(why.clone()),
            _ => None,
        });
        refused.next().unwrap_or_else(|| "there is no namespace to look into".into())
    }
}
