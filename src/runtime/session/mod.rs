//! Sessions on our terminal: it is handed over while one lasts, and the loop goes on meanwhile, without drawing.

mod carry;
mod escape;
mod full_screen;
mod keys;
mod pane;
mod prepare;
mod screen;

use std::sync::Arc;

use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use super::record::Record;
use super::{Runtime, Woken};
use crate::app::{Effect, Msg, SessionId, SessionNews};
use crate::cluster::Client;
use crate::cluster::exec::Size;
use crate::session::Ended;
use crate::store::Str;
use crate::terminal;

use carry::{Outcome, Wanted};
use pane::Asked;

pub(super) use pane::Panes;

/// The session that has the terminal.
pub(super) struct Live {
    id: SessionId,
    task: JoinHandle<std::io::Result<Outcome>>,
    leave: Arc<Notify>,
    record: Record,
}

impl Live {
    /// Has it end, as the person does who leaves it.
    pub fn leave(&self) {
        self.leave.notify_one();
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.task.abort();
        // Where kx ends with it, the task has no time to write it down.
        self.record.leave();
        terminal::recall();
    }
}

/// A way to tell what becomes of a session.
pub(super) struct Tell {
    id: SessionId,
    news: mpsc::Sender<Msg>,
}

impl Tell {
    async fn say(&self, news: SessionNews) {
        // The loop is gone only when kx ends.
        let _ = self.news.send(Msg::Session(self.id, news)).await;
    }
}

/// What is being prepared. Dropping it stops that.
pub(super) struct Preparing {
    id: SessionId,
    task: JoinHandle<()>,
}

impl Drop for Preparing {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Waits for the end of the session; never, where there is none.
pub(super) async fn ended(live: &mut Option<Live>) -> Woken {
    match live {
        Some(live) => {
            let ended = match (&mut live.task).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(error)) => {
                    let why = format!("the terminal cannot be given to it: {error}");
                    Outcome { ended: Ended::Failed(why), ran: String::new() }
                }
                Err(error) => {
                    let why = format!("the session broke: {error}");
                    Outcome { ended: Ended::Failed(why), ran: String::new() }
                }
            };
            Woken::Session(live.id, SessionNews::Ended { ended: ended.ended, ran: ended.ran })
        }
        None => std::future::pending().await,
    }
}

impl Runtime {
    /// Performs an effect that is about sessions.
    ///
    /// # Errors
    /// Those of the terminal.
    pub(super) async fn session(&mut self, effect: Effect) -> std::io::Result<()> {
        match effect {
            Effect::FindPod { id, cluster, target } => {
                let Some((client, tell)) = self.means(id, &cluster) else { return Ok(()) };
                self.prepare(id, async move {
                    let pod = prepare::pod(&client, &target).await;
                    tell.say(
                        pod.map_or_else(SessionNews::Failed, |pod| SessionNews::Pod(Arc::new(pod))),
                    )
                    .await;
                });
            }
            Effect::AwaitContainer { id, cluster, pods, place } => {
                let Some((client, tell)) = self.means(id, &cluster) else { return Ok(()) };
                self.prepare(id, async move {
                    prepare::container(client, pods, place, &tell).await;
                });
            }
            Effect::OpenSession { id, cluster, place, what, stdin, tty, pane } => {
                let wanted = Wanted { place, what, stdin, tty };
                let Some((client, tell)) = self.means(id, &cluster) else { return Ok(()) };
                let record = self.record(id, &client, &cluster);
                if let Some((columns, lines)) = pane {
                    self.panes.open(id, client, wanted, Size { columns, lines }, (tell, record));
                } else if self.live.is_none() {
                    self.hand_over(id, client, wanted, record).await?;
                } else {
                    let why = "another session has the terminal".to_owned();
                    tokio::spawn(async move { tell.say(SessionNews::Failed(why)).await });
                }
            }
            Effect::RunIn { id, cluster, target, container, words, size: (columns, lines) } => {
                let Some((client, tell)) = self.means(id, &cluster) else { return Ok(()) };
                let asked = Asked { target, container, words };
                let record = self.record(id, &client, &cluster);
                self.panes.run_in(id, client, asked, Size { columns, lines }, (tell, record));
            }
            Effect::TypeIntoSession { id, bytes } => self.panes.type_into(id, bytes),
            Effect::ResizeSession { id, columns, lines } => {
                self.panes.resize(id, Size { columns, lines });
            }
            Effect::CloseSession { id } => self.panes.close(id),
            Effect::StopSession { id } => {
                self.preparing.take_if(|preparing| preparing.id == id);
            }
            other => tracing::error!(?other, "no effect of sessions"),
        }
        Ok(())
    }

    fn prepare(&mut self, id: SessionId, work: impl Future<Output = ()> + Send + 'static) {
        self.preparing = Some(Preparing { id, task: tokio::spawn(work) });
    }

    /// The connection to a cluster, and a way to tell what becomes of a session there.
    fn means(&self, id: SessionId, cluster: &Str) -> Option<(Client, Tell)> {
        let tell = Tell { id, news: self.news_tx.clone() };
        let Some(client) = self.clusters.client(cluster) else {
            let why = "there is no connection to the cluster".to_owned();
            tokio::spawn(async move { tell.say(SessionNews::Failed(why)).await });
            return None;
        };
        Some((client, tell))
    }

    /// Where the journal tells of a session.
    fn record(&self, id: SessionId, client: &Client, cluster: &Str) -> Record {
        let journal = self.clusters.journal().clone();
        Record::new(journal, client, cluster, &format!("s{}", id.0))
    }

    async fn hand_over(
        &mut self,
        id: SessionId,
        client: Client,
        wanted: Wanted,
        record: Record,
    ) -> std::io::Result<()> {
        self.away().await;
        terminal::lend(wanted.tty)?;
        let leave = Arc::new(Notify::new());
        let left = Arc::clone(&leave);
        let kept = record.clone();
        let task =
            tokio::spawn(async move { full_screen::run(&client, &wanted, &left, &kept).await });
        self.live = Some(Live { id, task, leave, record });
        Ok(())
    }

    /// The terminal is ours again.
    ///
    /// # Errors
    /// Those of the terminal.
    pub(super) fn hand_back(&mut self) -> std::io::Result<()> {
        self.live = None;
        self.back()
    }
}
