//! Sources become rows: one task a Source, which lists, watches, decodes, projects and sends Deltas.
//!
//! Rows once sent stay true or are marked stale: a cut watch resumes from the last version heard of; where the server has
//! forgotten that version, everything is listed again behind the rows on screen and arrives as one [`Delta::Reset`].
//! Where someone may not read a resource in all namespaces, those that they may read are watched instead.

mod access;
mod ask;
mod codec;
mod feed;
mod follow;
mod load;
mod merge;
mod newest;
mod outbox;
mod projector;
mod reader;
mod retry;
mod served;
mod stream;
mod tables;

use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;

pub(super) use self::ask::{encoded, get};
pub(super) use self::retry::Retry;
pub(super) use self::stream::{End, Stream};

use self::ask::Ask;
use self::feed::{Feed, sentence};
use super::{Client, Error};
use crate::store::{Delta, Freshness, Scope, Source, SourceId, Str};

/// How often what cannot be watched is listed.
const POLL: Duration = Duration::from_secs(30);

/// A task that ends when this is dropped.
#[derive(Debug)]
#[must_use = "dropping it ends the task"]
pub struct Task(AbortHandle);

impl Task {
    /// Runs it, within a tokio runtime.
    pub fn spawn(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work).abort_handle())
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Watches `source` and sends what it hears under `id`, until the task is dropped or nobody listens. The first thing
/// sent is [`Freshness::Loading`]. It must be called within a tokio runtime.
pub fn spawn(
    client: Client,
    id: SourceId,
    source: Source,
    tx: mpsc::Sender<(SourceId, Delta)>,
) -> Task {
    Task::spawn(async move {
        let refused = match run(&client, id, &source, &tx).await {
            Stop::Gone => return,
            Stop::Denied(error) => sentence(&error),
            Stop::Refused(why) => why,
        };
        // If nobody listens there is nobody to tell.
        let _ = tx.send((id, Delta::State(Freshness::Refused { why: refused }))).await;
    })
}

/// Where a collection's Deltas go.
struct Sink<K> {
    key: K,
    to: mpsc::Sender<(K, Delta)>,
}

/// Why nothing more comes.
enum Stop {
    /// Nobody listens.
    Gone,
    /// This person may not read it.
    Denied(Error),
    /// Nobody can.
    Refused(Str),
}

async fn run(
    client: &Client,
    id: SourceId,
    source: &Source,
    tx: &mpsc::Sender<(SourceId, Delta)>,
) -> Stop {
    let namespace = match &source.scope {
        Scope::Namespaces(names) if source.resource.namespaced => match names.as_slice() {
            [name] => Some(&**name),
            names => return merge::run(client, id, source, names, tx).await,
        },
        _ => None,
    };
    if Ask::also(source, namespace).is_some() {
        return both(client, id, source, namespace, tx).await;
    }
    let sink = Sink { key: id, to: tx.clone() };
    let ask = Ask::new(source, namespace, client);
    let resource = ask.resource.clone();
    let mut feed = Feed::new(client.clone(), ask, sink);
    let stop = feed.run().await;
    let Stop::Denied(error) = stop else { return stop };
    if namespace.is_some() || !resource.namespaced {
        return Stop::Denied(error);
    }
    let names = access::listable(client, &resource).await;
    if names.is_empty() {
        return Stop::Denied(error);
    }
    if feed.shown && tx.send((id, Delta::Reset(Vec::new()))).await.is_err() {
        return Stop::Gone;
    }
    drop(feed);
    merge::run_limited(client, id, source, &names, tx).await
}

/// Rows that are made of the objects of two resources.
async fn both(
    client: &Client,
    id: SourceId,
    source: &Source,
    namespace: Option<&str>,
    tx: &mpsc::Sender<(SourceId, Delta)>,
) -> Stop {
    if let Some(name) = namespace {
        return merge::run(client, id, source, &[name.into()], tx).await;
    }
    let stop = merge::run_everywhere(client, id, source, tx).await;
    let Stop::Denied(error) = stop else { return stop };
    let names = access::listable(client, &Ask::new(source, None, client).resource).await;
    if names.is_empty() {
        return Stop::Denied(error);
    }
    if tx.send((id, Delta::Reset(Vec::new()))).await.is_err() {
        return Stop::Gone;
    }
    merge::run_limited(client, id, source, &names, tx).await
}
