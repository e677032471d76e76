//! What somebody who applies the Deltas sees.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kx::cluster::watch::{self, Task};
use kx::kinds::{Catalog, Column, Resource};
use kx::store::{Change, Delta, Freshness, Row, Scope, Source, SourceId, Uid};
use tokio::sync::mpsc;

use crate::script::Server;

/// The rows and states of one Source.
pub struct View {
    news: mpsc::Receiver<(SourceId, Delta)>,
    _task: Task,
    pub rows: BTreeMap<Uid, Row>,
    pub columns: Option<Arc<[Column]>>,
    pub states: Vec<Freshness>,
    pub resets: usize,
}

/// A Source of a resource that every cluster has.
pub fn source(resource: &str) -> Source {
    of(Catalog::default().resolve(resource).unwrap().as_ref().clone())
}

pub fn of(resource: Resource) -> Source {
    Source {
        cluster: "test".into(),
        resource: Arc::new(resource),
        scope: Scope::All,
        labels: String::new(),
        fields: String::new(),
    }
}

impl View {
    pub fn open(server: &Server, source: Source) -> Self {
        let (tx, news) = mpsc::channel(16);
        Self {
            _task: watch::spawn(server.client.clone(), SourceId(7), source, tx),
            news,
            rows: BTreeMap::new(),
            columns: None,
            states: Vec::new(),
            resets: 0,
        }
    }

    /// Applies what comes until `done`.
    pub async fn until(&mut self, done: impl Fn(&Self) -> bool) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
        while !done(self) {
            match tokio::time::timeout_at(deadline, self.news.recv()).await {
                Ok(Some((id, delta))) => {
                    assert_eq!(id, SourceId(7));
                    self.apply(delta);
                }
                Ok(None) => panic!("the watch ended: {:?} {:?}", self.names(), self.states),
                Err(late) => panic!("{late}: {:?} {:?}", self.names(), self.states),
            }
        }
    }

    pub async fn live(&mut self) {
        self.until(View::is_live).await;
    }

    pub fn is_live(&self) -> bool {
        matches!(self.states.last(), Some(Freshness::Live { .. }))
    }

    pub fn was_stale(&self) -> bool {
        self.states.iter().any(|state| matches!(state, Freshness::Stale { .. }))
    }

    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.rows.values().map(|row| row.name.to_string()).collect();
        names.sort();
        names
    }

    /// Each row's name and its cells as text.
    pub fn cells(&self) -> Vec<String> {
        let mut out: Vec<String> = self
            .rows
            .values()
            .map(|row| {
                let cells: Vec<String> = row.cells.iter().map(|cell| cell.text(0)).collect();
                format!("{}={}", row.name, cells.join(","))
            })
            .collect();
        out.sort();
        out
    }

    fn apply(&mut self, delta: Delta) {
        match delta {
            Delta::Columns(columns) => self.columns = Some(columns),
            Delta::Reset(rows) => {
                self.resets += 1;
                self.rows = rows.into_iter().map(|row| (row.uid, row)).collect();
            }
            Delta::Batch(changes) => {
                assert!(changes.len() <= 500, "a batch of {}", changes.len());
                for change in changes {
                    match change {
                        Change::Put(row) => drop(self.rows.insert(row.uid, row)),
                        Change::Remove(uid) => drop(self.rows.remove(&uid)),
                    }
                }
            }
            Delta::State(state) => self.states.push(state),
        }
    }
}
