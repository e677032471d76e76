//! The only `select!`: input, clusters, signals, frame clock. It performs effects and draws.
//!
//! Wait for one thing, take what else is there, draw once: at most sixty frames a second, none when nothing changed. There is no tick; the
//! state says when time alone will change what is seen.

mod clipboard;
mod clusters;
mod folder;
mod input;
mod open;

pub use clusters::{Access, sentence};
pub use folder::Folder;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyEventKind};
use tokio::sync::mpsc;

use crate::app::{App, Effect, Msg};
use crate::config::State;
use crate::store::{Delta, SourceId};
use crate::terminal::{self, Terminal};
use crate::ui;

use clipboard::Clipboard;
use clusters::Clusters;
use input::Input;

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// The frame that answers a key or the mouse comes sooner: changes of the cluster may have caused one just before.
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
    let mut runtime = Runtime {
        app,
        terminal,
        events: Some(Input::new()),
        news_tx: news_tx.clone(),
        clusters: Clusters::new(outside.access.clone(), news_tx, deltas_tx),
        clipboard: Clipboard::new(&outside.access.env, refused_tx),
        outside,
        deltas,
        news,
        refused,
        dirty: true,
        drawn: None,
        answers: false,
        ended: None,
    };
    let (columns, lines) = crossterm::terminal::size()?;
    runtime.update(Msg::Resize(columns, lines)).await?;
    let ended = runtime.live().await?;
    Ok((runtime.app, ended))
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
    ended: Option<Ended>,
}

/// One thing that woke the loop.
enum Woken {
    Input(Option<std::io::Result<Event>>),
    News(Msg),
    Delta(SourceId, Delta),
    Refused(clipboard::Refused),
    Frame,
    Wake,
    Signal(i32),
    Stop,
    Continued,
}

impl Runtime {
    async fn live(&mut self) -> std::io::Result<Ended> {
        let mut signals = Signals::new()?;
        loop {
            let woken = self.wait(&mut signals).await;
            self.handle(woken).await?;
            self.drain().await?;
            if let Some(ended) = self.ended {
                return Ok(ended);
            }
            if self.dirty && self.frame_due().is_none() {
                self.draw().await?;
            }
        }
    }

