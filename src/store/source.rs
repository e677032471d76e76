//! What is watched, and what a cluster says of it.

use std::sync::Arc;

use crate::kinds::{Column, Resource};

use super::row::{Row, Str, Uid};

/// What is watched: cluster × kind × namespaces × selector. Equal Sources are one watch, however many pages need it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// The context's name in the kubeconfig; every row knows its cluster by its Source.
    pub cluster: Str,
    /// The resource.
    pub resource: Arc<Resource>,
    /// The namespaces.
    pub scope: Scope,
    /// A label selector for the server, in the API's syntax; empty for all.
    pub labels: String,
    /// A field selector for the server; empty for all.
    pub fields: String,
}

/// Which namespaces a Source covers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Scope {
    /// All of them, or a cluster-scoped resource.
    #[default]
    All,
    /// These, sorted, at least one.
    Namespaces(Vec<Str>),
}

/// A Source's short name between the store and the watch tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// What a cluster changed, as a watch task sends it over a bounded channel.
#[derive(Debug)]
pub enum Delta {
    /// The columns of the rows that follow, where the server decides on them (Tables). Comes before the first row, and again when they change:
    /// the rows held until then are void, a Reset follows.
    Columns(Arc<[Column]>),
    /// Everything there is, replacing what was there; a relist behind the screen arrives as one of these.
    Reset(Vec<Row>),
    /// Changes in the order in which the server made them. The first list arrives as batches of `Put` while the state is `Loading`.
    Batch(Vec<Change>),
    /// The Source's state changed.
    State(Freshness),
}

/// One change.
#[derive(Debug)]
pub enum Change {
    /// Added or modified.
    Put(Row),
    /// Gone.
    Remove(Uid),
}

/// How far what is on screen can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The first list is under way.
    Loading {
        /// Rows received so far.
        received: u64,
        /// How many remain, where the server said so (`remainingItemCount`).
        remaining: Option<u64>,
    },
    /// Every change arrives as it happens.
    Live {
        /// Where only some namespaces may be read: those that are watched instead of all.
        limited_to: Option<Arc<[Str]>>,
    },
    /// What is shown was true, and may not be any more.
    Stale {
        /// Since when, seconds since the Unix epoch.
        since: i64,
        /// Why, a sentence for people.
        why: Str,
        /// When the next attempt starts, seconds since the Unix epoch.
        retry_at: Option<i64>,
    },
    /// The server refuses this person to read it (403), or does not know it (404); nothing will come.
    Refused {
        /// The server's reason and the next step, a sentence for people.
        why: Str,
    },
}
