//! Sessions in the pane: what they write becomes messages, and what is typed comes by effects.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, DuplexStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use super::super::record::Record;
use super::carry::{At, Outcome, Wanted, again_and_again};
use super::keys::Keys;
use super::screen::Screen;
use super::{Tell, prepare};
use crate::app::{SessionId, SessionNews};
use crate::change::Target;
use crate::change::journal::{Closing, Opening};
use crate::cluster::Client;
use crate::cluster::exec::Size;
use crate::session::{Ended, Meant, Place, What, meant};

/// What a session may have written that nobody has looked at yet: it waits where there is more.
const WRITTEN: usize = 64 << 10;
/// The most that is told at once.
const PIECE: usize = 16 << 10;

/// How many commands are run at once in several places; the others wait.
const AT_ONCE: usize = 8;

/// The sessions in the pane.
pub(in super::super) struct Panes {
    open: HashMap<SessionId, Pane>,
    at_once: Arc<Semaphore>,
}

impl Default for Panes {
    fn default() -> Self {
        Self { open: HashMap::new(), at_once: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// A command that is to be run in a container of what an object stands for.
pub(super) struct Asked {
    pub target: Target,
    /// Empty for the one that is meant where none is named.
    pub container: String,
    pub words: Vec<String>,
}

struct Pane {
    typed: mpsc::UnboundedSender<Vec<u8>>,
    sizes: watch::Sender<Size>,
    task: JoinHandle<()>,
    record: Record,
}

impl Drop for Pane {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Drop for Panes {
    fn drop(&mut self) {
        // kx ends: the tasks have no time to write it down.
        self.open.values().for_each(|pane| pane.record.leave());
    }
}

impl Panes {
    /// Begins one.
    pub(super) fn open(
        &mut self,
        id: SessionId,
        client: Client,
        wanted: Wanted,
        size: Size,
        (tell, record): (Tell, Record),
    ) {
        self.add(id, size, record, |keys, sizes, record| async move {
            run(client, wanted, (keys, sizes), &tell, &record).await;
        });
    }

    /// Runs a command, once those before it leave room.
    pub(super) fn run_in(
        &mut self,
        id: SessionId,
        client: Client,
        asked: Asked,
        size: Size,
        (tell, record): (Tell, Record),
    ) {
        let at_once = Arc::clone(&self.at_once);
        self.add(id, size, record, |keys, sizes, record| async move {
            // Nobody closes it.
            let _turn = at_once.acquire_owned().await;
            match place(&client, &asked).await {
                Ok(place) => {
                    tell.say(SessionNews::At(place.clone())).await;
                    let what = What::Command(asked.words);
                    let wanted = Wanted { place, what, stdin: false, tty: false };
                    run(client, wanted, (keys, sizes), &tell, &record).await;
                }
                Err(why) => tell.say(SessionNews::Failed(why)).await,
            }
        });
    }

    fn add<F>(
        &mut self,
        id: SessionId,
        size: Size,
        record: Record,
        work: impl FnOnce(Keys, watch::Receiver<Size>, Record) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let (typed, keys) = mpsc::unbounded_channel();
        let (sizes, size) = watch::channel(size);
        let task = tokio::spawn(work(Keys::of_pane(keys), size, record.clone()));
        self.open.retain(|_, pane| !pane.task.is_finished());
        self.open.insert(id, Pane { typed, sizes, task, record });
    }

    /// Types into one; into what is over, nothing.
    pub fn type_into(&self, id: SessionId, bytes: Vec<u8>) {
        if let Some(pane) = self.open.get(&id) {
            let _ = pane.typed.send(bytes);
        }
    }

    /// Gives one another size.
    pub fn resize(&self, id: SessionId, size: Size) {
        if let Some(pane) = self.open.get(&id) {
            pane.sizes.send_replace(size);
        }
    }

    /// Leaves one.
    pub fn close(&mut self, id: SessionId) {
        self.open.remove(&id);
    }
}

/// The container of what an object stands for: the named one, else the one that is meant, else the first that there is, as kubectl does it.
async fn place(client: &Client, asked: &Asked) -> Result<Place, String> {
    let pod = prepare::pod(client, &asked.target).await?;
    let named = Some(asked.container.as_str()).filter(|name| !name.is_empty());
    let container = match meant(&pod, named) {
        Meant::One(container) => container.name,
        Meant::OneOf(all) => all.into_iter().next().map(|first| first.name).unwrap_or_default(),
        Meant::None(why) => return Err(why),
    };
    let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_owned();
    Ok(Place { namespace: text("namespace"), pod: text("name"), container })
}

async fn run(
    client: Client,
    wanted: Wanted,
    (mut keys, sizes): (Keys, watch::Receiver<Size>),
    tell: &Tell,
    record: &Record,
) {
    let open = match record.begin(Opening::session(&wanted.place, &wanted.what, wanted.tty)) {
        Ok(open) => open,
        Err(why) => return tell.say(SessionNews::Failed(why)).await,
    };
    let (output, shown) = tokio::io::duplex(WRITTEN);
    let (errors, also_shown) = tokio::io::duplex(WRITTEN);
    let mut screen = Screen::of(output, errors);
    let carried = async {
        let mut at = At { keys: &mut keys, screen: &mut screen, sizes, passes: false };
        let outcome = again_and_again(&client, &wanted, &mut at).await;
        // Whoever reads it comes to its end.
        drop(screen);
        outcome.unwrap_or_else(|error| Outcome {
            ended: Ended::Failed(error.to_string()),
            ran: String::new(),
        })
    };
    let (outcome, (), ()) =
        tokio::join!(carried, told(shown, tell, wanted.tty), told(also_shown, tell, wanted.tty));
    open.end(Closing::of(&outcome.ended, &outcome.ran));
    tell.say(SessionNews::Ended { ended: outcome.ended, ran: outcome.ran }).await;
}

/// Tells what is written, until its end. What was written for no terminal ends its lines with a line feed alone.
async fn told(mut written: DuplexStream, tell: &Tell, tty: bool) {
    let mut piece = vec![0; PIECE];
    while let Ok(count @ 1..) = written.read(&mut piece).await {
        let bytes = if tty { piece[..count].to_vec() } else { as_lines(&piece[..count]) };
        tell.say(SessionNews::Output(bytes)).await;
    }
}

fn as_lines(bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::with_capacity(bytes.len() + 16);
    for &byte in bytes {
        if byte == b'\n' {
            all.push(b'\r');
        }
        all.push(byte);
    }
    all
}
