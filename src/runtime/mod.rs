//! The only `select!`: input, clusters, signals, frame clock. It performs effects and draws.
//!
//! Wait for one thing, take what else is there, draw once: at most sixty frames a second, none when nothing changed. There is no tick; the
//! state says when time alone will change what is seen.

mod browser;
mod chronicle;
mod clipboard;
mod clock;
mod clusters;
mod copies;
mod drafts;
mod editing;
mod expressions;
mod folder;
mod forwards;
mod input;
mod journal;
mod journaled;
mod keeper;
mod nameless;
mod open;
mod parting;
mod perform;
mod record;
mod releases;
mod runs;
mod save;
mod schemas;
mod session;
mod signals;
mod writer;

pub use clusters::{Access, sentence};
pub use folder::Folder;
pub use journal::Journal;
pub use journaled::Journaled;
pub use nameless::Nameless;
pub use record::Record;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crossterm::event::Event;
use tokio::sync::mpsc;

use crate::app::{App, Effect, Msg, SessionId, SessionNews};
use crate::store::{Delta, SourceId};
use crate::terminal::{self, Terminal};
use crate::ui;

use clipboard::Clipboard;
use clock::{sleep, until};
use clusters::Clusters;
use copies::Copies;
use drafts::Drafts;
use expressions::Expressions;
use forwards::Forwards;
use input::{Input, message};
use keeper::Keeper;
use parting::Parting;
use signals::Signals;

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// The shortest time between two frames that answer a person. The first comes at once: changes of the cluster may have caused a frame just before.
const ANSWER: Duration = Duration::from_millis(6);
/// How long the loop takes messages before it draws: a part of a frame, so that keys never wait for a full one.
const DRAIN: Duration = Duration::from_millis(6);
/// Deltas under way: enough to keep the watch tasks busy during a frame, few enough to bound memory.
const DELTAS: usize = 8;

/// What the loop needs besides the state.
#[derive(Clone, Debug)]
pub struct Outside {
    /// How clusters are reached.
    pub access: Access,
    /// Where the remembered state is kept, if anywhere.
    pub state_file: Option<PathBuf>,
    /// The folder of drafts; `None` for one that is not kept for long.
    pub drafts: Option<PathBuf>,
    /// The folder of what can be thrown away; `None` where nothing is kept.
    pub cache: Option<PathBuf>,
    /// Where the journal of changes is kept, if anywhere.
    pub journal_file: Option<PathBuf>,
    /// Whether the commands that are run in containers are kept there whole.
    pub keep_commands: bool,
    /// Where the port forwards are kept, if anywhere.
    pub forwards_file: Option<PathBuf>,
    /// Whether the mouse is taken.
    pub mouse: bool,
}

/// Seconds since the Unix epoch.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Runs the explorer on this terminal until the person leaves.
///
/// # Errors
/// Those of the terminal.
pub async fn run(app: App, outside: Outside) -> std::io::Result<(App, Ended)> {
    let terminal = Terminal::enter(outside.mouse)?;
    let (news_tx, news) = mpsc::channel(256);
    let (deltas_tx, deltas) = mpsc::channel(DELTAS);
    let (refused_tx, refused) = mpsc::channel(4);
    let drafts = Drafts::new(outside.drafts.clone());
    let mut runtime = Runtime {
        app,
        terminal,
        events: Some(Input::new()?),
        news_tx: news_tx.clone(),
        clusters: Clusters::new(
            outside.access.clone(),
            Journal::new(outside.journal_file.clone()).keeping_commands(outside.keep_commands),
            news_tx.clone(),
            deltas_tx,
        ),
        copies: Copies::default(),
        keeper: Keeper::new(drafts.clone(), news_tx.clone()),
        drafts,
        clipboard: Clipboard::new(&outside.access.env, refused_tx),
        outside,
        deltas,
        news,
        refused,
        dirty: true,
        drawn: None,
        answers: false,
        answered: false,
        ended: None,
        parting: None,
        live: None,
        expressions: Expressions::default(),
        forwards: Forwards::default(),
        preparing: None,
        panes: session::Panes::default(),
        owed: Vec::new(),
    };
    let (columns, lines) = crossterm::terminal::size()?;
    runtime.update(Msg::Resize(columns, lines)).await?;
    let ended = runtime.live().await;
    // However it ended, what was typed last is kept.
    if runtime.app.is_unkept() {
        runtime.update(Msg::Step).await?;
    }
    runtime.keeper.settle().await;
    Ok((runtime.app, ended?))
}

