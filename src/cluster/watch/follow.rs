//! Every change as it happens: a watch, resumed where it was cut.

use std::time::{Duration, Instant};

use super::Stop;
use super::feed::{Failed, Feed, now};
use super::load::Load;
use super::retry::unit;
use super::stream::Stream;
use crate::cluster::Error;
use crate::store::{Change, Freshness};
use crate::wire::What;

/// How long a watch is asked to last; the server ends it then, and it is resumed.
const LASTS: u64 = 540;
/// How long the beginning of a watch list may be silent.
const SILENCE: Duration = Duration::from_mins(1);
/// How long a watch may be silent that has sent a bookmark: a server sends one a minute (apiserver
/// `storage/cacher`, `defaultBookmarkFrequency`).
const SILENCE_BETWEEN_BOOKMARKS: Duration = Duration::from_mins(3);
/// How long any watch may be silent: it should have ended by then.
const SILENCE_AT_ALL: Duration = Duration::from_secs(LASTS * 11 / 10 + 30);
/// A watch that lasted this long has worked, even if nothing happened.
const WORKED: Duration = Duration::from_secs(5);
/// After so many failures in a row to resume, everything is listed again.
const FAILURES: u32 = 3;

/// How a watch ended.
enum Ended {
    /// The server closed it.
    Closed,
    /// Everything must be listed again.
    List,
}

impl<K: Copy + Send> Feed<K> {
    /// Watches until everything must be listed again.
    pub(super) async fn follow(&mut self, mut open: Option<Stream>) -> Result<(), Stop> {
        loop {
            let version = self.version.clone();
            let began = Instant::now();
            let end = match open.take() {
                Some(stream) => self.listen(stream).await,
                None => match self.resume().await {
                    Ok(stream) => self.listen(stream).await,
                    Err(error) => Err(error.into()),
                },
            };
            self.out.flush().await?;
            let worked = began.elapsed() >= WORKED || self.version != version;
            if worked {
                self.retry.reset();
                self.relists.reset();
            }
            let error = match end {
                Ok(Ended::List) => return self.again().await,
                Ok(Ended::Closed) | Err(Failed::Error(Error::Cut { .. })) if worked => continue,
                Ok(Ended::Closed) => cut("the server closes the watch as soon as it begins"),
                Err(Failed::Stop(stop)) => return Err(stop),
                Err(Failed::Error(error)) => error,
            };
            if self.must_list(&error) {
                let why = format!("{error}; kx lists everything again");
                let state = Freshness::Stale { since: self.since, why: why.into(), retry_at: None };
                self.out.state(state).await?;
                return self.again().await;
            }
            self.trouble(error).await?;
        }
    }

    /// Whether resuming the watch is hopeless, so that only a new list helps.
    fn must_list(&mut self, error: &Error) -> bool {
        match error {
            Error::Expired { .. } => true,
            Error::Forbidden { .. } if !self.watched => {
                self.unwatchable = Some("you may list it, but not watch it");
                true
            }
            Error::Api { status } if status.code == 405 => {
                self.unwatchable = Some("the server offers no watch of it");
                true
            }
            Error::Api { status } if matches!(status.code, 406 | 415) => {
                self.accept.weaker().is_some_and(|weaker| {
                    self.accept = weaker;
                    true
                })
            }
            Error::Unauthorized { .. } | Error::Forbidden { .. } | Error::NotFound { .. } => false,
            error => {
                let answered = error.status().is_some() || matches!(error, Error::Decode { .. });
                answered && self.retry.failures() >= FAILURES
            }
        }
    }

    /// Goes on with the watch where it ended.
    async fn resume(&mut self) -> Result<Stream, Error> {
        let request = self.ask.watch(self.accept, &self.version, lasts())?;
        Stream::open(&self.client, request).await
    }

    /// Sends on what a watch says, until it ends.
    async fn listen(&mut self, mut stream: Stream) -> Result<Ended, Failed> {
        self.watched = true;
        self.out.state(Freshness::Live { limited_to: None }).await?;
        let end = self.hear(&mut stream).await;
        self.since = now();
        end
    }

    async fn hear(&mut self, stream: &mut Stream) -> Result<Ended, Failed> {
        let mut bookmarks = false;
        loop {
            let ready = stream.ready();
            if ready.is_none() || self.out.due() {
                self.out.flush().await?;
            }
            let end = if let Some(end) = ready {
                end?
            } else {
                let silence = if bookmarks { SILENCE_BETWEEN_BOOKMARKS } else { SILENCE_AT_ALL };
                tokio::select! {
                    end = stream.more(silence) => end?,
                    () = self.out.closed() => return Err(Stop::Gone.into()),
                }
            };
            if end.is_some() {
                return Ok(Ended::Closed);
            }
            bookmarks |= self.events(stream)?.bookmark;
            if self.projector.has_fresh_columns() {
                // Rows of other columns must not go out under these.
                self.out.pending.clear();
                return Ok(Ended::List);
            }
        }
    }

    /// Takes the events that have arrived whole.
    fn events(&mut self, stream: &mut Stream) -> Result<Seen, Error> {
        let at = now();
        let mut seen = Seen::default();
        let encoding = stream.encoding();
        while let Some(event) = stream.next()? {
            if event.what == What::Error {
                return Err(Error::from_status(0, event.object));
            }
            seen.bookmark |= event.what == What::Bookmark;
            let heard = self.projector.event(encoding, &event, at, &mut self.out.pending);
            if !heard.version.is_empty() {
                self.version = heard.version;
            }
            seen.initial_end |= heard.initial_end;
        }
        Ok(seen)
    }

    /// Loads everything by a watch that begins with it, and gives that watch.
    pub(super) async fn watch_list(&mut self, load: &mut Load) -> Result<Stream, Failed> {
        let request = self.ask.watch_list(self.accept, &self.version, lasts())?;
        let mut stream = Stream::open(&self.client, request).await?;
        self.projector.begin();
        loop {
            if stream.more(SILENCE).await?.is_some() {
                return Err(cut("it ended before everything had come").into());
            }
            let before = self.out.pending.len();
            let end = self.events(&mut stream)?.initial_end;
            self.note(load, before).await?;
            if end {
                self.out.pending.extend(load.vanished().map(Change::Remove));
                return Ok(stream);
            }
        }
    }
}

/// What some events were, beyond their changes.
#[derive(Default)]
struct Seen {
    bookmark: bool,
    initial_end: bool,
}

/// Seconds that a watch shall last, not the same for all.
fn lasts() -> u64 {
    LASTS + (unit() * 0.1 * LASTS as f64) as u64
}

fn cut(problem: &str) -> Error {
    Error::Cut { host: "the watch".into(), problem: problem.into() }
}
