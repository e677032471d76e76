//! Noticing that a cluster serves something new, without asking again and again: custom resource definitions and aggregated
//! APIs are watched, where one may.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use super::{Discovered, discover};
use crate::cluster::watch::{Retry, Task, spawn};
use crate::cluster::{Client, Error};
use crate::kinds::{Catalog, Resource};
use crate::store::{Change, Delta, Freshness, Scope, Source, SourceId, Str, Uid};

/// How long changes are waited for after a change, so that many of them make one discovery.
const SETTLES: Duration = Duration::from_millis(300);
/// How often discovery is asked again for a definition that it does not serve yet, and for groups whose server does not answer.
const PATIENCE: u32 = 6;
/// How often it is asked again after an aggregated API came, went or changed: the server tells of that before it has asked the
/// other server what it serves.
const LOOKS: u32 = 3;

const DEFINITIONS: SourceId = SourceId(0);
const SERVICES: SourceId = SourceId(1);

/// Follows what a cluster serves until it is dropped.
#[derive(Debug)]
pub struct Follow {
    _task: Task,
    again: Arc<Notify>,
}

impl Follow {
    /// Discovers again, for who may not watch what is new.
    pub fn again(&self) {
        self.again.notify_one();
    }
}

/// Discovers at once and whenever what the cluster serves may have changed, and sends each answer that differs from the last.
/// Errors are sent too; it goes on trying.
pub fn follow(client: Client, tx: mpsc::Sender<Result<Arc<Discovered>, Error>>) -> Follow {
    let again = Arc::new(Notify::new());
    let asked = Arc::clone(&again);
    let task = Task::spawn(async move {
        let (to, news) = mpsc::channel(4);
        let _watches = [
            spawn(client.clone(), DEFINITIONS, source(&client, CRDS), to.clone()),
            spawn(client.clone(), SERVICES, source(&client, API_SERVICES), to),
        ];
        Follower { client, tx, news, asked, known: HashMap::new(), last: None, aggregated: false }
            .run()
            .await;
    });
    Follow { _task: task, again }
}

const CRDS: (&str, &str) = ("apiextensions.k8s.io", "customresourcedefinitions");
const API_SERVICES: (&str, &str) = ("apiregistration.k8s.io", "apiservices");

fn source(client: &Client, (group, plural): (&str, &str)) -> Source {
    let resource = Resource {
        group: group.into(),
        version: "v1".into(),
        plural: plural.into(),
        ..Resource::default()
    };
    Source {
        cluster: client.info().context.as_str().into(),
        resource: Arc::new(resource),
        scope: Scope::All,
        labels: String::new(),
        fields: String::new(),
    }
}

struct Follower {
    client: Client,
    tx: mpsc::Sender<Result<Arc<Discovered>, Error>>,
    news: mpsc::Receiver<(SourceId, Delta)>,
    asked: Arc<Notify>,
    /// The names of all custom resource definitions.
    known: HashMap<Uid, Str>,
    last: Option<Arc<Discovered>>,
    /// Whether an aggregated API has changed of late.
    aggregated: bool,
}

impl Follower {
    async fn run(mut self) {
        let mut retry = Retry::default();
        let mut open = [false; 2];
        let mut tries = 0;
        loop {
            let answer = discover(&self.client).await.map(|new| self.keep_stale(new));
            let wait = match &answer {
                Err(error) => Some(retry.wait(error.retry_after(), !error.is_retryable())),
                Ok(new) if tries < self.looks(new) => {
                    tries += 1;
                    Some(SETTLES.saturating_mul(1 << tries))
                }
                Ok(_) => {
                    self.aggregated = false;
                    None
                }
            };
            if answer.is_ok() {
                retry.reset();
            }
            if self.tell(answer).await.is_err() {
                return;
            }
            match self.wait(wait, &mut open).await {
                Some(true) => tries = 0,
                Some(false) => {}
                None => return,
            }
        }
    }