/// How the explorer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The person left.
    Quit,
    /// A signal asked for it; its number.
    Signal(i32),
}

struct Runtime {
    app: App,
    terminal: Terminal,
    /// `None` while another program has the terminal: we would read its keys.
    events: Option<Input>,
    clusters: Clusters,
    clipboard: Clipboard,
    copies: Copies,
    drafts: Drafts,
    keeper: Keeper,
    outside: Outside,
    news: mpsc::Receiver<Msg>,
    news_tx: mpsc::Sender<Msg>,
    deltas: mpsc::Receiver<(SourceId, Delta)>,
    refused: mpsc::Receiver<clipboard::Refused>,
    /// Whether the screen is not what the state is.
    dirty: bool,
    /// When the last frame was drawn.
    drawn: Option<Instant>,
    /// Whether the next frame answers a person.
    answers: bool,
    /// Whether the last one did.
    answered: bool,
    ended: Option<std::io::Result<Ended>>,
    /// How it ends, once what was made for sessions is deleted or there is no more time.
    parting: Option<Parting>,
    /// The session that has the terminal.
    live: Option<session::Live>,
    /// The expressions that lines of logs are evaluated by.
    expressions: Expressions,
    /// The port forwards that run.
    forwards: Forwards,
    /// The session that is being prepared.
    preparing: Option<session::Preparing>,
    /// The sessions in the pane.
    panes: session::Panes,
    /// What the state asked for when the terminal was taken back, and was not performed yet.
    owed: Vec<Effect>,
}

/// One thing that woke the loop.
enum Woken {
    Input(Option<std::io::Result<Event>>),
    News(Msg),
    Delta(SourceId, Delta),
    Refused(clipboard::Refused),
    Frame,
    Wake,
    Step,
    Parted,
    Signal(i32),
    Stop,
    Continued,
    Session(SessionId, SessionNews),
}

impl Runtime {
    async fn live(&mut self) -> std::io::Result<Ended> {
        let mut signals = Signals::new()?;
        loop {
            let woken = self.wait(&mut signals).await;
            if let Err(error) = self.turn(woken).await {
                self.part(Err(error)).await;
            }
            if let Some(ended) = self.ended.take() {
                return ended;
            }
        }
    }

    /// One turn of the loop.
    ///
    /// # Errors
    /// Those of the terminal: it is gone.
    async fn turn(&mut self, woken: Woken) -> std::io::Result<()> {
        self.handle(woken).await?;
        self.drain().await?;
        if self.ended.is_none() && self.draws() && self.frame_due().is_none() {
            self.draw().await?;
        }
        Ok(())
    }

    /// Whether there is something to be drawn, and somebody to draw it for.
    fn draws(&self) -> bool {
        self.dirty && self.live.is_none() && self.parting.is_none()
    }

