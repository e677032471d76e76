//! A port forward under test, and what it tells.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kx::cluster::forward::start;
use kx::cluster::{Client, watch::Task};
use kx::forward::{Counts, News, Status, Wanted};
use kx::kinds::Catalog;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

/// Longer than anything takes that ever comes.
const PATIENCE: Duration = Duration::from_mins(2);

/// A forward that runs, and what it told.
pub struct Running {
    heard: Arc<Mutex<Heard>>,
    more: Arc<Notify>,
    _task: Task,
}

/// What was heard of it.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Where it listens.
    pub listens: Vec<SocketAddr>,
    /// How it was, the last last.
    pub statuses: Vec<Status>,
    /// What has passed.
    pub counts: Counts,
}

impl Running {
    pub fn new(client: &Client, catalog: &Arc<Catalog>, wanted: Wanted) -> Self {
        let (tx, mut news) = mpsc::channel(4);
        let task = start(client.clone(), wanted, Arc::clone(catalog), tx);
        let (heard, more) = (Arc::<Mutex<Heard>>::default(), Arc::new(Notify::new()));
        let (into, told) = (Arc::clone(&heard), Arc::clone(&more));
        tokio::spawn(async move {
            while let Some(news) = news.recv().await {
                let mut heard = into.lock().unwrap();
                match news {
                    News::Listens(addresses) => heard.listens = addresses,
                    News::Status(status) => heard.statuses.push(status),
                    News::Counts(counts) => heard.counts = counts,
                }
                told.notify_one();
            }
        });
        Self { heard, more, _task: task }
    }

    pub fn heard(&self) -> Heard {
        self.heard.lock().unwrap().clone()
    }

    /// Waits until what was heard is so.
    pub async fn until<T>(&self, what: &str, look: impl Fn(&Heard) -> Option<T>) -> T {
        let wait = async {
            loop {
                if let Some(found) = look(&self.heard()) {
                    return found;
                }
                self.more.notified().await;
            }
        };
        if let Ok(found) = timeout(PATIENCE, wait).await {
            return found;
        }
        panic!("{what} never came: {:?}", self.heard());
    }

    /// Where it listens, and the pod that it leads to.
    pub async fn ready(&self) -> (SocketAddr, String) {
        self.until("a pod", |heard| match heard.statuses.last() {
            Some(Status::Ready { pod, .. }) => Some((*heard.listens.first()?, pod.clone())),
            _ => None,
        })
        .await
    }
}
