//! Port forwards at work: each is a task, and what it tells is news.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use super::Runtime;
use super::record::Record;
use crate::app::{ForwardId, Msg};
use crate::change::journal::{Closing, Opening};
use crate::cluster::forward;
use crate::forward::{News, Saved, Start, Status, Wanted};
use crate::kinds::Catalog;
use crate::store::Str;

/// The port forwards that run. Dropping it ends them.
#[derive(Default)]
pub(super) struct Forwards {
    running: FxHashMap<ForwardId, Running>,
    /// Whose turn it is to write down what is kept.
    turn: Arc<Mutex<()>>,
}

/// A forward at work.
struct Running {
    task: JoinHandle<()>,
    record: Record,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Drop for Forwards {
    fn drop(&mut self) {
        // kx ends: the tasks have no time to write it down.
        self.running.values().for_each(|running| running.record.leave());
    }
}

impl Forwards {
    /// Ends a forward, and the connections through it.
    pub(super) fn stop(&mut self, id: ForwardId) {
        self.running.remove(&id);
    }
}

impl Runtime {
    /// Begins a forward; one of this name that runs is ended before.
    pub(super) fn start_forward(
        &mut self,
        id: ForwardId,
        cluster: &Str,
        wanted: Wanted,
        catalog: Arc<Catalog>,
    ) {
        self.forwards.stop(id);
        let out = self.news_tx.clone();
        let Some(client) = self.clusters.client(cluster) else {
            let why = format!("there is no connection to {cluster}");
            let news = Msg::Forward(id, News::Status(Status::Failed(why)));
            tokio::spawn(async move { out.send(news).await });
            return;
        };
        let journal = self.clusters.journal().clone();
        let record = Record::new(journal, &client, cluster, &format!("f{}", id.0));
        let kept = record.clone();
        let task = tokio::spawn(async move {
            let open = match kept.begin(Opening::forward(&wanted)) {
                Ok(open) => open,
                Err(why) => {
                    let _ = out.send(Msg::Forward(id, News::Status(Status::Failed(why)))).await;
                    return;
                }
            };
            let (tx, mut news) = mpsc::channel(8);
            let _task = forward::start(client, wanted, catalog, tx);
            while let Some(news) = news.recv().await {
                if let News::Status(Status::Failed(why)) = &news {
                    open.end(Closing::Failed(why.clone()));
                }
                if out.send(Msg::Forward(id, news)).await.is_err() {
                    break;
                }
            }
        });
        self.forwards.running.insert(id, Running { task, record });
    }

    /// Keeps a forward for the next time, or not any more, away from the loop.
    pub(super) fn keep_forward(&self, saved: Saved, start: Start) {
        let Some(path) = self.outside.forwards_file.clone() else { return };
        let news = self.news_tx.clone();
        let turn = Arc::clone(&self.forwards.turn);
        tokio::spawn(async move {
            // One after the other: each reads what the one before wrote.
            let _turn = turn.lock().await;
            let work = move || crate::config::keep_forward(&path, saved, start);
            if let Ok(Err(why)) = tokio::task::spawn_blocking(work).await {
                let _ =
                    news.send(Msg::Done(Err(format!("the forward cannot be kept: {why}")))).await;
            }
        });
    }

    /// Opens a URL in the browser, away from the loop and from the terminal.
    pub(super) fn browse(&self, url: String) {
        let (news, chosen) =
            (self.news_tx.clone(), self.outside.access.env.any(&["BROWSER"]).map(str::to_owned));
        tokio::spawn(async move {
            let outcome = super::browser::open(&url, chosen.as_deref()).await;
            let _ = news
                .send(Msg::Done(outcome.map(|()| format!("{url} is opened in the browser"))))
                .await;
        });
    }
}