    /// Sleeps until something happens. Input comes first, so that no flood of deltas delays a key.
    async fn wait(&mut self, signals: &mut Signals) -> Woken {
        let frame = self.draws().then(|| self.frame_due().unwrap_or_default());
        let parting = self.time_to_part();
        let wake = self.app.next_wake(now()).map(until);
        let input = async {
            match &mut self.events {
                Some(events) => events.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            signal = signals.next() => signal,
            () = sleep(parting), if parting.is_some() => Woken::Parted,
            input = input => Woken::Input(input),
            ended = session::ended(&mut self.live), if self.live.is_some() => ended,
            () = sleep(frame), if frame.is_some() => Woken::Frame,
            Some(msg) = self.news.recv() => Woken::News(msg),
            Some((id, delta)) = self.deltas.recv() => Woken::Delta(id, delta),
            Some(text) = self.refused.recv() => Woken::Refused(text),
            () = sleep(wake), if wake.is_some() => Woken::Wake,
            () = std::future::ready(()), if self.app.has_steps() => Woken::Step,
        }
    }

    async fn handle(&mut self, woken: Woken) -> std::io::Result<()> {
        let msg = match woken {
            Woken::Input(Some(Ok(event))) => {
                if let Event::Resize(..) = event {
                    self.terminal.resized()?;
                    self.dirty = true;
                }
                match message(event) {
                    Some(msg) => {
                        self.answers = true;
                        msg
                    }
                    None => return Ok(()),
                }
            }
            // The terminal is gone, or cannot be read any more: nobody is there to explore.
            Woken::Input(Some(Err(error))) => return Err(error),
            Woken::Input(None) => {
                self.part(Ok(Ended::Quit)).await;
                return Ok(());
            }
            Woken::News(msg) => msg,
            Woken::Delta(id, delta) => Msg::Delta(id, delta),
            Woken::Refused(text) => return self.copy_by_terminal(&text),
            Woken::Frame => return Ok(()),
            Woken::Wake => Msg::Wake,
            Woken::Step => Msg::Step,
            Woken::Session(id, news) => {
                if self.parting.is_some() {
                    self.live = None;
                } else {
                    self.hand_back()?;
                }
                Msg::Session(id, news)
            }
            // Where the keys stay lines, ctrl-c is a signal, and leaves what only writes.
            Woken::Signal(2) if let (Some(live), None) = (&self.live, &self.parting) => {
                live.leave();
                return Ok(());
            }
            Woken::Signal(number) => {
                self.part(Ok(Ended::Signal(number))).await;
                return Ok(());
            }
            Woken::Parted => {
                self.end();
                return Ok(());
            }
            Woken::Stop if self.live.is_some() => {
                terminal::stop();
                return Ok(());
            }
            Woken::Stop => return self.perform_all(vec![Effect::Suspend]).await,
            Woken::Continued if self.live.is_some() => return Ok(()),
            Woken::Continued => {
                self.terminal.resume()?;
                self.dirty = true;
                let (columns, lines) = crossterm::terminal::size()?;
                Msg::Resize(columns, lines)
            }
        };
        self.update(msg).await
    }

    /// Takes what else is there, for a part of a frame; nothing more than what was typed once there is something to answer and time to.
    async fn drain(&mut self) -> std::io::Result<()> {
        let until = Instant::now() + DRAIN;
        while self.ended.is_none() && Instant::now() < until {
            let input = self.events.as_mut().and_then(Input::ready);
            if let Some(input) = input {
                self.handle(Woken::Input(Some(input))).await?;
            } else if self.answers && self.dirty && self.frame_due().is_none() {
                break;
            } else if let Ok(msg) = self.news.try_recv() {
                self.update(msg).await?;
            } else if let Ok((id, delta)) = self.deltas.try_recv() {
                self.update(Msg::Delta(id, delta)).await?;
            } else {
                break;
            }
        }
        Ok(())
    }

    async fn update(&mut self, msg: Msg) -> std::io::Result<()> {
        let effects = self.app.update(msg, now());
        self.dirty |= self.app.take_redraw();
        self.perform_all(effects).await
    }

    /// How long until the next frame may be drawn; `None` when it may be now.
    fn frame_due(&self) -> Option<Duration> {
        let since = self.drawn?.elapsed();
        let apart = match (self.answers, self.answered) {
            (false, _) => FRAME,
            (true, true) => ANSWER,
            (true, false) => return None,
        };
        apart.checked_sub(since).filter(|left| !left.is_zero())
    }

    async fn draw(&mut self) -> std::io::Result<()> {
        self.drawn = Some(Instant::now());
        self.dirty = false;
        self.answered = std::mem::take(&mut self.answers);
        let app = &self.app;
        let mut layout = None;
        self.terminal.draw(|frame| layout = Some(ui::draw(app, frame)))?;
        match layout {
            Some(layout) => self.update(Msg::Drawn(layout)).await,
            None => Ok(()),
        }
    }
}
