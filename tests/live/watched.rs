//! A Source under watch, as the program sees it: its Deltas applied, in order, to a map.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use kx::cluster::{Client, watch};
use kx::kinds::{self, Column, Resource};
use kx::store::{Change, Delta, Freshness, Row, Scope, Source, SourceId, Uid};
use tokio::sync::mpsc;

use crate::support::{PATIENCE, now};

/// What has arrived of one Source.
pub struct Watched {
    columns: Arc<[Column]>,
    /// The rows held now.
    pub rows: BTreeMap<Uid, Row>,
    /// The last state told.
    pub state: Freshness,
    /// Each row's texts in the column followed (see [`Watched::follow`]), repetitions left out, also of rows that are gone.
    pub history: BTreeMap<String, Vec<String>>,
    /// How often everything was replaced.
    pub resets: usize,
    follow: Option<&'static str>,
    deltas: mpsc::Receiver<(SourceId, Delta)>,
    _task: watch::Task,
}

/// A resource by group, version and plural; namespaced.
pub fn resource(group: &str, version: &str, plural: &str) -> Resource {
    Resource {
        group: group.to_owned(),
        version: version.to_owned(),
        plural: plural.to_owned(),
        namespaced: true,
        verbs: ["get", "list", "watch"].map(str::to_owned).to_vec(),
        ..Resource::default()
    }
}

impl Watched {
    /// Begins to watch a resource in all namespaces, or where `labels` match.
    pub fn start(client: &Client, resource: Resource, labels: &str) -> Self {
        Self::select(client, resource, labels, "")
    }

    /// Begins to watch a resource in all namespaces, where `fields` match.
    pub fn named(client: &Client, resource: Resource, fields: &str) -> Self {
        Self::select(client, resource, "", fields)
    }

    fn select(client: &Client, resource: Resource, labels: &str, fields: &str) -> Self {
        let model = kinds::modelled(&resource.group, &resource.plural);
        let source = Source {
            cluster: "lab".into(),
            resource: Arc::new(resource),
            scope: Scope::All,
            labels: labels.to_owned(),
            fields: fields.to_owned(),
        };
        let (sender, deltas) = mpsc::channel(16);
        Self {
            columns: model.map_or_else(|| [].into(), |model| Arc::clone(&model.columns)),
            rows: BTreeMap::new(),
            state: Freshness::Loading { received: 0, remaining: None },
            history: BTreeMap::new(),
            resets: 0,
            follow: None,
            deltas,
            _task: watch::spawn(client.clone(), SourceId(1), source, sender),
        }
    }

    /// Pods.
    pub fn pods(client: &Client, labels: &str) -> Self {
        Self::start(client, resource("", "v1", "pods"), labels)
    }

    /// Keeps the history of a column from now on.
    pub fn follow(mut self, column: &'static str) -> Self {
        self.follow = Some(column);
        self
    }

    /// Applies what arrives until `ready`; panics, saying what is there, if that never comes.
    pub async fn until(&mut self, what: &str, mut ready: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !ready(self) {
            let left = deadline.saturating_duration_since(Instant::now());
            match tokio::time::timeout(left, self.deltas.recv()).await {
                Ok(Some((_, delta))) => self.apply(delta),
                Ok(None) => panic!("{what}: the watch has ended; {self:?}"),
                Err(tokio::time::error::Elapsed { .. }) => {
                    panic!("{what}: not within {PATIENCE:?}; {self:?}")
                }
            }
        }
    }

    /// Applies what has arrived already.
    pub fn apply_what_came(&mut self) {
        while let Ok((_, delta)) = self.deltas.try_recv() {
            self.apply(delta);
        }
    }

    /// Waits until everything is here and live.
    pub async fn until_live(&mut self, rows: usize) {
        self.until(&format!("{rows} rows, live"), |w| w.is_live() && w.rows.len() == rows).await;
    }

    /// Whether changes arrive as they happen.
    pub fn is_live(&self) -> bool {
        matches!(self.state, Freshness::Live { .. })
    }

    /// Namespace and name of each row; panics where two rows have the same.
    pub fn names(&self) -> BTreeSet<String> {
        let names: BTreeSet<_> =
            self.rows.values().map(|row| format!("{}/{}", row.namespace, row.name)).collect();
        assert_eq!(names.len(), self.rows.len(), "rows are doubled");
        names
    }

    /// A row's text in a column.
    pub fn text(&self, row: &Row, column: &str) -> String {
        let Some(column) = self.columns.iter().find(|c| c.name.eq_ignore_ascii_case(column)) else {
            panic!("no column {column} in {:?}", self.columns);
        };
        let mut text = String::new();
        column.write(row, now(), &mut text);
        text
    }

    fn apply(&mut self, delta: Delta) {
        match delta {
            Delta::Columns(columns) => {
                self.columns = columns;
                self.rows.clear();
            }
            Delta::Reset(rows) => {
                self.resets += 1;
                let count = rows.len();
                self.rows = rows.into_iter().map(|row| (row.uid, row)).collect();
                assert_eq!(self.rows.len(), count, "a Reset with one UID twice");
                let uids: Vec<_> = self.rows.keys().copied().collect();
                for uid in uids {
                    self.remember(uid);
                }
            }
            Delta::Batch(changes) => {
                for change in changes {
                    match change {
                        Change::Put(row) => {
                            let uid = row.uid;
                            self.rows.insert(uid, row);
                            self.remember(uid);
                        }
                        Change::Remove(uid) => {
                            let row = self.rows.remove(&uid);
                            let row = row.expect("a row is removed only where it was");
                            if self.follow.is_some() {
                                let texts = self.history.entry(row.name.to_string()).or_default();
                                texts.push("gone".to_owned());
                            }
                        }
                    }
                }
            }
            Delta::State(state) => self.state = state,
        }
    }

    fn remember(&mut self, uid: Uid) {
        let Some(column) = self.follow else { return };
        let row = &self.rows[&uid];
        let (name, text) = (row.name.to_string(), self.text(row, column));
        let texts = self.history.entry(name).or_default();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
    }
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.rows.values().take(20).map(|row| &row.name).collect();
        write!(
            f,
            "{} rows {names:?}, {:?}, {} resets, history {:?}",
            self.rows.len(),
            self.state,
            self.resets,
            self.history
        )
    }
}
