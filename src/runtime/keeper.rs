//! Keeps drafts while a person types: not each letter by itself, but never later than a second after it, and whatever ends kx.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::app::Msg;
use crate::change::edit::Draft;

use super::drafts::Drafts;

/// How long nothing is typed before a text is written.
const PAUSE: Duration = Duration::from_millis(300);
/// How long a text is not written at most while somebody types on.
const LONGEST: Duration = Duration::from_secs(1);

enum Order {
    Keep(Arc<Draft>, Arc<str>),
    Forget(Arc<Draft>),
    Settle(oneshot::Sender<()>),
}

/// Keeps drafts while a person types.
#[derive(Clone, Debug)]
pub struct Keeper {
    orders: mpsc::UnboundedSender<Order>,
}

/// A text that is to be written. Where the task that would write it ends, it is written then.
struct Pending {
    drafts: Drafts,
    text: Option<(Arc<Draft>, Arc<str>)>,
    since: Instant,
    due: Instant,
}

impl Pending {
    fn write(&mut self) -> Result<(), String> {
        self.text.take().map_or(Ok(()), |(draft, text)| self.drafts.keep(&draft, &text))
    }

    fn is_of(&self, draft: &Draft) -> bool {
        self.text.as_ref().is_some_and(|(of, _)| of.name == draft.name)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        // Nobody is left to be told.
        let _ = self.write();
    }
}

impl Keeper {
    /// Begins to keep what it is told to. It must be called within a tokio runtime.
    pub fn new(drafts: Drafts, news: mpsc::Sender<Msg>) -> Self {
        let (orders, heard) = mpsc::unbounded_channel();
        tokio::spawn(keep(drafts, heard, news));
        Self { orders }
    }

    /// Keeps a draft with this text, in a moment.
    pub fn keep(&self, draft: Arc<Draft>, text: Arc<str>) {
        // It is gone only when kx ends.
        let _ = self.orders.send(Order::Keep(draft, text));
    }

    /// Throws a draft away.
    pub fn forget(&self, draft: Arc<Draft>) {
        let _ = self.orders.send(Order::Forget(draft));
    }

    /// Waits until all that it was told is done.
    pub async fn settle(&self) {
        let (done, waits) = oneshot::channel();
        if self.orders.send(Order::Settle(done)).is_ok() {
            let _ = waits.await;
        }
    }
}

async fn keep(drafts: Drafts, mut orders: mpsc::UnboundedReceiver<Order>, news: mpsc::Sender<Msg>) {
    let now = Instant::now();
    let mut pending = Pending { drafts: drafts.clone(), text: None, since: now, due: now };
    loop {
        let order = tokio::select! {
            biased;
            order = orders.recv() => order,
            () = tokio::time::sleep_until(pending.due), if pending.text.is_some() => {
                pending = written(pending, &news).await;
                continue;
            }
        };
        match order {
            Some(Order::Keep(draft, text)) => {
                if !pending.is_of(&draft) {
                    pending = written(pending, &news).await;
                    pending.since = Instant::now();
                }
                pending.text = Some((draft, text));
                pending.due = (Instant::now() + PAUSE).min(pending.since + LONGEST);
            }
            Some(Order::Forget(draft)) => {
                if pending.is_of(&draft) {
                    pending.text = None;
                }
                let drafts = drafts.clone();
                let _ = tokio::task::spawn_blocking(move || drafts.forget(&draft)).await;
            }
            Some(Order::Settle(done)) => {
                pending = written(pending, &news).await;
                let _ = done.send(());
            }
            None => return,
        }
    }
}

/// Writes what is to be written, away from the loop.
async fn written(mut pending: Pending, news: &mpsc::Sender<Msg>) -> Pending {
    if pending.text.is_none() {
        return pending;
    }
    let drafts = pending.drafts.clone();
    let (since, due) = (pending.since, pending.due);
    let work = move || {
        let outcome = pending.write();
        (pending, outcome)
    };
    let Ok((pending, outcome)) = tokio::task::spawn_blocking(work).await else {
        return Pending { drafts, text: None, since, due };
    };
    if let Err(why) = outcome {
        let _ = news.send(Msg::Done(Err(why))).await;
    }
    pending
}

#[cfg(test)]
mod tests {
    use crate::change::edit::Aim;

    use super::*;

    fn draft(drafts: &Drafts) -> Arc<Draft> {
        let empty = Draft {
            name: String::new(),
            path: String::new(),
            context: "lab".to_owned(),
            namespace: "shop".to_owned(),
            aim: Aim::Create,
            parts: Vec::new(),
        };
        Arc::new(drafts.begin(empty, "a: 1\n").unwrap())
    }

    #[tokio::test]
    async fn what_is_typed_is_kept_and_what_is_forgotten_stays_so() {
        let home = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(Some(home.path().to_owned()));
        let draft = draft(&drafts);
        let (news, _heard) = mpsc::channel(4);
        let keeper = Keeper::new(drafts.clone(), news);
        keeper.keep(Arc::clone(&draft), "b: 2\n".into());
        keeper.keep(Arc::clone(&draft), "c: 3\n".into());
        keeper.settle().await;
        assert_eq!(drafts.text(&draft).unwrap(), "c: 3\n");
        keeper.keep(Arc::clone(&draft), "d: 4\n".into());
        keeper.forget(Arc::clone(&draft));
        keeper.settle().await;
        assert!(drafts.all().is_empty());
    }

    #[test]
    fn what_was_typed_last_is_kept_when_kx_ends_suddenly() {
        let home = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(Some(home.path().to_owned()));
        let draft = draft(&drafts);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (news, _heard) = mpsc::channel(4);
            let keeper = Keeper::new(drafts.clone(), news);
            keeper.keep(Arc::clone(&draft), "b: 2\n".into());
            // The task takes the order, and has not written it.
            while !keeper.orders.is_closed() && Arc::strong_count(&draft) < 2 {
                tokio::task::yield_now().await;
            }
            tokio::task::yield_now().await;
        });
        drop(runtime);
        assert_eq!(drafts.text(&draft).unwrap(), "b: 2\n");
    }
}