    /// Sleeps until something happens. Input comes first, so that no flood of deltas delays a key.
    async fn wait(&mut self, signals: &mut Signals) -> Woken {
        let frame = if self.dirty { Some(self.frame_due().unwrap_or_default()) } else { None };
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
            input = input => Woken::Input(input),
            () = sleep(frame), if frame.is_some() => Woken::Frame,
            Some(msg) = self.news.recv() => Woken::News(msg),
            Some((id, delta)) = self.deltas.recv() => Woken::Delta(id, delta),
            Some(text) = self.refused.recv() => Woken::Refused(text),
            () = sleep(wake), if wake.is_some() => Woken::Wake,
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
                self.ended = Some(Ended::Quit);
                return Ok(());
            }
            Woken::News(msg) => msg,
            Woken::Delta(id, delta) => Msg::Delta(id, delta),
            Woken::Refused(text) => return self.copy_by_terminal(&text),
            Woken::Frame => return Ok(()),
            Woken::Wake => Msg::Wake,
            Woken::Signal(number) => {
                self.ended = Some(Ended::Signal(number));
                return Ok(());
            }
            Woken::Stop => return self.perform(Effect::Suspend).await,
            Woken::Continued => {
                self.terminal.resume()?;
                self.dirty = true;
                let (columns, lines) = crossterm::terminal::size()?;
                Msg::Resize(columns, lines)
            }
        };
        self.update(msg).await
    }

    /// Takes what else is there, for a part of a frame.
    async fn drain(&mut self) -> std::io::Result<()> {
        let until = Instant::now() + DRAIN;
        while self.ended.is_none() && Instant::now() < until {
            let input = self.events.as_mut().and_then(Input::ready);
            if let Some(input) = input {
                self.handle(Woken::Input(Some(input))).await?;
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

    async fn perform_all(&mut self, effects: Vec<Effect>) -> std::io::Result<()> {
        for effect in effects {
            self.perform(effect).await?;
        }
        Ok(())
    }

    async fn perform(&mut self, effect: Effect) -> std::io::Result<()> {
        match effect {
            Effect::Connect { cluster } => self.clusters.connect(&cluster),
            Effect::Disconnect { cluster } => self.clusters.disconnect(&cluster),
            Effect::Watch { id, source } => self.clusters.watch(id, source),
            Effect::Unwatch { id } => self.clusters.unwatch(id),
            Effect::Follow { id, cluster, resource, namespace, name } => {
                self.clusters.follow(id, &cluster, &resource, (&namespace, &name));
            }
            Effect::Unfollow { id } => self.clusters.unfollow(id),
            Effect::ReadContexts => self.clusters.contexts(),
            Effect::Copy(text) => {
                if let Some(text) = self.clipboard.copy(text) {
                    self.copy_by_terminal(&text)?;
                }
            }
            Effect::SaveState(state) => self.save(state),
            Effect::Open { with, text, name } => {
                self.away().await;
                let outcome = open::open(with, &text, &name, &self.outside.access.env).await;
                self.back()?;
                if let Err(why) = outcome {
                    self.report(Err(why));
                }
            }
            Effect::Suspend => {
                self.away().await;
                terminal::stop();
                self.back()?;
            }
            Effect::Quit => self.ended = Some(Ended::Quit),
        }
        Ok(())
    }

    /// Gives the terminal to somebody else.
    async fn away(&mut self) {
        if let Some(input) = self.events.take() {
            input.stop().await;
        }
        self.terminal.suspend();
    }

    /// Takes the terminal back; the next frame is drawn whole, at the size that the terminal has by then.
    fn back(&mut self) -> std::io::Result<()> {
        self.terminal.resume()?;
        self.events = Some(Input::new());
        let (columns, lines) = crossterm::terminal::size()?;
        let effects = self.app.update(Msg::Resize(columns, lines), now());
        debug_assert!(effects.is_empty(), "a resize asks for nothing outside: {effects:?}");
        self.dirty = true;
        self.drawn = None;
        Ok(())
    }

    fn copy_by_terminal(&mut self, text: &str) -> std::io::Result<()> {
        self.terminal.command(crossterm::clipboard::CopyToClipboard::to_clipboard_from(text))
    }

    /// Writes the remembered state, away from the loop.
    fn save(&self, state: State) {
        let Some(path) = self.outside.state_file.clone() else { return };
        let news = self.news_tx.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = state.save(&path) {
                let why = format!("the history cannot be kept: {}: {error}", path.display());
                let _ = news.blocking_send(Msg::Done(Err(why)));
            }
        });
    }

    fn report(&self, outcome: Result<String, String>) {
        let news = self.news_tx.clone();
        tokio::spawn(async move { news.send(Msg::Done(outcome)).await });
    }

    /// How long until the next frame may be drawn; `None` when it may be now.
    fn frame_due(&self) -> Option<Duration> {
        let since = self.drawn?.elapsed();
        let apart = if self.answers { ANSWER } else { FRAME };
        apart.checked_sub(since).filter(|left| !left.is_zero())
    }

    async fn draw(&mut self) -> std::io::Result<()> {
        self.drawn = Some(Instant::now());
        self.dirty = false;
        self.answers = false;
        let app = &self.app;
        let mut layout = None;
        self.terminal.draw(|frame| layout = Some(ui::draw(app, frame)))?;
        match layout {
            Some(layout) => self.update(Msg::Drawn(layout)).await,
            None => Ok(()),
        }
    }
}

/// What an event of the terminal means to the state; releases of keys mean nothing.
fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Release => None,
        Event::Key(key) => Some(Msg::Key(key)),
        Event::Mouse(mouse) => Some(Msg::Mouse(mouse)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(columns, lines) => Some(Msg::Resize(columns, lines)),
        Event::FocusGained | Event::FocusLost => None,
    }
}

/// From now until a second of the clock begins.
fn until(at: i64) -> Duration {
    let nanos = jiff::Timestamp::now().as_nanosecond();
    let left = i128::from(at) * 1_000_000_000 - nanos;
    Duration::from_nanos(u64::try_from(left).unwrap_or(0).max(1_000_000))
}

async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// The signals that a terminal program must honour.
#[cfg(unix)]
struct Signals {
    term: tokio::signal::unix::Signal,
    int: tokio::signal::unix::Signal,
    hup: tokio::signal::unix::Signal,
    stop: tokio::signal::unix::Signal,
    cont: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            int: signal(SignalKind::interrupt())?,
            hup: signal(SignalKind::hangup())?,
            stop: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            cont: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    async fn next(&mut self) -> Woken {
        tokio::select! {
            _ = self.term.recv() => Woken::Signal(15),
            _ = self.int.recv() => Woken::Signal(2),
            _ = self.hup.recv() => Woken::Signal(1),
            _ = self.stop.recv() => Woken::Stop,
            _ = self.cont.recv() => Woken::Continued,
        }
    }
}

/// Elsewhere, Ctrl-C from outside is all there is.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Woken {
        let _ = tokio::signal::ctrl_c().await;
        Woken::Signal(2)
    }
}
