//! One container's log, read through every cut, restart and silence, to the end of its pod.

use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use http_body_util::BodyExt as _;
use kube::client::Body;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::begin::Begin;
use super::container::{Run, RunOf, State};
use super::turns::Turn;
use crate::cluster::watch::{Retry, encoded, get};
use crate::cluster::{Client, Error};
use crate::logs::{Lines, Place, Splitter, StreamId};

/// A log that says nothing for so long after it was asked for has told its past.
const QUIET: Duration = Duration::from_millis(250);
/// How much is taken together before it goes on its way, in bytes of text.
const TOGETHER: usize = 128 << 10;
/// How long a log may stay open after its container has ended: then the connection is dead.
const LINGER: Duration = Duration::from_secs(3);
/// How long the news that a container ended may take after its log did.
const NEWS: Duration = Duration::from_secs(2);
/// A log that was read for this long has worked.
const WORKED: Duration = Duration::from_secs(5);

/// What is said of a log whose end nobody will ever read.
const UNREAD: &str = "its end could not be read: the pod is gone";

/// What a tail tells.
#[derive(Debug)]
pub(super) enum Told {
    /// Lines, in order.
    Lines(Lines),
    /// Its past is read.
    CaughtUp,
    /// Something that people should know.
    Note(String),
    /// Nothing more comes: why, and whether it had ended before it was read.
    Left(String, bool),
}

/// Reads one container's log.
pub(super) struct Tail {
    pub client: Client,
    pub id: StreamId,
    /// The path of its log.
    pub path: String,
    pub container: String,
    pub begin: Begin,
    /// When it was asked for.
    pub asked: Instant,
    pub state: watch::Receiver<State>,
    pub out: mpsc::Sender<(StreamId, Told)>,
}

/// Nobody listens any more.
struct Over;

/// How an answer ended.
enum End {
    /// The log ended.
    Whole,
    /// It must be asked for again: what the pod says does not fit it any more.
    Again,
    /// The connection broke.
    Cut(Error),
    /// Connections are few, and others need it.
    TurnOver,
}

impl Tail {
    /// Reads until nothing more can come, and says so.
    pub async fn run(mut self) {
        let was_over = self.state.borrow().is_over();
        let left = self.read().await;
        if let Ok(why) = left {
            // If nobody listens there is nobody to tell.
            let _ = self.out.send((self.id, Told::Left(why, was_over))).await;
        }
    }

    /// Reads to the end; why it ended.
    async fn read(&mut self) -> Result<String, Over> {
        if self.begin.previous || !self.begin.follow {
            return self.once().await;
        }
        let mut splitter = Splitter::default();
        let mut retry = Retry::default();
        // How far a run was read whose end nobody has seen, and which it was.
        let mut unsettled: Option<(Place, RunOf)> = None;
        // Whether it was said that it waits for its turn.
        let mut waits = false;
        loop {
            let state = self.state.borrow_and_update().clone();
            if !state.has_log() {
                if state.run == Run::Gone && (waits || unsettled.is_some()) {
                    return Ok(UNREAD.to_owned());
                }
                if state.run == Run::Gone || self.state.changed().await.is_err() {
                    return Ok(state.why);
                }
                continue;
            }
            let Some(turn) = self.turn(&mut waits).await? else { continue };
            if let Some((place, run)) = unsettled.take_if(|(_, run)| state.of.is_another(run)) {
                self.rest_of(place, state.of.runs_after(&run)).await?;
            }
            let began = Instant::now();
            splitter.rewind();
            let end = match self.open(&splitter.place(), true).await {
                Ok(body) => {
                    waits = false;
                    let run = Some((&state.of, unsettled.is_some()));
                    let end = self.body(body, &mut splitter, run, Some(&turn)).await?;
                    drop(turn);
                    end
                }
                Err(error) => self.not_opened(error, turn),
            };
            if began.elapsed() > WORKED {
                retry.reset();
            }
            match end {
                End::Whole => {
                    self.finish(&mut splitter).await?;
                    unsettled = None;
                    if self.next_run(&state).await == Next::Nothing {
                        return Ok(self.state.borrow().why.clone());
                    }
                    // A log that ends at once, while its container runs, is not asked for without end.
                    let same = !self.state.borrow().of.is_another(&state.of);
                    if same && began.elapsed() < WORKED {
                        tokio::time::sleep(retry.wait(None, false)).await;
                    }
                }
                End::Again => {
                    // Its end was not seen.
                    unsettled.get_or_insert((splitter.place(), state.of.clone()));
                    if self.state.borrow().is_over() {
                        return Ok(self.state.borrow().why.clone());
                    }
                }
                End::TurnOver => {
                    unsettled.get_or_insert((splitter.place(), state.of.clone()));
                }
                End::Cut(Error::NotFound { .. }) => return Ok("the pod is gone".to_owned()),
                End::Cut(error @ Error::Forbidden { .. }) => {
                    self.tell(Told::Note(error.to_string())).await?;
                    return Ok("it may not be read".to_owned());
                }
                End::Cut(error) => {
                    self.tell(Told::CaughtUp).await?;
                    // A container that has just ended, or has not quite begun, has no log for a moment.
                    let waits = matches!(&error, Error::Server { status } if status.code == 400);
                    if !waits {
                        unsettled.get_or_insert((splitter.place(), state.of.clone()));
                        if retry.failures() == 0 {
                            self.tell(Told::Note(format!("{error}; it is read on from there")))
                                .await?;
                        }
                    }
                    if self.state.borrow().run == Run::Gone {
                        return Ok(UNREAD.to_owned());
                    }
                    let wait = retry.wait(error.retry_after(), false);
                    let _ = tokio::time::timeout(wait, self.state.changed()).await;
                    // News of the container are no reason to hurry after a server that fails.
                    if !waits {
                        tokio::time::sleep(wait / 2).await;
                    }
                }
            }
        }
    }

