//! The state machine of one collection: list, watch, and list again where the server has forgotten.
//!
//! ```text
//! load ──► follow ──► (410, other columns) ──► load behind the rows on screen ──► follow …
//!   ▲ retry    ▲ cut: resume from the last version
//! ```

use std::time::{SystemTime, UNIX_EPOCH};

use super::ask::{Accept, Ask};
use super::outbox::Outbox;
use super::projector::Projector;
use super::retry::Retry;
use super::served;
use super::{Sink, Stop};
use crate::cluster::{Client, Error};
use crate::store::{Freshness, Str};

/// How often a right that was held may be refused before that is believed: a server that has just started may not know its
/// rights and custom resources yet.
const DOUBTS: u32 = 6;

/// One collection being listed and watched; its Deltas go out under the key `K`.
pub(super) struct Feed<K> {
    pub(super) client: Client,
    pub(super) ask: Ask,
    pub(super) accept: Accept,
    pub(super) projector: Projector,
    pub(super) out: Outbox<K>,
    pub(super) retry: Retry,
    /// Waits between one list and the next, where the server makes kx list again and again.
    pub(super) relists: Retry,
    /// Whether a watch has worked.
    pub(super) watched: bool,
    /// The version from which a watch can go on.
    pub(super) version: String,
    /// Whether rows are on screen: lists then go on behind them.
    pub(super) shown: bool,
    /// Until when the rows are known to be true, seconds since the Unix epoch.
    pub(super) since: i64,
    /// Why changes cannot be watched, where they cannot.
    pub(super) unwatchable: Option<&'static str>,
    /// Whether the server takes `sendInitialEvents`, as far as is known.
    pub(super) watch_list: bool,
}

/// Why something did not work.
pub(super) enum Failed {
    /// Nothing more to do.
    Stop(Stop),
    /// It may work another time.
    Error(Error),
}

impl From<Stop> for Failed {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl<K: Copy + Send> Feed<K> {
    pub(super) fn new(client: Client, ask: Ask, sink: Sink<K>) -> Self {
        let verbs = &ask.resource.verbs;
        let no_watch = !verbs.is_empty() && !ask.resource.can("watch");
        Self {
            client,
            accept: ask.accept(),
            projector: Projector::new(ask.model, ask.rules.clone()),
            out: Outbox::new(sink.key, sink.to),
            ask,
            retry: Retry::default(),
            relists: Retry::default(),
            watched: false,
            version: String::new(),
            shown: false,
            since: now(),
            unwatchable: no_watch.then_some("the server offers no watch of it"),
            watch_list: true,
        }
    }

    /// Runs until nobody listens or nothing more can come.
    pub(super) async fn run(&mut self) -> Stop {
        loop {
            let end = match self.load().await {
                Ok(open) => match self.unwatchable {
                    Some(why) => self.rest(why).await,
                    None => self.follow(open).await,
                },
                Err(stop) => Err(stop),
            };
            if let Err(stop) = end {
                return stop;
            }
        }
    }

    /// Waits until it is time to list again what cannot be watched.
    async fn rest(&mut self, why: &'static str) -> Result<(), Stop> {
        let state = Freshness::Stale {
            since: self.since,
            why: format!("{why}; kx lists it every {} s", super::POLL.as_secs()).into(),
            retry_at: Some(now().saturating_add_unsigned(super::POLL.as_secs())),
        };
        self.out.state(state).await?;
        self.pause(super::POLL).await
    }

    /// Says that the rows are stale and why, and waits before the next attempt; stops where no attempt can help.
    pub(super) async fn trouble(&mut self, error: Error) -> Result<(), Stop> {
        let doubt = self.shown && self.retry.failures() < DOUBTS;
        match &error {
            Error::Forbidden { .. } if !doubt => return Err(Stop::Denied(error)),
            Error::NotFound { .. } if !doubt => return Err(Stop::Refused(sentence(&error))),
            Error::Plugin { .. } | Error::ReadOnly { .. } | Error::Request { .. } => {
                return Err(Stop::Refused(sentence(&error)));
            }
            _ => {}
        }
        let patient = matches!(
            error,
            Error::Unauthorized { .. } | Error::Untrusted { .. } | Error::Unusable { .. }
        );
        let wait = self.retry.wait(error.retry_after(), patient);
        tracing::info!(%error, ?wait, resource = %self.ask.resource.full_name(), "trying again");
        let retry_at = now().saturating_add_unsigned(wait.as_secs());
        let why = if patient {
            sentence(&error)
        } else if let Some(why) =
            served::unavailable(&self.client, &self.ask.resource, &error).await
        {
            why.into()
        } else {
            error.to_string().into()
        };
        self.out
            .state(Freshness::Stale { since: self.since, why, retry_at: Some(retry_at) })
            .await?;
        self.pause(wait).await
    }

    /// Waits before listing again, unless it is the first time in a while.
    pub(super) async fn again(&mut self) -> Result<(), Stop> {
        let first = self.relists.failures() == 0;
        let wait = self.relists.wait(None, false);
        if first { Ok(()) } else { self.pause(wait).await }
    }

    async fn pause(&mut self, wait: std::time::Duration) -> Result<(), Stop> {
        tokio::select! {
            () = tokio::time::sleep(wait) => Ok(()),
            () = self.out.closed() => Err(Stop::Gone),
        }
    }
}

/// An error with what to do about it.
pub(super) fn sentence(error: &Error) -> Str {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}").into(),
        None => error.to_string().into(),
    }
}

/// Seconds since the Unix epoch.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
