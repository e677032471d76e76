//! Several collections watched as one Source: namespaces, and resources of whose objects a view is made.

use std::sync::Arc;

use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;
use tokio::sync::mpsc;

use super::ask::Ask;
use super::feed::{Feed, sentence};
use super::{Sink, Stop, Task};
use crate::cluster::{Client, Error};
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
    watch(client, id, collections(client, source, names), false, tx).await
}

/// Watches `names` in place of all namespaces, and says so.
pub(super) async fn run_limited(
    client: &Client,
    id: SourceId,
    source: &Source,
    names: &[Str],
    tx: &mpsc::Sender<(SourceId, Delta)>,
) -> Stop {
    watch(client, id, collections(client, source, names), true, tx).await
}

/// Watches both resources of which the rows are made, in all namespaces at once.
pub(super) async fn run_everywhere(
    client: &Client,
    id: SourceId,
    source: &Source,
    tx: &mpsc::Sender<(SourceId, Delta)>,
) -> Stop {
    watch(client, id, both(client, source, None).collect(), false, tx).await
}

/// One collection of several that are watched as one.
struct Collection {
    /// The namespace; `None` for all.
    namespace: Option<Str>,
    ask: Ask,
    /// Whether the rows of its namespace can be trusted without it.
    spare: bool,
}

fn collections(client: &Client, source: &Source, names: &[Str]) -> Vec<Collection> {
    names.iter().flat_map(|name| both(client, source, Some(name))).collect()
}

fn both(
    client: &Client,
    source: &Source,
    namespace: Option<&Str>,
) -> impl Iterator<Item = Collection> + use<> {
    let name = namespace.map(|name| &**name);
    let first = (Ask::new(source, name, client), false);
    let also = Ask::also(source, name).map(|ask| (ask, true));
    let namespace = namespace.cloned();
    std::iter::once(first).chain(also).map(move |(ask, spare)| Collection {
        namespace: namespace.clone(),
        ask,
        spare,
    })
}

async fn watch(
    client: &Client,
    id: SourceId,
    collections: Vec<Collection>,
    limited: bool,
    tx: &mpsc::Sender<(SourceId, Delta)>,
) -> Stop {
    loop {
        let (to, mut news) = mpsc::channel(WAITING);
        let (deny, mut denied) = mpsc::unbounded_channel();
        let _tasks: Vec<Task> = collections
            .iter()
            .enumerate()
            .map(|(key, collection)| {
                let sink = Sink { key, to: to.clone() };
                let feed = Feed::new(client.clone(), collection.ask.clone(), sink);
                let deny = (!collection.spare).then(|| deny.clone());
                child(feed, key, to.clone(), deny)
            })
            .collect();
        drop(to);
        let mut merged = Merged::new(&collections, limited);
        let end = loop {
            let Some((key, delta)) = news.recv().await else {
                break Some(merged.refusal());
            };
            let Some(deltas) = merged.take(key, delta) else { break None };
            for delta in deltas {
                // Where all namespaces are denied at once, some of them may be allowed: that is not said before it is known.
                if matches!(delta, Delta::State(Freshness::Refused { .. }))
                    && let Some(namespace) = collections.first().map(|first| &first.namespace)
                    && namespace.is_none()
                    && let Ok(error) = denied.try_recv()
                {
                    return Stop::Denied(error);
                }
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

/// One collection; when nothing more can come of it, its last word is that it is refused.
fn child(
    mut feed: Feed<usize>,
    key: usize,
    to: mpsc::Sender<(usize, Delta)>,
    deny: Option<mpsc::UnboundedSender<Error>>,
) -> Task {
    Task::spawn(async move {
        let why = match feed.run().await {
            Stop::Gone => return,
            Stop::Denied(error) => {
                let why = sentence(&error);
                // Somebody listens only where there is something else to try.
                let _ = deny.map(|deny| deny.send(error));
                why
            }
            Stop::Refused(why) => why,
        };
        // If nobody listens there is nobody to tell.
        let _ = to.send((key, Delta::State(Freshness::Refused { why }))).await;
    })
}

/// What the collections have said so far.
struct Merged<'a> {
    collections: &'a [Collection],
    limited: bool,
    states: Vec<Freshness>,
    held: Vec<HashSet<Uid, FxBuildHasher>>,
    columns: Option<Arc<[Column]>>,
    said: Option<Freshness>,
}

impl<'a> Merged<'a> {
    fn new(collections: &'a [Collection], limited: bool) -> Self {
        let loading = Freshness::Loading { received: 0, remaining: None };
        Self {
            collections,
            limited,
            states: vec![loading; collections.len()],
            held: vec![HashSet::default(); collections.len()],
            columns: None,
            said: None,
        }
    }

    /// What one collection's Delta means for the whole; `None` where all must begin again.
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

    /// The state of all together: the worst that is true of any. What can be done without counts only while it is under way.
    fn whole(&self) -> Freshness {
        let all = || self.collections.iter().zip(&self.states);
        let mut stale = all().filter_map(|(collection, state)| match state {
            Freshness::Stale { since, why, retry_at } => Some((*since, collection, why, *retry_at)),
            _ => None,
        });
        if let Some((since, collection, why, retry_at)) = stale.next() {
            let since = stale.map(|(since, ..)| since).fold(since, i64::min);
            let why = match &collection.namespace {
                Some(name) => format!("{name}: {why}").into(),
                None => why.clone(),
            };
            return Freshness::Stale { since, why, retry_at };
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
        let needed = || all().filter(|(collection, _)| !collection.spare);
        let live = needed().filter(|(_, state)| matches!(state, Freshness::Live { .. }));
        let live: Vec<&Collection> = live.map(|(collection, _)| collection).collect();
        if live.is_empty() {
            return Freshness::Refused { why: self.refusal() };
        }
        let fewer = self.limited || live.len() < needed().count();
        let names = live.iter().filter_map(|collection| collection.namespace.clone());
        Freshness::Live { limited_to: fewer.then(|| names.collect()) }
    }

    fn refusal(&self) -> Str {
        let all = self.collections.iter().zip(&self.states);
        let mut refused =
            all.filter(|(collection, _)| !collection.spare).filter_map(|(_, state)| match state {
                Freshness::Refused { why } => Some(why.clone()),
                _ => None,
            });
        refused.next().unwrap_or_else(|| "there is no namespace to look into".into())
    }
}