    /// Reads what there is, once; why there is no more.
    async fn once(&mut self) -> Result<String, Over> {
        let mut retry = Retry::default();
        let mut splitter = Splitter::default();
        loop {
            let turn = self.client.turns().free().await;
            splitter.rewind();
            let end = match self.open(&splitter.place(), false).await {
                Ok(body) => {
                    let end = self.body(body, &mut splitter, None, None).await?;
                    drop(turn);
                    end
                }
                Err(error) => self.not_opened(error, turn),
            };
            match end {
                End::Whole | End::Again | End::TurnOver => {
                    self.finish(&mut splitter).await?;
                    return Ok(String::new());
                }
                // Where others are read, its turn comes.
                End::Cut(error)
                    if (error.is_refused_connection() && self.is_crowded())
                        || (error.is_retryable() && retry.failures() < 5) =>
                {
                    tokio::time::sleep(retry.wait(error.retry_after(), false)).await;
                }
                End::Cut(error) => {
                    self.tell(Told::CaughtUp).await?;
                    self.tell(Told::Note(error.to_string())).await?;
                    return Ok("it cannot be read".to_owned());
                }
            }
        }
    }

    /// Waits for its turn among the logs that are read at once, and says so; `None` where something of the container changed meanwhile.
    async fn turn(&self, waits: &mut bool) -> Result<Option<Turn>, Over> {
        let turns = self.client.turns();
        if let Some(turn) = turns.take() {
            return Ok(Some(turn));
        }
        if !std::mem::replace(waits, true) {
            let text = match turns.most() {
                None | Some(1) => "one log is read at once".to_owned(),
                Some(most) => format!("{most} logs are read at once"),
            };
            let text = format!("it waits for a connection: more are refused, {text}");
            self.tell(Told::CaughtUp).await?;
            self.tell(Told::Note(text)).await?;
        }
        let mut state = self.state.clone();
        Ok(tokio::select! {
            turn = turns.free() => Some(turn),
            Ok(()) = state.changed() => None,
        })
    }

    /// Why a log was not opened; its turn is over.
    fn not_opened(&self, error: Error, turn: Turn) -> End {
        drop(turn);
        if error.is_refused_connection() {
            self.client.turns().refused();
        }
        End::Cut(error)
    }

    /// Whether it is known that no more logs are read at once.
    fn is_crowded(&self) -> bool {
        self.client.turns().most().is_some()
    }

    /// Asks for the log from this place on.
    async fn open(&self, place: &Place, follow: bool) -> Result<Body, Error> {
        let query = self.begin.query(place, follow, self.asked.elapsed());
        let uri = format!("{}?container={}{query}", self.path, encoded(&self.container));
        Ok(self.client.request(get(&uri, "*/*")?).await?.into_body())
    }