    /// Waits for a reason to discover again: whether it is something new; `None` when nobody listens.
    async fn wait(&mut self, most: Option<Duration>, open: &mut [bool; 2]) -> Option<bool> {
        let most = most.unwrap_or(Duration::MAX);
        let end = tokio::time::sleep(most.min(Duration::from_hours(24 * 365)));
        tokio::pin!(end);
        loop {
            tokio::select! {
                () = &mut end => return Some(false),
                () = self.tx.closed() => return None,
                () = self.asked.notified() => return Some(true),
                Some((id, delta)) = self.news.recv() => {
                    if self.hear(id, delta, open) {
                        self.settle(open).await;
                        return Some(true);
                    }
                }
            }
        }
    }

    /// Waits until nothing has changed for a moment.
    async fn settle(&mut self, open: &mut [bool; 2]) {
        while let Ok(Some((id, delta))) = tokio::time::timeout(SETTLES, self.news.recv()).await {
            self.hear(id, delta, open);
        }
    }

    /// Takes in what a watch says; whether something may be served that was not before.
    fn hear(&mut self, id: SourceId, delta: Delta, open: &mut [bool; 2]) -> bool {
        let index = usize::from(id == SERVICES);
        let changes = match delta {
            Delta::State(Freshness::Live { .. }) => {
                // What was listed is served already, or is awaited.
                let first = !std::mem::replace(&mut open[index], true);
                return first && self.last.as_ref().is_some_and(|last| self.awaits(&last.catalog));
            }
            Delta::Columns(_) | Delta::State(_) => return false,
            Delta::Batch(changes) => changes,
            Delta::Reset(rows) => {
                if id == DEFINITIONS {
                    self.known.clear();
                }
                rows.into_iter().map(Change::Put).collect()
            }
        };
        if id == DEFINITIONS {
            for change in changes {
                match change {
                    Change::Put(row) => drop(self.known.insert(row.uid, row.name)),
                    Change::Remove(uid) => drop(self.known.remove(&uid)),
                }
            }
        }
        self.aggregated |= id == SERVICES && open[index];
        open[index]
    }

    /// How often discovery is asked again, with nobody saying that something is new.
    fn looks(&self, new: &Discovered) -> u32 {
        // What is defined is served a little later.
        if self.awaits(&new.catalog) || !new.stale.is_empty() {
            PATIENCE
        } else if self.aggregated {
            LOOKS
        } else {
            0
        }
    }

    /// Whether something is defined (`plural.group`) that is not served.
    fn awaits(&self, catalog: &Catalog) -> bool {
        self.known.values().any(|name| {
            name.split_once('.')
                .is_some_and(|(plural, group)| catalog.by_plural(group, plural).is_none())
        })
    }

    /// Where a group's server does not answer, what was known of it stays.
    fn keep_stale(&self, new: Discovered) -> Discovered {
        let Some(last) = self.last.as_ref().filter(|_| !new.stale.is_empty()) else { return new };
        let is_stale = |resource: &Resource| {
            let core = if resource.group.is_empty() { "/api" } else { "/apis" };
            let version = format!("{}/{}", resource.group, resource.version);
            new.stale.iter().any(|stale| *stale == version || stale == core)
        };
        let kept = last.catalog.iter().filter(|old| {
            is_stale(old) && new.catalog.by_plural(&old.group, &old.plural).is_none()
        });
        let both = new.catalog.iter().chain(kept).map(|resource| (**resource).clone());
        let (core, groups): (Vec<_>, Vec<_>) = both.partition(|resource| resource.group.is_empty());
        let catalog = Catalog::new(core.into_iter().chain(groups)).with_silent(new.stale.clone());
        Discovered { catalog, stale: new.stale }
    }

    async fn tell(&mut self, answer: Result<Discovered, Error>) -> Result<(), ()> {
        let answer = match answer {
            Ok(new) if self.last.as_deref() == Some(&new) => return Ok(()),
            Ok(new) => Ok(Arc::clone(self.last.insert(Arc::new(new)))),
            Err(error) => Err(error),
        };
        self.tx.send(answer).await.map_err(drop)
    }
}