    /// Reads an answer to its end. `run` is the run of the container whose log it is, where that may end, and whether the end of the run before is yet to
    /// be read. `turn` is its turn, where that may end before.
    async fn body(
        &mut self,
        mut body: Body,
        splitter: &mut Splitter,
        run: Option<(&RunOf, bool)>,
        turn: Option<&Turn>,
    ) -> Result<End, Over> {
        let mut lines = Lines::default();
        let mut quiet = false;
        // Until when a log may stay open whose container has ended.
        let mut linger: Option<Instant> = None;
        loop {
            let next = match body.frame().now_or_never() {
                Some(next) => next,
                None => {
                    self.flush(&mut lines).await?;
                    let wait = if quiet { None } else { Some(QUIET) };
                    tokio::select! {
                        next = body.frame() => next,
                        () = sleep(wait), if wait.is_some() => {
                            quiet = true;
                            // It is empty: of what comes, all is new.
                            if splitter.place().since().is_none() {
                                self.begin.tail = None;
                            }
                            self.tell(Told::CaughtUp).await?;
                            continue;
                        }
                        changed = self.state.changed(), if run.is_some() && linger.is_none() => {
                            let state = self.state.borrow();
                            let another = run.is_some_and(|(run, _)| state.of.is_another(run));
                            if another && run.is_some_and(|(_, unsettled)| unsettled) {
                                return Ok(End::Again);
                            }
                            let ended = changed.is_err() || another || state.run != Run::Running;
                            linger = ended.then(|| Instant::now() + LINGER);
                            continue;
                        }
                        () = until(linger), if linger.is_some() => return Ok(End::Again),
                        () = over(turn), if turn.is_some() => return Ok(End::TurnOver),
                    }
                }
            };
            match next.map(|frame| frame.map(http_body::Frame::into_data)) {
                Some(Ok(Ok(bytes))) => {
                    linger = linger.map(|_| Instant::now() + LINGER);
                    self.take(&bytes, splitter, &mut lines).await?;
                }
                Some(Ok(Err(_))) => {}
                Some(Err(error)) => {
                    self.flush(&mut lines).await?;
                    return Ok(End::Cut(self.client.explain(error)));
                }
                None => {
                    self.flush(&mut lines).await?;
                    return Ok(End::Whole);
                }
            }
        }
    }

    async fn take(
        &self,
        bytes: &Bytes,
        splitter: &mut Splitter,
        lines: &mut Lines,
    ) -> Result<(), Over> {
        for piece in bytes.chunks(TOGETHER) {
            splitter.push(piece, lines);
            if lines.bytes() >= TOGETHER {
                self.flush(lines).await?;
            }
        }
        Ok(())
    }

    async fn flush(&self, lines: &mut Lines) -> Result<(), Over> {
        if lines.is_empty() {
            return Ok(());
        }
        self.tell(Told::Lines(std::mem::take(lines))).await
    }

    /// The log has ended, with its last line.
    async fn finish(&self, splitter: &mut Splitter) -> Result<(), Over> {
        let mut lines = Lines::default();
        splitter.finish(&mut lines);
        self.flush(&mut lines).await?;
        self.tell(Told::CaughtUp).await
    }

    /// Reads what a run wrote after the connection to it broke: another has begun meanwhile.
    async fn rest_of(&mut self, place: Place, runs: i64) -> Result<(), Over> {
        if runs > 1 {
            let (plural, were) = if runs == 2 { ("", "was") } else { ("s", "were") };
            let text = format!("{} run{plural} of it {were} not seen: they are lost", runs - 1);
            return self.tell(Told::Note(text)).await;
        }
        let mut splitter = Splitter::default();
        splitter.go_on(place);
        let begin =
            std::mem::replace(&mut self.begin, Begin { previous: true, ..Begin::default() });
        let opened = self.open(&place, false).await;
        let end = match opened {
            Ok(body) => self.body(body, &mut splitter, None, None).await?,
            Err(error) => End::Cut(error),
        };
        self.begin = begin;
        match end {
            End::Whole | End::Again | End::TurnOver => self.finish(&mut splitter).await,
            End::Cut(error) => {
                self.tell(Told::Note(format!("the end of the run before cannot be read: {error}")))
                    .await
            }
        }
    }

    /// Waits until it is clear what follows a log that has ended.
    async fn next_run(&mut self, read: &State) -> Next {
        let mut patience = Instant::now() + NEWS;
        loop {
            let state = self.state.borrow_and_update().clone();
            if state.is_over() {
                return Next::Nothing;
            }
            if state.of.is_another(&read.of) {
                return Next::Run;
            }
            // It runs, and its log ended all the same: what served it has stopped.
            let running = state.run == Run::Running;
            if running && Instant::now() >= patience {
                return Next::Run;
            }
            let changed = if running {
                tokio::time::timeout_at(patience, self.state.changed()).await.unwrap_or(Ok(()))
            } else {
                let changed = self.state.changed().await;
                patience = Instant::now() + NEWS;
                changed
            };
            if changed.is_err() {
                return Next::Nothing;
            }
        }
    }

    async fn tell(&self, told: Told) -> Result<(), Over> {
        self.out.send((self.id, told)).await.map_err(|_| Over)
    }
}

/// What follows a log that has ended.
#[derive(PartialEq, Eq)]
enum Next {
    /// It is read on.
    Run,
    /// Nothing.
    Nothing,
}

async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

async fn over(turn: Option<&Turn>) {
    match turn {
        Some(turn) => turn.is_over().await,
        None => std::future::pending().await,
    }
}
